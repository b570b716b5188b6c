/* SPDX-License-Identifier: Apache-2.0 */
/* seccomp_rules.c - turn the words of a profile into numbers; see seccomp_rules.h. Pure. */

#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>

#include "seccomp_rules.h"

#include "oci/names.h"

int seccomp_out_of_memory(struct err *err)
{
        return fail(err, "linux.seccomp: out of memory");
}

/* actions -------------------------------------------------------------------------------------------------------- */

static const struct action {
        uint32_t code;
        uint32_t errno_max; /* what errnoRet may be; 0: it has none */
        /* Calls that are newer than the profile pass, or are for a tracer to answer: no ENOSYS for them. */
        bool is_permissive;
} actions[SECCOMP_ACTIONS] = {
        [ACT_KILL] = {SECCOMP_RET_KILL_THREAD,   0,      false},
        [ACT_KILL_PROCESS] = { SECCOMP_RET_KILL_PROCESS, 0,      false},
        [ACT_KILL_THREAD] = { SECCOMP_RET_KILL_THREAD,  0,      false},
        [ACT_TRAP] = { SECCOMP_RET_TRAP,         0,      false},
        [ACT_ERRNO] = { SECCOMP_RET_ERRNO,        4095,   false}, /* the kernel's MAX_ERRNO */
        [ACT_TRACE] = { SECCOMP_RET_TRACE,        0xffff, true },
        [ACT_ALLOW] = { SECCOMP_RET_ALLOW,        0,      true },
        [ACT_LOG] = { SECCOMP_RET_LOG,          0,      true },
        [ACT_NOTIFY] = { SECCOMP_RET_USER_NOTIF,   0,      false},
};

/* NULL, and the complaint. */
static const struct action *action_find(const char *word, struct err *err)
{
        size_t found = word ? name_find(&seccomp_action_names, word) : SECCOMP_ACTIONS;
        if (found < SECCOMP_ACTIONS)
                return &actions[found];
        (void)fail(err, "unknown action \"%s\"", word ? word : "");
        return NULL;
}

/* "Takes no errno" is said by spec_check; what comes here is only ignored then. */
static int action_code(const struct action *action, const struct opt_u32 *errno_ret, uint32_t *ret, struct err *err)
{
        *ret = action->code;
        if (action->errno_max == 0)
                return 0;
        uint32_t number = errno_ret->set ? errno_ret->value : EPERM;
        if (number > action->errno_max)
                return fail(err, "%u is more than %s can return", number, seccomp_action_names.names[action - actions]);
        *ret |= number;
        return 0;
}

static int read_default(const struct spec_seccomp *spec, struct seccomp_profile *ret, struct err *err)
{
        const struct action *action = action_find(spec->default_action, err);
        if (!action)
                return fail_at(err, "linux.seccomp.defaultAction");
        if (action->code == SECCOMP_RET_USER_NOTIF)
                return fail(err, "linux.seccomp.defaultAction: SCMP_ACT_NOTIFY cannot be used as default action");
        if (action_code(action, &spec->default_errno_ret, &ret->default_action, err) < 0)
                return fail_at(err, "linux.seccomp.defaultErrnoRet");

        bool is_enosys_already = spec->default_errno_ret.set && spec->default_errno_ret.value == ENOSYS;
        ret->gives_enosys = !action->is_permissive && !is_enosys_already;
        return 0;
}

/* architectures -------------------------------------------------------------------------------------------------- */

static bool has_arch(const struct seccomp_profile *profile, const struct seccomp_arch *arch)
{
        for (size_t i = 0; i < profile->n_archs; i++)
                if (profile->archs[i] == arch)
                        return true;
        return false;
}

static int read_archs(const struct spec_seccomp *spec, const struct seccomp_arch *native, struct seccomp_profile *ret,
                      struct err *err)
{
        if (!native)
                return fail(err, "linux.seccomp: no system calls are known of this architecture");
        ret->archs[ret->n_archs++] = native;
        for (size_t i = 0; i < spec->architectures.n; i++) {
                const char *word = spec->architectures.items[i];
                const struct seccomp_arch *arch = seccomp_arch_find(word);
                if (!arch)
                        return fail(err, "linux.seccomp.architectures[%zu]: %s is not known to this build", i, word);
                if (arch->is_big_endian != native->is_big_endian)
                        return fail(err,
                                    "linux.seccomp.architectures[%zu]: %s has another byte order than this machine", i,
                                    word);
                if (!has_arch(ret, arch) && ret->n_archs < SECCOMP_ARCHS_MAX)
                        ret->archs[ret->n_archs++] = arch;
        }
        return 0;
}

