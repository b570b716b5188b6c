/* SPDX-License-Identifier: Apache-2.0 */
/* test_networks.c - what the annotations of networks and routes may say, and in which words they are refused. */

#include <stdio.h>
#include <string.h>

#include "unit.h"

#include "oci/networks.h"

static struct arena arena;
static struct spec_networks got;
static struct err err;

/* One annotation, of a bundle with a network namespace. */
static int read_one(const char *key, const char *text)
{
        struct key_value items[] = {
                {"a.b/c", "[{\"type\": \"other\"}]"},
                { key,    text                     },
        };
        const struct spec spec = {
                .annotations = {items, ARRAY_LEN(items)},
                .linux_.namespaces[NS_NETWORK].set = true,
        };
        err = (struct err){ 0 };
        memset(&got, 0xff, sizeof got);
        return spec_networks_read(&spec, "config.json", &arena, &got, &err);
}

static void reads(const char *key, const char *text)
{
        int rc = read_one(key, text);
        assert_string_equal(err.text, "");
        assert_int_equal(rc, 0);
}

/* What is said of the text, without the name of the annotation. */
static void refuses(const char *key, const char *text, const char *verdict)
{
        char expected[512];
        (void)snprintf(expected, sizeof expected, "config.json: annotations.%s%s", key, verdict);
        int rc = read_one(key, text);
        assert_string_equal(err.text, expected);
        assert_int_equal(rc, -1);
}

static int free_arena(void **state)
{
        (void)state;
        arena_finish(&arena);
        return 0;
}

static void without_annotations_there_is_nothing(void **state)
{
        (void)state;
        const struct spec spec = { 0 };
        memset(&got, 0xff, sizeof got);
        assert_int_equal(spec_networks_read(&spec, "config.json", &arena, &got, &err), 0);
        assert_int_equal(got.n_networks, 0);
        assert_int_equal(got.n_routes, 0);
        reads("run.tare.network", "[{]");
        assert_int_equal(got.n_networks, 0);
        reads(NETWORKS_ANNOTATION, " [ ] \n");
        assert_int_equal(got.n_networks, 0);
}

static void a_veth_has_all_its_keys(void **state)
{
        (void)state;
        reads(NETWORKS_ANNOTATION,
              "[{\"type\": \"loopback\"}, {\"type\": \"veth\", \"name\": \"eth0\", \"bridge\": \"br0\","
              "\"host_interface_name\": \"tare-c1\", \"mac_address\": \"02:42:aC:11:00:fF\", \"mtu\": 1400,"
              "\"txqueuelen\": 0, \"address\": \"10.0.0.2/24\", \"gateway\": \"10.0.0.1\","
              "\"ipv6_address\": \"fd00::2/64\", \"ipv6_gateway\": \"fd00::1\", \"hairpin_mode\": true}]");
        assert_int_equal(got.n_networks, 2);
        assert_int_equal(got.networks[0].type, NETWORK_LOOPBACK);
        const struct spec_network *veth = &got.networks[1];
        assert_int_equal(veth->type, NETWORK_VETH);
        assert_string_equal(veth->name, "eth0");
        assert_string_equal(veth->bridge, "br0");
        assert_string_equal(veth->host_interface_name, "tare-c1");
        assert_true(veth->mac_address.set);
        assert_memory_equal(veth->mac_address.bytes, "\x02\x42\xac\x11\x00\xff", 6);
        assert_true(veth->mtu.set && veth->mtu.value == 1400);
        assert_true(veth->txqueuelen.set && veth->txqueuelen.value == 0);
        assert_true(veth->hairpin_mode);

        assert_string_equal(veth->address.text, "10.0.0.2/24");
        assert_int_equal(veth->address.family, AF_INET);
        assert_int_equal(veth->address.prefix, 24);
        assert_memory_equal(veth->address.bytes, "\x0a\0\0\x02", 4);
        assert_string_equal(veth->gateway.text, "10.0.0.1");
        assert_int_equal(veth->gateway.prefix, 32);
        assert_memory_equal(veth->gateway.bytes, "\x0a\0\0\x01", 4);
        assert_int_equal(veth->ipv6_address.family, AF_INET6);
        assert_int_equal(veth->ipv6_address.prefix, 64);
        assert_memory_equal(veth->ipv6_address.bytes, "\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x02", 16);
        assert_int_equal(veth->ipv6_gateway.prefix, 128);
}

