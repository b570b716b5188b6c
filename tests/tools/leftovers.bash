# SPDX-License-Identifier: Apache-2.0
# leftovers.bash - find what a container left behind, for all tests that promise that there is nothing. Sourced.
# Each function prints what it finds, one a line.

# cgroups_left WORD: cgroup directories with this word in their name.
cgroups_left() {
        find /sys/fs/cgroup -type d -name "*$1*" 2>/dev/null || true
}

# mounts_left DIR: processes that see a mount of something below DIR, in whatever mount namespace: a mount that leaked
# to the host, or a process that still is in a container whose root is there.
mounts_left() {
        grep -lF -- "$1/" /proc/[0-9]*/mountinfo 2>/dev/null || true
}

# processes_left ROOT: runtime processes that were told this state directory.
processes_left() {
        local cmdline argv
        for cmdline in /proc/[0-9]*/cmdline; do
                mapfile -d '' -t argv 2>/dev/null <"$cmdline" || continue
                [[ " ${argv[*]} " != *" $1 "* ]] || printf '%s\n' "$cmdline"
        done
}

# leftovers WORD DIR ROOT: all of it. What is dying may take a moment to be gone.
leftovers() {
        local tries
        for ((tries = 0; tries < 40; tries++)); do
                [[ -n $(mounts_left "$2")$(processes_left "$3") ]] || break
                sleep 0.05
        done
        find "$3" -mindepth 1 -printf 'state: %p\n' 2>/dev/null || true
        cgroups_left "$1" | sed 's/^/cgroup: /'
        mounts_left "$2" | sed 's/^/mount: /'
        processes_left "$3" | sed 's/^/process: /'
}

# sweep WORD DIR ROOT: end what is there, so that it does not disturb others.
sweep() {
        local path pid
        for path in $(mounts_left "$2") $(processes_left "$3"); do
                pid=${path#/proc/}
                pid=${pid%%/*}
                # A mount that leaked to us is not our death.
                [[ $(readlink "/proc/$pid/ns/mnt") == "$(readlink /proc/self/ns/mnt)" && $path == */mountinfo ]] ||
                        kill -KILL "$pid" 2>/dev/null || true
        done
        for path in $(cgroups_left "$1"); do
                while read -r pid; do
                        kill -KILL "$pid" 2>/dev/null || true
                done <"$path/cgroup.procs"
        done
        sleep 0.2
        for path in $(cgroups_left "$1" | sort -r); do
                rmdir "$path" 2>/dev/null || true
        done
        rm -rf "${3:?}"
}
