/* SPDX-License-Identifier: Apache-2.0 */
/* personality.h - linux.personality: which machine the container's process believes to run on (personality(2)). */
#ifndef TARE_SEC_PERSONALITY_H
#define TARE_SEC_PERSONALITY_H

#include "base/err.h"
#include "oci/spec.h"

/* The zero value asks for nothing. */
struct personality_plan {
        const char *domain; /* its name; NULL: leave the personality as it is */
        unsigned long persona;
};

/* Pure. Not set: the zero plan. Refuses with the JSON path `invalid personality domain FOO` in runc's words, and every
 * flag: the spec names none yet and wants one that is not supported to be an error. */
int personality_plan_build(const struct spec_linux *spec, struct personality_plan *ret, struct err *err);

/* For the calling process; execve(2) keeps it. `set personality LINUX32: ...`. */
int personality_apply(const struct personality_plan *plan, struct err *err);

#endif
