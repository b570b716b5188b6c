/* SPDX-License-Identifier: Apache-2.0 */
/* terminal.h - the terminal of a container's process, and the sockets that somebody listens at for it and for a pidfd:
 * what is settled before a birth, and how it goes on after it. Its steps are in steps.h. */
#ifndef TARE_BIRTH_TERMINAL_H
#define TARE_BIRTH_TERMINAL_H

#include "birth/birth.h"

/* Whether terminal and console socket go together, in runc's words; connects to the sockets, or makes a pair of our own
 * for a terminal in the foreground. `--console-socket PATH: connect: no such file or directory`. */
int terminal_plan(struct birth *birth, struct err *err);
/* Closes what is left, and gives the caller's terminal back. Accepts a birth without one. */
void terminal_finish(struct birth *birth);

#endif
