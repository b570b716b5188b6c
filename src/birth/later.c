/* SPDX-License-Identifier: Apache-2.0 */
/* later.c - what comes from the runtime's own copy of config.json; see later.h. */

#include <stdint.h>
#include <unistd.h>

#include "birth/later.h"

#include "base/file.h"

int later_read(int dir_fd, struct later *ret, struct err *err)
{
        if (file_read(dir_fd, CONFIG_FILE, SIZE_MAX, &ret->config, err) < 0)
                return -1;
        return spec_read(buf_text(&ret->config), ret->config.len, CONFIG_FILE, &ret->arena, &ret->spec, err);
}

struct hook_run later_hooks(const struct later *later, enum hook_kind kind, const struct state *state,
                            enum status status)
{
        static sigset_t none; /* zero: no signal is blocked */
        return (struct hook_run){
                .hooks = &later->spec.hooks[kind],
                .kind = kind,
                .state = state,
                .status = status,
                .dir = state->bundle,
                .default_env = (const char *const *)environ,
                .mask = &none,
        };
}

void later_finish(struct later *later)
{
        buf_finish(&later->config);
        arena_finish(&later->arena);
}
