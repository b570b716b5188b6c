/* SPDX-License-Identifier: Apache-2.0 */
/* masks.c - read-only and masked paths; see masks.h.
 * What a path is gets asked before anything is mounted, on the descriptor that is then mounted on: no mount call fails,
 * and no link of the image can be put between. */

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "rootfs/masks.h"

#include "base/path.h"
#include "base/scope.h"
#include "rootfs/dest.h"
#include "rootfs/devices.h"
#include "rootfs/mount_change.h"
#include "rootfs/mount_dest.h"
#include "rootfs/mount_label.h"
#include "sys/syscalls.h"

/* -1 without an error: there is nothing at the path. */
static int open_path(int root_fd, const char *path, int *ret_fd, struct err *err)
{
        *ret_fd = dest_open(root_fd, path, O_PATH);
        if (*ret_fd < 0 && errno != ENOENT && errno != ENOTDIR)
                return fail_sys(err, "open");
        return 0;
}

/* read-only -------------------------------------------------------------------------------------------------------- */

static int make_readonly(int root_fd, const char *path, struct err *err)
{
        auto_fd int fd = -1;
        if (open_path(root_fd, path, &fd, err) < 0)
                return -1;
        if (fd < 0)
                return 0;

        auto_fd int tree_fd = sys_open_tree(fd, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
        if (tree_fd < 0)
                return fail_sys(err, "bind");
        if (sys_move_mount(tree_fd, "", fd, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
                return fail_sys(err, "bind");
        return mount_make_readonly(tree_fd, MOUNT_TREE, err);
}

int masks_make_readonly(const struct text_list *paths, int root_fd, struct err *err)
{
        for (size_t i = 0; i < paths->n; i++)
                if (make_readonly(root_fd, paths->items[i], err) < 0)
                        return fail_at(err, "linux.readonlyPaths[%zu] %s", i, paths->items[i]);
        return 0;
}

/* masked ----------------------------------------------------------------------------------------------------------- */

/* What the paths are covered with, opened when the first one asks for it. */
struct covers {
        const char *label; /* linux.mountLabel; or NULL */
        int null_fd;
        const char *first_path; /* of the first masked directory: its tmpfs is the one that the others share */
        int first_fd;           /* what it was mounted on */
        int dir_fd;             /* the tmpfs */
};

static void covers_finish(struct covers *covers)
{
        finish_fd(&covers->null_fd);
        finish_fd(&covers->first_fd);
        finish_fd(&covers->dir_fd);
}

static int bind_on(int from_fd, int fd, struct err *err)
{
        char from[FD_PATH_MAX];
        char to[FD_PATH_MAX];
        if (mount(fd_path(from_fd, from), fd_path(fd, to), NULL, MS_BIND, NULL) < 0)
                return fail_sys(err, "bind");
        return 0;
}

static int cover_file(struct covers *covers, int root_fd, int fd, struct err *err)
{
        if (covers->null_fd < 0)
                covers->null_fd = devices_open_null(root_fd);
        if (covers->null_fd < 0)
                return fail_sys(err, "can't mask paths: container's /dev/null is invalid");
        return bind_on(covers->null_fd, fd, err);
}

/* A tmpfs is dearer than a bind: one is enough for all. */
static int cover_first_dir(struct covers *covers, int *fd, const char *path, struct err *err)
{
        char to[FD_PATH_MAX];
        char data[MOUNT_DATA_MAX + 1];
        const unsigned long flags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
        if (mount_label_add("nr_blocks=1,nr_inodes=2,mode=755", covers->label, data, err) < 0)
                return -1;
        if (mount("tmpfs", fd_path(*fd, to), "tmpfs", flags, data) < 0)
                return fail_sys(err, "mount tmpfs");

        covers->first_path = path;
        covers->first_fd = take_fd(fd);
        return 0;
}

static int cover_next_dir(struct covers *covers, int root_fd, int fd, struct err *err)
{
        if (covers->dir_fd < 0)
                covers->dir_fd = mount_dest_reopen(root_fd, covers->first_path, covers->first_fd, err);
        return covers->dir_fd < 0 ? -1 : bind_on(covers->dir_fd, fd, err);
}

static int cover(struct covers *covers, int root_fd, const char *path, struct err *err)
{
        auto_fd int fd = -1;
        if (open_path(root_fd, path, &fd, err) < 0)
                return -1;
        if (fd < 0)
                return 0;

        struct stat st;
        if (fstat(fd, &st) < 0)
                return fail_sys(err, "fstat");
        if (!S_ISDIR(st.st_mode))
                return cover_file(covers, root_fd, fd, err);
        if (covers->first_fd < 0)
                return cover_first_dir(covers, &fd, path, err);
        return cover_next_dir(covers, root_fd, fd, err);
}

int masks_cover(const struct text_list *paths, const char *label, int root_fd, struct err *err)
{
        __attribute__((cleanup(covers_finish))) struct covers covers = {
                .label = label,
                .null_fd = -1,
                .first_fd = -1,
                .dir_fd = -1,
        };
        for (size_t i = 0; i < paths->n; i++)
                if (cover(&covers, root_fd, paths->items[i], err) < 0)
                        return fail_at(err, "linux.maskedPaths[%zu] %s", i, paths->items[i]);
        return 0;
}
