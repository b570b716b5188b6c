/* SPDX-License-Identifier: Apache-2.0 */
/* mount_change.h - change a mount that is there: its flags, its attributes, its propagation. */
#ifndef TARE_ROOTFS_MOUNT_CHANGE_H
#define TARE_ROOTFS_MOUNT_CHANGE_H

#include <fcntl.h>

#include "base/err.h"
#include "rootfs/mount_options.h"
#include "rootfs/mount_plan.h"
#include "sys/syscalls.h"

enum mount_reach { MOUNT_ALONE = 0, MOUNT_TREE = AT_RECURSIVE };

/* Exactly the flags of a bind, as its options say; nothing is done when they say nothing. path: a mount point, as a
 * rule /proc/self/fd/N of the mount. In a user namespace the flags that the source is locked to stay, unless an option
 * asks to lose them: that is refused by name. */
int mount_set_flags(const char *path, const struct mount_flags *flags, struct err *err);
/* Read-only besides what it is already. fd: of the mount's root. */
int mount_make_readonly(int fd, enum mount_reach reach, struct err *err);
/* The recursive attributes, then the propagation, of a row whose mount is at fd. */
int mount_finish(int fd, const struct mount_row *row, struct err *err);
/* Whether mount_finish has anything to do. */
bool mount_needs_finish(const struct mount_row *row);

#endif
