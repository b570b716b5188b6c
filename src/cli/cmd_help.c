/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_help.c - `tare help`: of the program or of a command; and for the project's own tools, its tables. */

#include "birth/page.h"
#include "cli/cmd.h"
#include "cli/completion.h"
#include "cli/help.h"
#include "cli/output.h"

struct help_options {
        bool birth_page;
        bool birth_table;
        bool options_table;
        enum completion_shell completion;
};

static const struct option_row rows[] = {
        {.name = "birth-page",
         .type = OPTION_FLAG,
         .is_hidden = true,
         .offset = offsetof(struct help_options, birth_page),
         .help = "docs/BIRTH.md" },
        { .name = "birth-table",
         .type = OPTION_FLAG,
         .is_hidden = true,
         .offset = offsetof(struct help_options, birth_table),
         .help = "the steps of a birth, for tests/faults/matrix" },
        { .name = "options-table",
         .type = OPTION_FLAG,
         .is_hidden = true,
         .offset = offsetof(struct help_options, options_table),
         .help = "all options, for scripts/check-man" },
        { .name = "completion",
         .type = OPTION_ENUM,
         .is_hidden = true,
         .offset = offsetof(struct help_options, completion),
         .words = completion_shell_names,
         .n_words = COMPLETION_SHELLS,
         .help = "what a shell reads in order to complete the command line" },
        { .name = NULL },
};

static const struct help_options defaults = { .completion = COMPLETION_NONE };

/* False: none of the hidden ones is asked for. */
static bool add_tables(const struct help_options *options, struct buf *out)
{
        const struct {
                bool is_asked;
                void (*add)(struct buf *out);
        } pages[] = {
                {options->birth_page,     page_print_markdown   },
                { options->birth_table,   page_print_rows       },
                { options->options_table, help_add_options_table},
        };
        for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
                if (!pages[i].is_asked)
                        continue;
                pages[i].add(out);
                return true;
        }
        return completion_add(out, options->completion);
}

static int run(struct call *call, struct err *err)
{
        auto_buf struct buf out = { 0 };
        if (add_tables(call->options, &out))
                return output_write(&out, err);
        if (call->n_args == 0)
                return help_show(NULL, err);

        const struct command *command = command_find(call->args[0]);
        if (command)
                return help_show(command, err);
        call->status = STATUS_NO_TOPIC;
        return command_no_topic(call->args[0], err);
}

const struct command cmd_help = {
        .name = "help",
        .summary = "show this, or the help of a command",
        .arguments = { ARGUMENT_COMMAND },
        .n_arguments = 1,
        .options = rows,
        .defaults = &defaults,
        .options_size = sizeof defaults,
        .run = run,
};
