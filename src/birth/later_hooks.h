/* SPDX-License-Identifier: Apache-2.0 */
/* later_hooks.h - hooks of a container whose birth was another process's: they come from the runtime's own copy of its
 * config.json. For `start` (poststart) and for the burial (poststop, when the directory is gone already). */
#ifndef TARE_BIRTH_LATER_HOOKS_H
#define TARE_BIRTH_LATER_HOOKS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "birth/hooks.h"
#include "oci/spec.h"
#include "state/state.h"

struct later_hooks {
        struct arena arena;
        struct buf config;
        struct spec spec;
};

int later_hooks_read(int dir_fd, struct later_hooks *ret, struct err *err);
/* The run of one kind, for hooks_run or hooks_run_each: on the host, in the bundle, with tare's own environment for
 * those that bring none. It borrows from both arguments. */
struct hook_run later_hooks_plan(const struct later_hooks *hooks, enum hook_kind kind, const struct state *state,
                                 enum status status);
/* Accepts the zero value. */
void later_hooks_finish(struct later_hooks *hooks);

#endif
