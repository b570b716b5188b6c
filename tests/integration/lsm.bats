#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# lsm.bats - the security modules: Landlock by the annotation confines run, create and exec; what this host's kernel does
# not have is refused by name.

load helpers

# What busybox needs to be executed, from wherever in /bin.
readonly programs='{"path": "/bin", "access": ["execute", "read_file"]}'
readonly in_annotation='config.json: annotations.run.tare.landlock'

# confine JSON: the annotation of Landlock, with this text.
confine() {
        # shellcheck disable=SC2016 # jq's variable
        edit '.annotations["run.tare.landlock"] = ($value | tojson)' --argjson value "$1"
}

# confine_paths [RULE]...: these, and programs.
confine_paths() {
        local IFS=,
        confine "{\"paths\": [$programs${*:+,$*}]}"
}

as_user1_without_no_new_privs() {
        edit '.process.noNewPrivileges = false | .process.user = {uid: 1000, gid: 1000}'
}

# confined SCRIPT: runs it, where this kernel can confine it.
confined() {
        script "$1"
        try_run
        skip_without_landlock
        succeeds
}

skip_without_landlock() {
        [[ $stderr != *"ask for the Landlock ABI"* ]] || skip "this kernel has no Landlock"
        [[ $stderr != *"needs Landlock ABI"* ]] || skip "Landlock is too old here"
}

# What the first two tests try, under the rules of with_files, and what comes of it.
readonly try_files='
        cat /etc/hosts >/dev/null && echo read
        cat /etc/passwd >/dev/null || echo not read
        ls /home >/dev/null && echo listed
        ls / >/dev/null || echo not listed
        echo x >/open/file && echo written
        echo x >/closed/file || echo not written
        mkdir /open/dir || echo not made
        /home/user1/tool || echo not executed
        rm /open/file || echo not removed'
readonly tried_files='read
not read
listed
not listed
written
not written
not made
not executed
not removed'

with_files() {
        mount_at /open tmpfs tmpfs mode=1777
        mount_at /closed tmpfs tmpfs mode=1777
        printf '#!/bin/sh\n' >"$bundle/rootfs/home/user1/tool"
        chmod 755 "$bundle/rootfs/home/user1/tool"
        # /dev/null is where the shell sends what is not wanted.
        confine_paths '{"path": "/etc/hosts", "access": ["read_file"]}' '{"path": "/home", "access": ["read_dir", "read_file"]}' \
                '{"path": "/open", "access": ["make_reg", "write_file"]}' '{"path": "/dev/null", "access": ["write_file"]}'
}

@test "landlock: files may be used as the rules say, and not otherwise" {
        with_files
        confined "$try_files"
        equals "$output" "$tried_files"
}

@test "landlock: the same without no_new_privs, for a user without capabilities" {
        with_files
        as_user1_without_no_new_privs
        confined "$try_files"
        equals "$output" "$tried_files"
}

@test "landlock: before a seccomp filter that knows none of its system calls, with no_new_privs and without" {
        with_files
        edit '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{action: "SCMP_ACT_KILL_PROCESS",
                names: ["landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"]}]}'
        confined "$try_files"
        equals "$output" "$tried_files"
        as_user1_without_no_new_privs
        confined "$try_files"
        equals "$output" "$tried_files"
}

@test "landlock: no_new_privs is not set by it" {
        as_user1_without_no_new_privs
        confine_paths '{"path": "/proc", "access": ["read_file"]}'
        confined 'grep NoNewPrivs /proc/self/status'
        matches "$output" '^NoNewPrivs:[[:space:]]*0$'
}

@test "landlock: without the key paths no file is forbidden" {
        confine '{"tcp": {"bind": []}}'
        confined 'cat /etc/passwd >/dev/null && ls / >/dev/null && echo all'
        equals "$output" all
}

@test "landlock: an empty list of paths forbids even the program" {
        confine '{"paths": []}'
        program /bin/true
        try_run
        skip_without_landlock
        fails_with "tare run failed: become the program: exec /bin/true: permission denied"
        leaves_nothing
}

@test "landlock: a path goes by the container's links, not by the host's files" {
        ln -s /etc "$bundle/rootfs/link"
        ln -s ../../../../../../../../etc/passwd "$bundle/rootfs/up"
        confine_paths '{"path": "/link/hosts", "access": ["read_file"]}' '{"path": "/up", "access": ["read_file"]}'
        confined 'cat /etc/hosts && grep -c user1 /etc/passwd && ! cat /etc/group'
        equals "$output" 1
}

@test "landlock: a rule for what the user cannot reach does no harm" {
        mkdir -p "$bundle/rootfs/secret/deep"
        chmod 700 "$bundle/rootfs/secret"
        confine_paths '{"path": "/secret/deep", "access": ["read_dir"]}'
        edit '.process.user = {uid: 1000, gid: 1000}'
        confined 'echo good'
        equals "$output" good
        as_user1_without_no_new_privs
        confined 'echo good'
        equals "$output" good
}

