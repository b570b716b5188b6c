/* SPDX-License-Identifier: Apache-2.0 */
/* stats_print.c - print statistics by tables of their names; see stats_print.h. */

#include "cgroup/stats_print.h"

/* Whether a 0 is told: runc leaves many out, and its readers take what is missing for 0. */
enum zero { LEAVE_OUT, TELL };

struct number_row {
        const char *key;
        size_t offset; /* of a uint64_t */
        enum zero zero;
};

static void print_numbers(struct json_out *out, const struct number_row *rows, size_t n, const void *from)
{
        for (size_t i = 0; i < n; i++) {
                uint64_t number = *(const uint64_t *)((const char *)from + rows[i].offset);
                if (number > 0 || rows[i].zero == TELL)
                        json_out_u64(out, rows[i].key, number);
        }
}

static void print_list(struct json_out *out, const char *key, const struct stats_numbers *list)
{
        if (list->n == 0)
                return;
        json_out_array(out, key);
        for (size_t i = 0; i < list->n; i++)
                json_out_u64(out, NULL, list->items[i]);
        json_out_array_end(out);
}

static void print_psi_line(struct json_out *out, const char *key, const struct stats_psi_line *line)
{
        json_out_object(out, key);
        json_out_double(out, "avg10", line->avg10);
        json_out_double(out, "avg60", line->avg60);
        json_out_double(out, "avg300", line->avg300);
        json_out_u64(out, "total", line->total);
        json_out_object_end(out);
}

static void print_psi(struct json_out *out, const struct stats_psi *psi)
{
        if (!psi->is_there)
                return;
        json_out_object(out, "psi");
        print_psi_line(out, "some", &psi->some);
        print_psi_line(out, "full", &psi->full);
        json_out_object_end(out);
}

/* cpu, cpuset ------------------------------------------------------------------------------------------------------ */

#define AT(member) offsetof(struct cgroup_stats, member)

static const struct number_row total_rows[] = {
        {"total", AT(cpu.usage.total), LEAVE_OUT}
};
static const struct number_row split_rows[] = {
        {"kernel", AT(cpu.usage.kernel), TELL},
        { "user",  AT(cpu.usage.user),   TELL},
};
static const struct number_row throttling_rows[] = {
        {"periods",           AT(cpu.throttling.periods),           LEAVE_OUT},
        { "throttledPeriods", AT(cpu.throttling.throttled_periods), LEAVE_OUT},
        { "throttledTime",    AT(cpu.throttling.throttled_time),    LEAVE_OUT},
};
static const struct number_row cpuset_rows[] = {
        {"mem_hardwall",        AT(cpuset.mem_hardwall),       TELL},
        { "mem_exclusive",      AT(cpuset.mem_exclusive),      TELL},
        { "memory_migrate",     AT(cpuset.memory_migrate),     TELL},
        { "memory_spread_page", AT(cpuset.memory_spread_page), TELL},
        { "memory_spread_slab", AT(cpuset.memory_spread_slab), TELL},
        { "memory_pressure",    AT(cpuset.memory_pressure),    TELL},
        { "sched_load_balance", AT(cpuset.sched_load_balance), TELL},
};

static void print_cpu(const struct cgroup_stats *stats, struct json_out *out)
{
        json_out_object(out, "cpu");
        json_out_object(out, "usage");
        print_numbers(out, total_rows, ARRAY_LEN(total_rows), stats);
        print_list(out, "percpu", &stats->cpu.usage.percpu);
        print_list(out, "percpu_kernel", &stats->cpu.usage.percpu_kernel);
        print_list(out, "percpu_user", &stats->cpu.usage.percpu_user);
        print_numbers(out, split_rows, ARRAY_LEN(split_rows), stats);
        json_out_object_end(out);
        json_out_object(out, "throttling");
        print_numbers(out, throttling_rows, ARRAY_LEN(throttling_rows), stats);
        json_out_object_end(out);
        print_psi(out, &stats->cpu.psi);
        json_out_object_end(out);
}

static void print_cpuset(const struct cgroup_stats *stats, struct json_out *out)
{
        json_out_object(out, "cpuset");
        print_list(out, "cpus", &stats->cpuset.cpus);
        json_out_u64(out, "cpu_exclusive", stats->cpuset.cpu_exclusive);
        print_list(out, "mems", &stats->cpuset.mems);
        print_numbers(out, cpuset_rows, ARRAY_LEN(cpuset_rows), stats);
        json_out_i64(out, "sched_relax_domain_level", stats->cpuset.sched_relax_domain_level);
        json_out_object_end(out);
}

