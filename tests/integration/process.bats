#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# process.bats - what the program is when it begins: arguments, environment, directory, user, capabilities, limits.

load helpers

# program and environment ----------------------------------------------------------------------------------------------

@test "program: arguments arrive as they are" {
        program sh -c 'for a; do echo "<$a>"; done' name '' 'two words' $'new\nline' '*' 'ünï'
        try_run
        equals "$output" "<>
<two words>
<new
line>
<*>
<ünï>"
}

@test "program: found by the container's PATH, in order" {
        mkdir -p "$bundle/rootfs/first" "$bundle/rootfs/second"
        printf '#!/bin/sh\necho first\n' >"$bundle/rootfs/first/tool"
        printf '#!/bin/sh\necho second\n' >"$bundle/rootfs/second/tool"
        chmod +x "$bundle/rootfs/second/tool"
        edit '.process.env = ["PATH=/none:/first:/second:/bin"]'
        program tool
        # One that may not be run is passed over.
        try_run
        equals "$output" second
        chmod +x "$bundle/rootfs/first/tool"
        try_run
        equals "$output" first
}

@test "program: a relative path is relative to cwd" {
        mkdir "$bundle/rootfs/work"
        printf '#!/bin/sh\npwd\n' >"$bundle/rootfs/work/tool"
        chmod +x "$bundle/rootfs/work/tool"
        edit '.process.cwd = "/work"'
        program ./tool
        try_run
        equals "$output" /work
}

# refused_program ARG0 WORDS
refused_program() {
        local verb
        program "$1"
        for verb in run create; do
                try tare "$verb" --bundle "$bundle" "$id"
                fails_with "tare $verb failed: find the program: exec: \"$1\": $2"
                leaves_nothing
        done
}

@test "program: not there, not executable, a directory: told by run and by create" {
        echo text >"$bundle/rootfs/bin/text"
        mkdir "$bundle/rootfs/bin/dir"
        refused_program nosuch 'executable file not found in $PATH'
        refused_program text 'executable file not found in $PATH (/bin/text has no execute bit)'
        refused_program dir 'executable file not found in $PATH (/bin/dir is no file, but a directory)'
        refused_program /no/such 'stat /no/such: no such file or directory'
        refused_program ./no 'stat ./no: no such file or directory'
        refused_program /bin/text 'permission denied (it has no execute bit)'
        refused_program /etc 'is a directory'
        refused_program /bin/text/x 'stat /bin/text/x: not a directory'
}

# plant CONTENT: an executable /bin/planted in the root, with printf's escapes; it is the program.
plant() {
        printf '%b' "$1" >"$bundle/rootfs/bin/planted"
        chmod 755 "$bundle/rootfs/bin/planted"
        program planted
}

# unexecutable WORDS: the program is found, and the kernel does not execute it. By run, by start, and by exec.
unexecutable() {
        local words="become the program: exec /bin/planted: $1"
        try_run
        fails_with "tare run failed: $words"
        leaves_nothing
        creates
        try tare start "$id"
        fails_with "$words"
        try tare delete --force "$id"
        program sleep 100
        starts
        try tare exec "$id" planted
        fails_with "exec failed: $words" 255
        try tare delete --force "$id"
}

@test "program: a file that is no program" {
        plant 'no interpreter line\n'
        unexecutable 'exec format error (it is no ELF file and does not begin with #!)'
}

@test "program: an interpreter that is not there" {
        plant '#!/no/such -x\n'
        unexecutable 'no such file or directory (its interpreter /no/such is not there)'
}

@test "program: a script with the line ends of Windows" {
        plant '#!/bin/sh\r\necho\r\n'
        unexecutable "no such file or directory (it has a #! line that ends in CRLF, so that the carriage return is part of its interpreter's name)"
}

@test "program: a loader that is not there" {
        local loader
        plant ''
        cp "$(command -v ls)" "$bundle/rootfs/bin/planted"
        loader=$(readelf --program-headers "$bundle/rootfs/bin/planted" | sed -n 's/.*program interpreter: \(.*\)]/\1/p')
        unexecutable "no such file or directory (its loader $loader is not there)"

        # Nor that of the interpreter of a script.
        mv "$bundle/rootfs/bin/planted" "$bundle/rootfs/bin/dynamic"
        plant '#!/bin/dynamic\n'
        unexecutable "no such file or directory (its interpreter /bin/dynamic: its loader $loader is not there)"
}

