#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# terminal.bats - programs with a terminal: sent over a console socket, or relayed in the foreground; and pidfd sockets.

load helpers

setup_file() {
        "${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -o "$BATS_FILE_TMPDIR/recvtty" "$project/tests/tools/recvtty.c"
}

# with_terminal SCRIPT: what the container runs, on a terminal; /tmp is shared as $shared.
with_terminal() {
        script "$1"
        edit '.process.terminal = true'
        shared=$BATS_TEST_TMPDIR/shared
        mkdir -p "$shared"
        mount_at /tmp bind "$shared" bind
}

# receives [NAME]: a receiver at $socket; $receiver is its process, $screen what it got, $name_file what came along.
receives() {
        socket=$BATS_TEST_TMPDIR/${1:-socket}
        screen=$socket.screen
        name_file=$socket.name
        "$BATS_FILE_TMPDIR/recvtty" "$socket" "$name_file" <&0 >"$screen" 3>&- &
        receiver=$!
        background+=("$receiver")
        eventually test -S "$socket"
}

# shows TEXT: all that is on the screen, without the carriage returns of a terminal, once the receiver is done.
shows() {
        ended "$receiver"
        equals "$status" 0
        equals "$(tr -d '\r' <"$screen")" "$1"
}

# on_terminal SHELL_COMMAND [FIFO]: the command on a terminal of its own, which is `script`'s; what comes from the FIFO are
# its keys. Opened for both, since it must not end: `script` would type a ^D.
on_terminal() {
        local keys=${2:-$BATS_TEST_TMPDIR/no-keys}
        [[ -p $keys ]] || mkfifo "$keys"
        timeout --foreground --signal=KILL 50 script --quiet --return --command "$1" /dev/null <>"$keys"
}

# tare_line ARG...: the runtime with these arguments, as a line for a shell.
tare_line() {
        printf '%q ' "$TARE" --root "$root" --log "$log" --log-format json "$@"
}

without_returns() {
        tr -d '\r' <<<"$output"
}

# the console socket ---------------------------------------------------------------------------------------------------

@test "console socket: create sends the master, start fills the screen" {
        with_terminal 'echo on the screen; echo as well >&2'
        receives
        try tare create --console-socket "$socket" --bundle "$bundle" "$id"
        succeeds
        eventually test -s "$name_file"
        equals "$(<"$name_file")" /dev/ptmx
        has_status created
        equals "$(<"$screen")" ""
        tare start "$id"
        shows "on the screen
as well"
}

@test "console socket: run --detach" {
        with_terminal 'tty; exit 3'
        receives
        try tare run --detach --console-socket "$socket" --bundle "$bundle" "$id"
        succeeds
        equals "$output" ""
        shows /dev/pts/0
}

@test "console socket: exec --detach, with a terminal of its own" {
        program sleep 100
        starts
        receives
        try tare exec --detach --tty --console-socket "$socket" "$id" sh -c 'tty; test -t 0 && test -t 1 && test -t 2 && echo three'
        succeeds
        shows "/dev/pts/0
three"
        equals "$(<"$name_file")" /dev/ptmx
        # What is not made for the first program leaves its /dev/console alone.
        try tare exec "$id" sh -c 'grep -c " /dev/console " /proc/self/mountinfo'
        equals "$output" 0
}

@test "console socket: by a path that is longer than an address" {
        local deep
        deep=$BATS_TEST_TMPDIR/$(printf 'd%.0s' {1..150})
        mkdir "$deep"
        with_terminal 'echo far away'
        receives
        mv "$socket" "$deep/socket"
        try tare run --detach --console-socket "$deep/socket" --bundle "$bundle" "$id"
        succeeds
        shows "far away"
}

@test "console socket: what is typed there reaches the program" {
        with_terminal ': >/tmp/ready; read -r line; echo "got $line"'
        mkfifo "$BATS_TEST_TMPDIR/keys"
        exec 8<>"$BATS_TEST_TMPDIR/keys"
        receives <&8
        try tare run --detach --console-socket "$socket" --bundle "$bundle" "$id" 8>&-
        succeeds
        eventually test -e "$shared/ready"
        printf 'a line\r' >&8
        shows "a line
got a line"
        exec 8>&-
}

