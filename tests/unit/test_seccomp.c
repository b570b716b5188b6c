/* SPDX-License-Identifier: Apache-2.0 */
/* test_seccomp.c - what the compiler of filters promises, case by case: refusals, the order of rules, ENOSYS, flags;
 * and the table of system calls. The comparison with libseccomp is test_seccomp_compile.c. */

#include <errno.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "unit.h"

#include "base/scope.h"
#include "bpf.h"
#include "sec/seccomp.h"

#define LIST(...)                                                                                           \
        {                                                                                                   \
                .items = (const char *[]){ __VA_ARGS__ }, .n = ARRAY_LEN(((const char *[]){ __VA_ARGS__ })) \
        }
#define RULES(...)                                            \
        .rules = (struct spec_seccomp_rule[]){ __VA_ARGS__ }, \
        .n_rules = ARRAY_LEN(((struct spec_seccomp_rule[]){ __VA_ARGS__ }))
#define ARGS(...)                                           \
        .args = (struct spec_seccomp_arg[]){ __VA_ARGS__ }, \
        .n_args = ARRAY_LEN(((struct spec_seccomp_arg[]){ __VA_ARGS__ }))
#define EQ(arg, number)                                                \
        {                                                              \
                .index = (arg), .value = (number), .op = "SCMP_CMP_EQ" \
        }

#define AUDIT_X86_64 0xc000003e
#define AUDIT_X86    0x40000003
#define ERRNO(code)  (SECCOMP_RET_ERRNO | (code))

static struct arena arena;

static int empty_arena(void **state)
{
        (void)state;
        arena_finish(&arena);
        return 0;
}

static const struct seccomp_arch *x86_64(void)
{
        return seccomp_arch_find("SCMP_ARCH_X86_64");
}

static struct seccomp_plan compile(const struct spec_seccomp *spec)
{
        struct err err = { 0 };
        struct seccomp_plan plan;
        auto_buf struct buf unknown = { 0 };
        (void)seccomp_compile(spec, x86_64(), &arena, &plan, &unknown, &err);
        assert_string_equal(err.text, "");
        assert_true(bpf_is_sound(plan.code, plan.n));
        return plan;
}

static uint32_t answer_on(const struct spec_seccomp *spec, uint32_t audit, uint32_t nr, uint64_t arg0, uint64_t arg1)
{
        const struct seccomp_plan plan = compile(spec);
        const struct bpf_call call = {
                .nr = nr, .arch = audit, .args = {arg0, arg1}
        };
        return bpf_run(plan.code, plan.n, &call);
}

static uint32_t answer(const struct spec_seccomp *spec, uint32_t nr, uint64_t arg0, uint64_t arg1)
{
        return answer_on(spec, AUDIT_X86_64, nr, arg0, arg1);
}

enum { NR_READ = 0, NR_WRITE = 1, NR_OPENAT = 257, NR_OPENAT2 = 437 }; /* of x86_64 */

/* the table ------------------------------------------------------------------------------------------------------- */

static void every_name_is_found(void **state)
{
        (void)state;
        assert_true(seccomp_table.n_names > 400);
        for (size_t i = 0; i < seccomp_table.n_names; i++)
                assert_int_equal(seccomp_name_find(seccomp_table.texts + seccomp_table.offsets[i]), i);
        assert_int_equal(seccomp_name_find("no_such_call"), -1);
        assert_int_equal(seccomp_name_find(""), -1);
        assert_int_equal(seccomp_name_find("zzz"), -1);
}

static void numbers_are_the_kernels(void **state)
{
        (void)state;
        static const struct {
                const char *arch, *name;
                int64_t number;
        } known[] = {
                {"SCMP_ARCH_X86_64",   "openat2",    437       },
                { "SCMP_ARCH_X86",     "socketcall", 102       },
                { "SCMP_ARCH_X86",     "socket",     359       },
                { "SCMP_ARCH_X86",     "accept",     -1        },
                { "SCMP_ARCH_X32",     "ioctl",      0x40000202},
                { "SCMP_ARCH_ARM",     "set_tls",    0xf0005   },
                { "SCMP_ARCH_AARCH64", "read",       63        },
                { "SCMP_ARCH_MIPS64",  "read",       5000      },
                { "SCMP_ARCH_X86_64",  "socketcall", -1        },
        };
        for (size_t i = 0; i < ARRAY_LEN(known); i++) {
                int name = seccomp_name_find(known[i].name);
                assert_int_not_equal(name, -1);
                assert_int_equal(seccomp_number((unsigned int)name, seccomp_arch_find(known[i].arch)), known[i].number);
        }
        const struct seccomp_muxed_call *accept = seccomp_muxed_find((unsigned int)seccomp_name_find("accept"));
        assert_non_null(accept);
        assert_int_equal(accept->call, 5);
        assert_true(seccomp_is_muxed_on(accept, seccomp_arch_find("SCMP_ARCH_X86")));
        assert_false(seccomp_is_muxed_on(accept, x86_64()));
        assert_null(seccomp_muxed_find((unsigned int)seccomp_name_find("read")));
}

