#!/usr/bin/env bash
# Installs a released `anechoic`, whose checksum must be right, into a folder, and prints the path of the program.
#
#   ci/steps/install.sh FOLDER
#
# ANECHOIC_VERSION   the version, such as 0.1.0
# ANECHOIC_RELEASES  the address under which the files of a release lie, each below v<version>/
# ANECHOIC_SHA256    the checksum of the archive, if it is not to be the one that lies beside it
# ANECHOIC_SOURCE    a Git repository: builds that version from its source instead, with cargo
set -euo pipefail
folder=${1:?"install: expected a folder"}
version=${ANECHOIC_VERSION:?"install: set ANECHOIC_VERSION, such as 0.1.0"}
version=${version#v}
mkdir -p "$folder"

if [ -n "${ANECHOIC_SOURCE:-}" ]; then
    cargo install --locked --git "$ANECHOIC_SOURCE" --tag "v$version" --root "$folder" anechoic-cli >&2
    echo "$folder/bin/anechoic"
    exit
fi

releases=${ANECHOIC_RELEASES:?"install: set ANECHOIC_RELEASES, such as https://github.com/OWNER/anechoic/releases/download"}
case $(uname -m) in
    x86_64 | amd64) cpu=x86_64 ;;
    aarch64 | arm64) cpu=aarch64 ;;
    *) echo "install: nothing is released for $(uname -m); set ANECHOIC_SOURCE to build it" >&2 && exit 1 ;;
esac
case $(uname -s) in
    Linux) target=$cpu-unknown-linux-musl exe="" ;;
    Darwin) target=$cpu-apple-darwin exe="" ;;
    MINGW* | MSYS*) target=$cpu-pc-windows-msvc exe=.exe ;;
    *) echo "install: nothing is released for $(uname -s); set ANECHOIC_SOURCE to build it" >&2 && exit 1 ;;
esac
name="anechoic-$version-$target"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
get() { curl --fail --silent --show-error --location --retry 3 --output "$work/$1" "$releases/v$version/$1"; }
get "$name.tar.gz"
expected=${ANECHOIC_SHA256:-}
if [ -z "$expected" ]; then
    get "$name.tar.gz.sha256"
    expected=$(cut -d ' ' -f 1 "$work/$name.tar.gz.sha256")
fi
sum() { if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1; }
found=$(sum "$work/$name.tar.gz")
if [ "$found" != "$expected" ]; then
    echo "install: $name.tar.gz has the checksum $found, expected $expected: it is not what was released, and is not installed" >&2
    exit 1
fi
tar -C "$work" -xzf "$work/$name.tar.gz"
mkdir -p "$folder/bin"
mv "$work/$name/anechoic$exe" "$folder/bin/"
echo "$folder/bin/anechoic$exe"
