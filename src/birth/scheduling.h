/* SPDX-License-Identifier: Apache-2.0 */
/* scheduling.h - how the kernel treats the container's process: scheduler, I/O priority, personality, memory policy,
 * CPU affinity. Planned here for birth and exec; applied by init_set_scheduling (steps.h). */
#ifndef TARE_BIRTH_SCHEDULING_H
#define TARE_BIRTH_SCHEDULING_H

#include "birth/birth.h"

/* name: of the document that errors speak of. */
int scheduling_plan(struct birth *birth, const char *name, struct err *err);
/* Whether there is anything to apply. */
bool scheduling_is_asked_for(const struct birth *birth);

#endif
