use super::Report;
use anechoic::Fault;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What `--coverage` writes: which operation of which scenario went wrong in which way, and which never did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CoverageJson {
    /// The format's name and version: `anechoic.coverage/1`.
    pub format: String,
    /// Every operation of every version in every scenario.
    pub operations: Vec<OperationJson>,
}

/// One operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OperationJson {
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

impl CoverageJson {
    /// What a check covered.
    pub fn new(report: &Report) -> CoverageJson {
        let mut operations = Vec::new();
        for checked in &report.checked {
            for (operation, times) in &checked.findings.coverage {
                let times = |fault| times.get(&fault).copied().unwrap_or(0);
                let can = operation.can.intersection(report.request.settings.kinds);
                let (hit, missed): (Vec<Fault>, Vec<Fault>) =
                    can.iter().partition(|fault| times(Some(*fault)) > 0);
                operations.push(OperationJson {
                    scenario: checked.scene.name.into(),
                    variant: checked.variant.name.into(),
                    operation: operation.name.clone(),
                    went_well: times(None),
                    faults: hit.iter().map(|fault| (fault.name().into(), times(Some(*fault)))).collect(),
                    never: missed.iter().map(|fault| fault.name().into()).collect(),
                });
            }
        }
        CoverageJson { format: "anechoic.coverage/1".into(), operations }
    }

    /// Its text.
    pub fn to_text(&self) -> String {
        serde_json::to_string_pretty(self).expect("plain data has a JSON form") + "\n"
    }
}