@test "program: one for another machine" {
        local machine='\xf3\x00' name=riscv # EM_RISCV
        [[ $(uname -m) != riscv* ]] || skip "this is the other machine"
        plant ''
        cp "$bundle/rootfs/bin/busybox" "$bundle/rootfs/bin/planted"
        printf '%b' "$machine" | dd of="$bundle/rootfs/bin/planted" bs=1 seek=18 conv=notrunc status=none
        unexecutable "exec format error (it is for $name, and this machine is $(uname -m))"
}

@test "program: on a mount that is noexec" {
        local shelf=$BATS_TEST_TMPDIR/shelf
        mkdir "$shelf"
        printf '#!/bin/sh\n' >"$shelf/tool"
        chmod 755 "$shelf/tool"
        mount_at /shelf bind "$shelf" bind noexec
        edit '.process.env = ["PATH=/bin:/shelf"]'
        refused_program /shelf/tool 'permission denied (it is on a mount with noexec)'
        refused_program tool 'executable file not found in $PATH (/shelf/tool is on a mount with noexec)'
        plant '#!/shelf/tool\n'
        unexecutable 'permission denied (its interpreter /shelf/tool is on a mount with noexec)'
}

@test "program: one that its user may not execute" {
        printf '#!/bin/sh\n' >"$bundle/rootfs/bin/rooted"
        chmod 750 "$bundle/rootfs/bin/rooted"
        edit '.process.user = {uid: 1000, gid: 1001}'
        refused_program /bin/rooted \
                'permission denied (it has mode 0750 and is owned by 0:0, and the user is 1000:1001)'
}

@test "program: what its filter may kill for is not looked into" {
        plant '#!/no/such\n'
        edit '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW",
                syscalls: [{names: ["open", "openat", "stat", "newfstatat", "fstatat64", "statx"], action: "SCMP_ACT_KILL_PROCESS"}]}'
        unexecutable 'no such file or directory'
}

@test "environment: that of the bundle, and HOME, and no more" {
        edit '.process.env = ["PATH=/bin", "A=1", "B=", "C=x=y", "A=2"]'
        program env
        CALLERS=secret try_run
        equals "$(sort <<<"$output")" "A=2
B=
C=x=y
HOME=/root
PATH=/bin"
}

@test "environment: HOME as given, or by the user's entry, or the root" {
        script 'echo $HOME'
        edit '.process.env += ["HOME=/given"]'
        try_run
        equals "$output" /given
        edit '.process.env |= map(select(startswith("HOME") | not))'
        edit '.process.user = {uid: 1000, gid: 1000}'
        try_run
        equals "$output" /home/user1
        edit '.process.user.uid = 12345'
        try_run
        equals "$output" /
        edit '.process.env += ["HOME="] | .process.user.uid = 0'
        try_run
        equals "$output" /root
}

@test "environment: entries that are none are refused" {
        edit '.process.env += ["NOVALUE"]'
        try_run
        equals "$status" 1
        contains "$(last_error)" "invalid environment variable: missing '='"
        edit '.process.env[-1] = "=value"'
        try_run
        equals "$status" 1
        contains "$(last_error)" "invalid environment variable: name cannot be empty"
        leaves_nothing
}

@test "environment: a NUL byte is refused with the name of the variable" {
        edit '.process.env += ["A=x\u0000y"]'
        try_run
        fails_with 'tare run failed: config.json: process.env[2]: invalid environment variable "A": value contains nul byte (\x00)'
        edit '.process.env[2] = "A\u0000B=1"'
        try_run
        fails_with 'tare run failed: config.json: process.env[2]: invalid environment variable "A\x00B": name contains nul byte (\x00)'
        leaves_nothing
}

@test "environment: no PATH at all" {
        edit '.process.env = []'
        program true
        try_run
        fails_with 'tare run failed: find the program: exec: "true": executable file not found in $PATH'
}

# cwd ------------------------------------------------------------------------------------------------------------------

@test "cwd: as given; a missing one is made" {
        edit '.process.cwd = "/tmp"'
        runs 'pwd'
        equals "$output" /tmp
        edit '.process.cwd = "/not/there/yet"'
        runs 'pwd; stat -c %a .'
        equals "$output" "/not/there/yet
755"
}

