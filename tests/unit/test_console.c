/* SPDX-License-Identifier: Apache-2.0 */
/* test_console.c - the container's terminal, made in a root of its own: a tmpfs with a /dev and a devpts, in a mount
 * namespace that goes with the child; and every trap that an image may have laid on the way. */

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/magic.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <termios.h>

#include "unit.h"

#include "child.h"
#include "tty/console.h"

static char top[] = "/tmp/tare-unit.XXXXXX";

static int make_top(void **state)
{
        (void)state;
        return mkdtemp(top) ? 0 : -1;
}

static int remove_top(void **state)
{
        (void)state;
        return rmdir(top);
}

static int mount_devpts(const char *path)
{
        return mount("devpts", path, "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620");
}

/* For good: only the child sees it, and it ends with the child. */
static int enter_root(void)
{
        if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_PRIVATE | MS_REC, NULL) < 0)
                return -1;
        if (mount("root", top, "tmpfs", 0, NULL) < 0 || chroot(top) < 0 || chdir("/") < 0)
                return -1;
        (void)umask(0);
        if (mkdir("/dev", 0755) < 0 || mkdir("/dev/pts", 0755) < 0 || mkdir("/proc", 0755) < 0)
                return -1;
        return mount_devpts("/dev/pts");
}

/* One act to change the root before the console is made or mounted; the action itself is in the rows below. */
typedef int planter(void);

static int plant_nothing(void)
{
        return 0;
}

/* console_make
 * --------------------------------------------------------------------------------------------------------- */

static int make_and_look(struct report *report, const void *arg)
{
        int master_fd = -1, slave_fd = -1;
        if (enter_root() < 0 || console_make(arg, &master_fd, &slave_fd, &report->err) < 0)
                return -1;

        struct stat master, slave, ptmx;
        struct winsize window;
        if (fstat(master_fd, &master) < 0 || fstat(slave_fd, &slave) < 0 || stat("/dev/pts/ptmx", &ptmx) < 0 ||
            ioctl(slave_fd, TIOCGWINSZ, &window) < 0)
                return -1;
        report->values[0] = master.st_rdev == makedev(5, 2) && master.st_dev == ptmx.st_dev;
        report->values[1] = slave.st_rdev == makedev(136, 0) && slave.st_dev == ptmx.st_dev;
        report->values[2] = (uint64_t)(fcntl(master_fd, F_GETFD) & fcntl(slave_fd, F_GETFD));
        report->values[3] = (uint64_t)(fcntl(master_fd, F_GETFL) & O_NONBLOCK);
        report->values[4] = window.ws_row;
        report->values[5] = window.ws_col;
        if (write(master_fd, "down\n", 5) != 5)
                return -1;
        return (int)read(slave_fd, report->text, sizeof report->text);
}

static void a_console_is_a_pty_of_the_containers_devpts(void **state)
{
        (void)state;
        needs_root();
        static const struct {
                struct console_size size;
                uint64_t rows, columns;
        } sizes[] = {
                {{ 0, 0 },          0,     0    },
                { { 24, 80 },       24,    80   },
                { { 0, 80 },        0,     0    },
                { { 24, 0 },        0,     0    },
                { { 65535, 65535 }, 65535, 65535},
        };
        for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
                const struct report *report = in_child(make_and_look, &sizes[i].size);
                assert_string_equal(report->err.text, "");
                assert_int_equal(report->rc, 5);
                assert_string_equal(report->text, "down\n");
                assert_int_equal(report->values[0], 1);
                assert_int_equal(report->values[1], 1);
                assert_int_equal(report->values[2], FD_CLOEXEC);
                assert_int_equal(report->values[3], 0);
                assert_int_equal(report->values[4], sizes[i].rows);
                assert_int_equal(report->values[5], sizes[i].columns);
        }
        assert_int_equal(in_child(make_and_look, NULL)->rc, 5);
}

