//! The orchestrator's tables in DynamoDB.
//!
//! | table | partition key | sort key | attributes |
//! |---|---|---|---|
//! | `TaskTable` | `task_id` S | | `user_id`, `status`, `updated_at` S, `slot` BOOL; `error_message`, `session_id`, `started_at`, `agent_heartbeat_at` S as they come |
//! | `TaskEventsTable` | `task_id` S | `event_id` S | `event_type`, `timestamp` S |
//! | `UserConcurrencyTable` | `user_id` S | | `active_count`, `version` N |
//!
//! Times are text in UTC with nine digits after the second, so that their order is that of the text. The client is the
//! caller's: its region, credentials, retries and HTTP stack are set there. Each batch is one `TransactWriteItems` with a
//! client request token, so that the client's own retries apply it once.
mod fault;
mod items;
mod store;
mod writes;

pub use fault::Fault;
pub use store::{DynamoStore, TableNames};
