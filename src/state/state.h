/* SPDX-License-Identifier: Apache-2.0 */
/* state.h - a container on disk: ROOT/ID/ holds state.json, config.json (the runtime's own copy: later edits of the
 * bundle have no effect, runtime-spec runtime.md "Lifecycle") and, between create and start, exec.fifo. One directory a
 * container, 0711 below a ROOT of 0700; state.json is replaced by rename, and every change is made under an flock(2) of
 * the directory. */
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

struct state {
        const char *id;
        const char *oci_version; /* of its config.json */
        const char *bundle;      /* absolute */
        const char *rootfs;      /* absolute */
        const char *created;     /* RFC 3339 with nanoseconds, UTC; state_now() */
        uid_t owner;
        pid_t pid;               /* 0: not born yet */
        uint64_t start_time;     /* of pid, proc_stat.start_time: guards against reuse of the pid */
        bool is_created;         /* the birth was completed; until then the container is "creating" */
        bool has_pid_namespace;  /* its own: killing init kills all */
        struct text_map cgroups; /* hierarchy name -> absolute directory */
        struct text_map annotations;
};

#define STATE_FILE  "state.json"
#define CONFIG_FILE "config.json"
#define FIFO_FILE   "exec.fifo"

/* "container id cannot be empty", "invalid container ID format": [A-Za-z0-9_+.-]+, not "." or "..", at most 1024 bytes.
 */
int state_id_check(const char *id, struct err *err);

/* Opens ROOT, made 0700 with its parents where it is missing. */
int state_root_make(const char *root, int *ret_root_fd, struct err *err);
/* Makes ROOT/ID and locks it. "container with given ID already exists". A failure leaves nothing. */
int state_dir_make(int root_fd, const char *id, int *ret_dir_fd, struct err *err);
/* Opens ROOT/ID and locks it (waits for whoever holds it). "container does not exist" (errno ENOENT), also when ROOT is
 * missing. */
int state_dir_open(const char *root, const char *id, int *ret_dir_fd, struct err *err);
/* The same without the lock, for those who only look. */
int state_dir_peek(const char *root, const char *id, int *ret_dir_fd, struct err *err);
/* Removes ROOT/ID with all in it (plain files, one level and the directory). Absent: success. */
int state_dir_remove(const char *root, const char *id, struct err *err);

int state_save(int dir_fd, const struct state *state, struct err *err);
/* Everything lives in arena. A directory without state.json (a crash before the first save) is -1 with errno ENOENT. */
int state_load(int dir_fd, struct arena *arena, struct state *ret, struct err *err);

/* What the container is now: by the pid (dead, a zombie, or another process by start time: stopped), by exec.fifo
 * (there: created), by is_frozen (from the cgroup). */
enum status state_status(const struct state *state, int dir_fd, bool is_frozen);

/* Now, as RFC 3339 with nanoseconds and "Z"; ret has STATE_TIME_MAX bytes. */
enum { STATE_TIME_MAX = 40 };
void state_now(char *ret);

/* The OCI state document. For `state` (runc's fields and two-space indent, no newline at the end), for `list`, and for
 * hooks (ociVersion, id, status, pid, bundle, annotations: what runtime-spec names). A stopped container prints pid 0;
 * in hooks a pid of 0 is left out. */
enum state_print { STATE_FULL, STATE_IN_LIST, STATE_FOR_HOOK };
void state_print(const struct state *state, enum status status, enum state_print how, struct buf *out);

/* Calls each(ctx, id) for every directory of ROOT whose name is a valid id, sorted by name. A missing ROOT has none. */
int state_each(const char *root, int (*each)(void *ctx, const char *id, struct err *err), void *ctx, struct err *err);

#endif
