/* SPDX-License-Identifier: Apache-2.0 */
/* test_option.c - every spelling of an option, where it may stand, what it may hold, and each complaint as a whole. */

#include <stdio.h>
#include <string.h>

#include "unit.h"

#include "cli/option.h"
#include "oci/spec.h"

enum colour { RED, GREEN, COLOURS };
static const char *const colour_words[COLOURS] = { [RED] = "red", [GREEN] = "green" };

struct wishes {
        bool flag;
        const char *text;
        uint32_t number;
        enum colour colour, shade;
        struct text_list list;
        bool of_another_table;
};

static const struct option_row other_rows[] = {
        {.name = "other",      .letter = 'o', .type = OPTION_FLAG, .offset = offsetof(struct wishes, of_another_table) },
        { .name = NULL},
};

/* clang-format off */
static const struct option_row rows[] = {
        { .name = "flag", .letter = 'f', .type = OPTION_FLAG, .offset = offsetof(struct wishes, flag) },
        { .name = "text", .letter = 't', .type = OPTION_TEXT, .offset = offsetof(struct wishes, text) },
        { .name = "number", .letter = 'n', .type = OPTION_U32, .offset = offsetof(struct wishes, number), .max = 100 },
        { .name = "colour", .type = OPTION_ENUM, .offset = offsetof(struct wishes, colour),
          .words = colour_words, .n_words = COLOURS },
        { .name = "shade", .type = OPTION_ENUM, .offset = offsetof(struct wishes, shade),
          .words = colour_words, .n_words = COLOURS, .refusal = "no such shade" },
        { .name = "list", .letter = 'l', .type = OPTION_TEXTS, .offset = offsetof(struct wishes, list) },
        { .more = other_rows },
};
/* clang-format on */

enum { WORDS_MAX = 16 };

/* A command line that was read. */
struct reading {
        char *args[WORDS_MAX + 1];
        struct wishes wishes;
        struct option_found found;
        struct err err;
        int rc;
};

/* words: separated by blanks; "''" is an empty one. */
static void read_line(struct reading *ret, enum option_place place, const char *words)
{
        static char text[256];
        size_t n = 0;
        *ret = (struct reading){ 0 };
        (void)snprintf(text, sizeof text, "%s", words);
        for (char *rest = text, *word; (word = strsep(&rest, " "));) {
                assert_true(n < WORDS_MAX);
                ret->args[n++] = strcmp(word, "''") == 0 ? word + 2 : word;
        }
        ret->rc = option_parse(rows, place, ret->args, &ret->wishes, &ret->found, &ret->err);
}

static void reads(struct reading *ret, const char *words)
{
        read_line(ret, OPTIONS_ANYWHERE, words);
        assert_string_equal(ret->err.text, "");
        assert_int_equal(ret->rc, 0);
        assert_null(ret->args[ret->found.n_args]);
}

static void refuses(const char *words, const char *complaint)
{
        struct reading reading;
        read_line(&reading, OPTIONS_ANYWHERE, words);
        assert_int_equal(reading.rc, -1);
        assert_string_equal(reading.err.text, complaint);
        option_texts_finish(rows, &reading.wishes);
}

static void every_spelling_of_a_text_is_read(void **state)
{
        (void)state;
        static const char *const spellings[] = {
                "--text x a b", "--text=x a b", "-text x a b",   "-text=x a b",  "-t x a b",
                "-t=x a b",     "--t x a b",    "--t=x a b",     "a --text x b", "a b -t=x",
                "a b --text x", "a -t x -- b",  "-t y -t x a b",
        };
        for (size_t i = 0; i < ARRAY_LEN(spellings); i++) {
                struct reading reading;
                reads(&reading, spellings[i]);
                assert_string_equal(reading.wishes.text, "x");
                assert_int_equal(reading.found.n_args, 2);
                assert_string_equal(reading.args[0], "a");
                assert_string_equal(reading.args[1], "b");
        }
}

