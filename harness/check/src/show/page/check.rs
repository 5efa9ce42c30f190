use super::{Change, Exhibit, Page, Searched, exhibit::Shown};
use crate::{
    judge::{Line, Mark, Standing},
    report::{self, Observed, Report},
    show::{
        View,
        again::{self, Again},
        searched,
        standing::standing,
        words::{count, remedied, size},
    },
};

/// A check as a page.
pub fn check_page(view: View<'_>) -> Page {
    let View { report, judgement, .. } = view;
    let (fixed, verdict): (Vec<&Line>, _) = judgement.lines.iter().partition(|line| line.mark == Mark::Fixed);
    let runs = report.shown();
    let exhibits = runs.iter().map(|shown| exhibit(view, shown));
    let trace = report.observed.iter().map(|found| observed(view, found));
    Page {
        title: match report.asked.variants.as_slice() {
            [one] => format!("Anechoic: does {} have each effect once?", one.name),
            _ => format!("Anechoic: {}", report.asked.question),
        },
        verdict: verdict.iter().map(|line| line.to_string()).collect(),
        searched: report.results.iter().map(|searched| row(report, searched)).collect(),
        bound: searched::bound(report),
        exhibits: exhibits.chain(trace).collect(),
        fixed: fixed.iter().map(|line| line.to_string()).collect(),
    }
}

fn row(report: &Report, searched: &report::Searched) -> Searched {
    let variant = report.asked.variant(&searched.variant);
    let is_on_purpose = variant.is_some_and(|variant| report.asked.is_on_purpose(variant));
    let on_purpose = if is_on_purpose { ", wrong on purpose" } else { "" };
    Searched {
        what: format!("{} with {}{on_purpose}", searched.scenario, searched.variant),
        runs: count(searched.executions),
        extent: searched::extent(report, searched),
        broken: searched.broken.iter().map(|broken| broken.promise.clone()).collect(),
        others: searched::promises(report, searched),
    }
}

fn exhibit(view: View<'_>, shown: &report::Shown<'_>) -> Exhibit {
    let found = &shown.broken.run;
    let also =
        shown.also.iter().map(|also| format!("and breaks {}: {}", also.promise, also.run.replay.found));
    let (record, breach, cannot) = match Again::make(view.catalogue, found) {
        Ok(Again { record, breach }) => (record, Some(breach), None),
        Err(why) => (Default::default(), None, Some(format!("the run itself cannot be shown: {why}"))),
    };
    Exhibit {
        title: format!("{} breaks {}: {}", shown.searched.variant, shown.broken.promise, found.replay.found),
        about: also.chain([size(found)]).chain(cannot).collect(),
        standing: standing(shown, view.judgement),
        record,
        breach,
        changes: found
            .remedies
            .iter()
            .map(|remedy| Change {
                what: remedy.change.clone(),
                helps: remedy.holds.map(|holds| holds && remedy.others.is_empty()),
                result: remedied(remedy),
            })
            .collect(),
        passing: again::passing(view.catalogue, found),
        matched: Vec::new(),
        command: (view.replay)(found),
        replay: found.replay.to_json(),
    }
}

/// The trace beside the run of the version that was observed.
fn observed(view: View<'_>, observed: &Observed) -> Exhibit {
    let found = &observed.run;
    let again = Again::make(view.catalogue, found);
    let (record, breach) =
        again.map_or_else(|_| Default::default(), |again| (again.record, Some(again.breach)));
    Exhibit {
        title: "the observed trace, and the run that reproduces it".into(),
        about: vec![format!(
            "`{}` in {}, tried again after the observed delays: {}",
            found.replay.variant, found.replay.scenario, found.replay.found
        )],
        standing: Standing::OnPurpose,
        record,
        breach,
        changes: Vec::new(),
        passing: None,
        matched: observed.matched.clone(),
        command: observed.command.clone(),
        replay: found.replay.to_json(),
    }
}

impl<'p> Shown<'p> {
    /// What its tag says, and how it looks.
    pub(super) fn tag(&self) -> (&'static str, String) {
        match &self.exhibit.standing {
            Standing::New => ("new", "new".into()),
            Standing::Saved { file } => ("new", format!("not mended: kept as {file}")),
            Standing::Overdue { until } => ("new", format!("known until {until}, and still there")),
            Standing::Known { reason, until } => ("known", format!("known until {until}: {reason}")),
            Standing::Fixed => ("fixed", "fixed".into()),
            Standing::OnPurpose => ("", "wrong on purpose".into()),
            Standing::Kept => ("fixed", "kept".into()),
            Standing::NotSearched => ("", "not searched".into()),
        }
    }
}
