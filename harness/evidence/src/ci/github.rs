use super::{CaseVerdict, Suite, cases};
use std::fmt::Write;

/// GitHub shows so many errors of one step, and drops the others without a word.
const MOST: usize = 10;

/// As GitHub's workflow commands: an error for each violation, as many as GitHub shows; the last says how many more.
pub fn annotations(suites: &[Suite]) -> String {
    let mut all = Vec::new();
    for (suite, case) in cases(suites) {
        let (title, message) = match &case.verdict {
            CaseVerdict::Passed => continue,
            CaseVerdict::Violated(violation) => (
                format!("error title={}", property(&format!("{} breaks {}", case.subject, case.promise))),
                format!("{} (in {}; {})", violation.message, suite.name, violation.replay),
            ),
            CaseVerdict::Known(violation, reason) => (
                format!(
                    "notice title={}",
                    property(&format!("{} breaks {}, as known", case.subject, case.promise))
                ),
                format!("{} (in {}; {reason})", violation.message, suite.name),
            ),
            // Said once for the whole check, by its exit code and its summary.
            CaseVerdict::Inconclusive => continue,
        };
        all.push(format!("::{title}::{}\n", data(&message)));
    }
    // Errors before notices, lest the limit drop them.
    all.sort_by_key(|line| !line.starts_with("::error"));
    if all.len() > MOST {
        let more = all.len() - (MOST - 1);
        all.truncate(MOST - 1);
        all.push(format!("::error title=anechoic::and {more} more; the summary has them all\n"));
    }
    all.concat()
}

/// As Markdown, for the summary of a step: a table of what is not well, or a line that says that all is.
pub fn summary(suites: &[Suite], verdict: &[String]) -> String {
    let mut text = String::from("## Anechoic\n\n");
    for line in verdict {
        let _ = writeln!(text, "- {line}");
    }
    let rows: Vec<String> = cases(suites)
        .filter_map(|(suite, case)| {
            let (mark, message) = match &case.verdict {
                CaseVerdict::Passed => return None,
                CaseVerdict::Violated(violation) => ("✗ violated", violation.message.clone()),
                CaseVerdict::Known(_, reason) => ("! known", reason.clone()),
                CaseVerdict::Inconclusive => ("? inconclusive", String::new()),
            };
            let cells = [&*suite.name, &*case.subject, &*case.promise, mark, &*message].map(cell);
            Some(format!("| {} |\n", cells.join(" | ")))
        })
        .collect();
    if !rows.is_empty() {
        text += "\n| scenario | version | promise | verdict | |\n|---|---|---|---|---|\n";
        text += &rows.concat();
    }
    text
}

/// A workflow command ends with its line.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// And a property ends with a colon or a comma, too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
