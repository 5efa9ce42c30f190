//! Where a trace is read from: a file, or a pipe, which can be read only once and so is kept for a second reading.
use anechoic::{cli::CommandError, evidence::unreadable};
use anechoic_traces::{TraceError, open};
use std::{
    fs::File,
    io::{self, Read, Seek as _},
    path::{Path, PathBuf},
};

/// One input of the command line.
pub(crate) struct Given {
    path: PathBuf,
    /// What came through a pipe, as far as it was read.
    kept: Option<File>,
}

impl Given {
    /// Nothing is opened yet.
    pub(crate) fn new(path: &Path) -> Given {
        Given { path: path.into(), kept: None }
    }

    /// Opens it to be read from its beginning.
    ///
    /// # Errors
    /// If it cannot be opened, or is a folder or a device.
    pub(crate) fn open(&mut self) -> Result<Opened, CommandError> {
        let refused = |error: io::Error| CommandError::Foreign(unreadable(&self.path, &error));
        if let Some(kept) = &self.kept {
            let mut kept = kept.try_clone().map_err(refused)?;
            kept.rewind().map_err(refused)?;
            return Ok(Opened { input: Box::new(kept), copy: None });
        }
        let is_standard = self.path == Path::new("-");
        let is_file = !is_standard && self.path.metadata().is_ok_and(|metadata| metadata.is_file());
        let input: Box<dyn Read> = match is_standard {
            true => Box::new(io::stdin()),
            false => Box::new(open(&self.path).map_err(unread)?),
        };
        if is_file {
            return Ok(Opened { input, copy: None });
        }
        let kept = tempfile::tempfile().map_err(refused)?;
        let copy = kept.try_clone().map_err(refused)?;
        self.kept = Some(kept);
        Ok(Opened { input, copy: Some(copy) })
    }
}

/// Why a trace or a mapping is not read, and what to do next.
pub(crate) fn unread(error: TraceError) -> CommandError {
    CommandError::Foreign(match error {
        TraceError::Unreadable { path, error } => unreadable(&path, &error),
        TraceError::Directory { path } => unreadable(&path, &io::ErrorKind::IsADirectory.into()),
        error => error.to_string(),
    })
}

/// An input that is being read.
pub(crate) struct Opened {
    input: Box<dyn Read>,
    /// Where what is read is kept.
    copy: Option<File>,
}

impl Read for Opened {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(into)?;
        if let Some(copy) = &mut self.copy {
            io::Write::write_all(copy, &into[..read])?;
        }
        Ok(read)
    }
}
