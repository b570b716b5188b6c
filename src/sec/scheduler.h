/* SPDX-License-Identifier: Apache-2.0 */
/* scheduler.h - process.scheduler: policy, priority and deadlines of the container's process (sched_setattr(2)). */
#ifndef TARE_SEC_SCHEDULER_H
#define TARE_SEC_SCHEDULER_H

#include <stdbool.h>

#include "base/err.h"
#include "oci/spec.h"
#include "sys/syscalls.h"

/* The zero value asks for nothing. */
struct scheduler_plan {
        const char *policy; /* its name; NULL: leave the scheduler as it is */
        bool has_cpuset;
        struct sys_sched_attr attr;
};

/* Pure. cpus is linux.resources.cpu.cpus, NULL or "" when the container is bound to none. Not set: the zero plan.
 * Refuses, each with its JSON path before it, in runc's words `scheduler policy is required`,
 * `invalid scheduler policy: SCHED_FOO`, `invalid scheduler flag: X`, `invalid scheduler.nice: 30 when scheduler.policy
 * is SCHED_OTHER`, `scheduler.priority can only be specified for SchedFIFO or SchedRR policy`, `scheduler
 * runtime/deadline/period can only be specified for SchedDeadline policy`; in our own what the kernel would answer with
 * a bare "invalid argument": a priority beyond 1..99, deadlines that contradict one another.
 * The clamps that SCHED_FLAG_UTIL_CLAMP_* ask for are 0, since the spec has no field for them. */
int scheduler_plan_build(const struct spec_scheduler *spec, const char *cpus, struct scheduler_plan *ret,
                         struct err *err);

/* For the calling process, within its cgroup, and while it has CAP_SYS_NICE. Under SCHED_DEADLINE it can fork no more,
 * unless SCHED_FLAG_RESET_ON_FORK is set (sched(7)). `process scheduler can't be used together with AllowedCPUs` when
 * that may be why it is refused; else `set scheduler SCHED_FIFO: operation not permitted`. */
int scheduler_apply(const struct scheduler_plan *plan, struct err *err);

#endif
