#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# check_seed.bats - scripts/check-seed finds what it is there to find.

setup() {
        project=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
        tree=$BATS_TEST_TMPDIR/tree
        page=$BATS_TEST_TMPDIR/PAGE.md
        mkdir -p "$tree/src/sec" "$tree/tests/integration" "$tree/tests/unit"
        cat >"$tree/src/sec/user.c" <<'SOURCE'
int user_become(const struct spec_user *user,
                struct err *err)
{
        return helper(err);
}
extern int user_declared(struct err *err);
static const char *user_name(void)
{
        return user_called();
}
SOURCE
        printf '@test "user: ids" {\n        true\n}\n' >"$tree/tests/integration/process.bats"
        printf 'static void ids_are_set(void **state)\n{\n}\n' >"$tree/tests/unit/test_user.c"
        page_of '| setupUser | ids | `src/sec/user.c: user_become`, by `setresuid` | `tests/integration/process.bats: "user: ids"` |'
}

# page_of ROW...
page_of() {
        printf 'Words, and `src/sec`.\n\n| function | what | where | shown by |\n|---|---|---|---|\n' >"$page"
        printf '%s\n' "$@" >>"$page"
}

# finds FAULT...: the check fails with exactly these, in this order.
finds() {
        run "$project/scripts/check-seed" "$page" "$tree"
        [ "$output" = "$(printf '%s\n' "$@")" ]
        [ "$status" -eq 1 ]
}

@test "check-seed: a page whose names are all there" {
        page_of '| a | b | `src/sec/user.c: user_become` and `src/sec/user.c: user_name` | `tests/integration/process.bats: "user: ids"` |' \
                '| c | d | `src/sec/user.c` | `tests/unit/test_user.c: ids_are_set` |'
        run "$project/scripts/check-seed" "$page" "$tree"
        [ "$output" = "" ]
        [ "$status" -eq 0 ]
}

@test "check-seed: a file that is gone" {
        rm "$tree/src/sec/user.c"
        finds 'PAGE.md:5: there is no src/sec/user.c'
}

@test "check-seed: a function that is gone, only declared, or only called" {
        page_of '| a | b | `src/sec/user.c: user_gone` | `tests/unit/test_user.c` |' \
                '| a | b | `src/sec/user.c: user_declared` | `tests/unit/test_user.c` |' \
                '| a | b | `src/sec/user.c: user_called` | `tests/unit/test_user.c` |' \
                '| a | b | `src/sec/user.c: become` | `tests/unit/test_user.c` |'
        finds 'PAGE.md:5: src/sec/user.c has no function user_gone' 'PAGE.md:6: src/sec/user.c has no function user_declared' \
                'PAGE.md:7: src/sec/user.c has no function user_called' 'PAGE.md:8: src/sec/user.c has no function become'
}

@test "check-seed: a test that is gone, or named by a part" {
        page_of '| a | b | `src/sec/user.c` | `tests/integration/process.bats: "user"`, `tests/unit/test_user.c: ids_are_gone` |'
        finds 'PAGE.md:5: tests/integration/process.bats has no test "user"' \
                'PAGE.md:5: tests/unit/test_user.c has no function ids_are_gone'
}

@test "check-seed: a row without a place or a test" {
        page_of '| a | b | nowhere | `tests/unit/test_user.c` |' '| c | d | `src/sec/user.c` | none |'
        finds 'PAGE.md:5: the row names no place in the source' 'PAGE.md:6: the row names no test'
}

@test "check-seed: another table needs neither, but its names are looked for" {
        printf '\n| who | what |\n|---|---|\n| a | b |\n| c | `src/gone.c` |\n' >>"$page"
        finds 'PAGE.md:10: there is no src/gone.c'
}

@test "check-seed: a page without such a table" {
        printf '| who | what |\n|---|---|\n| a | `src/sec` |\n' >"$page"
        run "$project/scripts/check-seed" "$page" "$tree"
        [ "$status" -eq 1 ]
        [[ $output == *'no table that says "shown by"' ]]
}
