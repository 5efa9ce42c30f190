//! What the service of durable executions answers.
use crate::ask::Answer;
use serde_json::json;

/// What becomes of an invocation, or of who asks for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// It is invoked, or will be when there is something to go on with.
    Again,
    /// It has failed, and is invoked again at once.
    Failed,
    /// The execution is done.
    Done,
    /// The execution has failed for good.
    Refused,
    /// Another invocation is at work.
    Superseded,
}

impl Next {
    pub(super) fn name(self) -> &'static str {
        match self {
            Next::Again => "again",
            Next::Failed => "failed",
            Next::Done => "done",
            Next::Refused => "refused",
            Next::Superseded => "superseded",
        }
    }
}

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