#define VETH_WITH(more) \
        "[{\"type\": \"veth\", \"name\": \"eth0\", \"bridge\": \"br0\", \"host_interface_name\": \"h\"" more "}]"

static void what_is_not_given_is_not_set(void **state)
{
        (void)state;
        reads(NETWORKS_ANNOTATION, VETH_WITH(", \"mtu\": null"));
        const struct spec_network *veth = &got.networks[0];
        assert_false(veth->mac_address.set || veth->mtu.set || veth->txqueuelen.set || veth->hairpin_mode);
        assert_null(veth->address.text);
        assert_null(veth->gateway.text);
        assert_null(veth->ipv6_address.text);
        assert_null(veth->ipv6_gateway.text);
}

static void a_bad_network_is_refused(void **state)
{
        (void)state;
        static const struct {
                const char *text, *verdict;
        } rows[] = {
                {"[{\"name\": \"eth0\"}]",                                                                                       ": networks[0].type: required"                         },
                { "[{\"type\": \"macvlan\"}]",                                                                                   ": networks[0].type: unknown strategy type \"macvlan\""},
                { "[{\"type\": \"\"}]",                                                                                          ": networks[0].type: unknown strategy type \"\""       },
                { "[{\"type\": 1}]",                                                                                             ": networks[0].type: not a string"                     },
                { "[{\"type\": \"veth\"}]",                                                                                      ": networks[0].name: required"                         },
                { "[{\"type\": \"veth\", \"name\": \"e\"}]",                                                                     ": networks[0].bridge: required"                       },
                { "[{\"type\": \"veth\", \"name\": \"e\", \"bridge\": \"b\"}]",
                 ": networks[0].host_interface_name: required"                                                                                                                          },
                { "[{\"type\": \"loopback\"}, {\"type\": \"loopback\", \"name\": \"lo\"}]",
                 ": networks[1].name: not for a loopback"                                                                                                                               },
                { "[{\"type\": \"loopback\", \"mtu\": 0}]",                                                                      ": networks[0].mtu: not for a loopback"                },
                { "[{\"type\": \"loopback\", \"address\": \"0.0.0.0/0\"}]",
                 ": networks[0].address: not for a loopback"                                                                                                                            },
                { "[{\"type\": \"loopback\", \"hairpin_mode\": true}]",
                 ": networks[0].hairpin_mode: not for a loopback"                                                                                                                       },
                { VETH_WITH(", \"mtu\": -1"),                                                                                    ": networks[0].mtu: out of range"                      },
                { VETH_WITH(", \"txqueuelen\": \"9\""),                                                                          ": networks[0].txqueuelen: not a number"               },
                { VETH_WITH(", \"hairpin_mode\": 1"),                                                                            ": networks[0].hairpin_mode: not a boolean"            },
                { "[{\"type\": \"veth\", \"name\": \"e\", \"bridge\": \"b\", \"host_interface_name\": \"h\"},"
                  " {\"type\": \"veth\", \"name\": \"e\", \"bridge\": \"b\", \"host_interface_name\": \"i\"}]", ": networks[1].name: duplicated \"e\""                 },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++)
                refuses(NETWORKS_ANNOTATION, rows[i].text, rows[i].verdict);
}

/* One key of a veth with a value that is refused, and how. */
static void refuses_value(const char *key, const char *value, const char *words)
{
        char text[512], verdict[256];
        (void)snprintf(text, sizeof text, "[{\"type\": \"veth\", \"%s\": \"%s\"}]", key, value);
        (void)snprintf(verdict, sizeof verdict, ": networks[0].%s: \"%s\" is not %s", key, value, words);
        refuses(NETWORKS_ANNOTATION, text, verdict);
}

static void a_name_that_the_kernel_would_not_take_is_refused(void **state)
{
        (void)state;
        static const char *const names[] = { "", ".", "..", "a/b", "a b", "a:b", "eth%d", "a\x7f", "sixteen-letters-" };
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
                refuses_value("name", names[i], "the name of an interface");
                refuses_value("bridge", names[i], "the name of an interface");
                refuses_value("host_interface_name", names[i], "the name of an interface");
        }
        reads(NETWORKS_ANNOTATION, "[{\"type\": \"veth\", \"name\": \"...\", \"bridge\": \"br@1\","
                                   "\"host_interface_name\": \"fifteen-letters\"}]");
        refuses(NETWORKS_ANNOTATION, "[{\"type\": \"veth\", \"name\": \"a\\tb\"}]",
                ": networks[0].name: \"a\tb\" is not the name of an interface");
}

