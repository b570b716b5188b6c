/* SPDX-License-Identifier: Apache-2.0 */
/* test_netlink.c - networks made for real: a host and a container that are two network namespaces of the test's own,
 * looked at from outside by ip(8). */

#include <fcntl.h>
#include <fnmatch.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "unit.h"

#include "child.h"
#include "net/interfaces.h"
#include "net/link.h"

#define IP4(text_, prefix_, ...) .text = (text_), .family = AF_INET, .prefix = (prefix_), .bytes = { __VA_ARGS__ }
#define IP6(text_, prefix_, last) \
        .text = (text_), .family = AF_INET6, .prefix = (prefix_), .bytes = { 0xfd, [15] = (last) }

/* clang-format off */
static const struct spec_network full = {
        .type = NETWORK_VETH,
        .name = "eth0",
        .bridge = "br0",
        .host_interface_name = "outer0",
        .mac_address = { true, { 0x02, 0x42, 0xac, 0x11, 0x00, 0x02 } },
        .mtu = { true, 1400 },
        .txqueuelen = { true, 77 },
        .address = { IP4("10.77.0.2/24", 24, 10, 77, 0, 2) },
        .gateway = { IP4("10.77.0.1", 32, 10, 77, 0, 1) },
        .ipv6_address = { IP6("fd00::2/64", 64, 2) },
        .ipv6_gateway = { IP6("fd00::1", 128, 1) },
        .hairpin_mode = true,
};
static const struct spec_network plain = {
        .type = NETWORK_VETH, .name = "eth1", .bridge = "br0", .host_interface_name = "outer1",
};
static const struct spec_network loopback = { .type = NETWORK_LOOPBACK };
/* clang-format on */

/* two namespaces --------------------------------------------------------------------------------------------------- */

/* A process of one's own in a new network namespace, that lives as long as its maker. */
static pid_t bear_init(void)
{
        int ready[2];
        if (pipe2(ready, O_CLOEXEC) < 0)
                return -1;
        pid_t pid = fork();
        if (pid == 0) {
                bool is_ready = prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && unshare(CLONE_NEWNET) == 0;
                if (!is_ready || write(ready[1], "", 1) != 1)
                        _exit(1);
                for (;;)
                        (void)pause();
        }
        char byte;
        (void)close(ready[1]);
        bool is_there = read(ready[0], &byte, 1) == 1;
        (void)close(ready[0]);
        return is_there ? pid : -1;
}

static int end_init(pid_t pid)
{
        (void)kill(pid, SIGKILL);
        return waitpid(pid, NULL, 0) == pid ? 0 : -1;
}

static int enter_net_of(pid_t pid)
{
        char path[64];
        (void)snprintf(path, sizeof path, "/proc/%d/ns/net", (int)pid);
        auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
        return fd < 0 ? -1 : setns(fd, CLONE_NEWNET);
}

/* Its output goes to out_fd; -1: to ours. */
static int do_shell(const char *command, int out_fd)
{
        int status = 0;
        pid_t pid = fork();
        if (pid == 0) {
                if (out_fd < 0 || dup2(out_fd, STDOUT_FILENO) >= 0)
                        (void)execl("/bin/sh", "sh", "-c", command, NULL);
                _exit(127);
        }
        return waitpid(pid, &status, 0) == pid && status == 0 ? 0 : -1;
}

/* What the command prints, added to the report's text. */
static int see(struct report *report, const char *command)
{
        size_t at = strlen(report->text);
        auto_fd int fd = memfd_create("seen", MFD_CLOEXEC);
        if (fd < 0 || do_shell(command, fd) < 0)
                return -1;
        return pread(fd, report->text + at, sizeof report->text - 1 - at, 0) < 0 ? -1 : 0;
}

/* The host: a network namespace with a bridge. Returns init, which has one of its own. */
static pid_t make_world(void)
{
        if (unshare(CLONE_NEWNET) < 0 || do_shell("ip link add br0 type bridge && ip link set br0 up", -1) < 0)
                return -1;
        return bear_init();
}

