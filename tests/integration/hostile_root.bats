#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# hostile_root.bats - a root filesystem whose maker wants out: links and special files planted where the runtime works.
# The host's side of every trap is $outside; nothing may appear or change there.

load helpers

setup_outside() {
        outside=$BATS_TEST_TMPDIR/outside
        mkdir -p "$outside/dir"
        echo untouched >"$outside/file"
        chmod 600 "$outside/file"
        edit '.root.readonly = false'
}

outside_is_untouched() {
        equals "$(find "$outside" -printf '%P %m %s\n' | sort)" "$outside_was"
        equals "$(<"$outside/file")" untouched
}

remember_outside() {
        outside_was=$(find "$outside" -printf '%P %m %s\n' | sort)
}

@test "hostile root: a mount's destination behind a link stays inside" {
        setup_outside
        ln -s "$outside" "$bundle/rootfs/absolute"
        ln -s ../../../../../../../../.. "$bundle/rootfs/upwards"
        ln -s "$outside/dir" "$bundle/rootfs/last"
        mount_at /absolute/new tmpfs one
        mount_at "/upwards$outside/new2" tmpfs two
        mount_at /last tmpfs three
        remember_outside
        runs 'grep -cE " (one|two|three) " /proc/self/mountinfo'
        equals "$output" 3
        outside_is_untouched
        test -d "$bundle/rootfs$outside/new"
}

@test "hostile root: .. in a destination stays inside" {
        setup_outside
        mount_at /../../../../tmp/../../../made-above tmpfs one
        remember_outside
        runs 'grep -c " /made-above " /proc/self/mountinfo'
        equals "$output" 1
        test ! -e /made-above
        outside_is_untouched
}

@test "hostile root: /dev, /proc and /sys as links" {
        setup_outside
        local name
        for name in dev proc sys; do
                rm -r "${bundle:?}/rootfs/$name"
                ln -s "$outside/dir" "$bundle/rootfs/$name"
        done
        remember_outside
        try_run
        fails_with 'tare run failed: build the root and its mounts: mounts[0] /proc: filesystem "proc" must be mounted on ordinary directory'
        outside_is_untouched
        leaves_nothing

        for name in proc sys; do
                rm "$bundle/rootfs/$name"
                mkdir "$bundle/rootfs/$name"
        done
        runs 'grep -c " $(readlink -f /dev) " /proc/self/mountinfo; readlink -f /dev'
        equals "$output" "1
$outside/dir"
        outside_is_untouched
}

@test "hostile root: a masked and a read-only path as links" {
        setup_outside
        ln -s "$outside/file" "$bundle/rootfs/masked"
        ln -s "$outside" "$bundle/rootfs/fixed"
        edit '.linux.maskedPaths += ["/masked"] | .linux.readonlyPaths += ["/fixed"]'
        remember_outside
        # Inside they lead nowhere, and then to a file and a directory of the image.
        runs 'echo ran'
        equals "$output" ran
        outside_is_untouched
        mkdir -p "$bundle/rootfs$outside"
        echo inside >"$bundle/rootfs$outside/file"
        runs 'wc -c </masked; touch /fixed/x 2>&1 || true'
        equals "$output" "0
touch: /fixed/x: Read-only file system"
        outside_is_untouched
        leaves_nothing
}

@test "hostile root: a cwd behind a link" {
        setup_outside
        ln -s "$outside" "$bundle/rootfs/cwd"
        edit '.process.cwd = "/cwd/made/by/tare"'
        remember_outside
        runs 'pwd -P'
        equals "$output" "$outside/made/by/tare"
        outside_is_untouched
        test -d "$bundle/rootfs$outside/made/by/tare"
        edit '.process.cwd = "/cwd"'
        runs 'ls'
        equals "$output" made
        outside_is_untouched
}

@test "hostile root: a device's parent behind a link" {
        setup_outside
        ln -s "$outside" "$bundle/rootfs/link"
        edit '.linux.devices = [{path: "/link/device", type: "c", major: 1, minor: 3}]'
        remember_outside
        runs 'stat -c "%F %t:%T" /link/device'
        equals "$output" "character special file 1:3"
        outside_is_untouched
        test -c "$bundle/rootfs$outside/device"
}

@test "hostile root: /proc or /sys as a link or no directory is refused by name" {
        # CVE-2019-19921, CVE-2023-27561, CVE-2023-28642
        setup_outside
        remember_outside
        local type made
        local -A place=([proc]=0 [sys]=5)
        for type in proc sys; do
                for made in "ln -s $outside/dir" "ln -s /tmp" touch; do
                        rm -rf "${bundle:?}/rootfs/$type"
                        $made "$bundle/rootfs/$type"
                        try_run
                        fails_with "tare run failed: build the root and its mounts: mounts[${place[$type]}] /$type: filesystem \"${type/sys/sysfs}\" must be mounted on ordinary directory"
                done
                rm "$bundle/rootfs/$type"
                mkdir "$bundle/rootfs/$type"
        done
        outside_is_untouched
        leaves_nothing
}

