//! Checks that the side effects of a retried handler happen exactly once: no echo (a duplicate), no silence (a
//! loss), no drift (a counter that walks away), under every retry, crash, lost acknowledgement and interleaving
//! within a stated bound.
//!
//! Whatever is not determined is a *choice*: who goes next, what the service answers, who dies. A *run* is the list of
//! its choices, and a *search* makes all runs of a [`Bound`]. The handlers are ordinary async Rust and run as they are.
//!
//! To check a handler of your own, say what it talks to (a [`Service`]: a deterministic state machine) and what must
//! hold (a [`Scenario`]). Here is one that charges a card and then marks the order as paid. Invoked again after a lost
//! answer, it charges twice:
//!
//! ```
//! use anechoic_engine::search::{Exhaustive, Unlimited, shortest};
//! use anechoic_engine::{Bound, Breaches, Client, Failed, InProcess, Promise, Rest, Room, Scenario, Service};
//!
//! #[derive(Debug, Default, Hash)]
//! struct Shop { paid: bool, charges: u32 }
//!
//! #[derive(Debug, Hash)]
//! enum Request { IsPaid, Charge, MarkPaid }
//!
//! impl Service for Shop {
//!     type Request = Request;
//!     type Response = bool;
//!     type Answer = ();
//!
//!     fn apply(&mut self, request: &Request) -> bool {
//!         match request {
//!             Request::IsPaid => return self.paid,
//!             Request::Charge => self.charges += 1,
//!             Request::MarkPaid => self.paid = true,
//!         }
//!         true
//!     }
//! }
//!
//! async fn pay(shop: Client<Shop>) -> Result<(), Failed> {
//!     if !shop.call(Request::IsPaid).await? {
//!         shop.call(Request::Charge).await?;
//!         shop.call(Request::MarkPaid).await?;
//!     }
//!     Ok(())
//! }
//!
//! struct Payment;
//!
//! impl Scenario for Payment {
//!     type Service = Shop;
//!
//!     fn promises(&self) -> Vec<Promise> {
//!         vec!["charged_once".into()]
//!     }
//!
//!     fn service(&self) -> Shop {
//!         Shop::default()
//!     }
//!
//!     fn set_up(&self, room: &mut Room<Shop>, _: &[usize]) {
//!         room.callers("pay", 1, pay);
//!     }
//!
//!     fn at_rest(&self, rest: &Rest<'_, Shop>, breaches: &mut Breaches) {
//!         if rest.service.paid && rest.service.charges != 1 {
//!             breaches.report(0, "duplicate", || format!("charged {} times", rest.service.charges));
//!         }
//!     }
//! }
//!
//! // Nothing goes wrong: the promise holds.
//! let payment = InProcess { scenario: Payment, bound: Bound::faults(0) };
//! let found = Exhaustive::default().search(&payment, &mut Unlimited);
//! assert!(found.complete && !found.breaks(0));
//!
//! // One thing goes wrong: it does not, and this is the smallest run to show it.
//! let payment = InProcess { scenario: Payment, bound: Bound::faults(1) };
//! let run = shortest(&payment, 0, &mut Unlimited).expect("a run that charges twice");
//! let (outcome, record) = run.replay(&payment);
//! assert_eq!(outcome.breaches[0].detail, "charged 2 times");
//! assert_eq!(record.choices[1], "pay: Charge (lost acknowledgement)");
//! ```
mod actor;
mod as_if_once;
mod begin;
mod both;
mod bound;
mod called;
mod choice;
mod client;
mod durable;
mod evidence;
mod fault;
mod fields;
mod fingerprint;
mod footprint;
mod in_process;
mod invocation;
mod kept;
mod known;
mod late;
mod moves;
mod panics;
mod point;
mod policy;
mod record;
mod requests;
mod room;
mod run;
mod scenario;
pub mod search;
mod service;
mod session;
mod slot;
mod store;
mod subject;
mod timed;
mod wrong;

pub use actor::{End, Failed};
pub use as_if_once::{AS_IF_ONCE, AsIfOnce, Compared, Seen};
pub use both::{Both, OneOf, Part};
pub use bound::Bound;
pub use called::Callee;
pub use choice::{ActorState, Cost, Deed, Pick, Point, Source, State, Way};
pub use client::{Client, Fresh, NoAnswer};
pub use durable::{Execution, Runtime, Semantics, Stale, Start, StepFailed, Update};
pub use fault::{Fault, Faults, UnknownFault};
pub use fingerprint::{Digest, Fingerprinter};
pub use footprint::Footprint;
pub use in_process::{EVERY_RUN_ENDS, InProcess};
pub use invocation::{Asks, Failure, Invocation, Over, Reply, Ticket, Waits};
pub use policy::{Delays, Jitter, Policy, Preset};
pub use record::{Record, Step, StepKind};
pub use requests::Actors;
pub use room::Room;
pub use scenario::{Premise, Rest, Scenario};
pub use service::Service;
pub use session::{Blocked, Session};
pub use store::Store;
pub use subject::{
    Breach, Breaches, Confirmed, Course, Coverage, Operation, Outcome, Promise, Subject, Text,
};
