/* SPDX-License-Identifier: Apache-2.0 */
/* mount_dest.h - where a mount goes, and how its own root is found again. */
#ifndef TARE_ROOTFS_MOUNT_DEST_H
#define TARE_ROOTFS_MOUNT_DEST_H

#include "base/err.h"
#include "rootfs/dest.h"

/* The destination, opened below the root and made if missing. What a link on the way leads to may be neither the root
 * itself nor anything on procfs: the plan has judged the letters of dest alone. */
int mount_dest_open(int root_fd, const char *dest, enum dest_kind kind, struct dest_way *ret_way, struct err *err);
/* The same, but when a link is at its end, that is the destination. */
int mount_dest_open_nofollow(int root_fd, const char *dest, enum dest_kind kind, struct dest_way *ret_way,
                             struct err *err);
/* The same for what stands for proc or sysfs: a directory that no link leads to. type is for the message. */
int mount_dest_open_ordinary(int root_fd, const char *dest, const char *type, struct dest_way *ret_way,
                             struct err *err);
/* After a mount on dest_fd: the root of what was mounted there, O_PATH, proven to be at the same place. */
int mount_dest_reopen(int root_fd, const char *dest, int dest_fd, struct err *err);

#endif
