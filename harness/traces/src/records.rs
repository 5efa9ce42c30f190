//! From the values of a document to records: which format each is of, and what it is wrapped in.
use crate::{
    Format, Row, answer,
    bounded::Count,
    clock::Told,
    definition::{Inner, Object},
    document::{Records, take_apart},
    history::History,
    line::Raw,
    nested::list_of_things,
    pages::{Mark, Page},
    reader::Session,
    unread,
};
use serde_json::Value;

/// The document at hand.
#[derive(Default)]
pub(crate) struct InDocument {
    /// How many records it has so far.
    records: u64,
    /// When what is being read was sent, by what it is wrapped in.
    sent: Option<Told>,
    /// What the message is called that is being read, by what it is wrapped in.
    id: Option<String>,
    /// How many wrappers it is in.
    depth: u8,
    /// What the record before was: most likely this one is the same, and to try all formats takes long.
    last: Option<Format>,
    /// The table whose rows are being read, if the document says so.
    pub(crate) table: Option<String>,
}

/// Nothing is sent in an envelope that is in more others.
const DEEPEST: u8 = 6;

impl Session<'_> {
    /// A value in a list whose records are of this format as a rule, or by itself.
    fn value(&mut self, of_list: Option<Format>, value: Value) {
        if let Some(said) = value.as_str().filter(|said| answer::leaves_out(said)) {
            return self.lacks(self.place(), format!("it says `{said}` in the place of others"));
        }
        self.document.records += 1;
        let same = self.document.last.filter(|last| !last.is_any() && last.is_taken(&value));
        let told = || {
            let of_list = of_list.filter(|format| format.takes(&value));
            of_list.or(same).or_else(|| Format::of_record(&value))
        };
        let Some(mut format) = self.options.format.or_else(told).or(of_list) else {
            return self.of_no_format(&value);
        };
        self.document.last = Some(format);
        // What a record says itself would be lost if only what it wraps were read.
        if self.options.format.is_none() && format.unwraps().is_some() && self.names_a_thing(&value) {
            format = Format::of_any(&value).unwrap_or(format);
        }
        if self.options.format.is_none() && !self.fits(format, &value) {
            return self.of_no_format(&value);
        }
        match format.unwraps() {
            Some(open) if self.document.depth < DEEPEST => match open(value) {
                Ok(inner) => inner.into_iter().for_each(|inner| self.inner(format, inner)),
                Err(what) => self.skip(what),
            },
            _ => self.whole(format, value),
        }
    }

    /// Any object is a row of some table, but one that says nothing of anything is none where others do.
    fn fits(&self, format: Format, value: &Value) -> bool {
        let told = || self.read.formats.keys().any(|read| !read.is_any());
        let is_row = || self.options.rows.is_some() || !told();
        !format.is_any()
            || self.names_a_thing(value) && !unread::says_types(value)
            || unread::named_value(value).is_none() && is_row()
    }

    fn names_a_thing(&self, value: &Value) -> bool {
        value.as_object().is_some_and(|object| self.is_of_a_thing(object))
    }

    fn of_no_format(&mut self, value: &Value) {
        match unread::named_value(value) {
            Some(named) if named.is_aside => {
                self.documents.asides += 1;
                self.promise(value);
            }
            Some(named) => self.skip(named.to_string()),
            None => {
                let expected = "a row, a change, a log event, a span, a history event or one of our lines";
                self.skip(format!("it is of no format that is known; expected {expected}"));
            }
        }
    }

    /// What a manifest says of the data beside it.
    fn promise(&mut self, manifest: &Value) {
        let Some(items) = manifest.get("itemCount").and_then(Value::as_u64) else { return };
        let place = self.place();
        let ([whole, parts], _) = self.read.promised.get_or_insert(([0, 0], place));
        let is_part = manifest.get("dataFileS3Key").is_some();
        *(if is_part { parts } else { whole }) += items;
    }

    fn whole(&mut self, format: Format, value: Value) {
        let about = format.told_about(&value);
        let mapping = self.options.mapping;
        if let Some(object) = value.as_object().filter(|_| about.is_none()) {
            self.doubt_lists(object);
        }
        let has_members = !mapping.lists.is_empty();
        let row = (self.options.rows.is_some() || has_members).then(|| format.row(&value)).flatten();
        let mut found = Vec::new();
        let done = format.read(value, &mut |raw| found.push(raw));
        let mut members = Vec::new();
        if let [one] = &mut found[..] {
            if let Some(row) = row.as_ref().filter(|_| has_members) {
                members = mapping.members(&row.object, one, &self.file);
            }
            let id = self.document.id.clone();
            let row = row.map(|row| Row { id: row.id.or(id), ..row });
            one.row = row.filter(|_| self.options.rows.is_some());
        }
        for mut raw in found {
            raw.time = raw.time.or(self.document.sent);
            match about.is_some() {
                true => self.event(format, about.clone().flatten(), raw),
                false => self.take(self.place(), format, raw),
            }
        }
        for member in members {
            self.tell(self.place(), format, member);
        }
        if let Err(what) = done {
            self.skip(what);
        }
    }

    /// A list of records within a record, or beside others, is read only if a mapping says so. Queries can look into it.
    fn doubt_lists(&mut self, object: &Object) {
        let mapping = self.options.mapping;
        if self.options.rows.is_some() || !mapping.lists.is_empty() {
            return;
        }
        if let Some(name) = list_of_things(object, &|name| mapping.names_entity(name)) {
            let what = format!(
                "the list `{name}` tells of things, too, and is not read; `lists` in a --mapping says that it is to be"
            );
            self.lacks(self.place(), what);
        }
    }

    /// An event of a history, which may say what all of it is about.
    fn event(&mut self, format: Format, about: Option<crate::Fields>, raw: Raw) {
        let number = raw.order.as_ref().map(|(_, number)| *number);
        if self.history.is_left_by(number, about.is_some()) {
            self.leave_history();
            self.history.next(self.read.pages.len());
        }
        // Where each event says whose it is, it is a log, which need not have all of them.
        if let Some((_, number)) = raw.order.as_ref().filter(|(whose, _)| whose.is_empty()) {
            self.history.count(format, *number);
        }
        let held = self.history.read(number, about);
        for (place, format, raw) in held.into_iter().chain([(self.place(), format, raw)]) {
            self.event_of_history(place, format, raw);
        }
    }

    fn event_of_history(&mut self, place: crate::Place, format: Format, mut raw: Raw) {
        match &self.history.about {
            Some(about) => {
                raw.fields.extend(about.clone());
                self.take(place, format, raw);
            }
            None => self.history.held.push((place, format, raw)),
        }
    }

    /// Nothing more of the history at hand follows here. What was held back is about nothing that is known. Gives the history
    /// back if another file may go on with it.
    pub(crate) fn leave_history(&mut self) -> Option<History> {
        self.end_page(Mark::Nothing);
        let is_told = self.history.about.is_some();
        let own = &mut self.read.pages[self.history.first_page..];
        own.iter_mut().for_each(|page| page.is_told &= is_told);
        if own.len() == 1 && own[0].is_whole() {
            let whole = self.read.pages.pop().and_then(|page| page.numbers);
            self.read.whole.extend(whole.map(|(format, numbers)| (format, numbers.most())));
        }
        for (place, format, raw) in std::mem::take(&mut self.history.held) {
            self.take(place, format, raw);
        }
        (is_told && self.history.is_unfinished).then(|| self.history.clone())
    }

    /// A page is over.
    fn end_page(&mut self, mark: Mark) {
        let numbers = self.history.take_page();
        if numbers.is_some() {
            self.history.is_unfinished = matches!(mark, Mark::Follows(_));
        }
        let page = Page { place: self.place(), mark, numbers, is_told: true };
        // Of those that nothing can go on with, one is enough.
        let is_like = |other: &Page| page.is_endless() && other.is_endless();
        if page.asks() && !self.read.pages.iter().any(is_like) {
            self.read.pages.push(page);
        }
    }

    /// What was in an envelope: a document of its own, or a message.
    fn inner(&mut self, envelope: Format, inner: Inner) {
        let depth = self.document.depth + 1;
        let (sent, id) = (inner.sent.or(self.document.sent), inner.id.clone());
        let outer =
            std::mem::replace(&mut self.document, InDocument { sent, depth, ..InDocument::default() });
        match inner.parsed() {
            value if value.is_array() || Format::is_own_document(&value) => take_apart(value, self),
            value => match unread::named_value(&value) {
                Some(named) => self.skip(named.to_string()),
                None => {
                    self.document.id = id;
                    self.whole(envelope, value);
                }
            },
        }
        self.document = outer;
    }
}

