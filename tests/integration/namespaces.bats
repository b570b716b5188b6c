#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# namespaces.bats - namespaces new, inherited, and joined by path; what is set in them: names, loopback, sysctls.

load helpers


@test "namespaces: those that are named are new, the others are the caller's" {
        local type types=(pid net ipc uts mnt) inside
        program sh -c 'for t in pid net ipc uts mnt; do readlink /proc/self/ns/$t; done'
        try_run
        succeeds
        for type in "${types[@]}"; do
                inside=$(grep "^$type:" <<<"$output")
                [[ $inside != "$(readlink "/proc/self/ns/$type")" ]] || complain "$type is the caller's"
        done

        for type in network ipc; do
                without_namespace "$type"
        done
        try_run
        succeeds
        for type in net ipc; do
                equals "$(grep "^$type:" <<<"$output")" "$(readlink "/proc/self/ns/$type")"
        done
}

@test "namespaces: a cgroup namespace of its own shows the container's cgroup as the root" {
        program cat /proc/self/cgroup
        edit '.linux.namespaces += [{type: "cgroup"}]'
        try_run
        succeeds
        equals "$(cut -d : -f 3 <<<"$output" | sort -u)" /
}

@test "namespaces: without a cgroup namespace the path tells the container" {
        program cat /proc/self/cgroup
        try_run
        succeeds
        all_end_in "/$id" "$(cut -d : -f 3 <<<"$output")"
}

@test "namespaces: joined by path" {
        program sleep 100
        starts "$id-first"
        local pid type
        pid=$(pid_of "$id-first")
        # shellcheck disable=SC2016 # jq's variables
        edit '.linux.namespaces |= map(if .type == "mount" then . else .path = "/proc/\($pid)/ns/" + ({network: "net"}[.type] // .type) end)
                | del(.hostname)' --arg pid "$pid"
        script 'for t in pid net ipc uts mnt; do readlink /proc/self/ns/$t; done; echo pid $$; hostname'
        try_run
        succeeds
        for type in pid net ipc uts; do
                equals "$(grep "^$type:" <<<"$output")" "$(readlink "/proc/$pid/ns/$type")"
        done
        [[ $(grep '^mnt:' <<<"$output") != "$(readlink "/proc/$pid/ns/mnt")" ]]
        # A joined pid namespace has its pid 1 already.
        [[ $(grep '^pid [0-9]' <<<"$output") != "pid 1" ]]
        equals "$(tail -n 1 <<<"$output")" tare-default
        has_status running "$id-first"
        tare delete --force "$id-first"
        leaves_nothing
}

@test "namespaces: killing a container in a joined pid namespace leaves its host" {
        program sleep 100
        starts "$id-first"
        # shellcheck disable=SC2016 # jq's variables
        edit '.linux.namespaces |= map(if .type == "pid" then .path = "/proc/\($pid)/ns/pid" else . end)' \
                --arg pid "$(pid_of "$id-first")"
        script 'sleep 1000 & exec sleep 1001'
        starts
        tare delete --force "$id"
        has_status running "$id-first"
        # Nobody there reaps what is dead.
        all_end_in Z "$(ps -o s= --ppid "$(pid_of "$id-first")")"
}

@test "namespaces: a joined one outlives a container that fails" {
        program sleep 100
        starts "$id-first"
        # shellcheck disable=SC2016 # jq's variables
        edit '.linux.namespaces |= map(if .type == "network" then .path = "/proc/\($pid)/ns/net" else . end)' \
                --arg pid "$(pid_of "$id-first")"
        program /no/such
        try_run
        fails_with 'tare run failed: find the program: exec: "/no/such": stat /no/such: no such file or directory'
        has_status running "$id-first"
        tare delete --force "$id-first"
        leaves_nothing
}

@test "namespaces: a network namespace made by others, by a file" {
        touch "$BATS_TEST_TMPDIR/netns"
        unshare --net="$BATS_TEST_TMPDIR/netns" true
        # shellcheck disable=SC2016 # jq's variables
        edit '.linux.namespaces |= map(if .type == "network" then .path = $path else . end)' --arg path "$BATS_TEST_TMPDIR/netns"
        local inside
        script 'readlink /proc/self/ns/net; cat /sys/class/net/lo/operstate'
        try_run
        inside=$output
        umount "$BATS_TEST_TMPDIR/netns"
        succeeds
        matches "$inside" '^net:'
        [[ $(head -n 1 <<<"$inside") != "$(readlink /proc/self/ns/net)" ]]
        # Whoever made it configures it.
        equals "$(tail -n 1 <<<"$inside")" down
}

