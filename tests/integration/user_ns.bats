#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# user_ns.bats - user namespaces of root's containers: mapped, joined, entered again; what is owned by whom in them; and
# id-mapped mounts.

load helpers

outside=100000 # root of the container, on the host

setup() {
        make_bundle
        map_ids "$outside" 65536
}

@test "user namespace: its root is nobody on the host, and owns what is made in it" {
        edit '.root.readonly = false'
        runs 'id -u; id -g; tr -s " " </proc/self/uid_map; cat /proc/self/setgroups; touch /made; stat -c %u:%g /made; echo hi >/dev/null && echo null'
        equals "$output" $'0\n0\n 0 '"$outside"$' 65536\nallow\n0:0\nnull'
        equals "$(stat -c %u:%g "$bundle/rootfs/made")" "$outside:$outside"
        leaves_nothing
}

@test "user namespace: every process of it is mapped: init waiting, init, exec" {
        creates
        equals "$(awk '/^[UG]id/ { print $2, $3, $4, $5 }' "/proc/$(pid_of "$id")/status" | sort -u)" "$outside $outside $outside $outside"
        tare start "$id"
        program sleep 100
        starts "$id-2"
        try tare exec "$id-2" sh -c 'id -u; cat /proc/self/uid_map | tr -s " "; readlink /proc/self/ns/user'
        succeeds
        equals "$output" $'0\n 0 '"$outside"$' 65536\n'"$(readlink "/proc/$(pid_of "$id-2")/ns/user")"
        try tare exec --user 1000:1000 "$id-2" sh -c 'id -u; id -g'
        equals "$output" $'1000\n1000'
        try tare exec --user 70000 "$id-2" true
        fails_with 'exec failed: become the user: cannot setuid to unmapped uid 70000 in user namespace' 255
        tare kill "$id-2" KILL
}

@test "user namespace: the process has the capabilities that its bundle names, in there alone" {
        edit '.process.capabilities |= map_values(["CAP_NET_ADMIN", "CAP_SYS_RESOURCE"])'
        runs 'grep ^CapEff /proc/self/status; ip link set lo down && echo down; mount -t tmpfs t /tmp 2>&1 || true'
        contains "$output" $'CapEff:\t0000000001001000\ndown\n'
}

@test "user namespace: many ranges" {
        edit '.linux.uidMappings = [range(0; 200) | {containerID: ., hostID: (100000 + 2 * .), size: 1}]'
        chown -R 100000:100000 "$bundle/rootfs"
        runs 'wc -l </proc/self/uid_map'
        equals "$output" 200
        edit '.linux.uidMappings = [range(0; 341) | {containerID: ., hostID: (100000 + 2 * .), size: 1}]'
        try_run
        fails_with 'tare run failed: config.json: linux.uidMappings: more than 340 ranges'
        edit '.linux.uidMappings = [range(0; 340) | {containerID: ., hostID: (100000 + 2 * .), size: 1}]'
        try_run
        fails_with 'tare run failed: map the ids: linux.uidMappings: 340 ranges are 4310 bytes of text, and the kernel takes 4095'
        leaves_nothing
}

@test "user namespace: devices are the host's, bound" {
        edit '.linux.devices = [{path: "/dev/fuse2", type: "c", major: 1, minor: 5}]'
        try_run
        fails_with 'tare run failed: build the root and its mounts: linux.devices[0] /dev/fuse2: mknod: operation not permitted; bind the host'"'"'s instead: no such file or directory'
        edit '.linux.devices = [{path: "/dev/zero", type: "c", major: 1, minor: 3}]'
        try_run
        fails_with 'tare run failed: build the root and its mounts: linux.devices[0] /dev/zero: mknod: operation not permitted; the host'"'"'s is not that device'
        edit 'del(.linux.devices)'
        runs 'grep -c " /dev/[a-z]* devtmpfs" /proc/mounts; head -c 3 /dev/zero | wc -c; echo x >/dev/full || echo full'
        equals "$output" $'6\n3\nfull'
        leaves_nothing
}

