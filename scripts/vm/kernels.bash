# SPDX-License-Identifier: Apache-2.0
# kernels.bash - the kernels that a guest may have, fetched once. Sourced after lib.bash.
#   uml  Debian's user-mode-linux, of the newest suite that has one: a program, which needs neither KVM nor qemu
#   6.1  Debian 12's kernel for clouds, under qemu: slow without KVM, but with cpuset and hugetlb
# shellcheck disable=SC2034,SC2154 # the files that are sourced together share their variables

uml_suites='sid trixie bookworm'

# prepare_kernel KIND: sets kernel_dir.
prepare_kernel() {
        kernel_dir=$cache/kernel-$1
        [[ ! -e $kernel_dir/done ]] || return 0
        rm -rf "$kernel_dir"
        mkdir -p "$kernel_dir"
        case $1 in
        uml) prepare_uml ;;
        6.1) prepare_cloud ;;
        *) die "no kernel \"$1\"; there are: uml 6.1" ;;
        esac
        touch "$kernel_dir/done"
}

prepare_uml() {
        local from dir modules
        need mke2fs e2fsprogs unshare util-linux
        for from in $uml_suites; do
                dir=$(mktemp -d "$cache/uml.XXXXXX")
                if fetch "$from" user-mode-linux "$dir/uml" && fetch "$from" libc6 "$dir/libc"; then
                        install "$dir/uml/usr/bin/linux.uml" "$kernel_dir/linux"
                        # It was linked with its suite's libc, and is the only one that gets to see that.
                        if [[ $from != "$suite" ]]; then
                                find "$dir/libc" -name libc.so.6 -exec cp {} "$kernel_dir/" \;
                                find "$dir/libc" -name ld-linux-x86-64.so.2 -type f -exec cp {} "$kernel_dir/" \;
                        fi
                        modules=$(find "$dir/uml/usr/lib/uml/modules" -mindepth 1 -maxdepth 1)
                        rm -rf "$modules"/kernel/drivers/{scsi,md,ata,infiniband,iio,mtd,usb} "$modules"/{build,source}
                        image "$modules" "$kernel_dir/modules.img" 400M
                        rm -rf "$dir"
                        say "the guest's kernel: user-mode-linux of $from"
                        return 0
                fi
                rm -rf "$dir"
        done
        cannot "no guest: user-mode-linux is in none of the suites $uml_suites"
}

prepare_cloud() {
        local conf package dir version
        need qemu-system-x86_64 qemu-system-x86 modprobe kmod /bin/busybox busybox-static cpio cpio xz xz-utils mke2fs e2fsprogs
        [[ -x /usr/lib/qemu/virtiofsd ]] || need /usr/libexec/virtiofsd virtiofsd
        conf=$(suite_apt bookworm) || cannot "no guest: no package lists of bookworm"
        package=$(APT_CONFIG=$conf apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image-/ { print $2; exit }')
        dir=$(mktemp -d "$cache/cloud.XXXXXX")
        fetch bookworm "$package" "$dir/package" || cannot "no guest: cannot fetch $package"
        version=$(basename "$dir"/package/lib/modules/*)
        depmod -b "$dir/package" "$version"
        cp "$dir/package/boot/vmlinuz-$version" "$kernel_dir/vmlinuz"
        make_initrd "$dir/package" "$version" "$dir/initrd"
        rm -rf "$dir/package/lib/modules/$version"/{build,source}
        image "$dir/package/lib/modules/$version" "$kernel_dir/modules.img" 1G
        rm -rf "$dir"
        say "the guest's kernel: $package"
}

# make_initrd PACKAGE_ROOT VERSION DIR: with the modules that reach the guest's root.
make_initrd() {
        local module file
        mkdir -p "$3"/{bin,modules,proc,sys,dev,root}
        cp /bin/busybox "$3/bin/"
        install -m 755 "$vm/guest/initrd-init" "$3/init"
        for module in virtio_pci virtio_blk virtio_console virtio_rng ext4 virtiofs overlay; do
                modprobe -d "$1" -S "$2" --show-depends "$module" 2>/dev/null | awk '/^insmod/ { print $2 }' || true
        done | awk '!seen[$0]++' | while read -r file; do
                cp "$file" "$3/modules/"
                basename "$file" >>"$3/modules/list"
        done
        (cd "$3" && find . | cpio -o -H newc --quiet | gzip -1) >"$kernel_dir/initrd"
}
