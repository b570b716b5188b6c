/* SPDX-License-Identifier: Apache-2.0 */
/* console.c - make the container's pty, mount it, take it; see console.h.
 * A name is used once, to get a descriptor without following any link; from there on everything is proven and done by
 * descriptor. The slave never has a name at all: the kernel opens it for the master. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "tty/console.h"

#include "base/path.h"
#include "sys/syscalls.h"

enum { CONSOLE_FILE_MODE = 0644 };

static int open_plain(int dir_fd, const char *path, int flags, uint64_t resolve)
{
        const struct sys_open_how how = {
                .flags = (uint64_t)(flags | O_CLOEXEC),
                .mode = flags & O_CREAT ? CONSOLE_FILE_MODE : 0,
                .resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | resolve,
        };
        return sys_openat2(dir_fd, path, &how);
}

static bool is_on(int fd, long magic)
{
        struct statfs fs;
        return fstatfs(fd, &fs) == 0 && (long)fs.f_type == magic;
}

static int open_ptmx(int *ret_fd, struct err *err)
{
        auto_fd int pts_fd = open_plain(AT_FDCWD, "/dev/pts", O_PATH | O_DIRECTORY, 0);
        if (pts_fd < 0)
                return fail_sys(err, "open /dev/pts");
        if (!is_on(pts_fd, DEVPTS_SUPER_MAGIC))
                return fail(err, "/dev/pts is not a devpts");

        /* Proven before it is opened, since to open a device is to use it: on a devpts nobody but the kernel makes
         * entries (it has one "ptmx", 5:2), and a mount over that one is not crossed. */
        auto_fd int fd = open_plain(pts_fd, "ptmx", O_RDWR | O_NOCTTY, RESOLVE_NO_XDEV);
        if (fd < 0)
                return fail_sys(err, "open /dev/pts/ptmx");

        *ret_fd = take_fd(&fd);
        return 0;
}

static int resize(int master_fd, const struct console_size *size, struct err *err)
{
        if (size->height == 0 || size->width == 0)
                return 0;
        if (size->height > USHRT_MAX || size->width > USHRT_MAX)
                return fail(err, "a console of %ux%u characters: a terminal has at most %d of either", size->height,
                            size->width, USHRT_MAX);

        const struct winsize window = {
                .ws_row = (unsigned short)size->height,
                .ws_col = (unsigned short)size->width,
        };
        if (ioctl(master_fd, TIOCSWINSZ, &window) < 0)
                return fail_sys(err, "set the console's size");
        return 0;
}

int console_make(const struct console_size *size, int *ret_master_fd, int *ret_slave_fd, struct err *err)
{
        auto_fd int master_fd = -1;
        if (open_ptmx(&master_fd, err) < 0)
                return -1;

        const int locked = 0;
        if (ioctl(master_fd, TIOCSPTLCK, &locked) < 0)
                return fail_sys(err, "unlock the console's pty");
        /* Not by its number below /dev/pts: what has that name may not be what has that number. */
        auto_fd int slave_fd = ioctl(master_fd, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
        if (slave_fd < 0)
                return fail_sys(err, "open the slave of the console's pty");
        if (size && resize(master_fd, size, err) < 0)
                return -1;

        *ret_master_fd = take_fd(&master_fd);
        *ret_slave_fd = take_fd(&slave_fd);
        return 0;
}

static int open_mount_point(int *ret_fd, struct err *err)
{
        auto_fd int dev_fd = open_plain(AT_FDCWD, "/dev", O_PATH | O_DIRECTORY, 0);
        if (dev_fd < 0)
                return fail_sys(err, "open /dev");

        /* O_PATH: not even a device is touched. */
        auto_fd int fd = open_plain(dev_fd, "console", O_PATH, 0);
        if (fd < 0 && errno == ENOENT)
                fd = open_plain(dev_fd, "console", O_RDONLY | O_CREAT | O_EXCL, 0);
        struct stat st;
        if (fd < 0 || fstat(fd, &st) < 0)
                return fail_sys(err, "open /dev/console");
        if (!S_ISREG(st.st_mode) && !S_ISCHR(st.st_mode))
                return fail(err, "/dev/console is neither a file nor a character device");

        *ret_fd = take_fd(&fd);
        return 0;
}

/* For a seccomp filter around us that does not know open_tree(2) and says ENOSYS; every kernel of ours has it. */
static int bind_by_name(int slave_fd, int target_fd, struct err *err)
{
        /* The container's own /proc, if it is one at all: the image may have a directory with such links there. */
        auto_fd int proc_fd = open("/proc/self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (proc_fd < 0)
                return fail_sys(err, "open /proc/self/fd");
        if (!is_on(proc_fd, PROC_SUPER_MAGIC))
                return fail(err, "/proc/self/fd is not on a procfs");

        char from[FD_PATH_MAX], to[FD_PATH_MAX];
        if (mount(fd_path(slave_fd, from), fd_path(target_fd, to), NULL, MS_BIND, NULL) < 0)
                return fail_sys(err, "bind the console's pty over /dev/console");
        return 0;
}

int console_mount(int slave_fd, struct err *err)
{
        auto_fd int target_fd = -1;
        if (open_mount_point(&target_fd, err) < 0)
                return -1;

        auto_fd int tree_fd = sys_open_tree(slave_fd, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
        if (tree_fd < 0 && errno == ENOSYS)
                return bind_by_name(slave_fd, target_fd, err);
        if (tree_fd < 0)
                return fail_sys(err, "clone the mount of the console's pty");
        if (sys_move_mount(tree_fd, "", target_fd, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
                return fail_sys(err, "bind the console's pty over /dev/console");
        return 0;
}

/* dup2(2) that also works where the descriptor has that number already, and then is to outlive execve as well. */
static int put_at(int fd, int number)
{
        if (fd == number)
                return fcntl(fd, F_SETFD, 0);
        return dup2(fd, number);
}

int console_take(int slave_fd, struct err *err)
{
        if (ioctl(slave_fd, TIOCSCTTY, 0) < 0)
                return fail_sys(err, "make the console the controlling terminal");
        for (int number = STDIN_FILENO; number <= STDERR_FILENO; number++)
                if (put_at(slave_fd, number) < 0)
                        return fail_sys(err, "make the console stdin, stdout and stderr");
        return 0;
}
