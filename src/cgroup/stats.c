/* SPDX-License-Identifier: Apache-2.0 */
/* stats.c - which file of which controller holds which of the numbers; see stats.h. */

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cgroup/stats.h"

#include "base/file.h"
#include "cgroup/hierarchy.h"
#include "cgroup/stats_parse.h"

enum { STAT_FILE_MAX = 16 * 1024 * 1024, NS_PER_US = 1000 };

#define AT(member) offsetof(struct cgroup_stats, member)

/* One number each. Rows of one file stand together: it is read once. */
struct number_row {
        size_t field;
        const char *controller;
        const char *file;
        const char *key; /* NULL: the number stands alone */
        uint64_t scale;
};

static const struct number_row v1_rows[] = {
        {AT(cpu.usage.total),                   "cpuacct", "cpuacct.usage",                      NULL,             1},
        { AT(cpu.usage.user),                   "cpuacct", "cpuacct.usage_user",                 NULL,             1},
        { AT(cpu.usage.kernel),                 "cpuacct", "cpuacct.usage_sys",                  NULL,             1},
        { AT(cpu.throttling.periods),           "cpu",     "cpu.stat",                           "nr_periods",     1},
        { AT(cpu.throttling.throttled_periods), "cpu",     "cpu.stat",                           "nr_throttled",   1},
        { AT(cpu.throttling.throttled_time),    "cpu",     "cpu.stat",                           "throttled_time", 1},
        { AT(cpuset.cpu_exclusive),             "cpuset",  "cpuset.cpu_exclusive",               NULL,             1},
        { AT(cpuset.mem_hardwall),              "cpuset",  "cpuset.mem_hardwall",                NULL,             1},
        { AT(cpuset.mem_exclusive),             "cpuset",  "cpuset.mem_exclusive",               NULL,             1},
        { AT(cpuset.memory_migrate),            "cpuset",  "cpuset.memory_migrate",              NULL,             1},
        { AT(cpuset.memory_spread_page),        "cpuset",  "cpuset.memory_spread_page",          NULL,             1},
        { AT(cpuset.memory_spread_slab),        "cpuset",  "cpuset.memory_spread_slab",          NULL,             1},
        { AT(cpuset.memory_pressure),           "cpuset",  "cpuset.memory_pressure",             NULL,             1},
        { AT(cpuset.sched_load_balance),        "cpuset",  "cpuset.sched_load_balance",          NULL,             1},
        { AT(cpuset.sched_relax_domain_level),  "cpuset",  "cpuset.sched_relax_domain_level",    NULL,             1},
        { AT(memory.cache),                     "memory",  "memory.stat",                        "cache",          1},
        { AT(memory.usage.limit),               "memory",  "memory.limit_in_bytes",              NULL,             1},
        { AT(memory.usage.usage),               "memory",  "memory.usage_in_bytes",              NULL,             1},
        { AT(memory.usage.max),                 "memory",  "memory.max_usage_in_bytes",          NULL,             1},
        { AT(memory.usage.failcnt),             "memory",  "memory.failcnt",                     NULL,             1},
        { AT(memory.swap.limit),                "memory",  "memory.memsw.limit_in_bytes",        NULL,             1},
        { AT(memory.swap.usage),                "memory",  "memory.memsw.usage_in_bytes",        NULL,             1},
        { AT(memory.swap.max),                  "memory",  "memory.memsw.max_usage_in_bytes",    NULL,             1},
        { AT(memory.swap.failcnt),              "memory",  "memory.memsw.failcnt",               NULL,             1},
        { AT(memory.kernel.limit),              "memory",  "memory.kmem.limit_in_bytes",         NULL,             1},
        { AT(memory.kernel.usage),              "memory",  "memory.kmem.usage_in_bytes",         NULL,             1},
        { AT(memory.kernel.max),                "memory",  "memory.kmem.max_usage_in_bytes",     NULL,             1},
        { AT(memory.kernel.failcnt),            "memory",  "memory.kmem.failcnt",                NULL,             1},
        { AT(memory.kernel_tcp.limit),          "memory",  "memory.kmem.tcp.limit_in_bytes",     NULL,             1},
        { AT(memory.kernel_tcp.usage),          "memory",  "memory.kmem.tcp.usage_in_bytes",     NULL,             1},
        { AT(memory.kernel_tcp.max),            "memory",  "memory.kmem.tcp.max_usage_in_bytes", NULL,             1},
        { AT(memory.kernel_tcp.failcnt),        "memory",  "memory.kmem.tcp.failcnt",            NULL,             1},
        { AT(pids.current),                     "pids",    "pids.current",                       NULL,             1},
        { AT(pids.limit),                       "pids",    "pids.max",                           NULL,             1},
};

