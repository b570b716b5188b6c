/* SPDX-License-Identifier: Apache-2.0 */
/* netlink.c - a client of the kernel's routing netlink; see netlink.h.
 * Bytes are copied in and out of the buffers, never looked at through a pointer of another type. */

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/netlink.h"

#include "base/scope.h"

/* the socket ------------------------------------------------------------------------------------------------------- */

int netlink_open(struct netlink *ret, struct err *err)
{
        ret->fd = -1;
        ret->sequence = 0;
        ret->body_len = 0;
        auto_fd int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
        if (fd < 0)
                return fail_sys(err, "make a netlink socket");

        /* Connected to the kernel, so that nobody else is heard. */
        const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
        if (connect(fd, (const struct sockaddr *)&kernel, sizeof kernel) < 0)
                return fail_sys(err, "connect a netlink socket");

        /* Its reasons in words, and verdicts without our own request in them. */
        const int on = 1;
        if (setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on) < 0 ||
            setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on) < 0)
                return fail_sys(err, "set the options of a netlink socket");

        ret->fd = take_fd(&fd);
        return 0;
}

void netlink_finish(struct netlink *netlink)
{
        finish_fd(&netlink->fd);
}

/* a request -------------------------------------------------------------------------------------------------------- */

static void add_bytes(struct netlink_request *request, const void *bytes, size_t len)
{
        size_t padded = NLMSG_ALIGN(len);
        if (request->is_too_long || padded > sizeof request->bytes - request->len) {
                request->is_too_long = true;
                return;
        }

        unsigned char *room = request->bytes + request->len;
        memset(room, 0, padded);
        if (len > 0)
                memcpy(room, bytes, len);
        request->len += padded;
}

void netlink_begin(struct netlink_request *ret, uint16_t type, uint16_t flags, const void *body, size_t len)
{
        /* The length and the number are known when it is sent. */
        const struct nlmsghdr header = { .nlmsg_type = type, .nlmsg_flags = NLM_F_REQUEST | flags };
        ret->len = 0;
        ret->is_too_long = false;
        add_bytes(ret, &header, sizeof header);
        add_bytes(ret, body, len);
}

void netlink_add(struct netlink_request *request, uint16_t type, const void *value, size_t len)
{
        const struct nlattr attribute = { .nla_len = (uint16_t)(sizeof attribute + len), .nla_type = type };
        if (len > sizeof request->bytes) {
                request->is_too_long = true;
                return;
        }
        add_bytes(request, &attribute, sizeof attribute);
        add_bytes(request, value, len);
}

void netlink_add_u8(struct netlink_request *request, uint16_t type, uint8_t value)
{
        netlink_add(request, type, &value, sizeof value);
}

void netlink_add_u32(struct netlink_request *request, uint16_t type, uint32_t value)
{
        netlink_add(request, type, &value, sizeof value);
}

void netlink_add_text(struct netlink_request *request, uint16_t type, const char *text)
{
        netlink_add(request, type, text, strlen(text) + 1);
}

size_t netlink_nest(struct netlink_request *request, uint16_t type, const void *body, size_t len)
{
        size_t nest = request->len;
        netlink_add(request, type | NLA_F_NESTED, body, len);
        return nest;
}

void netlink_nest_end(struct netlink_request *request, size_t nest)
{
        if (request->is_too_long)
                return;

        const uint16_t len = (uint16_t)(request->len - nest);
        memcpy(request->bytes + nest + offsetof(struct nlattr, nla_len), &len, sizeof len);
}

/* an answer -------------------------------------------------------------------------------------------------------- */

/* The value of an attribute among those from `at` to `end`; its length, or -1 when it is not there. */
static long find_attribute(const struct netlink *netlink, size_t at, size_t end, uint16_t type, size_t *ret_at)
{
        struct nlattr attribute;
        while (at < end && end - at >= sizeof attribute) {
                memcpy(&attribute, netlink->received + at, sizeof attribute);
                if (attribute.nla_len < sizeof attribute || attribute.nla_len > end - at)
                        return -1;
                if ((attribute.nla_type & NLA_TYPE_MASK) == type) {
                        *ret_at = at + sizeof attribute;
                        return (long)(attribute.nla_len - sizeof attribute);
                }
                at += NLMSG_ALIGN(attribute.nla_len);
        }
        return -1;
}

