#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# check.bats - scripts/check sees what fails in its steps. It runs in a tree of its own, where the tools are stand-ins.

setup() {
        project=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
        tree=$BATS_TEST_TMPDIR/tree
        tools=$BATS_TEST_TMPDIR/tools
        mkdir -p "$tree/scripts" "$tools"
        cp "$project/scripts/check" "$project/scripts/lib.bash" "$tree/scripts"
        stand_in "$tree/scripts/deps" ''
        stand_in "$tools/meson" 'true'
        stand_in "$tools/ninja" 'true'
}

# stand_in FILE SCRIPT
stand_in() {
        printf '#!/bin/bash\n%s\n' "$2" >"$1"
        chmod +x "$1"
}

# checks PART: sets output, to the last lines of the check, and status.
checks() {
        run env PATH="$tools:$PATH" "$tree/scripts/check" "$1" 3>&-
}

# tells LINE...: the check ended with these.
tells() {
        [ "$(tail -n $# <<<"$output")" = "$(printf '%s\n' "$@")" ]
}

# a_program [LINKER_OPTION...]: what the build made.
a_program() {
        mkdir "$tree/build"
        echo 'int main(void) { return 0; }' | gcc -x c "$@" -o "$tree/build/tare" -
}

# test_log NAME STATUS STDOUT: meson ran one program of unit tests, with this end and these words.
test_log() {
        jq -n --arg name "$1" --argjson returncode "$2" --arg stdout "$3" '$ARGS.named' >"$BATS_TEST_TMPDIR/log"
        stand_in "$tools/meson" "case \$1 in test) mkdir -p build-unit/meson-logs; cp '$BATS_TEST_TMPDIR/log' build-unit/meson-logs/testlog.json ;; esac"
}

@test "check: a command that fails in the middle of a step fails the step" {
        mkdir -p "$tree/build-fuzz" "$tree/tests/fuzz" "$tree/src"/{base,oci,sys,sec} "$tree/build/src"
        touch "$tree/tests/fuzz/fuzz_one.c"
        stand_in "$tree/build-fuzz/one" 'true # built in an earlier run'
        stand_in "$tools/clang" 'exit 1'
        checks fuzz
        tells 'FAILED: fuzz: one' '1 passed, 1 failed'
        [ "$status" -eq 1 ]
        stand_in "$tools/clang" 'true'
        checks fuzz
        tells '2 passed, 0 failed'
        [ "$status" -eq 0 ]
}

@test "check: a build that cannot be configured fails" {
        stand_in "$tools/meson" '[[ $1 != configure ]]'
        mkdir "$tree/build-glibc"
        touch "$tree/build-glibc/build.ninja"
        a_program -static
        checks build
        tells 'FAILED: build: glibc, dynamic' '3 passed, 1 failed'
}

@test "check: a program that needs a loader, and one that is not there, are not static" {
        checks build
        tells 'FAILED: build: the release program needs no shared library' '3 passed, 1 failed'
        a_program
        checks build
        tells 'FAILED: build: the release program needs no shared library' '3 passed, 1 failed'
}

@test "check: unit tests are counted, those that fail by name" {
        test_log one 1 $'1..3\nok 1 - a\nnot ok 2 - b\nok 3 - c # SKIP no reason'
        checks unit
        tells 'skipped: unit: one: c: no reason' 'FAILED: unit: one: b' '2 passed, 1 failed, 1 skipped'
}

@test "check: a unit test that cmocka skips is counted as skipped" {
        test_log one 0 $'1..2\nok 1 - a\nnot ok 2 # SKIP b'
        checks unit
        tells 'skipped: unit: one: b: what it needs is not here' '2 passed, 0 failed, 1 skipped'
}

@test "check: a program that ends badly after its last test fails" {
        test_log one 1 $'1..1\nok 1 - a'
        checks unit
        tells 'FAILED: unit: one: ended with status 1' '2 passed, 1 failed'
}

@test "check: a program that tells fewer tests than it planned fails" {
        test_log one 0 $'1..2\nok 1 - a'
        checks unit
        tells 'FAILED: unit: one: 2 tests were planned, 1 were told' '2 passed, 1 failed'
}

@test "check: a program that plans no test fails" {
        test_log one 0 ''
        checks unit
        tells 'FAILED: unit: one: no tests were planned' '1 passed, 1 failed'
}

@test "check: the results of an earlier run are not taken for this one's" {
        mkdir -p "$tree/build-unit/meson-logs"
        test_log one 0 $'1..1\nok 1 - a'
        cp "$BATS_TEST_TMPDIR/log" "$tree/build-unit/meson-logs/testlog.json"
        stand_in "$tools/meson" 'true'
        checks unit
        tells 'FAILED: unit: no results' '1 passed, 1 failed'
}
