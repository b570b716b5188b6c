/* SPDX-License-Identifier: Apache-2.0 */
/* recvtty.c - the receiver at a --console-socket or --pidfd-socket, for tests.
 * usage: recvtty SOCKET NAME_FILE
 * Takes one descriptor at SOCKET, which is there once it listens, and writes the data that came with it to NAME_FILE.
 * A terminal's master it relays to stdout, and stdin to it, until the other side is closed; of a pidfd it prints the
 * pid.
 */

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int listen_at(const char *path)
{
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        int len = snprintf(address.sun_path, sizeof address.sun_path, "%s.new", path);
        if (len < 0 || (size_t)len >= sizeof address.sun_path)
                errx(1, "%s: too long for a socket", path);

        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 1) < 0)
                err(1, "listen at %s", path);
        /* Nobody meets it before it listens. */
        if (rename(address.sun_path, path) < 0)
                err(1, "rename %s", address.sun_path);
        return fd;
}

static int receive(int socket_fd, const char *name_file)
{
        char data[4096];
        union {
                struct cmsghdr header;
                char bytes[CMSG_SPACE(sizeof(int))];
        } control;
        struct iovec part = { data, sizeof data };
        struct msghdr message = {
                .msg_iov = &part,
                .msg_iovlen = 1,
                .msg_control = &control,
                .msg_controllen = sizeof control,
        };
        ssize_t n = recvmsg(socket_fd, &message, MSG_CMSG_CLOEXEC);
        if (n < 0)
                err(1, "receive");
        const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        if (!header || header->cmsg_type != SCM_RIGHTS || header->cmsg_len != CMSG_LEN(sizeof(int)))
                errx(1, "receive: %zd bytes and not one descriptor", n);

        FILE *file = fopen(name_file, "we");
        if (!file || fwrite(data, 1, (size_t)n, file) != (size_t)n || fclose(file) != 0)
                err(1, "write %s", name_file);
        int fd = -1;
        memcpy(&fd, CMSG_DATA(header), sizeof fd);
        return fd;
}

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

        int listener_fd = listen_at(argv[1]);
        int socket_fd = accept4(listener_fd, NULL, NULL, SOCK_CLOEXEC);
        if (socket_fd < 0)
                err(1, "accept");
        int fd = receive(socket_fd, argv[2]);
        if (isatty(fd))
                relay(fd);
        else
                print_pid(fd);
        return 0;
}
