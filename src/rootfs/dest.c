/* SPDX-License-Identifier: Apache-2.0 */
/* dest.c - open a path inside the container's root, whatever the image has planted there.
 * Used by mounts, masks, devices and the working directory. What is opened is opened by openat2 below root_fd, or by
 * one name below a directory that is held open, never following: so no link leads out, whoever swaps what meanwhile,
 * and nothing is created through one. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rootfs/dest.h"

#include "base/path.h"
#include "base/scope.h"
#include "sys/syscalls.h"

enum {
        OPEN_TRIES = 256, /* a rename anywhere on the host can spoil a look-up of ".." (EAGAIN) */
        LINKS_MAX = 40,   /* as many as the kernel follows: MAXSYMLINKS, include/linux/namei.h */
};

static int open_in_root(int root_fd, const char *path, int flags, uint64_t resolve)
{
        const struct sys_open_how how = {
                .flags = (uint64_t)(flags | O_CLOEXEC),
                .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | resolve,
        };
        int fd = sys_openat2(root_fd, path, &how);
        for (int i = 1; i < OPEN_TRIES && fd < 0 && errno == EAGAIN; i++)
                fd = sys_openat2(root_fd, path, &how);
        return fd;
}

int dest_open(int root_fd, const char *path, int flags)
{
        return open_in_root(root_fd, path, flags, 0);
}

int dest_open_straight(int root_fd, const char *path, int flags)
{
        return open_in_root(root_fd, path, flags, RESOLVE_NO_SYMLINKS);
}

static int with_errno(int code)
{
        errno = code;
        return -1;
}

