//! Pages of listings: whether those that were read are all there are.
//!
//! Most services do not say on a page where it begins, so that nothing shows which page is the next. Two kinds tell it: the
//! events of a history are numbered from 1, and a log repeats its tokens where it ends, on a page without an event.
use crate::{Format, Place, Read, Sequence, Skipped, history::Numbers};
use std::collections::{BTreeSet, HashMap};

/// What a page says that asks for others.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) place: Place,
    pub(crate) mark: Mark,
    /// The numbers of its events, if it is of a history.
    pub(crate) numbers: Option<(Format, Numbers)>,
    /// Whether it is known what its history is about.
    pub(crate) is_told: bool,
}

impl Page {
    /// Whether others have to be looked for, be it that this one is theirs.
    pub(crate) fn asks(&self) -> bool {
        self.numbers.is_some() || !matches!(self.mark, Mark::Nothing)
    }

    /// Whether it asks for another that nothing could show.
    pub(crate) fn is_endless(&self) -> bool {
        self.numbers.is_none() && matches!(self.mark, Mark::Follows(_))
    }

    /// Whether it is a history that needs no other page.
    pub(crate) fn is_whole(&self) -> bool {
        let begins = |numbers: &Numbers| numbers.gap.is_none() && numbers.least() <= Sequence::of(1);
        matches!(self.mark, Mark::Nothing)
            && self.numbers.as_ref().is_some_and(|(_, numbers)| begins(numbers))
    }
}

/// What stands beside a list of the rest.
#[derive(Clone, Debug)]
pub(crate) enum Mark {
    /// Nothing.
    Nothing,
    /// More follows, says the member of this name.
    Follows(&'static str),
    /// Tokens that stand beside every list, and are repeated beside one that has no record: by name, as they are spelt.
    Tokens {
        /// Those that are there.
        all: Vec<(&'static str, String)>,
        /// Whether there is no record.
        is_empty: bool,
    },
}

/// Tells of each file whether the pages that are to go on with its own are among those of all files.
pub fn complete<'r>(reads: impl IntoIterator<Item = &'r mut Read>) {
    let mut reads: Vec<&mut Read> = reads.into_iter().collect();
    let known = Known::of(&reads);
    for read in &mut reads {
        read.unfinished = read
            .pages
            .iter()
            .find_map(|page| known.lacks(page).map(|what| Skipped { place: page.place.clone(), what }));
    }
    complete_export(&mut reads);
}

/// Tells the files of an export whether as many items are here as its manifest says.
fn complete_export(reads: &mut [&mut Read]) {
    let manifests = || reads.iter().filter_map(|read| read.promised.as_ref());
    let of = |which: usize| manifests().map(|(items, _)| items[which]).sum::<u64>();
    // Whoever gives both the manifest and the list of files gives each number twice.
    let promised = of(0).max(of(1));
    let items = |read: &Read| -> u64 {
        let exported = read.formats.iter().filter(|(format, _)| format.is_exported());
        exported.map(|(_, items)| items).sum()
    };
    let here: u64 = reads.iter().map(|read| items(read)).sum();
    let Some(place) = manifests().map(|(_, place)| place.clone()).next().filter(|_| promised > here) else {
        return;
    };
    let what = format!("the manifest says {promised} items, and {here} of them are here");
    for read in reads.iter_mut().filter(|read| read.promised.is_some() || items(read) > 0) {
        read.unfinished.get_or_insert_with(|| Skipped { place: place.clone(), what: what.clone() });
    }
}

/// What is known of all pages.
#[derive(Default)]
struct Known {
    /// How many pages begin, and how many end, with an event of this number.
    begin: HashMap<(Format, Sequence), u32>,
    end: HashMap<(Format, Sequence), u32>,
    /// With which events the histories end that are on one page.
    whole: BTreeSet<(Format, Sequence)>,
    /// How often there is each token, and whether that is so beside a list without a record.
    tokens: HashMap<(&'static str, String), (u32, bool)>,
}

impl Known {
    fn of(reads: &[&mut Read]) -> Known {
        let mut known = Known::default();
        known.whole.extend(reads.iter().flat_map(|read| &read.whole));
        for page in reads.iter().flat_map(|read| &read.pages) {
            if let Some((format, numbers)) = &page.numbers {
                *known.begin.entry((*format, numbers.least())).or_default() += 1;
                *known.end.entry((*format, numbers.most())).or_default() += 1;
            }
            if let Mark::Tokens { all, is_empty } = &page.mark {
                for token in all {
                    let (times, is_at_end) = known.tokens.entry(token.clone()).or_default();
                    *times += 1;
                    *is_at_end |= is_empty;
                }
            }
        }
        known
    }

    /// What is not here that belongs to this page.
    fn lacks(&self, page: &Page) -> Option<String> {
        let follows = match &page.mark {
            Mark::Tokens { all, is_empty } => return self.lacks_end(all, *is_empty),
            Mark::Follows(name) => Some(*name),
            Mark::Nothing => None,
        };
        match (&page.numbers, follows) {
            (Some((format, numbers)), follows) => self.lacks_events(*format, numbers, follows, page.is_told),
            (None, Some(name)) => Some(format!(
                "it has a {name}: more follows that is not here, or not shown to be the next page; aws without --max-items and \
                 --no-paginate lists all"
            )),
            (None, None) => None,
        }
    }

    /// A log goes on in both directions, unless a page without an event repeats its token.
    fn lacks_end(&self, tokens: &[(&'static str, String)], is_empty: bool) -> Option<String> {
        let is_end = |token: &&(&'static str, String)| {
            self.tokens.get(*token).is_some_and(|(times, is_at_end)| *times > 1 && *is_at_end)
        };
        if is_empty && tokens.iter().any(|token| is_end(&token)) {
            return None;
        }
        let (name, _) = tokens.iter().find(|token| !is_end(token))?;
        Some(format!(
            "it has a {name}, as every page does: more may follow, unless a page without an event repeats the token; \
             filter-log-events lists all at once"
        ))
    }

    fn lacks_events(
        &self,
        format: Format,
        numbers: &Numbers,
        follows: Option<&str>,
        is_told: bool,
    ) -> Option<String> {
        if let Some((before, after)) = numbers.gap {
            return Some(format!(
                "between its events {before} and {after}, others of its history are not here"
            ));
        }
        let one = Sequence::of(1);
        if let Some(before) = numbers.least().previous().filter(|before| *before >= one) {
            if !self.end.contains_key(&(format, before)) && !self.whole.contains(&(format, before)) {
                return Some(format!("its history begins with event 1, and here with {}", numbers.least()));
            }
            if !is_told {
                let why = "nothing before it says what its history is about: pages that go backwards have to be in one file";
                return Some(why.into());
            }
        }
        // Those of a page that goes backwards have to lead to the first, which was asked above.
        let next = numbers.most().next().filter(|_| follows.is_some() && !numbers.goes_back())?;
        let name = follows.unwrap_or_default();
        match self.begin.get(&(format, next)).copied().unwrap_or_default() {
            0 => Some(format!(
                "it has a {name}: more follows, and the page that begins with event {next} is not here"
            )),
            1 if self.end.get(&(format, numbers.most())) == Some(&1) => None,
            _ => Some(format!(
                "it has a {name}: more follows, and of several pages nothing says which goes on with event {next}; \
                 give those of one history at a time"
            )),
        }
    }
}
