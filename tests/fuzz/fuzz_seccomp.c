/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_seccomp.c - any profile is refused or becomes a filter that the kernel would take: sound, and with an answer to
 * every call. The bytes choose from the words and names that there are; some of them are bad. */

#include <stdlib.h>
#include <string.h>

#include "../unit/bpf.h"
#include "base/scope.h"
#include "sec/seccomp.h"

enum { RULES_MAX = 64, NAMES_MAX = 8, ARGS_MAX = 8, ARCHS_MAX = 8 };

struct input {
        const uint8_t *bytes;
        size_t left;
};

static const char *const actions[] = {
        "SCMP_ACT_KILL",  "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_TRAP",   "SCMP_ACT_ERRNO",
        "SCMP_ACT_TRACE", "SCMP_ACT_ALLOW",        "SCMP_ACT_LOG",         "SCMP_ACT_NOTIFY", "SCMP_ACT_NOTHING",
};
static const char *const ops[] = {
        "SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE",        "SCMP_CMP_EQ",
        "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ", "SCMP_CMP_NOTHING",
};

static uint64_t take(struct input *input, size_t n)
{
        uint64_t value = 0;
        for (; n > 0 && input->left > 0; n--, input->left--)
                value = value << 8 | *input->bytes++;
        return value;
}

/* A bad word in one of many: most inputs are to come through. */
static const char *take_word(struct input *input, const char *const *words, size_t n)
{
        size_t i = (size_t)take(input, 1);
        return i == UINT8_MAX ? words[n - 1] : words[i % (n - 1)];
}

static const char *take_name(struct input *input)
{
        size_t i = (size_t)take(input, 2);
        return i == UINT16_MAX ? "no_such_call"
                               : seccomp_table.texts + seccomp_table.offsets[i % seccomp_table.n_names];
}

/* Small numbers, and such as are on either side of 32 bits. */
static uint64_t take_value(struct input *input)
{
        uint64_t shape = take(input, 1);
        if (shape & 1)
                return shape >> 1;
        return take(input, 1 + (shape >> 1) % 8);
}

static void take_rule(struct input *input, struct arena *arena, struct spec_seccomp_rule *ret)
{
        ret->action = take_word(input, actions, ARRAY_LEN(actions));
        if (take(input, 1) & 1)
                ret->errno_ret = (struct opt_u32){ true, (uint32_t)take_value(input) };
        ret->names.n = 1 + take(input, 1) % NAMES_MAX;
        ret->names.items = arena_alloc_n(arena, ret->names.n, sizeof ret->names.items[0]);
        for (size_t i = 0; i < ret->names.n; i++)
                ret->names.items[i] = take_name(input);
        ret->n_args = take(input, 1) % (ARGS_MAX + 1);
        ret->args = arena_alloc_n(arena, ret->n_args, sizeof ret->args[0]);
        for (size_t i = 0; i < ret->n_args; i++) {
                ret->args[i].index = (uint32_t)take(input, 1) % 6;
                ret->args[i].op = take_word(input, ops, ARRAY_LEN(ops));
                ret->args[i].value = take_value(input);
                ret->args[i].value_two = take_value(input);
        }
}

static void take_spec(struct input *input, struct arena *arena, struct spec_seccomp *ret)
{
        ret->set = true;
        ret->default_action = take_word(input, actions, ARRAY_LEN(actions));
        if (take(input, 1) & 1)
                ret->default_errno_ret = (struct opt_u32){ true, (uint32_t)take(input, 2) };
        ret->architectures.n = take(input, 1) % ARCHS_MAX;
        ret->architectures.items = arena_alloc_n(arena, ARCHS_MAX, sizeof ret->architectures.items[0]);
        for (size_t i = 0; i < ret->architectures.n; i++)
                ret->architectures.items[i] = seccomp_table.archs[take(input, 1) % seccomp_table.n_archs].word;
        ret->rules = arena_alloc_n(arena, RULES_MAX, sizeof ret->rules[0]);
        while (ret->n_rules < RULES_MAX && input->left > 0)
                take_rule(input, arena, &ret->rules[ret->n_rules++]);
}

static void run(const struct seccomp_plan *plan, uint64_t seed)
{
        for (size_t a = 0; a < seccomp_table.n_archs; a++) {
                struct bpf_call call = { .arch = seccomp_table.archs[a].audit };
                call.nr = seccomp_table.archs[a].base + (uint32_t)seed % 512;
                for (size_t i = 0; i < ARRAY_LEN(call.args); i++)
                        call.args[i] = seed >> i;
                if (bpf_run(plan->code, plan->n, &call) == BPF_BROKEN)
                        abort();
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct input input = { data, size };
        struct arena arena = { 0 };
        struct spec_seccomp spec = { 0 };
        const struct seccomp_arch *native = &seccomp_table.archs[take(&input, 1) % seccomp_table.n_archs];
        uint64_t seed = take(&input, 8);
        take_spec(&input, &arena, &spec);

        auto_buf struct buf unknown = { 0 };
        struct seccomp_plan plan;
        struct err err = { 0 };
        if (seccomp_compile(&spec, native, &arena, &plan, &unknown, &err) < 0) {
                if (strncmp(err.text, "linux.seccomp", strlen("linux.seccomp")) != 0)
                        abort();
        } else {
                if (!bpf_is_sound(plan.code, plan.n))
                        abort();
                run(&plan, seed);
        }
        arena_finish(&arena);
        return 0;
}
