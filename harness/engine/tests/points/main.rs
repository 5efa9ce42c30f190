//! What a source is shown at each point of a run, and what comes of what it picks.
#[allow(dead_code, reason = "each test binary uses a part of it")]
#[path = "../common/mod.rs"]
mod common;
mod ends;
mod eventually;
mod looking;
mod moves;
mod plain;
mod premises;
mod states;
mod told;
