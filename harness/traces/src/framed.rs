//! Reads a text whose records are told apart in one of the ways that there are.
use crate::{
    Format, TraceError,
    binary::NOT_UTF_8,
    bounded::{self, Count, Counted, LONGEST, Next, too_long},
    colours::without_colours,
    definition::{LineReader, RowReader},
    document::{Document, is_answer, take_apart},
    fenced::{fences, has_fence, record_outside},
    line::Raw,
    not_json::no_json,
    once::Once,
    reader::{Documents, Session},
    records::Streamed,
    sniff::{self, Framing},
    table, unread,
};
use serde::de::DeserializeSeed;
use serde_json::Value;
use std::io::{self, BufRead, BufReader, Cursor, Read as _};

impl Session<'_> {
    /// Reads a text that begins with this head.
    pub(crate) fn text(&mut self, mut head: Vec<u8>, input: &mut dyn io::Read) -> Result<(), TraceError> {
        if let Some(rest) = head.strip_prefix(b"\xef\xbb\xbf") {
            head = rest.to_vec();
        }
        // The line is left where it was, so that those below are counted as before.
        if let Some(length) = table::separator(&head) {
            head.drain(..length);
        }
        let mut whole = head.len() < sniff::HEAD && !head.contains(&b'\n');
        if whole && head.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        let unknown = |session: &Session<'_>, what| TraceError::Unknown { place: session.place(), what };
        let is_guessed = self.options.format.is_none();
        // A ticket may begin with HTML, and what a mapping has patterns for with anything.
        let is_page = || head.starts_with(b"<") && has_fence(&head);
        let is_like = || sniff::is_like(&head, self.options.mapping);
        if let Some(named) = unread::of_bytes(&head).filter(|_| is_guessed && !is_page() && !is_like()) {
            return Err(TraceError::Broken { place: self.place(), what: named.to_string() });
        }
        without_colours(&mut head);
        let framing = match sniff::framing(&head, whole, self.options.format, self.options.mapping) {
            Err(_) | Ok(Framing::After(_) | Framing::Fenced) if !whole => {
                // Its first line alone does not tell.
                while head.len() < sniff::HEAD && self.more(input, &mut head)? > 0 {}
                whole = head.len() < sniff::HEAD;
                without_colours(&mut head);
                sniff::framing(&head, whole, self.options.format, self.options.mapping)
            }
            framing => framing,
        };
        let mut framing = framing.map_err(|what| unknown(self, what))?;
        if let Framing::After(at) = framing {
            self.skip("it is no record, but something that stands before the first".into());
            head.splice(..at, head[..at].iter().copied().filter(|byte| *byte == b'\n').collect::<Vec<u8>>());
            framing = sniff::framing(&head, whole, None, self.options.mapping)
                .map_err(|what| unknown(self, what))?;
        }
        let mut input = BufReader::with_capacity(sniff::HEAD, Cursor::new(head).chain(input));
        match framing {
            Framing::Lines => self.json_lines(&mut input),
            Framing::Documents => self.documents(&mut input),
            Framing::Csv(format, read, by) => self.csv(&mut input, format, read, by),
            Framing::Text(format, read) => self.text_lines(&mut input, format, read),
            Framing::Fenced => self.page(&mut input),
            Framing::After(_) => Err(unknown(self, "it begins with something else".into())),
        }
    }

    /// The fences of a page, each a text of its own.
    fn page(&mut self, input: &mut dyn BufRead) -> Result<(), TraceError> {
        let mut page = Vec::new();
        input.take(LONGEST + 1).read_to_end(&mut page).map_err(|error| self.failed(&error))?;
        if page.len() as u64 > LONGEST {
            return Err(TraceError::Broken { place: self.place(), what: too_long() });
        }
        self.read.packed.push("fences of a page");
        let page = String::from_utf8_lossy(&page);
        if let Some(line) = record_outside(&page) {
            self.line = line;
            self.lacks(
                self.place(),
                "it stands outside of the fences, and is not read; expected records in fences".into(),
            );
        }
        for fence in fences(&page) {
            self.begin();
            if fence.is_typed && fence.is_whole && fence.text.trim().is_empty() {
                continue;
            }
            // The lines before it are counted.
            let text = "\n".repeat(fence.after) + &fence.text;
            match self.text(text.into_bytes(), &mut io::empty()) {
                Err(TraceError::Unknown { .. }) if fence.is_typed => {}
                Err(error) => self.lose(error),
                Ok(()) => {}
            }
            if !fence.is_whole {
                self.lacks(self.place(), "a fence has no end; it may have been cut".into());
            }
        }
        // After the last fence there may be another.
        self.documents = Documents::default();
        Ok(())
    }

    /// The next line that is not blank, with its end if it has one; none at the end of the input.
    fn line(&mut self, input: &mut dyn BufRead, buffer: &mut Vec<u8>) -> Result<bool, TraceError> {
        loop {
            let next = bounded::line(input, buffer);
            self.line += 1;
            without_colours(buffer);
            match next.map_err(|error| self.failed(&error))? {
                Next::End => return Ok(false),
                Next::TooLong => self.skip(format!("{}; expected one record on each line", too_long())),
                Next::Line if buffer.iter().all(u8::is_ascii_whitespace) => {}
                Next::Line => return Ok(true),
            }
        }
    }

    /// One value on each line, or one after another without anything between them.
    fn json_lines(&mut self, input: &mut dyn BufRead) -> Result<(), TraceError> {
        let mut buffer = Vec::new();
        self.line = 0;
        while self.line(input, &mut buffer)? {
            let mut rest = &buffer[..];
            while !rest.is_empty() {
                rest = self.values_of_line(rest);
            }
        }
        Ok(())
    }

    /// Reads values until one is broken; what is left is what follows the broken one.
    fn values_of_line<'l>(&mut self, line: &'l [u8]) -> &'l [u8] {
        let mut values = serde_json::Deserializer::from_slice(line).into_iter::<Once>();
        loop {
            let begins = values.byte_offset();
            match values.next() {
                None => return &[],
                Some(Ok(Once { twice: Some(what), .. })) => self.skip(what),
                Some(Ok(Once { value, twice: None })) => {
                    self.documents.all += 1;
                    // Of several, none is all there is.
                    let is_alone = self.documents.all == 1;
                    self.documents.answers += u64::from(is_alone && is_answer(&value, self));
                    take_apart(value, self);
                }
                Some(Err(_)) if begins == 0 && self.remark(line) => return &[],
                Some(Err(error)) => {
                    self.skip(format!(
                        "{}; expected a JSON value",
                        no_json(line).unwrap_or_else(|| without_place(&error))
                    ));
                    // Between two that stand one after another there is this, and hardly in one.
                    let next = line[begins..].windows(3).position(|bytes| bytes == b"}{\"");
                    return next.map_or(&[], |next| &line[begins + next + 1..]);
                }
            }
        }
    }

    /// Among the lines of a log there may be some that are no JSON, such as what a runtime says of itself, or that have it behind a
    /// time. What looks like a part of JSON is none of these.
    fn remark(&mut self, line: &[u8]) -> bool {
        let Ok(text) = std::str::from_utf8(line) else { return false };
        let text = text.trim();
        let is_part =
            text.starts_with(['{', '[', '"', '}', ']']) || text.ends_with('}') || text.contains("\":");
        let log = self.read.formats.keys().find(|format| format.is_log() && format.is_any()).copied();
        let Some(log) = log.filter(|_| self.options.format.is_none()) else { return false };
        let own = || Format::of_first_line(text).and_then(Format::line_reader);
        match own().filter(|_| !text.starts_with(['{', '"', '}', ']'])) {
            Some((format, read)) => self.text_record(self.line, text, format, read),
            None if is_part => return false,
            None => take_apart_text(log, text, self),
        }
        true
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
                Ok(line) if self.is_logged_json(line) => {
                    self.text_record(begins, &record, format, read);
                    record.clear();
                    self.values_of_line(line.as_bytes());
                }
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
                Err(_) => self.skip(NOT_UTF_8.into()),
            }
        }
        self.text_record(begins, &record, format, read);
        if !ends {
            self.line -= 1;
            self.unended();
        }
        Ok(())
    }

    /// Whether a line is by itself what a logger writes as JSON: it does not go on with the line before it.
    fn is_logged_json(&self, line: &str) -> bool {
        let value = || serde_json::from_str::<Value>(line).ok();
        let is_log =
            |value: Value| Format::of_record(&value).is_some_and(|format| format.is_any() && format.is_log());
        self.options.format.is_none() && line.starts_with('{') && value().is_some_and(is_log)
    }

    fn text_record(&mut self, begins: u64, record: &str, format: Format, read: LineReader) {
        if record.is_empty() {
            return;
        }
        let last = std::mem::replace(&mut self.line, begins);
        match read(record.trim_end()) {
            Ok(raw) => {
                let row = self.options.rows.and_then(|_| format.row_of_line(record.trim_end()));
                self.take(self.place(), format, Raw { row, ..raw });
            }
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
                // A list of documents may have been written without its brackets.
                if !blank.is_ascii_whitespace() && blank != b',' {
                    break;
                }
                count.line.set(count.line.get() + u64::from(blank == b'\n'));
                input.input.consume(1);
            }
            if input.input.fill_buf().map_err(|error| self.failed(&error))?.is_empty() {
                return Ok(());
            }
            let mut streamed = Streamed { session: self, count: &count };
            let mut deserializer = serde_json::Deserializer::from_reader(&mut input);
            let done = Document(&mut streamed).deserialize(&mut deserializer);
            self.line = count.line.get();
            let is_answer = done.map_err(|error| {
                let expected = "expected a whole JSON document";
                TraceError::Broken {
                    place: self.place(),
                    what: format!("{}; {expected}", without_place(&error)),
                }
            })?;
            self.documents.all += 1;
            self.documents.answers += u64::from(is_answer);
        }
    }

    fn csv(
        &mut self,
        input: &mut dyn BufRead,
        format: Format,
        read: RowReader,
        by: u8,
    ) -> Result<(), TraceError> {
        let count = Count::default();
        let mut table = csv::ReaderBuilder::new();
        let mut table = table.flexible(true).delimiter(by).from_reader(Counted { input, count: &count });
        let broken =
            |place, error: csv::Error| TraceError::Broken { place, what: format!("{error}; expected CSV") };
        let header = table.headers().map_err(|error| broken(self.place(), error))?.clone();
        if let Some(twice) = table::named_twice(&header) {
            let what = format!(
                "two columns are called `{twice}`, and which is meant is not known; expected a name for each, as in `select … as {twice}_2`"
            );
            self.lacks(self.place(), what);
        }
        let (mut row, mut rows) = (csv::ByteRecord::new(), 0_u64);
        loop {
            count.mark();
            self.line = table.position().line();
            if !table.read_byte_record(&mut row).map_err(|error| broken(self.place(), error))? {
                // A line may end within a cell, which then has no other mark.
                if !count.ends.get() || count.quotes.get() % 2 == 1 {
                    self.unended();
                }
                return Ok(());
            }
            self.line = row.position().map_or(self.line, csv::Position::line);
            match csv::StringRecord::from_byte_record(row.clone()) {
                // Whoever puts tables one behind the other has their headers, too; and a sheet may end in rows of nothing.
                Ok(row) if row == header || row.len() > 1 && row.iter().all(str::is_empty) => {}
                Ok(row) if row.len() == header.len() => {
                    rows += 1;
                    // Bars stand in a table for people, with blanks around its cells.
                    let cell = |cell| if by == b'|' { str::trim(cell) } else { cell };
                    let columns = || header.iter().map(str::trim).zip(row.iter().map(cell));
                    let of_table = self.options.rows.and_then(|_| format.row_of_columns(&mut columns()));
                    self.take(self.place(), format, Raw { row: of_table, ..read(&mut columns()) });
                }
                // What a database prints for people has a ruler below its header, and at its end a count.
                Ok(row) if by == b'|' && row.len() == 1 && table::is_ruler(&row[0]) => {
                    if let Some(said) = table::counted(&row[0]).filter(|said| *said != rows) {
                        self.lacks(
                            self.place(),
                            format!("it says `({said} rows)`, and {rows} of them are here"),
                        );
                    }
                    rows = 0;
                }
                Ok(row) => self.skip(format!("{} columns; expected {}", row.len(), header.len())),
                Err(_) => self.skip(NOT_UTF_8.into()),
            }
        }
    }
}

fn take_apart_text(log: Format, text: &str, session: &mut Session<'_>) {
    let mut found = None;
    let read = log.read(text.into(), &mut |raw| found = Some(raw));
    match (read, found) {
        (Ok(()), Some(raw)) => session.take(session.place(), log, raw),
        (Err(what), _) => session.skip(what),
        (Ok(()), None) => {}
    }
}

/// serde tells a place within what it was given; ours is the file's.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.split(" at line ").next().unwrap_or_default() {
        "invalid unicode code point" => NOT_UTF_8.into(),
        text => text.into(),
    }
}
