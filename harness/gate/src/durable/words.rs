//! What the service of durable executions is asked, and what it keeps, for people.
use super::{Execution, Operation};
use crate::ask::Ask;
use serde_json::Value;
use std::fmt;

impl Execution {
    /// How far it has come, for people.
    pub(crate) fn shown(&self) -> String {
        let steps = self.operations[1..].iter().map(|operation| {
            let (name, status) = (operation.name(), operation.text("Status").to_lowercase());
            match operation.text("Type") {
                "STEP" if operation.attempts() > 1 || status == "pending" => {
                    format!("{name} {status} after attempt {}", operation.attempts())
                }
                _ => format!("{name} {status}"),
            }
        });
        let own = self.operations[0].text("Status");
        let own = (own != "STARTED").then(|| own.to_lowercase());
        steps.chain(own).collect::<Vec<String>>().join("; ")
    }
}

impl Operation {
    /// What is asked, for people.
    pub(crate) fn described(self, ask: &Ask) -> String {
        match self {
            Operation::Invoke => "invocation".into(),
            Operation::Respond => format!("answer {}", answered(&ask.json()["said"])),
            Operation::Checkpoint(_) => described(&ask.json()),
            Operation::State => "state".into(),
            Operation::Callback => {
                let how = ask.path.rsplit('/').next().unwrap_or_default();
                format!("callback: {how}")
            }
        }
    }
}

fn answered(said: &Value) -> String {
    match said["answer"]["Status"].as_str() {
        Some(status) => status.into(),
        None if said["error"].is_null() => said["answer"].to_string(),
        None => "with an error".into(),
    }
}

/// What a checkpoint says, for people.
fn described(body: &Value) -> String {
    let updates = body["Updates"].as_array().into_iter().flatten().map(|update| {
        let text = |field: &str| update[field].as_str().filter(|text| !text.is_empty());
        let name = text("Name").or(text("SubType")).or(text("Type")).unwrap_or_default();
        format!("{} {name}", text("Action").unwrap_or_default())
    });
    let updates: Vec<String> = updates.collect();
    if updates.is_empty() {
        "checkpoint: any news?".into()
    } else {
        format!("checkpoint {}", updates.join(", "))
    }
}

impl fmt::Debug for Execution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}
