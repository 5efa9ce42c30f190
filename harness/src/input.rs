//! Where a trace is read from: a file, or a pipe, which can be read only once and so is kept for a second reading.
use anechoic::{
    cli::CommandError,
    evidence::{shown, unreadable},
};
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
        TraceError::Directory { path } => {
            format!("{}: it is a folder; expected a file\n  next: {}", shown(&path), within(&path))
        }
        TraceError::Mapping { .. } => error.to_string(),
        error => instead(&error.to_string()),
    })
}

/// What is not read, with what to do instead in a line of its own.
fn instead(error: &str) -> String {
    const EXPECTED: &str = "; expected a trace: ";
    let (told, next) = match error.split_once(", which is not read; ") {
        Some((what, instead)) => {
            let instead = instead.split_once(EXPECTED).map_or(instead, |(own, _)| own);
            (format!("{what}, which is not read"), instead.to_string())
        }
        None if error.contains(EXPECTED) => {
            let next = "name a file with records; for a text, a --mapping has patterns of its lines";
            (error.to_string(), next.into())
        }
        None => return error.into(),
    };
    format!("{told}\n  next: {next}")
}

/// What to name instead of a folder: all that is in it, or the first files if there is a configuration among them.
fn within(folder: &Path) -> String {
    const SHOWN: usize = 3;
    let entries = folder.read_dir().into_iter().flatten().flatten().map(|entry| entry.path());
    let is_hidden =
        |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    let mut files: Vec<PathBuf> = entries.filter(|path| path.is_file() && !is_hidden(path)).collect();
    let all = files.len();
    files.retain(|file| !is_configuration(file));
    files.sort();
    let plain = |file: &PathBuf| shown(file.strip_prefix(".").unwrap_or(file));
    match files.len() {
        0 => "name files with records; it has none".into(),
        some if some == all => format!("name the files in it: trace {}", shown(&folder.join("*"))),
        some => {
            let names: Vec<String> = files.iter().take(SHOWN).map(plain).collect();
            let more = if some > SHOWN { format!(" and {} more", some - SHOWN) } else { String::new() };
            format!("name the files in it that have records: {}{more}", names.join(", "))
        }
    }
}

/// Whether a file says what is promised, and not what happened.
pub(crate) fn is_configuration(file: &Path) -> bool {
    file.extension().is_some_and(|ends| ends.eq_ignore_ascii_case("toml"))
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
