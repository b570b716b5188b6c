/* SPDX-License-Identifier: Apache-2.0 */
/* caps.h - capabilities: the names, the five sets of a process, and the two moments at which they are applied. */
#ifndef TARE_SEC_CAPS_H
#define TARE_SEC_CAPS_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "oci/spec.h"

/* All names known at build time, "CAP_CHOWN" first, NULL-terminated: capability N is item N (linux/capability.h). */
extern const char *const cap_names[];

/* Bit N is capability N. */
struct caps_plan {
        uint64_t bounding, effective, permitted, inheritable, ambient;
};

/* Pure. Names that are unknown, or that `available` (the runtime's own permitted set) lacks, are left out and listed in
 * ret_left_out, separated by blanks, each once: the spec wants a warning, not a failure. What the kernel would refuse
 * is left out as well: effective and ambient beyond permitted, ambient beyond inheritable. No capabilities object: all
 * sets empty (spec.set false). */
void caps_plan_build(const struct spec_capabilities *spec, uint64_t available, struct caps_plan *ret,
                     struct buf *ret_left_out);
/* The permitted set of the calling process. */
int caps_available(uint64_t *ret, struct err *err);

/* Drops from the bounding set all that the plan does not hold; needs CAP_SETPCAP, so before the user changes. */
int caps_apply_bounding(const struct caps_plan *plan, struct err *err);
/* Keeps the permitted set over the change of user (PR_SET_KEEPCAPS), and ends that. */
int caps_keep(struct err *err);
int caps_end_keep(struct err *err);
/* Effective, permitted, inheritable by capset(2), then the ambient ones one by one (each failure ignored, as runc
 * does). */
int caps_apply(const struct caps_plan *plan, struct err *err);

#endif
