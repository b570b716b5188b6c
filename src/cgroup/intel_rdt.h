/* SPDX-License-Identifier: Apache-2.0 */
/* intel_rdt.h - linux.intelRdt: the container's share of caches and memory bandwidth, as a group of the resctrl file
 * system, and a group that counts what it uses. */
#ifndef TARE_CGROUP_INTEL_RDT_H
#define TARE_CGROUP_INTEL_RDT_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "oci/spec.h"

#define INTEL_RDT_ROOT "/sys/fs/resctrl"

/* What is made for one container: the texts are for its state, to be removed with it. Empty: nothing was made. */
struct intel_rdt {
        char group[PATH_MAX]; /* the container's, and whether that is ours to remove */
        bool is_made;
        char monitor[PATH_MAX]; /* in the group; always ours */
};

/* Refuses when resctrl is not mounted at the root, in runc's words. */
int intel_rdt_check(const char *root, struct err *err);

/* The group is closID, "/" the root's own, or named as the container. Made, unless it is there: then the schemata asked
 * for must be those that it has. Without schemata a closID must be there. A failure leaves none of what it made.
 * Before anybody is in it; root: INTEL_RDT_ROOT. */
int intel_rdt_make(const char *root, const struct spec_linux *spec, const char *id, struct intel_rdt *ret,
                   struct err *err);
/* Puts the process into the group and its monitor; what it forks later is born there. */
int intel_rdt_join(const struct intel_rdt *rdt, pid_t pid, struct err *err);
/* Writes the schemata of an update to the group that is there. */
int intel_rdt_update(const struct intel_rdt *rdt, const struct spec_linux *spec, struct err *err);
/* Removes what intel_rdt_make made. Absent: success. */
int intel_rdt_remove(const struct intel_rdt *rdt, struct err *err);

#endif
