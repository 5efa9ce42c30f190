#!/usr/bin/env bash
# Shows a summary as a comment of a pull request on GitHub: one comment for each name, edited by every later check.
#
#   ci/steps/comment.sh SUMMARY REPOSITORY NUMBER NAME
#
# Needs `gh`, and GH_TOKEN with the permission to write to pull requests.
set -euo pipefail
summary=${1:?"comment: expected a file"} repository=${2:?"comment: expected OWNER/NAME"} number=${3:?"comment: expected a number"}
name=${4:?"comment: expected a name"}
# Who writes it cannot end the mark with a name.
mark="<!-- anechoic: $(printf %s "$name" | tr -c 'A-Za-z0-9_.\n/-' _) -->"
# A longer comment is refused: GitHub takes 65,536 letters.
most=60000
body=$(mktemp)
trap 'rm -f "$body"' EXIT
{
    printf '%s\n' "$mark"
    head -c "$most" "$summary" | iconv -f utf-8 -t utf-8 -c
    [ "$(wc -c <"$summary")" -le "$most" ] || printf '\n\n… cut here; the page has all of it.\n'
} >"$body"
known=$(gh api --paginate "repos/$repository/issues/$number/comments" \
    --jq ".[] | select(.body | startswith(\"$mark\")) | .id")
known=${known%%$'\n'*}
if [ -n "$known" ]; then
    gh api --silent --method PATCH "repos/$repository/issues/comments/$known" --field "body=@$body"
else
    gh api --silent --method POST "repos/$repository/issues/$number/comments" --field "body=@$body"
fi
