#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# events.bats - statistics and want of memory, as lines of JSON.

load helpers
load cgroups

@test "events: the statistics of now" {
        program sleep 100
        starts
        try tare events --stats "$id"
        succeeds
        equals "$(grep -c '' <<<"$output")" 1
        equals "$(jq -r '.type + " " + .id' <<<"$output")" "stats $id"
        equals "$(jq -c '.data | keys' <<<"$output")" \
                '["blkio","cpu","cpuset","hugetlb","intel_rdt","memory","network_interfaces","pids"]'
        equals "$(jq -c '.data.memory | del(.cache, .raw, .psi) | keys' <<<"$output")" '["kernel","kernelTCP","swap","usage"]'
}

@test "events: they are true" {
        needs_controller pids
        needs_controller memory
        set_resources '{"pids": {"limit": 50}, "memory": {"limit": 67108864}}'
        script 'sleep 100 & sleep 101 & wait'
        starts
        eventually gives 3 current_pids
        try tare events --stats "$id"
        equals "$(jq -c '.data.pids' <<<"$output")" '{"current":3,"limit":50}'
        equals "$(jq '.data.memory.usage.limit' <<<"$output")" 67108864
        equals "$(jq '.data.memory.usage.usage > 0 and .data.cpu.usage.total > 0' <<<"$output")" true
}

current_pids() {
        tare events --stats "$id" | jq .data.pids.current
}

@test "events: the names are those of runc" {
        command -v runc >/dev/null || skip "runc is not installed"
        needs_v1 memory
        program sleep 100
        starts
        local paths='[paths | map(select(type == "string")) | join(".")] | unique - ["data.cpu.psi"] | .[]
                | select(test("psi|hugetlb|memory.raw|blkio|usage.usage|memory.cache|kernel.usage|kernel.max|usage.max|swap.(usage|max)|kernelTCP.(usage|max)|throttling.") | not)'
        runc --root "$BATS_TEST_TMPDIR/runc" run --detach --bundle "$bundle" "$id-runc" >/dev/null 2>&1 </dev/null 3>&-
        local theirs
        theirs=$(runc --root "$BATS_TEST_TMPDIR/runc" events --stats "$id-runc" | jq -r "$paths")
        runc --root "$BATS_TEST_TMPDIR/runc" delete --force "$id-runc"
        equals "$(tare events --stats "$id" | jq -r "$paths")" "$theirs"
}

# streams ARG...: events into a file, in the background.
streams() {
        "$TARE" --root "$root" --log "$log" --log-format json events "$@" "$id" >"$BATS_TEST_TMPDIR/events" 3>&- &
        background+=($!)
}

has_lines() {
        (($(jq -r .type "$BATS_TEST_TMPDIR/events" | grep -cx "$2") >= $1))
}

@test "events: come every interval, until the container is deleted" {
        program sleep 100
        starts
        streams --interval 100ms
        eventually has_lines 3 stats
        tare delete --force "$id"
        ended "${background[0]}"
        succeeds
        equals "$(jq -r .id "$BATS_TEST_TMPDIR/events" | sort -u)" "$id"
}

@test "events: an interval that is not over tells nothing" {
        program sleep 100
        starts
        streams
        sleep 0.5
        equals "$(<"$BATS_TEST_TMPDIR/events")" ""
}

# Whether the process has an eventfd, or inotify.
watches() {
        [[ -n $(find "/proc/$1/fd" -lname '*eventfd*' -o -lname '*inotify*') ]]
}

@test "events: memory that has run out is told at once" {
        needs_controller memory
        set_resources '{"memory": {"limit": 16777216, "swap": 16777216}}'
        edit '.root.readonly = false'
        script 'while [ ! -e /go ]; do sleep 0.1; done; dd if=/dev/zero of=/dev/null bs=64M count=1; sleep 100'
        starts
        streams --interval 1h
        eventually watches "${background[0]}"
        touch "$bundle/rootfs/go"
        eventually has_lines 1 oom
        equals "$(head -n 1 "$BATS_TEST_TMPDIR/events")" "{\"type\":\"oom\",\"id\":\"$id\"}"
}

@test "events: what is refused" {
        creates
        try tare events --interval 0s "$id"
        fails_with "duration interval must be greater than 0"
        try tare events --interval 5 "$id"
        fails_with 'invalid value "5" for flag --interval: no duration, as 5s or 100ms are'
        tare kill "$id" KILL
        eventually has_status stopped
        try tare events --stats "$id"
        fails_with "container with id $id is not running"
        try tare events "$id"
        fails_with "container with id $id is not running"
        try tare events --stats "$id-none"
        fails_with "container does not exist"
}

@test "events: nobody who reads them ends the stream" {
        program sleep 100
        starts
        "$TARE" --root "$root" events --interval 50ms "$id" 3>&- 2>/dev/null | head -n 1 >"$BATS_TEST_TMPDIR/events"
        equals "$(grep -c '' "$BATS_TEST_TMPDIR/events")" 1
}
