/* SPDX-License-Identifier: Apache-2.0 */
/* seccomp_order.c - the order of rules with conditions; see seccomp_order.h. Pure.
 * It is that of libseccomp's tree: by argument, operator and value, never by the place in the profile, but for rules of
 * which one asks for all that the other asks for, and more. */

#include <stdlib.h>

#include "seccomp_order.h"

/* Operators that pick values come before those that bound them. */
static const int classes[] = {
        [OP_EQ] = 0, [OP_MASKED_EQ] = 0, [OP_NE] = 0, [OP_LT] = 1, [OP_LE] = 1, [OP_GT] = 2, [OP_GE] = 2,
};

static int compare_u64(uint64_t a, uint64_t b)
{
        return a < b ? -1 : a > b;
}

/* Negative: a is tried first. */
static int compare_conditions(const struct seccomp_condition *a, const struct seccomp_condition *b)
{
        if (a->arg != b->arg)
                return a->arg > b->arg ? -1 : 1; /* the last argument first */
        if (classes[a->op] != classes[b->op])
                return classes[a->op] - classes[b->op];
        if (a->value != b->value) {
                bool is_upper = a->op == OP_LT || a->op == OP_LE; /* the tighter bound first */
                return is_upper ? compare_u64(a->value, b->value) : compare_u64(b->value, a->value);
        }
        if (a->op != b->op)
                return (int)a->op - (int)b->op;
        return compare_u64(b->mask, a->mask);
}

/* 0: one begins like the other. */
static int compare_starts(const struct seccomp_rule *a, const struct seccomp_rule *b)
{
        for (size_t i = 0; i < a->n && i < b->n; i++) {
                int order = compare_conditions(&a->conditions[i], &b->conditions[i]);
                if (order != 0)
                        return order;
        }
        return 0;
}

/* A rule that begins like another one and then asks for more comes after it: drop_unreachable wants that. */
static int compare_shorter_first(const void *a, const void *b)
{
        const struct seccomp_rule *left = a;
        const struct seccomp_rule *right = b;
        int order = compare_starts(left, right);
        if (order == 0)
                order = (left->n > right->n) - (left->n < right->n);
        return order != 0 ? order : compare_u64(left->seq, right->seq);
}

static bool begins_like(const struct seccomp_rule *longer, const struct seccomp_rule *shorter)
{
        return shorter->n <= longer->n && compare_starts(longer, shorter) == 0;
}

/* Drops each rule that begins like one which stands before it in the profile. What they begin with forms a stack, since
 * the rules are sorted: never deeper than there are arguments. */
static size_t drop_unreachable(struct seccomp_rule *rules, size_t n, struct seccomp_conflict *ret_conflict)
{
        struct seccomp_rule stack[SECCOMP_ARGS] = { 0 };
        size_t depth = 0;
        size_t kept = 0;
        for (size_t i = 0; i < n; i++) {
                struct seccomp_rule rule = rules[i];
                while (depth > 0 && !begins_like(&rule, &stack[depth - 1]))
                        depth--;
                bool is_unreachable = false;
                for (size_t k = 0; k < depth; k++)
                        is_unreachable |= stack[k].seq < rule.seq;
                if (depth > 0 && stack[depth - 1].n == rule.n && stack[depth - 1].action != rule.action)
                        *ret_conflict = (struct seccomp_conflict){ true, stack[depth - 1], rule };
                if (is_unreachable)
                        continue;
                stack[depth++] = rule;
                rules[kept++] = rule;
        }
        return kept;
}

/* What is left of longer ones stands before the shorter one in the profile, so it is tried before it. */
static int compare_longer_first(const void *a, const void *b)
{
        const struct seccomp_rule *left = a;
        const struct seccomp_rule *right = b;
        int order = compare_starts(left, right);
        return order != 0 ? order : (left->n < right->n) - (left->n > right->n);
}

size_t seccomp_rules_order(struct seccomp_rule *rules, size_t n, struct seccomp_conflict *ret_conflict)
{
        ret_conflict->is_there = false;
        qsort(rules, n, sizeof rules[0], compare_shorter_first);
        n = drop_unreachable(rules, n, ret_conflict);
        qsort(rules, n, sizeof rules[0], compare_longer_first);
        return n;
}
