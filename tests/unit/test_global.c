/* SPDX-License-Identifier: Apache-2.0 */
/* test_global.c - where all state is, by --root and by who calls. */

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "unit.h"

#include "cli/global.h"

static void root_is_absolute_and_not_the_root(void **state)
{
        (void)state;
        static const struct {
                const char *given;
                uid_t euid;
                bool is_mapped_user;
                const char *runtime_dir, *root;
        } rows[] = {
                {NULL,           0,    false, "/run/user/0", "/run/tare"       },
                { NULL,          1000, false, "/run/user/1", "/run/user/1/tare"},
                { NULL,          0,    true,  "/run/user/1", "/run/user/1/tare"},
                { NULL,          1000, false, NULL,          "/run/tare"       },
                { NULL,          1000, false, "",            "/run/tare"       },
                { "/a//b/../c/", 1000, false, "/run/user/1", "/a/c"            },
        };
        struct err err = { 0 };
        char root[PATH_MAX], expected[PATH_MAX + 16], cwd[PATH_MAX];
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                const struct global_caller caller = { rows[i].euid, rows[i].runtime_dir, rows[i].is_mapped_user };
                assert_int_equal(global_root(rows[i].given, &caller, root, &err), 0);
                assert_string_equal(root, rows[i].root);
        }

        const struct global_caller caller = { 0, NULL, false };
        assert_non_null(getcwd(cwd, sizeof cwd));
        (void)snprintf(expected, sizeof expected, "%s/x/y", cwd);
        assert_int_equal(global_root("x/./y", &caller, root, &err), 0);
        assert_string_equal(root, expected);

        static const char *const bad[] = { "/", "//", "/a/..", "/../.." };
        for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
                assert_int_equal(global_root(bad[i], &caller, root, &err), -1);
                assert_string_equal(err.text, "Option --root argument should not be set to /");
        }
        assert_int_equal(global_root("", &caller, root, &err), -1);
        assert_string_equal(err.text, "Option --root argument should not be empty");
}

static void the_level_depends_on_where_the_log_goes(void **state)
{
        (void)state;
        static const struct {
                struct global_options options;
                enum log_level level;
        } rows[] = {
                {{ .log_level = LOG_LEVELS },                            LOG_WARNING},
                { { .log_level = LOG_LEVELS, .log = "f" },               LOG_ERROR  },
                { { .log_level = LOG_WARNING, .log = "f" },              LOG_WARNING},
                { { .log_level = LOG_ERROR },                            LOG_ERROR  },
                { { .log_level = LOG_ERROR, .log = "f", .debug = true }, LOG_DEBUG  },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++)
                assert_int_equal(global_log_level(&rows[i].options), rows[i].level);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(root_is_absolute_and_not_the_root),
                cmocka_unit_test(the_level_depends_on_where_the_log_goes),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
