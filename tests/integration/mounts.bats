#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# mounts.bats - the root filesystem: mounts and their options, propagation, devices, masked and read-only paths.

load helpers

# Prints the mount options of a mount point, in the container, as the kernel tells them: 6th field of mountinfo, and the
# superblock's.
options_script() {
        echo "grep -F ' $1 ' /proc/self/mountinfo | tail -n 1 | sed 's/ - .* / /' | cut -d ' ' -f 6-"
}

@test "mounts: the options of the default bundle" {
        runs 'while read -r id parent dev root point options rest; do echo "$point $options"; done </proc/self/mountinfo | grep -vE "^/(proc|sys)/"'
        equals "$output" "/ ro,relatime
/proc rw,relatime
/dev rw,nosuid
/dev/pts rw,nosuid,noexec,relatime
/dev/shm rw,nosuid,nodev,noexec,relatime
/dev/mqueue rw,nosuid,nodev,noexec,relatime
/sys ro,nosuid,nodev,noexec,relatime"
}

@test "mounts: each option of a tmpfs does what it says" {
        local row option shown
        while read -r option shown; do
                cp "$project/tests/bundles/default.json" "$bundle/config.json"
                # shellcheck disable=SC2086 # words
                mount_at /tmp tmpfs tmpfs ${option//+/ }
                script "$(options_script /tmp)"
                try_run
                succeeds
                equals "$option: $(cut -d ' ' -f 1 <<<"$output")" "$option: $shown"
        done <<'ROWS'
defaults rw,relatime
ro ro,relatime
rw rw,relatime
ro+rw rw,relatime
rw+ro ro,relatime
nosuid rw,nosuid,relatime
nosuid+suid rw,relatime
nodev rw,nodev,relatime
nodev+dev rw,relatime
noexec rw,noexec,relatime
noexec+exec rw,relatime
noatime rw,noatime
noatime+atime rw,relatime
nodiratime rw,nodiratime,relatime
strictatime rw
relatime rw,relatime
nosymfollow rw,relatime,nosymfollow
ROWS
}

@test "mounts: data of a filesystem reaches it" {
        mount_at /tmp tmpfs tmpfs size=4m mode=700 nr_inodes=20
        runs 'stat -c %a /tmp; df -k /tmp | tail -n 1 | tr -s " " | cut -d " " -f 2'
        equals "$output" "700
4096"
}

@test "mounts: an option that the filesystem does not know fails the birth" {
        mount_at /tmp tmpfs tmpfs bogus=1
        try_run
        equals "$status" 1
        contains "$(last_error)" "tare run failed: build the root and its mounts: mounts[7] /tmp"
        contains "$(last_error)" "invalid argument"
        leaves_nothing
}

@test "mounts: a filesystem that the kernel does not know" {
        mount_at /tmp nosuchfs none
        try_run
        equals "$status" 1
        contains "$(last_error)" "mounts[7] /tmp"
        contains "$(last_error)" "no such device"
        leaves_nothing
}

@test "mounts: binds of directories and files, read-only where asked, destinations made" {
        mkdir -p "$BATS_TEST_TMPDIR/dir/sub"
        echo content >"$BATS_TEST_TMPDIR/dir/file"
        edit '.root.readonly = false'
        mount_at /made/here bind "$BATS_TEST_TMPDIR/dir" bind
        mount_at /made/there bind "$BATS_TEST_TMPDIR/dir" bind ro
        mount_at /made/a-file bind "$BATS_TEST_TMPDIR/dir/file" bind ro nosuid nodev noexec
        runs 'cat /made/here/file /made/a-file; echo new >/made/here/new && echo wrote
                echo x 2>/dev/null >/made/there/new || echo read-only; echo x 2>/dev/null >/made/a-file || echo read-only'
        equals "$output" "content
content
wrote
read-only
read-only"
        equals "$(<"$BATS_TEST_TMPDIR/dir/new")" new
}

@test "mounts: an empty option means nothing, for binds and for filesystems" {
        mkdir "$BATS_TEST_TMPDIR/source"
        mount_at /bound bind "$BATS_TEST_TMPDIR/source" bind ""
        mount_at /scratch tmpfs tmpfs "" size=64k ""
        runs 'grep -E " /(bound|scratch) " /proc/mounts | cut -d " " -f 2,4'
        matches "$output" '/scratch rw,relatime,size=64k'
        matches "$output" '/bound rw,'
}

@test "mounts: bind without the type, by option alone; rbind takes what is below" {
        mkdir -p "$BATS_TEST_TMPDIR/outer/inner"
        mount -t tmpfs tmpfs "$BATS_TEST_TMPDIR/outer/inner"
        echo deep >"$BATS_TEST_TMPDIR/outer/inner/file"
        mount_at /tmp none "$BATS_TEST_TMPDIR/outer" rbind
        mount_at /var none "$BATS_TEST_TMPDIR/outer" bind
        script 'cat /tmp/inner/file; ls /var/inner'
        try_run
        umount "$BATS_TEST_TMPDIR/outer/inner"
        succeeds
        equals "$output" deep
}

@test "mounts: rro makes all of a tree read-only, ro its top alone" {
        mkdir -p "$BATS_TEST_TMPDIR/outer/inner"
        mount -t tmpfs tmpfs "$BATS_TEST_TMPDIR/outer/inner"
        mount_at /tmp bind "$BATS_TEST_TMPDIR/outer" rbind rro
        mount_at /var bind "$BATS_TEST_TMPDIR/outer" rbind ro
        script 'for f in /tmp/x /tmp/inner/x /var/x /var/inner/x; do touch $f 2>/dev/null && echo $f; done; true'
        try_run
        umount "$BATS_TEST_TMPDIR/outer/inner"
        succeeds
        equals "$output" "/var/inner/x"
}

@test "mounts: copy-symlink makes a link anew, and binds what is none" {
        mkdir "$BATS_TEST_TMPDIR/src"
        ln -s some/where "$BATS_TEST_TMPDIR/src/link"
        echo content >"$BATS_TEST_TMPDIR/src/file"
        edit '.root.readonly = false'
        mount_at /made/link bind "$BATS_TEST_TMPDIR/src/link" bind copy-symlink
        mount_at /made/file bind "$BATS_TEST_TMPDIR/src/file" bind copy-symlink
        runs 'readlink /made/link; cat /made/file; grep -c " /made/" /proc/self/mountinfo'
        equals "$output" "some/where
content
1"
        # The same once more: it is there, and is that link.
        try_run
        succeeds
        rm "$bundle/rootfs/made/link"
        ln -s else/where "$bundle/rootfs/made/link"
        try_run
        fails_with 'tare run failed: build the root and its mounts: mounts[7] /made/link: exists, and is not a link to "some/where"'
        equals "$(readlink "$bundle/rootfs/made/link")" else/where
        leaves_nothing
}

@test "mounts: src-nofollow binds the link itself, dest-nofollow covers one" {
        mkdir "$BATS_TEST_TMPDIR/src" "$bundle/rootfs/data"
        ln -s some/where "$BATS_TEST_TMPDIR/src/link"
        echo content >"$BATS_TEST_TMPDIR/src/file"
        ln -s ../tmp/elsewhere "$bundle/rootfs/data/link"
        ln -s ../tmp/elsewhere "$bundle/rootfs/data/other"
        edit '.root.readonly = false'
        mount_at /data/bound bind "$BATS_TEST_TMPDIR/src/link" bind src-nofollow ro
        mount_at /data/link bind "$BATS_TEST_TMPDIR/src/file" bind dest-nofollow
        mount_at /data/other bind "$BATS_TEST_TMPDIR/src/link" bind dest-nofollow src-nofollow
        mount_at /data/new/file bind "$BATS_TEST_TMPDIR/src/file" bind dest-nofollow
        runs 'readlink /data/bound; cat /data/link; readlink /data/other; cat /data/new/file; ls /tmp'
        equals "$output" "some/where
content
some/where
content"
        # Without them both are followed.
        edit '.mounts = .mounts[:-4]'
        mount_at /data/link bind "$BATS_TEST_TMPDIR/src/file" bind
        runs 'cat /tmp/elsewhere'
        equals "$output" content
}

@test "mounts: options for binds alone are refused elsewhere" {
        local option
        for option in copy-symlink src-nofollow dest-nofollow; do
                cp "$project/tests/bundles/default.json" "$bundle/config.json"
                mount_at /tmp tmpfs tmpfs nosuid "$option"
                try_run
                fails_with "tare run failed: config.json: mounts[7].options[1]: option \"$option\": only for a bind mount"
        done
}

@test "mounts: a relative bind source is below the bundle" {
        mount_at /tmp bind etc bind
        runs 'cat /tmp/hosts'
        equals "$output" "# hosts of the bundle"
}

@test "mounts: a bind source that is not there" {
        mount_at /tmp bind /no/such bind
        try_run
        equals "$status" 1
        contains "$(last_error)" "/no/such"
        contains "$(last_error)" "no such file or directory"
        leaves_nothing
}

@test "mounts: in order, later ones over earlier ones" {
        mount_at /tmp tmpfs first
        mount_at /tmp/sub tmpfs second
        mount_at /tmp tmpfs third
        runs 'awk "\$5 ~ \"^/tmp\"" /proc/self/mountinfo | sed "s/.* - tmpfs //; s/ .*//"; ls /tmp'
        equals "$output" "first
second
third"
}

@test "mounts: tmpcopyup keeps what the image has there" {
        mkdir -p "$bundle/rootfs/data/sub"
        echo one >"$bundle/rootfs/data/file"
        ln -s file "$bundle/rootfs/data/link"
        chmod 700 "$bundle/rootfs/data/sub"
        mount_at /data tmpfs tmpfs tmpcopyup
        runs 'cat /data/link; stat -c %a /data/sub; echo two >/data/file; cat /data/file'
        equals "$output" "one
700
two"
        equals "$(<"$bundle/rootfs/data/file")" one
}

@test "mounts: propagation of a bind" {
        mkdir "$BATS_TEST_TMPDIR/shared"
        mount -t tmpfs tmpfs "$BATS_TEST_TMPDIR/shared"
        mount --make-shared "$BATS_TEST_TMPDIR/shared"
        local option pattern all=
        while read -r option pattern; do
                cp "$project/tests/bundles/default.json" "$bundle/config.json"
                mount_at /tmp bind "$BATS_TEST_TMPDIR/shared" rbind "$option"
                script 'grep -F " /tmp " /proc/self/mountinfo | cut -d " " -f 7-8'
                try_run
                [[ $status == 0 && $output =~ $pattern ]] || all+="$option: $output$stderr"$'\n'
        done <<'ROWS'
rprivate ^-
private ^-
rslave ^master:[0-9]+.-
slave ^master:[0-9]+.-
rshared ^shared:[0-9]+.(-|master)
shared ^shared:[0-9]+.(-|master)
unbindable ^unbindable.-
runbindable ^unbindable.-
ROWS
        umount "$BATS_TEST_TMPDIR/shared"
        equals "$all" ""
}

@test "mounts: propagation of the root" {
        local value pattern
        script 'awk "\$5 == \"/\" { print \$7 }" /proc/self/mountinfo'
        while read -r value pattern; do
                edit ".linux.rootfsPropagation = \"$value\""
                try_run
                succeeds
                matches "$output" "$pattern"
        done <<'ROWS'
private ^-$
rprivate ^-$
slave ^(-|master:[0-9]+)$
rslave ^(-|master:[0-9]+)$
shared ^shared:[0-9]+$
rshared ^shared:[0-9]+$
unbindable ^unbindable$
runbindable ^unbindable$
ROWS
}

@test "mounts: nothing that a container mounts reaches the host" {
        edit '.process.capabilities.bounding = ["CAP_SYS_ADMIN"] | .process.capabilities.permitted = ["CAP_SYS_ADMIN"]
                | .process.capabilities.effective = ["CAP_SYS_ADMIN"]'
        runs 'mount -t tmpfs inside-only /tmp; grep -c inside-only /proc/mounts'
        equals "$output" 1
        equals "$(grep -c inside-only /proc/mounts || true)" 0
}

@test "root: read-only, or not" {
        script 'touch /file 2>&1 && echo wrote'
        try_run
        equals "$output" "touch: /file: Read-only file system"
        edit '.root.readonly = false'
        runs 'touch /file && echo wrote'
        equals "$output" wrote
        test -e "$bundle/rootfs/file"
}

@test "root: an absolute path, and one through a link" {
        mv "$bundle/rootfs" "$BATS_TEST_TMPDIR/elsewhere"
        edit '.root.path = $path' --arg path "$BATS_TEST_TMPDIR/elsewhere"
        runs 'echo ok'
        equals "$output" ok
}

@test "root: nothing of the host is in sight" {
        runs 'ls -a /; ls /..; cat /proc/1/cmdline | tr "\0" " " | cut -c 1-6; test ! -e '"$bundle"
        equals "$(grep -cE '^(boot|home|lib|usr|mnt)$' <<<"$output")" 2 # home, twice, is the image's
}

@test "masks: files read empty, directories are empty and read-only, what is not there is passed over" {
        mkdir "$bundle/rootfs/secrets"
        echo secret | tee "$bundle/rootfs/secret" >"$bundle/rootfs/secrets/one"
        edit '.linux.maskedPaths += ["/secret", "/secrets", "/no/such", "/proc/timer_list"] | .root.readonly = false'
        runs 'wc -c </secret; ls -A /secrets; wc -c </proc/timer_list; touch /secrets/x 2>&1 || true; echo x >/secret; wc -c </secret'
        equals "$output" "0
0
touch: /secrets/x: Read-only file system
0"
        equals "$(<"$bundle/rootfs/secret")" secret
}

@test "read-only paths: with what is below, in a writable root" {
        mkdir -p "$bundle/rootfs/fixed/below"
        echo 1 >"$bundle/rootfs/fixed/file"
        edit '.linux.readonlyPaths += ["/fixed", "/no/such"] | .root.readonly = false'
        runs 'echo 2 2>/dev/null >/fixed/file || echo no; touch /fixed/below/x 2>/dev/null || echo no; touch /free && echo yes
                echo 1 2>/dev/null >/proc/sys/kernel/msgmax || echo no'
        equals "$output" "no
no
yes
no"
}

@test "devices: the six that every container has, and the links" {
        runs 'cd /dev; for f in null zero full random urandom tty; do stat -c "%n %F %t:%T %a %u:%g" $f; done
                for l in fd stdin stdout stderr ptmx; do echo "$l $(readlink $l)"; done
                echo text >null; head -c 3 zero | od -An -tx1; cat /dev/stdin </etc/group | head -n 1'
        equals "$output" "null character special file 1:3 666 0:0
zero character special file 1:5 666 0:0
full character special file 1:7 666 0:0
random character special file 1:8 666 0:0
urandom character special file 1:9 666 0:0
tty character special file 5:0 666 0:0
fd /proc/self/fd
stdin /proc/self/fd/0
stdout /proc/self/fd/1
stderr /proc/self/fd/2
ptmx pts/ptmx
 00 00 00
root:x:0:"
}

@test "devices: those of linux.devices, whatever the umask" {
        umask 077
        edit '.linux.devices = [
                {path: "/dev/some/where/chr", type: "c", major: 1, minor: 5, fileMode: 432, uid: 1000, gid: 2000},
                {path: "/dev/blk", type: "b", major: 7, minor: 0},
                {path: "/dev/pipe", type: "p", fileMode: 384}]'
        runs 'cd /dev; stat -c "%n %F %t:%T %a %u:%g" some/where/chr blk; stat -c "%n %F %a" pipe'
        equals "$output" "some/where/chr character special file 1:5 660 1000:2000
blk block special file 7:0 666 0:0
pipe fifo 600"
}

