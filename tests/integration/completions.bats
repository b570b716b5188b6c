#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# completions.bats - what the shells offer at the tab key.

load helpers

# offers WORDS WORD...: bash offers these, sorted, for the last of WORDS, which are separated by blanks.
offers() {
        local offered
        offered=$(
                PATH=$BATS_TEST_TMPDIR/bin:$PATH
                # The builtin works in a running completion only. The script calls it.
                # shellcheck disable=SC2317
                compopt() { :; }
                # shellcheck source=/dev/null
                . "$BATS_TEST_TMPDIR/completions"
                mapfile -t -d ' ' COMP_WORDS < <(printf 'tare %s' "$1")
                [[ $1 != *' ' ]] || COMP_WORDS+=('')
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                COMPREPLY=()
                _tare
                mapfile -t COMPREPLY < <(printf '%s\n' "${COMPREPLY[@]}" | sort)
                echo "${COMPREPLY[*]}"
        )
        equals "$1: $offered" "$1: ${*:2}"
}

setup_bash() {
        mkdir "$BATS_TEST_TMPDIR/bin"
        # The containers that are completed are those of this test.
        printf '#!/bin/bash\nexec "%s" --root "%s" "$@"\n' "$TARE" "$root" >"$BATS_TEST_TMPDIR/bin/tare"
        chmod +x "$BATS_TEST_TMPDIR/bin/tare"
        "$TARE" help --completion bash >"$BATS_TEST_TMPDIR/completions"
}

@test "completions: bash offers commands, options, and words of options" {
        setup_bash
        offers "st" start state
        offers "--log-" --log-format --log-level
        offers "--log-format " json text
        offers "--log-format = j" json
        offers "--root /x run --b" --bundle
        offers "list -f t" table
        offers "kill --a" --all
        offers "help feat" features
        offers "run "
        offers "run --preserve-fds "
}

@test "completions: bash offers directories and files" {
        setup_bash
        mkdir "$BATS_TEST_TMPDIR/places"
        cd "$BATS_TEST_TMPDIR/places"
        mkdir dir
        touch file
        offers "run --bundle " dir
        offers "run -b d" dir
        offers "--log f" file
        offers "create --pid-file " dir file
}

@test "completions: bash offers containers and signals" {
        setup_bash
        program sleep 100
        creates
        creates "$id-more"
        offers "start $id" "$id" "$id-more"
        offers "kill $id-" "$id-more"
        offers "kill $id US" USR1 USR2
        offers "--debug kill --all $id VT" VTALRM
        offers "start $id "
}

@test "completions: each shell can read its own" {
        local shell read=0
        for shell in bash zsh fish; do
                command -v "$shell" >/dev/null || continue
                "$TARE" help --completion "$shell" >"$BATS_TEST_TMPDIR/script"
                "$shell" -n "$BATS_TEST_TMPDIR/script"
                read=$((read + 1))
        done
        ((read > 0))
}