static void a_bad_mac_address_is_refused(void **state)
{
        (void)state;
        static const char *const macs[] = {
                "",
                "02:42:ac:11:00",
                "02:42:ac:11:00:02:",
                "02:42:ac:11:00:2",
                "02-42-ac-11-00-02",
                "0g:42:ac:11:00:02",
                "02:42:ac:11:00:0",
                "00:00:00:00:00:00",
                "01:42:ac:11:00:02",
                "ff:ff:ff:ff:ff:ff",
                " 2:42:ac:11:00:02",
        };
        for (size_t i = 0; i < ARRAY_LEN(macs); i++)
                refuses_value("mac_address", macs[i], "the MAC address of an interface");
}

static void a_bad_address_is_refused(void **state)
{
        (void)state;
        static const char *const addresses[] = {
                "",
                "10.0.0.2",
                "10.0.0.2/",
                "10.0.0.2/33",
                "10.0.0.2/-1",
                "10.0.0.2/ 8",
                "10.0.0.2/8/8",
                "10.0.0/8",
                "10.0.0.256/8",
                "fd00::1/64",
                "/8",
                "localhost/8",
                "0000000000000000000000000000000000000000000000000000000000000000/8",
        };
        for (size_t i = 0; i < ARRAY_LEN(addresses); i++)
                refuses_value("address", addresses[i], "an IPv4 address with its prefix");
        refuses_value("ipv6_address", "10.0.0.2/8", "an IPv6 address with its prefix");
        refuses_value("ipv6_address", "fd00::1/129", "an IPv6 address with its prefix");
        refuses_value("ipv6_address", "fe80::1%eth0/64", "an IPv6 address with its prefix");
        refuses_value("gateway", "10.0.0.1/24", "an IPv4 address");
        refuses_value("gateway", "localhost", "an IPv4 address");
        refuses_value("ipv6_gateway", "10.0.0.1", "an IPv6 address");
}

/* routes ----------------------------------------------------------------------------------------------------------- */

#define ROUTE(destination, source, gateway)                                                           \
        "[{\"destination\": \"" destination "\", \"source\": \"" source "\", \"gateway\": \"" gateway \
        "\", \"interface_name\": \"eth0\"}]"

