//! Reads with a bound: what is too long for a record is not collected.
use std::{
    cell::Cell,
    io::{self, BufRead, Read},
};

/// No record and no line may be longer, in bytes.
pub(crate) const LONGEST: u64 = 16 << 20;

/// What came of reading a line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Nothing is left.
    End,
    /// There is a line.
    Line,
    /// The line is too long, and was left out.
    TooLong,
}

/// Reads a line with its end, if it has one and is not too long.
pub(crate) fn line(input: &mut dyn BufRead, into: &mut Vec<u8>) -> io::Result<Next> {
    into.clear();
    let mut length = 0;
    loop {
        let buffer = match input.fill_buf() {
            Ok(buffer) => buffer,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if buffer.is_empty() && length == 0 {
            return Ok(Next::End);
        }
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let part = end.map_or(buffer, |end| &buffer[..=end]);
        length += part.len() as u64;
        let fits = length <= LONGEST;
        if fits {
            into.extend_from_slice(part);
        }
        let (used, over) = (part.len(), end.is_some() || buffer.is_empty());
        input.consume(used);
        if over {
            return Ok(if fits { Next::Line } else { Next::TooLong });
        }
    }
}

/// Counts lines as they are read, and ends a record that gets too long.
pub(crate) struct Counted<'c, R> {
    pub(crate) input: R,
    pub(crate) count: &'c Count,
}

/// Where a [`Counted`] stands.
#[derive(Debug)]
pub(crate) struct Count {
    /// The line, from 1.
    pub(crate) line: Cell<u64>,
    /// How many bytes may still be read for this record.
    left: Cell<u64>,
    /// Whether what was read ends with the end of a line.
    pub(crate) ends: Cell<bool>,
    /// How many quotation marks were read.
    pub(crate) quotes: Cell<usize>,
}

impl Default for Count {
    fn default() -> Count {
        Count { line: Cell::new(1), left: Cell::new(LONGEST), ends: Cell::new(true), quotes: Cell::new(0) }
    }
}

impl Count {
    /// A record is over.
    pub(crate) fn mark(&self) {
        self.left.set(LONGEST);
    }
}

impl<R: BufRead> Read for Counted<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(into)?;
        let lines = into[..read].iter().filter(|byte| **byte == b'\n').count();
        self.count.line.set(self.count.line.get() + lines as u64);
        let quotes = into[..read].iter().filter(|byte| **byte == b'"').count();
        self.count.quotes.set(self.count.quotes.get() + quotes);
        if let Some(last) = into[..read].last() {
            self.count.ends.set(*last == b'\n');
        }
        match self.count.left.get().checked_sub(read as u64) {
            Some(left) => self.count.left.set(left),
            None => return Err(io::Error::other(too_long())),
        }
        Ok(read)
    }
}

/// What is said of a record that is too long.
pub(crate) fn too_long() -> String {
    format!("a record is longer than {} MiB", LONGEST >> 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_too_long_is_left_out_and_the_next_one_is_read() {
        let text = format!("short\n{}\nlast", "x".repeat(LONGEST as usize + 1));
        let (mut input, mut buffer) = (io::BufReader::new(text.as_bytes()), Vec::new());
        let mut next = |buffer: &mut Vec<u8>| line(&mut input, buffer).expect("a slice can be read");
        assert_eq!((next(&mut buffer), buffer.as_slice()), (Next::Line, &b"short\n"[..]));
        assert_eq!(next(&mut buffer), Next::TooLong);
        assert_eq!((next(&mut buffer), buffer.as_slice()), (Next::Line, &b"last"[..]));
        assert_eq!(next(&mut buffer), Next::End);
    }
}
