#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# flags.bats - options that runc or crun has and the other has not, and that no other file is about: see docs/COMPAT.md.

load helpers

# run and create -------------------------------------------------------------------------------------------------------

@test "flags: --config reads another file, relative to the working directory, and the bundle's root" {
        script 'echo other'
        mkdir "$BATS_TEST_TMPDIR/elsewhere"
        mv "$bundle/config.json" "$BATS_TEST_TMPDIR/elsewhere/other.json"
        cd "$BATS_TEST_TMPDIR/elsewhere"
        local option
        for option in --config=other.json "-f $BATS_TEST_TMPDIR/elsewhere/other.json"; do
                # shellcheck disable=SC2086 # words
                try_run $option
                succeeds
                equals "$output" other
        done
        try tare create --bundle "$bundle" --config other.json "$id"
        succeeds
        equals "$(tare state "$id" | jq -r .bundle)" "$bundle"
        equals "$(jq -c .process.args "$root/$id/config.json")" '["sh","-c","echo other"]'
}

@test "flags: a --config that is not there" {
        try_run --config "$BATS_TEST_TMPDIR/none.json"
        fails_with "tare run failed: open $BATS_TEST_TMPDIR/none.json: no such file or directory"
}

@test "flags: create --no-subreaper, as crun takes it" {
        program sleep 100
        try tare create --no-subreaper --bundle "$bundle" "$id"
        succeeds
        has_status created
}

# spec -----------------------------------------------------------------------------------------------------------------

@test "flags: spec --file names the file, in the bundle" {
        mkdir "$BATS_TEST_TMPDIR/new"
        try tare spec --bundle "$BATS_TEST_TMPDIR/new" --file my.json
        succeeds
        equals "$(ls "$BATS_TEST_TMPDIR/new")" my.json
        jq -e .process "$BATS_TEST_TMPDIR/new/my.json" >/dev/null
        try tare spec -b "$BATS_TEST_TMPDIR/new" -f my.json
        fails_with "File my.json exists. Remove it first"
}

# kill and delete ------------------------------------------------------------------------------------------------------

@test "flags: kill --regex and delete --regex take every container that the expression finds" {
        program sleep 100
        starts "$id-a1"
        starts "$id-a2"
        starts "$id-b"
        try tare kill --regex "^$id-a[0-9]$" KILL
        succeeds
        eventually has_status stopped "$id-a1"
        eventually has_status stopped "$id-a2"
        has_status running "$id-b"
        try tare delete -r "$id-(a1|a2)"
        succeeds
        equals "$(tare list -q)" "$id-b"
        try tare delete --force --regex "$id"
        succeeds
        equals "$(tare list -q)" ""
}

@test "flags: --regex tries them all, and tells each failure" {
        program sleep 100
        starts "$id-a"
        creates "$id-b"
        starts "$id-c"
        try tare delete --regex "$id"
        fails_with "$id-a: cannot delete container $id-a that is not stopped: running"
        equals "$(warnings)" "$id-c: cannot delete container $id-c that is not stopped: running"
        equals "$(tare list -q)" "$id-a
$id-c"
}

@test "flags: a --regex that finds nobody, and one that is none" {
        try tare kill -r "$id-nobody"
        succeeds
        try tare delete -r "${id}["
        equals "$status" 1
        matches "$(last_error)" "^invalid regular expression \"$id\\[\": "
}

@test "flags: delete --regex --force takes the half made, too" {
        mkdir -p "$root/$id-half"
        try tare delete --regex --force "^$id"
        succeeds
        test ! -e "$root/$id-half"
}

# --cgroup-manager disabled --------------------------------------------------------------------------------------------

setup_without_cgroup() {
        program sleep 100
        edit '.linux.resources = {pids: {limit: 10}}'
        try tare --cgroup-manager disabled run --detach --bundle "$bundle" "$id"
        succeeds
}

@test "flags: --cgroup-manager disabled makes no cgroup, and says which limits that costs" {
        setup_without_cgroup
        equals "$(warnings)" "--cgroup-manager disabled: linux.resources.pids.limit: no pids controller on this host"
        equals "$(cat "/proc/$(pid_of "$id")/cgroup")" "$(cat /proc/self/cgroup)"
        equals "$(jq -c .cgroups "$root/$id/state.json")" "{}"
        try tare exec "$id" echo inside
        equals "$output" inside
        try tare ps --format json "$id"
        equals "$output" "[$(pid_of "$id")]"
}

@test "flags: without a cgroup nothing is paused or limited" {
        setup_without_cgroup
        try tare pause "$id"
        fails_with "container has no cgroup to freeze"
        try tare update --pids-limit 5 "$id"
        fails_with "linux.resources.pids.limit: no pids controller on this host"
}

@test "flags: without a cgroup kill --all goes to init, and forgives that it is dead" {
        setup_without_cgroup
        try tare kill --all "$id" KILL
        succeeds
        eventually has_status stopped
        try tare kill --all "$id" KILL
        succeeds
        try tare ps --format json "$id"
        equals "$output" null
        try tare delete "$id"
        succeeds
        leaves_nothing
}

# global ---------------------------------------------------------------------------------------------------------------

@test "flags: -V is crun's -v, and --criu is taken" {
        local whole
        whole=$("$TARE" --version)
        try "$TARE" -V
        equals "$output" "$whole"
        try "$TARE" --criu /usr/sbin/criu --root "$root" list -q
        succeeds
        equals "$output$stderr" ""
}

@test "flags: checkpoint and restore are refused by name, with --help too: Podman asks by that" {
        local verb
        for verb in checkpoint restore; do
                try tare "$verb" --help
                fails_with "No help topic for '$verb': not supported by this build of tare" 3
                try tare "$verb" "$id"
                fails_with "No help topic for '$verb': not supported by this build of tare" 3
        done
        try tare restore --lsm-mount-context
        equals "$status" 3
        [[ $stderr != *"requires an argument"* && $stderr != *"needs an argument"* ]]
}