@test "console socket: the size that the bundle asks for" {
        with_terminal 'stty size'
        edit '.process.consoleSize = {height: 33, width: 101}'
        receives
        try tare run --detach --console-socket "$socket" --bundle "$bundle" "$id"
        succeeds
        shows "33 101"
}

@test "console socket: not there, no socket, nobody listens" {
        with_terminal 'true'
        local verb path=$BATS_TEST_TMPDIR/none
        for verb in create 'run --detach'; do
                # shellcheck disable=SC2086 # words
                try tare $verb --console-socket "$path" --bundle "$bundle" "$id"
                fails_with "tare ${verb%% *} failed: --console-socket $path: connect: no such file or directory"
        done
        try tare create --console-socket "$bundle/config.json" --bundle "$bundle" "$id"
        fails_with "tare create failed: --console-socket $bundle/config.json: connect: connection refused"
        leaves_nothing
}

@test "terminal and console socket go together" {
        local no_socket='cannot allocate tty if tare will detach without setting console socket'
        local no_terminal='cannot use console socket if tare will not detach or allocate tty'
        with_terminal 'true'
        try tare create --bundle "$bundle" "$id"
        fails_with "tare create failed: $no_socket"
        try tare run --detach --bundle "$bundle" "$id"
        fails_with "tare run failed: $no_socket"
        try tare run --console-socket "$BATS_TEST_TMPDIR/none" --bundle "$bundle" "$id"
        fails_with "tare run failed: $no_terminal"
        edit '.process.terminal = false'
        try tare create --console-socket "$BATS_TEST_TMPDIR/none" --bundle "$bundle" "$id"
        fails_with "tare create failed: $no_terminal"
        leaves_nothing
}

# what the program has -------------------------------------------------------------------------------------------------

@test "terminal: stdin, stdout and stderr, and the one that controls the session" {
        with_terminal 'test -t 0 && test -t 1 && test -t 2 && echo three; echo by name >/dev/tty; cut -d " " -f 5-8 /proc/$$/stat'
        try_run
        # Group, session, terminal (136:0), and the group in its foreground.
        equals "$(without_returns)" "three
by name
1 1 34816 1"
}

@test "terminal: /dev/console is it" {
        with_terminal 'echo by console >/dev/console; stat -c "%t:%T" /dev/console; grep " /dev/console " /proc/self/mountinfo | grep -o " - devpts "'
        try_run
        equals "$(without_returns)" "by console
88:0
 - devpts "
}

@test "terminal: without one, /dev/console is left alone" {
        runs 'grep -c " /dev/console " /proc/self/mountinfo || true'
        equals "$output" 0
}

@test "terminal: an ordinary user owns it" {
        with_terminal 'echo out >/dev/stdout; echo tty >"$(tty)"; stat -c %u "$(tty)"'
        edit '.process.user = {uid: 1000, gid: 1000}'
        try_run
        equals "$(without_returns)" "out
tty
1000"
}

@test "terminal: no devpts, none" {
        with_terminal 'true'
        edit '.mounts |= map(select(.type != "devpts"))'
        try_run
        equals "$status" 1
        contains "$(last_error)" "/dev/pts"
        leaves_nothing
}

# hostile roots --------------------------------------------------------------------------------------------------------

@test "terminal: a /dev/console that is a link, where /dev is the image's own" {
        with_terminal 'true'
        edit '.root.readonly = false | .mounts |= map(select(.destination != "/dev"))'
        echo untouched >"$BATS_TEST_TMPDIR/victim"
        mkdir -p "$bundle/rootfs/dev/pts" "$bundle/rootfs/dev/shm" "$bundle/rootfs/dev/mqueue"
        ln -s "$BATS_TEST_TMPDIR/victim" "$bundle/rootfs/dev/console"
        try_run
        equals "$status" 1
        contains "$(last_error)" "open /dev/console: too many levels of symbolic links"
        # Neither outside nor, by the same path, inside.
        equals "$(<"$BATS_TEST_TMPDIR/victim")" untouched
        test ! -e "$bundle/rootfs$BATS_TEST_TMPDIR/victim"
        leaves_nothing
}

