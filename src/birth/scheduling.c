/* SPDX-License-Identifier: Apache-2.0 */
/* scheduling.c - plan and apply what scheduling.h names. */

#include "birth/scheduling.h"

#include "birth/steps.h"

int scheduling_plan(struct birth *birth, const char *name, struct err *err)
{
        const struct spec_process *process = &birth->spec.process;
        const struct spec_linux *linux_ = &birth->spec.linux_;
        if (scheduler_plan_build(&process->scheduler, linux_->resources.cpu.cpus, &birth->scheduler, err) < 0 ||
            io_priority_plan_build(process, &birth->io_priority, err) < 0 ||
            personality_plan_build(linux_, &birth->personality, err) < 0 ||
            memory_policy_plan_build(linux_, &birth->arena, &birth->memory_policy, err) < 0)
                return fail_at(err, "%s", name);

        /* For exec alone; a list that is none is refused at create all the same. */
        if (affinity_plan_build(process, &birth->arena, &birth->affinity, err) < 0)
                return fail_at(err, "%s", name);
        if (birth->kind != BIRTH_EXEC)
                birth->affinity = (struct affinity_plan){ 0 };
        return 0;
}

bool scheduling_is_asked_for(const struct birth *birth)
{
        return birth->scheduler.policy || birth->io_priority.class || birth->personality.domain ||
               birth->memory_policy.mode;
}

int init_set_scheduling(struct birth *birth, struct err *err)
{
        if (scheduler_apply(&birth->scheduler, err) < 0 || io_priority_apply(&birth->io_priority, err) < 0)
                return -1;
        if (personality_apply(&birth->personality, err) < 0)
                return -1;
        return memory_policy_apply(&birth->memory_policy, err);
}
