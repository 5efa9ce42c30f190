//! A service that is made up: a few cells and a list of rows.
use anechoic_engine::{Digest, Fingerprinter, Footprint, Fresh, Service};
use std::hash::Hash;

pub(crate) const KEYS: usize = 3;

/// Some cells with their older versions, and a list of rows under drawn names, which outlive the invocations that drew
/// them or do not.
#[derive(Clone, Debug, Default, Hash)]
pub(crate) struct Cells<const OUTLIVE: bool> {
    pub(crate) values: [u8; KEYS],
    older: [Vec<u8>; KEYS],
    pub(crate) rows: Vec<(Fresh, u8)>,
}

/// A put is answered with whether it replaced a row.
#[derive(Clone, Copy, Debug, Hash)]
pub(crate) enum Ask {
    Add(usize),
    Set {
        key: usize,
        from: u8,
        to: u8,
    },
    Read(usize),
    Put(Option<Fresh>, u8),
    /// Adds to two cells, in a batch that can be torn.
    Both(usize, usize),
    /// Sets a cell to what the service likes; it may refuse.
    Any(usize),
}

impl<const OUTLIVE: bool> Service for Cells<OUTLIVE> {
    type Request = Ask;
    type Response = (bool, u8);
    type Answer = u8;

    const NAMES_OUTLIVE_INVOCATIONS: bool = OUTLIVE;

    fn snapshot(&self) -> Option<Self> {
        Some(self.clone())
    }

    fn apply(&mut self, request: &Ask) -> (bool, u8) {
        match *request {
            Ask::Add(key) => {
                self.write(key, self.values[key].wrapping_add(1));
                (true, self.values[key])
            }
            Ask::Set { key, from, to } => {
                let done = self.values[key] == from;
                if done {
                    self.write(key, to);
                }
                (done, 0)
            }
            Ask::Read(key) => (true, self.values[key]),
            Ask::Put(name, row) => {
                let name = name.expect("a name is drawn before it is sent");
                let before = self.rows.len();
                self.rows.retain(|(known, _)| *known != name);
                let replaced = self.rows.len() < before;
                self.rows.push((name, row));
                (true, u8::from(replaced))
            }
            Ask::Both(one, other) => {
                self.apply_torn(request, 0);
                self.apply_torn(request, 1);
                (true, self.values[one].wrapping_sub(self.values[other]))
            }
            Ask::Any(_) => self.apply_choice(request, 0),
        }
    }

    fn refusals(&self, request: &Ask) -> Vec<(bool, u8)> {
        if let Ask::Any(_) = request { vec![(false, 5), (true, 6)] } else { Vec::new() }
    }

    fn tears(&self, request: &Ask) -> usize {
        if let Ask::Both(..) = request { 2 } else { 0 }
    }

    fn apply_torn(&mut self, request: &Ask, way: usize) {
        let Ask::Both(one, other) = *request else { unreachable!("only a batch is torn") };
        let key = [one, other][way];
        self.write(key, self.values[key].wrapping_add(1));
    }

    fn choices(&self, request: &Ask) -> u32 {
        if let Ask::Any(_) = request { 2 } else { 1 }
    }

    fn apply_choice(&mut self, request: &Ask, way: u32) -> (bool, u8) {
        let Ask::Any(key) = *request else { unreachable!("nothing else is chosen") };
        self.write(key, way as u8 + 1);
        (true, way as u8)
    }

    fn digest(&self, digest: &mut Digest) {
        digest.shared(&(self.values, &self.older));
        for (name, row) in &self.rows {
            digest.named(*name, row);
        }
    }

    fn digest_request(&self, request: &Ask, fingerprinter: &mut Fingerprinter) {
        request.hash(fingerprinter);
    }

    fn footprint(&self, request: &Ask) -> Footprint {
        match request {
            Ask::Add(key) | Ask::Set { key, .. } | Ask::Any(key) => Footprint::nothing().writes(key),
            Ask::Both(one, other) => Footprint::nothing().writes(one).writes(other),
            Ask::Read(key) => Footprint::nothing().reads(key),
            Ask::Put(name, _) => Footprint::nothing().writes(name),
        }
    }

    fn older_versions(&self, request: &Ask) -> usize {
        if let Ask::Read(key) = request { self.older[*key].len() } else { 0 }
    }

    fn apply_stale(&self, request: &Ask, age: usize) -> (bool, u8) {
        let Ask::Read(key) = request else { unreachable!("only reads are stale") };
        (true, self.older[*key][self.older[*key].len() - age])
    }
}

impl<const OUTLIVE: bool> Cells<OUTLIVE> {
    fn write(&mut self, key: usize, value: u8) {
        self.older[key].push(self.values[key]);
        self.values[key] = value;
    }
}
