/* SPDX-License-Identifier: Apache-2.0 */
/* cgroup.h - the container's place in the host's cgroup hierarchies, on whatever kind of host: v1 with one hierarchy a
 * controller, hybrid (the same and a cgroup2 beside them), v2, or none mounted at all.
 * Never writes a pid to cgroup.procs: that waits for an RCU grace period of 7 to 13 ms (the write takes
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

#define CGROUP_ROOT "/sys/fs/cgroup"

enum { CGROUP_HIERARCHIES_MAX = 24 };

struct cgroup_hierarchy {
        const char *name;  /* as in /proc/self/cgroup: "memory", "cpu,cpuacct", "name=systemd"; "" is cgroup2 */
        const char *mount; /* "/sys/fs/cgroup/memory"; NULL after cgroup_load */
        const char *dir;   /* the container's own directory, absolute on the host, below mount */
        size_t made_len;   /* dir[0..made_len] is the topmost directory that cgroup_make made for it; 0: none */
        int dir_fd; /* of a cgroup2 dir, O_PATH, after cgroup_make or cgroup_open; -1 else: v1 directories go by their
                       paths */
};

struct cgroup {
        bool is_v2; /* pure v2: one hierarchy, mounted at CGROUP_ROOT */
        size_t n;
        struct cgroup_hierarchy hierarchies[CGROUP_HIERARCHIES_MAX];
};

/* What a plan depends on. */
struct cgroup_host {
        bool is_v2;              /* CGROUP_ROOT itself is a cgroup2 */
        const char *self_cgroup; /* the text of /proc/self/cgroup */
        /* Whether the hierarchy of that name is mounted there. */
        bool (*is_mounted)(const char *mount, const char *name);
};

/* Where the container's cgroup will be. cgroupsPath absolute: below each mount; relative or absent (then the id): below
 * tare's own cgroup of each hierarchy (on v2: below that one's parent, since only leaves hold processes). ".." never
 * leads outside the hierarchy, nor above tare's own cgroup when the path is relative. A hierarchy that is not mounted
 * where custom has it (CGROUP_ROOT/NAME) is passed over. A host without cgroups gives n = 0. */
int cgroup_plan(const char *cgroups_path, const char *id, struct arena *arena, struct cgroup *ret, struct err *err);
/* The same for a given host: pure. */
int cgroup_plan_for(const struct cgroup_host *host, const char *cgroups_path, const char *id, struct arena *arena,
                    struct cgroup *ret, struct err *err);

/* Whether cgroup_plan plans for pure v2. */
bool cgroup_host_is_v2(void);
/* Where systemd has put a process, as a path below the mounts, for cgroup_plan. ret: PATH_MAX bytes. */
int cgroup_path_of(pid_t pid, char *ret, struct err *err);

/* From what the state on disk holds (hierarchy name -> dir; its texts are kept, not copied). Makes no system call: a
 * directory that is gone is met, and passed over, by whoever uses it. */
int cgroup_load(const struct text_map *saved, struct cgroup *ret, struct err *err);

/* For whoever will be cloned into a cgroup that is there: opens its cgroup2 directory. */
int cgroup_open(struct cgroup *cgroup, struct err *err);

/* Makes the directories, and their parents where those are missing; a v1 cpuset without cpus and mems gets its
 * parent's. Refuses a cgroup that was there before and holds processes other than holder (0: than none; "container's
 * cgroup is not empty: N process(es) found") or is frozen ("container's cgroup unexpectedly frozen"). A failure leaves
 * none of what it made. CGROUP_IF_ALLOWED: a hierarchy where the caller may not make it is left out of cgroup. */
enum cgroup_need { CGROUP_NEEDED, CGROUP_IF_ALLOWED };
int cgroup_make(struct cgroup *cgroup, pid_t holder, enum cgroup_need need, struct err *err);

/* The cgroup2 directory for clone3(CLONE_INTO_CGROUP), on v2 and hybrid hosts; -1 where there is none. */
int cgroup_clone_fd(const struct cgroup *cgroup);
/* The cgroup2 directory where the container's init is, which may have gone further down and closed what is above it to
 * processes. -1: that is the container's own, or cannot be found. */
int cgroup_open_of_init(const struct cgroup *cgroup, pid_t init_pid);
/* Called by the single-threaded child for itself: writes 0 to `tasks` of each v1 hierarchy. Plain system calls only. */
int cgroup_join_self(const struct cgroup *cgroup, struct err *err);

/* Every process in it and below it that this pid namespace can name. *ret_pids is malloc'ed. An absent cgroup has none.
 */
int cgroup_pids(const struct cgroup *cgroup, pid_t **ret_pids, size_t *ret_n, struct err *err);
/* Signals them all: SIGKILL by cgroup.kill where there is one; else freezes, signals each (gone ones passed over),
 * thaws. After SIGKILL it is thawed whatever it was, so that they can die; after another signal a cgroup that was
 * frozen before stays so. Where freezing does not work the log is warned, and who forks meanwhile may escape. */
int cgroup_signal_all(const struct cgroup *cgroup, int sig, const struct log *log, struct err *err);
/* Whether it was asked to freeze, itself, not by way of a parent. */
bool cgroup_is_frozen(const struct cgroup *cgroup);
/* Stops every process in it and below it where it is. On failure they all run on. */
int cgroup_freeze(const struct cgroup *cgroup, struct err *err);
/* Thaws, if it is frozen (a frozen v1 process does not die of SIGKILL). */
int cgroup_thaw(const struct cgroup *cgroup, struct err *err);

/* Removes the container's directories with all that the container made below them, and those parents that cgroup_make
 * made, if empty. Processes still dying in it are waited for, 5 seconds at most in all, by events where the kernel has
 * them. Every hierarchy is tried; the first failure is told. Absent: success. */
int cgroup_remove(const struct cgroup *cgroup, struct err *err);
/* Closes descriptors. Accepts the zero value. */
void cgroup_finish(struct cgroup *cgroup);

#endif
