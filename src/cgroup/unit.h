/* SPDX-License-Identifier: Apache-2.0 */
/* unit.h - the unit of systemd that holds a container: a transient scope. What it is called, where it is, and which
 * properties it has. Pure; whoever talks with systemd is elsewhere. A property is its name in systemd and its value in
 * the text format of GVariant (oci/variant.h). */
#ifndef TARE_CGROUP_UNIT_H
#define TARE_CGROUP_UNIT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "cgroup/cgroup.h"
#include "cgroup/resources.h"
#include "oci/spec.h"

/* Which systemd. */
enum unit_manager { UNIT_OF_SYSTEM, UNIT_OF_USER };

struct unit {
        enum unit_manager manager;
        const char *name;           /* "tare-ID.scope"; NULL: systemd has no part in it */
        struct text_map properties; /* that it is started with */
};

struct unit_question {
        const struct spec *spec;
        const char *id;
        enum unit_manager manager;
        bool is_v2; /* the version of cgroups that systemd uses */
};

/* From cgroupsPath, "SLICE:PREFIX:NAME": the scope "PREFIX-NAME.scope" in that slice; an absent one is
 * ":tare:ID", and an empty slice is system.slice, or user.slice of the user's manager. Annotations
 * "org.systemd.property.NAME" add properties, those in ...Sec as ...USec. Refuses in the words of runc. */
int unit_plan(const struct unit_question *question, struct arena *arena, struct unit *ret, struct err *err);

/* What of a plan's writes systemd has to know: it would put its own idea of them into the files one day. Properties
 * whose name begins with "-" may be unknown to it. */
int unit_limits(const struct cgroup *cgroup, const struct resource_plan *plan, struct arena *arena,
                struct text_map *ret, struct err *err);

#endif
