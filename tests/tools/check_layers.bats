#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# check_layers.bats - scripts/check-layers finds what it is there to find.

setup() {
        project=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
        tree=$BATS_TEST_TMPDIR
        mkdir -p "$tree"/src/{sys,base,oci,ns,rootfs,birth,cli}
}

# plant ROOM/FILE LINE...: a well-formed file with these lines in it.
plant() {
        local file=$1
        shift
        {
                echo '/* SPDX-License-Identifier: Apache-2.0 */'
                echo "/* ${file##*/} - planted. */"
                printf '%s\n' "$@"
        } >"$tree/src/$file"
}

# finds TEXT: the check fails with exactly this one line.
finds() {
        run "$project/scripts/check-layers" "$tree"
        [ "$status" -eq 1 ]
        [ "$output" = "$1" ]
}

is_content() {
        run "$project/scripts/check-layers" "$tree"
        [ "$status" -eq 0 ]
        [ "$output" = "" ]
}

@test "check-layers: the project itself is clean" {
        run "$project/scripts/check-layers"
        [ "$output" = "" ]
        [ "$status" -eq 0 ]
}

@test "check-layers: includes go to the left or stay at home" {
        plant base/a.c '#include "base/b.h"' '#include "a.h"' '#include "sys/c.h"'
        plant birth/a.c '#include "ns/b.h"' '#include "oci/b.h"'
        plant main.c '#include "cli/b.h"'
        is_content
}

@test "check-layers: an include to the right is found" {
        plant oci/a.c '#include "birth/b.h"'
        finds 'src/oci/a.c:3: oci includes from birth, which is not to its left'
}

@test "check-layers: a trade that includes another trade is found" {
        plant ns/a.c '#include "rootfs/b.h"'
        finds 'src/ns/a.c:3: ns includes from rootfs, which is not to its left'
}

@test "check-layers: an include from elsewhere is found" {
        plant ns/a.c '#include "../rootfs/b.h"'
        finds 'src/ns/a.c:3: include "../rootfs/b.h" from no room of the house'
}

@test "check-layers: a fork outside of birth is found, one in birth is not" {
        plant ns/a.c 'static int f(void) { return fork(); }'
        plant birth/b.c 'static int f(void) { return fork(); }'
        finds 'src/ns/a.c:3: only birth forks'
}

@test "check-layers: printing below cli is found, formatting into memory is not" {
        plant base/a.c 'static void f(char *s) { snprintf(s, 1, "x"); printf("x"); }'
        plant cli/b.c 'static void f(void) { puts("x"); }'
        finds 'src/base/a.c:3: only cli and main print'
}

@test "check-layers: a write to stderr is found" {
        plant base/a.c 'static void f(void) { write(2, "x", 1); }'
        finds 'src/base/a.c:3: only cli and main print'
}

@test "check-layers: an exit outside of main is found" {
        plant birth/a.c 'static void f(void) { exit(1); }'
        finds 'src/birth/a.c:3: only main exits'
}

@test "check-layers: _exit is for birth's own processes" {
        plant birth/a.c 'static void f(void) { _exit(1); }'
        plant cli/b.c 'static void f(void) { _exit(1); }'
        finds 'src/cli/b.c:3: only main exits'
}

@test "check-layers: words in comments and texts are no calls" {
        plant base/a.c '/* fork() and' ' * printf() and exit() */' 'static const char *s = "fork() \" printf()";' 'int a; // exit(1)'
        is_content
}

@test "check-layers: a missing SPDX line and a missing opening comment are found" {
        printf 'int a;\nint b;\n' >"$tree/src/base/a.c"
        finds 'src/base/a.c:1: the first line is not the SPDX line
src/base/a.c:2: the second line does not open with "/* a.c - "'
}

@test "check-layers: a file of more than 600 lines is found" {
        plant base/a.c
        for i in $(seq 4 600); do echo "int a$i;"; done >>"$tree/src/base/a.c"
        is_content
        echo 'int last;' >>"$tree/src/base/a.c"
        finds 'src/base/a.c:601: over 600 lines: two ideas'
}