@test "hostile root: nor are the host's own bound there, through a link" {
        local type
        mkdir "$bundle/rootfs/elsewhere"
        for type in proc sys; do
                cp "$project/tests/bundles/default.json" "$bundle/config.json"
                edit ".mounts |= map(select(.destination != \"/$type\"))"
                mount_at "/$type" bind "/$type" rbind ro
                rmdir "$bundle/rootfs/$type"
                ln -s elsewhere "$bundle/rootfs/$type"
                try_run
                fails_with "tare run failed: build the root and its mounts: mounts[6] /$type: filesystem \"${type/sys/sysfs}\" must be mounted on ordinary directory"
                rm "$bundle/rootfs/$type"
                mkdir "$bundle/rootfs/$type"
        done
        leaves_nothing
}

@test "hostile root: nothing is mounted over /proc or into it, by whatever path" {
        # CVE-2019-16884: over /proc/self/attr a label would be written into a file of the image.
        edit '.root.readonly = false'
        mkdir -p "$bundle/rootfs/fake/attr"
        local config when destination type told
        config=$(<"$bundle/config.json")
        ln -s proc/self/attr "$bundle/rootfs/by-link"
        ln -s ../../proc "$bundle/rootfs/tmp/up"
        while IFS='|' read -r when destination type told; do
                printf '%s\n' "$config" >"$bundle/config.json"
                mount_at "$destination" "$type" rootfs/fake "${type/tmpfs/nosuid}"
                try_run
                fails_with "tare run failed: $when: $told"
        done <<'ROWS'
config.json|/proc|tmpfs|mounts[7].destination: "/proc" cannot be mounted because it is not of type proc
build the root and its mounts|/proc|bind|mounts[7] /proc: "/proc" cannot be mounted because it is not of type proc
config.json|/proc/self/attr|bind|mounts[7].destination: "/proc/self/attr" cannot be mounted because it is inside /proc
config.json|/proc/sys|tmpfs|mounts[7].destination: "/proc/sys" cannot be mounted because it is inside /proc
config.json|/tmp/../proc/sys|bind|mounts[7].destination: "/proc/sys" cannot be mounted because it is inside /proc
build the root and its mounts|/by-link|bind|mounts[7] /by-link: "/by-link" cannot be mounted because it is inside /proc
build the root and its mounts|/tmp/up/sys|tmpfs|mounts[7] /tmp/up/sys: "/tmp/up/sys" cannot be mounted because it is inside /proc
ROWS
        # But for the files that tools read and others stand in for.
        printf '%s\n' "$config" >"$bundle/config.json"
        echo 12.5 1.0 >"$bundle/rootfs/fake/uptime"
        mount_at /proc/uptime bind rootfs/fake/uptime bind
        runs 'cat /proc/uptime'
        equals "$output" "12.5 1.0"
        leaves_nothing
}

@test "hostile root: a source that no path can be as long as" {
        # CVE-2021-43784: lengths that overflow in the message to init let one mount's text become another's.
        local size
        for size in 4096 65535 65536 70000; do
                cp "$project/tests/bundles/default.json" "$bundle/config.json"
                edit '.mounts += [{destination: "/tmp", type: "bind", source: ("/" * $size), options: ["bind"]}]' --argjson size "$size"
                try_run
                fails_with 'tare run failed: config.json: mounts[7].source: longer than 4095 bytes'
        done
        leaves_nothing
}

@test "hostile root: the image's own /dev as a link: no node and no link is made outside" {
        # CVE-2026-41579, CVE-2026-47766
        setup_outside
        rm -r "${bundle:?}/rootfs/dev"
        ln -s "$outside/dir" "$bundle/rootfs/dev"
        edit '.mounts |= map(select(.destination | startswith("/dev") | not))
                | .linux.devices = [{path: "/dev/owned", type: "c", major: 1, minor: 5, uid: 1000, gid: 1000}]'
        remember_outside
        runs 'ls /dev/null /dev/owned /dev/fd'
        outside_is_untouched
        test -c "$bundle/rootfs$outside/dir/null"
        leaves_nothing
}

