use crate::{
    Clock, Format, Line, Mapping, Place, Row, Sequence, Skipped, TraceError, clocks::Clocks, complete,
    history::History, line::Raw, packed::Packing, pages::Page, records::InDocument,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    sync::Arc,
};

/// How a file is to be read.
#[derive(Clone, Copy, Debug)]
pub struct Options<'m> {
    /// What it holds; told by its content if `None`.
    pub format: Option<Format>,
    /// Which field says what.
    pub mapping: &'m Mapping,
    /// If every record is wanted as a row of a table, too: the attributes by which a row is known, so that a list in it is a
    /// part of it.
    pub rows: Option<&'m BTreeSet<String>>,
    /// What was read of the file before this one: its last history may go on here.
    pub after: Option<&'m Read>,
}

/// What was read, and what was not.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// How many records of each format there were.
    pub formats: BTreeMap<Format, u64>,
    /// Whether it was compressed.
    pub compressed: bool,
    /// What it was packed in: compressions, archives, encodings, the outermost first.
    pub packed: Vec<&'static str>,
    /// How many records were left out because they are broken or of no format.
    pub skipped: u64,
    /// The first of them.
    pub first_skipped: Vec<Skipped>,
    /// Whether more may have followed of which nothing here tells: neither text of lines nor documents one after another say
    /// where they end, compressed or not. An archive and a single document that is an answer do.
    pub may_go_on: bool,
    /// Why this is not all there was to read, as far as it tells by itself.
    cut: Option<Skipped>,
    /// Which pages are to go on with those that are here, and are not among what was read.
    pub(crate) unfinished: Option<Skipped>,
    /// How many items an export has, by its manifest, and how many they are by the list of its files; and where that is said.
    pub(crate) promised: Option<([u64; 2], Place)>,
    /// Its pages that ask for others.
    pub(crate) pages: Vec<Page>,
    /// With which events the histories end that are on one page.
    pub(crate) whole: BTreeSet<(Format, Sequence)>,
    /// The history at its end, if another file is to go on with it.
    history: Option<History>,
    /// How far the clocks of one record are apart, where they are farthest.
    pub apart: Option<Apart>,
    /// How many times say in no zone they are meant, and where the first of them is.
    pub zoneless: Option<(u64, Place)>,
    /// How many texts are where a record has its time and are none that is read, such as one of which nothing tells whether
    /// its month or its day comes first; and the first of them with its place.
    pub unread_times: Option<(u64, Skipped)>,
}

/// The first of these files that does not say where it ends.
pub fn open_end(files: &[(String, Read)]) -> Option<&str> {
    files.iter().find(|(_, read)| read.may_go_on).map(|(name, _)| name.as_str())
}

/// Two clocks of one record that disagree.
#[derive(Clone, Debug, PartialEq)]
pub struct Apart {
    /// Which record.
    pub place: Place,
    /// The clock that is believed, and the other one.
    pub clocks: (Clock, Clock),
    /// By how many seconds.
    pub seconds: f64,
}

impl Read {
    /// How many records were read.
    pub fn records(&self) -> u64 {
        self.formats.values().sum()
    }

    /// Why this is not all there was to read; if there are [pages](crate::complete) of several files, after these are known.
    pub fn truncated(&self) -> Option<&Skipped> {
        self.cut.as_ref().or(self.unfinished.as_ref())
    }

    /// What stands for a file of which nothing could be read.
    pub fn lost(error: &TraceError) -> Read {
        let mut read = Read::default();
        read.skip(error.skipped());
        read.cut = read.first_skipped.first().cloned();
        read
    }

    pub(crate) fn skip(&mut self, skipped: Skipped) {
        /// So many broken records are told one by one.
        const TOLD: usize = 5;
        self.skipped += 1;
        if self.first_skipped.len() < TOLD {
            self.first_skipped.push(skipped);
        }
    }
}

/// Reads a trace and gives each record to `sink`, in the order of the file. What is packed is unpacked.
///
/// # Errors
/// [`TraceError`], if it is no trace, or if nothing of it can be read. A single broken record is left out and told in
/// [`Read`]; so is the rest of what ends or changes in the middle, and then this is not all that there was.
pub fn read(
    name: &str,
    input: &mut dyn io::Read,
    options: &Options<'_>,
    sink: &mut dyn FnMut(Line),
) -> Result<Read, TraceError> {
    let mut session = Session {
        file: name.into(),
        line: 1,
        options,
        packing: None,
        has_end: false,
        lists_over: 0,
        documents: Documents::default(),
        document: InDocument::default(),
        history: match options.after.and_then(|read| read.history.clone()) {
            Some(history) => history.onwards(&name.into()),
            None => History::new(name),
        },
        read: Read::default(),
        sink,
    };
    match session.unpack(input, 0) {
        Err(error @ TraceError::Broken { .. }) if session.read.records() > 0 => session.lose(error),
        read => read?,
    }
    session.read.history = session.leave_history();
    complete([&mut session.read]);
    Ok(session.read)
}