@test "user namespace: sysctls of its namespaces" {
        edit '.linux.sysctl = {"net.ipv4.ip_forward": "1", "kernel.shmmax": "4096"}'
        runs 'cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/shmmax'
        equals "$output" $'1\n4096'
}

@test "user namespace: with clocks of its own" {
        edit '.linux.namespaces += [{type: "time"}] | .linux.timeOffsets = {boottime: {secs: 70000}}'
        runs 'tr -s " " </proc/self/timens_offsets'
        equals "$output" $'monotonic 0 0\nboottime 70000 0'
}

@test "user namespace: the OOM score is set with the host's rights" {
        edit '.process.oomScoreAdj = 500'
        runs 'cat /proc/self/oom_score_adj'
        equals "$output" 500
}

@test "user namespace: joined by path, with mappings that are the same, or none, or others" {
        program sleep 100
        starts
        local pid
        pid=$(pid_of "$id")
        edit '.linux.namespaces |= map(if .type == "user" then .path = "/proc/'"$pid"'/ns/user" else . end)'
        script 'readlink /proc/self/ns/user; id -u'
        try tare run --bundle "$bundle" "$id-2"
        equals "$output" "$(readlink "/proc/$pid/ns/user")"$'\n0'
        edit '.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 36}, {containerID: 36, hostID: 100036, size: 65500}]'
        try tare run --bundle "$bundle" "$id-2"
        succeeds
        edit '.linux.uidMappings[1].size = 7'
        try tare run --bundle "$bundle" "$id-2"
        fails_with 'tare run failed: map the ids: linux.uidMappings: user namespaces enabled, but both namespace path and non-matching mapping specified -- you may only provide one'
        edit 'del(.linux.uidMappings, .linux.gidMappings)'
        try tare run --bundle "$bundle" "$id-2"
        succeeds
        tare kill "$id" KILL
}

@test "user namespace: the other namespaces are joined with it, or are the host's" {
        program sleep 100
        starts
        local pid
        pid=$(pid_of "$id")
        edit '.linux.namespaces |= map(if .type == "user" or .type == "network" or .type == "ipc" then .path = "/proc/'"$pid"'/ns/\(if .type == "network" then "net" else .type end)" else . end)'
        script 'readlink /proc/self/ns/net; readlink /proc/self/ns/ipc'
        try tare run --bundle "$bundle" "$id-2"
        succeeds
        equals "$output" "$(readlink "/proc/$pid/ns/net")"$'\n'"$(readlink "/proc/$pid/ns/ipc")"
        tare kill "$id" KILL
}

@test "user namespace: where the network is the host's, its /sys is bound" {
        without_namespace network
        runs 'grep " /sys sysfs" /proc/mounts; ls /sys/kernel >/dev/null && touch /sys/kernel/x 2>&1; readlink /proc/self/ns/net'
        matches "$output" '^sysfs /sys sysfs ro[^'$'\n'']*'$'\n''touch: /sys/kernel/x: (Read-only file system|No such file or directory)'
        contains "$output" "$(readlink /proc/self/ns/net)"
}

@test "user namespace: a source that only root can reach is bound, and one that is not there is told" {
        mkdir -m 700 "$BATS_TEST_TMPDIR/private"
        echo seen >"$BATS_TEST_TMPDIR/private/file"
        mount_at /file bind "$BATS_TEST_TMPDIR/private/file" bind ro
        edit '.root.readonly = false'
        runs 'cat /file; echo no >/file || true'
        equals "$output" seen
        mount_at /other bind "$BATS_TEST_TMPDIR/private/none" bind
        try_run
        fails_with "tare run failed: build the root and its mounts: mounts[8] /other: bind $BATS_TEST_TMPDIR/private/none: no such file or directory"
        leaves_nothing
}

# on_shared_volume SCRIPT: in a container that may mount, with a volume at /data, which on the host is a shared mount with flags;
# then how many mounts the host has there.
on_shared_volume() {
        mkdir "$BATS_TEST_TMPDIR/volume"
        edit '.process.capabilities |= map_values(["CAP_SYS_ADMIN"])'
        mount_at /data bind "$BATS_TEST_TMPDIR/volume" rbind
        script "$1"
        # shellcheck disable=SC2016 # the inner shell's
        try unshare --mount bash -ec 'mount -t tmpfs -o nosuid,nodev,mode=777 volume "$1" && mount --make-shared "$1"
                "$2" --root "$3" run --bundle "$4" "$5"
                grep -c " $1 " /proc/self/mountinfo' _ "$BATS_TEST_TMPDIR/volume" "$TARE" "$root" "$bundle" "$id"
        succeeds
}

