/// Why what a table shows may not be what it held.
#[derive(Clone, Debug, Default)]
pub(crate) struct Doubts {
    /// Rows may be missing: what is found is there, and what is not found may be.
    pub(crate) lacks: Told,
    /// Rows may follow: what is not found may be, and what holds held so far.
    pub(crate) goes_on: Told,
    /// Rows may be there that never were together: what is found need not have been.
    pub(crate) misleads: Told,
}

/// The first reasons, and how many more there are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    first: Vec<String>,
    more: u64,
}

impl Told {
    pub(crate) fn add(&mut self, why: impl Into<String>) {
        /// So many are told.
        const TOLD: usize = 3;
        let why = why.into();
        match self.first.len() {
            _ if self.first.contains(&why) => {}
            TOLD => self.more += 1,
            _ => self.first.push(why),
        }
    }

    /// The reasons, each a sentence without its end.
    pub(crate) fn iter(&self) -> impl Iterator<Item = String> {
        let more = (self.more > 0).then(|| format!("there are more reasons: {}", self.more));
        self.first.iter().cloned().chain(more)
    }
}
