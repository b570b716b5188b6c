/* SPDX-License-Identifier: Apache-2.0 */
/* cgroup_mount.c - a mount of type "cgroup"; see cgroup_mount.h.
 * With a cgroup namespace of its own the container gets fresh mounts, whose root is its own cgroup. Without one it gets
 * binds: a fresh mount of cgroup2 would wait for a grace period, and on v1 it would show the whole hierarchy. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rootfs/cgroup_mount.h"

#include "base/path.h"
#include "base/scope.h"
#include "rootfs/mount_change.h"
#include "rootfs/mount_dest.h"
#include "rootfs/mount_label.h"

/* On a v2 host /proc/self/cgroup tells, without a cgroup namespace, a path from here. */
#define CGROUP_ROOT "/sys/fs/cgroup"

static int bind_on(const char *dir, int dest_fd, const struct mount_row *row, struct err *err)
{
        char path[FD_PATH_MAX];
        auto_fd int tree_fd = sys_open_tree(AT_FDCWD, dir, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
        if (tree_fd < 0)
                return fail_sys(err, "bind %s", dir);
        if (sys_move_mount(tree_fd, "", dest_fd, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
                return fail_sys(err, "bind %s", dir);
        if (mount_set_flags(fd_path(tree_fd, path), &row->flags, err) < 0)
                return -1;
        return mount_finish(tree_fd, row, err);
}

/* The kernel gives a fresh mount to whoever owns the namespace, and as it likes: EPERM and EBUSY are no failure of the
 * bundle's. */
static bool is_refused(int code)
{
        return code == EPERM || code == EBUSY;
}

static int mount_v2(int root_fd, const struct rootfs_cgroup_view *view, const struct mount_row *row, struct err *err)
{
        struct dest_way way;
        char path[FD_PATH_MAX];
        auto_fd int dest_fd = mount_dest_open(root_fd, row->dest, DEST_DIR, &way, err);
        if (dest_fd < 0)
                return -1;
        if (!view->has_cgroup_namespace)
                return bind_on(CGROUP_ROOT, dest_fd, row, err);

        if (mount("cgroup", fd_path(dest_fd, path), "cgroup2", row->flags.set, NULL) < 0) {
                if (is_refused(errno) && view->n_hierarchies > 0)
                        return bind_on(view->hierarchies[0].dir, dest_fd, row, err);
                return fail_sys(err, "mount cgroup2");
        }
        if (!mount_needs_finish(row))
                return 0;
        auto_fd int fd = mount_dest_reopen(root_fd, row->dest, dest_fd, err);
        return fd < 0 ? -1 : mount_finish(fd, row, err);
}

/* v1 --------------------------------------------------------------------------------------------------------------- */

/* Below a tmpfs of our own there are no links but ours: names are safe, and save the descriptors. */
static int mount_hierarchy(const char *path, const struct rootfs_cgroup_view *view,
                           const struct rootfs_cgroup_hierarchy *hierarchy, const struct mount_row *row,
                           struct err *err)
{
        const char *type = hierarchy->options ? "cgroup" : "cgroup2";
        if (view->has_cgroup_namespace) {
                if (mount("cgroup", path, type, row->flags.set, hierarchy->options) == 0)
                        return 0;
                if (!is_refused(errno))
                        return fail_sys(err, "mount %s", type);
        }
        if (mount(hierarchy->dir, path, NULL, MS_BIND, NULL) < 0)
                return fail_sys(err, "bind %s", hierarchy->dir);
        return mount_set_flags(path, &row->flags, err);
}

/* Hierarchies of two controllers go by either name, "cpu" and "cpuacct" for "cpu,cpuacct". */
static int link_names(int dir_fd, const char *name, struct err *err)
{
        char part[NAME_MAX + 1];
        for (const char *next = strchr(name, ',') ? name : ""; *next; next += *next == ',') {
                size_t len = strcspn(next, ",");
                int n = snprintf(part, sizeof part, "%.*s", (int)len, next);
                if (n < 0 || (size_t)n >= sizeof part || (symlinkat(name, dir_fd, part) < 0 && errno != EEXIST))
                        return fail_sys(err, "link %s", name);
                next += len;
        }
        return 0;
}

static int add_hierarchy(int dir_fd, const struct rootfs_cgroup_view *view,
                         const struct rootfs_cgroup_hierarchy *hierarchy, const struct mount_row *row, struct err *err)
{
        char dir[FD_PATH_MAX];
        char path[FD_PATH_MAX + NAME_MAX + 1];
        int len = snprintf(path, sizeof path, "%s/%s", fd_path(dir_fd, dir), hierarchy->name);
        if (len < 0 || (size_t)len >= sizeof path)
                return fail(err, "a name of %zu bytes", strlen(hierarchy->name));
        if (mkdirat(dir_fd, hierarchy->name, 0755) < 0)
                return fail_sys(err, "mkdir");
        if (mount_hierarchy(path, view, hierarchy, row, err) < 0)
                return -1;
        return link_names(dir_fd, hierarchy->name, err);
}

static int mount_v1(int root_fd, const struct rootfs_cgroup_view *view, const struct mount_row *row, struct err *err)
{
        struct dest_way way;
        char path[FD_PATH_MAX];
        char data[MOUNT_DATA_MAX + 1];
        auto_fd int dest_fd = mount_dest_open(root_fd, row->dest, DEST_DIR, &way, err);
        if (dest_fd < 0)
                return -1;
        if (mount_label_add("mode=755", row->label, data, err) < 0)
                return -1;
        if (mount("cgroup", fd_path(dest_fd, path), "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, data) < 0)
                return fail_sys(err, "mount tmpfs");
        auto_fd int dir_fd = mount_dest_reopen(root_fd, row->dest, dest_fd, err);
        if (dir_fd < 0)
                return -1;

        for (size_t i = 0; i < view->n_hierarchies; i++)
                if (add_hierarchy(dir_fd, view, &view->hierarchies[i], row, err) < 0)
                        return fail_at(err, "hierarchy %s", view->hierarchies[i].name);
        if ((row->flags.set & MS_RDONLY) && mount_make_readonly(dir_fd, MOUNT_ALONE, err) < 0)
                return -1;
        return mount_finish(dir_fd, row, err);
}

int cgroup_mount(int root_fd, const struct rootfs_cgroup_view *view, const struct mount_row *row, struct err *err)
{
        return view->is_v2 ? mount_v2(root_fd, view, row, err) : mount_v1(root_fd, view, row, err);
}
