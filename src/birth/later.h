/* SPDX-License-Identifier: Apache-2.0 */
/* later.h - what a bundle said of a container whose birth was another process's: read from the runtime's own copy of
 * its config.json. For `start` (poststart hooks) and for the burial (poststop hooks, networks). */
#ifndef TARE_BIRTH_LATER_H
#define TARE_BIRTH_LATER_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "birth/hooks.h"
#include "oci/spec.h"
#include "state/state.h"

struct later {
        struct arena arena;
        struct buf config;
        struct spec spec;
};

int later_read(int dir_fd, struct later *ret, struct err *err);
/* The hooks of one kind, for hooks_run or hooks_run_each: on the host, in the bundle, with tare's own environment for
 * those that bring none. It borrows from both arguments. */
struct hook_run later_hooks(const struct later *later, enum hook_kind kind, const struct state *state,
                            enum status status);
/* Accepts the zero value. */
void later_finish(struct later *later);

#endif
