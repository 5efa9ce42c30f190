#!/usr/bin/env bash
# What takes too long before each merge: hours on two cores. Needs Node 22.18, npm and Python 3.11 besides Rust.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s\n' "$1"; }

step "DynamoDB and Lambda, which build AWS clients"
cargo test --locked --manifest-path orchestrator/aws/Cargo.toml

step "fail_task on the official SDKs: six attempts, and two faults"
cargo build --release --locked -p anechoic-cli
anechoic="$PWD/target/release/anechoic"
(
    cd fixtures/handlers/fail-task
    npm ci --silent --no-audit --no-fund
    python3 -m venv .venv
    .venv/bin/pip install --quiet --disable-pip-version-check --requirement requirements.txt
    cargo build --locked --manifest-path rust/Cargo.toml
    "$anechoic" check typescript-often --variant atomic
    for language in typescript python rust; do
        "$anechoic" check "$language" --variant atomic --faults 2
    done
)

step "AWS's conformance cases, without a fault and with one at each checkpoint"
python3 -m pip download --no-deps --only-binary=:all: --python-version 3.14 aws-durable-execution-conformance-tests==1.0.0 -d target
python3 -m zipfile -e target/aws_durable_execution_conformance_tests-1.0.0-py3-none-any.whl target/conformance
(cd harness/conformance/handlers/js && npm ci)
(cd harness/conformance/handlers/python && python3 -m venv .venv && .venv/bin/pip install -r requirements.txt)
cargo run --release -p anechoic-sdk-conformance -- target/conformance
cargo run --release -p anechoic-sdk-conformance -- target/conformance --faults

step "the benchmarks"
cargo run --release -p anechoic-bench

# Last, since what it cannot finish in time is no pass.
step "fail_task on the official SDKs: each version, against each kind of trouble, in three languages"
(cd fixtures/handlers/fail-task && "$anechoic" check --all --max-time 4h)
