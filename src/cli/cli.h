/* SPDX-License-Identifier: Apache-2.0 */
/* cli.h - the command line from its first word to its end, for main. */
#ifndef TARE_CLI_CLI_H
#define TARE_CLI_CLI_H

#include "base/err.h"
#include "cli/log_sink.h"

/* argv: as main has it, with NULL after the last; it is left as it is. Opens the log of --log into sink before anything
 * else can fail, runs the command, and gives the exit status. On -1 the caller has one error to tell, by sink. */
int cli_run(char *const *argv, struct log_sink *sink, int *ret_status, struct err *err);

#endif
