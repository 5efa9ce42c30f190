//! What is to be made of a run that is shown.
use crate::{
    judge::{Judgement, Standing},
    report::Shown,
};

/// The worst of what its promises are: a run that breaks one that nobody knew of is new.
pub(super) fn standing(shown: &Shown<'_>, judgement: &Judgement) -> Standing {
    let searched = shown.searched;
    let of = |promise: &str| {
        judgement.standings.iter().find(|cell| {
            (&*cell.scenario, &*cell.variant, &*cell.promise)
                == (&*searched.scenario, &*searched.variant, promise)
        })
    };
    let standings = shown.all().filter_map(|broken| of(&broken.promise)).map(|cell| cell.standing.clone());
    standings.min_by_key(|standing| std::cmp::Reverse(weight(standing))).unwrap_or(Standing::New)
}

/// The run that shows the worst, the first of several; and whether it shows anything that is not as it should be.
#[cfg(any(feature = "page", feature = "ci"))]
pub(super) fn worst<'s, 'r>(runs: &'s [Shown<'r>], judgement: &Judgement) -> (Option<&'s Shown<'r>>, bool) {
    let least = runs.iter().filter(|shown| shown.is_least);
    let worst = least.min_by_key(|shown| std::cmp::Reverse(weight(&standing(shown, judgement))));
    (worst, worst.is_some_and(|shown| weight(&standing(shown, judgement)) > 0))
}

fn weight(standing: &Standing) -> u8 {
    match standing {
        Standing::New => 4,
        Standing::Overdue { .. } => 3,
        Standing::Saved { .. } => 2,
        Standing::Known { .. } => 1,
        Standing::Kept | Standing::OnPurpose | Standing::Fixed | Standing::NotSearched => 0,
    }
}