void netlink_answer_text(const struct netlink *netlink, size_t len, uint16_t type, char *ret, size_t size)
{
        size_t value = 0;
        size_t at = netlink->body_at + NLMSG_ALIGN(len);
        long found = find_attribute(netlink, at, netlink->body_at + netlink->body_len, type, &value);
        size_t n = found < 0 ? 0 : strnlen((const char *)netlink->received + value, (size_t)found);
        if (n >= size)
                n = size - 1;
        memcpy(ret, netlink->received + value, n);
        ret[n] = '\0';
}

size_t netlink_answer_bytes(const struct netlink *netlink, size_t len, uint16_t type, void *ret, size_t size)
{
        size_t value = 0;
        size_t at = netlink->body_at + NLMSG_ALIGN(len);
        long found = find_attribute(netlink, at, netlink->body_at + netlink->body_len, type, &value);
        size_t n = found < 0 ? 0 : (size_t)found;
        if (n > size)
                n = size;
        memcpy(ret, netlink->received + value, n);
        return n;
}

int netlink_answer_body(const struct netlink *netlink, void *ret, size_t len, struct err *err)
{
        if (netlink->body_len < len)
                return fail(err, "netlink: an answer of %zu bytes without what was asked for", netlink->body_len);
        memcpy(ret, netlink->received + netlink->body_at, len);
        return 0;
}

/* What the kernel says of a request: 0 for good, or an errno and perhaps a sentence, in an attribute behind len bytes.
 */
static int judge(const struct netlink *netlink, const struct nlmsghdr *header, int error, size_t len, struct err *err)
{
        char words[256] = "";
        if (error == 0)
                return 0;
        if (header->nlmsg_flags & NLM_F_ACK_TLVS)
                netlink_answer_text(netlink, len, NLMSGERR_ATTR_MSG, words, sizeof words);
        errno = -error;
        if (*words)
                return fail_sys(err, "%s", words);

        (void)fail(err, "%s", errno_text(-error));
        err->code = -error;
        return -1;
}

static int take_verdict(const struct netlink *netlink, const struct nlmsghdr *header, struct err *err)
{
        struct nlmsgerr verdict;
        if (netlink->body_len < sizeof verdict)
                return fail(err, "netlink: a verdict of %zu bytes", netlink->body_len);
        memcpy(&verdict, netlink->received + netlink->body_at, sizeof verdict);
        return judge(netlink, header, verdict.error, sizeof verdict, err);
}

/* The last message of many tells how it went with all of them. */
static int take_end(const struct netlink *netlink, const struct nlmsghdr *header, struct err *err)
{
        int error;
        if (netlink->body_len < sizeof error)
                return fail(err, "netlink: an end of %zu bytes", netlink->body_len);
        memcpy(&error, netlink->received + netlink->body_at, sizeof error);
        return judge(netlink, header, error, sizeof error, err);
}

/* Where a verdict of good is none: an answer was asked for. */
static int take_refusal(const struct netlink *netlink, const struct nlmsghdr *header, struct err *err)
{
        if (take_verdict(netlink, header, err) < 0)
                return -1;
        return fail(err, "netlink: a verdict where an answer should be");
}

/* The message at this place of what was received: its header, and where its body is. */
static int take_message(struct netlink *netlink, size_t at, size_t end, struct nlmsghdr *ret, struct err *err)
{
        if (end - at < sizeof *ret)
                return fail(err, "netlink: an answer of %zu bytes", end - at);
        memcpy(ret, netlink->received + at, sizeof *ret);
        if (ret->nlmsg_len < sizeof *ret || ret->nlmsg_len > end - at)
                return fail(err, "netlink: a message of %u bytes in an answer of %zu", ret->nlmsg_len, end - at);
        netlink->body_at = at + NLMSG_HDRLEN;
        netlink->body_len = ret->nlmsg_len - sizeof *ret;
        return 0;
}