@test "cwd: a file is refused" {
        edit '.process.cwd = "/etc/passwd"'
        try_run
        equals "$status" 1
        contains "$(last_error)" "/etc/passwd"
        contains "$(last_error)" "not a directory"
        leaves_nothing
}

@test "cwd: one that only root may enter" {
        mkdir -m 700 "$bundle/rootfs/roots"
        edit '.process.cwd = "/roots" | .process.user = {uid: 1000, gid: 1000}'
        runs 'pwd'
        equals "$output" /roots
}

@test "cwd: not by the descriptors of the runtime" {
        # CVE-2024-21626: no number leads out, whatever the runtime has open.
        local n
        for n in 3 4 5 6 7 8 9 10; do
                edit '.process.cwd = "/proc/self/fd/'"$n"'"'
                try_run
                [[ $status != 0 ]]
        done
        leaves_nothing
}

@test "cwd: not by a directory of the host that was preserved, nor by a link to it" {
        with_host_directory() {
                tare run --preserve-fds 1 --bundle "$bundle" "$id" 3<"$BATS_TEST_TMPDIR"
        }
        ln -s /proc/self/fd/3 "$bundle/rootfs/link"
        local cwd
        for cwd in /proc/self/fd/3 /proc/1/fd/3 /link; do
                # shellcheck disable=SC2016 # jq's variable
                edit '.process.cwd = $cwd' --arg cwd "$cwd"
                try with_host_directory
                fails_with "tare run failed: seal the root and enter it: process.cwd: open $cwd in the root: too many levels of symbolic links"
                leaves_nothing
        done
}

# user -----------------------------------------------------------------------------------------------------------------

@test "user: ids and additional groups" {
        edit '.process.user = {uid: 1000, gid: 1001, additionalGids: [2000, 5, 1001]}'
        runs 'grep -E "^(Uid|Gid|Groups)" /proc/self/status; id -u; id -g'
        equals "$(sed 's/[[:space:]]*$//' <<<"$output")" "Uid:	1000	1000	1000	1000
Gid:	1001	1001	1001	1001
Groups:	5 1001 2000
1000
1001"
}

@test "user: the caller's groups do not come along" {
        script 'grep Groups /proc/self/status'
        try setpriv --groups 4,24,27 "$TARE" --root "$root" run --bundle "$bundle" "$id"
        succeeds
        equals "$(sed 's/[[:space:]]*$//' <<<"$output")" "Groups:"
}

@test "user: umask, by default 0022 whatever the caller's is" {
        umask 0077
        runs 'umask'
        equals "$output" 0022
        edit '.process.user.umask = 7'
        runs 'umask'
        equals "$output" 0007
}

@test "user: an ordinary one may open the streams that it was given" {
        edit '.process.user = {uid: 1000, gid: 1000}'
        script 'echo out >/dev/stdout; echo err >/dev/stderr'
        (umask 077; : >"$BATS_TEST_TMPDIR/stdout"; : >"$BATS_TEST_TMPDIR/stderr")
        tare run --bundle "$bundle" "$id" 2>&1 | cat >"$BATS_TEST_TMPDIR/both"
        equals "$(<"$BATS_TEST_TMPDIR/both")" "out
err"
}

# owners FILE...: uid and gid of each.
owners() {
        stat -c %u:%g "$@" | paste -sd ' '
}

@test "user: the streams become the user's, and keep their group; /dev/null stays root's" {
        local before file
        before=$(owners /dev/null)
        edit '.process.user = {uid: 1000, gid: 1001}'
        for file in in out err; do
                : >"$BATS_TEST_TMPDIR/$file"
                chgrp 42 "$BATS_TEST_TMPDIR/$file"
        done
        with_files() {
                tare run --bundle "$bundle" "$id" <"$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err"
        }
        try with_files
        succeeds
        equals "$(cd "$BATS_TEST_TMPDIR" && owners in out err)" "1000:42 1000:42 1000:42"

        # For the first program it is the container's own by then; a program that joins brings the host's.
        script 'stat -c %u:%g /dev/null >&3'
        with_null() {
                tare run --preserve-fds 1 --bundle "$bundle" "$id" </dev/null 3>"$BATS_TEST_TMPDIR/told"
        }
        try with_null
        succeeds
        equals "$(<"$BATS_TEST_TMPDIR/told")" 0:0
        program sleep 100
        starts
        try tare exec --user 1000 "$id" true
        succeeds
        equals "$(owners /dev/null)" "$before"
}

