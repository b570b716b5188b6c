/* SPDX-License-Identifier: Apache-2.0 */
/* state.h - a container on disk: ROOT/ID/ holds state.json, config.json (the runtime's own copy: later edits of the
 * bundle have no effect, runtime-spec runtime.md "Lifecycle") and, between create and start, exec.fifo. One directory a
 * container, 0711 below a ROOT of 0700; state.json is 0600 and replaced by rename, and every change is made under an
 * flock(2) of the directory.
 *
 * The lock belongs to the open directory, not to the process: whoever forks while holding it shares it with the child,
 * and it stays held until both have closed the descriptor. It is O_CLOEXEC; a child that lives on without execve (init
 * waiting for `start`, a supervisor) must close it first thing. */
#ifndef TARE_STATE_STATE_H
#define TARE_STATE_STATE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "oci/spec.h"
#include "state/lifecycle.h"

/* What state.json holds, under the keys of the field table in state.c, which reads and prints it. JSON is UTF-8: of a
 * path that is not, the odd bytes come back as U+FFFD. */
struct state {
        const char *id;
        const char *oci_version; /* of its config.json */
        const char *bundle;      /* absolute */
        const char *rootfs;      /* absolute */
        const char *created;     /* RFC 3339 with nanoseconds, UTC; state_now() */
        uid_t owner;
        pid_t pid;              /* 0: not born yet */
        uint64_t start_time;    /* of pid, proc_stat.start_time: guards against reuse of the pid */
        bool is_created;        /* the birth was completed; until then the container is "creating" */
        bool has_pid_namespace; /* its own: killing init kills all */
        bool has_keyring;       /* a session keyring of its own, which exec joins */
        bool has_networks;      /* by its annotations: ends on the host are to be removed */
        bool has_poststart_hooks;
        bool has_poststop_hooks;
        struct text_map cgroups; /* hierarchy name -> absolute directory */
        const char *unit;        /* the scope of systemd that the cgroup is; NULL: none */
        bool is_user_unit;       /* of the user's manager */
        /* linux.intelRdt: the group of resctrl and the one in it that counts; NULL: none */
        const char *rdt_group, *rdt_monitor;
        bool is_rdt_group_made; /* for this container: it goes with it */
        struct text_map annotations;

        /* Not in the file: found by state_load. Its birth is going on: another process holds the lock. */
        bool is_at_birth;
};

#define STATE_FILE  "state.json"
#define CONFIG_FILE "config.json"
#define FIFO_FILE   "exec.fifo"
/* Why a created init failed after `start`; empty as long as it did not. */
#define LAST_WORDS_FILE "last-words"

/* "container id cannot be empty", "invalid container ID format": [A-Za-z0-9_+.-]+, not "." or "..", at most 255 bytes
 * (it names a directory). */
int state_id_check(const char *id, struct err *err);

/* Opens ROOT, made 0700 with its parents where it is missing. The descriptor is O_PATH. */
int state_root_make(const char *root, int *ret_root_fd, struct err *err);
/* Makes ROOT/ID and locks it. "container with given ID already exists". A failure leaves nothing. */
int state_dir_make(int root_fd, const char *id, int *ret_dir_fd, struct err *err);
/* Opens ROOT/ID and locks it (waits for whoever holds it). "container does not exist" (errno and err->code ENOENT),
 * also when ROOT is missing, and when the one that held the lock has removed it. */
int state_dir_open(const char *root, const char *id, int *ret_dir_fd, struct err *err);
/* Lets others at a directory that stays open, and locks it again, with the errors of state_dir_open. */
void state_dir_unlock(int dir_fd);
int state_dir_relock(int dir_fd, const char *id, struct err *err);
/* The same without the lock, for those who only look and wait for nobody. The descriptor is O_PATH: state_load knows a
 * looker by that. */
int state_dir_peek(const char *root, const char *id, int *ret_dir_fd, struct err *err);
/* Removes ROOT/ID with all in it. Absent: success. The caller holds the
 * lock.
 */
int state_dir_remove(const char *root, const char *id, struct err *err);

int state_save(int dir_fd, const struct state *state, struct err *err);
/* Everything lives in arena. A directory without state.json (a crash before the first save) is "container does not
 * exist" with errno and err->code ENOENT. */
int state_load(int dir_fd, struct arena *arena, struct state *ret, struct err *err);

/* What the container is now. Its process is gone (dead, a zombie, or the pid is another's by the start time): stopped.
 * Not is_created: creating, as long as its process lives or somebody is at its birth; else the birth has crashed, and
 * what it left is stopped, so that `delete` takes it. Then is_frozen (from the cgroup): paused; exec.fifo is there:
 * created. */
enum status state_status(const struct state *state, int dir_fd, bool is_frozen);

/* Now, as RFC 3339 with nanoseconds and "Z"; ret has STATE_TIME_MAX bytes. */
enum { STATE_TIME_MAX = 40 };
void state_now(char *ret);
/* The name of a user, "#UID" where it has none; ret has STATE_OWNER_MAX bytes. Not for init: reads /etc/passwd. */
enum { STATE_OWNER_MAX = 64 };
void state_owner(uid_t uid, char *ret);

/* The OCI state document. For `state` (runc's fields and two-space indent, no newline at the end, owner ""), for `list`
 * (the same on one line, owner by name), and for hooks (one line of what runtime-spec names: ociVersion, id, status,
 * pid, bundle, annotations). A stopped container prints pid 0; in hooks a pid of 0 is left out. */
enum state_print { STATE_FULL, STATE_IN_LIST, STATE_FOR_HOOK };
void state_print(const struct state *state, enum status status, enum state_print how, struct buf *buf);

/* Calls each(ctx, id) for every directory of ROOT whose name is a valid id, sorted by name. A missing ROOT has none.
 * The first -1 of each ends it. */
int state_each(const char *root, int (*each)(void *ctx, const char *id, struct err *err), void *ctx, struct err *err);

#endif
