#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# lifecycle.bats - create, start, state, list, kill, delete: what each does, and what it refuses in which status.

load helpers

@test "lifecycle: create waits, start lets go, the end leaves stopped, delete removes" {
        script 'echo begun >/tmp/begun; exec sleep 100'
        mount_at /tmp bind "$BATS_TEST_TMPDIR" bind
        creates
        has_status created
        test ! -e "$BATS_TEST_TMPDIR/begun"

        try tare start "$id"
        succeeds
        equals "$output$stderr" ""
        eventually test -s "$BATS_TEST_TMPDIR/begun"
        has_status running

        tare kill "$id" KILL
        eventually has_status stopped
        try tare delete "$id"
        succeeds
        equals "$output$stderr" ""
        leaves_nothing
}

@test "lifecycle: the pid file of create is there when it returns, and holds digits alone" {
        try tare create --pid-file "$BATS_TEST_TMPDIR/pid" --bundle "$bundle" "$id"
        succeeds
        equals "$(od -An -c "$BATS_TEST_TMPDIR/pid" | tr -d ' \n')" "$(pid_of "$id")"
}

@test "lifecycle: a pid file that cannot be written fails the birth and leaves nothing" {
        try tare create --pid-file "$BATS_TEST_TMPDIR/none/pid" --bundle "$bundle" "$id"
        equals "$status" 1
        contains "$(last_error)" "no such file or directory"
        leaves_nothing
}

@test "state: the document" {
        edit '.annotations = {"org.example.one": "1", "two": "a \"quoted\" text"}'
        program sleep 100
        creates
        try tare state "$id"
        succeeds
        equals "$(jq -c 'keys_unsorted' <<<"$output")" \
                '["ociVersion","id","pid","status","bundle","rootfs","created","annotations","owner"]'
        equals "$(jq -c '[.ociVersion, .id, .status, .bundle, .rootfs, .annotations, .owner]' <<<"$output")" \
                "$(jq -nc --arg id "$id" --arg bundle "$bundle" \
                        '["1.0.2-dev", $id, "created", $bundle, $bundle + "/rootfs",
                        {"org.example.one": "1", "two": "a \"quoted\" text"}, ""]')"
        matches "$(jq -r .created <<<"$output")" '^20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9](\.[0-9]{1,9})?Z$'
        test -d "/proc/$(jq .pid <<<"$output")"

        tare kill "$id" KILL
        eventually has_status stopped
        equals "$(pid_of "$id")" 0
}

@test "state: no annotations, no key" {
        creates
        equals "$(tare state "$id" | jq 'has("annotations")')" false
}

@test "refusals: what does not exist" {
        local verb
        for verb in state start kill delete; do
                try tare "$verb" "$id"
                fails_with "container does not exist"
                equals "$output" ""
        done
        try tare kill "$id" 9
        fails_with "container does not exist"
        try tare delete --force "$id"
        succeeds
        equals "$output$stderr" ""
}

@test "refusals: an id that is taken" {
        program sleep 100
        creates
        try tare create --bundle "$bundle" "$id"
        fails_with "tare create failed: make the state directory: container with given ID already exists"
        try_run
        fails_with "tare run failed: make the state directory: container with given ID already exists"
        has_status created
}

@test "refusals: of a running container" {
        program sleep 100
        creates
        tare start "$id"
        try tare start "$id"
        fails_with "cannot start an already running container"
        try tare delete "$id"
        fails_with "cannot delete container $id that is not stopped: running"
        has_status running
}

@test "refusals: of a stopped container" {
        creates
        tare start "$id"
        eventually has_status stopped
        try tare start "$id"
        fails_with "cannot start a container that has stopped"
        try tare kill "$id" TERM
        fails_with "container not running"
        try tare kill --all "$id" TERM
        succeeds
        tare delete "$id"
        try tare delete "$id"
        fails_with "container does not exist"
        leaves_nothing
}

