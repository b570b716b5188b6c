/* SPDX-License-Identifier: Apache-2.0 */
/* systemd.h - the cgroup of a container as a scope of systemd (--systemd-cgroup): what the verbs share of it. tare
 * never talks with systemd itself; libexec/tare/systemd does. The steps of a birth are in steps.h. */
#ifndef TARE_BIRTH_SYSTEMD_H
#define TARE_BIRTH_SYSTEMD_H

#include "birth/birth.h"
#include "cgroup/resources.h"

/* Which scope it will be: into birth->unit, and its name into the state. Refuses a host without systemd. */
int systemd_plan(struct birth *birth, struct err *err);

/* Tells systemd of the limits of a plan. Nothing to do for a container that is none of its scopes. */
int systemd_set_limits(const struct state *state, const struct cgroup *cgroup, const struct resource_plan *plan,
                       struct arena *arena, struct err *err);
/* Has it stop the scope, and forget that it failed. The same. */
int systemd_stop(const struct state *state, struct err *err);

#endif
