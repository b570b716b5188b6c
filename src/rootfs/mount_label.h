/* SPDX-License-Identifier: Apache-2.0 */
/* mount_label.h - linux.mountLabel: the SELinux label of files on the filesystems that are made for the container. */
#ifndef TARE_ROOTFS_MOUNT_LABEL_H
#define TARE_ROOTFS_MOUNT_LABEL_H

#include "base/err.h"

/* Pure. The data of a mount, with context="LABEL" behind it, into ret, of MOUNT_DATA_MAX + 1 bytes. label NULL: the
 * data alone. The label has no quotation mark. */
int mount_label_add(const char *data, const char *label, char *ret, struct err *err);
/* On the root of a mount whose filesystem takes no such option. fd: of that root; O_PATH will do. */
int mount_label_set(int fd, const char *label, struct err *err);

#endif
