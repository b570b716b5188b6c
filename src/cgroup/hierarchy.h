/* SPDX-License-Identifier: Apache-2.0 */
/* hierarchy.h - one hierarchy of a cgroup and its files: what the files of this room share, for nobody outside it. */
#ifndef TARE_CGROUP_HIERARCHY_H
#define TARE_CGROUP_HIERARCHY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "cgroup/cgroup.h"

/* Whether its name lists the controller: "cpuacct" is in "cpu,cpuacct". */
bool hierarchy_has(const struct cgroup_hierarchy *hierarchy, const char *controller);
bool hierarchy_is_cgroup2(const struct cgroup_hierarchy *hierarchy);
/* The hierarchy with the controller ("": cgroup2); NULL where there is none. */
const struct cgroup_hierarchy *hierarchy_find(const struct cgroup *cgroup, const char *controller);

/* The processes in the directory and below it, as text lines of cgroup.procs, "0" for those that this pid namespace
 * cannot name. An absent directory has none. */
int hierarchy_procs(const struct cgroup_hierarchy *hierarchy, struct buf *lines, struct err *err);
/* Whether this hierarchy has a freezer and that was asked to freeze the directory. */
bool hierarchy_is_frozen(const struct cgroup_hierarchy *hierarchy);

/* A file that the kernel prints at one go (one value, or /proc/self/cgroup), in one read: it is on the stack of whoever
 * asks, and touches no more of it than it has. Without the newline at its end. */
enum { KNOB_SIZE = 64 * 1024 };
int knob_read(const char *path, char ret[KNOB_SIZE], struct err *err);
/* The monotonic clock. */
int64_t clock_ms(void);
/* Sleeps until DIR/FILE contains the text, at most ms milliseconds; wakes early for files that tell of their changes
 * (cgroup.events). False: it does not, or is gone. */
bool knob_wait(const char *dir, const char *file, const char *text, int ms);

#endif
