/* SPDX-License-Identifier: Apache-2.0 */
/* memory_policy.c - plan and apply the memory policy of the container's process; see memory_policy.h. */

#include <string.h>

#include "memory_policy.h"

#include "base/scope.h"
#include "sec/choice.h"
#include "sys/syscalls.h"

enum nodes_rule { NO_NODES, SOME_NODES, ANY_NODES };

struct mode {
        const char *name;
        enum sys_memory_mode number;
        enum nodes_rule nodes;
};

static const struct mode modes[] = {
        {"MPOL_DEFAULT",              SYS_MPOL_DEFAULT,             NO_NODES  },
        { "MPOL_PREFERRED",           SYS_MPOL_PREFERRED,           ANY_NODES }, /* none: the local one */
        { "MPOL_BIND",                SYS_MPOL_BIND,                SOME_NODES},
        { "MPOL_INTERLEAVE",          SYS_MPOL_INTERLEAVE,          SOME_NODES},
        { "MPOL_LOCAL",               SYS_MPOL_LOCAL,               NO_NODES  },
        { "MPOL_PREFERRED_MANY",      SYS_MPOL_PREFERRED_MANY,      SOME_NODES},
        { "MPOL_WEIGHTED_INTERLEAVE", SYS_MPOL_WEIGHTED_INTERLEAVE, SOME_NODES},
};

static const struct choice flags[] = {
        {"MPOL_F_NUMA_BALANCING",  MPOL_F_NUMA_BALANCING},
        { "MPOL_F_RELATIVE_NODES", MPOL_F_RELATIVE_NODES},
        { "MPOL_F_STATIC_NODES",   MPOL_F_STATIC_NODES  },
};

enum { NODE_LAST = 1023 }; /* CONFIG_NODES_SHIFT is at most 10 */

static const struct mode *mode_of_name(const char *name)
{
        for (size_t i = 0; name && i < ARRAY_LEN(modes); i++)
                if (strcmp(modes[i].name, name) == 0)
                        return &modes[i];
        return NULL;
}

static int flags_of_names(const struct text_list *names, uint32_t *ret, struct err *err)
{
        for (size_t i = 0; i < names->n; i++) {
                const struct choice *flag = choice_find(flags, ARRAY_LEN(flags), names->items[i]);
                if (!flag)
                        return fail(err, "linux.memoryPolicy.flags[%zu]: invalid memory policy flag \"%s\"", i,
                                    names->items[i]);
                *ret |= flag->value;
        }
        return 0;
}

static int check_nodes(const struct mode *mode, const struct bit_list *nodes, struct err *err)
{
        if (mode->nodes == NO_NODES && nodes->n_bits > 0)
                return fail(err, "linux.memoryPolicy.nodes: memory policy mode requires 0 nodes but got %zu",
                            nodes->n_bits);
        if (mode->nodes == SOME_NODES && nodes->n_bits == 0)
                return fail(err, "linux.memoryPolicy.nodes: memory policy mode requires at least one node but got 0");
        return 0;
}

int memory_policy_plan_build(const struct spec_linux *spec, struct arena *arena, struct memory_policy_plan *ret,
                             struct err *err)
{
        *ret = (struct memory_policy_plan){ 0 };
        if (!spec->memory_policy.set)
                return 0;

        const char *name = spec->memory_policy.mode;
        const struct mode *mode = mode_of_name(name);
        if (!mode)
                return fail(err, "linux.memoryPolicy.mode: invalid memory policy mode \"%s\"", name ? name : "");
        uint32_t flag_bits = 0;
        if (flags_of_names(&spec->memory_policy.flags, &flag_bits, err) < 0)
                return -1;

        struct bit_list nodes;
        if (bit_list_read(spec->memory_policy.nodes, NODE_LAST, arena, &nodes, err) < 0)
                return fail_at(err, "linux.memoryPolicy.nodes: invalid memory policy nodes \"%s\"",
                               spec->memory_policy.nodes);
        if (check_nodes(mode, &nodes, err) < 0)
                return -1;

        ret->mode = mode->name;
        ret->value = (int)(mode->number | flag_bits);
        ret->nodes = nodes;
        return 0;
}

int memory_policy_apply(const struct memory_policy_plan *plan, struct err *err)
{
        if (!plan->mode)
                return 0;

        /* The kernel takes one bit less than it is told. */
        unsigned long max_node = plan->nodes.n_words * BITS_OF_WORD + 1;
        if (sys_set_mempolicy(plan->value, plan->nodes.words, max_node) == 0)
                return 0;
        return fail_sys(err, "set memory policy %s (nodes \"%s\")", plan->mode,
                        plan->nodes.text ? plan->nodes.text : "");
}
