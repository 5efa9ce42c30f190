//! The one place that knows both what should happen to a task and what does; and the `anechoic` command.
mod baseline;
pub mod check;
pub mod cli;
mod exit;
pub mod judge;
pub mod observed;
pub mod report;
mod scenario;
mod scene;
mod settings;
pub mod show;
pub mod situation;
pub mod specimens;
mod storage;
pub mod trace;
mod variant;
mod view;
mod world;

pub use baseline::{BaselineError, Known};
pub use exit::Exit;
pub use scenario::TaskScenario;
pub use scene::{SCENES, Scene};
pub use settings::Settings;
pub use variant::{VARIANTS, Variant};
