/* SPDX-License-Identifier: Apache-2.0 */
/* mount_dest.c - where a mount goes, and how its own root is found again; see mount_dest.h. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "rootfs/mount_dest.h"

#include "base/file.h"
#include "base/scope.h"
#include "sys/syscalls.h"

static int check_reached(int root_fd, int fd, const char *dest, struct err *err)
{
        struct statfs fs;
        struct stat root, reached;
        if (fstatfs(fd, &fs) < 0)
                return fail_sys(err, "statfs %s in the root", dest);
        if (fs.f_type == PROC_SUPER_MAGIC)
                return fail(err, "\"%s\" cannot be mounted because it is inside /proc", dest);

        if (fstat(root_fd, &root) < 0 || fstat(fd, &reached) < 0)
                return fail_sys(err, "fstat %s in the root", dest);
        if (root.st_dev == reached.st_dev && root.st_ino == reached.st_ino)
                return fail(err, "mountpoint \"%s\" is on the top of rootfs", dest);
        return 0;
}

int mount_dest_open(int root_fd, const char *dest, enum dest_kind kind, struct dest_way *ret_way, struct err *err)
{
        auto_fd int fd = dest_make(root_fd, dest, kind, ret_way, err);
        if (fd < 0)
                return -1;
        if (!ret_way->is_straight && check_reached(root_fd, fd, dest, err) < 0)
                return -1;
        return take_fd(&fd);
}

int mount_dest_open_nofollow(int root_fd, const char *dest, enum dest_kind kind, struct dest_way *ret_way,
                             struct err *err)
{
        *ret_way = (struct dest_way){ .is_straight = false };
        auto_fd int fd = dest_open(root_fd, dest, O_PATH | O_NOFOLLOW);
        if (fd < 0 && errno == ENOENT)
                return mount_dest_open(root_fd, dest, kind, ret_way, err);
        if (fd < 0)
                return fail_sys(err, "open %s in the root", dest);
        /* There may be links on the way all the same. */
        return check_reached(root_fd, fd, dest, err) < 0 ? -1 : take_fd(&fd);
}

int mount_dest_open_ordinary(int root_fd, const char *dest, const char *type, struct dest_way *ret_way, struct err *err)
{
        *ret_way = (struct dest_way){ .is_straight = true };
        auto_fd int fd = dest_open_straight(root_fd, dest, O_PATH | O_DIRECTORY);
        bool is_ordinary = fd >= 0 || (errno != ELOOP && errno != ENOTDIR);
        if (fd < 0 && is_ordinary) {
                fd = dest_make(root_fd, dest, DEST_DIR, ret_way, err);
                if (fd < 0)
                        return -1;
                is_ordinary = ret_way->is_straight;
        }
        if (!is_ordinary)
                return fail(err, "filesystem \"%s\" must be mounted on ordinary directory", type);
        return take_fd(&fd);
}

int mount_dest_reopen(int root_fd, const char *dest, int dest_fd, struct err *err)
{
        auto_fd int fd = dest_open(root_fd, dest, O_PATH);
        if (fd < 0)
                return fail_sys(err, "open %s in the root", dest);

        struct sys_statx st;
        char mounted_on[PATH_MAX];
        char found[PATH_MAX];
        if (sys_statx(fd, "", AT_EMPTY_PATH, 0, &st) < 0)
                return fail_sys(err, "statx %s in the root", dest);
        if (file_place(dest_fd, mounted_on, err) < 0 || file_place(fd, found, err) < 0)
                return -1;
        if (!(st.attributes & STATX_ATTR_MOUNT_ROOT) || strcmp(mounted_on, found) != 0)
                return fail(err, "mountpoint \"%s\" was moved while re-opening", dest);
        return take_fd(&fd);
}
