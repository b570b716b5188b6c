/* SPDX-License-Identifier: Apache-2.0 */
/* seccomp_agent.c - the agent at a listenerPath, for tests.
 * usage: seccomp_agent SOCKET DOCUMENT_FILE ANSWER
 * Takes one descriptor of notifications at SOCKET, which is there once it listens, and writes what came with it to
 * DOCUMENT_FILE. Then it prints the number of each call that it is told of, and answers as ANSWER says: "continue", or
 * an errno for the call to fail with. Ends when nobody is left under the filter. ANSWER "leave": it goes away with the
 * descriptor. */

#include <err.h>
#include <errno.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
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

/* The descriptor beside the first bytes; all bytes until the end go to the file. */
static int receive(int socket_fd, const char *document_file)
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

        FILE *file = fopen(document_file, "we");
        if (!file)
                err(1, "open %s", document_file);
        for (; n > 0; n = read(socket_fd, data, sizeof data))
                (void)fwrite(data, 1, (size_t)n, file);
        if (n < 0 || fclose(file) != 0)
                err(1, "write %s", document_file);
        return fd;
}

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
        int listening_fd = listen_at(argv[1]);
        int socket_fd = accept4(listening_fd, NULL, NULL, SOCK_CLOEXEC);
        if (socket_fd < 0)
                err(1, "accept");
        int fd = receive(socket_fd, argv[2]);
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
