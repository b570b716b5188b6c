#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# systemd.bats - --systemd-cgroup: the container's cgroup as a scope of systemd. scripts/check-vm runs them where there is
# one.

load helpers
load cgroups

# By the build's own helper, unless a test says otherwise.
export TARE_LIBEXECDIR=${TARE%/*}/src/systemd

# needs_systemd: as PID 1.
needs_systemd() {
        [[ -d /run/systemd/system ]] || skip "systemd does not run here"
}

by_systemd() {
        tare --systemd-cgroup "$@"
}

starts_by_systemd() {
        try by_systemd run --detach --bundle "$bundle" "$id"
        succeeds
}

# property NAME: of the container's scope, in systemd's words.
property() {
        systemctl show --value --property "$1" "tare-$id.scope"
}

scope_is_gone() {
        [[ $(systemctl show --value --property LoadState "tare-$id.scope") == not-found ]]
}

@test "systemd: a host without it is told so, and nothing is left" {
        [[ ! -d /run/systemd/system ]] || skip "systemd runs here"
        try by_systemd run --bundle "$bundle" "$id"
        fails_with "tare run failed: systemd not running on this host, cannot use systemd cgroups manager"
        leaves_nothing
}

@test "systemd: a missing helper is named, and nothing is left" {
        needs_systemd
        TARE_LIBEXECDIR=/not/there try by_systemd run --bundle "$bundle" "$id"
        fails_with "tare run failed: let systemd make a scope: start tare-$id.scope: fork/exec /not/there/systemd: no such file or directory"
        leaves_nothing
}

@test "systemd: the container is in a scope of its own, and alone there" {
        needs_systemd
        program sleep 100
        starts_by_systemd
        local pid
        pid=$(pid_of "$id")
        equals "$(sed -n 's/^\(0:\|1:name=systemd\)://p' "/proc/$pid/cgroup")" "/system.slice/tare-$id.scope"
        equals "$(places_of "$pid" | grep -vc "/system.slice/tare-$id.scope\$")" 0
        equals "$(tare ps --format json "$id" | jq -c .)" "[$pid]"
        equals "$(property Description)" "tare container $id"
        equals "$(property Delegate)" yes
        equals "$(jq -r .systemdUnit "$root/$id/state.json")" "tare-$id.scope"
        tare delete --force "$id"
        scope_is_gone
        leaves_nothing
}

@test "systemd: the scope ends with the container, and with a birth that fails" {
        needs_systemd
        program true
        try by_systemd run --bundle "$bundle" "$id"
        succeeds
        scope_is_gone
        program /not/there
        try by_systemd run --bundle "$bundle" "$id"
        equals "$status" 1
        scope_is_gone
        leaves_nothing
}

@test "systemd: cgroupsPath is slice, prefix and name" {
        needs_systemd
        edit '.linux.cgroupsPath = $path' --arg path "tare-test.slice:box:$id"
        program sleep 100
        starts_by_systemd
        equals "$(places_of "$(pid_of "$id")" | tail -n 1)" "/tare.slice/tare-test.slice/box-$id.scope"
        tare delete --force "$id"
        systemctl stop tare-test.slice tare.slice
}

@test "systemd: what is no slice, prefix and name is refused" {
        needs_systemd
        edit '.linux.cgroupsPath = "/a/b"'
        try by_systemd run --bundle "$bundle" "$id"
        fails_with 'tare run failed: expected cgroupsPath to be of format "slice:prefix:name" for systemd cgroups, got "/a/b" instead'
        edit '.linux.cgroupsPath = "a:b:c"'
        try by_systemd run --bundle "$bundle" "$id"
        fails_with "tare run failed: invalid slice name: a"
        leaves_nothing
}

@test "systemd: annotations are properties" {
        needs_systemd
        edit '.annotations["org.systemd.property.TimeoutStopSec"] = "7" |
                .annotations["org.systemd.property.CollectMode"] = "'"'inactive-or-failed'"'"'
        program sleep 100
        starts_by_systemd
        equals "$(property TimeoutStopUSec)" 7s
        equals "$(property CollectMode)" inactive-or-failed
}

@test "systemd: a property that it does not know is told in its words" {
        needs_systemd
        edit '.annotations["org.systemd.property.NoSuch"] = "true"'
        try by_systemd run --bundle "$bundle" "$id"
        fails_with "tare run failed: let systemd make a scope: start tare-$id.scope: Cannot set property NoSuch, or unknown property"
        leaves_nothing
}

@test "systemd: it knows the limits, the files have them, and a reload changes nothing" {
        needs_systemd
        is_v2 || skip "the names of properties are those of cgroup v2"
        set_resources '{"memory": {"limit": 67108864}, "pids": {"limit": 1}, "cpu": {"shares": 512, "quota": 20000, "period": 50000}}'
        program sleep 100
        starts_by_systemd
        local dir=/sys/fs/cgroup/system.slice/tare-$id.scope i
        for i in 1 2; do
                equals "$(property MemoryMax) $(property TasksMax) $(property CPUQuotaPerSecUSec)" "67108864 1 400ms"
                equals "$(cat "$dir"/{memory.max,pids.max,cpu.max,cpu.weight} | paste -sd ' ')" "67108864 1 20000 50000 $(property CPUWeight)"
                systemctl daemon-reload
        done
        tare update --memory 134217728 --pids-limit 20 "$id"
        equals "$(property MemoryMax) $(property TasksMax)" "134217728 20"
        equals "$(cat "$dir"/{memory.max,pids.max} | paste -sd ' ')" "134217728 20"
}

@test "systemd: devices are refused, also after a reload" {
        needs_systemd
        edit '.linux.devices += [{"path": "/dev/messages", "type": "c", "major": 1, "minor": 11, "fileMode": 438}]'
        program sleep 100
        starts_by_systemd
        local i
        for i in 1 2; do
                try tare exec "$id" sh -c 'head -c 1 /dev/zero | wc -c; cat /dev/messages'
                equals "$output" 1
                contains "$stderr" "Operation not permitted"
                systemctl daemon-reload
        done
}

@test "systemd: exec is in the scope" {
        needs_systemd
        program sleep 100
        starts_by_systemd
        tare exec --detach --pid-file "$BATS_TEST_TMPDIR/pid" "$id" sleep 101
        equals "$(places_of "$(<"$BATS_TEST_TMPDIR/pid")" | grep -vc "/tare-$id.scope\$")" 0
}

@test "systemd: pause, resume, kill" {
        needs_systemd
        program sleep 100
        starts_by_systemd
        tare pause "$id"
        has_status paused
        tare resume "$id"
        has_status running
        tare kill "$id" KILL
        eventually has_status stopped
        tare delete "$id"
        scope_is_gone
}

@test "systemd: a scope that failed makes room for the next" {
        needs_systemd
        sleep 100 3>&- &
        background+=($!)
        busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager StartTransientUnit \
                'ssa(sv)a(sa(sv))' "tare-$id.scope" replace 2 PIDs au 1 "${background[0]}" RuntimeMaxUSec t 1000 0
        eventually gives failed property ActiveState
        program true
        try by_systemd run --bundle "$bundle" "$id"
        succeeds
        scope_is_gone
}

@test "systemd: many lives leave no scope" {
        needs_systemd
        program true
        local i
        for ((i = 0; i < ${TARE_TEST_LIVES:-10}; i++)); do
                by_systemd run --bundle "$bundle" "$id"
        done
        equals "$(systemctl list-units --all --plain --no-legend "tare-$id*")" ""
        leaves_nothing
}
