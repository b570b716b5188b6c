/* SPDX-License-Identifier: Apache-2.0 */
/* test_affinity.c - lists of numbers, and the CPUs of a process by them. */

#include <sched.h>
#include <stdio.h>

#include "unit.h"

#include "child.h"
#include "sec/affinity.h"
#include "sec/bit_list.h"

/* The numbers of the list, one by one. */
static void numbers_of(const struct bit_list *list, char *ret, size_t size)
{
        size_t len = 0;
        ret[0] = '\0';
        for (size_t number = 0; number < list->n_words * BITS_OF_WORD; number++)
                if (list->words[number / BITS_OF_WORD] >> number % BITS_OF_WORD & 1)
                        len += (size_t)snprintf(ret + len, size - len, "%zu ", number);
}

static void a_list_is_read_into_bits(void **state)
{
        (void)state;
        static const struct {
                const char *text, *numbers;
                size_t n_bits, n_words;
        } rows[] = {
                {"0",                    "0 ",                1, 1                      },
                { "0-3,7",               "0 1 2 3 7 ",        5, 1                      },
                { "7,3-3,0-1,1",         "0 1 3 7 ",          4, 1                      },
                { ",0,,1,",              "0 1 ",              2, 1                      },
                { " 1 ,\t3  , 5-7,  \n", "1 3 5 6 7 ",        5, 1                      },
                { "007",                 "7 ",                1, 1                      },
                { "0,63",                "0 63 ",             2, 64 / BITS_OF_WORD      },
                { "64",                  "64 ",               1, 64 / BITS_OF_WORD + 1  },
                { "127-129, 1",          "1 127 128 129 ",    4, 129 / BITS_OF_WORD + 1 },
                { "127-129,1000",        "127 128 129 1000 ", 4, 1000 / BITS_OF_WORD + 1},
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                struct arena arena = { 0 };
                struct bit_list list;
                struct err err = { 0 };
                char numbers[128];
                assert_int_equal(bit_list_read(rows[i].text, 1000, &arena, &list, &err), 0);
                numbers_of(&list, numbers, sizeof numbers);
                assert_string_equal(numbers, rows[i].numbers);
                assert_int_equal(list.n_bits, rows[i].n_bits);
                assert_int_equal(list.n_words, rows[i].n_words);
                assert_ptr_equal(list.text, rows[i].text);
                arena_finish(&arena);
        }
}

static void no_list_is_no_list(void **state)
{
        (void)state;
        static const char *const texts[] = { NULL, "" };
        for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
                struct arena arena = { 0 };
                struct bit_list list = { .n_bits = 1, .text = "x" };
                struct err err = { 0 };
                assert_int_equal(bit_list_read(texts[i], 1000, &arena, &list, &err), 0);
                assert_null(list.text);
                assert_null(list.words);
                assert_int_equal(list.n_bits, 0);
        }
}

static void what_is_no_list_is_refused(void **state)
{
        (void)state;
        static const struct {
                const char *text, *error;
        } rows[] = {
                {"x",                       "not a list of numbers and ranges"},
                { "-",                      "not a list of numbers and ranges"},
                { "1-",                     "not a list of numbers and ranges"},
                { "-3",                     "not a list of numbers and ranges"},
                { "1 - 2",                  "not a list of numbers and ranges"},
                { "1-2-3",                  "not a list of numbers and ranges"},
                { "0x1",                    "not a list of numbers and ranges"},
                { "0-4/2",                  "not a list of numbers and ranges"},
                { "+1",                     "not a list of numbers and ranges"},
                { "1 2",                    "not a list of numbers and ranges"},
                { "0,99999999999999999999", "not a list of numbers and ranges"},
                { "0,1001",                 "number above 1000"               },
                { "0-18446744073709551615", "number above 1000"               },
                { "3-2",                    "range that runs backwards"       },
                { ",",                      "no number in it"                 },
                { " ",                      "no number in it"                 },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                struct arena arena = { 0 };
                struct bit_list list;
                struct err err = { 0 };
                assert_int_equal(bit_list_read(rows[i].text, 1000, &arena, &list, &err), -1);
                assert_string_equal(err.text, rows[i].error);
                assert_null(list.text);
                arena_finish(&arena);
        }
}

