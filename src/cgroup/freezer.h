/* SPDX-License-Identifier: Apache-2.0 */
/* freezer.h - stop all processes of a cgroup where they are, for nobody outside this room but by way of cgroup.h. */
#ifndef TARE_CGROUP_FREEZER_H
#define TARE_CGROUP_FREEZER_H

#include "base/err.h"
#include "cgroup/cgroup.h"

/* Asks, and waits until they stand still, half a second at most. An absent cgroup has nobody to freeze: success. */
int freezer_freeze(const struct cgroup *cgroup, struct err *err);
/* Asks whether it was frozen or not. */
int freezer_thaw(const struct cgroup *cgroup, struct err *err);

#endif
