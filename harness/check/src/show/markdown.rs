use super::{
    View,
    cases::{Case, cases},
    run,
    standing::worst,
};
use crate::judge::Standing;
use anechoic_evidence::harmless;
use std::fmt::Write;

/// Longer texts are cut.
const LONGEST: usize = 1_000;

/// As Markdown, for the summary of a step: the verdict, a table of what is not well, and the run that shows the worst of it.
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
    let runs = view.report.shown();
    if let (Some(shown), true) = worst(&runs, view.judgement) {
        text += "\n";
        text += &verbatim(&run::shown(view, shown));
    }
    text + "\n"
}

/// Text in a block of its own, with a fence that nothing in it can end.
fn verbatim(text: &str) -> String {
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(3.max(longest + 1));
    format!("{fence}text\n{}\n{fence}\n", text.trim_end())
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

    #[test]
    fn what_stands_in_a_block_does_not_end_it() {
        assert_eq!(super::verbatim("a\n"), "```text\na\n```\n");
        assert_eq!(super::verbatim("```\n# b"), "````text\n```\n# b\n````\n");
    }
}
