#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# cli.bats - the command line: options in every place and spelling, the words of a misuse, and the commands that need no
# container.

load helpers

@test "cli: options before and after the id, with one dash or two, with = or without" {
        script 'echo ok'
        local line
        while read -r line; do
                # shellcheck disable=SC2086 # words
                try tare run ${line//BUNDLE/$bundle}
                equals "$line: $output" "$line: ok"
        done <<EOF_LINES
--bundle BUNDLE $id
--bundle=BUNDLE $id
-bundle BUNDLE $id
-bundle=BUNDLE $id
-b BUNDLE $id
-b=BUNDLE $id
$id --bundle BUNDLE
$id -b BUNDLE
--no-pivot $id --bundle=BUNDLE --no-new-keyring
-no-subreaper --bundle BUNDLE $id
EOF_LINES
}

@test "cli: options of kill and delete after the id" {
        program sleep 100
        starts
        try tare kill --all "$id" KILL
        succeeds
        eventually has_status stopped
        try tare delete "$id" --force
        succeeds
        leaves_nothing
}

@test "cli: global options with one dash or two, with = or without" {
        local option
        for option in "--root $root" "--root=$root" "-root $root"; do
                # shellcheck disable=SC2086 # words
                try "$TARE" $option list -q
                succeeds
        done
}

@test "cli: a relative --root is below the working directory" {
        program sleep 100
        cd "$BATS_TEST_TMPDIR"
        try "$TARE" --root state create --bundle bundle "$id"
        succeeds
        has_status created
}

@test "cli: --version" {
        try "$TARE" --version
        succeeds
        equals "$stderr" ""
        matches "$(sed -n 1p <<<"$output")" '^tare version [0-9]+\.[0-9]+\.[0-9]+'
        contains "$output" $'\n'"spec: 1."
        local whole=$output
        try "$TARE" -v
        equals "$output" "$whole"
}

@test "cli: help names every command" {
        local command whole
        try "$TARE" help
        succeeds
        whole=$output
        for command in create delete features kill list run spec start state; do
                matches "$whole" "(^|"$'\n'") +$command"
        done
        try "$TARE" --help
        equals "$output" "$whole"
        try "$TARE" -h
        equals "$output" "$whole"
}

@test "cli: each command has a help of its own" {
        local command whole
        for command in create delete features kill list run spec start state; do
                try "$TARE" help "$command"
                succeeds
                contains "$output" "tare $command"
                whole=$output
                try "$TARE" "$command" --help
                succeeds
                equals "$output" "$whole"
        done
}

@test "cli: a command that there is not" {
        try "$TARE" frobnicate
        equals "$status" 3
        contains "$output$stderr" "No help topic for 'frobnicate'"
}

@test "cli: no command at all shows the help" {
        try "$TARE"
        contains "$output" "run"
}

@test "cli: the number of arguments is checked" {
        local verb
        for verb in start state delete run create; do
                try tare "$verb"
                misused "tare: \"$verb\" requires exactly 1 argument(s)"
                try tare "$verb" one two
                misused "tare: \"$verb\" requires exactly 1 argument(s)"
        done
        try tare kill
        misused "tare: \"kill\" requires a minimum of 1 argument(s)"
        try tare kill a b c
        misused "tare: \"kill\" requires a maximum of 2 argument(s)"
}

@test "cli: an option that there is not, and one that lacks its argument" {
        try tare run --frobnicate "$id"
        misused "flag provided but not defined: -frobnicate"
        try tare run "$id" --bundle
        misused "flag needs an argument: --bundle"
        try tare run --preserve-fds many "$id"
        misused 'invalid value "many" for flag --preserve-fds: not a whole number from 0 to 2147483644'
        try tare list --format xml
        misused "invalid format option"
}

@test "cli: the nearest option is named" {
        try tare run --bundel "$bundle" "$id"
        misused "flag provided but not defined: -bundel, did you mean --bundle?"
        try tare update --memory-swp=1 "$id"
        misused "flag provided but not defined: -memory-swp, did you mean --memory-swap?"
        try tare --systemd list
        misused "flag provided but not defined: -systemd, did you mean --systemd-cgroup?"
}

@test "cli: a wrong use shows the right one, on stderr alone" {
        try "$TARE" --root "$root" kill
        equals "$status" 1
        equals "$output" ""
        equals "$(sed -n 1p <<<"$stderr")" \
                "Incorrect Usage. Usage: tare kill [options] ID [SIGNAL] (tare kill --help tells more)"
        contains "$(sed -n 2p <<<"$stderr")" 'level=error msg="tare: '
        try "$TARE" --frobnicate
        contains "$stderr" "Usage: tare [global options] command [options] [arguments] (tare --help tells more)"
        equals "$(grep -c '' <<<"$stderr")" 2
}

# features and spec ----------------------------------------------------------------------------------------------------

@test "features: one JSON document, and not a byte on stderr" {
        try tare features
        succeeds
        equals "$stderr" ""
        local missing
        missing=$(jq -c '
                ["createContainer", "createRuntime", "poststart", "poststop", "prestart", "startContainer"] - .hooks
                + (["bind", "rbind", "ro", "rro", "nosuid", "rshared"] - .mountOptions)
                + (["cgroup", "ipc", "mount", "network", "pid", "uts"] - .linux.namespaces)
                + (["CAP_CHOWN", "CAP_SYS_ADMIN"] - .linux.capabilities)' <<<"$output")
        equals "$missing" "[]"
        equals "$(jq -r .ociVersionMin <<<"$output")" 1.0.0
        matches "$(jq -r .ociVersionMax <<<"$output")" '^1\.[0-9]+\.[0-9]+$'
}

@test "spec: writes a config.json that is JSON, once" {
        mkdir "$BATS_TEST_TMPDIR/new"
        cd "$BATS_TEST_TMPDIR/new"
        try tare spec
        succeeds
        equals "$output$stderr" ""
        equals "$(jq -c '[.process.args, .process.cwd, .root, .hostname]' config.json)" \
                '[["sh"],"/",{"path":"rootfs","readonly":true},"tare"]'
        try tare spec
        fails_with "File config.json exists. Remove it first"
}

@test "spec --bundle: writes there" {
        rm "$bundle/config.json"
        try tare spec --bundle "$bundle"
        succeeds
        jq -e . "$bundle/config.json" >/dev/null
}

@test "spec --rootless: a user namespace, no network namespace" {
        rm "$bundle/config.json"
        try tare spec --rootless --bundle "$bundle"
        succeeds
        equals "$(jq -c '[.linux.namespaces[].type] | [index("user") != null, index("network")]' "$bundle/config.json")" \
                '[true,null]'
        equals "$(jq -c '.linux.uidMappings' "$bundle/config.json")" \
                '[{"containerID":0,"hostID":0,"size":1}]'
}
