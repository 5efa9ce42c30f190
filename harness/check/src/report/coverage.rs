//! What was made to go wrong, and what never did.
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One operation, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// The scenario.
    pub scenario: String,
    /// The version of the handlers.
    pub variant: String,
    /// The operation.
    pub operation: String,
    /// How often nothing went wrong with it.
    pub went_well: u64,
    /// How often each kind of fault happened to it.
    pub faults: BTreeMap<String, u64>,
    /// The kinds of fault that could happen to it and never did.
    pub never: Vec<String>,
}

/// What `--coverage` writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// The format's name and version: `anechoic.coverage/1`.
    pub format: String,
    /// Every operation of every version in every scenario.
    pub operations: Vec<Operation>,
}

impl Coverage {
    /// The operations as a file.
    pub fn to_text(operations: &[Operation]) -> String {
        let coverage = Coverage { format: "anechoic.coverage/1".into(), operations: operations.to_vec() };
        serde_json::to_string_pretty(&coverage).expect("plain data has a JSON form") + "\n"
    }
}
