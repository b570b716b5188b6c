/* SPDX-License-Identifier: Apache-2.0 */
/* test_seccomp_compile.c - the filter against libseccomp's: for real profiles and for many random ones, on every
 * architecture, both are run over the numbers and arguments at which something could change. */

#include <inttypes.h>
#include <stdio.h>

#include "unit.h"

#include "base/scope.h"
#include "bpf.h"
#include "oracle.h"
#include "profile_json.h"
#include "random_profile.h"
#include "sec/seccomp.h"

enum { ACTIONS_MAX = 64, VALUES_MAX = 512, USES_MAX = 1024 };

/* libseccomp leaks what it undoes after a rule that it refuses. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
        return "leak:libseccomp.so";
}

static struct sock_filter oracle_code[ORACLE_CODE_MAX];

/* A name of a rule, on one architecture. */
struct said_use {
        const struct spec_seccomp_rule *rule;
        int64_t number;  /* -1: none */
        int64_t through; /* the multiplexer's; -1: none */
        uint32_t call;
};

/* What is compared, and with what. */
struct match {
        const struct spec_seccomp *spec;
        const struct seccomp_arch *native;
        struct seccomp_plan plan;
        struct oracle oracle;
        uint32_t default_action;
        bool gives_enosys;
        bool is_real;
        size_t n_points, n_asked, n_mixed; /* tried, also asked of libseccomp, of these with contradicting rules */
        /* Of the architecture that was asked for last. */
        const struct seccomp_arch *uses_of;
        struct said_use uses[USES_MAX];
        size_t n_uses;
        int64_t last; /* the highest number that the profile names: what is beyond it is newer */
};

/* what the profile says ------------------------------------------------------------------------------------------- */

static bool is_in_filter(const struct match *match, const struct seccomp_arch *arch)
{
        if (arch == match->native)
                return true;
        for (size_t i = 0; i < match->spec->architectures.n; i++)
                if (seccomp_arch_find(match->spec->architectures.items[i]) == arch)
                        return true;
        return false;
}

/* The ABI that a call belongs to, NULL when the filter does not hold it. */
static const struct seccomp_arch *abi_of(const struct match *match, const struct bpf_call *call)
{
        for (size_t i = 0; i < seccomp_table.n_archs; i++) {
                const struct seccomp_arch *arch = &seccomp_table.archs[i];
                bool is_x32 = strcmp(arch->word, "SCMP_ARCH_X32") == 0;
                bool is_x86 = arch->audit == SCMP_ARCH_X86_64;
                if (arch->audit == call->arch && is_in_filter(match, arch) &&
                    (!is_x86 || is_x32 == ((call->nr & 0x40000000) != 0)))
                        return arch;
        }
        return NULL;
}

static bool holds(const struct spec_seccomp_arg *arg, const struct seccomp_arch *arch, uint64_t value)
{
        uint64_t width = arch->is_64_bit ? UINT64_MAX : UINT32_MAX;
        uint64_t wanted = arg->value & width;
        value &= width;
        switch (oracle_op(arg->op)) {
        case SCMP_CMP_NE:
                return value != wanted;
        case SCMP_CMP_LT:
                return value < wanted;
        case SCMP_CMP_LE:
                return value <= wanted;
        case SCMP_CMP_EQ:
                return value == wanted;
        case SCMP_CMP_GE:
                return value >= wanted;
        case SCMP_CMP_GT:
                return value > wanted;
        case SCMP_CMP_MASKED_EQ:
                return (value & wanted) == (arg->value_two & wanted);
        default:
                return false;
        }
}

/* muxed: what the first argument says is not to be looked at, it is the multiplexer's. */
static bool rule_holds(const struct spec_seccomp_rule *rule, const struct seccomp_arch *arch,
                       const struct bpf_call *call, bool is_muxed)
{
        bool any = rule->n_args == 0;
        bool all = true;
        for (size_t i = 0; i < rule->n_args; i++) {
                bool is_held = (is_muxed && rule->args[i].index == 0) ||
                               holds(&rule->args[i], arch, call->args[rule->args[i].index]);
                any |= is_held;
                all &= is_held;
        }
        return oracle_has_double_arg(rule) ? any : all;
}

struct said {
        uint32_t actions[ACTIONS_MAX]; /* of the rules that hold */
        size_t n;
        bool is_certain; /* one of them is without conditions: it decides */
        uint32_t certain;
};

static bool has_action(const struct said *said, uint32_t action)
{
        for (size_t i = 0; i < said->n; i++)
                if (said->actions[i] == action)
                        return true;
        return false;
}

