/* SPDX-License-Identifier: Apache-2.0 */
/* dir.c - the directories of containers below ROOT: make, open, lock, list, remove. Whoever holds a lock has made sure
 * that the directory is still the container's. */

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state/state.h"

#include "base/path.h"

static int does_not_exist(struct err *err)
{
        (void)fail(err, "container does not exist");
        err->code = ENOENT;
        errno = ENOENT;
        return -1;
}

static bool is_id(const char *id)
{
        static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+.-";
        size_t len = strlen(id);
        return len > 0 && len <= NAME_MAX && strspn(id, allowed) == len && strcmp(id, ".") != 0 &&
               strcmp(id, "..") != 0;
}

int state_id_check(const char *id, struct err *err)
{
        if (*id == '\0')
                return fail(err, "container id cannot be empty");
        if (!is_id(id))
                return fail(err, "invalid container ID format");
        return 0;
}

/* make ------------------------------------------------------------------------------------------------------------- */

static int make_with_parents(const char *root, struct err *err)
{
        char path[PATH_MAX];
        if (path_clean(root, path, err) < 0)
                return fail_at(err, "state root");
        for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
                *slash = '\0';
                if (mkdir(path, 0700) < 0 && errno != EEXIST)
                        return fail_sys(err, "make state root %s", path);
                *slash = '/';
        }
        if (mkdir(path, 0700) < 0 && errno != EEXIST)
                return fail_sys(err, "make state root %s", path);
        return 0;
}