@test "hostile root: a name of /dev that is taken by a link is neither opened nor given away" {
        # CVE-2026-88265 and its like: stdio is reopened on /dev/null, devices are chowned.
        setup_outside
        edit '.mounts |= map(select(.destination | startswith("/dev") | not))
                | .linux.devices = [{path: "/dev/owned", type: "c", major: 1, minor: 5, uid: 1000, gid: 1000}]'
        local name
        local -A whose=([null]='device' [owned]='linux.devices[0]')
        for name in null owned; do
                rm -f "$bundle/rootfs/dev/"*
                ln -s "$outside/file" "$bundle/rootfs/dev/$name"
                remember_outside
                try_run
                fails_with "tare run failed: build the root and its mounts: ${whose[$name]} /dev/$name: exists, and is not that device"
                outside_is_untouched
        done
        leaves_nothing
}

@test "hostile root: what masks is proven to be the null device" {
        # CVE-2025-31133: with /dev/null as a link, the file that it leads to would be bound over the masked path,
        # writable. The image's /dev comes as a mount here, so that the runtime makes no devices in it.
        setup_outside
        mkdir "$BATS_TEST_TMPDIR/dev"
        mount_at /dev bind "$BATS_TEST_TMPDIR/dev" bind
        edit '.mounts |= map(select(.type == "bind" or (.destination | startswith("/dev") | not)))'
        local made
        for made in "ln -s /proc/sys/kernel/core_pattern" "ln -s $outside/file" touch mkdir; do
                rm -rf "${BATS_TEST_TMPDIR:?}/dev/null"
                $made "$BATS_TEST_TMPDIR/dev/null"
                remember_outside
                script 'cat /proc/timer_list'
                try_run
                fails_with "tare run failed: seal the root and enter it: linux.maskedPaths[3] /proc/keys: can't mask paths: container's /dev/null is invalid: no such device"
                outside_is_untouched
        done
        leaves_nothing
}

@test "hostile root: /etc/passwd as a fifo, a link to one, a directory, and as large as a disk" {
        rm "$bundle/rootfs/etc/passwd"
        script 'echo $HOME'
        mkfifo "$bundle/rootfs/etc/passwd"
        try_run
        equals "$output" /
        rm "$bundle/rootfs/etc/passwd"
        ln -s /dev/zero "$bundle/rootfs/etc/passwd"
        try_run
        equals "$status $output" "0 /"
        rm "$bundle/rootfs/etc/passwd"
        mkdir "$bundle/rootfs/etc/passwd"
        try_run
        equals "$output" /
        rmdir "$bundle/rootfs/etc/passwd"
        truncate -s 100G "$bundle/rootfs/etc/passwd"
        try_run
        equals "$output" /
        leaves_nothing
}

@test "hostile root: tmpcopyup of links and fifos copies, and follows nothing" {
        setup_outside
        mkdir "$bundle/rootfs/data"
        ln -s "$outside/file" "$bundle/rootfs/data/link"
        ln -s "$outside" "$bundle/rootfs/data/dir"
        mkfifo "$bundle/rootfs/data/fifo"
        mount_at /data tmpfs tmpfs tmpcopyup
        remember_outside
        runs 'readlink /data/link; test -p /data/fifo && echo fifo'
        equals "$output" "$outside/file
fifo"
        outside_is_untouched
}

@test "hostile root: mounts of proc and sysfs are where the runtime writes, nowhere else" {
        # A bundle that puts a directory of the image at /proc cannot fool the sysctls and masks into a success.
        setup_outside
        mkdir -p "$bundle/rootfs/fake/sys/net/ipv4"
        echo 0 >"$bundle/rootfs/fake/sys/net/ipv4/ip_forward"
        edit '.mounts |= map(select(.destination != "/proc")) | .linux.sysctl = {"net.ipv4.ip_forward": "1"}'
        mount_at /proc bind rootfs/fake bind
        try_run
        fails_with 'tare run failed: build the root and its mounts: mounts[6] /proc: "/proc" cannot be mounted because it is not of type proc'
        equals "$(<"$bundle/rootfs/fake/sys/net/ipv4/ip_forward")" 0
        leaves_nothing
}

@test "hostile root: the runtime's own program cannot be overwritten from inside" {
        # CVE-2019-5736: the interpreter of this program is whoever executes it: the runtime, which nobody can write to.
        cp "$TARE" "$BATS_TEST_TMPDIR/tare"
        printf '#!/proc/self/exe\n' >"$bundle/rootfs/bin/self"
        chmod +x "$bundle/rootfs/bin/self"
        edit '.root.readonly = false'
        program self
        local before
        before=$(sha256sum <"$BATS_TEST_TMPDIR/tare")
        TARE=$BATS_TEST_TMPDIR/tare try_run
        # It did come to run, and says what it says to anybody who calls it so.
        equals "$status $output" "3 "
        matches "$stderr" "^time=[^ ]+ level=error msg=\"No help topic for '/bin/self'\"\$"
        equals "$(sha256sum <"$BATS_TEST_TMPDIR/tare")" "$before"
        leaves_nothing
}

