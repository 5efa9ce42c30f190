//! What a delivery comes to.
use std::{fmt, sync::Arc};

/// What a handler says in the end to whoever delivered the event.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Said {
    pub(crate) words: Arc<str>,
    /// Whether that refuses what was asked, for good.
    pub(crate) is_refusal: bool,
}

impl Said {
    pub(crate) fn fine(words: Arc<str>) -> Said {
        Said { words, is_refusal: false }
    }

    pub(crate) fn refusal(words: Arc<str>) -> Said {
        Said { words, is_refusal: true }
    }
}

impl fmt::Debug for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}
