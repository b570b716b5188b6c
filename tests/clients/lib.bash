# SPDX-License-Identifier: Apache-2.0
# lib.bash - what the scripts of this directory share: each drives one real client over an OCI runtime, on a machine without
# network access, and tells what came of it in the Test Anything Protocol. Sourced, never run.
#
# A script is called: tests/clients/NAME [--runtime NAME|PATH] [--only PATTERN] [--record FILE]
#   --runtime  tare (build/tare; the default), or a control such as runc, which shows that the script itself is right
#   --only     only the checks whose names match; what they stand on is made all the same
#   --record   what the client called the runtime with, and what came of it, is appended to FILE (tests/tools/record-call)
#
# It has set -euo pipefail, says `begin NAME "$@"`, makes checks, and says `finish`. If it defines stop_client, that is called at the end, also when
# the script was interrupted; it takes down what the script started, and does not mind that it is not there.
#
# For scripts: $runtime (a path: give it to the client), $scratch (a directory of this run, gone at the end), $word (unlike any
# other run's: begin cgroups, namespaces and the like with it).

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$project/scripts/lib.bash"
. "$project/tests/tools/leftovers.bash"

runtime=
only=.
record=
scratch=
word=
client=
told=0
bad=0

usage() {
        die "usage: ${0##*/} [--runtime NAME|PATH] [--only PATTERN] [--record FILE]"
}

# begin CLIENT ARG...: read the options, make $scratch.
begin() {
        client=$1
        shift
        runtime=tare
        while (($#)); do
                (($# > 1)) || usage
                case $1 in
                --runtime) runtime=$2 ;;
                --only) only=$2 ;;
                --record) record=$(realpath -m "$2") ;;
                *) usage ;;
                esac
                shift 2
        done
        ((EUID == 0)) || die "$client: containers need root"
        find_runtime

        word=tare-$client-$$
        # Sockets have short names: 107 characters with all directories.
        scratch=$(mktemp -d "/tmp/$word.XXXXXX")
        chmod 711 "$scratch"
        trap clean_up EXIT
        trap 'exit 130' INT
        trap 'exit 143' TERM HUP
        [[ -z $record ]] || record_runtime
        forget_environment
        cd "$scratch" || exit # conmon writes a file to where it is started
}

find_runtime() {
        case $runtime in
        tare) runtime=$project/build/tare ;;
        */*) runtime=$(realpath "$runtime") ;;
        *) runtime=$(command -v "$runtime") || die "no such runtime" ;;
        esac
        [[ -x $runtime ]] || die "$runtime is not there"
}

# What a client hands on to the runtime is the same on every machine.
forget_environment() {
        local name
        for name in $(compgen -e); do
                [[ $name =~ ^(HOME|PATH|PWD|TERM)$ ]] || unset "$name"
        done
        export LANG=C.UTF-8
}

# The client runs a program of the runtime's name, which tells every call, in the runtime's place.
record_runtime() {
        local recorder=$scratch/recorder/${runtime##*/}
        mkdir "${recorder%/*}"
        printf '#!/bin/bash\nexec %q %q %q "$@"\n' "$project/tests/tools/record-call" "$record" "$runtime" >"$recorder"
        chmod 755 "$recorder"
        runtime=$recorder
}

# checks ---------------------------------------------------------------------------------------------------------------

# check NAME STATUS PATTERN COMMAND...: the command, a function too, ends with this status ("any": with whichever), and a line of
# what it writes matches the extended regular expression. Calls of a client stand under `limited`, so that no check hangs.
check() {
        local name=$1 wanted=$2 pattern=$3 status=0 text
        shift 3
        [[ $name =~ $only ]] || return 0
        "$@" >"$scratch/output" 2>&1 </dev/null || status=$?
        text=$(tr -d '\000\r' <"$scratch/output")
        if [[ $wanted != any && $status != "$wanted" ]]; then
                not_ok "$name" "status: $status, should be: $wanted" "$text"
        elif ! grep -Eq -- "$pattern" <<<"$text"; then
                not_ok "$name" "status: $status, no line matches: $pattern" "$text"
        else
                ok "$name"
        fi
}

# need NAME STATUS PATTERN COMMAND...: the same, where nothing after it makes sense without.
need() {
        local was_bad=$bad only=.
        check "$@"
        ((bad == was_bad)) || exit 1
}

ok() {
        told=$((told + 1))
        printf 'ok %d %s: %s\n' "$told" "$client" "$1"
}

# not_ok NAME TEXT...
not_ok() {
        told=$((told + 1))
        bad=$((bad + 1))
        printf 'not ok %d %s: %s\n' "$told" "$client" "$1"
        printf '%s\n' "${@:2}" | head -n 40 | sed 's/^/# /'
}

