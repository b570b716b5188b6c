#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# resources.bats - linux.resources: limits that bite, and those that are refused by name.

load helpers
load cgroups

# What a container tells that has tried to use 64 MiB at one go.
readonly use_too_much='dd if=/dev/zero of=/dev/null bs=64M count=1 2>/dev/null; echo $?'

@test "resources: a process that uses more memory than there may be is killed" {
        needs_controller memory
        set_resources '{"memory": {"limit": 16777216, "swap": 16777216}}'
        runs "$use_too_much"
        equals "$output" 137
        leaves_nothing
}

@test "resources: the same without a limit is not" {
        runs "$use_too_much"
        equals "$output" 0
}

@test "resources: a container of few bytes" {
        needs_controller memory
        set_resources '{"memory": {"limit": 1048576, "swap": 1048576}}'
        try_run
        succeeds
}

@test "resources: memory that is not enough to enter is told as such" {
        needs_controller memory
        set_resources '{"memory": {"limit": 4096, "swap": 4096}}'
        try_run
        equals "$status" 1
        # Init may be in the cgroup already when the limit is set, which is then below what is used.
        matches "$(last_error)" "^tare run failed: (container init was OOM-killed \(memory limit too low\?\): .*|apply the resource limits: linux\.resources\.memory\.limit: write \"4096\" to .* \(memory\.usage_in_bytes is [0-9]+\): device or resource busy)$"
        leaves_nothing
}

@test "resources: no more processes than there may be" {
        needs_controller pids
        set_resources '{"pids": {"limit": 3}}'
        script 'for i in 1 2 3 4; do sleep 5 & done'
        try_run
        equals "$status" 2
        contains "$stderr" "can't fork: Resource temporarily unavailable"
        leaves_nothing
}

@test "resources: CPU time is cut" {
        needs_controller cpu
        set_resources '{"cpu": {"quota": 10000, "period": 100000}}'
        script 'while :; do :; done'
        starts
        eventually throttled
        equals "$(limit_of cpu.cfs_quota_us cpu.max | cut -d ' ' -f 1)" 10000
}

throttled() {
        limit_of cpu.stat cpu.stat | grep -q 'nr_throttled [1-9]'
}

@test "resources: the CPUs that are given" {
        needs_controller cpuset
        set_resources '{"cpu": {"cpus": "0"}}'
        runs 'grep Cpus_allowed_list /proc/self/status'
        equals "$output" "Cpus_allowed_list:	0"
}

@test "resources: each of them is what the kernel then has" {
        local controller
        for controller in memory cpu pids; do
                needs_controller "$controller"
        done
        set_resources '{"memory": {"limit": 67108864, "reservation": 33554432}, "pids": {"limit": 77},
                "cpu": {"shares": 512, "quota": 20000, "period": 50000}}'
        creates
        equals "$(limit_of memory.limit_in_bytes memory.max)" 67108864
        equals "$(limit_of memory.soft_limit_in_bytes memory.low)" 33554432
        equals "$(limit_of pids.max pids.max)" 77
        equals "$(limit_of cpu.shares cpu.weight)" "$([[ -n $(hierarchy_of cpu) ]] && echo 512 || echo 59)"
        [[ -z $(hierarchy_of cpu) ]] || equals "$(limit_of cpu.cfs_quota_us -)/$(limit_of cpu.cfs_period_us -)" 20000/50000
        equals "$(warnings)" ""
}

@test "resources: of none nothing is written but the devices" {
        command -v strace >/dev/null || skip "strace is not installed"
        strace -o /dev/null true 2>/dev/null || skip "strace may not trace here"
        strace -f -qq -e trace=openat,openat2 -o "$BATS_TEST_TMPDIR/trace" "$TARE" --root "$root" run --bundle "$bundle" "$id"
        local written
        written=$(grep -E 'O_WRONLY|O_RDWR' "$BATS_TEST_TMPDIR/trace" | grep -o '/sys/fs/cgroup/[^"]*' |
                sed 's,.*/,,' | sort -u | grep -vxE 'tasks|cpuset\.(cpus|mems)|devices\.(allow|deny)|cgroup\.(kill|subtree_control)') || true
        equals "$written" ""
        test -s "$BATS_TEST_TMPDIR/trace"
}

