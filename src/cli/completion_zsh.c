/* SPDX-License-Identifier: Apache-2.0 */
/* completion_zsh.c - the completions of zsh: one _arguments for the program, and one for each command. */

#include "cli/completion.h"

#include "cli/global.h"

static const struct fill_style style = {
        .by_fill = {
                [FILL_FREE] = " ",
                [FILL_WORDS] = "(",
                [FILL_DIRS] = "_files -/",
                [FILL_FILES] = "_files",
                [FILL_IDS] = "_tare_ids",
        },
        .words_end = ")",
};

static const char head[] = "#compdef tare\n"
                           "# zsh completion of tare, printed by `tare help --completion zsh`\n"
                           "\n"
                           "_tare_ids() {\n"
                           "        local -a ids\n"
                           "        ids=(${(f)\"$(_call_program ids tare list --quiet 2>/dev/null)\"})\n"
                           "        compadd -a ids\n"
                           "}\n"
                           "\n"
                           "_tare() {\n"
                           "        local state line\n"
                           "        _arguments -C \\\n";

/* '(-b --bundle)'{-b+,--bundle=}'[help]:DIR:_files -/' */
static void add_option(struct buf *out, const struct option_row *row, const char *indent)
{
        bool is_flag = row->type == OPTION_FLAG;
        const char *equals = is_flag ? "" : "=";
        if (row->letter)
                buf_add_format(out, "%s'(-%c --%s)'{-%c%s,--%s%s}'[%s]", indent, row->letter, row->name, row->letter,
                               is_flag ? "" : "+", row->name, equals, row->help);
        else
                buf_add_format(out, "%s'--%s%s[%s]", indent, row->name, equals, row->help);
        if (!is_flag) {
                buf_add_format(out, ":%s:", row->value ? row->value : row->name);
                completion_add_value(out, row, &style);
        }
        buf_add_text(out, "' \\\n");
}

static void add_options(struct buf *out, const struct option_row *table, const char *indent)
{
        for (const struct option_row *row = option_first(table); row; row = option_next(row)) {
                if (!row->is_hidden)
                        add_option(out, row, indent);
        }
}

static void add_command(struct buf *out, const struct command *command)
{
        static const char indent[] = "                                ";
        buf_add_format(out, "                %s)\n                        _arguments \\\n", command->name);
        add_options(out, command->options, indent);
        for (size_t i = 0; i < command->n_arguments; i++) {
                buf_add_format(out, "%s'%zu:%s:", indent, i + 1, argument_names[command->arguments[i]]);
                completion_add_argument(out, command->arguments[i], &style);
                buf_add_text(out, "' \\\n");
        }
        buf_add_format(out, "%s&& return\n                        ;;\n", indent);
}

void completion_add_zsh(struct buf *out)
{
        buf_add_text(out, head);
        add_options(out, global_option_rows, "                ");
        buf_add_text(out, "                '1:command:->command' '*::argument:->argument' && return\n"
                          "        case $state in\n"
                          "        command)\n"
                          "                local -a commands\n"
                          "                commands=(\n");
        for (size_t i = 0; commands[i]; i++)
                buf_add_format(out, "                        '%s:%s'\n", commands[i]->name, commands[i]->summary);
        buf_add_text(out, "                )\n"
                          "                _describe command commands\n"
                          "                ;;\n"
                          "        argument)\n"
                          "                case $words[1] in\n");
        for (size_t i = 0; commands[i]; i++)
                add_command(out, commands[i]);
        buf_add_text(out, "                esac\n"
                          "                ;;\n"
                          "        esac\n"
                          "}\n"
                          "\n"
                          "_tare \"$@\"\n");
}