/* a life of networks ----------------------------------------------------------------------------------------------- */

/* What is done with both sides, and what is then looked at on each. NULL: nothing. */
struct life {
        const struct spec_network *networks[2];
        const struct spec_route *route;
        const char *before_take; /* a command in the container */
        const char *look_outside, *look_inside;
        const char *seen;  /* by both, outside first */
        const char *error; /* a pattern: "*" where kernels differ in their words */
};

enum { TEST_BROKE = -2 };

static int live_inside(struct report *report, const struct life *life, const struct spec_network *networks, size_t n)
{
        if (life->before_take && do_shell(life->before_take, -1) < 0)
                return TEST_BROKE;
        if (networks_take(networks, n, &report->err) < 0)
                return -1;
        if (life->route && routes_add(life->route, 1, &report->err) < 0)
                return -1;
        return life->look_inside && see(report, life->look_inside) < 0 ? TEST_BROKE : 0;
}

static int live(struct report *report, const void *arg)
{
        const struct life *life = arg;
        struct spec_network networks[2];
        size_t n = 0;
        for (; n < ARRAY_LEN(networks) && life->networks[n]; n++)
                networks[n] = *life->networks[n];
        pid_t init = make_world();
        /* Without a process in it the world, and with it the outer ends, would go as soon as we have left. */
        auto_fd int world_fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
        if (init < 0 || world_fd < 0)
                return TEST_BROKE;

        int done = networks_make(networks, n, "box", init, &report->err);
        if (life->look_outside && see(report, life->look_outside) < 0)
                return TEST_BROKE;
        if (done == 0)
                done = enter_net_of(init) < 0 ? TEST_BROKE : live_inside(report, life, networks, n);
        return end_init(init) < 0 ? TEST_BROKE : done;
}

static void lives(const struct life *life)
{
        const struct report *report = in_child(live, life);
        if (!life->error || fnmatch(life->error, report->err.text, FNM_NOESCAPE) != 0)
                assert_string_equal(report->err.text, life->error ? life->error : "");
        assert_int_equal(report->rc, life->error ? -1 : 0);
        assert_string_equal(report->text, life->seen ? life->seen : "");
}

static void an_outer_end_is_up_and_on_its_bridge(void **state)
{
        (void)state;
        needs_root();
        lives(&(struct life){
                .networks = {&full, &plain},
                .look_outside =
                        "ip -json -details link show | jq --raw-output '.[] | select(.ifname | startswith(\"outer\")) |"
                        " \"\\(.ifname) \\(.mtu) \\(.txqlen) \\(.master) \\(.ifalias) \\(.flags | contains([\"UP\"]))"
                        " \\(.linkinfo.info_slave_data.hairpin)\"'",
                .seen = "outer0 1400 77 br0 tare box true true\n"
                        "outer1 1500 1000 br0 tare box true false\n",
        });
}

static void an_inner_end_is_dressed(void **state)
{
        (void)state;
        needs_root();
        lives(&(struct life){
                .networks = { &full },
                .look_inside = "ip -json address show eth0 | jq --raw-output '.[] | .ifname, .address, .mtu, .txqlen, "
                               ".operstate,"
                               " (.addr_info[] | select(.scope == \"global\") |"
                               " \"\\(.local)/\\(.prefixlen) \\(.broadcast) \\(.nodad) \\(.tentative)\")'",
                .seen = "eth0\n02:42:ac:11:00:02\n1400\n77\nUP\n"
                        "10.77.0.2/24 10.77.0.255 null null\n"
                        "fd00::2/64 null true null\n",
        });
}

static void a_gateway_is_the_default_route(void **state)
{
        (void)state;
        needs_root();
        lives(&(struct life){
                .networks = { &full },
                .look_inside = "ip route show default; ip -6 route show default",
                .seen = "default via 10.77.0.1 dev eth0 \n"
                        "default via fd00::1 dev eth0 metric 1024 pref medium\n",
        });
}

