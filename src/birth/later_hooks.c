/* SPDX-License-Identifier: Apache-2.0 */
/* later_hooks.c - hooks from the runtime's own copy of config.json; see later_hooks.h. */

#include <stdint.h>
#include <unistd.h>

#include "birth/later_hooks.h"

#include "base/file.h"

int later_hooks_read(int dir_fd, struct later_hooks *ret, struct err *err)
{
        if (file_read(dir_fd, CONFIG_FILE, SIZE_MAX, &ret->config, err) < 0)
                return -1;
        return spec_read(buf_text(&ret->config), ret->config.len, CONFIG_FILE, &ret->arena, &ret->spec, err);
}

struct hook_run later_hooks_plan(const struct later_hooks *hooks, enum hook_kind kind, const struct state *state,
                                 enum status status)
{
        static sigset_t none; /* zero: no signal is blocked */
        return (struct hook_run){
                .hooks = &hooks->spec.hooks[kind],
                .kind = kind,
                .state = state,
                .status = status,
                .dir = state->bundle,
                .default_env = (const char *const *)environ,
                .mask = &none,
        };
}

void later_hooks_finish(struct later_hooks *hooks)
{
        buf_finish(&hooks->config);
        arena_finish(&hooks->arena);
}
