/* SPDX-License-Identifier: Apache-2.0 */
/* file.c - read, write and replace whole files; see file.h. */

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/file.h"

#include "base/path.h"

enum { READ_STEP = 4096 };

int file_read_fd(int fd, const char *name, size_t max, struct buf *buf, struct err *err)
{
        /* A regular file gives less than was asked for at its end only; those of /proc and the like have no size. */
        struct stat st;
        bool has_size = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0;
        size_t step = has_size && (size_t)st.st_size <= max ? (size_t)st.st_size + 1 : READ_STEP;
        size_t total = 0;
        for (;;) {
                char *room = buf_reserve(buf, step);
                if (!room)
                        return fail(err, "read %s: out of memory", name);
                size_t size = buf->size - buf->len - 1;
                ssize_t n = read(fd, room, size);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return fail_sys(err, "read %s", name);

                room[n] = '\0';
                buf->len += (size_t)n;
                total += (size_t)n;
                if (total > max)
                        return fail(err, "%s is larger than %zu bytes", name, max);
                if (n == 0 || (has_size && (size_t)n < size))
                        return 0;
        }
}

int file_read(int dir_fd, const char *path, size_t max, struct buf *buf, struct err *err)
{
        auto_fd int fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                return fail_sys(err, "open %s", path);
        return file_read_fd(fd, path, max, buf, err);
}

int file_write(int dir_fd, const char *path, const char *text, struct err *err)
{
        auto_fd int fd = openat(dir_fd, path, O_WRONLY | O_CLOEXEC);
        if (fd < 0)
                return fail_sys(err, "open %s", path);

        size_t len = strlen(text);
        ssize_t n = write(fd, text, len);
        if (n < 0)
                return fail_sys(err, "write \"%s\" to %s", text, path);
        if ((size_t)n != len)
                return fail(err, "write \"%s\" to %s: only %zd bytes taken", text, path, n);
        return 0;
}

int write_all(int fd, const void *bytes, size_t len)
{
        const char *rest = bytes;
        while (len > 0) {
                ssize_t n = write(fd, rest, len);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -1;
                rest += n;
                len -= (size_t)n;
        }
        return 0;
}

static int write_temporary(int dir_fd, const char *path, const char *content, size_t len, mode_t mode, struct err *err)
{
        const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
        auto_fd int fd = openat(dir_fd, path, flags, mode);
        /* What a crash has left. */
        if (fd < 0 && errno == EEXIST && unlinkat(dir_fd, path, 0) == 0)
                fd = openat(dir_fd, path, flags, mode);
        if (fd < 0)
                return fail_sys(err, "create %s", path);
        if (write_all(fd, content, len) < 0)
                return fail_sys(err, "write %s", path);
        return 0;
}

int file_replace(int dir_fd, const char *path, const char *content, size_t len, mode_t mode, struct err *err)
{
        char temporary[PATH_MAX];
        size_t dir_len;
        const char *name = path_split(path, &dir_len);
        int n = snprintf(temporary, sizeof temporary, "%.*s.%s.tmp", (int)dir_len, path, name);
        if (n < 0 || (size_t)n >= sizeof temporary) {
                errno = ENAMETOOLONG;
                return fail_sys(err, "create %s", path);
        }

        if (write_temporary(dir_fd, temporary, content, len, mode, err) < 0) {
                (void)unlinkat(dir_fd, temporary, 0);
                return -1;
        }
        if (renameat(dir_fd, temporary, dir_fd, path) < 0) {
                (void)fail_sys(err, "rename %s to %s", temporary, path);
                (void)unlinkat(dir_fd, temporary, 0);
                return -1;
        }
        return 0;
}

int file_place(int fd, char *ret, struct err *err)
{
        char link[FD_PATH_MAX];
        ssize_t len = readlink(fd_path(fd, link), ret, PATH_MAX - 1);
        if (len < 0)
                return fail_sys(err, "readlink %s", link);

        ret[len] = '\0';
        return 0;
}

bool file_is_null(const struct stat *st)
{
        return S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3);
}
