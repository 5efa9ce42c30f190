#!/usr/bin/env bash
# Builds the book. What its pages link to outside of docs is not a page: it comes along as it is, so that no link leads nowhere.
set -euo pipefail
cd "$(dirname "$0")/.."

mdbook build docs
book=target/book
for file in $(grep -rhoE '\]\(\.\./[^)#]+' --include='*.md' docs/*.md | sed 's#](../##' | sort -u); do
    [ -f "$file" ] || { echo "book: docs links to $file, which is not there" >&2; exit 1; }
    mkdir -p "$book/beside/$(dirname "$file")"
    cp "$file" "$book/beside/$file"
    # A link to Markdown was taken for one to a page.
    sed -i "s#href=\"\.\./${file%.md}\.\(md\|html\)#href=\"beside/$file#g; s#href=\"\.\./$file#href=\"beside/$file#g" "$book"/*.html
done
if grep -o 'href="\.\./[^"]*"' "$book"/*.html; then
    echo "book: these links lead out of it" >&2
    exit 1
fi
