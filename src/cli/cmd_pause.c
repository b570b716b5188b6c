/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_pause.c - `tare pause`: stop every process of a container where it is. */

#include "cli/cmd.h"

static int run(struct call *call, struct err *err)
{
        return container_pause(call->runtime, call->args[0], err);
}

const struct command cmd_pause = {
        .name = "pause",
        .summary = "stop every process of a container where it is",
        .arguments = { ARGUMENT_ID },
        .n_arguments = 1,
        .n_required = 1,
        .run = run,
};
