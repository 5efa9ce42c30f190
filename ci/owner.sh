#!/usr/bin/env bash
# Says who publishes anechoic at GitHub, in every file that names them. The one place where it is set is `repository` in Cargo.toml; what
# is there now is what the others have.
#
#   ci/owner.sh OWNER
set -euo pipefail
owner=${1:?"owner: expected the name of a user or an organisation at GitHub"}
[[ $owner =~ ^[A-Za-z0-9-]+$ ]] || { echo "owner: $owner is no name at GitHub" >&2; exit 1; }
cd "$(dirname "$0")/.."
now=$(sed -n 's|^repository = "https://github.com/\([^/]*\)/anechoic"$|\1|p' Cargo.toml)
[ -n "$now" ] || { echo "owner: expected repository = \"https://github.com/OWNER/anechoic\" in Cargo.toml" >&2; exit 1; }
files=(Cargo.toml docs/ci.md ci/github/*.yml ci/steps/*.sh)
sed -i.before "s|\b$now/anechoic\b|$owner/anechoic|g" "${files[@]}"
for file in "${files[@]}"; do rm "$file.before"; done
