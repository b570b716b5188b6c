/* SPDX-License-Identifier: Apache-2.0 */
/* plan.c - find the container's directory in each hierarchy, from /proc/self/cgroup and from where custom mounts them.
 * mountinfo is never read: it is long on a busy host, and the mounts are where everybody expects them. */

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>

#include "cgroup/cgroup.h"

#include "base/path.h"
#include "cgroup/hierarchy.h"
#include "sys/syscalls.h"

#define SELF_CGROUP  "/proc/self/cgroup"
#define NAMED_PREFIX "name=" /* a v1 hierarchy without a controller */

/* One line of /proc/self/cgroup, "9:name=systemd:/user.slice". */
struct line {
        const char *name, *path;
        size_t name_len, path_len;
};

/* False when it does not look like one. */
static bool line_parse(const char *text, size_t len, struct line *ret)
{
        const char *colon = memchr(text, ':', len);
        if (!colon)
                return false;
        ret->name = colon + 1;
        colon = memchr(ret->name, ':', len - (size_t)(ret->name - text));
        if (!colon)
                return false;

        ret->name_len = (size_t)(colon - ret->name);
        ret->path = colon + 1;
        ret->path_len = len - (size_t)(ret->path - text);
        return true;
}

/* Whether a clean path of the kernel climbs: "/../x" is a cgroup outside of the cgroup namespace's root. */
static bool is_outside(const struct line *line)
{
        return line->path_len == 0 || line->path[0] != '/' ||
               (line->path_len >= 3 && memcmp(line->path, "/..", 3) == 0 &&
                (line->path_len == 3 || line->path[3] == '/'));
}

/* Tare's own cgroup below the mount, as the start for relative paths. */
static size_t own_len(const struct line *line, bool is_v2)
{
        if (is_outside(line))
                return 0;
        size_t len = line->path_len;
        while (is_v2 && len > 0 && line->path[len - 1] != '/')
                len--;
        return len;
}

static int out_of_memory(struct err *err)
{
        return fail(err, "plan the cgroup: out of memory");
}

/* Where the hierarchy is mounted; *ret stays NULL where it is not. "cpu,cpuacct" is a directory of that name, or, when
 * the directory lists them in another order, reached by a link named "cpu". */
static int find_mount(const struct cgroup_host *host, const char *name, struct arena *arena, const char **ret,
                      struct err *err)
{
        if (host->is_v2) {
                *ret = CGROUP_ROOT;
                return 0;
        }

        const char *base = *name ? name : "unified";
        if (strncmp(base, NAMED_PREFIX, strlen(NAMED_PREFIX)) == 0)
                base += strlen(NAMED_PREFIX);
        const size_t lens[] = { strlen(base), strcspn(base, ",") };
        for (size_t i = 0; i < ARRAY_LEN(lens); i++) {
                if (i > 0 && lens[i] == lens[0])
                        return 0;
                char path[PATH_MAX];
                int len = snprintf(path, sizeof path, CGROUP_ROOT "/%.*s", (int)lens[i], base);
                if (len < 0 || (size_t)len >= sizeof path || !host->is_mounted(path, name))
                        continue;
                *ret = arena_copy(arena, path, (size_t)len);
                return *ret ? 0 : out_of_memory(err);
        }
        return 0;
}

static int find_dir(const char *mount, const struct line *line, bool is_v2, const char *path, struct arena *arena,
                    const char **ret, struct err *err)
{
        char clean[PATH_MAX];
        char whole[PATH_MAX];
        /* Cleaned before it is put below anything: what ".." is left at the start of it then has nowhere to go. */
        if (path_clean(path, clean, err) < 0)
                return fail_at(err, "cgroup path");
        int len = snprintf(whole, sizeof whole, "%s/%.*s/%s", mount, *path == '/' ? 0 : (int)own_len(line, is_v2),
                           line->path, clean);
        if (len < 0 || (size_t)len >= sizeof whole) {
                errno = ENAMETOOLONG;
                return fail_sys(err, "cgroup path %.64s...", path);
        }

        if (path_clean(whole, clean, err) < 0)
                return fail_at(err, "cgroup path");
        *ret = arena_copy(arena, clean, strlen(clean));
        return *ret ? 0 : out_of_memory(err);
}

