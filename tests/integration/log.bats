#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# log.bats - where the log goes, what is in it, and how it looks.

load helpers

@test "log: JSON entries with level, msg and a time of RFC 3339" {
        try tare state "$id"
        equals "$(jq -c 'keys' "$log")" '["level","msg","time"]'
        equals "$(jq -r .level "$log")" error
        matches "$(jq -r .time "$log")" '^20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9](\.[0-9]+)?(Z|[+-][0-9:]+)$'
        equals "$(grep -c '' "$log")" 1
}

@test "log: appended to, never truncated" {
        echo '{"level":"info","msg":"mine","time":"2024-01-01T00:00:00Z"}' >"$BATS_TEST_TMPDIR/kept.json"
        log=$BATS_TEST_TMPDIR/kept.json
        "$TARE" --root "$root" --log "$log" --log-format json state "$id" 2>/dev/null || true
        "$TARE" --root "$root" --log "$log" --log-format json state "$id" 2>/dev/null || true
        equals "$(jq -r .msg "$log")" "mine
container does not exist
container does not exist"
}

@test "log: text has the level and the message" {
        try "$TARE" --root "$root" --log "$BATS_TEST_TMPDIR/log.txt" --log-format text state "$id"
        contains "$(<"$BATS_TEST_TMPDIR/log.txt")" 'level=error msg="container does not exist"'
        try "$TARE" --root "$root" --log "$BATS_TEST_TMPDIR/log.txt" state "$id"
        equals "$(grep -c 'level=error' "$BATS_TEST_TMPDIR/log.txt")" 2
}

@test "log: made before anything can fail, and empty after success" {
        try tare list
        test -f "$log"
        equals "$(<"$log")" ""
}

@test "log: hostile texts stay one valid JSON line" {
        program $'/no\nsuch "program" \\ \x01'
        try_run
        equals "$status" 1
        equals "$(jq -rs length "$log")" 1
        equals "$(grep -c '' "$log")" 1
        contains "$(last_error)" "no such file"
}

@test "log: a file that cannot be opened is an error" {
        try "$TARE" --log "$BATS_TEST_TMPDIR/none/log" list
        equals "$status" 1
        contains "$stderr" "no such file or directory"
}

@test "log: an unknown format is an error" {
        try "$TARE" --log-format xml list
        equals "$status" 1
        contains "$stderr" "invalid log-format: xml"
}

@test "log: without --log the error is one line on stderr, with the word error" {
        try "$TARE" --root "$root" state "$id"
        equals "$status" 1
        equals "$output" ""
        equals "$(grep -c '' <<<"$stderr")" 1
        contains "$stderr" "error"
        contains "$stderr" "container does not exist"
}

@test "log: --debug tells the birth step by step" {
        try tare --debug run --bundle "$bundle" "$id"
        succeeds
        local lines
        lines=$(jq -r 'select(.level == "debug") | .msg' "$log")
        contains "$lines" "make the cgroup"
        contains "$lines" "build the root and its mounts"
        contains "$lines" "find the program"
}

# what is logged -------------------------------------------------------------------------------------------------------

@test "log: a file has the error alone by default: Podman reads it as one JSON object" {
        program /no/such
        edit '.process.capabilities.bounding += ["CAP_FOO"]'
        try "$TARE" --root "$root" --log "$log" --log-format json run --bundle "$bundle" "$id"
        equals "$status" 1
        equals "$(jq -c .level "$log")" '"error"'
        equals "$(grep -c '' <<<"$stderr")" 1
}

@test "log: warnings are in the file that asks for them, and on stderr where there is no file" {
        edit '.process.capabilities.bounding += ["CAP_FOO"]'
        try tare run --bundle "$bundle" "$id"
        equals "$(warnings)" "ignoring unknown or unavailable capabilities: [CAP_FOO]"
        try "$TARE" --root "$root" run --bundle "$bundle" "$id"
        contains "$stderr" 'level=warning msg="ignoring unknown or unavailable capabilities: [CAP_FOO]"'
        try "$TARE" --root "$root" --log-level error run --bundle "$bundle" "$id"
        equals "$stderr" ""
}