static void only_what_was_asked_for_is_there(void **state)
{
        (void)state;
        needs_root();
        lives(&(struct life){
                .networks = {&plain, &loopback},
                .look_inside =
                        "ip -json link show | jq --raw-output '.[] | \"\\(.ifname) \\(.flags | contains([\"UP\"]))\"';"
                        " ip -4 -oneline address show; ip route",
                .seen = "lo true\neth1 true\n"
                        "1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever\n",
        });
}

static void a_route_has_its_source_and_gateway(void **state)
{
        (void)state;
        needs_root();
        static const struct spec_route route = {
                .destination = { IP4("10.88.0.0/16", 16, 10, 88, 0, 0) },
                .source = { IP4("10.77.0.2", 32, 10, 77, 0, 2) },
                .gateway = { IP4("10.77.0.9", 32, 10, 77, 0, 9) },
                .interface_name = "eth0",
        };
        static const struct spec_route route6 = {
                .destination = { IP6("fd00:0:0:8::/64", 64, 0) },
                .source = { IP6("fd00::2", 128, 2) },
                .gateway = { IP6("fd00::9", 128, 9) },
                .interface_name = "eth0",
        };
        lives(&(struct life){
                .networks = { &full },
                .route = &route,
                .look_inside = "ip route show 10.88.0.0/16",
                .seen = "10.88.0.0/16 via 10.77.0.9 dev eth0 src 10.77.0.2 \n",
        });
        struct spec_route other = route6;
        other.destination.bytes[7] = 8;
        lives(&(struct life){
                .networks = { &full },
                .route = &other,
                .look_inside = "ip -6 route show fd00:0:0:8::/64",
                .seen = "fd00:0:0:8::/64 via fd00::9 dev eth0 src fd00::2 metric 1024 pref medium\n",
        });
}

static void a_failure_in_the_host_names_its_thing_and_leaves_nothing(void **state)
{
        (void)state;
        needs_root();
        struct spec_network no_bridge = plain, no_port = plain, taken_outside = plain, taken_inside = plain,
                            small = plain;
        no_bridge.bridge = "nosuch";
        no_port.bridge = "lo";
        taken_outside.host_interface_name = "br0";
        taken_inside.name = "lo";
        small.mtu = (struct opt_u32){ true, 10 };
        const struct life rows[] = {
                {.networks = { &full, &no_bridge },      .error = "network eth1: bridge nosuch: no such device"       },
                { .networks = { &full, &no_port },
                 .error = "network eth1: put outer1 on bridge lo: *operation not supported"                           },
                { .networks = { &full, &taken_outside }, .error = "network eth1: make the pair with br0: file exists" },
                { .networks = { &full, &taken_inside },  .error = "network lo: make the pair with outer1: file exists"},
                { .networks = { &full, &small },
                 .error = "network eth1: make the pair with outer1: *invalid argument"                                },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                struct life row = rows[i];
                row.look_outside = "ip -json link show | jq --raw-output '.[].ifname'";
                row.seen = "lo\nbr0\n";
                lives(&row);
        }
}

