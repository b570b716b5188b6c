# SPDX-License-Identifier: Apache-2.0
# lib.bash - what the scripts of this directory share. Sourced after scripts/lib.bash, never run.
# For them: $rounds, $out (what is built here), $scratch (of this run).

rounds=30
# shellcheck disable=SC2154 # scripts/lib.bash has it
out=$project/build-bench
scratch=

clean_up() {
        [[ -z $scratch ]] || rm -rf "$scratch"
}

build_tools() {
        local name
        mkdir -p "$out"
        for name in floor interleave; do
                musl-gcc -O2 -static -D_GNU_SOURCE -idirafter /usr/include -idirafter "/usr/include/$(gcc -print-multiarch)" \
                        -o "$out/$name" "$project/tests/bench/$name.c"
        done
}

is_v2_host() {
        [[ -e /sys/fs/cgroup/cgroup.controllers ]]
}

# in_view v1|v2 COMMAND...: in a mount namespace of its own, where /sys/fs/cgroup is of one kind alone (crun 1.8 refuses
# a hybrid host) and /run is a tmpfs, as on most hosts.
in_view() {
        local view=$1
        shift
        if [[ ${bench_view:-} == "$view" ]]; then
                "$@" # we are there
                return
        fi
        # shellcheck disable=SC2016 # the inner shell's
        bench_view=$view unshare --mount --propagation private bash -euc '
                case $0 in
                v1) umount --lazy /sys/fs/cgroup/unified 2>/dev/null || true ;;
                v2) test -e /sys/fs/cgroup/cgroup.controllers ||
                        { umount --recursive --lazy /sys/fs/cgroup; mount -t cgroup2 cgroup2 /sys/fs/cgroup; } ;;
                esac
                mount -t tmpfs tmpfs /run
                exec "$@"' "$view" "$@"
}

# default_runtimes: NAME=PATH of each, one a line.
default_runtimes() {
        local name
        printf 'tare=%s\n' "$project/build/tare"
        for name in crun runc; do
                printf '%s=%s\n' "$name" "$(command -v "$name")"
        done
}

# default_views: of cgroups, that this host can show.
default_views() {
        if is_v2_host; then
                echo v2
        else
                echo v1 v2
        fi
}

# measure_in VIEW WHAT LABEL=COMMAND...: back to back, and after a pause.
measure_in() {
        local view=$1 what=$2 pause
        shift 2
        local how
        for pause in 0 100000; do
                how=$([[ $pause == 0 ]] && echo "back to back" || echo "after a pause of 100 ms")
                if [[ -n ${json:-} ]]; then
                        in_view "$view" "$out/interleave" -n "$rounds" -g "$pause" -j "$what, cgroup $view, $how" "$@"
                else
                        printf '\n%s, cgroup %s, %s, %s rounds\n' "$what" "$view" "$how" "$rounds"
                        in_view "$view" "$out/interleave" -n "$rounds" -g "$pause" "$@"
                fi
        done
}
