#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# cgroup2.bats - the tests of cgroups once more, where /sys/fs/cgroup is a cgroup2 alone: membership, freezer, kill, device
# programs. What needs a controller that the host has in a v1 hierarchy is skipped there.

# Of a whole file.
BATS_TEST_TIMEOUT=300
load helpers
load cgroups

setup_file() {
        [[ ! -e /sys/fs/cgroup/cgroup.controllers ]] || skip "this host is one already"
        unshare --mount true 2>/dev/null || skip "no mount namespace can be made here"
}

# passes FILE: all tests of it.
passes() {
        local name
        for name in $(compgen -v BATS_); do
                export -n "${name?}"
        done
        in_cgroup2_view timeout --signal=KILL 280 bats --formatter tap "$BATS_TEST_DIRNAME/$1" >"$BATS_TEST_TMPDIR/tap" 2>&1 </dev/null 3>&- ||
                { grep -A 30 '^not ok' "$BATS_TEST_TMPDIR/tap" || cat "$BATS_TEST_TMPDIR/tap"; return 1; }
        grep -q '^ok [0-9]* [^#]*$' "$BATS_TEST_TMPDIR/tap"
}

@test "cgroup2: cgroups.bats" {
        passes cgroups.bats
}

@test "cgroup2: devices.bats" {
        passes devices.bats
}

@test "cgroup2: exec.bats" {
        passes exec.bats
}

@test "cgroup2: events.bats" {
        passes events.bats
}

@test "cgroup2: pause.bats" {
        passes pause.bats
}

@test "cgroup2: ps.bats" {
        passes ps.bats
}

@test "cgroup2: resources.bats" {
        passes resources.bats
}

@test "cgroup2: update.bats" {
        passes update.bats
}
