/* SPDX-License-Identifier: Apache-2.0 */
/* wire.c - the sync protocol between host and init; see wire.h. A record is sent as long as its text is, not as its
 * room. */

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include "birth/wire.h"

enum { HEAD_SIZE = offsetof(struct wire_message, body.text) };

int wire_pair(struct wire *ret_host, struct wire *ret_init, struct err *err)
{
        int fds[2];
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
                return fail_sys(err, "make the wire to init");

        ret_host->fd = fds[0];
        ret_init->fd = fds[1];
        return 0;
}

static int send_message(const struct wire *wire, const struct wire_message *message)
{
        size_t len = HEAD_SIZE + strlen(message->body.text);
        for (;;) {
                ssize_t n = send(wire->fd, message, len, MSG_NOSIGNAL);
                if (n >= 0)
                        return 0;
                if (errno != EINTR)
                        return -1;
        }
}

int wire_cue(const struct wire *wire, uint32_t row, struct err *err)
{
        struct wire_message message;
        message.kind = WIRE_CUE;
        message.row = row;
        message.level = 0;
        message.body.code = 0;
        message.body.text[0] = '\0';
        if (send_message(wire, &message) < 0)
                return fail_sys(err, "send a cue over the wire");
        return 0;
}

int wire_send_error(const struct wire *wire, uint32_t row, const struct err *body)
{
        struct wire_message message;
        message.kind = WIRE_ERROR;
        message.row = row;
        message.level = LOG_ERROR;
        message.body.code = body->code;
        strcpy(message.body.text, body->text);
        return send_message(wire, &message);
}

int wire_send_log(const struct wire *wire, uint32_t row, enum log_level level, const char *text)
{
        struct wire_message message;
        message.kind = WIRE_LOG;
        message.row = row;
        message.level = level;
        message.body.code = 0;
        size_t len = strnlen(text, sizeof message.body.text - 1);
        memcpy(message.body.text, text, len);
        message.body.text[len] = '\0';
        return send_message(wire, &message);
}

enum wire_got wire_receive(const struct wire *wire, struct wire_message *ret, struct err *err)
{
        ssize_t n = recv(wire->fd, ret, sizeof *ret - 1, 0);
        /* A side that died with messages unread resets the connection. That is told once, before what it had sent
         * itself (net/core/datagram.c, __skb_try_recv_datagram), so ask again: its last words may be there. */
        while (n < 0 && (errno == EINTR || errno == ECONNRESET))
                n = recv(wire->fd, ret, sizeof *ret - 1, 0);
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

void wire_finish(struct wire *wire)
{
        finish_fd(&wire->fd);
}
