/* SPDX-License-Identifier: Apache-2.0 */
/* query.c - look at containers without changing them: `state` and `list`. */

#include "birth/found.h"

int container_state(const struct runtime *runtime, const char *id, struct buf *out, struct err *err)
{
        struct found found;
        int done = found_open(runtime, id, FOUND_TO_LOOK, &found, err);
        if (done == 0)
                state_print(&found.state, found_status(&found), STATE_FULL, out);
        found_finish(&found);
        return done == 0 ? buf_ok(out, err) : -1;
}

struct each_container {
        const struct runtime *runtime;
        int (*each)(void *ctx, const struct container_row *row, struct err *err);
        void *ctx;
};

static int give_row(const struct each_container *to, const struct state *state, enum status status, struct err *err)
{
        char owner[STATE_OWNER_MAX];
        state_owner(state->owner, owner);
        auto_buf struct buf json = { 0 };
        state_print(state, status, STATE_IN_LIST, &json);
        if (buf_ok(&json, err) < 0)
                return -1;

        const struct container_row row = {
                .id = state->id,
                .status = status_names[status],
                .bundle = state->bundle,
                .created = state->created ? state->created : "",
                .owner = owner,
                .pid = status == STOPPED ? 0 : (int)state->pid,
                .json = buf_text(&json),
        };
        return to->each(to->ctx, &row, err);
}

static int each_id(void *ctx, const char *id, struct err *err)
{
        const struct each_container *to = ctx;
        struct found found;
        int done = 0;
        if (found_open(to->runtime, id, FOUND_TO_LOOK, &found, err) < 0)
                log_say(to->runtime->log, LOG_WARNING, "load container %s: %s", id, err->text);
        else
                done = give_row(to, &found.state, found_status(&found), err);
        found_finish(&found);
        return done;
}

int container_each(const struct runtime *runtime,
                   int (*each)(void *ctx, const struct container_row *row, struct err *err), void *ctx, struct err *err)
{
        struct each_container to = { runtime, each, ctx };
        return state_each(runtime->root, each_id, &to, err);
}
