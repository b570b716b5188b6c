/* SPDX-License-Identifier: Apache-2.0 */
/* quote.h - texts from anywhere (file names, arguments, the words of a hook) on one line of a terminal or a log: no
 * byte of them ends the line or speaks to the terminal. */
#ifndef TARE_CLI_QUOTE_H
#define TARE_CLI_QUOTE_H

#include "base/buf.h"

/* As a value of logrus' text format: bare where it can be, else as Go's %q has it. */
void quote_value(struct buf *buf, const char *text);
/* The same escapes but for quotes and backslashes, and no quotes around: for people. */
void quote_line(struct buf *buf, const char *text);

#endif
