/* SPDX-License-Identifier: Apache-2.0 */
/* test_mount_plan.c - what the plan makes of a bundle's mounts, and what it refuses, by its JSON path. */

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include "unit.h"

#include "base/arena.h"
#include "base/buf.h"
#include "rootfs/mount_plan.h"
#include "rootfs/propagation.h"
#include "rootfs/rootfs.h"

#define LIST(...)                                                                                           \
        {                                                                                                   \
                .items = (const char *[]){ __VA_ARGS__ }, .n = ARRAY_LEN(((const char *[]){ __VA_ARGS__ })) \
        }

static struct spec spec_of(struct spec_mount *mounts, size_t n)
{
        struct spec spec = {
                .root = {.set = true, .path = "rootfs"},
                .mounts = mounts,
                .n_mounts = n,
        };
        spec.linux_.namespaces[NS_MOUNT].set = true;
        return spec;
}

static const char *const kinds[] = {
        [MOUNT_PLAIN] = "plain", [MOUNT_TMPFS] = "tmpfs",     [MOUNT_CGROUP] = "cgroup",
        [MOUNT_BIND] = "bind",   [MOUNT_REMOUNT] = "remount",
};
_Static_assert(ARRAY_LEN(kinds) == MOUNT_KINDS, "every kind has a name");

static void tell_row(struct buf *buf, const struct mount_row *row)
{
        buf_add_format(buf, "%s %s %s %s set=%lx cleared=%lx", kinds[row->kind], row->dest,
                       *row->source ? row->source : "-", *row->type ? row->type : "-", row->flags.set,
                       row->flags.cleared);
        if (row->flags.tree_set || row->flags.tree_clear)
                buf_add_format(buf, " tree=%llx-%llx", (unsigned long long)row->flags.tree_set,
                               (unsigned long long)row->flags.tree_clear);
        for (size_t i = 0; i < row->n_propagation; i++)
                buf_add_format(buf, " then=%lx", row->propagation[i]);
        buf_add_format(buf, "%s%s%s%s%s%s%s\n", *row->data ? " data=" : "", row->data,
                       row->flags.copies_up ? " up" : "", row->is_late_readonly ? " late" : "",
                       row->is_relative ? " relative" : "", row->ordinary ? " ordinary=" : "",
                       row->ordinary ? row->ordinary : "");
}

static void a_plan_says_what_is_to_be_mounted(void **state)
{
        (void)state;
        /* clang-format off */
        struct spec_mount mounts[] = {
                { .destination = "/proc", .type = "proc", .source = "proc" },
                { .destination = "/dev", .type = "tmpfs", .source = "tmpfs",
                  .options = LIST("nosuid", "strictatime", "mode=755", "size=65536k") },
                { .destination = "/dev/pts/", .type = "devpts", .source = "devpts",
                  .options = LIST("nosuid", "noexec", "newinstance", "ptmxmode=0666") },
                { .destination = "//sys/.", .type = "sysfs", .source = "sysfs", .options = LIST("ro", "nodev", "defaults") },
                { .destination = "/sys/fs/cgroup", .type = "cgroup", .source = "cgroup", .options = LIST("rprivate", "ro") },
                { .destination = "tmp/../made", .type = "none", .source = "etc/x", .options = LIST("rbind", "rslave", "shared") },
                { .destination = "/a", .type = "bind", .source = "/host/a", .options = LIST("ro", "rro", "rnoatime", "suid") },
                { .destination = "/b", .source = "/host/b", .options = LIST("bind") },
                { .destination = "/proc/meminfo", .type = "bind", .source = "/lxcfs", .options = LIST("bind") },
                { .destination = "/proc", .type = "bind", .source = "/proc", .options = LIST("rbind") },
                { .destination = "/sys", .source = "/sys", .options = LIST("bind") },
                { .destination = "/run", .type = "tmpfs", .options = LIST("ro", "tmpcopyup") },
                { .destination = "/", .type = "x", .options = LIST("remount", "ro") },
                { .destination = "/dev", .type = "devtmpfs", .source = "dev", .options = LIST("ro") },
        };
        /* clang-format on */
        struct spec spec = spec_of(mounts, ARRAY_LEN(mounts));
        struct arena arena = { 0 };
        struct rootfs_plan plan;
        struct err err = { 0 };
        int rc = rootfs_plan_build(&spec, "/bundle", false, &arena, &plan, &err);
        assert_string_equal(err.text, "");
        assert_int_equal(rc, 0);

        auto_buf struct buf told = { 0 };
        for (size_t i = 0; i < plan.n_mounts; i++)
                tell_row(&told, &plan.mounts[i]);
        assert_string_equal(buf_text(&told),
                            "plain /proc proc proc set=0 cleared=0 ordinary=proc\n"
                            "tmpfs /dev tmpfs tmpfs set=1000002 cleared=0 data=mode=755,size=65536k\n"
                            "plain /dev/pts devpts devpts set=a cleared=0 data=newinstance,ptmxmode=0666\n"
                            "plain /sys sysfs sysfs set=5 cleared=0 ordinary=sysfs\n"
                            "cgroup /sys/fs/cgroup cgroup cgroup set=1 cleared=0 then=44000\n"
                            "bind /made /bundle/etc/x none set=5000 cleared=0 then=84000 then=100000 relative\n"
                            "bind /a /host/a bind set=1 cleared=2 tree=11-70\n"
                            "bind /b /host/b - set=1000 cleared=0\n"
                            "bind /proc/meminfo /lxcfs bind set=1000 cleared=0\n"
                            "bind /proc /proc bind set=5000 cleared=0 ordinary=proc\n"
                            "bind /sys /sys - set=1000 cleared=0 ordinary=sysfs\n"
                            "tmpfs /run - tmpfs set=1 cleared=0 up late\n"
                            "remount / - x set=21 cleared=0\n"
                            "plain /dev dev devtmpfs set=1 cleared=0 late\n");
        assert_string_equal(plan.root, "/bundle/rootfs");
        assert_true(plan.has_mount_namespace);
        assert_false(plan.no_pivot);
        assert_false(plan.keeps_dev);
        assert_null(plan.propagation->name);
        arena_finish(&arena);
}

