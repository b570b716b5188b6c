/* SPDX-License-Identifier: Apache-2.0 */
/* relay.h - between the caller's stdin and stdout and the master of a container's pty, for `run` and `exec` in the
 * foreground: the host's half of a terminal. It has no loop of its own but for the end: whoever waits for the container
 * polls these descriptors along with its own.
 *
 * From relay_begin to relay_finish the caller has SIGPIPE, SIGTTOU and SIGTTIN blocked or ignored. stdin, stdout and
 * stderr are open. */
#ifndef TARE_TTY_RELAY_H
#define TARE_TTY_RELAY_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

#include "base/err.h"

enum {
        RELAY_FDS = 3,     /* what relay_poll fills */
        RELAY_ROOM = 16384 /* of either direction: who does not read stops who writes */
};

struct relay_flow {
        size_t start, end; /* what is read and not yet written */
        char *bytes;       /* RELAY_ROOM of them */
};

/* The zero value is a relay that has nothing to do, and so is a finished one. */
struct relay {
        bool has_begun;
        bool is_raw;
        int master_fd; /* -1: the end of the output */
        int slave_fd;  /* held, so that a program that closes its terminal and opens it anew is no end; -1: it ended */
        int input_fd;  /* -1: there is no more of it */
        int output_fd;
        int caller_fd; /* the caller's terminal; -1: it has none */
        struct termios caller_modes;
        struct relay_flow to_program, to_caller;
};

/* Takes the master over, gives the pty the size of the caller's terminal, clears its ONLCR (that terminal adds the
 * carriage returns), and puts that terminal into raw mode where it is stdin and we are in its foreground. Without a
 * terminal it relays all the same. Begin before the program does, which may ask for its size at once. On failure
 * nothing is changed and the master is closed. */
int relay_begin(struct relay *relay, int *master_fd, struct err *err);

/* Fills RELAY_FDS descriptors for poll(2) and returns how many: 0 when there is nothing more to relay. */
size_t relay_poll(const struct relay *relay, struct pollfd *fds);
/* Moves what poll(2) found among these, without blocking. The end of stdin ends the input, and the program is not told:
 * a ^D of ours would end shells that run with stdin at /dev/null. Output that nobody takes any more (a closed pipe, a
 * gone terminal) hangs the program's terminal up, as a closed window would. After a failure what did not fail goes on:
 * tell it, and go on polling. */
int relay_step(struct relay *relay, const struct pollfd *fds, struct err *err);
/* For SIGWINCH: the caller's size becomes the program's. */
void relay_resize(const struct relay *relay);

/* After the program was reaped: what it wrote reaches stdout, to the last byte, however slow the reader is. When
 * stop_fd (a signalfd; -1: none) is readable while the reader takes nothing, the rest is given up. */
int relay_drain(struct relay *relay, int stop_fd, struct err *err);
/* The caller's terminal is as it was, and all is closed. May be called at any time, twice, and wherever only
 * async-signal-safe functions may. */
void relay_finish(struct relay *relay);

#endif
