/* SPDX-License-Identifier: Apache-2.0 */
/* intel_rdt_stats.c - read the limits and the counts of a group of resctrl; see intel_rdt_stats.h. */

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cgroup/intel_rdt_stats.h"

#include "base/buf.h"
#include "base/file.h"
#include "cgroup/stats_parse.h"

enum {
        TEXT_MAX = 1024 * 1024,
        DOMAINS_MAX = 256, /* caches of one machine */
};

static const struct {
        size_t field;
        const char *file;
} info_rows[] = {
        {offsetof(struct intel_rdt_stats,  l3_cache_info.min_cbm_bits), "info/L3/min_cbm_bits"  },
        { offsetof(struct intel_rdt_stats, l3_cache_info.num_closids),  "info/L3/num_closids"   },
        { offsetof(struct intel_rdt_stats, mem_bw_info.bandwidth_gran), "info/MB/bandwidth_gran"},
        { offsetof(struct intel_rdt_stats, mem_bw_info.delay_linear),   "info/MB/delay_linear"  },
        { offsetof(struct intel_rdt_stats, mem_bw_info.min_bandwidth),  "info/MB/min_bandwidth" },
        { offsetof(struct intel_rdt_stats, mem_bw_info.num_closids),    "info/MB/num_closids"   },
};

static const struct {
        size_t field;
        const char *file;
} domain_rows[] = {
        {offsetof(struct intel_rdt_domain,  llc_occupancy),   "llc_occupancy"  },
        { offsetof(struct intel_rdt_domain, mbm_total_bytes), "mbm_total_bytes"},
        { offsetof(struct intel_rdt_domain, mbm_local_bytes), "mbm_local_bytes"},
};

/* The first line of the file that starts with the prefix. False where there is none. */
static bool read_line(const char *dir, const char *file, const char *prefix, struct buf *ret)
{
        char path[PATH_MAX];
        struct err ignored;
        auto_buf struct buf text = { 0 };
        (void)snprintf(path, sizeof path, "%s/%s", dir, file);
        if (file_read(AT_FDCWD, path, TEXT_MAX, &text, &ignored) < 0)
                return false;
        for (const char *line = buf_text(&text); *line; line += *line == '\n') {
                line += strspn(line, " ");
                size_t len = strcspn(line, "\n");
                if (len > 0 && strncmp(line, prefix, strlen(prefix)) == 0) {
                        buf_add(ret, line, len);
                        return true;
                }
                line += len;
        }
        return false;
}

/* -1: no memory. */
static int copy_line(const char *dir, const char *file, const char *prefix, struct arena *arena, const char **ret)
{
        auto_buf struct buf line = { 0 };
        if (!read_line(dir, file, prefix, &line))
                return 0;
        *ret = line.out_of_memory ? NULL : arena_copy(arena, buf_text(&line), line.len);
        return *ret ? 0 : -1;
}

static uint64_t read_number(const char *dir, const char *file)
{
        auto_buf struct buf line = { 0 };
        return read_line(dir, file, "", &line) ? stats_parse_number(buf_text(&line), NULL) : 0;
}

/* mon_data/mon_L3_00, mon_L3_01 and so on; some machines number them with gaps. */
static int read_domains(const char *dir, struct arena *arena, struct intel_rdt_stats *ret)
{
        ret->domains = arena_alloc_n(arena, DOMAINS_MAX, sizeof *ret->domains);
        if (!ret->domains)
                return -1;
        for (unsigned int i = 0; i < DOMAINS_MAX; i++) {
                char path[PATH_MAX];
                int len = snprintf(path, sizeof path, "%s/mon_data/mon_L3_%02u", dir, i);
                if (len < 0 || (size_t)len >= sizeof path || access(path, F_OK) < 0)
                        continue;
                struct intel_rdt_domain *domain = &ret->domains[ret->n_domains++];
                for (size_t k = 0; k < ARRAY_LEN(domain_rows); k++) {
                        uint64_t *field = (void *)((char *)domain + domain_rows[k].field);
                        *field = read_number(path, domain_rows[k].file);
                }
        }
        return 0;
}

int intel_rdt_stats_read(const char *root, const struct intel_rdt *rdt, struct arena *arena,
                         struct intel_rdt_stats *ret, struct err *err)
{
        *ret = (struct intel_rdt_stats){ 0 };
        if (!*rdt->group)
                return 0;
        for (size_t i = 0; i < ARRAY_LEN(info_rows); i++) {
                uint64_t *field = (void *)((char *)ret + info_rows[i].field);
                *field = read_number(root, info_rows[i].file);
        }
        if (copy_line(root, "info/L3/cbm_mask", "", arena, &ret->l3_cache_info.cbm_mask) < 0 ||
            copy_line(root, "schemata", "L3:", arena, &ret->l3_cache_schema_root) < 0 ||
            copy_line(root, "schemata", "MB:", arena, &ret->mem_bw_schema_root) < 0 ||
            copy_line(rdt->group, "schemata", "L3:", arena, &ret->l3_cache_schema) < 0 ||
            copy_line(rdt->group, "schemata", "MB:", arena, &ret->mem_bw_schema) < 0 ||
            read_domains(*rdt->monitor ? rdt->monitor : rdt->group, arena, ret) < 0)
                return fail(err, "read the statistics of resctrl: out of memory");
        return 0;
}
