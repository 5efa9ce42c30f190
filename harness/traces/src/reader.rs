use crate::{
    Clock, Fields, Format, Line, Mapping, Place, Role, Skipped, TraceError,
    bounded::{self, Count, Counted, Next, too_long},
    clock::parse_time,
    definition::{LineReader, Object, RowReader},
    document::{Document, Records, take_apart},
    line::Raw,
    sniff::{self, Framing},
};
use flate2::read::MultiGzDecoder;
use jiff::Timestamp;
use serde::de::DeserializeSeed;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs::{File, Metadata},
    io::{self, BufRead, BufReader, Cursor, Read as _},
    path::Path,
    sync::Arc,
};
use ulid::Ulid;

/// How a file is to be read.
#[derive(Clone, Copy, Debug)]
pub struct Options<'m> {
    /// What it holds; told by its content if `None`.
    pub format: Option<Format>,
    /// Which field says what.
    pub mapping: &'m Mapping,
}

/// What was read, and what was not.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// How many records of each format there were.
    pub formats: BTreeMap<Format, u64>,
    /// Whether it was compressed.
    pub compressed: bool,
    /// How many records were left out because they are broken or of no format.
    pub skipped: u64,
    /// The first of them.
    pub first_skipped: Vec<Skipped>,
    /// Why this is not all there was to read.
    pub truncated: Option<Skipped>,
    /// How far the clocks of one record are apart, where they are farthest.
    pub apart: Option<Apart>,
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
}

/// Opens a file.
///
/// # Errors
/// [`TraceError`], if it cannot be opened, or is a folder or a device. A pipe is read to its end.
pub fn open(path: &Path) -> Result<File, TraceError> {
    let unreadable = |error| TraceError::Unreadable { path: path.into(), error };
    let kind = path.metadata().map_err(unreadable)?;
    if kind.is_dir() {
        return Err(TraceError::Directory { path: path.into() });
    }
    if is_endless(&kind) {
        let what = "it is a device, which has no end; expected a file";
        return Err(unreadable(io::Error::new(io::ErrorKind::InvalidInput, what)));
    }
    File::open(path).map_err(unreadable)
}

#[cfg(unix)]
fn is_endless(kind: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    let kind = kind.file_type();
    kind.is_block_device() || kind.is_char_device()
}

#[cfg(not(unix))]
fn is_endless(_: &Metadata) -> bool {
    false
}

/// Reads a trace and gives each record to `sink`, in the order of the file. What is compressed is unpacked.
///
/// # Errors
/// [`TraceError`], if it is no trace, or if it ends or changes in the middle so that the rest cannot be read. A single
/// broken line is left out and told in [`Read`].
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
        inherited: Fields::default(),
        in_document: 0,
        read: Read::default(),
        sink,
    };
    session.file(input)?;
    Ok(session.read)
}

/// So many broken records are told one by one.
const TOLD: usize = 5;

struct Session<'s> {
    file: Arc<str>,
    line: u64,
    options: &'s Options<'s>,
    /// What the later records of the document at hand inherit from its earlier ones.
    inherited: Fields,
    /// Records of the document at hand.
    in_document: u64,
    read: Read,
    sink: &'s mut dyn FnMut(Line),
}

