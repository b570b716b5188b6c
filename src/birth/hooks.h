/* SPDX-License-Identifier: Apache-2.0 */
/* hooks.h - run the hooks of one kind, in order, each with the state document on its stdin (runtime-spec config.md
 * "POSIX-platform Hooks"). Used by the host for prestart, createRuntime, poststart and poststop, and by init for
 * createContainer and startContainer. */
#ifndef TARE_BIRTH_HOOKS_H
#define TARE_BIRTH_HOOKS_H

#include <signal.h>

#include "base/err.h"
#include "base/log.h"
#include "oci/spec.h"
#include "state/state.h"

struct hook_run {
        const struct spec_hook_list *hooks;
        enum hook_kind kind;
        const struct state *state; /* what they are told on their stdin, as of this status */
        enum status status;
        const char *dir;                /* their working directory; NULL: where the caller is */
        const char *const *default_env; /* of a hook that brings none; NULL: an empty one */
        const sigset_t *mask;           /* the signal mask they start with */
};

/* The first that fails ends the list: `createRuntime hook #0 /x: exit status 3, stdout: OUT, stderr: ERR`, with what it
 * printed;
 * `...: signal 9`, `...: ran past its timeout of 2 s` (it was killed), `...: fork/exec /x: no such file or directory`.
 */
int hooks_run(const struct hook_run *run, struct err *err);
/* For poststop: a failure is a warning, and the next one runs all the same (runtime-spec runtime.md, "Lifecycle"). */
void hooks_run_each(const struct hook_run *run, const struct log *log);

#endif
