#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# seccomp.bats - linux.seccomp from outside: what a filter does to the program, what it may forbid of the runtime's own
# calls, how an agent gets its descriptor, and what is refused.

load helpers

# What init itself must still do under the filter (docs/SECCOMP.md), and the one call of exit7.
readonly least='["execve", "exit_group"]'

setup_file() {
        "${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -o "$BATS_FILE_TMPDIR/agent" "$project/tests/tools/seccomp_agent.c"
        "${CC:-cc}" -O1 -static -nostdlib -ffreestanding -fno-stack-protector -o "$BATS_FILE_TMPDIR/exit7" \
                "$project/tests/tools/exit7.c"
}

# profile JSON: as linux.seccomp.
profile() {
        edit ".linux.seccomp = $1"
}

# rule NAME ACTION [MORE]: all is allowed but this call.
rule() {
        profile "{defaultAction: \"SCMP_ACT_ALLOW\", syscalls: [{names: [\"$1\"], action: \"SCMP_ACT_$2\" ${3:+, $3}}]}"
}

# only NAMES ACTION: nothing is allowed but these (a JSON list).
only() {
        profile "{defaultAction: \"SCMP_ACT_$2\", architectures: [], syscalls: [{names: ($1), action: \"SCMP_ACT_ALLOW\"}]}"
}

use_exit7() {
        cp "$BATS_FILE_TMPDIR/exit7" "$bundle/rootfs/bin/exit7"
        program /bin/exit7
}

# goes_through TEXT: run, and create with start, come to the program.
goes_through() {
        try_run
        equals "$status" 7 || complain "$1: run: $stderr"
        creates
        try tare start "$id"
        succeeds || complain "$1: start"
        eventually has_status stopped
        tare delete "$id"
}

# actions --------------------------------------------------------------------------------------------------------------

@test "seccomp: a call fails with the errno of its rule, with EPERM without one, with the default's" {
        rule mkdir ERRNO 'errnoRet: 28'
        script 'mkdir /tmp/x'
        try_run
        equals "$status $stderr" "1 mkdir: can't create directory '/tmp/x': No space left on device"
        rule mkdir ERRNO
        try_run
        equals "$status $stderr" "1 mkdir: can't create directory '/tmp/x': Operation not permitted"
        # The program's own start needs no mkdir.
        edit '.linux.seccomp.syscalls[0].action = "SCMP_ACT_LOG"'
        try_run
        equals "$status $stderr" "1 mkdir: can't create directory '/tmp/x': Read-only file system"
}

@test "seccomp: the default action holds for what the profile does not name" {
        use_exit7
        only "$least" ERRNO
        try_run
        equals "$status" 7
        script 'mkdir /tmp/x'
        profile '{defaultAction: "SCMP_ACT_ERRNO", defaultErrnoRet: 28, syscalls: [{action: "SCMP_ACT_ALLOW", names: [
                "execve", "brk", "arch_prctl", "set_tid_address", "set_robust_list", "rseq", "prlimit64", "readlink",
                "getrandom", "mprotect", "prctl", "getuid", "getpid", "getppid", "rt_sigaction", "uname", "stat", "newfstatat",
                "getcwd", "geteuid", "getgid", "getegid", "umask", "write", "exit_group"]}]}'
        try_run
        equals "$status $stderr" "1 mkdir: can't create directory '/tmp/x': No space left on device"
}

@test "seccomp: actions that kill end with SIGSYS" {
        local action
        script 'mkdir /tmp/x; echo alive'
        for action in KILL KILL_THREAD KILL_PROCESS TRAP; do
                rule mkdir "$action"
                program mkdir /tmp/x
                try_run
                equals "$action $status" "$action 159"
        done
}

@test "seccomp: TRACE without a tracer is ENOSYS; LOG and ALLOW let pass" {
        program mkdir /tmp/x
        rule mkdir TRACE
        try_run
        contains "$stderr" "Function not implemented"
        local action
        for action in LOG ALLOW; do
                rule mkdir "$action"
                try_run
                contains "$stderr" "Read-only file system"
        done
}

# refused_signals OP VALUE [VALUETWO]: of 0, 17, 18 and 28 those that kill(2) cannot send under this condition.
refused_signals() {
        rule kill ERRNO "args: [{index: 1, op: \"SCMP_CMP_$1\", value: $2, valueTwo: ${3:-0}}]"
        runs 'for s in 0 17 18 28; do kill -$s $$ 2>/dev/null || echo $s; done'
        # shellcheck disable=SC2086 # words
        echo $output
}

