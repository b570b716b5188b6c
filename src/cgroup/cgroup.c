/* SPDX-License-Identifier: Apache-2.0 */
/* cgroup.c - make the container's directories in each hierarchy, know them again, and remove them. What was there
 * before is left as it was, but for a cpuset that nobody could live in. */

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgroup/cgroup.h"

#include "base/file.h"
#include "cgroup/hierarchy.h"

enum {
        MAKE_TRIES = 16, /* against another runtime that removes our parent as often */
        REMOVE_WAIT_MS = 5 * 1000,
        REMOVE_STEP_MAX_MS = 100,
};

int cgroup_load(const struct text_map *saved, struct cgroup *ret, struct err *err)
{
        *ret = (struct cgroup){ 0 };
        if (saved->n > CGROUP_HIERARCHIES_MAX)
                return fail(err, "more than %d cgroup hierarchies", CGROUP_HIERARCHIES_MAX);

        for (size_t i = 0; i < saved->n; i++) {
                ret->hierarchies[i] = (struct cgroup_hierarchy){
                        .name = saved->items[i].key,
                        .dir = saved->items[i].value,
                        .dir_fd = -1,
                };
        }
        ret->n = saved->n;
        ret->is_v2 = ret->n == 1 && hierarchy_is_cgroup2(&ret->hierarchies[0]);
        return 0;
}

void cgroup_finish(struct cgroup *cgroup)
{
        for (size_t i = 0; i < cgroup->n; i++)
                finish_fd(&cgroup->hierarchies[i].dir_fd);
}

/* make ------------------------------------------------------------------------------------------------------------- */

/* The missing parents, topmost first. A parent that is there already, or is made by somebody else meanwhile, is not
 * ours. */
