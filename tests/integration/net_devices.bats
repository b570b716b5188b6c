#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# net_devices.bats - linux.netDevices: interfaces of the host that become the container's. The host of these tests is a
# network namespace that a process of the test's own keeps: nothing of this machine's network is touched.

load helpers
load nets

# a_host: sets host_net, with the pair dev0 and far0, both up; dev0 has addresses of all kinds.
a_host() {
        new_net
        host_net=$net
        on_host ip link add dev0 type veth peer name far0
        on_host ip link set far0 up
        on_host ip link set dev0 address 02:00:00:00:00:07 mtu 1400 up
        on_host ip address add 10.77.0.2/24 broadcast 10.77.0.255 dev dev0
        on_host ip address add 10.77.0.3/24 dev dev0
        on_host ip address add 10.78.0.1 peer 10.78.0.2 dev dev0
        on_host ip address add 10.79.0.1/24 scope link dev dev0
        on_host ip address add 10.80.0.1/24 valid_lft 1000 preferred_lft 1000 dev dev0
        on_host ip address add fd00:77::2/64 nodad noprefixroute dev dev0
        on_host ip address add 10.99.0.1/24 dev far0
        dev0_was=$(tell_host dev0)
}

# tell_host NAME: state, and the permanent global addresses.
tell_host() {
        on_host ip -json address show dev "$1" | jq --raw-output '.[] | (.flags | index("UP") != null), .address, .mtu,
                (.addr_info[] | select(.scope == "global" and .dynamic != true) | "\(.local) \(.address) \(.prefixlen) \(.broadcast)")'
}

links_of() {
        nsenter --net="$1" ip -json link show | jq --raw-output '[.[].ifname] | sort | join(" ")'
}

devices() {
        # shellcheck disable=SC2016 # jq's variables
        edit '.linux.netDevices = $devices' --argjson devices "$1"
}

@test "net devices: moved with name, addresses and state, and up" {
        a_host
        devices '{"dev0": {}}'
        script 'cat /sys/class/net/dev0/address /sys/class/net/dev0/mtu; ip -o link show dev dev0 | grep -c "[<,]UP[,>]"
                ip -o address show dev dev0 | tr -s " " | cut -d " " -f 3-8; echo told; exec sleep 100'
        try tare_on_host run --detach --bundle "$bundle" "$id"
        succeeds
        eventually grep -q told "$BATS_TEST_TMPDIR/stdout"
        output=$(<"$BATS_TEST_TMPDIR/stdout")
        equals "$(head -n 3 <<<"$output")" "02:00:00:00:00:07
1400
1"
        contains "$output" "inet 10.77.0.2/24 brd 10.77.0.255"
        contains "$output" "inet 10.77.0.3/24"
        contains "$output" "inet 10.78.0.1 peer 10.78.0.2/32"
        # Of the link's own scope, and with a lifetime: the kernel's or somebody's matter.
        [[ $output != *10.79.0.1* && $output != *10.80.0.1* ]]
        equals "$(links_of "$host_net")" "far0 lo"
        try tare_on_host exec "$id" cat /proc/net/if_inet6
        contains "$output" fd000077000000000000000000000002
        try tare_on_host delete --force "$id"
        succeeds
}

@test "net devices: under another name, and one that the kernel would choose" {
        a_host
        on_host ip link add dev1 type veth peer name far1
        on_host ip link add dev2 type veth peer name far2
        devices '{"dev0": {"name": "eth0"}, "dev1": {"name": "eth%d"}, "dev2": {"name": "eth%d"}}'
        script 'ip -o link | sed "s/^[0-9]*: \([a-z0-9]*\).*/\1/" | sort; ip -o -4 address show dev eth0 | grep -c 10.77.0'
        try tare_on_host run --bundle "$bundle" "$id"
        succeeds
        equals "$output" "eth0
eth1
eth2
lo
2"
}