/* The complaint about a spec; "" for none. */
static const char *complaint(const struct spec *spec, bool no_pivot)
{
        static struct err err;
        err = (struct err){ 0 };
        struct arena arena = { 0 };
        struct rootfs_plan plan;
        int rc = rootfs_plan_build(spec, "/bundle", no_pivot, &arena, &plan, &err);
        assert_int_equal(rc, err.text[0] == '\0' ? 0 : -1);
        arena_finish(&arena);
        return err.text;
}

static void a_mount_that_cannot_be_honoured_is_refused_by_its_path(void **state)
{
        (void)state;
        static char long_source[PATH_MAX + 1], long_option[MOUNT_DATA_MAX + 1];
        memset(long_source, 's', sizeof long_source - 1);
        memset(long_option, 'o', sizeof long_option - 1);
        /* clang-format off */
        const struct {
                struct spec_mount mount;
                const char *complaint;
        } rows[] = {
                {{ .destination = "/x", .type = "bind", .source = "/y", .options = LIST("ro", "size=1m") },
                 "mounts[1].options[1]: option \"size=1m\": bind mounts cannot have any filesystem-specific options applied" },
                {{ .destination = "/x", .source = "/y", .options = LIST("mode=1", "rbind") },
                 "mounts[1].options[0]: option \"mode=1\": bind mounts cannot have any filesystem-specific options applied" },
                {{ .destination = "/x", .source = "/y", .options = LIST("ridmap=uids=0-0-1", "bind") },
                 "mounts[1].options[0]: option \"ridmap=uids=0-0-1\": id-mapped mounts must have both uid and gid mappings "
                 "specified" },
                {{ .destination = "/x", .source = "/y", .options = LIST("bind", "idmap=uids=0-0-1#1-0-1;gids=0-0-1") },
                 "mounts[1].options[1]: option \"idmap=uids=0-0-1#1-0-1;gids=0-0-1\": range 1 overlaps range 0" },
                {{ .destination = "/x", .source = "/y", .options = LIST("bind", "idmap=uids=0-0#1-0-1") },
                 "mounts[1].options[1]: option \"idmap=uids=0-0#1-0-1\": \"0-0\" is not INSIDE-OUTSIDE-SIZE" },
                {{ .destination = "/x", .source = "/y", .options = LIST("bind", "idmap=@0-0-1") },
                 "mounts[1].options[1]: option \"idmap=@0-0-1\": \"@0-0-1\" is neither uids= nor gids=" },
                {{ .destination = "/x", .source = "/y", .options = LIST("bind", "idmap=uids=@0-7-1") },
                 "mounts[1].options[1]: option \"idmap=uids=@0-7-1\": the container maps no id 7" },
                {{ .destination = "/x", .type = "tmpfs", .options = LIST("idmap") },
                 "mounts[1].options[0]: option \"idmap\": only for a bind mount" },
                {{ .destination = "/x", .source = "/y", .options = LIST("bind", "tmpcopyup") },
                 "mounts[1].options[1]: option \"tmpcopyup\": only for a tmpfs" },
                {{ .destination = "/x", .type = "bind" }, "mounts[1].source: required for a bind mount" },
                {{ .destination = "/x", .type = "bind", .source = long_source }, "mounts[1].source: longer than 4095 bytes" },
                {{ .destination = "/x", .type = "tmpfs", .source = long_source }, "mounts[1].source: longer than 4095 bytes" },
                {{ .destination = "/x", .type = "tmpfs", .options = LIST("size=1m", long_option) },
                 "mounts[1].options: more than 4095 bytes for the filesystem" },
                {{ .destination = "/x" }, "mounts[1].type: required" },
                {{ .destination = "/x", .type = "" }, "mounts[1].type: required" },
                {{ .destination = "/x/..", .type = "tmpfs" },
                 "mounts[1].destination: mountpoint \"/x/..\" is on the top of rootfs" },
                {{ .destination = "/proc/sys", .type = "tmpfs" },
                 "mounts[1].destination: \"/proc/sys\" cannot be mounted because it is inside /proc" },
                {{ .destination = "x/../proc//self", .type = "bind", .source = "/y" },
                 "mounts[1].destination: \"/proc/self\" cannot be mounted because it is inside /proc" },
                {{ .destination = "/proc/sys", .type = "proc" },
                 "mounts[1].destination: \"/proc/sys\" cannot be mounted because it is inside /proc" },
                {{ .destination = "/proc", .type = "tmpfs" },
                 "mounts[1].destination: \"/proc\" cannot be mounted because it is not of type proc" },
                {{ .destination = "/process", .type = "tmpfs" }, "" },
        };
        /* clang-format on */
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                struct spec_mount mounts[] = {
                        {.destination = "/good", .type = "tmpfs"},
                        rows[i].mount,
                };
                struct spec spec = spec_of(mounts, 2);
                assert_string_equal(complaint(&spec, false), rows[i].complaint);
        }
}

