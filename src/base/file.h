/* SPDX-License-Identifier: Apache-2.0 */
/* file.h - whole files: read one, write one in a single write(2), replace one so that a reader sees the old or the new.
 * dir_fd is AT_FDCWD or a directory; every descriptor is O_CLOEXEC. For the runtime's own files and for /proc, /sys and
 * cgroup files: nothing below a container's root is ever opened here. */
#ifndef TARE_BASE_FILE_H
#define TARE_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

/* Reads the file to its end into buf (appended). More than max bytes is a failure: "PATH is larger than N bytes".
 * On failure buf holds what was read so far. */
int file_read(int dir_fd, const char *path, size_t max, struct buf *buf, struct err *err);
/* The same from an open descriptor, which stays open; name is for the message. */
int file_read_fd(int fd, const char *name, size_t max, struct buf *buf, struct err *err);
/* Writes text in one write(2) to a file that is there already (procfs, sysfs, cgroupfs want one write a value). */
int file_write(int dir_fd, const char *path, const char *text, struct err *err);
/* Puts the content under the name by a temporary file ".NAME.tmp" beside it and rename(2). The temporary file is
 * created with O_EXCL, an old one being unlinked, and is gone after a failure. No fsync: state does not outlive a
 * reboot. */
int file_replace(int dir_fd, const char *path, const char *content, size_t len, mode_t mode, struct err *err);
/* Where the kernel says that a descriptor is, in a caller's buffer of PATH_MAX bytes. Needs /proc. */
int file_place(int fd, char *ret, struct err *err);
/* Whether it is the null device, whatever its name: a node is what its numbers say (admin-guide/devices.txt). */
bool file_is_null(const struct stat *st);
/* All of len bytes, over short writes and EINTR. Returns -1 with errno. */
int write_all(int fd, const void *bytes, size_t len);

#endif
