/* SPDX-License-Identifier: Apache-2.0 */
/* stats_print.h - what a container has used as the JSON of runc's `events`: the same names in the same places, and left
 * out what runc leaves out. Pure. */
#ifndef TARE_CGROUP_STATS_PRINT_H
#define TARE_CGROUP_STATS_PRINT_H

#include "base/json_out.h"
#include "cgroup/intel_rdt_stats.h"
#include "cgroup/stats.h"

/* The members of the object at hand: "cpu" to "hugetlb". */
void stats_print(const struct cgroup_stats *stats, struct json_out *out);
/* The member "intel_rdt". NULL: there is nothing to tell. */
void intel_rdt_stats_print(const struct intel_rdt_stats *stats, struct json_out *out);

#endif
