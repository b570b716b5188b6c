/* SPDX-License-Identifier: Apache-2.0 */
/* resources.h - linux.resources: what it asks for, as writes to files of the container's cgroup, planned and then done.
 * A controller may sit in a v1 hierarchy or in cgroup2, on one host some here and some there: each setting goes where
 * its controller is. What cannot be honoured is refused by its name in config.json. */
#ifndef TARE_CGROUP_RESOURCES_H
#define TARE_CGROUP_RESOURCES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "cgroup/cgroup.h"
#include "cgroup/device_bpf.h"
#include "oci/spec.h"

/* One write(2) to one file. */
struct resource_write {
        const char *path; /* "linux.resources.memory.limit" */
        const char *dir;  /* of the container's cgroup */
        const char *file; /* in it */
        const char *text;
        unsigned int group; /* not 0: EINVAL may mean that another write of the same group has to come first */
        bool is_advice;     /* no error says more than the warning that the plan has given */
        bool is_for_device; /* a runtime in a user namespace has no say in it, nor has who is in there a device node */
        const char *usage;  /* the file that explains EBUSY, or NULL */
};

struct resource_plan {
        struct resource_write *writes;
        size_t n;
        /* Devices by a program on cgroup2; n 0: a v1 controller does it, or nothing is asked. */
        struct device_program device_program;
        enum device_program_place device_program_place;
};

enum resources_when {
        RESOURCES_AT_BIRTH,  /* of the container, in the cgroup as cgroup_make left it: device rules are always planned
                              */
        RESOURCES_AT_UPDATE, /* what is absent or zero stays as it is; so do the devices, unless there are rules */
};

/* Looks into the cgroup's directories and writes nothing. ret's texts live in the arena, or are those of cgroup and
 * spec. ret_warnings: what is asked for and will have no effect, as lines; for one log line each. */
int resources_plan(const struct cgroup *cgroup, const struct spec_resources *spec, enum resources_when when,
                   struct arena *arena, struct resource_plan *ret, struct buf *ret_warnings, struct err *err);

/* What the plan asks of the host: pure but for these two. Paths are DIR/FILE of the cgroup. */
struct resource_probe {
        bool (*exists)(void *host, const char *dir, const char *file);
        /* The text without its last newline, "" where there is none; ret has KNOB_SIZE bytes. */
        void (*read)(void *host, const char *dir, const char *file, char *ret);
        void *host;
};
struct resource_question {
        const struct cgroup *cgroup;
        const struct spec_resources *spec;
        enum resources_when when;
        const struct resource_probe *probe;
};
/* The same for a given host: pure. */
int resources_plan_for(const struct resource_question *question, struct arena *arena, struct resource_plan *ret,
                       struct buf *ret_warnings, struct err *err);

/* Writes, in order, and puts the devices' program in place. Called by the host; no process needs to be in the cgroup.
 * Stops at the first failure, which names the setting: what was written before stays (an update is undone by planning
 * and applying the old values). */
int resources_apply(const struct cgroup *cgroup, const struct resource_plan *plan, struct err *err);

/* Before resources_apply: the plan that brings back what its files hold now. Devices are not in it: their old list is
 * to be planned anew. */
int resources_undo_plan(const struct resource_plan *plan, struct arena *arena, struct resource_plan *ret,
                        struct err *err);

#endif
