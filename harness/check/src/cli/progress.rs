use crate::check::{Progress, Spectator};
use anechoic_engine::search::Covered;
use indicatif::{HumanCount, ProgressBar, ProgressStyle};

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
        self.0.tick();
        let rate = progress.executions as f64 / self.0.elapsed().as_secs_f64();
        let bound = match progress.covered {
            Some(Covered { faults: Some(faults), .. }) => format!("done up to {faults} faults"),
            _ => "no fault yet".into(),
        };
        self.0.set_message(format!(
            "{}/s  {}: {} states, frontier {}, {bound}",
            HumanCount(rate as u64),
            progress.what,
            HumanCount(progress.states),
            HumanCount(progress.frontier),
        ));
    }
}