static const struct number_row v2_rows[] = {
        {AT(cpu.usage.total),                   "cpuacct", "cpu.stat",            "usage_usec",     NS_PER_US},
        { AT(cpu.usage.user),                   "cpuacct", "cpu.stat",            "user_usec",      NS_PER_US},
        { AT(cpu.usage.kernel),                 "cpuacct", "cpu.stat",            "system_usec",    NS_PER_US},
        { AT(cpu.throttling.periods),           "cpu",     "cpu.stat",            "nr_periods",     1        },
        { AT(cpu.throttling.throttled_periods), "cpu",     "cpu.stat",            "nr_throttled",   1        },
        { AT(cpu.throttling.throttled_time),    "cpu",     "cpu.stat",            "throttled_usec", NS_PER_US},
        { AT(memory.cache),                     "memory",  "memory.stat",         "file",           1        },
        { AT(memory.usage.limit),               "memory",  "memory.max",          NULL,             1        },
        { AT(memory.usage.usage),               "memory",  "memory.current",      NULL,             1        },
        { AT(memory.usage.max),                 "memory",  "memory.peak",         NULL,             1        },
        { AT(memory.usage.failcnt),             "memory",  "memory.events",       "max",            1        },
        { AT(memory.swap.limit),                "memory",  "memory.swap.max",     NULL,             1        },
        { AT(memory.swap.usage),                "memory",  "memory.swap.current", NULL,             1        },
        { AT(memory.swap.failcnt),              "memory",  "memory.swap.events",  "max",            1        },
        { AT(memory.kernel.usage),              "memory",  "memory.stat",         "kernel",         1        },
        { AT(memory.kernel_tcp.usage),          "memory",  "memory.stat",         "sock",           1        },
        { AT(pids.current),                     "pids",    "pids.current",        NULL,             1        },
        { AT(pids.limit),                       "pids",    "pids.max",            NULL,             1        },
};

/* Lists of numbers, of v1 alone. */
static const struct list_row {
        size_t field;
        const char *controller, *file;
        int (*parse)(const char *text, struct arena *arena, struct stats_numbers *ret);
} list_rows[] = {
        {AT(cpu.usage.percpu),         "cpuacct", "cpuacct.usage_percpu",      stats_parse_numbers},
        { AT(cpu.usage.percpu_user),   "cpuacct", "cpuacct.usage_percpu_user", stats_parse_numbers},
        { AT(cpu.usage.percpu_kernel), "cpuacct", "cpuacct.usage_percpu_sys",  stats_parse_numbers},
        { AT(cpuset.cpus),             "cpuset",  "cpuset.cpus",               stats_parse_ranges },
        { AT(cpuset.mems),             "cpuset",  "cpuset.mems",               stats_parse_ranges },
};

/* Only cgroup2 has them, on a hybrid host too. */
static const struct {
        size_t field;
        const char *file;
} psi_rows[] = {
        {AT(cpu.psi),     "cpu.pressure"   },
        { AT(memory.psi), "memory.pressure"},
        { AT(blkio.psi),  "io.pressure"    },
};

enum { BLOCK_FILES = 3 };

/* v1 has one file for each scheduler: the first that says anything counts. cgroup2 has two keys of io.stat. */
static const struct block_row {
        size_t field;
        const char *v1[BLOCK_FILES];
        const char *read_key, *write_key;
} block_rows[] = {
        {AT(blkio.io_service_bytes_recursive),
         { "blkio.bfq.io_service_bytes_recursive", "blkio.io_service_bytes_recursive",
            "blkio.throttle.io_service_bytes_recursive" },
         "rbytes",                                                                                                           "wbytes"},
        { AT(blkio.io_serviced_recursive),
         { "blkio.bfq.io_serviced_recursive", "blkio.io_serviced_recursive", "blkio.throttle.io_serviced_recursive" },
         "rios",                                                                                                             "wios"  },
        { AT(blkio.io_queue_recursive),        { "blkio.bfq.io_queued_recursive", "blkio.io_queued_recursive" },       NULL, NULL    },
        { AT(blkio.io_service_time_recursive),
         { "blkio.bfq.io_service_time_recursive", "blkio.io_service_time_recursive" },
         NULL,                                                                                                               NULL    },
        { AT(blkio.io_wait_time_recursive),
         { "blkio.bfq.io_wait_time_recursive", "blkio.io_wait_time_recursive" },
         NULL,                                                                                                               NULL    },
        { AT(blkio.io_merged_recursive),       { "blkio.bfq.io_merged_recursive", "blkio.io_merged_recursive" },       NULL, NULL    },
        { AT(blkio.io_time_recursive),         { "blkio.bfq.time_recursive", "blkio.time_recursive" },                 NULL, NULL    },
        { AT(blkio.sectors_recursive),         { "blkio.bfq.sectors_recursive", "blkio.sectors_recursive" },           NULL, NULL    },
};

