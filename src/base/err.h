/* SPDX-License-Identifier: Apache-2.0 */
/* err.h - the one error value of tare: made where something fails, given more context on its way up, printed once by
 * main. It holds no pointer, so the same struct crosses the wire between init and host. */
#ifndef TARE_BASE_ERR_H
#define TARE_BASE_ERR_H

#include "base/scope.h"

/* Enough for a PATH_MAX path in a sentence. Callers of a runtime read one line below 8 KiB (conmon: one read of 8191
 * bytes). */
enum { ERR_TEXT_MAX = 6144 };

struct err {
        int code; /* errno of the failed call; 0: a verdict of our own, or no error at all */
        char text[ERR_TEXT_MAX];
};

/* A verdict of our own. Text: lower case, no full stop, names the thing and says the act; never "failed to" or "error".
 * Sets err, replacing what was there. Always returns -1, so that a function can end in `return fail(err, ...)`. */
int fail(struct err *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* After a failed system call: the text, ": ", and errno_text(errno). Keeps errno in err->code and in errno. Returns -1.
 */
int fail_sys(struct err *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* Puts "text: " before what err already says, where only the caller knows which thing it was. Returns -1.
 * When the whole gets too long, its middle is cut out ("..."): callers match on the end, people read the start. */
int fail_at(struct err *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* The text of an errno in the words and the lower case of Go's syscall package, which callers of runc match case by
 * case (Docker: "no such file or directory", "permission denied"). Never NULL; unknown numbers give "errno N". */
const char *errno_text(int code);

#endif
