/* SPDX-License-Identifier: Apache-2.0 */
/* devices.h - what stands in the container's /dev: the device nodes and links of every container, and linux.devices. */
#ifndef TARE_ROOTFS_DEVICES_H
#define TARE_ROOTFS_DEVICES_H

#include "base/err.h"
#include "rootfs/rootfs.h"

/* Nothing at all where /dev is bound from elsewhere. What is there already stays, if it is the same device; if it is
 * anything else, a link too, that is a failure. Modes are exact under umask 0. */
int devices_make(const struct rootfs_plan *plan, int root_fd, struct err *err);

/* The container's /dev/null as an O_PATH descriptor, proven to be the null device; -1 with errno: ENODEV when it is
 * something else. */
int devices_open_null(int root_fd);

#endif
