/* SPDX-License-Identifier: Apache-2.0 */
/* help.h - what --help shows, from the tables of commands and options. */
#ifndef TARE_CLI_HELP_H
#define TARE_CLI_HELP_H

#include "base/buf.h"
#include "base/err.h"
#include "cli/command.h"

/* Of a command, or of the program (NULL), on stdout. */
int help_show(const struct command *command, struct err *err);
/* After a wrong use: one line on stderr, above that of the error, which is still to be told. */
void help_wrong_use(const struct command *command);

void help_add(struct buf *out, const struct command *command);
/* For scripts/check-man, one line an option: command ("tare": the global ones), name, letter, value, each after a tab,
 * "-" where there is none. Hidden ones are left out. */
void help_add_options_table(struct buf *out);
/* "DIR", "text|json"; "" for a flag. */
void help_add_value(struct buf *out, const struct option_row *row);

#endif
