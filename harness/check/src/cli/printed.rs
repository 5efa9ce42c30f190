//! Where what is found is printed.
use std::io::{self, ErrorKind, Write};

/// Prints as long as it can, and tells once, when it is flushed, that it could not: a command comes to its end all the same, and a
/// red result is red, whoever could be told. Whoever stops reading (`| head`) has had enough, and that is no error.
pub(super) struct Printed<W> {
    to: W,
    failed: Option<io::Error>,
    is_over: bool,
}

impl<W: Write> Printed<W> {
    pub(super) fn new(to: W) -> Printed<W> {
        Printed { to, failed: None, is_over: false }
    }

    fn try_to(&mut self, print: impl FnOnce(&mut W) -> io::Result<()>) {
        if self.is_over {
            return;
        }
        if let Err(error) = print(&mut self.to) {
            self.is_over = true;
            self.failed = Some(error).filter(|error| error.kind() != ErrorKind::BrokenPipe);
        }
    }
}

impl<W: Write> Write for Printed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.try_to(|to| to.write_all(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.try_to(W::flush);
        self.failed.take().map_or(Ok(()), Err)
    }
}
