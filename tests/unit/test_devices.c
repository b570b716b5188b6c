/* SPDX-License-Identifier: Apache-2.0 */
/* test_devices.c - device nodes and links in a /dev that may hold anything. */

#include <linux/capability.h>
#include <sys/sysmacros.h>

#include "sandbox.h"

#include "rootfs/devices.h"
#include "rootfs/rootfs.h"
#include "sys/syscalls.h"

/* Makes the devices of the bundle below the root; says what went wrong. */
static int try_devices(struct spec_device *devices, size_t n)
{
        struct spec spec = {
                .linux_ = {.devices = devices, .n_devices = n}
        };
        const struct rootfs_plan plan = { .spec = &spec, .has_mount_namespace = true };
        struct err err = { 0 };
        int root_fd = open_root();
        int rc = devices_make(&plan, root_fd, &err);
        if (rc < 0)
                say("%s\n", err.text);
        (void)close(root_fd);
        return rc;
}

static void say_node(const char *name)
{
        char path[256];
        struct stat st = { 0 };
        (void)snprintf(path, sizeof path, ROOT "%s", name);
        (void)lstat(path, &st);
        say("%s %s %u:%u %u:%u\n", name, kind_at(path), major(st.st_rdev), minor(st.st_rdev), st.st_uid, st.st_gid);
}

static void make_bundles(void)
{
        /* clang-format off */
        struct spec_device devices[] = {
                { .type = 'c', .path = "/dev/some/../some/where/chr", .major = 1, .minor = 5,
                  .file_mode = { true, 020660 }, .uid = 1000, .gid = 2000 },
                { .type = 'u', .path = "/dev/un", .major = 254, .minor = 1048575, .file_mode = { true, 0 } },
                { .type = 'b', .path = "/dev/blk", .major = 7, .minor = 0 },
                { .type = 'p', .path = "/dev/pipe", .file_mode = { true, 020600 } },
                { .type = 'c', .path = "/dev//zero", .major = 1, .minor = 5, .file_mode = { true, 0644 }, .uid = 1000 },
                { .type = 'c', .path = "/elsewhere", .major = 1, .minor = 3 },
                { .type = 'c', .path = "/dev/ptmx", .major = 5, .minor = 2 },
                /* Once more the same. */
                { .type = 'b', .path = "/dev/blk", .major = 7, .minor = 0 },
        };
        /* clang-format on */
        if (try_devices(devices, ARRAY_LEN(devices)) < 0)
                return;
        static const char *const names[] = {
                "/dev/some/where/chr", "/dev/un",   "/dev/blk",   "/dev/pipe",
                "/dev/zero",           "/dev/null", "/elsewhere", "/dev/ptmx",
        };
        for (size_t i = 0; i < ARRAY_LEN(names); i++)
                say_node(names[i]);
        bool has_kcore = access("/proc/kcore", F_OK) == 0;
        say("%s\n",
            strcmp(kind_at(ROOT "/dev/core"), has_kcore ? "link 777" : "none") == 0 ? "core as the host" : "core");
}

static void devices_of_the_bundle_are_made(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(make_bundles), "/dev/some/where/chr char 660 1:5 1000:2000\n"
                                                      "/dev/un char 0 254:1048575 0:0\n"
                                                      "/dev/blk block 666 7:0 0:0\n"
                                                      "/dev/pipe fifo 600 0:0 0:0\n"
                                                      "/dev/zero char 644 1:5 1000:0\n"
                                                      "/dev/null char 666 1:3 0:0\n"
                                                      "/elsewhere char 666 1:3 0:0\n"
                                                      "/dev/ptmx link 777 0:0 0:0\n"
                                                      "core as the host\n");
}

static void keep_existing(void)
{
        must(mkdir(ROOT "/dev", 0755));
        must(mknod(ROOT "/dev/null", S_IFCHR | 0600, makedev(1, 3)));
        write_text(ROOT "/dev/fd", "");
        must(symlink("elsewhere", ROOT "/dev/ptmx"));
        if (try_devices(NULL, 0) < 0)
                return;
        say_node("/dev/null");
        say_node("/dev/fd");
        char target[32] = "";
        must(readlink(ROOT "/dev/ptmx", target, sizeof target - 1));
        say("%s\n", target);
}

static void what_is_the_same_already_stays(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(keep_existing), "/dev/null char 600 1:3 0:0\n"
                                                       "/dev/fd file 644 0:0 0:0\n"
                                                       "elsewhere\n");
}