@test "net devices: a name that is taken is an error, and nothing has moved" {
        a_host
        local host_was config
        on_host ip link add dev1 type veth peer name far1
        host_was=$(links_of "$host_net")
        config=$(<"$bundle/config.json")
        devices '{"dev1": {"name": "first"}, "dev0": {"name": "lo"}}'
        try tare_on_host run --bundle "$bundle" "$id"
        equals "$(last_error)" "tare run failed: move the network devices in: linux.netDevices.dev0: the name lo is taken: file exists"
        equals "$(links_of "$host_net")" "$host_was"
        equals "$(tell_host dev0)" "$dev0_was"

        # In a namespace that is joined, by somebody else's interface.
        new_net
        nsenter --net="$net" ip link add dev0 type veth peer name other
        printf '%s\n' "$config" >"$bundle/config.json"
        # shellcheck disable=SC2016 # jq's variables
        edit '.linux.namespaces |= map(if .type == "network" then .path = $path else . end)' --arg path "$net"
        devices '{"dev1": {}, "dev0": {}}'
        try tare_on_host run --bundle "$bundle" "$id"
        equals "$(last_error)" "tare run failed: move the network devices in: linux.netDevices.dev0: the name dev0 is taken: file exists"
        equals "$(links_of "$host_net")" "$host_was"
        equals "$(links_of "$net")" "dev0 lo other"
        # But not under a free one.
        devices '{"dev1": {}, "dev0": {"name": "mine"}}'
        try tare_on_host run --bundle "$bundle" "$id"
        succeeds
        equals "$(links_of "$net")" "dev0 dev1 lo mine other"
        leaves_nothing
}

@test "net devices: a container that fails later gives them back, as they were" {
        a_host
        on_host ip link add dev1 type veth peer name far1
        local host_was
        host_was=$(links_of "$host_net")
        devices '{"dev0": {"name": "eth0"}, "dev1": {}}'
        program /no/such
        try tare_on_host run --bundle "$bundle" "$id"
        equals "$status" 1
        contains "$(last_error)" "/no/such: no such file or directory"
        equals "$(links_of "$host_net")" "$host_was"
        equals "$(tell_host dev0)" "$dev0_was"
        equals "$(tell_host dev1 | head -n 1)" false
        leaves_nothing
}

@test "net devices: the runtime's hooks see them inside" {
        a_host
        devices '{"dev0": {"name": "eth0"}}'
        edit '.hooks.createRuntime = [{path: "/bin/sh", env: ["PATH=" + $path, "OUT=" + $out],
                args: ["sh", "-c", "pid=$(jq .pid); nsenter --net=/proc/$pid/ns/net ip -o link show dev eth0 >$OUT"]}]' \
                --arg path "$PATH" --arg out "$BATS_TEST_TMPDIR/of-hook"
        program true
        try tare_on_host run --bundle "$bundle" "$id"
        succeeds
        contains "$(<"$BATS_TEST_TMPDIR/of-hook")" eth0
}

@test "net devices: what cannot be moved is refused by name" {
        a_host
        local config devices told
        config=$(<"$bundle/config.json")
        while IFS='|' read -r devices told; do
                printf '%s\n' "$config" >"$bundle/config.json"
                devices "$devices"
                try tare_on_host run --bundle "$bundle" "$id"
                matches "$(last_error)" "^tare run failed: $told\$"
                equals "$(links_of "$host_net")" "dev0 far0 lo"
        done <<'ROWS'
{"nosuch0": {}}|move the network devices in: linux.netDevices.nosuch0: (.*: )?no such device
{"lo": {"name": "lo1"}}|move the network devices in: linux.netDevices.lo: move it: (.*: )?invalid argument
{"a/b": {}}|config.json: linux.netDevices: "a/b" is not the name of an interface
{"dev%d": {}}|config.json: linux.netDevices: "dev%d" is not the name of an interface
{"dev0": {"name": "sixteen-letters-"}}|config.json: linux.netDevices.dev0.name: "sixteen-letters-" is not the name of an interface
{"dev0": {"name": "a b"}}|config.json: linux.netDevices.dev0.name: "a b" is not the name of an interface
{"dev0": {"name": "a%d%d"}}|config.json: linux.netDevices.dev0.name: "a%d%d" is not the name of an interface
{"dev0": {"name": "%s"}}|config.json: linux.netDevices.dev0.name: "%s" is not the name of an interface
{"dev0": {"name": "same"}, "far0": {"name": "same"}}|config.json: linux.netDevices.far0: duplicated name "same"
ROWS
        printf '%s\n' "$config" >"$bundle/config.json"
        devices '{"dev0": {}}'
        # shellcheck disable=SC2016 # jq's variables
        edit '.linux.namespaces |= map(if .type == "network" then .path = $path else . end)' --arg path "$host_net"
        try tare_on_host run --bundle "$bundle" "$id"
        equals "$(last_error)" "tare run failed: config.json: linux.netDevices: unable to move network devices without a private NET namespace"
        without_namespace network
        try tare_on_host run --bundle "$bundle" "$id"
        equals "$(last_error)" "tare run failed: config.json: linux.netDevices: unable to move network devices without a NET namespace"
        equals "$(links_of "$host_net")" "dev0 far0 lo"
        leaves_nothing
}
