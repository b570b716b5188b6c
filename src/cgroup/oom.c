/* SPDX-License-Identifier: Apache-2.0 */
/* oom.c - out of memory: v1 tells an eventfd, cgroup2 counts in a file that inotify watches; see oom.h. */

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "cgroup/oom.h"

#include "base/file.h"
#include "cgroup/hierarchy.h"
#include "cgroup/stats_parse.h"

static uint64_t read_kills(const char *dir, const char *file)
{
        char path[PATH_MAX], text[KNOB_SIZE];
        struct err ignored;
        (void)snprintf(path, sizeof path, "%s/%s", dir, file);
        return knob_read(path, text, &ignored) < 0 ? 0 : stats_parse_number(text, "oom_kill");
}

static const struct cgroup_hierarchy *find_memory(const struct cgroup *cgroup)
{
        const struct cgroup_hierarchy *v1 = hierarchy_find(cgroup, "memory");
        return v1 ? v1 : hierarchy_find(cgroup, "");
}

uint64_t oom_kills(const struct cgroup *cgroup)
{
        const struct cgroup_hierarchy *memory = find_memory(cgroup);
        if (!memory)
                return 0;
        return read_kills(memory->dir, hierarchy_is_cgroup2(memory) ? "memory.events" : "memory.oom_control");
}

/* cgroup.event_control takes two descriptors: whom to tell, and of what. */
static int watch_v1(struct oom_watch *watch, struct err *err)
{
        char path[PATH_MAX], text[64];
        (void)snprintf(path, sizeof path, "%s/memory.oom_control", watch->dir);
        auto_fd int what_fd = openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
        if (what_fd < 0)
                return fail_sys(err, "open %s", path);
        auto_fd int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (fd < 0)
                return fail_sys(err, "make an eventfd");

        (void)snprintf(path, sizeof path, "%s/cgroup.event_control", watch->dir);
        (void)snprintf(text, sizeof text, "%d %d", fd, what_fd);
        if (file_write(AT_FDCWD, path, text, err) < 0)
                return -1;
        watch->fd = take_fd(&fd);
        return 0;
}

/* memory.events is modified when it counts, cgroup.events when the last process is gone. */
static int watch_v2(struct oom_watch *watch, struct err *err)
{
        static const char *const files[] = { "memory.events", "cgroup.events" };
        auto_fd int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
        if (fd < 0)
                return fail_sys(err, "make an inotify descriptor");
        for (size_t i = 0; i < ARRAY_LEN(files); i++) {
                char path[PATH_MAX];
                (void)snprintf(path, sizeof path, "%s/%s", watch->dir, files[i]);
                if (inotify_add_watch(fd, path, IN_MODIFY) < 0)
                        return fail_sys(err, "watch %s", path);
        }
        watch->kills = read_kills(watch->dir, files[0]);
        watch->fd = take_fd(&fd);
        return 0;
}

int oom_watch_open(const struct cgroup *cgroup, struct oom_watch *ret, struct err *err)
{
        *ret = (struct oom_watch){ .fd = -1 };
        const struct cgroup_hierarchy *memory = find_memory(cgroup);
        if (!memory)
                return fail(err, "no memory controller on this host");
        ret->is_v2 = hierarchy_is_cgroup2(memory);
        ret->dir = memory->dir;
        return ret->is_v2 ? watch_v2(ret, err) : watch_v1(ret, err);
}

static bool is_populated(const struct oom_watch *watch)
{
        char path[PATH_MAX], text[KNOB_SIZE];
        struct err ignored;
        (void)snprintf(path, sizeof path, "%s/cgroup.events", watch->dir);
        return knob_read(path, text, &ignored) == 0 && stats_parse_number(text, "populated") > 0;
}

/* The count alone matters: what woke us is read away. */
static int take_v2(struct oom_watch *watch, struct oom_news *ret, struct err *err)
{
        char events[4096];
        ssize_t n;
        do
                n = read(watch->fd, events, sizeof events);
        while (n > 0);
        if (n < 0 && errno != EAGAIN)
                return fail_sys(err, "read events of cgroup %s", watch->dir);

        uint64_t kills = read_kills(watch->dir, "memory.events");
        ret->n = kills > watch->kills ? kills - watch->kills : 0;
        ret->is_gone = !is_populated(watch);
        watch->kills = kills;
        return 0;
}

/* An eventfd is told once more when the cgroup is removed. */
static int take_v1(struct oom_watch *watch, struct oom_news *ret, struct err *err)
{
        uint64_t n = 0;
        char path[PATH_MAX];
        if (read(watch->fd, &n, sizeof n) < 0 && errno != EAGAIN)
                return fail_sys(err, "read events of cgroup %s", watch->dir);
        (void)snprintf(path, sizeof path, "%s/cgroup.event_control", watch->dir);
        ret->is_gone = faccessat(AT_FDCWD, path, F_OK, 0) < 0;
        ret->n = ret->is_gone && n > 0 ? n - 1 : n;
        return 0;
}

int oom_watch_take(struct oom_watch *watch, struct oom_news *ret, struct err *err)
{
        *ret = (struct oom_news){ .n = 0 };
        return watch->is_v2 ? take_v2(watch, ret, err) : take_v1(watch, ret, err);
}

void oom_watch_finish(struct oom_watch *watch)
{
        finish_fd(&watch->fd);
}
