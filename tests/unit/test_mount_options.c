/* SPDX-License-Identifier: Apache-2.0 */
/* test_mount_options.c - the table of mount options, walked; and what lists of them add up to. */

#include <string.h>
#include <sys/mount.h>

#include "unit.h"

#include "base/scope.h"
#include "rootfs/mount_options.h"
#include "rootfs/rootfs.h"
#include "sys/syscalls.h"

/* Every name that runtime-spec 1.3 asks for: config.md "Linux mount options", those of MUST, SHOULD and MAY. */
static const char *const spec_names[] = {
        "async",          "atime",         "bind",         "copy-symlink",
        "defaults",       "dest-nofollow", "dev",          "diratime",
        "dirsync",        "exec",          "idmap",        "iversion",
        "lazytime",       "loud",          "mand",         "noatime",
        "nodev",          "nodiratime",    "noexec",       "noiversion",
        "nolazytime",     "nomand",        "norelatime",   "nostrictatime",
        "nosuid",         "nosymfollow",   "private",      "ratime",
        "rbind",          "rdev",          "rdiratime",    "relatime",
        "remount",        "rexec",         "ridmap",       "rnoatime",
        "rnodev",         "rnodiratime",   "rnoexec",      "rnorelatime",
        "rnostrictatime", "rnosuid",       "rnosymfollow", "ro",
        "rprivate",       "rrelatime",     "rro",          "rrw",
        "rshared",        "rslave",        "rstrictatime", "rsuid",
        "rsymfollow",     "runbindable",   "rw",           "shared",
        "silent",         "slave",         "strictatime",  "suid",
        "symfollow",      "src-nofollow",  "sync",         "tmpcopyup",
        "unbindable",
};

static bool is_listed(const char *const *names, const char *name)
{
        for (; *names; names++)
                if (strcmp(*names, name) == 0)
                        return true;
        return false;
}

static void every_name_is_found_and_is_there_once(void **state)
{
        (void)state;
        for (const struct mount_option *option = mount_options; option->name; option++)
                assert_ptr_equal(mount_option_find(option->name), option);
}

static void what_is_not_in_the_table_is_data(void **state)
{
        (void)state;
        static const char *const texts[] = { "r", "rox", "RO", "mode=755", "ro=1", "tmpcopyup=1", "size=64k" };
        for (size_t i = 0; i < ARRAY_LEN(texts); i++)
                assert_null(mount_option_find(texts[i]));
}

static void id_maps_are_known_with_and_without_values(void **state)
{
        (void)state;
        static const char *const texts[] = { "idmap", "ridmap", "idmap=uids=0-1-2" };
        for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
                const struct mount_option *option = mount_option_find(texts[i]);
                assert_non_null(option);
                struct mount_flags flags = { 0 };
                mount_option_add(option, &flags);
                assert_int_equal(flags.idmap, texts[i][0] == 'r' ? IDMAP_TREE : IDMAP_ALONE);
                assert_true(mount_option_is_for_binds(option));
        }
}

static void features_names_what_can_be_honoured(void **state)
{
        (void)state;
        const char *const *names = rootfs_mount_option_names();
        size_t n = 0;
        while (names[n])
                n++;
        assert_int_equal(n, ARRAY_LEN(spec_names));
        for (size_t i = 0; i < ARRAY_LEN(spec_names); i++)
                assert_true(is_listed(names, spec_names[i]));
}

/* Whoever clears something has a row that sets it, and a row does not both set and clear the same flag of mount(2). */
static void every_option_has_an_opposite(void **state)
{
        (void)state;
        unsigned long set = 0;
        uint64_t tree_set = 0;
        for (const struct mount_option *option = mount_options; option->name; option++) {
                set |= option->set;
                tree_set |= option->tree_set;
                assert_int_equal(option->set & option->clear, 0);
        }
        for (const struct mount_option *option = mount_options; option->name; option++) {
                assert_int_equal(option->clear & ~set, 0);
                assert_int_equal(option->tree_clear & ~(tree_set | MOUNT_ATTR__ATIME), 0);
        }
}

/* mount_setattr(2) refuses a change of atime that does not clear the whole field. */
static void recursive_atime_clears_the_field(void **state)
{
        (void)state;
        for (const struct mount_option *option = mount_options; option->name; option++) {
                uint64_t atime = (option->tree_set | option->tree_clear) & MOUNT_ATTR__ATIME;
                if (atime)
                        assert_int_equal(option->tree_clear & MOUNT_ATTR__ATIME, MOUNT_ATTR__ATIME);
        }
}

static void of_two_the_later_wins(void **state)
{
        (void)state;
        /* clang-format off */
        static const struct {
                const char *list[4];
                struct mount_flags sum;
        } rows[] = {
                {{ "ro" },                     { .set = MS_RDONLY }},
                {{ "ro", "rw" },               { .cleared = MS_RDONLY }},
                {{ "rw", "ro" },               { .set = MS_RDONLY }},
                {{ "nosuid", "suid", "nodev" }, { .set = MS_NODEV, .cleared = MS_NOSUID }},
                {{ "bind", "rbind" },          { .set = MS_BIND | MS_REC }},
                {{ "defaults" },               { 0 }},
                {{ "rshared" },                { 0 }},
                {{ "tmpcopyup" },              { .copies_up = true }},
                {{ "rro", "rrw" },             { .tree_clear = MOUNT_ATTR_RDONLY }},
                {{ "rrw", "rro" },             { .tree_set = MOUNT_ATTR_RDONLY, .tree_clear = MOUNT_ATTR_RDONLY }},
                {{ "rnoatime", "rstrictatime" },
                 { .tree_set = MOUNT_ATTR_STRICTATIME, .tree_clear = MOUNT_ATTR__ATIME }},
                {{ "rnoatime", "ratime", "rnodiratime" },
                 { .tree_set = MOUNT_ATTR_NODIRATIME, .tree_clear = MOUNT_ATTR__ATIME }},
        };
        /* clang-format on */
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                struct mount_flags sum = { 0 };
                for (size_t j = 0; rows[i].list[j]; j++)
                        mount_option_add(mount_option_find(rows[i].list[j]), &sum);
                assert_int_equal(sum.set, rows[i].sum.set);
                assert_int_equal(sum.cleared, rows[i].sum.cleared);
                assert_int_equal(sum.tree_set, rows[i].sum.tree_set);
                assert_int_equal(sum.tree_clear, rows[i].sum.tree_clear);
                assert_int_equal(sum.copies_up, rows[i].sum.copies_up);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_name_is_found_and_is_there_once),
                cmocka_unit_test(what_is_not_in_the_table_is_data),
                cmocka_unit_test(id_maps_are_known_with_and_without_values),
                cmocka_unit_test(features_names_what_can_be_honoured),
                cmocka_unit_test(every_option_has_an_opposite),
                cmocka_unit_test(recursive_atime_clears_the_field),
                cmocka_unit_test(of_two_the_later_wins),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
