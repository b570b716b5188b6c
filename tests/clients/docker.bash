# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2034,SC2154 # for the scripts; lib.bash has what is not here
# docker.bash - daemons of Docker for the scripts that drive it. Sourced after lib.bash, never run.
# Every daemon is called NODE, has all of its files below $scratch/NODE, no bridge and no firewall rules of its own, and the
# runtime under test, named "tare", as its default.

readonly image=localhost/tare-test:latest
declare -A daemons=() # NODE -> its process

# start_docker NODE [COMMAND...]: the daemon, by the command in front of it.
start_docker() {
        local node=$1 dir=$scratch/$1
        shift
        mkdir -p "$dir"
        [[ -e $dir/daemon.json ]] || jq -n --arg dir "$dir" --arg runtime "$runtime" --arg parent "/$word" '{
                "data-root": ($dir + "/data"), "exec-root": ($dir + "/exec"), pidfile: ($dir + "/pid"), hosts: ["unix://" + $dir + "/sock"],
                bridge: "none", iptables: false, ip6tables: false, "ip-forward": false, "ip-masq": false, "userland-proxy": false,
                "cgroup-parent": $parent,
                "storage-driver": "overlay2", "oom-score-adjust": 0, "exec-opts": ["native.cgroupdriver=cgroupfs"], experimental: true,
                "default-runtime": "tare", runtimes: {tare: {path: $runtime}, debug: {path: $runtime, runtimeArgs: ["--debug"]}}
        } + $ARGS.named.more' --argjson more "${daemon_settings:-{\}}" >"$dir/daemon.json"
        "$@" dockerd --config-file "$dir/daemon.json" >>"$dir/log" 2>&1 &
        daemons[$node]=$!
        eventually docker_of "$node" version
}

stop_docker() {
        local pid=${daemons[$1]:-}
        if [[ -n $pid ]]; then
                kill "$pid" 2>/dev/null || true
                wait "$pid" 2>/dev/null || true
                unset "daemons[$1]"
        fi
        # With live restore it leaves its own mounts where they are.
        awk -v dir="$scratch/$1/" 'index($5, dir) == 1 { print $5 }' /proc/self/mountinfo | sort -r | xargs -r -n 1 umount --lazy || true
}

# docker_of NODE ARG...
docker_of() {
        DOCKER_CONFIG=$scratch/cli limited docker --host "unix://$scratch/$1/sock" "${@:2}"
}

# remove_containers NODE
remove_containers() {
        local ids
        mapfile -t ids < <(docker_of "$1" ps --all --quiet)
        ((${#ids[@]} == 0)) || docker_of "$1" rm --force "${ids[@]}"
}
