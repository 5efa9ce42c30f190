use aws_sdk_dynamodb::error::{DisplayErrorContext, SdkError};
use std::error::Error;

/// Why a request was not answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// DynamoDB or the way to it failed. What was asked may or may not have been done.
    #[error("DynamoDB: {0}")]
    Service(String),
    /// Other transactions were in the way, again and again. Nothing was done.
    #[error("DynamoDB: the transaction was in conflict with others in each of {attempts} attempts")]
    Conflict {
        /// How often it was tried.
        attempts: u32,
    },
    /// An item holds a value that is never put there.
    #[error("{attribute} of {item} is {found}, expected {expected}")]
    Value {
        /// Which item.
        item: String,
        /// Which attribute of it.
        attribute: &'static str,
        /// What is there.
        found: String,
        /// What may be there.
        expected: String,
    },
}

impl Fault {
    pub(crate) fn of<E: Error + 'static>(error: SdkError<E>) -> Fault {
        Fault::Service(DisplayErrorContext(error).to_string())
    }
}
