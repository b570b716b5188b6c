/* SPDX-License-Identifier: Apache-2.0 */
/* mount.c - make the mounts of the plan below the root; see mount.h.
 * A destination is opened once, inside the root, and mounted on by its descriptor. No call here is made to find out by
 * its failure: a mount(2) that fails costs a grace period, as one that succeeds does not. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "rootfs/mount.h"

#include "base/path.h"
#include "base/proc.h"
#include "base/scope.h"
#include "rootfs/cgroup_mount.h"
#include "rootfs/copy_up.h"
#include "rootfs/mount_change.h"
#include "rootfs/mount_dest.h"
#include "rootfs/mount_label.h"
#include "rootfs/stand_in.h"
#include "sys/syscalls.h"

static int mount_on(int dest_fd, const struct mount_row *row, unsigned long flags, const char *data, struct err *err)
{
        char path[FD_PATH_MAX];
        /* Without a source mountinfo says "none"; with an empty one it would lack a field. */
        const char *source = *row->source ? row->source : NULL;
        if (mount(source, fd_path(dest_fd, path), row->type, flags, *data ? data : NULL) == 0)
                return 0;
        if (*data)
                return fail_sys(err, "mount %s with \"%s\"", row->type, data);
        return fail_sys(err, "mount %s", row->type);
}

/* What is left to do on the mount that was just made on dest_fd. */
static int finish_new(int root_fd, int dest_fd, struct mount_row *row, struct err *err)
{
        if (!row->is_late_readonly && !row->label && !mount_needs_finish(row))
                return 0;
        auto_fd int fd = mount_dest_reopen(root_fd, row->dest, dest_fd, err);
        if (fd < 0)
                return -1;

        struct stat st;
        if (fstat(fd, &st) < 0)
                return fail_sys(err, "fstat the mount");
        row->late_dev = st.st_dev;
        if (row->label && mount_label_set(fd, row->label, err) < 0)
                return -1;
        return mount_finish(fd, row, err);
}

static unsigned long flags_now(const struct mount_row *row)
{
        return row->flags.set & ~(row->is_late_readonly ? (unsigned long)MS_RDONLY : 0);
}

static int open_dest(int root_fd, const struct mount_row *row, enum dest_kind kind, struct dest_way *ret_way,
                     struct err *err)
{
        if (row->ordinary)
                return mount_dest_open_ordinary(root_fd, row->dest, row->ordinary, ret_way, err);
        if (row->flags.dest_nofollow)
                return mount_dest_open_nofollow(root_fd, row->dest, kind, ret_way, err);
        return mount_dest_open(root_fd, row->dest, kind, ret_way, err);
}

static int apply_plain(int root_fd, struct mount_row *row, struct err *err)
{
        struct dest_way way;
        auto_fd int dest_fd = open_dest(root_fd, row, DEST_DIR, &way, err);
        if (dest_fd < 0)
                return -1;
        if (mount_on(dest_fd, row, flags_now(row), row->data, err) == 0)
                return finish_new(root_fd, dest_fd, row, err);
        return err->code == EPERM && proc_is_in_user_namespace() ? stand_in_mount(dest_fd, row, err) : -1;
}

/* tmpfs ------------------------------------------------------------------------------------------------------------ */

/* A directory that the image has keeps its mode, unless the options give one. */
static int tmpfs_data(int dest_fd, const struct mount_row *row, const struct dest_way *way, char *ret, struct err *err)
{
        struct stat st;
        if (way->is_made || mount_data_has(row->data, "mode=")) {
                strcpy(ret, row->data);
                return 0;
        }
        if (fstat(dest_fd, &st) < 0)
                return fail_sys(err, "fstat the destination");

        const char *comma = *row->data ? "," : "";
        int len = snprintf(ret, MOUNT_DATA_MAX + 1, "mode=%04o%s%s", st.st_mode & 07777u, comma, row->data);
        if (len > MOUNT_DATA_MAX)
                return fail(err, "more than %d bytes of options", MOUNT_DATA_MAX);
        return 0;
}

static int apply_tmpfs(int root_fd, struct mount_row *row, struct err *err)
{
        struct dest_way way;
        char data[MOUNT_DATA_MAX + 1];
        data[0] = '\0';
        auto_fd int dest_fd = open_dest(root_fd, row, DEST_DIR, &way, err);
        if (dest_fd < 0)
                return -1;
        if (tmpfs_data(dest_fd, row, &way, data, err) < 0 || mount_on(dest_fd, row, flags_now(row), data, err) < 0)
                return -1;
        if (!row->flags.copies_up)
                return finish_new(root_fd, dest_fd, row, err);

        /* What is covered stays in reach by its descriptor. */
        auto_fd int fd = mount_dest_reopen(root_fd, row->dest, dest_fd, err);
        if (fd < 0)
                return -1;
        if (copy_up(dest_fd, fd, err) < 0)
                return fail_at(err, "tmpcopyup");
        return finish_new(root_fd, dest_fd, row, err);
}

/* binds ------------------------------------------------------------------------------------------------------------ */

/* Only procfs goes on /proc. */
static int check_bound_proc(int tree_fd, const struct mount_row *row, struct err *err)
{
        struct statfs fs;
        if (strcmp(row->dest, "/proc") != 0)
                return 0;
        if (fstatfs(tree_fd, &fs) < 0)
                return fail_sys(err, "statfs %s", row->source);
        if (fs.f_type != PROC_SUPER_MAGIC)
                return fail(err, "\"%s\" cannot be mounted because it is not of type proc", row->dest);
        return 0;
}