static void the_own_architecture_is_the_kernels(void **state)
{
        (void)state;
        assert_non_null(seccomp_native_arch());
        int getpid_name = seccomp_name_find("getpid");
        assert_int_equal(seccomp_number((unsigned int)getpid_name, seccomp_native_arch()), SYS_getpid);
}

/* what is refused ------------------------------------------------------------------------------------------------- */

static void what_cannot_be_honoured_is_refused_by_name(void **state)
{
        (void)state;
        const struct {
                struct spec_seccomp spec;
                const char *text;
        } refused[] = {
                {{ .default_action = "SCMP_ACT_FOO" },
                 "linux.seccomp.defaultAction: unknown action \"SCMP_ACT_FOO\""                                                                                                      },
                { { 0 },                                                                                                           "linux.seccomp.defaultAction: unknown action \"\""},
                { { .default_action = "SCMP_ACT_NOTIFY" },
                 "linux.seccomp.defaultAction: SCMP_ACT_NOTIFY cannot be used as default action"                                                                                     },
                { { .default_action = "SCMP_ACT_ERRNO", .default_errno_ret = { true, 4096 } },
                 "linux.seccomp.defaultErrnoRet: 4096 is more than SCMP_ACT_ERRNO can return"                                                                                        },
                { { .default_action = "SCMP_ACT_ALLOW", .architectures = LIST("SCMP_ARCH_X86", "SCMP_ARCH_VAX") },
                 "linux.seccomp.architectures[1]: SCMP_ARCH_VAX is not known to this build"                                                                                          },
                { { .default_action = "SCMP_ACT_ALLOW", .architectures = LIST("SCMP_ARCH_S390X") },
                 "linux.seccomp.architectures[0]: SCMP_ARCH_S390X has another byte order than this machine"                                                                          },
                { { .default_action = "SCMP_ACT_ALLOW", .has_flags = true, .flags = LIST("SECCOMP_FILTER_FLAG_FOO") },
                 "linux.seccomp.flags[0]: unknown flag \"SECCOMP_FILTER_FLAG_FOO\""                                                                                                  },
                { { .default_action = "SCMP_ACT_ALLOW", RULES({ .names = LIST("read"), .action = "SCMP_ACT_BAR" }) },
                 "linux.seccomp.syscalls[0].action: unknown action \"SCMP_ACT_BAR\""                                                                                                 },
                { { .default_action = "SCMP_ACT_ALLOW",
                    RULES({ .names = LIST("read"), .action = "SCMP_ACT_TRACE", .errno_ret = { true, 65536 } }) },
                 "linux.seccomp.syscalls[0].errnoRet: 65536 is more than SCMP_ACT_TRACE can return"                                                                                  },
                { { .default_action = "SCMP_ACT_ALLOW",
                    RULES({ .names = LIST("read"), .action = "SCMP_ACT_TRAP", ARGS(EQ(6, 0)) }) },
                 "linux.seccomp.syscalls[0].args[0].index: 6 is out of range 0..5"                                                                                                   },
                { { .default_action = "SCMP_ACT_ALLOW",
                    RULES({ .names = LIST("read"),
                            .action = "SCMP_ACT_TRAP",
                            ARGS(EQ(0, 0), { .op = "SCMP_CMP_ABOUT" }) }) },
                 "linux.seccomp.syscalls[0].args[1].op: unknown operator \"SCMP_CMP_ABOUT\""                                                                                         },
                { { .default_action = "SCMP_ACT_ALLOW",
                    RULES({ .names = LIST("read"), .action = "SCMP_ACT_LOG" },
                          { .names = LIST("write", "openat"), .action = "SCMP_ACT_TRAP", ARGS(EQ(0, 7), EQ(1, 8)) },
                          { .names = LIST("openat"), .action = "SCMP_ACT_LOG", ARGS(EQ(1, 8), EQ(0, 7)) }) },
                 "linux.seccomp.syscalls[2]: openat: is decided otherwise by syscalls[1]"                                                                                            },
        };
        for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
                struct err err = { 0 };
                struct seccomp_plan plan;
                auto_buf struct buf unknown = { 0 };
                assert_int_equal(seccomp_compile(&refused[i].spec, x86_64(), &arena, &plan, &unknown, &err), -1);
                assert_string_equal(err.text, refused[i].text);
        }
}

