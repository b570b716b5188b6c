/* SPDX-License-Identifier: Apache-2.0 */
/* test_stats.c - numbers out of the texts of the kernel, and out of directories of such texts: a v1 container's and one
 * of cgroup2, of plain files. */

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

#include "base/file.h"
#include "cgroup/oom.h"
#include "cgroup/stats_parse.h"

static void single_numbers(void **state)
{
        (void)state;
        static const char text[] = "low 1\nmax 17\nmaximal 3\noom_kill 2\n";
        assert_int_equal(stats_parse_number(text, "max"), 17);
        assert_int_equal(stats_parse_number(text, "oom_kill"), 2);
        assert_int_equal(stats_parse_number(text, "oom"), 0);
        assert_int_equal(stats_parse_number(text, "m"), 0);
        assert_int_equal(stats_parse_number("4096\n", NULL), 4096);
        assert_true(stats_parse_number("max\n", NULL) == UINT64_MAX);
        assert_int_equal(stats_parse_number("", NULL), 0);
        assert_int_equal(stats_parse_number("", "x"), 0);
}

static void pressure(void **state)
{
        (void)state;
        struct stats_psi psi;
        assert_true(stats_parse_psi("some avg10=1.50 avg60=0.25 avg300=0.00 total=123456\n"
                                    "full avg10=0.00 avg60=0.10 avg300=0.01 total=99\n",
                                    &psi));
        assert_true(psi.is_there);
        assert_true(psi.some.avg10 > 1.49 && psi.some.avg10 < 1.51);
        assert_true(psi.full.avg60 > 0.09 && psi.full.avg60 < 0.11);
        assert_int_equal(psi.some.total, 123456);
        assert_int_equal(psi.full.total, 99);
        assert_false(stats_parse_psi("", &psi));
        assert_false(psi.is_there);
}

static void lists(void **state)
{
        (void)state;
        struct arena arena = { 0 };
        struct stats_numbers numbers;
        assert_int_equal(stats_parse_numbers("10 20 30 \n", &arena, &numbers), 0);
        assert_int_equal(numbers.n, 3);
        assert_int_equal(numbers.items[2], 30);
        assert_int_equal(stats_parse_numbers("\n", &arena, &numbers), 0);
        assert_int_equal(numbers.n, 0);

        static const uint64_t expected[] = { 0, 1, 2, 7, 9, 10 };
        assert_int_equal(stats_parse_ranges("0-2,7,9-10\n", &arena, &numbers), 0);
        assert_int_equal(numbers.n, ARRAY_LEN(expected));
        assert_memory_equal(numbers.items, expected, sizeof expected);
        assert_int_equal(stats_parse_ranges("\n", &arena, &numbers), 0);
        assert_int_equal(numbers.n, 0);
        assert_int_equal(stats_parse_ranges("0-18446744073709551615", &arena, &numbers), 0);
        assert_int_equal(numbers.n, 8192);

        struct stats_named_list named;
        assert_int_equal(stats_parse_named("cache 5\nrss 6\nbroken\n", &arena, &named), 0);
        assert_int_equal(named.n, 2);
        assert_string_equal(named.items[1].name, "rss");
        assert_int_equal(named.items[1].value, 6);
        arena_finish(&arena);
}

static void block_devices(void **state)
{
        (void)state;
        struct arena arena = { 0 };
        struct stats_block_list list;
        assert_int_equal(stats_parse_block("8:0 Read 4096\n8:0 Write 1\n253:1 77\nTotal 4097\n", &arena, &list), 0);
        assert_int_equal(list.n, 3);
        assert_string_equal(list.items[0].op, "Read");
        assert_int_equal(list.items[0].value, 4096);
        assert_int_equal(list.items[2].major, 253);
        assert_int_equal(list.items[2].minor, 1);
        assert_null(list.items[2].op);
        assert_int_equal(list.items[2].value, 77);

        assert_int_equal(stats_parse_io("8:0 rbytes=10 wbytes=20 rios=1 wios=2 dbytes=0 dios=0\n7:0 \n8:16 wbytes=5\n",
                                        "rbytes", "wbytes", &arena, &list),
                         0);
        assert_int_equal(list.n, 3);
        assert_int_equal(list.items[1].value, 20);
        assert_string_equal(list.items[1].op, "Write");
        assert_int_equal(list.items[2].minor, 16);
        assert_string_equal(list.items[2].op, "Write");
        arena_finish(&arena);
}

/* directories ------------------------------------------------------------------------------------------------------ */

struct file {
        const char *name, *text;
};

static char dir[] = "/tmp/tare-test-stats-XXXXXX";

static const char *path_of(const char *name)
{
        static char path[PATH_MAX];
        (void)snprintf(path, sizeof path, "%s/%s", dir, name);
        return path;
}

