/* SPDX-License-Identifier: Apache-2.0 */
/* notify.h - readiness, as sd_notify(3) tells it: a container whose runtime was called with NOTIFY_SOCKET in its
 * environment gets a socket of its own, and what comes in there goes on to the caller's. */
#ifndef TARE_BIRTH_NOTIFY_H
#define TARE_BIRTH_NOTIFY_H

#include <sys/types.h>

#include "birth/birth.h"

/* The directory below ROOT/ID that is mounted in the container, where runc and crun have it too. */
#define NOTIFY_DIR "notify"

/* Whether the caller has a socket. */
bool notify_is_asked_for(void);
/* Adds the mount of ROOT/ID/notify at /run/notify, and NOTIFY_SOCKET=/run/notify/notify.sock, to the bundle. */
int notify_plan(struct birth *birth, struct err *err);
/* Makes the directory; the socket in it is made by whoever will read it: a foreground `run`, or `start`. */
int notify_make_dir(int state_dir_fd, struct err *err);
/* A descriptor, or -1. `start` is told nothing by a container that was created without: is there the directory? */
int notify_listen(int state_dir_fd, struct err *err);
bool notify_is_there(int state_dir_fd);

/* Hands on what a message says of the program itself; the caller is the main process of its unit. All else ends here:
 * barriers (sd_notify_barrier(3)), descriptors, and what would say who is of the unit (MAINPID, NOTIFYACCESS). */
int notify_hand_on(int fd, struct err *err);
/* Waits for READY=1, or the end of init, and tells the caller's socket with the number of init as MAINPID. */
int notify_await_ready(int fd, pid_t init_pid, int init_pidfd, struct err *err);

#endif
