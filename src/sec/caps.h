/* SPDX-License-Identifier: Apache-2.0 */
/* caps.h - capabilities: the names, the five sets of a process, and the two moments at which they are applied. */
#ifndef TARE_SEC_CAPS_H
#define TARE_SEC_CAPS_H

#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"
#include "oci/spec.h"

/* All names known at build time, "CAP_CHOWN" first, NULL-terminated: capability N is item N (linux/capability.h). */
extern const char *const cap_names[];

/* Bit N is capability N. */
struct caps_plan {
        uint64_t bounding, effective, permitted, inheritable, ambient;
};

/* Pure. No capabilities object, or an empty one: all sets empty, as the seed has it.
 * What cannot be had is left out, and listed in ret_left_out for one warning, each name once, separated by ", " (the
 * spec wants a warning, not a failure): names that are unknown; names beyond `available` in any set but the bounding
 * one, which holds what may be gained later; what makes capset(2) refuse the whole: effective beyond permitted,
 * inheritable beyond bounding. Ambient ones that are not both permitted and inheritable are left out in silence, as
 * runc does: its own template asks for them. */
void caps_plan_build(const struct spec_capabilities *spec, uint64_t available, struct caps_plan *ret,
                     struct buf *ret_left_out);
/* The permitted set of the calling process. To be asked within the container's user namespace: a new one grants all. */
int caps_available(uint64_t *ret, struct err *err);

/* Drops from the bounding set all that the plan does not hold, up to the kernel's last capability; needs CAP_SETPCAP,
 * so before the user changes. */
int caps_apply_bounding(const struct caps_plan *plan, struct err *err);
/* Keeps the permitted set over the change from root to uid (PR_SET_KEEPCAPS), where there is something to keep. Nobody
 * need end that: execve(2) does. */
int caps_keep(const struct caps_plan *plan, uid_t uid, struct err *err);
/* After the change of user: effective, permitted, inheritable by capset(2), then the ambient ones one by one (each
 * failure ignored, as runc does). */
int caps_apply(const struct caps_plan *plan, struct err *err);

#endif
