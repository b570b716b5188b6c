/* SPDX-License-Identifier: Apache-2.0 */
/* host_mounts.c - hide the host's procfs and sysfs from a container without pivot_root(2); see host_mounts.h. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "rootfs/host_mounts.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/path.h"
#include "base/scope.h"

enum { MOUNTINFO_MAX = 64 * 1024 * 1024 };

static const char *const kernel_types[] = { "proc", "sysfs" };

/* The blank-separated field, counted from 0; its length. NULL: the line is shorter. */
static const char *field_of(const char *line, size_t n, size_t *ret_len)
{
        for (; n > 0; n--) {
                line += strcspn(line, " \n");
                if (*line != ' ')
                        return NULL;
                line++;
        }
        *ret_len = strcspn(line, " \n");
        return line;
}

static bool is_octal(const char *text)
{
        for (size_t i = 0; i < 3; i++)
                if (text[i] < '0' || text[i] > '7')
                        return false;
        return true;
}

/* Blank, tab, newline and backslash come as "\040" and so on. */
static bool unescape(const char *text, size_t len, char *ret)
{
        size_t out = 0;
        for (size_t i = 0; i < len; i++) {
                if (out == PATH_MAX - 1)
                        return false;
                if (text[i] == '\\' && i + 3 < len && is_octal(text + i + 1)) {
                        ret[out++] = (char)((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
                        i += 3;
                } else {
                        ret[out++] = text[i];
                }
        }
        ret[out] = '\0';
        return true;
}

bool host_mounts_parse(const char *line, char *ret_point)
{
        enum { FIELD_ROOT = 3, FIELD_POINT = 4 };
        size_t len;
        const char *root = field_of(line, FIELD_ROOT, &len);
        if (!root || len != 1 || *root != '/')
                return false;
        size_t point_len;
        const char *point = field_of(line, FIELD_POINT, &point_len);
        if (!point)
                return false;

        /* Optional fields end in a "-"; blanks in names are escaped. */
        const char *end = line + strcspn(line, "\n");
        const char *dash = strstr(point, " - ");
        if (!dash || dash > end)
                return false;
        const char *type = field_of(dash + 1, 1, &len);
        for (size_t i = 0; type && i < ARRAY_LEN(kernel_types); i++)
                if (strlen(kernel_types[i]) == len && memcmp(type, kernel_types[i], len) == 0)
                        return unescape(point, point_len, ret_point);
        return false;
}

/* A point that another mount lies over is no mount point any more, or not there: no path leads to what was there. */
static bool is_out_of_reach(int code)
{
        return code == EINVAL || code == ENOENT;
}

static int cover(const char *point, struct err *err)
{
        /* What is put on a mount is put on its peers too, so it may have none. */
        if (mount(NULL, point, NULL, MS_PRIVATE, NULL) < 0)
                return is_out_of_reach(errno) ? 0 : fail_sys(err, "part %s from the host", point);
        if (mount("tmpfs", point, "tmpfs", MS_RDONLY, "nr_blocks=1,nr_inodes=2") < 0)
                return fail_sys(err, "cover %s", point);
        return 0;
}

static int hide(const char *point, enum host_mounts_way way, struct err *err)
{
        if (way == HOST_MOUNTS_COVER)
                return cover(point, err);
        if (umount2(point, MNT_DETACH) == 0)
                return 0;
        /* It may also be locked to the mounts around it (mount_namespaces(7)). */
        if (errno == EPERM || is_out_of_reach(errno))
                return cover(point, err);
        return fail_sys(err, "unmount %s", point);
}

int host_mounts_hide_kernel(int root_fd, enum host_mounts_way way, struct err *err)
{
        char link[FD_PATH_MAX];
        char root[PATH_MAX];
        ssize_t len = readlink(fd_path(root_fd, link), root, sizeof root - 1);
        if (len < 0)
                return fail_sys(err, "readlink %s", link);
        root[len] = '\0';
        auto_buf struct buf text = { 0 };
        if (file_read(AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_MAX, &text, err) < 0)
                return -1;

        char point[PATH_MAX];
        for (const char *line = buf_text(&text); *line; line += *line == '\n') {
                if (host_mounts_parse(line, point) && !path_is_below(point, root) && hide(point, way, err) < 0)
                        return -1;
                line += strcspn(line, "\n");
        }
        return 0;
}
