/* SPDX-License-Identifier: Apache-2.0 */
/* personality.c - plan and apply the execution domain of the container's process; see personality.h. */

#include <sys/personality.h>

#include "personality.h"

#include "base/scope.h"
#include "sec/choice.h"

static const struct choice domains[] = {
        {"LINUX",    PER_LINUX  },
        { "LINUX32", PER_LINUX32},
};

int personality_plan_build(const struct spec_linux *spec, struct personality_plan *ret, struct err *err)
{
        *ret = (struct personality_plan){ 0 };
        if (!spec->personality.set)
                return 0;

        const char *name = spec->personality.domain;
        const struct choice *domain = choice_find(domains, ARRAY_LEN(domains), name);
        if (!domain)
                return fail(err, "linux.personality.domain: invalid personality domain %s", name ? name : "\"\"");
        if (spec->personality.flags.n > 0)
                return fail(err, "linux.personality.flags[0]: unknown flag \"%s\"", spec->personality.flags.items[0]);

        ret->domain = domain->name;
        ret->persona = domain->value;
        return 0;
}

int personality_apply(const struct personality_plan *plan, struct err *err)
{
        if (!plan->domain || personality(plan->persona) != -1)
                return 0;

        return fail_sys(err, "set personality %s", plan->domain);
}
