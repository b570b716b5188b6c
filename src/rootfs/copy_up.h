/* SPDX-License-Identifier: Apache-2.0 */
/* copy_up.h - the mount option tmpcopyup: what the image has at the destination, copied into the tmpfs over it. */
#ifndef TARE_ROOTFS_COPY_UP_H
#define TARE_ROOTFS_COPY_UP_H

#include "base/err.h"

/* Copies all that is in the directory from_fd into the empty one to_fd: directories, files, links, fifos, sockets and
 * devices, with owner and mode, and the owner of from_fd itself. Follows no link. Hard links become files of their own.
 * Either descriptor may be O_PATH. Modes are exact under umask 0. */
int copy_up(int from_fd, int to_fd, struct err *err);

#endif