struct reader {
        const struct cgroup *cgroup;
        struct arena *arena;
        struct cgroup_stats *stats;
        const struct cgroup_hierarchy *hierarchy; /* whose file is in text */
        char file[NAME_MAX + 1];
        struct buf text;
};

/* The text of the file, "" where there is none. The last one is kept. */
static const char *read_text(struct reader *reader, const struct cgroup_hierarchy *hierarchy, const char *file)
{
        if (!hierarchy || !file)
                return "";
        if (reader->hierarchy == hierarchy && strcmp(reader->file, file) == 0)
                return buf_text(&reader->text);

        char path[PATH_MAX];
        struct err ignored;
        buf_finish(&reader->text);
        reader->hierarchy = hierarchy;
        (void)snprintf(reader->file, sizeof reader->file, "%s", file);
        (void)snprintf(path, sizeof path, "%s/%s", hierarchy->dir, file);
        return file_read(AT_FDCWD, path, STAT_FILE_MAX, &reader->text, &ignored) < 0 ? "" : buf_text(&reader->text);
}

static const struct cgroup_hierarchy *find_v1_or_v2(const struct reader *reader, const char *controller)
{
        const struct cgroup_hierarchy *v1 = hierarchy_find(reader->cgroup, controller);
        return v1 ? v1 : hierarchy_find(reader->cgroup, "");
}

static void read_numbers(struct reader *reader, const struct number_row *rows, size_t n, bool is_v2)
{
        for (size_t i = 0; i < n; i++) {
                const struct cgroup_hierarchy *hierarchy = find_v1_or_v2(reader, rows[i].controller);
                if (!hierarchy || hierarchy_is_cgroup2(hierarchy) != is_v2)
                        continue;
                uint64_t value = stats_parse_number(read_text(reader, hierarchy, rows[i].file), rows[i].key);
                if (value != UINT64_MAX)
                        value *= rows[i].scale;
                /* The one field that is signed has the same size. */
                memcpy((char *)reader->stats + rows[i].field, &value, sizeof value);
        }
}

/* Of cgroup2, in v1's way: memory and swap as one sum. */
static void add_memory_to_swap(struct reader *reader)
{
        const struct cgroup_hierarchy *memory = find_v1_or_v2(reader, "memory");
        if (!memory || !hierarchy_is_cgroup2(memory) || !*read_text(reader, memory, "memory.swap.current"))
                return;
        const struct stats_memory *usage = &reader->stats->memory.usage;
        struct stats_memory *swap = &reader->stats->memory.swap;
        bool has_limit = swap->limit != UINT64_MAX && usage->limit != UINT64_MAX;
        swap->usage += usage->usage;
        swap->limit = has_limit ? swap->limit + usage->limit : UINT64_MAX;
}

static int read_lists(struct reader *reader)
{
        for (size_t i = 0; i < ARRAY_LEN(list_rows); i++) {
                const struct list_row *row = &list_rows[i];
                const char *text = read_text(reader, hierarchy_find(reader->cgroup, row->controller), row->file);
                struct stats_numbers *field = (void *)((char *)reader->stats + row->field);
                if (*text && row->parse(text, reader->arena, field) < 0)
                        return -1;
        }
        const struct cgroup_hierarchy *memory = find_v1_or_v2(reader, "memory");
        return stats_parse_named(read_text(reader, memory, "memory.stat"), reader->arena, &reader->stats->memory.raw);
}

static void read_psi(struct reader *reader)
{
        const struct cgroup_hierarchy *cgroup2 = hierarchy_find(reader->cgroup, "");
        for (size_t i = 0; i < ARRAY_LEN(psi_rows); i++) {
                struct stats_psi *field = (void *)((char *)reader->stats + psi_rows[i].field);
                (void)stats_parse_psi(read_text(reader, cgroup2, psi_rows[i].file), field);
        }
}

static int read_block_row(struct reader *reader, const struct block_row *row)
{
        struct stats_block_list *field = (void *)((char *)reader->stats + row->field);
        const struct cgroup_hierarchy *v1 = hierarchy_find(reader->cgroup, "blkio");
        if (!v1) {
                const char *text = read_text(reader, hierarchy_find(reader->cgroup, ""), "io.stat");
                return row->read_key ? stats_parse_io(text, row->read_key, row->write_key, reader->arena, field) : 0;
        }
        for (size_t i = 0; field->n == 0 && i < BLOCK_FILES && row->v1[i]; i++) {
                if (stats_parse_block(read_text(reader, v1, row->v1[i]), reader->arena, field) < 0)
                        return -1;
        }
        return 0;
}

