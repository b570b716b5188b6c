/* SPDX-License-Identifier: Apache-2.0 */
/* interfaces.c - make, take and remove the networks of a container; see interfaces.h. */

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "net/interfaces.h"

#include "base/scope.h"
#include "net/link.h"
#include "net/loopback.h"

int networks_is_ours(int net_fd, bool *ret, struct err *err)
{
        struct stat ours, other;
        if (stat("/proc/self/ns/net", &ours) < 0 || fstat(net_fd, &other) < 0)
                return fail_sys(err, "stat the network namespace");
        *ret = ours.st_dev == other.st_dev && ours.st_ino == other.st_ino;
        return 0;
}

int networks_check_joined(const struct spec_networks *all, int net_fd, struct err *err)
{
        bool is_ours = false;
        if (net_fd < 0 || all->n_networks + all->n_routes == 0)
                return 0;

        if (networks_is_ours(net_fd, &is_ours, err) < 0)
                return -1;
        if (is_ours)
                return fail(err, "networks and routes are not allowed in host network namespace");
        return 0;
}

/* in the host ------------------------------------------------------------------------------------------------------ */

/* A talk with the kernel, and what marks the ends that are this container's. */
struct host {
        struct netlink netlink;
        char alias[LINK_ALIAS_MAX];
};

static int host_begin(struct host *ret, const char *id, struct err *err)
{
        /* An id that is too long is cut, and compared with one that was cut in the same way. */
        (void)snprintf(ret->alias, sizeof ret->alias, "tare %s", id);
        return netlink_open(&ret->netlink, err);
}

static int dress_outer_end(struct host *host, const struct spec_network *network, int index, int bridge_index,
                           struct err *err)
{
        const char *name = network->host_interface_name;
        if (link_join_bridge(&host->netlink, index, bridge_index, host->alias, err) < 0)
                return fail_at(err, "put %s on bridge %s", name, network->bridge);
        if (network->hairpin_mode && link_set_hairpin(&host->netlink, index, err) < 0)
                return fail_at(err, "set the hairpin mode of %s", name);
        return 0;
}

static int make_pair(struct host *host, const struct spec_network *network, pid_t init_pid, struct err *err)
{
        struct link bridge, outer;
        if (link_find(&host->netlink, network->bridge, &bridge, err) < 0)
                return fail_at(err, "bridge %s", network->bridge);
        if (link_make_veth(&host->netlink, network, init_pid, err) < 0)
                return fail_at(err, "make the pair with %s", network->host_interface_name);
        if (link_find(&host->netlink, network->host_interface_name, &outer, err) < 0)
                return fail_at(err, "%s", network->host_interface_name);
        if (dress_outer_end(host, network, outer.index, bridge.index, err) == 0)
                return 0;

        struct err ignored;
        (void)link_delete(&host->netlink, outer.index, &ignored);
        return -1;
}

/* 0 too when there is nothing that is ours. */
static int remove_pair(struct host *host, const struct spec_network *network, struct err *err)
{
        struct link outer;
        if (link_find(&host->netlink, network->host_interface_name, &outer, err) < 0)
                return err->code == ENODEV ? 0 : -1;
        if (strcmp(outer.alias, host->alias) != 0)
                return 0;
        /* The kernel may take it away at this very moment, with the namespace of the other end. */
        if (link_delete(&host->netlink, outer.index, err) < 0)
                return err->code == ENODEV ? 0 : -1;
        return 0;
}

/* Goes on after a failure; err has the first. */
static int remove_pairs(struct host *host, const struct spec_network *networks, size_t n, struct err *err)
{
        int done = 0;
        for (size_t i = 0; i < n; i++) {
                struct err at_hand = { 0 };
                if (networks[i].type != NETWORK_VETH || remove_pair(host, &networks[i], &at_hand) == 0)
                        continue;
                (void)fail_at(&at_hand, "network %s: remove %s", networks[i].name, networks[i].host_interface_name);
                if (done == 0)
                        *err = at_hand;
                done = -1;
        }
        return done;
}

