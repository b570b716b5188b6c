/* SPDX-License-Identifier: Apache-2.0 */
/* random_profile.h - profiles by chance, the same in every run: few calls and few values, so that rules meet. */
#ifndef TARE_TESTS_RANDOM_PROFILE_H
#define TARE_TESTS_RANDOM_PROFILE_H

#include <errno.h>
#include <string.h>

#include "base/scope.h"
#include "oracle.h"
#include "sec/seccomp_table.h"

enum { RULES_MAX = 12, NAMES_PER_RULE = 3, ARGS_MAX = 3 };

static uint64_t random_state = 88172645463325252u;

static inline uint64_t random_u64(void)
{
        random_state ^= random_state << 13;
        random_state ^= random_state >> 7;
        random_state ^= random_state << 17;
        return random_state;
}

static inline uint64_t random_below(uint64_t limit)
{
        return random_u64() % limit;
}

static const char *const some_names[] = {
        "read", "openat",   "socket", "accept",  "semop",      "semctl",  "personality", "clone",
        "mmap", "recvmmsg", "ioctl",  "openat2", "breakpoint", "set_tls", "ipc",         "socketcall",
        "send", "_llseek",  "statx",  "clone3",  "ptrace",     "fcntl64", "msgsnd",      "nice",
};

static const uint64_t some_values[] = {
        0, 1, 2, 5, 6, 16, 0xffffffff, UINT64_C(0x100000000), UINT64_C(0x100000005), UINT64_C(0x500000001), UINT64_MAX,
};

struct random_profile {
        struct spec_seccomp spec;
        struct spec_seccomp_rule rules[RULES_MAX];
        const char *names[RULES_MAX][NAMES_PER_RULE];
        struct spec_seccomp_arg args[RULES_MAX][ARGS_MAX];
        const char *archs[3];
};

/* What a name's rules all do, or by chance. */
enum mix { ONE_ACTION_A_NAME, ANY_ACTION };

static inline const char *pick_action(enum mix mix, const char *name)
{
        size_t i =
                mix == ANY_ACTION ? random_below(ARRAY_LEN(oracle_actions)) : strlen(name) % ARRAY_LEN(oracle_actions);
        return oracle_actions[i].word;
}

static inline void fill_rule(struct random_profile *profile, size_t i, enum mix mix, size_t args_max)
{
        struct spec_seccomp_rule *rule = &profile->rules[i];
        *rule = (struct spec_seccomp_rule){ .names.items = profile->names[i], .args = profile->args[i] };
        rule->names.n = mix == ANY_ACTION ? 1 + random_below(NAMES_PER_RULE) : 1;
        for (size_t k = 0; k < rule->names.n; k++)
                profile->names[i][k] = some_names[random_below(ARRAY_LEN(some_names))];
        rule->action = pick_action(mix, profile->names[i][0]);
        rule->errno_ret = (struct opt_u32){ mix == ANY_ACTION && random_below(2) == 0, (uint32_t)random_below(4) };
        if (strcmp(rule->action, "SCMP_ACT_ERRNO") != 0 && strcmp(rule->action, "SCMP_ACT_TRACE") != 0)
                rule->errno_ret.set = false;
        rule->n_args = random_below(args_max + 1);
        for (size_t k = 0; k < rule->n_args; k++)
                profile->args[i][k] = (struct spec_seccomp_arg){
                        .index = (uint32_t)random_below(random_below(4) == 0 ? 6 : 3),
                        .value = some_values[random_below(ARRAY_LEN(some_values))],
                        .value_two = some_values[random_below(ARRAY_LEN(some_values))],
                        .op = oracle_ops[random_below(ARRAY_LEN(oracle_ops))].word,
                };
}

/* libseccomp 2.5 forgets to load the number of the call when the first rule that it tries is of a call that the
 * architecture lacks. Rules without arguments are tried first, low numbers first: one that every architecture has. */
static inline void fill_first_rule(struct random_profile *profile)
{
        bool is_allowing = strcmp(profile->spec.default_action, "SCMP_ACT_ALLOW") == 0;
        profile->names[0][0] = "getpid";
        profile->rules[0] = (struct spec_seccomp_rule){
                .names = {profile->names[0], 1},
                .action = is_allowing ? "SCMP_ACT_KILL_PROCESS" : "SCMP_ACT_ALLOW",
        };
}

static inline const struct seccomp_arch *fill_profile(struct random_profile *profile, enum mix mix, size_t args_max)
{
        size_t n_archs = seccomp_table.n_archs;
        const struct seccomp_arch *native =
                random_below(3) == 0 ? &seccomp_table.archs[random_below(n_archs)] : seccomp_native_arch();
        profile->spec = (struct spec_seccomp){
                .set = true,
                .default_action = pick_action(ANY_ACTION, ""),
                .architectures.items = profile->archs,
                .rules = profile->rules,
                .n_rules = 1 + random_below(RULES_MAX),
        };
        if (strcmp(profile->spec.default_action, "SCMP_ACT_NOTIFY") == 0)
                profile->spec.default_action = "SCMP_ACT_ERRNO";
        if (random_below(4) == 0)
                profile->spec.default_errno_ret = (struct opt_u32){ true, ENOSYS };
        for (size_t i = 1; i < profile->spec.n_rules; i++)
                fill_rule(profile, i, mix, args_max);
        fill_first_rule(profile);
        for (size_t i = 0; i < ARRAY_LEN(profile->archs); i++) {
                const struct seccomp_arch *arch = &seccomp_table.archs[random_below(random_below(2) ? 3 : n_archs)];
                if (arch->is_big_endian == native->is_big_endian)
                        profile->archs[profile->spec.architectures.n++] = arch->word;
        }
        return native;
}

#endif