@test "user namespace: what is mounted on a volume in there is not mounted on the host" {
        on_shared_volume 'mount -t tmpfs inside /data && grep -c " /data " /proc/mounts'
        equals "$output" $'2\n1'
}

@test "user namespace: a volume keeps the flags that the host's mount has" {
        on_shared_volume 'mount -o remount,bind,suid,dev /data 2>&1 || true; grep " /data " /proc/mounts | cut -d " " -f 4'
        equals "$output" $'mount: permission denied (are you root?)\nrw,nosuid,nodev,relatime,mode=777\n1'
}

@test "idmap: what is mounted on it in the container is not mounted on the host" {
        edit 'del(.linux.uidMappings, .linux.gidMappings)'
        without_namespace user
        chown -R 0:0 "$bundle/rootfs"
        mkdir "$BATS_TEST_TMPDIR/mapped"
        edit '.process.capabilities |= map_values(["CAP_SYS_ADMIN"])'
        mount_at /mapped bind "$BATS_TEST_TMPDIR/mapped" rbind
        edit '.mounts[-1] += {uidMappings: [{containerID: 0, hostID: 5, size: 1}], gidMappings: [{containerID: 0, hostID: 5, size: 1}]}'
        script 'mount -t tmpfs inside /mapped && grep -c " /mapped " /proc/mounts'
        # shellcheck disable=SC2016 # the inner shell's
        try unshare --mount bash -ec 'mount -t tmpfs -o mode=777 volume "$1" && mount --make-shared "$1"
                "$2" --root "$3" run --bundle "$4" "$5"
                grep -c " $1 " /proc/self/mountinfo' _ "$BATS_TEST_TMPDIR/mapped" "$TARE" "$root" "$bundle" "$id"
        succeeds
        equals "$output" $'2\n1'
}

@test "user namespace: a terminal, and stdio, are usable by its users" {
        edit '.process.terminal = true'
        script 'echo to the tty >/dev/tty; id -u; stat -c %u /dev/console'
        try command script -qec "$TARE --root $root run --bundle $bundle $id" /dev/null
        contains "${output//$'\r'/}" $'to the tty\n0\n0'
        edit '.process.terminal = false | .process.user = {uid: 5, gid: 5}'
        runs 'echo out; echo err >&2; id -u'
        equals "$output" $'out\n5'
        equals "$stderr" err
}

@test "user namespace: an own cgroup2 for writing is the container's" {
        [[ $(stat -f -c %T /sys/fs/cgroup) == cgroup2fs ]] || skip "the host has no cgroup v2 alone"
        edit '.linux.namespaces += [{type: "cgroup"}] | .mounts |= map(if .type == "cgroup" then .options -= ["ro"] else . end)'
        runs 'mkdir /sys/fs/cgroup/sub && stat -c %u /sys/fs/cgroup /sys/fs/cgroup/cgroup.procs && rmdir /sys/fs/cgroup/sub'
        equals "$output" $'0\n0'
}

@test "user namespace: groups that are kept as they were" {
        edit '.annotations["run.oci.keep_original_groups"] = "1"'
        script 'grep ^Groups /proc/self/status'
        try setpriv --groups 4242 timeout 50 "$TARE" --root "$root" run --bundle "$bundle" "$id"
        succeeds
        equals "$output" $'Groups:\t65534 '
}

