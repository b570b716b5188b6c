#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# bad_input.bats - what cannot be run ends in one clear line and leaves nothing behind.

load helpers

# refused TEXT: by run and by create, before anything is made.
refused() {
        local verb
        for verb in run create; do
                try tare "$verb" --bundle "$bundle" "$id"
                equals "$output" ""
                fails_with "tare $verb failed: $1"
                leaves_nothing
        done
}

# refused_edit FILTER TEXT: the default bundle, edited, is refused.
refused_edit() {
        cp "$project/tests/bundles/default.json" "$bundle/config.json"
        edit "$1"
        refused "$2"
}

@test "bad input: no bundle, and no config.json" {
        rm "$bundle/config.json"
        refused "open $bundle/config.json: no such file or directory"
        bundle=$BATS_TEST_TMPDIR/none
        refused "open $bundle/config.json: no such file or directory"
}

@test "bad input: a config.json that is a directory" {
        rm "$bundle/config.json"
        mkdir "$bundle/config.json"
        refused "read $bundle/config.json: is a directory"
}

@test "bad input: broken JSON" {
        local text
        for text in '' '{' '{"process": }' 'null' '[]' '"text"' '{} x' '{"a": "\q"}' '{"a": tru}' $'\x00' $'{"a": "\xff'; do
                printf '%s' "$text" >"$bundle/config.json"
                try_run
                equals "$status" 1
                equals "$(grep -c '' <<<"$stderr")" 1
                contains "$(last_error)" "tare run failed: config.json"
                leaves_nothing
        done
}

@test "bad input: broken JSON is told by its line" {
        printf '{\n  "ociVersion": "1.0.2",\n  "process": {\n    "args": [}\n' >"$bundle/config.json"
        try_run
        contains "$(last_error)" "tare run failed: config.json:4: "
}

@test "bad input: 10,000 levels of nesting" {
        { printf '[%.0s' {1..10000}; printf ']%.0s' {1..10000}; } >"$bundle/config.json"
        try_run
        equals "$status" 1
        contains "$(last_error)" "config.json"
        { printf '{"a":%.0s' {1..10000}; printf '1'; printf '}%.0s' {1..10000}; } >"$bundle/config.json"
        try_run
        equals "$status" 1
        contains "$(last_error)" "config.json"
        leaves_nothing
}

@test "bad input: wrong types, by path" {
        refused_edit '.process.args = "sh"' 'config.json: process.args: not an array'
        refused_edit '.process.args[0] = 1' 'config.json: process.args[0]: not a string'
        refused_edit '.process.cwd = {}' 'config.json: process.cwd: not a string'
        refused_edit '.process.terminal = "no"' 'config.json: process.terminal: not a boolean'
        refused_edit '.process.user.uid = "root"' 'config.json: process.user.uid: not a number'
        refused_edit '.process.rlimits[0].soft = -1' 'config.json: process.rlimits[0].soft: out of range'
        refused_edit '.process.user.uid = 4294967296' 'config.json: process.user.uid: out of range'
        refused_edit '.process.user.uid = 1.5' 'config.json: process.user.uid: not a whole number'
        refused_edit '.root = []' 'config.json: root: not an object'
        refused_edit '.mounts = {}' 'config.json: mounts: not an array'
        refused_edit '.mounts[1].options = "ro"' 'config.json: mounts[1].options: not an array'
        refused_edit '.linux.namespaces[0].type = null' 'config.json: linux.namespaces[0].type: required'
        refused_edit '.linux.maskedPaths = [null]' 'config.json: linux.maskedPaths[0]: not a string'
        refused_edit '.linux.sysctl = {"net.ipv4.ip_forward": 1}' 'config.json: linux.sysctl.net.ipv4.ip_forward: not a string'
        refused_edit '.hooks = [1]' 'config.json: hooks: not an object'
}

@test "bad input: what must be there" {
        refused_edit 'del(.root)' 'config.json: root: required'
        refused_edit 'del(.root.path)' 'config.json: root.path: required'
        refused_edit 'del(.process)' 'config.json: process: required'
        refused_edit 'del(.process.args)' 'config.json: process.args: must not be empty'
        refused_edit '.process.args = []' 'config.json: process.args: must not be empty'
        refused_edit 'del(.process.cwd)' 'config.json: process.cwd: required'
        refused_edit '.process.cwd = "tmp"' 'config.json: process.cwd: must be an absolute path'
        refused_edit 'del(.mounts[0].destination)' 'config.json: mounts[0].destination: required'
        refused_edit '.hooks = {poststop: [{}]}' 'config.json: hooks.poststop[0].path: required'
}

@test "bad input: names that are unknown" {
        refused_edit '.linux.namespaces[2].type = "foo"' 'config.json: linux.namespaces[2].type: unknown namespace "foo"'
        refused_edit '.process.rlimits[0].type = "RLIMIT_FOO"' 'config.json: process.rlimits[0].type: unknown rlimit "RLIMIT_FOO"'
        refused_edit '.linux.rootfsPropagation = "foo"' 'config.json: linux.rootfsPropagation: unknown propagation "foo"'
}

@test "bad input: an rlimit that the kernel refuses" {
        edit '.process.rlimits[0] = {type: "RLIMIT_NOFILE", soft: 200, hard: 100}'
        try_run
        fails_with "tare run failed: set the limits and record the container: process.rlimits[0] RLIMIT_NOFILE: set soft 200, hard 100: invalid argument"
        leaves_nothing
}

@test "bad input: an rlimit given twice" {
        refused_edit '.process.rlimits += [.process.rlimits[0]]' 'config.json: process.rlimits[1]: duplicated rlimit "RLIMIT_NOFILE"'
}

@test "bad input: a root filesystem that is not there, or a file" {
        mv "$bundle/rootfs" "$BATS_TEST_TMPDIR/away"
        refused "invalid rootfs: stat $bundle/rootfs: no such file or directory"
        : >"$bundle/rootfs"
        refused "invalid rootfs: $bundle/rootfs: not a directory"
}

@test "bad input: ids" {
        local bad
        id_was=$id
        for bad in ../x . .. a/b 'a b' 'a:b' $'a\nb' 'ü' "$(printf 'x%.0s' {1..1025})"; do
                try tare run --bundle "$bundle" "$bad"
                fails_with "tare run failed: invalid container ID format"
                leaves_nothing
        done
        try tare run --bundle "$bundle" ""
        fails_with "tare run failed: container id cannot be empty"
        leaves_nothing
}

@test "bad input: ids of many letters and signs are good" {
        local good
        script 'echo ok'
        for good in "$id.-_+" "$id-$(printf 'x%.0s' {1..200})"; do
                try tare run --bundle "$bundle" "$good"
                equals "$good: $output $stderr" "$good: ok "
        done
}

@test "bad input: a state directory that cannot be made" {
        : >"$BATS_TEST_TMPDIR/file"
        try "$TARE" --root "$BATS_TEST_TMPDIR/file" --log "$log" --log-format json run --bundle "$bundle" "$id"
        equals "$status" 1
        contains "$(last_error)" "not a directory"
        leaves_nothing
}
