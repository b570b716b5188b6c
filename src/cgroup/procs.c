/* SPDX-License-Identifier: Apache-2.0 */
/* procs.c - the processes of a cgroup: enter it, list them, signal them all. */

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cgroup/cgroup.h"

#include "base/file.h"
#include "base/number.h"
#include "cgroup/freezer.h"
#include "cgroup/hierarchy.h"

int cgroup_clone_fd(const struct cgroup *cgroup)
{
        const struct cgroup_hierarchy *cgroup2 = hierarchy_find(cgroup, "");
        return cgroup2 ? cgroup2->dir_fd : -1;
}

int cgroup_open_of_init(const struct cgroup *cgroup, pid_t init_pid)
{
        static const char key[] = "0::"; /* cgroup2's line, the last one (cgroups(7)) */
        char path[PATH_MAX], text[KNOB_SIZE];
        struct err ignored;
        const struct cgroup_hierarchy *cgroup2 = hierarchy_find(cgroup, "");
        (void)snprintf(path, sizeof path, "/proc/%d/cgroup", (int)init_pid);
        if (!cgroup2 || knob_read(path, text, &ignored) < 0)
                return -1;

        const char *line = strncmp(text, key, strlen(key)) == 0 ? text : strstr(text, "\n0::");
        if (!line)
                return -1;
        line = strstr(line, key) + strlen(key);
        int len = snprintf(path, sizeof path, "%s%s", cgroup->is_v2 ? CGROUP_ROOT : CGROUP_ROOT "/unified", line);
        if (len < 0 || (size_t)len >= sizeof path || strcmp(path, cgroup2->dir) == 0)
                return -1;
        return openat(AT_FDCWD, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

int cgroup_join_self(const struct cgroup *cgroup, struct err *err)
{
        for (size_t i = 0; i < cgroup->n; i++) {
                const struct cgroup_hierarchy *hierarchy = &cgroup->hierarchies[i];
                if (hierarchy_is_cgroup2(hierarchy))
                        continue;
                /* `tasks` moves one thread, and for a thread that moves itself the kernel takes no threadgroup lock. */
                char path[PATH_MAX];
                (void)snprintf(path, sizeof path, "%s/tasks", hierarchy->dir);
                if (file_write(AT_FDCWD, path, "0", err) < 0)
                        return fail_at(err, "join cgroup");
        }
        return 0;
}

int cgroup_pids(const struct cgroup *cgroup, pid_t **ret_pids, size_t *ret_n, struct err *err)
{
        *ret_pids = NULL;
        *ret_n = 0;
        if (cgroup->n == 0)
                return 0;

        /* They sit in every hierarchy; these are the ones that other tools are least likely to move them about in. */
        static const char *const preferred[] = { "", "devices", "pids", "memory" };
        const struct cgroup_hierarchy *hierarchy = NULL;
        for (size_t i = 0; !hierarchy && i < ARRAY_LEN(preferred); i++)
                hierarchy = hierarchy_find(cgroup, preferred[i]);
        auto_buf struct buf lines = { 0 };
        if (hierarchy_procs(hierarchy ? hierarchy : &cgroup->hierarchies[0], &lines, err) < 0)
                return -1;

        /* The shortest line is a digit and its end. */
        pid_t *pids = malloc((lines.len / 2 + 1) * sizeof *pids);
        if (!pids)
                return fail(err, "processes of the cgroup: out of memory");
        size_t n = 0;
        char *rest = NULL;
        for (char *line = lines.data ? strtok_r(lines.data, "\n", &rest) : NULL; line;
             line = strtok_r(NULL, "\n", &rest)) {
                uint64_t pid;
                /* 0 is somebody in a pid namespace that ours does not see; to kill(2) it would be ourselves. */
                if (number_u64(line, 1, INT_MAX, &pid))
                        pids[n++] = (pid_t)pid;
        }
        *ret_pids = pids;
        *ret_n = n;
        return 0;
}

static int signal_each(const struct cgroup *cgroup, int sig, struct err *err)
{
        pid_t *pids = NULL;
        size_t n = 0;
        if (cgroup_pids(cgroup, &pids, &n, err) < 0)
                return -1;

        int done = 0;
        for (size_t i = 0; i < n; i++) {
                if (kill(pids[i], sig) < 0 && errno != ESRCH)
                        done = fail_sys(err, "signal process %d", (int)pids[i]);
        }
        free(pids);
        return done;
}

/* cgroup.kill: everyone in it and below it, forks included, at one go. */
static bool kill_at_once(const struct cgroup *cgroup)
{
        const struct cgroup_hierarchy *cgroup2 = hierarchy_find(cgroup, "");
        if (!cgroup2)
                return false;

        char path[PATH_MAX];
        struct err ignored;
        (void)snprintf(path, sizeof path, "%s/cgroup.kill", cgroup2->dir);
        return file_write(AT_FDCWD, path, "1", &ignored) == 0; /* until 5.14 is our floor */
}

static int signal_frozen(const struct cgroup *cgroup, int sig, const struct log *log, struct err *err)
{
        struct err other = { 0 };
        bool was_frozen = cgroup_is_frozen(cgroup);
        if (!was_frozen && freezer_freeze(cgroup, &other) < 0)
                log_say(log, LOG_WARNING, "signal every process: %s", other.text);

        int done = signal_each(cgroup, sig, err);
        if (was_frozen && sig != SIGKILL)
                return done;
        if (freezer_thaw(cgroup, &other) < 0 && done == 0) {
                *err = other;
                done = -1;
        }
        return done;
}

int cgroup_signal_all(const struct cgroup *cgroup, int sig, const struct log *log, struct err *err)
{
        if (sig == SIGKILL && kill_at_once(cgroup))
                return cgroup_thaw(cgroup, err);
        return signal_frozen(cgroup, sig, log, err);
}
