use crate::check::Spectator;
use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

/// Shows on a terminal how the search gets on; elsewhere, nothing.
pub(super) struct Progress(ProgressBar);

impl Progress {
    pub(super) fn new() -> Progress {
        let bar = ProgressBar::new_spinner();
        let style = "{spinner} {human_pos} runs, {per_sec}, {elapsed}";
        bar.set_style(ProgressStyle::with_template(style).expect("the template is well-formed"));
        bar.enable_steady_tick(Duration::from_millis(100));
        Progress(bar)
    }

    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

impl Spectator for Progress {
    fn runs(&self, more: u64) {
        self.0.inc(more);
    }
}
