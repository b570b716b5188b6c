# SPDX-License-Identifier: Apache-2.0
# lib.bash - what the parts of scripts/vm share: the cache, packages of other suites, file system images.
# Sourced after scripts/lib.bash.
# shellcheck disable=SC2034,SC2154 # the files that are sourced together share their variables

vm=$project/scripts/vm
cache=${TARE_VM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/tare-guest}
# The guest's programs are of the host's own release, so that what is built here runs there.
# shellcheck source=/dev/null # of the host
suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")

# cannot WHY: there is no guest to be had.
cannot() {
        printf '%s: %s\n' "${0##*/}" "$*" >&2
        exit 125
}

# need PROGRAM_OR_FILE PACKAGE...: install the packages whose program is absent.
need() {
        local missing=()
        while (($#)); do
                case $1 in
                /*) [[ -e $1 ]] || missing+=("$2") ;;
                *) command -v "$1" >/dev/null || missing+=("$2") ;;
                esac
                shift 2
        done
        ((${#missing[@]} > 0)) || return 0
        say "installing ${missing[*]}"
        apt_install "${missing[@]}" || { apt-get -qq update && apt_install "${missing[@]}"; } || cannot "cannot install ${missing[*]}"
}

apt_install() {
        DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@" \
                >/dev/null 2>&1 </dev/null
}

# sources SUITE: lines for apt, from the host's own archive.
sources() {
        # shellcheck disable=SC2016 # apt's variables
        apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)' 'Created-By: Packages' |
                awk -v host="$suite" -v wanted="$1" '$4 == "Debian" && $3 == "main" {
                        release = $2
                        if (release != host && index(release, host "-") != 1)
                                next
                        sub("^" host, wanted, release)
                        if (release != wanted && wanted == "sid")
                                next
                        print "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] " $1 " " release " main"
                }' | sort -u
}

# suite_apt SUITE: an apt of its own for the suite, known by the file that is printed: for APT_CONFIG.
suite_apt() {
        local dir=$cache/apt-$1
        if [[ ! -e $dir/done || -n $(find "$dir/done" -mtime +2) ]]; then
                rm -rf "$dir"
                mkdir -p "$dir/lists/partial" "$dir/archives/partial" "$dir/preferences"
                : >"$dir/status"
                sources "$1" >"$dir/sources.list"
                cat >"$dir/apt.conf" <<-EOF
			Dir::State "$dir"; Dir::State::status "$dir/status"; Dir::State::lists "$dir/lists";
			Dir::Cache "$dir"; Dir::Cache::archives "$dir/archives"; Dir::Cache::pkgcache ""; Dir::Cache::srcpkgcache "";
			Dir::Etc::sourcelist "$dir/sources.list"; Dir::Etc::sourceparts "/dev/null";
			Dir::Etc::preferencesparts "$dir/preferences";
			APT::Sandbox::User "root"; Acquire::Languages "none"; Acquire::Retries "2";
		EOF
                APT_CONFIG=$dir/apt.conf apt-get -qq update >"$dir/log" 2>&1 || return 1
                touch "$dir/done"
        fi
        echo "$dir/apt.conf"
}

# fetch SUITE PACKAGE DIR: unpack a package of the suite.
fetch() {
        local conf dir
        conf=$(suite_apt "$1") || return 1
        dir=$(mktemp -d "$cache/download.XXXXXX")
        if (cd "$dir" && APT_CONFIG=$conf apt-get -qq download "$2" >log 2>&1) && mkdir -p "$3" && dpkg-deb -x "$dir"/*.deb "$3"; then
                rm -rf "$dir"
                return 0
        fi
        rm -rf "$dir"
        return 1
}

# image DIR FILE SIZE: an ext4 file system with the directory's content, made without mounting anything.
image() {
        rm -f "$2"
        truncate -s "$3" "$2"
        mke2fs -q -F -t ext4 -O ^has_journal,^metadata_csum -E lazy_itable_init=1,nodiscard -m 0 -d "$1" "$2" >/dev/null
}
