/* SPDX-License-Identifier: Apache-2.0 */
/* socket.c - descriptors over Unix sockets; see socket.h. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "tty/socket.h"

#include "base/path.h"
#include "sys/syscalls.h"

/* A control message with one descriptor, aligned as the kernel and the CMSG macros want it. */
union control {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
};

/* An address has room for 107 letters. A longer path is named by its directory, which *ret_dir_fd keeps open until the
 * address was used. */
static int address_of(const char *path, struct sockaddr_un *ret, int *ret_dir_fd)
{
        *ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
        size_t len = strlen(path);
        if (len == 0 || len >= PATH_MAX) {
                errno = len == 0 ? ENOENT : ENAMETOOLONG;
                return -1;
        }
        if (len < sizeof ret->sun_path) {
                strcpy(ret->sun_path, path);
                return 0;
        }

        char dir[PATH_MAX];
        size_t dir_len;
        const char *name = path_split(path, &dir_len);
        (void)snprintf(dir, sizeof dir, "%.*s", (int)dir_len, path);
        *ret_dir_fd = open(dir_len > 0 ? dir : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (*ret_dir_fd < 0)
                return -1;

        char by_fd[FD_PATH_MAX];
        int n = snprintf(ret->sun_path, sizeof ret->sun_path, "%s/%s", fd_path(*ret_dir_fd, by_fd), name);
        if (n >= 0 && (size_t)n < sizeof ret->sun_path)
                return 0;
        errno = ENAMETOOLONG;
        return -1;
}

int socket_connect(const char *path, int *ret_fd, struct err *err)
{
        auto_fd int dir_fd = -1;
        struct sockaddr_un address;
        if (address_of(path, &address, &dir_fd) < 0)
                return fail_sys(err, "connect");
        auto_fd int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0)
                return fail_sys(err, "make a socket");
        if (connect(fd, (const struct sockaddr *)&address, sizeof address) < 0)
                return fail_sys(err, "connect");

        *ret_fd = take_fd(&fd);
        return 0;
}

int socket_pair(int *ret_host_fd, int *ret_init_fd, struct err *err)
{
        int fds[2];
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
                return fail_sys(err, "make a pair of sockets");

        *ret_host_fd = fds[0];
        *ret_init_fd = fds[1];
        return 0;
}

int socket_send_fd(int socket_fd, const char *data, int fd, struct err *err)
{
        union control control = { .header = {
                                          .cmsg_level = SOL_SOCKET,
                                          .cmsg_type = SCM_RIGHTS,
                                          .cmsg_len = CMSG_LEN(sizeof fd),
                                  } };
        memcpy(CMSG_DATA(&control.header), &fd, sizeof fd);
        struct iovec part = { .iov_base = (char *)data, .iov_len = strlen(data) };
        const struct msghdr message = {
                .msg_iov = &part,
                .msg_iovlen = 1,
                .msg_control = &control,
                .msg_controllen = CMSG_SPACE(sizeof fd),
        };
        ssize_t n = sendmsg(socket_fd, &message, MSG_NOSIGNAL);
        while (n < 0 && errno == EINTR)
                n = sendmsg(socket_fd, &message, MSG_NOSIGNAL);
        if (n < 0)
                return fail_sys(err, "send a descriptor");
        return 0;
}

int socket_send_pidfd(int socket_fd, const char *init_type, struct err *err)
{
        auto_fd int pidfd = sys_pidfd_open(getpid(), 0);
        if (pidfd < 0)
                return fail_sys(err, "open a pidfd");
        return socket_send_fd(socket_fd, init_type, pidfd, err);
}

int socket_receive_fd(int socket_fd, int *ret_fd, struct err *err)
{
        union control control;
        char data[NAME_MAX];
        struct iovec part = { .iov_base = data, .iov_len = sizeof data };
        struct msghdr message = {
                .msg_iov = &part,
                .msg_iovlen = 1,
                .msg_control = &control,
                /* Without the padding, where a second descriptor would have room: the kernel drops it. */
                .msg_controllen = CMSG_LEN(sizeof(int)),
        };
        ssize_t n = recvmsg(socket_fd, &message, MSG_CMSG_CLOEXEC);
        while (n < 0 && errno == EINTR)
                n = recvmsg(socket_fd, &message, MSG_CMSG_CLOEXEC);
        if (n < 0)
                return fail_sys(err, "receive a descriptor");

        auto_fd int fd = -1;
        const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
                memcpy(&fd, CMSG_DATA(header), sizeof fd);
        if (n == 0)
                return fail(err, "receive a descriptor: the sender is gone");
        if (fd < 0 || message.msg_flags & MSG_CTRUNC)
                return fail(err, "receive a descriptor: not one came with the message");

        *ret_fd = take_fd(&fd);
        return 0;
}