int mount_open_source(const struct mount_row *row, struct err *err)
{
        unsigned int reach = row->flags.set & MS_REC ? AT_RECURSIVE : 0;
        unsigned int follow = row->flags.source_nofollow || row->flags.copies_link ? AT_SYMLINK_NOFOLLOW : 0;
        int tree_fd = sys_open_tree(AT_FDCWD, row->source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | reach | follow);
        return tree_fd < 0 ? fail_sys(err, "bind %s", row->source) : tree_fd;
}

/* The link at fd, made anew at the destination. */
static int copy_link(int root_fd, int fd, const struct mount_row *row, struct err *err)
{
        char text[PATH_MAX];
        char there[PATH_MAX];
        const char *name;
        ssize_t len = readlinkat(fd, "", text, sizeof text - 1);
        if (len < 0)
                return fail_sys(err, "readlink %s", row->source);
        text[len] = '\0';

        auto_fd int dir_fd = dest_open_parent(root_fd, row->dest, &name, err);
        if (dir_fd < 0)
                return -1;
        if (symlinkat(text, dir_fd, name) == 0)
                return 0;
        if (errno != EEXIST)
                return fail_sys(err, "symlink");
        ssize_t there_len = readlinkat(dir_fd, name, there, sizeof there);
        if (there_len != len || memcmp(there, text, (size_t)len) != 0)
                return fail(err, "exists, and is not a link to \"%s\"", text);
        return 0;
}

static int apply_bind(int root_fd, struct mount_row *row, struct err *err)
{
        bool is_given = row->source_fd >= 0;
        auto_fd int tree_fd = is_given ? take_fd(&row->source_fd) : mount_open_source(row, err);
        if (tree_fd < 0)
                return -1;
        struct stat st;
        if (fstat(tree_fd, &st) < 0)
                return fail_sys(err, "fstat %s", row->source);
        if (row->flags.copies_link && S_ISLNK(st.st_mode))
                return copy_link(root_fd, tree_fd, row, err);
        if (check_bound_proc(tree_fd, row, err) < 0)
                return -1;

        struct dest_way way;
        auto_fd int dest_fd = open_dest(root_fd, row, S_ISDIR(st.st_mode) ? DEST_DIR : DEST_FILE, &way, err);
        if (dest_fd < 0)
                return -1;
        if (sys_move_mount(tree_fd, "", dest_fd, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
                return fail_sys(err, "bind %s", row->source);

        /* From here on tree_fd is the mount in its place. One that was copied where we are not may be a peer of the
         * host's: what is mounted below it would be mounted there too. */
        char path[FD_PATH_MAX];
        if (is_given && mount(NULL, fd_path(tree_fd, path), NULL, MS_SLAVE | MS_REC, NULL) < 0)
                return fail_sys(err, "part %s from the host", row->source);
        if (mount_set_flags(fd_path(tree_fd, path), &row->flags, err) < 0)
                return -1;
        return mount_finish(tree_fd, row, err);
}

static int apply_remount(int root_fd, struct mount_row *row, struct err *err)
{
        /* By no link: it would choose which of the mounts is changed. */
        auto_fd int fd = dest_open_straight(root_fd, row->dest, O_PATH);
        if (fd < 0)
                return fail_sys(err, "open %s in the root", row->dest);
        if (mount_on(fd, row, row->flags.set, row->data, err) < 0)
                return -1;
        return mount_finish(fd, row, err);
}

/* ------------------------------------------------------------------------------------------------------------------ */

int mount_apply(int root_fd, const struct rootfs_cgroup_view *cgroups, struct mount_row *row, struct err *err)
{
        switch (row->kind) {
        case MOUNT_PLAIN:
                return apply_plain(root_fd, row, err);
        case MOUNT_TMPFS:
                return apply_tmpfs(root_fd, row, err);
        case MOUNT_CGROUP:
                return cgroup_mount(root_fd, cgroups, row, err);
        case MOUNT_BIND:
                return apply_bind(root_fd, row, err);
        case MOUNT_REMOUNT:
                return apply_remount(root_fd, row, err);
        case MOUNT_KINDS:
                break;
        }
        return fail(err, "no such kind of mount");
}

/* late read-only --------------------------------------------------------------------------------------------------- */

static bool is_covered(const struct mount_row *row, const struct mount_row *later, const struct mount_row *end)
{
        for (; later < end; later++)
                if (later->kind != MOUNT_REMOUNT && path_is_below(row->dest, later->dest))
                        return true;
        return false;
}

static int finish_readonly(int root_fd, const struct mount_row *row, const struct mount_row *end, struct err *err)
{
        struct stat st;
        auto_fd int fd = dest_open(root_fd, row->dest, O_PATH | O_DIRECTORY);
        bool is_there = fd >= 0 && fstat(fd, &st) == 0 && st.st_dev == row->late_dev;
        if (is_there)
                return mount_make_readonly(fd, MOUNT_ALONE, err);
        if (is_covered(row, row + 1, end))
                return 0;
        return fail(err, "mountpoint \"%s\" was moved while re-opening", row->dest);
}

int mount_finish_readonly(int root_fd, const struct mount_row *rows, size_t n, struct err *err)
{
        for (size_t i = 0; i < n; i++)
                if (rows[i].is_late_readonly && finish_readonly(root_fd, &rows[i], rows + n, err) < 0)
                        return fail_at(err, "mounts[%zu] %s", i, rows[i].dest);
        return 0;
}
