/* SPDX-License-Identifier: Apache-2.0 */
/* child.h - the end of a child process, and the words for it. */
#ifndef TARE_BASE_CHILD_H
#define TARE_BASE_CHILD_H

#include <sys/types.h>

#include "base/err.h"

/* Waits, whatever signals come meanwhile, and reaps it: *ret_status is wait(2)'s. */
int child_await(pid_t pid, int *ret_status, struct err *err);

/* "exit status 3", "signal 9": the words of Go, which callers of runc know. Returns text. */
enum { CHILD_END_MAX = 32 };
const char *child_end_text(int status, char text[static CHILD_END_MAX]);

#endif
