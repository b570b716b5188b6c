/* SPDX-License-Identifier: Apache-2.0 */
/* test_intel_rdt.c - groups of resctrl, on a tree of plain files: mkdir(2) and rmdir(2) of this program do in it what
 * the kernel does in the real one. */

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

#include "base/file.h"
#include "cgroup/intel_rdt_stats.h"

static char root[] = "/tmp/tare-test-rdt-XXXXXX";

static const char *const files[] = { "schemata", "tasks" };
#define DEFAULT_SCHEMATA "    L3:0=ffff;1=ffff\n    MB:0= 100;1= 100\n"

static void put(const char *dir, const char *name, const char *text)
{
        char path[PATH_MAX];
        (void)snprintf(path, sizeof path, "%s/%s", dir, name);
        int fd = openat(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        assert_true(fd >= 0);
        assert_int_equal(write_all(fd, text, strlen(text)), 0);
        (void)close(fd);
}

/* What the program under test calls too, as it is linked before libc. */
int mkdir(const char *path, mode_t mode)
{
        char below[PATH_MAX];
        if (mkdirat(AT_FDCWD, path, mode) < 0)
                return -1;
        put(path, "schemata", DEFAULT_SCHEMATA);
        put(path, "tasks", "");
        (void)snprintf(below, sizeof below, "%s/mon_groups", path);
        return strstr(path, "/mon_groups") ? 0 : mkdirat(AT_FDCWD, below, mode);
}

int rmdir(const char *path)
{
        char below[PATH_MAX];
        for (size_t i = 0; i < ARRAY_LEN(files); i++) {
                (void)snprintf(below, sizeof below, "%s/%s", path, files[i]);
                (void)unlinkat(AT_FDCWD, below, 0);
        }
        (void)snprintf(below, sizeof below, "%s/mon_groups", path);
        (void)unlinkat(AT_FDCWD, below, AT_REMOVEDIR);
        return unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

static const char *get(const char *dir, const char *name)
{
        static char text[4096];
        char path[PATH_MAX];
        struct err err;
        auto_buf struct buf buf = { 0 };
        (void)snprintf(path, sizeof path, "%s/%s", dir, name);
        assert_int_equal(file_read(AT_FDCWD, path, sizeof text - 1, &buf, &err), 0);
        (void)snprintf(text, sizeof text, "%s", buf_text(&buf));
        return text;
}

static bool is_there(const char *name)
{
        char path[PATH_MAX];
        (void)snprintf(path, sizeof path, "%s/%s", root, name);
        return access(path, F_OK) == 0;
}

static const char *in_root(const char *name)
{
        static char path[PATH_MAX];
        (void)snprintf(path, sizeof path, "%s/%s", root, name);
        return path;
}

static int make_root(void **state)
{
        (void)state;
        strcpy(root + sizeof root - 7, "XXXXXX");
        if (!mkdtemp(root))
                return -1;
        put(root, "schemata", DEFAULT_SCHEMATA);
        put(root, "tasks", "");
        return mkdirat(AT_FDCWD, in_root("mon_groups"), 0755);
}

/* With what a test that has failed has left in it. */
static int remove_root(void **state)
{
        (void)state;
        static const char *const leftovers[] = { "box/mon_groups/box", "box", "gold", "silver", "mon_groups/box" };
        for (size_t i = 0; i < ARRAY_LEN(leftovers); i++)
                (void)rmdir(in_root(leftovers[i]));
        return rmdir(root);
}

static void a_host_without_resctrl_is_refused(void **state)
{
        (void)state;
        struct err err;
        assert_int_equal(intel_rdt_check(root, &err), -1);
        assert_string_equal(err.text, "intelRdt is specified in config, but Intel RDT is not enabled");
}

static void nothing_asked_is_nothing_made(void **state)
{
        (void)state;
        const struct spec_linux spec = { .intel_rdt.set = false };
        struct intel_rdt rdt;
        struct err err;
        assert_int_equal(intel_rdt_make(root, &spec, "box", &rdt, &err), 0);
        assert_string_equal(rdt.group, "");
        assert_int_equal(intel_rdt_join(&rdt, 42, &err), 0);
        assert_int_equal(intel_rdt_remove(&rdt, &err), 0);
        assert_false(is_there("box"));
}

static void a_group_is_made_joined_changed_and_removed(void **state)
{
        (void)state;
        const char *lines[] = { "L2:0=f", NULL };
        struct spec_linux spec = {
                .intel_rdt = {.set = true,
                              .l3_cache_schema = "L3:0=f0;1=f\nMB:0=10",
                              .mem_bw_schema = "MB:0=20;1=70",
                              .schemata = { lines, 1 },
                              .enable_monitoring = true},
        };
        struct intel_rdt rdt;
        struct err err;
        assert_int_equal(intel_rdt_make(root, &spec, "box", &rdt, &err), 0);
        assert_true(rdt.is_made);
        assert_string_equal(rdt.group, in_root("box"));
        assert_string_equal(rdt.monitor, in_root("box/mon_groups/box"));
        /* memBwSchema's line of the bandwidth, not the other's. */
        static const char written[] = "L3:0=f0;1=f\nMB:0=20;1=70\nL2:0=f\n";
        assert_memory_equal(get(rdt.group, "schemata"), written, sizeof written - 1);

        assert_int_equal(intel_rdt_join(&rdt, 4242, &err), 0);
        assert_string_equal(get(rdt.group, "tasks"), "4242");
        assert_string_equal(get(rdt.monitor, "tasks"), "4242");

        spec.intel_rdt.l3_cache_schema = "L3:0=ff;1=ff";
        spec.intel_rdt.mem_bw_schema = NULL;
        spec.intel_rdt.schemata.n = 0;
        put(rdt.group, "schemata", "");
        assert_int_equal(intel_rdt_update(&rdt, &spec, &err), 0);
        assert_string_equal(get(rdt.group, "schemata"), "L3:0=ff;1=ff\n");
        assert_int_equal(intel_rdt_remove(&rdt, &err), 0);
        assert_false(is_there("box"));
        assert_int_equal(intel_rdt_remove(&rdt, &err), 0);
}

static void a_group_of_ones_own_needs_no_schemata(void **state)
{
        (void)state;
        const struct spec_linux spec = { .intel_rdt.set = true };
        struct intel_rdt rdt;
        struct err err;
        assert_int_equal(intel_rdt_make(root, &spec, "box", &rdt, &err), 0);
        assert_true(rdt.is_made);
        assert_string_equal(get(rdt.group, "schemata"), DEFAULT_SCHEMATA);
        assert_int_equal(intel_rdt_remove(&rdt, &err), 0);
}

static void a_named_group_without_schemata_must_be_there(void **state)
{
        (void)state;
        const struct spec_linux spec = {
                .intel_rdt = {.set = true, .clos_id = "gold"}
        };
        struct intel_rdt rdt;
        struct err err;
        assert_int_equal(intel_rdt_make(root, &spec, "box", &rdt, &err), -1);
        assert_memory_equal(err.text, "linux.intelRdt.closID: stat /tmp/tare-test-rdt-", 47);
        assert_non_null(strstr(err.text, "/gold: no such file or directory"));

        assert_int_equal(mkdir(in_root("gold"), 0755), 0);
        assert_int_equal(intel_rdt_make(root, &spec, "box", &rdt, &err), 0);
        assert_string_equal(rdt.group, in_root("gold"));
        assert_false(rdt.is_made);
        assert_int_equal(intel_rdt_remove(&rdt, &err), 0);
        assert_true(is_there("gold"));
        assert_int_equal(rmdir(in_root("gold")), 0);
}

static void a_group_that_is_there_must_have_the_schemata(void **state)
{
        (void)state;
        static const struct {
                const char *schema;
                bool is_same;
        } rows[] = {
                {"L3:0=ffff;1=ffff", true },
                { "L3:1=ffff",       true },
                { "L3:0=0ffff",      true },
                { "MB:0=100;1=100",  true },
                { "L3:0=fff",        false},
                { "L3:2=ffff",       false},
                { "L2:0=ffff",       false},
                { "MB:0=10",         false},
                { "nonsense",        false},
                { "L3:0",            false},
                { "L3:0=ffff;1=f",   false},
        };
        assert_int_equal(mkdir(in_root("gold"), 0755), 0);
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                const struct spec_linux spec = {
                        .intel_rdt = {.set = true, .clos_id = "gold", .l3_cache_schema = rows[i].schema},
                };
                struct intel_rdt rdt;
                struct err err = { 0 };
                char text[PATH_MAX + 128];
                assert_int_equal(intel_rdt_make(root, &spec, "box", &rdt, &err), rows[i].is_same ? 0 : -1);
                (void)snprintf(text, sizeof text,
                               "linux.intelRdt: \"%s\" does not match the schemata of %s, which exists", rows[i].schema,
                               in_root("gold"));
                assert_string_equal(err.text, rows[i].is_same ? "" : text);
                assert_string_equal(get(in_root("gold"), "schemata"), DEFAULT_SCHEMATA);
        }
        assert_int_equal(rmdir(in_root("gold")), 0);
}

static void the_root_is_a_group_too(void **state)
{
        (void)state;
        const struct spec_linux spec = {
                .intel_rdt = {.set = true, .clos_id = "/", .enable_monitoring = true}
        };
        struct intel_rdt rdt;
        struct err err;
        assert_int_equal(intel_rdt_make(root, &spec, "box", &rdt, &err), 0);
        assert_string_equal(rdt.group, root);
        assert_false(rdt.is_made);
        assert_true(is_there("mon_groups/box"));
        assert_int_equal(intel_rdt_remove(&rdt, &err), 0);
        assert_false(is_there("mon_groups/box"));
        assert_true(is_there("schemata"));
}

static void names_that_are_no_groups_are_refused(void **state)
{
        (void)state;
        static const char *const names[] = { "..", ".", "info", "mon_groups", "mon_data", "a/b", "/a" };
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
                const struct spec_linux spec = {
                        .intel_rdt = {.set = true, .clos_id = names[i], .l3_cache_schema = "L3:0=f"}
                };
                struct intel_rdt rdt;
                struct err err;
                assert_int_equal(intel_rdt_make(root, &spec, "box", &rdt, &err), -1);
                assert_memory_equal(err.text, "linux.intelRdt.closID: \"", 24);
                assert_string_equal(rdt.group, "");
        }
}

