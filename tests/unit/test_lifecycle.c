/* SPDX-License-Identifier: Apache-2.0 */
/* test_lifecycle.c - every verb on every status: allowed, or the whole refusal. */

#include "unit.h"

#include "base/err.h"
#include "state/lifecycle.h"

#define NOT_RUNNING         "container not running"
#define NOT_PAUSED          "container not paused"
#define NOT_STOPPED(status) ("cannot delete container box that is not stopped: " status)

/* NULL: allowed. */
/* clang-format off */
static const char *const expected[VERBS][STATUSES] = {
        [VERB_START] = {
                [CREATING] = "cannot start a container in the creating state",
                [CREATED]  = NULL,
                [RUNNING]  = "cannot start an already running container",
                [PAUSED]   = "cannot start a container in the paused state",
                [STOPPED]  = "cannot start a container that has stopped",
        },
        [VERB_KILL] = {
                [CREATING] = "cannot kill a container in the creating state",
                [CREATED]  = NULL,
                [RUNNING]  = NULL,
                [PAUSED]   = NULL,
                [STOPPED]  = NOT_RUNNING,
        },
        [VERB_DELETE] = {
                [CREATING] = NOT_STOPPED("creating"),
                [CREATED]  = NULL,
                [RUNNING]  = NOT_STOPPED("running"),
                [PAUSED]   = NOT_STOPPED("paused"),
                [STOPPED]  = NULL,
        },
        [VERB_EXEC] = {
                [CREATING] = "cannot exec in a container in the creating state",
                [CREATED]  = NULL,
                [RUNNING]  = NULL,
                [PAUSED]   = "cannot exec in a paused container (use --ignore-paused to override)",
                [STOPPED]  = "cannot exec in a stopped container",
        },
        [VERB_PAUSE] = {
                [CREATING] = NOT_RUNNING,
                [CREATED]  = NULL,
                [RUNNING]  = NULL,
                [PAUSED]   = NOT_RUNNING,
                [STOPPED]  = NOT_RUNNING,
        },
        [VERB_RESUME] = {
                [CREATING] = NOT_PAUSED,
                [CREATED]  = NOT_PAUSED,
                [RUNNING]  = NOT_PAUSED,
                [PAUSED]   = NULL,
                [STOPPED]  = NOT_PAUSED,
        },
        [VERB_UPDATE] = {
                [CREATING] = "cannot update a container in the creating state",
                [CREATED]  = NULL,
                [RUNNING]  = NULL,
                [PAUSED]   = NULL,
                [STOPPED]  = NOT_RUNNING,
        },
};
/* clang-format on */

static void every_verb_has_a_verdict_on_every_status(void **state)
{
        (void)state;
        for (int verb = 0; verb < VERBS; verb++) {
                for (int status = 0; status < STATUSES; status++) {
                        struct err err = { 0 };
                        const char *refusal = expected[verb][status];
                        assert_int_equal(lifecycle_allow((enum verb)verb, (enum status)status, "box", &err),
                                         refusal ? -1 : 0);
                        assert_string_equal(err.text, refusal ? refusal : "");
                }
        }
}

static void every_status_has_its_name(void **state)
{
        (void)state;
        static const char *const names[] = { "creating", "created", "running", "paused", "stopped" };
        assert_int_equal(ARRAY_LEN(names), STATUSES);
        for (int status = 0; status < STATUSES; status++)
                assert_string_equal(status_names[status], names[status]);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_verb_has_a_verdict_on_every_status),
                cmocka_unit_test(every_status_has_its_name),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
