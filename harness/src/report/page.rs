//! For the browser: a check as one page.
use super::{
    observed, searched,
    text::{count, size, told},
};
use crate::{
    Baseline, Variant,
    check::{Checked, Counterexample, Finding, Report},
    observed::Observed,
    outcome::{Outcome, Specimens},
};
use anechoic_evidence::page::{Change, Exhibit, Page, Searched, Standing};
use anechoic_model::Promise;
use jiff::civil::Date;

/// What is known besides what was found.
pub struct Known<'k> {
    /// What is expected of the specimens.
    pub specimens: Specimens,
    /// What may stay broken for a while,
    pub baseline: &'k Baseline,
    /// and which day it is.
    pub today: Date,
    /// Where a run is kept, if it was accepted.
    pub kept: &'k dyn Fn(&Counterexample) -> Option<String>,
}

impl Known<'_> {
    /// Whether nobody expects a version to keep its promises.
    fn is_wrong_on_purpose(&self, variant: &Variant) -> bool {
        self.specimens != Specimens::LikeAnyOther && variant.is_specimen()
    }
}

/// The page. `replay` is the command that makes a run again.
pub fn page(
    report: &Report,
    findings: &[Finding<'_>],
    trace: Option<&Observed>,
    outcome: &Outcome,
    known: &Known<'_>,
    replay: impl Fn(&Counterexample) -> String,
) -> Page {
    let names: Vec<&str> = report.request.variants.iter().map(|variant| variant.name).collect();
    let trace = trace.map(observed::exhibit);
    let exhibits = findings.iter().map(|finding| exhibit(finding, known, replay(finding.found)));
    let (fixed, verdict) = outcome
        .lines
        .iter()
        .cloned()
        .partition(|line| line.starts_with('✓') && line.contains("no longer breaks"));
    Page {
        title: match names.as_slice() {
            [one] => format!("Anechoic: does {one} have each effect once?"),
            _ => "Anechoic: does one failure have one effect?".into(),
        },
        verdict,
        searched: report.checked.iter().map(|checked| row(report, checked, known)).collect(),
        bound: searched::bound(report),
        exhibits: exhibits.chain(trace).collect(),
        fixed,
    }
}

fn row(report: &Report, checked: &Checked, known: &Known<'_>) -> Searched {
    let broken = Promise::ALL.into_iter().filter(|promise| checked.findings.breaks(*promise as usize));
    let on_purpose = if known.is_wrong_on_purpose(checked.variant) { ", wrong on purpose" } else { "" };
    Searched {
        what: format!("{} with {}{on_purpose}", checked.scene.name, checked.variant.name),
        runs: count(checked.findings.executions),
        extent: searched::extent(report, checked),
        broken: broken.map(|promise| promise.name().into()).collect(),
        others: searched::promises(checked),
    }
}

fn exhibit(finding: &Finding<'_>, known: &Known<'_>, command: String) -> Exhibit {
    let found = finding.found;
    let also = finding.also.iter().map(|also| format!("and breaks {}: {}", also.promise, also.breach.detail));
    Exhibit {
        title: format!("{} breaks {}: {}", found.file.subject.variant, found.promise, found.breach.detail),
        about: also.chain([size(found)]).collect(),
        standing: standing(finding, known),
        record: found.record.clone(),
        breach: Some(found.breach.clone()),
        changes: finding
            .remedies
            .iter()
            .map(|remedy| Change {
                what: remedy.change.clone(),
                helps: remedy.holds.map(|holds| holds && remedy.others.is_empty()),
                result: told(remedy),
            })
            .collect(),
        passing: finding.passing.clone(),
        matched: Vec::new(),
        command,
        replay: found.file.to_json(),
    }
}

/// What one of its promises makes it: new, if that promise is.
fn standing(finding: &Finding<'_>, known: &Known<'_>) -> Standing {
    let runs = || [finding.found].into_iter().chain(finding.also.iter().copied());
    if known.is_wrong_on_purpose(finding.variant) {
        return Standing::OnPurpose;
    }
    let may_stay = |found: &Counterexample| {
        let subject = &found.file.subject;
        let entry = known.baseline.of(&subject.scenario, &subject.variant, found.promise.name());
        let reason = entry.filter(|entry| entry.may_stay(known.today)).map(|entry| entry.reason.clone());
        reason.or_else(|| (known.kept)(found).map(|file| format!("kept as {file}")))
    };
    let reasons: Option<Vec<String>> = runs().map(may_stay).collect();
    reasons.map_or(Standing::New, |mut reasons| {
        reasons.dedup();
        Standing::Known(reasons.join("; "))
    })
}
