/* SPDX-License-Identifier: Apache-2.0 */
/* controllers.h - have the controllers of cgroup2 down to where the container is. */
#ifndef TARE_CGROUP_CONTROLLERS_H
#define TARE_CGROUP_CONTROLLERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "cgroup/cgroup.h"
#include "oci/spec.h"

/* After cgroup_make and before anybody lives in the cgroup: enables in each directory from the mount to the parent of
 * the container's cgroup2 whatever controllers it has. One that a parent will not pass on (processes of its own,
 * realtime ones, no right to it) is passed over: who then asks for it is refused by resources_plan. A cgroup below a
 * threaded one becomes threaded too, or is refused when spec wants controllers that do not know threads. Without
 * cgroup2: nothing to do. */
int controllers_enable(const struct cgroup *cgroup, const struct spec_resources *spec, struct err *err);

/* Whether the text of a cgroup.controllers has the name, of len bytes. Pure. */
bool controllers_list_has(const char *list, const char *name, size_t len);

#endif
