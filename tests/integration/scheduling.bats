#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# scheduling.bats - when and where the program runs: scheduler, I/O priority, personality, memory policy, CPUs of exec.

load helpers

# scheduler TEXT: process.scheduler.
scheduler() {
        edit ".process.scheduler = $1"
}

# is_scheduled NICE PRIORITY POLICY: what the program sees of itself (proc_pid_stat(5)).
is_scheduled() {
        program cut -d ' ' -f 19,40,41 /proc/self/stat
        try_run
        succeeds
        equals "$output" "$1 $2 $3"
}

# refused FILTER TEXT: the default bundle, edited, is refused before anything is made.
refused() {
        cp "$project/tests/bundles/default.json" "$bundle/config.json"
        edit "$1"
        try_run
        equals "$output" ""
        fails_with "tare run failed: config.json: $2"
        leaves_nothing
}

needs_real_time() {
        chrt --fifo 1 true 2>/dev/null || skip "no real time here"
        # With CONFIG_RT_GROUP_SCHED a new v1 cgroup has no real time to give.
        [[ ! -e /sys/fs/cgroup/cpu/cpu.rt_runtime_us ]] || skip "this host gives real time by cgroup"
}

# scheduler ------------------------------------------------------------------------------------------------------------

@test "scheduler: nothing asked for is what the caller has" {
        program cut -d ' ' -f 19,40,41 /proc/self/stat
        try chrt --batch 0 nice -n 3 "$TARE" --root "$root" run --bundle "$bundle" "$id"
        succeeds
        equals "$output" "3 0 3"
}

@test "scheduler: ordinary ones with their nice value" {
        scheduler '{policy: "SCHED_BATCH", nice: 5}'
        is_scheduled 5 0 3
        scheduler '{policy: "SCHED_OTHER", nice: -7}'
        is_scheduled -7 0 0
        scheduler '{policy: "SCHED_IDLE"}'
        is_scheduled 0 0 5
}

@test "scheduler: real time with its priority" {
        needs_real_time
        scheduler '{policy: "SCHED_FIFO", priority: 42}'
        is_scheduled 0 42 1
        scheduler '{policy: "SCHED_RR", priority: 7, flags: ["SCHED_FLAG_RESET_ON_FORK"]}'
        is_scheduled 0 7 2
}

@test "scheduler: deadlines, as chrt reads them from outside" {
        chrt --deadline --sched-runtime 1000000 --sched-deadline 2000000 --sched-period 4000000 0 true 2>/dev/null ||
                skip "no deadlines here"
        scheduler '{policy: "SCHED_DEADLINE", runtime: 1000000, deadline: 2000000, period: 4000000}'
        program sleep 100
        starts
        matches "$(chrt -p "$(pid_of "$id")")" 'SCHED_DEADLINE.*1000000/2000000/4000000'
}

@test "scheduler: the program's children start anew where that was asked for" {
        scheduler '{policy: "SCHED_BATCH", nice: -5, flags: ["SCHED_FLAG_RESET_ON_FORK"]}'
        runs 'cut -d " " -f 19,41 /proc/$$/stat; cut -d " " -f 19,41 /proc/self/stat; true'
        equals "$output" "-5 3
0 3"
}

@test "scheduler: an ordinary user gets it too" {
        scheduler '{policy: "SCHED_OTHER", nice: -7}'
        edit '.process.user = {uid: 1000, gid: 1000}'
        is_scheduled -7 0 0
}