/* Waits for what answers the last request, and takes the first message of it. */
static int receive(struct netlink *netlink, struct nlmsghdr *ret, size_t *ret_end, struct err *err)
{
        for (;;) {
                /* MSG_TRUNC: the length that the message has, not the one that found room. */
                ssize_t n = recv(netlink->fd, netlink->received, sizeof netlink->received, MSG_TRUNC);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return fail_sys(err, "receive from netlink");

                size_t len = (size_t)n;
                if (len > sizeof netlink->received)
                        return fail(err, "netlink: an answer of %zu bytes", len);
                if (take_message(netlink, 0, len, ret, err) < 0)
                        return -1;
                if (ret->nlmsg_seq != netlink->sequence)
                        continue;
                *ret_end = len;
                return 0;
        }
}

static int send_request(struct netlink *netlink, struct netlink_request *request, uint16_t flags, struct err *err)
{
        struct nlmsghdr header;
        if (request->is_too_long)
                return fail(err, "netlink: a request of over %zu bytes", sizeof request->bytes);

        memcpy(&header, request->bytes, sizeof header);
        header.nlmsg_len = (uint32_t)request->len;
        header.nlmsg_seq = ++netlink->sequence;
        header.nlmsg_flags |= flags;
        memcpy(request->bytes, &header, sizeof header);
        if (send(netlink->fd, request->bytes, request->len, 0) < 0)
                return fail_sys(err, "send to netlink");
        return 0;
}

static int exchange(struct netlink *netlink, struct netlink_request *request, uint16_t flags, struct nlmsghdr *ret,
                    struct err *err)
{
        size_t end;
        if (send_request(netlink, request, flags, err) < 0)
                return -1;
        return receive(netlink, ret, &end, err);
}

int netlink_do(struct netlink *netlink, struct netlink_request *request, struct err *err)
{
        struct nlmsghdr header = { 0 };
        if (exchange(netlink, request, NLM_F_ACK, &header, err) < 0)
                return -1;
        if (header.nlmsg_type != NLMSG_ERROR)
                return fail(err, "netlink: message %u where a verdict should be", header.nlmsg_type);
        return take_verdict(netlink, &header, err);
}

int netlink_ask(struct netlink *netlink, struct netlink_request *request, void *ret_body, size_t len, struct err *err)
{
        struct nlmsghdr header = { 0 };
        if (exchange(netlink, request, 0, &header, err) < 0)
                return -1;
        if (header.nlmsg_type == NLMSG_ERROR)
                return take_refusal(netlink, &header, err);
        return netlink_answer_body(netlink, ret_body, len, err);
}

/* What came of a question for all. */
struct answers {
        netlink_each_fn *each;
        void *ctx;
        bool is_last; /* no more will come */
        bool is_torn;
};

/* The messages of what was received, up to end. */
static int take_each(struct netlink *netlink, struct nlmsghdr *header, size_t end, struct answers *answers,
                     struct err *err)
{
        for (;;) {
                answers->is_torn |= (header->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
                answers->is_last = header->nlmsg_type == NLMSG_DONE;
                if (answers->is_last)
                        return take_end(netlink, header, err);
                if (header->nlmsg_type == NLMSG_ERROR)
                        return take_refusal(netlink, header, err);
                if (answers->each(netlink, answers->ctx, err) < 0)
                        return -1;

                size_t next = netlink->body_at - NLMSG_HDRLEN + NLMSG_ALIGN(header->nlmsg_len);
                if (next >= end)
                        return 0;
                if (take_message(netlink, next, end, header, err) < 0)
                        return -1;
        }
}

int netlink_ask_for_all(struct netlink *netlink, struct netlink_request *request, netlink_each_fn *each, void *ctx,
                        struct err *err)
{
        if (send_request(netlink, request, NLM_F_DUMP, err) < 0)
                return -1;
        struct answers answers = { .each = each, .ctx = ctx };
        while (!answers.is_last) {
                size_t end = 0;
                struct nlmsghdr header = { 0 };
                if (receive(netlink, &header, &end, err) < 0 || take_each(netlink, &header, end, &answers, err) < 0)
                        return -1;
        }
        if (!answers.is_torn)
                return 0;
        errno = EINTR;
        return fail_sys(err, "netlink: what is told was changed meanwhile");
}
