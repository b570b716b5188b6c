#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# ps.bats - the processes of a container, by their numbers on the host.

load helpers

starts_two() {
        script 'sleep 101 & sleep 102 & wait'
        starts
        eventually gives 3 number_of_processes
}

number_of_processes() {
        tare ps --format json "$id" | jq length
}

@test "ps: numbers as JSON, on one line" {
        starts_two
        try tare ps --format json "$id"
        succeeds
        matches "$output" '^\[[0-9]+,[0-9]+,[0-9]+\]$'
        equals "$(jq '.[0]' <<<"$output")" "$(pid_of "$id")"
        equals "$(jq -r '.[]' <<<"$output" | xargs ps -o args= -p | sort | tail -n 2)" "sleep 101
sleep 102"
}

@test "ps: the lines of the host's ps" {
        ps -ef >/dev/null 2>&1 || skip "the host's own ps fails"
        starts_two
        try tare ps "$id"
        succeeds
        matches "$(head -n 1 <<<"$output")" '^UID +PID +PPID '
        equals "$(grep -c '' <<<"$output")" 4
        contains "$output" "sleep 101"
}

@test "ps: with options for that" {
        starts_two
        try tare ps "$id" -o pid,args
        succeeds
        equals "$(head -n 1 <<<"$output" | xargs)" "PID COMMAND"
        equals "$(grep -c '' <<<"$output")" 4
        try tare ps "$id" -o args
        fails_with "couldn't find PID field in ps output"
        try tare ps "$id" --no-such-option
        equals "$status" 1
        matches "$(last_error)" "^exit status 1: error: "
}

@test "ps: on a host without ps" {
        starts_two
        # PATH is also the test's own.
        try env PATH=/no/such "$TARE" --root "$root" --log "$log" --log-format json ps "$id"
        fails_with "exit status 127: ps: no such file or directory"
}

@test "ps: a container that is stopped has none, one that is not there is told" {
        ps -ef >/dev/null 2>&1 || skip "the host's own ps fails"
        creates
        tare kill "$id" KILL
        eventually has_status stopped
        try tare ps --format json "$id"
        succeeds
        equals "$output" null
        try tare ps "$id"
        succeeds
        equals "$(grep -c '' <<<"$output")" 1
        try tare ps "$id-none"
        fails_with "container does not exist"
}