static void a_destination_that_is_too_long_is_refused(void **state)
{
        (void)state;
        static char destination[PATH_MAX + 2];
        memset(destination, 'd', sizeof destination - 1);
        struct spec_mount mount = { .destination = destination, .type = "tmpfs" };
        struct spec spec = spec_of(&mount, 1);
        const char *text = complaint(&spec, false);
        assert_memory_equal(text, "mounts[0].destination: ddd", 26);
        assert_string_equal(strrchr(text, ':'), ": file name too long");
}

static void the_plan_knows_whose_dev_it_is(void **state)
{
        (void)state;
        struct spec_mount mounts[] = {
                {.destination = "/dev/", .source = "/y", .options = LIST("rbind") },
                { .destination = "/dev/x",                     .type = "tmpfs"           },
        };
        struct spec spec = spec_of(mounts, 2);
        struct arena arena = { 0 };
        struct rootfs_plan plan;
        struct err err = { 0 };
        assert_int_equal(rootfs_plan_build(&spec, "/bundle", false, &arena, &plan, &err), 0);
        assert_true(plan.keeps_dev);
        arena_finish(&arena);
}

static void every_propagation_is_known(void **state)
{
        (void)state;
        static const struct {
                const char *name;
                bool needs_pivot;
                const char *complaint;
        } rows[] = {
                {NULL,           false, ""                                                    },
                { "private",     true,  ""                                                    },
                { "rprivate",    true,  ""                                                    },
                { "slave",       false, ""                                                    },
                { "rslave",      false, ""                                                    },
                { "shared",      false, ""                                                    },
                { "rshared",     false, ""                                                    },
                { "unbindable",  true,  ""                                                    },
                { "runbindable", true,  ""                                                    },
                { "foo",         false, "linux.rootfsPropagation: unknown propagation \"foo\""},
                { "",            false, "linux.rootfsPropagation: unknown propagation \"\""   },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                struct spec spec = spec_of(NULL, 0);
                spec.linux_.rootfs_propagation = rows[i].name;
                assert_string_equal(complaint(&spec, false), rows[i].complaint);
                assert_string_equal(complaint(&spec, true),
                                    rows[i].needs_pivot ? "linux.rootfsPropagation: rootfsPropagation of [r]private is "
                                                          "not safe without pivot_root"
                                                        : rows[i].complaint);
        }
}

