#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# probe.bats - isolation equal to runc's: a program that tells all that it sees and may do (tests/probe/probe.c) is run by
# both. What differs has a row in docs/COMPAT.md that says why.

load helpers

setup_file() {
        command -v runc >/dev/null || skip "runc is not installed"
        [[ $(runc --version) == "runc version 1.1."* ]] || skip "docs/COMPAT.md is about runc 1.1, here is $(runc --version | head -n 1)"
        "${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -O1 -static -o "$BATS_FILE_TMPDIR/probe" "$project/tests/probe/probe.c"
}

use_bundle() {
        cp "$project/tests/bundles/$1.json" "$bundle/config.json"
        cp "$BATS_FILE_TMPDIR/probe" "$bundle/rootfs/bin/probe"
        # A place of its own, which both are told: their defaults differ.
        edit '.linux.cgroupsPath = $id' --arg id "/$id"
}

# peer RUNTIME ARG...
peer() {
        local runtime=$1
        shift
        if [[ $runtime == tare ]]; then
                tare "$@"
        else
                timeout --foreground --signal=KILL 50 runc --root "$BATS_TEST_TMPDIR/runc" "$@"
        fi
}

is_stopped() {
        [[ $(peer "$1" state "$id" | jq -r .status) == stopped ]]
}

# Each tells into the same file: what a program sees of its output is a fact too.
tell_by_create() {
        program /bin/probe
        peer "$1" create --bundle "$bundle" "$id" >"$BATS_TEST_TMPDIR/facts" 2>"$BATS_TEST_TMPDIR/complaints" 3>&-
        peer "$1" start "$id"
        eventually is_stopped "$1"
        peer "$1" delete "$id"
        mv "$BATS_TEST_TMPDIR/facts" "$BATS_TEST_TMPDIR/$1.json"
}

tell_by_exec() {
        program sleep 1000
        peer "$1" run --detach --bundle "$bundle" "$id" >/dev/null 2>&1 3>&-
        peer "$1" exec "$id" /bin/probe >"$BATS_TEST_TMPDIR/$1.json" 2>"$BATS_TEST_TMPDIR/complaints" 3>&-
        peer "$1" delete --force "$id"
}

# Facts in which the two differ, those of namespaces by whether they are the host's.
differences() {
        local host
        host=$(for link in cgroup ipc mnt net pid time user uts; do readlink "/proc/self/ns/$link"; done | jq -Rn '[inputs]')
        jq -rn --argjson host "$host" --slurpfile tare "$BATS_TEST_TMPDIR/tare.json" --slurpfile runc "$BATS_TEST_TMPDIR/runc.json" '
                def settled: with_entries(if .key | startswith("link.ns/")
                        then .value |= (if IN($host[]) then "of the host" else "own" end) else . end);
                ($tare[0] | settled) as $tare | ($runc[0] | settled) as $runc
                | ($tare + $runc | keys[]) | select($tare[.] != $runc[.])
                | "\(.): \($tare[.] // "not there"), by runc \($runc[.] // "not there")"'
}

# The first columns of its tables: extended regular expressions for whole names of facts, in which Markdown wants \|.
explained() {
        sed -n 's/^| `\([^`]*\)` |.*/^(\1): /p' "$project/docs/COMPAT.md" | sed 's/\\|/|/g'
}

# is_like_runc HOW BUNDLE
is_like_runc() {
        local runtime
        use_bundle "$2"
        for runtime in runc tare; do
                "tell_by_$1" "$runtime"
                # It came to its end, and told enough for a comparison.
                jq -e 'length > 600' "$BATS_TEST_TMPDIR/$runtime.json" >/dev/null || complain "$runtime: $(<"$BATS_TEST_TMPDIR/complaints")"
        done
        equals "$(differences | grep -vEf <(explained))" ""
}

@test "probe: the default bundle is as under runc" {
        is_like_runc create default
}

@test "probe: Podman's bundle is as under runc, every system call included" {
        is_like_runc create container
}

@test "probe: exec in the default bundle is as under runc" {
        is_like_runc exec default
}

@test "probe: exec in Podman's bundle is as under runc" {
        is_like_runc exec container
}

@test "probe: a difference that nothing explains would be seen" {
        use_bundle default
        tell_by_create runc
        edit '.process.noNewPrivileges = false | .linux.maskedPaths -= ["/proc/keys"]'
        tell_by_create tare
        contains "$(differences | grep -vEf <(explained))" "status.NoNewPrivs: 0, by runc 1"
        contains "$(differences | grep -vEf <(explained))" "path./proc/keys"
}