@test "landlock: what the runtime itself looks up is not forbidden" {
        confine_paths
        as_user1_without_no_new_privs
        confined 'echo $HOME'
        equals "$output" /home/user1
        edit '.process.cwd = "/home/user1" | .process.noNewPrivileges = true'
        confined 'echo $HOME $PWD'
        equals "$output" "/home/user1 /home/user1"
}

@test "landlock: only the listed ports may be bound, and connected to" {
        confine '{"tcp": {"bind": [8001], "connect": [8001]}}'
        confined '
                nc -l -p 8002 2>&1
                nc 127.0.0.1 8002 2>&1
                echo hello | nc -l -p 8001 &
                until nc 127.0.0.1 8001 2>/dev/null; do sleep 0.05; done'
        equals "$output" "nc: bind: Permission denied
nc: can't connect to remote host (127.0.0.1): Permission denied
hello"
}

@test "landlock: of the two, the one that is not given is free" {
        confine '{"tcp": {"connect": []}}'
        confined '
                nc -l -p 8001 &
                sleep 0.1
                nc 127.0.0.1 8001 2>&1
                kill $! && echo listening'
        equals "$output" "nc: can't connect to remote host (127.0.0.1): Permission denied
listening"
}

@test "landlock: a process in its scope may not be signalled from without, nor one without from it" {
        confine '{"scopes": ["signal"]}'
        program sleep 1000
        try tare run --detach --bundle "$bundle" "$id"
        skip_without_landlock
        succeeds
        # Of another birth, so of another domain.
        try tare exec "$id" sh -c 'kill -0 1'
        equals "$status" 1
        contains "$stderr" "not permitted"
        try tare exec "$id" sh -c 'sleep 1000 & kill $! && echo own'
        succeeds
        equals "$output" own
        tare kill "$id" KILL
        eventually has_status stopped
}

@test "landlock: create and start" {
        confine_paths
        script 'cat /etc/passwd || echo not read'
        try tare create --bundle "$bundle" "$id"
        skip_without_landlock
        succeeds
        tare start "$id"
        eventually has_status stopped
        equals "$(<"$BATS_TEST_TMPDIR/stdout")" "not read"
}

@test "landlock: startContainer hooks are confined too" {
        confine_paths
        edit '.hooks.startContainer = [{path: "/bin/cat", args: ["cat", "/etc/passwd"]}]'
        program true
        try_run
        skip_without_landlock
        equals "$status" 1
        contains "$(last_error)" "startContainer"
        contains "$(last_error)" "can't open '/etc/passwd': Permission denied"
        leaves_nothing
}

@test "landlock: exec is confined by the container's rules" {
        confine_paths
        program sleep 1000
        try tare run --detach --bundle "$bundle" "$id"
        skip_without_landlock
        succeeds
        try tare exec "$id" cat /etc/passwd
        equals "$status" 1
        contains "$stderr" "Permission denied"
        try tare exec --user user1 "$id" sh -c 'echo $HOME; ls /'
        equals "$status" 1
        equals "$output" /home/user1
        contains "$stderr" "Permission denied"

        local file=$BATS_TEST_TMPDIR/process.json
        jq -n '{args: ["cat", "/etc/passwd"], cwd: "/", env: ["PATH=/bin"], user: {uid: 0, gid: 0}}' >"$file"
        try tare exec --process "$file" "$id"
        equals "$status" 1
        contains "$stderr" "Permission denied"
}

# refused_rules JSON TEXT: before anything is made.
refused_rules() {
        confine "$1"
        try_run
        equals "$output" ""
        fails_with "tare run failed: $in_annotation: $2"
        leaves_nothing
}

@test "landlock: bad rules" {
        refused_rules '[]' 'not an object'
        refused_rules '{}' 'restricts nothing'
        refused_rules '{"tcp": {}, "scopes": []}' 'restricts nothing'
        refused_rules '{"path": []}' 'path: unknown key'
        refused_rules '{"paths": {}}' 'paths: not an array'
        refused_rules '{"paths": [{"access": ["execute"]}]}' 'paths[0].path: required'
        refused_rules '{"paths": [{"path": "/"}]}' 'paths[0].access: required'
        refused_rules '{"paths": [{"path": "bin", "access": ["execute"]}]}' 'paths[0].path: must be an absolute path'
        refused_rules '{"paths": [{"path": "/", "access": []}]}' 'paths[0].access: must not be empty'
        refused_rules '{"paths": [{"path": "/", "access": ["execute", "exec"]}]}' 'paths[0].access[1]: unknown access "exec"'
        refused_rules '{"paths": [{"path": "/", "access": ["execute"], "port": 1}]}' 'paths[0].port: unknown key'
        refused_rules '{"tcp": [80]}' 'tcp: not an object'
        refused_rules '{"tcp": {"bind": 80}}' 'tcp.bind: not an array'
        refused_rules '{"tcp": {"bind": [80, "81"]}}' 'tcp.bind[1]: not a number'
        refused_rules '{"tcp": {"connect": [65536]}}' 'tcp.connect[0]: out of range'
        refused_rules '{"tcp": {"listen": [80]}}' 'tcp.listen: unknown key'
        refused_rules '{"scopes": ["signals"]}' 'scopes[0]: unknown scope "signals"'
        edit '.annotations["run.tare.landlock"] = ""'
        try_run
        contains "$(last_error)" "tare run failed: config.json: annotations.run.tare.landlock:1: "
        leaves_nothing
}