int state_root_make(const char *root, int *ret_root_fd, struct err *err)
{
        int root_fd = openat(AT_FDCWD, root, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (root_fd < 0 && errno == ENOENT) {
                if (make_with_parents(root, err) < 0)
                        return -1;
                root_fd = openat(AT_FDCWD, root, O_PATH | O_DIRECTORY | O_CLOEXEC);
        }
        if (root_fd < 0)
                return fail_sys(err, "open state root %s", root);

        *ret_root_fd = root_fd;
        return 0;
}

static int lock(int dir_fd, const char *id, struct stat *ret_stat, struct err *err)
{
        int done = flock(dir_fd, LOCK_EX);
        while (done < 0 && errno == EINTR)
                done = flock(dir_fd, LOCK_EX);
        if (done < 0)
                return fail_sys(err, "lock the state of container %s", id);
        if (fstat(dir_fd, ret_stat) < 0)
                return fail_sys(err, "stat the state of container %s", id);
        /* Whoever held the lock before us has removed the directory. */
        if (ret_stat->st_nlink == 0)
                return does_not_exist(err);
        return 0;
}

/* Opens and locks what was just made. */
static int settle(int root_fd, const char *id, int *ret_dir_fd, struct err *err)
{
        auto_fd int dir_fd = openat(root_fd, id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (dir_fd < 0)
                return fail_sys(err, "open the state of container %s", id);
        struct stat stat;
        if (lock(dir_fd, id, &stat, err) < 0)
                return -1;
        /* The umask may have taken the x that other users need to pass through. */
        if ((stat.st_mode & 0777) != 0711 && fchmod(dir_fd, 0711) < 0)
                return fail_sys(err, "chmod the state of container %s", id);

        *ret_dir_fd = take_fd(&dir_fd);
        return 0;
}

int state_dir_make(int root_fd, const char *id, int *ret_dir_fd, struct err *err)
{
        if (mkdirat(root_fd, id, 0711) < 0) {
                if (errno == EEXIST)
                        return fail(err, "container with given ID already exists");
                return fail_sys(err, "make the state of container %s", id);
        }
        if (settle(root_fd, id, ret_dir_fd, err) < 0) {
                /* Unless somebody removed it meanwhile: what has the name now is not ours. */
                if (err->code != ENOENT)
                        (void)unlinkat(root_fd, id, AT_REMOVEDIR);
                return -1;
        }
        return 0;
}

/* open ------------------------------------------------------------------------------------------------------------- */

static int open_dir(const char *root, const char *id, int flags, int *ret_dir_fd, struct err *err)
{
        char path[PATH_MAX];
        if (state_id_check(id, err) < 0 || path_below(root, id, path, err) < 0)
                return -1;
        int dir_fd = openat(AT_FDCWD, path, flags | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (dir_fd < 0 && errno == ENOENT)
                return does_not_exist(err);
        if (dir_fd < 0)
                return fail_sys(err, "open the state of container %s", id);

        *ret_dir_fd = dir_fd;
        return 0;
}

int state_dir_open(const char *root, const char *id, int *ret_dir_fd, struct err *err)
{
        auto_fd int dir_fd = -1;
        struct stat stat;
        if (open_dir(root, id, O_RDONLY, &dir_fd, err) < 0 || lock(dir_fd, id, &stat, err) < 0)
                return -1;

        *ret_dir_fd = take_fd(&dir_fd);
        return 0;
}

void state_dir_unlock(int dir_fd)
{
        (void)flock(dir_fd, LOCK_UN);
}

int state_dir_relock(int dir_fd, const char *id, struct err *err)
{
        struct stat stat;
        return lock(dir_fd, id, &stat, err);
}

int state_dir_peek(const char *root, const char *id, int *ret_dir_fd, struct err *err)
{
        return open_dir(root, id, O_PATH, ret_dir_fd, err);
}

/* remove ----------------------------------------------------------------------------------------------------------- */

static int remove_files(DIR *dir, const char *id, struct err *err);

/* One of our own, with files in it: what the container has of it it cannot write to. */
static int remove_dir(int parent_fd, const char *name, const char *id, struct err *err)
{
        int fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        DIR *dir = fd < 0 ? NULL : fdopendir(fd);
        if (!dir) {
                (void)fail_sys(err, "open %s of container %s", name, id);
                scope_close(&fd);
                return -1;
        }
        int done = remove_files(dir, id, err);
        (void)closedir(dir);
        if (done < 0)
                return -1;
        return unlinkat(parent_fd, name, AT_REMOVEDIR) == 0 || errno == ENOENT
                       ? 0
                       : fail_sys(err, "remove %s of container %s", name, id);
}

static int remove_files(DIR *dir, const char *id, struct err *err)
{
        struct dirent *entry;
        while ((entry = readdir(dir))) {
                if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
                        continue;
                if (unlinkat(dirfd(dir), entry->d_name, 0) == 0 || errno == ENOENT)
                        continue;
                if (errno != EISDIR)
                        return fail_sys(err, "remove %s of container %s", entry->d_name, id);
                if (remove_dir(dirfd(dir), entry->d_name, id, err) < 0)
                        return -1;
        }
        return 0;
}

int state_dir_remove(const char *root, const char *id, struct err *err)
{
        char path[PATH_MAX];
        if (state_id_check(id, err) < 0 || path_below(root, id, path, err) < 0)
                return -1;
        DIR *dir = opendir(path);
        if (!dir && errno == ENOENT)
                return 0;
        if (!dir)
                return fail_sys(err, "open the state of container %s", id);
        int done = remove_files(dir, id, err);
        (void)closedir(dir);
        if (done < 0)
                return -1;

        if (rmdir(path) < 0 && errno != ENOENT)
                return fail_sys(err, "remove the state of container %s", id);
        return 0;
}

/* list ------------------------------------------------------------------------------------------------------------- */

static int is_container(const struct dirent *entry)
{
        /* Some file systems do not say which entries are directories; opening them will. */
        return (entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN) && is_id(entry->d_name);
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
        return strcmp((*a)->d_name, (*b)->d_name);
}

int state_each(const char *root, int (*each)(void *ctx, const char *id, struct err *err), void *ctx, struct err *err)
{
        struct dirent **entries = NULL;
        int n = scandir(root, &entries, is_container, by_bytes);
        if (n < 0)
                return errno == ENOENT ? 0 : fail_sys(err, "list state root %s", root);

        int done = 0;
        for (int i = 0; i < n; i++) {
                if (done == 0)
                        done = each(ctx, entries[i]->d_name, err);
                free(entries[i]);
        }
        free(entries);
        return done;
}
