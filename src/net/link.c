/* SPDX-License-Identifier: Apache-2.0 */
/* link.c - the requests about links, addresses and routes; see link.h. */

#include <errno.h>
#include <linux/veth.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "net/link.h"

#include "base/scope.h"

/* finding one ------------------------------------------------------------------------------------------------------ */

int link_find(struct netlink *netlink, const char *name, struct link *ret, struct err *err)
{
        struct netlink_request request;
        struct ifinfomsg info = { .ifi_family = AF_UNSPEC };
        netlink_begin(&request, RTM_GETLINK, 0, &info, sizeof info);
        netlink_add_text(&request, IFLA_IFNAME, name);
        /* Counters are most of an answer. */
        netlink_add_u32(&request, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
        if (netlink_ask(netlink, &request, &info, sizeof info, err) < 0)
                return -1;

        ret->index = info.ifi_index;
        ret->is_up = (info.ifi_flags & IFF_UP) != 0;
        netlink_answer_text(netlink, sizeof info, IFLA_IFALIAS, ret->alias, sizeof ret->alias);
        return 0;
}

/* a veth pair ------------------------------------------------------------------------------------------------------ */

static void add_end(struct netlink_request *request, const char *name, const struct spec_network *network)
{
        netlink_add_text(request, IFLA_IFNAME, name);
        if (network->mtu.set)
                netlink_add_u32(request, IFLA_MTU, network->mtu.value);
        if (network->txqueuelen.set)
                netlink_add_u32(request, IFLA_TXQLEN, network->txqueuelen.value);
}

int link_make_veth(struct netlink *netlink, const struct spec_network *network, pid_t peer_pid, struct err *err)
{
        struct netlink_request request;
        const struct ifinfomsg info = { .ifi_family = AF_UNSPEC };
        netlink_begin(&request, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof info);
        add_end(&request, network->host_interface_name, network);

        size_t link_info = netlink_nest(&request, IFLA_LINKINFO, NULL, 0);
        netlink_add_text(&request, IFLA_INFO_KIND, "veth");
        size_t data = netlink_nest(&request, IFLA_INFO_DATA, NULL, 0);
        size_t peer = netlink_nest(&request, VETH_INFO_PEER, &info, sizeof info);
        add_end(&request, network->name, network);
        netlink_add_u32(&request, IFLA_NET_NS_PID, (uint32_t)peer_pid);
        if (network->mac_address.set)
                netlink_add(&request, IFLA_ADDRESS, network->mac_address.bytes, MAC_LEN);
        netlink_nest_end(&request, peer);
        netlink_nest_end(&request, data);
        netlink_nest_end(&request, link_info);
        return netlink_do(netlink, &request, err);
}

/* a link that is there --------------------------------------------------------------------------------------------- */

static void begin_raise(struct netlink_request *request, int index)
{
        const struct ifinfomsg info = {
                .ifi_family = AF_UNSPEC,
                .ifi_index = index,
                .ifi_flags = IFF_UP,
                .ifi_change = IFF_UP,
        };
        netlink_begin(request, RTM_SETLINK, 0, &info, sizeof info);
}

int link_join_bridge(struct netlink *netlink, int index, int bridge_index, const char *alias, struct err *err)
{
        struct netlink_request request;
        begin_raise(&request, index);
        netlink_add_u32(&request, IFLA_MASTER, (uint32_t)bridge_index);
        netlink_add(&request, IFLA_IFALIAS, alias, strlen(alias));
        return netlink_do(netlink, &request, err);
}

int link_set_hairpin(struct netlink *netlink, int index, struct err *err)
{
        struct netlink_request request;
        /* The family makes it a message to the bridge, about its port. */
        const struct ifinfomsg info = { .ifi_family = AF_BRIDGE, .ifi_index = index };
        netlink_begin(&request, RTM_SETLINK, 0, &info, sizeof info);
        size_t port = netlink_nest(&request, IFLA_PROTINFO, NULL, 0);
        netlink_add_u8(&request, IFLA_BRPORT_MODE, BRIDGE_MODE_HAIRPIN);
        netlink_nest_end(&request, port);
        return netlink_do(netlink, &request, err);
}

int link_raise(struct netlink *netlink, int index, struct err *err)
{
        struct netlink_request request;
        begin_raise(&request, index);
        return netlink_do(netlink, &request, err);
}

int link_delete(struct netlink *netlink, int index, struct err *err)
{
        struct netlink_request request;
        const struct ifinfomsg info = { .ifi_family = AF_UNSPEC, .ifi_index = index };
        netlink_begin(&request, RTM_DELLINK, 0, &info, sizeof info);
        return netlink_do(netlink, &request, err);
}

int link_move(struct netlink *netlink, int index, int net_fd, const char *name, struct err *err)
{
        struct netlink_request request;
        const struct ifinfomsg info = { .ifi_family = AF_UNSPEC, .ifi_index = index };
        netlink_begin(&request, RTM_SETLINK, 0, &info, sizeof info);
        netlink_add_u32(&request, IFLA_NET_NS_FD, (uint32_t)net_fd);
        netlink_add_text(&request, IFLA_IFNAME, name);
        return netlink_do(netlink, &request, err);
}

/* addresses and routes --------------------------------------------------------------------------------------------- */

/* The last address of the network that this IPv4 address is in. */
static void add_broadcast(struct netlink_request *request, const struct ip_address *address)
{
        uint8_t bytes[4];
        memcpy(bytes, address->bytes, sizeof bytes);
        for (size_t bit = address->prefix; bit < 8 * sizeof bytes; bit++)
                bytes[bit / 8] |= (uint8_t)(0x80U >> bit % 8);
        netlink_add(request, IFA_BROADCAST, bytes, sizeof bytes);
}

int link_add_address(struct netlink *netlink, int index, const struct ip_address *address, struct err *err)
{
        struct netlink_request request;
        const struct ifaddrmsg info = {
                .ifa_family = address->family,
                .ifa_prefixlen = address->prefix,
                .ifa_flags = address->family == AF_INET6 ? IFA_F_NODAD : 0,
                .ifa_scope = RT_SCOPE_UNIVERSE,
                .ifa_index = (uint32_t)index,
        };
        netlink_begin(&request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof info);
        netlink_add(&request, IFA_LOCAL, address->bytes, ip_len(address->family));
        netlink_add(&request, IFA_ADDRESS, address->bytes, ip_len(address->family));
        /* RFC 3021: a network of two, or of one, has no broadcast. */
        if (address->family == AF_INET && address->prefix <= 30)
                add_broadcast(&request, address);
        return netlink_do(netlink, &request, err);
}

/* What an address is made of, but for its link and its label, which is the link's name. Local and address
 * differ where a link has another end. */
static const uint16_t address_parts[] = { IFA_LOCAL, IFA_ADDRESS, IFA_BROADCAST, IFA_RT_PRIORITY };

enum {
        ADDRESS_PART_MAX = 16,
        DUMP_TRIES = 64, /* addresses of any link that come or go spoil one */
        /* Those that describe how it is used; the others tell how far the kernel is with it. */
        KEPT_FLAGS = IFA_F_NODAD | IFA_F_HOMEADDRESS | IFA_F_MANAGETEMPADDR | IFA_F_NOPREFIXROUTE | IFA_F_MCAUTOJOIN,
};

struct saved_address {
        struct ifaddrmsg info;
        uint32_t flags;
        struct {
                size_t len;
                unsigned char bytes[ADDRESS_PART_MAX];
        } parts[ARRAY_LEN(address_parts)];
};

struct saving {
        int index;
        struct buf *addresses;
};

static int save_address(const struct netlink *netlink, void *ctx, struct err *err)
{
        const struct saving *saving = ctx;
        struct saved_address saved = { 0 };
        if (netlink_answer_body(netlink, &saved.info, sizeof saved.info, err) < 0)
                return -1;
        /* The header has room for eight flags, the attribute for all. */
        saved.flags = saved.info.ifa_flags;
        (void)netlink_answer_bytes(netlink, sizeof saved.info, IFA_FLAGS, &saved.flags, sizeof saved.flags);
        bool is_wanted = saved.info.ifa_index == (uint32_t)saving->index && (saved.flags & IFA_F_PERMANENT) &&
                         saved.info.ifa_scope == RT_SCOPE_UNIVERSE;
        if (!is_wanted)
                return 0;

        for (size_t i = 0; i < ARRAY_LEN(address_parts); i++)
                saved.parts[i].len = netlink_answer_bytes(netlink, sizeof saved.info, address_parts[i],
                                                          saved.parts[i].bytes, ADDRESS_PART_MAX);
        buf_add(saving->addresses, &saved, sizeof saved);
        return 0;
}

int link_save_addresses(struct netlink *netlink, int index, struct buf *ret, struct err *err)
{
        struct netlink_request request;
        struct saving saving = { index, ret };
        const struct ifaddrmsg info = { .ifa_family = AF_UNSPEC };
        const size_t before = ret->len;
        int done = -1;
        for (int i = 0; i < DUMP_TRIES && done < 0; i++) {
                ret->len = before;
                netlink_begin(&request, RTM_GETADDR, 0, &info, sizeof info);
                done = netlink_ask_for_all(netlink, &request, save_address, &saving, err);
                if (done < 0 && err->code != EINTR)
                        return -1;
        }
        return done < 0 ? -1 : buf_ok(ret, err);
}

static int restore_address(struct netlink *netlink, int index, const struct saved_address *saved, struct err *err)
{
        struct netlink_request request;
        struct ifaddrmsg info = saved->info;
        info.ifa_index = (uint32_t)index;
        info.ifa_flags = 0;
        netlink_begin(&request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof info);
        netlink_add_u32(&request, IFA_FLAGS, saved->flags & KEPT_FLAGS);
        for (size_t i = 0; i < ARRAY_LEN(address_parts); i++)
                if (saved->parts[i].len > 0)
                        netlink_add(&request, address_parts[i], saved->parts[i].bytes, saved->parts[i].len);
        return netlink_do(netlink, &request, err);
}

int link_restore_addresses(struct netlink *netlink, int index, const struct buf *saved, struct err *err)
{
        struct saved_address address;
        for (size_t at = 0; at < saved->len; at += sizeof address) {
                memcpy(&address, saved->data + at, sizeof address);
                if (restore_address(netlink, index, &address, err) < 0)
                        return -1;
        }
        return 0;
}

int link_add_route(struct netlink *netlink, int index, const struct spec_route *route, struct err *err)
{
        struct netlink_request request;
        size_t len = ip_len(route->gateway.family);
        const struct rtmsg info = {
                .rtm_family = route->gateway.family,
                .rtm_dst_len = route->destination.prefix,
                .rtm_table = RT_TABLE_MAIN,
                .rtm_protocol = RTPROT_BOOT,
                .rtm_scope = RT_SCOPE_UNIVERSE,
                .rtm_type = RTN_UNICAST,
        };
        netlink_begin(&request, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof info);
        if (route->destination.prefix > 0)
                netlink_add(&request, RTA_DST, route->destination.bytes, len);
        if (route->source.text)
                netlink_add(&request, RTA_PREFSRC, route->source.bytes, len);
        netlink_add(&request, RTA_GATEWAY, route->gateway.bytes, len);
        netlink_add_u32(&request, RTA_OIF, (uint32_t)index);
        return netlink_do(netlink, &request, err);
}
