#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# run.bats - `run`: in the foreground and detached, its streams, its signals, its status.

load helpers

@test "run: output, errors and status of the program come through, and nothing is left" {
        script 'echo to stdout; echo to stderr >&2; exit 7'
        try_run
        equals "$status" 7
        equals "$output" "to stdout"
        equals "$stderr" "to stderr"
        leaves_nothing
}

@test "run: a program that succeeds" {
        try_run
        equals "$status" 0
        equals "$output$stderr" ""
        leaves_nothing
}

@test "run: a program that dies by a signal gives 128 and its number" {
        # Without its own pid namespace, since there the first process is spared what it sends to itself.
        without_namespace pid
        local pair
        for pair in TERM:143 KILL:137 SEGV:139 34:162; do
                script "kill -${pair%:*} \$\$; sleep 5"
                try_run
                equals "$status" "${pair#*:}"
        done
}

@test "run: the first process is pid 1 and killed from outside gives 137" {
        script 'echo $$ >/tmp/pid; exec sleep 100'
        mount_at /tmp bind "$BATS_TEST_TMPDIR" bind
        in_background run --bundle "$bundle" "$id"
        local run_pid=$!
        eventually test -s "$BATS_TEST_TMPDIR/pid"
        equals "$(<"$BATS_TEST_TMPDIR/pid")" 1
        tare kill "$id" KILL
        ended "$run_pid"
        equals "$status" 137
        leaves_nothing
}

# The signals that the program gets are written to /tmp/got, one a line.
catch_signals() {
        local trap_lines='' signal
        for signal in "$@"; do
                trap_lines+="trap 'echo $signal >>/tmp/got' $signal; "
        done
        script "$trap_lines trap 'exit 3' TERM; : >/tmp/got; echo ready >/tmp/ready; while :; do sleep 0.05; done"
        mkdir -p "$BATS_TEST_TMPDIR/tmp"
        mount_at /tmp bind "$BATS_TEST_TMPDIR/tmp" bind
}

@test "run: signals are forwarded, and the status is the program's own" {
        local signals=(HUP INT QUIT USR1 USR2 ALRM CONT) signal
        catch_signals "${signals[@]}"
        in_background run --bundle "$bundle" "$id"
        local run_pid=$!
        eventually test -s "$BATS_TEST_TMPDIR/tmp/ready"
        for signal in "${signals[@]}"; do
                kill -"$signal" "$run_pid"
                eventually file_has_line "$BATS_TEST_TMPDIR/tmp/got" "$signal"
        done
        kill -TERM "$run_pid"
        ended "$run_pid"
        equals "$status" 3
        leaves_nothing
}

@test "run: a program that ignores SIGTERM goes on until SIGKILL" {
        script 'trap "" TERM; echo ready >/tmp/ready; while :; do sleep 0.05; done'
        mount_at /tmp bind "$BATS_TEST_TMPDIR" bind
        in_background run --bundle "$bundle" "$id"
        local run_pid=$!
        eventually test -s "$BATS_TEST_TMPDIR/ready"
        kill -TERM "$run_pid"
        tare kill "$id"
        sleep 0.3
        has_status running
        tare kill "$id" KILL
        ended "$run_pid"
        equals "$status" 137
        leaves_nothing
}

@test "run: stdin reaches the program" {
        program cat
        echo "a line" >"$BATS_TEST_TMPDIR/in"
        try_run <"$BATS_TEST_TMPDIR/in"
        equals "$output" "a line"
}

@test "run: a pipe as stdin ends for the program when it ends for the caller" {
        program wc -c
        equals "$(printf 12345 | tare run --bundle "$bundle" "$id")" 5
}

@test "run: 10 MB through a pipe, nothing lost" {
        head -c 10485760 /dev/urandom >"$bundle/rootfs/data"
        local sum
        sum=$(sha256sum <"$bundle/rootfs/data")
        program cat /data
        equals "$(tare run --bundle "$bundle" "$id" | sha256sum)" "$sum"
        # A reader that lets the pipe fill up, and a program that is gone when it starts to read.
        equals "$(tare run --bundle "$bundle" "$id" | { sleep 0.5; sha256sum; })" "$sum"
        program cat
        equals "$(tare run --bundle "$bundle" "$id" <"$bundle/rootfs/data" | sha256sum)" "$sum"
}

@test "run: a reader that goes away ends the program by SIGPIPE, not tare" {
        script 'trap - PIPE; while echo line; do :; done; exit 9'
        { tare run --bundle "$bundle" "$id" 2>/dev/null && echo 0 >"$BATS_TEST_TMPDIR/status" ||
                echo $? >"$BATS_TEST_TMPDIR/status"; } | head -n 1
        eventually test -s "$BATS_TEST_TMPDIR/status"
        matches "$(<"$BATS_TEST_TMPDIR/status")" '^(9|141)$'
        leaves_nothing
}

@test "run: thirty containers at once" {
        script 'echo "$(hostname) $$"; exit 4'
        local i pids=()
        for i in {1..30}; do
                tare run --bundle "$bundle" "$id-$i" >"$BATS_TEST_TMPDIR/out.$i" 2>&1 3>&- &
                pids+=($!)
        done
        for i in {1..30}; do
                ended "${pids[i - 1]}"
                equals "$status $(<"$BATS_TEST_TMPDIR/out.$i")" "4 tare-default 1"
        done
        leaves_nothing
}

@test "run --detach: returns while the program runs; delete --force ends it" {
        program sleep 100
        starts
        has_status running
        local pid
        pid=$(pid_of "$id")
        equals "$(tr '\0' ' ' <"/proc/$pid/cmdline")" "sleep 100 "
        tare delete --force "$id"
        eventually is_gone "$pid"
        leaves_nothing
}

