#!/usr/bin/env bash
# What must hold before merge. Everything it needs is Rust with rustfmt and clippy.
set -euo pipefail
cd "$(dirname "$0")/.."

for tool in cargo rustfmt cargo-clippy; do
    command -v "$tool" >/dev/null || { echo "gate: $tool is missing; install Rust with rustup" >&2; exit 1; }
done

# Each crate is built once here: what a second build would take up from is gigabytes that nobody reads.
export CARGO_INCREMENTAL=0

step() { printf '\n== %s\n' "$1"; }

step "format"
cargo fmt --all --check
cargo fmt --manifest-path tests/outside/Cargo.toml --all --check

step "lints"
cargo clippy --all-targets --locked -- --deny warnings

step "documentation"
RUSTDOCFLAGS="--deny warnings" cargo doc --no-deps --locked

if command -v mdbook >/dev/null; then
    step "the book"
    ci/book.sh
elif [ -n "${ANECHOIC_NEEDS_ALL:-}" ]; then
    echo "gate: mdbook is needed here: cargo install mdbook" >&2
    exit 1
else
    step "skipped: the book (cargo install mdbook, then ci/book.sh), which builds two hundred crates"
fi

step "what ships has nothing of what the tests do to a process"
cargo build --release --locked -p anechoic-tasks
if grep -q ANECHOIC_TASKS_ "${CARGO_TARGET_DIR:-target}/release/anechoic-tasks"; then
    echo "gate: the shipped binary knows a variable of the tests" >&2
    exit 1
fi

step "the check itself"
cargo run --release --locked -- check --regressions fixtures/replays

step "the whole workflow, with two faults"
cargo run --release --locked -- check whole-task --variant atomic --faults 2 --max-time 30m

step "tests"
cargo test --locked | tee target/tests.log
awk '/^test result/ { passed += $4; ignored += $8 } END { print passed " tests passed, " ignored " ignored"; exit ignored > 0 }' \
    target/tests.log

step "skipped, and in ci/nightly.sh: DynamoDB and Lambda, fail_task in every language and bound, AWS's conformance cases, the benchmarks"
step "skipped: the fuzzer (see harness/traces/fuzz/fuzz_targets/any_bytes.rs), which needs cargo-fuzz and a C++ compiler"
