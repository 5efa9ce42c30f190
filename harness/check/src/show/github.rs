use super::{
    View,
    cases::{Case, cases},
};
use crate::{
    Exit,
    judge::{Mark, Standing},
};
use anechoic_evidence::harmless;
use xxhash_rust::xxh3::xxh3_128;

/// GitHub shows so many errors of one step, and drops the others without a word.
const MOST: usize = 10;
/// Longer texts are cut.
const LONGEST: usize = 1_000;

/// As GitHub's workflow commands: an error for each violation, as many as GitHub shows; the last says how many more. If the
/// check does not pass for another reason, that is the error.
fn annotations(view: View<'_>) -> String {
    let judgement = view.judgement;
    let mut all: Vec<String> = cases(view).filter_map(|case| annotation(view, &case)).collect();
    // Errors before notices, lest the limit drop them.
    all.sort_by_key(|line| !line.starts_with("::error"));
    if judgement.exit != Exit::Holds && !all.first().is_some_and(|line| line.starts_with("::error")) {
        let reasons =
            judgement.lines.iter().filter(|line| matches!(line.mark, Mark::Violated | Mark::Inconclusive));
        let reasons: Vec<&str> = reasons.map(|line| line.text.as_str()).collect();
        all.insert(0, line("error", "anechoic", &reasons.join("; ")));
    }
    if all.len() > MOST {
        let more = all.len() - (MOST - 1);
        all.truncate(MOST - 1);
        let kind = if judgement.exit == Exit::Holds { "notice" } else { "error" };
        all.push(line(kind, "anechoic", &format!("and {more} more; the summary has them all")));
    }
    all.concat()
}

/// The annotations, and a text that is none: nothing in it is taken for a command, whoever wrote it.
pub fn annotated(view: View<'_>, text: &str) -> String {
    let all = annotations(view);
    // Nobody can write a text that holds its own digest.
    let token = format!("anechoic-{:032x}", xxh3_128(text.as_bytes()));
    format!("{all}::stop-commands::{token}\n{text}::{token}::\n")
}

fn annotation(view: View<'_>, case: &Case<'_>) -> Option<String> {
    let (cell, broken) = (case.cell, case.broken?);
    let found = &broken.run.replay.found;
    match &cell.standing {
        Standing::Known { reason, .. } => Some(line(
            "notice",
            &format!("{} breaks {}, as known", cell.variant, cell.promise),
            &format!("{found} (in {}; {reason})", cell.scenario),
        )),
        standing if standing.is_red() => Some(line(
            "error",
            &format!("{} breaks {}", cell.variant, cell.promise),
            &format!("{found} (in {}; {})", cell.scenario, (view.replay)(&broken.run)),
        )),
        _ => None,
    }
}

/// A workflow command is one line, whatever its text holds.
fn line(kind: &str, title: &str, message: &str) -> String {
    format!("::{kind} title={}::{}\n", property(&harmless(title, LONGEST)), data(&harmless(message, LONGEST)))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property ends with a colon or a comma, too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
