//! What handlers talk to most often, ready-made: each a [`Service`](crate::Service), with what can go wrong with the real thing.
//!
//! | service | what it is | what of it is searched besides the faults of any request |
//! |---|---|---|
//! | [`Table`] | rows with conditional writes, and transactions over several requests | waiting for row locks, deadlocks, transactions whose owner dies, stale reads |
//! | [`Queue`] | messages that are invisible while somebody works on them | which message is received, redelivery, receipts that are out of date |
//! | [`Lock`] | a lock with a lease, and a number for each holder | a lease that runs out while its holder works |
//! | [`Api`] | something else's API, with idempotency keys | keys that are forgotten, refusals, one key for two bodies |
//! | [`Store`](crate::Store) | anything else: a value of yours, and operations on it that are written where they are made | waiting until it can be done, stale reads |
//!
//! What of this comes by itself, such as a lease that runs out, belongs to the [environment](crate::Room::environment). Of two
//! services, [`Both`](crate::Both) makes one. Each is generic over what its handlers finally answer, nothing unless it is said.
//!
//! Which one? Take the one that behaves as the real thing does where that matters: rows that are locked over several requests are a
//! [`Table`]'s, messages that come again a [`Queue`]'s. For whatever is done in one operation take a [`Store`](crate::Store): it needs
//! no list of requests. A [`Service`](crate::Service) of your own can say more than it, such as in how many ways it may do something.
//!
//! An event is metered once, however often it comes, because its key and its units are written in one operation; in two, whoever
//! dies between them would lose it, or meter it twice:
//!
//! ```
//! use anechoic::{Client, NoAnswer, Room, Scenario, Store};
//! use std::collections::BTreeSet;
//!
//! #[derive(Clone, Debug, Default, Hash)]
//! struct Meter { known: BTreeSet<&'static str>, units: u32 }
//!
//! async fn ingest(meter: Client<Store<Meter>>, event: &'static str, units: u32) -> Result<(), NoAnswer> {
//!     meter
//!         .update("meter, unless it is known,", (event, units), |meter, (event, units)| {
//!             if meter.known.insert(event) {
//!                 meter.units += units;
//!             }
//!         })
//!         .await
//! }
//!
//! struct Ingestion;
//! impl Scenario for Ingestion {
//!     type Service = Store<Meter>;
//!     fn service(&self) -> Store<Meter> { Store::new(Meter::default()) }
//!     fn set_up(&self, room: &mut Room<Store<Meter>>, _: &[usize]) {
//!         room.callers("one", 1, |meter| ingest(meter, "one", 3));
//!         room.callers("other", 1, |meter| ingest(meter, "other", 4));
//!     }
//! }
//! anechoic::checker!("each_event_is_metered_once").faults(2).assert(|_| Ingestion);
//! ```
pub mod api;
pub mod lock;
pub mod queue;
pub mod table;

pub use api::Api;
pub use lock::Lock;
pub use queue::Queue;
pub use table::Table;
