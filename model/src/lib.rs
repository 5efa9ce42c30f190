//! What should happen to a task. The specification, pure: no clock, no I/O, no dependency.
//!
//! [`step`] is the whole of it: one function, one `match`. [`Belief`] says what may be true when an
//! answer was lost. [`Promise`] names what a user may rely on.
//!
//! ```
//! use anechoic_model::{Answer, Input, State, Status, step};
//!
//! let running = State::new(Status::Hydrating);
//! let (failed, answer) = step(&running, Input::Fail { from: Status::Hydrating });
//! assert_eq!(answer, Answer::Done);
//! assert_eq!(failed, State { status: Status::Failed, events: vec![Status::Failed], slots: 0 });
//!
//! let (again, answer) = step(&failed, Input::Fail { from: Status::Hydrating });
//! assert_eq!((again, answer), (failed, Answer::Done), "a retried failure changes nothing");
//! ```
#![no_std]
extern crate alloc;

mod belief;
mod promise;
mod state;
mod status;

pub use belief::{Belief, Call};
pub use promise::Promise;
pub use state::{Answer, Input, State, step};
pub use status::Status;
