/* SPDX-License-Identifier: Apache-2.0 */
/* intel_rdt_stats.h - what resctrl says of a container's group, under the names of runc's `events`. */
#ifndef TARE_CGROUP_INTEL_RDT_STATS_H
#define TARE_CGROUP_INTEL_RDT_STATS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "cgroup/intel_rdt.h"

/* One cache, with what is behind it. */
struct intel_rdt_domain {
        uint64_t llc_occupancy;                    /* cmt_stats */
        uint64_t mbm_total_bytes, mbm_local_bytes; /* mbm_stats */
};

/* What resctrl does not show is NULL or 0. */
struct intel_rdt_stats {
        struct {
                const char *cbm_mask; /* NULL: no control of this resource */
                uint64_t min_cbm_bits, num_closids;
        } l3_cache_info;
        const char *l3_cache_schema_root, *l3_cache_schema; /* "L3:0=ffff;1=ffff" */
        struct {
                uint64_t bandwidth_gran, delay_linear, min_bandwidth, num_closids;
        } mem_bw_info;
        const char *mem_bw_schema_root, *mem_bw_schema; /* "MB:0=100;1=100" */
        struct intel_rdt_domain *domains;               /* in the order of their names */
        size_t n_domains;
};

/* Of the monitor, where there is one, else of the group. Fails for want of memory alone. */
int intel_rdt_stats_read(const char *root, const struct intel_rdt *rdt, struct arena *arena,
                         struct intel_rdt_stats *ret, struct err *err);

#endif
