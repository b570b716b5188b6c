/* SPDX-License-Identifier: Apache-2.0 */
/* limits.h - what the verbs share of a container's limits; the steps of a birth are in steps.h. */
#ifndef TARE_BIRTH_LIMITS_H
#define TARE_BIRTH_LIMITS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "birth/birth.h"
#include "cgroup/intel_rdt.h"
#include "cgroup/resources.h"
#include "state/state.h"

/* What can be refused before anything is made. */
int limits_check(const struct spec *spec, struct err *err);

/* The group of resctrl that the state names; false: the container has none. */
bool limits_find_rdt(const struct state *state, struct intel_rdt *ret);
/* Removes it, if it is the container's own. */
int limits_remove_rdt(const struct state *state, struct err *err);

/* Lines of a plan's warnings, each as one of the log. */
void limits_warn(const struct log *log, const struct buf *lines);

/* Puts a plan into force, with the knowledge of systemd where that keeps the cgroup. Stops at the first failure. */
int limits_apply(const struct state *state, const struct cgroup *cgroup, const struct resource_plan *plan,
                 struct arena *arena, struct err *err);

/* Remembers how often the kernel has killed in the cgroup for want of memory, before the process at birth is in it. */
void limits_count_oom(struct birth *birth);
/* Says so in the error of a birth that failed, if it has killed since. */
void limits_explain_oom(const struct birth *birth, struct err *err);

#endif