@test "seccomp: every operator on an argument" {
        equals "$(refused_signals EQ 18)" "18"
        equals "$(refused_signals NE 18)" "0 17 28"
        equals "$(refused_signals LT 18)" "0 17"
        equals "$(refused_signals LE 18)" "0 17 18"
        equals "$(refused_signals GT 18)" "28"
        equals "$(refused_signals GE 18)" "18 28"
        equals "$(refused_signals MASKED_EQ 3 2)" "18"
        equals "$(refused_signals MASKED_EQ 16 16)" "17 18 28"
}

@test "seccomp: names that nobody knows are told at --debug, and ignored" {
        profile '{defaultAction: "SCMP_ACT_ALLOW", syscalls: [
                {names: ["no_such_call", "mkdir", "nor_this"], action: "SCMP_ACT_ERRNO"},
                {names: ["no_such_call"], action: "SCMP_ACT_KILL"}]}'
        program mkdir /tmp/x
        try tare --debug run --bundle "$bundle" "$id"
        contains "$stderr" "Operation not permitted"
        equals "$(jq -r 'select(.msg | contains("unknown")) | .level + ": " + .msg' "$log")" \
                "debug: config.json: linux.seccomp: ignoring unknown system calls: [no_such_call, nor_this]"
        try_run
        equals "$(warnings)" ""
}

@test "seccomp: the flags reach the kernel; without any it is SPEC_ALLOW" {
        command -v strace >/dev/null || skip "strace is not installed"
        strace -o /dev/null true 2>/dev/null || skip "strace may not trace here"
        local row flags expected
        for row in 'null=SECCOMP_FILTER_FLAG_SPEC_ALLOW' '[]=0' \
                '["SECCOMP_FILTER_FLAG_LOG"]=SECCOMP_FILTER_FLAG_LOG' \
                '["SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG"]=SECCOMP_FILTER_FLAG_TSYNC|SECCOMP_FILTER_FLAG_LOG'; do
                flags=${row%=*}
                expected=${row##*=}
                rule mkdir ERRNO
                edit ".linux.seccomp.flags = $flags"
                strace -f -qq -o "$BATS_TEST_TMPDIR/trace" -e trace=seccomp "$TARE" --root "$root" run --bundle "$bundle" "$id"
                matches "$(<"$BATS_TEST_TMPDIR/trace")" "seccomp\(SECCOMP_SET_MODE_FILTER, ${expected//|/\\|}, .* = 0"
        done
}

@test "seccomp: features names what there is" {
        local features
        features=$(tare features)
        equals "$(jq -c '.linux.seccomp | [.enabled, (.actions | length), (.operators | length), (.knownFlags | length)]' <<<"$features")" \
                '[true,9,7,4]'
        jq -e '.linux.seccomp | (.archs | contains(["SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64"])) and
                (.supportedFlags - .knownFlags == []) and (.supportedFlags | contains(["SECCOMP_FILTER_FLAG_LOG"]))' <<<"$features"
}

# whose calls they are -------------------------------------------------------------------------------------------------

@test "seccomp: run needs execve alone, create also write and read; without no_new_privs, capset" {
        local action
        use_exit7
        for action in KILL_PROCESS ERRNO; do
                edit '.process.noNewPrivileges = true'
                only "$least" "$action"
                try_run
                equals "$status" 7
                only "$least + [\"read\", \"write\"]" "$action"
                goes_through "$action"

                edit '.process.noNewPrivileges = false'
                only "$least + [\"capset\"]" "$action"
                try_run
                equals "$status" 7
                only "$least + [\"capset\", \"read\", \"write\"]" "$action"
                goes_through "$action, without no_new_privs"
        done
}

@test "seccomp: a call that init cannot do without ends the birth with words, and not by a hang" {
        use_exit7
        only "$least" ERRNO
        try tare create --bundle "$bundle" "$id"
        fails_with "tare create failed: be filtered: send a cue over the wire: operation not permitted"
        only "$least" KILL_PROCESS
        try tare create --bundle "$bundle" "$id"
        matches "$(last_error)" '^tare create failed: be filtered: init died at step [0-9]+$'

        edit '.process.noNewPrivileges = false'
        only "$least + [\"write\"]" ERRNO
        try_run
        fails_with "tare run failed: drop the capability for the filter: drop CAP_SYS_ADMIN: operation not permitted"

        # Not even that there is no such format can be told by a system call.
        edit '.process.noNewPrivileges = true'
        only '["execve"]' ERRNO
        printf 'no program' >"$bundle/rootfs/bin/exit7"
        try_run
        fails_with "tare run failed: become the program: exec /bin/exit7: exec format error"
        only '["execve", "read", "write"]' ERRNO
        creates
        try tare start "$id"
        fails_with "become the program: exec /bin/exit7: exec format error"
}

@test "seccomp: a filter that forbids what init and its libc call otherwise" {
        local nnp name
        use_exit7
        for nnp in true false; do
                edit ".process.noNewPrivileges = $nnp"
                profile '{defaultAction: "SCMP_ACT_ALLOW", syscalls: [{action: "SCMP_ACT_KILL_PROCESS", names: [
                        "open", "openat", "openat2", "close", "close_range", "getcwd", "chdir", "fchdir", "stat", "newfstatat",
                        "fstat", "lstat", "statx", "access", "faccessat", "faccessat2", "prctl", "setresuid", "setresgid",
                        "setgroups", "umask", "fchown", "mmap", "munmap", "mprotect", "brk", "fcntl", "dup3", "sendmsg",
                        "recvmsg", "sendto", "recvfrom", "poll", "ppoll", "rt_sigprocmask", "rt_sigaction", "sigaltstack",
                        "getpid", "gettid", "futex", "clock_gettime", "capget", "setsid", "mount", "seccomp", "clone",
                        "clone3", "fork", "vfork", "wait4", "lseek", "readlink", "ioctl", "kill", "tgkill"]}]}'
                goes_through "no_new_privs $nnp"
        done
}

