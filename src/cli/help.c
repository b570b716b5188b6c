/* SPDX-License-Identifier: Apache-2.0 */
/* help.c - print commands and options; see help.h. */

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli/help.h"

#include "base/file.h"
#include "cli/global.h"
#include "cli/output.h"

void help_add_value(struct buf *out, const struct option_row *row)
{
        if (row->value)
                buf_add_text(out, row->value);
        for (size_t i = 0; i < row->n_words; i++) {
                buf_add_text(out, i > 0 ? "|" : "");
                buf_add_text(out, row->words[i]);
        }
}

/* "-b, --bundle DIR" */
static void add_spelling(struct buf *out, const struct option_row *row)
{
        if (row->letter)
                buf_add_format(out, "-%c, --%s", row->letter, row->name);
        else
                buf_add_format(out, "    --%s", row->name);
        if (row->type == OPTION_FLAG)
                return;
        buf_add_text(out, " ");
        help_add_value(out, row);
}

static size_t widest_spelling(const struct option_row *table)
{
        size_t widest = 0;
        for (const struct option_row *row = option_first(table); row; row = option_next(row)) {
                auto_buf struct buf spelling = { 0 };
                add_spelling(&spelling, row);
                if (!row->is_hidden && spelling.len > widest)
                        widest = spelling.len;
        }
        return widest;
}

static void add_options(struct buf *out, const struct option_row *table)
{
        size_t widest = widest_spelling(table);
        for (const struct option_row *row = option_first(table); row; row = option_next(row)) {
                if (row->is_hidden)
                        continue;
                auto_buf struct buf spelling = { 0 };
                add_spelling(&spelling, row);
                buf_add_format(out, "   %-*s   %s\n", (int)widest, buf_text(&spelling), row->help);
        }
}

/* One line, without its end. command NULL: of the program. */
static void add_usage(struct buf *out, const struct command *command)
{
        if (!command) {
                buf_add_text(out, "tare [global options] command [options] [arguments]");
                return;
        }
        buf_add_format(out, "tare %s [options]", command->name);
        for (size_t i = 0; i < command->n_arguments; i++) {
                const char *name = argument_names[command->arguments[i]];
                buf_add_format(out, i < command->n_required ? " %s" : " [%s]", name);
        }
        if (command->has_trailing)
                buf_add_text(out, " [ARGUMENT]...");
}

static void add_indented(struct buf *out, const char *text)
{
        while (*text) {
                size_t len = strcspn(text, "\n");
                buf_add_format(out, "   %.*s\n", (int)len, text);
                text += len;
                text += *text == '\n';
        }
}

static void add_command(struct buf *out, const struct command *command)
{
        buf_add_format(out, "NAME:\n   tare %s - %s\n", command->name, command->summary);
        buf_add_text(out, "\nUSAGE:\n   ");
        add_usage(out, command);
        buf_add_text(out, "\n");
        if (command->details) {
                buf_add_text(out, "\nDESCRIPTION:\n");
                add_indented(out, command->details);
        }
        buf_add_text(out, "\nOPTIONS:\n");
        add_options(out, command->options);
}

static void add_program(struct buf *out)
{
        buf_add_text(out, "NAME:\n   tare - run containers as the OCI runtime specification has them\n"
                          "\nUSAGE:\n   ");
        add_usage(out, NULL);
        buf_add_text(out, "\n\nCOMMANDS:\n");
        size_t widest = 0;
        for (size_t i = 0; commands[i]; i++)
                widest = strlen(commands[i]->name) > widest ? strlen(commands[i]->name) : widest;
        for (size_t i = 0; commands[i]; i++)
                buf_add_format(out, "   %-*s   %s\n", (int)widest, commands[i]->name, commands[i]->summary);
        buf_add_text(out, "\nGLOBAL OPTIONS:\n");
        add_options(out, global_option_rows);
}

void help_add(struct buf *out, const struct command *command)
{
        if (command)
                add_command(out, command);
        else
                add_program(out);
}

int help_show(const struct command *command, struct err *err)
{
        auto_buf struct buf out = { 0 };
        help_add(&out, command);
        return output_write(&out, err);
}

void help_wrong_use(const struct command *command)
{
        auto_buf struct buf out = { 0 };
        const char *before = command ? " " : "";
        const char *name = command ? command->name : "";
        buf_add_text(&out, "Incorrect Usage. Usage: ");
        add_usage(&out, command);
        buf_add_format(&out, " (tare%s%s --help tells more)\n", before, name);
        /* The error is still to be told, also when nobody reads this. */
        (void)signal(SIGPIPE, SIG_IGN);
        (void)write_all(STDERR_FILENO, buf_text(&out), out.len);
}

static void add_options_of(struct buf *out, const char *name, const struct option_row *table)
{
        for (const struct option_row *row = option_first(table); row; row = option_next(row)) {
                if (row->is_hidden)
                        continue;
                const char letter[] = { '-', row->letter, '\0' };
                buf_add_format(out, "%s\t--%s\t%s\t", name, row->name, letter);
                if (row->type == OPTION_FLAG)
                        buf_add_text(out, "-");
                help_add_value(out, row);
                buf_add_text(out, "\n");
        }
}

void help_add_options_table(struct buf *out)
{
        add_options_of(out, "tare", global_option_rows);
        for (size_t i = 0; commands[i]; i++)
                add_options_of(out, commands[i]->name, commands[i]->options);
}
