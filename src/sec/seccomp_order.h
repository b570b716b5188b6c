/* SPDX-License-Identifier: Apache-2.0 */
/* seccomp_order.h - which of several rules for one call is tried first. Internal to seccomp. */
#ifndef TARE_SEC_SECCOMP_ORDER_H
#define TARE_SEC_SECCOMP_ORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "sec/seccomp_rules.h"

/* Two rules that ask for the very same and do different things. */
struct seccomp_conflict {
        bool is_there;
        struct seccomp_rule first, second; /* as in the profile */
};

/* Puts rules, which have their seq, into the order in which they are to be tried, and drops those that can never
 * decide; returns how many are left. The order is told in docs/SECCOMP.md. Of two that are in conflict the first one
 * stays; one such pair is told. */
size_t seccomp_rules_order(struct seccomp_rule *rules, size_t n, struct seccomp_conflict *ret_conflict);

#endif
