/* SPDX-License-Identifier: Apache-2.0 */
/* datagrams.c - a daemon that collects logs: appends each datagram that comes to a file, and a line of its own behind
 * it. The socket is there once it is bound. Runs until it is killed.
 * usage: datagrams SOCKET FILE */

#include <err.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        if (argc != 3 || strlen(argv[1]) >= sizeof address.sun_path)
                errx(2, "usage: datagrams SOCKET FILE");
        strcpy(address.sun_path, argv[1]);
        int file_fd = open(argv[2], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (file_fd < 0 || fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof address) < 0)
                err(1, "receive at %s", argv[1]);
        for (;;) {
                static const char end[] = "(end)\n";
                char data[16384];
                ssize_t n = read(fd, data, sizeof data);
                if (n < 0 || write(file_fd, data, (size_t)n) != n || write(file_fd, end, strlen(end)) < 0)
                        err(1, "receive at %s", argv[1]);
        }
}
