/* SPDX-License-Identifier: Apache-2.0 */
/* test_resource_undo.c - the way back from a plan: what each form of file needs to be told so that it is as it was.
 * The files are plain ones. */

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

#include "base/file.h"
#include "cgroup/resources.h"

static const struct row {
        const char *file, *now; /* NULL: there is no such file */
        const char *text;       /* that is to be written */
        const char *back;       /* NULL: nothing */
} rows[] = {
        {"memory.max",                      "max\n",                                       "4096",             "max"                                      },
        { "cpu.max",                        "20000 100000\n",                              "max 100000",       "20000 100000"                             },
        { "cpuset.cpus",                    "\n",                                          "0",                "\n"                                       },
        { "cpuset.mems",                    "",                                            "0",                "\n"                                       },
        { "memory.oom_control",             "oom_kill_disable 1\nunder_oom 0\n",           "0",                "1"                                        },
        { "io.weight",                      "default 100\n8:0 200\n",                      "500",              "default 100"                              },
        { "io.weight",                      "default 100\n8:0 200\n",                      "8:0 300",          "8:0 200"                                  },
        { "io.weight",                      "default 100\n8:0 200\n",                      "8:1 300",          "8:1 default"                              },
        { "io.max",                         "8:16 rbps=1 wbps=max\n8:1 rbps=2 wbps=max\n", "8:1 wbps=5",       "8:1 rbps=2 wbps=max"                      },
        { "io.max",                         "",                                            "8:1 wbps=5",       "8:1 rbps=max wbps=max riops=max wiops=max"},
        { "blkio.throttle.read_bps_device", "8:0 100\n",                                   "8:0 7",            "8:0 100"                                  },
        { "blkio.throttle.read_bps_device", "8:0 100\n",                                   "8:1 7",            "8:1 0"                                    },
        { "rdma.max",                       "mlx hca_handle=2 hca_object=max\n",           "mlx hca_handle=9", "mlx hca_handle=2 hca_object=max"          },
        { "net_prio.ifpriomap",             "lo 0\neth0 5\n",                              "eth0 7",           "eth0 5"                                   },
        { "net_prio.ifpriomap",             "lo 0\n",                                      "eth0 7",           NULL                                       },
        { "pids.max",                       NULL,                                          "7",                NULL                                       },
};

static void each_file_gets_back_what_it_holds(void **state)
{
        (void)state;
        char dir[] = "/tmp/tare-test-undo-XXXXXX";
        assert_non_null(mkdtemp(dir));
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                struct arena arena = { 0 };
                struct err err = { 0 };
                char path[PATH_MAX];
                struct resource_write write = { .path = "p", .dir = dir, .file = rows[i].file, .text = rows[i].text };
                const struct resource_plan plan = { .writes = &write, .n = 1 };
                struct resource_plan undo = { 0 };
                (void)snprintf(path, sizeof path, "%s/%s", dir, rows[i].file);
                int made = rows[i].now ? file_replace(AT_FDCWD, path, rows[i].now, strlen(rows[i].now), 0600, &err) : 0;
                int rc = resources_undo_plan(&plan, &arena, &undo, &err);
                (void)unlink(path);

                assert_int_equal(made, 0);
                assert_int_equal(rc, 0);
                assert_int_equal(undo.n, rows[i].back ? 1 : 0);
                if (rows[i].back) {
                        assert_string_equal(undo.writes[0].text, rows[i].back);
                        assert_string_equal(undo.writes[0].file, rows[i].file);
                }
                arena_finish(&arena);
        }
        assert_int_equal(rmdir(dir), 0);
}

static void what_was_written_last_goes_back_first(void **state)
{
        (void)state;
        char dir[] = "/tmp/tare-test-undo-XXXXXX";
        char paths[2][PATH_MAX];
        struct arena arena = { 0 };
        struct err err = { 0 };
        struct resource_write writes[] = {
                {.path = "p",  .dir = dir,              .file = "a", .text = "1",           .group = 3},
                { .path = "p", .dir = dir,              .file = "b", .text = "1"          },
                { .path = "p",  .dir = dir, .file = "devices.allow", .text = "a", .is_for_device = true          },
        };
        const struct resource_plan plan = {
                .writes = writes, .n = ARRAY_LEN(writes), .device_program = {NULL, 5}
        };
        struct resource_plan undo = { 0 };
        assert_non_null(mkdtemp(dir));
        for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
                (void)snprintf(paths[i], PATH_MAX, "%s/%c", dir, "ab"[i]);
                assert_int_equal(file_replace(AT_FDCWD, paths[i], "7\n", 2, 0600, &err), 0);
        }
        int rc = resources_undo_plan(&plan, &arena, &undo, &err);
        for (size_t i = 0; i < ARRAY_LEN(paths); i++)
                (void)unlink(paths[i]);
        (void)rmdir(dir);
        assert_int_equal(rc, 0);
        assert_int_equal(undo.n, 2);
        assert_string_equal(undo.writes[0].file, "b");
        assert_string_equal(undo.writes[1].file, "a");
        assert_int_equal(undo.writes[1].group, 3);
        assert_int_equal(undo.device_program.n, 0);
        arena_finish(&arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(each_file_gets_back_what_it_holds),
                cmocka_unit_test(what_was_written_last_goes_back_first),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