static void a_failure_in_the_container_names_its_thing(void **state)
{
        (void)state;
        needs_root();
        struct spec_network far = full, far6 = full;
        far.gateway = (struct ip_address){ IP4("10.99.0.1", 32, 10, 99, 0, 1) };
        far6.ipv6_gateway = (struct ip_address){ IP6("fd00:0:0:1::1", 128, 1) };
        far6.ipv6_gateway.bytes[7] = 1;
        static const struct spec_route nowhere = {
                .destination = { IP4("10.88.0.0/16", 16, 10, 88, 0, 0) },
                .source = { IP4("10.77.0.3", 32, 10, 77, 0, 3) },
                .gateway = { IP4("10.77.0.1", 32, 10, 77, 0, 1) },
                .interface_name = "eth0",
        };
        struct spec_route no_interface = nowhere;
        no_interface.interface_name = "eth9";
        const struct life rows[] = {
                {.networks = { &far },
                 .error = "network eth0: add gateway 10.99.0.1: Nexthop has invalid gateway: network is unreachable"},
                {                     .networks = { &far6 },   .error = "network eth0: add gateway fd00:0:0:1::1: *no route to host"                        },
                { .networks = { &full },
                 .before_take = "ip link delete eth0",
                 .error = "network eth0: find it in the container: no such device" },
                {                               .networks = { &full },
                 .before_take = "ip address add 10.77.0.2/24 dev eth0",
                 .error = "network eth0: add address 10.77.0.2/24: *file exists" },
                {                                 .networks = { &full },
                 .route = &nowhere,
                 .error = "route 10.88.0.0/16: Invalid prefsrc address: invalid argument" },
                {                        .networks = { &full },
                 .route = &no_interface,
                 .error = "route 10.88.0.0/16: interface eth9: no such device" },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++)
                lives(&rows[i]);
}

/* removal ---------------------------------------------------------------------------------------------------------- */

/* Made as "box"; then removed as arg says, twice. values: the links before, after, and at the end. */
static int make_and_remove(struct report *report, const void *arg)
{
        const struct spec_network networks[] = { full, loopback, plain };
        pid_t init = make_world();
        if (init < 0)
                return TEST_BROKE;
        int done = networks_make(networks, ARRAY_LEN(networks), "box", init, &report->err);
        for (size_t i = 0; i < 2 && done == 0; i++)
                done = networks_remove(networks, ARRAY_LEN(networks), arg, &report->err);
        if (see(report, "ip -json link show | jq --raw-output '.[].ifname'") < 0)
                return TEST_BROKE;
        return end_init(init) < 0 ? TEST_BROKE : done;
}

static void removal_takes_what_is_the_containers_alone(void **state)
{
        (void)state;
        needs_root();
        const struct report *report = in_child(make_and_remove, "box");
        assert_string_equal(report->err.text, "");
        assert_int_equal(report->rc, 0);
        assert_string_equal(report->text, "lo\nbr0\n");

        report = in_child(make_and_remove, "boxer");
        assert_int_equal(report->rc, 0);
        assert_string_equal(report->text, "lo\nbr0\nouter0\nouter1\n");
}

static int make_and_remove_long(struct report *report, const void *arg)
{
        pid_t init = make_world();
        if (init < 0)
                return TEST_BROKE;
        int done = networks_make(&plain, 1, arg, init, &report->err);
        if (done == 0)
                done = networks_remove(&plain, 1, arg, &report->err);
        if (see(report, "ip -json link show | jq --raw-output '.[].ifname'") < 0)
                return TEST_BROKE;
        return end_init(init) < 0 ? TEST_BROKE : done;
}

static void an_id_may_be_longer_than_an_alias(void **state)
{
        (void)state;
        needs_root();
        char id[1024];
        memset(id, 'x', sizeof id);
        id[sizeof id - 1] = '\0';
        const struct report *report = in_child(make_and_remove_long, id);
        assert_string_equal(report->err.text, "");
        assert_int_equal(report->rc, 0);
        assert_string_equal(report->text, "lo\nbr0\n");
}

/* refusals --------------------------------------------------------------------------------------------------------- */

/* Joined by path: a new network namespace when arg says so, else our own. */
static int check_joined(struct report *report, const void *arg)
{
        struct spec_network networks[] = { loopback };
        const struct spec_networks all = { .networks = networks, .n_networks = 1 }, none = { 0 };
        auto_fd int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
        if (arg && unshare(CLONE_NEWNET) < 0)
                return TEST_BROKE;
        if (networks_check_joined(&none, fd, &report->err) < 0 || networks_check_joined(&all, -1, &report->err) < 0)
                return TEST_BROKE;
        return networks_check_joined(&all, fd, &report->err);
}

