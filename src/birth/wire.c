/* SPDX-License-Identifier: Apache-2.0 */
/* wire.c - the sync protocol between host and init; see wire.h. A record is sent as long as its text is, not as its
 * room. */

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "birth/wire.h"

enum { HEAD_SIZE = offsetof(struct wire_message, body.text) };

/* Aligned as cmsg(3) wants it. */
union fd_room {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
};

int wire_pair(struct wire *ret_host, struct wire *ret_init, struct err *err)
{
        int fds[2];
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
                return fail_sys(err, "make the wire to init");

        ret_host->fd = fds[0];
        ret_init->fd = fds[1];
        return 0;
}

/* fd -1: none goes along. */
static int send_message(const struct wire *wire, struct wire_message *message, int fd)
{
        struct iovec data = { .iov_base = message, .iov_len = HEAD_SIZE + strlen(message->body.text) };
        struct msghdr header = { .msg_iov = &data, .msg_iovlen = 1 };
        union fd_room room = { 0 };
        if (fd >= 0) {
                header.msg_control = room.bytes;
                header.msg_controllen = sizeof room.bytes;
                struct cmsghdr *control = CMSG_FIRSTHDR(&header);
                control->cmsg_level = SOL_SOCKET;
                control->cmsg_type = SCM_RIGHTS;
                control->cmsg_len = CMSG_LEN(sizeof fd);
                memcpy(CMSG_DATA(control), &fd, sizeof fd);
        }
        for (;;) {
                if (sendmsg(wire->fd, &header, MSG_NOSIGNAL) >= 0)
                        return 0;
                if (errno != EINTR)
                        return -1;
        }
}

/* Only the head: most of a message is room for a text. */
static void fill_head(struct wire_message *message, enum wire_kind kind, uint32_t row, uint32_t level, uint32_t number)
{
        message->kind = kind;
        message->row = row;
        message->level = level;
        message->number = number;
        message->body.code = 0;
        message->body.text[0] = '\0';
}

int wire_cue(const struct wire *wire, uint32_t row, struct err *err)
{
        struct wire_message message;
        fill_head(&message, WIRE_CUE, row, 0, 0);
        for (;;) {
                if (write(wire->fd, &message, HEAD_SIZE) >= 0)
                        return 0;
                if (errno != EINTR)
                        return fail_sys(err, "send a cue over the wire");
        }
}

int wire_send_error(const struct wire *wire, uint32_t row, const struct err *body)
{
        struct wire_message message;
        fill_head(&message, WIRE_ERROR, row, LOG_ERROR, 0);
        message.body.code = body->code;
        strcpy(message.body.text, body->text);
        return send_message(wire, &message, -1);
}

int wire_send_log(const struct wire *wire, uint32_t row, enum log_level level, const char *text)
{
        struct wire_message message;
        fill_head(&message, WIRE_LOG, row, level, 0);
        size_t len = strnlen(text, sizeof message.body.text - 1);
        memcpy(message.body.text, text, len);
        message.body.text[len] = '\0';
        return send_message(wire, &message, -1);
}

int wire_answer(const struct wire *wire, uint32_t row, int fd, struct err *err)
{
        struct wire_message message;
        fill_head(&message, WIRE_ANSWER, row, 0, 0);
        if (send_message(wire, &message, fd) < 0)
                return fail_sys(err, "send an answer over the wire");
        return 0;
}

/* A descriptor that came along, or -1. */
static int take_passed_fd(struct msghdr *header)
{
        int fd = -1;
        const struct cmsghdr *control = CMSG_FIRSTHDR(header); /* the room is for one */
        if (control && control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_RIGHTS)
                memcpy(&fd, CMSG_DATA(control), sizeof fd);
        return fd;
}

/* A side that died with messages unread resets the connection. That is told once, before what it had sent itself
 * (net/core/datagram.c, __skb_try_recv_datagram), so ask again: its last words may be there. */
static bool is_to_be_asked_again(ssize_t n)
{
        return n < 0 && (errno == EINTR || errno == ECONNRESET);
}

/* What the n bytes are that have come. */
static enum wire_got judge(ssize_t n, struct wire_message *ret, struct err *err)
{
        if (n == 0)
                return WIRE_END;
        if (n < 0) {
                (void)fail_sys(err, "receive over the wire");
                return WIRE_FAILED;
        }
        if ((size_t)n < HEAD_SIZE) {
                (void)fail(err, "a message of %zd bytes came over the wire", n);
                return WIRE_FAILED;
        }

        ret->body.text[(size_t)n - HEAD_SIZE] = '\0';
        return WIRE_GOT;
}

enum wire_got wire_receive(const struct wire *wire, struct wire_message *ret, struct err *err)
{
        ssize_t n = read(wire->fd, ret, sizeof *ret - 1);
        while (is_to_be_asked_again(n))
                n = read(wire->fd, ret, sizeof *ret - 1);
        return judge(n, ret, err);
}

static enum wire_got receive_with_fd(const struct wire *wire, struct wire_message *ret, int *ret_fd, struct err *err)
{
        union fd_room room = { 0 };
        struct iovec data = { .iov_base = ret, .iov_len = sizeof *ret - 1 };
        struct msghdr header = { .msg_iov = &data, .msg_iovlen = 1 };
        header.msg_control = room.bytes;
        header.msg_controllen = sizeof room.bytes;
        ssize_t n = recvmsg(wire->fd, &header, MSG_CMSG_CLOEXEC);
        while (is_to_be_asked_again(n))
                n = recvmsg(wire->fd, &header, MSG_CMSG_CLOEXEC);
        if (n > 0)
                *ret_fd = take_passed_fd(&header);
        return judge(n, ret, err);
}

int wire_ask(const struct wire *wire, uint32_t row, enum wire_ask ask, uint32_t number, int *ret_fd, struct err *err)
{
        struct wire_message message;
        auto_fd int fd = -1;
        fill_head(&message, WIRE_ASK, row, ask, number);
        if (send_message(wire, &message, -1) < 0)
                return fail_sys(err, "ask over the wire");

        enum wire_got got = receive_with_fd(wire, &message, &fd, err);
        if (got == WIRE_FAILED)
                return -1;
        if (got == WIRE_END)
                return fail(err, "the runtime is gone");
        if (message.kind == WIRE_ERROR) {
                *err = message.body;
                errno = err->code;
                return -1;
        }
        if (message.kind != WIRE_ANSWER || fd < 0)
                return fail(err, "the runtime gave no answer, but message %u", message.kind);

        *ret_fd = take_fd(&fd);
        return 0;
}

void wire_finish(struct wire *wire)
{
        finish_fd(&wire->fd);
}
