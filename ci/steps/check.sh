#!/usr/bin/env bash
# Runs one check and leaves every form of its report in a folder: anechoic.xml (JUnit), anechoic.sarif, summary.md,
# the page, and run.svg if something is broken.
# Ends as the check does: 0 if every promise holds, 1 if one is broken, 3 if that is not known. Works in any CI.
#
#   ci/steps/check.sh FOLDER [ARGUMENT OF anechoic check]…
#
# ANECHOIC          the program, if it is not `anechoic` in PATH
# ANECHOIC_CONFIG   the anechoic.toml, if it is not that of this folder; its handlers run in its folder all the same
set -euo pipefail
folder=${1:?"check: expected a folder for the reports"}
shift
mkdir -p "$folder"
rm -f "$folder"/summary.md "$folder"/anechoic.xml "$folder"/anechoic.sarif "$folder"/run.svg
config=()
if [ -n "${ANECHOIC_CONFIG:-}" ]; then config=(--config "$ANECHOIC_CONFIG"); fi
"${ANECHOIC:-anechoic}" ${config[@]+"${config[@]}"} check "$@" --out "$folder" --junit "$folder/anechoic.xml" \
    --sarif "$folder/anechoic.sarif" --summary "$folder/summary.md"
