//! Shows a run.