@test "user namespace: mappings that cannot be are refused by name" {
        refuses_each <<'END'
.linux.uidMappings += [{containerID: 5, hostID: 1, size: 2}]|config.json: linux.uidMappings: range 1 overlaps range 0
.linux.gidMappings += [{containerID: 70000, hostID: 100005, size: 2}]|config.json: linux.gidMappings: range 1 overlaps range 0
.linux.uidMappings[0].size = 0|config.json: linux.uidMappings: range 0 is empty
.linux.uidMappings[0].size = 4294967295|config.json: linux.uidMappings: range 0 ends beyond the last id
.linux.uidMappings[0].containerID = 1|become root of the user namespace: the user namespace maps no uid 0
.linux.gidMappings[0].containerID = 1|become root of the user namespace: the user namespace maps no gid 0
del(.linux.uidMappings)|config.json: linux.uidMappings: user namespaces enabled, but no uid mappings found
.process.user.uid = 70000|become the user: cannot setuid to unmapped uid 70000 in user namespace
.process.user.gid = 70000|become the user: cannot setgid to unmapped gid 70000 in user namespace
.process.user.additionalGids = [70000]|become the user: cannot set an additional group that is unmapped in user namespace
.linux.namespaces -= [{type: "user"}]|config.json: linux.uidMappings: there is no user namespace to map ids in
END
        leaves_nothing
}

# id-mapped mounts -------------------------------------------------------------------------------------------------------

# show_owner: of the file in a directory that is root's on the host, at /m.
show_owner() {
        script 'stat -c %u:%g /m/file'
        try_run
        succeeds
        printf '%s\n' "$output"
}

volume() {
        mkdir "$bundle/volume"
        touch "$bundle/volume/file"
        chown 0:7 "$bundle/volume/file"
        mount_at /m bind "$bundle/volume" "$@"
}

@test "idmap: by the container's own mappings, and without them nobody's" {
        volume bind
        equals "$(show_owner)" 65534:65534
        edit '.mounts[-1].options += ["idmap"]'
        equals "$(show_owner)" 0:7
}

@test "idmap: what is made there is root's on the host" {
        volume bind idmap
        runs 'touch /m/made'
        equals "$(stat -c %u:%g "$bundle/volume/made")" 0:0
}

@test "idmap: by mappings of the mount, without a user namespace too" {
        volume bind
        edit '.mounts[-1] += {uidMappings: [{containerID: 0, hostID: 100005, size: 1}], gidMappings: [{containerID: 7, hostID: 100008, size: 1}]}'
        equals "$(show_owner)" 5:8
        edit 'del(.linux.uidMappings, .linux.gidMappings)'
        without_namespace user
        chown -R 0:0 "$bundle/rootfs"
        equals "$(show_owner)" 100005:100008
}

@test "idmap: with the mappings in the option, as crun has it" {
        volume bind 'idmap=uids=@0-5-1#9-100009-1;gids=@7-8-1'
        equals "$(show_owner)" 5:8
}

@test "idmap: of the source alone, or of all that is mounted in it" {
        mkdir -p "$bundle/volume/sub"
        volume_below
        mount_at /m bind "$bundle/volume" rbind idmap
        script 'stat -c %u /m /m/sub'
        try_run
        equals "$output" $'0\n65534'
        edit '.mounts[-1].options = ["rbind", "ridmap"]'
        script 'stat -c %u /m /m/sub'
        try_run
        equals "$output" $'0\n0'
        umount "$bundle/volume/sub"
}

volume_below() {
        mount -t tmpfs tmpfs "$bundle/volume/sub"
}

@test "idmap: what cannot be mapped is told" {
        edit '.mounts += [{destination: "/m", type: "bind", source: "/proc", options: ["rbind", "idmap"]}]'
        try_run
        fails_with "tare run failed: build the root and its mounts: mounts[7] /m: failed to set MOUNT_ATTR_IDMAP on /proc: invalid argument (maybe the filesystem used doesn't support idmap mounts on this kernel?)"
        edit '.mounts[-1].options = ["idmap"]'
        try_run
        fails_with 'tare run failed: config.json: mounts[7]: id-mapped mounts are only supported for bind-mounts'
        edit '.mounts[-1] += {options: ["bind"], uidMappings: [{containerID: 0, hostID: 1, size: 1}]}'
        try_run
        fails_with 'tare run failed: config.json: mounts[7]: id-mapped mounts must have both uid and gid mappings specified'
        leaves_nothing
}
