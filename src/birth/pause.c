/* SPDX-License-Identifier: Apache-2.0 */
/* pause.c - stop every process of a container where it is, and let them go on. */

#include "birth/found.h"

static int freeze_or_thaw(const struct runtime *runtime, const char *id, enum verb verb,
                          int (*change)(const struct cgroup *cgroup, struct err *err), struct err *err)
{
        struct found found;
        int done = found_open(runtime, id, FOUND_TO_CHANGE, &found, err);
        if (done == 0)
                done = lifecycle_allow(verb, found_status(&found), id, err);
        if (done == 0 && found.cgroup.n == 0)
                done = fail(err, "container has no cgroup to freeze");
        if (done == 0)
                done = change(&found.cgroup, err);
        found_finish(&found);
        return done;
}

int container_pause(const struct runtime *runtime, const char *id, struct err *err)
{
        return freeze_or_thaw(runtime, id, VERB_PAUSE, cgroup_freeze, err);
}

int container_resume(const struct runtime *runtime, const char *id, struct err *err)
{
        return freeze_or_thaw(runtime, id, VERB_RESUME, cgroup_thaw, err);
}
