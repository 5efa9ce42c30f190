//! A tiny service for the engine's own tests: a journal of words, and a cell that is set once.
use anechoic_engine::{
    Bound, Breaches, Footprint, InProcess, Outcome, Pick, Point, Promise, Record, Rest, Room, Scenario,
    Service, Source, Subject, Text,
};

#[derive(Clone, Debug, Default, Hash)]
pub(crate) struct Journal {
    pub(crate) words: Vec<&'static str>,
    pub(crate) cell: u32,
    pub(crate) older: Vec<u32>,
}

#[derive(Clone, Debug, Hash)]
pub(crate) enum Ask {
    /// Adds a word.
    Write(&'static str),
    /// Sets the cell, if it holds this.
    Set { from: u32, to: u32 },
    /// Reads the cell.
    Read,
}

impl Service for Journal {
    type Request = Ask;
    type Response = (bool, u32);
    type Answer = u32;

    fn snapshot(&self) -> Option<Self> {
        Some(self.clone())
    }

    fn apply(&mut self, request: &Ask) -> (bool, u32) {
        match request {
            Ask::Write(word) => {
                self.words.push(word);
                (true, 0)
            }
            Ask::Set { from, to } if self.cell == *from => {
                self.older.push(self.cell);
                self.cell = *to;
                (true, *to)
            }
            Ask::Set { .. } => (false, self.cell),
            Ask::Read => (true, self.cell),
        }
    }

    fn footprint(&self, request: &Ask) -> Footprint {
        match request {
            Ask::Write(_) => Footprint::nothing().writes(&"words"),
            Ask::Set { .. } => Footprint::nothing().writes(&"cell"),
            Ask::Read => Footprint::nothing().reads(&"cell"),
        }
    }

    fn older_versions(&self, request: &Ask) -> usize {
        if matches!(request, Ask::Read) { self.older.len() } else { 0 }
    }

    fn apply_stale(&self, _: &Ask, age: usize) -> (bool, u32) {
        (true, self.older[self.older.len() - age])
    }

    fn cells(&self) -> Vec<(Text, String)> {
        vec![("words".into(), self.words.join(" ")), ("cell".into(), self.cell.to_string())]
    }
}

/// A scenario from a function that lets the actors in.
pub(crate) struct With<F> {
    pub(crate) set_up: F,
    pub(crate) is_timed: bool,
}

impl<F: Fn(&mut Room<Journal>) + Sync> Scenario for With<F> {
    type Service = Journal;

    fn promises(&self) -> Vec<Promise> {
        vec!["no_word_twice".into()]
    }

    fn is_timed(&self) -> bool {
        self.is_timed
    }

    fn service(&self) -> Journal {
        Journal::default()
    }

    fn set_up(&self, room: &mut Room<Journal>, _: &[usize]) {
        (self.set_up)(room);
    }

    fn always(&self, journal: &Journal, breaches: &mut Breaches) {
        for (index, word) in journal.words.iter().enumerate() {
            if journal.words[..index].contains(word) {
                breaches.report(0, "twice", || format!("`{word}` is there twice"));
            }
        }
    }

    fn at_rest(&self, _: &Rest<'_, Journal>, _: &mut Breaches) {}
}

pub(crate) fn subject<F: Fn(&mut Room<Journal>) + Sync>(bound: Bound, set_up: F) -> InProcess<With<F>> {
    InProcess { scenario: With { set_up, is_timed: false }, bound }
}

/// The same, and time passes.
#[allow(dead_code, reason = "not every test asks for it")]
pub(crate) fn timed<F: Fn(&mut Room<Journal>) + Sync>(bound: Bound, set_up: F) -> InProcess<With<F>> {
    InProcess { scenario: With { set_up, is_timed: true }, bound }
}

/// Takes the first way whose label contains the next of these, as long as there is one, and else the first way.
pub(crate) struct Script(pub(crate) Vec<&'static str>);

impl Source for Script {
    fn pick(&mut self, point: &dyn Point) -> Pick {
        let wanted = self.0.first().copied();
        let found =
            wanted.and_then(|wanted| (0..point.ways()).find(|way| point.label(*way).contains(wanted)));
        if found.is_some() {
            self.0.remove(0);
        }
        Pick::Take(found.unwrap_or(0))
    }
}

/// Runs a script to its end and asserts that all of it was played.
#[track_caller]
pub(crate) fn play(subject: &dyn Subject, script: &[&'static str]) -> (Outcome, Record) {
    let mut source = Script(script.to_vec());
    let played = subject.record(&mut source);
    assert!(source.0.is_empty(), "never offered: {:?} in {:#?}", source.0, labels(&played.1));
    played
}

/// What happened, one line each.
pub(crate) fn labels(record: &Record) -> Vec<String> {
    record.steps.iter().map(|step| step.what.clone()).collect()
}

/// What the service held in the end.
pub(crate) fn last_cells(record: &Record) -> Vec<String> {
    record.steps.last().map_or_else(|| record.initial.clone(), |step| step.cells.clone())
}