@test "scheduler: what makes no sense is refused" {
        refused '.process.scheduler = {nice: 1}' 'process.scheduler.policy: required'
        refused '.process.scheduler = {policy: ""}' 'process.scheduler.policy: unknown policy ""'
        refused '.process.scheduler = {policy: "SCHED_FOO"}' 'process.scheduler.policy: unknown policy "SCHED_FOO"'
        refused '.process.scheduler = {policy: "SCHED_OTHER", flags: ["X"]}' 'process.scheduler.flags[0]: unknown flag "X"'
        refused '.process.scheduler = {policy: "SCHED_OTHER", nice: 30}' \
                'process.scheduler.nice: invalid scheduler.nice: 30 when scheduler.policy is SCHED_OTHER'
        refused '.process.scheduler = {policy: "SCHED_OTHER", priority: 10}' \
                'process.scheduler.priority: scheduler.priority can only be specified for SchedFIFO or SchedRR policy'
        refused '.process.scheduler = {policy: "SCHED_FIFO", priority: 100}' \
                'process.scheduler.priority: invalid scheduler.priority: 100 when scheduler.policy is SCHED_FIFO'
        refused '.process.scheduler = {policy: "SCHED_BATCH", runtime: 5}' \
                'process.scheduler: scheduler runtime/deadline/period can only be specified for SchedDeadline policy'
        refused '.process.scheduler = {policy: "SCHED_DEADLINE", runtime: 3000, deadline: 2000}' \
                'process.scheduler: SchedDeadline policy needs 1024 <= runtime <= deadline <= period, not 3000, 2000, 2000'
}

@test "scheduler: what the kernel refuses is told with its name" {
        scheduler '{policy: "SCHED_ISO"}'
        try_run
        equals "$status" 1
        matches "$(last_error)" '^tare run failed: .*: set scheduler SCHED_ISO: invalid argument$'
        leaves_nothing
}

# without_right ARG...: tare without the right to schedule as it likes.
without_right() {
        try setpriv --bounding-set -sys_nice "$TARE" --root "$root" --log "$log" --log-format json "$@"
}

@test "scheduler: not permitted, alone and beside a set of CPUs" {
        scheduler '{policy: "SCHED_FIFO", priority: 1}'
        without_right run --bundle "$bundle" "$id"
        equals "$status" 1
        matches "$(last_error)" '^tare run failed: .*: set scheduler SCHED_FIFO: operation not permitted$'
        leaves_nothing
        edit '.linux.resources.cpu.cpus = "0"'
        without_right run --bundle "$bundle" "$id"
        equals "$status" 1
        matches "$(last_error)" "^tare run failed: .*: process scheduler can't be used together with AllowedCPUs\$"
        leaves_nothing
}

# I/O priority ---------------------------------------------------------------------------------------------------------

# has_io_priority CLASS LEVEL WORDS: as ionice reads it from outside.
has_io_priority() {
        edit ".process.ioPriority = {class: \"$1\", priority: $2}"
        program sleep 100
        starts
        equals "$(ionice -p "$(pid_of "$id")")" "$3"
        tare delete --force "$id"
}

@test "I/O priority: every class" {
        has_io_priority IOPRIO_CLASS_RT 0 'realtime: prio 0'
        has_io_priority IOPRIO_CLASS_BE 7 'best-effort: prio 7'
        has_io_priority IOPRIO_CLASS_IDLE 0 'idle'
}

@test "I/O priority: none that is none" {
        refused '.process.ioPriority = {class: "IOPRIO_CLASS_X", priority: 1}' \
                'process.ioPriority.class: unknown class "IOPRIO_CLASS_X"'
        refused '.process.ioPriority = {class: "IOPRIO_CLASS_BE", priority: 9}' \
                'process.ioPriority.priority: invalid ioPriority.Priority: 9'
        refused '.process.ioPriority = {class: "IOPRIO_CLASS_BE", priority: -1}' \
                'process.ioPriority.priority: invalid ioPriority.Priority: -1'
}

# personality ----------------------------------------------------------------------------------------------------------

@test "personality: the machine that the program sees" {
        edit '.linux.personality = {domain: "LINUX32"}'
        runs 'uname -m'
        equals "$output" "$(setarch linux32 uname -m)"
        edit '.linux.personality = {domain: "LINUX"}'
        script 'uname -m'
        try setarch linux32 "$TARE" --root "$root" run --bundle "$bundle" "$id"
        succeeds
        equals "$output" "$(uname -m)"
}

@test "personality: neither another domain nor a flag" {
        refused '.linux.personality = {domain: "FOO"}' 'linux.personality.domain: unknown domain "FOO"'
        refused '.linux.personality = {domain: "LINUX32", flags: ["X"]}' 'linux.personality.flags[0]: unknown flag "X"'
}