/* Without conditions, or none that could fail: it is no test to mask everything away. */
static bool is_always(const struct spec_seccomp_rule *rule, const struct seccomp_arch *arch)
{
        bool any = rule->n_args == 0;
        bool all = true;
        for (size_t i = 0; i < rule->n_args; i++) {
                uint64_t mask = rule->args[i].value & (arch->is_64_bit ? UINT64_MAX : UINT32_MAX);
                bool is_idle = oracle_op(rule->args[i].op) == SCMP_CMP_MASKED_EQ && mask == 0;
                any |= is_idle;
                all &= is_idle;
        }
        return oracle_has_double_arg(rule) ? any : all;
}

static void say(struct said *said, const struct spec_seccomp_rule *rule, bool is_certain)
{
        uint32_t action = oracle_action(rule->action, &rule->errno_ret);
        if (is_certain && !said->is_certain) {
                said->is_certain = true;
                said->certain = action;
        }
        if (has_action(said, action))
                return;
        assert_true(said->n < ACTIONS_MAX);
        said->actions[said->n++] = action;
}

static void add_use(struct match *match, const struct spec_seccomp_rule *rule, const char *text)
{
        int name = seccomp_name_find(text);
        if (name < 0)
                return;
        const struct seccomp_muxed_call *muxed = seccomp_muxed_find((unsigned int)name);
        struct said_use use = { .rule = rule, .through = -1 };
        use.number = seccomp_number((unsigned int)name, match->uses_of);
        if (seccomp_is_muxed_on(muxed, match->uses_of)) {
                use.through = seccomp_number(muxed->through, match->uses_of);
                use.call = muxed->call;
        }
        match->last = use.number > match->last ? use.number : match->last;
        match->last = use.through > match->last ? use.through : match->last;
        assert_true(match->n_uses < USES_MAX);
        match->uses[match->n_uses++] = use;
}

static void look_at(struct match *match, const struct seccomp_arch *arch)
{
        if (match->uses_of == arch)
                return;
        match->uses_of = arch;
        match->n_uses = 0;
        match->last = 0;
        for (size_t i = 0; i < match->spec->n_rules; i++)
                for (size_t k = 0; k < match->spec->rules[i].names.n; k++)
                        add_use(match, &match->spec->rules[i], match->spec->rules[i].names.items[k]);
}

/* By the words alone, without an order: the actions of all rules that hold. */
static void ask_profile(const struct match *match, const struct bpf_call *call, struct said *ret)
{
        *ret = (struct said){ 0 };
        const struct seccomp_arch *arch = match->uses_of;
        uint64_t first = call->args[0] & (arch->is_64_bit ? UINT64_MAX : UINT32_MAX);
        for (size_t i = 0; i < match->n_uses; i++) {
                const struct said_use *use = &match->uses[i];
                bool is_through = use->through == call->nr && first == use->call;
                if (!is_through && use->number != call->nr)
                        continue;
                if (oracle_action(use->rule->action, &use->rule->errno_ret) == match->default_action)
                        continue;
                if (is_through && rule_holds(use->rule, arch, call, true))
                        say(ret, use->rule, false);
                if (use->number == call->nr && rule_holds(use->rule, arch, call, false))
                        say(ret, use->rule, is_always(use->rule, arch));
        }
}

static bool is_newer(const struct match *match, const struct bpf_call *call)
{
        bool is_s390 = strncmp(match->uses_of->word, "SCMP_ARCH_S390", 14) == 0;
        return match->gives_enosys && match->last > 0 && (call->nr > match->last || (is_s390 && call->nr == 0));
}

/* x86_64 without x32: what has the numbers of x32, or such as nothing has. */
static bool is_beyond_abi(const struct match *match, const struct bpf_call *call)
{
        return strcmp(match->uses_of->word, "SCMP_ARCH_X86_64") == 0 && call->nr >= 0x40000000 &&
               !is_in_filter(match, seccomp_arch_find("SCMP_ARCH_X32"));
}

/* comparison ------------------------------------------------------------------------------------------------------ */

static const uint32_t enosys = SCMP_ACT_ERRNO(ENOSYS);

static void differ(const struct match *match, const struct bpf_call *call, uint32_t ours, uint32_t theirs,
                   const char *who)
{
        print_error("arch %08x nr %" PRIu32 " args %" PRIx64 " %" PRIx64 " %" PRIx64 " %" PRIx64 " %" PRIx64 " %" PRIx64
                    ": %08x, %s says %08x\n",
                    call->arch, call->nr, call->args[0], call->args[1], call->args[2], call->args[3], call->args[4],
                    call->args[5], ours, who, theirs);
        profile_print(match->spec);
        assert_int_equal(ours, theirs);
}