static void the_hosts_own_namespace_is_refused(void **state)
{
        (void)state;
        needs_root();
        assert_int_equal(in_child(check_joined, "other")->rc, 0);
        const struct report *report = in_child(check_joined, NULL);
        assert_int_equal(report->rc, -1);
        assert_string_equal(report->err.text, "networks and routes are not allowed in host network namespace");
}

static void a_request_that_is_too_long_is_not_sent(void **state)
{
        (void)state;
        static const char long_text[NETLINK_REQUEST_MAX] = "";
        static const size_t lens[] = { NETLINK_REQUEST_MAX - 36, NETLINK_REQUEST_MAX, UINT16_MAX, SIZE_MAX - 8,
                                       SIZE_MAX };
        const struct ifinfomsg info = { 0 };
        auto_netlink struct netlink netlink = { .fd = -1 };
        struct err err = { 0 };
        assert_int_equal(netlink_open(&netlink, &err), 0);
        for (size_t i = 0; i < ARRAY_LEN(lens); i++) {
                struct netlink_request request;
                netlink_begin(&request, RTM_GETLINK, 0, &info, sizeof info);
                netlink_nest_end(&request, netlink_nest(&request, IFLA_LINKINFO, NULL, 0));
                netlink_add(&request, IFLA_IFNAME, long_text, lens[i]);
                assert_true(request.is_too_long);
                netlink_add_u8(&request, IFLA_LINKMODE, 1);
                netlink_nest_end(&request, netlink_nest(&request, IFLA_LINKINFO, NULL, 0));
                assert_int_equal(netlink_do(&netlink, &request, &err), -1);
                assert_string_equal(err.text, "netlink: a request of over 1024 bytes");
                assert_int_equal(err.code, 0);
        }

        /* To the last byte it is fine; a nest that begins behind that is not. */
        struct netlink_request request;
        netlink_begin(&request, RTM_GETLINK, 0, &info, sizeof info);
        netlink_add(&request, IFLA_IFNAME, long_text, sizeof request.bytes - request.len - sizeof(struct nlattr));
        assert_false(request.is_too_long);
        netlink_nest_end(&request, netlink_nest(&request, IFLA_LINKINFO, NULL, 0));
        assert_true(request.is_too_long);
        assert_int_equal(request.len, sizeof request.bytes);
}

static void a_link_is_found_by_its_name(void **state)
{
        (void)state;
        auto_netlink struct netlink netlink = { .fd = -1 };
        struct err err = { 0 };
        struct link link;
        assert_int_equal(netlink_open(&netlink, &err), 0);
        assert_int_equal(link_find(&netlink, "nosuch", &link, &err), -1);
        assert_string_equal(err.text, "no such device");
        assert_int_equal(err.code, ENODEV);

        assert_int_equal(link_find(&netlink, "lo", &link, &err), 0);
        assert_int_equal(link.index, 1);
        assert_string_equal(link.alias, "");
}

static int delete_without_rights(struct report *report, const void *arg)
{
        (void)arg;
        auto_netlink struct netlink netlink = { .fd = -1 };
        if (unshare(CLONE_NEWNET) < 0 || setuid(1000) < 0 || netlink_open(&netlink, &report->err) < 0)
                return TEST_BROKE;
        int done = link_delete(&netlink, 1, &report->err);
        report->values[0] = (uint64_t)report->err.code;
        return done;
}

static void what_may_not_be_done_is_told(void **state)
{
        (void)state;
        needs_root();
        const struct report *report = in_child(delete_without_rights, NULL);
        assert_int_equal(report->rc, -1);
        assert_string_equal(report->err.text, "operation not permitted");
        assert_int_equal(report->values[0], EPERM);
}

static void nothing_to_do_needs_no_socket(void **state)
{
        (void)state;
        struct err err = { 0 };
        assert_int_equal(networks_make(NULL, 0, "box", -1, &err), 0);
        assert_int_equal(networks_take(NULL, 0, &err), 0);
        assert_int_equal(routes_add(NULL, 0, &err), 0);
        assert_int_equal(networks_remove(NULL, 0, "box", &err), 0);
        assert_string_equal(err.text, "");
}