static void a_failure_leaves_no_group(void **state)
{
        (void)state;
        struct spec_linux spec = {
                .intel_rdt = {.set = true, .enable_monitoring = true}
        };
        struct intel_rdt rdt;
        struct err err;
        /* A monitor that cannot be made: in a group that was there, which stays. */
        assert_int_equal(mkdir(in_root("gold"), 0755), 0);
        assert_int_equal(unlinkat(AT_FDCWD, in_root("gold/mon_groups"), AT_REMOVEDIR), 0);
        spec.intel_rdt.clos_id = "gold";
        assert_int_equal(intel_rdt_make(root, &spec, "box", &rdt, &err), -1);
        assert_memory_equal(err.text, "linux.intelRdt.enableMonitoring: make ", 38);
        assert_true(is_there("gold"));
        assert_int_equal(rmdir(in_root("gold")), 0);

        /* In one that was made, which goes: mkdir(2) refuses the second name, "x/x" has no parent. */
        spec.intel_rdt.clos_id = "silver";
        spec.intel_rdt.l3_cache_schema = "L3:0=f";
        assert_int_equal(intel_rdt_make(root, &spec, "x/x", &rdt, &err), -1);
        assert_memory_equal(err.text, "linux.intelRdt.enableMonitoring: make ", 38);
        assert_false(is_there("silver"));
        assert_false(rdt.is_made);
}