static int make_parents(struct cgroup_hierarchy *hierarchy)
{
        char path[PATH_MAX];
        strcpy(path, hierarchy->dir);
        for (char *slash = strchr(path + strlen(hierarchy->mount) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
                *slash = '\0';
                size_t len = (size_t)(slash - path);
                if (mkdir(path, 0755) == 0) {
                        if (hierarchy->made_len == 0 || hierarchy->made_len > len)
                                hierarchy->made_len = len;
                } else if (errno != EEXIST) {
                        return -1;
                }
                *slash = '/';
        }
        return 0;
}

/* *ret_is_new: whether the directory was not there before. */
static int make_dir(struct cgroup_hierarchy *hierarchy, bool *ret_is_new, struct err *err)
{
        const char *dir = hierarchy->dir;
        for (int i = 0; i < MAKE_TRIES; i++) {
                *ret_is_new = mkdir(dir, 0755) == 0;
                if (*ret_is_new && hierarchy->made_len == 0)
                        hierarchy->made_len = strlen(dir);
                if (*ret_is_new || errno == EEXIST)
                        return 0;
                if (errno != ENOENT || strcmp(dir, hierarchy->mount) == 0)
                        break;
                if (make_parents(hierarchy) < 0 && errno != ENOENT)
                        break;
        }
        return fail_sys(err, "make cgroup %s", dir);
}

static int check_unused(const struct cgroup_hierarchy *hierarchy, pid_t holder, struct err *err)
{
        auto_buf struct buf lines = { 0 };
        if (hierarchy_procs(hierarchy, &lines, err) < 0)
                return -1;
        size_t n = 0;
        for (const char *line = buf_text(&lines); *line; line += strcspn(line, "\n") + 1)
                n += holder == 0 || strtol(line, NULL, 10) != holder;
        if (n > 0)
                return fail(err, "container's cgroup is not empty: %zu process(es) found", n);

        if (hierarchy_is_frozen(hierarchy))
                return fail(err, "container's cgroup unexpectedly frozen");
        return 0;
}

static int cpuset_path(const struct cgroup_hierarchy *hierarchy, size_t len, const char *file, char ret[PATH_MAX],
                       struct err *err)
{
        int path_len = snprintf(ret, PATH_MAX, "%.*s/%s", (int)len, hierarchy->dir, file);
        if (path_len >= 0 && path_len < PATH_MAX)
                return 0;
        errno = ENAMETOOLONG;
        return fail_sys(err, "%s of cgroup %s", file, hierarchy->dir);
}

/* The kernel lets nobody into a v1 cpuset without cpus or mems: climbs to the nearest directory that has a value, and
 * comes down again writing it. A directory that was just made is known to have none. */
static int cpuset_fill(const struct cgroup_hierarchy *hierarchy, const char *file, struct err *err)
{
        const char *dir = hierarchy->dir;
        char path[PATH_MAX];
        char value[KNOB_SIZE];
        *value = '\0';
        size_t len = strlen(dir);
        for (;;) {
                bool is_new = hierarchy->made_len > 0 && len >= hierarchy->made_len;
                if (!is_new && (cpuset_path(hierarchy, len, file, path, err) < 0 || knob_read(path, value, err) < 0))
                        return -1;
                if (*value || len <= strlen(hierarchy->mount))
                        break;
                do
                        len--;
                while (dir[len] != '/');
        }

        while (dir[len] != '\0') {
                len += 1 + strcspn(dir + len + 1, "/");
                if (cpuset_path(hierarchy, len, file, path, err) < 0 || file_write(AT_FDCWD, path, value, err) < 0)
                        return -1;
        }
        return 0;
}

static int open_one(struct cgroup_hierarchy *hierarchy, struct err *err)
{
        hierarchy->dir_fd = openat(AT_FDCWD, hierarchy->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (hierarchy->dir_fd < 0)
                return fail_sys(err, "open cgroup %s", hierarchy->dir);
        return 0;
}

static int make_one(struct cgroup_hierarchy *hierarchy, pid_t holder, struct err *err)
{
        bool is_new = false;
        if (make_dir(hierarchy, &is_new, err) < 0)
                return -1;
        if (!is_new && check_unused(hierarchy, holder, err) < 0)
                return -1;

        if (hierarchy_has(hierarchy, "cpuset") &&
            (cpuset_fill(hierarchy, "cpuset.cpus", err) < 0 || cpuset_fill(hierarchy, "cpuset.mems", err) < 0))
                return -1;
        return hierarchy_is_cgroup2(hierarchy) ? open_one(hierarchy, err) : 0;
}

/* Those parents of dir that were made for it; who has come to live in one meanwhile keeps it. */
static void remove_made_parents(const struct cgroup_hierarchy *hierarchy)
{
        char path[PATH_MAX];
        strcpy(path, hierarchy->dir);
        char *slash = strrchr(path, '/');
        while (slash && hierarchy->made_len > 0 && (size_t)(slash - path) >= hierarchy->made_len) {
                *slash = '\0';
                if (rmdir(path) < 0 && errno != ENOENT)
                        return;
                slash = strrchr(path, '/');
        }
}

/* What the hierarchy got of it, taken back. */
static void unmake_one(struct cgroup_hierarchy *hierarchy)
{
        if (hierarchy->made_len > 0) {
                (void)rmdir(hierarchy->dir);
                remove_made_parents(hierarchy);
        }
        hierarchy->made_len = 0;
        finish_fd(&hierarchy->dir_fd);
}

static bool is_forbidden(int code)
{
        return code == EACCES || code == EPERM || code == EROFS;
}

static void leave_out(struct cgroup *cgroup, size_t i)
{
        unmake_one(&cgroup->hierarchies[i]);
        cgroup->n--;
        memmove(&cgroup->hierarchies[i], &cgroup->hierarchies[i + 1], (cgroup->n - i) * sizeof cgroup->hierarchies[0]);
}

int cgroup_make(struct cgroup *cgroup, pid_t holder, enum cgroup_need need, struct err *err)
{
        for (size_t i = 0; i < cgroup->n;) {
                if (make_one(&cgroup->hierarchies[i], holder, err) == 0) {
                        i++;
                        continue;
                }
                if (need == CGROUP_IF_ALLOWED && is_forbidden(err->code)) {
                        leave_out(cgroup, i);
                        continue;
                }
                for (size_t k = 0; k <= i; k++)
                        unmake_one(&cgroup->hierarchies[k]);
                return -1;
        }
        return 0;
}

int cgroup_open(struct cgroup *cgroup, struct err *err)
{
        for (size_t i = 0; i < cgroup->n; i++)
                if (hierarchy_is_cgroup2(&cgroup->hierarchies[i]) && open_one(&cgroup->hierarchies[i], err) < 0)
                        return -1;
        return 0;
}

/* remove ----------------------------------------------------------------------------------------------------------- */

/* The name of the first directory in this one, "" where there is none. */
static int first_child(int dir_fd, char ret_name[NAME_MAX + 1])
{
        ret_name[0] = '\0';
        int list_fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        DIR *dir = list_fd < 0 ? NULL : fdopendir(list_fd);
        if (!dir) {
                scope_close(&list_fd);
                return -1;
        }
        struct dirent *entry;
        while (!*ret_name && (entry = readdir(dir))) {
                if (entry->d_type == DT_DIR && strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
                        strcpy(ret_name, entry->d_name);
        }
        (void)closedir(dir);
        return 0;
}

/* Every cgroup below dir, deepest first. Goes down and up again by "..", so that a container cannot nest its cgroups
 * too deep for us. -1 with errno: EBUSY while processes live in one of them, or when time is up. */
static int remove_below(const char *dir, int64_t end)
{
        auto_fd int fd = openat(AT_FDCWD, dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
        size_t depth = 0;
        bool is_up_again = false; /* the first child is the one that we have just emptied */
        for (;;) {
                char child[NAME_MAX + 1];
                if (fd < 0 || first_child(fd, child) < 0)
                        return -1;
                if (!*child && depth == 0)
                        return 0;
                bool is_gone = *child && (unlinkat(fd, child, AT_REMOVEDIR) == 0 || errno == ENOENT);
                if (*child && !is_gone && (errno != EBUSY || is_up_again))
                        return -1;
                if (clock_ms() > end) {
                        errno = EBUSY;
                        return -1;
                }

                is_up_again = !*child;
                if (is_gone)
                        continue;
                depth = *child ? depth + 1 : depth - 1;
                int next_fd = openat(fd, *child ? child : "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
                finish_fd(&fd);
                fd = next_fd;
        }
}

static int try_remove(const char *dir, int64_t end)
{
        if (rmdir(dir) == 0 || errno == ENOENT)
                return 0;
        if (errno != EBUSY || (remove_below(dir, end) < 0 && errno != ENOENT))
                return -1;
        return rmdir(dir) == 0 || errno == ENOENT ? 0 : -1;
}

static int remove_one(const struct cgroup_hierarchy *hierarchy, int64_t end, struct err *err)
{
        for (int step = 1; try_remove(hierarchy->dir, end) < 0; step *= 2) {
                int64_t left = end - clock_ms();
                if (errno != EBUSY || left <= 0)
                        return fail_sys(err, "remove cgroup %s", hierarchy->dir);
                if (step == 1 && knob_wait(hierarchy->dir, "cgroup.events", "populated 0", (int)left))
                        continue;
                /* v1 says nothing of who leaves. */
                if (step > REMOVE_STEP_MAX_MS)
                        step = REMOVE_STEP_MAX_MS;
                (void)poll(NULL, 0, left < step ? (int)left : step);
        }
        remove_made_parents(hierarchy);
        return 0;
}

int cgroup_remove(const struct cgroup *cgroup, struct err *err)
{
        int done = 0;
        struct err later;
        int64_t end = clock_ms() + REMOVE_WAIT_MS;
        /* Last to first: cgroup2 is the last line of /proc/self/cgroup and knows when the dying are gone, for all. */
        for (size_t i = cgroup->n; i > 0; i--) {
                if (remove_one(&cgroup->hierarchies[i - 1], end, done == 0 ? err : &later) < 0)
                        done = -1;
        }
        return done;
}
