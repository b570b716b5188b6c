/* SPDX-License-Identifier: Apache-2.0 */
/* test_host_mounts.c - which lines of mountinfo are of a whole procfs or sysfs, and where those are. */

#include <limits.h>
#include <string.h>

#include "unit.h"

#include "base/scope.h"
#include "rootfs/host_mounts.h"

static void whole_kernel_filesystems_are_known(void **state)
{
        (void)state;
        static const struct {
                const char *line;
                const char *point; /* NULL: not to be hidden */
        } rows[] = {
                {"22 28 0:21 / /proc rw,nosuid - proc proc rw\n",                  "/proc"    },
                { "22 28 0:21 / /sys rw shared:7 master:2 - sysfs sysfs rw\nnext", "/sys"     },
                { "22 28 0:21 / /a\\040b\\134c\\011 rw - proc none rw",            "/a b\\c\t"},
                { "22 28 0:21 / /a\\04 rw - proc none rw",                         "/a\\04"   },
                { "22 28 0:21 / /a\\999 rw - proc none rw",                        "/a\\999"  },
                { "22 28 0:21 /sys /proc/sys ro - proc proc rw",                   NULL       },
                { "22 28 0:21 / /dev rw - tmpfs proc rw",                          NULL       },
                { "22 28 0:21 / /x rw - process proc rw",                          NULL       },
                { "22 28 0:21 / /x rw - pro proc rw",                              NULL       },
                { "22 28 0:21 / /x rw\n22 28 0:21 / /proc rw - proc proc rw",      NULL       },
                { "22 28 0:21 /",                                                  NULL       },
                { "22 28 0:21 / /x rw -",                                          NULL       },
                { "22 28 0:21 / /x rw - ",                                         NULL       },
                { "",                                                              NULL       },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                char point[PATH_MAX] = "";
                assert_int_equal(host_mounts_parse(rows[i].line, point), rows[i].point != NULL);
                if (rows[i].point)
                        assert_string_equal(point, rows[i].point);
        }
}

static void a_point_that_is_too_long_is_none(void **state)
{
        (void)state;
        char line[2 * PATH_MAX] = "22 28 0:21 / /";
        size_t len = strlen(line);
        memset(line + len, 'x', PATH_MAX);
        strcpy(line + len + PATH_MAX, " rw - proc proc rw");
        char point[PATH_MAX];
        assert_false(host_mounts_parse(line, point));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(whole_kernel_filesystems_are_known),
                cmocka_unit_test(a_point_that_is_too_long_is_none),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
