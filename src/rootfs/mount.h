/* SPDX-License-Identifier: Apache-2.0 */
/* mount.h - make the mounts of the plan below the root. */
#ifndef TARE_ROOTFS_MOUNT_H
#define TARE_ROOTFS_MOUNT_H

#include "base/err.h"
#include "rootfs/mount_plan.h"
#include "rootfs/rootfs.h"

/* A bind's source, as rootfs_open_source has it. */
int mount_open_source(const struct mount_row *row, struct err *err);
/* Makes one mount, with its destination, below root_fd. What is late read-only is still writable after it. */
int mount_apply(int root_fd, const struct rootfs_cgroup_view *cgroups, struct mount_row *row, struct err *err);
/* Makes the late ones of n rows read-only. What a later row has covered is out of reach, and stays. */
int mount_finish_readonly(int root_fd, const struct mount_row *rows, size_t n, struct err *err);

#endif