static void refuse_existing(void)
{
        must(mkdir(ROOT "/dev", 0755));
        must(symlink(OUTSIDE "/file", ROOT "/dev/null"));
        (void)try_devices(NULL, 0);
        must(unlink(ROOT "/dev/null"));
        must(symlink(OUTSIDE "/new", ROOT "/dev/tty"));
        (void)try_devices(NULL, 0);
        must(unlink(ROOT "/dev/tty"));
        must(mknod(ROOT "/dev/x", S_IFCHR | 0600, makedev(1, 3)));
        struct spec_device device = { .type = 'c', .path = "/dev/x", .major = 1, .minor = 5 };
        (void)try_devices(&device, 1);
        device.type = 'b';
        device.minor = 3;
        (void)try_devices(&device, 1);
        say_outside();
}

static void what_is_something_else_is_refused(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(refuse_existing), "device /dev/null: exists, and is not that device\n"
                                                         "device /dev/tty: exists, and is not that device\n"
                                                         "linux.devices[0] /dev/x: exists, and is not that device\n"
                                                         "linux.devices[0] /dev/x: exists, and is not that device\n");
}

static void make_behind_links(void)
{
        must(symlink(OUTSIDE, ROOT "/dev"));
        must(symlink(OUTSIDE, ROOT "/link"));
        struct spec_device device = { .type = 'c', .path = "/link/deep/node", .major = 1, .minor = 3, .uid = 7 };
        if (try_devices(&device, 1) < 0)
                return;
        say_node(OUTSIDE "/null");
        say_node(OUTSIDE "/deep/node");
        say_outside();
}

static void devices_behind_links_are_made_inside(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(make_behind_links), "/tmp/outside/null char 666 1:3 0:0\n"
                                                           "/tmp/outside/deep/node char 666 1:3 7:0\n");
}

static void make_without_mknod(void)
{
        uint64_t effective, permitted, inheritable;
        must(sys_capget(&effective, &permitted, &inheritable));
        permitted &= ~(UINT64_C(1) << CAP_MKNOD);
        must(sys_capset(permitted, permitted, 0));
        if (try_devices(NULL, 0) < 0)
                return;
        struct stat host, bound;
        must(stat("/dev/null", &host));
        must(stat(ROOT "/dev/null", &bound));
        say("%s\n", host.st_dev == bound.st_dev && host.st_ino == bound.st_ino ? "the host's" : "another");

        struct spec_device device = { .type = 'c', .path = "/dev/null2", .major = 1, .minor = 3 };
        (void)try_devices(&device, 1);
}

static void without_the_right_the_hosts_is_bound(void **state)
{
        (void)state;
        assert_string_equal(
                in_sandbox(make_without_mknod),
                "the host's\n"
                "linux.devices[0] /dev/null2: mknod: operation not permitted; bind the host's instead: no such "
                "file or directory\n");
}

static void bind_another(void)
{
        uint64_t effective, permitted, inheritable;
        must(sys_capget(&effective, &permitted, &inheritable));
        permitted &= ~(UINT64_C(1) << CAP_MKNOD);
        must(sys_capset(permitted, permitted, 0));
        struct spec_device device = { .type = 'c', .path = "/dev/zero", .major = 1, .minor = 3 };
        (void)try_devices(&device, 1);
        say("%s\n", kind_at(ROOT "/dev/zero"));
}

static void a_node_of_the_host_that_is_another_is_not_bound(void **state)
{
        (void)state;
        assert_string_equal(
                in_sandbox(bind_another),
                "linux.devices[0] /dev/zero: mknod: operation not permitted; the host's is not that device\n"
                "none\n");
}

static void say_null(int root_fd)
{
        int fd = devices_open_null(root_fd);
        say("%d %s\n", fd, strerror(errno));
}

static void open_nulls(void)
{
        int root_fd = open_root();
        say_null(root_fd);
        must(mkdir(ROOT "/dev", 0755));
        must(mknod(ROOT "/dev/zero", S_IFCHR | 0666, makedev(1, 5)));
        must(mknod(ROOT "/dev/real", S_IFCHR | 0666, makedev(1, 3)));
        must(symlink("real", ROOT "/dev/null"));
        say_null(root_fd);
        must(rename(ROOT "/dev/zero", ROOT "/dev/null"));
        say_null(root_fd);
        must(rename(ROOT "/dev/real", ROOT "/dev/null"));
        must(devices_open_null(root_fd));
        say("opened\n");
}

static void null_is_proven_before_it_is_used(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(open_nulls), "-1 No such file or directory\n"
                                                    "-1 No such device\n"
                                                    "-1 No such device\n"
                                                    "opened\n");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(devices_of_the_bundle_are_made),
                cmocka_unit_test(what_is_the_same_already_stays),
                cmocka_unit_test(what_is_something_else_is_refused),
                cmocka_unit_test(devices_behind_links_are_made_inside),
                cmocka_unit_test(without_the_right_the_hosts_is_bound),
                cmocka_unit_test(a_node_of_the_host_that_is_another_is_not_bound),
                cmocka_unit_test(null_is_proven_before_it_is_used),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