@test "terminal: a ptmx that was bound over the container's" {
        with_terminal 'true'
        mount_at /dev/pts/ptmx bind /dev/pts/ptmx bind
        try_run
        equals "$status" 1
        contains "$(last_error)" "open /dev/pts/ptmx: invalid cross-device link"
        leaves_nothing
}

# in the foreground ----------------------------------------------------------------------------------------------------

@test "foreground: output and status come through a terminal" {
        with_terminal 'echo out; echo err >&2; exit 7'
        try on_terminal "$(tare_line run --bundle "$bundle" "$id")"
        equals "$status" 7
        equals "$output" $'out\r\nerr\r'
        leaves_nothing
}

@test "foreground: exec --tty too" {
        program sleep 100
        starts
        try on_terminal "$(tare_line exec --tty "$id" sh -c 'test -t 0 && tty; exit 9')"
        equals "$status" 9
        equals "$output" $'/dev/pts/0\r'
}

@test "foreground: without any terminal of the caller's it is relayed all the same" {
        with_terminal 'test -t 1 && echo "a terminal
of lines"; exit 4'
        try setsid --wait "$TARE" --root "$root" --log "$log" --log-format json run --bundle "$bundle" "$id"
        equals "$status" 4
        # And a pipe gets no carriage returns.
        equals "$output" "a terminal
of lines"
}

@test "foreground: keys, their echo, and ^C to the program" {
        with_terminal 'trap "echo interrupted; exit 5" INT; : >/tmp/ready; while read -r line; do echo "got $line"; : >/tmp/"$line"; done'
        type_keys() {
                eventually test -e "$shared/ready" >&2
                printf 'onx\177e\r'
                eventually test -e "$shared/one" >&2
                printf '\003'
                eventually test ! -e "$root/$id" >&2
        }
        mkfifo "$BATS_TEST_TMPDIR/keys"
        type_keys >"$BATS_TEST_TMPDIR/keys" 3>&- &
        background+=($!)
        try on_terminal "$(tare_line run --bundle "$bundle" "$id")" "$BATS_TEST_TMPDIR/keys"
        equals "$status" 5
        equals "$output" $'onx\b \be\r\ngot one\r\n^Cinterrupted\r'
}

@test "foreground: the caller's size, also when it changes" {
        with_terminal 'trap "stty size >/tmp/second" WINCH; stty size >/tmp/first; while [ ! -s /tmp/second ]; do sleep 0.05; done'
        on_terminal "stty rows 33 cols 101; tty >$(printf %q "$shared/tty"); exec $(tare_line run --bundle "$bundle" "$id")" 3>&- >"$BATS_TEST_TMPDIR/out" &
        background+=($!)
        eventually test -s "$shared/first"
        equals "$(<"$shared/first")" "33 101"
        stty -F "$(<"$shared/tty")" rows 44 cols 122
        ended "${background[0]}"
        equals "$status" 0
        equals "$(<"$shared/second")" "44 122"
}

is_raw() {
        stty -F "$1" -a | tr '\n' ' ' | grep -q -e ' -isig -icanon .* -echo '
}

# keeps_modes COMMAND: the terminal's modes after it are those before it.
keeps_modes() {
        local dir=$BATS_TEST_TMPDIR
        status=0
        on_terminal "stty -a >$dir/before; { $1; }; code=\$?; stty -a >$dir/after; exit \$code" >"$dir/out" 3>&- || status=$?
        equals "$(<"$dir/after")" "$(<"$dir/before")"
        test -s "$dir/before"
}

