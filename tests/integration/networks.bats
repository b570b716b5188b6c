#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# networks.bats - the annotations of networks and routes. The host of these tests is a network namespace with a bridge in
# it, that a process of the test's own keeps: nothing of this machine's network is touched.

load helpers
load nets

# a_host: sets host_net. With it comes br0, 10.77.0.1/24 and fd00:77::1/64.
a_host() {
        new_net
        host_net=$net
        on_host ip link add br0 type bridge
        on_host ip address add 10.77.0.1/24 dev br0
        on_host ip address add fd00:77::1/64 dev br0 nodad
        on_host ip link set br0 up
}

# annotate KEY JSON: an annotation whose text is this JSON.
annotate() {
        # shellcheck disable=SC2016 # jq's variables
        edit '.annotations[$key] = ($value | tojson)' --arg key "run.tare.$1" --argjson value "$2"
}

# a_veth [JSON]: eth0 on br0, with more keys.
a_veth() {
        # shellcheck disable=SC2016 # jq's variables
        annotate networks "$(jq --null-input --argjson more "${1:-null}" \
                '[{type: "veth", name: "eth0", bridge: "br0", host_interface_name: "outer0"} + $more]')"
}

# links_of NET: the names of its interfaces.
links_of() {
        nsenter --net="$1" ip -json link show | jq --raw-output '[.[].ifname] | join(" ")'
}

@test "networks: an interface on a bridge, with all that it was given" {
        a_host
        a_veth '{"mac_address": "02:42:ac:11:00:02", "mtu": 1400, "txqueuelen": 77, "hairpin_mode": true,
                "address": "10.77.0.2/24", "gateway": "10.77.0.1", "ipv6_address": "fd00:77::2/64", "ipv6_gateway": "fd00:77::1"}'
        script 'cd /sys/class/net/eth0; cat address mtu tx_queue_len operstate; cat /sys/class/net/lo/operstate
                ip -o address show dev eth0; ip route; ip -6 route; echo all told
                exec sleep 100'
        try tare_on_host run --detach --bundle "$bundle" "$id"
        succeeds
        eventually grep -q 'all told' "$BATS_TEST_TMPDIR/stdout"
        output=$(<"$BATS_TEST_TMPDIR/stdout")
        equals "$(head -n 5 <<<"$output")" "02:42:ac:11:00:02
1400
77
up
unknown"
        contains "$output" "inet 10.77.0.2/24 brd 10.77.0.255"
        contains "$output" "inet6 fd00:77::2/64"
        contains "$output" "default via 10.77.0.1 dev eth0"
        contains "$output" "default via fd00:77::1 dev eth0"
        on_host busybox ping -c 1 -W 5 10.77.0.2
        on_host busybox ping -c 1 -W 5 fd00:77::2
        equals "$(on_host ip -json -details link show outer0 |
                jq --raw-output '.[] | "\(.mtu) \(.txqlen) \(.master) \(.ifalias) \(.linkinfo.info_slave_data.hairpin)"')" \
                "1400 77 br0 tare $id true"

        tare_on_host delete --force "$id"
        equals "$(links_of "$host_net")" "lo br0"
        leaves_nothing
}

@test "networks: deleted with the container, also when its namespace goes on" {
        a_host
        new_net
        # shellcheck disable=SC2016 # jq's variables
        edit '.linux.namespaces |= map(if .type == "network" then .path = $path else . end)' --arg path "$net"
        a_veth
        program sleep 100
        try tare_on_host run --detach --bundle "$bundle" "$id"
        succeeds
        equals "$(links_of "$host_net")" "lo br0 outer0"
        tare_on_host delete --force "$id"
        equals "$(links_of "$host_net")" "lo br0"
        equals "$(links_of "$net")" lo
}

@test "networks: an interface of somebody else with the same name stays" {
        a_host
        on_host ip link add outer0 type veth peer name other0
        a_veth
        try tare_on_host run --bundle "$bundle" "$id"
        equals "$status" 1
        matches "$(last_error)" 'network eth0: make the pair with outer0: (.*: )?file exists$'
        equals "$(links_of "$host_net")" "lo br0 other0 outer0"
        leaves_nothing
}

@test "networks: a container that fails later leaves none" {
        a_host
        a_veth
        program /no/such
        try tare_on_host run --bundle "$bundle" "$id"
        equals "$status" 1
        contains "$(last_error)" "/no/such: no such file or directory"
        eventually gives "lo br0" links_of "$host_net"

        a_veth '{"gateway": "10.99.0.1"}'
        try tare_on_host run --bundle "$bundle" "$id"
        equals "$status" 1
        matches "$(last_error)" 'network eth0: add gateway 10\.99\.0\.1: (.*: )?network is unreachable$'
        eventually gives "lo br0" links_of "$host_net"
        leaves_nothing
}

@test "networks: without their bridge" {
        a_host
        on_host ip link delete br0
        a_veth
        try tare_on_host run --bundle "$bundle" "$id"
        equals "$status" 1
        matches "$(last_error)" 'network eth0: bridge br0: no such device$'
        leaves_nothing
}

@test "routes: by destination, source, gateway and interface" {
        a_host
        a_veth '{"address": "10.77.0.2/24"}'
        annotate routes '[{"destination": "10.88.1.2/16", "source": "10.77.0.2", "gateway": "10.77.0.9", "interface_name": "eth0"}]'
        program ip route
        try tare_on_host run --bundle "$bundle" "$id"
        succeeds
        matches "$output" '10\.88\.0\.0/16 via 10\.77\.0\.9 dev eth0 +src 10\.77\.0\.2'
        [[ $output != *default* ]]
}

@test "networks and routes: what is wrong is told before anything is made" {
        annotate networks '[{"type": "macvlan"}]'
        try_run
        fails_with 'tare run failed: config.json: annotations.run.tare.networks: networks[0].type: unknown strategy type "macvlan"'
        edit 'del(.annotations["run.tare.networks"])'
        annotate routes '[{"destination": "10.1.0.0/16", "source": "10.0.0.2", "gateway": "there", "interface_name": "eth0"}]'
        try_run
        fails_with 'tare run failed: config.json: annotations.run.tare.routes: routes[0].gateway: Invalid gateway for route: there'
        without_namespace network
        try_run
        fails_with 'tare run failed: config.json: annotations.run.tare.routes: not allowed in host network namespace'
        leaves_nothing
}