@test "resources: what cannot be is refused by its name, and leaves nothing" {
        needs_v1 memory
        local rows=(
                '{"memory": {"limit": 67108864, "swap": 33554432}}|linux.resources.memory.swap: memory+swap limit should be >= memory limit'
                '{"memory": {"limit": -7}}|linux.resources.memory.limit: -7 is no limit'
                '{"memory": {"swappiness": 101}}|linux.resources.memory.swappiness: invalid memory swappiness value: 101 (valid range is 0-100)'
                '{"cpu": {"shares": 1}}|linux.resources.cpu.shares: the minimum allowed cpu-shares is 2'
                '{"cpu": {"cpus": "1000"}}|linux.resources.cpu.cpus: write "1000" to cpuset.cpus: numerical result out of range'
                '{"cpu": {"quota": 1}}|linux.resources.cpu.quota: write "1" to cpu.cfs_quota_us: invalid argument'
                '{"blockIO": {"weight": 5}}|linux.resources.blockIO.weight: weight 5 is not between 10 and 1000'
                '{"hugepageLimits": [{"pageSize": "2", "limit": 1}]}|linux.resources.hugepageLimits[0]: "2" is no page size, as "2MB" is one'
                '{"unified": {"memory.high": "1"}}|linux.resources.unified: cannot use unified on cgroup v1'
        ) row
        for row in "${rows[@]}"; do
                edit 'del(.linux.resources)'
                set_resources "${row%%|*}"
                try_run
                fails_with "tare run failed: apply the resource limits: ${row#*|}"
                leaves_nothing
        done
}

@test "resources: a controller that the host has not is refused by the setting" {
        [[ -z $(hierarchy_of net_cls)$(hierarchy_of rdma) ]] || skip "this host has them"
        set_resources '{"network": {"classID": 1}}'
        try_run
        fails_with "tare run failed: apply the resource limits: linux.resources.network.classID: $(no_controller net_cls)"
        edit 'del(.linux.resources)'
        set_resources '{"rdma": {"mlx5": {"hcaHandles": 1}}}'
        try_run
        fails_with 'tare run failed: apply the resource limits: linux.resources.rdma."mlx5": no rdma controller on this host'
        leaves_nothing
}

# Of cgroup2 it is known that it never will.
no_controller() {
        echo "no $1 controller on this host"
}

@test "resources: one of unified goes to cgroup2 as it is" {
        is_v2 || skip "cgroup v1"
        set_resources '{"unified": {"cgroup.max.depth": "7"}}'
        creates
        equals "$(limit_of none.x cgroup.max.depth)" 7
        local rows=(
                '{"a/b": "1"}|config.json: linux.resources.unified: unified resource "a/b" must be a file name (no slashes)'
                '{"nothing.max": "1"}|apply the resource limits: linux.resources.unified."nothing.max": unified resource "nothing.max" can'"'"'t be set: controller "nothing" not available'
                '{"cgroup.nothing": "1"}|apply the resource limits: linux.resources.unified."cgroup.nothing": unified resource "cgroup.nothing" can'"'"'t be set: the kernel has no such file'
        ) row
        for row in "${rows[@]}"; do
                edit 'del(.linux.resources)'
                set_resources "{\"unified\": ${row%%|*}}"
                try tare run --bundle "$bundle" "$id-2"
                fails_with "tare run failed: ${row#*|}"
        done
}

@test "resources: what the kernel will not limit is warned of, a line each" {
        needs_v1 memory
        set_resources '{"memory": {"kernel": 1000000, "kernelTCP": 1000000}}'
        try_run
        succeeds
        equals "$(warnings | grep -c '^linux\.resources\.memory\.kernel')" 2
        equals "$(warnings | grep -c '')" 2
}

@test "resources: a hierarchy that is read-only is refused" {
        needs_v1 pids
        local told
        told=$(unshare --mount --propagation private bash -euc '
                mount -o remount,bind,ro "$1"
                shift
                "$@" 2>&1 || true' x "$(hierarchy_of pids)" "$TARE" --root "$root" run --bundle "$bundle" "$id")
        matches "$told" "tare run failed: make the cgroup: make cgroup [^ ]*/$id: read-only file system"
        leaves_nothing
}

@test "resources: resctrl that is not there is refused before anything is made" {
        [[ ! -e /sys/fs/resctrl/schemata ]] || skip "resctrl is mounted"
        edit '.linux.intelRdt = {"closID": "x"}'
        try_run
        fails_with "tare run failed: config.json: linux.intelRdt: intelRdt is specified in config, but Intel RDT is not enabled"
        leaves_nothing
}