static void a_plan_is_what_comes_before_and_after(void **state)
{
        (void)state;
        struct arena arena = { 0 };
        struct affinity_plan plan;
        struct err err = { 0 };
        struct spec_process process = {
                .exec_cpu_affinity = {.initial = "0-1", .final = "0,65536"}
        };
        assert_int_equal(affinity_plan_build(&process, &arena, &plan, &err), 0);
        assert_int_equal(plan.initial.n_bits, 2);
        assert_int_equal(plan.final.n_bits, 2);
        assert_int_equal(plan.final.n_words, 65536 / BITS_OF_WORD + 1);

        process = (struct spec_process){ 0 };
        assert_int_equal(affinity_plan_build(&process, &arena, &plan, &err), 0);
        assert_null(plan.initial.text);
        assert_null(plan.final.text);
        arena_finish(&arena);
}

static void a_plan_names_the_list_that_is_none(void **state)
{
        (void)state;
        static const struct {
                const char *initial, *final, *error;
        } rows[] = {
                {"0-x", NULL,
                 "process.execCPUAffinity.initial: invalid CPU list \"0-x\": "
                  "not a list of numbers and ranges"                                                            },
                { "0",  "65537", "process.execCPUAffinity.final: invalid CPU list \"65537\": number above 65536"},
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                struct arena arena = { 0 };
                struct affinity_plan plan;
                struct err err = { 0 };
                const struct spec_process process = {
                        .exec_cpu_affinity = {rows[i].initial, rows[i].final}
                };
                assert_int_equal(affinity_plan_build(&process, &arena, &plan, &err), -1);
                assert_string_equal(err.text, rows[i].error);
                arena_finish(&arena);
        }
}

/* The largest CPU that this process may use. */
static size_t last_cpu(const cpu_set_t *cpus)
{
        size_t last = 0;
        for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++)
                if (CPU_ISSET(cpu, cpus))
                        last = cpu;
        return last;
}

/* arg: the list to apply. values: how many CPUs it left, the largest before, the largest after. */
static int apply(struct report *report, const void *arg)
{
        const struct bit_list *cpus = arg;
        cpu_set_t before, after;
        if (sched_getaffinity(0, sizeof before, &before) < 0)
                return -2;
        if (affinity_apply(getpid(), cpus, &report->err) < 0)
                return -1;
        if (sched_getaffinity(0, sizeof after, &after) < 0)
                return -2;
        report->values[0] = (uint64_t)CPU_COUNT(&after);
        report->values[1] = last_cpu(&before);
        report->values[2] = last_cpu(&after);
        return CPU_EQUAL(&before, &after);
}

static void a_process_runs_where_the_list_says(void **state)
{
        (void)state;
        cpu_set_t ours;
        assert_int_equal(sched_getaffinity(0, sizeof ours, &ours), 0);
        char text[32];
        (void)snprintf(text, sizeof text, "%zu,65536", last_cpu(&ours));

        struct arena arena = { 0 };
        struct bit_list cpus;
        struct err err = { 0 };
        assert_int_equal(bit_list_read(text, 65536, &arena, &cpus, &err), 0);
        const struct report *report = in_child(apply, &cpus);
        arena_finish(&arena);
        assert_string_equal(report->err.text, "");
        assert_int_equal(report->values[0], 1);
        assert_int_equal(report->values[2], report->values[1]);
}

static void no_list_leaves_a_process_where_it_is(void **state)
{
        (void)state;
        const struct bit_list none = { 0 };
        assert_int_equal(in_child(apply, &none)->rc, 1);
}

static void cpus_that_are_not_there_are_told(void **state)
{
        (void)state;
        struct arena arena = { 0 };
        struct bit_list cpus;
        struct err err = { 0 };
        assert_int_equal(bit_list_read("65535", 65536, &arena, &cpus, &err), 0);
        assert_int_equal(affinity_apply(0, &cpus, &err), -1);
        assert_string_equal(err.text, "set CPU affinity of process 0 to 65535: invalid argument");
        arena_finish(&arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_list_is_read_into_bits),
                cmocka_unit_test(no_list_is_no_list),
                cmocka_unit_test(what_is_no_list_is_refused),
                cmocka_unit_test(a_plan_is_what_comes_before_and_after),
                cmocka_unit_test(a_plan_names_the_list_that_is_none),
                cmocka_unit_test(a_process_runs_where_the_list_says),
                cmocka_unit_test(no_list_leaves_a_process_where_it_is),
                cmocka_unit_test(cpus_that_are_not_there_are_told),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
