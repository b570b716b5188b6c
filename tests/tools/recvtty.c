/* SPDX-License-Identifier: Apache-2.0 */
/* recvtty.c - the receiver at a --console-socket or --pidfd-socket, for tests.
 * usage: recvtty SOCKET NAME_FILE
 * Takes one descriptor at SOCKET, which is there once it listens, and writes the data that came with it to NAME_FILE.
 * A terminal's master it relays to stdout, and stdin to it, until the other side is closed; of a pidfd it prints the
 * pid.
 */

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "descriptor.h"

static void write_all(int fd, const char *bytes, size_t len)
{
        for (size_t done = 0; done < len;) {
                ssize_t n = write(fd, bytes + done, len - done);
                if (n < 0)
                        err(1, "write");
                done += (size_t)n;
        }
}

static void relay(int master_fd)
{
        char bytes[4096];
        struct pollfd fds[] = {
                {master_fd,     POLLIN, 0},
                { STDIN_FILENO, POLLIN, 0},
        };
        for (;;) {
                if (poll(fds, 2, -1) < 0)
                        err(1, "poll");
                if (fds[0].revents) {
                        ssize_t n = read(master_fd, bytes, sizeof bytes);
                        if (n == 0 || (n < 0 && errno == EIO))
                                return;
                        if (n < 0)
                                err(1, "read the terminal");
                        write_all(STDOUT_FILENO, bytes, (size_t)n);
                }
                if (fds[1].revents) {
                        ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);
                        if (n <= 0)
                                fds[1].fd = -1;
                        else
                                write_all(master_fd, bytes, (size_t)n);
                }
        }
}

static void print_pid(int pidfd)
{
        char line[256];
        long pid = 0;
        (void)snprintf(line, sizeof line, "/proc/self/fdinfo/%d", pidfd);
        FILE *info = fopen(line, "re");
        if (!info)
                err(1, "open %s", line);
        while (fgets(line, sizeof line, info))
                if (strncmp(line, "Pid:", 4) == 0)
                        pid = strtol(line + 4, NULL, 10);
        (void)fclose(info);
        if (pid == 0)
                errx(1, "neither a terminal nor a pidfd");
        printf("%ld\n", pid);
}

int main(int argc, char **argv)
{
        if (argc != 3)
                errx(2, "usage: recvtty SOCKET NAME_FILE");

        int fd = receive_descriptor(accept_at(listen_at(argv[1])), argv[2]);
        if (isatty(fd))
                relay(fd);
        else
                print_pid(fd);
        return 0;
}