static void a_size_that_no_terminal_has_is_refused(void **state)
{
        (void)state;
        needs_root();
        const struct console_size size = { 65536, 80 };
        const struct report *report = in_child(make_and_look, &size);
        assert_int_equal(report->rc, -1);
        assert_string_equal(report->err.text,
                            "a console of 65536x80 characters: a terminal has at most 65535 of either");
}

static int plant_no_devpts(void)
{
        return umount("/dev/pts");
}

static int plant_no_pts_directory(void)
{
        return umount("/dev/pts") < 0 ? -1 : rmdir("/dev/pts");
}

/* As good as the real one, but for its file system. */
static int plant_ptmx_of_our_own(void)
{
        return umount("/dev/pts") < 0 ? -1 : mknod("/dev/pts/ptmx", S_IFCHR | 0666, makedev(5, 2));
}

static int plant_ptmx_fifo(void)
{
        return umount("/dev/pts") < 0 ? -1 : mkfifo("/dev/pts/ptmx", 0666);
}

static int plant_pts_link(void)
{
        if (umount("/dev/pts") < 0 || rmdir("/dev/pts") < 0 || mkdir("/elsewhere", 0755) < 0)
                return -1;
        return mount_devpts("/elsewhere") < 0 ? -1 : symlink("/elsewhere", "/dev/pts");
}

static int plant_dev_link(void)
{
        return rename("/dev", "/elsewhere") < 0 ? -1 : symlink("/elsewhere", "/dev");
}

/* On a devpts and a ptmx, but of another instance: as a bind of the host's would be. */
static int plant_ptmx_of_another_devpts(void)
{
        if (mkdir("/elsewhere", 0755) < 0 || mount_devpts("/elsewhere") < 0)
                return -1;
        return mount("/elsewhere/ptmx", "/dev/pts/ptmx", NULL, MS_BIND, NULL);
}

static int plant_null_as_ptmx(void)
{
        if (mknod("/null", S_IFCHR | 0666, makedev(1, 3)) < 0)
                return -1;
        return mount("/null", "/dev/pts/ptmx", NULL, MS_BIND, NULL);
}

static int make_after(struct report *report, const void *arg)
{
        planter *const *plant = arg;
        int master_fd = -1, slave_fd = -1;
        if (enter_root() < 0 || (*plant)() < 0)
                return -2;
        int made = console_make(NULL, &master_fd, &slave_fd, &report->err);
        report->values[0] = master_fd == -1 && slave_fd == -1;
        return made;
}

static void a_false_ptmx_is_refused(void **state)
{
        (void)state;
        needs_root();
        static const struct {
                planter *plant;
                const char *text;
        } rows[] = {
                {plant_no_devpts,               "/dev/pts is not a devpts"                        },
                { plant_no_pts_directory,       "open /dev/pts: no such file or directory"        },
                { plant_ptmx_of_our_own,        "/dev/pts is not a devpts"                        },
                { plant_ptmx_fifo,              "/dev/pts is not a devpts"                        },
                { plant_pts_link,               "open /dev/pts: too many levels of symbolic links"},
                { plant_dev_link,               "open /dev/pts: too many levels of symbolic links"},
                { plant_ptmx_of_another_devpts, "open /dev/pts/ptmx: invalid cross-device link"   },
                { plant_null_as_ptmx,           "open /dev/pts/ptmx: invalid cross-device link"   },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                const struct report *report = in_child(make_after, &rows[i].plant);
                assert_string_equal(report->err.text, rows[i].text);
                assert_int_equal(report->rc, -1);
                assert_int_equal(report->values[0], 1);
        }
}

/* console_mount
 * -------------------------------------------------------------------------------------------------------- */

static int plant_file(void)
{
        return mknod("/dev/console", S_IFREG | 0600, 0);
}

static int plant_device(void)
{
        return mknod("/dev/console", S_IFCHR | 0600, makedev(5, 1));
}

