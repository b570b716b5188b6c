/* SPDX-License-Identifier: Apache-2.0 */
/* host_mounts.c - hide the host's procfs and sysfs from a container without pivot_root(2); see host_mounts.h. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mount.h>

#include "rootfs/host_mounts.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/mountinfo.h"
#include "base/path.h"
#include "base/scope.h"

static const char *const kernel_types[] = { "proc", "sysfs" };

static bool is_whole(const struct mountinfo *mount)
{
        for (size_t i = 0; i < ARRAY_LEN(kernel_types); i++)
                if (strcmp(mount->type, kernel_types[i]) == 0)
                        return strcmp(mount->root, "/") == 0;
        return false;
}

/* A point that another mount lies over is no mount point any more, or not there: no path leads to what was there. */
static bool is_out_of_reach(int code)
{
        return code == EINVAL || code == ENOENT;
}

static int cover(const char *point, struct err *err)
{
        /* What is put on a mount is put on its peers too, so it may have none. */
        if (mount(NULL, point, NULL, MS_PRIVATE, NULL) < 0)
                return is_out_of_reach(errno) ? 0 : fail_sys(err, "part %s from the host", point);
        if (mount("tmpfs", point, "tmpfs", MS_RDONLY, "nr_blocks=1,nr_inodes=2") < 0)
                return fail_sys(err, "cover %s", point);
        return 0;
}

static int hide(const char *point, enum host_mounts_way way, struct err *err)
{
        if (way == HOST_MOUNTS_COVER)
                return cover(point, err);
        if (umount2(point, MNT_DETACH) == 0)
                return 0;
        /* It may also be locked to the mounts around it (mount_namespaces(7)). */
        if (errno == EPERM || is_out_of_reach(errno))
                return cover(point, err);
        return fail_sys(err, "unmount %s", point);
}

static int hide_all(const struct mountinfo_list *mounts, const char *root, enum host_mounts_way way, struct err *err)
{
        for (size_t i = 0; i < mounts->n; i++) {
                const struct mountinfo *mount = &mounts->items[i];
                if (is_whole(mount) && !path_is_below(mount->dest, root) && hide(mount->dest, way, err) < 0)
                        return -1;
        }
        return 0;
}

int host_mounts_hide_kernel(int root_fd, enum host_mounts_way way, struct err *err)
{
        char root[PATH_MAX];
        struct mountinfo_list mounts = { 0 };
        auto_buf struct buf text = { 0 };
        if (file_place(root_fd, root, err) < 0)
                return -1;

        struct arena arena = { 0 };
        int done = mountinfo_read_own(&text, &arena, &mounts, err);
        if (done == 0)
                done = hide_all(&mounts, root, way, err);
        arena_finish(&arena);
        return done;
}
