/* SPDX-License-Identifier: Apache-2.0 */
/* test_scheduling.c - scheduler, I/O priority, personality and memory policy: what is planned, what is refused, and
 * what a process has after it. */

#include <linux/ioprio.h>
#include <sched.h>
#include <sys/personality.h>
#include <sys/syscall.h>

#include "unit.h"

#include "child.h"
#include "sec/io_priority.h"
#include "sec/personality.h"
#include "sec/scheduler.h"
#include "sec/user.h"
#include "sys/syscalls.h"

enum { UID = 1000 };

#define LIST(...)                                                                                           \
        {                                                                                                   \
                .items = (const char *[]){ __VA_ARGS__ }, .n = ARRAY_LEN(((const char *[]){ __VA_ARGS__ })) \
        }

/* scheduler -------------------------------------------------------------------------------------------------------- */

static void every_policy_has_its_number(void **state)
{
        (void)state;
        const struct {
                struct spec_scheduler spec;
                uint32_t number;
        } rows[] = {
                {{ .policy = "SCHED_OTHER", .nice = -20 },                                           0},
                { { .policy = "SCHED_FIFO", .priority = 1 },                                         1},
                { { .policy = "SCHED_RR", .priority = 99, .nice = 19 },                              2},
                { { .policy = "SCHED_BATCH", .nice = 5 },                                            3},
                { { .policy = "SCHED_ISO" },                                                         4},
                { { .policy = "SCHED_IDLE" },                                                        5},
                { { .policy = "SCHED_DEADLINE", .runtime = 1024, .deadline = 1024, .period = 4096 }, 6},
                { { .policy = "SCHED_DEADLINE", .runtime = 2000, .deadline = 3000 },                 6},
 /* What is kept of the process is not looked at. */
                { { .policy = "SCHED_FIFO", .flags = LIST("SCHED_FLAG_KEEP_PARAMS") },               1},
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                struct spec_scheduler spec = rows[i].spec;
                spec.set = true;
                struct scheduler_plan plan;
                struct err err = { 0 };
                assert_int_equal(scheduler_plan_build(&spec, NULL, &plan, &err), 0);
                assert_string_equal(plan.policy, spec.policy);
                assert_int_equal(plan.attr.size, 56);
                assert_int_equal(plan.attr.policy, rows[i].number);
                assert_int_equal(plan.attr.nice, spec.nice);
                assert_int_equal(plan.attr.priority, spec.priority);
                assert_int_equal(plan.attr.runtime, spec.runtime);
                assert_int_equal(plan.attr.deadline, spec.deadline);
                assert_int_equal(plan.attr.period, spec.period);
                assert_false(plan.has_cpuset);
        }
}

static void every_flag_of_a_scheduler_has_its_bit(void **state)
{
        (void)state;
        static const char *const names[] = {
                "SCHED_FLAG_RESET_ON_FORK",  "SCHED_FLAG_RECLAIM",     "SCHED_FLAG_DL_OVERRUN",
                "SCHED_FLAG_KEEP_POLICY",    "SCHED_FLAG_KEEP_PARAMS", "SCHED_FLAG_UTIL_CLAMP_MIN",
                "SCHED_FLAG_UTIL_CLAMP_MAX",
        };
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
                const struct spec_scheduler spec = { .set = true,
                                                     .policy = "SCHED_BATCH",
                                                     .flags = LIST(names[0], names[i]) };
                struct scheduler_plan plan;
                struct err err = { 0 };
                assert_int_equal(scheduler_plan_build(&spec, "0-1", &plan, &err), 0);
                assert_int_equal(plan.attr.flags, UINT64_C(1) << i | 1);
                assert_true(plan.has_cpuset);
        }
}

