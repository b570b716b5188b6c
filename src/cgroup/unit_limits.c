/* SPDX-License-Identifier: Apache-2.0 */
/* unit_limits.c - the limits of a plan as properties of a unit; see unit.h. systemd keeps the values that it knows of
 * and writes them again whenever it likes (daemon-reload, a change of a sibling): it must know ours, and the file is
 * written after it to say exactly what was asked for. */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cgroup/unit.h"

#include "base/number.h"
#include "cgroup/hierarchy.h"

enum {
        PERIOD_DEFAULT = 100 * 1000, /* microseconds, of the kernel */
        USEC_PER_SEC = 1000 * 1000,
        QUOTA_STEP = 10 * 1000, /* systemd keeps whole percents of a second */
        BFQ_BEND = 100,         /* up to here the two scales of weights are one */
        BFQ_STEEPER = 11,       /* and from here to their ends (1000, 10000) this is the slope */
        CPUS_MAX = 8192,
        BITS = 8,
};

/* A write, and the others of its plan that belong to the same property. */
struct limit {
        const struct resource_write *write;
        const struct resource_plan *plan;
};

/* values ----------------------------------------------------------------------------------------------------------- */

/* Each adds the value in GVariant's text, or nothing: then there is no such property. */

static void add_limit(const struct limit *limit, struct buf *value)
{
        const char *text = limit->write->text;
        bool is_none = strcmp(text, "max") == 0 || *text == '-';
        buf_add_format(value, "uint64 %s", is_none ? "0xffffffffffffffff" : text);
}

static void add_number(const struct limit *limit, struct buf *value)
{
        uint64_t number;
        if (number_u64(limit->write->text, 0, UINT64_MAX, &number))
                buf_add_format(value, "uint64 %" PRIu64, number);
}

/* systemd has one weight for both schedulers, and bends its scale for bfq. */
static void add_bfq_weight(const struct limit *limit, struct buf *value)
{
        uint64_t weight;
        if (number_u64(limit->write->text, 0, UINT32_MAX, &weight))
                buf_add_format(value, "uint64 %" PRIu64,
                               weight <= BFQ_BEND ? weight : BFQ_BEND + (weight - BFQ_BEND) * BFQ_STEEPER);
}

/* That of an idle cgroup, in systemd since 252. */
static void add_idle(const struct limit *limit, struct buf *value)
{
        if (strcmp(limit->write->text, "1") == 0)
                buf_add_text(value, "uint64 0");
}

static const char *text_of(const struct limit *limit, const char *file)
{
        for (size_t i = 0; i < limit->plan->n; i++)
                if (strcmp(limit->plan->writes[i].file, file) == 0)
                        return limit->plan->writes[i].text;
        return "";
}

/* quota 0: there is none. */
static void add_quota(uint64_t quota, uint64_t period, struct buf *value)
{
        if (quota == 0) {
                buf_add_text(value, "uint64 0xffffffffffffffff");
                return;
        }
        /* Rounded up, so that what is below may have what was asked for. */
        uint64_t second = quota > UINT64_MAX / USEC_PER_SEC ? UINT64_MAX / 2 : quota * USEC_PER_SEC / period;
        buf_add_format(value, "uint64 %" PRIu64, (second + QUOTA_STEP - 1) / QUOTA_STEP * QUOTA_STEP);
}

/* "max 100000", "50000" */
static void add_quota_v2(const struct limit *limit, struct buf *value)
{
        uint64_t quota = 0, period = PERIOD_DEFAULT;
        const char *text = limit->write->text;
        bool is_none = strncmp(text, "max", 3) == 0;
        if (!is_none && sscanf(text, "%" SCNu64, &quota) != 1)
                return;
        (void)sscanf(text, "%*s %" SCNu64, &period);
        add_quota(quota, period > 0 ? period : PERIOD_DEFAULT, value);
}

static void add_period_v2(const struct limit *limit, struct buf *value)
{
        uint64_t period;
        if (sscanf(limit->write->text, "%*s %" SCNu64, &period) == 1)
                buf_add_format(value, "uint64 %" PRIu64, period);
}

static void add_quota_v1(const struct limit *limit, struct buf *value)
{
        uint64_t quota = 0, period = PERIOD_DEFAULT;
        (void)number_u64(limit->write->text, 1, UINT64_MAX, &quota);
        (void)number_u64(text_of(limit, "cpu.cfs_period_us"), 1, UINT64_MAX, &period);
        add_quota(quota, period, value);
}

