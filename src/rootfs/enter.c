/* SPDX-License-Identifier: Apache-2.0 */
/* enter.c - change the root of this process to the container's; see rootfs_enter in rootfs.h.
 * What needs the host's /proc is done before; afterwards there is nothing of the host in reach. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rootfs/rootfs.h"

#include "base/file.h"
#include "base/path.h"
#include "base/scope.h"
#include "rootfs/devices.h"
#include "rootfs/host_mounts.h"
#include "rootfs/mount.h"
#include "rootfs/mount_change.h"
#include "rootfs/propagation.h"
#include "sys/syscalls.h"

/* /dev/null ------------------------------------------------------------------------------------------------------- */

/* One bit for each of stdin, stdout, stderr. */
static unsigned int find_nulls(void)
{
        unsigned int nulls = 0;
        for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
                struct stat st;
                if (fstat(fd, &st) == 0 && file_is_null(&st))
                        nulls |= 1U << fd;
        }
        return nulls;
}

bool rootfs_is_null_held(void)
{
        return find_nulls() != 0;
}

/* The host's /dev/null is a file of the host: the container could change its mode through such a descriptor. Where the
 * container has none of its own, the host's stays. */
int rootfs_leave_null(int root_fd, struct err *err)
{
        char path[FD_PATH_MAX];
        unsigned int nulls = find_nulls();
        if (nulls == 0)
                return 0;
        auto_fd int place_fd = devices_open_null(root_fd);
        if (place_fd < 0)
                return 0;
        auto_fd int null_fd = openat(AT_FDCWD, fd_path(place_fd, path), O_RDWR | O_NOCTTY | O_CLOEXEC);
        if (null_fd < 0)
                return fail_sys(err, "open the container's /dev/null");

        for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
                if ((nulls & 1U << fd) && dup3(null_fd, fd, 0) < 0)
                        return fail_sys(err, "dup the container's /dev/null");
        return 0;
}

/* the ways in ------------------------------------------------------------------------------------------------------ */

/* Whether the host's mounts may still be shared with us: then unmounting here unmounts there. */
static bool may_be_shared(const struct root_propagation *propagation)
{
        return (propagation->first & MS_SHARED) || !(propagation->first & MS_REC);
}

/* pivot_root(2), "pivot_root(\".\", \".\")": no directory is needed to put the old root in, it lies over the new one.
 */
static int pivot(const struct rootfs_plan *plan, int root_fd, struct err *err)
{
        auto_fd int old_fd = -1;
        if (may_be_shared(plan->propagation)) {
                old_fd = openat(AT_FDCWD, "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
                if (old_fd < 0)
                        return fail_sys(err, "open /");
        }
        if (fchdir(root_fd) < 0)
                return fail_sys(err, "enter %s", plan->root);
        if (sys_pivot_root(".", ".") < 0)
                return fail_sys(err, "pivot_root to %s", plan->root);

        if (old_fd >= 0) {
                if (fchdir(old_fd) < 0)
                        return fail_sys(err, "enter the old root");
                if (mount(NULL, ".", NULL, MS_SLAVE | MS_REC, NULL) < 0)
                        return fail_sys(err, "part the old root from the host");
        }
        if (umount2(".", MNT_DETACH) < 0)
                return fail_sys(err, "unmount the old root");
        if (old_fd >= 0 && chdir("/") < 0)
                return fail_sys(err, "leave the old root");
        return 0;
}

static int chroot_here(const struct rootfs_plan *plan, struct err *err)
{
        if (chroot(".") < 0)
                return fail_sys(err, "chroot to %s", plan->root);
        return 0;
}

/* For hosts whose root is an initramfs. The old root stays below, out of reach by any path. */
static int move(const struct rootfs_plan *plan, int root_fd, struct err *err)
{
        bool is_shared = may_be_shared(plan->propagation);
        if (host_mounts_hide_kernel(root_fd, is_shared ? HOST_MOUNTS_COVER : HOST_MOUNTS_UNMOUNT, err) < 0)
                return -1;
        /* Or the root would be moved over the host's as well. */
        if (is_shared && mount(NULL, "/", NULL, MS_PRIVATE, NULL) < 0)
                return fail_sys(err, "part the old root from the host");
        if (fchdir(root_fd) < 0)
                return fail_sys(err, "enter %s", plan->root);
        if (mount(".", "/", NULL, MS_MOVE, NULL) < 0)
                return fail_sys(err, "move %s to /", plan->root);
        return chroot_here(plan, err);
}

/* Each way ends with the new root as the working directory. */
static int change(const struct rootfs_plan *plan, int root_fd, struct err *err)
{
        if (plan->has_mount_namespace)
                return plan->no_pivot ? move(plan, root_fd, err) : pivot(plan, root_fd, err);
        if (fchdir(root_fd) < 0)
                return fail_sys(err, "enter %s", plan->root);
        return chroot_here(plan, err);
}

int rootfs_enter(const struct rootfs_plan *plan, int root_fd, struct err *err)
{
        if (rootfs_leave_null(root_fd, err) < 0)
                return -1;
        if (mount_finish_readonly(root_fd, plan->mounts, plan->n_mounts, err) < 0)
                return -1;
        if (plan->spec->root.readonly && mount_make_readonly(root_fd, MOUNT_ALONE, err) < 0)
                return fail_at(err, "root.readonly");

        if (change(plan, root_fd, err) < 0)
                return -1;
        if (plan->has_mount_namespace && plan->propagation->last &&
            mount(NULL, "/", NULL, plan->propagation->last, NULL) < 0)
                return fail_sys(err, "linux.rootfsPropagation: set the propagation of the root");
        return 0;
}
