/* SPDX-License-Identifier: Apache-2.0 */
/* path.h - paths as text: nothing here touches a file system. Results go into a caller's buffer of PATH_MAX bytes. */
#ifndef TARE_BASE_PATH_H
#define TARE_BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* The path with "//", "." and ".." resolved by their letters alone, as if its start were "/": the result begins with
 * "/", has no trailing "/" (but for the root itself) and no "..". "a/../../b" gives "/b". Longer than PATH_MAX fails.
 */
int path_clean(const char *path, char *ret, struct err *err);
/* dir, "/", name; a name that is absolute replaces dir. Not cleaned. Longer than PATH_MAX fails. */
int path_join(const char *dir, const char *name, char *ret, struct err *err);
/* The same, but the name always goes below dir, also when it starts with "/". */
int path_below(const char *dir, const char *name, char *ret, struct err *err);
/* Whether path is dir or below it; both clean and absolute. */
bool path_is_below(const char *path, const char *dir);

/* Where the last component begins; how long is what is before it, with its "/". */
const char *path_split(const char *path, size_t *ret_dir_len);

/* "/proc/self/fd/N": how a descriptor is named to mount(2). The caller's buffer has FD_PATH_MAX bytes; returns it. */
enum { FD_PATH_MAX = 32 };
const char *fd_path(int fd, char *ret);

#endif
