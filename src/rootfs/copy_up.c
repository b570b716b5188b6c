/* SPDX-License-Identifier: Apache-2.0 */
/* copy_up.c - the mount option tmpcopyup; see copy_up.h.
 * The image made what is copied: each thing is opened by name in a directory that is held, never followed, and looked
 * at again once it is open. Depth is bounded by the descriptors it costs, size by the tmpfs. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdalign.h>
#include <stdbool.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rootfs/copy_up.h"

#include "base/scope.h"

enum {
        LEVELS_MAX = 128,      /* two descriptors each */
        SEND_MAX = 0x7ffff000, /* the most that the kernel moves in one call */
};

/* One directory of those that we are in. */
struct level {
        int from_fd, to_fd;
};

struct copy {
        struct level levels[LEVELS_MAX];
        size_t depth;
};

static void copy_finish(struct copy *copy)
{
        for (size_t i = 0; i < copy->depth; i++) {
                finish_fd(&copy->levels[i].from_fd);
                finish_fd(&copy->levels[i].to_fd);
        }
        copy->depth = 0;
}

static int copy_enter(struct copy *copy, int from_fd, int to_fd, const char *name, struct err *err)
{
        if (copy->depth == LEVELS_MAX)
                return fail(err, "directories deeper than %d", LEVELS_MAX);
        auto_fd int from = openat(from_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (from < 0)
                return fail_sys(err, "open %s", name);
        auto_fd int to = openat(to_fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (to < 0)
                return fail_sys(err, "open the copy of %s", name);

        copy->levels[copy->depth++] = (struct level){ .from_fd = take_fd(&from), .to_fd = take_fd(&to) };
        return 0;
}

static void copy_leave(struct copy *copy)
{
        struct level *level = &copy->levels[--copy->depth];
        finish_fd(&level->from_fd);
        finish_fd(&level->to_fd);
}

/* one thing -------------------------------------------------------------------------------------------------------- */

static int copy_content(int from_fd, int to_fd)
{
        ssize_t n;
        do
                n = sendfile(to_fd, from_fd, NULL, SEND_MAX);
        while (n > 0 || (n < 0 && errno == EINTR));
        return n < 0 ? -1 : 0;
}

static int copy_file(const struct level *at, const char *name, const struct stat *seen)
{
        struct stat st;
        /* O_NONBLOCK: it may have become a fifo since it was seen. */
        auto_fd int from_fd = openat(at->from_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (from_fd < 0 || fstat(from_fd, &st) < 0)
                return -1;
        if (!S_ISREG(st.st_mode)) {
                errno = EBUSY;
                return -1;
        }
        auto_fd int to_fd =
                openat(at->to_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, seen->st_mode & 07777);
        return to_fd < 0 ? -1 : copy_content(from_fd, to_fd);
}

static int copy_link(const struct level *at, const char *name, const struct stat *seen)
{
        (void)seen;
        char text[PATH_MAX];
        ssize_t len = readlinkat(at->from_fd, name, text, sizeof text - 1);
        if (len < 0)
                return -1;

        text[len] = '\0';
        return symlinkat(text, at->to_fd, name);
}

static int copy_dir(const struct level *at, const char *name, const struct stat *seen)
{
        return mkdirat(at->to_fd, name, seen->st_mode & 07777);
}

static int copy_node(const struct level *at, const char *name, const struct stat *seen)
{
        return mknodat(at->to_fd, name, seen->st_mode, seen->st_rdev);
}

static const struct {
        mode_t type;
        int (*copy)(const struct level *at, const char *name, const struct stat *seen);
} copiers[] = {
        {S_IFREG,   copy_file},
        { S_IFDIR,  copy_dir },
        { S_IFLNK,  copy_link},
        { S_IFIFO,  copy_node},
        { S_IFSOCK, copy_node},
        { S_IFCHR,  copy_node},
        { S_IFBLK,  copy_node},
};

/* The owner, and then the mode where it may have changed: a change of owner takes set-id bits away, and a directory
 * gets them from the one around it. */
static int copy_owner(const struct level *at, const char *name, const struct stat *seen)
{
        if (fchownat(at->to_fd, name, seen->st_uid, seen->st_gid, AT_SYMLINK_NOFOLLOW) < 0)
                return -1;
        bool has_set_id = (seen->st_mode & (S_ISUID | S_ISGID)) && !S_ISLNK(seen->st_mode);
        if (!has_set_id && !S_ISDIR(seen->st_mode))
                return 0;
        return fchmodat(at->to_fd, name, seen->st_mode & 07777, 0);
}

static int copy_one(const struct level *at, const char *name, struct stat *ret_seen, struct err *err)
{
        if (fstatat(at->from_fd, name, ret_seen, AT_SYMLINK_NOFOLLOW) < 0)
                return fail_sys(err, "stat %s", name);
        for (size_t i = 0; i < ARRAY_LEN(copiers); i++) {
                if ((ret_seen->st_mode & S_IFMT) != copiers[i].type)
                        continue;
                if (copiers[i].copy(at, name, ret_seen) < 0 || copy_owner(at, name, ret_seen) < 0)
                        return fail_sys(err, "copy %s", name);
                return 0;
        }
        return fail(err, "copy %s: an unknown type of file", name);
}

/* the tree --------------------------------------------------------------------------------------------------------- */

static bool is_dots(const char *name)
{
        return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Copies entries of the innermost directory until one is a directory: then that is entered, and the outer one stands
 * behind its name. */
static int copy_entries(struct copy *copy, const char *buf, size_t len, struct err *err)
{
        const struct level at = copy->levels[copy->depth - 1];
        for (size_t i = 0; i < len;) {
                const struct dirent64 *entry = (const struct dirent64 *)(const void *)(buf + i);
                i += entry->d_reclen;
                if (is_dots(entry->d_name))
                        continue;

                struct stat seen;
                if (copy_one(&at, entry->d_name, &seen, err) < 0)
                        return -1;
                if (!S_ISDIR(seen.st_mode))
                        continue;
                if (lseek(at.from_fd, entry->d_off, SEEK_SET) < 0)
                        return fail_sys(err, "seek behind %s", entry->d_name);
                return copy_enter(copy, at.from_fd, at.to_fd, entry->d_name, err);
        }
        return 0;
}

static int copy_tree(struct copy *copy, struct err *err)
{
        alignas(struct dirent64) char buf[4096];
        while (copy->depth > 0) {
                ssize_t len = getdents64(copy->levels[copy->depth - 1].from_fd, (void *)buf, sizeof buf);
                if (len < 0)
                        return fail_sys(err, "read a directory");
                if (len == 0)
                        copy_leave(copy);
                else if (copy_entries(copy, buf, (size_t)len, err) < 0)
                        return -1;
        }
        return 0;
}

int copy_up(int from_fd, int to_fd, struct err *err)
{
        struct stat st;
        if (fstat(from_fd, &st) < 0)
                return fail_sys(err, "fstat the directory");
        if (fchownat(to_fd, "", st.st_uid, st.st_gid, AT_EMPTY_PATH) < 0)
                return fail_sys(err, "chown the tmpfs");

        __attribute__((cleanup(copy_finish))) struct copy copy = { .depth = 0 };
        if (copy_enter(&copy, from_fd, to_fd, ".", err) < 0)
                return -1;
        return copy_tree(&copy, err);
}