# skip NAME REASON
skip() {
        [[ $1 =~ $only ]] || return 0
        told=$((told + 1))
        printf 'ok %d %s: %s # skip %s\n' "$told" "$client" "$1" "$2"
}

# limited COMMAND...: it is killed after a minute. Not for functions.
limited() {
        timeout --foreground --kill-after=5 60 "$@"
}

# on_terminal COMMAND...: with a new terminal of 33 rows and 99 columns as its stdio.
on_terminal() {
        local command
        printf -v command '%q ' "$@"
        limited script --quiet --return --command "stty rows 33 cols 99; $command" /dev/null
}

# eventually COMMAND...: it succeeds within 20 seconds.
eventually() {
        local tries
        for ((tries = 0; tries < 200; tries++)); do
                if "$@" >"$scratch/eventually" 2>&1; then
                        return 0
                fi
                sleep 0.1
        done
        cat "$scratch/eventually"
        echo "never came true: $*"
        return 1
}

# gives PATTERN COMMAND...: a line of its output matches, for `eventually`.
gives() {
        "${@:2}" | grep -Eq -- "$1"
}

# images ---------------------------------------------------------------------------------------------------------------

# make_root DIR: busybox, two users, and files that cannot be executed.
make_root() {
        local bundle=$scratch/bundle
        "$project/scripts/make-bundle" "$bundle"
        mv "$bundle/rootfs" "$1"
        rm -r "$bundle"
        printf 'not executable\n' >"$1/bin/noexec"
        chmod 644 "$1/bin/noexec"
        printf '#!/no/such/interpreter\n' >"$1/bin/badinterpreter"
        chmod 755 "$1/bin/badinterpreter"
}

# make_image FILE NAME: such a root as the archive that `docker save` writes; `podman load` and `ctr image import` read it too.
make_image() {
        local dir=$scratch/image sum
        mkdir "$dir"
        make_root "$dir/root"
        tar -C "$dir/root" --numeric-owner --mtime=@0 --sort=name -cf "$dir/layer.tar" .
        sum=$(sha256sum "$dir/layer.tar")
        jq -n --arg sum "sha256:${sum%% *}" '{
                architecture: "amd64", os: "linux", created: "2020-01-01T00:00:00Z",
                config: {Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"], Cmd: ["sh"]},
                rootfs: {type: "layers", diff_ids: [$sum]},
                history: [{created: "2020-01-01T00:00:00Z", created_by: "tare"}]}' >"$dir/config.json"
        jq -n --arg name "$2" '[{Config: "config.json", RepoTags: [$name], Layers: ["layer.tar"]}]' >"$dir/manifest.json"
        tar -C "$dir" -cf "$1" manifest.json config.json layer.tar
        rm -r "$dir"
}

# the end --------------------------------------------------------------------------------------------------------------

# finish: take the client down, and prove that nothing of this run is left.
finish() {
        local left
        stop
        left=$(list_left)
        if [[ -z $left ]]; then
                ok "nothing is left"
        else
                not_ok "nothing is left" "$left"
        fi
        printf '1..%d\n' "$told"
        ((bad == 0))
}

stop() {
        cd /
        if declare -F stop_client >/dev/null; then
                stop_client >/dev/null 2>&1 || true
                unset -f stop_client
        fi
}

# list_left: processes that were told a path in $scratch or see a mount below it, and containers' cgroups. What is dying may take
# a moment.
list_left() {
        local tries left
        for ((tries = 0; tries < 60; tries++)); do
                left=$(
                        mounts_left "$scratch" | sed 's/^/mount: /'
                        processes_told "$scratch/" | sed 's/^/process: /'
                        containers_cgroups | sed 's/^/cgroup: /'
                )
                [[ -n $left ]] || break
                sleep 0.1
        done
        printf '%s' "$left"
}

# processes_told TEXT: whose arguments contain it. grep's own do not.
processes_told() {
        grep -laF -f /dev/fd/3 /proc/[0-9]*/cmdline 3<<<"$1" 2>/dev/null || true
}

# What is below a cgroup of this run, but for Podman's monitors: the parents that a client was told to use are not the runtime's.
containers_cgroups() {
        find /sys/fs/cgroup -path "*/$word*/*" -type d ! -name conmon 2>/dev/null || true
}

clean_up() {
        local status=$? path
        trap - EXIT
        stop
        for path in $(processes_told "$scratch/"); do
                kill -KILL "$(cut -d / -f 3 <<<"$path")" 2>/dev/null || true
        done
        awk -v dir="$scratch/" 'index($5, dir) == 1 { print $5 }' /proc/self/mountinfo | sort -r |
                xargs -r -n 1 umount --lazy 2>/dev/null || true
        find /sys/fs/cgroup -depth -type d -path "*/$word*" -exec rmdir {} + 2>/dev/null || true
        rm -rf --one-file-system "$scratch"
        exit "$status"
}
