#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# time.bats - time namespaces: new, with clocks that are set, joined; and offsets that cannot be honoured.

load helpers

setup_file() {
        [[ -e /proc/self/ns/time ]] || skip "this kernel has no time namespaces"
}

with_time() {
        edit '.linux.namespaces += [{type: "time"}]'
}

# The boottime clock of this test, in whole seconds.
uptime_now() {
        cut -d . -f 1 /proc/uptime
}

# is_near A B: no more than ten seconds apart.
is_near() {
        (($1 - $2 <= 10 && $2 - $1 <= 10)) || complain "$1 is not near $2"
}

# For scripts: the offsets that the kernel has for who asks.
offsets='cat /proc/self/timens_offsets | tr -s " "'

@test "time: without the namespace, the host's; with it, one of its own" {
        script 'readlink /proc/self/ns/time'
        try_run
        succeeds
        equals "$output" "$(readlink /proc/self/ns/time)"
        with_time
        runs 'readlink /proc/self/ns/time; cut -d . -f 1 /proc/uptime'
        matches "$(head -n 1 <<<"$output")" '^time:\[[0-9]+\]$'
        [[ $(head -n 1 <<<"$output") != "$(readlink /proc/self/ns/time)" ]]
        is_near "$(tail -n 1 <<<"$output")" "$(uptime_now)"
}

@test "time: clocks are set, for init and for all its children" {
        with_time
        edit '.linux.timeOffsets = {boottime: {secs: 1000000, nanosecs: 7}, monotonic: {secs: 2000000, nanosecs: 8}}'
        runs "$offsets; "'cut -d . -f 1 /proc/uptime; sh -c "cut -d . -f 1 /proc/uptime"
                readlink /proc/self/ns/time; readlink /proc/self/ns/time_for_children'
        equals "$(sed -n 1,2p <<<"$output")" "monotonic 2000000 8
boottime 1000000 7"
        is_near "$(sed -n 3p <<<"$output")" $(($(uptime_now) + 1000000))
        is_near "$(sed -n 4p <<<"$output")" $(($(uptime_now) + 1000000))
        equals "$(sed -n 5p <<<"$output")" "$(sed -n 6p <<<"$output")"
}

@test "time: one clock alone, also back" {
        with_time
        edit '.linux.timeOffsets = {boottime: {secs: -3}}'
        runs "$offsets; cut -d . -f 1 /proc/uptime"
        equals "$(head -n 2 <<<"$output")" "monotonic 0 0
boottime -3 0"
        is_near "$(tail -n 1 <<<"$output")" $(($(uptime_now) - 3))
}

@test "time: the host's own clocks and those of its hooks stay" {
        with_time
        edit '.linux.timeOffsets = {boottime: {secs: 1000000}} | .hooks.createRuntime = [{path: "/bin/sh",
                args: ["sh", "-c", "cut -d . -f 1 /proc/uptime >$OUT"], env: ["OUT=" + $out, "PATH=/usr/bin:/bin"]}]' \
                --arg out "$BATS_TEST_TMPDIR/of-hook"
        runs true
        is_near "$(<"$BATS_TEST_TMPDIR/of-hook")" "$(uptime_now)"
}

@test "time: exec sees the container's clocks; another container joins them by path" {
        with_time
        edit '.linux.timeOffsets = {boottime: {secs: 1000000}}'
        program sleep 100
        starts
        try tare exec "$id" cut -d . -f 1 /proc/uptime
        succeeds
        is_near "$output" $(($(uptime_now) + 1000000))

        edit 'del(.linux.timeOffsets) | .linux.namespaces[-1].path = "/proc/\($pid)/ns/time"' --arg pid "$(pid_of "$id")"
        script 'cut -d . -f 1 /proc/uptime; readlink /proc/self/ns/time'
        try tare run --bundle "$bundle" "$id-second"
        succeeds
        is_near "$(head -n 1 <<<"$output")" $(($(uptime_now) + 1000000))
        equals "$(tail -n 1 <<<"$output")" "$(readlink "/proc/$(pid_of "$id")/ns/time")"
}

@test "time: together with namespaces that are joined" {
        program sleep 100
        starts "$id-first"
        with_time
        edit '.linux.timeOffsets = {boottime: {secs: 1000000}}
                | .linux.namespaces |= map(if .type == "network" then .path = "/proc/\($pid)/ns/net" else . end)' \
                --arg pid "$(pid_of "$id-first")"
        runs 'cut -d . -f 1 /proc/uptime; readlink /proc/self/ns/net'
        is_near "$(head -n 1 <<<"$output")" $(($(uptime_now) + 1000000))
        equals "$(tail -n 1 <<<"$output")" "$(readlink "/proc/$(pid_of "$id-first")/ns/net")"
}

@test "time: offsets that cannot be honoured are refused by name" {
        refuses_each <<'END'
.linux.timeOffsets = {monotonic: {secs: 1}}|config.json: linux.timeOffsets: time namespace offsets specified, but time namespace isn't enabled in the config
.linux += {namespaces: (.linux.namespaces + [{type: "time", path: "/proc/self/ns/time"}]), timeOffsets: {boottime: {secs: 1}}}|config.json: linux.timeOffsets: a time namespace that is joined has its offsets already
.linux += {namespaces: (.linux.namespaces + [{type: "time"}]), timeOffsets: {realtime: {secs: 1}}}|config.json: linux.timeOffsets.realtime: unknown clock "realtime"
.linux += {namespaces: (.linux.namespaces + [{type: "time"}]), timeOffsets: {boottime: {nanosecs: 1000000000}}}|config.json: linux.timeOffsets.boottime.nanosecs: out of range
.linux += {namespaces: (.linux.namespaces + [{type: "time"}]), timeOffsets: {monotonic: {secs: -9000000000}}}|make the time namespace: linux.timeOffsets.monotonic: write "monotonic -9000000000 0" to /proc/self/timens_offsets: numerical result out of range
.linux += {namespaces: (.linux.namespaces + [{type: "time"}]), timeOffsets: {boottime: {secs: 9000000000000}}}|make the time namespace: linux.timeOffsets.boottime: write "boottime 9000000000000 0" to /proc/self/timens_offsets: numerical result out of range
END
        leaves_nothing
}
