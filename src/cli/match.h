/* SPDX-License-Identifier: Apache-2.0 */
/* match.h - a verb on all containers that an expression finds: crun's --regex. */
#ifndef TARE_CLI_MATCH_H
#define TARE_CLI_MATCH_H

#include "base/err.h"
#include "birth/runtime.h"

/* Calls verb for every container, also a half made one, with a match of the extended regular expression (regex(7))
 * somewhere in its id. Every one is tried: each failure is a warning to the log but the first, which is the error. That
 * none is found is no failure. */
int match_each(const struct runtime *runtime, const char *expression,
               int (*verb)(void *ctx, const char *id, struct err *err), void *ctx, struct err *err);

#endif
