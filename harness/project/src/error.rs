//! What is wrong with an `anechoic.toml`, and where.
use anechoic::evidence::unreadable;
use std::{
    fmt,
    ops::Range,
    path::{Path, PathBuf},
};
use toml::Spanned;

/// No file that a project has of itself is longer, in bytes.
pub(crate) const MOST: u64 = 64 << 20;

/// Why an `anechoic.toml` is not one.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error("{}", unreadable(.path, .error))]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why not.
        error: std::io::Error,
    },
    /// It says something that it may not.
    #[error("{}: {what}", .path.display())]
    Wrong {
        /// Which.
        path: PathBuf,
        /// Where, and what.
        what: String,
    },
}

/// A text, to say where in it something is wrong.
pub(crate) struct Source<'t> {
    pub(crate) path: &'t Path,
    pub(crate) text: &'t str,
}

impl Source<'_> {
    /// Something is wrong at this place.
    pub(crate) fn wrong(&self, span: Range<usize>, what: impl fmt::Display) -> ConfigError {
        let before = self.text.get(..span.start).unwrap_or_default();
        let (line, from) = (before.matches('\n').count(), before.rfind('\n').map_or(0, |at| at + 1));
        let (number, column) = (line + 1, before[from..].chars().count() + 1);
        let length = self.text.get(span).map_or(1, |text| text.chars().count());
        let (shown, before) = excerpt(self.text.lines().nth(line).unwrap_or_default(), column - 1);
        let length = length.clamp(1, (shown.chars().count() - before).max(1));
        let margin = " ".repeat(number.to_string().len());
        let what = format!(
            "line {number}, column {column}: {what}\n{margin} |\n{number} | {shown}\n{margin} | {}{}",
            " ".repeat(before),
            "^".repeat(length)
        );
        ConfigError::Wrong { path: self.path.into(), what }
    }

    /// A line such as the example is missing from the table that begins here. If it has one with such a key as a comment, that is
    /// the line to fill in, as `anechoic init` leaves it.
    pub(crate) fn unfilled(
        &self,
        table: Range<usize>,
        what: impl fmt::Display,
        example: &str,
        keys: &[&str],
    ) -> ConfigError {
        let before = self.text.get(..table.start).unwrap_or_default().matches('\n').count();
        let lines = self.text.lines().enumerate().skip(before + 1);
        let is_key = |line: &str| {
            let line = line.strip_prefix("# ").and_then(|line| line.split_once(" ="));
            line.is_some_and(|(key, _)| keys.contains(&key))
        };
        let left = lines.take_while(|(_, line)| !line.starts_with('[')).find(|(_, line)| is_key(line));
        if table.is_empty() {
            // It is only in the template.
            return self.lacks(format!("{what}; expected {example}"));
        }
        match left {
            Some((number, _)) => {
                let marked = self.text.lines().filter(|line| line.starts_with("# FILL IN:")).count();
                let others =
                    if marked > 1 { format!("; {marked} lines are marked FILL IN") } else { String::new() };
                let next = format!("fill in line {}, and take its \"# \" away{others}", number + 1);
                self.wrong(table, format!("{what}\n  next: {next}"))
            }
            None => self.wrong(table, format!("{what}; expected a line such as\n  {example}")),
        }
    }

    /// A method and a path, such as this one.
    pub(crate) fn method_and_path<'r>(
        &self,
        request: &'r Spanned<String>,
        example: &str,
    ) -> Result<(&'r str, &'r str), ConfigError> {
        let parts = request.get_ref().split_once(' ').filter(|(_, path)| path.starts_with('/'));
        let expected = || format!("expected a method and a path, as in \"{example}\"");
        parts.ok_or_else(|| self.wrong(request.span(), expected()))
    }

    /// Something is wrong with the whole.
    pub(crate) fn lacks(&self, what: impl fmt::Display) -> ConfigError {
        ConfigError::Wrong { path: self.path.into(), what: what.to_string() }
    }
}

/// So much of a line as fits a screen beside its number, with what is at this place, counted from 0, and how much of it comes before
/// that.
fn excerpt(line: &str, at: usize) -> (String, usize) {
    /// Letters that are shown; and of those, how many before the place.
    const SHOWN: usize = 70;
    const BEFORE: usize = 30;
    let letters = line.chars().count();
    if letters <= SHOWN {
        return (line.into(), at.min(letters));
    }
    let from = at.saturating_sub(BEFORE).min(letters - SHOWN);
    let shown: String = line.chars().skip(from).take(SHOWN).collect();
    (shown, at.min(letters) - from)
}

/// The one that is most like what was meant, or all that there are; the rest of a sentence.
pub(crate) fn instead<'n>(meant: &str, known: impl Iterator<Item = &'n String>) -> String {
    let known: Vec<&str> = known.map(String::as_str).collect();
    match (anechoic_rows::nearest(meant, known.iter().copied()), known.as_slice()) {
        (Some(name), _) => format!("; did you mean `{name}`?"),
        (None, []) => "; there is none at all".into(),
        (None, _) => {
            let all: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            format!("; there is {}", all.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn a_long_line_is_shown_around_the_place() {
        assert_eq!(excerpt("nod = 3", 4), ("nod = 3".into(), 4));
        let line = format!("{}here{}", "a".repeat(200), "b".repeat(200));
        let (shown, before) = excerpt(&line, 200);
        assert!(shown.chars().count() == 70 && shown[before..].starts_with("here"), "{shown}");
        let (shown, before) = excerpt(&line, 403);
        assert!(shown.chars().count() == 70 && before == 69, "{shown} {before}");
    }
}
