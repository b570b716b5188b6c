# SPDX-License-Identifier: Apache-2.0
# cgroups.bash - the host's cgroups as the tests of limits see them: where a controller is, what a container's file holds.
# After helpers.

is_v2() {
        [[ -e /sys/fs/cgroup/cgroup.controllers ]]
}

# hierarchy_of CONTROLLER: the directory of the v1 hierarchy that has it; nothing where there is none.
hierarchy_of() {
        local dir
        for dir in /sys/fs/cgroup/*/; do
                if [[ ",$(basename "$dir")," == *,$1,* && ! -L ${dir%/} && -e $dir/tasks ]]; then
                        echo "${dir%/}"
                        return
                fi
        done
}

needs_v1() {
        [[ -n $(hierarchy_of "$1") ]] || skip "no v1 hierarchy with $1"
}

# needs_controller V1NAME [V2NAME]
needs_controller() {
        [[ -n $(hierarchy_of "$1") ]] || { is_v2 && grep -qw "${2:-$1}" /sys/fs/cgroup/cgroup.controllers; } ||
                skip "no $1 controller"
}

# limit_of V1FILE V2FILE [ID]: what the container's cgroup has in it, by the version that the controller is of.
limit_of() {
        local controller=${1%%.*} hierarchy
        hierarchy=$(hierarchy_of "$controller")
        if [[ -n $hierarchy ]]; then
                cat "$(find "$hierarchy" -type d -name "${3:-$id}" -print -quit)/$1"
        else
                cat "$(find /sys/fs/cgroup -type d -name "${3:-$id}" -print -quit)/$2"
        fi
}

# places_of PID: its cgroup in every hierarchy that there is to see, one a line.
places_of() {
        if is_v2; then
                sed -n 's/^0:://p' "/proc/$1/cgroup"
        else
                cut -d : -f 3 "/proc/$1/cgroup" | sort -u
        fi
}

number_of_hierarchies() {
        if is_v2; then
                echo 1
        else
                grep -c '' /proc/self/cgroup
        fi
}

# freezes_from_outside: as somebody else would, who does not know tare.
freezes_from_outside() {
        local dir
        dir=$(hierarchy_of freezer)
        if [[ -n $dir ]]; then
                echo FROZEN >"$(find "$dir" -type d -name "$id" -print -quit)/freezer.state"
        else
                dir=$(find /sys/fs/cgroup -type d -name "$id" -print -quit)
                [[ -e $dir/cgroup.freeze ]] || skip "no freezer"
                echo 1 >"$dir/cgroup.freeze"
                eventually grep -q 'frozen 1' "$dir/cgroup.events"
        fi
}

# set_resources JSON: linux.resources, besides the deny of all devices that every bundle has.
set_resources() {
        # shellcheck disable=SC2016 # jq's variable
        edit '.linux.resources += $resources' --argjson resources "$1"
}

# in_cgroup2_view COMMAND...: where /sys/fs/cgroup is a cgroup2 and nothing else is mounted, in a mount namespace of its
# own.
in_cgroup2_view() {
        # shellcheck disable=SC2016 # the inner shell's
        unshare --mount --propagation private bash -euc '
                [[ -e /sys/fs/cgroup/cgroup.controllers ]] || mount -t cgroup2 cgroup2 /sys/fs/cgroup
                exec "$@"' in_cgroup2_view "$@"
}