@test "run --detach: what the program writes goes where the caller's output went" {
        script 'echo from the container; exec sleep 100'
        try tare run --detach --bundle "$bundle" "$id"
        succeeds
        eventually file_has_line "$BATS_TEST_TMPDIR/stdout" "from the container"
}

@test "run --detach: a program that ends leaves a stopped container" {
        starts
        eventually has_status stopped
        tare delete "$id"
        leaves_nothing
}

@test "run --pid-file: digits alone, for a detached and for a waiting run" {
        program sleep 100
        try tare run --detach --pid-file "$BATS_TEST_TMPDIR/pid" --bundle "$bundle" "$id"
        succeeds
        equals "$(od -An -c "$BATS_TEST_TMPDIR/pid" | tr -d ' \n')" "$(pid_of "$id")"
        tare delete --force "$id"

        in_background run --pid-file "$BATS_TEST_TMPDIR/pid2" --bundle "$bundle" "$id"
        eventually test -s "$BATS_TEST_TMPDIR/pid2"
        equals "$(<"$BATS_TEST_TMPDIR/pid2")" "$(pid_of "$id")"
}

@test "run --pid-file: a relative path is the caller's" {
        cd "$BATS_TEST_TMPDIR"
        try tare run --pid-file here.pid --bundle bundle "$id"
        succeeds
        matches "$(<here.pid)" '^[0-9]+$'
}

@test "run --keep: the stopped container stays" {
        script 'exit 5'
        try_run --keep
        equals "$status" 5
        has_status stopped
        tare delete "$id"
        leaves_nothing
}

@test "run: the bundle is the working directory, or a relative path" {
        script 'echo here'
        cd "$bundle"
        try tare run "$id"
        equals "$output" here
        cd ..
        try tare run --bundle ./bundle "$id"
        equals "$output" here
        try tare run -b bundle/ "$id"
        equals "$output" here
}

@test "run --preserve-fds: these descriptors reach the program, others do not" {
        echo "by descriptor" >"$BATS_TEST_TMPDIR/file"
        script 'cat <&3; echo /proc/self/fd/*'
        preserve_one() {
                tare run --preserve-fds 1 --bundle "$bundle" "$id" 3<"$BATS_TEST_TMPDIR/file" 4<"$BATS_TEST_TMPDIR/file" \
                        9<"$BATS_TEST_TMPDIR/file"
        }
        try preserve_one
        equals "$output" "by descriptor
/proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2 /proc/self/fd/3 /proc/self/fd/4"
}

@test "run: stray descriptors are closed" {
        # The shell's own look into the directory is descriptor 3.
        script 'echo /proc/self/fd/*'
        with_strays() {
                tare run --bundle "$bundle" "$id" 3</dev/null 4</etc/passwd 5>/dev/null 200</etc/passwd
        }
        try with_strays
        equals "$output" "/proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2 /proc/self/fd/3"
}

@test "run --preserve-fds: a descriptor that is not open is refused" {
        try_run --preserve-fds 2
        fails_with "tare run failed: --preserve-fds 2: descriptor 3 is not open"
        leaves_nothing
}

@test "run --no-pivot: the container has its root all the same" {
        edit '.root.readonly = false'
        runs 'echo in; ls / | tr "\n" " "; test ! -e /../bundle' --no-pivot
        contains "$output" "in"
        contains "$output" "bin dev etc"
}

@test "run: a caller that ignores SIGCHLD" {
        edit '.hooks.createRuntime = [{path: "/bin/true"}]'
        script 'exit 7'
        try env --ignore-signal=CHLD "$TARE" --root "$root" --log "$log" --log-format json run --bundle "$bundle" "$id"
        equals "$status" 7
        equals "$stderr" ""
        leaves_nothing
}

@test "run: a session keyring of its own, unless --no-new-keyring" {
        edit '.linux.maskedPaths = []'
        # In this order: a keyring outlives its last process for a moment.
        runs 'cat /proc/keys' --no-new-keyring
        [[ $output != *"_ses.$id"* ]]
        runs 'cat /proc/keys'
        contains "$output" "_ses.$id"
}

@test "run: a container that another deletes ends the run" {
        script 'echo ready; exec sleep 100'
        in_background run --bundle "$bundle" "$id" >"$BATS_TEST_TMPDIR/out"
        local run_pid=$!
        eventually file_has_line "$BATS_TEST_TMPDIR/out" ready
        tare delete --force "$id"
        ended "$run_pid"
        equals "$status" 137
        leaves_nothing
}

@test "run: orphans of a container without a pid namespace are ended with it" {
        without_namespace pid
        script 'sleep 1000 & echo $! >/tmp/pid'
        mount_at /tmp bind "$BATS_TEST_TMPDIR" bind
        try_run
        succeeds
        eventually is_gone "$(<"$BATS_TEST_TMPDIR/pid")"
        leaves_nothing
}

@test "run: signals that the caller ignores or blocks are at their default in the program" {
        trap '' USR1 PIPE HUP
        # Not by the shell, which ignores some by itself.
        program grep -E '^Sig(Ign|Blk)' /proc/self/status
        try_run
        equals "$output" "SigBlk:	0000000000000000
SigIgn:	0000000000000000"
}

@test "run: the runtime killed by SIGKILL leaves what delete --force mends" {
        program sleep 100
        in_background run --bundle "$bundle" "$id"
        eventually has_status running
        local pid
        pid=$(pid_of "$id")
        kill -KILL "${background[0]}"
        wait "${background[0]}" 2>/dev/null || true
        tare delete --force "$id"
        eventually is_gone "$pid"
        leaves_nothing
}
