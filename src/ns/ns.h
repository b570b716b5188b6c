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
/* Opens every path, never waiting for one, and checks that it is a namespace of its type (ioctl_ns(2), NS_GET_NSTYPE):
 * `linux.namespaces[1].path: open /x: no such file or directory`,
 * `linux.namespaces[1].path: /x is not a network namespace`. On failure nothing stays open. */
int ns_joins_open(const struct spec_namespace namespaces[NS_TYPES], struct ns_joins *ret, struct err *err);
/* setns(2) into each, in an order that keeps the right to enter the next: with the rights at hand what these allow,
 * then the user namespace, then with its rights all the rest. The mount namespace goes last of its round, and takes cwd
 * and root along. The process keeps its ids, which a user namespace may not map: becoming root in it is the caller's.
 * It is the caller's children who live in a joined pid or time namespace. */
int ns_joins_enter(const struct ns_joins *joins, struct err *err);
/* Accepts what was never opened when all is -1, and a second call. */
void ns_joins_finish(struct ns_joins *joins);

/* setns(2) into the namespaces of the process that the bundle gave it, at one go, but for those in this mask. */
int ns_enter_all_of(int pidfd, const struct spec_namespace namespaces[NS_TYPES], uint64_t but, struct err *err);

/* sethostname(2) and setdomainname(2); NULL: left alone. */
int ns_set_names(const char *hostname, const char *domainname, struct err *err);

#endif