static int add_hierarchy(const struct cgroup_host *host, const struct line *line, const char *path, struct arena *arena,
                         struct cgroup *ret, struct err *err)
{
        struct cgroup_hierarchy found = { .dir_fd = -1 };
        found.name = arena_copy(arena, line->name, line->name_len);
        if (!found.name)
                return out_of_memory(err);
        if (find_mount(host, found.name, arena, &found.mount, err) < 0)
                return -1;
        if (!found.mount)
                return 0;

        if (ret->n == CGROUP_HIERARCHIES_MAX)
                return fail(err, "more than %d cgroup hierarchies", CGROUP_HIERARCHIES_MAX);
        if (find_dir(found.mount, line, host->is_v2, path, arena, &found.dir, err) < 0)
                return -1;
        ret->hierarchies[ret->n++] = found;
        return 0;
}

int cgroup_plan_for(const struct cgroup_host *host, const char *cgroups_path, const char *id, struct arena *arena,
                    struct cgroup *ret, struct err *err)
{
        *ret = (struct cgroup){ .is_v2 = host->is_v2 };
        const char *path = cgroups_path && *cgroups_path ? cgroups_path : id;
        const char *next = host->self_cgroup;
        while (*next) {
                size_t len = strcspn(next, "\n");
                struct line line;
                bool is_line = line_parse(next, len, &line);
                next += len;
                next += *next == '\n';
                /* On a v2 host a v1 hierarchy that somebody mounted elsewhere is none of ours. */
                if (!is_line || (host->is_v2 && line.name_len > 0))
                        continue;
                if (add_hierarchy(host, &line, path, arena, ret, err) < 0)
                        return -1;
        }
        return 0;
}

static bool is_mounted(const char *mount, const char *name)
{
        struct statfs fs;
        if (statfs(mount, &fs) < 0)
                return false;
        return *name ? fs.f_type == CGROUP_SUPER_MAGIC : fs.f_type == CGROUP2_SUPER_MAGIC;
}

bool cgroup_host_is_v2(void)
{
        return is_mounted(CGROUP_ROOT, "");
}

int cgroup_path_of(pid_t pid, char *ret, struct err *err)
{
        static const char systemd[] = NAMED_PREFIX "systemd";
        char file[32], text[KNOB_SIZE];
        size_t name_len = cgroup_host_is_v2() ? 0 : strlen(systemd);
        (void)snprintf(file, sizeof file, "/proc/%d/cgroup", (int)pid);
        if (knob_read(file, text, err) < 0)
                return -1;
        for (const char *next = text; *next;) {
                size_t len = strcspn(next, "\n");
                struct line line;
                bool is_line = line_parse(next, len, &line);
                next += len + (next[len] == '\n');
                if (!is_line || line.name_len != name_len || memcmp(line.name, systemd, name_len) != 0)
                        continue;
                (void)snprintf(ret, PATH_MAX, "%.*s", (int)line.path_len, line.path);
                return 0;
        }
        return fail(err, "%s: no hierarchy of systemd", file);
}

int cgroup_plan(const char *cgroups_path, const char *id, struct arena *arena, struct cgroup *ret, struct err *err)
{
        char text[KNOB_SIZE];
        struct cgroup_host host = { .is_v2 = cgroup_host_is_v2(), .is_mounted = is_mounted };
        /* An absolute path below the one mount of v2: who we are makes no difference. */
        bool needs_self = !host.is_v2 || !cgroups_path || *cgroups_path != '/';
        if (needs_self && knob_read(SELF_CGROUP, text, err) < 0) {
                if (err->code != ENOENT)
                        return -1;
                *text = '\0'; /* a kernel without cgroups: no hierarchies */
        }

        host.self_cgroup = needs_self ? text : "0::/";
        return cgroup_plan_for(&host, cgroups_path, id, arena, ret, err);
}
