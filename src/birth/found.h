/* SPDX-License-Identifier: Apache-2.0 */
/* found.h - a container as a verb finds it on disk: its directory, what its state says, its cgroup. */
#ifndef TARE_BIRTH_FOUND_H
#define TARE_BIRTH_FOUND_H

#include "base/arena.h"
#include "base/err.h"
#include "birth/runtime.h"
#include "cgroup/cgroup.h"
#include "state/state.h"

struct found {
        struct arena arena;
        struct state state;
        struct cgroup cgroup;
        int dir_fd; /* ROOT/ID */
};

/* CHANGE takes the directory's lock, and waits for whoever holds it. LOOK takes none and waits for nobody. */
enum found_for { FOUND_TO_LOOK, FOUND_TO_CHANGE };

/* "container does not exist", with errno and err->code ENOENT, when there is none, and also when a crash left a
 * directory without a state; after that failure dir_fd tells the two apart: -1, or the directory. found_finish is due
 * whatever it returns. */
int found_open(const struct runtime *runtime, const char *id, enum found_for what, struct found *ret, struct err *err);
enum status found_status(const struct found *found);
void found_finish(struct found *found);

/* A pidfd of the container's init, if that is still the process that the state means; -1 with errno ESRCH when it is
 * gone (no message). */
int found_open_init(const struct state *state);

#endif
