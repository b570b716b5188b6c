/* SPDX-License-Identifier: Apache-2.0 */
/* io_priority.c - plan and apply the I/O priority of the container's process; see io_priority.h. */

#include <linux/ioprio.h>

#include "io_priority.h"

#include "base/scope.h"
#include "sec/choice.h"
#include "sys/syscalls.h"

static const struct choice classes[] = {
        {"IOPRIO_CLASS_RT",    IOPRIO_CLASS_RT  },
        { "IOPRIO_CLASS_BE",   IOPRIO_CLASS_BE  },
        { "IOPRIO_CLASS_IDLE", IOPRIO_CLASS_IDLE},
};

enum { LEVEL_LAST = 7 };

int io_priority_plan_build(const struct spec_process *spec, struct io_priority_plan *ret, struct err *err)
{
        *ret = (struct io_priority_plan){ 0 };
        if (!spec->io_priority.set)
                return 0;

        const char *name = spec->io_priority.class;
        int32_t level = spec->io_priority.priority;
        if (level < 0 || level > LEVEL_LAST)
                return fail(err, "process.ioPriority.priority: invalid ioPriority.Priority: %d", level);
        const struct choice *class = choice_find(classes, ARRAY_LEN(classes), name);
        if (!class)
                return fail(err, "process.ioPriority.class: invalid ioPriority.Class: \"%s\"", name ? name : "");

        ret->class = class->name;
        ret->level = level;
        ret->value = (int)class->value << IOPRIO_CLASS_SHIFT | level;
        return 0;
}

int io_priority_apply(const struct io_priority_plan *plan, struct err *err)
{
        if (!plan->class || sys_ioprio_set(IOPRIO_WHO_PROCESS, 0, plan->value) == 0)
                return 0;

        return fail_sys(err, "set I/O priority %s %d", plan->class, plan->level);
}
