//! Why what is found may not be all, or not have been.
use crate::{
    file::is_named_after,
    witness::{Witness, records},
};
use anechoic_traces::complete;

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

impl Witness {
    /// Records of which nothing tells whose they are may be rows of a table without a key: of one that no file is named like, of one
    /// whose attributes they have, and of any that their file is named after, as `payments-2.json` is.
    fn doubt_what_is_nobodys(&mut self) {
        for (table, held) in &mut self.tables {
            // Of what is not there, it is told how to say where it is.
            if held.is_log || held.key.is_some() || !held.is_there {
                continue;
            }
            for (file, records_of) in &self.of_nobody {
                if !held.has_file || records_of.may_have(held.shared.as_ref()) || is_named_after(file, table)
                {
                    held.doubts.lacks.add(format!(
                        "{} of {file} may be rows of it: --table {table}={file} if they are, [tables.{table}] key = \"…\" if they \
                         are not",
                        records(records_of.count)
                    ));
                }
            }
        }
    }

    /// All files are read: doubts what they may lack.
    pub(crate) fn doubt(&mut self) {
        self.doubt_what_is_nobodys();
        complete(self.read.iter_mut().map(|(_, read)| read));
        for ((name, read), at_hand) in self.read.iter().zip(&self.of_files) {
            // What a file lacks is said of the file; so is where it ends, of one that is cut.
            let lacks = match (read.truncated(), read.skipped) {
                (Some(_), _) => Some(format!("{name} is not all there is, see above")),
                (None, 0) => None,
                (None, skipped) => Some(format!("{} of {name} cannot be read, see above", records(skipped))),
            };
            if read.may_go_on && !self.is_whole && read.truncated().is_none() {
                let of_it = self.tables.values_mut().enumerate();
                for (_, held) in of_it.filter(|(at, held)| at_hand.may_be_of(*at, held.is_log)) {
                    held.doubts.goes_on.add(format!("{name} does not say where it ends"));
                }
            }
            if let Some(doubt) = lacks {
                for (at, held) in self.tables.values_mut().enumerate() {
                    if at_hand.may_be_of(at, held.is_log) {
                        held.doubts.lacks.add(doubt.clone());
                    }
                }
            }
        }
    }
}