/* "0-2,7" as bytes of a mask, the lowest first. */
static void add_mask(const struct limit *limit, struct buf *value)
{
        unsigned char mask[CPUS_MAX / BITS] = { 0 };
        size_t n = 0;
        const char *text = limit->write->text + strspn(limit->write->text, "\n");
        while (*text) {
                unsigned int first, last;
                int len = 0;
                if (sscanf(text, "%u%n", &first, &len) != 1)
                        return;
                text += len;
                last = first;
                if (*text == '-' && sscanf(text, "-%u%n", &last, &len) == 1)
                        text += len;
                for (unsigned int i = first; i <= last && i < CPUS_MAX; i++)
                        mask[i / BITS] |= (unsigned char)(1U << i % BITS);
                n = last < CPUS_MAX && last / BITS + 1 > n ? last / BITS + 1 : n;
                text += strspn(text, ", \n");
        }
        buf_add_text(value, "@ay [");
        for (size_t i = 0; i < n; i++)
                buf_add_format(value, "%s%u", i > 0 ? ", " : "", mask[i]);
        buf_add_text(value, "]");
}

/* the table -------------------------------------------------------------------------------------------------------- */

enum version { V1, V2 };

/* clang-format off */
static const struct row {
        const char *file;
        enum version version;
        const char *property;
        void (*add)(const struct limit *limit, struct buf *value);
} rows[] = {
        { "memory.limit_in_bytes", V1, "MemoryLimit",          add_limit      },
        { "cpu.shares",            V1, "CPUShares",            add_number     },
        { "cpu.cfs_quota_us",      V1, "CPUQuotaPerSecUSec",   add_quota_v1   },
        { "cpu.cfs_period_us",     V1, "CPUQuotaPeriodUSec",   add_number     },
        { "pids.max",              V1, "TasksMax",             add_limit      },
        { "blkio.weight",          V1, "BlockIOWeight",        add_number     },
        { "blkio.bfq.weight",      V1, "BlockIOWeight",        add_number     },

        { "memory.min",            V2, "MemoryMin",            add_limit      },
        { "memory.low",            V2, "MemoryLow",            add_limit      },
        { "memory.high",           V2, "MemoryHigh",           add_limit      },
        { "memory.max",            V2, "MemoryMax",            add_limit      },
        { "memory.swap.max",       V2, "MemorySwapMax",        add_limit      },
        { "cpu.weight",            V2, "CPUWeight",            add_number     },
        { "cpu.idle",              V2, "-CPUWeight",           add_idle       },
        { "cpu.max",               V2, "CPUQuotaPerSecUSec",   add_quota_v2   },
        { "cpu.max",               V2, "CPUQuotaPeriodUSec",   add_period_v2  },
        { "cpuset.cpus",           V2, "AllowedCPUs",          add_mask       },
        { "cpuset.mems",           V2, "AllowedMemoryNodes",   add_mask       },
        { "pids.max",              V2, "TasksMax",             add_limit      },
        { "io.bfq.weight",         V2, "IOWeight",             add_bfq_weight },
        { "io.weight",             V2, "IOWeight",             add_number     },
};
/* clang-format on */

static int add_write(const struct limit *limit, enum version version, struct arena *arena, struct text_map *to,
                     struct err *err)
{
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                if (rows[i].version != version || strcmp(rows[i].file, limit->write->file) != 0)
                        continue;
                auto_buf struct buf value = { 0 };
                rows[i].add(limit, &value);
                if (value.len == 0)
                        continue;
                struct key_value *item = &to->items[to->n++];
                item->key = rows[i].property;
                item->value = value.out_of_memory ? NULL : arena_copy(arena, buf_text(&value), value.len);
                if (!item->value)
                        return fail(err, "plan the properties of the unit: out of memory");
        }
        return 0;
}

int unit_limits(const struct cgroup *cgroup, const struct resource_plan *plan, struct arena *arena,
                struct text_map *ret, struct err *err)
{
        enum { PROPERTIES_OF_A_WRITE = 2 };
        const struct cgroup_hierarchy *cgroup2 = hierarchy_find(cgroup, "");
        *ret = (struct text_map){ .items = arena_alloc_n(arena, PROPERTIES_OF_A_WRITE * plan->n, sizeof *ret->items) };
        if (!ret->items)
                return fail(err, "plan the properties of the unit: out of memory");
        for (size_t i = 0; i < plan->n; i++) {
                const struct limit limit = { &plan->writes[i], plan };
                bool is_v2 = cgroup2 && strcmp(limit.write->dir, cgroup2->dir) == 0;
                if (add_write(&limit, is_v2 ? V2 : V1, arena, ret, err) < 0)
                        return -1;
        }
        return 0;
}
