/* SPDX-License-Identifier: Apache-2.0 */
/* delegate.h - a cgroup2 that is left to somebody else (cgroup-v2.rst, "Delegation"). */
#ifndef TARE_CGROUP_DELEGATE_H
#define TARE_CGROUP_DELEGATE_H

#include "cgroup/cgroup.h"

/* Makes the uid the owner of the container's cgroup2 directory, and of the files in it that whoever it is delegated to
 * may write: those that /sys/kernel/cgroup/delegate lists, or where that is missing cgroup.procs,
 * cgroup.subtree_control and cgroup.threads (runtime-spec config-linux.md, "Cgroup ownership"). A file that this kernel
 * does not have is passed over. */
int cgroup_give(const struct cgroup *cgroup, uid_t uid, struct err *err);

#endif