static void a_route_is_read_and_its_host_bits_are_cleared(void **state)
{
        (void)state;
        reads(ROUTES_ANNOTATION, ROUTE("10.1.255.255/17", "10.0.0.2", "10.0.0.1"));
        assert_int_equal(got.n_routes, 1);
        assert_int_equal(got.n_networks, 0);
        const struct spec_route *route = &got.routes[0];
        assert_string_equal(route->interface_name, "eth0");
        assert_string_equal(route->destination.text, "10.1.255.255/17");
        assert_int_equal(route->destination.prefix, 17);
        assert_memory_equal(route->destination.bytes, "\x0a\x01\x80\0", 4);
        assert_memory_equal(route->source.bytes, "\x0a\0\0\x02", 4);
        assert_memory_equal(route->gateway.bytes, "\x0a\0\0\x01", 4);

        reads(ROUTES_ANNOTATION, ROUTE("fdff:ffff::1/20", "fd00::2", "fd00::1"));
        assert_int_equal(got.routes[0].destination.family, AF_INET6);
        assert_memory_equal(got.routes[0].destination.bytes, "\xfd\xff\xf0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
        reads(ROUTES_ANNOTATION, ROUTE("1.2.3.4/0", "10.0.0.2", "10.0.0.1"));
        assert_memory_equal(got.routes[0].destination.bytes, "\0\0\0\0", 4);
        reads(ROUTES_ANNOTATION, ROUTE("1.2.3.4/32", "10.0.0.2", "10.0.0.1"));
        assert_memory_equal(got.routes[0].destination.bytes, "\x01\x02\x03\x04", 4);
}

static void a_bad_route_is_refused(void **state)
{
        (void)state;
        static const struct {
                const char *text, *verdict;
        } rows[] = {
                {ROUTE("10.1.0.0",                                          "10.0.0.2",           "10.0.0.1"),
                 ": routes[0].destination: invalid CIDR address: 10.1.0.0" },
                { ROUTE("", "10.0.0.2",                    "10.0.0.1"), ": routes[0].destination: invalid CIDR address: " },
                { ROUTE("10.1.0.0/16",                                               "here",                                     "there"), ": routes[0].source: Invalid source for route: here" },
                { ROUTE("10.1.0.0/16",                                                        "",                                                         "10.0.0.1"), ": routes[0].source: Invalid source for route: " },
                { ROUTE("10.1.0.0/16",                                                 "10.0.0.2","10.0.0.1/8"),
                 ": routes[0].gateway: Invalid gateway for route: 10.0.0.1/8" },
                { ROUTE("10.1.0.0/16",                                      "10.0.0.2", ""), ": routes[0].gateway: Invalid gateway for route: " },
                { ROUTE("10.1.0.0/16",         "fd00::2",                            "10.0.0.1"),
                 ": routes[0].source: Invalid source for route: fd00::2" },
                { ROUTE("fd00::/16","fd00::2",                          "10.0.0.1"),
                 ": routes[0].gateway: Invalid gateway for route: 10.0.0.1" },
                { "[{}]",                                                        ": routes[0].destination: required"                                                        },
                { "[{\"destination\": \"10.1.0.0/16\"}]",                                                      ": routes[0].interface_name: required"                       },
                { "[{\"destination\": \"10.1.0.0/16\", \"interface_name\": \"eth0\"}]",
                 ": routes[0].source: Invalid source for route: "                                        },
                { "[{\"destination\": \"10.1.0.0/16\", \"interface_name\": \"eth0\", \"source\": \"10.0.0.2\"}]",
                 ": routes[0].gateway: Invalid gateway for route: "                     },
                { "[{\"destination\": \"10.1.0.0/16\", \"interface_name\": \"\"}]",
                 ": routes[0].interface_name: \"\" is not the name of an interface"                                 },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++)
                refuses(ROUTES_ANNOTATION, rows[i].text, rows[i].verdict);
}

/* the texts -------------------------------------------------------------------------------------------------------- */

static void what_is_no_array_is_refused(void **state)
{
        (void)state;
        static const char *const texts[] = {
                "",
                " ",
                "{}",
                "null",
                "[",
                "]",
                "[]]",
                "[[]",
                "[], \"networks\": []",
                "[]}, \"x\": {\"y\": []",
                "[] x",
                "[\"]",
                "[\"\\\"]",
                "[\"\\",
                "[{\"a\": \"]\"}",
                "x[]",
        };
        for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
                refuses(NETWORKS_ANNOTATION, texts[i], ": not a JSON array");
                refuses(ROUTES_ANNOTATION, texts[i], ": not a JSON array");
        }
        /* These are arrays by their brackets; the reader has the word on them. */
        assert_int_equal(read_one(ROUTES_ANNOTATION, "[}"), -1);
        assert_int_equal(read_one(ROUTES_ANNOTATION, "[,]"), -1);
        assert_memory_equal(err.text, "config.json: annotations.run.tare.routes:1: ", 44);
        refuses(ROUTES_ANNOTATION, "[\"\\\"]\"]", ": routes[0]: not an object");
}

static void without_a_network_namespace_they_are_refused(void **state)
{
        (void)state;
        struct key_value item = { NETWORKS_ANNOTATION, "[]" };
        const struct spec spec = {
                .annotations = {&item, 1}
        };
        assert_int_equal(spec_networks_read(&spec, "config.json", &arena, &got, &err), -1);
        assert_string_equal(err.text,
                            "config.json: annotations.run.tare.networks: not allowed in host network namespace");
        item.key = ROUTES_ANNOTATION;
        assert_int_equal(spec_networks_read(&spec, "config.json", &arena, &got, &err), -1);
        assert_string_equal(err.text,
                            "config.json: annotations.run.tare.routes: not allowed in host network namespace");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(without_annotations_there_is_nothing),
                cmocka_unit_test(a_veth_has_all_its_keys),
                cmocka_unit_test(what_is_not_given_is_not_set),
                cmocka_unit_test(a_bad_network_is_refused),
                cmocka_unit_test(a_name_that_the_kernel_would_not_take_is_refused),
                cmocka_unit_test(a_bad_mac_address_is_refused),
                cmocka_unit_test(a_bad_address_is_refused),
                cmocka_unit_test(a_route_is_read_and_its_host_bits_are_cleared),
                cmocka_unit_test(a_bad_route_is_refused),
                cmocka_unit_test(what_is_no_array_is_refused),
                cmocka_unit_test(without_a_network_namespace_they_are_refused),
        };
        return cmocka_run_group_tests(tests, NULL, free_arena);
}
