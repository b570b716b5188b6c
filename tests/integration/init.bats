#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# init.bats - what becomes known of init when it goes wrong, and what becomes of init when the host does: its errors, its
# crashes, its lines in the log, the death of its parent. tests/faults/matrix does the same at every row of the birth.

load helpers

# hook KIND SCRIPT: a hook of the host, or before the root is entered, with the state in $state.
hook() {
        local file=$BATS_TEST_TMPDIR/hook.$1
        printf '#!/bin/bash\nstate=$(cat)\npid=$(jq -r .pid <<<"$state")\n%s\n' "$2" >"$file"
        chmod +x "$file"
        # shellcheck disable=SC2016 # jq's variables
        edit '.hooks[$kind] += [{path: $file}]' --arg kind "$1" --arg file "$file"
}

# step_of WHAT: its number in the program's own table.
step_of() {
        "$TARE" help --birth-table | awk -F '\t' -v what="$1" '$2 == what { print $1 }'
}

# errors -----------------------------------------------------------------------------------------------------------------

@test "init: an error reaches the caller whole, at whatever step" {
        local filter words
        while IFS='|' read -r filter words; do
                cp "$project/tests/bundles/default.json" "$bundle/config.json"
                edit "$filter"
                try_run
                fails_with "tare run failed: $words"
                leaves_nothing
        done <<'ROWS'
.process.args = ["/no/such"]|find the program: exec: "/no/such": stat /no/such: no such file or directory
.process.env = ["A"]|become the user: invalid environment variable: missing '='
.linux.sysctl = {"net.ipv4.none": "1"}|set the sysctls: sysctl "net.ipv4.none": open /proc/sys/net/ipv4/none: no such file or directory
.process.oomScoreAdj = -1001|config.json: process.oomScoreAdj: out of range
.process.user.uid = 4294967295|become the user: cannot setuid to unmapped uid 4294967295 in user namespace
.process.user.gid = 4294967295|become the user: cannot setgid to unmapped gid 4294967295 in user namespace
ROWS
}

@test "init: an error after create returned is told by start, and init ends in 255" {
        command -v strace >/dev/null || skip "strace is not installed"
        edit '.hooks.startContainer = [{path: "/bin/false"}]'
        # It follows init beyond the end of create.
        strace -f -q -e trace=none -o "$BATS_TEST_TMPDIR/trace" "$TARE" --root "$root" create --bundle "$bundle" "$id" 3>&- &
        local tracer=$! pid
        background+=("$tracer")
        eventually has_status created
        pid=$(pid_of "$id")
        try tare start "$id"
        fails_with "run startContainer hooks: startContainer hook #0 /bin/false: exit status 1, stdout: , stderr: "
        ended "$tracer"
        equals "$(sed -n "s/^$pid *+++ //p" "$BATS_TEST_TMPDIR/trace")" "exited with 255 +++"
}

@test "init: where nobody can be told, the error goes to stderr" {
        # The state is on a filesystem that has no room left: neither the wire nor the file for start takes the words.
        edit '.hooks.startContainer = [{path: "/bin/false"}]'
        mkdir "$root"
        cat >"$BATS_TEST_TMPDIR/full" <<'SCRIPT'
set -eu
tare=$1 root=$2 bundle=$3 id=$4
mount -t tmpfs -o size=64k full "$root"
"$tare" --root "$root" create --bundle "$bundle" "$id"
head -c 65536 /dev/zero >"$root/filler" 2>/dev/null || true
"$tare" --root "$root" start "$id" 2>/dev/null && echo started
rm "$root/filler"
"$tare" --root "$root" delete --force "$id"
SCRIPT
        try unshare --mount timeout --signal=KILL 50 bash "$BATS_TEST_TMPDIR/full" "$TARE" "$root" "$bundle" "$id"
        succeeds
        equals "$output" ""
        equals "$stderr" "run startContainer hooks: startContainer hook #0 /bin/false: exit status 1, stdout: , stderr: "
        leaves_nothing
}

# crashes ----------------------------------------------------------------------------------------------------------------

@test "init: a crash is an error that names the step" {
        local signal words
        while read -r signal words; do
                cp "$project/tests/bundles/default.json" "$bundle/config.json"
                hook createRuntime "kill -$signal \$pid"
                try_run
                fails_with "tare run failed: run prestart and createRuntime hooks: init crashed: $words"
                leaves_nothing
        done <<'SIGNALS'
SEGV segmentation fault (signal 11)
BUS bus error (signal 7)
ILL illegal instruction (signal 4)
FPE floating point exception (signal 8)
ABRT aborted (signal 6)
SIGNALS
}

@test "init: a death without a word is an error that names the step" {
        local what='run prestart and createRuntime hooks'
        hook createRuntime 'kill -KILL $pid'
        try_run
        fails_with "tare run failed: $what: init died at step $(step_of "$what")"
        leaves_nothing
}