static int plant_mount(void)
{
        if (plant_file() < 0 || mknod("/file", S_IFREG | 0600, 0) < 0)
                return -1;
        return mount("/file", "/dev/console", NULL, MS_BIND, NULL);
}

/* open_tree(2) as it is for a filter that was made before the call was. */
static int deny_open_tree(void)
{
        struct sock_filter code[] = {
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_open_tree, 0, 1),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        };
        struct sock_fprog program = { .len = ARRAY_LEN(code), .filter = code };
        return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static int plant_old_filter(void)
{
        return mount("proc", "/proc", "proc", 0, NULL) < 0 ? -1 : deny_open_tree();
}

static int mount_after(struct report *report, const void *arg)
{
        planter *const *plant = arg;
        int master_fd = -1, slave_fd = -1;
        if (enter_root() < 0 || console_make(NULL, &master_fd, &slave_fd, &report->err) < 0 || (*plant)() < 0)
                return -2;
        if (console_mount(slave_fd, &report->err) < 0)
                return -1;

        /* What is written to /dev/console comes out at the master. */
        struct stat slave, console;
        struct statfs fs;
        int console_fd = open("/dev/console", O_RDWR | O_NOCTTY);
        if (console_fd < 0 || fstat(slave_fd, &slave) < 0 || fstat(console_fd, &console) < 0 ||
            fstatfs(console_fd, &fs) < 0)
                return -3;
        report->values[0] = slave.st_dev == console.st_dev && slave.st_ino == console.st_ino;
        report->values[1] = fs.f_type == DEVPTS_SUPER_MAGIC;
        if (write(console_fd, "up", 2) != 2)
                return -4;
        return (int)read(master_fd, report->text, sizeof report->text);
}

static void a_console_is_mounted_over_what_is_there(void **state)
{
        (void)state;
        needs_root();
        static planter *const planters[] = { plant_nothing, plant_file, plant_device, plant_mount, plant_old_filter };
        for (size_t i = 0; i < ARRAY_LEN(planters); i++) {
                const struct report *report = in_child(mount_after, &planters[i]);
                assert_string_equal(report->err.text, "");
                assert_int_equal(report->rc, 2);
                assert_string_equal(report->text, "up");
                assert_int_equal(report->values[0], 1);
                assert_int_equal(report->values[1], 1);
        }
}

static int plant_link_to_file(void)
{
        return mknod("/victim", S_IFREG | 0600, 0) < 0 ? -1 : symlink("/victim", "/dev/console");
}

static int plant_dangling_link(void)
{
        return symlink("/victim", "/dev/console");
}

static int plant_directory(void)
{
        return mkdir("/dev/console", 0755);
}

static int plant_fifo(void)
{
        return mkfifo("/dev/console", 0600);
}

static int plant_block_device(void)
{
        return mknod("/dev/console", S_IFBLK | 0600, makedev(7, 0));
}

static int plant_read_only_dev(void)
{
        return mount("/dev", "/dev", NULL, MS_BIND, NULL) < 0
                       ? -1
                       : mount(NULL, "/dev", NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL);
}

static int plant_old_filter_without_proc(void)
{
        return deny_open_tree();
}

/* Links with the right names on a file system that anybody could have made. */
static int plant_old_filter_and_false_proc(void)
{
        if (mkdir("/proc/self", 0755) < 0 || mkdir("/proc/self/fd", 0755) < 0)
                return -1;
        return deny_open_tree();
}

static int mount_and_look_around(struct report *report, const void *arg)
{
        int rc = mount_after(report, arg);
        struct stat st;
        report->values[2] = stat("/victim", &st) == 0 && (st.st_size > 0 || S_ISCHR(st.st_mode));
        report->values[3] = stat("/elsewhere/console", &st) == 0;
        return rc;
}

