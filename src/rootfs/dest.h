/* SPDX-License-Identifier: Apache-2.0 */
/* dest.h - the only way to open a path inside a container's root, whatever the image has planted there. */
#ifndef TARE_ROOTFS_DEST_H
#define TARE_ROOTFS_DEST_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

/* openat2(2) with RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS: symlinks and ".." resolve inside root_fd, magic links are
 * refused. flags as of open(2), never O_CREAT; O_CLOEXEC is added. Retries EAGAIN (a rename raced). Returns the
 * descriptor, or -1 with errno as the kernel gave it and no message, since callers differ in what ENOENT means. */
int dest_open(int root_fd, const char *path, int flags);
/* The same, but any link on the way, or at its end, is ELOOP: what comes back is where the letters of path say. */
int dest_open_straight(int root_fd, const char *path, int flags);

enum dest_kind { DEST_DIR, DEST_FILE };

struct dest_way {
        bool is_straight; /* no link on the way */
        bool is_made;     /* it was not there before */
};

/* The directory at path, or what else is there but a directory, as an O_PATH descriptor (a made file's is open for
 * reading). Missing parents (0755) and what is missing itself (a directory 0755, an empty file 0644) are made, also
 * where a dangling link inside the root points to. The modes are exact under umask 0. */
int dest_make(int root_fd, const char *path, enum dest_kind kind, struct dest_way *ret_way, struct err *err);
int dest_open_dir(int root_fd, const char *path, struct err *err);
/* The parent directory of path (made as above) as an O_PATH descriptor, and in *ret_name the last component within
 * path, which may be no "." or "..". */
int dest_open_parent(int root_fd, const char *path, const char **ret_name, struct err *err);

#endif
