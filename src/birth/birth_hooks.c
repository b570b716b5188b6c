/* SPDX-License-Identifier: Apache-2.0 */
/* birth_hooks.c - the hooks of a birth: who runs them decides which pid the state names, where they start, and with
 * which environment (runtime-spec config.md, "POSIX-platform Hooks"). */

#include <unistd.h>

#include "birth/birth.h"

#include "birth/hooks.h"

static struct hook_run plan_host_hooks(const struct birth *birth, enum hook_kind kind, enum status status)
{
        return (struct hook_run){
                .hooks = &birth->spec.hooks[kind],
                .kind = kind,
                .state = &birth->state,
                .status = status,
                .dir = birth->bundle,
                .default_env = (const char *const *)environ,
                .mask = &birth->caller_mask,
        };
}

int birth_run_host_hooks(const struct birth *birth, enum hook_kind kind, enum status status, struct err *err)
{
        struct hook_run run = plan_host_hooks(birth, kind, status);
        return hooks_run(&run, err);
}

void birth_run_poststop_hooks(const struct birth *birth)
{
        struct hook_run run = plan_host_hooks(birth, HOOK_POSTSTOP, STOPPED);
        hooks_run_each(&run, birth->runtime->log);
}

int birth_run_init_hooks(const struct birth *birth, enum hook_kind kind, const char *dir,
                         const char *const *default_env, struct err *err)
{
        struct state inside = birth->state;
        inside.pid = getpid();
        const struct hook_run run = {
                .hooks = &birth->spec.hooks[kind],
                .kind = kind,
                .state = &inside,
                .status = kind == HOOK_START_CONTAINER ? CREATED : CREATING,
                .dir = dir,
                .default_env = default_env,
                .mask = &birth->caller_mask,
        };
        return hooks_run(&run, err);
}
