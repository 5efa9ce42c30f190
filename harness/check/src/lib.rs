//! Checks that the side effects of a retried handler happen exactly once: no echo (a duplicate), no silence (a
//! loss), no drift (a counter that walks away), under every retry, crash, lost acknowledgement and interleaving
//! within a stated bound.
//!
//! Say what your handler talks to (a [`Service`]: a deterministic state machine) and who calls it (a [`Scenario`]), and make a
//! test of it with [`#[anechoic::test]`](test). The handler is ordinary async Rust and runs as it is. This one charges a card
//! and then marks the order as paid; tried again after a lost answer, it charges twice. Nobody has to say that it must not: in
//! the end all is to be [as if once](AsIfOnce).
//!
//! ```should_panic
//! use anechoic::{Client, Failed, Room, Scenario, Service};
//!
//! #[derive(Debug, Default, Hash)]
//! struct Shop { paid: bool, charges: u32 }
//! #[derive(Debug, Hash)]
//! enum Request { IsPaid, Charge, MarkPaid }
//! impl Service for Shop {
//!     type Request = Request;
//!     type Response = bool;
//!     type Answer = ();
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
//! struct Payment;
//! impl Scenario for Payment {
//!     type Service = Shop;
//!     fn service(&self) -> Shop { Shop::default() }
//!     fn set_up(&self, room: &mut Room<Shop>, _: &[usize]) { room.callers("pay", 1, pay); }
//! }
//!
//! #[anechoic::test(faults = 1)]
//! fn a_card_is_charged_once() -> impl Scenario { Payment }
//! # // The example is no test, so that the attribute leaves nothing of it: this is what it stands for.
//! # anechoic::checker!("a_card_is_charged_once").faults(1).assert(|_| Payment);
//! ```
//!
//! What else must hold, a scenario says: after every operation ([`Scenario::always`]), or once all is quiet
//! ([`Scenario::at_rest`]).
//!
//! # What a service may say
//!
//! A state and what each request does to it are enough. What else there is to say of it makes the search faster, or lets more
//! happen:
//!
//! | method | what it says |
//! |---|---|
//! | [`Service::snapshot`] | how it is copied: `Some(self.clone())`. A search then goes back to where two runs part; a large one takes a third to a half of the time |
//! | [`Service::footprint`] | what a request reads and writes, so that orders which cannot matter are tried once |
//! | [`Service::older_versions`] | that a read may be answered with what was there before |
//! | [`Service::refusals`] | how it may refuse a request for reasons of its own: throttled, a conflict |
//! | [`Service::tears`] | in how many ways a batch may be carried out in part |
//! | [`Service::choices`] | in how many ways it may carry out a request, none of which is a fault |
//! | [`Service::blocked`] | that a request waits, and for whom: a lock, an empty queue; a deadlock is a finding |
//! | [`Service::ending`], [`Service::end`] | what becomes of locks and open transactions when who holds them has returned or died |
//! | [`Service::latencies`] | how long a request may take, in a scenario in which [time passes](Scenario::is_timed) |
//! | [`Service::reaches`] | which of several stores a request goes to, for the picture of a run |
//! | [`Service::cells`] | what of it is shown, and compared: a cell for each field, unless it says otherwise |
//!
//! Tables with transactions, queues, locks with a lease and APIs with idempotency keys are ready-made: [`services`]. So is a [`Store`],
//! which holds any value of yours; a handler says where it asks what is done to it, so that there is no service to write.
//!
//! # What a handler may do
//!
//! What it does in production: it may have several requests under way, drop one, and return an error of its own.
//!
//! ```
//! # use anechoic::{Client, NoAnswer, Room, Scenario, Service};
//! # #[derive(Debug, Default, Hash)]
//! # struct Shop { stock: u32, mails: u32 }
//! # #[derive(Debug, Hash)]
//! # enum Request { Reserve, Mail }
//! # impl Service for Shop {
//! #     type Request = Request;
//! #     type Response = ();
//! #     type Answer = ();
//! #     fn apply(&mut self, request: &Request) {
//! #         match request {
//! #             Request::Reserve => self.stock = 1,
//! #             Request::Mail => self.mails = 1,
//! #         }
//! #     }
//! # }
//! use futures_util::future::join;
//!
//! #[derive(Debug)]
//! enum OrderError { NotReserved, NotTold }
//! # impl std::fmt::Display for OrderError {
//! #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, "{self:?}") }
//! # }
//!
//! async fn order(shop: Client<Shop>) -> Result<(), OrderError> {
//!     let (reserved, told) = join(shop.call(Request::Reserve), shop.call(Request::Mail)).await;
//!     reserved.map_err(|NoAnswer| OrderError::NotReserved)?;
//!     told.map_err(|NoAnswer| OrderError::NotTold)
//! }
//! # struct Order;
//! # impl Scenario for Order {
//! #     type Service = Shop;
//! #     fn service(&self) -> Shop { Shop::default() }
//! #     fn set_up(&self, room: &mut Room<Shop>, _: &[usize]) { room.callers("order", 1, order); }
//! # }
//! # anechoic::checker!("an_order_is_reserved_and_told_once").faults(1).assert(|_| Order);
//! ```
//!
//! # What else there is
//!
//! Everything else is built of the same parts: a [`Catalogue`] is a list of [`Case`]s, [`check::check`] turns it into one
//! [`report::Report`], [`judge::judge`] says what that comes to, and [`show`] shows it. Feature `page` adds the page for the
//! browser, `ci` what continuous integration reads, and `cli` a command for a catalogue of one's own ([`cli::main`]).
#![cfg_attr(not(feature = "cli"), allow(rustdoc::broken_intra_doc_links))]
#[cfg(feature = "ci")]
mod baseline;
mod catalogue;
pub mod check;
mod checker;
#[cfg(feature = "cli")]
pub mod cli;
mod exit;
pub mod judge;
mod kept;
pub mod replay;
pub mod report;
pub mod services;
pub mod show;
mod situation;

