//! From what was observed to what happened: verdicts on traces, explanations, and runs that yield them.
mod alike;
mod case;
mod examine;
mod explain;
mod facts;
mod hypotheses;
mod note;
mod owner;
mod policies;
mod reading;
mod reproduce;
mod tally;
mod timed;
mod verdict;
mod witness;

pub use alike::{Alike, Could, Sought, could};
pub use examine::{Examination, Examined};
pub use explain::{Explanation, Story, Unexplained, explain};
pub use policies::Fit;
pub use reading::Reading;
pub use reproduce::{Reproduction, broken, reproduce};
pub use tally::Tally;
pub use timed::SecondBySecond;
pub use verdict::{Judged, Verdict, Verdicts};
pub(crate) use witness::Made;
pub use witness::{Witnessed, witness};
