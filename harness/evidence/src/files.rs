//! The doors for files: how one is read that may be anything, and how one is written whole or not at all.
use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU64, Ordering},
};

/// Reads a file of at most so many bytes: a regular one, or what comes out of a pipe. A device has no end.
///
/// # Errors
/// Whatever the file system says, or why it is not read.
pub fn read_whole(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = open(path)?;
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        let what = format!("it has more than {most} bytes, which no such file has");
        return Err(io::Error::new(io::ErrorKind::InvalidData, what));
    }
    Ok(bytes)
}

/// Reads a file of text, of at most so many bytes, in the same way.
///
/// # Errors
/// As [`read_whole`], and if it is not text in UTF-8.
pub fn read_text(path: &Path, most: u64) -> io::Result<String> {
    let no_text = |_| io::Error::new(io::ErrorKind::InvalidData, "it is no text in UTF-8");
    String::from_utf8(read_whole(path, most)?).map_err(no_text)
}

/// Opens a file for reading: a regular one or a pipe.
///
/// # Errors
/// Whatever the file system says, or that it is a folder or a device.
pub fn open(path: &Path) -> io::Result<File> {
    let kind = fs::metadata(path)?;
    if kind.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder; expected a file"));
    }
    if is_device(&kind) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a device; expected a file"));
    }
    File::open(path)
}

/// A place where a file is to be written: whole, or not at all. To name it touches nothing.
#[derive(Clone, Debug)]
pub struct Output {
    asked: PathBuf,
    place: Place,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    /// A regular file, or a new one, with no link left to follow.
    File(PathBuf),
    /// A terminal, a pipe, /dev/null: it is written to and stays what it is.
    Stream,
}

impl Output {
    /// A place for a file. Links are followed to the file that they lead to.
    ///
    /// # Errors
    /// If no file could be written there: the folder is not there or not ours to write in, or something else is in its place.
    pub fn at(path: &Path) -> io::Result<Output> {
        let asked = path.to_path_buf();
        // What the system lends is written to, whatever it leads to: the standard output may be any file.
        let is_lent = ["/dev", "/proc"].iter().any(|lent| path.starts_with(lent));
        if fs::metadata(path).is_ok_and(|kind| is_stream(&kind) || (is_lent && kind.is_file())) {
            return Ok(Output { asked, place: Place::Stream });
        }
        let real = follow(path)?;
        match fs::metadata(&real) {
            Ok(kind) if kind.is_file() => {
                if kind.permissions().readonly() {
                    return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is there and read-only"));
                }
            }
            Ok(_) => {
                let what = "something is there that is no file; expected a file, or a place for a new one";
                return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        // Whether one can write there is told by writing, beside the place and not in it.
        drop(Beside::new(&real, None)?);
        Ok(Output { asked, place: Place::File(real) })
    }

    /// The path as it was asked for.
    pub fn path(&self) -> &Path {
        &self.asked
    }

    /// The regular file that is meant, with no link left; nothing for a terminal or a pipe.
    pub fn file(&self) -> Option<&Path> {
        match &self.place {
            Place::File(file) => Some(file),
            Place::Stream => None,
        }
    }

    /// Writes the file: under a temporary name beside it, then renamed. What was there keeps its mode.
    ///
    /// # Errors
    /// Whatever the file system says. Then what was there is still there.
    pub fn write(&self, contents: &[u8]) -> io::Result<()> {
        let Place::File(path) = &self.place else {
            return OpenOptions::new().append(true).open(&self.asked)?.write_all(contents);
        };
        let before = fs::metadata(path).ok();
        let mut beside = Beside::new(path, before.as_ref())?;
        beside.file.write_all(contents)?;
        beside.file.sync_all()?;
        fs::rename(&beside.path, path)
    }

    /// Adds to what is there. Whoever reads it meanwhile sees all of it or nothing.
    ///
    /// # Errors
    /// Whatever the file system says. Then what was there is still there.
    pub fn append(&self, contents: &[u8]) -> io::Result<()> {
        let so_far = match &self.place {
            Place::File(path) => match fs::read(path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
                read => read?,
            },
            Place::Stream => Vec::new(),
        };
        // What is added begins with a line of its own.
        let separator: &[u8] = if so_far.last().is_some_and(|last| *last != b'\n') { b"\n" } else { b"" };
        self.write(&[&so_far, separator, contents].concat())
    }
}

/// Writes a file whole or not at all.
///
/// # Errors
/// Whatever the file system says.
pub fn write_whole(path: &Path, contents: &[u8]) -> io::Result<()> {
    Output::at(path)?.write(contents)
}

/// The path with every link followed. What a last link leads to need not be there yet.
fn follow(path: &Path) -> io::Result<PathBuf> {
    /// As many as Linux follows.
    const MOST: usize = 40;
    let mut path = path.to_path_buf();
    for _ in 0..MOST {
        match fs::read_link(&path) {
            Ok(to) => path = folder_of(&path).join(to),
            // It is no link, or there is nothing yet: then its folder has to be there.
            Err(_) => {
                let folder = folder_of(&path).canonicalize()?;
                let name = path
                    .file_name()
                    .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it names no file"))?;
                return Ok(folder.join(name));
            }
        }
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "its links lead in a circle"))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A temporary file beside another, removed when it is dropped unless it was renamed before. A crate would do the same, and
/// bring eight others into everybody's tests.
struct Beside {
    path: PathBuf,
    file: File,
}

impl Beside {
    /// Has the mode and, if that can be, the owner of what it will replace; a new one has the mode of any new file.
    fn new(path: &Path, before: Option<&Metadata>) -> io::Result<Beside> {
        /// Tells apart the files that one process writes at the same time.
        static WRITTEN: AtomicU64 = AtomicU64::new(0);
        /// A name that is taken is of a process that was killed, and whose number came again.
        const TRIES: u32 = 100;
        let mut tried = 0;
        let (path, file) = loop {
            let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
            let path = folder_of(path).join(format!(".anechoic-{}-{number}.tmp", process::id()));
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && tried < TRIES => tried += 1,
                opened => break (path, opened?),
            }
        };
        let beside = Beside { path, file };
        if let Some(before) = before {
            beside.take_over(before)?;
        }
        Ok(beside)
    }

    #[cfg(unix)]
    fn take_over(&self, before: &Metadata) -> io::Result<()> {
        use std::os::unix::fs::{MetadataExt, fchown};
        // Only root may give files away; whoever may not has its own.
        let _ = fchown(&self.file, Some(before.uid()), Some(before.gid()));
        self.file.set_permissions(before.permissions())
    }

    #[cfg(not(unix))]
    fn take_over(&self, _: &Metadata) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // After the renaming there is nothing of this name any more.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(unix)]
fn is_device(kind: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    let kind = kind.file_type();
    kind.is_block_device() || kind.is_char_device()
}

#[cfg(not(unix))]
fn is_device(_: &Metadata) -> bool {
    false
}

#[cfg(unix)]
fn is_stream(kind: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    kind.file_type().is_char_device() || kind.file_type().is_fifo()
}

#[cfg(not(unix))]
fn is_stream(_: &Metadata) -> bool {
    false
}
