/* SPDX-License-Identifier: Apache-2.0 */
/* test_observe.c - what /proc says of a process, turned into a spec. */

#include "spec_text.h"

#include "base/mountinfo.h"
#include "birth/observe.h"

static const struct mountinfo_list *parse(const char *text, struct mountinfo_list *ret)
{
        char *copy = arena_copy(&arena, text, strlen(text));
        assert_non_null(copy);
        assert_string_equal(mountinfo_parse(copy, &arena, ret, &err) < 0 ? err.text : "", "");
        return ret;
}

static void lines_are_cut_into_fields(void **state)
{
        (void)state;
        struct mountinfo_list list;
        parse("36 35 98:0 /a\\040b /c\\134\\011d rw,noatime shared:7 master:1 - ext3 /dev/my\\040root rw,errors=x\n"
              "37 36 0:41 / /e ro,nosuid - proc proc rw\n"
              "38 36 0:42 / /f rw master:2 - sysfs sysfs ro\n",
              &list);
        assert_int_equal(list.n, 3);
        assert_string_equal(list.items[0].dev, "98:0");
        assert_string_equal(list.items[0].root, "/a b");
        assert_string_equal(list.items[0].dest, "/c\\\td");
        assert_string_equal(list.items[0].peers, "7");
        assert_string_equal(list.items[0].type, "ext3");
        assert_string_equal(list.items[0].source, "/dev/my root");
        assert_false(list.items[0].is_readonly);
        assert_true(list.items[1].is_readonly);
        assert_null(list.items[2].peers);
        assert_true(list.items[2].is_readonly);
}

static void a_line_that_is_none_is_told(void **state)
{
        (void)state;
        static const char *const lines[] = { "1 2 3", "1 2 3:4 / /x rw shared:1", "1 2 3:4 / /x rw - ext4 x" };
        for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
                char text[128];
                struct mountinfo_list list;
                (void)snprintf(text, sizeof text, "36 35 98:0 / / rw - ext4 /x rw\n%s\n", lines[i]);
                assert_int_equal(mountinfo_parse(text, &arena, &list, &err), -1);
                assert_string_equal(err.text, "line 2 is no mount");
        }
}

static const char host_text[] = "1 0 8:1 / / rw shared:1 - ext4 /dev/sda rw\n"
                                "2 1 0:5 / /dev rw shared:2 - devtmpfs udev rw\n"
                                "3 1 0:20 / /proc rw shared:3 - proc proc rw\n"
                                "4 1 0:21 / /sys rw shared:4 - sysfs sysfs rw\n"
                                "5 1 8:2 /vol /srv rw shared:5 - ext4 /dev/sdb rw\n"
                                "6 1 8:2 /vol/a/b /deep rw shared:6 - ext4 /dev/sdb rw\n";

static void observe_text(const char *inside_text)
{
        struct mountinfo_list inside, host;
        parse(inside_text, &inside);
        parse(host_text, &host);
        assert_string_equal(observe_mounts_of(&inside, &host, &arena, &spec, &err) < 0 ? err.text : "", "");
}

/* "DESTINATION TYPE SOURCE[ OPTION]..." */
static void has_mount(size_t i, const char *text)
{
        char is[512];
        assert_true(i < spec.n_mounts);
        const struct spec_mount *mount = &spec.mounts[i];
        int len = snprintf(is, sizeof is, "%s %s %s", mount->destination, mount->type, mount->source);
        for (size_t k = 0; k < mount->options.n; k++)
                len += snprintf(is + len, sizeof is - (size_t)len, " %s", mount->options.items[k]);
        assert_string_equal(is, text);
}

static void binds_are_known_by_their_place_on_the_host(void **state)
{
        (void)state;
        spec = (struct spec){ .linux_.namespaces[NS_PID].set = true, .linux_.namespaces[NS_NETWORK].set = true };
        observe_text("10 1 8:1 /var/c/rootfs / ro - ext4 /dev/sda rw\n"
                     "11 10 0:40 / /proc rw - proc proc rw\n"
                     "12 10 0:50 / /dev rw - tmpfs tmpfs rw\n"
                     "13 10 8:1 /etc /host/etc rw shared:1 - ext4 /dev/sda rw\n"
                     "14 10 8:2 /vol/a/b/c /b ro master:6 - ext4 /dev/sdb rw\n"
                     "15 10 8:2 /other /o rw - ext4 /dev/sdb rw\n"
                     "16 10 0:5 /fuse /dev/fuse rw - devtmpfs udev rw\n"
                     "17 10 0:20 / /host/proc rw - proc proc rw\n"
                     "18 10 8:1 / /all rw - ext4 /dev/sda rw\n"
                     "19 10 0:60 /x /sys/fs/cgroup ro - cgroup2 cgroup rw\n");
        assert_string_equal(spec.root.path, "/var/c/rootfs");
        assert_true(spec.root.readonly);
        assert_string_equal(spec.linux_.rootfs_propagation, "private");
        assert_int_equal(spec.n_mounts, 9);
        has_mount(0, "/proc proc proc");
        has_mount(1, "/dev tmpfs tmpfs");
        has_mount(2, "/host/etc bind /etc bind shared");
        has_mount(3, "/b bind /srv/a/b/c ro bind");
        has_mount(4, "/o ext4 /dev/sdb"); /* nowhere on the host */
        has_mount(5, "/dev/fuse bind /dev/fuse bind");
        has_mount(6, "/host/proc proc /proc bind"); /* of a pid namespace that it is not in */
        has_mount(7, "/all ext4 / bind");
        has_mount(8, "/sys/fs/cgroup cgroup2 cgroup ro");
}