/* conditions ----------------------------------------------------------------------------------------------------- */

static const enum seccomp_op ops[SECCOMP_OPERATORS] = {
        [CMP_NE] = OP_NE,
        [CMP_LT] = OP_LT,
        [CMP_LE] = OP_LE,
        [CMP_EQ] = OP_EQ,
        [CMP_GE] = OP_GE,
        [CMP_GT] = OP_GT,
        [CMP_MASKED_EQ] = OP_MASKED_EQ,
};

static int read_condition(const struct spec_seccomp_rule *rule, size_t i, struct seccomp_condition *ret,
                          struct err *err)
{
        const struct spec_seccomp_arg *arg = &rule->args[i];
        if (arg->index >= SECCOMP_ARGS)
                return fail(err, "args[%zu].index: %u is out of range 0..%d", i, arg->index, SECCOMP_ARGS - 1);
        size_t found = arg->op ? name_find(&seccomp_operator_names, arg->op) : SECCOMP_OPERATORS;
        if (found == SECCOMP_OPERATORS)
                return fail(err, "args[%zu].op: unknown operator \"%s\"", i, arg->op ? arg->op : "");

        ret->op = ops[found];
        ret->arg = arg->index;
        ret->mask = ret->op == OP_MASKED_EQ ? arg->value : UINT64_MAX;
        ret->value = ret->mask & (ret->op == OP_MASKED_EQ ? arg->value_two : arg->value);
        return 0;
}

/* Up to SECCOMP_ARGS conditions: put in order. False when two of them have the same argument. */
static bool sort_conditions(struct seccomp_condition *conditions, size_t n)
{
        for (size_t i = 1; i < n; i++) {
                struct seccomp_condition condition = conditions[i];
                size_t at = i;
                for (; at > 0 && conditions[at - 1].arg > condition.arg; at--)
                        conditions[at] = conditions[at - 1];
                conditions[at] = condition;
                if (at > 0 && conditions[at - 1].arg == condition.arg)
                        return false;
        }
        return true;
}

/* rules ---------------------------------------------------------------------------------------------------------- */

/* One entry of syscalls becomes one rule, or one for each condition: that is how runc reads two conditions on the same
 * argument. */
struct rule_group {
        struct seccomp_rule *rules;
        size_t n;
};

static int read_conditions(const struct spec_seccomp_rule *spec, struct arena *arena, struct seccomp_condition **ret,
                           struct err *err)
{
        *ret = arena_alloc_n(arena, spec->n_args, sizeof **ret);
        if (!*ret)
                return seccomp_out_of_memory(err);
        for (size_t i = 0; i < spec->n_args; i++)
                if (read_condition(spec, i, &(*ret)[i], err) < 0)
                        return -1;
        return 0;
}

static int read_group(const struct spec_seccomp_rule *spec, const struct seccomp_rule *shape, struct arena *arena,
                      struct rule_group *ret, struct err *err)
{
        struct seccomp_condition *conditions = NULL;
        if (read_conditions(spec, arena, &conditions, err) < 0)
                return -1;

        bool is_one = spec->n_args <= SECCOMP_ARGS && sort_conditions(conditions, spec->n_args);
        ret->n = is_one ? 1 : spec->n_args;
        ret->rules = arena_alloc_n(arena, ret->n, sizeof ret->rules[0]);
        if (!ret->rules)
                return seccomp_out_of_memory(err);
        for (size_t i = 0; i < ret->n; i++) {
                ret->rules[i] = *shape;
                ret->rules[i].n = is_one ? spec->n_args : 1;
                ret->rules[i].conditions = conditions + i;
        }
        return 0;
}

