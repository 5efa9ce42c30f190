//! Tables, titles and paragraphs of a report.
use anechoic_evidence::{WIDTH, wrapped_at};

pub use anechoic_evidence::table;

/// A title, with a line to the end of the page.
pub fn section(title: &str) -> String {
    section_within(WIDTH, title)
}

/// The same, of this width.
pub fn section_within(width: u16, title: &str) -> String {
    format!("\n── {title} {}\n\n", "─".repeat((usize::from(width) - 4).saturating_sub(title.chars().count())))
}

/// A name, and what is to be said about it in as many lines as it takes.
pub fn wrapped(name: &str, value: &str) -> String {
    wrapped_at(&format!("{name:<9}"), 9, value)
}