static void a_scheduler_that_makes_no_sense_is_refused(void **state)
{
        (void)state;
        const struct {
                struct spec_scheduler spec;
                const char *text;
        } rows[] = {
                {{ .policy = NULL },                                                                 "process.scheduler.policy: scheduler policy is required"         },
                { { .policy = "" },                                                                  "process.scheduler.policy: scheduler policy is required"         },
                { { .policy = "SCHED_FOO" },                                                         "process.scheduler.policy: invalid scheduler policy: SCHED_FOO"  },
                { { .policy = "sched_other" },                                                       "process.scheduler.policy: invalid scheduler policy: sched_other"},
                { { .policy = "SCHED_OTHER", .flags = LIST("SCHED_FLAG_RECLAIM", "X") },
                 "process.scheduler.flags[1]: invalid scheduler flag: X"                                                                                              },
                { { .policy = "SCHED_OTHER", .nice = 30 },
                 "process.scheduler.nice: invalid scheduler.nice: 30 when scheduler.policy is SCHED_OTHER"                                                            },
                { { .policy = "SCHED_BATCH", .nice = -21 },
                 "process.scheduler.nice: invalid scheduler.nice: -21 when scheduler.policy is SCHED_BATCH"                                                           },
                { { .policy = "SCHED_IDLE", .nice = 20 },
                 "process.scheduler.nice: invalid scheduler.nice: 20 when scheduler.policy is SCHED_IDLE"                                                             },
                { { .policy = "SCHED_OTHER", .priority = 10 },
                 "process.scheduler.priority: scheduler.priority can only be specified for SchedFIFO or SchedRR "
                  "policy"                                                                                                                                            },
                { { .policy = "SCHED_DEADLINE", .priority = 1, .runtime = 5000, .deadline = 5000 },
                 "process.scheduler.priority: scheduler.priority can only be specified for SchedFIFO or SchedRR "
                  "policy"                                                                                                                                            },
                { { .policy = "SCHED_OTHER", .runtime = 1 },
                 "process.scheduler: scheduler runtime/deadline/period can only be specified for SchedDeadline "
                  "policy"                                                                                                                                            },
                { { .policy = "SCHED_FIFO", .priority = 1, .deadline = 1 },
                 "process.scheduler: scheduler runtime/deadline/period can only be specified for SchedDeadline "
                  "policy"                                                                                                                                            },
                { { .policy = "SCHED_IDLE", .period = 1 },
                 "process.scheduler: scheduler runtime/deadline/period can only be specified for SchedDeadline "
                  "policy"                                                                                                                                            },
                { { .policy = "SCHED_FIFO" },
                 "process.scheduler.priority: invalid scheduler.priority: 0 when scheduler.policy is SCHED_FIFO"                                                      },
                { { .policy = "SCHED_RR", .priority = 100 },
                 "process.scheduler.priority: invalid scheduler.priority: 100 when scheduler.policy is SCHED_RR"                                                      },
                { { .policy = "SCHED_RR", .priority = -1 },
                 "process.scheduler.priority: invalid scheduler.priority: -1 when scheduler.policy is SCHED_RR"                                                       },
                { { .policy = "SCHED_DEADLINE" },
                 "process.scheduler: SchedDeadline policy needs 1024 <= runtime <= deadline <= period, not 0, 0, 0"                                                   },
                { { .policy = "SCHED_DEADLINE", .runtime = 1023, .deadline = 2000, .period = 2000 },
                 "process.scheduler: SchedDeadline policy needs 1024 <= runtime <= deadline <= period, not 1023, "
                  "2000, "
                  "2000"                                                                                                                                              },
                { { .policy = "SCHED_DEADLINE", .runtime = 3000, .deadline = 2000, .period = 4000 },
                 "process.scheduler: SchedDeadline policy needs 1024 <= runtime <= deadline <= period, not 3000, "
                  "2000, "
                  "4000"                                                                                                                                              },
                { { .policy = "SCHED_DEADLINE", .runtime = 2000, .deadline = 3000, .period = 2999 },
                 "process.scheduler: SchedDeadline policy needs 1024 <= runtime <= deadline <= period, not 2000, "
                  "3000, "
                  "2999"                                                                                                                                              },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                struct spec_scheduler spec = rows[i].spec;
                spec.set = true;
                struct scheduler_plan plan;
                struct err err = { 0 };
                assert_int_equal(scheduler_plan_build(&spec, NULL, &plan, &err), -1);
                assert_string_equal(err.text, rows[i].text);
                assert_null(plan.policy);
        }
}

