/* SPDX-License-Identifier: Apache-2.0 */
/* landlock.h - confine the calling process by Landlock: from the annotation's words to the kernel's bits, to a ruleset,
 * to the process. Opens no path: whoever knows the container's root does. */
#ifndef TARE_SEC_LANDLOCK_H
#define TARE_SEC_LANDLOCK_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "oci/landlock.h"

/* The zero value asks for nothing. */
struct landlock_plan {
        const struct spec_landlock *spec; /* NULL: no confinement */
        uint64_t fs, net, scopes;         /* what the ruleset forbids, but for what its rules allow */
        uint64_t *allowed;                /* by path of the spec */
};

/* The newest ABI that this kernel knows. `ask for the Landlock ABI: function not implemented`; `operation not
 * supported`: turned off when the kernel was started. */
int landlock_abi(uint32_t *ret, struct err *err);

/* Pure. A spec that is not set: the zero plan. What the ABI does not know is refused where it is named, `scopes[0]:
 * needs Landlock ABI 6, this kernel has 5`. File accesses that are not named are forbidden as far as the ABI knows
 * them; the others are listed in ret_left_out for one warning, separated by ", ". */
int landlock_plan_build(const struct spec_landlock *spec, uint32_t abi, struct arena *arena, struct landlock_plan *ret,
                        struct buf *ret_left_out, struct err *err);

/* A ruleset that forbids all of the plan but its ports: a descriptor, or -1. */
int landlock_make_ruleset(const struct landlock_plan *plan, struct err *err);
/* Adds a path of the spec, which the caller has opened (O_PATH will do). Of a file only what a file can have may be
 * allowed: `paths[2].access[0]: read_dir is for directories`. */
int landlock_allow_path(const struct landlock_plan *plan, size_t path, int path_fd, int ruleset_fd, struct err *err);
/* For the calling process and all that come from it, for good. Needs no_new_privs or CAP_SYS_ADMIN. */
int landlock_confine(int ruleset_fd, struct err *err);

#endif