@test "user: streams that may not be given away are left as they are" {
        # On a read-only mount, which is the test's own.
        edit '.process.user = {uid: 1000, gid: 1000}'
        program cat
        echo "a line" >"$BATS_TEST_TMPDIR/in"
        cat >"$BATS_TEST_TMPDIR/read-only" <<'SCRIPT'
set -eu
file=$1
shift
mount --bind "$file" "$file"
mount -o remount,bind,ro "$file"
exec "$@" <"$file"
SCRIPT
        try unshare --mount bash "$BATS_TEST_TMPDIR/read-only" "$BATS_TEST_TMPDIR/in" "$TARE" --root "$root" run --bundle "$bundle" "$id"
        succeeds
        equals "$output" "a line"
        equals "$(owners "$BATS_TEST_TMPDIR/in")" 0:0
}

# descriptors ----------------------------------------------------------------------------------------------------------

# listening N ARG...: tare as a service manager starts it, with N descriptors from 3 on (sd_listen_fds(3)).
listening() {
        local n=$1
        shift
        # shellcheck disable=SC2016 # of the inner shell, whose pid is that of tare
        LISTEN_FDS=$n timeout --foreground --signal=KILL 50 bash -c 'export LISTEN_PID=$$; exec "$@"' listening \
                "$TARE" --root "$root" --log "$log" --log-format json "$@"
}

@test "LISTEN_FDS: the descriptors reach the program, and so do the two variables" {
        echo three >"$BATS_TEST_TMPDIR/three"
        echo four >"$BATS_TEST_TMPDIR/four"
        echo five >"$BATS_TEST_TMPDIR/five"
        edit '.process.env += ["LISTEN_PID=77", "LISTEN_FDS=99"]'
        script 'cat <&3; cat <&4; test -e /proc/self/fd/5 && cat <&5; echo "$LISTEN_FDS $LISTEN_PID $$"'
        with_three() {
                listening "$@" 3<"$BATS_TEST_TMPDIR/three" 4<"$BATS_TEST_TMPDIR/four" 5<"$BATS_TEST_TMPDIR/five"
        }
        try with_three 2 run --bundle "$bundle" "$id"
        equals "$output" "three
four
2 1 1"
        # The preserved ones come behind them.
        try with_three 2 run --preserve-fds 1 --bundle "$bundle" "$id"
        equals "$output" "three
four
five
2 1 1"
}

@test "LISTEN_FDS: of another process, none, or more than there are" {
        echo three >"$BATS_TEST_TMPDIR/three"
        script 'test -e /proc/self/fd/3 && cat <&3; env | grep LISTEN; echo end'
        for_another() {
                LISTEN_FDS=1 LISTEN_PID=1 tare run --bundle "$bundle" "$id" 3<"$BATS_TEST_TMPDIR/three"
        }
        try for_another
        equals "$output" end
        too_many() {
                listening 2 run --bundle "$bundle" "$id" 3<"$BATS_TEST_TMPDIR/three" 4<&-
        }
        try too_many
        fails_with "tare run failed: LISTEN_FDS=2: descriptor 4 is not open"
        leaves_nothing
}

# capabilities ---------------------------------------------------------------------------------------------------------

sets() {
        grep -E '^Cap' | sed 's/^Cap\(...\):\t0*/\1 /; s/ $/ 0/'
}

set_caps() {
        # shellcheck disable=SC2016 # jq's variables
        edit '.process.capabilities = $caps' --argjson caps "$1"
}

@test "capabilities: the five sets" {
        set_caps '{"bounding": ["CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW"], "permitted": ["CAP_CHOWN", "CAP_KILL"],
                "effective": ["CAP_CHOWN"], "inheritable": ["CAP_CHOWN"], "ambient": ["CAP_CHOWN"]}'
        # As root a new program has what is inheritable or bounding; as another user what is ambient.
        edit '.process.user = {uid: 1000, gid: 1000} | .process.noNewPrivileges = false'
        program grep Cap /proc/self/status
        try_run
        succeeds
        equals "$(sets <<<"$output")" "Inh 1
Prm 1
Eff 1
Bnd 2021
Amb 1"
}

