/* SPDX-License-Identifier: Apache-2.0 */
/* affinity.c - plan and apply the CPUs of a process; see affinity.h. */

#include "affinity.h"

#include "sys/syscalls.h"

enum { CPU_LAST = 65536 }; /* as runc; more than any kernel is built for */

static int read_cpus(const char *text, const char *key, struct arena *arena, struct bit_list *ret, struct err *err)
{
        if (bit_list_read(text, CPU_LAST, arena, ret, err) < 0)
                return fail_at(err, "process.execCPUAffinity.%s: invalid CPU list \"%s\"", key, text);
        return 0;
}

int affinity_plan_build(const struct spec_process *spec, struct arena *arena, struct affinity_plan *ret,
                        struct err *err)
{
        *ret = (struct affinity_plan){ 0 };
        if (read_cpus(spec->exec_cpu_affinity.initial, "initial", arena, &ret->initial, err) < 0)
                return -1;
        return read_cpus(spec->exec_cpu_affinity.final, "final", arena, &ret->final, err);
}

int affinity_apply(pid_t pid, const struct bit_list *cpus, struct err *err)
{
        if (!cpus->text || sys_sched_setaffinity(pid, cpus->n_words * sizeof *cpus->words, cpus->words) == 0)
                return 0;

        return fail_sys(err, "set CPU affinity of process %d to %s", pid, cpus->text);
}
