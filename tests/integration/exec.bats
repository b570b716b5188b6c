#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# exec.bats - one more process in a container that is there: where it lands, what it is, what is refused.

load helpers
load cgroups

# A sleep of no other test, which may run at the same time: known by its length.
nap=1$BASHPID

# A container that just is there.
starts_idle() {
        program sleep 1000
        starts
}

# try_exec [OPTION...] -- ARG...
try_exec() {
        local options=()
        while [[ $1 != -- ]]; do
                options+=("$1")
                shift
        done
        shift
        try tare exec "${options[@]}" "$id" "$@"
}

# exec_fails_with TEXT: as fails_with, with the status of a failed start.
exec_fails_with() {
        equals "$output" "" && fails_with "exec failed: $1" 255
}

@test "exec: output, errors and status come through" {
        starts_idle
        try_exec -- sh -c 'echo out; echo err >&2; exit 9'
        equals "$status" 9
        equals "$output" out
        equals "$stderr" err
        has_status running
}

@test "exec: a program that dies by a signal gives 128 and its number" {
        starts_idle
        try_exec -- sh -c 'kill -TERM $$'
        equals "$status" 143
}

@test "exec: in every namespace and cgroup of the container, and its child in none of the host" {
        edit '.linux.namespaces += [{type: "cgroup"}]'
        starts_idle
        local pid type
        pid=$(pid_of "$id")
        try_exec -- sh -c 'for t in pid net ipc uts mnt cgroup; do readlink /proc/self/ns/$t; done; cat /proc/self/cgroup; ls /'
        succeeds
        for type in pid net ipc uts mnt cgroup; do
                equals "$(grep "^$type:\[" <<<"$output")" "$(readlink "/proc/$pid/ns/$type")"
        done
        equals "$(grep -E '^[0-9]+:' <<<"$output" | cut -d : -f 3 | sort -u)" /
        [[ $output != *home/user1* ]]
        contains "$output" $'\nbin\n'
}

@test "exec: sits in the container's cgroup, as seen from the host" {
        starts_idle
        in_background exec "$id" sleep "$nap"
        eventually gives 1 pgrep -c -f "^sleep $nap\$"
        local pid
        pid=$(pgrep -f "^sleep $nap\$")
        all_end_in "/$id" "$(places_of "$pid")"
        tare delete --force "$id"
        ended "${background[0]}"
        equals "$status" 137
        eventually is_gone "$pid"
        leaves_nothing
}

@test "exec: enters the cgroup namespace only after it was put into the cgroup" {
        # The other way round the kernel refuses where cgroup2 is mounted with nsdelegate (cgroup_attach_permissions).
        strace -qq -o /dev/null true 2>/dev/null || skip "no strace here"
        edit '.linux.namespaces += [{type: "cgroup"}]'
        starts_idle
        strace -f -qq -e trace=setns,clone3,execve -o "$BATS_TEST_TMPDIR/calls" \
                "$TARE" --root "$root" exec "$id" /bin/true 3>&-
        local calls
        calls=$(sed -nE 's/.*clone3\(.*CLONE_PARENT.*/clone/p; s/.*setns\([0-9]+, ([A-Z_|]*).*/\1/p; s/.*execve\("\/bin\/true".*/program/p' \
                "$BATS_TEST_TMPDIR/calls")
        matches "$calls" "^CLONE_NEWNS[A-Z_|]*
clone
CLONE_NEWCGROUP
program\$"
        [[ $(head -n 1 <<<"$calls") != *CGROUP* ]]
}

@test "exec: without a mount namespace the root is still the container's" {
        without_namespace mount
        edit 'del(.linux.maskedPaths, .linux.readonlyPaths) | .mounts = [] | .root.readonly = false'
        mkdir "$bundle/rootfs/only-here"
        starts_idle
        try_exec -- sh -c 'ls -d /only-here; pwd; ls -di / | tr -dc 0-9'
        succeeds
        equals "$output" "/only-here
/
$(stat -c %i "$bundle/rootfs")"
        try_exec --cwd /only-here -- pwd
        equals "$output" /only-here
        test ! -e /only-here
}

@test "exec: /dev/null among the streams is the container's, not the host's" {
        starts_idle
        tare exec "$id" sh -c 'told=$(stat -L -c %d:%i /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2 /dev/null)
                echo "$told" >/dev/shm/told' \
                </dev/null >/dev/null 2>&1
        try_exec -- uniq -c /dev/shm/told
        matches "$output" "^ *4 [0-9]+:[0-9]+\$"
        [[ ${output##* } != "$(stat -L -c %d:%i /dev/null)" ]]
}

@test "exec: an empty option is none" {
        edit '.process.user = {uid: 1000, gid: 1001}'
        starts_idle
        try_exec --user "" --cwd "" --apparmor "" --process-label "" -- sh -c 'id -u; id -g; pwd'
        succeeds
        equals "$output" "1000
1001
/"
}

@test "exec: a caller that ignores SIGCHLD" {
        starts_idle
        try env --ignore-signal=CHLD "$TARE" --root "$root" --log "$log" --log-format json exec "$id" sh -c 'exit 7'
        equals "$status" 7
}

@test "exec: leads a session of its own and has no other child" {
        starts_idle
        try_exec -- sh -c 'cut -d " " -f 1,5,6 /proc/$$/stat'
        matches "$output" '^([0-9]+) ([0-9]+) ([0-9]+)$'
        equals "${BASH_REMATCH[1]} ${BASH_REMATCH[1]}" "${BASH_REMATCH[2]} ${BASH_REMATCH[3]}"
        # No zombie either: there is init, and the shell.
        try_exec -- sh -c 'set -- /proc/[0-9]*; echo $#'
        equals "$output" 2
}

@test "exec: into a container that is created, but not started" {
        program sleep 1000
        creates
        try_exec -- echo in-created
        equals "$output" in-created
        has_status created
        tare start "$id"
        has_status running
}

@test "exec: environment of the container's process, and what is added" {
        edit '.process.env += ["A=1", "B=1"]'
        starts_idle
        try_exec --env A=2 -e 'C=x y' -- env
        equals "$(grep -E '^[ABC]=' <<<"$output" | sort)" "A=2
B=1
C=x y"
        CALLERS=secret try_exec -- env
        [[ $output != *secret* ]]
}

@test "exec: --cwd, also one with a relative program" {
        printf '#!/bin/sh\npwd\n' >"$bundle/rootfs/home/user1/tool"
        chmod +x "$bundle/rootfs/home/user1/tool"
        starts_idle
        try_exec --cwd /tmp -- pwd
        equals "$output" /tmp
        try_exec --cwd=/home/user1 -- ./tool
        equals "$output" /home/user1
        try_exec --cwd /no/such -- pwd
        exec_fails_with 'become the user: chdir to cwd ("/no/such") set in config.json: no such file or directory'
        try_exec --cwd relative -- pwd
        exec_fails_with 'config.json: process.cwd: must be an absolute path'
}

@test "exec: a cwd that leads out of the container is refused" {
        starts_idle
        local link
        for link in /proc/self/fd/3 /proc/self/fd/7 /proc/self/fd/10; do
                try_exec --cwd "$link" -- pwd
                equals "$status" 255
                equals "$output" ""
        done
}

@test "exec: a cwd that only root may enter, or only the user" {
        mkdir -m 700 "$bundle/rootfs/roots" "$bundle/rootfs/users"
        chown 1000:1000 "$bundle/rootfs/users"
        starts_idle
        try_exec --user 1000 --cwd /roots -- pwd
        equals "$output" /roots
        # A root without these two is a stranger in the directories of others: it is tried again as the user.
        as_stranger() {
                try setpriv --bounding-set -dac_override,-dac_read_search \
                        "$TARE" --root "$root" --log "$log" --log-format json exec --user "$1" --cwd /users "$id" pwd
        }
        as_stranger 1000
        equals "$output" /users
        as_stranger 1001
        exec_fails_with 'become the user: chdir to cwd ("/users") set in config.json: permission denied'
}

@test "exec: a cwd that is a directory of the host is refused, by whatever path" {
        ln -s /proc/self/fd/3 "$bundle/rootfs/link"
        starts_idle
        with_host_directory() {
                tare exec --preserve-fds 1 --cwd "$1" "$id" pwd 3<"$BATS_TEST_TMPDIR"
        }
        local cwd
        for cwd in /proc/self/fd/3 /link; do
                try with_host_directory "$cwd"
                exec_fails_with 'become the user: current working directory is outside of container mount namespace root -- possible container breakout detected'
                equals "$output" ""
        done
}

@test "exec: a cwd that a racer flips between the container and the host never leads out" {
        local vol=$BATS_TEST_TMPDIR/vol i inside=0
        mkdir -p "$vol/good"
        ln -s good "$vol/cwd"
        mount_at /vol bind "$vol" bind
        starts_idle
        (
                cd "$vol"
                while :; do
                        for target in good /proc/self/fd/3; do
                                ln -s "$target" next
                                mv -T next cwd
                        done
                done
        ) 3>&- &
        background+=("$!")
        racing() {
                tare exec --preserve-fds 1 --cwd /vol/cwd "$id" pwd 3<"$BATS_TEST_TMPDIR"
        }
        for ((i = 0; i < 60; i++)); do
                try racing
                if [[ $status == 0 ]]; then
                        equals "$output" /vol/good
                        inside=$((inside + 1))
                        continue
                fi
                contains "$stderr" "current working directory is outside of container mount namespace root"
        done
        # The race was on.
        ((inside > 0 && inside < 60))
}

@test "exec: --user by number, with groups" {
        starts_idle
        try_exec --user 1000:2000 --additional-gids 3000 -g 3001 -- sh -c 'id -u; id -g; id -G'
        equals "$output" "1000
2000
2000 3000 3001"
        try_exec --user 1000 -- sh -c 'id -u; id -g; echo $HOME'
        # As runc has it: a number alone changes the uid, and leaves the group.
        equals "$output" "1000
0
/home/user1"
        try_exec -u 12345 -- id -u
        equals "$output" 12345
}

@test "exec: --user by the names of the container's own files" {
        starts_idle
        try_exec --user user1 -- sh -c 'id -u; id -g; id -G; echo $HOME'
        equals "$output" "1000
1000
1000 2000
/home/user1"
        try_exec --user user1:extra -- sh -c 'id -u; id -g'
        equals "$output" "1000
2000"
        try_exec --user nobody-here -- true
        exec_fails_with 'become the user: unable to find user nobody-here: no matching entries in passwd file'
        try_exec --user user1:no-group -- true
        exec_fails_with 'become the user: unable to find group no-group: no matching entries in group file'
}

@test "exec: a number is never taken for a name, nor a name for a number" {
        # CVE-2016-3697, CVE-2026-30892: an image whose passwd file calls somebody else "1000".
        printf '1000:x:0:0:root:/root:/bin/sh\nuser1:x:1000:1000::/home/user1:/bin/sh\n' >"$bundle/rootfs/etc/passwd"
        starts_idle
        try_exec --user 1000 -- id -u
        equals "$output" 1000
}

@test "exec: --cap adds to three sets, never to the inheritable one" {
        starts_idle
        try_exec --cap CAP_SYS_TIME -- grep -E '^Cap(Inh|Prm|Eff|Bnd|Amb)' /proc/self/status
        equals "$(tr '\t' ' ' <<<"$output")" "CapInh: 0000000000000000
CapPrm: 0000000022000420
CapEff: 0000000022000420
CapBnd: 0000000022000420
CapAmb: 0000000000000000"
}

@test "exec: --no-new-privs" {
        edit '.process.noNewPrivileges = false'
        starts_idle
        try_exec -- grep NoNewPrivs /proc/self/status
        equals "$output" "NoNewPrivs:	0"
        try_exec --no-new-privs -- grep NoNewPrivs /proc/self/status
        equals "$output" "NoNewPrivs:	1"
}

@test "exec: limits, OOM score and keyring are the container's" {
        edit '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 100, hard: 200}] | .process.oomScoreAdj = 321
                | .linux.maskedPaths = []'
        starts_idle
        try_exec -- sh -c 'ulimit -n; ulimit -H -n; cat /proc/self/oom_score_adj; grep -c "_ses.'"$id"'" /proc/keys'
        equals "$output" "100
200
321
1"
}

@test "exec --process: a process of its own" {
        starts_idle
        jq -n '{args: ["sh", "-c", "id -u; pwd; echo $ONE; umask; ulimit -n"], cwd: "/tmp", env: ["PATH=/bin", "ONE=1"],
                user: {uid: 1000, gid: 1000, umask: 63}, rlimits: [{type: "RLIMIT_NOFILE", soft: 50, hard: 50}]}' \
                >"$BATS_TEST_TMPDIR/process.json"
        try tare exec --process "$BATS_TEST_TMPDIR/process.json" "$id"
        succeeds
        equals "$output" "1000
/tmp
1
0077
50"
        try tare exec -p "$BATS_TEST_TMPDIR/process.json" "$id"
        succeeds
}

@test "exec --process: what is wrong in it is told by its path" {
        starts_idle
        local file=$BATS_TEST_TMPDIR/process.json
        echo '{"args": "sh", "cwd": "/"}' >"$file"
        try tare exec --process "$file" "$id"
        exec_fails_with "$file: args: not an array"
        try tare exec --process /no/such "$id"
        exec_fails_with "open /no/such: no such file or directory"
}

@test "exec: programs that cannot be run, in runc's words" {
        echo text >"$bundle/rootfs/bin/text"
        starts_idle
        try_exec -- nosuch
        exec_fails_with 'find the program: exec: "nosuch": executable file not found in $PATH'
        try_exec -- /no/such
        exec_fails_with 'find the program: exec: "/no/such": stat /no/such: no such file or directory'
        try_exec -- /bin/text
        exec_fails_with 'find the program: exec: "/bin/text": permission denied (it has no execute bit)'
        try_exec -- /etc
        exec_fails_with 'find the program: exec: "/etc": is a directory'
        has_status running
}

@test "exec --detach: returns while the program runs; the pid file holds digits alone" {
        starts_idle
        try_exec --detach --pid-file "$BATS_TEST_TMPDIR/pid" -- sleep "$nap"
        succeeds
        local pid
        pid=$(<"$BATS_TEST_TMPDIR/pid")
        equals "$(od -An -c "$BATS_TEST_TMPDIR/pid" | tr -d ' \n')" "$pid"
        equals "$(tr '\0' ' ' <"/proc/$pid/cmdline")" "sleep $nap "
        tare delete --force "$id"
        eventually is_gone "$pid"
}

@test "exec: a failure writes no pid file" {
        starts_idle
        try_exec --detach --pid-file "$BATS_TEST_TMPDIR/pid" -- /no/such
        equals "$status" 255
        test ! -e "$BATS_TEST_TMPDIR/pid"
        try_exec --pid-file "$BATS_TEST_TMPDIR/none/pid" -- sleep "$nap"
        equals "$status" 255
        contains "$(last_error)" "no such file or directory"
        eventually gives 0 pgrep -c -f "^sleep $nap\$"
}

@test "exec: stdin reaches the program; signals are forwarded" {
        starts_idle
        equals "$(echo a line | tare exec "$id" cat)" "a line"
        mkdir -p "$BATS_TEST_TMPDIR/out"
        in_background exec "$id" sh -c 'trap "echo got; exit 5" TERM; echo ready; while :; do sleep 0.05; done' >"$BATS_TEST_TMPDIR/out/told"
        eventually file_has_line "$BATS_TEST_TMPDIR/out/told" ready
        kill -TERM "${background[0]}"
        ended "${background[0]}"
        equals "$status" 5
        file_has_line "$BATS_TEST_TMPDIR/out/told" got
}

@test "exec: stray descriptors stay out, preserved ones come in" {
        starts_idle
        echo "by descriptor" >"$BATS_TEST_TMPDIR/file"
        with_strays() {
                tare exec "$id" sh -c 'echo /proc/self/fd/*' 3</dev/null 7</etc/passwd
        }
        try with_strays
        equals "$output" "/proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2 /proc/self/fd/3"
        preserve_one() {
                tare exec --preserve-fds 1 "$id" cat /proc/self/fd/3 3<"$BATS_TEST_TMPDIR/file"
        }
        try preserve_one
        equals "$output" "by descriptor"
}

@test "exec: refused on what is not there, stopped, or paused" {
        try tare exec "$id" true
        exec_fails_with "container does not exist"
        creates
        tare start "$id"
        eventually has_status stopped
        try_exec -- true
        exec_fails_with "cannot exec in a stopped container"
        tare delete "$id"

        starts_idle
        local freezer
        freezer=$(cgroups_left "$id" | grep /freezer/ | head -n 1)
        [[ -n $freezer ]] || skip "no v1 freezer to pause it with"
        echo FROZEN >"$freezer/freezer.state"
        has_status paused
        try_exec -- true
        exec_fails_with "cannot exec in a paused container (use --ignore-paused to override)"
        in_background exec --ignore-paused "$id" echo thawed
        echo THAWED >"$freezer/freezer.state"
        ended "${background[0]}"
        equals "$status" 0
}

@test "exec: options end at the id" {
        starts_idle
        try tare exec "$id" echo --cwd -t --user
        equals "$output" "--cwd -t --user"
}

@test "exec: no command, and options that the container has no use for" {
        starts_idle
        try tare exec "$id"
        equals "$status" 255
        contains "$stderr" "error"
        try tare exec --additional-gids many "$id" true
        exec_fails_with '--additional-gids: "many" is not a group id'
}

@test "exec: many at once" {
        starts_idle
        local i pids=()
        for i in {1..20}; do
                tare exec "$id" sh -c "echo $i; exit $i" >"$BATS_TEST_TMPDIR/out.$i" 2>&1 3>&- &
                pids+=($!)
        done
        for i in {1..20}; do
                ended "${pids[i - 1]}"
                equals "$status $(<"$BATS_TEST_TMPDIR/out.$i")" "$i $i"
        done
        equals "$(pgrep -c -P "$(pid_of "$id")" || true)" 0
}

@test "exec: a container that is deleted meanwhile ends it" {
        starts_idle
        in_background exec "$id" sleep "$nap"
        eventually gives 1 pgrep -c -f "^sleep $nap\$"
        tare delete --force "$id"
        ended "${background[0]}"
        equals "$status" 137
        leaves_nothing
}
