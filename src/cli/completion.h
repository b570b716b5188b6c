/* SPDX-License-Identifier: Apache-2.0 */
/* completion.h - what a shell needs to complete the command line, from the tables of commands and options. */
#ifndef TARE_CLI_COMPLETION_H
#define TARE_CLI_COMPLETION_H

#include <stdbool.h>

#include "base/buf.h"
#include "cli/command.h"

enum completion_shell { COMPLETION_NONE, COMPLETION_BASH, COMPLETION_ZSH, COMPLETION_FISH, COMPLETION_SHELLS };
extern const char *const completion_shell_names[COMPLETION_SHELLS];

/* A script for the shell to read; false for none. Helps and names hold nothing that a shell reads as more than a letter
 * (option_row.help), so that between single quotes they need no escapes. */
bool completion_add(struct buf *out, enum completion_shell shell);

/* What a value or an argument can be filled with. */
enum fill { FILL_FREE, FILL_WORDS, FILL_DIRS, FILL_FILES, FILL_IDS, FILLS };

/* How one shell says so. Words stand between their own two texts. */
struct fill_style {
        const char *by_fill[FILLS];
        const char *words_end;
};

/* For the shells' own files: */
void completion_add_value(struct buf *out, const struct option_row *row, const struct fill_style *style);
void completion_add_argument(struct buf *out, enum argument argument, const struct fill_style *style);
void completion_add_command_names(struct buf *out);
void completion_add_bash(struct buf *out);
void completion_add_zsh(struct buf *out);
void completion_add_fish(struct buf *out);

#endif