/* values: policy, nice + 100, priority, runtime, deadline, period, flags. */
static int schedule(struct report *report, const void *arg)
{
        const struct scheduler_plan *plan = arg;
        if (scheduler_apply(plan, &report->err) < 0)
                return -1;

        struct sys_sched_attr attr = { 0 };
        if (syscall(SYS_sched_getattr, 0, &attr, sizeof attr, 0) < 0)
                return -2;
        /* Since 6.12 the runtime of the other policies is their time slice. */
        bool has_deadline = attr.policy == SCHED_DEADLINE;
        const uint64_t found[] = {
                attr.policy,   (uint64_t)(attr.nice + 100),
                attr.priority, has_deadline ? attr.runtime : 0,
                attr.deadline, attr.period,
                attr.flags,
        };
        memcpy(report->values, found, sizeof found);
        return 0;
}

static void a_process_has_the_scheduler_that_was_asked_for(void **state)
{
        (void)state;
        needs_root();
        const struct {
                struct spec_scheduler spec;
                uint64_t found[7];
        } rows[] = {
                {{ .policy = "SCHED_BATCH", .nice = 5 },                                                      { 3, 105, 0, 0, 0, 0, 0 } },
                { { .policy = "SCHED_OTHER", .nice = -3 },                                                    { 0, 97, 0, 0, 0, 0, 0 }  },
                { { .policy = "SCHED_IDLE", .flags = LIST("SCHED_FLAG_RESET_ON_FORK") },                      { 5, 100, 0, 0, 0, 0, 1 } },
                { { .policy = "SCHED_FIFO", .priority = 42 },                                                 { 1, 100, 42, 0, 0, 0, 0 }},
                { { .policy = "SCHED_RR", .priority = 7 },                                                    { 2, 100, 7, 0, 0, 0, 0 } },
                { { .policy = "SCHED_DEADLINE", .runtime = 1000000, .deadline = 2000000, .period = 4000000 },
                 { 6, 100, 0, 1000000, 2000000, 4000000, 0 }                                                                            },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                struct spec_scheduler spec = rows[i].spec;
                spec.set = true;
                struct scheduler_plan plan;
                struct err err = { 0 };
                assert_int_equal(scheduler_plan_build(&spec, NULL, &plan, &err), 0);
                const struct report *report = in_child(schedule, &plan);
                /* A cgroup v1 without a share of the real time, or one more deadline than the machine holds. */
                bool is_scarce = plan.attr.priority > 0 || plan.attr.runtime > 0;
                if (is_scarce && (report->err.code == EPERM || report->err.code == EBUSY)) {
                        print_message("not here: %s\n", report->err.text);
                        continue;
                }
                assert_string_equal(report->err.text, "");
                assert_memory_equal(report->values, rows[i].found, sizeof rows[i].found);
        }
}

/* As an ordinary user, who may have no real time. */
static int schedule_as_user(struct report *report, const void *arg)
{
        const struct spec_user user = { .uid = UID, .gid = UID };
        if (user_become(&user, SETGROUPS_ALLOW, &report->err) < 0)
                return -2;
        return scheduler_apply(arg, &report->err);
}

static void a_scheduler_that_may_not_be_had_is_told(void **state)
{
        (void)state;
        needs_root();
        static const struct {
                const char *cpus, *text;
        } rows[] = {
                {NULL,   "set scheduler SCHED_FIFO: operation not permitted"        },
                { "",    "set scheduler SCHED_FIFO: operation not permitted"        },
                { "0-3", "process scheduler can't be used together with AllowedCPUs"},
        };
        const struct spec_scheduler spec = { .set = true, .policy = "SCHED_FIFO", .priority = 1 };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                struct scheduler_plan plan;
                struct err err = { 0 };
                assert_int_equal(scheduler_plan_build(&spec, rows[i].cpus, &plan, &err), 0);
                const struct report *report = in_child(schedule_as_user, &plan);
                assert_int_equal(report->rc, -1);
                assert_string_equal(report->err.text, rows[i].text);
        }
}

