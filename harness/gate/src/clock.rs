//! The time that a handler is told where the gate owns its clock.

/// When every delivery begins, in milliseconds since 1970: 2026-01-01T00:00:00Z.
pub(crate) const BEGINNING: u64 = 1_767_225_600_000;