static void an_architecture_without_a_table_is_refused(void **state)
{
        (void)state;
        struct err err = { 0 };
        struct seccomp_plan plan;
        auto_buf struct buf unknown = { 0 };
        const struct spec_seccomp spec = { .default_action = "SCMP_ACT_ALLOW" };
        assert_int_equal(seccomp_compile(&spec, NULL, &arena, &plan, &unknown, &err), -1);
        assert_string_equal(err.text, "linux.seccomp: no system calls are known of this architecture");
}

/* 100,000 rules of one call, each with a value of its own. */
static void a_filter_that_is_too_long_is_refused(void **state)
{
        (void)state;
        enum { N = 100000 };
        const char *names[] = { "openat" };
        struct spec_seccomp_rule *rules = arena_alloc_n(&arena, N, sizeof rules[0]);
        struct spec_seccomp_arg *args = arena_alloc_n(&arena, N, sizeof args[0]);
        assert_true(rules && args);
        for (size_t i = 0; i < N; i++) {
                args[i] = (struct spec_seccomp_arg)EQ(1, (uint64_t)i);
                rules[i] = (struct spec_seccomp_rule){
                        {names, 1 },
                        "SCMP_ACT_TRAP", { 0   },
                        &args[i], 1
                };
        }
        const struct spec_seccomp spec = { .default_action = "SCMP_ACT_ALLOW", .rules = rules, .n_rules = N };
        struct err err = { 0 };
        struct seccomp_plan plan;
        auto_buf struct buf unknown = { 0 };
        assert_int_equal(seccomp_compile(&spec, x86_64(), &arena, &plan, &unknown, &err), -1);
        const char start[] = "linux.seccomp: filter of ";
        assert_memory_equal(err.text, start, sizeof start - 1);
        assert_non_null(strstr(err.text, " instructions is too long"));
        assert_true(strtoul(err.text + sizeof start - 1, NULL, 10) > BPF_MAXINSNS);
}

static void unknown_names_are_listed_once(void **state)
{
        (void)state;
        const struct spec_seccomp spec = {
                .default_action = "SCMP_ACT_ERRNO",
                RULES({ .names = LIST("read", "nope", "later"), .action = "SCMP_ACT_ALLOW" },
                      { .names = LIST("nope", "write"), .action = "SCMP_ACT_ALLOW" }),
        };
        struct err err = { 0 };
        struct seccomp_plan plan;
        auto_buf struct buf unknown = { 0 };
        assert_int_equal(seccomp_compile(&spec, x86_64(), &arena, &plan, &unknown, &err), 0);
        assert_string_equal(buf_text(&unknown), "nope, later");
}

/* what decides ---------------------------------------------------------------------------------------------------- */

static void a_rule_without_conditions_decides(void **state)
{
        (void)state;
        const struct spec_seccomp spec = {
                .default_action = "SCMP_ACT_ALLOW",
                RULES({ .names = LIST("openat"), .action = "SCMP_ACT_TRAP", ARGS(EQ(0, 7)) },
                      { .names = LIST("openat"), .action = "SCMP_ACT_ERRNO" },
                      { .names = LIST("openat"), .action = "SCMP_ACT_LOG" }),
        };
        assert_int_equal(answer(&spec, NR_OPENAT, 7, 0), ERRNO(EPERM));
        assert_int_equal(answer(&spec, NR_OPENAT, 8, 0), ERRNO(EPERM));
}

static void of_a_longer_and_a_shorter_rule_the_first_decides(void **state)
{
        (void)state;
        struct spec_seccomp spec = {
                .default_action = "SCMP_ACT_ALLOW",
                RULES({ .names = LIST("openat"), .action = "SCMP_ACT_TRAP", ARGS(EQ(0, 7), EQ(1, 8)) },
                      { .names = LIST("openat"), .action = "SCMP_ACT_LOG", ARGS(EQ(0, 7)) }),
        };
        assert_int_equal(answer(&spec, NR_OPENAT, 7, 8), SECCOMP_RET_TRAP);
        assert_int_equal(answer(&spec, NR_OPENAT, 7, 9), SECCOMP_RET_LOG);
        struct spec_seccomp_rule first = spec.rules[0];
        spec.rules[0] = spec.rules[1];
        spec.rules[1] = first;
        assert_int_equal(answer(&spec, NR_OPENAT, 7, 8), SECCOMP_RET_LOG);
        assert_int_equal(answer(&spec, NR_OPENAT, 8, 8), SECCOMP_RET_ALLOW);
}

