/* SPDX-License-Identifier: Apache-2.0 */
/* seccomp_calls.h - what a profile says of each system call number of one architecture. Internal to seccomp. */
#ifndef TARE_SEC_SECCOMP_CALLS_H
#define TARE_SEC_SECCOMP_CALLS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "sec/seccomp_rules.h"

/* Rules with conditions, of one call, in the order in which they are tried; the first that holds decides, after the
 * last comes the default action. */
struct seccomp_leaf {
        struct seccomp_rule *rules;
        size_t n;
        const struct seccomp_arch *arch; /* how arguments are compared */
};

/* The numbers from here to the next range have one answer: an action, or a leaf. */
struct seccomp_range {
        uint32_t start;
        uint32_t action;
        const struct seccomp_leaf *leaf; /* NULL: the action */
};

/* A rule for a number, while they are gathered. */
struct seccomp_entry {
        uint32_t number;
        uint32_t call; /* what the first argument must be when the number is a multiplexer; 0: it is none */
        uint32_t use;  /* in the profile */
};

/* Made once and filled anew for each architecture: memory that is touched is what a short-lived program pays for. */
struct seccomp_ranges {
        struct seccomp_range *items; /* rising, no two neighbours alike */
        size_t n;
        struct seccomp_entry *entries, *spare;
};

int seccomp_ranges_make(const struct seccomp_profile *profile, struct arena *arena, struct seccomp_ranges *ret,
                        struct err *err);

/* All numbers that come with the architecture's seccomp_data.arch; what no profile says is answered too. */
int seccomp_ranges_build(const struct seccomp_profile *profile, const struct seccomp_arch *arch, struct arena *arena,
                         struct seccomp_ranges *ranges, struct err *err);

#endif