@test "devices: the bundle's word on one of the six wins" {
        edit '.linux.devices = [{path: "/dev/zero", type: "c", major: 1, minor: 5, fileMode: 420, uid: 1000, gid: 0}]'
        runs 'stat -c "%t:%T %a %u:%g" /dev/zero'
        equals "$output" "1:5 644 1000:0"
}

@test "devices: a type that there is not" {
        edit '.linux.devices = [{path: "/dev/x", type: "x", major: 1, minor: 5}]'
        try_run
        fails_with 'tare run failed: config.json: linux.devices[0].type: invalid device type "x"'
        leaves_nothing
}

@test "devices: a /dev that is the host's is left as it is" {
        mkdir "$BATS_TEST_TMPDIR/dev"
        mknod -m 666 "$BATS_TEST_TMPDIR/dev/null" c 1 3
        edit '.mounts = (.mounts | map(select(.destination | startswith("/dev") | not)))'
        mount_at /dev bind "$BATS_TEST_TMPDIR/dev" bind
        runs 'ls /dev'
        equals "$output" null
}

@test "cgroup mount: read-only, and shows the container's own" {
        if [[ -e /sys/fs/cgroup/cgroup.controllers ]]; then
                skip "this host has no v1 hierarchies"
        fi
        runs 'grep -x 1 /sys/fs/cgroup/pids/cgroup.procs; for d in /sys/fs/cgroup /sys/fs/cgroup/pids; do mkdir $d/x 2>/dev/null || echo no; done'
        equals "$output" "1
no
no"
}