@test "hostile root: the runtime's program cannot be written to through a waiting init" {
        # CVE-2019-5736: not even by root of the host, and not for being busy alone.
        # While it runs, being busy is protection enough: the link is kept until it does not. A program that no other test runs.
        cp "$TARE" "$BATS_TEST_TMPDIR/own"
        TARE=$BATS_TEST_TMPDIR/own
        creates
        exec 9<"/proc/$(pid_of "$id")/exe"
        tare delete --force "$id"
        local told
        told=$({ : >>/proc/self/fd/9; } 2>&1) && complain "it was opened for writing"
        exec 9<&-
        contains "$told" "Read-only file system"
}

@test "hostile root: nor by a privileged container that holds it until nobody runs it any more" {
        local victim=$BATS_TEST_TMPDIR/victim before
        cp "$TARE" "$victim"
        before=$(sha256sum <"$victim")
        edit '.process.capabilities |= with_entries(.value = $caps) | .linux.maskedPaths = [] | .linux.readonlyPaths = []' \
                --argjson caps "$("$TARE" features | jq -c .linux.capabilities)"
        without_namespace pid
        mkdir "$BATS_TEST_TMPDIR/shared"
        mount_at /tmp bind "$BATS_TEST_TMPDIR/shared" bind
        script 'while :; do
                        for dir in /proc/[0-9]*; do
                                first=$(tr "\0" "\n" <$dir/cmdline 2>/dev/null | head -n 1)
                                [ "$first" = '"$victim"' ] && command exec 9<$dir/exe || continue
                                echo holding >/tmp/told
                                until [ -e /tmp/go ]; do sleep 0.05; done
                                if echo overwritten 2>/tmp/why >/proc/self/fd/9; then echo won; else echo lost; fi >/tmp/told
                                exit
                        done
                done'
        starts "$id-attacker"
        # The attacker has no pid of the runtime that ran it, only of those to come.
        cp "$project/tests/bundles/default.json" "$bundle/config.json"
        TARE=$victim creates
        eventually file_has_line "$BATS_TEST_TMPDIR/shared/told" holding
        tare delete --force "$id"
        : >"$BATS_TEST_TMPDIR/shared/go"
        eventually file_has_line "$BATS_TEST_TMPDIR/shared/told" lost
        equals "$(sha256sum <"$victim")" "$before"
}

# attack AFTERWARDS: what the container runs: it tries the pids to come, over and over and with built-ins alone, until it
# holds the program of one as descriptor 9 that is not the image's own yet. /tmp is shared as $shared.
attack() {
        shared=$BATS_TEST_TMPDIR/shared
        mkdir "$shared"
        mount_at /tmp bind "$shared" bind
        script 'pids="'"$(seq 2 60 | paste -sd ' ')"'"
                command exec 2>/tmp/why
                : >/tmp/ready
                while :; do
                        for n in $pids; do
                                command exec 9</proc/$n/exe || continue
                                [ /proc/self/fd/9 -ef /bin/busybox ] || break 2
                        done
                done
                echo holding >/tmp/told
                '"$1"
        starts
        eventually test -e "$shared/ready"
}

@test "hostile root: nor by one that waits for exec's process on its way in" {
        local victim=$BATS_TEST_TMPDIR/victim before i
        cp "$TARE" "$victim"
        before=$(sha256sum <"$victim")
        edit '.process.capabilities |= with_entries(.value = $caps) | .linux.maskedPaths = [] | .linux.readonlyPaths = []' \
                --argjson caps "$("$TARE" features | jq -c .linux.capabilities)"
        attack 'until [ -e /tmp/go ]; do sleep 0.05; done
                if echo overwritten >/proc/self/fd/9; then echo won; else echo lost; fi >/tmp/told'
        for ((i = 0; i < 50; i++)); do
                TARE=$victim tare exec "$id" true
                [[ ! -s $shared/told ]] || break
        done
        file_has_line "$shared/told" holding
        : >"$shared/go"
        eventually file_has_line "$shared/told" lost
        equals "$(sha256sum <"$victim")" "$before"
}

@test "hostile root: without CAP_SYS_PTRACE nothing of exec's process can be had before it is the program" {
        # CVE-2016-9962. A long PATH leaves it time between its change of user and its execve.
        attack 'sleep 1000'
        local i path
        path=$(printf '/none:%.0s' {1..5000})/bin
        for ((i = 0; i < 25; i++)); do
                tare exec --env "PATH=$path" "$id" true
        done
        test ! -e "$shared/told"
}
