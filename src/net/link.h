/* SPDX-License-Identifier: Apache-2.0 */
/* link.h - the requests about links, addresses and routes that networks take: one function, one message to the kernel.
 * Errors are the kernel's words alone; the caller says on which thing. */
#ifndef TARE_NET_LINK_H
#define TARE_NET_LINK_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "net/netlink.h"
#include "oci/networks.h"

enum { LINK_ALIAS_MAX = 256 }; /* the kernel's IFALIASZ, with its NUL */

struct link {
        int index;
        bool is_up;
        char alias[LINK_ALIAS_MAX]; /* a free text that `ip link` shows; "" when there is none */
};

/* err->code is ENODEV when there is no link of this name. */
int link_find(struct netlink *netlink, const char *name, struct link *ret, struct err *err);
/* Makes both ends of a veth pair, down: network->host_interface_name here, network->name in the network namespace of
 * peer_pid, each with its MTU and queue length, the latter with its MAC address. All or nothing. */
int link_make_veth(struct netlink *netlink, const struct spec_network *network, pid_t peer_pid, struct err *err);
/* Makes it a port of the bridge, gives it its alias, and brings it up. */
int link_join_bridge(struct netlink *netlink, int index, int bridge_index, const char *alias, struct err *err);
/* Lets the bridge send back through this port what came in by it. Only for a port of a bridge. */
int link_set_hairpin(struct netlink *netlink, int index, struct err *err);
/* Into another network namespace, under this name. The kernel sets it down on the way, and takes its addresses. */
int link_move(struct netlink *netlink, int index, int net_fd, const char *name, struct err *err);
/* The permanent global addresses of a link (IFA_F_PERMANENT, RT_SCOPE_UNIVERSE), appended to what only
 * link_restore_addresses reads. */
int link_save_addresses(struct netlink *netlink, int index, struct buf *ret, struct err *err);
int link_restore_addresses(struct netlink *netlink, int index, const struct buf *saved, struct err *err);
int link_raise(struct netlink *netlink, int index, struct err *err);
/* Of a veth pair both ends. */
int link_delete(struct netlink *netlink, int index, struct err *err);
/* With IPv6 no duplicate is looked for: the address is of use as soon as the link is up. */
int link_add_address(struct netlink *netlink, int index, const struct ip_address *address, struct err *err);
/* Through the link of this index. A destination of length 0 is the default route; a source without text is left to the
 * kernel. */
int link_add_route(struct netlink *netlink, int index, const struct spec_route *route, struct err *err);

#endif
