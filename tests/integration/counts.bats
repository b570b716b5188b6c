#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# counts.bats - what a birth costs, held by counts and not by times: those do not depend on the machine's mood.

load helpers

# The most system calls that `run` of the default bundle may make, its program's own included: for a host of one cgroup
# hierarchy, and for each more (make, enter, mount and remove it). Raise it with a reason.
readonly syscalls_limit=405 syscalls_a_hierarchy=12

setup_trace() {
        command -v strace >/dev/null || skip "strace is not installed"
        strace -o /dev/null true 2>/dev/null || skip "strace may not trace here"
}

trace() {
        strace -f -qq -o "$BATS_TEST_TMPDIR/trace" "$@" "$TARE" --root "$root" run --bundle "$bundle" "$id"
}

@test "counts: system calls of a run of the default bundle" {
        setup_trace
        trace
        local calls
        calls=$(grep -cE '^[0-9]+ +[a-z0-9_]+\(' "$BATS_TEST_TMPDIR/trace")
        echo "# $calls system calls"
        ((calls > 50))
        ((calls <= syscalls_limit + syscalls_a_hierarchy * ($(wc -l </proc/self/cgroup) - 1)))
}

@test "counts: no mount call fails" {
        # A failing mount waits for an RCU grace period, as one that succeeds does not.
        setup_trace
        trace -e trace=mount,move_mount,open_tree,fsmount,fsconfig,mount_setattr,umount2,pivot_root
        equals "$(grep -E '= -1' "$BATS_TEST_TMPDIR/trace" || true)" ""
        test -s "$BATS_TEST_TMPDIR/trace"
}

@test "counts: nothing is written to cgroup.procs" {
        # That takes a lock over an RCU grace period: 7 to 13 ms.
        setup_trace
        trace -e trace=openat,openat2,open
        equals "$(grep cgroup.procs "$BATS_TEST_TMPDIR/trace" | grep -E 'O_WRONLY|O_RDWR' || true)" ""
        test -s "$BATS_TEST_TMPDIR/trace"
}

@test "counts: one process is cloned, one program executed" {
        setup_trace
        trace -e trace=clone,clone3,fork,vfork,execve,execveat
        equals "$(grep -cE 'clone3?\(|v?fork\(' "$BATS_TEST_TMPDIR/trace")" 1
        equals "$(grep -c 'execve(.*= 0' "$BATS_TEST_TMPDIR/trace")" 2   # tare itself, and /bin/true
        equals "$(grep -c 'execveat(.*= 0' "$BATS_TEST_TMPDIR/trace")" 1 # tare, from where nobody can write to it
}

@test "counts: memory of the runtime stays small" {
        # /usr/bin/time is not there by default; the kernel tells the peak in status, while it runs.
        script 'sleep 0.5'
        in_background run --bundle "$bundle" "$id"
        eventually has_status running
        local kib
        kib=$(awk '/^VmHWM/ { print $2 }' "/proc/${background[0]}/status")
        echo "# peak $kib KiB"
        [[ $TARE != */build/tare ]] || ((kib <= 1024))
}
