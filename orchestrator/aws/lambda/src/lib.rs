//! The orchestrator's workflow as an AWS Lambda durable function.
//!
//! A durable execution carries one task from SUBMITTED to its end; its event is a [`Request`]. The tables are in DynamoDB,
//! and the services around a task are other functions ([`Services`]).
mod carried;
mod handler;
mod services;
mod world;

pub use handler::{Request, handler};
pub use services::Services;
pub use world::World;