/* Each pair of rules holds for the call (5, 5); the first is to decide, wherever it stands. */
static void order_goes_by_argument_operator_and_value(void **state)
{
        (void)state;
        static const struct spec_seccomp_arg pairs[][2] = {
                {{ 1, 5, 0, "SCMP_CMP_EQ" },         { 0, 5, 0, "SCMP_CMP_EQ" }       },
                { { 0, 9, 0, "SCMP_CMP_NE" },        { 0, 6, 0, "SCMP_CMP_LT" }       },
                { { 0, 6, 0, "SCMP_CMP_LT" },        { 0, 4, 0, "SCMP_CMP_GT" }       },
                { { 0, 6, 0, "SCMP_CMP_LT" },        { 0, 7, 0, "SCMP_CMP_LT" }       },
                { { 0, 4, 0, "SCMP_CMP_GT" },        { 0, 3, 0, "SCMP_CMP_GT" }       },
                { { 0, 9, 0, "SCMP_CMP_NE" },        { 0, 8, 0, "SCMP_CMP_NE" }       },
                { { 0, 6, 0, "SCMP_CMP_LT" },        { 0, 6, 0, "SCMP_CMP_LE" }       },
                { { 0, 4, 0, "SCMP_CMP_GT" },        { 0, 4, 0, "SCMP_CMP_GE" }       },
                { { 0, 5, 0, "SCMP_CMP_EQ" },        { 0, 7, 5, "SCMP_CMP_MASKED_EQ" }},
                { { 0, 7, 5, "SCMP_CMP_MASKED_EQ" }, { 0, 5, 5, "SCMP_CMP_MASKED_EQ" }},
        };
        for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
                for (size_t first = 0; first < 2; first++) {
                        struct spec_seccomp_arg args[] = { pairs[i][first], pairs[i][!first] };
                        const char *actions[] = { "SCMP_ACT_TRAP", "SCMP_ACT_LOG" };
                        struct spec_seccomp spec = {
                                .default_action = "SCMP_ACT_ALLOW",
                                RULES({ .names = LIST("openat"), .args = &args[0], .n_args = 1 },
                                      { .names = LIST("openat"), .args = &args[1], .n_args = 1 }),
                        };
                        spec.rules[0].action = actions[first];
                        spec.rules[1].action = actions[!first];
                        assert_int_equal(answer(&spec, NR_OPENAT, 5, 5), SECCOMP_RET_TRAP);
                }
}

static void newer_calls_than_the_profile_get_enosys(void **state)
{
        (void)state;
        struct spec_seccomp spec = {
                .default_action = "SCMP_ACT_ERRNO",
                .architectures = LIST("SCMP_ARCH_X86"),
                RULES({ .names = LIST("read", "openat2", "socket"), .action = "SCMP_ACT_ALLOW" }),
        };
        assert_int_equal(answer(&spec, NR_OPENAT2, 0, 0), SECCOMP_RET_ALLOW);
        assert_int_equal(answer(&spec, NR_OPENAT2 - 1, 0, 0), ERRNO(EPERM));
        assert_int_equal(answer(&spec, NR_OPENAT2 + 1, 0, 0), ERRNO(ENOSYS));
        assert_int_equal(answer(&spec, 0x3fffffff, 0, 0), ERRNO(ENOSYS));
        assert_int_equal(answer_on(&spec, AUDIT_X86, 438, 0, 0), ERRNO(ENOSYS));

        spec.default_action = "SCMP_ACT_KILL_PROCESS";
        assert_int_equal(answer(&spec, NR_OPENAT2 + 1, 0, 0), ERRNO(ENOSYS));
        spec.default_action = "SCMP_ACT_TRACE";
        assert_int_equal(answer(&spec, NR_OPENAT2 + 1, 0, 0), SECCOMP_RET_TRACE | EPERM);
        spec.default_action = "SCMP_ACT_LOG";
        assert_int_equal(answer(&spec, NR_OPENAT2 + 1, 0, 0), SECCOMP_RET_LOG);
}

