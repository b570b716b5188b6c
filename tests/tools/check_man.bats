#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# check_man.bats - scripts/check-man finds what it is there to find.

setup() {
        project=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
        pages=$BATS_TEST_TMPDIR/man
        program=$BATS_TEST_TMPDIR/tare
        mkdir "$pages"
        printf 'tare\t--root\t-\tDIR\nrun\t--bundle\t-b\tDIR\nrun\t--form\t-\ta|b\nrun\t--keep\t-\t-\n' >"$program.table"
        printf '#!/bin/bash\ncat "%s"\n' "$program.table" >"$program"
        chmod +x "$program"
        printf '*--root* _DIR_\n\tWhere it is.\n' >"$pages/tare.1.scd"
        printf '*-b*, *--bundle* _DIR_\n\tOne.\n\n*--form* _a|b_\n\tTwo.\n\n*--keep*\n\tThree, not *--other*.\n' \
                >"$pages/tare-run.1.scd"
}

# finds LINE...: the check fails with exactly these, in whatever order.
finds() {
        run "$project/scripts/check-man" "$program" "$pages"
        [ "$status" -eq 1 ]
        [ "$(sort <<<"$output")" = "$(printf '%s\n' "$@" | sort)" ]
}

@test "check-man: pages that say what the program has" {
        run "$project/scripts/check-man" "$program" "$pages"
        [ "$output" = "" ]
        [ "$status" -eq 0 ]
}

@test "check-man: an option that a page lacks" {
        sed -i '/--keep/d' "$pages/tare-run.1.scd"
        finds $'tare-run.1.scd: lacks --keep\t-\t-'
}

@test "check-man: an option that the program lacks" {
        printf '*--more*\n\tNo.\n' >>"$pages/tare.1.scd"
        finds $'tare.1.scd: the program has no --more\t-\t-'
}

@test "check-man: a letter and a value that differ" {
        sed -i 's/\*-b\*, //; s/a|b/a|c/' "$pages/tare-run.1.scd"
        finds $'tare-run.1.scd: lacks --bundle\t-b\tDIR' $'tare-run.1.scd: the program has no --bundle\t-\tDIR' \
                $'tare-run.1.scd: lacks --form\t-\ta|b' $'tare-run.1.scd: the program has no --form\t-\ta|c'
}

@test "check-man: a page that is missing, and one of no command" {
        mv "$pages/tare-run.1.scd" "$pages/tare-ran.1.scd"
        finds "tare-run.1.scd: missing" "tare-ran.1.scd: the program has no such command"
}
