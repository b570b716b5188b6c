/* SPDX-License-Identifier: Apache-2.0 */
/* test_memory_policy.c - memory policy: what is planned, what is refused, and what a process has after it. */

#include <sys/syscall.h>

#include "unit.h"

#include "child.h"
#include "sec/memory_policy.h"
#include "sys/syscalls.h"

#define LIST(...)                                                                                           \
        {                                                                                                   \
                .items = (const char *[]){ __VA_ARGS__ }, .n = ARRAY_LEN(((const char *[]){ __VA_ARGS__ })) \
        }

static void every_memory_mode_has_its_number(void **state)
{
        (void)state;
        static const struct {
                const char *mode, *nodes;
                int number;
                size_t n_nodes;
        } rows[] = {
                {"MPOL_DEFAULT",              NULL,   0, 0},
                { "MPOL_DEFAULT",             "",     0, 0},
                { "MPOL_PREFERRED",           NULL,   1, 0},
                { "MPOL_PREFERRED",           "1",    1, 1},
                { "MPOL_BIND",                "0-1",  2, 2},
                { "MPOL_INTERLEAVE",          "0,3",  3, 2},
                { "MPOL_LOCAL",               NULL,   4, 0},
                { "MPOL_PREFERRED_MANY",      "1023", 5, 1},
                { "MPOL_WEIGHTED_INTERLEAVE", "0",    6, 1},
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                const struct spec_linux spec = {
                        .memory_policy = {true, rows[i].mode, rows[i].nodes, { 0 }}
                };
                struct arena arena = { 0 };
                struct memory_policy_plan plan;
                struct err err = { 0 };
                assert_int_equal(memory_policy_plan_build(&spec, &arena, &plan, &err), 0);
                assert_string_equal(plan.mode, rows[i].mode);
                assert_int_equal(plan.value, rows[i].number);
                assert_int_equal(plan.nodes.n_bits, rows[i].n_nodes);
                arena_finish(&arena);
        }
}

static void every_memory_flag_has_its_bit(void **state)
{
        (void)state;
        const struct spec_linux spec = {
                .memory_policy = {true, "MPOL_BIND", "0",
                                  LIST("MPOL_F_NUMA_BALANCING", "MPOL_F_RELATIVE_NODES", "MPOL_F_STATIC_NODES")},
        };
        static const int values[] = { 2, 2 | 0x2000, 2 | 0x6000, 2 | 0xe000 };
        for (size_t n = 0; n < ARRAY_LEN(values); n++) {
                struct spec_linux part = spec;
                part.memory_policy.flags.n = n;
                struct arena arena = { 0 };
                struct memory_policy_plan plan;
                struct err err = { 0 };
                assert_int_equal(memory_policy_plan_build(&part, &arena, &plan, &err), 0);
                assert_int_equal(plan.value, values[n]);
                arena_finish(&arena);
        }
}

static void a_memory_policy_that_is_none_is_refused(void **state)
{
        (void)state;
        const struct {
                const char *mode, *nodes;
                struct text_list flags;
                const char *text;
        } rows[] = {
                {"FOO",        NULL,             { 0 },                      "linux.memoryPolicy.mode: invalid memory policy mode \"FOO\""},
                { NULL,        NULL,             { 0 },                      "linux.memoryPolicy.mode: invalid memory policy mode \"\""   },
                { "MPOL_BIND", "0",              LIST("MPOL_F_STATIC_NODES", "BAR"),
                 "linux.memoryPolicy.flags[1]: invalid memory policy flag \"BAR\"" },
                { "MPOL_BIND",
                 "0-",                { 0 },
                 "linux.memoryPolicy.nodes: invalid memory policy nodes \"0-\": not a list of numbers and ranges"                                                                                               },
                { "MPOL_BIND",
                 "1024",                { 0 },
                 "linux.memoryPolicy.nodes: invalid memory policy nodes \"1024\": number above 1023"                                                                                             },
                { "MPOL_DEFAULT",
                 "0-1",             { 0 },
                 "linux.memoryPolicy.nodes: memory policy mode requires 0 nodes but got 2"                                                                                                 },
                { "MPOL_LOCAL",           "0",               { 0 },                            "linux.memoryPolicy.nodes: memory policy mode requires 0 nodes but got 1"},
                { "MPOL_BIND",
                 NULL,                { 0 },
                 "linux.memoryPolicy.nodes: memory policy mode requires at least one node but got 0"                                                                                               },
                { "MPOL_INTERLEAVE",
                 "",          { 0 },
                 "linux.memoryPolicy.nodes: memory policy mode requires at least one node but got 0"                                                                                                       },
                { "MPOL_PREFERRED_MANY",
                 NULL,      { 0 },
                 "linux.memoryPolicy.nodes: memory policy mode requires at least one node but got 0"                                                                                                         },
                { "MPOL_WEIGHTED_INTERLEAVE",
                 NULL, { 0 },
                 "linux.memoryPolicy.nodes: memory policy mode requires at least one node but got 0"                                                                                                              },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                const struct spec_linux spec = {
                        .memory_policy = {true, rows[i].mode, rows[i].nodes, rows[i].flags}
                };
                struct arena arena = { 0 };
                struct memory_policy_plan plan;
                struct err err = { 0 };
                assert_int_equal(memory_policy_plan_build(&spec, &arena, &plan, &err), -1);
                assert_string_equal(err.text, rows[i].text);
                assert_null(plan.mode);
                arena_finish(&arena);
        }
}

