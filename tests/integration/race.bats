#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# race.bats - a root filesystem that is changed while the runtime works on it: tests/tools/racer.c swaps what is there for
# links to $outside, thousands of times, while one container after the other is created. Which of them end well is luck;
# but nothing of $outside may change, and nothing of it may be seen from within.

load helpers

seconds=4 # of each race

setup_file() {
        "${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -O1 -o "$BATS_FILE_TMPDIR/racer" "$project/tests/tools/racer.c"
}

# The host's side of every trap: a directory and two files that are not the container's.
setup_outside() {
        outside=$BATS_TEST_TMPDIR/outside
        mkdir -p "$outside/dir/below"
        echo canary | tee "$outside/file" "$outside/null" >"$outside/dir/below/file"
        chmod 600 "$outside/file" "$outside/null"
        edit '.root.readonly = false'
        outside_was=$(tell_outside)
}

# All that can be told of it, but when it was read.
tell_outside() {
        find "$outside" -printf '%P %y %m %U:%G %s %T@ %C@ %n\n' | sort
        cat "$outside/file" "$outside/null" "$outside/dir/below/file"
}

# traps KIND NAME...: in the root, each NAME is an empty directory (KIND dir), an empty file (file) or a null device
# (null), and beside it a link to its like outside. All go into pairs, for the racer.
traps() {
        local kind=$1 name path
        shift
        for name in "$@"; do
                path=$bundle/rootfs/$name
                mkdir -p "$(dirname "$path")"
                case $kind in
                dir) mkdir -p "$path" && ln -s "$outside/dir" "$path.link" ;;
                file) : >"$path" && ln -s "$outside/file" "$path.link" ;;
                null) mknod -m 666 "$path" c 1 3 && ln -s "$outside/null" "$path.link" ;;
                esac
                pairs+=("$path" "$path.link")
        done
}