/* memory, pids ----------------------------------------------------------------------------------------------------- */

static const struct number_row memory_rows[] = {
        {"limit",    offsetof(struct stats_memory, limit),   TELL     },
        { "usage",   offsetof(struct stats_memory, usage),   LEAVE_OUT},
        { "max",     offsetof(struct stats_memory, max),     LEAVE_OUT},
        { "failcnt", offsetof(struct stats_memory, failcnt), TELL     },
};
static const struct number_row cache_rows[] = {
        {"cache", AT(memory.cache), LEAVE_OUT}
};
static const struct number_row pids_rows[] = {
        {"current", AT(pids.current), LEAVE_OUT},
        { "limit",  AT(pids.limit),   LEAVE_OUT},
};

static void print_memory_entry(struct json_out *out, const char *key, const struct stats_memory *entry)
{
        json_out_object(out, key);
        print_numbers(out, memory_rows, ARRAY_LEN(memory_rows), entry);
        json_out_object_end(out);
}

static void print_memory(const struct cgroup_stats *stats, struct json_out *out)
{
        const struct stats_named_list *raw = &stats->memory.raw;
        json_out_object(out, "memory");
        print_numbers(out, cache_rows, ARRAY_LEN(cache_rows), stats);
        print_memory_entry(out, "usage", &stats->memory.usage);
        print_memory_entry(out, "swap", &stats->memory.swap);
        print_memory_entry(out, "kernel", &stats->memory.kernel);
        print_memory_entry(out, "kernelTCP", &stats->memory.kernel_tcp);
        if (raw->n > 0) {
                json_out_object(out, "raw");
                for (size_t i = 0; i < raw->n; i++)
                        json_out_u64(out, raw->items[i].name, raw->items[i].value);
                json_out_object_end(out);
        }
        print_psi(out, &stats->memory.psi);
        json_out_object_end(out);
}

static void print_pids(const struct cgroup_stats *stats, struct json_out *out)
{
        json_out_object(out, "pids");
        print_numbers(out, pids_rows, ARRAY_LEN(pids_rows), stats);
        json_out_object_end(out);
}

/* blkio, hugetlb --------------------------------------------------------------------------------------------------- */

static const struct {
        const char *key;
        size_t offset; /* of a struct stats_block_list */
} block_rows[] = {
        {"ioServiceBytesRecursive", AT(blkio.io_service_bytes_recursive)},
        { "ioServicedRecursive",    AT(blkio.io_serviced_recursive)     },
        { "ioQueueRecursive",       AT(blkio.io_queue_recursive)        },
        { "ioServiceTimeRecursive", AT(blkio.io_service_time_recursive) },
        { "ioWaitTimeRecursive",    AT(blkio.io_wait_time_recursive)    },
        { "ioMergedRecursive",      AT(blkio.io_merged_recursive)       },
        { "ioTimeRecursive",        AT(blkio.io_time_recursive)         },
        { "sectorsRecursive",       AT(blkio.sectors_recursive)         },
};
static const struct number_row device_rows[] = {
        {"major",  offsetof(struct stats_block, major), LEAVE_OUT},
        { "minor", offsetof(struct stats_block, minor), LEAVE_OUT},
};
static const struct number_row value_rows[] = {
        {"value", offsetof(struct stats_block, value), LEAVE_OUT}
};
static const struct number_row hugetlb_rows[] = {
        {"usage",    offsetof(struct stats_hugetlb, usage),   LEAVE_OUT},
        { "max",     offsetof(struct stats_hugetlb, max),     LEAVE_OUT},
        { "failcnt", offsetof(struct stats_hugetlb, failcnt), TELL     },
};

static void print_block_list(struct json_out *out, const char *key, const struct stats_block_list *list)
{
        if (list->n == 0)
                return;
        json_out_array(out, key);
        for (size_t i = 0; i < list->n; i++) {
                const struct stats_block *item = &list->items[i];
                json_out_object(out, NULL);
                print_numbers(out, device_rows, ARRAY_LEN(device_rows), item);
                if (item->op)
                        json_out_text(out, "op", item->op);
                print_numbers(out, value_rows, ARRAY_LEN(value_rows), item);
                json_out_object_end(out);
        }
        json_out_array_end(out);
}

static void print_blkio(const struct cgroup_stats *stats, struct json_out *out)
{
        json_out_object(out, "blkio");
        for (size_t i = 0; i < ARRAY_LEN(block_rows); i++)
                print_block_list(out, block_rows[i].key, (const void *)((const char *)stats + block_rows[i].offset));
        print_psi(out, &stats->blkio.psi);
        json_out_object_end(out);
}

