/* SPDX-License-Identifier: Apache-2.0 */
/* cgroup_mount.h - a mount of type "cgroup": one tree on a v2 host, else a tmpfs with one directory a hierarchy. */
#ifndef TARE_ROOTFS_CGROUP_MOUNT_H
#define TARE_ROOTFS_CGROUP_MOUNT_H

#include "base/err.h"
#include "rootfs/mount_plan.h"
#include "rootfs/rootfs.h"

int cgroup_mount(int root_fd, const struct rootfs_cgroup_view *view, const struct mount_row *row, struct err *err);

#endif
