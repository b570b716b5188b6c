/* SPDX-License-Identifier: Apache-2.0 */
/* seccomp_compile.c - a profile into a filter; see seccomp.h and docs/SECCOMP.md. Pure.
 * The filter asks for the architecture, then searches the ranges of its numbers by halves, then tests arguments. It is
 * written from its end: see seccomp_code.h. */

#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>

#include "seccomp.h"

#include "base/scope.h"
#include "sec/seccomp_calls.h"
#include "sec/seccomp_code.h"
#include "sec/seccomp_rules.h"

/* The same numbers as in linux/seccomp.h, which lacks the newest where it is old. */
#define WAIT_KILLABLE_RECV (1U << 5) /* since 5.19 */

/* flags ---------------------------------------------------------------------------------------------------------- */

const unsigned int seccomp_flag_bits[SECCOMP_FLAGS] = {
        [FLAG_TSYNC] = SECCOMP_FILTER_FLAG_TSYNC,
        [FLAG_LOG] = SECCOMP_FILTER_FLAG_LOG,
        [FLAG_SPEC_ALLOW] = SECCOMP_FILTER_FLAG_SPEC_ALLOW,
        [FLAG_WAIT_KILLABLE_RECV] = WAIT_KILLABLE_RECV,
};

static int read_flags(const struct spec_seccomp *spec, unsigned int *ret, struct err *err)
{
        /* As both peers have it: a filter does not bring the mitigation of speculative store bypass with it. */
        *ret = spec->has_flags ? 0 : SECCOMP_FILTER_FLAG_SPEC_ALLOW;
        for (size_t i = 0; i < spec->flags.n; i++) {
                size_t found = name_find(&seccomp_flag_names, spec->flags.items[i]);
                if (found == SECCOMP_FLAGS)
                        return fail(err, "linux.seccomp.flags[%zu]: unknown flag \"%s\"", i, spec->flags.items[i]);
                *ret |= seccomp_flag_bits[found];
        }
        return 0;
}

/* What the kernel allows to go together (seccomp(2)). */
static unsigned int fit_flags(unsigned int flags, bool wants_agent)
{
        if (!wants_agent)
                return flags & ~WAIT_KILLABLE_RECV; /* there is nothing to wait for */
        flags |= SECCOMP_FILTER_FLAG_NEW_LISTENER;
        if (flags & SECCOMP_FILTER_FLAG_TSYNC)
                flags |= SECCOMP_FILTER_FLAG_TSYNC_ESRCH; /* the result is a descriptor, not the thread that failed */
        return flags;
}

/* arguments ------------------------------------------------------------------------------------------------------ */

/* From the last rule to the first, and within a rule from its last condition to its first. */
static struct seccomp_target put_leaf(struct seccomp_code *code, const struct seccomp_leaf *leaf,
                                      uint32_t default_action)
{
        struct seccomp_target otherwise = to_action(default_action);
        for (size_t i = leaf->n; i > 0; i--) {
                const struct seccomp_rule *rule = &leaf->rules[i - 1];
                struct seccomp_target then = to_action(rule->action);
                for (size_t k = rule->n; k > 0; k--)
                        then = code_condition(code, &rule->conditions[k - 1], leaf->arch, then, otherwise);
                otherwise = then;
        }
        return otherwise;
}

/* numbers -------------------------------------------------------------------------------------------------------- */

/* One end of a branch: the numbers from `start` on have one answer, but for `odd`. So many ranges are a single call
 * that it pays to ask for it by name. */
struct twig {
        uint32_t start;
        uint32_t odd;
        const struct seccomp_range *even_range, *odd_range; /* no odd_range: there is no such number */
};

struct tree {
        struct seccomp_code *code;
        uint32_t default_action;
        struct twig *twigs;
        size_t n;
};

static bool is_same_answer(const struct seccomp_range *a, const struct seccomp_range *b)
{
        return !a->leaf && !b->leaf && a->action == b->action;
}

/* How many ranges the twig that begins with the first of n takes in. */
static size_t twig_make(const struct seccomp_range *ranges, size_t n, struct twig *ret)
{
        *ret = (struct twig){ .start = ranges[0].start, .even_range = &ranges[0] };
        if (n >= 3 && ranges[2].start - ranges[1].start == 1 && is_same_answer(&ranges[0], &ranges[2])) {
                ret->odd = ranges[1].start;
                ret->odd_range = &ranges[1];
                return 3;
        }
        if (n >= 2 && ranges[1].start - ranges[0].start == 1) {
                ret->odd = ranges[0].start;
                ret->odd_range = &ranges[0];
                ret->even_range = &ranges[1];
                return 2;
        }
        return 1;
}

static struct seccomp_target put_answer(const struct tree *tree, const struct seccomp_range *range)
{
        return range->leaf ? put_leaf(tree->code, range->leaf, tree->default_action) : to_action(range->action);
}

static struct seccomp_target put_twig(const struct tree *tree, const struct twig *twig)
{
        struct seccomp_target even = put_answer(tree, twig->even_range);
        if (!twig->odd_range)
                return even;

