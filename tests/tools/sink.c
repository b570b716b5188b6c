/* SPDX-License-Identifier: Apache-2.0 */
/* sink.c - takes whatever is sent to a --console-socket, a --pidfd-socket or a listenerPath, and drops it. For tests
 * that only care how the sender fares. usage: sink SOCKET The socket is there once it listens. Runs until it is killed.
 */

#include <err.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        if (argc != 2)
                errx(2, "usage: sink SOCKET");
        int len = snprintf(address.sun_path, sizeof address.sun_path, "%s.new", argv[1]);
        if (len < 0 || (size_t)len >= sizeof address.sun_path)
                errx(2, "%s: too long for a socket", argv[1]);

        int listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (listen_fd < 0 || bind(listen_fd, (const struct sockaddr *)&address, sizeof address) < 0 ||
            listen(listen_fd, 16) < 0 || rename(address.sun_path, argv[1]) < 0)
                err(2, "listen at %s", argv[1]);
        for (;;) {
                char data[256];
                int fd = accept(listen_fd, NULL, NULL);
                if (fd < 0)
                        err(2, "accept");
                /* A descriptor that nobody asks for is closed by the kernel. */
                while (read(fd, data, sizeof data) > 0)
                        continue;
                (void)close(fd);
        }
}