static void a_value_is_whatever_follows(void **state)
{
        (void)state;
        static const struct {
                const char *words, *text;
        } lines[] = {
                {"--text --flag", "--flag"},
                { "--text -- ",   "--"    },
                { "--text=a=b",   "a=b"   },
                { "--text=",      ""      },
                { "--text ''",    ""      },
                { "-t -",         "-"     },
        };
        for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
                struct reading reading;
                reads(&reading, lines[i].words);
                assert_string_equal(reading.wishes.text, lines[i].text);
                assert_false(reading.wishes.flag);
        }
}

static void flags_are_true_unless_they_say_otherwise(void **state)
{
        (void)state;
        static const struct {
                const char *words;
                bool is;
        } lines[] = {
                {"x",             false},
                { "--flag",       true },
                { "-f",           true },
                { "-f=true",      true },
                { "--flag=T",     true },
                { "--flag=1",     true },
                { "--flag=false", false},
                { "-f --flag=0",  false},
                { "-f=F -f",      true },
        };
        for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
                struct reading reading;
                reads(&reading, lines[i].words);
                assert_int_equal(reading.wishes.flag, lines[i].is);
        }
        /* A flag takes no word after it. */
        struct reading reading;
        reads(&reading, "--flag false");
        assert_true(reading.wishes.flag);
        assert_string_equal(reading.args[0], "false");
        refuses("--flag=maybe", "invalid value \"maybe\" for flag --flag: neither true nor false");
        refuses("-f=", "invalid value \"\" for flag --flag: neither true nor false");
}

static void numbers_are_whole_and_in_range(void **state)
{
        (void)state;
        struct reading reading;
        reads(&reading, "--number 100");
        assert_int_equal(reading.wishes.number, 100);
        reads(&reading, "-n=0");
        assert_int_equal(reading.wishes.number, 0);
        static const char *const bad[] = { "many", "101", "-1", "0x9", "", "1.5", "18446744073709551617" };
        for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
                char words[64], complaint[128];
                (void)snprintf(words, sizeof words, "--number=%s", bad[i]);
                (void)snprintf(complaint, sizeof complaint,
                               "invalid value \"%s\" for flag --number: not a whole number from 0 to 100", bad[i]);
                refuses(words, complaint);
        }
}

static void words_of_an_enum_are_its_values(void **state)
{
        (void)state;
        struct reading reading;
        reads(&reading, "--colour green");
        assert_int_equal(reading.wishes.colour, GREEN);
        reads(&reading, "--colour green --colour=red");
        assert_int_equal(reading.wishes.colour, RED);
        refuses("--colour blue", "invalid colour: blue");
        refuses("--colour Red", "invalid colour: Red");
        refuses("--shade blue", "no such shade");
}

static void texts_are_gathered_in_order(void **state)
{
        (void)state;
        struct reading reading;
        reads(&reading, "--list a x -l b,c -l= --list d");
        const struct text_list *list = &reading.wishes.list;
        assert_int_equal(list->n, 4);
        assert_string_equal(list->items[0], "a");
        assert_string_equal(list->items[1], "b,c");
        assert_string_equal(list->items[2], "");
        assert_string_equal(list->items[3], "d");
        assert_null(list->items[4]);
        option_texts_finish(rows, &reading.wishes);
        assert_int_equal(list->n, 0);
        assert_null(list->items);
        option_texts_finish(rows, &reading.wishes);
}

static void what_is_no_option_is_refused(void **state)
{
        (void)state;
        refuses("--frobnicate a", "flag provided but not defined: -frobnicate");
        refuses("a -frobnicate=1", "flag provided but not defined: -frobnicate");
        refuses("-x", "flag provided but not defined: -x");
        refuses("-9", "flag provided but not defined: -9");
        /* Neither a beginning of a name nor letters together. */
        refuses("--tex x", "flag provided but not defined: -tex, did you mean --text?");
        refuses("--texts x", "flag provided but not defined: -texts, did you mean --text?");
        refuses("-ft", "flag provided but not defined: -ft");
        refuses("--=x", "flag provided but not defined: -");
        refuses("---text", "flag provided but not defined: --text, did you mean --text?");
}