pub use anechoic_engine::*;
pub use anechoic_evidence as evidence;
/// Makes a test of a function that yields a [`Scenario`]: it searches every run of a bound, and fails unless every promise
/// holds in all of them. See [`Checker`], of which it is sugar, and the example above.
///
/// ```text
/// #[anechoic::test]                                  // two faults of any kind, two retries
/// fn name() -> impl Scenario { … }
///
/// #[anechoic::test(faults = 1, callers = 1..=2, retries = 3)]
/// fn name(at: &Situation) -> impl Scenario { … }     // at.callers says how many callers there are
/// ```
///
/// What can be set are the methods of the builder: `faults`, `callers`, `retries`, `kinds`, `max_time` (a
/// [`Duration`](std::time::Duration)), `search` (a [`How`]), `seed`, `runs`.
///
/// The environment beats the code: `ANECHOIC_FAULTS`, `ANECHOIC_CALLERS` (`2`, `1..=3`), `ANECHOIC_RETRIES`,
/// `ANECHOIC_MAX_TIME` (`60s`, `5m`), `ANECHOIC_SEARCH` (`exhaustive`, `naive`, `random`, `pct`), `ANECHOIC_SEED`.
///
/// A new counterexample is kept in a folder `anechoic` beside the test, as a file that ends with `.new.json`; the next run
/// makes it again first, and `anechoic review FOLDER` asks whether to keep it for good; what nobody has kept and breaks nothing any
/// more is taken away once the test passes. `ANECHOIC_UPDATE` says whether:
/// `auto` (unless `CI` is set), `new` (always), `no`. `ANECHOIC_REPLAY=FILE cargo test NAME` makes that one run, under a
/// debugger if you like. `ANECHOIC_REPORT_DIR=FOLDER` writes the report as JSON, and as the features go as a page, JUnit,
/// SARIF and Markdown.
pub use anechoic_macros::test;
#[cfg(feature = "ci")]
pub use baseline::{BaselineError, load as load_baseline};
pub use catalogue::{About, Case, Catalogue, Processes, Trouble, Troubles, Variant};
pub use checker::{Callers, Checker, How, Place, Update};
pub use exit::Exit;
pub use replay::ReplayFile;
pub use situation::{Asked, OpenError, Opened, Situation};
