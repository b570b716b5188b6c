#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# devices.bats - linux.resources.devices: which devices the container may open. A device without a driver, 240:77, tells
# a refusal ("Operation not permitted") from a device that could be opened, if it were there.

load helpers
load cgroups

readonly refused="can't open '/dev/x': Operation not permitted" allowed="can't open '/dev/x': No such device or address"
readonly try_read='cat /dev/x 2>&1 || true' try_write='(: >/dev/x) 2>&1 || true'

setup_rules() {
        edit '.process.capabilities.bounding += ["CAP_MKNOD"] | .process.capabilities.effective += ["CAP_MKNOD"]
                | .process.capabilities.permitted += ["CAP_MKNOD"]'
        # shellcheck disable=SC2016 # jq's variable
        edit '.linux.resources.devices = $rules' --argjson rules "$1"
}

# reads RULES: what a read of a node that the container has made tells.
reads() {
        setup_rules "$1"
        runs "mknod /dev/x c 240 77; $try_read"
}

@test "devices: one that is not allowed can be made, and not opened" {
        reads '[{"allow": false, "access": "rwm"}]'
        contains "$output" "$refused"
        leaves_nothing
}

@test "devices: so it is without a word of devices, and without resources" {
        reads '[]'
        contains "$output" "$refused"
        edit 'del(.linux.resources)'
        runs "mknod /dev/x c 240 77; $try_read"
        contains "$output" "$refused"
}

@test "devices: those that every container has work" {
        runs 'echo x >/dev/null; head -c 4 /dev/zero | wc -c; head -c 4 /dev/urandom | wc -c
                head -c 4 /dev/random | wc -c; (echo >/dev/full) 2>&1; true'
        matches "$output" $'^4\n4\n4\n.*No space left on device'
}

@test "devices: one that is allowed can be opened" {
        reads '[{"allow": false, "access": "rwm"}, {"allow": true, "type": "c", "major": 240, "minor": 77, "access": "r"}]'
        contains "$output" "$allowed"
}

@test "devices: for what it is allowed" {
        setup_rules '[{"allow": false, "access": "rwm"}, {"allow": true, "type": "c", "major": 240, "access": "r"}]'
        runs "mknod /dev/x c 240 77; $try_read; $try_write"
        contains "$output" "$allowed"
        matches "$output" "can't create /dev/x: Operation not permitted"
}

@test "devices: a block device is no character device" {
        setup_rules '[{"allow": false, "access": "rwm"}, {"allow": true, "type": "b", "major": 240, "minor": 77, "access": "rwm"}]'
        runs "mknod /dev/x c 240 77; $try_read; rm /dev/x; mknod /dev/x b 240 77; $try_read"
        contains "$output" "$refused"
        contains "$output" "$allowed"
}

@test "devices: the last rule that matches decides" {
        reads '[{"allow": false, "access": "rwm"}, {"allow": true, "type": "c", "major": 240, "minor": 77, "access": "rwm"},
                {"allow": false, "type": "c", "major": 240, "minor": 77, "access": "r"}]'
        contains "$output" "$refused"
}

@test "devices: all are allowed" {
        reads '[{"allow": true, "access": "rwm"}]'
        contains "$output" "$allowed"
}

@test "devices: all but one are allowed" {
        reads '[{"allow": true, "access": "rwm"}, {"allow": false, "type": "c", "major": 240, "minor": 77, "access": "rwm"}]'
        contains "$output" "$refused"
        runs "mknod /dev/x c 240 78; $try_read"
        contains "$output" "$allowed"
}

@test "devices: exec is bound by them too" {
        setup_rules '[{"allow": false, "access": "rwm"}]'
        script 'mknod /dev/x c 240 77; sleep 100'
        starts
        eventually tare exec "$id" test -e /dev/x
        try tare exec "$id" sh -c "$try_read"
        contains "$output" "$refused"
}

@test "devices: rules that are none are refused by their place" {
        local rows=(
                '{"allow": true, "type": "c", "access": ""}|config.json: linux.resources.devices[1].access: device access cannot be empty'
                '{"allow": true, "type": "x", "access": "r"}|config.json: linux.resources.devices[1].type: invalid cgroup device type "x"'
                '{"allow": true, "type": "c", "major": -2, "access": "r"}|apply the resource limits: linux.resources.devices[1].major: '
        ) row
        for row in "${rows[@]}"; do
                setup_rules "[{\"allow\": false, \"access\": \"rwm\"}, ${row%%|*}]"
                try_run
                equals "$status" 1
                contains "$(last_error)" "tare run failed: ${row#*|}"
                leaves_nothing
        done
}
