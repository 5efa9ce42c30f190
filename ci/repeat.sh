#!/usr/bin/env bash
# Runs every test binary that takes under two seconds again and again: none may be flaky.
#
#   ci/repeat.sh [TIMES]      200 times, unless said otherwise
set -euo pipefail
cd "$(dirname "$0")/.."
times=${1:-200}

binaries=$(cargo test --locked --no-run --message-format=json 2>/dev/null |
    sed -n 's/.*"manifest_path":"\([^"]*\)\/Cargo.toml".*"executable":"\([^"]*\)".*/\1 \2/p')
[ -n "$binaries" ] || { echo "repeat: no test binary; does \`cargo test\` build?" >&2; exit 1; }

repeated=0 slow=0 failed=0
while read -r folder binary; do
    case "$binary" in */deps/*) ;; *) continue ;; esac
    began=$(date +%s%N)
    (cd "$folder" && "$binary" >/dev/null 2>&1) || { echo "FAILED at once: $binary"; failed=$((failed + 1)); continue; }
    took=$((($(date +%s%N) - began) / 1000000))
    name=$(basename "$binary")
    if [ "$took" -ge 2000 ]; then
        echo "slow, ${took} ms, once: $name"
        slow=$((slow + 1))
        continue
    fi
    bad=0
    for _ in $(seq "$times"); do
        (cd "$folder" && "$binary" >/dev/null 2>&1) || bad=$((bad + 1))
    done
    echo "$times times, $bad failed, ${took} ms each: $name"
    repeated=$((repeated + 1))
    [ "$bad" -eq 0 ] || failed=$((failed + 1))
done <<<"$binaries"
echo "$repeated binaries $times times each, $slow slower ones once, $failed of them failed"
[ "$repeated" -gt 0 ] && [ "$failed" -eq 0 ]
