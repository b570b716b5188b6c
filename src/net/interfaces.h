/* SPDX-License-Identifier: Apache-2.0 */
/* interfaces.h - the networks of a container: the host makes the pairs of interfaces, init dresses its ends, the host
 * takes all away again.
 * The inner end is born under its own name, with its MAC address, in init's network namespace: it is never on the host,
 * and needs no name for the time between. */
#ifndef TARE_NET_INTERFACES_H
#define TARE_NET_INTERFACES_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "oci/networks.h"

/* id: the container's. The host's ends carry it as their alias ("tare ID" in `ip link`), which makes them ours.
 * Errors name the interface: `network eth0: bridge br0: no such device`. */

/* Whether net_fd is the network namespace that the caller is in. */
int networks_is_ours(int net_fd, bool *ret, struct err *err);

/* What the path of a network namespace hides: refuses any network or route when net_fd is the namespace that the caller
 * is in. To be called before it is entered; net_fd -1: nothing to refuse. */
int networks_check_joined(const struct spec_networks *all, int net_fd, struct err *err);

/* In the host, while init waits in its network namespace: makes each pair, its outer end up and on its bridge. A pair
 * that fails leaves nothing of itself or of those before it. Needs CAP_NET_ADMIN here and over init's namespace. */
int networks_make(const struct spec_network *networks, size_t n, const char *id, pid_t init_pid, struct err *err);

/* In init, after networks_make: gives each inner end its addresses, brings it up, and adds the default routes through
 * its gateways; raises the loopback where one is listed. */
int networks_take(const struct spec_network *networks, size_t n, struct err *err);
/* In init, after networks_take: `route 10.1.0.0/16: ...`. */
int routes_add(const struct spec_route *routes, size_t n, struct err *err);

/* In the host, when the container is gone or was never born: deletes the outer ends, and so the pairs. What is not
 * there any more (the kernel deletes a pair with either namespace) or is not this container's is left alone. Goes on
 * after a failure and tells the first one. */
int networks_remove(const struct spec_network *networks, size_t n, const char *id, struct err *err);

#endif