/* There number 0 is what becomes of a number that the kernel does not know. */
static void on_s390_number_0_is_newer_too(void **state)
{
        (void)state;
        static const char *const words[] = { "SCMP_ARCH_S390", "SCMP_ARCH_S390X" };
        const struct spec_seccomp spec = {
                .default_action = "SCMP_ACT_ERRNO",
                RULES({ .names = LIST("openat2"), .action = "SCMP_ACT_ALLOW" }),
        };
        for (size_t i = 0; i < ARRAY_LEN(words); i++) {
                const struct seccomp_arch *native = seccomp_arch_find(words[i]);
                struct err err = { 0 };
                struct seccomp_plan plan;
                auto_buf struct buf unknown = { 0 };
                assert_int_equal(seccomp_compile(&spec, native, &arena, &plan, &unknown, &err), 0);
                struct bpf_call call = { .arch = native->audit, .is_big_endian = true };
                assert_int_equal(bpf_run(plan.code, plan.n, &call), ERRNO(ENOSYS));
                call.nr = 1;
                assert_int_equal(bpf_run(plan.code, plan.n, &call), ERRNO(EPERM));
        }
}

/* A call that the profile names is none of the newer ones, also where it is multiplexed and has its own number late. */
static void a_named_call_is_never_newer(void **state)
{
        (void)state;
        const struct spec_seccomp spec = {
                .default_action = "SCMP_ACT_ERRNO",
                .architectures = LIST("SCMP_ARCH_X86"),
                RULES({ .names = LIST("read", "socket"), .action = "SCMP_ACT_ALLOW" }),
        };
        assert_int_equal(answer_on(&spec, AUDIT_X86, 359, 0, 0), SECCOMP_RET_ALLOW);
        assert_int_equal(answer_on(&spec, AUDIT_X86, 102, 1, 0), SECCOMP_RET_ALLOW);
        assert_int_equal(answer_on(&spec, AUDIT_X86, 102, 2, 0), ERRNO(EPERM));
}

static void foreign_calls_are_killed(void **state)
{
        (void)state;
        struct spec_seccomp spec = { .default_action = "SCMP_ACT_ALLOW" };
        assert_int_equal(answer_on(&spec, AUDIT_X86, NR_READ, 0, 0), SECCOMP_RET_KILL_THREAD);
        assert_int_equal(answer(&spec, 0x40000000, 0, 0), SECCOMP_RET_KILL_THREAD);
        /* How a tracer cancels a call. */
        assert_int_equal(answer(&spec, UINT32_MAX, 0, 0), SECCOMP_RET_ALLOW);
        spec.architectures = (struct text_list)LIST("SCMP_ARCH_X32");
        assert_int_equal(answer(&spec, 0x40000000, 0, 0), SECCOMP_RET_ALLOW);
}

static void flags_are_what_the_profile_says(void **state)
{
        (void)state;
        struct spec_seccomp spec = { .default_action = "SCMP_ACT_ALLOW" };
        assert_int_equal(compile(&spec).flags, SECCOMP_FILTER_FLAG_SPEC_ALLOW);
        spec.has_flags = true;
        assert_int_equal(compile(&spec).flags, 0);
        spec.flags = (struct text_list)LIST("SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV");
        assert_int_equal(compile(&spec).flags, SECCOMP_FILTER_FLAG_LOG);

        struct spec_seccomp notifying = {
                .default_action = "SCMP_ACT_ALLOW",
                .has_flags = true,
                .flags = LIST("SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"),
                RULES({ .names = LIST("read"), .action = "SCMP_ACT_NOTIFY" }),
        };
        const struct seccomp_plan plan = compile(&notifying);
        assert_true(plan.wants_agent);
        assert_int_equal(plan.flags, SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_TSYNC_ESRCH |
                                             SECCOMP_FILTER_FLAG_NEW_LISTENER | 1U << 5);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_name_is_found),
                cmocka_unit_test(numbers_are_the_kernels),
                cmocka_unit_test(the_own_architecture_is_the_kernels),
                cmocka_unit_test_teardown(what_cannot_be_honoured_is_refused_by_name, empty_arena),
                cmocka_unit_test_teardown(an_architecture_without_a_table_is_refused, empty_arena),
                cmocka_unit_test_teardown(a_filter_that_is_too_long_is_refused, empty_arena),
                cmocka_unit_test_teardown(unknown_names_are_listed_once, empty_arena),
                cmocka_unit_test_teardown(a_rule_without_conditions_decides, empty_arena),
                cmocka_unit_test_teardown(of_a_longer_and_a_shorter_rule_the_first_decides, empty_arena),
                cmocka_unit_test_teardown(order_goes_by_argument_operator_and_value, empty_arena),
                cmocka_unit_test_teardown(newer_calls_than_the_profile_get_enosys, empty_arena),
                cmocka_unit_test_teardown(on_s390_number_0_is_newer_too, empty_arena),
                cmocka_unit_test_teardown(a_named_call_is_never_newer, empty_arena),
                cmocka_unit_test_teardown(foreign_calls_are_killed, empty_arena),
                cmocka_unit_test_teardown(flags_are_what_the_profile_says, empty_arena),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