@test "log: a level that there is not" {
        try "$TARE" --log-level loud list
        equals "$status" 1
        contains "$stderr" "invalid log-level: loud"
}

# where it goes --------------------------------------------------------------------------------------------------------

@test "log: file: before a path, as crun has it" {
        try "$TARE" --root "$root" --log "file:$log" --log-format json state "$id"
        equals "$status" 1
        equals "$(last_error)" "container does not exist"
        try "$TARE" --log "file:$BATS_TEST_TMPDIR/none/log" list
        equals "$status" 1
        contains "$stderr" "open log $BATS_TEST_TMPDIR/none/log: no such file or directory"
}

# sent_to SOCKET ARG...: what a daemon at SOCKET gets from tare. It listens in a mount namespace of its own, where /run
# and /dev are empty.
sent_to() {
        "${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -o "$BATS_TEST_TMPDIR/datagrams" "$project/tests/tools/datagrams.c"
        # shellcheck disable=SC2016 # for the inner shell
        unshare --mount --propagation private bash -c '
                socket=$1 dir=$2
                shift 2
                mount -t tmpfs none /run
                mount -t tmpfs none /dev
                mknod -m 0666 /dev/null c 1 3
                mkdir -p "${socket%/*}"
                "$dir/datagrams" "$socket" "$dir/sent" 3>&- &
                daemon=$!
                until [[ -S $socket ]]; do sleep 0.02; done
                "$@" 2>"$dir/stderr" || echo "status $?" >"$dir/status"
                until [[ -s $dir/sent ]]; do sleep 0.02; done
                kill "$daemon"' - "$1" "$BATS_TEST_TMPDIR" "$TARE" --root "$root" "${@:2}"
}

@test "log: journald:TAG sends the fields of crun to the journal" {
        sent_to /run/systemd/journal/socket --log journald:my-tag state "$id"
        equals "$(<"$BATS_TEST_TMPDIR/status")" "status 1"
        equals "$(<"$BATS_TEST_TMPDIR/stderr")" "error: container does not exist"
        equals "$(<"$BATS_TEST_TMPDIR/sent")" "PRIORITY=3
SYSLOG_IDENTIFIER=tare
ID=my-tag
MESSAGE=container does not exist
(end)"
}

@test "log: what goes to the journal has no line end within" {
        program $'/no\nsuch'
        sent_to /run/systemd/journal/socket --log $'journald:a\nPRIORITY=0' run --bundle "$bundle" "$id"
        equals "$(sed -n 3p "$BATS_TEST_TMPDIR/sent")" 'ID=a\nPRIORITY=0'
        matches "$(sed -n 4p "$BATS_TEST_TMPDIR/sent")" '^MESSAGE=tare run failed: .*/no\\nsuch.*no such file or directory$'
        equals "$(sed -n 5p "$BATS_TEST_TMPDIR/sent")" "(end)"
}

@test "log: syslog:TAG sends to /dev/log, as JSON if asked" {
        sent_to /dev/log --log syslog:my-tag state "$id"
        matches "$(<"$BATS_TEST_TMPDIR/sent")" '^<11>my-tag\[[0-9]+\]: container does not exist'$'\n''\(end\)$'
        rm "$BATS_TEST_TMPDIR/sent"
        sent_to /dev/log --log syslog: --log-format json state "$id"
        matches "$(<"$BATS_TEST_TMPDIR/sent")" '^<11>tare\[[0-9]+\]: \{"level":"error","msg":"container does not exist",'
}

@test "log: a daemon that is not there is an error" {
        try unshare --mount --propagation private bash -c 'mount -t tmpfs none /run; "$@"' - \
                "$TARE" --log journald:x list
        equals "$status" 1
        contains "$stderr" "open log journald:x: connect /run/systemd/journal/socket: no such file or directory"
        try unshare --mount --propagation private bash -c 'mount -t tmpfs none /dev; "$@"' - "$TARE" --log syslog:x list
        equals "$status" 1
        contains "$stderr" "open log syslog:x: connect /dev/log: no such file or directory"
}
