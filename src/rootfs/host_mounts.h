/* SPDX-License-Identifier: Apache-2.0 */
/* host_mounts.h - the host's mounts that a container without pivot_root(2) would keep. */
#ifndef TARE_ROOTFS_HOST_MOUNTS_H
#define TARE_ROOTFS_HOST_MOUNTS_H

#include "base/err.h"

/* An unmount happens in all peers of the mount around: where those may be the host's, only covering is safe. */
enum host_mounts_way { HOST_MOUNTS_UNMOUNT, HOST_MOUNTS_COVER };

/* Takes every whole procfs and sysfs outside of the container's root out of this mount namespace, or covers it. The
 * kernel lets a user namespace mount a new one only if a whole one is in sight (mount_too_revealing), and chroot(2)
 * does not change what is. After it the host's /proc is gone. */
int host_mounts_hide_kernel(int root_fd, enum host_mounts_way way, struct err *err);

#endif
