/* SPDX-License-Identifier: Apache-2.0 */
/* io_priority.h - process.ioPriority: how the container's process queues for its disks (ioprio_set(2)). */
#ifndef TARE_SEC_IO_PRIORITY_H
#define TARE_SEC_IO_PRIORITY_H

#include "base/err.h"
#include "oci/spec.h"

/* The zero value asks for nothing. */
struct io_priority_plan {
        const char *class; /* its name; NULL: leave the priority as it is */
        int level;         /* 0 (first) to 7 */
        int value;         /* both, as the kernel wants them */
};

/* Pure. Not set: the zero plan. Refuses with the JSON path and runc's words `invalid ioPriority.Class: "FOO"`,
 * `invalid ioPriority.Priority: 9`. */
int io_priority_plan_build(const struct spec_process *spec, struct io_priority_plan *ret, struct err *err);

/* For the calling process; the class RT needs CAP_SYS_NICE. `set I/O priority IOPRIO_CLASS_RT 0: operation not
 * permitted`. */
int io_priority_apply(const struct io_priority_plan *plan, struct err *err);

#endif
