/* SPDX-License-Identifier: Apache-2.0 */
/* networks.h - the network interfaces and routes of a container, from two annotations of config.json that are tare's
 * own: each is a JSON array. docs/ANNOTATIONS.md tells users what may stand in them. */
#ifndef TARE_OCI_NETWORKS_H
#define TARE_OCI_NETWORKS_H

#include <sys/socket.h>

#include "oci/spec.h"

#define NETWORKS_ANNOTATION "run.tare.networks"
#define ROUTES_ANNOTATION   "run.tare.routes"

enum network_type { NETWORK_LOOPBACK, NETWORK_VETH, NETWORK_TYPES };
/* "loopback", "veth". */
extern const char *const network_type_names[NETWORK_TYPES];

enum { MAC_LEN = 6 };

struct ip_address {
        const char *text; /* as it was given, for messages; NULL: not given */
        uint8_t family;   /* AF_INET or AF_INET6 */
        uint8_t prefix;   /* the length of the network's part; all of the address where none was given */
        uint8_t bytes[16];
};

struct mac_address {
        bool set;
        uint8_t bytes[MAC_LEN];
};

/* An interface. Of a loopback there is nothing but its type; a veth has name, bridge and host_interface_name. */
struct spec_network {
        enum network_type type;
        const char *name; /* in the container */
        const char *bridge;
        const char *host_interface_name;
        struct mac_address mac_address;
        struct opt_u32 mtu, txqueuelen;               /* of both ends */
        struct ip_address address, gateway;           /* IPv4 */
        struct ip_address ipv6_address, ipv6_gateway; /* IPv6 */
        bool hairpin_mode;
};

/* The three addresses are of one family. */
struct spec_route {
        struct ip_address destination; /* no bit is set behind its prefix */
        struct ip_address source;
        struct ip_address gateway;
        const char *interface_name;
};

struct spec_networks {
        struct spec_network *networks;
        size_t n_networks;
        struct spec_route *routes;
        size_t n_routes;
};

/* Reads both annotations, after spec_read; without them *ret is empty. name is what errors call config.json. Refuses
 * them where the bundle has no network namespace. Pure; everything lives in arena. On failure: `config.json:
 * annotations.run.tare.networks: networks[0].type: unknown strategy type "x"`. */
int spec_networks_read(const struct spec *spec, const char *name, struct arena *arena, struct spec_networks *ret,
                       struct err *err);

/* As the kernel has it (dev_valid_name), and no template: 1 to 15 bytes without "/", ":", "%" or blanks. */
bool interface_name_is_valid(const char *text);

/* How many of an address' bytes count. */
static inline size_t ip_len(uint8_t family)
{
        return family == AF_INET ? 4 : 16;
}

#endif
