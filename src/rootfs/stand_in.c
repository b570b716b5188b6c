/* SPDX-License-Identifier: Apache-2.0 */
/* stand_in.c - what a user namespace gets where the kernel lets it mount no new filesystem; see stand_in.h. */

#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>

#include "rootfs/stand_in.h"

#include "base/mountinfo.h"
#include "base/path.h"
#include "base/scope.h"
#include "rootfs/mount_change.h"
#include "sys/syscalls.h"

/* The kernel mounts a procfs in a user namespace only where nothing hides a part of one that is there already
 * (fs/namespace.c, mount_too_revealing). */
static int explain_proc(struct err *err)
{
        struct arena arena = { 0 };
        struct mountinfo_list mounts = { 0 };
        struct err ignored;
        auto_buf struct buf text = { 0 };
        auto_buf struct buf hidden = { 0 };
        (void)mountinfo_read_own(&text, &arena, &mounts, &ignored);
        for (size_t i = 0; i < mounts.n; i++)
                if (mountinfo_covers_proc(&mounts.items[i]))
                        buf_add_format(&hidden, "%s%s", hidden.len > 0 ? ", " : "", mounts.items[i].dest);
        arena_finish(&arena);
        if (hidden.len == 0)
                return -1;
        return fail(err,
                    "mount proc: operation not permitted: the host's /proc has masked mounts: %s: unmount them, or "
                    "bind /proc instead",
                    buf_text(&hidden));
}

int stand_in_mount(int dest_fd, const struct mount_row *row, struct err *err)
{
        const char *host = row->stand_in;
        if (!host)
                return strcmp(row->type, "proc") == 0 ? explain_proc(err) : -1;

        char path[FD_PATH_MAX];
        auto_fd int tree_fd = sys_open_tree(AT_FDCWD, host, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
        if (tree_fd < 0)
                return fail_sys(err, "bind %s", host);
        if (sys_move_mount(tree_fd, "", dest_fd, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
                return fail_sys(err, "bind %s", host);
        if (mount_set_flags(fd_path(tree_fd, path), &row->flags, err) < 0)
                return -1;
        if ((row->flags.set & MS_RDONLY) && mount_make_readonly(tree_fd, MOUNT_TREE, err) < 0)
                return -1;
        return mount_finish(tree_fd, row, err);
}