@test "kill: signals by name, in any case, with SIG or without, and by number" {
        script 'trap "echo got >>/tmp/got" USR1; : >/tmp/got; while :; do sleep 0.05; done'
        mount_at /tmp bind "$BATS_TEST_TMPDIR" bind
        starts
        eventually test -e "$BATS_TEST_TMPDIR/got"
        local signal n=0
        for signal in USR1 SIGUSR1 usr1 sigusr1 10; do
                try tare kill "$id" "$signal"
                succeeds
                n=$((n + 1))
                eventually gives "$n" grep -c got "$BATS_TEST_TMPDIR/got"
        done
}

@test "kill: without a signal it is TERM" {
        script 'trap "echo terminated >/tmp/got; exit" TERM; : >/tmp/ready; while :; do sleep 0.05; done'
        mount_at /tmp bind "$BATS_TEST_TMPDIR" bind
        starts
        eventually test -e "$BATS_TEST_TMPDIR/ready"
        tare kill "$id"
        eventually has_status stopped
        equals "$(<"$BATS_TEST_TMPDIR/got")" terminated
}

@test "kill: a signal that there is not" {
        program sleep 100
        starts
        local signal
        for signal in BADSIG 65 0x9 -1 ""; do
                try tare kill "$id" -- "$signal"
                fails_with "unknown signal \"$signal\""
        done
        has_status running
}

@test "kill --all: reaches every process, with a pid namespace and without" {
        script 'sleep 1000 & sleep 1001 & exec sleep 1002'
        local pid pids
        for _ in with without; do
                starts
                pid=$(pid_of "$id")
                eventually gives 2 pgrep -c -P "$pid"
                pids=$(pgrep -P "$pid")
                try tare kill --all "$id" KILL
                succeeds
                for pid in $pid $pids; do
                        eventually is_gone "$pid"
                done
                tare delete "$id"
                leaves_nothing
                without_namespace pid
        done
}

@test "kill: SIGKILL without a pid namespace ends all processes" {
        without_namespace pid
        script 'sleep 1000 & exec sleep 1001'
        starts
        local pid child
        pid=$(pid_of "$id")
        eventually gives 1 pgrep -c -P "$pid"
        child=$(pgrep -P "$pid")
        tare kill "$id" KILL
        eventually is_gone "$child"
        eventually has_status stopped
}

@test "kill: SIGKILL without a pid namespace meets init also where that has left its cgroup" {
        without_namespace pid
        program sleep 1000
        starts
        local pid dir
        pid=$(pid_of "$id")
        for dir in $(cgroups_left "$id"); do
                echo "$pid" >"$dir/../cgroup.procs"
        done
        tare kill "$id" KILL
        eventually is_gone "$pid"
}

@test "run: who comes back late does not bury the next container of that id" {
        program sleep 1000
        in_background run --bundle "$bundle" "$id"
        eventually has_status running
        local late=${background[0]}
        kill -STOP "$late"
        tare delete --force "$id"
        starts
        kill -CONT "$late"
        ended "$late"
        equals "$status" 137
        has_status running
}

@test "delete --force: a created, a running, and a stopped container" {
        program sleep 100
        creates
        try tare delete --force "$id"
        succeeds
        leaves_nothing

        starts
        try tare delete --force "$id"
        succeeds
        leaves_nothing

        program true
        starts
        eventually has_status stopped
        try tare delete -f "$id"
        succeeds
        leaves_nothing
}

@test "delete: a created container goes without --force" {
        creates
        try tare delete "$id"
        succeeds
        leaves_nothing
}

@test "delete --force: reaches the processes of a container without a pid namespace" {
        without_namespace pid
        script 'sleep 1000 & sleep 1001 & exec sleep 1002'
        starts
        local pid pids
        pid=$(pid_of "$id")
        eventually gives 2 pgrep -c -P "$pid"
        pids=$(pgrep -P "$pid")
        tare delete --force "$id"
        for pid in $pids; do
                eventually is_gone "$pid"
        done
        leaves_nothing
}

@test "delete --force: a container whose birth was cut off is mended" {
        mkdir -p "$root/$id"
        try tare delete "$id"
        fails_with "container does not exist"
        mkdir -p "$root/$id"
        try tare delete --force "$id"
        succeeds
        leaves_nothing
}