static void nothing_is_made_or_masked_in_the_place_of_the_root(void **state)
{
        (void)state;
        static char path[PATH_MAX + 2];
        memset(path, 'p', sizeof path - 1);
        struct spec spec = spec_of(NULL, 0);
        spec.linux_.masked_paths = (struct text_list)LIST("/good", "/x/..");
        assert_string_equal(complaint(&spec, false), "linux.maskedPaths[1]: not the root itself");
        spec.linux_.masked_paths = (struct text_list){ 0 };
        spec.linux_.readonly_paths = (struct text_list)LIST("//");
        assert_string_equal(complaint(&spec, false), "linux.readonlyPaths[0]: not the root itself");
        spec.linux_.readonly_paths = (struct text_list)LIST(path);
        assert_string_equal(strrchr(complaint(&spec, false), ':'), ": file name too long");
        spec.linux_.readonly_paths = (struct text_list){ 0 };

        struct spec_device device = { .type = 'c', .path = "/.." };
        spec.linux_.devices = &device;
        spec.linux_.n_devices = 1;
        assert_string_equal(complaint(&spec, false), "linux.devices[0].path: not the root itself");
}

static void a_root_is_below_the_bundle_or_absolute(void **state)
{
        (void)state;
        static const char *const rows[][2] = {
                {"rootfs",    "/bundle/rootfs"},
                { "./a/../b", "/bundle/b"     },
                { "/abs/",    "/abs"          },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                struct spec spec = spec_of(NULL, 0);
                struct arena arena = { 0 };
                struct rootfs_plan plan;
                struct err err;
                spec.root.path = rows[i][0];
                assert_int_equal(rootfs_plan_build(&spec, "/bundle", false, &arena, &plan, &err), 0);
                assert_string_equal(plan.root, rows[i][1]);
                arena_finish(&arena);
        }
}

static void without_a_mount_namespace_nothing_is_mounted(void **state)
{
        (void)state;
        struct spec_mount mount = { .destination = "/x", .type = "tmpfs" };
        struct spec spec = spec_of(NULL, 0);
        spec.linux_.namespaces[NS_MOUNT].set = false;
        assert_string_equal(complaint(&spec, false), "");

        spec.root.readonly = true;
        assert_string_equal(complaint(&spec, false), "root.readonly: not possible without a private MNT namespace");
        spec.linux_.rootfs_propagation = "rslave";
        spec.root.readonly = false;
        assert_string_equal(complaint(&spec, false),
                            "linux.rootfsPropagation: not possible without a private MNT namespace");
        spec.mounts = &mount;
        spec.n_mounts = 1;
        assert_string_equal(complaint(&spec, false), "mounts: not possible without a private MNT namespace");
}

static void thousands_of_mounts_are_planned(void **state)
{
        (void)state;
        enum { N = 20000 };
        struct spec_mount *mounts = calloc(N, sizeof *mounts);
        assert_non_null(mounts);
        const char *options[] = { "rbind", "ro", "rprivate" };
        for (size_t i = 0; i < N; i++)
                mounts[i] = (struct spec_mount){
                        .destination = "/some/where",
                        .source = "volume",
                        .options = {options, ARRAY_LEN(options)},
                };
        struct spec spec = spec_of(mounts, N);
        assert_string_equal(complaint(&spec, false), "");
        mounts[N - 1].source = NULL;
        assert_string_equal(complaint(&spec, false), "mounts[19999].source: required for a bind mount");
        free(mounts);
}

static void data_is_searched_by_whole_names(void **state)
{
        (void)state;
        assert_true(mount_data_has("mode=755", "mode="));
        assert_true(mount_data_has("size=1,mode=755", "mode="));
        assert_false(mount_data_has("ptmxmode=0666,xmode=1", "mode="));
        assert_false(mount_data_has("", "mode="));
        assert_false(mount_data_has("mode", "mode="));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_plan_says_what_is_to_be_mounted),
                cmocka_unit_test(a_mount_that_cannot_be_honoured_is_refused_by_its_path),
                cmocka_unit_test(a_destination_that_is_too_long_is_refused),
                cmocka_unit_test(the_plan_knows_whose_dev_it_is),
                cmocka_unit_test(every_propagation_is_known),
                cmocka_unit_test(nothing_is_made_or_masked_in_the_place_of_the_root),
                cmocka_unit_test(a_root_is_below_the_bundle_or_absolute),
                cmocka_unit_test(without_a_mount_namespace_nothing_is_mounted),
                cmocka_unit_test(thousands_of_mounts_are_planned),
                cmocka_unit_test(data_is_searched_by_whole_names),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
