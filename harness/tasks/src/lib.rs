//! The task orchestrator as a catalogue of cases: the one place that knows both what should happen to a task and what
//! does.
mod catalogue;
mod given;
mod observed;
mod promise;
mod scenario;
mod scene;
pub mod specimens;
mod storage;
pub mod trace;
mod variant;
mod view;
mod world;

pub use catalogue::{catalogue, usual};
pub use given::Given;
pub use scenario::{Made, TaskScenario};
pub use scene::{SCENES, Scene};
pub use storage::Storage;
pub use variant::{VARIANTS, Variant};
