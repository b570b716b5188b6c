#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# hooks.bats - the six kinds of hooks: when they run, in which order, with what, and what becomes of their failures.

load helpers

readonly kinds=(prestart createRuntime createContainer startContainer poststart poststop)

# A hook script that writes "$1 STATE" into /tmp/told. The same path works on the host and in the container, whose root
# has the directory too.
setup_told() {
        told=$BATS_TEST_TMPDIR/told
        mkdir -p "$told"
        cat >"$told/hook" <<'SCRIPT'
#!/bin/sh
cd "$(dirname "$0")"
read -r state
state="$state$(cat)"
echo "$1" >>order
echo "$state" >"state.$1"
env >"env.$1"
pwd -P >"pwd.$1"
readlink /proc/self/ns/mnt >"mnt.$1"
readlink /proc/self/ns/net >"net.$1"
cat /proc/self/cgroup >"cgroup.$1"
echo said "$1"
exit "${2:-0}"
SCRIPT
        chmod +x "$told/hook"
        mkdir -p "$bundle/rootfs$told"
        mount_at "$told" bind "$told" bind
}

# add_hook KIND PATH [ARG...]
add_hook() {
        local kind=$1
        shift
        # shellcheck disable=SC2016 # jq's variables
        edit '.hooks[$kind] += [{path: $ARGS.positional[0], args: $ARGS.positional}]' --arg kind "$kind" --args -- "$@"
}

all_hooks() {
        local kind
        for kind in "${kinds[@]}"; do
                add_hook "$kind" "$told/hook" "$kind"
        done
}

@test "hooks: the six kinds, in order, around create, start and delete" {
        setup_told
        all_hooks
        script "echo program >>$told/order"
        creates
        equals "$(paste -sd ' ' "$told/order")" "prestart createRuntime createContainer"
        try tare start "$id"
        succeeds
        eventually has_status stopped
        equals "$(sort "$told/order" | paste -sd ' ')" "createContainer createRuntime poststart prestart program startContainer"
        equals "$(grep -E 'startContainer|program' "$told/order" | paste -sd ' ')" "startContainer program"
        try tare delete "$id"
        succeeds
        equals "$(tail -n 1 "$told/order")" poststop
        leaves_nothing
}

@test "hooks: the six kinds around run" {
        setup_told
        all_hooks
        script 'echo from the program'
        try_run
        succeeds
        equals "$output" "from the program"
        equals "$(grep -v poststart "$told/order" | paste -sd ' ')" "prestart createRuntime createContainer startContainer poststop"
        equals "$(grep -c poststart "$told/order")" 1
        leaves_nothing
}

@test "hooks: those of one kind run in the order of the file" {
        setup_told
        add_hook createRuntime "$told/hook" one
        add_hook createRuntime "$told/hook" two
        add_hook createRuntime "$told/hook" three
        try_run
        succeeds
        equals "$(paste -sd ' ' "$told/order")" "one two three"
}

@test "hooks: the state on their stdin" {
        setup_told
        all_hooks
        edit '.annotations = {"key": "value"}'
        program sleep 100
        creates
        local pid kind
        pid=$(pid_of "$id")
        tare start "$id"
        eventually test -s "$told/state.poststart"
        tare delete --force "$id"
        for kind in "${kinds[@]}"; do
                equals "$kind $(jq -c '[.ociVersion, .id, .bundle, .annotations]' "$told/state.$kind")" \
                        "$kind [\"1.0.2-dev\",\"$id\",\"$bundle\",{\"key\":\"value\"}]"
        done
        equals "$(jq -c '[.status, .pid]' "$told/state.prestart")" "[\"creating\",$pid]"
        equals "$(jq -c '[.status, .pid]' "$told/state.createRuntime")" "[\"creating\",$pid]"
        equals "$(jq -c .status "$told/state.createContainer")" '"creating"'
        equals "$(jq -c .status "$told/state.startContainer")" '"created"'
        equals "$(jq -c '[.status, .pid]' "$told/state.poststart")" "[\"running\",$pid]"
        equals "$(jq -c '[.status, .pid // 0]' "$told/state.poststop")" '["stopped",0]'
}

@test "hooks: which run on the host and which in the container" {
        setup_told
        all_hooks
        program sh -c "readlink /proc/self/ns/mnt >$told/mnt.program; readlink /proc/self/ns/net >$told/net.program"
        try_run
        succeeds
        local kind
        for kind in prestart createRuntime poststart poststop; do
                equals "$kind $(<"$told/mnt.$kind")" "$kind $(readlink /proc/self/ns/mnt)"
                equals "$kind $(<"$told/net.$kind")" "$kind $(readlink /proc/self/ns/net)"
        done
        for kind in createContainer startContainer; do
                equals "$kind $(<"$told/mnt.$kind")" "$kind $(<"$told/mnt.program")"
                equals "$kind $(<"$told/net.$kind")" "$kind $(<"$told/net.program")"
        done
}

