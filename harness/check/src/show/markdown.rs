use super::{
    View,
    cases::{Case, cases},
};
use crate::judge::Standing;
use anechoic_evidence::harmless;
use std::fmt::Write;

/// Longer texts are cut.
const LONGEST: usize = 1_000;

/// As Markdown, for the summary of a step: the verdict, and a table of what is not well.
pub fn summary(view: View<'_>) -> String {
    let mut text = String::from("## Anechoic\n\n");
    for line in &view.judgement.lines {
        let _ = writeln!(text, "- {} {}", line.mark.sign(), escaped(&line.text));
    }
    let rows: String = cases(view).filter_map(|case| row(&case)).collect();
    if !rows.is_empty() {
        text += "\n| scenario | version | promise | verdict | |\n|---|---|---|---|---|\n";
        text += &rows;
    }
    text + "\n"
}

fn row(case: &Case<'_>) -> Option<String> {
    let found = || case.broken.map(|broken| broken.run.replay.found.clone()).unwrap_or_default();
    let (mark, message) = match &case.cell.standing {
        Standing::Kept | Standing::OnPurpose | Standing::Fixed => return None,
        Standing::New | Standing::Saved { .. } | Standing::Overdue { .. } => ("✗ violated", found()),
        Standing::Known { reason, .. } => ("! known", reason.clone()),
        Standing::NotSearched => ("? inconclusive", String::new()),
    };
    let cell = case.cell;
    let cells = [&*cell.scenario, &*cell.variant, &*cell.promise, mark, &*message].map(escaped);
    Some(format!("| {} |\n", cells.join(" | ")))
}

/// Text that Markdown shows as it is, in one line.
pub(crate) fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in harmless(text, LONGEST).chars() {
        match letter {
            '<' => shown += "&lt;",
            '>' => shown += "&gt;",
            '&' => shown += "&amp;",
            '\\' | '`' | '*' | '[' | ']' | '|' | '#' | '!' | '~' | '$' => {
                shown.push('\\');
                shown.push(letter);
            }
            // It stands in the middle of names, where it is shown as it is; between two spaces it would be emphasis.
            '_' => shown.push('_'),
            _ => shown.push(letter),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    #[test]
    fn text_from_elsewhere_is_shown_and_does_nothing() {
        let hostile = "a | <img src=x> [click](http://x) `b`\n## no heading";
        assert_eq!(
            super::escaped(hostile),
            "a \\| &lt;img src=x&gt; \\[click\\](http://x) \\`b\\`\\\\n\\#\\# no heading"
        );
    }
}
