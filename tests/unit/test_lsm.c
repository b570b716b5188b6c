/* SPDX-License-Identifier: Apache-2.0 */
/* test_lsm.c - what AppArmor and SELinux are told, by a directory that stands for /proc/self/attr. */

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "unit.h"

#include "base/file.h"
#include "child.h"
#include "sec/lsm.h"

static char dir[64];
static int dir_fd;
static struct err err;

static void make_file(const char *path, const char *text)
{
        int fd = openat(dir_fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        assert_true(fd >= 0);
        assert_int_equal(write_all(fd, text, strlen(text)), 0);
        (void)close(fd);
}

static const char *content_of(const char *path)
{
        static char text[128];
        auto_buf struct buf buf = { 0 };
        assert_int_equal(file_read(dir_fd, path, sizeof text - 1, &buf, &err), 0);
        (void)snprintf(text, sizeof text, "%s", buf_text(&buf));
        return text;
}

/* Each test gets a directory of its own: attr as on a host that has both modules, sys as on one that has none. */
static int make_dirs(void **state)
{
        (void)state;
        static const char *const dirs[] = {
                "attr",       "attr/apparmor",       "sys",
                "sys/module", "sys/module/apparmor", "sys/module/apparmor/parameters",
                "sys/fs",     "sys/fs/selinux",
        };
        err = (struct err){ 0 };
        (void)snprintf(dir, sizeof dir, "/tmp/tare-test-lsm-XXXXXX");
        if (!mkdtemp(dir))
                return -1;
        dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
        for (size_t i = 0; i < ARRAY_LEN(dirs); i++)
                if (mkdirat(dir_fd, dirs[i], 0700) < 0)
                        return -1;
        make_file("attr/exec", "");
        make_file("attr/keycreate", "");
        make_file("attr/apparmor/exec", "");
        make_file("attr/apparmor/current", "unconfined\n");
        return 0;
}

static int remove_one(const char *path, const struct stat *stat, int type, struct FTW *at)
{
        (void)stat;
        (void)type;
        (void)at;
        return remove(path);
}

static int remove_dirs(void **state)
{
        (void)state;
        (void)close(dir_fd);
        return nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static int open_attr(void)
{
        return openat(dir_fd, "attr", O_PATH | O_DIRECTORY | O_CLOEXEC);
}

#define NOTHING_OPEN       \
        {                  \
                -1, -1, -1 \
        }

static void each_word_goes_into_its_file(void **state)
{
        (void)state;
        struct lsm lsm = {
                .text = {[LSM_KEY_LABEL] = "u:r:key_t:s0",
                         [LSM_PROFILE] = "tare-default",
                         [LSM_LABEL] = "u:r:t:s0:c1,c2"},
                .fds = NOTHING_OPEN,
        };
        auto_fd int attr_fd = open_attr();
        assert_int_equal(lsm_open_files(&lsm, attr_fd, &err), 0);
        assert_false(lsm.is_stacked);
        for (int i = 0; i < LSM_WORDS; i++) {
                assert_true(fcntl(lsm.fds[i], F_GETFD) & FD_CLOEXEC);
                assert_int_equal(lsm_tell(&lsm, (enum lsm_word)i, &err), 0);
                assert_int_equal(lsm.fds[i], -1);
        }
        assert_string_equal(content_of("attr/keycreate"), "u:r:key_t:s0");
        assert_string_equal(content_of("attr/apparmor/exec"), "exec tare-default");
        assert_string_equal(content_of("attr/exec"), "u:r:t:s0:c1,c2");
}

static void what_is_not_asked_for_is_not_told(void **state)
{
        (void)state;
        struct lsm lsm = { .has_no_new_privs = true, .fds = NOTHING_OPEN };
        auto_fd int attr_fd = openat(dir_fd, "sys", O_PATH | O_DIRECTORY | O_CLOEXEC); /* has none of the files */
        assert_int_equal(lsm_open_files(&lsm, attr_fd, &err), 0);
        for (int i = 0; i < LSM_WORDS; i++) {
                assert_int_equal(lsm.fds[i], -1);
                assert_int_equal(lsm_tell(&lsm, (enum lsm_word)i, &err), 0);
        }
}

static void a_profile_comes_on_top_when_ours_may_not_be_left(void **state)
{
        (void)state;
        static const struct {
                const char *current;
                bool has_no_new_privs;
                const char *told;
        } rows[] = {
                {"unconfined\n",         true,  "exec p" },
                { "unconfined",          true,  "exec p" },
                { "engine (enforce)\n",  true,  "stack p"},
                { "engine (complain)\n", true,  "stack p"},
                { "engine (enforce)\n",  false, "exec p" },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                struct lsm lsm = {
                        .text[LSM_PROFILE] = "p",
                        .has_no_new_privs = rows[i].has_no_new_privs,
                        .fds = NOTHING_OPEN,
                };
                make_file("attr/apparmor/current", rows[i].current);
                make_file("attr/apparmor/exec", "");
                auto_fd int attr_fd = open_attr();
                assert_int_equal(lsm_open_files(&lsm, attr_fd, &err), 0);
                assert_int_equal(lsm_tell(&lsm, LSM_PROFILE, &err), 0);
                assert_string_equal(content_of("attr/apparmor/exec"), rows[i].told);
        }
}

static void a_file_that_is_missing_or_a_link_is_refused(void **state)
{
        (void)state;
        struct lsm lsm = { .text[LSM_PROFILE] = "p", .fds = NOTHING_OPEN };
        auto_fd int attr_fd = open_attr();
        assert_int_equal(unlinkat(attr_fd, "apparmor/exec", 0), 0);
        assert_int_equal(lsm_open_files(&lsm, attr_fd, &err), -1);
        assert_string_equal(err.text, "process.apparmorProfile: open attr/apparmor/exec: no such file or directory");

        make_file("elsewhere", "");
        assert_int_equal(symlinkat("../../elsewhere", attr_fd, "apparmor/exec"), 0);
        assert_int_equal(lsm_open_files(&lsm, attr_fd, &err), -1);
        assert_string_equal(err.text, "process.apparmorProfile: open attr/apparmor/exec: invalid cross-device link");
        assert_string_equal(content_of("elsewhere"), "");

        lsm = (struct lsm){ .text[LSM_LABEL] = "l", .fds = NOTHING_OPEN };
        assert_int_equal(unlinkat(attr_fd, "exec", 0), 0);
        assert_int_equal(lsm_open_files(&lsm, attr_fd, &err), -1);
        assert_string_equal(err.text, "process.selinuxLabel: open attr/exec: no such file or directory");

        lsm = (struct lsm){ .text[LSM_PROFILE] = "p", .has_no_new_privs = true, .fds = NOTHING_OPEN };
        assert_int_equal(unlinkat(attr_fd, "apparmor/exec", 0), 0);
        assert_int_equal(unlinkat(attr_fd, "apparmor/current", 0), 0);
        make_file("attr/apparmor/exec", "");
        assert_int_equal(lsm_open_files(&lsm, attr_fd, &err), -1);
        assert_string_equal(err.text, "process.apparmorProfile: open attr/apparmor/current: no such file or directory");
        lsm_finish(&lsm);
        assert_int_equal(lsm.fds[LSM_PROFILE], -1);
}

/* /dev/full refuses as a module does that knows no such profile. */
static void what_the_kernel_refuses_is_told_whole(void **state)
{
        (void)state;
        struct lsm lsm = { .text[LSM_PROFILE] = "p", .fds = NOTHING_OPEN };
        lsm.fds[LSM_PROFILE] = open("/dev/full", O_WRONLY | O_CLOEXEC);
        assert_int_equal(lsm_tell(&lsm, LSM_PROFILE, &err), -1);
        assert_string_equal(err.text,
                            "process.apparmorProfile: write \"exec p\" to attr/apparmor/exec: no space left on device");
        lsm_finish(&lsm);
        assert_int_equal(lsm.fds[LSM_PROFILE], -1);
}

static void attr_is_believed_on_procfs_alone(void **state)
{
        (void)state;
        struct lsm lsm = { .fds = NOTHING_OPEN };
        assert_int_equal(mkdirat(dir_fd, "self", 0700), 0);
        assert_int_equal(mkdirat(dir_fd, "self/attr", 0700), 0);
        assert_int_equal(lsm_open(&lsm, dir_fd, &err), -1);
        assert_string_equal(err.text, "/proc is not on procfs");

        auto_fd int proc_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
        assert_int_equal(lsm_open(&lsm, proc_fd, &err), 0);
        auto_fd int below_fd = open("/proc/sys", O_PATH | O_DIRECTORY | O_CLOEXEC);
        assert_int_equal(lsm_open(&lsm, below_fd, &err), -1);
        assert_string_equal(err.text, "open /proc/self/attr: no such file or directory");
}

static void a_host_without_apparmor_is_told(void **state)
{
        (void)state;
        static const char file[] = "sys/module/apparmor/parameters/enabled";
        char sysfs[80];
        (void)snprintf(sysfs, sizeof sysfs, "%s/sys", dir);
        assert_int_equal(apparmor_check(sysfs, &err), -1);
        assert_string_equal(err.text, "apparmor is not enabled on this host");

        make_file(file, "N\n");
        assert_int_equal(apparmor_check(sysfs, &err), -1);
        assert_string_equal(err.text, "apparmor is not enabled on this host");
        make_file(file, "Y\n");
        assert_int_equal(apparmor_check(sysfs, &err), 0);
}

static void a_host_without_selinux_is_told(void **state)
{
        (void)state;
        static const char verdict[] = "selinux label is specified in config, but selinux is disabled or not supported";
        char sysfs[80];
        (void)snprintf(sysfs, sizeof sysfs, "%s/sys", dir);
        assert_int_equal(selinux_check(sysfs, &err), -1); /* a directory, but not selinuxfs */
        assert_string_equal(err.text, verdict);
        assert_int_equal(selinux_check("/no/such", &err), -1);
        assert_string_equal(err.text, verdict);
}

#define lsm_test(f) cmocka_unit_test_setup_teardown(f, make_dirs, remove_dirs)

int main(void)
{
        const struct CMUnitTest tests[] = {
                lsm_test(each_word_goes_into_its_file),
                lsm_test(what_is_not_asked_for_is_not_told),
                lsm_test(a_profile_comes_on_top_when_ours_may_not_be_left),
                lsm_test(a_file_that_is_missing_or_a_link_is_refused),
                lsm_test(what_the_kernel_refuses_is_told_whole),
                lsm_test(attr_is_believed_on_procfs_alone),
                lsm_test(a_host_without_apparmor_is_told),
                lsm_test(a_host_without_selinux_is_told),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
