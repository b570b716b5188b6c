/* SPDX-License-Identifier: Apache-2.0 */
/* sink.c - takes whatever is sent to a --console-socket, a --pidfd-socket or a listenerPath, and drops it. For tests
 * that only care how the sender fares.
 * usage: sink SOCKET
 * The socket is there once it listens. Runs until it is killed. */

#include "descriptor.h"

int main(int argc, char **argv)
{
        if (argc != 2)
                errx(2, "usage: sink SOCKET");
        int listen_fd = listen_at(argv[1]);
        for (;;) {
                char data[256];
                int fd = accept_at(listen_fd);
                /* A descriptor that nobody asks for is closed by the kernel. */
                while (read(fd, data, sizeof data) > 0)
                        continue;
                (void)close(fd);
        }
}
