/* SPDX-License-Identifier: Apache-2.0 */
/* ns.h - namespaces: which are new, which are joined by path, and the facts about each kind. */
#ifndef TARE_NS_NS_H
#define TARE_NS_NS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "oci/spec.h"

/* The CLONE_NEW* bit of a type. */
uint64_t ns_clone_flag(enum ns_type type);
/* The bits of all namespaces that the bundle wants new. */
uint64_t ns_new_flags(const struct spec_namespace namespaces[NS_TYPES]);
/* Whether any is joined by path. */
bool ns_joins_any(const struct spec_namespace namespaces[NS_TYPES]);

struct ns_joins {
        int fds[NS_TYPES]; /* -1: not joined */
};
/* Opens every path, checks that it is a namespace of its type (ioctl_ns(2), NS_GET_NSTYPE):
 * `linux.namespaces: network path /x: not a network namespace`. On failure nothing stays open. */
int ns_joins_open(const struct spec_namespace namespaces[NS_TYPES], struct ns_joins *ret, struct err *err);
/* setns(2) into each, in an order that keeps the right to enter the next. The caller's children enter a joined pid or
 * time namespace. */
int ns_joins_enter(const struct ns_joins *joins, struct err *err);
void ns_joins_finish(struct ns_joins *joins);

/* sethostname(2) and setdomainname(2); NULL: left alone. */
int ns_set_names(const char *hostname, const char *domainname, struct err *err);

#endif