impl Session<'_> {
    fn place(&self) -> Place {
        Place { file: self.file.clone(), line: self.line }
    }

    fn file(&mut self, input: &mut dyn io::Read) -> Result<(), TraceError> {
        const GZIP: [u8; 2] = [0x1f, 0x8b];
        let mut magic = Vec::new();
        input.take(2).read_to_end(&mut magic).map_err(|error| self.failed(&error))?;
        self.read.compressed = magic == GZIP;
        let input = Cursor::new(magic).chain(input);
        if self.read.compressed { self.text(MultiGzDecoder::new(input)) } else { self.text(input) }
    }

    fn text(&mut self, mut input: impl io::Read) -> Result<(), TraceError> {
        let mut head = Vec::new();
        // The first bytes tell the format. Whoever writes to a file that grows may take a while to write so many.
        while head.len() < sniff::HEAD && !head.contains(&b'\n') {
            let mut part = vec![0; sniff::HEAD];
            let read = input.read(&mut part).map_err(|error| self.failed(&error))?;
            if read == 0 {
                break;
            }
            head.extend_from_slice(&part[..read]);
        }
        if head.iter().all(u8::is_ascii_whitespace) {
            return Err(TraceError::Empty { path: self.file.as_ref().into() });
        }
        let whole = head.len() < sniff::HEAD && !head.contains(&b'\n');
        let head = head.strip_prefix(b"\xef\xbb\xbf").map(<[u8]>::to_vec).unwrap_or(head);
        let framing = sniff::framing(&head, whole, self.options.format);
        let framing = framing.map_err(|what| TraceError::Unknown { place: self.place(), what })?;
        let mut input = BufReader::with_capacity(sniff::HEAD, Cursor::new(head).chain(input));
        match framing {
            Framing::Lines => self.lines(&mut input, &Session::json_line),
            Framing::Documents => self.documents(&mut input),
            Framing::Csv(format, read) => self.csv(&mut input, format, read),
            Framing::Text(format, read) => {
                self.lines(&mut input, &|session, line| session.text_line(line, format, read))
            }
        }
    }

    fn lines(&mut self, input: &mut dyn BufRead, take: &dyn Fn(&mut Self, &[u8])) -> Result<(), TraceError> {
        let mut buffer = Vec::new();
        self.line = 0;
        loop {
            let next = bounded::line(input, &mut buffer);
            self.line += 1;
            match next.map_err(|error| self.failed(&error))? {
                Next::End => return Ok(()),
                Next::TooLong => self.skip(format!("{}; expected one record on each line", too_long())),
                Next::Line if buffer.iter().all(u8::is_ascii_whitespace) => {}
                Next::Line => take(self, &buffer),
            }
        }
    }

    fn json_line(&mut self, line: &[u8]) {
        match serde_json::from_slice(line) {
            Ok(value) => take_apart(value, self),
            Err(error) => self.skip(format!("{}; expected a JSON value", without_place(&error))),
        }
    }

    fn text_line(&mut self, line: &[u8], format: Format, read: LineReader) {
        let raw = match std::str::from_utf8(line) {
            Ok(line) => read(line.trim_end()),
            Err(error) => Err(format!("{error}; expected UTF-8")),
        };
        match raw {
            Ok(raw) => self.take(format, raw),
            Err(what) => self.skip(what),
        }
    }

    fn documents(&mut self, input: &mut dyn BufRead) -> Result<(), TraceError> {
        let count = Count::default();
        let mut input = Counted { input, count: &count };
        loop {
            count.mark();
            while let Some(blank) =
                input.input.fill_buf().map_err(|error| self.failed(&error))?.first().copied()
            {
                if !blank.is_ascii_whitespace() {
                    break;
                }
                count.line.set(count.line.get() + u64::from(blank == b'\n'));
                input.input.consume(1);
            }
            if input.input.fill_buf().map_err(|error| self.failed(&error))?.is_empty() {
                return Ok(());
            }
            let mut counted = InDocument { session: self, count: &count };
            let mut deserializer = serde_json::Deserializer::from_reader(&mut input);
            let done = Document(&mut counted).deserialize(&mut deserializer);
            self.line = count.line.get();
            done.map_err(|error| {
                let expected = "expected a whole JSON document";
                TraceError::Broken {
                    place: self.place(),
                    what: format!("{}; {expected}", without_place(&error)),
                }
            })?;
        }
    }

    fn csv(&mut self, input: &mut dyn BufRead, format: Format, read: RowReader) -> Result<(), TraceError> {
        let count = Count::default();
        let mut table =
            csv::ReaderBuilder::new().flexible(true).from_reader(Counted { input, count: &count });
        let broken =
            |place, error: csv::Error| TraceError::Broken { place, what: format!("{error}; expected CSV") };
        let header = table.headers().map_err(|error| broken(self.place(), error))?.clone();
        let mut row = csv::ByteRecord::new();
        loop {
            count.mark();
            self.line = table.position().line();
            if !table.read_byte_record(&mut row).map_err(|error| broken(self.place(), error))? {
                return Ok(());
            }
            self.line = row.position().map_or(self.line, csv::Position::line);
            match csv::StringRecord::from_byte_record(row.clone()) {
                Ok(row) if row.len() == header.len() => {
                    self.take(format, read(&mut header.iter().zip(row.iter())));
                }
                Ok(row) => self.skip(format!("{} columns; expected {}", row.len(), header.len())),
                Err(error) => self.skip(format!("{}; expected UTF-8", error.utf8_error())),
            }
        }
    }

    /// The input ended or changed in the middle.
    fn failed(&self, error: &io::Error) -> TraceError {
        let what = match error.kind() {
            io::ErrorKind::UnexpectedEof if self.read.compressed => {
                "the gzip data ends in the middle; expected a whole file".into()
            }
            _ if self.read.compressed => format!("{error}; expected gzip data"),
            _ => error.to_string(),
        };
        TraceError::Broken { place: self.place(), what }
    }

    fn skip(&mut self, what: String) {
        self.read.skipped += 1;
        if self.read.first_skipped.len() < TOLD {
            let place = self.place();
            self.read.first_skipped.push(Skipped { place, what });
        }
    }

    fn take(&mut self, format: Format, raw: Raw) {
        *self.read.formats.entry(format).or_default() += 1;
        let time = self.time(&raw);
        let Raw { fields, before, order, .. } = raw;
        let order =
            order.map(|(whose, number)| (if whose.is_empty() { self.file.clone() } else { whose }, number));
        let place = self.place();
        (self.sink)(Line { place, format, fields, before, order, time });
    }

    /// The time of the best clock that the record has. If it has two that disagree, that is remembered.
    fn time(&mut self, raw: &Raw) -> Option<(Timestamp, Clock)> {
        let mapping = self.options.mapping;
        let clocks = [
            (self.ulid_time(raw), Clock::Ulid),
            (mapping.get(Role::Time, &raw.fields).and_then(parse_time), Clock::Attribute),
            (raw.time, Clock::Source),
            (raw.ingested, Clock::Ingestion),
        ];
        let mut clocks = clocks.into_iter().filter_map(|(time, clock)| Some((time?, clock)));
        let mut best = clocks.next()?;
        // What is ingested late is not wrong.
        if let Some(other) = clocks.find(|(_, clock)| *clock != Clock::Ingestion) {
            let seconds = best.0.duration_since(other.0).as_secs_f64().abs();
            // A ULID counts milliseconds. Another clock may know better which part of one it was.
            if best.0.as_millisecond() == other.0.as_millisecond() {
                best.0 = best.0.max(other.0);
            }
            if seconds > DISAGREE && self.read.apart.as_ref().is_none_or(|apart| apart.seconds < seconds) {
                self.read.apart = Some(Apart { place: self.place(), clocks: (best.1, other.1), seconds });
            }
        }
        Some(best)
    }

    /// When the record's key was made. A key that was made from its thing's id carries that one's time instead.
    fn ulid_time(&self, raw: &Raw) -> Option<Timestamp> {
        let mapping = self.options.mapping;
        let key = Ulid::from_string(mapping.get(Role::Key, &raw.fields)?).ok()?;
        let thing = mapping.get(Role::Entity, &raw.fields).and_then(|id| Ulid::from_string(id).ok());
        let derived = thing.is_some_and(|thing| thing.timestamp_ms() == key.timestamp_ms());
        if derived { None } else { Timestamp::from_millisecond(key.timestamp_ms().try_into().ok()?).ok() }
    }
}

