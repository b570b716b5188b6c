/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_state.c - `tare state`: the OCI state document, without a newline at its end, as runc prints it. */

#include "cli/cmd.h"
#include "cli/output.h"

static int run(struct call *call, struct err *err)
{
        auto_buf struct buf out = { 0 };
        if (container_state(call->runtime, call->args[0], &out, err) < 0)
                return -1;
        return output_write(&out, err);
}

const struct command cmd_state = {
        .name = "state",
        .summary = "show the state of a container as JSON",
        .arguments = { ARGUMENT_ID },
        .n_arguments = 1,
        .n_required = 1,
        .run = run,
};
