//! A service with locks that block, and writes that are kept back until they are committed.
use anechoic_engine::{Blocked, Digest, Footprint, Service, Session};
use std::collections::BTreeMap;

pub(crate) const ROWS: usize = 2;

/// Rows, who holds the lock of each, and what is not committed yet. It learns of the ends of sessions at once, late, or never.
#[derive(Clone, Debug, Default, Hash)]
pub(crate) struct Locks<const NOTICES_LATE: bool> {
    pub(crate) rows: [u8; ROWS],
    pub(crate) held_by: [Option<Session>; ROWS],
    pub(crate) kept_back: BTreeMap<Session, Vec<usize>>,
    /// It never learns that a session has ended.
    pub(crate) is_deaf: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Ask {
    /// Waits until nobody holds the lock of this row, and takes it.
    Lock(usize),
    /// The same, if nobody holds it; it does not wait.
    TryLock(usize),
    Unlock(usize),
    /// Adds one when the session commits.
    AddLater(usize),
    Commit,
    /// Adds one at once.
    Add(usize),
    /// Waits until there is one, and takes it away.
    Take(usize),
    Read(usize),
    /// Nobody holds the lock any more, whoever did.
    Expire(usize),
}

impl<const NOTICES_LATE: bool> Service for Locks<NOTICES_LATE> {
    type Request = (Session, Ask);
    type Response = (bool, u8);
    type Answer = u8;

    const NOTICES_ENDS_LATE: bool = NOTICES_LATE;

    fn snapshot(&self) -> Option<Self> {
        Some(self.clone())
    }

    fn apply(&mut self, (session, ask): &(Session, Ask)) -> (bool, u8) {
        match *ask {
            Ask::Lock(row) | Ask::TryLock(row) => {
                let holder = self.held_by[row].get_or_insert(*session);
                return (holder == session, 0);
            }
            Ask::Unlock(row) => {
                let is_own = self.held_by[row] == Some(*session);
                self.held_by[row] = self.held_by[row].filter(|holder| holder != session);
                return (is_own, 0);
            }
            Ask::AddLater(row) => self.kept_back.entry(*session).or_default().push(row),
            Ask::Commit => {
                let rows = self.kept_back.remove(session).unwrap_or_default();
                rows.iter().for_each(|row| self.rows[*row] += 1);
                return (!rows.is_empty(), rows.len() as u8);
            }
            Ask::Add(row) => self.rows[row] += 1,
            Ask::Take(row) => self.rows[row] -= 1,
            Ask::Read(row) => return (true, self.rows[row]),
            Ask::Expire(row) => self.held_by[row] = None,
        }
        (true, 0)
    }

    fn blocked(&self, (session, ask): &(Session, Ask)) -> Option<Blocked> {
        match *ask {
            Ask::Lock(row) => self.held_by[row]
                .filter(|holder| holder != session)
                .map(|holder| Blocked { on: format!("the lock of row {row}").into(), held_by: vec![holder] }),
            Ask::Take(row) => (self.rows[row] == 0)
                .then(|| Blocked { on: format!("something in row {row}").into(), held_by: Vec::new() }),
            _ => None,
        }
    }

    fn session(&self, (session, _): &(Session, Ask)) -> Option<Session> {
        Some(*session)
    }

    fn ending(&self, session: Session) -> Footprint {
        if self.is_deaf {
            return Footprint::nothing();
        }
        let kept_back = self.kept_back.contains_key(&session);
        let own = Footprint::nothing();
        let own = if kept_back { own.writes(&session) } else { own };
        let held = (0..ROWS).filter(|row| self.held_by[*row] == Some(session));
        held.fold(own, |all, row| all.writes(&("lock", row)))
    }

    fn end(&mut self, session: Session) {
        if !self.is_deaf {
            self.kept_back.remove(&session);
            self.held_by = self.held_by.map(|holder| holder.filter(|holder| *holder != session));
        }
    }

    fn digest(&self, digest: &mut Digest) {
        digest.shared(&self.rows);
        for (row, holder) in self.held_by.iter().enumerate() {
            if let Some(holder) = holder {
                digest.in_session(*holder, &row);
            }
        }
        for (session, rows) in &self.kept_back {
            digest.in_session(*session, rows);
        }
    }

    fn footprint(&self, (session, ask): &(Session, Ask)) -> Footprint {
        let own = Footprint::nothing();
        match ask {
            Ask::Lock(row) | Ask::TryLock(row) | Ask::Unlock(row) | Ask::Expire(row) => {
                own.writes(&("lock", row))
            }
            Ask::AddLater(_) => own.writes(session),
            Ask::Commit => {
                let rows = self.kept_back.get(session).into_iter().flatten();
                rows.fold(own.writes(session), |all, row| all.writes(&("row", row)))
            }
            Ask::Add(row) | Ask::Take(row) => own.writes(&("row", row)),
            Ask::Read(row) => own.reads(&("row", row)),
        }
    }

    fn describe(&self, (_, ask): &(Session, Ask)) -> String {
        format!("{ask:?}")
    }
}
