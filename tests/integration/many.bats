#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# many.bats - many lives, one after the other and side by side: nothing is left of them, and none is in the way of the next.

# Of a whole file.
BATS_TEST_TIMEOUT=300
load helpers

# call ARG...: as cheap as can be.
call() {
        "$TARE" --root "$root" "$@" </dev/null >"$BATS_TEST_TMPDIR/called" 2>&1 3>&- || { cat "$BATS_TEST_TMPDIR/called"; return 1; }
}

@test "many: a thousand lives leave no cgroup and no state behind" {
        local i
        program true
        for ((i = 0; i < 1000; i++)); do
                call create --bundle "$bundle" "$id"
                call delete --force "$id"
        done
        leaves_nothing
        equals "$(find /sys/fs/cgroup -name "*$id*" | head -n 3)" ""
}

@test "many: two hundred side by side are all told, and all go" {
        local i
        program sleep 1000
        for ((i = 0; i < 200; i++)); do
                call create --bundle "$bundle" "$id-$i"
        done
        equals "$("$TARE" --root "$root" list --quiet | grep -c '')" 200
        for ((i = 0; i < 200; i++)); do
                call delete --force "$id-$i"
        done
        equals "$("$TARE" --root "$root" list --quiet)" ""
        leaves_nothing
}
