//! Checks that the side effects of a retried handler happen exactly once: no echo (a duplicate), no silence (a
//! loss), no drift (a counter that walks away), under every retry, crash, lost acknowledgement and interleaving
//! within a stated bound.
mod bound;
mod choice;
mod client;
mod durable;
mod evidence;
mod fault;
mod fingerprint;
mod moves;
mod point;
mod policy;
mod record;
mod room;
mod run;
mod scenario;
pub mod search;
mod service;
mod subject;

pub use bound::Bound;
pub use choice::{Cost, Pick, Point, Source};
pub use client::{Client, Fresh, NoAnswer};
pub use durable::{Execution, Runtime, Semantics, Start, StepFailed};
pub use fault::{Fault, Faults, UnknownFault};
pub use fingerprint::{Digest, Fingerprinter};
pub use policy::{Delays, Jitter, Policy, Preset};
pub use record::{Record, Step, StepKind};
pub use room::{End, Failed, Room};
pub use run::InProcess;
pub use scenario::{Premise, Rest, Scenario};
pub use service::{Footprint, Service};
pub use subject::{Breach, Breaches, Outcome, Subject};
