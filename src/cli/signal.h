/* SPDX-License-Identifier: Apache-2.0 */
/* signal.h - signals as people and engines write them. */
#ifndef TARE_CLI_SIGNAL_H
#define TARE_CLI_SIGNAL_H

#include "base/err.h"

struct signal_row {
        const char *name; /* without SIG; NULL: the end */
        int number;
};
/* By number; other names of a signal stand after its first one. Without the real-time ones. */
extern const struct signal_row signal_rows[];

/* A number from 1 to 64, or a name with or without SIG, in any case, or RTMIN, RTMIN+N, RTMAX, RTMAX-N.
 * "unknown signal "X"" otherwise. */
int signal_parse(const char *text, int *ret, struct err *err);

#endif