# refused_path JSON TEXT: by create, when the container's files are there to be looked at.
refused_path() {
        confine_paths "$1"
        try tare create --bundle "$bundle" "$id"
        skip_without_landlock
        fails_with "tare create failed: make the Landlock ruleset: $in_annotation: $2"
        leaves_nothing
}

@test "landlock: rules for what is not there, or is a file" {
        refused_path '{"path": "/no/such", "access": ["execute"]}' 'paths[1].path: open /no/such: no such file or directory'
        refused_path '{"path": "/etc/passwd/x", "access": ["execute"]}' 'paths[1].path: open /etc/passwd/x: not a directory'
        refused_path '{"path": "/proc/self/root/etc", "access": ["read_dir"]}' \
                'paths[1].path: open /proc/self/root/etc: too many levels of symbolic links'
        refused_path '{"path": "/etc/passwd", "access": ["read_file", "read_dir"]}' 'paths[1].access[1]: read_dir is for directories'
}

# AppArmor, SELinux ----------------------------------------------------------------------------------------------------

readonly no_apparmor='apparmor is not enabled on this host'
readonly no_selinux='selinux label is specified in config, but selinux is disabled or not supported'

skip_with_apparmor() {
        [[ $(cat /sys/module/apparmor/parameters/enabled 2>/dev/null) != Y ]] || skip "AppArmor is enabled here"
}

skip_with_selinux() {
        ! grep -q ' - selinuxfs ' /proc/self/mountinfo || skip "SELinux is enabled here"
}

# refused_edit FILTER TEXT: the default bundle, edited, is refused before anything is made.
refused_edit() {
        local verb
        cp "$project/tests/bundles/default.json" "$bundle/config.json"
        edit "$1"
        for verb in run create; do
                try tare "$verb" --bundle "$bundle" "$id"
                equals "$output" ""
                fails_with "tare $verb failed: config.json: $2"
                leaves_nothing
        done
}

@test "lsm: a profile is refused where AppArmor is not enabled" {
        skip_with_apparmor
        refused_edit '.process.apparmorProfile = "x"' "process.apparmorProfile: $no_apparmor"
}

@test "lsm: a label is refused where SELinux is not enabled" {
        skip_with_selinux
        refused_edit '.process.selinuxLabel = "x"' "process.selinuxLabel: $no_selinux"
        refused_edit '.linux.mountLabel = "x"' "linux.mountLabel: $no_selinux"
}

@test "lsm: empty texts ask for nothing" {
        edit '.process.apparmorProfile = "" | .process.selinuxLabel = "" | .linux.mountLabel = ""'
        runs 'echo good'
        equals "$output" good
}

@test "lsm: exec refuses the same" {
        skip_with_apparmor
        skip_with_selinux
        program sleep 1000
        starts
        try tare exec --apparmor x "$id" true
        fails_with "exec failed: config.json: process.apparmorProfile: $no_apparmor" 255
        try tare exec --process-label x "$id" true
        fails_with "exec failed: config.json: process.selinuxLabel: $no_selinux" 255
        has_status running

        local file=$BATS_TEST_TMPDIR/process.json
        jq -n '{args: ["true"], cwd: "/", apparmorProfile: "x"}' >"$file"
        try tare exec --process "$file" "$id"
        fails_with "exec failed: $file: process.apparmorProfile: $no_apparmor" 255
}

# where_sysfs_claims_it COMMAND...: on a host whose sysfs says that AppArmor is enabled, though the kernel has none.
where_sysfs_claims_it() {
        unshare --mount sh -c 'mount -t tmpfs tmpfs /sys/module && mkdir -p /sys/module/apparmor/parameters &&
                echo Y >/sys/module/apparmor/parameters/enabled && exec "$@"' sh "$@"
}

# tare_there ARG...
tare_there() {
        where_sysfs_claims_it timeout --foreground --signal=KILL 50 "$TARE" --root "$root" --log "$log" --log-format json "$@"
}

@test "lsm: a profile that cannot be told is an error of run, create and exec" {
        [[ ! -e /proc/self/attr/apparmor ]] || skip "the kernel has AppArmor"
        local verb
        local verdict='open what the security modules read: process.apparmorProfile: open attr/apparmor/exec: no such file or directory'
        program sleep 1000
        starts "$id-there"
        edit '.process.apparmorProfile = "x"'
        for verb in run create; do
                try tare_there "$verb" --bundle "$bundle" "$id"
                fails_with "tare $verb failed: $verdict"
        done
        try tare_there exec --apparmor x "$id-there" true
        fails_with "exec failed: $verdict" 255
        tare delete --force "$id-there"
        leaves_nothing
}
