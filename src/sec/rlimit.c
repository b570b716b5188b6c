/* SPDX-License-Identifier: Apache-2.0 */
/* rlimit.c - set the resource limits of a process; see rlimit.h. */

#include <inttypes.h>
#include <sys/resource.h>

#include "rlimit.h"

int rlimits_apply(pid_t pid, const struct spec_rlimit *rlimits, size_t n, struct err *err)
{
        for (size_t i = 0; i < n; i++) {
                const struct spec_rlimit *row = &rlimits[i];
                const struct rlimit limit = { .rlim_cur = row->soft, .rlim_max = row->hard };
                if (prlimit(pid, row->resource, &limit, NULL) < 0)
                        return fail_sys(err, "process.rlimits[%zu] %s: set soft %" PRIu64 ", hard %" PRIu64, i,
                                        row->type, row->soft, row->hard);
        }
        return 0;
}
