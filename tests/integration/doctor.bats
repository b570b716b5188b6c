#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# doctor.bats - what `doctor` finds on this host, and on hosts that lack something.

load helpers

# finding WHAT: its health and what was found.
finding() {
        jq -r --arg what "$1" '.[] | select(.what == $what) | "\(.health): \(.found)"' <<<"$output"
}

remedy() {
        jq -r --arg what "$1" '.[] | select(.what == $what) | .remedy' <<<"$output"
}

@test "doctor: this host can run containers, and every question has an answer" {
        try tare doctor --json
        equals "$status" 0
        equals "$(jq -r 'map(.what) | join(" ")' <<<"$output")" \
                "kernel namespaces user-namespaces ids cgroups systemd seccomp modules proc state protection"
        equals "$(jq '[.[] | select((.found | length) == 0 or (.health == "good") == has("remedy"))] | length' <<<"$output")" 0
        contains "$(finding kernel)" "good: $(uname -r) on $(uname -m)"
        equals "$(finding state)" "good: $root"
        equals "$(finding ids)" "good: root maps any"
        equals "$(finding protection)" "good: of the program by a read-only mount of its own"
}

@test "doctor: the same for people" {
        try tare doctor
        equals "$status" 0
        matches "$output" '^good  kernel           [0-9]'
        equals "$(grep -c '^good \|^less ' <<<"$output")" 11
}

@test "doctor: a state directory that cannot be made is bad, and told by the status" {
        : >"$BATS_TEST_TMPDIR/file"
        root=$BATS_TEST_TMPDIR/file/state try tare doctor --json
        equals "$status" 1
        equals "$(finding state)" "bad: $BATS_TEST_TMPDIR/file/state cannot be made or written to"
        equals "$(remedy state)" "--root DIR, or for an ordinary user XDG_RUNTIME_DIR"
}

@test "doctor: an ordinary user" {
        local dir=$BATS_TEST_TMPDIR
        mkdir "$dir/bin" "$dir/xdg"
        cp "$TARE" "$dir/bin/tare"
        chown 61234 "$dir/xdg"
        reachable "$dir"
        try setpriv --reuid 61234 --regid 61234 --clear-groups env PATH=/no/such XDG_RUNTIME_DIR="$dir/xdg" "$dir/bin/tare" doctor --json
        equals "$(finding state)" "good: $dir/xdg/tare"
        equals "$(finding ids)" "less: newuidmap or newgidmap is not installed: one id a container"
        equals "$(remedy ids)" "apt install uidmap"
        equals "$(finding protection)" "good: of the program by a sealed copy in memory"
        matches "$(finding cgroups)" '^less: v[12].*, and [0-9]+ of [0-9]+ hierarchies may not be written to: no limits, no pause$'
}

# on_host COMMAND: `doctor` in mount namespaces of its own, after the command.
on_host() {
        try unshare --mount bash -c "$1"' && exec "$0" --root "$1" doctor --json' "$TARE" "$root"
}

@test "doctor: hosts that lack something" {
        on_host 'mount --bind /dev/null /proc/keys'
        equals "$(finding proc)" "less: covered in part, as at /proc/keys: a user namespace may mount none"
        equals "$(remedy proc)" "unmount what covers it, or bind /proc in the bundle"
        echo 0 >"$BATS_TEST_TMPDIR/zero"
        on_host "mount --bind $BATS_TEST_TMPDIR/zero /proc/sys/user/max_user_namespaces"
        equals "$(finding user-namespaces)" "less: forbidden by /proc/sys/user/max_user_namespaces"
        equals "$(remedy user-namespaces)" "sysctl user.max_user_namespaces=10000"
        on_host 'mount -t tmpfs tmpfs /sys/fs/cgroup'
        equals "$(finding cgroups)" "less: none mounted at /sys/fs/cgroup"
        on_host 'mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system && export TARE_LIBEXECDIR=/no/such'
        equals "$(finding systemd)" "less: runs, and the helper for --systemd-cgroup is not at /no/such/systemd"
        equals "$status" 0
}
