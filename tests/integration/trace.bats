#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# trace.bats - --trace: where the time of a birth went.

load helpers

# names FILTER: of the slices of the trace.
names() {
        jq -r ".traceEvents[] | select(.ph == \"X\") | select($1) | .name" "$BATS_TEST_TMPDIR/trace"
}

@test "trace: every step of both sides is a slice, and so is every wait" {
        program true
        try_run --trace "$BATS_TEST_TMPDIR/trace"
        succeeds
        equals "$(jq -r '.traceEvents[] | select(.ph == "M") | "\(.tid) \(.args.name)"' "$BATS_TEST_TMPDIR/trace")" $'1 host\n2 init'
        contains "$(names '.tid == 1 and .cat == "work"')" "make the cgroup"
        contains "$(names '.tid == 1 and .cat == "wait"')" "wait for init: become the program"
        contains "$(names '.tid == 2 and .cat == "work"')" "build the root and its mounts"
        contains "$(names '.tid == 2 and .cat == "wait"')" "wait for host: apply the resource limits"
        # The numbers are those of the table, and nothing takes time before the first one or none at all.
        local step name
        while IFS=$'\t' read -r step name; do
                contains $'\n'"$("$TARE" help --birth-table | cut -f 1,2)"$'\n' $'\n'"$step"$'\t'"$name"$'\n'
        done < <(jq -r '.traceEvents[] | select(.cat == "work") | "\(.args.step)\t\(.name)"' "$BATS_TEST_TMPDIR/trace")
        equals "$(jq '[.traceEvents[] | select(.ph == "X") | select(.ts < 0 or .dur <= 0)] | length' "$BATS_TEST_TMPDIR/trace")" 0
        # On one side one thing happens at a time.
        equals "$(jq '[.traceEvents[] | select(.ph == "X")] | group_by(.tid) | map(sort_by(.ts) | [.[:-1], .[1:]] | transpose
                | map(select(.[0].ts + .[0].dur > .[1].ts + 0.001)) | length) | add' "$BATS_TEST_TMPDIR/trace")" 0
}

@test "trace: of create, and of exec" {
        program sleep 100
        try tare create --trace "$BATS_TEST_TMPDIR/trace" --bundle "$bundle" "$id"
        succeeds
        contains "$(names true)" "set the limits and record the container"
        tare start "$id"
        try tare exec --trace "$BATS_TEST_TMPDIR/trace" "$id" true
        succeeds
        contains "$(names true)" "clone a process into the container"
        tare kill "$id" KILL
}

@test "trace: of a birth that fails, as far as it came" {
        program /not/there
        try_run --trace "$BATS_TEST_TMPDIR/trace"
        equals "$status" 1
        contains "$(names true)" "become the user"
        [[ $(names true) != *"find the program"* ]]
}

@test "trace: - is a waterfall on stderr" {
        program true
        try_run --trace -
        succeeds
        equals "$output" ""
        matches "$(head -n 1 <<<"$stderr")" '^ +from +for side$'
        matches "$stderr" $'\n +[0-9]+ us +[0-9]+ us init \|[ #]{40}\| build the root and its mounts\n'
        matches "$stderr" $'\n +[0-9]+ us +[0-9]+ us host \|[ .]{40}\| \\(waits\\) become the program'
}

@test "trace: a file that cannot be written is a warning, and the container runs" {
        script 'echo ran'
        try_run --trace /not/there/trace
        succeeds
        equals "$output" ran
        equals "$(warnings)" "--trace: open /not/there/trace: no such file or directory"
}