static bool is_tie(const struct spec_seccomp_arg *a, const struct spec_seccomp_arg *b)
{
        const struct spec_seccomp_arg *const both[] = { a, b };
        uint32_t values[2];
        for (size_t i = 0; i < 2; i++) {
                bool is_masked = oracle_op(both[i]->op) == SCMP_CMP_MASKED_EQ;
                values[i] = (uint32_t)(is_masked ? both[i]->value & both[i]->value_two : both[i]->value);
        }
        return a->index == b->index && values[0] == values[1] &&
               (oracle_op(a->op) != oracle_op(b->op) || a->value != b->value);
}

/* Two rules with 32-bit arguments, of the same argument and value: libseccomp goes by their place in the profile, tare
 * takes the narrower one first. */
static bool has_tie(const struct match *match, const struct bpf_call *call)
{
        const struct spec_seccomp_arg *seen[RULES_MAX * ARGS_MAX * NAMES_PER_RULE];
        size_t n = 0;
        for (size_t i = 0; i < match->n_uses; i++)
                for (size_t k = 0; match->uses[i].number == call->nr && k < match->uses[i].rule->n_args; k++) {
                        const struct spec_seccomp_arg *arg = &match->uses[i].rule->args[k];
                        for (size_t s = 0; s < n; s++)
                                if (is_tie(seen[s], arg))
                                        return true;
                        seen[n++] = arg;
                }
        return false;
}

/* Whether libseccomp can be asked of a call. It (2.5) loses what is in the accumulator where it goes on from a failed
 * test of one rule to the next rule, so that it tests one argument for another: with more than one rule it is right
 * only where each is a single test, with 32-bit arguments. It also forgets to turn SCMP_CMP_LE round when that stands
 * behind another 32-bit condition. Its filters for real profiles are right, and are compared whole. */
static bool is_libseccomp_right(const struct match *match, const struct bpf_call *call)
{
        size_t n_rules = 0;
        bool is_single = true;
        bool has_le = false;
        for (size_t i = 0; i < match->n_uses; i++) {
                const struct said_use *use = &match->uses[i];
                if (use->number != call->nr && use->through != call->nr)
                        continue;
                bool is_split = oracle_has_double_arg(use->rule);
                n_rules += is_split ? use->rule->n_args : 1;
                is_single &= (is_split || use->rule->n_args <= 1) && use->through != call->nr;
                for (size_t k = 0; k < use->rule->n_args; k++)
                        has_le |= oracle_op(use->rule->args[k].op) == SCMP_CMP_LE;
        }
        bool is_64_bit = match->uses_of->is_64_bit;
        if (!match->is_real && n_rules > 1 && has_tie(match, call))
                return false;
        return match->is_real || (n_rules <= 1 && (is_64_bit || !has_le)) || (is_single && !is_64_bit);
}

static void compare(struct match *match, const struct bpf_call *call)
{
        uint32_t ours = bpf_run(match->plan.code, match->plan.n, call);
        uint32_t theirs = bpf_run(match->oracle.code, match->oracle.n, call);
        const struct seccomp_arch *arch = abi_of(match, call);
        match->n_points++;
        if (!arch) {
                if (ours != theirs)
                        differ(match, call, ours, theirs, "libseccomp");
                return;
        }
        look_at(match, arch);
        if (is_beyond_abi(match, call) && !is_newer(match, call)) {
                if (ours != theirs)
                        differ(match, call, ours, theirs, "libseccomp");
                return;
        }
        if (is_newer(match, call)) {
                if (ours != enosys)
                        differ(match, call, ours, enosys, "runc");
                return;
        }

        struct said said;
        ask_profile(match, call, &said);
        bool is_mixed = said.n > 1 && !said.is_certain;
        uint32_t expected = said.n == 0 ? match->default_action : said.actions[0];
        if (said.is_certain)
                expected = said.certain;
        if (is_mixed ? !has_action(&said, ours) : ours != expected)
                differ(match, call, ours, expected, "the profile");
        if (match->oracle.has_lost_rules || !is_libseccomp_right(match, call))
                return;
        match->n_mixed += is_mixed;
        match->n_asked++;
        if (ours != theirs)
                differ(match, call, ours, theirs, "libseccomp");
}