static void what_lacks_its_value_is_refused(void **state)
{
        (void)state;
        refuses("a --text", "flag needs an argument: --text");
        refuses("-t", "flag needs an argument: --text");
        refuses("-l a --list", "flag needs an argument: --list");
        refuses("--number", "flag needs an argument: --number");
}

static void two_dashes_end_the_options(void **state)
{
        (void)state;
        struct reading reading;
        reads(&reading, "a -f -- -t -- --help");
        assert_true(reading.wishes.flag);
        assert_int_equal(reading.found.n_args, 4);
        assert_string_equal(reading.args[0], "a");
        assert_string_equal(reading.args[1], "-t");
        assert_string_equal(reading.args[2], "--");
        assert_string_equal(reading.args[3], "--help");
        assert_false(reading.found.wants_help);
}

static void one_dash_alone_and_nothing_are_arguments(void **state)
{
        (void)state;
        struct reading reading;
        reads(&reading, "- '' -f");
        assert_int_equal(reading.found.n_args, 2);
        assert_string_equal(reading.args[0], "-");
        assert_string_equal(reading.args[1], "");
        assert_true(reading.wishes.flag);
}

static void the_first_argument_may_end_the_options(void **state)
{
        (void)state;
        struct reading reading;
        read_line(&reading, OPTIONS_FIRST, "-f --text x run --text y -- --bogus");
        assert_int_equal(reading.rc, 0);
        assert_true(reading.wishes.flag);
        assert_string_equal(reading.wishes.text, "x");
        assert_int_equal(reading.found.n_args, 5);
        assert_string_equal(reading.args[0], "run");
        assert_string_equal(reading.args[1], "--text");
        assert_string_equal(reading.args[4], "--bogus");
        assert_null(reading.args[5]);
}

static void another_table_goes_on(void **state)
{
        (void)state;
        struct reading reading;
        reads(&reading, "--other");
        assert_true(reading.wishes.of_another_table);

        size_t n = 0;
        const struct option_row *last = NULL;
        for (const struct option_row *row = option_first(rows); row; row = option_next(row), n++)
                last = row;
        assert_int_equal(n, ARRAY_LEN(rows) - 1 + ARRAY_LEN(other_rows) - 1 + 1);
        assert_ptr_equal(last, &option_help);
}

static void help_is_in_every_table_and_ends_the_reading(void **state)
{
        (void)state;
        static const char *const lines[] = { "--help", "-h", "a -help --bogus", "-f --help --text" };
        for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
                struct reading reading;
                read_line(&reading, OPTIONS_ANYWHERE, lines[i]);
                assert_int_equal(reading.rc, 0);
                assert_true(reading.found.wants_help);
        }
        assert_ptr_equal(option_first(NULL), &option_help);
        assert_null(option_next(&option_help));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_spelling_of_a_text_is_read),
                cmocka_unit_test(a_value_is_whatever_follows),
                cmocka_unit_test(flags_are_true_unless_they_say_otherwise),
                cmocka_unit_test(numbers_are_whole_and_in_range),
                cmocka_unit_test(words_of_an_enum_are_its_values),
                cmocka_unit_test(texts_are_gathered_in_order),
                cmocka_unit_test(what_is_no_option_is_refused),
                cmocka_unit_test(what_lacks_its_value_is_refused),
                cmocka_unit_test(two_dashes_end_the_options),
                cmocka_unit_test(one_dash_alone_and_nothing_are_arguments),
                cmocka_unit_test(the_first_argument_may_end_the_options),
                cmocka_unit_test(another_table_goes_on),
                cmocka_unit_test(help_is_in_every_table_and_ends_the_reading),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
