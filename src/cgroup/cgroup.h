/* SPDX-License-Identifier: Apache-2.0 */
/* cgroup.h - the container's place in the host's cgroup hierarchies, on whatever kind of host: v1 with one hierarchy a
 * controller, hybrid (the same and a cgroup2 beside them), v2, or none mounted at all.
 * Never writes to cgroup.procs: that waits for an RCU grace period of 7 to 13 ms (the write takes
 * cgroup_threadgroup_rwsem, kernel/cgroup/cgroup.c). */
#ifndef TARE_CGROUP_CGROUP_H
#define TARE_CGROUP_CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "oci/spec.h"

enum { CGROUP_HIERARCHIES_MAX = 24 };

struct cgroup_hierarchy {
        const char *name;  /* as in /proc/self/cgroup: "memory", "cpu,cpuacct", "name=systemd"; "" is cgroup2 */
        const char *mount; /* "/sys/fs/cgroup/memory" */
        const char *dir;   /* the container's own directory, absolute on the host, below mount */
        const char *made;  /* the topmost directory that cgroup_make made for it; NULL: none */
        int dir_fd;        /* of dir, O_PATH | O_DIRECTORY once made or opened; else -1 */
};

struct cgroup {
        bool is_v2; /* pure v2: one hierarchy, mounted at /sys/fs/cgroup */
        size_t n;
        struct cgroup_hierarchy hierarchies[CGROUP_HIERARCHIES_MAX];
};

/* Where the container's cgroup will be, as runc has it: cgroupsPath absolute: below each mount; relative or absent
 * (then the id): below tare's own cgroup of each hierarchy (on v2: below that one's parent, since only leaves hold
 * processes). ".." never leads outside the hierarchy. Reads /proc/self/cgroup. A host without cgroups gives n = 0. */
int cgroup_plan(const char *cgroups_path, const char *id, struct arena *arena, struct cgroup *ret, struct err *err);
/* The same from the text of /proc/self/cgroup: pure. */
int cgroup_plan_from(const char *self_cgroup, bool is_v2, const char *cgroups_path, const char *id, struct arena *arena,
                     struct cgroup *ret, struct err *err);

/* Makes the directories, opens them; a new v1 cpuset inherits cpus and mems from its parent. Refuses a cgroup that
 * holds processes
 * ("container's cgroup is not empty: N process(es) found") or is frozen ("container's cgroup unexpectedly frozen").
 * A failure leaves none of what it made. */
int cgroup_make(struct cgroup *cgroup, struct err *err);

/* The cgroup2 directory for clone3(CLONE_INTO_CGROUP), on v2 and hybrid hosts; -1 where there is none. */
int cgroup_clone_fd(const struct cgroup *cgroup);
/* Called by the single-threaded child for itself: writes 0 to `tasks` of each v1 hierarchy. Plain system calls only. */
int cgroup_join_self(const struct cgroup *cgroup, struct err *err);

/* From what the state on disk holds (hierarchy name -> dir). Directories that are gone are passed over. */
int cgroup_open(const struct text_map *saved, struct arena *arena, struct cgroup *ret, struct err *err);

/* Every process in it and below it. *ret_pids is malloc'ed. An absent cgroup has none. */
int cgroup_pids(const struct cgroup *cgroup, pid_t **ret_pids, size_t *ret_n, struct err *err);
/* Signals them all: SIGKILL by cgroup.kill where there is one; else freeze, signal each (gone ones passed over), thaw.
 */
int cgroup_signal_all(const struct cgroup *cgroup, int sig, const struct log *log, struct err *err);
bool cgroup_is_frozen(const struct cgroup *cgroup);
/* Thaws, if it is frozen (a frozen v1 process does not die of SIGKILL). */
int cgroup_thaw(const struct cgroup *cgroup, struct err *err);

/* Removes the container's directory with all that the container made below it. Processes still dying in it are waited
 * for, at most a few seconds, by events where the kernel has them. Absent: success. */
int cgroup_remove(const struct cgroup *cgroup, struct err *err);
/* Closes descriptors. Accepts the zero value. */
void cgroup_finish(struct cgroup *cgroup);

#endif