# race [COMMAND...]: containers, one after the other, while the traps go off. The command runs one; default: try_run.
# $seen is all that they print. The first is born in peace: if that one fails, the others prove nothing.
race() {
        local end rounds born=0 good=0
        (($# > 0)) || set -- try_run
        "$@"
        succeeds
        seen=$output$'\n'
        "$BATS_FILE_TMPDIR/racer" "$BATS_TEST_TMPDIR/rounds" "${pairs[@]}" 3>&- &
        local racer=$!
        background+=("$racer")
        end=$((SECONDS + seconds))
        while ((SECONDS < end || born < 10)); do
                "$@"
                born=$((born + 1))
                [[ $status != 0 ]] || good=$((good + 1))
                seen+=$output$'\n'
        done
        kill -TERM "$racer"
        ended "$racer"
        equals "$status" 0
        rounds=$(<"$BATS_TEST_TMPDIR/rounds")
        printf '# %s: %s births, %s of them good, in %s rounds of the racer\n' "$BATS_TEST_DESCRIPTION" "$born" "$good" "$rounds" >&3
        ((rounds >= 2000)) || complain "that was no race: $rounds rounds"
}

outside_is_untouched() {
        equals "$(tell_outside)" "$outside_was"
        [[ $seen != *canary* ]] || complain "a container saw what is outside"
}

@test "race: destinations of mounts" {
        # CVE-2021-30465, CVE-2024-45310
        local pairs=()
        setup_outside
        traps dir tmp/a tmp/b tmp/c
        traps file tmp/file
        mkdir "$BATS_TEST_TMPDIR/source"
        echo source >"$BATS_TEST_TMPDIR/source/file"
        mount_at /tmp/a/made/here tmpfs one
        mount_at /tmp/b/made-too bind "$BATS_TEST_TMPDIR/source" bind
        mount_at /tmp/c/a-file bind "$BATS_TEST_TMPDIR/source/file" bind ro
        mount_at /tmp/file bind "$BATS_TEST_TMPDIR/source/file" bind
        mount_at /tmp/c tmpfs two tmpcopyup
        script 'cat /tmp/*/below/file /tmp/*/below 2>/dev/null; true'
        race
        outside_is_untouched
}

@test "race: proc and sys" {
        # CVE-2019-19921, CVE-2023-27561, CVE-2023-28642
        local pairs=()
        setup_outside
        rmdir "$bundle/rootfs/proc" "$bundle/rootfs/sys"
        traps dir proc sys
        mkdir -p "$outside/dir/sys/net/ipv4" "$outside/dir/self/attr"
        echo 0 | tee "$outside/dir/sys/net/ipv4/ip_forward" >"$outside/dir/self/attr/exec"
        outside_was=$(tell_outside)
        edit '.linux.sysctl = {"net.ipv4.ip_forward": "1"}'
        # What runs has the real ones, or none at all.
        script 'cat /proc/sys/net/ipv4/ip_forward'
        race
        outside_is_untouched
        equals "$(sort -u <<<"$seen" | tr -d '\n')" 1
}

@test "race: masked and read-only paths, and what masks them" {
        # CVE-2025-31133
        local pairs=()
        setup_outside
        edit '.mounts |= map(select(.destination | startswith("/dev") | not))'
        traps dir tmp/masked tmp/fixed
        traps file tmp/secret
        traps null dev/null
        edit '.linux.maskedPaths += ["/tmp/masked", "/tmp/secret"] | .linux.readonlyPaths += ["/tmp/fixed"]'
        # Within the root the links lead somewhere, too.
        mkdir -p "$bundle/rootfs$outside/dir/below"
        echo decoy | tee "$bundle/rootfs$outside/file" >"$bundle/rootfs$outside/null"
        script 'cat /tmp/secret /tmp/masked/below/file /tmp/fixed/below/file 2>/dev/null; echo "timers: $(head -n 1 /proc/timer_list)"'
        race
        outside_is_untouched
        [[ $seen != *"timers: decoy"* ]] || complain "what was mounted as a mask was none"
}

@test "race: devices, their parents, /dev itself and the links in it" {
        # CVE-2026-41579, CVE-2026-47766
        local pairs=()
        setup_outside
        edit '.mounts |= map(select(.destination | startswith("/dev") | not))'
        rm -rf "${bundle:?}/rootfs/dev"
        traps dir dev tmp/parent
        edit '.linux.devices = [
                {path: "/tmp/parent/zero", type: "c", major: 1, minor: 5, fileMode: 438, uid: 1000, gid: 1000},
                {path: "/dev/deep/er/zero", type: "c", major: 1, minor: 5, uid: 1000, gid: 1000},
                {path: "/dev/pipe", type: "p", uid: 1000, gid: 1000}]'
        program true
        race
        outside_is_untouched
}

@test "race: the working directory and the user's home" {
        # CVE-2024-21626
        local pairs=()
        setup_outside
        traps dir work
        traps file etc/passwd
        printf 'root:x:0:0:canary:/canary:/bin/sh\n' >"$outside/file"
        outside_was=$(tell_outside)
        edit '.process.cwd = "/work/made" | .process.env |= map(select(startswith("HOME=") | not))'
        script 'echo $HOME; ls -R ..; true'
        race
        outside_is_untouched
        [[ $seen != *below* ]] || complain "the working directory was outside"
}

@test "race: the console and what stands for /dev/null, with a terminal" {
        # CVE-2025-52565, CVE-2026-88264, CVE-2026-88265
        local pairs=()
        setup_outside
        edit '.mounts |= map(select(.destination | startswith("/dev") | not)) | .process.terminal = true'
        traps dir dev/pts
        traps file dev/console
        traps null dev/null
        mount_at /dev/pts devpts devpts newinstance ptmxmode=0666
        script 'cat </dev/null; echo x >/dev/null; echo done'
        # shellcheck disable=SC2317 # race calls it
        on_terminal() {
                try timeout --foreground --signal=KILL 20 script --quiet --return --command \
                        "$(printf '%q ' "$TARE" --root "$root" --log "$log" --log-format json run --bundle "$bundle" "$id")" /dev/null
        }
        race on_terminal
        outside_is_untouched
}
