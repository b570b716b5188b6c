/* SPDX-License-Identifier: Apache-2.0 */
/* root.c - the container's root, from the host's directory to all that is in it; see rootfs.h.
 * The mounts of mount.c, the nodes of devices.c and the masks of masks.c, in the order that they need. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rootfs/rootfs.h"

#include "base/path.h"
#include "base/scope.h"
#include "rootfs/dest.h"
#include "rootfs/devices.h"
#include "rootfs/masks.h"
#include "rootfs/mount.h"
#include "rootfs/propagation.h"
#include "sys/syscalls.h"

int rootfs_check(const struct rootfs_plan *plan, struct err *err)
{
        struct stat st;
        if (stat(plan->root, &st) < 0)
                return fail_sys(err, "invalid rootfs: stat %s", plan->root);
        if (!S_ISDIR(st.st_mode))
                return fail(err, "invalid rootfs: %s: not a directory", plan->root);
        return 0;
}

bool rootfs_has_writable_cgroup(const struct rootfs_plan *plan)
{
        for (size_t i = 0; i < plan->n_mounts; i++)
                if (plan->mounts[i].kind == MOUNT_CGROUP && !(plan->mounts[i].flags.set & MS_RDONLY))
                        return true;
        return false;
}

/* the root --------------------------------------------------------------------------------------------------------- */

/* Up from the root's directory to the mount that it is in, which is found without a call that fails. */
static int find_mount_around(const char *root, struct err *err)
{
        auto_fd int fd = openat(AT_FDCWD, root, O_PATH | O_DIRECTORY | O_CLOEXEC);
        for (;;) {
                struct sys_statx st;
                if (fd < 0)
                        return fail_sys(err, "open the directories above %s", root);
                if (sys_statx(fd, "", AT_EMPTY_PATH, 0, &st) < 0)
                        return fail_sys(err, "statx the directories above %s", root);
                if (st.attributes & STATX_ATTR_MOUNT_ROOT)
                        return take_fd(&fd);

                int up_fd = openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
                finish_fd(&fd);
                fd = up_fd;
        }
}

static int set_propagation_around(const char *root, unsigned long propagation, struct err *err)
{
        auto_fd int fd = find_mount_around(root, err);
        if (fd < 0)
                return -1;

        char path[FD_PATH_MAX];
        if (mount(NULL, fd_path(fd, path), NULL, propagation, NULL) < 0)
                return fail_sys(err, "set the propagation of the mount around %s", root);
        return 0;
}

/* The root becomes a mount: pivot_root(2) wants one, and its flags are then the container's alone. */
static int bind_root(const char *root, struct err *err)
{
        const unsigned int flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE;
        auto_fd int fd = sys_open_tree(AT_FDCWD, root, flags);
        if (fd < 0)
                return fail_sys(err, "bind %s", root);
        if (sys_move_mount(fd, "", AT_FDCWD, root, MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_SYMLINKS) < 0)
                return fail_sys(err, "bind %s to itself", root);
        return take_fd(&fd);
}

static int mount_root(const struct rootfs_plan *plan, struct err *err)
{
        const struct root_propagation *propagation = plan->propagation;
        if (mount(NULL, "/", NULL, propagation->first, NULL) < 0)
                return fail_sys(err, "set the propagation of /");
        if (propagation->around && set_propagation_around(plan->root, propagation->around, err) < 0)
                return -1;

        char path[FD_PATH_MAX];
        auto_fd int fd = bind_root(plan->root, err);
        if (fd < 0)
                return -1;
        if (propagation->root && mount(NULL, fd_path(fd, path), NULL, propagation->root, NULL) < 0)
                return fail_sys(err, "set the propagation of %s", plan->root);
        return take_fd(&fd);
}

