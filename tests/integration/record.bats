#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# record.bats - --record-seccomp: what a program calls becomes a profile under which it runs as before.

load helpers

setup_file() {
        "${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -O1 -static -pthread -o "$BATS_FILE_TMPDIR/threads" \
                "$project/tests/tools/threads.c"
}

# Before each test, after the bundle is made.
use_threads() {
        cp "$BATS_FILE_TMPDIR/threads" "$bundle/rootfs/bin/threads"
}

profile=
# records STATUS [OPTION...]: runs the bundle's program and records it to $profile; sets output, too.
records() {
        local expected=$1
        shift
        profile=$BATS_TEST_TMPDIR/profile.json
        try_run --record-seccomp "$profile" "$@"
        equals "$status" "$expected" || complain "stderr: $stderr"
        leaves_nothing
}

# The bundle gets the profile; forbidden calls kill, so that none is overlooked.
confine() {
        # shellcheck disable=SC2016 # jq's variable
        edit '.linux.seccomp = ($profile[0] | .defaultAction = "SCMP_ACT_KILL_PROCESS")' --slurpfile profile "$profile"
}

# has_call NAME: the profile's first rule, of the calls that were seen, has it.
has_call() {
        jq -e --arg name "$1" '.syscalls[0].names | index($name) != null' "$profile" >/dev/null
}

@test "record: a pipeline of many programs, and then the same under its profile" {
        script 'ls / | grep -c . ; sort /etc/passwd | head -n 1 | tr a-z A-Z; (sleep 0.1; echo later) & wait; cat /nothing || exit 3'
        try_run
        local before=$status:$output:$stderr
        records 3
        equals "$status:$output:$stderr" "$before"
        has_call pipe2 || has_call pipe
        has_call execve
        [[ $(jq '.syscalls[0].names | length' "$profile") -lt 100 ]]
        confine
        try_run
        equals "$status:$output:$stderr" "$before"
}

@test "record: threads and children are seen" {
        use_threads
        program threads
        records 0
        equals "$output" "8 calls"
        local call
        for call in getppid getpgid getsid getpriority sched_yield umask getrusage sync futex; do
                has_call "$call"
        done
        confine
        try_run
        equals "$status:$output" "0:8 calls"
}

@test "record: what was not recorded is denied" {
        program cat /etc/passwd
        records 0
        confine
        program mkdir /tmp/x
        try_run
        equals "$status" 159 # SIGSYS
}

@test "record: the profile is sorted, in two groups, with the architectures that were met" {
        program true
        records 0
        equals "$(jq -r .defaultAction "$profile")" SCMP_ACT_ERRNO
        equals "$(jq -c '.syscalls | map(.action)' "$profile")" '["SCMP_ACT_ALLOW","SCMP_ACT_ALLOW"]'
        jq -e 'all(.syscalls[].names; . == sort and . == unique)' "$profile"
        # None stands in both.
        jq -e '.syscalls[0].names - .syscalls[1].names == .syscalls[0].names' "$profile"
        jq -e '.architectures | length == 1' "$profile"
        equals "$(jq -c .syscalls[1].names "$profile")" \
                '["capset","exit","read","restart_syscall","rt_sigreturn","sigreturn","write"]'
}

@test "record: the profile does for create and start too, with and without no_new_privs" {
        local no_new_privs
        program echo hello
        for no_new_privs in true false; do
                edit "del(.linux.seccomp) | .process.noNewPrivileges = $no_new_privs"
                records 0
                confine
                tare create --bundle "$bundle" "$id" >"$BATS_TEST_TMPDIR/words" 2>&1 </dev/null
                tare start "$id"
                eventually has_status stopped
                equals "$(<"$BATS_TEST_TMPDIR/words")" hello
                tare delete "$id"
        done
}

@test "record: the bundle's own filter does not hold meanwhile" {
        edit '.linux.seccomp = {defaultAction: "SCMP_ACT_KILL_PROCESS"}'
        program echo ok
        records 0
        equals "$output" ok
}

@test "record: a program that is killed is recorded until then" {
        without_namespace pid
        script 'mkdir /tmp/x; kill -KILL $$'
        records 137
        has_call mkdir
        has_call kill
}

@test "record: signals that come in the middle of a call" {
        script 'trap "n=x\$n" USR1; i=0; while [ $i -lt 50 ]; do kill -USR1 $$; i=$((i + 1)); done; echo ${#n}'
        records 0
        equals "$output" 50
        has_call rt_sigreturn
        confine
        try_run
        equals "$status:$output" 0:50
}

@test "record: a terminal in the foreground" {
        command -v script >/dev/null || skip "script(1) is not installed"
        edit '.process.terminal = true'
        program tty
        profile=$BATS_TEST_TMPDIR/profile.json
        local words
        words=$(SHELL=/bin/sh command script -qec "timeout -k 1 30 '$TARE' --root '$root' run --record-seccomp '$profile' --bundle '$bundle' '$id'" /dev/null </dev/null)
        contains "$words" /dev/pts/
        has_call ioctl
}

@test "record: exec" {
        program sleep 100
        starts
        use_threads
        profile=$BATS_TEST_TMPDIR/profile.json
        try tare exec --record-seccomp "$profile" "$id" threads
        equals "$status:$output" "0:8 calls"
        has_call umask
        has_call getrusage
        try tare exec --record-seccomp "$profile" "$id" sh -c 'exit 9'
        equals "$status" 9
        if has_call umask; then complain "an old recording"; fi
}

@test "record: what outlives an exec goes on" {
        program sleep 100
        mount_at /tmp bind "$BATS_TEST_TMPDIR" bind
        starts
        profile=$BATS_TEST_TMPDIR/profile.json
        try tare exec --record-seccomp "$profile" "$id" sh -c '(sleep 1; mkdir /tmp/later) >/dev/null 2>&1 & exit 0'
        succeeds
        [[ ! -e $BATS_TEST_TMPDIR/later ]]
        eventually test -d "$BATS_TEST_TMPDIR/later"
}

@test "record: what cannot be recorded is refused before anything is made" {
        try_run --record-seccomp "$BATS_TEST_TMPDIR/none/profile.json"
        fails_with "tare run failed: --record-seccomp $BATS_TEST_TMPDIR/none/profile.json: no such file or directory"
        try_run --record-seccomp "$BATS_TEST_TMPDIR/"
        fails_with "tare run failed: --record-seccomp $BATS_TEST_TMPDIR/: no name of a file"
        try_run --detach --record-seccomp "$BATS_TEST_TMPDIR/profile.json"
        fails_with "tare run failed: --record-seccomp writes when the program has ended, so not with --detach"
        [[ ! -e $BATS_TEST_TMPDIR/profile.json ]]
        leaves_nothing
}

@test "record: a birth that fails writes nothing and leaves no recorder" {
        program /bin/nothing
        try_run --record-seccomp "$BATS_TEST_TMPDIR/profile.json"
        equals "$status" 1
        [[ ! -e $BATS_TEST_TMPDIR/profile.json ]]
        printf '#!/nothing\n' >"$bundle/rootfs/bin/lost"
        chmod 755 "$bundle/rootfs/bin/lost"
        program lost
        try_run --record-seccomp "$BATS_TEST_TMPDIR/profile.json"
        equals "$status" 1
        contains "$stderr" "no such file or directory"
        [[ ! -e $BATS_TEST_TMPDIR/profile.json ]]
        leaves_nothing
}
