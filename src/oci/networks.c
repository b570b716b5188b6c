/* SPDX-License-Identifier: Apache-2.0 */
/* networks.c - read the annotations of networks and routes; see networks.h.
 * What a name, an address or a network may look like is decided here; whether the kernel can do it is not. */

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "oci/networks.h"

#include "base/number.h"
#include "oci/reader.h"

enum { INTERFACE_NAME_MAX = 15 };

const char *const network_type_names[NETWORK_TYPES] = {
        [NETWORK_LOOPBACK] = "loopback",
        [NETWORK_VETH] = "veth",
};

/* addresses -------------------------------------------------------------------------------------------------------- */

enum { IPV4, IPV6 };

static const struct family {
        uint8_t family;
        uint8_t bits;
        const char *name;
} families[] = {
        [IPV4] = {AF_INET,   32,  "IPv4"},
        [IPV6] = { AF_INET6, 128, "IPv6"},
};

/* Without a prefix. */
static bool ip_parse(const char *text, const struct family *family, struct ip_address *ret)
{
        struct ip_address address = { .text = text, .family = family->family, .prefix = family->bits };
        if (inet_pton(family->family, text, address.bytes) != 1)
                return false;

        *ret = address;
        return true;
}

/* With one: "10.0.0.1/24". */
static bool cidr_parse(const char *text, const struct family *family, struct ip_address *ret)
{
        char ip[INET6_ADDRSTRLEN];
        uint64_t prefix = 0;
        const char *slash = strchr(text, '/');
        if (!slash || (size_t)(slash - text) >= sizeof ip || !number_u64(slash + 1, 0, family->bits, &prefix))
                return false;

        memcpy(ip, text, (size_t)(slash - text));
        ip[slash - text] = '\0';
        if (!ip_parse(ip, family, ret))
                return false;
        ret->text = text;
        ret->prefix = (uint8_t)prefix;
        return true;
}

typedef bool parse_fn(const char *text, const struct family *family, struct ip_address *ret);

static bool of_any_family(parse_fn *parse, const char *text, struct ip_address *ret)
{
        for (size_t i = 0; i < ARRAY_LEN(families); i++)
                if (parse(text, &families[i], ret))
                        return true;
        return false;
}

/* The kernel wants no bit of a host in the address of a network. */
static void clear_host_bits(struct ip_address *network)
{
        for (size_t bit = network->prefix; bit < 8 * ip_len(network->family); bit++)
                network->bytes[bit / 8] &= (uint8_t) ~(0x80U >> bit % 8);
}

/* rows of the tables ----------------------------------------------------------------------------------------------- */

static int read_type(struct json_value value, const struct field *field, void *into)
{
        (void)field;
        const char *text = NULL;
        enum network_type *ret = into;
        if (reader_text(value, &text) < 0)
                return -1;

        for (size_t i = 0; i < NETWORK_TYPES; i++) {
                if (strcmp(network_type_names[i], text) != 0)
                        continue;
                *ret = (enum network_type)i;
                return 0;
        }
        return reader_fail(value, "unknown strategy type \"%s\"", text);
}

/* What the kernel takes for a name (dev_valid_name), but for "%", which it would replace by a number. */
bool interface_name_is_valid(const char *text)
{
        size_t len = strlen(text);
        if (len == 0 || len > INTERFACE_NAME_MAX || strcmp(text, ".") == 0 || strcmp(text, "..") == 0)
                return false;
        for (; *text; text++)
                if ((unsigned char)*text <= ' ' || strchr("/:%\x7f\xa0", *text))
                        return false;
        return true;
}

static int read_interface_name(struct json_value value, const struct field *field, void *into)
{
        (void)field;
        const char *text = NULL;
        const char **ret = into;
        if (reader_text(value, &text) < 0)
                return -1;
        if (!interface_name_is_valid(text))
                return reader_fail(value, "\"%s\" is not the name of an interface", text);

        *ret = text;
        return 0;
}

/* -1: not a hexadecimal digit. */
static int hex_digit(char c)
{
        static const char digits[] = "0123456789abcdef0123456789ABCDEF";
        const char *at = c ? strchr(digits, c) : NULL;
        return at ? (int)((at - digits) % 16) : -1;
}

/* "02:42:ac:11:00:02"; for one interface, not for a group or none. */
static bool mac_parse(const char *text, struct mac_address *ret)
{
        struct mac_address mac = { .set = true };
        if (strlen(text) != strlen("00:00:00:00:00:00"))
                return false;

        unsigned int any = 0;
        for (size_t i = 0; i < MAC_LEN; i++) {
                const char *pair = text + 3 * i;
                int high = hex_digit(pair[0]), low = hex_digit(pair[1]);
                if (high < 0 || low < 0 || (i + 1 < MAC_LEN && pair[2] != ':'))
                        return false;
                mac.bytes[i] = (uint8_t)(high * 16 + low);
                any |= mac.bytes[i];
        }
        if (any == 0 || (mac.bytes[0] & 1) != 0)
                return false;
        *ret = mac;
        return true;
}

