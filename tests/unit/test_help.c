/* SPDX-License-Identifier: Apache-2.0 */
/* test_help.c - the tables of commands and options: every row is whole, and help and completions name every one. */

#include "fake_birth.h"

#include "cli/command.h"
#include "cli/completion.h"
#include "cli/global.h"

static void help_names_every_command(void **state)
{
        (void)state;
        char whole[sizeof result.out], line[64];
        run_line("help");
        strcpy(whole, result.out);
        for (size_t i = 0; commands[i]; i++) {
                (void)snprintf(line, sizeof line, "\n   %s ", commands[i]->name);
                assert_true(has_text(line));
                assert_true(has_text(commands[i]->summary));
        }
        prints("", whole);
        prints("-h", whole);
        prints("--help list", whole);
        prints("--version --help", whole);
}

static void each_command_has_a_help_that_names_its_options(void **state)
{
        (void)state;
        for (size_t i = 0; commands[i]; i++) {
                char line[64], whole[sizeof result.out];
                (void)snprintf(line, sizeof line, "help %s", commands[i]->name);
                run_line(line);
                assert_int_equal(result.status, 0);
                strcpy(whole, result.out);
                const struct option_row *row = option_first(commands[i]->options);
                for (; row; row = option_next(row)) {
                        (void)snprintf(line, sizeof line, "--%s ", row->name);
                        assert_int_equal(has_text(line), !row->is_hidden);
                }
                /* Where a program follows, what comes after the id is the program's. */
                const char *before = commands[i]->has_trailing ? "" : " a b c";
                (void)snprintf(line, sizeof line, "%s%s --help", commands[i]->name, before);
                prints(line, whole);
        }
        run_line("help kill");
        assert_true(has_text("\n   tare kill [options] ID [SIGNAL]\n"));
}

static void stands_in_a_shell_script(const char *text)
{
        assert_non_null(text);
        assert_null(strpbrk(text, "'\"`[]:\\$\n"));
}

static void texts_need_no_quotes(const struct option_row *table)
{
        for (const struct option_row *row = option_first(table); row; row = option_next(row)) {
                stands_in_a_shell_script(row->name);
                stands_in_a_shell_script(row->help);
                /* Whoever has a value says what it is. */
                bool has_value = row->value || row->n_words > 0;
                assert_int_equal(has_value, row->type != OPTION_FLAG);
        }
}

static void every_row_is_whole(void **state)
{
        (void)state;
        texts_need_no_quotes(global_option_rows);
        for (size_t i = 0; commands[i]; i++) {
                const struct command *command = commands[i];
                assert_true(i == 0 || strcmp(commands[i - 1]->name, command->name) < 0);
                assert_ptr_equal(command_find(command->name), command);
                stands_in_a_shell_script(command->summary);
                texts_need_no_quotes(command->options);
                assert_true(command->options_size <= COMMAND_OPTIONS_MAX);
                assert_int_equal(command->options != NULL, command->defaults != NULL);
                assert_true(command->n_required <= command->n_arguments);
                assert_true(command->n_arguments <= COMMAND_ARGUMENTS_MAX);
                for (size_t k = 0; k < command->n_arguments; k++)
                        assert_true(command->arguments[k] != ARGUMENT_NONE);
                assert_non_null(command->run);
        }
}

static void the_options_table_has_every_option(void **state)
{
        (void)state;
        run_line("help --options-table");
        assert_true(has_text("tare\t--log-format\t-\ttext|json\n"));
        assert_true(has_text("tare\t--version\t-v\t-\n"));
        assert_true(has_text("run\t--detach\t-d\t-\n"));
        assert_true(has_text("run\t--bundle\t-b\tDIR\n"));
        assert_true(has_text("start\t--help\t-h\t-\n"));
        assert_false(has_text("birth-table"));
}

static void completions_name_every_option(void **state)
{
        (void)state;
        prints("help --completion none --completion none --birth-table", "1\tbegin\thost\n");
        for (enum completion_shell shell = COMPLETION_BASH; shell < COMPLETION_SHELLS; shell++) {
                char line[64];
                (void)snprintf(line, sizeof line, "help --completion %s", completion_shell_names[shell]);
                run_line(line);
                assert_int_equal(result.status, 0);
                /* Its head names an option that is hidden. */
                const char *script = strstr(result.out, "\n\n");
                assert_non_null(script);
                for (size_t i = 0; commands[i]; i++) {
                        const struct option_row *row = option_first(commands[i]->options);
                        assert_non_null(strstr(script, commands[i]->name));
                        for (; row; row = option_next(row))
                                assert_int_equal(strstr(script, row->name) != NULL, !row->is_hidden);
                }
                assert_true(has_text("USR1"));
                assert_true(has_text("tare list --quiet"));
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(help_names_every_command),
                cmocka_unit_test(each_command_has_a_help_that_names_its_options),
                cmocka_unit_test(every_row_is_whole),
                cmocka_unit_test(the_options_table_has_every_option),
                cmocka_unit_test(completions_name_every_option),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
