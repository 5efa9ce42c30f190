//! A case of AWS's: what a handler is given, what others do meanwhile, and what is to come of it.
use crate::matching::Names;
use serde::Deserialize;
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::Path};

/// A case, as its file has it, with its variables put in.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Case {
    /// `SUITE-NUMBER`.
    #[serde(skip)]
    pub(crate) id: String,
    #[serde(rename = "description")]
    pub(crate) description: String,
    #[serde(default)]
    variables: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) input: Value,
    /// What others say to its callbacks.
    #[serde(default)]
    pub(crate) callback_actions: Vec<Action>,
    pub(crate) expected_execution_history: Vec<Value>,
    /// Without it, nothing is expected of how it ends.
    pub(crate) expected_result: Option<ExpectedResult>,
    #[serde(default)]
    pub(crate) expected_logs: Vec<ExpectedLog>,
    /// The names that are bound so far.
    #[serde(skip)]
    pub(crate) names: Names,
}

/// What somebody says to a callback.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Action {
    /// To which, by its name; `*` is any.
    pub(crate) callback_name: String,
    /// `success`, `failure` or `heartbeat`.
    pub(crate) operation: String,
    #[serde(default)]
    pub(crate) payload: Value,
}

/// How an execution is to end.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ExpectedResult {
    pub(crate) execution_status: Option<String>,
    /// JSON; a null that is written is expected.
    #[serde(default, deserialize_with = "written")]
    pub(crate) result: Option<Value>,
}

fn written<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

/// How many lines of the log say something.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ExpectedLog {
    #[serde(rename = "match")]
    pub(crate) matches: BTreeMap<String, String>,
    pub(crate) count: usize,
}

/// The suites in the folder of the unpacked package, in the order of their cases' numbers.
///
/// # Errors
/// What is not there, or is no case.
pub(crate) fn suites(package: &Path) -> Result<Vec<(String, Vec<Case>)>, String> {
    let folder = ["test_requirements", "aws_durable_execution_conformance_tests/test_requirements"];
    let folder = folder.iter().map(|folder| package.join(folder)).find(|folder| folder.is_dir());
    let folder = folder.ok_or_else(|| {
        format!(
            "{} has no folder `test_requirements`: is it the unpacked aws-durable-execution-conformance-tests?",
            package.display()
        )
    })?;
    let mut suites = Vec::new();
    for suite in entries(&folder)? {
        let mut cases = Vec::new();
        for file in entries(&folder.join(&suite))? {
            if let Some(id) = file.strip_suffix(".yaml") {
                let text = read(&folder.join(&suite).join(&file))?;
                cases.push(Case::read(id, &text).map_err(|what| format!("{suite}/{file}: {what}"))?);
            }
        }
        cases.sort_by_key(Case::number);
        suites.push((suite, cases));
    }
    suites.retain(|(_, cases)| !cases.is_empty());
    suites.sort_by_key(|(_, cases)| cases.first().map(Case::number));
    Ok(suites)
}

fn entries(folder: &Path) -> Result<Vec<String>, String> {
    let wrong = |error| format!("{}: {error}", folder.display());
    let entries = fs::read_dir(folder).map_err(wrong)?;
    entries.map(|entry| Ok(entry.map_err(wrong)?.file_name().to_string_lossy().into_owned())).collect()
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| error.to_string())
}

impl Case {
    /// Reads a case, and puts its variables in. Random texts that it asks for are the same each time.
    pub(crate) fn read(id: &str, text: &str) -> Result<Case, String> {
        let mut case: Case = serde_yaml_ng::from_str(text).map_err(|error| error.to_string())?;
        case.id = id.into();
        for (name, value) in &case.variables {
            let length =
                value.strip_prefix("${GEN_STR:").and_then(|rest| rest.strip_suffix('}')?.parse().ok());
            case.names
                .bind(name, length.map_or_else(|| value.clone(), |length| text_of(name, length)).into());
        }
        case.input = case.names.substituted(&case.input);
        for action in &mut case.callback_actions {
            action.payload = case.names.substituted(&action.payload);
            action.callback_name = case.names.in_text(&action.callback_name);
        }
        Ok(case)
    }

    /// By which cases are ordered.
    fn number(&self) -> (u32, u32) {
        let number = |text: &str| text.parse().unwrap_or(u32::MAX);
        self.id.split_once('-').map_or((u32::MAX, u32::MAX), |(suite, case)| (number(suite), number(case)))
    }

    /// What its handler is called.
    pub(crate) fn function(&self) -> String {
        format!("case_{}", self.id.replace('-', "_"))
    }
}

/// A text of letters and digits of this length that shows for what it stands.
fn text_of(name: &str, length: usize) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase());
    letters.chain(std::iter::repeat('x')).take(length).collect()
}