pub(crate) struct Session<'s> {
    pub(crate) file: Arc<str>,
    pub(crate) line: u64,
    pub(crate) options: &'s Options<'s>,
    /// The innermost layer that what is being read is packed in.
    pub(crate) packing: Option<Packing>,
    /// Whether a layer around it says where it ends.
    pub(crate) has_end: bool,
    /// How many lists of records have ended.
    pub(crate) lists_over: u64,
    pub(crate) documents: Documents,
    pub(crate) document: InDocument,
    pub(crate) history: History,
    pub(crate) read: Read,
    pub(crate) sink: &'s mut dyn FnMut(Line),
}

/// The documents of a text, counted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Documents {
    pub(crate) all: u64,
    /// Those that are answers.
    pub(crate) answers: u64,
    /// Those that lie beside others, such as the manifest of an export.
    pub(crate) asides: u64,
}

impl Session<'_> {
    pub(crate) fn place(&self) -> Place {
        Place { file: self.file.clone(), line: self.line }
    }

    /// Another file begins.
    pub(crate) fn begin(&mut self) {
        self.history = match self.leave_history() {
            Some(history) => history.onwards(&self.file),
            None => History::new(&self.file),
        };
        self.history.first_page = self.read.pages.len();
        self.document = InDocument::default();
        self.line = 1;
    }

    /// The input ended or changed in the middle.
    pub(crate) fn failed(&self, error: &io::Error) -> TraceError {
        let what = match (error.kind(), self.packing) {
            (io::ErrorKind::UnexpectedEof, Some(packing)) => {
                format!("the {} data ends in the middle; expected a whole file", packing.name())
            }
            (_, Some(packing)) => format!("{error}; expected {} data", packing.name()),
            _ => error.to_string(),
        };
        TraceError::Broken { place: self.place(), what }
    }

    pub(crate) fn skip(&mut self, what: String) {
        let place = self.place();
        self.read.skip(Skipped { place, what });
    }

    /// The rest of a file, or of a member of an archive, cannot be read. What was read before it counts.
    pub(crate) fn lose(&mut self, error: TraceError) {
        let skipped = error.skipped();
        self.lacks(skipped.place.clone(), format!("what follows cannot be read: {}", skipped.what));
        self.read.skip(skipped);
    }

    /// This is not all that there was to read.
    pub(crate) fn lacks(&mut self, place: Place, what: String) {
        self.read.cut.get_or_insert(Skipped { place, what });
    }

    pub(crate) fn take(&mut self, place: Place, format: Format, raw: Raw) {
        *self.read.formats.entry(format).or_default() += 1;
        self.tell(place, format, raw);
    }

    /// Tells what a record says, or a member of a list in it.
    pub(crate) fn tell(&mut self, place: Place, format: Format, mut raw: Raw) {
        if self.options.rows.is_some() && raw.row.is_none() && format.has_only_fields() {
            raw.row = Some(Row::of_fields(&raw.fields));
        }
        let raw = self.options.mapping.make(raw, &place.file);
        let Clocks { best, apart, unread } = Clocks::of(&raw, self.options.mapping);
        if let (Some((_, believed)), Some((other, seconds))) = (best, apart)
            && self.read.apart.as_ref().is_none_or(|apart| apart.seconds < seconds)
        {
            self.read.apart = Some(Apart { place: place.clone(), clocks: (believed, other), seconds });
        }
        if let Some(time) = unread {
            let first = || Skipped {
                place: place.clone(),
                what: format!("`{time}` is no time that is read; expected one such as 2026-07-13T18:10:27Z"),
            };
            self.read.unread_times.get_or_insert_with(|| (0, first())).0 += 1;
        }
        if let Some(id) = self.options.mapping.rounded_id(&raw.fields) {
            let what =
                format!("the id `{id}` was rounded by a spreadsheet; expected one that was saved as a text");
            self.lacks(place.clone(), what);
        }
        let has_zone = best.is_none_or(|(told, _)| told.has_zone);
        let lists_before = self.lists_over;
        let in_seconds = best.is_some_and(|(told, _)| told.in_seconds);
        if !has_zone {
            self.read.zoneless.get_or_insert((0, place.clone())).0 += 1;
        }
        if raw.is_cut {
            self.lacks(place.clone(), "what it says ends in the middle".into());
        }
        if raw.is_keys_only {
            self.lacks(place.clone(), "of a row only its keys are here, and not what it says".into());
        }
        let time = best.map(|(told, clock)| (told.time, clock));
        let Raw { fields, before, order, row, .. } = raw;
        let row = row.map(|row| {
            let table = row.table.or_else(|| self.document.table.clone());
            Row { table, ..row }
        });
        let order =
            order.map(|(whose, number)| (if whose.is_empty() { self.history.name() } else { whose }, number));
        (self.sink)(Line {
            place,
            format,
            fields,
            before,
            order,
            time,
            has_zone,
            in_seconds,
            lists_before,
            row,
        });
    }
}