@test "capabilities: of root, by the bounding set" {
        set_caps '{"bounding": ["CAP_CHOWN", "CAP_KILL"], "permitted": ["CAP_CHOWN", "CAP_KILL"], "effective": ["CAP_CHOWN", "CAP_KILL"]}'
        program grep Cap /proc/self/status
        try_run
        equals "$(sets <<<"$output")" "Inh 0
Prm 21
Eff 21
Bnd 21
Amb 0"
}

@test "capabilities: none, by empty sets or no object" {
        program grep Cap /proc/self/status
        local caps
        for caps in '{}' null '{"bounding": []}'; do
                set_caps "$caps"
                try_run
                equals "$(sets <<<"$output" | tr '\n' ' ')" "Inh 0 Prm 0 Eff 0 Bnd 0 Amb 0 "
        done
}

@test "capabilities: another user keeps none without ambient ones" {
        set_caps '{"bounding": ["CAP_CHOWN"], "permitted": ["CAP_CHOWN"], "effective": ["CAP_CHOWN"]}'
        edit '.process.user = {uid: 1000, gid: 1000}'
        program grep Cap /proc/self/status
        try_run
        equals "$(sets <<<"$output" | tr '\n' ' ')" "Inh 0 Prm 0 Eff 0 Bnd 1 Amb 0 "
}

@test "capabilities: unknown ones are a warning" {
        edit '.process.capabilities.bounding += ["CAP_FOO"] | .process.capabilities.effective += ["CAP_FOO", "cap_chown"]'
        try_run
        succeeds
        equals "$(warnings)" "ignoring unknown or unavailable capabilities: [CAP_FOO, cap_chown]"
}

@test "capabilities: one that the caller does not have is a warning" {
        set_caps '{"bounding": ["CAP_CHOWN", "CAP_SYS_RESOURCE"], "permitted": ["CAP_CHOWN", "CAP_SYS_RESOURCE"], "effective": ["CAP_CHOWN", "CAP_SYS_RESOURCE"]}'
        script 'grep CapEff /proc/self/status'
        try setpriv --bounding-set -sys_resource "$TARE" --root "$root" --log "$log" --log-format json --log-level warning run --bundle "$bundle" "$id"
        succeeds
        equals "$(sets <<<"$output")" "Eff 1"
        equals "$(warnings)" "ignoring unknown or unavailable capabilities: [CAP_SYS_RESOURCE]"
}

@test "no_new_privs: as asked" {
        runs 'grep NoNewPrivs /proc/self/status'
        equals "$output" "NoNewPrivs:	1"
        edit '.process.noNewPrivileges = false'
        runs 'grep NoNewPrivs /proc/self/status'
        equals "$output" "NoNewPrivs:	0"
}

# limits and the rest --------------------------------------------------------------------------------------------------

@test "rlimits: soft and hard" {
        edit '.process.rlimits = [
                {type: "RLIMIT_NOFILE", soft: 100, hard: 200}, {type: "RLIMIT_CORE", soft: 0, hard: 4294967296},
                {type: "RLIMIT_STACK", soft: 1048576, hard: 1048576}, {type: "RLIMIT_NPROC", soft: 50, hard: 60}]'
        runs 'grep -E "open files|core file|stack size|processes" /proc/self/limits | tr -s " " | sed "s/ $//"'
        equals "$output" "Max stack size 1048576 1048576 bytes
Max core file size 0 4294967296 bytes
Max processes 50 60 processes
Max open files 100 200 files"
}

@test "rlimits: the largest number is no limit" {
        edit '.process.rlimits = [{type: "RLIMIT_CORE", soft: 0, hard: "NONE"}]'
        script 'ulimit -H -c'
        # jq would round it.
        sed -i 's/"NONE"/18446744073709551615/' "$bundle/config.json"
        try_run
        equals "$output" unlimited
}

@test "rlimits: an address space of a few megabytes is enough for the runtime" {
        edit '.process.rlimits = [{type: "RLIMIT_AS", soft: 8388608, hard: 8388608}]'
        try_run
        succeeds
}

@test "oom_score_adj" {
        edit '.process.oomScoreAdj = 123'
        runs 'cat /proc/self/oom_score_adj'
        equals "$output" 123
}

@test "session: the program leads its own" {
        runs 'cut -d " " -f 1,5,6 /proc/$$/stat'
        equals "$output" "1 1 1"
}
