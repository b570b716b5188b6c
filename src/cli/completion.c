/* SPDX-License-Identifier: Apache-2.0 */
/* completion.c - what values and arguments can be, the same for all shells; see completion.h. */

#include <string.h>

#include "cli/completion.h"

#include "cli/signal.h"

const char *const completion_shell_names[COMPLETION_SHELLS] = {
        [COMPLETION_NONE] = "none",
        [COMPLETION_BASH] = "bash",
        [COMPLETION_ZSH] = "zsh",
        [COMPLETION_FISH] = "fish",
};

static void (*const add_by_shell[])(struct buf *out) = {
        [COMPLETION_BASH] = completion_add_bash,
        [COMPLETION_ZSH] = completion_add_zsh,
        [COMPLETION_FISH] = completion_add_fish,
};
_Static_assert(ARRAY_LEN(add_by_shell) == COMPLETION_SHELLS, "every shell has its script");

bool completion_add(struct buf *out, enum completion_shell shell)
{
        if (shell == COMPLETION_NONE)
                return false;
        add_by_shell[shell](out);
        return true;
}

static enum fill fill_of(const struct option_row *row)
{
        static const struct {
                const char *value;
                enum fill fill;
        } rows[] = {
                {"DIR",     FILL_DIRS },
                { "FILE",   FILL_FILES},
                { "SOCKET", FILL_FILES},
        };
        if (row->n_words > 0)
                return FILL_WORDS;
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                if (strcmp(row->value, rows[i].value) == 0)
                        return rows[i].fill;
        }
        return FILL_FREE;
}

void completion_add_value(struct buf *out, const struct option_row *row, const struct fill_style *style)
{
        enum fill fill = fill_of(row);
        buf_add_text(out, style->by_fill[fill]);
        for (size_t i = 0; i < row->n_words; i++)
                buf_add_format(out, "%s%s", i > 0 ? " " : "", row->words[i]);
        if (fill == FILL_WORDS)
                buf_add_text(out, style->words_end);
}

void completion_add_command_names(struct buf *out)
{
        for (size_t i = 0; commands[i]; i++)
                buf_add_format(out, "%s%s", i > 0 ? " " : "", commands[i]->name);
}

static void add_signals(struct buf *out)
{
        for (const struct signal_row *row = signal_rows; row->name; row++)
                buf_add_format(out, "%s%s", row == signal_rows ? "" : " ", row->name);
}

void completion_add_argument(struct buf *out, enum argument argument, const struct fill_style *style)
{
        static const struct {
                enum fill fill;
                void (*add_words)(struct buf *out);
        } rows[ARGUMENTS] = {
                [ARGUMENT_ID] = {FILL_IDS,    NULL                        },
                [ARGUMENT_NEW_ID] = { FILL_FREE,  NULL                        },
                [ARGUMENT_SIGNAL] = { FILL_WORDS, add_signals                 },
                [ARGUMENT_COMMAND] = { FILL_WORDS, completion_add_command_names},
                [ARGUMENT_PROGRAM] = { FILL_FREE,  NULL                        },
        };
        buf_add_text(out, style->by_fill[rows[argument].fill]);
        if (!rows[argument].add_words)
                return;
        rows[argument].add_words(out);
        buf_add_text(out, style->words_end);
}
