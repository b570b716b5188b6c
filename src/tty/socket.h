/* SPDX-License-Identifier: Apache-2.0 */
/* socket.h - hand one descriptor over to whoever waits at a Unix socket: the console's master at --console-socket, the
 * pidfd of init at --pidfd-socket, and the master from init to its own host, which relays it. */
#ifndef TARE_TTY_SOCKET_H
#define TARE_TTY_SOCKET_H

#include "base/err.h"

/* Connects to the stream socket at path, of any length that a file may have. The error says "connect: ..."; which
 * option and which path it was is for the caller to add. */
int socket_connect(const char *path, int *ret_fd, struct err *err);
/* A pair of connected sockets, for a receiver of our own. */
int socket_pair(int *ret_host_fd, int *ret_init_fd, struct err *err);
/* One message: the data, which is at least one byte and by custom tells what the descriptor is, and the descriptor. The
 * caller keeps its own. */
int socket_send_fd(int socket_fd, const char *data, int fd, struct err *err);
/* The same with a pidfd of the calling process; init_type ("standard", "setns") is the data. */
int socket_send_pidfd(int socket_fd, const char *init_type, struct err *err);
/* Waits for one descriptor, whatever the data that comes with it says. It is O_CLOEXEC. */
int socket_receive_fd(int socket_fd, int *ret_fd, struct err *err);

#endif
