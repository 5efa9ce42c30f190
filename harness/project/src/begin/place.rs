//! Where in a file something is said.
use std::fmt;

/// A line of a file, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) file: String,
    pub(crate) line: usize,
}

impl Place {
    pub(crate) fn new(file: &str, line: usize) -> Place {
        Place { file: file.into(), line }
    }

    /// The line in which the last of these keys stands, each looked for after the one before it. YAML and JSON are read into values
    /// that do not know their lines; keys stand at the beginning of a line in both, unless a file is all one line.
    pub(crate) fn of_keys(file: &str, text: &str, keys: &[&str]) -> Place {
        let lines: Vec<&str> = text.lines().collect();
        let mut at = 0;
        for (depth, key) in keys.iter().enumerate() {
            let from = if depth == 0 { at } else { at + 1 };
            let next = lines.iter().skip(from).position(|line| begins_with(line, key));
            at = next.map_or(at, |further| from + further);
        }
        Place::new(file, at + 1)
    }

    /// The line of a position in a text.
    pub(crate) fn of_offset(file: &str, text: &str, offset: usize) -> Place {
        Place::new(file, text[..offset].matches('\n').count() + 1)
    }
}

fn begins_with(line: &str, key: &str) -> bool {
    let line = line.trim_start().trim_start_matches("- ").trim_start_matches(['"', '\'']);
    let rest = line.strip_prefix(key).map(|rest| rest.trim_start_matches(['"', '\'']).trim_start());
    rest.is_some_and(|rest| rest.starts_with(':'))
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}
