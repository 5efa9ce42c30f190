#!/usr/bin/env bash
# Packs a built `anechoic` for those who have no Rust: a wheel, an npm package with one for its platform, and a plain archive.
#
#   ci/package.sh BINARY TARGET OUT
#
# TARGET is the Rust target of the binary, such as x86_64-unknown-linux-musl. Needs python3 with venv (hatchling comes from PyPI) and npm.
# A binary that cannot run here brings its completions and manual pages from the one that ANECHOIC_HOST names.
set -euo pipefail
[ $# -eq 3 ] || { sed -n '2,7p' "$0" >&2; exit 2; }
binary=$(realpath "$1") target=$2
mkdir -p "$3"
out=$(realpath "$3")
root=$(cd "$(dirname "$0")/.." && pwd)
python3=$(command -v python3 || command -v python) || { echo "package: python3 is missing" >&2; exit 1; }
for tool in npm tar; do
    command -v "$tool" >/dev/null || { echo "package: $tool is missing" >&2; exit 1; }
done
host=${ANECHOIC_HOST:-$binary}
version=$("$host" --version | cut -d ' ' -f 2)
exe="" arch=x64 cpu=x86_64
case $target in aarch64-*) arch=arm64 cpu=aarch64 ;; esac
case $target in
    *-linux-musl) os=linux wheel="manylinux_2_17_$cpu.manylinux2014_$cpu.musllinux_1_1_$cpu" ;;
    *-linux-gnu)
        os=linux
        # No older C library has all that it asks for.
        glibc=$(grep -ao 'GLIBC_2\.[0-9]*' "$binary" | sed 's/GLIBC_2\.//' | sort -n | tail -1)
        wheel="manylinux_2_${glibc}_$cpu"
        ;;
    aarch64-apple-darwin) os=darwin wheel=macosx_11_0_arm64 ;;
    x86_64-apple-darwin) os=darwin wheel=macosx_10_12_x86_64 ;;
    *-windows-*) os=win32 exe=.exe && case $arch in x64) wheel=win_amd64 ;; *) wheel=win_arm64 ;; esac ;;
    *) echo "package: no packages are known for $target" >&2; exit 2 ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What a debugger reads is most of a program, and is not carried; a foreign one stays as it is.
case $target in
    *-linux-*) strip --strip-debug -o "$work/stripped" "$binary" 2>/dev/null && binary="$work/stripped" ;;
esac

# What all of them carry.
share="$work/share"
mkdir -p "$share"/{man/man1,bash-completion/completions,zsh/site-functions,fish/vendor_completions.d}
"$host" man "$share/man/man1"
"$host" completions bash >"$share/bash-completion/completions/anechoic"
"$host" completions zsh >"$share/zsh/site-functions/_anechoic"
"$host" completions fish >"$share/fish/vendor_completions.d/anechoic.fish"

echo "package: the archive"
name="anechoic-$version-$target"
mkdir "$work/$name"
cp "$binary" "$work/$name/anechoic$exe"
cp -r "$share" "$root"/LICENSE-* "$root/docs/handlers.md" "$work/$name/"
tar -C "$work" -czf "$out/$name.tar.gz" "$name"

echo "package: the wheel"
cp -r "$root/ci/package/wheel" "$work/wheel"
mkdir "$work/wheel/bin"
cp "$binary" "$work/wheel/bin/anechoic$exe"
cp -r "$share" "$root"/LICENSE-* "$work/wheel/"
cp "$root/ci/package/README.md" "$work/wheel/README.md"
"$python3" -m venv "$work/venv"
python="$work/venv/bin/python"
[ -x "$python" ] || python="$work/venv/Scripts/python.exe"
"$python" -m pip install --quiet --disable-pip-version-check build
ANECHOIC_VERSION=$version ANECHOIC_PLATFORM=$wheel "$python" -m build --wheel --outdir "$out" "$work/wheel" >"$work/build.log" 2>&1 ||
    { cat "$work/build.log" >&2; exit 1; }

echo "package: the npm packages"
cp -r "$root/ci/package/npm" "$work/npm"
cp -r "$share" "$root"/LICENSE-* "$work/npm/"
cp "$root/ci/package/README.md" "$work/npm/README.md"
mkdir -p "$work/platform/bin"
cp "$binary" "$work/platform/bin/anechoic$exe"
chmod +x "$work/platform/bin/anechoic$exe"
cp "$root"/LICENSE-* "$work/platform/"
VERSION=$version OS=$os ARCH=$arch node - "$work" <<'SCRIPT'
const { readFileSync, readdirSync, writeFileSync } = require("node:fs");
const { VERSION: version, OS: os, ARCH: arch } = process.env;
const work = process.argv[2];
const write = (folder, value) => writeFileSync(`${work}/${folder}/package.json`, `${JSON.stringify(value, null, 2)}\n`);
const main = JSON.parse(readFileSync(`${work}/npm/package.json`, "utf8"));
const platforms = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64", "win32-x64"];
main.version = version;
main.man = readdirSync(`${work}/npm/share/man/man1`).map((page) => `./share/man/man1/${page}`);
main.optionalDependencies = Object.fromEntries(platforms.map((platform) => [`@anechoic/${platform}`, version]));
write("npm", main);
write("platform", {
  name: `@anechoic/${os}-${arch}`,
  version,
  description: `anechoic for ${os}-${arch}`,
  license: main.license,
  os: [os],
  cpu: [arch],
  files: ["bin", "LICENSE-*"],
  preferUnplugged: true,
});
SCRIPT
for package in npm platform; do
    npm pack --silent --pack-destination "$out" "$work/$package" >/dev/null
done

sum() { if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi; }
(cd "$out" && for file in *; do case $file in *.sha256) ;; *) sum "$file" >"$file.sha256" ;; esac; done)
ls -1 "$out"
