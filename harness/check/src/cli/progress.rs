use crate::check::{Progress, Spectator};
use anechoic_engine::search::Covered;
use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressStyle};

/// Shows on a terminal how the search gets on; elsewhere, nothing.
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub(super) fn new() -> Bar {
        let bar = ProgressBar::new_spinner();
        let style = "{spinner} {human_pos} runs, {elapsed}  {msg}";
        bar.set_style(ProgressStyle::with_template(style).expect("the template is well-formed"));
        Bar(bar)
    }

    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

impl Spectator for Bar {
    fn look(&self, progress: Progress) {
        self.0.set_position(progress.executions);
        let rate = progress.executions as f64 / self.0.elapsed().as_secs_f64();
        self.0.set_message(told(&progress, rate));
        self.0.tick();
    }
}

/// How far it has come. How long it will take nobody knows of a search that makes every run, but how long at most.
fn told(progress: &Progress, rate: f64) -> String {
    let bound = match progress.covered {
        Some(Covered { faults: Some(faults), .. }) => format!("done up to {faults} faults"),
        _ => "no fault yet".into(),
    };
    let left = match progress.about {
        Some(about) => format!("about {} left", HumanDuration(about)),
        None => format!("at most {} left", HumanDuration(progress.most)),
    };
    format!(
        "{}/s  {} of {} searches done, {left}  {}: {} states, frontier {}, {bound}",
        HumanCount(rate as u64),
        progress.done,
        progress.all,
        progress.what,
        HumanCount(progress.states),
        HumanCount(progress.frontier),
    )
}

#[cfg(test)]
mod tests {
    use super::told;
    use crate::check::Progress;
    use std::time::Duration;

    #[test]
    fn an_estimate_is_told_as_one_and_a_limit_as_one() {
        let progress = Progress {
            what: "fail-task gated".into(),
            executions: 5_000,
            done: 2,
            all: 7,
            most: Duration::from_secs(540),
            about: None,
            states: 1_200,
            frontier: 9,
            covered: None,
        };
        let text = told(&progress, 2_500.0);
        assert!(text.contains("2,500/s  2 of 7 searches done, at most 9 minutes left"), "{text}");
        let sample = Progress { about: Some(Duration::from_secs(12)), ..progress };
        assert!(told(&sample, 2_500.0).contains("about 12 seconds left"));
    }
}
