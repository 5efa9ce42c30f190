use super::{Report, Unsound};
use crate::judge::{Cell, Judgement, Line, judge};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use xxhash_rust::xxh3::xxh3_128;

/// The format's name and version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
pub enum Format {
    /// The second version.
    #[serde(rename = "anechoic.check/2")]
    V2,
}

/// A report as a file: what `anechoic check --format json` prints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The format's name and version.
    pub format: Format,
    /// The exit code of the command.
    pub exit: u8,
    /// The reasons for it.
    pub verdict: Vec<Line>,
    /// What is to be made of each promise of each version in each scenario.
    pub standings: Vec<Cell>,
    /// What was found.
    pub report: Report,
    /// A digest of all that stands above. A file that was cut or edited is told by it.
    pub digest: String,
}

/// Why a file is not taken for a report.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// It is not JSON, or not of this form.
    #[error(
        "{line}:{column}: {message}; expected what `anechoic check --format json` prints (anechoic.check/2)"
    )]
    Malformed {
        /// Where.
        line: usize,
        /// Where in the line.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// It is not what was written.
    #[error(
        "its digest is not that of its contents: it was edited after `anechoic check` had written it; use the file as it was written"
    )]
    Edited,
    /// It contradicts itself.
    #[error("it contradicts itself: {0}; use the file as `anechoic check` wrote it")]
    Unsound(#[from] Unsound),
    /// Its verdict is another than ours.
    #[error(
        "this version of the command comes to another verdict from the same findings; merge with the version that wrote it ({0})"
    )]
    JudgedOtherwise(String),
}

impl Document {
    /// A report, judged.
    pub fn new(report: Report) -> Document {
        let Judgement { exit, lines, standings } = judge(&report);
        let mut document = Document {
            format: Format::V2,
            exit: exit as u8,
            verdict: lines,
            standings,
            report,
            digest: String::new(),
        };
        document.digest = document.digest_of_contents();
        document
    }

    /// Its text.
    pub fn to_text(&self) -> String {
        serde_json::to_string_pretty(self).expect("plain data has a JSON form") + "\n"
    }

    /// Reads a report back: the same as was written, whole, free of contradictions, and judged as we judge.
    ///
    /// # Errors
    /// Why it is not taken for one.
    pub fn read(bytes: &[u8]) -> Result<Report, DocumentError> {
        let malformed = |error: serde_json::Error| {
            let message = error.to_string();
            DocumentError::Malformed {
                line: error.line(),
                column: error.column(),
                message: message.split(" at line ").next().unwrap_or_default().into(),
            }
        };
        let document: Document = serde_json::from_slice(bytes).map_err(malformed)?;
        // Whatever the types let pass would be lost in silence: all that was read has to be all that there is.
        let given: Value = serde_json::from_slice(bytes).map_err(malformed)?;
        let is_all = serde_json::to_value(&document).map_err(malformed)? == given;
        if !is_all || document.digest != document.digest_of_contents() {
            return Err(DocumentError::Edited);
        }
        document.report.check()?;
        let version = document.report.tool.version.clone();
        let Document { exit, verdict, standings, report, .. } = document;
        let ours = judge(&report);
        if (exit, verdict, standings) != (ours.exit as u8, ours.lines, ours.standings) {
            return Err(DocumentError::JudgedOtherwise(version));
        }
        Ok(report)
    }

    /// The digest of the contents in their shortest form, so that it does not matter how the file is laid out.
    fn digest_of_contents(&self) -> String {
        let contents = (self.format, self.exit, &self.verdict, &self.standings, &self.report);
        let bytes = serde_json::to_vec(&contents).expect("plain data has a JSON form");
        format!("{:032x}", xxh3_128(&bytes))
    }
}

/// The JSON Schema of the format.
#[cfg(feature = "ci")]
pub fn schema() -> String {
    let schema = schemars::schema_for!(Document);
    serde_json::to_string_pretty(&schema).expect("a schema has a JSON form") + "\n"
}
