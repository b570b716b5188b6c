/* SPDX-License-Identifier: Apache-2.0 */
/* memory_policy.h - linux.memoryPolicy: from which nodes the container's process gets its memory (set_mempolicy(2)). */
#ifndef TARE_SEC_MEMORY_POLICY_H
#define TARE_SEC_MEMORY_POLICY_H

#include "base/arena.h"
#include "base/err.h"
#include "oci/spec.h"
#include "sec/bit_list.h"

/* The zero value asks for nothing. */
struct memory_policy_plan {
        const char *mode; /* its name; NULL: leave the policy as it is */
        int value;        /* mode and flags */
        struct bit_list nodes;
};

/* Pure. Not set: the zero plan. Refuses with the JSON path and runc's words `invalid memory policy mode "FOO"`,
 * `invalid memory policy flag "FOO"`, `invalid memory policy nodes "x": ...`, `memory policy mode requires 0 nodes but
 * got 2`, `memory policy mode requires at least one node but got 0`. */
int memory_policy_plan_build(const struct spec_linux *spec, struct arena *arena, struct memory_policy_plan *ret,
                             struct err *err);

/* For the calling process, within its cpuset; execve(2) keeps it. `set memory policy MPOL_BIND (nodes "7"): invalid
 * argument`: a node that is not there, or a mode or flag that the kernel does not know yet. */
int memory_policy_apply(const struct memory_policy_plan *plan, struct err *err);

#endif
