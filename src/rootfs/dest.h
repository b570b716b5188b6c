/* SPDX-License-Identifier: Apache-2.0 */
/* dest.h - the only way to open a path inside a container's root, whatever the image has planted there. */
#ifndef TARE_ROOTFS_DEST_H
#define TARE_ROOTFS_DEST_H

#include <sys/types.h>

#include "base/err.h"

/* openat2(2) with RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS: symlinks and ".." resolve inside root_fd, magic links are
 * refused. flags as of open(2); O_CLOEXEC is added. Retries EAGAIN (a rename raced). Returns the descriptor, or -1 with
 * errno as the kernel gave it and no message, since callers differ in what ENOENT means. */
int dest_open(int root_fd, const char *path, int flags);

/* The directory at path, O_PATH, made with its missing parents (0755) where it is not there. */
int dest_open_dir(int root_fd, const char *path, struct err *err);
/* The same for a regular file: made empty (0644) where nothing is there; what is there must be no directory. */
int dest_open_file(int root_fd, const char *path, struct err *err);
/* The parent directory of path (made as above) as an O_PATH descriptor, and in *ret_name the last component within
 * path. */
int dest_open_parent(int root_fd, const char *path, const char **ret_name, struct err *err);

#endif
