/* SPDX-License-Identifier: Apache-2.0 */
/* death.h - what is done when a container ends: shared by `delete`, by `run` in the foreground, and by a failed start.
 */
#ifndef TARE_BIRTH_DEATH_H
#define TARE_BIRTH_DEATH_H

#include "base/err.h"
#include "birth/runtime.h"
#include "cgroup/cgroup.h"
#include "state/state.h"

/* Kills what is left of it, waits for init's end, removes its cgroup and its state directory, then runs the poststop
 * hooks, each of whose failures is a warning. The caller holds the lock of the directory dir_fd. */
int death_bury(const struct runtime *runtime, const struct state *state, const struct cgroup *cgroup, int dir_fd,
               struct err *err);

#endif