@test "seccomp: with limits that leave no room to compile anything" {
        rule mkdir ERRNO
        edit '.process.rlimits = [{type: "RLIMIT_AS", soft: 4194304, hard: 4194304}, {type: "RLIMIT_NOFILE", soft: 3, hard: 3}]'
        program mkdir /tmp/x
        try_run
        contains "$stderr" "Operation not permitted"
}

@test "seccomp: what is lent for the filter is not there for the program, nor while it waits" {
        rule mkdir ERRNO
        edit '.process.noNewPrivileges = false | .process.user = {uid: 1000, gid: 1000} | .process.capabilities = {
                bounding: ["CAP_KILL", "CAP_SYS_ADMIN"], permitted: ["CAP_KILL"], effective: ["CAP_KILL"],
                inheritable: ["CAP_KILL"], ambient: ["CAP_KILL"]}'
        runs 'grep -E "^(Cap|NoNew|Seccomp:)" /proc/self/status; mkdir /tmp/x 2>&1'  || true
        contains "$output" "CapInh:	0000000000000020
CapPrm:	0000000000000020
CapEff:	0000000000000020
CapBnd:	0000000000200020
CapAmb:	0000000000000020
NoNewPrivs:	0
Seccomp:	2"
        creates
        local created
        created=$(grep -E '^(CapInh|CapPrm|CapEff|CapAmb|Seccomp:)' "/proc/$(pid_of "$id")/status")
        equals "$created" "CapInh:	0000000000000020
CapPrm:	0000000000000020
CapEff:	0000000000000020
CapAmb:	0000000000000020
Seccomp:	2"
}

@test "seccomp: a program with CAP_SYS_ADMIN needs no loan" {
        use_exit7
        edit '.process.noNewPrivileges = false
                | .process.capabilities |= map_values(["CAP_SYS_ADMIN"])'
        only "$least" KILL_PROCESS
        try_run
        equals "$status" 7
}

# exec and hooks -------------------------------------------------------------------------------------------------------

@test "seccomp: exec is filtered as the container is, with no_new_privs and without, and with a process of its own" {
        rule mkdir ERRNO 'errnoRet: 28'
        program sleep 1000
        local nnp
        for nnp in true false; do
                edit ".process.noNewPrivileges = $nnp"
                starts
                try tare exec "$id" mkdir /tmp/x
                equals "$status $stderr" "1 mkdir: can't create directory '/tmp/x': No space left on device"
                jq '.process | .args = ["mkdir", "/tmp/x"]' "$bundle/config.json" >"$BATS_TEST_TMPDIR/process.json"
                try tare exec --process "$BATS_TEST_TMPDIR/process.json" "$id"
                contains "$stderr" "No space left on device"
                tare delete --force "$id"
        done
}

@test "seccomp: startContainer hooks run under the filter" {
        rule mkdir ERRNO
        edit '.root.readonly = false | .hooks.startContainer =
                [{path: "/bin/sh", args: ["sh", "-c", "grep ^Seccomp: /proc/self/status >/tmp/hook"]}]'
        runs 'cat /tmp/hook'
        equals "$output" "Seccomp:	2"
}

# the agent ------------------------------------------------------------------------------------------------------------