/* hugetlb ---------------------------------------------------------------------------------------------------------- */

/* By version of cgroups. Reservations count where the kernel limits them too. */
static const struct {
        const char *sign; /* what ends the name of the one file that each page size has */
        const char *usage, *max, *failcnt, *failcnt_key;
} hugetlb_files[] = {
        {".limit_in_bytes", "usage_in_bytes", "max_usage_in_bytes", "failcnt", NULL },
        { ".max",           "current",        NULL,                 "events",  "max"},
};

static uint64_t read_hugetlb(struct reader *reader, const struct cgroup_hierarchy *hierarchy, const char *page_size,
                             const char *file, const char *key)
{
        char name[NAME_MAX + 1];
        if (!file)
                return 0;
        (void)snprintf(name, sizeof name, "hugetlb.%s.rsvd.%s", page_size, file);
        const char *text = read_text(reader, hierarchy, name);
        if (!*text) {
                (void)snprintf(name, sizeof name, "hugetlb.%s.%s", page_size, file);
                text = read_text(reader, hierarchy, name);
        }
        return stats_parse_number(text, key);
}

/* The page size of "hugetlb.SIZE.limit_in_bytes"; false for all other names. */
static bool find_page_size(const char *name, const char *sign, char ret[NAME_MAX + 1])
{
        static const char prefix[] = "hugetlb.";
        size_t len = strlen(name), sign_len = strlen(sign), prefix_len = sizeof prefix - 1;
        if (strncmp(name, prefix, prefix_len) != 0 || len <= prefix_len + sign_len ||
            strcmp(name + len - sign_len, sign) != 0)
                return false;
        (void)snprintf(ret, NAME_MAX + 1, "%.*s", (int)(len - prefix_len - sign_len), name + prefix_len);
        return strchr(ret, '.') == NULL;
}

enum { PAGE_SIZES_MAX = 16 };

static int read_page_size(struct reader *reader, const struct cgroup_hierarchy *hierarchy, const char *page_size)
{
        size_t form = hierarchy_is_cgroup2(hierarchy);
        struct stats_hugetlb *item = &reader->stats->hugetlb[reader->stats->n_hugetlb++];
        *item = (struct stats_hugetlb){
                .page_size = arena_copy(reader->arena, page_size, strlen(page_size)),
                .usage = read_hugetlb(reader, hierarchy, page_size, hugetlb_files[form].usage, NULL),
                .max = read_hugetlb(reader, hierarchy, page_size, hugetlb_files[form].max, NULL),
                .failcnt = read_hugetlb(reader, hierarchy, page_size, hugetlb_files[form].failcnt,
                                        hugetlb_files[form].failcnt_key),
        };
        return item->page_size ? 0 : -1;
}

static int read_page_sizes(struct reader *reader)
{
        const struct cgroup_hierarchy *hierarchy = find_v1_or_v2(reader, "hugetlb");
        DIR *dir = hierarchy ? opendir(hierarchy->dir) : NULL;
        if (!dir)
                return 0;

        const char *sign = hugetlb_files[hierarchy_is_cgroup2(hierarchy)].sign;
        reader->stats->hugetlb = arena_alloc_n(reader->arena, PAGE_SIZES_MAX, sizeof *reader->stats->hugetlb);
        int done = reader->stats->hugetlb ? 0 : -1;
        struct dirent *entry;
        while (done == 0 && reader->stats->n_hugetlb < PAGE_SIZES_MAX && (entry = readdir(dir))) {
                char page_size[NAME_MAX + 1];
                if (find_page_size(entry->d_name, sign, page_size))
                        done = read_page_size(reader, hierarchy, page_size);
        }
        (void)closedir(dir);
        return done;
}

int cgroup_stats_read(const struct cgroup *cgroup, struct arena *arena, struct cgroup_stats *ret, struct err *err)
{
        *ret = (struct cgroup_stats){ 0 };
        struct reader reader = { .cgroup = cgroup, .arena = arena, .stats = ret };
        read_numbers(&reader, v1_rows, ARRAY_LEN(v1_rows), false);
        read_numbers(&reader, v2_rows, ARRAY_LEN(v2_rows), true);
        add_memory_to_swap(&reader);
        if (ret->pids.limit == UINT64_MAX)
                ret->pids.limit = 0;
        read_psi(&reader);
        int done = read_lists(&reader);
        for (size_t i = 0; done == 0 && i < ARRAY_LEN(block_rows); i++)
                done = read_block_row(&reader, &block_rows[i]);
        if (done == 0)
                done = read_page_sizes(&reader);
        buf_finish(&reader.text);
        return done < 0 ? fail(err, "read the statistics of the cgroup: out of memory") : 0;
}
