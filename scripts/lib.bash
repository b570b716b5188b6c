# SPDX-License-Identifier: Apache-2.0
# lib.bash - what the scripts of this directory share: where the project is, how they speak, how they build.
# Sourced, never run. The caller has set -euo pipefail.

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() {
        printf '== %s\n' "$*" >&2
}

die() {
        printf '%s: error: %s\n' "${0##*/}" "$*" >&2
        exit 1
}

# build_program DIR MESON_OPTION...: configure DIR below the project once, then compile it.
# Options given to a directory that is configured already are set on it anew.
build_program() {
        local dir=$project/$1
        shift
        if [[ -f $dir/build.ninja ]]; then
                # A native file can only be given the first time.
                local options=()
                while (($#)); do
                        case $1 in
                        --native-file) shift ;;
                        *) options+=("$1") ;;
                        esac
                        shift
                done
                ((${#options[@]} == 0)) || meson configure "$dir" "${options[@]}" >/dev/null
        else
                local told
                # Meson tells what is wrong on stdout.
                told=$(meson setup "$dir" "$project" "$@") || { printf '%s\n' "$told" >&2; return 1; }
        fi
        ninja -C "$dir" --quiet
}

# The program as it is released: one static binary made with musl.
build_release() {
        build_program build --native-file "$project/packaging/musl.ini"
}
