use crate::{
    Clock, Fields, Format, Line, Mapping, Place, Skipped, TraceError,
    bounded::{self, Count, Counted, LONGEST, Next, too_long},
    clocks::Clocks,
    definition::{LineReader, Object, RowReader},
    document::{Document, Records, take_apart},
    line::Raw,
    sniff::{self, Framing},
};
use flate2::read::MultiGzDecoder;
use serde::de::DeserializeSeed;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    io::{self, BufRead, BufReader, Cursor, Read as _},
    sync::Arc,
};

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
    /// How many times say in no zone they are meant, and where the first of them is.
    pub zoneless: Option<(u64, Place)>,
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

    fn skip(&mut self, skipped: Skipped) {
        /// So many broken records are told one by one.
        const TOLD: usize = 5;
        self.skipped += 1;
        if self.first_skipped.len() < TOLD {
            self.first_skipped.push(skipped);
        }
    }
}

/// Reads a trace and gives each record to `sink`, in the order of the file. What is compressed is unpacked.
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
        inherited: Fields::default(),
        in_document: 0,
        read: Read::default(),
        sink,
    };
    match session.file(input) {
        Err(TraceError::Broken { place, what }) if session.read.records() > 0 => {
            session.lacks(place.clone(), format!("what follows cannot be read: {what}"));
            session.read.skip(Skipped { place, what });
        }
        read => read?,
    }
    Ok(session.read)
}

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
            Framing::Lines => self.json_lines(&mut input),
            Framing::Documents => self.documents(&mut input),
            Framing::Csv(format, read) => self.csv(&mut input, format, read),
            Framing::Text(format, read) => self.text_lines(&mut input, format, read),
        }
    }

    /// The next line that is not blank, with its end if it has one; none at the end of the input.
    fn line(&mut self, input: &mut dyn BufRead, buffer: &mut Vec<u8>) -> Result<bool, TraceError> {
        loop {
            let next = bounded::line(input, buffer);
            self.line += 1;
            match next.map_err(|error| self.failed(&error))? {
                Next::End => return Ok(false),
                Next::TooLong => self.skip(format!("{}; expected one record on each line", too_long())),
                Next::Line if buffer.iter().all(u8::is_ascii_whitespace) => {}
                Next::Line => return Ok(true),
            }
        }
    }

    fn json_lines(&mut self, input: &mut dyn BufRead) -> Result<(), TraceError> {
        let mut buffer = Vec::new();
        self.line = 0;
        while self.line(input, &mut buffer)? {
            match serde_json::from_slice(&buffer) {
                Ok(value) => take_apart(value, self),
                Err(error) => self.skip(format!("{}; expected a JSON value", without_place(&error))),
            }
        }
        Ok(())
    }

    /// A line that does not begin like a record goes on with the record before it.
    fn text_lines(
        &mut self,
        input: &mut dyn BufRead,
        format: Format,
        read: LineReader,
    ) -> Result<(), TraceError> {
        let (mut buffer, mut record, mut begins, mut ends) = (Vec::new(), String::new(), 0, true);
        self.line = 0;
        while self.line(input, &mut buffer)? {
            ends = buffer.last() == Some(&b'\n');
            match std::str::from_utf8(&buffer) {
                Ok(line) if read(line.trim_end()).is_ok() => {
                    self.text_record(begins, &record, format, read);
                    record.clear();
                    begins = self.line;
                    record.push_str(line);
                }
                Ok(line) if !record.is_empty() && record.len() + line.len() <= LONGEST as usize => {
                    record.push_str(line);
                }
                Ok(line) => self.skip(read(line.trim_end()).err().unwrap_or_else(too_long)),
                Err(error) => self.skip(format!("{error}; expected UTF-8")),
            }
        }
        self.text_record(begins, &record, format, read);
        if !ends {
            self.line -= 1;
            self.unended();
        }
        Ok(())
    }

    fn text_record(&mut self, begins: u64, record: &str, format: Format, read: LineReader) {
        let last = std::mem::replace(&mut self.line, begins);
        match read(record.trim_end()) {
            Ok(raw) => self.take(format, raw),
            Err(_) if record.is_empty() => {}
            Err(what) => self.skip(what),
        }
        self.line = last;
    }

    /// Nothing tells whether a text without an end is whole.
    fn unended(&mut self) {
        self.lacks(self.place(), "the last line has no end; it may have been cut".into());
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
                if !count.ends.get() {
                    self.unended();
                }
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
        let place = self.place();
        self.read.skip(Skipped { place, what });
    }

    /// This is not all that there was to read.
    fn lacks(&mut self, place: Place, what: String) {
        self.read.truncated.get_or_insert(Skipped { place, what });
    }

    fn take(&mut self, format: Format, raw: Raw) {
        *self.read.formats.entry(format).or_default() += 1;
        let place = self.place();
        let Clocks { best, apart } = Clocks::of(&raw, self.options.mapping);
        if let (Some((_, believed)), Some((other, seconds))) = (best, apart)
            && self.read.apart.as_ref().is_none_or(|apart| apart.seconds < seconds)
        {
            self.read.apart = Some(Apart { place: place.clone(), clocks: (believed, other), seconds });
        }
        let has_zone = best.is_none_or(|(told, _)| told.has_zone);
        if !has_zone {
            self.read.zoneless.get_or_insert((0, place.clone())).0 += 1;
        }
        if raw.is_cut {
            self.lacks(place.clone(), "what it says ends in the middle".into());
        }
        let time = best.map(|(told, clock)| (told.time, clock));
        let Raw { fields, before, order, .. } = raw;
        let order =
            order.map(|(whose, number)| (if whose.is_empty() { self.file.clone() } else { whose }, number));
        (self.sink)(Line { place, format, fields, before, order, time, has_zone });
    }
}

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
        if let Some(what) = Format::truncation(&beside, self.in_document) {
            self.lacks(self.place(), what);
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
