use std::{
    io::{self, Read},
    thread,
    time::Duration,
};

/// A file that is still being written to: at its end, waits for more for as long as it is told to.
pub struct Growing<R, W> {
    /// The file.
    pub input: R,
    /// Whether to wait for more.
    pub waits: W,
}

impl<R: Read, W: FnMut() -> bool> Read for Growing<R, W> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        /// Soon enough for somebody who watches.
        const PAUSE: Duration = Duration::from_millis(100);
        loop {
            let read = self.input.read(into)?;
            if read > 0 || into.is_empty() || !(self.waits)() {
                return Ok(read);
            }
            thread::sleep(PAUSE);
        }
    }
}
