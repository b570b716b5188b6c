/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_version.c - `tare version`, and `tare --version`: in the lines that engines read from runc's. */

#include "cli/cmd.h"
#include "cli/output.h"
#include "oci/spec.h"

static int run(struct call *call, struct err *err)
{
        (void)call;
        auto_buf struct buf out = { 0 };
        buf_add_text(&out, "tare version " TARE_VERSION "\nspec: " SPEC_VERSION "\n");
        return output_write(&out, err);
}

const struct command cmd_version = {
        .name = "version",
        .summary = "show the version of tare and of the specification that it follows",
        .run = run,
};
