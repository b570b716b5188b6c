#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# update.bats - other limits for a container that is there: all of them, or none.

load helpers
load cgroups

setup_container() {
        local controller
        for controller in memory cpu pids cpuset; do
                needs_controller "$controller"
        done
        set_resources '{"memory": {"limit": 67108864, "reservation": 33554432}, "pids": {"limit": 77},
                "cpu": {"shares": 512, "quota": 50000, "period": 100000}}'
        program sleep 100
        starts
}

# The limits of the container in one line.
limits() {
        echo "memory $(limit_of memory.limit_in_bytes memory.max) $(limit_of memory.soft_limit_in_bytes memory.low)" \
                "cpu $(limit_of cpu.cfs_quota_us cpu.max | xargs) pids $(limit_of pids.max pids.max)" \
                "cpus $(limit_of cpuset.cpus cpuset.cpus.effective)"
}

@test "update: each by its option" {
        setup_container
        needs_v1 cpu
        try tare update --memory 48m --memory-reservation 16M --cpu-quota 40000 --cpu-period 200000 --cpu-share 256 \
                --pids-limit 55 --cpuset-cpus 0 --cpu-burst 1000 "$id"
        succeeds
        equals "$output$stderr" ""
        equals "$(limits)" "memory 50331648 16777216 cpu 40000 pids 55 cpus 0"
        equals "$(limit_of cpu.cfs_period_us -) $(limit_of cpu.shares -) $(limit_of cpu.cfs_burst_us -)" "200000 256 1000"
        try tare update --cpu-idle 1 --cpu-burst 0 "$id"
        succeeds
        equals "$(limit_of cpu.idle -) $(limit_of cpu.cfs_burst_us -)" "1 0"
}

@test "update: no limit any more" {
        setup_container
        needs_v1 memory
        try tare update --memory -1 --pids-limit -1 --cpu-quota -1 "$id"
        succeeds
        equals "$(limit_of pids.max -)" max
        equals "$(limit_of cpu.cfs_quota_us -)" -1
        (($(limit_of memory.limit_in_bytes -) > 1 << 50))
}

@test "update: by a document, from a file and from stdin" {
        setup_container
        echo '{"pids": {"limit": 44}}' >"$BATS_TEST_TMPDIR/limits"
        try tare update --resources "$BATS_TEST_TMPDIR/limits" "$id"
        succeeds
        equals "$(limit_of pids.max pids.max)" 44
        echo '{"pids": {"limit": 45}}' >"$BATS_TEST_TMPDIR/limits"
        try tare update --resources=- "$id" <"$BATS_TEST_TMPDIR/limits"
        succeeds
        equals "$(limit_of pids.max pids.max)" 45
}

@test "update: what is 0 stays as it is, as Docker has it" {
        setup_container
        local before
        before=$(limits)
        echo '{"memory": {"limit": 0, "reservation": 0, "kernel": 0}, "cpu": {"shares": 0, "quota": 0, "period": 0},
                "blockIO": {"weight": 0}, "pids": {"limit": 0}}' >"$BATS_TEST_TMPDIR/limits"
        try tare update --resources "$BATS_TEST_TMPDIR/limits" "$id"
        succeeds
        equals "$(limits)" "$before"
        try tare update "$id"
        succeeds
        equals "$(limits)" "$before"
}

@test "update: one that is refused takes the others back" {
        setup_container
        local before
        before=$(limits)
        try tare update --memory 48m --pids-limit 5 --cpu-quota 20000 --cpuset-cpus 1000 "$id"
        equals "$status" 1
        contains "$(last_error)" 'linux.resources.cpu.cpus: write "1000" to cpuset.cpus: '
        equals "$(limits)" "$before"
        equals "$(warnings)" ""
}

@test "update: one that is refused by its value writes nothing" {
        setup_container
        local before
        before=$(limits)
        try tare update --memory 48m --blkio-weight 5 "$id"
        fails_with "linux.resources.blockIO.weight: weight 5 is not between 10 and 1000"
        try tare update --memory 1.5x "$id"
        fails_with "invalid value for memory: invalid size: '1.5x'"
        equals "$(limits)" "$before"
}

