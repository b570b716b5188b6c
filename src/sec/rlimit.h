/* SPDX-License-Identifier: Apache-2.0 */
/* rlimit.h - resource limits, set on a process by its parent with prlimit(2). */
#ifndef TARE_SEC_RLIMIT_H
#define TARE_SEC_RLIMIT_H

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"
#include "oci/spec.h"

/* "process.rlimits[0] RLIMIT_NOFILE: set soft 10, hard 5: invalid argument". */
int rlimits_apply(pid_t pid, const struct spec_rlimit *rlimits, size_t n, struct err *err);

#endif
