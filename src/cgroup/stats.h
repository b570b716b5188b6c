/* SPDX-License-Identifier: Apache-2.0 */
/* stats.h - what a container has used, read from its cgroup, in the units and under the names of runc's `events`. */
#ifndef TARE_CGROUP_STATS_H
#define TARE_CGROUP_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "cgroup/cgroup.h"

struct stats_numbers {
        uint64_t *items;
        size_t n;
};

/* Pressure: the share of time, in percent, in which some or all processes waited, and its sum in microseconds. */
struct stats_psi_line {
        double avg10, avg60, avg300;
        uint64_t total;
};
struct stats_psi {
        bool is_there;
        struct stats_psi_line some, full;
};

/* Bytes; a limit of UINT64_MAX is none. */
struct stats_memory {
        uint64_t limit, usage, max, failcnt;
};
struct stats_named {
        const char *name;
        uint64_t value;
};
struct stats_named_list {
        struct stats_named *items;
        size_t n;
};
struct stats_block {
        uint64_t major, minor;
        const char *op; /* "Read", "Write", ...; NULL: the file tells none */
        uint64_t value;
};
struct stats_block_list {
        struct stats_block *items;
        size_t n;
};
struct stats_hugetlb {
        const char *page_size; /* "2MB" */
        uint64_t usage, max, failcnt;
};

/* What the kernel does not show is 0, NULL or not there. */
struct cgroup_stats {
        struct {
                struct {
                        uint64_t total, kernel, user; /* nanoseconds */
                        struct stats_numbers percpu, percpu_kernel, percpu_user;
                } usage;
                struct {
                        uint64_t periods, throttled_periods, throttled_time; /* nanoseconds */
                } throttling;
                struct stats_psi psi;
        } cpu;
        struct {
                struct stats_numbers cpus, mems;
                uint64_t cpu_exclusive, mem_hardwall, mem_exclusive, memory_migrate, memory_spread_page,
                        memory_spread_slab, memory_pressure, sched_load_balance;
                int64_t sched_relax_domain_level;
        } cpuset;
        struct {
                uint64_t cache;
                struct stats_memory usage, swap, kernel, kernel_tcp; /* swap: with memory, as v1 counts it */
                struct stats_named_list raw;                         /* memory.stat as it is */
                struct stats_psi psi;
        } memory;
        struct {
                uint64_t current, limit; /* 0: none */
        } pids;
        struct {
                struct stats_block_list io_service_bytes_recursive, io_serviced_recursive, io_queue_recursive,
                        io_service_time_recursive, io_wait_time_recursive, io_merged_recursive, io_time_recursive,
                        sectors_recursive;
                struct stats_psi psi;
        } blkio;
        struct stats_hugetlb *hugetlb;
        size_t n_hugetlb;
};

/* Reads whatever files there are, those of v1 or of cgroup2 as each controller is; everything lives in the arena. Fails
 * for want of memory alone: a cgroup that is gone has used nothing. */
int cgroup_stats_read(const struct cgroup *cgroup, struct arena *arena, struct cgroup_stats *ret, struct err *err);

#endif
