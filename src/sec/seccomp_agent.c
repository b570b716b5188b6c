/* SPDX-License-Identifier: Apache-2.0 */
/* seccomp_agent.c - hand the descriptor of notifications to the agent at listenerPath; see seccomp.h. */

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "seccomp.h"

#include "base/json_out.h"
#include "base/scope.h"

void seccomp_agent_print(const struct seccomp_agent *agent, struct buf *out)
{
        struct json_out json = { .buf = out };
        json_out_object(&json, NULL);
        json_out_text(&json, "ociVersion", agent->oci_version);
        json_out_array(&json, "fds");
        json_out_text(&json, NULL, "seccompFd");
        json_out_array_end(&json);
        json_out_i64(&json, "pid", agent->pid);
        if (agent->metadata)
                json_out_text(&json, "metadata", agent->metadata);
        /* A document already: printed by whoever knows the container's state. */
        buf_add_text(out, ",\"state\":");
        buf_add_text(out, agent->state);
        json_out_object_end(&json);
}

/* Who does not answer must not hold up a birth for ever: connect(2) and sendmsg(2) give up with EAGAIN. */
static int limit_patience(int socket_fd, unsigned int seconds, struct err *err)
{
        const struct timeval patience = { .tv_sec = seconds ? seconds : SECCOMP_AGENT_SECONDS };
        if (setsockopt(socket_fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) < 0)
                return fail_sys(err, "set time limit of seccomp agent's socket");
        return 0;
}

static void tell_timeout(void)
{
        if (errno == EAGAIN)
                errno = ETIMEDOUT;
}

static int connect_agent(const struct seccomp_agent *agent, int *ret_fd, struct err *err)
{
        const char *path = agent->path;
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        if (strlen(path) >= sizeof address.sun_path) {
                errno = ENAMETOOLONG;
                return fail_sys(err, "connect with seccomp agent specified in the seccomp profile %s", path);
        }
        memcpy(address.sun_path, path, strlen(path));

        auto_fd int socket_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (socket_fd < 0)
                return fail_sys(err, "make socket for seccomp agent");
        if (limit_patience(socket_fd, agent->seconds, err) < 0)
                return -1;
        if (connect(socket_fd, (const struct sockaddr *)&address, sizeof address) < 0) {
                tell_timeout();
                return fail_sys(err, "connect with seccomp agent specified in the seccomp profile %s", path);
        }
        *ret_fd = take_fd(&socket_fd);
        return 0;
}

/* The first bytes, with the descriptor beside them. */
static ssize_t send_with_fd(int socket_fd, char *text, size_t len, int fd)
{
        union {
                struct cmsghdr header; /* aligns the bytes */
                char bytes[CMSG_SPACE(sizeof fd)];
        } control = { 0 };
        struct iovec part = { .iov_base = text, .iov_len = len };
        const struct msghdr message = {
                .msg_iov = &part,
                .msg_iovlen = 1,
                .msg_control = control.bytes,
                .msg_controllen = sizeof control.bytes,
        };
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof fd);
        memcpy(CMSG_DATA(header), &fd, sizeof fd);
        return sendmsg(socket_fd, &message, MSG_NOSIGNAL);
}

static int send_all(int socket_fd, const struct buf *document, int agent_fd)
{
        for (size_t sent = 0; sent < document->len;) {
                char *rest = document->data + sent;
                ssize_t n = sent == 0 ? send_with_fd(socket_fd, rest, document->len, agent_fd)
                                      : send(socket_fd, rest, document->len - sent, MSG_NOSIGNAL);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -1;
                sent += (size_t)n;
        }
        return 0;
}

int seccomp_agent_send(const struct seccomp_agent *agent, int agent_fd, struct err *err)
{
        auto_buf struct buf document = { 0 };
        seccomp_agent_print(agent, &document);
        if (buf_ok(&document, err) < 0)
                return -1;

        auto_fd int socket_fd = -1;
        if (connect_agent(agent, &socket_fd, err) < 0)
                return -1;
        if (send_all(socket_fd, &document, agent_fd) < 0) {
                tell_timeout();
                return fail_sys(err, "cannot send seccomp fd to %s", agent->path);
        }
        return 0;
}
