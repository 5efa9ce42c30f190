//! The orchestrator as a process on one SQLite file: the `anechoic-tasks` command, and what it is made of.
pub mod agent;
pub mod cli;
mod error;
mod exit;
pub mod fan_out;
mod github;
mod opened;
pub mod programs;
pub mod run;
mod show;
mod watch;
mod world;

pub use error::CommandError;
pub use exit::Exit;
pub use github::Github;
pub use world::World;