@test "hooks: createContainer runs before the root is entered, startContainer in it" {
        printf '#!/bin/sh\ntest -e %s\n' "$bundle/config.json" >"$BATS_TEST_TMPDIR/sees-host"
        chmod +x "$BATS_TEST_TMPDIR/sees-host"
        add_hook createContainer "$BATS_TEST_TMPDIR/sees-host"
        printf '#!/bin/sh\ntest ! -e %s\n' "$bundle/config.json" >"$bundle/rootfs/sees-no-host"
        chmod +x "$bundle/rootfs/sees-no-host"
        add_hook startContainer /sees-no-host
        try_run
        succeeds
}

@test "hooks: the network exists for createRuntime, with its loopback" {
        printf '#!/bin/sh\npid=$(jq .pid)\nnsenter -t $pid -n cat /sys/class/net/lo/operstate >%s/lo\n' "$BATS_TEST_TMPDIR" \
                >"$BATS_TEST_TMPDIR/hook"
        chmod +x "$BATS_TEST_TMPDIR/hook"
        add_hook createRuntime "$BATS_TEST_TMPDIR/hook"
        edit '.hooks.createRuntime[0].env = ["PATH=/usr/bin:/bin"]'
        try_run
        succeeds
        nsenter --net=/proc/self/ns/net true
        test -s "$BATS_TEST_TMPDIR/lo"
}

@test "hooks: init is in its cgroup already" {
        printf '#!/bin/sh\ncat /proc/$(jq .pid)/cgroup >%s/cgroup\n' "$BATS_TEST_TMPDIR" >"$BATS_TEST_TMPDIR/hook"
        chmod +x "$BATS_TEST_TMPDIR/hook"
        add_hook createRuntime "$BATS_TEST_TMPDIR/hook"
        edit '.hooks.createRuntime[0].env = ["PATH=/usr/bin:/bin"]'
        try_run
        succeeds
        all_end_in "/$id" "$(cut -d : -f 3 "$BATS_TEST_TMPDIR/cgroup")"
}

@test "hooks: an environment of their own, or none" {
        setup_told
        # shellcheck disable=SC2016 # jq's variables
        edit '.hooks.createRuntime = [
                {path: $hook, args: ["x", "given"], env: ["PATH=/usr/bin:/bin", "ONE=1", "TWO=2 3"]},
                {path: $hook, args: ["x", "empty"], env: ["PATH=/usr/bin:/bin"]}]' --arg hook "$told/hook"
        CALLERS=secret try_run
        succeeds
        equals "$(grep -E '^(ONE|TWO|CALLERS)' "$told/env.given" | sort)" "ONE=1
TWO=2 3"
        equals "$(grep -cE '^(ONE|TWO|CALLERS)' "$told/env.empty" || true)" 0
}

@test "hooks: what they print does not reach the program's output" {
        setup_told
        all_hooks
        script 'echo out; echo err >&2'
        try_run
        equals "$output" out
        equals "$stderr" err
}

@test "hooks: a failure before the start fails the birth by name, with what the hook said" {
        printf '#!/bin/sh\necho to stdout\necho to stderr >&2\nexit 3\n' >"$BATS_TEST_TMPDIR/bad"
        chmod +x "$BATS_TEST_TMPDIR/bad"
        local kind row verb
        while read -r kind row; do
                cp "$project/tests/bundles/default.json" "$bundle/config.json"
                add_hook "$kind" /bin/true
                add_hook "$kind" "$BATS_TEST_TMPDIR/bad"
                for verb in run create; do
                        try tare "$verb" --bundle "$bundle" "$id"
                        fails_with "tare $verb failed: $row: $kind hook #1 $BATS_TEST_TMPDIR/bad: exit status 3, stdout: to stdout, stderr: to stderr"
                        leaves_nothing
                done
        done <<'ROWS'
prestart run prestart and createRuntime hooks
createRuntime run prestart and createRuntime hooks
createContainer run createContainer hooks
ROWS
}

@test "hooks: a failing startContainer hook fails the run" {
        printf '#!/bin/sh\nexit 4\n' >"$bundle/rootfs/bad"
        chmod +x "$bundle/rootfs/bad"
        add_hook startContainer /bad
        script 'echo must not be seen'
        try_run
        equals "$output" ""
        fails_with "tare run failed: run startContainer hooks: startContainer hook #0 /bad: exit status 4, stdout: , stderr: "
        leaves_nothing
}