int networks_make(const struct spec_network *networks, size_t n, const char *id, pid_t init_pid, struct err *err)
{
        struct host host = { .netlink.fd = -1 };
        if (n == 0)
                return 0;
        if (host_begin(&host, id, err) < 0)
                return -1;

        int done = 0;
        for (size_t i = 0; i < n && done == 0; i++) {
                if (networks[i].type != NETWORK_VETH || make_pair(&host, &networks[i], init_pid, err) == 0)
                        continue;
                struct err ignored;
                (void)remove_pairs(&host, networks, i, &ignored);
                done = fail_at(err, "network %s", networks[i].name);
        }
        netlink_finish(&host.netlink);
        return done;
}

int networks_remove(const struct spec_network *networks, size_t n, const char *id, struct err *err)
{
        struct host host = { .netlink.fd = -1 };
        if (n == 0)
                return 0;
        if (host_begin(&host, id, err) < 0)
                return -1;

        int done = remove_pairs(&host, networks, n, err);
        netlink_finish(&host.netlink);
        return done;
}

/* in init ---------------------------------------------------------------------------------------------------------- */

static int take_addresses(struct netlink *netlink, const struct spec_network *network, int index, struct err *err)
{
        const struct ip_address *const addresses[] = { &network->address, &network->ipv6_address };
        for (size_t i = 0; i < ARRAY_LEN(addresses); i++)
                if (addresses[i]->text && link_add_address(netlink, index, addresses[i], err) < 0)
                        return fail_at(err, "add address %s", addresses[i]->text);
        return 0;
}

static int take_gateways(struct netlink *netlink, const struct spec_network *network, int index, struct err *err)
{
        const struct ip_address *const gateways[] = { &network->gateway, &network->ipv6_gateway };
        for (size_t i = 0; i < ARRAY_LEN(gateways); i++) {
                const struct spec_route by_default = { .gateway = *gateways[i] };
                if (gateways[i]->text && link_add_route(netlink, index, &by_default, err) < 0)
                        return fail_at(err, "add gateway %s", gateways[i]->text);
        }
        return 0;
}

static int take_one(struct netlink *netlink, const struct spec_network *network, struct err *err)
{
        struct link inner;
        if (link_find(netlink, network->name, &inner, err) < 0)
                return fail_at(err, "find it in the container");
        if (take_addresses(netlink, network, inner.index, err) < 0)
                return -1;
        if (link_raise(netlink, inner.index, err) < 0)
                return fail_at(err, "bring it up");
        /* The kernel takes a gateway only where a link that is up has its network. */
        return take_gateways(netlink, network, inner.index, err);
}

int networks_take(const struct spec_network *networks, size_t n, struct err *err)
{
        auto_netlink struct netlink netlink = { .fd = -1 };
        if (n == 0)
                return 0;
        if (netlink_open(&netlink, err) < 0)
                return -1;

        for (size_t i = 0; i < n; i++) {
                if (networks[i].type == NETWORK_LOOPBACK && loopback_up(err) < 0)
                        return -1;
                if (networks[i].type == NETWORK_VETH && take_one(&netlink, &networks[i], err) < 0)
                        return fail_at(err, "network %s", networks[i].name);
        }
        return 0;
}

static int add_one(struct netlink *netlink, const struct spec_route *route, struct err *err)
{
        struct link link;
        if (link_find(netlink, route->interface_name, &link, err) < 0)
                return fail_at(err, "interface %s", route->interface_name);
        return link_add_route(netlink, link.index, route, err);
}

int routes_add(const struct spec_route *routes, size_t n, struct err *err)
{
        auto_netlink struct netlink netlink = { .fd = -1 };
        if (n == 0)
                return 0;
        if (netlink_open(&netlink, err) < 0)
                return -1;

        for (size_t i = 0; i < n; i++)
                if (add_one(&netlink, &routes[i], err) < 0)
                        return fail_at(err, "route %s", routes[i].destination.text);
        return 0;
}
