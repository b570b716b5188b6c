/* SPDX-License-Identifier: Apache-2.0 */
/* affinity.h - process.execCPUAffinity: the CPUs of a process that `exec` brings into a container, before and after it
 * moves into the container's cgroup (sched_setaffinity(2)). */
#ifndef TARE_SEC_AFFINITY_H
#define TARE_SEC_AFFINITY_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/err.h"
#include "oci/spec.h"
#include "sec/bit_list.h"

/* The zero value asks for nothing. */
struct affinity_plan {
        struct bit_list initial, final;
};

/* Pure. Refuses `process.execCPUAffinity.initial: invalid CPU list "0-x": not a list of numbers and ranges`. CPUs up to
 * 65536 may be named, of which the kernel takes those that it has. */
int affinity_plan_build(const struct spec_process *spec, struct arena *arena, struct affinity_plan *ret,
                        struct err *err);

/* pid 0 is the calling process. A list that is not there leaves the process alone. `set CPU affinity of process 7 to
 * 4-5: invalid argument`: it has none of them, or its cpuset allows none. */
int affinity_apply(pid_t pid, const struct bit_list *cpus, struct err *err);

#endif