@test "foreground: the terminal is raw while the program runs, and then as it was" {
        with_terminal 'while [ ! -e /tmp/go ]; do sleep 0.05; done; exit 6'
        look() {
                eventually test -s "$shared/tty"
                eventually is_raw "$(<"$shared/tty")"
                : >"$shared/go"
        }
        look &
        background+=($!)
        keeps_modes "tty >$(printf %q "$shared/tty"); $(tare_line run --bundle "$bundle" "$id")"
        equals "$status" 6
        ended "${background[0]}"
        equals "$status" 0
}

@test "foreground: the terminal is as it was after a failure, a signal and a kill of the program" {
        with_terminal 'kill -9 $$; sleep 10'
        without_namespace pid
        keeps_modes "$(tare_line run --bundle "$bundle" "$id")"
        equals "$status" 137
        program nosuch
        keeps_modes "$(tare_line run --bundle "$bundle" "$id")"
        equals "$status" 1
        script ': >/tmp/ready; sleep 100'
        end_it() {
                eventually test -e "$shared/ready"
                pkill -TERM --full --exact "$TARE --root $root .* $id"
        }
        end_it &
        background+=($!)
        keeps_modes "$(tare_line run --bundle "$bundle" "$id")"
        equals "$status" 143
        leaves_nothing
}

@test "foreground: 10 MB through a terminal, nothing lost" {
        head -c 10485760 /dev/urandom >"$bundle/rootfs/data"
        with_terminal 'cat /data'
        local sum
        sum=$(sha256sum <"$bundle/rootfs/data")
        equals "$(tare run --bundle "$bundle" "$id" | sha256sum)" "$sum"
        # A reader that lets everything fill up.
        equals "$(tare run --bundle "$bundle" "$id" | { sleep 0.5; sha256sum; })" "$sum"
}

@test "foreground: the last lines of a program that ends at once" {
        with_terminal 'seq 1 300'
        local i lines
        lines=$(seq 1 300)
        for i in {1..20}; do
                equals "$(tare run --bundle "$bundle" "$id" 2>&1)" "$lines"
        done
}

@test "foreground: a program that closes its terminal and opens it anew goes on" {
        with_terminal 'exec <&- >&- 2>&-; sleep 0.2; exec >/dev/console; echo again; exec >&-; sleep 0.2; echo and again >/dev/console'
        try_run
        equals "$status" 0
        equals "$(without_returns)" "again
and again"
}

@test "foreground: a reader that goes away hangs the program up" {
        with_terminal 'while echo line; do :; done; exit 9'
        { tare run --bundle "$bundle" "$id" 2>/dev/null && echo 0 >"$BATS_TEST_TMPDIR/status" ||
                echo $? >"$BATS_TEST_TMPDIR/status"; } | head -n 1
        eventually test -s "$BATS_TEST_TMPDIR/status"
        leaves_nothing
}

# the pidfd socket -----------------------------------------------------------------------------------------------------

@test "pidfd socket: create and run send the first process, exec its own" {
        program sleep 100
        receives create
        try tare create --pidfd-socket "$socket" --bundle "$bundle" "$id"
        succeeds
        shows "$(pid_of "$id")"
        equals "$(<"$name_file")" standard
        tare start "$id"

        receives exec
        try tare exec --detach --pid-file "$BATS_TEST_TMPDIR/pid" --pidfd-socket "$socket" "$id" sleep 100
        succeeds
        shows "$(<"$BATS_TEST_TMPDIR/pid")"
        equals "$(<"$name_file")" setns

        receives run
        try tare run --detach --pidfd-socket "$socket" --bundle "$bundle" "$id-2"
        succeeds
        shows "$(pid_of "$id-2")"
        equals "$(<"$name_file")" standard
}

@test "pidfd socket: not there" {
        local path=$BATS_TEST_TMPDIR/none
        try tare create --pidfd-socket "$path" --bundle "$bundle" "$id"
        fails_with "tare create failed: --pidfd-socket $path: connect: no such file or directory"
        leaves_nothing
}
