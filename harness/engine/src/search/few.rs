//! The runs with few context switches, of a pass that turns out to be large. Few bugs need more, so these are made before the pass
//! goes on, as long as they are few beside those that it has made: a pass that can be made whole is not held up by them.
use super::{Covered, Exhaustive, Findings, Limit, Path, Reduce, Watch, exhaustive::Ended};
use crate::Subject;

/// A pass that takes more runs than this is large.
const LARGE: u64 = 1_000_000;
/// First those with no context switch are made, then those with one, and so on.
const MOST_SWITCHES: u32 = 2;
/// They may be this part of what the pass has made; if they are more, they are tried again when it is so many times as large.
const PART: u64 = 4;

/// Which of them are still to be made, and when.
pub(super) struct Few {
    /// With so many context switches.
    switches: u32,
    /// After so many runs of the pass.
    after: u64,
}

impl Few {
    /// Those of a search, within a limit.
    pub(super) fn of(how: &Exhaustive, limit: Limit) -> Few {
        // Without known states they would be as many again; and they are what a limited pass is made of.
        let are_wanted = how.reduce.states && how.shard.is_none() && limit.switches.is_none();
        Few { switches: 0, after: if are_wanted { LARGE } else { u64::MAX } }
    }

    /// How many runs the pass makes before it is their turn.
    pub(super) fn after(&self) -> u64 {
        self.after
    }

    /// Makes them, as far as time goes. Nothing sleeps in them: the run that stands for a sleeping one may have more switches.
    pub(super) fn make(
        &mut self,
        how: &Exhaustive,
        subject: &dyn Subject,
        limit: Limit,
        findings: &mut Findings,
        watch: &mut dyn Watch,
    ) {
        let below = findings.covered.and_then(|covered| covered.faults);
        let awake = Exhaustive { reduce: Reduce { sleep: false, ..how.reduce }, ..*how };
        let mut watch = AtMost { runs: findings.executions + self.after / PART, watch };
        while self.switches <= MOST_SWITCHES {
            let limit = Limit { switches: Some(self.switches), ..limit };
            let ended = awake.pass(subject, limit, vec![Path::default()], findings, &mut watch).0;
            if ended != Ended::Complete {
                self.after = self.after.saturating_mul(PART);
                return;
            }
            let few_switches = Some((limit.faults, self.switches));
            findings.covered = Some(Covered { faults: below, few_switches });
            self.switches += 1;
        }
        self.after = u64::MAX;
    }
}

/// Lets so many runs be made at most.
struct AtMost<'w> {
    runs: u64,
    watch: &'w mut dyn Watch,
}

impl Watch for AtMost<'_> {
    fn go_on(&mut self, so_far: &Findings) -> bool {
        self.watch.go_on(so_far) && so_far.executions < self.runs
    }
}
