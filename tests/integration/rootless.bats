#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# rootless.bats - tare of an ordinary user: with the one id that he has, and with those that /etc/subuid gives him.
# The users are numbers alone; the second one is known to passwd and subuid in a mount namespace of the test.

load helpers

user=61234
subids=700000

setup() {
        make_bundle
        local dir=$BATS_TEST_TMPDIR
        export XDG_RUNTIME_DIR=$dir/xdg
        mkdir -m 700 "$XDG_RUNTIME_DIR"
        root=$XDG_RUNTIME_DIR/tare
        cp "$TARE" "$dir/tare"
        TARE=$dir/tare
        edit '.root.readonly = false
                | .linux.namespaces += [{type: "user"}]
                | .linux.uidMappings = [{containerID: 0, hostID: '$user', size: 1}]
                | .linux.gidMappings = .linux.uidMappings
                | .mounts |= map(if .type == "devpts" then .options -= ["gid=5"] else . end)
                | del(.linux.resources)'
        chown -R "$user:$user" "$bundle" "$XDG_RUNTIME_DIR" "$dir"
        reachable "$dir"
}

# Every call of the program is the user's, without a group but his own.
tare() {
        as_user timeout --foreground --signal=KILL 50 "$TARE" --root "$root" --log "$log" --log-format json --log-level warning "$@"
}

as_user() {
        setpriv --reuid "$user" --regid "$user" --clear-groups -- "$@"
}

# with_subids [SIZE]: the user has so many more ids, and the bundle maps them. Ends the test where that cannot be.
with_subids() {
        command -v newuidmap >/dev/null || skip "newuidmap is not installed"
        local size=${1:-65536} file
        for file in passwd subuid subgid; do
                cp "/etc/$file" "$BATS_TEST_TMPDIR/$file"
        done
        echo "tester:x:$user:$user::/:/bin/sh" >>"$BATS_TEST_TMPDIR/passwd"
        echo "tester:$subids:$size" | tee -a "$BATS_TEST_TMPDIR/subuid" >>"$BATS_TEST_TMPDIR/subgid"
        cat >"$BATS_TEST_TMPDIR/with" <<END
#!/bin/sh
mount --bind "$BATS_TEST_TMPDIR/passwd" /etc/passwd && mount --bind "$BATS_TEST_TMPDIR/subuid" /etc/subuid &&
        mount --bind "$BATS_TEST_TMPDIR/subgid" /etc/subgid && exec "\$@"
END
        chmod 755 "$BATS_TEST_TMPDIR/with"
        as_user() {
                unshare -m "$BATS_TEST_TMPDIR/with" setpriv --reuid "$user" --regid "$user" --clear-groups -- "$@"
        }
        edit '.linux.uidMappings += [{containerID: 1, hostID: '$subids', size: 65536}] | .linux.gidMappings = .linux.uidMappings'
}

@test "rootless: a user with his one id is root of his container" {
        runs 'id -u; id -g; tr -s " " </proc/self/uid_map; cat /proc/self/setgroups; touch /made; ip link | grep -c lo:'
        equals "$output" $'0\n0\n 0 '$user$' 1\ndeny\n1'
        equals "$(stat -c %u:%g "$bundle/rootfs/made")" "$user:$user"
        leaves_nothing
}

@test "rootless: the bundle that spec --rootless writes runs" {
        rm "$bundle/config.json"
        try tare spec --rootless --bundle "$bundle"
        succeeds
        edit '.process.terminal = false'
        runs 'id -u; touch /sys/kernel/x 2>&1 | grep -o "Read-only file system\|No such file or directory"; ls /sys | grep -c kernel'
        matches "$output" $'^0\n'
        equals "$(tail -n 1 <<<"$output")" 1
}

@test "rootless: the state is below XDG_RUNTIME_DIR, and his alone" {
        program sleep 100
        starts
        equals "$(as_user "$TARE" list --quiet)" "$id"
        equals "$(stat -c '%a %u' "$XDG_RUNTIME_DIR/tare")" "700 $user"
        # Another sees nothing of it, and root does where he looks for it.
        try setpriv --reuid 61235 --regid 61235 --clear-groups "$TARE" --root "$root" list --quiet
        equals "$status" 1
        contains "$stderr" "permission denied"
        equals "$("$TARE" --root "$root" list --quiet)" "$id"
        tare delete --force "$id"
}

@test "rootless: another user cannot end, enter or look into a container" {
        program sleep 100
        starts
        local verb words
        for verb in state ps kill pause delete "delete --force" "exec --cwd /"; do
                words=$id
                [[ $verb != exec* ]] || words="$id true"
                # shellcheck disable=SC2086 # words
                try setpriv --reuid 61235 --regid 61235 --clear-groups "$TARE" --root "$root" $verb $words
                [[ $status != 0 ]] || complain "$verb"
                contains "$verb: $stderr" "open the state of container $id: permission denied"
        done
        has_status running
        tare delete --force "$id"
}

