# SPDX-License-Identifier: Apache-2.0
# helpers.bash - what every integration test stands on: a bundle of its own, a state directory of its own, the program
# from outside, and at the end the proof that nothing is left. The program is $TARE, by default build/tare.
#
# For tests: $id (a container id of its own; more ids: begin them with $id), $bundle, $root (of the state), $log.

bats_require_minimum_version 1.8.0

project=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
: "${TARE:=$project/build/tare}"
. "$project/tests/tools/leftovers.bash"
export BATS_TEST_TIMEOUT=${BATS_TEST_TIMEOUT:-60}

setup() {
        make_bundle
        take_way "${TARE_WAY:-root}"
}

make_bundle() {
        # The random part differs between files that run at the same time; the end keeps test 1 apart from test 11.
        id=t${BATS_RUN_TMPDIR##*[^A-Za-z0-9]}-$BATS_TEST_NUMBER-c
        bundle=$BATS_TEST_TMPDIR/bundle
        root=$BATS_TEST_TMPDIR/state
        log=$BATS_TEST_TMPDIR/log.json
        background=()
        exec </dev/null
        "$project/scripts/make-bundle" "$bundle" "$project/tests/bundles/default.json"
}

# the three ways -------------------------------------------------------------------------------------------------------

# The suite runs as root; as root with a user namespace in the bundle; and as an ordinary user, whose one id is root of
# his containers. Which tests do not run on which of them, and why not, is in the table `ways`.
mapped=100000  # root of the bundle's user namespace, on the host
user_id=61234  # the ordinary user

# take_way WAY: makes the bundle, and the program, what the way wants; or skips the test.
take_way() {
        local reason
        [[ $1 != root ]] || return 0
        reason=$(why_not "$1" "$(basename "$BATS_TEST_FILENAME" .bats)" "$BATS_TEST_DESCRIPTION")
        [[ -z $reason ]] || skip "$1: $reason"
        "way_$1"
}

# why_not WAY FILE TEST: the reason of the first row of the table that holds; nothing: it runs.
why_not() {
        local way file test reason
        while IFS='|' read -r way file test reason; do
                # shellcheck disable=SC2053 # patterns
                if [[ $way == *$1* && $2 == $file && $3 == $test ]]; then
                        printf '%s\n' "$reason"
                        return
                fi
        done < <(grep -v '^#' "$project/tests/integration/ways")
}

map_ids() {
        # shellcheck disable=SC2016 # jq's variables
        edit '.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: $id, size: $size}]
                | .linux.gidMappings = .linux.uidMappings' --argjson id "$1" --argjson size "$2"
        chown -R "$1:$1" "$bundle/rootfs"
        reachable "$bundle"
}

# reachable DIR: by all. The directories of bats are its user's alone.
reachable() {
        local dir=$1
        until [[ $dir == / ]]; do
                chmod o+x "$dir"
                dir=$(dirname "$dir")
        done
}

way_userns() {
        umask 0 # what tests make later is for the container to write to
        chmod 777 "$BATS_TEST_TMPDIR"
        map_ids "$mapped" 65536
}

way_user() {
        umask 0
        map_ids "$user_id" 1
        edit '.mounts |= map(if .type == "devpts" then .options -= ["gid=5"] else . end) | del(.linux.resources)'
        mkdir -p "$root" "$BATS_TEST_TMPDIR/bin"
        cp "$TARE" "$BATS_TEST_TMPDIR/bin/tare"
        printf '#!/bin/bash\nexec setpriv --reuid %s --regid %s --clear-groups -- %s/bin/tare "$@"\n' "$user_id" "$user_id" "$BATS_TEST_TMPDIR" \
                >"$BATS_TEST_TMPDIR/as-user"
        chmod 755 "$BATS_TEST_TMPDIR/as-user"
        TARE=$BATS_TEST_TMPDIR/as-user
        chown -R "$user_id:$user_id" "$BATS_TEST_TMPDIR"
}

teardown() {
        local pid
        for pid in "${background[@]}"; do
                kill -KILL "$pid" 2>/dev/null || true
                wait "$pid" 2>/dev/null || true
        done
        delete_all
        leaves_nothing || { sweep "$id" "$BATS_TEST_TMPDIR" "$root"; return 1; }
}

delete_all() {
        local dir
        for dir in "$root"/*/; do
                [[ ! -d $dir ]] || tare delete --force "$(basename "$dir")" || true
        done
}

# the program under test -----------------------------------------------------------------------------------------------

tare() {
        # Whatever hangs is ended here: bats's own timeout asks by SIGTERM, which `run` passes on.
        timeout --foreground --signal=KILL 50 "$TARE" --root "$root" --log "$log" --log-format json --log-level warning "$@"
}

# try COMMAND...: sets status, output and stderr. Its output goes to files, so that what it leaves running does not hold
# us up, and it gets no descriptor of bats.
try() {
        status=0
        rm -f "$log"
        "$@" >"$BATS_TEST_TMPDIR/stdout" 2>"$BATS_TEST_TMPDIR/stderr" 3>&- || status=$?
        # shellcheck disable=SC2034 # for tests
        output=$(<"$BATS_TEST_TMPDIR/stdout")
        # shellcheck disable=SC2034
        stderr=$(<"$BATS_TEST_TMPDIR/stderr")
}

# try_run [OPTION...]: `run` of the bundle, in the foreground.
try_run() {
        try tare run --bundle "$bundle" "$@" "$id"
}

# runs SCRIPT [OPTION...]: the script in the container, which must succeed.
runs() {
        script "$1"
        shift
        try_run "$@"
        succeeds
}

# in_background ARG...: tare with these arguments; $! is its process.
in_background() {
        "$TARE" --root "$root" --log "$log" --log-format json --log-level warning "$@" 3>&- &
        background+=($!)
}

# ended PID: waits for it; sets status.
ended() {
        status=0
        wait "$1" || status=$?
}

# starts [ID]: a container whose program goes on, detached.
starts() {
        try tare run --detach --bundle "$bundle" "${1:-$id}"
        succeeds
}

# creates [ID]
creates() {
        try tare create --bundle "$bundle" "${1:-$id}"
        succeeds
}

# the bundle -----------------------------------------------------------------------------------------------------------

# edit FILTER [JQ_OPTION...]: config.json through a jq filter.
edit() {
        local filter=$1 edited
        shift
        edited=$(jq "$filter" "$bundle/config.json" "$@")
        printf '%s\n' "$edited" >"$bundle/config.json"
}

# program ARG...: what the container runs.
program() {
        # shellcheck disable=SC2016 # jq's variable
        edit '.process.args = $ARGS.positional' --args -- "$@"
}

# script TEXT: the same, for busybox's shell.
script() {
        program sh -c "$1"
}

# mount_at DESTINATION TYPE SOURCE [OPTION...]: one more mount, the last.
mount_at() {
        local destination=$1 type=$2 source=$3
        shift 3
        # shellcheck disable=SC2016 # jq's variables
        edit '.mounts += [{destination: $ARGS.positional[0], type: $ARGS.positional[1], source: $ARGS.positional[2],
                options: $ARGS.positional[3:]}]' --args -- "$destination" "$type" "$source" "$@"
}

without_namespace() {
        edit "del(.linux.namespaces[] | select(.type == \"$1\"))"
}

# judgement ------------------------------------------------------------------------------------------------------------

complain() {
        printf '%s\n' "$*" >&2
        return 1
}

equals() {
        [[ $1 == "$2" ]] && return 0
        printf 'is:        %s\nshould be: %s\n' "$1" "$2" >&2
        return 1
}

contains() {
        [[ $1 == *"$2"* ]] && return 0
        printf 'in:        %s\nmissing:   %s\n' "$1" "$2" >&2
        return 1
}

matches() {
        [[ $1 =~ $2 ]] && return 0
        printf 'is:        %s\npattern:   %s\n' "$1" "$2" >&2
        return 1
}

# all_end_in SUFFIX LINES: there are lines, and each ends so.
all_end_in() {
        [[ -n $2 ]] || complain "no line" && equals "$(grep -v -- "$1\$" <<<"$2" || true)" ""
}

succeeds() {
        [[ $status == 0 ]] || complain "status $status, stderr: $stderr"
}

last_error() {
        jq -rs 'map(select(.level == "error")) | last | .msg // ""' "$log"
}

warnings() {
        jq -r 'select(.level == "warning") | .msg' "$log"
}

# fails_with TEXT [STATUS]: the command failed, the last error of its log is this one, and stderr has it on one line.
fails_with() {
        { equals "$(last_error)" "$1" || complain "(stderr: $stderr)"; } &&
                equals "$status" "${2:-1}" &&
                equals "$(grep -c '' "$BATS_TEST_TMPDIR/stderr")" 1 &&
                contains "$stderr" error
}

# refuses_each: of the lines FILTER|ERROR on stdin: `run` refuses the bundle that the filter makes of this one, in these words.
refuses_each() {
        local filter message
        while IFS='|' read -r filter message; do
                cp "$bundle/config.json" "$BATS_TEST_TMPDIR/kept"
                edit "$filter"
                try_run
                fails_with "tare run failed: $message"
                cp "$BATS_TEST_TMPDIR/kept" "$bundle/config.json"
        done
}

# misused TEXT: a wrong use. The same, below the line that shows the right one.
misused() {
        equals "$(last_error)" "$1" || complain "(stderr: $stderr)"
        equals "$status" 1
        matches "$stderr" '^Incorrect Usage. Usage: tare [^'$'\n'']*'$'\n''error: [^'$'\n'']*$'
}

status_of() {
        tare state "$1" | jq -r .status
}

pid_of() {
        tare state "$1" | jq -r .pid
}

has_status() {
        equals "$(status_of "${2:-$id}")" "$1"
}

# eventually COMMAND...: it succeeds within ten seconds.
eventually() {
        local i
        for ((i = 0; i < 200; i++)); do
                if "$@" 2>/dev/null; then
                        return 0
                fi
                sleep 0.05
        done
        complain "never came true: $*"
}

# gives EXPECTED COMMAND...: its output, for `eventually`.
gives() {
        [[ $("${@:2}") == "$1" ]]
}

file_has_line() {
        grep -qxF -- "$2" "$1"
}

is_gone() {
        [[ ! -e /proc/$1 ]]
}

# leaves_nothing: no state, no cgroup, no mount, no process.
leaves_nothing() {
        local left
        left=$(leftovers "$id" "$BATS_TEST_TMPDIR" "$root")
        [[ -z $left ]] || complain "left behind:
$left"
}