static void only_what_is_not_permitted_is_blamed_on_a_cpuset(void **state)
{
        (void)state;
        const struct spec_scheduler spec = { .set = true, .policy = "SCHED_ISO" };
        struct scheduler_plan plan;
        struct err err = { 0 };
        assert_int_equal(scheduler_plan_build(&spec, "0", &plan, &err), 0);
        const struct report *report = in_child(schedule, &plan);
        assert_int_equal(report->rc, -1);
        assert_string_equal(report->err.text, "set scheduler SCHED_ISO: invalid argument");
}

/* I/O priority ----------------------------------------------------------------------------------------------------- */

static int plan_io(const char *class, int32_t priority, struct io_priority_plan *ret, struct err *err)
{
        const struct spec_process process = {
                .io_priority = {true, class, priority}
        };
        return io_priority_plan_build(&process, ret, err);
}

static int prioritise_io(struct report *report, const void *arg)
{
        if (io_priority_apply(arg, &report->err) < 0)
                return -1;
        report->values[0] = (uint64_t)syscall(SYS_ioprio_get, IOPRIO_WHO_PROCESS, 0);
        return 0;
}

static void every_io_class_is_set_with_its_level(void **state)
{
        (void)state;
        needs_root();
        static const struct {
                const char *class;
                int32_t priority;
                uint64_t value;
        } rows[] = {
                {"IOPRIO_CLASS_RT",    0, 1 << 13    },
                { "IOPRIO_CLASS_BE",   7, 2 << 13 | 7},
                { "IOPRIO_CLASS_IDLE", 3, 3 << 13 | 3},
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                struct io_priority_plan plan;
                struct err err = { 0 };
                assert_int_equal(plan_io(rows[i].class, rows[i].priority, &plan, &err), 0);
                assert_int_equal(plan.value, rows[i].value);
                const struct report *report = in_child(prioritise_io, &plan);
                assert_string_equal(report->err.text, "");
                assert_int_equal(report->values[0], rows[i].value);
        }
}

static void an_io_priority_that_is_none_is_refused(void **state)
{
        (void)state;
        static const struct {
                const char *class;
                int32_t priority;
                const char *text;
        } rows[] = {
                {"IOPRIO_CLASS_X",     4,  "process.ioPriority.class: invalid ioPriority.Class: \"IOPRIO_CLASS_X\""   },
                { "IOPRIO_CLASS_NONE", 0,  "process.ioPriority.class: invalid ioPriority.Class: \"IOPRIO_CLASS_NONE\""},
                { NULL,                4,  "process.ioPriority.class: invalid ioPriority.Class: \"\""                 },
                { "IOPRIO_CLASS_BE",   8,  "process.ioPriority.priority: invalid ioPriority.Priority: 8"              },
                { "IOPRIO_CLASS_BE",   -1, "process.ioPriority.priority: invalid ioPriority.Priority: -1"             },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                struct io_priority_plan plan;
                struct err err = { 0 };
                assert_int_equal(plan_io(rows[i].class, rows[i].priority, &plan, &err), -1);
                assert_string_equal(err.text, rows[i].text);
                assert_null(plan.class);
        }
}

static int prioritise_io_as_user(struct report *report, const void *arg)
{
        const struct spec_user user = { .uid = UID, .gid = UID };
        if (user_become(&user, SETGROUPS_ALLOW, &report->err) < 0)
                return -2;
        return io_priority_apply(arg, &report->err);
}

static void an_io_priority_that_may_not_be_had_is_told(void **state)
{
        (void)state;
        needs_root();
        struct io_priority_plan plan;
        struct err err = { 0 };
        assert_int_equal(plan_io("IOPRIO_CLASS_RT", 2, &plan, &err), 0);
        const struct report *report = in_child(prioritise_io_as_user, &plan);
        assert_int_equal(report->rc, -1);
        assert_string_equal(report->err.text, "set I/O priority IOPRIO_CLASS_RT 2: operation not permitted");
}

/* personality ------------------------------------------------------------------------------------------------------ */

static int take_on(struct report *report, const void *arg)
{
        if (personality_apply(arg, &report->err) < 0)
                return -1;
        report->values[0] = (uint64_t)personality(UINT32_MAX);
        return 0;
}