@test "init: a crash between create and start is told by start" {
        creates
        kill -SEGV "$(pid_of "$id")"
        eventually has_status stopped
        try tare start "$id"
        fails_with "cannot start a container that has stopped: init crashed: segmentation fault (signal 11)"
}

# the log ----------------------------------------------------------------------------------------------------------------

# init_steps: of the lines on stdin: number and sentence of each step of init, a tab between.
init_steps() {
        sed -nE 's/.*step ([0-9]+): (.*) \(init, [0-9]+ us\).*/\1\t\2/p'
}

# is_init_told STEPS: those of a whole birth: in the order of the program's own table, each once, none that it does not have.
is_init_told() {
        local table what
        table=$("$TARE" help --birth-table)
        equals "$1" "$(sort -n -u <<<"$1")"
        equals "$(grep -vxF "$(cut -f 1,2 <<<"$table")" <<<"$1" || true)" ""
        for what in 'begin as init' 'enter the cgroup' 'build the root and its mounts' \
                'run createContainer hooks' 'become the user' 'find the program' 'run startContainer hooks'; do
                contains "$1"$'\n' $'\t'"$what"$'\n'
        done
}

with_hooks_and_score() {
        local kind
        for kind in createContainer startContainer; do
                # shellcheck disable=SC2016 # jq's variables
                edit '.hooks[$kind] = [{path: "/bin/true"}]' --arg kind "$kind"
        done
        edit '.process.oomScoreAdj = 100'
}

@test "init: with --debug its steps are in the log, in order, as JSON" {
        with_hooks_and_score
        try tare --debug run --bundle "$bundle" "$id"
        succeeds
        equals "$stderr" ""
        is_init_told "$(jq -r 'select(.level == "debug" and (.time | length) > 0) | .msg' "$log" | init_steps)"
}

@test "init: the same as text, and none of it without --debug" {
        with_hooks_and_score
        try "$TARE" --root "$root" --debug --log "$BATS_TEST_TMPDIR/log.txt" --log-format text run --bundle "$bundle" "$id"
        succeeds
        is_init_told "$(grep -E '^time="[^"]+" level=debug msg="step ' "$BATS_TEST_TMPDIR/log.txt" | init_steps)"
        try_run
        succeeds
        equals "$(<"$log")" ""
}

@test "init: the lines of an exec too" {
        program sleep 100
        starts
        try tare --debug exec "$id" true
        succeeds
        equals "$(jq -r .msg "$log" | sed -nE 's/^step [0-9]+: (.*) \(init, [0-9]+ us\)$/\1/p')" "begin in the container
join the session keyring
become the user
find the program
let go of the runtime"
}

# init_of HOST: the one of its children that leads a session of its own: a hook does not.
init_of() {
        local child
        for child in $(<"/proc/$1/task/$1/children"); do
                [[ $(ps -o sid= -p "$child") -ne $child ]] || echo "$child"
        done
}

# the parent's death -----------------------------------------------------------------------------------------------------

@test "init: dies with a host that is killed before the container is created" {
        # While it waits for the host, and while it waits for a hook of its own.
        local kind pid
        for kind in createRuntime createContainer; do
                cp "$project/tests/bundles/default.json" "$bundle/config.json"
                hook "$kind" "echo \$\$ >$BATS_TEST_TMPDIR/$kind; exec sleep 1000"
                in_background create --bundle "$bundle" "$id"
                eventually test -s "$BATS_TEST_TMPDIR/$kind"
                pid=$(init_of "${background[-1]}")
                kill -KILL "${background[-1]}"
                wait "${background[-1]}" 2>/dev/null || true
                eventually is_gone "$pid"
                # That of the host was the host's child, and is our pid; the other one went with init.
                [[ $kind != createRuntime ]] || kill -KILL "$(<"$BATS_TEST_TMPDIR/$kind")"
                try tare start "$id"
                [[ $status != 0 ]]
                try tare delete --force "$id"
                succeeds
                leaves_nothing
        done
}

@test "init: as another user it dies with its host too" {
        # The change of ids takes the parent-death signal away: it must be set anew, and kept until the program begins.
        command -v strace >/dev/null || skip "strace is not installed"
        edit '.process.user = {uid: 1000, gid: 1000}'
        try strace -f -q -e trace=prctl,setresuid,execve -o "$BATS_TEST_TMPDIR/trace" "$TARE" --root "$root" run --bundle "$bundle" "$id"
        succeeds
        equals "$(sed -nE 's/^[0-9]+ +((setresuid|prctl\(PR_SET_PDEATHSIG)[^)]*).*/\1/p' "$BATS_TEST_TMPDIR/trace")" \
                "prctl(PR_SET_PDEATHSIG, SIGKILL
setresuid(1000, 1000, 1000
prctl(PR_SET_PDEATHSIG, SIGKILL
prctl(PR_SET_PDEATHSIG, 0"
}
