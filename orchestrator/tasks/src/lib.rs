//! The orchestrator as a process on one SQLite file: the `anechoic-tasks` command, and what it is made of.
pub mod agent;
mod answer;
mod api;
mod child;
pub mod cli;
mod confines;
mod descendants;
mod error;
mod exit;
pub mod fan_out;
mod github;
mod harmless;
mod opened;
pub mod programs;
pub mod run;
mod show;
mod signals;
mod unanswered;
mod watch;
mod world;

pub use error::CommandError;
pub use exit::Exit;
pub use github::Github;
pub use signals::Signal;
pub use world::World;
