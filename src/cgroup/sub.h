/* SPDX-License-Identifier: Apache-2.0 */
/* sub.h - a place below the container's own in its hierarchies, which the container has made: exec --cgroup. */
#ifndef TARE_CGROUP_SUB_H
#define TARE_CGROUP_SUB_H

#include "base/arena.h"
#include "base/err.h"
#include "cgroup/cgroup.h"
#include "oci/spec.h"

/* Puts each directory of the cgroup to where the arguments have it: "PATH", one alone, is for all hierarchies, and
 * "CONTROLLER[,CONTROLLER]:PATH" for those of the controllers. None leaves the cgroup as it is. ".." leads out of the
 * container's own at no time. Pure; refuses in the words of runc. */
int sub_cgroup_choose(const struct text_list *args, struct arena *arena, struct cgroup *cgroup, struct err *err);

#endif