# agent_answers ANSWER: an agent at $socket; its calls go to $socket.calls, its document to $socket.document.
agent_answers() {
        socket=$BATS_TEST_TMPDIR/agent
        rm -f "$socket" "$socket".*
        "$BATS_FILE_TMPDIR/agent" "$socket" "$socket.document" "$1" >"$socket.calls" 3>&- &
        agent=$!
        background+=("$agent")
        eventually test -S "$socket"
}

# notify NAMES: calls that the agent is asked about.
notify() {
        profile "{defaultAction: \"SCMP_ACT_ALLOW\", listenerPath: \"$BATS_TEST_TMPDIR/agent\", listenerMetadata: \"for \\\"you\\\"\",
                syscalls: [{names: $1, action: \"SCMP_ACT_NOTIFY\"}]}"
}

@test "seccomp: an agent decides, and is told of whom" {
        notify '["mkdir"]'
        program mkdir /tmp/x
        agent_answers 28
        local pid
        try_run --pid-file "$BATS_TEST_TMPDIR/pid"
        equals "$status" 1
        contains "$stderr" "No space left on device"
        pid=$(<"$BATS_TEST_TMPDIR/pid")
        ended "$agent"
        equals "$status" 0
        equals "$(grep -c '' "$socket.calls")" 1
        equals "$(jq -c '[.ociVersion, .fds, .pid, .metadata, .state.status, .state.id, .state.pid, .state.bundle]' "$socket.document")" \
                "$(jq -nc '["1.0.2-dev", ["seccompFd"], $pid, "for \"you\"", "creating", $id, $pid, $bundle]' \
                        --argjson pid "$pid" --arg id "$id" --arg bundle "$bundle")"
}

@test "seccomp: an agent of create has its descriptor before create returns" {
        notify '["mkdir"]'
        program mkdir /tmp/x
        agent_answers 28
        creates
        equals "$(jq -c '[.pid, .state.status]' "$socket.document")" "[$(pid_of "$id"),\"creating\"]"
        tare start "$id"
        ended "$agent"
        equals "$(grep -c '' "$socket.calls")" 1
}

@test "seccomp: an agent of exec is told of the process and of its container" {
        program sleep 1000
        notify '["mkdir"]'
        agent_answers leave
        starts
        agent_answers 28
        try tare exec "$id" mkdir /tmp/x
        contains "$stderr" "No space left on device"
        ended "$agent"
        equals "$(jq -c '.state | [.status, .pid]' "$socket.document")" "[\"running\",$(pid_of "$id")]"
        (($(jq .pid "$socket.document") != $(pid_of "$id")))
}

@test "seccomp: an agent may be asked about every call but write" {
        # The calls of the handover, of execve, and all that come after: of init's own none is before the agent is there.
        local nnp
        use_exit7
        notify "[\"read\", \"close\", \"sendmsg\", \"recvmsg\", \"sendto\", \"recvfrom\", \"poll\", \"openat\", \"prctl\",
                \"fcntl\", \"capset\", \"execve\", \"exit_group\", \"clock_gettime\", \"seccomp\", \"rt_sigprocmask\"]"
        for nnp in true false; do
                edit ".process.noNewPrivileges = $nnp"
                agent_answers continue
                try tare --debug run --bundle "$bundle" "$id"
                equals "$status" 7
                ended "$agent"
                agent_answers continue
                creates
                tare start "$id"
                eventually has_status stopped
                tare delete "$id"
                ended "$agent"
        done
}

@test "seccomp: no agent, and one that is no socket" {
        notify '["mkdir"]'
        socket=$BATS_TEST_TMPDIR/agent
        local verb what="hand the notifications to the agent: connect with seccomp agent specified in the seccomp profile $socket"
        for verb in run create; do
                try tare "$verb" --bundle "$bundle" "$id"
                fails_with "tare $verb failed: $what: no such file or directory"
                leaves_nothing
        done
        touch "$socket"
        try_run
        fails_with "tare run failed: $what: connection refused"
        leaves_nothing
}

@test "seccomp: an agent that goes away leaves calls that are not there" {
        notify '["mkdir"]'
        script 'sleep 0.2; mkdir /tmp/x'
        agent_answers leave
        try_run
        contains "$stderr" "Function not implemented"
}

# what is refused ------------------------------------------------------------------------------------------------------

# refused_profile JSON TEXT: before anything is made, the state directory included.
refused_profile() {
        profile "$1"
        try_run
        equals "$output" ""
        fails_with "tare run failed: config.json: linux.seccomp.$2"
        [[ ! -e $root ]] || complain "$root was made"
}

@test "seccomp: what is refused" {
        local allow='defaultAction: "SCMP_ACT_ALLOW"'
        # by_rule JSON TEXT
        by_rule() {
                refused_profile "{$allow, syscalls: [{names: [\"openat\"], action: \"SCMP_ACT_ERRNO\"} + $1]}" "syscalls[0].$2"
        }
        refused_profile '{}' "defaultAction: required"
        refused_profile '{defaultAction: "SCMP_ACT_FOO"}' 'defaultAction: unknown action "SCMP_ACT_FOO"'
        refused_profile '{defaultAction: "SCMP_ACT_NOTIFY"}' "defaultAction: SCMP_ACT_NOTIFY cannot be used as default action"
        refused_profile '{defaultAction: "SCMP_ACT_ERRNO", defaultErrnoRet: 4096}' "defaultErrnoRet: 4096 is more than SCMP_ACT_ERRNO can return"
        refused_profile '{defaultAction: "SCMP_ACT_KILL", defaultErrnoRet: 1}' "defaultErrnoRet: SCMP_ACT_KILL takes no errno"
        refused_profile "{$allow, architectures: [\"SCMP_ARCH_X86\", \"x86_64\"]}" 'architectures[1]: unknown architecture "x86_64"'
        refused_profile "{$allow, architectures: [\"SCMP_ARCH_S390X\"]}" "architectures[0]: SCMP_ARCH_S390X has another byte order than this machine"
        refused_profile "{$allow, flags: [\"FOO\"]}" 'flags[0]: unknown flag "FOO"'
        refused_profile "{$allow, listenerMetadata: \"x\"}" "listenerMetadata: must not be set without listenerPath"
        by_rule '{action: "ALLOW"}' 'action: unknown action "ALLOW"'
        by_rule '{action: "SCMP_ACT_NOTIFY"}' "action: seccomp listenerPath is not set"
        by_rule '{errnoRet: 4096}' "errnoRet: 4096 is more than SCMP_ACT_ERRNO can return"
        by_rule '{action: "SCMP_ACT_TRAP", errnoRet: 1}' "errnoRet: SCMP_ACT_TRAP takes no errno"
        by_rule '{names: []}' "names: must not be empty"
        by_rule '{names: "openat"}' "names: not an array"
        by_rule '{args: [{index: 6, value: 0, op: "SCMP_CMP_EQ"}]}' "args[0].index: out of range"
        by_rule '{args: [{index: 0, value: 0, op: "=="}]}' 'args[0].op: unknown operator "=="'
        by_rule '{args: [{index: 0, value: -1, op: "SCMP_CMP_EQ"}]}' "args[0].value: out of range"
        refused_profile "{$allow, listenerPath: \"/x\", syscalls: [{names: [\"write\"], action: \"SCMP_ACT_NOTIFY\"}]}" \
                "syscalls[0].action: SCMP_ACT_NOTIFY cannot be used for the write syscall"
        refused_profile "{$allow, syscalls: [
                {names: [\"openat\"], action: \"SCMP_ACT_ERRNO\", args: [{index: 0, value: 1, op: \"SCMP_CMP_EQ\"}]},
                {names: [\"read\", \"openat\"], action: \"SCMP_ACT_KILL\", args: [{index: 0, value: 1, op: \"SCMP_CMP_EQ\"}]}]}" \
                "syscalls[1]: openat: is decided otherwise by syscalls[0]"
}

# within SECONDS COMMAND...
within() {
        local began=$SECONDS limit=$1
        shift
        "$@"
        ((SECONDS - began <= limit)) || complain "took $((SECONDS - began)) seconds"
}

@test "seccomp: a hundred thousand rules, alike and all different" {
        # profile_of_rules RULE: a hundred thousand of it, on one line.
        profile_of_rules() {
                jq -c ".linux.seccomp = {defaultAction: \"SCMP_ACT_ALLOW\", syscalls: [range(100000) | $1]}
                        | .process.args = [\"mkdir\", \"/tmp/x\"]" "$project/tests/bundles/default.json" >"$bundle/config.json"
        }
        profile_of_rules '{names: ["mkdir", "none\(.)"], action: "SCMP_ACT_ERRNO"}'
        within 10 try_run
        contains "$stderr" "Operation not permitted"
        profile_of_rules '{names: ["mkdir"], action: "SCMP_ACT_ERRNO", args: [{index: 0, value: ., op: "SCMP_CMP_EQ"}]}'
        within 10 try_run
        matches "$(last_error)" '^tare run failed: config.json: linux.seccomp: filter of [0-9]+ instructions is too long$'
        leaves_nothing
}
