/* SPDX-License-Identifier: Apache-2.0 */
/* path.c - paths as text; see path.h. */

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/path.h"

static int too_long(const char *path, struct err *err)
{
        errno = ENAMETOOLONG;
        return fail_sys(err, "%.64s...", path);
}

int path_clean(const char *path, char *ret, struct err *err)
{
        size_t len = 0;
        ret[len] = '\0';
        while (*path) {
                size_t part = strcspn(path, "/");
                bool is_parent = part == 2 && path[0] == '.' && path[1] == '.';
                bool is_self = part == 0 || (part == 1 && path[0] == '.');
                if (is_parent) {
                        while (len > 0 && ret[--len] != '/')
                                continue;
                } else if (!is_self) {
                        if (len + 1 + part >= PATH_MAX)
                                return too_long(path, err);
                        ret[len] = '/';
                        memcpy(ret + len + 1, path, part);
                        len += 1 + part;
                }
                path += part;
                path += *path == '/';
        }
        if (len == 0)
                ret[len++] = '/';
        ret[len] = '\0';
        return 0;
}

int path_below(const char *dir, const char *name, char *ret, struct err *err)
{
        size_t dir_len = strlen(dir);
        while (dir_len > 0 && dir[dir_len - 1] == '/')
                dir_len--;
        while (*name == '/')
                name++;
        int n = snprintf(ret, PATH_MAX, "%.*s/%s", (int)dir_len, dir, name);
        if (n < 0 || n >= PATH_MAX)
                return too_long(dir, err);
        return 0;
}

int path_join(const char *dir, const char *name, char *ret, struct err *err)
{
        if (*name != '/')
                return path_below(dir, name, ret, err);

        if (strlen(name) >= PATH_MAX)
                return too_long(name, err);
        strcpy(ret, name);
        return 0;
}

bool path_is_below(const char *path, const char *dir)
{
        size_t len = strlen(dir);
        if (len > 0 && dir[len - 1] == '/')
                len--;
        return strncmp(path, dir, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

const char *path_split(const char *path, size_t *ret_dir_len)
{
        const char *slash = strrchr(path, '/');
        *ret_dir_len = slash ? (size_t)(slash + 1 - path) : 0;
        return path + *ret_dir_len;
}

const char *fd_path(int fd, char *ret)
{
        (void)snprintf(ret, FD_PATH_MAX, "/proc/self/fd/%d", fd);
        return ret;
}
