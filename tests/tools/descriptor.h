/* SPDX-License-Identifier: Apache-2.0 */
/* descriptor.h - what the receivers of tests have in common: a socket to listen at, and the one descriptor that comes.
 * Whatever fails ends the program with a line. */
#ifndef TARE_TESTS_DESCRIPTOR_H
#define TARE_TESTS_DESCRIPTOR_H

#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Nobody meets the socket before it listens. */
static inline int listen_at(const char *path)
{
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        int len = snprintf(address.sun_path, sizeof address.sun_path, "%s.new", path);
        if (len < 0 || (size_t)len >= sizeof address.sun_path)
                errx(1, "%s: too long for a socket", path);

        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 16) < 0 ||
            rename(address.sun_path, path) < 0)
                err(1, "listen at %s", path);
        return fd;
}

static inline int accept_at(int listen_fd)
{
        int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0)
                err(1, "accept");
        return fd;
}

/* The descriptor, which comes with the first bytes; they and all that follow, until the end, go to the file. */
static inline int receive_descriptor(int socket_fd, const char *data_file)
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
        int fd = -1;
        memcpy(&fd, CMSG_DATA(header), sizeof fd);

        FILE *file = fopen(data_file, "we");
        if (!file)
                err(1, "open %s", data_file);
        for (; n > 0; n = read(socket_fd, data, sizeof data))
                (void)fwrite(data, 1, (size_t)n, file);
        if (n < 0 || fclose(file) != 0)
                err(1, "write %s", data_file);
        return fd;
}

#endif