static void put_all(const struct file *files, size_t n)
{
        strcpy(dir + sizeof dir - 7, "XXXXXX");
        assert_non_null(mkdtemp(dir));
        for (size_t i = 0; i < n; i++) {
                int fd = openat(AT_FDCWD, path_of(files[i].name), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
                assert_true(fd >= 0);
                assert_int_equal(write_all(fd, files[i].text, strlen(files[i].text)), 0);
                (void)close(fd);
        }
}

/* Also after a test that has failed; nothing, after one that has made none. */
static int remove_all(void **state)
{
        (void)state;
        struct dirent *entry;
        DIR *list = opendir(dir);
        while (list && (entry = readdir(list))) {
                if (entry->d_type == DT_REG)
                        (void)unlink(path_of(entry->d_name));
        }
        if (list)
                (void)closedir(list);
        return rmdir(dir) == 0 || errno == ENOENT ? 0 : -1;
}

static void a_v1_container(void **state)
{
        (void)state;
        static const struct file files[] = {
                {"cpuacct.usage",                         "1000\n"                                           },
                { "cpuacct.usage_user",                   "600\n"                                            },
                { "cpuacct.usage_sys",                    "400\n"                                            },
                { "cpuacct.usage_percpu",                 "700 300 \n"                                       },
                { "cpu.stat",                             "nr_periods 5\nnr_throttled 2\nthrottled_time 99\n"},
                { "cpuset.cpus",                          "0-1\n"                                            },
                { "cpuset.sched_relax_domain_level",      "-1\n"                                             },
                { "memory.stat",                          "cache 11\nrss 12\n"                               },
                { "memory.limit_in_bytes",                "4096\n"                                           },
                { "memory.usage_in_bytes",                "100\n"                                            },
                { "memory.memsw.usage_in_bytes",          "150\n"                                            },
                { "memory.oom_control",                   "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n"    },
                { "pids.current",                         "4\n"                                              },
                { "pids.max",                             "max\n"                                            },
                { "blkio.bfq.io_serviced_recursive",      "Total 0\n"                                        },
                { "blkio.throttle.io_serviced_recursive", "8:0 Read 3\nTotal 3\n"                            },
                { "hugetlb.2MB.limit_in_bytes",           "1\n"                                              },
                { "hugetlb.2MB.usage_in_bytes",           "2\n"                                              },
                { "hugetlb.2MB.max_usage_in_bytes",       "3\n"                                              },
                { "hugetlb.2MB.failcnt",                  "4\n"                                              },
                { "hugetlb.2MB.rsvd.limit_in_bytes",      "5\n"                                              },
                { "hugetlb.2MB.rsvd.usage_in_bytes",      "6\n"                                              },
        };
        put_all(files, ARRAY_LEN(files));
        const struct cgroup cgroup = {
                .n = 1,
                .hierarchies = { { .name = "cpu,cpuacct,cpuset,memory,pids,blkio,hugetlb", .dir = dir } },
        };
        struct arena arena = { 0 };
        struct cgroup_stats stats;
        struct err err;
        assert_int_equal(cgroup_stats_read(&cgroup, &arena, &stats, &err), 0);
        assert_int_equal(stats.cpu.usage.total, 1000);
        assert_int_equal(stats.cpu.usage.user, 600);
        assert_int_equal(stats.cpu.usage.kernel, 400);
        assert_int_equal(stats.cpu.usage.percpu.n, 2);
        assert_int_equal(stats.cpu.throttling.throttled_time, 99);
        assert_int_equal(stats.cpuset.cpus.n, 2);
        assert_int_equal(stats.cpuset.sched_relax_domain_level, -1);
        assert_int_equal(stats.memory.cache, 11);
        assert_int_equal(stats.memory.raw.n, 2);
        assert_int_equal(stats.memory.usage.limit, 4096);
        assert_int_equal(stats.memory.swap.usage, 150);
        assert_int_equal(stats.pids.current, 4);
        assert_int_equal(stats.pids.limit, 0);
        assert_int_equal(stats.blkio.io_serviced_recursive.n, 1);
        assert_int_equal(stats.n_hugetlb, 1);
        assert_string_equal(stats.hugetlb[0].page_size, "2MB");
        assert_int_equal(stats.hugetlb[0].usage, 6);
        assert_int_equal(stats.hugetlb[0].max, 3);
        assert_int_equal(stats.hugetlb[0].failcnt, 4);
        assert_false(stats.cpu.psi.is_there);
        assert_int_equal(oom_kills(&cgroup), 3);
        assert_int_equal(remove_all(NULL), 0);

        /* Gone: nothing used. */
        assert_int_equal(cgroup_stats_read(&cgroup, &arena, &stats, &err), 0);
        assert_int_equal(stats.cpu.usage.total, 0);
        assert_int_equal(stats.n_hugetlb, 0);
        arena_finish(&arena);
}

static void a_container_of_cgroup2(void **state)
{
        (void)state;
        static const struct file files[] = {
                {"cpu.stat",
                 "usage_usec 10\nuser_usec 6\nsystem_usec 4\nnr_periods 5\nnr_throttled 2\nthrottled_usec 9\n"},
                { "cpu.pressure",        "some avg10=0.00 avg60=0.00 avg300=0.00 total=7\n"                   },
                { "memory.stat",         "anon 3\nfile 4\n"                                                   },
                { "memory.current",      "100\n"                                                              },
                { "memory.max",          "max\n"                                                              },
                { "memory.peak",         "300\n"                                                              },
                { "memory.swap.current", "50\n"                                                               },
                { "memory.swap.max",     "20\n"                                                               },
                { "memory.events",       "low 0\nhigh 0\nmax 8\noom 1\noom_kill 6\n"                          },
                { "pids.current",        "4\n"                                                                },
                { "pids.max",            "9\n"                                                                },
                { "io.stat",             "8:0 rbytes=10 wbytes=20 rios=1 wios=2\n"                            },
                { "hugetlb.1GB.max",     "1\n"                                                                },
                { "hugetlb.1GB.current", "2\n"                                                                },
                { "hugetlb.1GB.events",  "max 3\n"                                                            },
        };
        put_all(files, ARRAY_LEN(files));
        const struct cgroup cgroup = { .is_v2 = true, .n = 1, .hierarchies = { { .name = "", .dir = dir } } };
        struct arena arena = { 0 };
        struct cgroup_stats stats;
        struct err err;
        assert_int_equal(cgroup_stats_read(&cgroup, &arena, &stats, &err), 0);
        assert_int_equal(stats.cpu.usage.total, 10000);
        assert_int_equal(stats.cpu.usage.kernel, 4000);
        assert_int_equal(stats.cpu.throttling.periods, 5);
        assert_int_equal(stats.cpu.throttling.throttled_time, 9000);
        assert_int_equal(stats.cpu.psi.some.total, 7);
        assert_int_equal(stats.memory.cache, 4);
        assert_true(stats.memory.usage.limit == UINT64_MAX);
        assert_int_equal(stats.memory.usage.max, 300);
        assert_int_equal(stats.memory.usage.failcnt, 8);
        assert_int_equal(stats.memory.swap.usage, 150);
        assert_true(stats.memory.swap.limit == UINT64_MAX);
        assert_int_equal(stats.pids.limit, 9);
        assert_int_equal(stats.blkio.io_service_bytes_recursive.n, 2);
        assert_int_equal(stats.blkio.io_serviced_recursive.items[1].value, 2);
        assert_int_equal(stats.hugetlb[0].usage, 2);
        assert_int_equal(stats.hugetlb[0].failcnt, 3);
        assert_int_equal(oom_kills(&cgroup), 6);
        assert_int_equal(remove_all(NULL), 0);
        arena_finish(&arena);
}

/* cgroup2's counts are files that change, for inotify like any other. */
static void kills_on_cgroup2_are_told(void **state)
{
        (void)state;
        static const struct file files[] = {
                {"memory.events",  "oom_kill 6\n"           },
                { "cgroup.events", "populated 1\nfrozen 0\n"},
        };
        put_all(files, ARRAY_LEN(files));
        const struct cgroup cgroup = { .is_v2 = true, .n = 1, .hierarchies = { { .name = "", .dir = dir } } };
        struct oom_watch watch;
        struct oom_news news;
        struct err err;
        assert_int_equal(oom_watch_open(&cgroup, &watch, &err), 0);
        assert_int_equal(oom_watch_take(&watch, &news, &err), 0);
        assert_int_equal(news.n, 0);
        assert_false(news.is_gone);

        assert_int_equal(file_write(AT_FDCWD, path_of("memory.events"), "oom_kill 8\n", &err), 0);
        assert_int_equal(oom_watch_take(&watch, &news, &err), 0);
        assert_int_equal(news.n, 2);
        assert_int_equal(oom_watch_take(&watch, &news, &err), 0);
        assert_int_equal(news.n, 0);
        assert_int_equal(file_write(AT_FDCWD, path_of("cgroup.events"), "populated 0\n", &err), 0);
        assert_int_equal(oom_watch_take(&watch, &news, &err), 0);
        assert_true(news.is_gone);
        oom_watch_finish(&watch);
        oom_watch_finish(&watch);
        assert_int_equal(remove_all(NULL), 0);

        const struct cgroup none = { .n = 0 };
        assert_int_equal(oom_watch_open(&none, &watch, &err), -1);
        assert_string_equal(err.text, "no memory controller on this host");
        oom_watch_finish(&watch);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(single_numbers),
                cmocka_unit_test(pressure),
                cmocka_unit_test(lists),
                cmocka_unit_test(block_devices),
                cmocka_unit_test_teardown(a_v1_container, remove_all),
                cmocka_unit_test_teardown(a_container_of_cgroup2, remove_all),
                cmocka_unit_test_teardown(kills_on_cgroup2_are_told, remove_all),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
