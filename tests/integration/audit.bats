#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# audit.bats - `audit`: of a bundle, of a container, for people and as JSON.

load helpers

# audits STATUS ARG...: sets findings, "SEVERITY ID" a line, besides what `try` sets.
audits() {
        local expected=$1
        shift
        try tare audit --json "$@"
        equals "$status" "$expected" || complain "stderr: $stderr"
        findings=$(jq -r '.findings[] | "\(.severity) \(.id)"' <<<"$output")
}

@test "audit: the default bundle has no critical finding, and the page has the same as the JSON" {
        audits 10 --bundle "$bundle"
        equals "$findings" "warning root-user
warning no-seccomp
warning no-memory-limit
warning no-pids-limit
note host-cgroup-namespace
note kernel-files-unmasked
note no-cpu-limit
note no-lsm"
        equals "$(jq -r .bundle <<<"$output")" "$bundle"
        equals "$(jq -r .severity <<<"$output")" warning
        local ids
        ids=$(jq -r '.findings[].id' <<<"$output")
        try tare audit --bundle "$bundle"
        equals "$status" 10
        equals "$(sed -nE 's/^(critical|warning|note) .* \[(.*)\]$/\2/p' <<<"$output")" "$ids"
        equals "${output##*$'\n'}" "0 critical, 4 warnings, 4 notes"
        contains "$output" 'fix: "linux": { "resources": { "pids": { "limit": 1024 } } }'
}

@test "audit: the bundle of the working directory, where none is named" {
        cd "$bundle"
        audits 10
        equals "$(jq -r .bundle <<<"$output")" .
}

@test "audit: an engine's bundle" {
        cp "$project/tests/bundles/container.json" "$bundle/config.json"
        audits 10 --bundle "$bundle"
        contains "$findings" "warning new-privileges"
        contains "$findings" "note mknod"
        # What its filter forbids, and what it allows.
        [[ $findings != *open-bpf-calls* ]]
        contains "$findings" "note open-mount-calls"
        [[ $findings != *no-memory-limit* ]]
}

@test "audit: a bundle that closes what the audit finds has nothing" {
        edit '.process.user = {uid: 1000, gid: 1000} | .process.apparmorProfile = "tight"
                | .linux.namespaces += [{type: "user"}, {type: "cgroup"}]
                | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
                | .linux.gidMappings = .linux.uidMappings
                | .linux.maskedPaths += ["/proc/interrupts", "/sys/devices/virtual/powercap"]
                | .linux.seccomp = {defaultAction: "SCMP_ACT_ERRNO", syscalls: [{names: ["read"], action: "SCMP_ACT_ALLOW"}]}
                | .linux.resources = {memory: {limit: 100000000}, pids: {limit: 100}, cpu: {quota: 10000, period: 100000}}'
        audits 0 --bundle "$bundle"
        equals "$findings" ""
        equals "$(jq -r .severity <<<"$output")" none
}

terrible() {
        edit '.process.noNewPrivileges = false
                | .process.capabilities[] += ["CAP_SYS_ADMIN", "CAP_SYS_PTRACE", "CAP_NET_ADMIN"]
                | del(.linux.namespaces[] | select(.type == "pid" or .type == "network" or .type == "ipc"))
                | .linux.maskedPaths = [] | .linux.readonlyPaths = []
                | .mounts |= map(if .type == "sysfs" then .options = [] else . end)
                | .linux.resources.devices = [{allow: true, access: "rwm"}]'
        mount_at /host none / rbind rslave
        mount_at /run/docker.sock bind "$BATS_TEST_TMPDIR/docker.sock" bind ro
        touch "$BATS_TEST_TMPDIR/docker.sock"
}

@test "audit: a terrible bundle" {
        terrible
        audits 20 --bundle "$bundle"
        local finding
        for finding in host-pid-namespace sys-admin ptrace-host net-admin-host host-root-writable engine-socket \
                sysfs-writable kernel-settings-writable device-rules-wide; do
                contains "$findings" "critical $finding"
        done
        for finding in host-network-namespace host-ipc-namespace new-privileges kernel-memory-unmasked; do
                contains "$findings" "warning $finding"
        done
        equals "$(jq -r '.findings[] | select(.id == "engine-socket") | .places[].value' <<<"$output")" /run/docker.sock
}

@test "audit: a running container is judged by what it has, whatever its bundle says by now" {
        terrible
        program sleep 100
        starts
        cp "$project/tests/bundles/default.json" "$bundle/config.json"
        audits 20 "$id"
        equals "$(jq -r '.id, .status' <<<"$output")" "$id
running"
        local finding
        for finding in host-pid-namespace sys-admin ptrace-host net-admin-host host-root-writable engine-socket \
                sysfs-writable kernel-settings-writable; do
                contains "$findings" "critical $finding"
        done
        contains "$findings" "warning new-privileges"
        contains "$findings" "warning no-memory-limit"
        equals "$(jq -c '.findings[] | select(.id == "host-root-writable") | .places' <<<"$output")" \
                '[{"path":"mounts","value":"/host","detail":"/"}]'
        [[ $findings != *host-uts-namespace* ]]
}

@test "audit: a running container of the default bundle has what its bundle has" {
        program sleep 100
        starts
        try tare audit --json "$id"
        equals "$status" 10
        # Whether a file of the kernel is there is for this host to say, and so is what confines every process of it.
        equals "$(jq -r '.findings[].id | select(. != "kernel-files-unmasked" and . != "no-lsm" and . != "no-seccomp"
                and . != "unknown-seccomp")' <<<"$output")" "root-user
no-memory-limit
no-pids-limit
host-cgroup-namespace
no-cpu-limit"
}

@test "audit: limits that the cgroup of a running container got later are seen" {
        program sleep 100
        starts
        local file
        file=$(jq -r '.cgroups | to_entries[] | select(.key == "" or (.key | split(",") | index("pids"))) | .value + "/pids.max"' \
                "$root/$id/state.json" | xargs ls 2>/dev/null | head -n 1)
        [[ -n $file ]] || skip "no controller for pids"
        echo 50 >"$file"
        audits 10 "$id"
        [[ $findings != *no-pids-limit* ]]
}

@test "audit: a created container, and one that has stopped" {
        program true
        creates
        audits 10 "$id"
        equals "$(jq -r .status <<<"$output")" created
        tare start "$id"
        eventually has_status stopped
        audits 10 "$id"
        equals "$(jq -r .status <<<"$output")" stopped
        equals "$(jq -r '.findings[0].places[0].path' <<<"$output")" process.user.uid
}

@test "audit: errors of its own have status 1" {
        try tare audit nobody
        fails_with "container does not exist"
        try tare audit --bundle "$BATS_TEST_TMPDIR/none"
        fails_with "open $BATS_TEST_TMPDIR/none/config.json: no such file or directory"
        echo '{' >"$bundle/config.json"
        try tare audit --bundle "$bundle"
        fails_with "config.json:2: a name in quotes expected, not the end"
        try tare audit --bundle "$bundle" "$id"
        fails_with "an audit is of --bundle $bundle or of container $id, not of both"
}
