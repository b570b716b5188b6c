#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# cgroups.bats - the container's place in the host's cgroup hierarchies, whatever their kind.

load helpers
load cgroups

@test "cgroups: a container has one of its own in every hierarchy, named by its id" {
        program sleep 100
        starts
        all_end_in "/$id" "$(places_of "$(pid_of "$id")")"
        equals "$(cgroups_left "$id" | wc -l)" "$(number_of_hierarchies)"
        tare delete --force "$id"
        leaves_nothing
}

@test "cgroups: init is in it when create returns" {
        creates
        all_end_in "/$id" "$(places_of "$(pid_of "$id")")"
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
        program sleep 100
        starts
        freezes_from_outside
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
        program sleep 100
        starts
        freezes_from_outside
        tare kill "$id" KILL
        eventually has_status stopped
}

@test "cgroups: exec is in the container's" {
        program sleep 100
        starts
        tare exec --detach --pid-file "$BATS_TEST_TMPDIR/pid" "$id" sleep 101
        all_end_in "/$id" "$(places_of "$(<"$BATS_TEST_TMPDIR/pid")")"
}

@test "cgroups: exec is in one below, where that is wanted" {
        program sleep 100
        starts
        local dir
        for dir in $(cgroups_left "$id"); do
                mkdir "$dir/below"
                # The kernel lets nobody into a cpuset of v1 without these.
                [[ ! -e $dir/cpuset.cpus || ! -e $dir/tasks ]] || cp "$dir"/cpuset.{cpus,mems} "$dir/below/"
        done
        tare exec --cgroup below --detach --pid-file "$BATS_TEST_TMPDIR/pid" "$id" sleep 101
        all_end_in "/$id/below" "$(places_of "$(<"$BATS_TEST_TMPDIR/pid")")"
        tare delete --force "$id"
        leaves_nothing
}

@test "cgroups: exec is in one below in one hierarchy of many" {
        needs_v1 pids
        program sleep 100
        starts
        mkdir "$(cgroups_left "$id" | grep /pids/)/below"
        tare exec --cgroup pids:below --detach --pid-file "$BATS_TEST_TMPDIR/pid" "$id" sleep 101
        equals "$(grep ':pids:' "/proc/$(<"$BATS_TEST_TMPDIR/pid")/cgroup" | sed 's,.*/,,')" below
        equals "$(grep -v ':pids:' "/proc/$(<"$BATS_TEST_TMPDIR/pid")/cgroup" | grep -c below)" 0
}

@test "cgroups: exec --cgroup is refused in runc's words" {
        program sleep 100
        starts
        try tare exec --cgroup ../x "$id" true
        fails_with "exec failed: bad sub cgroup path: ../x" 255
        try tare exec --cgroup nosuch:x "$id" true
        fails_with "exec failed: unknown controller nosuch in SubCgroupPaths" 255
        try tare exec --cgroup none "$id" true
        equals "$status" 255
        matches "$(last_error)" "^exec failed: .*/$id/none.*: no such file or directory$"
}

@test "cgroups: exec goes where init is, when cgroup2 takes nobody any more where it was" {
        is_v2 && grep -qw hugetlb /sys/fs/cgroup/cgroup.controllers || skip "no cgroup2 with hugetlb"
        edit '(.mounts[] | select(.type == "cgroup") | .options) = [] | .linux.namespaces += [{"type": "cgroup"}]'
        script 'cd /sys/fs/cgroup && mkdir init && echo 0 >init/cgroup.procs && echo +hugetlb >cgroup.subtree_control; sleep 100'
        starts
        local dir
        dir=$(find /sys/fs/cgroup -type d -name "$id" -print -quit)
        eventually grep -q hugetlb "$dir/cgroup.subtree_control"
        tare exec --detach --pid-file "$BATS_TEST_TMPDIR/pid" "$id" sleep 101
        matches "$(places_of "$(<"$BATS_TEST_TMPDIR/pid")")" "/$id/init\$"
        tare delete --force "$id"
        leaves_nothing
}

@test "cgroups: many lives leave none" {
        local i
        for ((i = 0; i < 50; i++)); do
                tare run --bundle "$bundle" "$id"
        done
        leaves_nothing
}
