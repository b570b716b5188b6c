/* SPDX-License-Identifier: Apache-2.0 */
/* completion_bash.c - the completions of bash: three functions that are the tables, and one that reads the line. */

#include "cli/completion.h"

#include "cli/global.h"

static const struct fill_style style = {
        .by_fill = {
                [FILL_FREE] = "free",
                [FILL_WORDS] = "words ",
                [FILL_DIRS] = "dirs",
                [FILL_FILES] = "files",
                [FILL_IDS] = "ids",
        },
        .words_end = "",
};

static const char tail[] =
        "_tare() {\n"
        "        local current=${COMP_WORDS[COMP_CWORD]} command='' option='' n=0 i word fill\n"
        "        for ((i = 1; i < COMP_CWORD; i++)); do\n"
        "                word=${COMP_WORDS[i]}\n"
        "                [[ $word != = ]] || continue # bash cuts --name=value into three\n"
        "                if [[ -n $option ]]; then\n"
        "                        option=''\n"
        "                elif [[ $word == -* ]]; then\n"
        "                        [[ -z $(_tare_value \"$command:$word\") ]] || option=$word\n"
        "                elif [[ -z $command ]]; then\n"
        "                        command=$word\n"
        "                else\n"
        "                        n=$((n + 1))\n"
        "                fi\n"
        "        done\n"
        "        [[ $current != = ]] || current=''\n"
        "        if [[ -n $option ]]; then\n"
        "                fill=$(_tare_value \"$command:$option\")\n"
        "        elif [[ $current == -* ]]; then\n"
        "                fill=\"words $(_tare_options \"$command\")\"\n"
        "        else\n"
        "                fill=$(_tare_argument \"$command:$n\")\n"
        "        fi\n"
        "        COMPREPLY=()\n"
        "        case $fill in\n"
        "        dirs) compopt -o filenames && mapfile -t COMPREPLY < <(compgen -d -- \"$current\") ;;\n"
        "        files) compopt -o filenames && mapfile -t COMPREPLY < <(compgen -f -- \"$current\") ;;\n"
        "        ids) mapfile -t COMPREPLY < <(compgen -W \"$(tare list --quiet 2>/dev/null)\" -- \"$current\") ;;\n"
        "        words*) mapfile -t COMPREPLY < <(compgen -W \"${fill#words}\" -- \"$current\") ;;\n"
        "        esac\n"
        "}\n"
        "complete -F _tare tare\n";

/* Each of the three gives a case of what it adds for the program (name "") and for every command. */

static void add_options(struct buf *out, const char *name, const struct option_row *table)
{
        buf_add_format(out, "        '%s') echo '", name);
        for (const struct option_row *row = option_first(table); row; row = option_next(row)) {
                if (!row->is_hidden)
                        buf_add_format(out, " --%s", row->name);
        }
        buf_add_text(out, "' ;;\n");
}

static void add_values(struct buf *out, const char *name, const struct option_row *table)
{
        for (const struct option_row *row = option_first(table); row; row = option_next(row)) {
                if (row->is_hidden || row->type == OPTION_FLAG)
                        continue;
                buf_add_format(out, "        '%s:--%s'", name, row->name);
                if (row->letter)
                        buf_add_format(out, " | '%s:-%c'", name, row->letter);
                buf_add_text(out, ") echo '");
                completion_add_value(out, row, &style);
                buf_add_text(out, "' ;;\n");
        }
}

static void add_arguments(struct buf *out, const struct command *command)
{
        for (size_t i = 0; i < command->n_arguments; i++) {
                buf_add_format(out, "        '%s:%zu') echo '", command->name, i);
                completion_add_argument(out, command->arguments[i], &style);
                buf_add_text(out, "' ;;\n");
        }
}

void completion_add_bash(struct buf *out)
{
        buf_add_text(out, "# bash completion of tare, printed by `tare help --completion bash`\n"
                          "\n_tare_options() { # COMMAND\n        case $1 in\n");
        add_options(out, "", global_option_rows);
        for (size_t i = 0; commands[i]; i++)
                add_options(out, commands[i]->name, commands[i]->options);

        buf_add_text(out, "        esac\n}\n\n_tare_value() { # COMMAND:OPTION\n        case $1 in\n");
        add_values(out, "", global_option_rows);
        for (size_t i = 0; commands[i]; i++)
                add_values(out, commands[i]->name, commands[i]->options);

        buf_add_text(out, "        esac\n}\n\n_tare_argument() { # COMMAND:NUMBER\n        case $1 in\n"
                          "        ':0') echo 'words ");
        completion_add_command_names(out);
        buf_add_text(out, "' ;;\n");
        for (size_t i = 0; commands[i]; i++)
                add_arguments(out, commands[i]);
        buf_add_text(out, "        esac\n}\n\n");
        buf_add_text(out, tail);
}