/* values: mode with flags, the first word of the nodes. */
static int remember(struct report *report, const void *arg)
{
        int mode = 0;
        unsigned long nodes[1024 / BITS_OF_WORD] = { 0 };
        if (syscall(SYS_get_mempolicy, &mode, nodes, 1024UL, NULL, 0UL) < 0 && errno == ENOSYS)
                return -2;
        if (memory_policy_apply(arg, &report->err) < 0)
                return -1;
        if (syscall(SYS_get_mempolicy, &mode, nodes, 1024UL, NULL, 0UL) < 0)
                return -3;
        report->values[0] = (uint64_t)mode;
        report->values[1] = nodes[0];
        return 0;
}

static void a_process_has_the_memory_policy_that_was_asked_for(void **state)
{
        (void)state;
        const struct {
                const char *mode, *nodes;
                struct text_list flags;
                uint64_t found[2];
                const char *text;
        } rows[] = {
                {"MPOL_BIND",        "0",  LIST("MPOL_F_STATIC_NODES"),   { 2 | 0x8000, 1 }, ""                                                            },
                { "MPOL_INTERLEAVE", "0",  { 0 },                         { 3, 1 },          ""                                                            },
                { "MPOL_DEFAULT",    NULL, { 0 },                         { 0, 0 },          ""                                                            },
                { "MPOL_LOCAL",      NULL, { 0 },                         { 4, 0 },          ""                                                            },
                { "MPOL_BIND",       "63", { 0 },                         { 0, 0 },          "set memory policy MPOL_BIND (nodes \"63\"): invalid argument"},
 /* The last bit of a word is not lost: without it there would be no node, which this mode takes. */
                { "MPOL_PREFERRED",
                 "63",                     { 0 },
                 { 0, 0 },
                 "set memory policy MPOL_PREFERRED (nodes \"63\"): invalid argument"                                                                       },
                { "MPOL_LOCAL",
                 NULL,                     LIST("MPOL_F_RELATIVE_NODES"),
                 { 0, 0 },
                 "set memory policy MPOL_LOCAL (nodes \"\"): invalid argument"                                                                             },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                const struct spec_linux spec = {
                        .memory_policy = {true, rows[i].mode, rows[i].nodes, rows[i].flags}
                };
                struct arena arena = { 0 };
                struct memory_policy_plan plan;
                struct err err = { 0 };
                assert_int_equal(memory_policy_plan_build(&spec, &arena, &plan, &err), 0);
                const struct report *report = in_child(remember, &plan);
                arena_finish(&arena);
                if (report->rc == -2) {
                        print_message("skipped: a kernel without memory policies\n");
                        skip();
                }
                assert_string_equal(report->err.text, rows[i].text);
                assert_memory_equal(report->values, rows[i].found, sizeof rows[i].found);
        }
}

/* One that a call of the default mode would undo. */
static int keep(struct report *report, const void *arg)
{
        const unsigned long node_0 = 1;
        if (sys_set_mempolicy(SYS_MPOL_INTERLEAVE, &node_0, 2) < 0)
                return -2;
        return remember(report, arg);
}

static void no_memory_policy_leaves_what_is_there(void **state)
{
        (void)state;
        const struct spec_linux spec = { .memory_policy = { .mode = "FOO" } };
        struct arena arena = { 0 };
        struct memory_policy_plan plan = { .mode = "x" };
        struct err err = { 0 };
        assert_int_equal(memory_policy_plan_build(&spec, &arena, &plan, &err), 0);
        assert_null(plan.mode);
        const struct report *report = in_child(keep, &plan);
        if (report->rc == -2) {
                print_message("skipped: a kernel without memory policies\n");
                skip();
        }
        assert_int_equal(report->rc, 0);
        assert_int_equal(report->values[0], SYS_MPOL_INTERLEAVE);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_memory_mode_has_its_number),
                cmocka_unit_test(every_memory_flag_has_its_bit),
                cmocka_unit_test(a_memory_policy_that_is_none_is_refused),
                cmocka_unit_test(a_process_has_the_memory_policy_that_was_asked_for),
                cmocka_unit_test(no_memory_policy_leaves_what_is_there),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
