# SPDX-License-Identifier: Apache-2.0
# nets.bash - a host for the tests of networks: a network namespace that a process of the test's own keeps, so that
# nothing of this machine's network is touched. After helpers, and with host_net set by the test file's a_host.
# shellcheck disable=SC2154

# new_net: sets net, a network namespace that lasts as long as the test.
new_net() {
        unshare --net sleep 1000 3>&- &
        background+=($!)
        net=/proc/$!/ns/net
        eventually is_elsewhere "$net"
}

is_elsewhere() {
        [[ $(readlink "$1") != "$(readlink /proc/self/ns/net)" ]]
}

# on_host COMMAND...: in the namespace host_net.
on_host() {
        nsenter --net="$host_net" "$@"
}

# tare_on_host ARG...: the program under test, run there.
tare_on_host() {
        on_host timeout --foreground --signal=KILL 50 "$TARE" --root "$root" --log "$log" --log-format json "$@"
}