/* a kernel of the test's own --------------------------------------------------------------------------------------- */

/* One message of an answer, with an int as its body. */
struct answer {
        struct nlmsghdr header;
        int error;
        struct nlmsghdr about; /* as a verdict has it */
};

static int count_answers(const struct netlink *netlink, void *ctx, struct err *err)
{
        size_t *n = ctx;
        (void)netlink;
        (void)err;
        (*n)++;
        return 0;
}

/* What netlink_ask_for_all makes of two messages and then this one. */
static void asks_for_all(const struct answer *last, size_t len, const char *told, int code)
{
        int pair[2];
        struct err err = { 0 };
        size_t n = 0;
        const struct answer one = {
                .header = {.nlmsg_len = sizeof one, .nlmsg_type = RTM_NEWADDR, .nlmsg_seq = 1}
        };
        struct answer end = *last;
        end.header.nlmsg_len = (uint32_t)len;
        end.header.nlmsg_seq = 1;
        assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair), 0);
        assert_int_equal(write(pair[1], &one, sizeof one), sizeof one);
        assert_int_equal(write(pair[1], &one, sizeof one), sizeof one);
        assert_int_equal(write(pair[1], &end, len), len);

        struct netlink netlink = { .fd = pair[0] };
        struct netlink_request request;
        const struct ifaddrmsg info = { 0 };
        netlink_begin(&request, RTM_GETADDR, 0, &info, sizeof info);
        assert_int_equal(netlink_ask_for_all(&netlink, &request, count_answers, &n, &err), *told ? -1 : 0);
        assert_string_equal(err.text, told);
        assert_int_equal(err.code, code);
        assert_int_equal(n, 2);
        netlink_finish(&netlink);
        (void)close(pair[1]);
}

static void the_end_of_many_answers_tells_how_it_went(void **state)
{
        (void)state;
        const size_t done_len = offsetof(struct answer, about);
        const struct answer good = { .header.nlmsg_type = NLMSG_DONE };
        const struct answer bad = { .header.nlmsg_type = NLMSG_DONE, .error = -EMSGSIZE };
        const struct answer refused = { .header.nlmsg_type = NLMSG_ERROR, .error = -EPERM };
        const struct answer acknowledged = { .header.nlmsg_type = NLMSG_ERROR };
        asks_for_all(&good, done_len, "", 0);
        asks_for_all(&bad, done_len, "message too long", EMSGSIZE);
        asks_for_all(&bad, sizeof(struct nlmsghdr), "netlink: an end of 0 bytes", 0);
        asks_for_all(&refused, sizeof refused, "operation not permitted", EPERM);
        /* Nothing would follow it. */
        asks_for_all(&acknowledged, sizeof acknowledged, "netlink: a verdict where an answer should be", 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(an_outer_end_is_up_and_on_its_bridge),
                cmocka_unit_test(an_inner_end_is_dressed),
                cmocka_unit_test(a_gateway_is_the_default_route),
                cmocka_unit_test(only_what_was_asked_for_is_there),
                cmocka_unit_test(a_route_has_its_source_and_gateway),
                cmocka_unit_test(a_failure_in_the_host_names_its_thing_and_leaves_nothing),
                cmocka_unit_test(a_failure_in_the_container_names_its_thing),
                cmocka_unit_test(removal_takes_what_is_the_containers_alone),
                cmocka_unit_test(an_id_may_be_longer_than_an_alias),
                cmocka_unit_test(the_hosts_own_namespace_is_refused),
                cmocka_unit_test(a_request_that_is_too_long_is_not_sent),
                cmocka_unit_test(a_link_is_found_by_its_name),
                cmocka_unit_test(what_may_not_be_done_is_told),
                cmocka_unit_test(nothing_to_do_needs_no_socket),
                cmocka_unit_test(the_end_of_many_answers_tells_how_it_went),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