static void what_a_namespace_shares_is_no_bind(void **state)
{
        (void)state;
        spec = (struct spec){ .linux_.namespaces[NS_NETWORK].set = true };
        observe_text("10 1 8:1 / / rw shared:1 - ext4 /dev/sda rw\n"
                     "11 10 0:20 / /proc rw - proc proc rw\n"
                     "12 10 0:21 / /sys rw - sysfs sysfs rw\n");
        assert_string_equal(spec.root.path, "/");
        assert_string_equal(spec.linux_.rootfs_propagation, "shared");
        has_mount(0, "/proc proc proc");
        has_mount(1, "/sys sysfs /sys bind");
}

static void masks_are_paths_and_no_mounts(void **state)
{
        (void)state;
        static const char *told[] = { "/proc/told" };
        spec = (struct spec){
                .linux_.masked_paths = {told, 1}
        };
        observe_text("10 1 8:1 /r / rw - ext4 /dev/sda rw\n"
                     "11 10 0:40 / /proc rw - proc proc rw\n"
                     "12 11 0:40 /sys /proc/sys ro - proc proc rw\n"
                     "13 11 0:40 /bus /proc/bus rw - proc proc rw\n"
                     "14 11 0:50 /null /proc/kcore rw - tmpfs tmpfs rw\n"
                     "15 11 0:5 /null /proc/keys rw - devtmpfs udev rw\n"
                     "16 11 0:51 / /proc/acpi ro - tmpfs tmpfs ro\n"
                     "17 10 0:52 / /tmp ro - tmpfs tmpfs ro\n"
                     "18 11 8:1 /etc /proc/x ro - ext4 /dev/sda rw\n");
        assert_int_equal(spec.linux_.masked_paths.n, 3);
        assert_string_equal(spec.linux_.masked_paths.items[0], "/proc/kcore");
        assert_string_equal(spec.linux_.masked_paths.items[1], "/proc/keys");
        assert_string_equal(spec.linux_.masked_paths.items[2], "/proc/acpi");
        assert_int_equal(spec.linux_.readonly_paths.n, 1);
        assert_string_equal(spec.linux_.readonly_paths.items[0], "/proc/sys");
        assert_int_equal(spec.n_mounts, 4);
        has_mount(1, "/proc/bus proc proc");
        has_mount(2, "/tmp tmpfs tmpfs ro");
        has_mount(3, "/proc/x bind /etc ro bind");
}

static void status_gives_ids_capabilities_and_confinement(void **state)
{
        (void)state;
        static const char text[] = "Name:\tUid:\nUid:\t1000\t0\t0\t0\nCapInh:\t0000000000000000\n"
                                   "CapPrm:\t0000000000000021\nCapEff:\t0000000000000001\nCapBnd:\t000001ffffffffff\n"
                                   "CapAmb:\t8000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t1\n";
        spec = (struct spec){ 0 };
        assert_string_equal(observe_status(text, &arena, &spec, &err) < 0 ? err.text : "", "");
        const struct spec_capabilities *sets = &spec.process.capabilities;
        assert_int_equal(spec.process.user.uid, 1000);
        assert_true(spec.process.no_new_privileges);
        assert_true(spec.linux_.seccomp.set);
        assert_true(sets->set);
        assert_int_equal(sets->inheritable.n, 0);
        assert_int_equal(sets->permitted.n, 2);
        assert_string_equal(sets->permitted.items[1], "CAP_KILL");
        assert_int_equal(sets->effective.n, 1);
        assert_int_equal(sets->bounding.n, 41);
        assert_int_equal(sets->ambient.n, 0); /* of one that has no name here */
}

static void no_filter_is_no_profile(void **state)
{
        (void)state;
        static const char text[] = "Uid:\t0\nCapInh:\t0\nCapPrm:\t0\nCapEff:\t0\nCapBnd:\t0\nCapAmb:\t0\n"
                                   "NoNewPrivs:\t0\nSeccomp:\t0\n";
        spec = (struct spec){
                .linux_.seccomp = {.set = true, .default_action = "SCMP_ACT_ERRNO"}
        };
        assert_int_equal(observe_status(text, &arena, &spec, &err), 0);
        assert_false(spec.linux_.seccomp.set);
        assert_null(spec.linux_.seccomp.default_action);
}

static void what_status_lacks_is_told(void **state)
{
        (void)state;
        spec = (struct spec){ 0 };
        assert_int_equal(observe_status("Uid:\t0\n", &arena, &spec, &err), -1);
        assert_string_equal(err.text, "it does not say NoNewPrivs");
        assert_int_equal(observe_status("Uid:\tx\n", &arena, &spec, &err), -1);
        assert_string_equal(err.text, "Uid is no number");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                spec_test(lines_are_cut_into_fields),
                spec_test(a_line_that_is_none_is_told),
                spec_test(binds_are_known_by_their_place_on_the_host),
                spec_test(what_a_namespace_shares_is_no_bind),
                spec_test(masks_are_paths_and_no_mounts),
                spec_test(status_gives_ids_capabilities_and_confinement),
                spec_test(no_filter_is_no_profile),
                spec_test(what_status_lacks_is_told),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
