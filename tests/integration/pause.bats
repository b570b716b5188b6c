#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# pause.bats - pause and resume, and what else is done to a container that stands still, has died of want of memory, or
# has hidden its children.

load helpers
load cgroups

# A container that counts in a file of its root, which only grows: one that is cut short for each number may be empty for
# long while the disk is busy.
starts_counting() {
        edit '.root.readonly = false'
        script 'while :; do printf x >>/count; done'
        starts
        eventually test -s "$bundle/rootfs/count"
}

counts_on() {
        local before
        before=$(stat -c %s "$bundle/rootfs/count")
        sleep 0.1
        [[ $(stat -c %s "$bundle/rootfs/count") != "$before" ]]
}

@test "pause: nothing runs until resume" {
        starts_counting
        try tare pause "$id"
        succeeds
        equals "$output$stderr" ""
        has_status paused
        if counts_on; then
                complain "it went on"
        fi
        try tare resume "$id"
        succeeds
        has_status running
        eventually counts_on
}

@test "pause: twice, of what is stopped, of what is not there" {
        starts_counting
        tare pause "$id"
        try tare pause "$id"
        fails_with "container not running"
        tare resume "$id"
        try tare resume "$id"
        fails_with "container not paused"
        tare kill "$id" KILL
        eventually has_status stopped
        try tare pause "$id"
        fails_with "container not running"
        try tare resume "$id"
        fails_with "container not paused"
        try tare pause "$id-none"
        fails_with "container does not exist"
        try tare resume "$id-none"
        fails_with "container does not exist"
}

@test "pause: of a created container, which starts after resume" {
        creates
        tare pause "$id"
        has_status paused
        try tare start "$id"
        fails_with "cannot start a container in the paused state"
        tare resume "$id"
        has_status created
        try tare start "$id"
        succeeds
        eventually has_status stopped
}

@test "pause: a kill by KILL ends it, by TERM when it is resumed" {
        script 'trap "exit 3" TERM; while :; do sleep 0.1; done'
        starts
        local pid
        pid=$(pid_of "$id")
        eventually tare exec "$id" true
        tare pause "$id"
        try tare kill "$id" TERM
        succeeds
        sleep 0.2
        has_status paused
        tare resume "$id"
        eventually has_status stopped
        tare delete "$id"

        starts
        tare pause "$id"
        try tare kill "$id" KILL
        succeeds
        eventually has_status stopped
        tare delete "$id"
        leaves_nothing
}

@test "pause: delete needs force, and then ends it" {
        starts_counting
        tare pause "$id"
        try tare delete "$id"
        fails_with "cannot delete container $id that is not stopped: paused"
        try tare delete --force "$id"
        succeeds
        leaves_nothing
}

@test "pause: exec waits, if that is what is wanted" {
        starts_counting
        tare pause "$id"
        try tare exec "$id" true
        fails_with "exec failed: cannot exec in a paused container (use --ignore-paused to override)" 255
        in_background exec --ignore-paused "$id" sh -c 'echo done >/done'
        sleep 0.3
        test ! -e "$bundle/rootfs/done"
        tare resume "$id"
        eventually test -s "$bundle/rootfs/done"
}

# A container without a pid namespace, with a process in a cgroup further down, which it has made itself.
starts_hiding() {
        edit '.root.readonly = false | (.mounts[] | select(.type == "cgroup") | .options) = [] | del(.linux.namespaces[] | select(.type == "pid"))'
        script 'd=$(ls -d /sys/fs/cgroup/pids /sys/fs/cgroup | head -n 1); mkdir -p $d/a/b
                sh -c "echo 0 >$d/a/b/cgroup.procs; touch /hidden; exec sleep 100" & wait'
        starts
        eventually test -e "$bundle/rootfs/hidden"
        eventually gives 2 number_of_processes
}

number_of_processes() {
        tare ps --format json "$id" | jq length
}

@test "pause: children in cgroups below are stopped, killed and deleted with it" {
        starts_hiding
        local pids pid
        pids=$(tare ps --format json "$id" | jq '.[]')
        tare pause "$id"
        has_status paused
        try tare delete --force "$id"
        succeeds
        for pid in $pids; do
                eventually is_gone "$pid"
        done
        leaves_nothing
}

@test "pause: kill of what has hidden itself reaches it, since there is no pid namespace" {
        starts_hiding
        local pids pid
        pids=$(tare ps --format json "$id" | jq '.[]')
        tare kill "$id" KILL
        for pid in $pids; do
                eventually is_gone "$pid"
        done
        has_status stopped
        tare delete "$id"
        leaves_nothing
}

@test "pause: a container that has died of want of memory is stopped, and deleted" {
        needs_controller memory
        set_resources '{"memory": {"limit": 16777216, "swap": 16777216}}'
        program dd if=/dev/zero of=/dev/null bs=64M count=1
        try_run --keep
        equals "$status" 137
        has_status stopped
        try tare kill "$id" KILL
        fails_with "container not running"
        try tare delete "$id"
        succeeds
        leaves_nothing
}