# memory policy --------------------------------------------------------------------------------------------------------

needs_numa() {
        [[ -e /proc/self/numa_maps ]] || skip "a kernel without NUMA"
        node=$(sed 's/[-,].*//' /sys/devices/system/node/online)
}

# has_policy WORDS: as numa_maps shows it (numa(7)).
has_policy() {
        runs 'cut -d " " -f 2 /proc/self/numa_maps | head -n 1'
        equals "$output" "$1"
}

@test "memory policy: every mode that needs no second node" {
        needs_numa
        edit '.linux.memoryPolicy = {mode: "MPOL_BIND", nodes: $ARGS.positional[0]}' --args "$node"
        has_policy "bind:$node"
        edit '.linux.memoryPolicy.flags = ["MPOL_F_STATIC_NODES"]'
        has_policy "bind=static:$node"
        edit '.linux.memoryPolicy = {mode: "MPOL_INTERLEAVE", nodes: $ARGS.positional[0]}' --args "$node"
        has_policy "interleave:$node"
        edit '.linux.memoryPolicy = {mode: "MPOL_LOCAL"}'
        has_policy local
        edit '.linux.memoryPolicy = {mode: "MPOL_DEFAULT"}'
        has_policy default
}

@test "memory policy: what makes no sense is refused" {
        refused '.linux.memoryPolicy = {mode: "FOO"}' 'linux.memoryPolicy.mode: unknown mode "FOO"'
        refused '.linux.memoryPolicy = {mode: "MPOL_LOCAL", flags: ["FOO"]}' 'linux.memoryPolicy.flags[0]: unknown flag "FOO"'
        refused '.linux.memoryPolicy = {mode: "MPOL_BIND"}' \
                'linux.memoryPolicy.nodes: memory policy mode requires at least one node but got 0'
        refused '.linux.memoryPolicy = {mode: "MPOL_LOCAL", nodes: "0-1"}' \
                'linux.memoryPolicy.nodes: memory policy mode requires 0 nodes but got 2'
        refused '.linux.memoryPolicy = {mode: "MPOL_BIND", nodes: "0-"}' \
                'linux.memoryPolicy.nodes: invalid memory policy nodes "0-": not a list of numbers and ranges'
        refused '.linux.memoryPolicy = {mode: "MPOL_BIND", nodes: "1024"}' \
                'linux.memoryPolicy.nodes: invalid memory policy nodes "1024": number above 1023'
}

@test "memory policy: a node that is not there is told" {
        needs_numa
        edit '.linux.memoryPolicy = {mode: "MPOL_BIND", nodes: "1023"}'
        try_run
        equals "$status" 1
        matches "$(last_error)" '^tare run failed: .*: set memory policy MPOL_BIND \(nodes "1023"\): invalid argument$'
        leaves_nothing
}

# CPUs of exec ---------------------------------------------------------------------------------------------------------

# one_cpu head|tail: the first or the last CPU that this process may use.
one_cpu() {
        sed -n 's/^Cpus_allowed_list:\t//p' /proc/self/status | grep -oE '[0-9]+' | "$1" -n 1
}

@test "exec: runs on its final CPUs, the container where it was" {
        edit '.process.execCPUAffinity = {initial: $ARGS.positional[0], final: $ARGS.positional[1]}' \
                --args "$(one_cpu head)" "$(one_cpu tail)"
        program sleep 100
        starts
        equals "$(grep Cpus_allowed_list "/proc/$(pid_of "$id")/status")" "$(grep Cpus_allowed_list /proc/self/status)"
        try tare exec "$id" grep Cpus_allowed_list /proc/self/status
        succeeds
        equals "$output" "Cpus_allowed_list:	$(one_cpu tail)"
}

@test "exec: a list of CPUs that is none is refused" {
        refused '.process.execCPUAffinity = {initial: "0-x"}' \
                'process.execCPUAffinity.initial: invalid CPU list "0-x": not a list of numbers and ranges'
        refused '.process.execCPUAffinity = {final: "65537"}' \
                'process.execCPUAffinity.final: invalid CPU list "65537": number above 65536'
}