@test "hooks: a failing poststart hook stops and destroys the container" {
        setup_told
        add_hook poststart /bin/false
        add_hook poststop "$told/hook" poststop
        program sleep 100
        creates
        local pid
        pid=$(pid_of "$id")
        try tare start "$id"
        fails_with "poststart hook #0 /bin/false: exit status 1, stdout: , stderr: "
        eventually is_gone "$pid"
        equals "$(<"$told/order")" poststop
        leaves_nothing

        try tare run --detach --bundle "$bundle" "$id"
        equals "$status" 1
        leaves_nothing
}

@test "hooks: a failing poststop hook is a warning, and the next one runs" {
        setup_told
        add_hook poststop /bin/false
        add_hook poststop "$told/hook" second
        try_run
        succeeds
        equals "$(warnings)" "poststop hook #0 /bin/false: exit status 1, stdout: , stderr: "
        equals "$(<"$told/order")" second
        leaves_nothing
}

@test "hooks: a birth that fails after its hooks ran goes on to the poststop hooks" {
        setup_told
        all_hooks
        program /no/such
        try_run
        equals "$status" 1
        equals "$(paste -sd ' ' "$told/order")" "prestart createRuntime createContainer poststop"
        leaves_nothing
}

@test "hooks: a birth that fails in a later hook goes on to the poststop hooks" {
        setup_told
        local kind
        for kind in createContainer startContainer poststart; do
                edit 'del(.hooks)'
                rm -f "$told/order"
                add_hook "$kind" /bin/false
                add_hook poststop "$told/hook" poststop
                try_run
                equals "$status" 1
                equals "$(<"$told/order")" poststop
                leaves_nothing
        done
        # One that was refused before there was a process has nothing to stop.
        rm "$told/order"
        edit '.process.args = []'
        try_run
        equals "$status" 1
        test ! -e "$told/order"
}

@test "hooks: one that is not there, and one that may not be run" {
        add_hook createRuntime /no/such/hook
        try_run
        fails_with "tare run failed: run prestart and createRuntime hooks: createRuntime hook #0 /no/such/hook: fork/exec /no/such/hook: no such file or directory"
        edit '.hooks.createRuntime[0].path = "/etc/passwd"'
        try_run
        fails_with "tare run failed: run prestart and createRuntime hooks: createRuntime hook #0 /etc/passwd: fork/exec /etc/passwd: permission denied"
        leaves_nothing
}

@test "hooks: a relative path is refused" {
        add_hook createRuntime bin/true
        try_run
        equals "$status" 1
        contains "$(last_error)" "config.json: hooks.createRuntime[0].path: "
        leaves_nothing
}

@test "hooks: one that runs past its timeout is killed" {
        printf '#!/bin/sh\necho $$ >%s/pid\nexec sleep 50\n' "$BATS_TEST_TMPDIR" >"$BATS_TEST_TMPDIR/slow"
        chmod +x "$BATS_TEST_TMPDIR/slow"
        add_hook createRuntime "$BATS_TEST_TMPDIR/slow"
        edit '.hooks.createRuntime[0].timeout = 1'
        local began=$SECONDS
        try_run
        fails_with "tare run failed: run prestart and createRuntime hooks: createRuntime hook #0 $BATS_TEST_TMPDIR/slow: ran past its timeout of 1 s"
        ((SECONDS - began < 10))
        is_gone "$(<"$BATS_TEST_TMPDIR/pid")"
        leaves_nothing
}

@test "hooks: one that ends in time is not disturbed by its timeout" {
        setup_told
        add_hook createRuntime "$told/hook" quick
        edit '.hooks.createRuntime[0].timeout = 30'
        try_run
        succeeds
        equals "$(<"$told/order")" quick
}

@test "hooks: one that leaves a process behind holds up nothing" {
        printf '#!/bin/sh\nsleep 3 &\n' >"$BATS_TEST_TMPDIR/daemon"
        chmod +x "$BATS_TEST_TMPDIR/daemon"
        add_hook createRuntime "$BATS_TEST_TMPDIR/daemon"
        local began=$SECONDS
        try_run
        succeeds
        ((SECONDS - began < 3))
}

@test "hooks: one that does not read its stdin, with a state larger than a pipe holds" {
        add_hook createRuntime /bin/true
        # shellcheck disable=SC2016 # jq's variables
        edit '.annotations = {large: ("x" * 100000)}'
        try_run
        succeeds
        setup_told
        edit '.hooks.createRuntime[0] = {path: $hook, args: ["x", "large"]}' --arg hook "$told/hook"
        try_run
        succeeds
        equals "$(jq '.annotations.large | length' "$told/state.large")" 100000
}
