/* SPDX-License-Identifier: Apache-2.0 */
/* test_mount_label.c - linux.mountLabel: which mounts get it, and how. No label of these tests is one that a policy
 * knows: with SELinux as without it the kernel refuses the option, and so tells that it was given. */

#include <sys/xattr.h>

#include "mounting.h"

#include "rootfs/masks.h"
#include "rootfs/mount_label.h"
#include "rootfs/mount_plan.h"

#define LABEL "system_u:object_r:tare_test_t:s0:c1,c2"

static const char *added(const char *data, const char *label)
{
        static char text[MOUNT_DATA_MAX + 1];
        struct err err = { 0 };
        assert_int_equal(mount_label_add(data, label, text, &err), 0);
        return text;
}

static void a_label_is_an_option_in_quotation_marks(void **state)
{
        (void)state;
        assert_string_equal(added("", LABEL), "context=\"" LABEL "\"");
        assert_string_equal(added("mode=755", LABEL), "mode=755,context=\"" LABEL "\"");
        assert_string_equal(added("mode=755", NULL), "mode=755");
        assert_string_equal(added("", NULL), "");
}

static void a_label_must_fit(void **state)
{
        (void)state;
        char data[MOUNT_DATA_MAX + 1], ret[MOUNT_DATA_MAX + 1];
        struct err err = { 0 };
        memset(data, 'o', sizeof data - 1);
        data[MOUNT_DATA_MAX - strlen(",context=\"l\"")] = '\0';
        assert_int_equal(mount_label_add(data, "l", ret, &err), 0);
        assert_int_equal(strlen(ret), MOUNT_DATA_MAX);
        assert_int_equal(mount_label_add(data, "ll", ret, &err), -1);
        assert_string_equal(err.text, "more than 4095 bytes for the filesystem, with linux.mountLabel");
}

/* What the plan has for one mount: its data, and the label that is set otherwise. */
static const char *planned(struct spec_mount mount, const char *label)
{
        static struct err text;
        struct spec spec = {
                .root = {.set = true, .path = ROOT},
                .mounts = &mount,
                .n_mounts = 1,
                .linux_.mount_label = label,
        };
        spec.linux_.namespaces[NS_MOUNT].set = true;
        struct arena arena = { 0 };
        struct rootfs_plan plan;
        if (rootfs_plan_build(&spec, "/tmp", false, &arena, &plan, &text) == 0)
                (void)fail(&text, "%s%s%s", plan.mounts->data, plan.mounts->label ? " then " : "",
                           plan.mounts->label ? plan.mounts->label : "");
        arena_finish(&arena);
        return text.text;
}

static void each_kind_of_mount_is_labelled_in_its_way(void **state)
{
        (void)state;
        /* clang-format off */
        const struct {
                struct spec_mount mount;
                const char *planned;
        } rows[] = {
                {{ .destination = "/a", .type = "tmpfs", .options = LIST("mode=755") }, "mode=755,context=\"l,c\"" },
                {{ .destination = "/a", .type = "tmpfs" }, "context=\"l,c\"" },
                {{ .destination = "/dev/pts", .type = "devpts", .options = LIST("newinstance") }, "newinstance,context=\"l,c\"" },
                {{ .destination = "/dev/mqueue", .type = "mqueue" }, " then l,c" },
                {{ .destination = "/cgroup", .type = "cgroup" }, " then l,c" },
                {{ .destination = "/proc", .type = "proc" }, "" },
                {{ .destination = "/sys", .type = "sysfs" }, "" },
                {{ .destination = "/a", .source = "/b", .options = LIST("bind") }, "" },
                {{ .destination = "/a", .type = "tmpfs", .options = LIST("remount", "size=1m") }, "size=1m" },
        };
        /* clang-format on */
        for (size_t i = 0; i < ARRAY_LEN(rows); i++)
                assert_string_equal(planned(rows[i].mount, "l,c"), rows[i].planned);
        assert_string_equal(planned(rows[0].mount, NULL), "mode=755");
        assert_string_equal(planned(rows[3].mount, NULL), "");
        assert_string_equal(planned(rows[0].mount, "l\",mode=777"), "linux.mountLabel: has a quotation mark in it");
}

/* tmpfs stands in for mqueue: it takes attributes of this name also where no module gives them a meaning. */
static void label_a_mount(void)
{
        char label[64] = "";
        unsigned long none = 0;
        struct mount_row row = {
                .kind = MOUNT_PLAIN,
                .dest = "/made",
                .source = "",
                .type = "tmpfs",
                .data = "",
                .propagation = &none,
                .label = LABEL,
        };
        struct err err = { 0 };
        int root_fd = open_root();
        if (mount_apply(root_fd, &no_cgroups, &row, &err) < 0)
                say("%s\n", err.text);
        must(getxattr(ROOT "/made", "security.selinux", label, sizeof label - 1));
        say("%s, %s\n", label, getxattr(ROOT, "security.selinux", label, sizeof label) < 0 ? "none" : label);
        (void)close(root_fd);
}

static void a_label_is_set_on_the_root_of_the_mount(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(label_a_mount), LABEL ", none\n");
}

static void label_what_has_none(void)
{
        struct err err = { 0 };
        int fd = open("/proc", O_PATH | O_CLOEXEC);
        (void)mount_label_set(fd, LABEL, &err);
        say("%s\n", err.text);
        (void)close(fd);
}

static void a_label_that_cannot_be_set_is_told(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(label_what_has_none),
                            "label the mount \"" LABEL "\": operation not supported\n");
}

static void label_mask(void)
{
        const struct text_list paths = LIST("/a");
        struct err err = { 0 };
        int root_fd = open_root();
        must(mkdir(ROOT "/a", 0755));
        if (masks_cover(&paths, LABEL, root_fd, &err) < 0)
                say("%s\n", err.text);
        if (masks_cover(&paths, NULL, root_fd, &err) == 0)
                say("without it\n");
        (void)close(root_fd);
}

static void a_masked_directory_is_labelled(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(label_mask),
                            "linux.maskedPaths[0] /a: mount tmpfs: invalid argument\nwithout it\n");
}

static void label_cgroup(void)
{
        struct mount_row row = { .kind = MOUNT_CGROUP, .dest = "/cgroup", .source = "", .type = "cgroup", .data = "" };
        struct err err = { 0 };
        int root_fd = open_root();
        if (mount_apply(root_fd, &no_cgroups, &row, &err) == 0)
                say("without it\n");
        row.label = LABEL;
        if (mount_apply(root_fd, &no_cgroups, &row, &err) < 0)
                say("%s\n", err.text);
        (void)close(root_fd);
}

static void the_tmpfs_of_cgroup_v1_is_labelled(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(label_cgroup), "without it\nmount tmpfs: invalid argument\n");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_label_is_an_option_in_quotation_marks),
                cmocka_unit_test(a_label_must_fit),
                cmocka_unit_test(each_kind_of_mount_is_labelled_in_its_way),
                cmocka_unit_test(a_label_is_set_on_the_root_of_the_mount),
                cmocka_unit_test(a_label_that_cannot_be_set_is_told),
                cmocka_unit_test(a_masked_directory_is_labelled),
                cmocka_unit_test(the_tmpfs_of_cgroup_v1_is_labelled),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
