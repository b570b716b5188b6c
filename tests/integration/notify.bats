#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# notify.bats - readiness by sd_notify(3), as a unit of systemd with Type=notify has it.

load helpers

setup_file() {
        "${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -o "$BATS_FILE_TMPDIR/datagrams" "$project/tests/tools/datagrams.c"
        "${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -static -o "$BATS_FILE_TMPDIR/notify" "$project/tests/tools/notify.c"
}

setup() {
        make_bundle
        cp "$BATS_FILE_TMPDIR/notify" "$bundle/rootfs/bin/"
        take_way "${TARE_WAY:-root}"
        caller=$BATS_TEST_TMPDIR/caller.sock
        told=$BATS_TEST_TMPDIR/told
        "$BATS_FILE_TMPDIR/datagrams" "$caller" "$told" 3>&- &
        background+=($!)
        eventually test -S "$caller"
        export NOTIFY_SOCKET=$caller
}

tells() {
        eventually eval "[[ \$(<$told) == '$1' ]]" || equals "$(<"$told")" "$1"
}

@test "notify: the foreground hands on what the program says of itself, and nothing else" {
        # MAINPID would have the manager watch, and kill, whatever process the container names.
        program notify READY=1 MAINPID=1 $'MAINPID=1\nSTATUS=up\nNOTIFYACCESS=all\nWATCHDOG_USEC=0' BARRIER=1 FDSTORE=1 WATCHDOG=1
        in_background run --bundle "$bundle" "$id"
        tells $'READY=1(end)\nSTATUS=up\n(end)\nWATCHDOG=1(end)'
        tare kill "$id" TERM
        ended "$!"
        equals "$status" 0
        leaves_nothing
}

@test "notify: detached, run returns when the program is ready, and names its process" {
        program notify STATUS=almost READY=1
        starts
        tells "MAINPID=$(pid_of "$id")"$'\nREADY=1(end)'
        tare delete --force "$id"
        leaves_nothing
}

@test "notify: so does start of a created container" {
        program notify READY=1
        creates
        [ ! -s "$told" ]
        try tare start "$id"
        succeeds
        tells "MAINPID=$(pid_of "$id")"$'\nREADY=1(end)'
        tare delete --force "$id"
        leaves_nothing
}

@test "notify: who waits for a program that is never ready is in nobody's way" {
        program notify STATUS=almost
        in_background run --detach --bundle "$bundle" "$id"
        local waiting=$!
        eventually has_status running
        try tare delete --force "$id"
        succeeds
        ended "$waiting"
        equals "$status" 0
        in_background run --detach --bundle "$bundle" "$id"
        eventually has_status running
        kill -TERM "$!"
        ended "$!"
        equals "$status" 143
        has_status running
        tare delete --force "$id"
        creates
        in_background start "$id"
        waiting=$!
        eventually has_status running
        tare delete --force "$id"
        ended "$waiting"
        equals "$status" 0
        leaves_nothing
}

@test "notify: a program that ends before it is ready holds nobody up" {
        program true
        starts
        creates "$id-2"
        tare start "$id-2"
        [ ! -s "$told" ]
}

@test "notify: the container has a socket of its own, and can make nothing beside it" {
        runs 'echo $NOTIFY_SOCKET; ls /run/notify; touch /run/notify/x 2>&1 || true'
        equals "$output" $'/run/notify/notify.sock\nnotify.sock\ntouch: /run/notify/x: Read-only file system'
        leaves_nothing
}

@test "notify: without the variable there is none" {
        export -n NOTIFY_SOCKET
        unset NOTIFY_SOCKET
        runs 'echo "<$NOTIFY_SOCKET>"; ls /run/notify 2>&1 || true'
        equals "$output" $'<>\nls: /run/notify: No such file or directory'
}

@test "notify: an abstract socket, and a manager that is gone" {
        export NOTIFY_SOCKET=$BATS_TEST_TMPDIR/none.sock
        program notify READY=1
        try tare run --detach --bundle "$bundle" "$id"
        fails_with "tare run failed: send to NOTIFY_SOCKET $NOTIFY_SOCKET: no such file or directory"
        tare delete --force "$id"
        export NOTIFY_SOCKET=@no-such-manager-$id
        in_background run --bundle "$bundle" "$id"
        eventually grep -q 'hand on what the program tells: send to NOTIFY_SOCKET @no-such-manager-.*: connection refused' "$log"
        tare kill "$id" TERM
        ended "$!"
        equals "$status" 0
}

@test "notify: a container without a mount namespace cannot have one" {
        edit '.mounts = [] | del(.linux.maskedPaths, .linux.readonlyPaths, .root.readonly)'
        without_namespace mount
        try_run
        fails_with 'tare run failed: NOTIFY_SOCKET is set, and a container without a mount namespace of its own cannot get one'
}
