/* SPDX-License-Identifier: Apache-2.0 */
/* masks.h - linux.readonlyPaths and linux.maskedPaths. */
#ifndef TARE_ROOTFS_MASKS_H
#define TARE_ROOTFS_MASKS_H

#include "base/err.h"
#include "oci/spec.h"

/* Each path that is there is bound to itself, with all that is mounted below, and made read-only; its other flags stay.
 * What is mounted below is made read-only too, where the kernel has mount_setattr(2). */
int masks_make_readonly(const struct text_list *paths, int root_fd, struct err *err);
/* Each path that is there is covered: a directory by an empty read-only one, anything else by the container's own
 * /dev/null, never the host's, whose owner and mode the container could then change. label: linux.mountLabel, of the
 * directories; or NULL. */
int masks_cover(const struct text_list *paths, const char *label, int root_fd, struct err *err);

#endif