@test "rootless: create, start, exec, ps, state, kill, delete" {
        program sleep 100
        creates
        has_status created
        tare start "$id"
        has_status running
        try tare exec "$id" sh -c 'id -u; cat /proc/1/cmdline | tr "\0" " "'
        succeeds
        equals "$output" $'0\nsleep 100 '
        try tare ps --format json "$id"
        equals "$output" "[$(pid_of "$id")]"
        tare kill "$id" KILL
        eventually has_status stopped
        tare delete "$id"
        leaves_nothing
}

@test "rootless: a terminal" {
        edit '.process.terminal = true'
        script 'tty; echo seen >/dev/tty'
        # shellcheck disable=SC2030
        try as_user script -qec "$TARE --root $root run --bundle $bundle $id" /dev/null
        contains "${output//$'\r'/}" $'/dev/pts/0\nseen'
}

@test "rootless: limits that cannot be had are refused, and none asked is no fault" {
        edit '.linux.resources = {devices: [{allow: false, access: "rwm"}]}'
        runs 'echo ok'
        equals "$output$stderr" ok
        edit '.linux.resources.memory = {limit: 100000000}'
        try_run
        fails_with 'tare run failed: apply the resource limits: linux.resources.memory.limit: no memory controller on this host where this user may make a cgroup'
        try tare --rootless false run --bundle "$bundle" "$id"
        matches "$(last_error)" '^tare run failed: make the cgroup: make cgroup /sys/fs/cgroup/.*: permission denied$'
        leaves_nothing
}

@test "rootless: ids of /etc/subuid, by newuidmap and newgidmap" {
        with_subids
        edit '.process.user = {uid: 5, gid: 6, additionalGids: [7]}'
        runs 'id -u; id -g; id -G; tr -s " " </proc/self/uid_map; cat /proc/self/setgroups'
        equals "$output" $'5\n6\n6 7\n 0 '$user$' 1\n 1 '$subids$' 65536\nallow'
        program sleep 100
        starts
        equals "$(awk '/^Uid/ { print $2 }' "/proc/$(pid_of "$id")/status")" "$((subids + 4))"
        try tare exec --user 9:9 "$id" sh -c 'id -u; id -G'
        equals "$output" $'9\n9 7'
        tare delete --force "$id"
        leaves_nothing
}

@test "rootless: what the user has no right to is told" {
        with_subids 1000
        try_run
        fails_with "tare run failed: map the ids: linux.uidMappings: exit status 1: newuidmap: uid range [1-65537) -> [$subids-$((subids + 65536))) not allowed"
        leaves_nothing
        # shellcheck disable=SC2317 # called by tare
        as_user() {
                PATH=$BATS_TEST_TMPDIR setpriv --reuid "$user" --regid "$user" --clear-groups -- "$@"
        }
        ln -s "$(command -v timeout)" "$(command -v setpriv)" "$BATS_TEST_TMPDIR/"
        try_run
        fails_with "tare run failed: map the ids: linux.uidMappings: newuidmap is not installed (Debian's package uidmap), and an ordinary user maps no more than the own id without it"
}

@test "rootless: what the bundle may not ask for is refused by name" {
        refuses_each <<'END'
del(.linux.uidMappings, .linux.gidMappings, .linux.namespaces[-1])|config.json: rootless container requires user namespaces
.process.user.additionalGids = [7]|config.json: process.user.additionalGids: cannot set any additional groups in a rootless container
.process.user.uid = 7|become the user: cannot setuid to unmapped uid 7 in user namespace
.mounts += [{destination: "/m", type: "bind", source: "/tmp", options: ["bind", "idmap"]}]|config.json: mounts[7]: id-mapped mounts are not supported for rootless containers
.mounts[2].options += ["gid=5"]|config.json: mounts[2].options[5]: cannot specify gid=5 mount option: gid 5 is not mapped in user namespace
END
        leaves_nothing
}

@test "rootless: a /proc that is covered is explained" {
        as_user() {
                unshare -m sh -c 'mount --bind /dev/null /proc/keys && exec "$@"' _ setpriv --reuid "$user" --regid "$user" --clear-groups -- "$@"
        }
        try_run
        fails_with "tare run failed: build the root and its mounts: mounts[0] /proc: mount proc: operation not permitted: the host's /proc has masked mounts: /proc/keys: unmount them, or bind /proc instead"
        leaves_nothing
}