static int read_mac(struct json_value value, const struct field *field, void *into)
{
        (void)field;
        const char *text = NULL;
        if (reader_text(value, &text) < 0)
                return -1;
        if (!mac_parse(text, into))
                return reader_fail(value, "\"%s\" is not the MAC address of an interface", text);
        return 0;
}

/* extra: the family. */
static int read_address(struct json_value value, const struct field *field, void *into)
{
        const struct family *family = field->extra;
        const char *text = NULL;
        if (reader_text(value, &text) < 0)
                return -1;
        if (!cidr_parse(text, family, into))
                return reader_fail(value, "\"%s\" is not an %s address with its prefix", text, family->name);
        return 0;
}

static int read_gateway(struct json_value value, const struct field *field, void *into)
{
        const struct family *family = field->extra;
        const char *text = NULL;
        if (reader_text(value, &text) < 0)
                return -1;
        if (!ip_parse(text, family, into))
                return reader_fail(value, "\"%s\" is not an %s address", text, family->name);
        return 0;
}

static int read_destination(struct json_value value, const struct field *field, void *into)
{
        (void)field;
        const char *text = NULL;
        if (reader_text(value, &text) < 0)
                return -1;
        if (!of_any_family(cidr_parse, text, into))
                return reader_fail(value, "invalid CIDR address: %s", text);

        clear_host_bits(into);
        return 0;
}

static const char *const hop_names[] = { "source", "gateway" };

static int read_hop(struct json_value value, const struct field *field, void *into)
{
        const char *text = NULL;
        if (reader_text(value, &text) < 0)
                return -1;
        if (!of_any_family(ip_parse, text, into))
                return reader_fail(value, "Invalid %s for route: %s", field->key, text);
        return 0;
}

/* the tables ------------------------------------------------------------------------------------------------------- */

#define OF(type, member) .key = #member, .offset = offsetof(struct type, member)

/* clang-format off */
static const struct field network_fields[] = {
        { OF(spec_network, type),                .read = read_type, .is_required = true         },
        { OF(spec_network, name),                .read = read_interface_name                    },
        { OF(spec_network, bridge),              .read = read_interface_name                    },
        { OF(spec_network, host_interface_name), .read = read_interface_name                    },
        { OF(spec_network, mac_address),         .read = read_mac                               },
        { OF(spec_network, mtu),                 .read = read_opt_u32                           },
        { OF(spec_network, txqueuelen),          .read = read_opt_u32                           },
        { OF(spec_network, address),             .read = read_address, .extra = &families[IPV4] },
        { OF(spec_network, gateway),             .read = read_gateway, .extra = &families[IPV4] },
        { OF(spec_network, ipv6_address),        .read = read_address, .extra = &families[IPV6] },
        { OF(spec_network, ipv6_gateway),        .read = read_gateway, .extra = &families[IPV6] },
        { OF(spec_network, hairpin_mode),        .read = read_bool                              },
        { .key = NULL },
};

static const struct field route_fields[] = {
        { OF(spec_route, destination),    .read = read_destination,    .is_required = true },
        { OF(spec_route, source),         .read = read_hop                                 },
        { OF(spec_route, gateway),        .read = read_hop                                 },
        { OF(spec_route, interface_name), .read = read_interface_name, .is_required = true },
        { .key = NULL },
};

static const struct field networks_fields[] = {
        { OF(spec_networks, networks), .read = read_array, .fields = network_fields, .size = sizeof(struct spec_network) },
        { .key = NULL },
};

static const struct field routes_fields[] = {
        { OF(spec_networks, routes), .read = read_array, .fields = route_fields, .size = sizeof(struct spec_route) },
        { .key = NULL },
};
/* clang-format on */

_Static_assert(offsetof(struct spec_networks, n_networks) == offsetof(struct spec_networks, networks) + sizeof(void *),
               "read_array counts right behind the pointer");
_Static_assert(offsetof(struct spec_networks, n_routes) == offsetof(struct spec_networks, routes) + sizeof(void *),
               "read_array counts right behind the pointer");

/* between fields --------------------------------------------------------------------------------------------------- */

#define VETH(member) #member, offsetof(struct spec_network, member), sizeof(((struct spec_network *)NULL)->member)

/* What a veth may have, and must; a loopback has none of it. */
/* clang-format off */
static const struct veth_key {
        const char *key;
        size_t offset, size;
        bool is_required;
} veth_keys[] = {
        { VETH(name),                true  },
        { VETH(bridge),              true  },
        { VETH(host_interface_name), true  }, /* `delete` finds it by this */
        { VETH(mac_address),         false },
        { VETH(mtu),                 false },
        { VETH(txqueuelen),          false },
        { VETH(address),             false },
        { VETH(gateway),             false },
        { VETH(ipv6_address),        false },
        { VETH(ipv6_gateway),        false },
        { VETH(hairpin_mode),        false },
};
/* clang-format on */

