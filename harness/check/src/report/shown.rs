use super::{Broken, Report, Searched};

/// A run that is shown, with each promise that it is the smallest to break.
pub struct Shown<'r> {
    /// Where it stands in the report: which result, and which of its broken promises.
    pub at: (usize, usize),
    /// What was searched.
    pub searched: &'r Searched,
    /// The promise that it is shown for.
    pub broken: &'r Broken,
    /// The same run, for other promises.
    pub also: Vec<&'r Broken>,
    /// Whether it is the smallest of all scenarios to break one of its promises.
    pub is_least: bool,
}

impl Report {
    /// The runs that are shown: for each version that has a report of its own and each promise, the smallest of each
    /// scenario. Of the others, a table says enough.
    pub fn shown(&self) -> Vec<Shown<'_>> {
        let mut shown: Vec<Shown<'_>> = Vec::new();
        for variant in self.asked.variants.iter().filter(|variant| self.is_shown(&variant.name)) {
            for promise in &self.asked.promises {
                for (rank, (at, searched, broken)) in
                    self.smallest_first(&variant.name, &promise.name).into_iter().enumerate()
                {
                    let is_least = rank == 0;
                    match shown.iter_mut().find(|other| other.broken.run.is_same_run(&broken.run)) {
                        Some(same) => {
                            same.also.push(broken);
                            same.is_least |= is_least;
                        }
                        None => shown.push(Shown { at, searched, broken, also: Vec::new(), is_least }),
                    }
                }
            }
        }
        shown
    }

    fn smallest_first(&self, variant: &str, promise: &str) -> Vec<((usize, usize), &Searched, &Broken)> {
        let results = self.results.iter().enumerate().filter(|(_, searched)| searched.variant == variant);
        let mut found: Vec<_> = results
            .flat_map(|(result, searched)| {
                let broken =
                    searched.broken.iter().enumerate().filter(|(_, broken)| broken.promise == promise);
                broken.map(move |(at, broken)| ((result, at), searched, broken))
            })
            .collect();
        found.sort_by_key(|(_, _, broken)| broken.run.size);
        found
    }
}

impl Shown<'_> {
    /// The promises that it breaks, the one that it is shown for first.
    pub fn all(&self) -> impl Iterator<Item = &Broken> {
        [self.broken].into_iter().chain(self.also.iter().copied())
    }
}
