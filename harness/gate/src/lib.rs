//! Handlers that are programs, in any language and unchanged, at a gate: every request that they make is held until a search
//! decides which goes next and what becomes of it.
mod ask;
mod clock;
mod comparable;
mod confirm;
mod delivery;
mod dynamo;
mod handler;
mod helpers;
mod known;
mod live;
mod names;
mod outside;
mod process;
mod quiet;
mod scene;
mod shown;
mod site;
mod step;
mod subject;
mod table;
mod touched;
mod trouble;
mod wire;
mod world;

pub use handler::{Handler, Kind};
pub use known::{Effort, Program};
pub use outside::{Refusal, Rule, ServiceSpec};
pub use quiet::supported;
pub use scene::{Deliver, Judge, Of, Scene};
pub use site::Site;
pub use subject::AtTheGate;
pub use table::{Attribute, TableSpec, typed, typed_item};
pub use trouble::Trouble;
pub use world::{Said, World};
