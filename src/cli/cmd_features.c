/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_features.c - `tare features`: what this build can do, as runtime-spec's features document. Says nothing on
 * stderr: CRI-O reads both as one. */

#include "cli/cmd.h"
#include "cli/output.h"
#include "oci/print.h"
#include "rootfs/rootfs.h"
#include "sec/caps.h"

static int run(struct call *call, struct err *err)
{
        (void)call;
        const struct features_lists lists = {
                .mount_options = rootfs_mount_option_names(),
                .capabilities = cap_names,
                .version = TARE_VERSION,
        };
        auto_buf struct buf out = { 0 };
        print_features(&lists, &out);
        return output_write(&out, err);
}

const struct command cmd_features = {
        .name = "features",
        .summary = "show what this build can do as JSON",
        .run = run,
};