@test "start: init that died before it" {
        creates
        kill -KILL "$(pid_of "$id")"
        eventually has_status stopped
        try tare start "$id"
        fails_with "cannot start a container that has stopped"
        tare delete "$id"
        leaves_nothing
}

@test "create: later edits of config.json change nothing" {
        script 'echo before >/tmp/said; echo $VALUE >>/tmp/said'
        edit '.process.env += ["VALUE=before"]'
        mount_at /tmp bind "$BATS_TEST_TMPDIR" bind
        creates
        script 'echo after >/tmp/said'
        edit '.process.env = [] | .mounts = []'
        tare start "$id"
        eventually has_status stopped
        equals "$(<"$BATS_TEST_TMPDIR/said")" "before
before"
}

@test "create: of ten at once with one id, one wins and nothing of the others stays" {
        program sleep 100
        local i pids=() won=0
        for i in {1..10}; do
                "$TARE" --root "$root" create --bundle "$bundle" "$id" >/dev/null 2>"$BATS_TEST_TMPDIR/err.$i" 3>&- &
                pids+=($!)
        done
        for i in {1..10}; do
                ended "${pids[i - 1]}"
                if [[ $status == 0 ]]; then
                        won=$((won + 1))
                else
                        contains "$(<"$BATS_TEST_TMPDIR/err.$i")" "container with given ID already exists"
                fi
        done
        equals "$won" 1
        has_status created
        tare start "$id"
        tare delete --force "$id"
        leaves_nothing
}

@test "start: of ten at once, one wins" {
        program sleep 100
        creates
        local i pids=() won=0
        for i in {1..10}; do
                "$TARE" --root "$root" start "$id" >/dev/null 2>"$BATS_TEST_TMPDIR/err.$i" 3>&- &
                pids+=($!)
        done
        for i in {1..10}; do
                ended "${pids[i - 1]}"
                if [[ $status == 0 ]]; then
                        won=$((won + 1))
                else
                        contains "$(<"$BATS_TEST_TMPDIR/err.$i")" "cannot start an already running container"
                fi
        done
        equals "$won" 1
}

@test "list: a table, ids, JSON" {
        program sleep 100
        creates "$id-b"
        starts "$id-a"
        try tare list
        succeeds
        equals "$(head -n 1 <<<"$output" | tr -s ' ' | sed 's/ $//')" "ID PID STATUS BUNDLE CREATED OWNER"
        equals "$(sed 1d <<<"$output" | awk '{ print $1, $2, $3, $4, $6 }')" \
                "$id-a $(pid_of "$id-a") running $bundle root
$id-b $(pid_of "$id-b") created $bundle root"

        try tare list --quiet
        equals "$output" "$id-a
$id-b"
        try tare list -q
        equals "$output" "$id-a
$id-b"

        local option
        for option in "--format json" "--format=json" "-f json"; do
                # shellcheck disable=SC2086 # words
                try tare list $option
                succeeds
                equals "$(jq -c 'map([.id, .status, .owner, .bundle])' <<<"$output")" \
                        "[[\"$id-a\",\"running\",\"root\",\"$bundle\"],[\"$id-b\",\"created\",\"root\",\"$bundle\"]]"
                equals "$(grep -c '' <<<"$output")" 1
        done
}

@test "list: an empty root" {
        mkdir -p "$root"
        try tare list
        succeeds
        equals "$(tr -s ' ' <<<"$output" | sed 's/ $//')" "ID PID STATUS BUNDLE CREATED OWNER"
        try tare list --quiet
        equals "$output" ""
        try tare list --format json
        equals "$output" "null"
}

@test "list: a format that there is not" {
        try tare list --format yaml
        misused "invalid format option"
}

@test "list: a directory that is no container is passed over" {
        program sleep 100
        creates
        mkdir "$root/$id-broken"
        echo '{' >"$root/$id-broken/state.json"
        try tare list --quiet
        succeeds
        equals "$output" "$id"
        rm -r "$root/$id-broken"
}

@test "state: an id that leads elsewhere is refused" {
        mkdir -p "$root"
        local bad
        for bad in ../x . .. a/b; do
                try tare state "$bad"
                equals "$status" 1
                fails_with "invalid container ID format"
        done
}
