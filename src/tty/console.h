/* SPDX-License-Identifier: Apache-2.0 */
/* console.h - the container's terminal, made from inside: a pty of the container's own devpts, bound over its
 * /dev/console and given to the program as its controlling terminal. All of it runs in init after the root was entered,
 * so every path here is the container's, and whoever made the image may have planted anything there. */
#ifndef TARE_TTY_CONSOLE_H
#define TARE_TTY_CONSOLE_H

#include <stdint.h>

#include "base/err.h"

/* process.consoleSize, in characters. With either of them 0 the pty keeps its size. */
struct console_size {
        uint32_t height, width;
};

/* The name that goes with the master over a console socket: what the receivers know it by. */
#define CONSOLE_MASTER_NAME "/dev/ptmx"

/* A new pty of the devpts at /dev/pts; fails where that is another file system, or where the way there or the ptmx in
 * it is a link or mounted over. Both ends are O_CLOEXEC and nobody's controlling terminal. NULL as size: it keeps its
 * own.
 */
int console_make(const struct console_size *size, int *ret_master_fd, int *ret_slave_fd, struct err *err);
/* Binds the slave over /dev/console, made as an empty file (0644) where nothing is there. What is there must be a file
 * or a character device; no link is followed. A failure leaves at most the empty file. */
int console_mount(int slave_fd, struct err *err);
/* The slave becomes stdin, stdout, stderr and the controlling terminal. The caller leads a session without one. Once
 * the master is with its receiver, this is the last step: slave_fd stays open, and execve closes it. */
int console_take(int slave_fd, struct err *err);

#endif
