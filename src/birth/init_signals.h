/* SPDX-License-Identifier: Apache-2.0 */
/* init_signals.h - the signals of init: every one at its default, whatever the caller of tare ignored (an engine's
 * SIGPIPE) or handled, but a crash of init is an error with words, not a silence. */
#ifndef TARE_BIRTH_INIT_SIGNALS_H
#define TARE_BIRTH_INIT_SIGNALS_H

#include "base/err.h"
#include "birth/birth.h"

/* For init, before it walks. SIGSEGV, SIGBUS, SIGILL, SIGFPE and SIGABRT then send one last error over the wire, "init
 * crashed: segmentation fault (signal 11)", which the host puts the sentence of the row before, and end the process
 * with 255. Where the host listens no more the words go to birth->last_words_fd, else to stderr. The handler has a
 * stack of its own, so that an overflow of the other one is told too. execve(2) resets all of it. */
int init_signals_begin(const struct birth *birth, struct err *err);
/* Ends init with 255; by a signal, where its seccomp filter forbids to exit. */
_Noreturn void init_signals_end(void);

#endif
