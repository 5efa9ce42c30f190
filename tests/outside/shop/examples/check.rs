//! A command for handlers of one's own: `cargo run --example check --features command`.
use anechoic::{Case, Catalogue, cli};
use shop::Payment;
use std::process::ExitCode;

fn main() -> ExitCode {
    let payment = Case::new("payment", |at| Payment { clicks: at.callers }).with_callers();
    cli::main(&Catalogue::new("shop", vec![payment]))
}
