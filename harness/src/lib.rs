//! The one place that knows both what should happen to a task and what does; and the `anechoic` command.
mod scenario;
mod scene;
mod settings;
mod specimens;
mod storage;
mod variant;
mod view;
mod world;

pub use scenario::TaskScenario;
pub use scene::{SCENES, Scene};
pub use settings::Settings;
pub use variant::{VARIANTS, Variant};
