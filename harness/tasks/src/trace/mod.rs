//! From what was observed to what happened: verdicts on traces, explanations, and runs that yield them.
mod again;
mod alike;
mod case;
mod examine;
mod explain;
mod facts;
mod hypotheses;
pub mod json;
mod kept;
mod note;
mod owner;
mod part;
mod policies;
mod reading;
mod reproduce;
mod scope;
mod standing;
mod strangers;
mod suggest;
mod tally;
pub mod text;
mod timed;
mod verdict;

pub use again::Again;
pub use alike::{Alike, Could, Sought, could};
pub use examine::{Examination, Examined};
pub(crate) use explain::Times;
pub use explain::{Explanation, Story, Unexplained, explain};
pub use kept::KeptError;
pub use policies::Fit;
pub use reading::Reading;
pub use reproduce::{Reproduction, reproduce};
pub use standing::words;
pub use strangers::Stranger;
pub use suggest::Seen;
pub use tally::Tally;
pub use timed::SecondBySecond;
pub(crate) use timed::{Timeline, situations};
pub use verdict::{Judged, Verdict, Verdicts};
pub(crate) use {
    case::{Call, Case},
    note::Stood,
    owner::{Owner, Slots, held},
    standing::Standing,
};
