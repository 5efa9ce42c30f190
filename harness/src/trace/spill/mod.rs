//! More than memory should hold: it goes to temporary files, and comes back group by group or in order.
mod parts;
mod sorted;
mod spool;

pub(crate) use parts::{Part, Parts};
pub use sorted::Sorted;
