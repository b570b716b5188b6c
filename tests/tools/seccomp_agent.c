/* SPDX-License-Identifier: Apache-2.0 */
/* seccomp_agent.c - the agent at a listenerPath, for tests.
 * usage: seccomp_agent SOCKET DOCUMENT_FILE ANSWER
 * Takes one descriptor of notifications at SOCKET, which is there once it listens, and writes what came with it to
 * DOCUMENT_FILE. Then it prints the number of each call that it is told of, and answers as ANSWER says: "continue", or
 * an errno for the call to fail with. Ends when nobody is left under the filter. ANSWER "leave": it goes away with the
 * descriptor. */

#include <errno.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "descriptor.h"

static void answer(int fd, const char *how)
{
        struct seccomp_notif call = { 0 };
        if (ioctl(fd, SECCOMP_IOCTL_NOTIF_RECV, &call) < 0) {
                if (errno != ENOENT && errno != EINTR) /* who called has died */
                        err(1, "take a notification");
                return;
        }
        printf("%d\n", call.data.nr);
        struct seccomp_notif_resp response = { .id = call.id };
        if (strcmp(how, "continue") == 0)
                response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
        else
                response.error = -atoi(how);
        if (ioctl(fd, SECCOMP_IOCTL_NOTIF_SEND, &response) < 0 && errno != ENOENT)
                err(1, "answer a notification");
}

int main(int argc, char **argv)
{
        if (argc != 4)
                errx(2, "usage: seccomp_agent SOCKET DOCUMENT_FILE ANSWER");
        (void)setvbuf(stdout, NULL, _IOLBF, 0);
        int fd = receive_descriptor(accept_at(listen_at(argv[1])), argv[2]);
        if (strcmp(argv[3], "leave") == 0)
                return 0;

        for (;;) {
                struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
                if (poll(&poll_fd, 1, -1) < 0 && errno != EINTR)
                        err(1, "poll");
                if (poll_fd.revents & POLLIN)
                        answer(fd, argv[3]);
                else if (poll_fd.revents & POLLHUP)
                        return 0;
        }
}
