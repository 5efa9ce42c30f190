//! What the service of durable executions answers.
use super::execution::Next;
use crate::ask::Answer;
use serde_json::json;

pub(super) fn next(next: Next, result: &str, shown: &str) -> Answer {
    Answer::json(200, json!({"next": next.name(), "result": result, "shown": shown}).to_string())
}

/// The service's words for a request that it does not take.
pub(crate) fn invalid(message: &str) -> Answer {
    error(400, "InvalidParameterValueException", message)
}

pub(super) fn error(status: u16, kind: &str, message: &str) -> Answer {
    let body =
        json!({"Type": if status < 500 { "User" } else { "Service" }, "message": message, "__type": kind});
    let mut answer = Answer::json(status, body.to_string());
    answer.headers.push(("x-amzn-errortype".into(), kind.into()));
    answer
}