/* Directories and files that are in no group by themselves: made here, and removed last to first. */
static const struct {
        const char *path, *text; /* NULL: a directory */
} extras[] = {
        {"info",                                               NULL    },
        { "info/L3",                                           NULL    },
        { "info/L3/cbm_mask",                                  "ffff\n"},
        { "info/L3/min_cbm_bits",                              "2\n"   },
        { "info/MB",                                           NULL    },
        { "info/MB/bandwidth_gran",                            "10\n"  },
        { "mon_groups/box/mon_data",                           NULL    },
        { "mon_groups/box/mon_data/mon_L3_00",                 NULL    },
        { "mon_groups/box/mon_data/mon_L3_00/llc_occupancy",   "4096\n"},
        { "mon_groups/box/mon_data/mon_L3_02",                 NULL    },
        { "mon_groups/box/mon_data/mon_L3_02/mbm_total_bytes", "77\n"  },
};

static int remove_extras(void **state)
{
        (void)state;
        for (size_t i = ARRAY_LEN(extras); i > 0; i--)
                (void)unlinkat(AT_FDCWD, in_root(extras[i - 1].path), extras[i - 1].text ? 0 : AT_REMOVEDIR);
        return 0;
}

static void what_was_used_is_read_from_the_monitor(void **state)
{
        (void)state;
        const struct spec_linux spec = {
                .intel_rdt = {.set = true, .clos_id = "/", .enable_monitoring = true}
        };
        struct arena arena = { 0 };
        struct intel_rdt_stats stats;
        struct intel_rdt rdt;
        struct err err;
        assert_int_equal(intel_rdt_make(root, &spec, "box", &rdt, &err), 0);
        for (size_t i = 0; i < ARRAY_LEN(extras); i++) {
                if (extras[i].text)
                        put(root, extras[i].path, extras[i].text);
                else
                        assert_int_equal(mkdirat(AT_FDCWD, in_root(extras[i].path), 0755), 0);
        }
        assert_int_equal(intel_rdt_stats_read(root, &rdt, &arena, &stats, &err), 0);
        assert_string_equal(stats.l3_cache_info.cbm_mask, "ffff");
        assert_int_equal(stats.l3_cache_info.min_cbm_bits, 2);
        assert_int_equal(stats.mem_bw_info.bandwidth_gran, 10);
        assert_int_equal(stats.mem_bw_info.num_closids, 0);
        assert_string_equal(stats.l3_cache_schema, "L3:0=ffff;1=ffff");
        assert_string_equal(stats.mem_bw_schema_root, "MB:0= 100;1= 100");
        assert_int_equal(stats.n_domains, 2);
        assert_int_equal(stats.domains[0].llc_occupancy, 4096);
        assert_int_equal(stats.domains[1].mbm_total_bytes, 77);

        const struct intel_rdt none = { .is_made = false };
        assert_int_equal(intel_rdt_stats_read(root, &none, &arena, &stats, &err), 0);
        assert_null(stats.l3_cache_schema_root);
        arena_finish(&arena);
        assert_int_equal(remove_extras(NULL), 0);
        assert_int_equal(intel_rdt_remove(&rdt, &err), 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_host_without_resctrl_is_refused),
                cmocka_unit_test(nothing_asked_is_nothing_made),
                cmocka_unit_test(a_group_is_made_joined_changed_and_removed),
                cmocka_unit_test(a_group_of_ones_own_needs_no_schemata),
                cmocka_unit_test(a_named_group_without_schemata_must_be_there),
                cmocka_unit_test(a_group_that_is_there_must_have_the_schemata),
                cmocka_unit_test(the_root_is_a_group_too),
                cmocka_unit_test(names_that_are_no_groups_are_refused),
                cmocka_unit_test(a_failure_leaves_no_group),
                cmocka_unit_test_teardown(what_was_used_is_read_from_the_monitor, remove_extras),
        };
        return cmocka_run_group_tests(tests, make_root, remove_root);
}