static void a_false_dev_console_is_refused(void **state)
{
        (void)state;
        needs_root();
        static const struct {
                planter *plant;
                const char *text;
        } rows[] = {
                {plant_link_to_file,               "open /dev/console: too many levels of symbolic links" },
                { plant_dangling_link,             "open /dev/console: too many levels of symbolic links" },
                { plant_dev_link,                  "open /dev: too many levels of symbolic links"         },
                { plant_directory,                 "/dev/console is neither a file nor a character device"},
                { plant_fifo,                      "/dev/console is neither a file nor a character device"},
                { plant_block_device,              "/dev/console is neither a file nor a character device"},
                { plant_read_only_dev,             "open /dev/console: read-only file system"             },
                { plant_old_filter_without_proc,   "open /proc/self/fd: no such file or directory"        },
                { plant_old_filter_and_false_proc, "/proc/self/fd is not on a procfs"                     },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                const struct report *report = in_child(mount_and_look_around, &rows[i].plant);
                assert_string_equal(report->err.text, rows[i].text);
                assert_int_equal(report->rc, -1);
                assert_int_equal(report->values[2], 0);
                assert_int_equal(report->values[3], 0);
        }
}

/* console_take
 * --------------------------------------------------------------------------------------------------------- */

/* Where the slave is when it is taken; -1: wherever it came to be. */
static const int places[] = { -1, 0, 1, 2 };

static int take(struct report *report, const void *arg)
{
        const int *place = arg;
        int master_fd = -1, slave_fd = -1;
        if (enter_root() < 0 || console_make(NULL, &master_fd, &slave_fd, &report->err) < 0)
                return -2;
        if (*place >= 0 && dup3(slave_fd, *place, O_CLOEXEC) < 0)
                return -2;
        if (setsid() < 0 || console_take(*place >= 0 ? *place : slave_fd, &report->err) < 0)
                return -1;

        struct stat slave, stream;
        if (fstat(slave_fd, &slave) < 0)
                return -3;
        for (int fd = 0; fd <= 2; fd++)
                if (fstat(fd, &stream) == 0 && stream.st_rdev == slave.st_rdev && fcntl(fd, F_GETFD) == 0)
                        report->values[fd] = 1;
        /* Its controlling terminal: only of that one a process may ask this. */
        report->values[3] = tcgetsid(slave_fd) == getpid();
        report->values[4] = tcgetpgrp(slave_fd) == getpgrp();
        return 0;
}

static void a_console_that_is_taken_is_stdio_and_the_controlling_terminal(void **state)
{
        (void)state;
        needs_root();
        for (size_t i = 0; i < ARRAY_LEN(places); i++) {
                const struct report *report = in_child(take, &places[i]);
                assert_string_equal(report->err.text, "");
                assert_int_equal(report->rc, 0);
                for (size_t claim = 0; claim < 5; claim++)
                        assert_int_equal(report->values[claim], 1);
        }
}

static int take_as_no_leader(struct report *report, const void *arg)
{
        (void)arg;
        int master_fd = -1, slave_fd = -1;
        if (enter_root() < 0 || console_make(NULL, &master_fd, &slave_fd, &report->err) < 0)
                return -2;
        return console_take(slave_fd, &report->err);
}

static void only_who_leads_a_session_takes_a_console(void **state)
{
        (void)state;
        needs_root();
        const struct report *report = in_child(take_as_no_leader, NULL);
        assert_int_equal(report->rc, -1);
        assert_string_equal(report->err.text, "make the console the controlling terminal: operation not permitted");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_console_is_a_pty_of_the_containers_devpts),
                cmocka_unit_test(a_size_that_no_terminal_has_is_refused),
                cmocka_unit_test(a_false_ptmx_is_refused),
                cmocka_unit_test(a_console_is_mounted_over_what_is_there),
                cmocka_unit_test(a_false_dev_console_is_refused),
                cmocka_unit_test(a_console_that_is_taken_is_stdio_and_the_controlling_terminal),
                cmocka_unit_test(only_who_leads_a_session_takes_a_console),
        };
        return cmocka_run_group_tests(tests, make_top, remove_top);
}
