/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_create.c - `tare create`: a container whose program waits for `start`. */

#include "cli/birth_rows.h"
#include "cli/cmd.h"

static int run(struct call *call, struct err *err)
{
        struct birth_options options = *(const struct birth_options *)call->options;
        options.id = call->args[0];
        if (container_create(call->runtime, &options, err) < 0)
                return fail_at(err, "tare create failed");
        return 0;
}

const struct command cmd_create = {
        .name = "create",
        .summary = "make a container, whose program waits for start",
        .arguments = { ARGUMENT_NEW_ID },
        .n_arguments = 1,
        .n_required = 1,
        .options = birth_rows,
        .defaults = &birth_defaults,
        .options_size = sizeof birth_defaults,
        .run = run,
};