@test "update: a limit below what is used is told with the use" {
        needs_v1 memory
        [[ -z $(swapon --show) ]] || skip "this host swaps"
        # A file in memory: without swap nothing of it can be given back.
        script 'dd if=/dev/zero of=/dev/shm/f bs=1M count=20 2>/dev/null; touch /dev/shm/ready; sleep 100'
        starts
        eventually tare exec "$id" test -e /dev/shm/ready
        try tare update --memory 4m "$id"
        equals "$status" 1
        matches "$(last_error)" '^linux\.resources\.memory\.limit: write "4194304" to memory\.limit_in_bytes \(memory\.usage_in_bytes is [0-9]+\): device or resource busy$'
}

@test "update: bites at once" {
        needs_controller pids
        edit '.root.readonly = false'
        script 'while [ ! -e /go ]; do sleep 0.1; done; for i in 1 2 3 4 5; do sleep 100 & done 2>/refused; wait'
        starts
        try tare update --pids-limit 3 "$id"
        succeeds
        touch "$bundle/rootfs/go"
        eventually grep -q "can't fork" "$bundle/rootfs/refused"
}

readonly node_rule='{"allow": true, "type": "c", "major": 240, "minor": 77, "access": "r"}'

@test "update: devices while it runs, and what is allowed is never shut in between" {
        edit '.process.capabilities |= map_values(. + ["CAP_MKNOD"])'
        script 'mknod /dev/x c 240 77; while :; do cat </dev/null >/dev/null || touch /dev/shut; done'
        starts
        eventually tare exec "$id" test -e /dev/x
        try tare exec "$id" cat /dev/x
        contains "$stderr" "Operation not permitted"
        try tare update --resources - "$id" <<<"{\"devices\": [$node_rule]}"
        succeeds
        try tare exec "$id" cat /dev/x
        contains "$stderr" "No such device or address"
        try tare update --resources - "$id" <<<'{"devices": [{"allow": false, "access": "rwm"}]}'
        succeeds
        try tare exec "$id" cat /dev/x
        contains "$stderr" "Operation not permitted"
        try tare exec "$id" test -e /dev/shut
        equals "$status" 1
}

@test "update: devices are taken back too" {
        [[ ! -e /sys/fs/resctrl/schemata ]] || skip "resctrl is mounted"
        edit '.process.capabilities |= map_values(. + ["CAP_MKNOD"])'
        script 'mknod /dev/x c 240 77; sleep 100'
        starts
        eventually tare exec "$id" test -e /dev/x
        try tare update --l3-cache-schema L3:0=f --resources - "$id" <<<"{\"devices\": [$node_rule]}"
        fails_with "linux.intelRdt: the container has no group in resctrl"
        try tare exec "$id" cat /dev/x
        contains "$stderr" "Operation not permitted"
        test ! -e "$root/$id/resources.json"

        tare update --resources - "$id" <<<"{\"devices\": [$node_rule]}"
        local kept
        kept=$(<"$root/$id/resources.json")
        try tare update --l3-cache-schema L3:0=f --resources - "$id" <<<'{"devices": [{"allow": false, "access": "rwm"}]}'
        equals "$status" 1
        try tare exec "$id" cat /dev/x
        contains "$stderr" "No such device or address"
        equals "$(<"$root/$id/resources.json")" "$kept"
}

@test "update: of a created and of a paused container, not of one that is stopped" {
        needs_controller pids
        creates
        try tare update --pids-limit 33 "$id"
        succeeds
        tare pause "$id"
        try tare update --pids-limit 34 "$id"
        succeeds
        has_status paused
        equals "$(limit_of pids.max pids.max)" 34
        tare kill "$id" KILL
        eventually has_status stopped
        try tare update --pids-limit 35 "$id"
        fails_with "container not running"
        try tare update --pids-limit 35 "$id-none"
        fails_with "container does not exist"
}

@test "update: documents that are none" {
        creates
        try tare update --resources /no/such "$id"
        fails_with "open /no/such: no such file or directory"
        try tare update --resources - "$id" <<<'{"memory": {"limit": "x"}}'
        fails_with "stdin: memory.limit: not a number"
        try tare update --resources - "$id" <<<'{'
        equals "$status" 1
        matches "$(last_error)" '^stdin:[0-9]+: '
}

@test "update: kernel memory is ignored, with a warning" {
        creates
        try tare update --kernel-memory 5m "$id"
        succeeds
        equals "$(warnings)" "Kernel memory settings are ignored and will be removed"
}
