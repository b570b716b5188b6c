/* SPDX-License-Identifier: Apache-2.0 */
/* scheduler.c - plan and apply the scheduler of the container's process; see scheduler.h.
 * Whatever the kernel would ignore or cut in silence is refused here. */

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <string.h>

#include "scheduler.h"

#include "base/scope.h"
#include "sec/choice.h"

enum takes { TAKES_NICE, TAKES_PRIORITY, TAKES_DEADLINE };

struct policy {
        const char *name;
        uint32_t number;
        enum takes takes;
};

static const struct policy policies[] = {
        {"SCHED_OTHER",     SCHED_OTHER,    TAKES_NICE    },
        { "SCHED_FIFO",     SCHED_FIFO,     TAKES_PRIORITY},
        { "SCHED_RR",       SCHED_RR,       TAKES_PRIORITY},
        { "SCHED_BATCH",    SCHED_BATCH,    TAKES_NICE    },
        { "SCHED_ISO",      SCHED_ISO,      TAKES_NICE    }, /* a number that is kept for it: no kernel has it yet */
        { "SCHED_IDLE",     SCHED_IDLE,     TAKES_NICE    },
        { "SCHED_DEADLINE", SCHED_DEADLINE, TAKES_DEADLINE},
};

static const struct choice flags[] = {
        {"SCHED_FLAG_RESET_ON_FORK",   SCHED_FLAG_RESET_ON_FORK },
        { "SCHED_FLAG_RECLAIM",        SCHED_FLAG_RECLAIM       },
        { "SCHED_FLAG_DL_OVERRUN",     SCHED_FLAG_DL_OVERRUN    },
        { "SCHED_FLAG_KEEP_POLICY",    SCHED_FLAG_KEEP_POLICY   },
        { "SCHED_FLAG_KEEP_PARAMS",    SCHED_FLAG_KEEP_PARAMS   },
        { "SCHED_FLAG_UTIL_CLAMP_MIN", SCHED_FLAG_UTIL_CLAMP_MIN},
        { "SCHED_FLAG_UTIL_CLAMP_MAX", SCHED_FLAG_UTIL_CLAMP_MAX},
};

/* sched(7) */
enum { NICE_LEAST = -20, NICE_MOST = 19, PRIORITY_LEAST = 1, PRIORITY_MOST = 99, RUNTIME_LEAST = 1024 };

static const struct policy *policy_of_name(const char *name)
{
        for (size_t i = 0; i < ARRAY_LEN(policies); i++)
                if (strcmp(policies[i].name, name) == 0)
                        return &policies[i];
        return NULL;
}

static int flags_of_names(const struct text_list *names, uint64_t *ret, struct err *err)
{
        for (size_t i = 0; i < names->n; i++) {
                const struct choice *flag = choice_find(flags, ARRAY_LEN(flags), names->items[i]);
                if (!flag)
                        return fail(err, "process.scheduler.flags[%zu]: invalid scheduler flag: %s", i,
                                    names->items[i]);
                *ret |= flag->value;
        }
        return 0;
}

/* What does not go with the policy at all. */
static int check_kind(const struct spec_scheduler *spec, const struct policy *policy, struct err *err)
{
        if (spec->nice < NICE_LEAST || spec->nice > NICE_MOST)
                return fail(err,
                            "process.scheduler.nice: invalid scheduler.nice: %" PRId32 " when scheduler.policy is %s",
                            spec->nice, policy->name);
        if (policy->takes != TAKES_PRIORITY && spec->priority != 0)
                return fail(err, "process.scheduler.priority: scheduler.priority can only be specified for SchedFIFO "
                                 "or SchedRR policy");
        if (policy->takes != TAKES_DEADLINE && (spec->runtime != 0 || spec->deadline != 0 || spec->period != 0))
                return fail(err, "process.scheduler: scheduler runtime/deadline/period can only be specified for "
                                 "SchedDeadline policy");
        return 0;
}

/* What the policy takes, but not in this measure. */
static int check_measure(const struct spec_scheduler *spec, const struct policy *policy, struct err *err)
{
        if (policy->takes == TAKES_PRIORITY && (spec->priority < PRIORITY_LEAST || spec->priority > PRIORITY_MOST))
                return fail(err,
                            "process.scheduler.priority: invalid scheduler.priority: %" PRId32
                            " when scheduler.policy is %s",
                            spec->priority, policy->name);

        uint64_t period = spec->period ? spec->period : spec->deadline;
        if (policy->takes == TAKES_DEADLINE &&
            (spec->runtime < RUNTIME_LEAST || spec->deadline < spec->runtime || period < spec->deadline))
                return fail(err,
                            "process.scheduler: SchedDeadline policy needs %d <= runtime <= deadline <= period, "
                            "not %" PRIu64 ", %" PRIu64 ", %" PRIu64,
                            RUNTIME_LEAST, spec->runtime, spec->deadline, period);
        return 0;
}

int scheduler_plan_build(const struct spec_scheduler *spec, const char *cpus, struct scheduler_plan *ret,
                         struct err *err)
{
        *ret = (struct scheduler_plan){ 0 };
        if (!spec->set)
                return 0;
        if (!spec->policy || spec->policy[0] == '\0')
                return fail(err, "process.scheduler.policy: scheduler policy is required");

        const struct policy *policy = policy_of_name(spec->policy);
        if (!policy)
                return fail(err, "process.scheduler.policy: invalid scheduler policy: %s", spec->policy);
        uint64_t flag_bits = 0;
        if (flags_of_names(&spec->flags, &flag_bits, err) < 0 || check_kind(spec, policy, err) < 0)
                return -1;
        /* With this flag the kernel looks at none of them. */
        if (!(flag_bits & SCHED_FLAG_KEEP_PARAMS) && check_measure(spec, policy, err) < 0)
                return -1;

        *ret = (struct scheduler_plan){
                .policy = policy->name,
                .has_cpuset = cpus && cpus[0] != '\0',
                .attr = {
                        .size = sizeof ret->attr,
                        .policy = policy->number,
                        .flags = flag_bits,
                        .nice = spec->nice,
                        .priority = (uint32_t)spec->priority,
                        .runtime = spec->runtime,
                        .deadline = spec->deadline,
                        .period = spec->period,
                },
        };
        return 0;
}

int scheduler_apply(const struct scheduler_plan *plan, struct err *err)
{
        if (!plan->policy || sys_sched_setattr(0, &plan->attr, 0) == 0)
                return 0;

        if (errno == EPERM && plan->has_cpuset)
                return fail(err, "process scheduler can't be used together with AllowedCPUs");
        return fail_sys(err, "set scheduler %s", plan->policy);
}
