/* SPDX-License-Identifier: Apache-2.0 */
/* notify.c - a service that tells its manager of itself (sd_notify(3)): sends each argument as a message to
 * $NOTIFY_SOCKET, then waits for SIGTERM.
 * usage: notify MESSAGE... */

#include <err.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        const char *path = getenv("NOTIFY_SOCKET");
        if (!path || strlen(path) >= sizeof address.sun_path)
                errx(2, "NOTIFY_SOCKET is not set");
        strcpy(address.sun_path, path);
        int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        for (int i = 1; i < argc; i++)
                if (sendto(fd, argv[i], strlen(argv[i]), 0, (const struct sockaddr *)&address, sizeof address) < 0)
                        err(1, "send to %s", path);
        sigset_t term;
        int sig;
        (void)sigemptyset(&term);
        (void)sigaddset(&term, SIGTERM);
        (void)sigprocmask(SIG_BLOCK, &term, NULL);
        (void)sigwait(&term, &sig);
        return 0;
}