static void match_begin(struct match *match, const struct spec_seccomp *spec, const struct seccomp_arch *native,
                        struct arena *arena)
{
        struct err err = { 0 };
        auto_buf struct buf unknown = { 0 };
        *match = (struct match){ .spec = spec, .native = native, .oracle.code = oracle_code };
        (void)seccomp_compile(spec, native, arena, &match->plan, &unknown, &err);
        assert_string_equal(err.text, "");
        assert_true(bpf_is_sound(match->plan.code, match->plan.n));
        oracle_compile(spec, native, &match->oracle);
        assert_true(bpf_is_sound(match->oracle.code, match->oracle.n) || match->oracle.n > BPF_MAXINSNS);

        static const uint32_t permissive[] = { SCMP_ACT_ALLOW, SCMP_ACT_LOG, SCMP_ACT_TRACE(0) };
        match->default_action = oracle_action(spec->default_action, &spec->default_errno_ret);
        match->gives_enosys = !(spec->default_errno_ret.set && spec->default_errno_ret.value == ENOSYS);
        for (size_t i = 0; i < ARRAY_LEN(permissive); i++)
                match->gives_enosys &= (match->default_action & SECCOMP_RET_ACTION_FULL) != permissive[i];
}

/* what to try ----------------------------------------------------------------------------------------------------- */

struct values {
        uint64_t items[VALUES_MAX];
        size_t n;
};

static void add_value(struct values *values, uint64_t value)
{
        if (values->n < VALUES_MAX)
                values->items[values->n++] = value;
}

/* Around every value that a rule names, in each half. */
static void collect_values(const struct spec_seccomp *spec, struct values *ret)
{
        static const uint64_t usual[] = { 0, 1, UINT32_MAX, UINT64_MAX, UINT64_C(1) << 32, INT64_MAX, 2, 16 };
        ret->n = 0;
        for (size_t i = 0; i < ARRAY_LEN(usual); i++)
                add_value(ret, usual[i]);
        for (size_t i = 0; i < spec->n_rules; i++)
                for (size_t k = 0; k < spec->rules[i].n_args; k++) {
                        const struct spec_seccomp_arg *arg = &spec->rules[i].args[k];
                        const uint64_t base[] = { arg->value, arg->value_two };
                        for (size_t b = 0; b < ARRAY_LEN(base); b++) {
                                add_value(ret, base[b]);
                                add_value(ret, base[b] - 1);
                                add_value(ret, base[b] + 1);
                                add_value(ret, base[b] ^ UINT64_C(1) << 32);
                                add_value(ret, base[b] & UINT32_MAX);
                        }
                }
}

static void try_call(struct match *match, const struct values *values, uint32_t audit, uint32_t nr, size_t times)
{
        struct bpf_call call = { .nr = nr, .arch = audit, .is_big_endian = match->native->is_big_endian };
        for (size_t i = 0; i < times; i++) {
                for (size_t k = 0; k < ARRAY_LEN(call.args); k++)
                        call.args[k] = values->items[random_below(values->n)];
                compare(match, &call);
        }
}

/* Numbers at which nothing is said, and where kinds of numbers meet. */
static const uint32_t odd_numbers[] = {
        0x3fffffff, 0x40000000, 0x400003e8, 0x7fffffff, 0x80000000, 0x80000005, 0xbfffffff,
        0xc0000000, 0xc0000001, 0xfffffffe, 0xffffffff, 0xf0001,    0xf0007,    5000,
};

static void try_odd_numbers(struct match *match, const struct values *values, uint32_t audit)
{
        for (size_t i = 0; i < ARRAY_LEN(odd_numbers); i++)
                try_call(match, values, audit, odd_numbers[i], 1);
}

/* Every number of every architecture of this byte order. */
static void try_all(struct match *match, uint32_t n_numbers, size_t times)
{
        struct values values;
        collect_values(match->spec, &values);
        try_odd_numbers(match, &values, 0xdeadbeef);
        for (size_t i = 0; i < seccomp_table.n_archs; i++) {
                const struct seccomp_arch *arch = &seccomp_table.archs[i];
                if (arch->is_big_endian != match->native->is_big_endian)
                        continue;
                bool is_in = is_in_filter(match, arch);
                for (uint32_t nr = 0; nr < n_numbers; nr += is_in ? 1 : 97)
                        try_call(match, &values, arch->audit, arch->base + nr, is_in ? times : 1);
                try_odd_numbers(match, &values, arch->audit);
        }
}

