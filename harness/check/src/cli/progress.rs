use crate::{
    check::{Part, Progress, Spectator},
    show::words::plural,
};
use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressStyle};

/// Shows on a terminal how the search gets on; elsewhere, nothing.
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub(super) fn new() -> Bar {
        let bar = ProgressBar::new_spinner();
        let style = "{spinner} {human_pos} runs in {elapsed}, {prefix}\n  {msg}";
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
        self.0.set_prefix(of_all(&progress, rate));
        self.0.set_message(of_one(&progress));
        self.0.tick();
    }
}

/// How far all searches have come. How long a search will take that makes every run nobody knows, but how long at most.
fn of_all(progress: &Progress, rate: f64) -> String {
    let left = match progress.about {
        Some(about) => format!("about {} left", HumanDuration(about)),
        None => format!("at most {} left", HumanDuration(progress.most)),
    };
    format!("{}/s  {} of {} searches done, {left}", HumanCount(rate as u64), progress.done, progress.all)
}

/// What is searched now, and how long that will take. With each fault more there are more runs, so the estimate says of which it is.
fn of_one(progress: &Progress) -> String {
    let part = progress.part.map_or_else(String::new, |Part { faults, left }| {
        let runs = match faults {
            None => "all runs".into(),
            Some(0) => "runs without a fault".into(),
            Some(faults) => format!("runs with up to {}", plural(faults.into(), "fault")),
        };
        let left = match left <= progress.most {
            true => format!("at most about {} more", HumanDuration(left)),
            false => "perhaps longer than that".into(),
        };
        format!(", {runs}: {left}")
    });
    let states = match progress.states {
        0 => String::new(),
        states => format!(", {} states", HumanCount(states)),
    };
    format!("{}{part}{states}", progress.what)
}

#[cfg(test)]
mod tests {
    use super::{of_all, of_one};
    use crate::check::{Part, Progress};
    use std::time::Duration;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn progress(part: Option<Part>) -> Progress {
        Progress {
            what: "fail-task gated".into(),
            executions: 5_000,
            done: 2,
            all: 7,
            most: seconds(540),
            about: None,
            states: 1_200,
            part,
        }
    }

    #[test]
    fn an_estimate_is_told_as_one_and_a_limit_as_one() {
        let text = of_all(&progress(None), 2_500.0);
        assert_eq!(text, "2,500/s  2 of 7 searches done, at most 9 minutes left");
        let sample = Progress { about: Some(seconds(12)), ..progress(None) };
        assert!(of_all(&sample, 2_500.0).ends_with("about 12 seconds left"));
    }

    #[test]
    fn it_is_said_of_which_runs_the_estimate_is() {
        assert_eq!(of_one(&progress(None)), "fail-task gated, 1,200 states");
        for (faults, left, said) in [
            (Some(0), 12, "runs without a fault: at most about 12 seconds more"),
            (Some(1), 80, "runs with up to 1 fault: at most about 80 seconds more"),
            (None, 12, "all runs: at most about 12 seconds more"),
            (Some(2), 541, "runs with up to 2 faults: perhaps longer than that"),
        ] {
            let text = of_one(&progress(Some(Part { faults, left: seconds(left) })));
            assert_eq!(text, format!("fail-task gated, {said}, 1,200 states"));
        }
    }
}
