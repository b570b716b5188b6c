#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# cgroups.bats - the container's place in the host's cgroup hierarchies, whatever their kind.

load helpers

# The cgroup of a process in every hierarchy, one a line.
places_of() {
        cut -d : -f 3 "/proc/$1/cgroup" | sort -u
}

own_place() {
        grep -m 1 -E ':(name=systemd|):' /proc/self/cgroup | cut -d : -f 3
}

@test "cgroups: a container has one of its own in every hierarchy, named by its id" {
        program sleep 100
        starts
        equals "$(places_of "$(pid_of "$id")" | grep -vc "/$id\$")" 0
        equals "$(cgroups_left "$id" | wc -l)" "$(wc -l </proc/self/cgroup)"
        tare delete --force "$id"
        leaves_nothing
}

@test "cgroups: init is in it when create returns" {
        creates
        equals "$(places_of "$(pid_of "$id")" | grep -vc "/$id\$")" 0
}

@test "cgroups: an absolute cgroupsPath, its missing parents are made and removed" {
        edit '.linux.cgroupsPath = $path' --arg path "/$id-parent/child"
        program sleep 100
        starts
        equals "$(places_of "$(pid_of "$id")")" "/$id-parent/child"
        tare delete --force "$id"
        equals "$(find /sys/fs/cgroup -path "*/$id-parent/child")" ""
        # Like runc, tare may leave the parents; they are not ours to judge.
        find /sys/fs/cgroup -depth -type d -name "$id-parent" -exec rmdir {} +
        leaves_nothing
}

@test "cgroups: a cgroupsPath cannot lead outside the hierarchy" {
        edit '.linux.cgroupsPath = $path' --arg path "/../../$id-up"
        program sleep 100
        starts
        equals "$(places_of "$(pid_of "$id")")" "/$id-up"
}

@test "cgroups: one that holds processes is refused, and left as it is" {
        local dir
        dir=$(find /sys/fs/cgroup -maxdepth 2 -name cgroup.procs -path '*pids*' -printf '%h\n' -quit)
        [[ -n $dir ]] || skip "no v1 pids hierarchy"
        mkdir "$dir/$id-taken"
        sleep 100 3>&- &
        background+=($!)
        echo $! >"$dir/$id-taken/cgroup.procs"
        edit '.linux.cgroupsPath = $path' --arg path "/$id-taken"
        try_run
        local told
        told=$(last_error)
        kill -KILL "${background[0]}"
        wait "${background[0]}" || true
        equals "$(cgroups_left "$id")" "$dir/$id-taken"
        eventually rmdir "$dir/$id-taken"
        equals "$told" "tare run failed: make the cgroup: container's cgroup is not empty: 1 process(es) found"
}

@test "cgroups: what the container made below its own is removed with it" {
        [[ ! -e /sys/fs/cgroup/cgroup.controllers ]] || skip "writes v1 hierarchies"
        edit '(.mounts[] | select(.type == "cgroup") | .options) = []'
        runs 'mkdir -p /sys/fs/cgroup/pids/a/b/c; echo 0 >/sys/fs/cgroup/pids/a/b/cgroup.procs; sleep 1 & true'
        leaves_nothing
}

@test "cgroups: a frozen container is paused, and delete --force ends it" {
        local dir
        program sleep 100
        starts
        dir=$(cgroups_left "$id" | grep -m 1 /freezer/ || true)
        [[ -n $dir ]] || skip "no v1 freezer"
        echo FROZEN >"$dir/freezer.state"
        has_status paused
        local pid
        pid=$(pid_of "$id")
        try tare delete "$id"
        fails_with "cannot delete container $id that is not stopped: paused"
        try tare delete --force "$id"
        succeeds
        eventually is_gone "$pid"
        leaves_nothing
}

@test "cgroups: kill of a frozen container by SIGKILL ends it" {
        local dir
        program sleep 100
        starts
        dir=$(cgroups_left "$id" | grep -m 1 /freezer/ || true)
        [[ -n $dir ]] || skip "no v1 freezer"
        echo FROZEN >"$dir/freezer.state"
        tare kill "$id" KILL
        eventually has_status stopped
}