/* One name below a directory that we hold. EEXIST tells that something is there: a link, or somebody was faster. */
static int make_one(int dir_fd, const char *name, enum dest_kind kind)
{
        if (kind == DEST_FILE)
                return openat(dir_fd, name, O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
        if (mkdirat(dir_fd, name, 0755) < 0)
                return -1;
        return openat(dir_fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* the walk --------------------------------------------------------------------------------------------------------- */

/* A path that is made as it is walked, link by link. */
struct walk {
        int root_fd;
        int fd;              /* what was reached, O_PATH; -1: the root itself */
        char done[PATH_MAX]; /* the way from the root to fd, each part with its "/": no link, no ".." */
        char rest[PATH_MAX]; /* what is still to go */
        unsigned int n_links;
        bool is_made;
};

static void walk_finish(struct walk *walk)
{
        finish_fd(&walk->fd);
}

static int walk_dir(const struct walk *walk)
{
        return walk->fd < 0 ? walk->root_fd : walk->fd;
}

/* Back to what done says: from the root again, since no descriptor tells its parent in a way that stays inside. */
static int walk_back(struct walk *walk)
{
        finish_fd(&walk->fd);
        if (walk->done[0] == '\0')
                return 0;
        walk->fd = dest_open_straight(walk->root_fd, walk->done, O_PATH | O_DIRECTORY);
        return walk->fd < 0 ? -1 : 0;
}

static int walk_up(struct walk *walk)
{
        char *slash = strrchr(walk->done, '/');
        if (slash)
                *slash = '\0';
        return walk_back(walk);
}

/* Takes the first part off rest; name has NAME_MAX + 1 bytes. False at the end. */
static bool walk_next(struct walk *walk, char *name, size_t size)
{
        const char *from = walk->rest + strspn(walk->rest, "/");
        size_t len = strcspn(from, "/");
        if (len == 0)
                return false;
        if (len >= size)
                len = size - 1; /* too long for any file system: opening it will say so */

        memcpy(name, from, len);
        name[len] = '\0';
        from += len;
        memmove(walk->rest, from, strlen(from) + 1);
        return true;
}

static bool walk_is_at_end(const struct walk *walk)
{
        return walk->rest[strspn(walk->rest, "/")] == '\0';
}

/* The link's text goes before the rest, as the kernel would take it. */
static int walk_link(struct walk *walk, int link_fd)
{
        if (++walk->n_links > LINKS_MAX)
                return with_errno(ELOOP);
        char text[PATH_MAX];
        ssize_t len = readlinkat(link_fd, "", text, sizeof text);
        if (len < 0)
                return -1;
        size_t rest_len = strlen(walk->rest);
        if ((size_t)len + 1 + rest_len >= sizeof walk->rest)
                return with_errno(ENAMETOOLONG);

        memmove(walk->rest + len + 1, walk->rest, rest_len + 1);
        memcpy(walk->rest, text, (size_t)len);
        walk->rest[len] = '/';
        if (text[0] != '/')
                return 0;
        walk->done[0] = '\0';
        return walk_back(walk);
}

static int walk_into(struct walk *walk, const char *name, int fd)
{
        size_t done_len = strlen(walk->done);
        size_t name_len = strlen(name);
        if (done_len + 1 + name_len >= sizeof walk->done)
                return with_errno(ENAMETOOLONG);

        walk->done[done_len] = '/';
        memcpy(walk->done + done_len + 1, name, name_len + 1);
        finish_fd(&walk->fd);
        walk->fd = fd;
        return 0;
}

static int walk_step(struct walk *walk, const char *name, enum dest_kind kind)
{
        if (strcmp(name, ".") == 0)
                return 0;
        if (strcmp(name, "..") == 0)
                return walk_up(walk);

        const int flags = O_PATH | O_NOFOLLOW | O_CLOEXEC;
        auto_fd int fd = openat(walk_dir(walk), name, flags);
        walk->is_made = false;
        if (fd < 0 && errno == ENOENT) {
                fd = make_one(walk_dir(walk), name, kind);
                walk->is_made = fd >= 0;
        }
        /* Somebody was faster, perhaps another container with the same root. */
        if (fd < 0 && errno == EEXIST)
                fd = openat(walk_dir(walk), name, flags);
        if (fd < 0)
                return -1;

        struct stat st;
        if (fstat(fd, &st) < 0)
                return -1;
        if (S_ISLNK(st.st_mode))
                return walk_link(walk, fd);
        if (kind == DEST_DIR && !S_ISDIR(st.st_mode))
                return with_errno(ENOTDIR);
        return walk_into(walk, name, take_fd(&fd));
}

static int walk_and_make(int root_fd, const char *path, enum dest_kind kind, struct dest_way *ret_way)
{
        __attribute__((cleanup(walk_finish))) struct walk walk = { .root_fd = root_fd, .fd = -1 };
        if (strlen(path) >= sizeof walk.rest)
                return with_errno(ENAMETOOLONG);
        strcpy(walk.rest, path);

        char name[NAME_MAX + 2];
        while (walk_next(&walk, name, sizeof name))
                if (walk_step(&walk, name, walk_is_at_end(&walk) ? kind : DEST_DIR) < 0)
                        return -1;
        *ret_way = (struct dest_way){ .is_straight = walk.n_links == 0, .is_made = walk.is_made };
        if (walk.fd < 0)
                return fcntl(root_fd, F_DUPFD_CLOEXEC, 0);
        return take_fd(&walk.fd);
}

/* the doors -------------------------------------------------------------------------------------------------------- */

static bool is_name(const char *name)
{
        return *name != '\0' && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

/* Mostly only the last component is missing, below a parent that no link leads to. */
static int make_in_parent(int root_fd, const char *path, enum dest_kind kind)
{
        char dir[PATH_MAX] = "/";
        size_t dir_len;
        const char *name = path_split(path, &dir_len);
        if (!is_name(name) || dir_len >= sizeof dir)
                return with_errno(ENOENT);
        if (dir_len > 0)
                memcpy(dir, path, dir_len);

        auto_fd int dir_fd = dest_open_straight(root_fd, dir, O_PATH | O_DIRECTORY);
        if (dir_fd < 0)
                return -1;
        return make_one(dir_fd, name, kind);
}

static int make_missing(int root_fd, const char *path, enum dest_kind kind, struct dest_way *ret_way)
{
        *ret_way = (struct dest_way){ .is_straight = true, .is_made = true };
        int fd = make_in_parent(root_fd, path, kind);
        if (fd >= 0 || (errno != ENOENT && errno != ELOOP && errno != EEXIST))
                return fd;
        return walk_and_make(root_fd, path, kind, ret_way);
}

static int open_or_make(int root_fd, const char *path, enum dest_kind kind, struct dest_way *ret_way)
{
        int flags = O_PATH | (kind == DEST_DIR ? O_DIRECTORY : 0);
        *ret_way = (struct dest_way){ .is_straight = true };
        int fd = dest_open_straight(root_fd, path, flags);
        if (fd < 0 && errno == ELOOP) {
                *ret_way = (struct dest_way){ .is_straight = false };
                fd = dest_open(root_fd, path, flags);
        }
        if (fd < 0 && errno == ENOENT)
                fd = make_missing(root_fd, path, kind, ret_way);
        return fd;
}

int dest_make(int root_fd, const char *path, enum dest_kind kind, struct dest_way *ret_way, struct err *err)
{
        auto_fd int fd = open_or_make(root_fd, path, kind, ret_way);
        if (fd < 0)
                return fail_sys(err, "open %s in the root", path);

        struct stat st;
        if (kind == DEST_FILE && !ret_way->is_made) {
                if (fstat(fd, &st) < 0)
                        return fail_sys(err, "fstat %s in the root", path);
                /* Docker explains itself when it reads "not a directory". */
                if (S_ISDIR(st.st_mode))
                        return fail(err, "open %s in the root: is a directory, and what goes there is not a directory",
                                    path);
        }
        return take_fd(&fd);
}

int dest_open_dir(int root_fd, const char *path, struct err *err)
{
        struct dest_way way;
        return dest_make(root_fd, path, DEST_DIR, &way, err);
}

int dest_open_parent(int root_fd, const char *path, const char **ret_name, struct err *err)
{
        char dir[PATH_MAX] = "/";
        size_t dir_len;
        *ret_name = path_split(path, &dir_len);
        if (!is_name(*ret_name))
                return fail(err, "%s has no name at its end", path);
        if (dir_len >= sizeof dir) {
                errno = ENAMETOOLONG;
                return fail_sys(err, "open %.64s... in the root", path);
        }
        if (dir_len > 0)
                memcpy(dir, path, dir_len);
        return dest_open_dir(root_fd, dir, err);
}