/// Clocks that are farther apart than this, in seconds, disagree: some sources count only whole seconds.
const DISAGREE: f64 = 2.0;

impl Records for Session<'_> {
    fn record(&mut self, format: Option<Format>, value: Value) {
        self.in_document += 1;
        let Some(format) = self.options.format.or(format).or_else(|| Format::of_record(&value)) else {
            let expected = "a row, a change, a log event, a span, a history event or one of our lines";
            return self.skip(format!("it is of no format that is known; expected {expected}"));
        };
        let (mut inherited, mut found) = (std::mem::take(&mut self.inherited), Vec::new());
        let done = format.read(value, &mut inherited, &mut |raw| found.push(raw));
        self.inherited = inherited;
        found.into_iter().for_each(|raw| self.take(format, raw));
        if let Err(what) = done {
            self.skip(what);
        }
    }

    fn over(&mut self, beside: Object) {
        if self.read.truncated.is_none()
            && let Some(what) = Format::truncation(&beside, self.in_document)
        {
            self.read.truncated = Some(Skipped { place: self.place(), what });
        }
        self.in_document = 0;
        self.inherited = Fields::default();
    }
}

/// The records of a document, at the lines on which they end.
struct InDocument<'i, 's> {
    session: &'i mut Session<'s>,
    count: &'i Count,
}

impl Records for InDocument<'_, '_> {
    fn record(&mut self, format: Option<Format>, value: Value) {
        self.session.line = self.count.line.get();
        self.count.mark();
        self.session.record(format, value);
    }

    fn over(&mut self, beside: Object) {
        self.session.line = self.count.line.get();
        self.session.over(beside);
    }
}

/// serde tells a place within what it was given; ours is the file's.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_string()
}
