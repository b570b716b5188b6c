/* SPDX-License-Identifier: Apache-2.0 */
/* netlink.h - a client of the kernel's routing netlink: a request is built in a fixed buffer, sent, and answered, one
 * at a time. It knows the form of messages; what they say is link.c's. */
#ifndef TARE_NET_NETLINK_H
#define TARE_NET_NETLINK_H

#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
        NETLINK_REQUEST_MAX = 1024,     /* a veth pair with all its attributes takes a fifth of it */
        NETLINK_ANSWER_MAX = 16 * 1024, /* one link tells up to a few KiB of itself */
};

struct netlink {
        int fd; /* of the network namespace that the process was in at netlink_open */
        uint32_t sequence;
        size_t body_at, body_len; /* of the answer to the last netlink_ask, in received */
        unsigned char received[NETLINK_ANSWER_MAX];
};

#define auto_netlink __attribute__((cleanup(netlink_finish)))

struct netlink_request {
        unsigned char bytes[NETLINK_REQUEST_MAX];
        size_t len;
        bool is_too_long;
};

int netlink_open(struct netlink *ret, struct err *err);
/* Accepts one that netlink_open refused, and a second call. */
void netlink_finish(struct netlink *netlink);

/* Begins a request: its type (RTM_*), flags (NLM_F_*) and the fixed part that all messages of this type have. */
void netlink_begin(struct netlink_request *ret, uint16_t type, uint16_t flags, const void *body, size_t len);
/* Attributes. What finds no room any more makes the request fail when it is sent. */
void netlink_add(struct netlink_request *request, uint16_t type, const void *value, size_t len);
void netlink_add_u8(struct netlink_request *request, uint16_t type, uint8_t value);
void netlink_add_u32(struct netlink_request *request, uint16_t type, uint32_t value);
void netlink_add_text(struct netlink_request *request, uint16_t type, const char *text);
/* What is added between the two is part of this attribute, behind the len bytes of body (NULL and 0: none).
 * netlink_nest returns what netlink_nest_end wants. */
size_t netlink_nest(struct netlink_request *request, uint16_t type, const void *body, size_t len);
void netlink_nest_end(struct netlink_request *request, size_t nest);

/* Sends it and waits for the verdict. When the kernel refuses: its errno in err->code, and its words before the errno's
 * text, if it has any ("Nexthop has invalid gateway: network is unreachable"). */
int netlink_do(struct netlink *netlink, struct netlink_request *request, struct err *err);
/* Sends a question that has one message as its answer, and copies the len bytes of its fixed part. The same errors. */
int netlink_ask(struct netlink *netlink, struct netlink_request *request, void *ret_body, size_t len, struct err *err);
/* Sends a question that has any number of messages as its answer, and calls each with every one of them, which may look
 * at it by the netlink_answer_* functions and not ask anything. Stops when each gives -1.
 * err->code is EINTR when what is told was changed meanwhile, so that some of it may be missing: ask again. */
typedef int netlink_each_fn(const struct netlink *netlink, void *ctx, struct err *err);
int netlink_ask_for_all(struct netlink *netlink, struct netlink_request *request, netlink_each_fn *each, void *ctx,
                        struct err *err);
/* The fixed part of the last answer. */
int netlink_answer_body(const struct netlink *netlink, void *ret, size_t len, struct err *err);
/* An attribute behind the fixed part of len bytes; copies up to size bytes of its value. Returns how many, 0 when it is
 * not there. */
size_t netlink_answer_bytes(const struct netlink *netlink, size_t len, uint16_t type, void *ret, size_t size);
/* An attribute behind the fixed part of len bytes of the last answer; copies its text up to size - 1 bytes. "" when it
 * is not there. */
void netlink_answer_text(const struct netlink *netlink, size_t len, uint16_t type, char *ret, size_t size);

#endif