/* The reader leaves zeros where it read nothing. */
static bool is_given(const struct spec_network *network, const struct veth_key *row)
{
        const unsigned char *bytes = (const unsigned char *)network + row->offset;
        for (size_t i = 0; i < row->size; i++)
                if (bytes[i] != 0)
                        return true;
        return false;
}

static int check_keys(const struct spec_network *network, size_t index, struct err *err)
{
        for (size_t i = 0; i < ARRAY_LEN(veth_keys); i++) {
                const struct veth_key *row = &veth_keys[i];
                if (network->type == NETWORK_LOOPBACK && is_given(network, row))
                        return fail(err, "networks[%zu].%s: not for a loopback", index, row->key);
                if (network->type == NETWORK_VETH && row->is_required && !is_given(network, row))
                        return fail(err, "networks[%zu].%s: required", index, row->key);
        }
        return 0;
}

static int check_networks(const struct spec_networks *all, struct err *err)
{
        for (size_t i = 0; i < all->n_networks; i++) {
                const struct spec_network *network = &all->networks[i];
                if (check_keys(network, i, err) < 0)
                        return -1;
                for (size_t j = 0; j < i && network->name; j++)
                        if (all->networks[j].name && strcmp(network->name, all->networks[j].name) == 0)
                                return fail(err, "networks[%zu].name: duplicated \"%s\"", i, network->name);
        }
        return 0;
}

/* One that is not there is as good as one that is no address. */
static int check_routes(const struct spec_networks *all, struct err *err)
{
        for (size_t i = 0; i < all->n_routes; i++) {
                const struct spec_route *route = &all->routes[i];
                const struct ip_address *const hops[] = { &route->source, &route->gateway };
                for (size_t j = 0; j < ARRAY_LEN(hops); j++)
                        if (hops[j]->family != route->destination.family)
                                return fail(err, "routes[%zu].%s: Invalid %s for route: %s", i, hop_names[j],
                                            hop_names[j], hops[j]->text ? hops[j]->text : "");
        }
        return 0;
}

/* the annotations -------------------------------------------------------------------------------------------------- */

static const struct annotation {
        const char *key;
        const char *path;
        const struct field *fields; /* of the object that is put around the array */
        int (*check)(const struct spec_networks *all, struct err *err);
} annotations[] = {
        {NETWORKS_ANNOTATION, "annotations." NETWORKS_ANNOTATION, networks_fields, check_networks},
        { ROUTES_ANNOTATION,  "annotations." ROUTES_ANNOTATION,   routes_fields,   check_routes  },
};

/* Whether the first bracket is closed by the last one. Only then can the text not leave the object that is put around
 * it, as `[], "networks": []` would. */
static bool is_one_array(const char *text)
{
        static const char blanks[] = " \t\r\n";
        size_t depth = 0;
        bool in_string = false;
        text += strspn(text, blanks);
        if (*text != '[')
                return false;

        do {
                if (*text == '"')
                        in_string = !in_string;
                else if (in_string && *text == '\\' && text[1])
                        text++;
                else if (!in_string && (*text == '[' || *text == '{'))
                        depth++;
                else if (!in_string && (*text == ']' || *text == '}'))
                        depth--;
                text++;
        } while (*text && depth > 0);
        return depth == 0 && text[strspn(text, blanks)] == '\0';
}

static int read_annotation(const struct annotation *row, const char *text, struct arena *arena,
                           struct spec_networks *ret, struct err *err)
{
        if (!is_one_array(text))
                return fail(err, "%s: not a JSON array", row->path);

        auto_buf struct buf document = { 0 };
        buf_add_format(&document, "{\"%s\":%s}", row->fields[0].key, text);
        if (buf_ok(&document, err) < 0)
                return fail_at(err, "%s", row->path);
        if (reader_run(document.data, document.len, row->path, row->fields, ret, arena, err) < 0)
                return -1;
        return row->check(ret, err) < 0 ? fail_at(err, "%s", row->path) : 0;
}

static const char *find_annotation(const struct text_map *map, const char *key)
{
        for (size_t i = 0; i < map->n; i++)
                if (strcmp(map->items[i].key, key) == 0)
                        return map->items[i].value;
        return NULL;
}

int spec_networks_read(const struct spec *spec, const char *name, struct arena *arena, struct spec_networks *ret,
                       struct err *err)
{
        *ret = (struct spec_networks){ 0 };
        for (size_t i = 0; i < ARRAY_LEN(annotations); i++) {
                const struct annotation *row = &annotations[i];
                const char *text = find_annotation(&spec->annotations, row->key);
                if (!text)
                        continue;
                if (!spec->linux_.namespaces[NS_NETWORK].set)
                        return fail(err, "%s: %s: not allowed in host network namespace", name, row->path);
                if (read_annotation(row, text, arena, ret, err) < 0)
                        return fail_at(err, "%s", name);
        }
        return 0;
}