        struct seccomp_target odd = put_answer(tree, twig->odd_range);
        const struct seccomp_test test = { BPF_JEQ, twig->odd, offsetof(struct seccomp_data, nr) };
        return code_test(tree->code, &test, odd, even);
}

/* As deep as the number of twigs has binary digits. */
static struct seccomp_target put_branch(const struct tree *tree, size_t from, size_t to)
{
        if (to - from == 1)
                return put_twig(tree, &tree->twigs[from]);

        size_t middle = from + (to - from) / 2;
        struct seccomp_target upper = put_branch(tree, middle, to);
        struct seccomp_target lower = put_branch(tree, from, middle);
        const struct seccomp_test test = { BPF_JGE, tree->twigs[middle].start, offsetof(struct seccomp_data, nr) };
        return code_test(tree->code, &test, upper, lower);
}

static int put_numbers(struct seccomp_code *code, const struct seccomp_ranges *ranges, uint32_t default_action,
                       struct arena *arena, struct seccomp_target *ret, struct err *err)
{
        struct tree tree = { .code = code, .default_action = default_action };
        tree.twigs = arena_alloc_n(arena, ranges->n, sizeof tree.twigs[0]);
        if (!tree.twigs)
                return seccomp_out_of_memory(err);
        for (size_t i = 0; i < ranges->n;)
                i += twig_make(&ranges->items[i], ranges->n - i, &tree.twigs[tree.n++]);

        code_put_next(code, put_branch(&tree, 0, tree.n));
        *ret = code_load(code, offsetof(struct seccomp_data, nr));
        return 0;
}

/* architectures -------------------------------------------------------------------------------------------------- */

/* x86_64 and x32 are one to the kernel: the second of them is done with the first. */
static bool is_done(const struct seccomp_profile *profile, size_t i)
{
        for (size_t k = 0; k < i; k++)
                if (profile->archs[k]->audit == profile->archs[i]->audit)
                        return true;
        return false;
}

static int put_arch(struct seccomp_code *code, const struct seccomp_profile *profile, const struct seccomp_arch *arch,
                    struct seccomp_ranges *ranges, struct arena *arena, struct seccomp_target *other, struct err *err)
{
        struct seccomp_target numbers = { 0 };
        if (seccomp_ranges_build(profile, arch, arena, ranges, err) < 0 ||
            put_numbers(code, ranges, profile->default_action, arena, &numbers, err) < 0)
                return -1;
        const struct seccomp_test test = { BPF_JEQ, arch->audit, offsetof(struct seccomp_data, arch) };
        *other = code_test(code, &test, numbers, *other);
        return 0;
}

static int put_archs(struct seccomp_code *code, const struct seccomp_profile *profile, struct arena *arena,
                     struct err *err)
{
        struct seccomp_ranges ranges = { 0 };
        if (seccomp_ranges_make(profile, arena, &ranges, err) < 0)
                return -1;

        /* What libseccomp does to calls of an architecture that is not in the filter. */
        struct seccomp_target other = to_action(SECCOMP_RET_KILL_THREAD);
        for (size_t i = profile->n_archs; i > 0; i--)
                if (!is_done(profile, i - 1) &&
                    put_arch(code, profile, profile->archs[i - 1], &ranges, arena, &other, err) < 0)
                        return -1;
        code_put_next(code, other);
        (void)code_load(code, offsetof(struct seccomp_data, arch));
        return 0;
}

/* the program ---------------------------------------------------------------------------------------------------- */

static int turn_round(const struct seccomp_code *code, struct arena *arena, struct seccomp_plan *ret, struct err *err)
{
        if (code->n > SECCOMP_CODE_MAX)
                return fail(err, "linux.seccomp: filter of %zu instructions is too long", code->n);
        ret->code = arena_alloc_n(arena, code->n, sizeof ret->code[0]);
        if (!ret->code)
                return seccomp_out_of_memory(err);
        for (size_t i = 0; i < code->n; i++)
                ret->code[i] = code->insns[code->n - 1 - i];
        ret->n = code->n;
        return 0;
}

int seccomp_compile(const struct spec_seccomp *spec, const struct seccomp_arch *native, struct arena *arena,
                    struct seccomp_plan *ret, struct buf *ret_unknown, struct err *err)
{
        *ret = (struct seccomp_plan){ 0 };
        struct seccomp_profile profile;
        unsigned int flags = 0;
        if (seccomp_profile_read(spec, native, arena, &profile, ret_unknown, err) < 0 ||
            read_flags(spec, &flags, err) < 0)
                return -1;
        ret->wants_agent = profile.notifies;
        ret->flags = fit_flags(flags, profile.notifies);

        struct seccomp_code code = { 0 };
        code.insns = arena_alloc_n(arena, SECCOMP_CODE_MAX, sizeof code.insns[0]);
        if (!code.insns)
                return seccomp_out_of_memory(err);
        if (put_archs(&code, &profile, arena, err) < 0)
                return -1;
        return turn_round(&code, arena, ret, err);
}
