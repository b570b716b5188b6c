/* SPDX-License-Identifier: Apache-2.0 */
/* supervise.h - stand by a container in the foreground: pass signals on, reap, and tell how it ended. */
#ifndef TARE_BIRTH_SUPERVISE_H
#define TARE_BIRTH_SUPERVISE_H

#include <sys/types.h>

#include "base/err.h"
#include "base/log.h"
#include "tty/relay.h"

struct supervised {
        pid_t init_pid; /* a child of the caller */
        int init_pidfd;
        int notify_fd;       /* what its program tells of itself goes on to the caller (notify.h); -1: nobody asked */
        struct relay *relay; /* of its terminal; one that never began has nothing to do */
        const struct log *log;
};

/* Waits for init and reaps it, and relays its terminal until all of its output is out. Every signal that comes
 * meanwhile goes to init, but for SIGCHLD (orphans, when the caller is their subreaper, are reaped), SIGURG, and
 * SIGWINCH, which the terminal takes. *ret_status: the exit status, or 128 + the signal. */
int supervise(const struct supervised *whom, int *ret_status, struct err *err);

#endif
