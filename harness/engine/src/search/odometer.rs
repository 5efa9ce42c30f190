use super::{Limit, Path, Reduce, seen::Seen, sleep::Sleep};
use crate::{Pick, Point, Source};

/// Makes one run after the other, depth first, by running the subject again from the start for each, like an odometer
/// whose wheels differ in size:
///
/// ```text
/// took:  3 1 4 4
/// ways:  6 5 5 5     the last two wheels are at their end, so the second turns: 3 2
/// ```
pub(super) struct Odometer {
    wheels: Vec<Wheel>,
    position: usize,
    reduce: Reduce,
    limit: Limit,
    seen: Seen,
    /// What sleeps at the next point.
    sleep: Sleep,
    /// Whether anything was left out because of the limit.
    pub(super) limited: bool,
    end_states: bool,
}

struct Wheel {
    took: usize,
    ways: usize,
    /// The ways that are not gone: they sleep, or are beyond the limit.
    skipped: Vec<u32>,
    /// What slept when the point was met.
    sleep: Sleep,
    /// The context switches before it, and with it.
    switches: u32,
    switches_after: u32,
}

impl Odometer {
    pub(super) fn new(reduce: Reduce, limit: Limit, end_states: bool) -> Odometer {
        Odometer {
            wheels: Vec::new(),
            position: 0,
            reduce,
            limit,
            seen: Seen::default(),
            sleep: Sleep::default(),
            limited: false,
            end_states,
        }
    }

    pub(super) fn states(&self) -> u64 {
        self.seen.len() as u64
    }

    pub(super) fn path(&self) -> Path {
        Path(self.wheels[..self.position].iter().map(|wheel| wheel.took as u32).collect())
    }

    /// Turns to the next run; false when all have been made.
    pub(super) fn turn(&mut self) -> bool {
        self.position = 0;
        while let Some(wheel) = self.wheels.last_mut() {
            wheel.took += 1;
            if wheel.settle() {
                return true;
            }
            self.wheels.pop();
        }
        false
    }

    /// A point that this search has not come to before along these choices.
    fn meet(&mut self, point: &dyn Point) -> Option<Wheel> {
        let sleep = std::mem::take(&mut self.sleep);
        let switches = self.wheels.last().map_or(0, |wheel| wheel.switches_after);
        if self.reduce.states && self.seen.knows(point, switches, self.reduce, self.limit) {
            return None;
        }
        let (took, ways, skipped) = (0, point.ways(), Vec::new());
        let mut wheel = Wheel { took, ways, skipped, sleep, switches, switches_after: switches };
        if self.limit == Limit::NONE && sleep.is_empty() {
            return Some(wheel);
        }
        for way in 0..wheel.ways {
            let is = point.way(way);
            let beyond = point.faults() + is.cost.faults > self.limit.faults
                || self.limit.switches.is_some_and(|limit| switches + is.cost.switches > limit);
            self.limited |= beyond;
            if beyond || sleep.contains(is.deed) {
                wheel.skipped.push(way as u32);
            }
        }
        wheel.settle().then_some(wheel)
    }

    /// Goes the way of the last wheel.
    fn go(&mut self, point: &dyn Point) {
        let Some(wheel) = self.wheels.last_mut() else { return };
        if self.limit.switches.is_some() {
            wheel.switches_after = wheel.switches + point.way(wheel.took).cost.switches;
        }
        if self.reduce.sleep {
            let done = |way: usize| way < wheel.took && !wheel.skipped.contains(&(way as u32));
            self.sleep = wheel.sleep.after(point, wheel.took, done);
        }
    }
}

impl Wheel {
    /// Turns on to the next way that is to be gone; false if there is none.
    fn settle(&mut self) -> bool {
        while self.skipped.contains(&(self.took as u32)) {
            self.took += 1;
        }
        self.took < self.ways
    }
}

impl Source for Odometer {
    fn pick(&mut self, point: &dyn Point) -> Pick {
        if self.position == self.wheels.len() {
            match self.meet(point) {
                Some(wheel) => self.wheels.push(wheel),
                None => return Pick::Stop,
            }
        }
        self.position += 1;
        let wheel = &self.wheels[self.position - 1];
        let (took, ways) = (wheel.took, wheel.ways);
        assert_eq!(ways, point.ways(), "the subject does not make the same run of the same choices");
        if self.position == self.wheels.len() {
            self.go(point);
        }
        Pick::Take(took)
    }

    fn wants_end_state(&self) -> bool {
        self.end_states
    }
}