static void every_domain_is_taken_on(void **state)
{
        (void)state;
        static const struct {
                const char *domain;
                uint64_t persona;
        } rows[] = {
                {"LINUX",    0},
                { "LINUX32", 8},
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                const struct spec_linux spec = {
                        .personality = {.set = true, .domain = rows[i].domain}
                };
                struct personality_plan plan;
                struct err err = { 0 };
                assert_int_equal(personality_plan_build(&spec, &plan, &err), 0);
                const struct report *report = in_child(take_on, &plan);
                assert_string_equal(report->err.text, "");
                assert_int_equal(report->values[0], rows[i].persona);
        }
}

static void a_personality_that_is_none_is_refused(void **state)
{
        (void)state;
        const struct {
                const char *domain;
                struct text_list flags;
                const char *text;
        } rows[] = {
                {"FOO",      { 0 },     "linux.personality.domain: invalid personality domain FOO"  },
                { "linux",   { 0 },     "linux.personality.domain: invalid personality domain linux"},
                { NULL,      { 0 },     "linux.personality.domain: invalid personality domain \"\"" },
                { "LINUX32", LIST("X"), "linux.personality.flags[0]: unknown flag \"X\""            },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                const struct spec_linux spec = {
                        .personality = {true, rows[i].domain, rows[i].flags}
                };
                struct personality_plan plan;
                struct err err = { 0 };
                assert_int_equal(personality_plan_build(&spec, &plan, &err), -1);
                assert_string_equal(err.text, rows[i].text);
                assert_null(plan.domain);
        }
}

/* all of them ------------------------------------------------------------------------------------------------------ */

static int apply_nothing(struct report *report, const void *arg)
{
        (void)arg;
        const struct spec_process process = { 0 };
        const struct spec_linux spec = { 0 };
        struct scheduler_plan scheduler;
        struct io_priority_plan io;
        struct personality_plan domain;
        if (scheduler_plan_build(&process.scheduler, "0", &scheduler, &report->err) < 0 ||
            io_priority_plan_build(&process, &io, &report->err) < 0 ||
            personality_plan_build(&spec, &domain, &report->err) < 0)
                return -1;

        /* Something that a call would undo. */
        if (sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){ 0 }) < 0 ||
            sys_ioprio_set(IOPRIO_WHO_PROCESS, 0, 2 << 13 | 7) < 0 || personality(PER_LINUX32) < 0)
                return -2;
        if (scheduler_apply(&scheduler, &report->err) < 0 || io_priority_apply(&io, &report->err) < 0 ||
            personality_apply(&domain, &report->err) < 0)
                return -1;
        report->values[0] = (uint64_t)sched_getscheduler(0);
        report->values[1] = (uint64_t)syscall(SYS_ioprio_get, IOPRIO_WHO_PROCESS, 0);
        report->values[2] = (uint64_t)personality(UINT32_MAX);
        return 0;
}

static void what_is_not_asked_for_stays_as_it_is(void **state)
{
        (void)state;
        const struct report *report = in_child(apply_nothing, NULL);
        assert_string_equal(report->err.text, "");
        assert_int_equal(report->rc, 0);
        static const uint64_t expected[] = { SCHED_BATCH, 2 << 13 | 7, PER_LINUX32 };
        assert_memory_equal(report->values, expected, sizeof expected);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_policy_has_its_number),
                cmocka_unit_test(every_flag_of_a_scheduler_has_its_bit),
                cmocka_unit_test(a_scheduler_that_makes_no_sense_is_refused),
                cmocka_unit_test(a_process_has_the_scheduler_that_was_asked_for),
                cmocka_unit_test(a_scheduler_that_may_not_be_had_is_told),
                cmocka_unit_test(only_what_is_not_permitted_is_blamed_on_a_cpuset),
                cmocka_unit_test(every_io_class_is_set_with_its_level),
                cmocka_unit_test(an_io_priority_that_is_none_is_refused),
                cmocka_unit_test(an_io_priority_that_may_not_be_had_is_told),
                cmocka_unit_test(every_domain_is_taken_on),
                cmocka_unit_test(a_personality_that_is_none_is_refused),
                cmocka_unit_test(what_is_not_asked_for_stays_as_it_is),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