static int read_rule(const struct spec_seccomp_rule *spec, size_t place, struct arena *arena,
                     struct seccomp_profile *profile, struct rule_group *ret, struct err *err)
{
        const struct action *action = action_find(spec->action, err);
        if (!action)
                return fail_at(err, "action");
        struct seccomp_rule shape = { .place = (uint32_t)place };
        if (action_code(action, &spec->errno_ret, &shape.action, err) < 0)
                return fail_at(err, "errnoRet");

        shape.is_idle = shape.action == profile->default_action;
        profile->notifies |= shape.action == SECCOMP_RET_USER_NOTIF;
        return read_group(spec, &shape, arena, ret, err);
}

/* names ---------------------------------------------------------------------------------------------------------- */

/* Names that were told to be unknown, so that a profile of 100,000 lists each once without looking at all of them. */
enum { UNKNOWN_SLOTS = 1024 };

struct unknown {
        struct buf *list;
        const char *seen[UNKNOWN_SLOTS];
};

static size_t slot_of(const char *name)
{
        size_t hash = 5381;
        for (; *name; name++)
                hash = hash * 33 + (unsigned char)*name;
        return hash % UNKNOWN_SLOTS;
}

/* A full table, or one longer than a line of the log, ends the list: who has that many has seen enough. */
static void tell_unknown(struct unknown *unknown, const char *name)
{
        size_t slot = slot_of(name);
        for (size_t i = 0; i < UNKNOWN_SLOTS; i++, slot = (slot + 1) % UNKNOWN_SLOTS) {
                if (unknown->seen[slot] && strcmp(unknown->seen[slot], name) == 0)
                        return;
                if (unknown->seen[slot])
                        continue;
                unknown->seen[slot] = name;
                if (unknown->list->len > 0)
                        buf_add_text(unknown->list, ", ");
                buf_add_text(unknown->list, name);
                return;
        }
}

static void add_uses(const struct text_list *names, const struct rule_group *group, struct seccomp_profile *profile,
                     struct unknown *unknown)
{
        for (size_t i = 0; i < names->n; i++) {
                int name = seccomp_name_find(names->items[i]);
                if (name < 0) {
                        tell_unknown(unknown, names->items[i]);
                        continue;
                }
                for (size_t k = 0; k < group->n; k++)
                        profile->uses[profile->n_uses++] =
                                (struct seccomp_use){ .rule = &group->rules[k], .name = (uint32_t)name };
        }
}

static size_t count_uses(const struct spec_seccomp *spec)
{
        size_t n = 0;
        for (size_t i = 0; i < spec->n_rules; i++)
                n += spec->rules[i].names.n * (spec->rules[i].n_args > 1 ? spec->rules[i].n_args : 1);
        return n;
}

/* Before a complaint that begins with the rest of its path. */
static int fail_in_rule(size_t place, struct err *err)
{
        const struct err rest = *err;
        return fail(err, "linux.seccomp.syscalls[%zu].%s", place, rest.text);
}

static int read_rules(const struct spec_seccomp *spec, struct arena *arena, struct seccomp_profile *ret,
                      struct unknown *unknown, struct err *err)
{
        ret->uses = arena_alloc_n(arena, count_uses(spec), sizeof ret->uses[0]);
        if (!ret->uses)
                return seccomp_out_of_memory(err);

        for (size_t i = 0; i < spec->n_rules; i++) {
                struct rule_group group = { 0 };
                if (read_rule(&spec->rules[i], i, arena, ret, &group, err) < 0)
                        return fail_in_rule(i, err);
                add_uses(&spec->rules[i].names, &group, ret, unknown);
        }
        return 0;
}

int seccomp_profile_read(const struct spec_seccomp *spec, const struct seccomp_arch *native, struct arena *arena,
                         struct seccomp_profile *ret, struct buf *ret_unknown, struct err *err)
{
        *ret = (struct seccomp_profile){ 0 };
        struct unknown *unknown = arena_alloc(arena, sizeof *unknown);
        if (!unknown)
                return seccomp_out_of_memory(err);
        unknown->list = ret_unknown;

        if (read_default(spec, ret, err) < 0 || read_archs(spec, native, ret, err) < 0)
                return -1;
        return read_rules(spec, arena, ret, unknown, err);
}
