/* SPDX-License-Identifier: Apache-2.0 */
/* supervise.h - stand by a container in the foreground: pass signals on, reap, and tell how it ended. */
#ifndef TARE_BIRTH_SUPERVISE_H
#define TARE_BIRTH_SUPERVISE_H

#include <sys/types.h>

#include "base/err.h"

/* Waits for init, the caller's child, and reaps it. Every signal that comes meanwhile goes to init, but for SIGCHLD
 * (orphans, when the caller is their subreaper, are reaped), SIGURG and SIGWINCH. *ret_status: the exit status, or 128
 * + the signal. */
int supervise(pid_t init_pid, int init_pidfd, int *ret_status, struct err *err);

#endif
