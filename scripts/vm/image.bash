# SPDX-License-Identifier: Apache-2.0
# image.bash - the guest's file system: a small Debian with systemd, made once. Sourced after lib.bash.
# shellcheck disable=SC2034,SC2154 # the files that are sourced together share their variables

# What the integration tests use besides what every Debian has.
guest_packages='bats bsdutils busybox-static ca-certificates dbus dbus-user-session gcc iproute2 jq kmod libc6-dev
        libcap2-bin libpam-systemd libsystemd0 mount procps runc strace systemd systemd-sysv uidmap util-linux'

# Units that have nothing to do here, and take their time.
needless_units='systemd-timesyncd systemd-networkd-wait-online systemd-firstboot systemd-pcrphase systemd-pcrphase-sysinit
        systemd-pcrphase-initrd systemd-update-utmp systemd-update-utmp-runlevel modprobe@drm modprobe@efi_pstore
        modprobe@dm_mod systemd-pstore e2scrub_reap'

# prepare_image: sets image_file.
prepare_image() {
        local packages dir
        # shellcheck disable=SC2086 # words
        packages=$(printf '%s\n' $guest_packages | sort -u | paste -sd,)
        image_file=$cache/root-$suite-$(cat <(echo "$packages") "$vm/image.bash" "$vm/guest/preinit" | md5sum | cut -c1-8).img
        [[ ! -e $image_file ]] || return 0
        need mmdebstrap mmdebstrap mke2fs e2fsprogs /bin/busybox busybox-static
        say "building the guest's file system ($suite)"
        dir=$(mktemp -d "$cache/root.XXXXXX")
        sources "$suite" >"$cache/sources"
        [[ -s $cache/sources ]] || { apt-get -qq update && sources "$suite" >"$cache/sources"; }
        if ! mmdebstrap --variant=essential --mode=root --skip=cleanup/reproducible \
                --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' \
                --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
                --dpkgopt='path-exclude=/usr/share/locale/*' --include="$packages" \
                "$suite" "$dir" - <"$cache/sources" >"$cache/image.log" 2>&1; then
                tail -n 5 "$cache/image.log" >&2
                rm -rf "$dir"
                cannot "no guest: mmdebstrap did not succeed"
        fi
        furnish "$dir"
        image "$dir" "$image_file.new" 12G
        rm -rf "$dir"
        mv "$image_file.new" "$image_file"
}

# furnish ROOT: what makes it a guest.
furnish() {
        local root=$1 units=$1/etc/systemd/system unit
        rm -f "$units"/timers.target.wants/* "$units"/getty.target.wants/* "$root/etc/resolv.conf" "$root/etc/machine-id"
        : >"$root/etc/fstab"
        echo 0123456789abcdef0123456789abcdef >"$root/etc/machine-id"
        echo guest >"$root/etc/hostname"
        printf '127.0.0.1 localhost guest\n::1 localhost\n' >"$root/etc/hosts"
        mkdir -p "$units/user@.service.d" "$root/.guest"
        printf '[Service]\nDelegate=cpu cpuset io memory pids\n' >"$units/user@.service.d/delegate.conf"
        for unit in $needless_units; do
                ln -sf /dev/null "$units/$unit.service"
        done
        cat >"$units/guest.service" <<-'EOF'
		[Unit]
		After=multi-user.target dbus.service systemd-logind.service
		[Service]
		Type=exec
		ExecStart=/bin/bash /.guest/agent
		StandardInput=null
		StandardOutput=null
		StandardError=null
		Delegate=yes
		TasksMax=infinity
		LimitNOFILE=1048576
		LimitMEMLOCK=infinity
		OOMScoreAdjust=-900
		KillMode=none
	EOF
        printf '[Unit]\nRequires=multi-user.target\nWants=guest.service\nAfter=multi-user.target\n' >"$units/guest.target"
        ln -sf guest.target "$units/default.target"
        chroot "$root" useradd -m -u 1000 -s /bin/bash user
        install -m 755 "$vm/guest/preinit" "$root/sbin/preinit"
}