/* The numbers of the calls that the profile names, and their neighbours. */
static void try_named(struct match *match, size_t times)
{
        struct values values;
        collect_values(match->spec, &values);
        for (size_t a = 0; a < seccomp_table.n_archs; a++) {
                const struct seccomp_arch *arch = &seccomp_table.archs[a];
                if (!is_in_filter(match, arch))
                        continue;
                for (size_t i = 0; i < match->spec->n_rules; i++)
                        for (size_t k = 0; k < match->spec->rules[i].names.n; k++) {
                                int name = seccomp_name_find(match->spec->rules[i].names.items[k]);
                                const struct seccomp_muxed_call *muxed = seccomp_muxed_find((unsigned int)name);
                                int64_t number = seccomp_number((unsigned int)name, arch);
                                for (int64_t nr = number - 1; number >= 0 && nr <= number + 1; nr++)
                                        try_call(match, &values, arch->audit, (uint32_t)nr, times);
                                if (!seccomp_is_muxed_on(muxed, arch))
                                        continue;
                                add_value(&values, muxed->call);
                                try_call(match, &values, arch->audit, (uint32_t)seccomp_number(muxed->through, arch),
                                         4 * times);
                        }
                try_odd_numbers(match, &values, arch->audit);
        }
}

/* real profiles --------------------------------------------------------------------------------------------------- */

static void real_profile(const char *path, const char *default_errno)
{
        struct arena arena = { 0 };
        struct spec_seccomp spec;
        profile_read(path, &arena, &spec);
        if (default_errno)
                spec.default_errno_ret.set = false;
        struct match match;
        match_begin(&match, &spec, seccomp_native_arch(), &arena);
        match.is_real = true;
        /* libseccomp's has over a thousand; a third of that is what the tree is for. */
        assert_true(3 * match.plan.n < match.oracle.n);
        try_all(&match, 500, 8);
        try_named(&match, 3);
        arena_finish(&arena);
}

static void the_bundles_profile_is_as_libseccomp_has_it(void **state)
{
        (void)state;
        real_profile(SOURCE_DIR "/tests/bundles/container.json", NULL);
}

static void without_enosys_as_default_newer_calls_get_it(void **state)
{
        (void)state;
        real_profile(SOURCE_DIR "/tests/bundles/container.json", "EPERM");
}

static void podmans_profile_is_as_libseccomp_has_it(void **state)
{
        (void)state;
        static const char path[] = "/usr/share/containers/seccomp.json";
        if (access(path, R_OK) < 0)
                skip();
        real_profile(path, NULL);
}

/* random profiles ------------------------------------------------------------------------------------------------- */

static bool is_refused_for_conflict(const struct spec_seccomp *spec, const struct seccomp_arch *native)
{
        struct arena arena = { 0 };
        auto_buf struct buf unknown = { 0 };
        struct seccomp_plan plan;
        struct err err = { 0 };
        bool is_refused = seccomp_compile(spec, native, &arena, &plan, &unknown, &err) < 0;
        if (is_refused)
                assert_non_null(strstr(err.text, ": is decided otherwise by syscalls["));
        arena_finish(&arena);
        return is_refused;
}

static size_t n_points, n_asked, n_mixed;

static void try_random(size_t n_profiles, enum mix mix, size_t args_max)
{
        n_points = n_asked = n_mixed = 0;
        for (size_t i = 0; i < n_profiles; i++) {
                struct random_profile profile;
                const struct seccomp_arch *native = fill_profile(&profile, mix, args_max);
                if (is_refused_for_conflict(&profile.spec, native)) {
                        assert_int_equal(mix, ANY_ACTION);
                        continue;
                }
                struct arena arena = { 0 };
                struct match match;
                match_begin(&match, &profile.spec, native, &arena);
                try_named(&match, 6);
                n_points += match.n_points;
                n_asked += match.n_asked;
                n_mixed += match.n_mixed;
                arena_finish(&arena);
        }
        print_message("%zu points, %zu asked of libseccomp, %zu of them mixed\n", n_points, n_asked, n_mixed);
}

static void rules_of_one_action_do_what_the_profile_says(void **state)
{
        (void)state;
        try_random(1000, ONE_ACTION_A_NAME, ARGS_MAX);
        assert_true(n_asked > 10000);
}

static void mixed_rules_do_what_one_that_holds_says(void **state)
{
        (void)state;
        try_random(1000, ANY_ACTION, ARGS_MAX);
        assert_true(n_asked > 10000);
}

static void single_tests_have_libseccomps_order(void **state)
{
        (void)state;
        try_random(1000, ANY_ACTION, 1);
        assert_true(n_mixed > 300);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(the_bundles_profile_is_as_libseccomp_has_it),
                cmocka_unit_test(without_enosys_as_default_newer_calls_get_it),
                cmocka_unit_test(podmans_profile_is_as_libseccomp_has_it),
                cmocka_unit_test(rules_of_one_action_do_what_the_profile_says),
                cmocka_unit_test(mixed_rules_do_what_one_that_holds_says),
                cmocka_unit_test(single_tests_have_libseccomps_order),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
