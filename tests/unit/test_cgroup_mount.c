/* SPDX-License-Identifier: Apache-2.0 */
/* test_cgroup_mount.c - mounts of type "cgroup", as the host and the namespaces have it. */

#include "mounting.h"

/* Two directories stand for hierarchies: what matters is what is bound where. */
static void mount_v1(void)
{
        must(mkdir("/tmp/memory", 0755));
        must(mkdir("/tmp/cpu", 0755));
        write_text("/tmp/cpu/cgroup.procs", "");
        static const struct rootfs_cgroup_hierarchy hierarchies[] = {
                {.name = "memory",       .dir = "/tmp/memory", .options = "memory"     },
                { .name = "cpu,cpuacct", .dir = "/tmp/cpu",    .options = "cpu,cpuacct"},
        };
        static const struct rootfs_cgroup_view view = {
                .n_hierarchies = 2,
                .hierarchies = hierarchies,
        };
        const struct spec_mount mount = {
                .destination = "/cg", .type = "cgroup", .source = "cgroup", .options = LIST("ro", "nosuid", "rprivate")
        };
        if (try_mounts(&mount, 1, &view) < 0)
                return;
        say_mounts(ROOT);
        char target[64] = "";
        must(readlink(ROOT "/cg/cpuacct", target, sizeof target - 1));
        say("%s, %s, %s\n", target, kind_at(ROOT "/cg/cpu"), kind_at(ROOT "/cg/cpu/cgroup.procs"));
        say_write(ROOT "/cg/new");
        say_write(ROOT "/cg/memory/new");
}

static void a_v1_cgroup_mount_shows_the_containers_own(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(mount_v1), "/cg ro,nosuid,nodev,noexec,relatime tmpfs\n"
                                                  "/cg/memory ro,nosuid,relatime tmpfs\n"
                                                  "/cg/cpu,cpuacct ro,nosuid,relatime tmpfs\n"
                                                  "cpu,cpuacct, link 777, file 644\n"
                                                  "write /tmp/root/cg/new: Read-only file system\n"
                                                  "write /tmp/root/cg/memory/new: Read-only file system\n");
}

static void mount_fresh(void)
{
        must(unshare(CLONE_NEWCGROUP));
        static const struct rootfs_cgroup_hierarchy unified = { .name = "unified", .dir = "/tmp/none" };
        static const struct rootfs_cgroup_view hybrid = {
                .has_cgroup_namespace = true,
                .n_hierarchies = 1,
                .hierarchies = &unified,
        };
        static const struct rootfs_cgroup_view v2 = {
                .is_v2 = true,
                .has_cgroup_namespace = true,
                .n_hierarchies = 1,
                .hierarchies = &unified,
        };
        /* clang-format off */
        const struct spec_mount mounts[] = {
                { .destination = "/hybrid", .type = "cgroup", .options = LIST("ro") },
                { .destination = "/v2", .type = "cgroup", .options = LIST("ro", "nodev", "rslave") },
        };
        /* clang-format on */
        if (try_mounts(&mounts[0], 1, &hybrid) == 0 && try_mounts(&mounts[1], 1, &v2) == 0)
                say_mounts(ROOT);
}

static void in_a_cgroup_namespace_mounts_are_fresh(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(mount_fresh), "/hybrid ro,nosuid,nodev,noexec,relatime tmpfs\n"
                                                     "/hybrid/unified ro,relatime cgroup2\n"
                                                     "/v2 ro,nodev,relatime cgroup2\n");
}

/* In a user namespace that does not own the cgroup namespace the kernel refuses. */
static void mount_refused(void)
{
        must(mkdir("/tmp/own", 0755));
        write_text("/tmp/own/cgroup.procs", "");
        enter_user_namespace();
        static const struct rootfs_cgroup_hierarchy own = { .name = "memory", .dir = "/tmp/own", .options = "memory" };
        static const struct rootfs_cgroup_view v1 = {
                .has_cgroup_namespace = true,
                .n_hierarchies = 1,
                .hierarchies = &own,
        };
        static const struct rootfs_cgroup_view v2 = {
                .is_v2 = true,
                .has_cgroup_namespace = true,
                .n_hierarchies = 1,
                .hierarchies = &own,
        };
        /* clang-format off */
        const struct spec_mount mounts[] = {
                { .destination = "/v1", .type = "cgroup", .options = LIST("ro") },
                { .destination = "/v2", .type = "cgroup", .options = LIST("ro") },
        };
        /* clang-format on */
        if (try_mounts(&mounts[0], 1, &v1) == 0 && try_mounts(&mounts[1], 1, &v2) == 0)
                say("%s, %s\n", kind_at(ROOT "/v1/memory/cgroup.procs"), kind_at(ROOT "/v2/cgroup.procs"));
}

static void a_fresh_mount_that_is_refused_is_a_bind(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(mount_refused), "file 644, file 644\n");
}

static void mount_v2_shared(void)
{
        static const struct rootfs_cgroup_hierarchy own = { .name = "", .dir = "/sys/fs/cgroup/x" };
        static const struct rootfs_cgroup_view v2 = {
                .is_v2 = true,
                .n_hierarchies = 1,
                .hierarchies = &own,
        };
        const struct spec_mount mount = { .destination = "/cg", .type = "cgroup", .options = LIST("ro", "nosuid") };
        if (try_mounts(&mount, 1, &v2) < 0)
                return;
        struct stat host, bound;
        must(stat("/sys/fs/cgroup", &host));
        must(stat(ROOT "/cg", &bound));
        say("%s\n", host.st_dev == bound.st_dev && host.st_ino == bound.st_ino ? "the host's" : "another");
        say_write(ROOT "/cg/x");
}

static void without_a_cgroup_namespace_v2_is_the_hosts_bound(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(mount_v2_shared), "the host's\n"
                                                         "write /tmp/root/cg/x: Read-only file system\n");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_v1_cgroup_mount_shows_the_containers_own),
                cmocka_unit_test(in_a_cgroup_namespace_mounts_are_fresh),
                cmocka_unit_test(a_fresh_mount_that_is_refused_is_a_bind),
                cmocka_unit_test(without_a_cgroup_namespace_v2_is_the_hosts_bound),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
