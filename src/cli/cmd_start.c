/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_start.c - `tare start`: the program of a created container begins. */

#include "cli/cmd.h"

static int run(struct call *call, struct err *err)
{
        return container_start(call->runtime, call->args[0], err);
}

const struct command cmd_start = {
        .name = "start",
        .summary = "start the program of a created container",
        .arguments = { ARGUMENT_ID },
        .n_arguments = 1,
        .n_required = 1,
        .run = run,
};
