/* SPDX-License-Identifier: Apache-2.0 */
/* completion_fish.c - the completions of fish: one `complete` for each option, command and argument. */

#include "cli/completion.h"

#include "cli/global.h"

static const struct fill_style style = {
        .by_fill = {
                [FILL_FREE] = "",
                [FILL_WORDS] = "",
                [FILL_DIRS] = "(__fish_complete_directories)",
                [FILL_FILES] = "(__fish_complete_path)",
                [FILL_IDS] = "(tare list --quiet 2>/dev/null)",
        },
        .words_end = "",
};

static const char head[] = "# fish completion of tare, printed by `tare help --completion fish`\n"
                           "\n"
                           "# Whether argument N of COMMAND comes next.\n"
                           "function __tare_at --argument-names command n\n"
                           "        set -l words (string match --invert -- '-*' (commandline -opc))\n"
                           "        set -l at (contains -i -- $command $words)\n"
                           "        and test (count $words) -eq (math $at + $n)\n"
                           "end\n"
                           "\n"
                           "complete -c tare -f\n";

/* command: "" for the options that stand before it. */
static void add_options(struct buf *out, const char *command, const struct option_row *table)
{
        const char *condition = *command ? "__fish_seen_subcommand_from " : "__fish_use_subcommand";
        for (const struct option_row *row = option_first(table); row; row = option_next(row)) {
                if (row->is_hidden)
                        continue;
                buf_add_format(out, "complete -c tare -n '%s%s' -l %s", condition, command, row->name);
                if (row->letter)
                        buf_add_format(out, " -s %c", row->letter);
                if (row->type != OPTION_FLAG) {
                        buf_add_text(out, " -x -a '");
                        completion_add_value(out, row, &style);
                        buf_add_text(out, "'");
                }
                buf_add_format(out, " -d '%s'\n", row->help);
        }
}

static void add_arguments(struct buf *out, const struct command *command)
{
        for (size_t i = 0; i < command->n_arguments; i++) {
                buf_add_format(out, "complete -c tare -n '__tare_at %s %zu' -a '", command->name, i);
                completion_add_argument(out, command->arguments[i], &style);
                buf_add_text(out, "'\n");
        }
}

void completion_add_fish(struct buf *out)
{
        buf_add_text(out, head);
        add_options(out, "", global_option_rows);
        for (size_t i = 0; commands[i]; i++)
                buf_add_format(out, "complete -c tare -n __fish_use_subcommand -a %s -d '%s'\n", commands[i]->name,
                               commands[i]->summary);
        for (size_t i = 0; commands[i]; i++) {
                add_options(out, commands[i]->name, commands[i]->options);
                add_arguments(out, commands[i]);
        }
}