static int open_root(const struct rootfs_plan *plan, struct err *err)
{
        if (plan->has_mount_namespace)
                return mount_root(plan, err);

        int fd = openat(AT_FDCWD, plan->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
        return fd < 0 ? fail_sys(err, "open %s", plan->root) : fd;
}

int rootfs_open_source(const struct rootfs_plan *plan, size_t mount, struct err *err)
{
        if (mount >= plan->n_mounts || plan->mounts[mount].kind != MOUNT_BIND)
                return fail(err, "mounts[%zu] has no source to open", mount);
        return mount_open_source(&plan->mounts[mount], err);
}

bool rootfs_maps_ids(const struct rootfs_plan *plan, size_t mount)
{
        return plan->mounts[mount].flags.idmap != IDMAP_NONE;
}

int rootfs_map_ids(const struct rootfs_plan *plan, size_t mount, int tree_fd, int user_ns_fd, struct err *err)
{
        const struct mount_row *row = &plan->mounts[mount];
        const struct sys_mount_attr attr = { .attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (uint64_t)user_ns_fd };
        unsigned int reach = row->flags.idmap == IDMAP_TREE ? AT_RECURSIVE : 0;
        if (sys_mount_setattr(tree_fd, "", AT_EMPTY_PATH | reach, &attr) == 0)
                return 0;
        /* The kernel's answer for a filesystem without FS_ALLOW_IDMAP (fs/namespace.c, can_idmap_mount). */
        if (errno == EINVAL)
                return fail(err,
                            "failed to set MOUNT_ATTR_IDMAP on %s: invalid argument (maybe the filesystem used "
                            "doesn't support idmap mounts on this kernel?)",
                            row->source);
        return fail_sys(err, "failed to set MOUNT_ATTR_IDMAP on %s", row->source);
}

bool rootfs_needs_host(const struct rootfs_plan *plan)
{
        const struct spec_namespace *namespaces = plan->spec->linux_.namespaces;
        /* An ordinary user may copy mounts in his user namespace only. */
        if ((namespaces[NS_MOUNT].path || namespaces[NS_USER].set) && geteuid() == 0)
                return true;
        for (size_t i = 0; i < plan->n_mounts; i++)
                if (rootfs_maps_ids(plan, i))
                        return true;
        return false;
}

static int ask_for_source(const struct rootfs_plan *plan, size_t i, struct err *err)
{
        struct mount_row *row = &plan->mounts[i];
        if (!plan->host || row->kind != MOUNT_BIND)
                return 0;
        row->source_fd = plan->host->open_source(plan->host->ctx, i, err);
        return row->source_fd < 0 ? -1 : 0;
}

static int make_mounts(const struct rootfs_plan *plan, const struct rootfs_cgroup_view *cgroups, const struct log *log,
                       int root_fd, struct err *err)
{
        for (size_t i = 0; i < plan->n_mounts; i++) {
                struct mount_row *row = &plan->mounts[i];
                if (row->is_relative)
                        log_say(log, LOG_WARNING, "mounts[%zu]: mount destination %s is not absolute: taken for %s", i,
                                plan->spec->mounts[i].destination, row->dest);
                if (ask_for_source(plan, i, err) < 0 || mount_apply(root_fd, cgroups, row, err) < 0)
                        return fail_at(err, "mounts[%zu] %s", i, row->dest);
        }
        return 0;
}

int rootfs_build(const struct rootfs_plan *plan, const struct rootfs_cgroup_view *cgroups, const struct log *log,
                 int *ret_root_fd, struct err *err)
{
        auto_fd int root_fd = open_root(plan, err);
        if (root_fd < 0)
                return -1;
        if (make_mounts(plan, cgroups, log, root_fd, err) < 0)
                return -1;
        if (plan->keeps_dev)
                log_say(log, LOG_DEBUG, "/dev is bound from elsewhere: no devices are made");
        if (devices_make(plan, root_fd, err) < 0)
                return -1;

        *ret_root_fd = take_fd(&root_fd);
        return 0;
}

/* the seal --------------------------------------------------------------------------------------------------------- */

static int make_cwd(const char *cwd, int root_fd, struct err *err)
{
        if (!cwd || strcmp(cwd, "/") == 0)
                return 0;
        auto_fd int fd = dest_open_dir(root_fd, cwd, err);
        return fd < 0 ? fail_at(err, "process.cwd") : 0;
}

int rootfs_seal(const struct rootfs_plan *plan, int root_fd, struct err *err)
{
        const struct spec_linux *linux_ = &plan->spec->linux_;
        if (make_cwd(plan->spec->process.cwd, root_fd, err) < 0)
                return -1;
        if (masks_make_readonly(&linux_->readonly_paths, root_fd, err) < 0)
                return -1;
        return masks_cover(&linux_->masked_paths, linux_->mount_label, root_fd, err);
}
