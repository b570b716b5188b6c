/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_resume.c - `tare resume`: let the processes of a paused container go on. */

#include "cli/cmd.h"

static int run(struct call *call, struct err *err)
{
        return container_resume(call->runtime, call->args[0], err);
}

const struct command cmd_resume = {
        .name = "resume",
        .summary = "let the processes of a paused container go on",
        .arguments = { ARGUMENT_ID },
        .n_arguments = 1,
        .n_required = 1,
        .run = run,
};