static void print_hugetlb(const struct cgroup_stats *stats, struct json_out *out)
{
        json_out_object(out, "hugetlb");
        for (size_t i = 0; i < stats->n_hugetlb; i++) {
                json_out_object(out, stats->hugetlb[i].page_size);
                print_numbers(out, hugetlb_rows, ARRAY_LEN(hugetlb_rows), &stats->hugetlb[i]);
                json_out_object_end(out);
        }
        json_out_object_end(out);
}

void stats_print(const struct cgroup_stats *stats, struct json_out *out)
{
        print_cpu(stats, out);
        print_cpuset(stats, out);
        print_memory(stats, out);
        print_pids(stats, out);
        print_blkio(stats, out);
        print_hugetlb(stats, out);
}

/* resctrl ---------------------------------------------------------------------------------------------------------- */

#define RDT_AT(member) offsetof(struct intel_rdt_stats, member)

static const struct number_row l3_rows[] = {
        {"min_cbm_bits", RDT_AT(l3_cache_info.min_cbm_bits), LEAVE_OUT},
        { "num_closids", RDT_AT(l3_cache_info.num_closids),  LEAVE_OUT},
};
static const struct number_row bandwidth_rows[] = {
        {"bandwidth_gran", RDT_AT(mem_bw_info.bandwidth_gran), LEAVE_OUT},
        { "delay_linear",  RDT_AT(mem_bw_info.delay_linear),   LEAVE_OUT},
        { "min_bandwidth", RDT_AT(mem_bw_info.min_bandwidth),  LEAVE_OUT},
        { "num_closids",   RDT_AT(mem_bw_info.num_closids),    LEAVE_OUT},
};
static const struct number_row mbm_rows[] = {
        {"mbm_total_bytes",  offsetof(struct intel_rdt_domain, mbm_total_bytes), LEAVE_OUT},
        { "mbm_local_bytes", offsetof(struct intel_rdt_domain, mbm_local_bytes), LEAVE_OUT},
};
static const struct number_row cmt_rows[] = {
        {"llc_occupancy", offsetof(struct intel_rdt_domain, llc_occupancy), LEAVE_OUT},
};

static void print_text(struct json_out *out, const char *key, const char *text)
{
        if (text)
                json_out_text(out, key, text);
}

static void print_domains(struct json_out *out, const char *key, const struct number_row *rows, size_t n,
                          const struct intel_rdt_stats *stats)
{
        if (stats->n_domains == 0)
                return;
        json_out_array(out, key);
        for (size_t i = 0; i < stats->n_domains; i++) {
                json_out_object(out, NULL);
                print_numbers(out, rows, n, &stats->domains[i]);
                json_out_object_end(out);
        }
        json_out_array_end(out);
}

static void print_l3_cache(const struct intel_rdt_stats *stats, struct json_out *out)
{
        if (stats->l3_cache_info.cbm_mask) {
                json_out_object(out, "l3_cache_info");
                json_out_text(out, "cbm_mask", stats->l3_cache_info.cbm_mask);
                print_numbers(out, l3_rows, ARRAY_LEN(l3_rows), stats);
                json_out_object_end(out);
        }
        print_text(out, "l3_cache_schema_root", stats->l3_cache_schema_root);
        print_text(out, "l3_cache_schema", stats->l3_cache_schema);
}

static void print_bandwidth(const struct intel_rdt_stats *stats, struct json_out *out)
{
        if (stats->mem_bw_info.num_closids > 0) {
                json_out_object(out, "mem_bw_info");
                print_numbers(out, bandwidth_rows, ARRAY_LEN(bandwidth_rows), stats);
                json_out_object_end(out);
        }
        print_text(out, "mem_bw_schema_root", stats->mem_bw_schema_root);
        print_text(out, "mem_bw_schema", stats->mem_bw_schema);
}

void intel_rdt_stats_print(const struct intel_rdt_stats *stats, struct json_out *out)
{
        json_out_object(out, "intel_rdt");
        if (stats) {
                print_l3_cache(stats, out);
                print_bandwidth(stats, out);
                print_domains(out, "mbm_stats", mbm_rows, ARRAY_LEN(mbm_rows), stats);
                print_domains(out, "cmt_stats", cmt_rows, ARRAY_LEN(cmt_rows), stats);
        }
        json_out_object_end(out);
}
