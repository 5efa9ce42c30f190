//! What handlers talk to most often, ready-made: each a [`Service`](crate::Service), with what can go wrong with the real thing.
//!
//! | service | what it is | what of it is searched besides the faults of any request |
//! |---|---|---|
//! | [`Table`] | rows with conditional writes, and transactions over several requests | waiting for row locks, deadlocks, transactions whose owner dies, stale reads |
//! | [`Queue`] | messages that are invisible while somebody works on them | which message is received, redelivery, receipts that are out of date |
//! | [`Lock`] | a lock with a lease, and a number for each holder | a lease that runs out while its holder works |
//! | [`Api`] | something else's API, with idempotency keys | keys that are forgotten, refusals, one key for two bodies |
//!
//! What of this comes by itself, such as a lease that runs out, belongs to the [environment](crate::Room::environment). Of two
//! services, [`Both`](crate::Both) makes one. Each is generic over what its handlers finally answer, nothing unless it is said.
pub mod api;
pub mod lock;
pub mod queue;
pub mod table;

pub use api::Api;
pub use lock::Lock;
pub use queue::Queue;
pub use table::Table;