impl Records for Session<'_> {
    fn record(&mut self, of_list: Option<Format>, value: Value) {
        self.value(of_list, value);
    }

    fn broken(&mut self, what: String) {
        self.document.records += 1;
        self.skip(what);
    }

    fn is_of_a_thing(&self, object: &Object) -> bool {
        let is_key = |name| self.options.rows.is_some_and(|keys| keys.contains(name));
        object.keys().any(|name| self.options.mapping.names(name) || is_key(name))
    }

    fn is_inner(&self, name: &str) -> bool {
        self.options.mapping.lists.iter().any(|list| list.split('.').next() == Some(name))
    }

    fn of_table(&mut self, table: Option<String>) {
        if table.is_some() {
            let what = "batch-get-item gives the rows that were asked for by their keys, and there may be others; aws dynamodb scan or query gives all";
            self.lacks(self.place(), what.into());
        }
        self.document.table = table;
    }

    fn over(&mut self, beside: Object) {
        self.lists_over += 1;
        self.doubt_lists(&beside);
        let records = std::mem::take(&mut self.document.records);
        if let Some(what) = Format::lacks(&beside, records) {
            self.lacks(self.place(), what);
        }
        self.end_page(Format::mark(&beside, records));
        self.history.interrupt();
    }
}

/// The records of a document that is read as a stream, at the lines on which they end.
pub(crate) struct Streamed<'i, 's> {
    pub(crate) session: &'i mut Session<'s>,
    pub(crate) count: &'i Count,
}

impl Records for Streamed<'_, '_> {
    fn record(&mut self, of_list: Option<Format>, value: Value) {
        self.session.line = self.count.line.get();
        self.count.mark();
        take_apart_in(of_list, value, self.session);
    }

    fn broken(&mut self, what: String) {
        self.session.line = self.count.line.get();
        self.count.mark();
        self.session.broken(what);
    }

    fn is_of_a_thing(&self, object: &Object) -> bool {
        self.session.is_of_a_thing(object)
    }

    fn is_inner(&self, name: &str) -> bool {
        self.session.is_inner(name)
    }

    fn of_table(&mut self, table: Option<String>) {
        self.session.of_table(table);
    }

    fn over(&mut self, beside: Object) {
        self.session.line = self.count.line.get();
        self.session.over(beside);
    }
}

/// A record of a list is one value, whatever is in it; what stands for itself may hold lists of its own.
fn take_apart_in(of_list: Option<Format>, value: Value, session: &mut Session<'_>) {
    match of_list {
        None if value.is_object() => take_apart(value, session),
        _ => session.record(of_list, value),
    }
}
