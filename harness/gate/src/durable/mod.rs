//! Durable executions: the service that stores them, and the invocations that carry them out.
//!
//! What of it is a fact about the service of AWS is taken from its API (`2025-12-01`), from what the official SDKs send and take,
//! and from how AWS's own library for tests checks their updates.
mod answers;
mod chained;
mod declared;
mod delivery;
mod execution;
mod history;
mod known;
mod operation;
mod rules;
mod served;
mod ways;
mod words;

pub use chained::Function;
pub use declared::{Callback, Durable};
pub(crate) use delivery::Carried;
pub(crate) use execution::Execution;
pub(crate) use known::Known;
pub(crate) use served::{Operation, Spelling};
