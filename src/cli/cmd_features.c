/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_features.c - `tare features`: what this build can do, as runtime-spec's features document. Says nothing on
 * stderr: CRI-O reads both as one. */

#include "cli/cmd.h"
#include "cli/output.h"
#include "oci/print.h"
#include "rootfs/rootfs.h"
#include "sec/caps.h"
#include "sec/seccomp.h"

/* What the spec's words may be here: NULL behind the last of each. */
struct seccomp_lists {
        const char *archs[SECCOMP_ARCHS_MAX + 1];
        const char *flags[SECCOMP_FLAGS + 1];
};

static struct seccomp_lists list_seccomp(void)
{
        struct seccomp_lists lists = { 0 };
        for (size_t i = 0; i < seccomp_table.n_archs; i++)
                lists.archs[i] = seccomp_table.archs[i].word;
        size_t n = 0;
        for (enum seccomp_flag flag = 0; flag < SECCOMP_FLAGS; flag++)
                if (seccomp_flag_is_supported(flag))
                        lists.flags[n++] = seccomp_flag_names.names[flag];
        return lists;
}

static int run(struct call *call, struct err *err)
{
        (void)call;
        const struct seccomp_lists seccomp = list_seccomp();
        const struct features_lists lists = {
                .mount_options = rootfs_mount_option_names(),
                .capabilities = cap_names,
                .seccomp_archs = seccomp.archs,
                .seccomp_flags = seccomp.flags,
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