@test "namespaces: a joined mount namespace gets its binds from the host all the same" {
        # There the source is covered, and what is at its path is another file.
        mkdir "$BATS_TEST_TMPDIR/source" "$BATS_TEST_TMPDIR/ns"
        echo "of the host" >"$BATS_TEST_TMPDIR/source/file"
        mount --bind --make-private "$BATS_TEST_TMPDIR/ns" "$BATS_TEST_TMPDIR/ns"
        : >"$BATS_TEST_TMPDIR/ns/mnt"
        unshare --mount="$BATS_TEST_TMPDIR/ns/mnt" --propagation private sh -c \
                "mount -t tmpfs cover $BATS_TEST_TMPDIR/source; echo of theirs >$BATS_TEST_TMPDIR/source/file"
        # shellcheck disable=SC2016 # jq's variables
        edit '.linux.namespaces |= map(if .type == "mount" then .path = $path else . end)' --arg path "$BATS_TEST_TMPDIR/ns/mnt"
        mount_at /tmp bind "$BATS_TEST_TMPDIR/source" bind
        script 'cat /tmp/file'
        # The refusal first: a container that gets its root takes the whole namespace there.
        local config told good
        config=$(<"$bundle/config.json")
        mount_at /var bind /no/such bind
        try_run
        told=$(last_error)
        printf '%s\n' "$config" >"$bundle/config.json"
        try_run
        good="$status $output"
        umount "$BATS_TEST_TMPDIR/ns/mnt"
        umount "$BATS_TEST_TMPDIR/ns"
        equals "$good" "0 of the host"
        equals "$told" "tare run failed: build the root and its mounts: mounts[8] /var: bind /no/such: no such file or directory"
        leaves_nothing
}

@test "namespaces: a path that is not there" {
        edit '.linux.namespaces |= map(if .type == "network" then .path = "/no/such/ns" else . end)'
        try_run
        fails_with 'tare run failed: config.json: linux.namespaces[1].path: open /no/such/ns: no such file or directory'
        leaves_nothing
}

@test "namespaces: a path of another type" {
        edit '.linux.namespaces |= map(if .type == "network" then .path = "/proc/self/ns/uts" else . end)'
        try_run
        equals "$status" 1
        contains "$(last_error)" "/proc/self/ns/uts"
        leaves_nothing
}

@test "namespaces: one named twice" {
        edit '.linux.namespaces += [{type: "pid"}]'
        try_run
        fails_with 'tare run failed: config.json: linux.namespaces[5]: duplicated namespace "pid"'
        leaves_nothing
}

@test "network: the loopback of a new namespace is up" {
        runs 'ip address show lo; ping -c 1 -W 1 127.0.0.1 >/dev/null 2>&1; cat /sys/class/net/lo/operstate; ls /sys/class/net'
        contains "$output" "LOOPBACK,UP"
        contains "$output" "inet 127.0.0.1/8"
        equals "$(tail -n 2 <<<"$output")" "unknown
lo"
}

@test "names: hostname and domainname" {
        edit '.hostname = "some-host" | .domainname = "some.domain"'
        runs 'hostname; cat /proc/sys/kernel/hostname /proc/sys/kernel/domainname'
        equals "$output" "some-host
some-host
some.domain"
}

@test "names: without a uts namespace they are refused" {
        without_namespace uts
        try_run
        fails_with "tare run failed: config.json: hostname: unable to set hostname without a private UTS namespace"
        edit 'del(.hostname) | .domainname = "x"'
        try_run
        fails_with "tare run failed: config.json: domainname: unable to set domainname without a private UTS namespace"
        leaves_nothing
}

@test "sysctl: of its own namespaces, with dots and slashes" {
        edit '.linux.sysctl = {"net.ipv4.ip_forward": "1", "kernel.msgmax": "9000", "net/ipv4/ping_group_range": "0 7",
                "kernel.shm_rmid_forced": "1", "fs.mqueue.msg_max": "12"}'
        runs 'cd /proc/sys; cat net/ipv4/ip_forward kernel/msgmax net/ipv4/ping_group_range kernel/shm_rmid_forced fs/mqueue/msg_max'
        equals "$(tr '\t' ' ' <<<"$output")" "1
9000
0 7
1
12"
}

# refused_sysctl NAME WORDS
refused_sysctl() {
        # shellcheck disable=SC2016 # jq's variables
        edit '.linux.sysctl = {($name): "1"}' --arg name "$1"
        try_run
        fails_with "tare run failed: config.json: linux.sysctl: $2"
        leaves_nothing
}

@test "sysctl: what belongs to no namespace of its own is refused" {
        refused_sysctl vm.swappiness 'sysctl "vm.swappiness" is not in a separate kernel namespace'
        refused_sysctl kernel.panic 'sysctl "kernel.panic" is not in a separate kernel namespace'
        refused_sysctl kernel.hostname 'sysctl "kernel.hostname" is not allowed as it conflicts with the OCI "hostname" field'
        without_namespace network
        refused_sysctl net.ipv4.ip_forward 'sysctl "net.ipv4.ip_forward" not allowed in host network namespace'
        without_namespace ipc
        refused_sysctl kernel.msgmax 'sysctl "kernel.msgmax" is not allowed in the hosts ipc namespace'
}

@test "sysctl: one that the kernel does not have, and a value that it does not take" {
        edit '.linux.sysctl = {"net.ipv4.no_such": "1"}'
        try_run
        equals "$status" 1
        contains "$(last_error)" "net.ipv4.no_such"
        contains "$(last_error)" "no such file or directory"
        edit '.linux.sysctl = {"net.ipv4.ip_forward": "many"}'
        try_run
        equals "$status" 1
        contains "$(last_error)" "net.ipv4.ip_forward"
        contains "$(last_error)" "invalid argument"
        leaves_nothing
}
