/* SPDX-License-Identifier: Apache-2.0 */
/* hierarchy.c - one hierarchy of a cgroup, and the files that the kernel shows in its directories. */

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cgroup/hierarchy.h"

#include "base/file.h"

enum {
        EVENTS_SIZE = 256,
        PROCS_MAX = 64 * 1024 * 1024, /* the text of one cgroup.procs */
        LOOK_AGAIN_MS = 20,           /* between two looks at a file that may not tell of its changes */
};

bool hierarchy_has(const struct cgroup_hierarchy *hierarchy, const char *controller)
{
        size_t len = strlen(controller);
        const char *name = hierarchy->name;
        for (;;) {
                size_t part = strcspn(name, ",");
                if (part == len && memcmp(name, controller, len) == 0)
                        return true;
                if (name[part] == '\0')
                        return false;
                name += part + 1;
        }
}

bool hierarchy_is_cgroup2(const struct cgroup_hierarchy *hierarchy)
{
        return *hierarchy->name == '\0';
}

const struct cgroup_hierarchy *hierarchy_find(const struct cgroup *cgroup, const char *controller)
{
        for (size_t i = 0; i < cgroup->n; i++) {
                if (hierarchy_has(&cgroup->hierarchies[i], controller))
                        return &cgroup->hierarchies[i];
        }
        return NULL;
}

int knob_read(const char *path, char ret[KNOB_SIZE], struct err *err)
{
        /* openat, here and below: musl's open(2) goes on to set FD_CLOEXEC once more, for kernels of long ago. */
        auto_fd int fd = openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                return fail_sys(err, "open %s", path);
        ssize_t n = read(fd, ret, KNOB_SIZE);
        if (n < 0)
                return fail_sys(err, "read %s", path);
        if (n == KNOB_SIZE)
                return fail(err, "%s is larger than %d bytes", path, KNOB_SIZE - 1);

        if (n > 0 && ret[n - 1] == '\n')
                n--;
        ret[n] = '\0';
        return 0;
}

int64_t clock_ms(void)
{
        struct timespec now;
        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool knob_wait(const char *dir, const char *file, const char *text, int ms)
{
        char path[PATH_MAX];
        (void)snprintf(path, sizeof path, "%s/%s", dir, file);
        auto_fd int fd = openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                return false;

        int64_t end = clock_ms() + ms;
        int step = 1;
        for (;;) {
                char now[EVENTS_SIZE];
                ssize_t n = pread(fd, now, sizeof now - 1, 0);
                if (n < 0)
                        return false;
                now[n] = '\0';
                if (strstr(now, text))
                        return true;

                int64_t left = end - clock_ms();
                if (left <= 0)
                        return false;
                /* POLLPRI since the read above: the file has changed. Files that never say so just let time pass. */
                struct pollfd poll_fd = { .fd = fd, .events = POLLPRI };
                (void)poll(&poll_fd, 1, left < step ? (int)left : step);
                step = step < LOOK_AGAIN_MS ? step * 2 : LOOK_AGAIN_MS;
        }
}

/* Errors that mean: removed meanwhile, or a threaded cgroup of v2, whose processes its domain has listed. */
static bool has_no_procs(int code)
{
        return code == ENOENT || code == ENODEV || code == EOPNOTSUPP;
}

/* Takes dir_fd. One descriptor a level. */
static int procs_below(int dir_fd, struct buf *lines, struct err *err)
{
        if (file_read(dir_fd, "cgroup.procs", PROCS_MAX, lines, err) < 0 && !has_no_procs(err->code)) {
                (void)close(dir_fd);
                return -1;
        }
        DIR *dir = fdopendir(dir_fd);
        if (!dir) {
                (void)fail_sys(err, "list its directory");
                (void)close(dir_fd);
                return -1;
        }

        int done = 0;
        struct dirent *entry;
        while (done == 0 && (entry = readdir(dir))) {
                if (entry->d_type != DT_DIR || strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
                        continue;
                int child_fd = openat(dirfd(dir), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
                if (child_fd >= 0)
                        done = procs_below(child_fd, lines, err);
                else if (errno != ENOENT)
                        done = fail_sys(err, "open its child %s", entry->d_name);
        }
        (void)closedir(dir);
        return done;
}

int hierarchy_procs(const struct cgroup_hierarchy *hierarchy, struct buf *lines, struct err *err)
{
        int dir_fd = openat(AT_FDCWD, hierarchy->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (dir_fd < 0 && errno == ENOENT)
                return 0;
        if (dir_fd < 0)
                return fail_sys(err, "open cgroup %s", hierarchy->dir);
        if (procs_below(dir_fd, lines, err) < 0)
                return fail_at(err, "processes of cgroup %s", hierarchy->dir);
        return buf_ok(lines, err);
}
