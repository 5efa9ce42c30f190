use crate::{Outcome, Pick, Point, Record, Source, Subject};

/// A run that was followed as far as its schedule goes.
#[derive(Clone, Debug)]
pub struct Walked {
    /// What came of it so far.
    pub outcome: Outcome,
    /// The evidence of it.
    pub record: Record,
    /// What could come next, in the order of its numbers; nothing, if the run is over.
    pub next: Vec<Next>,
    /// Whether that is asked within a step: then the step is not part of what is shown.
    pub is_within: bool,
}

/// What could come next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// What the way is called.
    pub label: String,
    /// Whether something goes wrong in it.
    pub is_fault: bool,
}

/// A schedule is of no run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Astray {
    /// There are not so many ways.
    #[error("choice {at} is way {way}, and there are {ways}, counted from 0")]
    NoSuchWay {
        /// The choice, counted from 1.
        at: usize,
        /// The way that it was to be.
        way: u32,
        /// How many there are.
        ways: usize,
    },
    /// The run is over before.
    #[error("the run is over after {made} of {all} choices")]
    Over {
        /// The choices that were made.
        made: usize,
        /// Those of the schedule.
        all: usize,
    },
}

/// Makes the run of a schedule: at each point where there is more than one way, the way of its number, counted from 0. At the
/// first point beyond the schedule it stops. Where there is only one way, it goes that.
///
/// # Errors
/// [`Astray`], if the schedule is of no run.
pub fn walk(subject: &dyn Subject, schedule: &[u32]) -> Result<Walked, Astray> {
    let mut walk = Walk::new(schedule, usize::MAX);
    let (outcome, record) = subject.record(&mut walk);
    let next = walk.next()?;
    let is_within = walk.is_within && !next.is_empty();
    let (outcome, record) = match is_within {
        // What the service does in the middle of a step is not settled yet, so the step is not made.
        true => subject.record(&mut Walk::new(schedule, walk.last)),
        false => (outcome, record),
    };
    Ok(Walked { outcome, record, next, is_within })
}

struct Walk<'s> {
    schedule: &'s [u32],
    /// It stops at this point, counted from 0, also where there is one way.
    end: usize,
    points: usize,
    /// The last point that was between two steps.
    last: usize,
    position: usize,
    stopped: bool,
    is_within: bool,
    next: Vec<Next>,
    ways: usize,
}

impl<'s> Walk<'s> {
    fn new(schedule: &'s [u32], end: usize) -> Walk<'s> {
        Walk {
            schedule,
            end,
            points: 0,
            last: 0,
            position: 0,
            stopped: false,
            is_within: false,
            next: Vec::new(),
            ways: 0,
        }
    }

    fn next(&mut self) -> Result<Vec<Next>, Astray> {
        let (at, all) = (self.position, self.schedule.len());
        match self.schedule.get(at) {
            Some(way) if self.stopped => Err(Astray::NoSuchWay { at: at + 1, way: *way, ways: self.ways }),
            Some(_) => Err(Astray::Over { made: at, all }),
            None => Ok(std::mem::take(&mut self.next)),
        }
    }
}

impl Source for Walk<'_> {
    fn pick(&mut self, point: &dyn Point) -> Pick {
        let ways = point.ways();
        // Whoever is stopped may ask once more on his way out.
        if self.stopped || self.points == self.end {
            self.stopped = true;
            return Pick::Stop;
        }
        if !point.is_within() {
            self.last = self.points;
        }
        self.points += 1;
        let scheduled = self.schedule.get(self.position).copied();
        match scheduled {
            _ if ways == 1 => return Pick::Take(0),
            Some(way) if (way as usize) < ways => {
                self.position += 1;
                return Pick::Take(way as usize);
            }
            Some(_) => {}
            None => {
                let next = |way| Next { label: point.label(way), is_fault: point.way(way).cost.faults > 0 };
                self.next = (0..ways).map(next).collect();
            }
        }
        (self.stopped, self.is_within, self.ways) = (true, point.is_within(), ways);
        Pick::Stop
    }
}
