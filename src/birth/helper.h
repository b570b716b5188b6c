/* SPDX-License-Identifier: Apache-2.0 */
/* helper.h - tare's own programs in libexec/tare, which have the libraries that tare itself does without. They run only
 * when they are asked for. One that fails says why, on one line, and that is the error. */
#ifndef TARE_BIRTH_HELPER_H
#define TARE_BIRTH_HELPER_H

#include <sys/types.h>

#include "base/err.h"

/* One that stays. */
struct helper {
        pid_t pid;  /* 0: there is none */
        int end_fd; /* it ends when this is closed */
};

/* argv[0] is its name below libexec. Found in the directory that was configured when tare was built, or in
 * $TARE_LIBEXECDIR. */

/* Until it has ended. */
int helper_run(char *const *argv, struct err *err);
/* Until it has said a line: that it is ready. */
int helper_begin(char *const *argv, struct helper *ret, struct err *err);
/* Ends and reaps it. Accepts one that was never begun, and one that was killed. */
void helper_end(struct helper *helper);

#endif
