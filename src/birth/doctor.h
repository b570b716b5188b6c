/* SPDX-License-Identifier: Apache-2.0 */
/* doctor.h - what this host has of what containers need, for whoever is calling. */
#ifndef TARE_BIRTH_DOCTOR_H
#define TARE_BIRTH_DOCTOR_H

#include <stddef.h>

#include "birth/runtime.h"

enum health {
        HEALTH_GOOD,
        HEALTH_LESS, /* something can be done without, or cannot be had by this caller */
        HEALTH_BAD,  /* no container runs like this */
        HEALTHS
};
extern const char *const health_names[HEALTHS]; /* "good", "less", "bad" */

enum { DOCTOR_TEXT_MAX = 256 };

struct doctor_finding {
        const char *what; /* a word: "kernel", "cgroups" */
        enum health health;
        char found[DOCTOR_TEXT_MAX];  /* what there is */
        char remedy[DOCTOR_TEXT_MAX]; /* what to do about it; "" where there is nothing to be done */
};

/* Asks the host, and changes nothing. *ret_n findings in *ret, in an order for readers; they live as long as the arena.
 * Fails for want of memory alone: what cannot be found out is a finding. */
int host_examine(const struct runtime *runtime, struct arena *arena, struct doctor_finding **ret, size_t *ret_n,
                 struct err *err);

#endif
