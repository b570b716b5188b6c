/* SPDX-License-Identifier: Apache-2.0 */
/* stand_in.h - the host's own filesystem in place of one that may not be mounted. */
#ifndef TARE_ROOTFS_STAND_IN_H
#define TARE_ROOTFS_STAND_IN_H

#include "base/err.h"
#include "rootfs/mount_plan.h"

/* After a mount on dest_fd was refused with EPERM in a user namespace, which is what err says: where the row has
 * a filesystem of the host's to stand in, that is bound with the mount's options, as crun has it.
 * Otherwise fails with err as it is, but for a procfs with the reason: `mount proc: operation not permitted: the host's
 * /proc has masked mounts: /proc/kcore: unmount them, or bind /proc instead`. */
int stand_in_mount(int dest_fd, const struct mount_row *row, struct err *err);

#endif
