//! Where a file really is, and whether it is still there.
use crate::Problem;
use std::{
    ffi::OsString,
    fs::{self, Metadata},
    io,
    path::{Path, PathBuf},
};

/// The real path of a regular file, such that SQLite takes it for nothing else; or of one that can be made.
pub(crate) fn real(path: &Path, may_create: bool) -> Result<PathBuf, Problem> {
    let text = path.as_os_str().as_encoded_bytes();
    if text.is_empty() || text == b":memory:" || text.starts_with(b"file:") {
        return Err(Problem::NotAPath);
    }
    match fs::canonicalize(path) {
        Ok(real) => regular(&real).map(|()| real),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            match path.symlink_metadata() {
                // A name that is there and leads nowhere would let SQLite make a file elsewhere.
                Ok(kind) if kind.is_symlink() => Err(Problem::NotAFile("a link that leads nowhere")),
                // Somebody has made it a moment ago.
                Ok(_) => real(path, may_create),
                Err(_) if may_create => to_be_made(path),
                Err(_) => Err(Problem::Missing),
            }
        }
        Err(error) => Err(Problem::Other(error.to_string())),
    }
}

fn regular(real: &Path) -> Result<(), Problem> {
    let kind = real.metadata().map_err(|error| Problem::Other(error.to_string()))?.file_type();
    match () {
        () if kind.is_file() => Ok(()),
        () if kind.is_dir() => Err(Problem::NotAFile("a folder")),
        () => Err(Problem::NotAFile("a device, a pipe or a socket")),
    }
}

/// The path of a file that is not there yet, in a folder that is.
fn to_be_made(path: &Path) -> Result<PathBuf, Problem> {
    let last = path.as_os_str().as_encoded_bytes().rsplit(|byte| *byte == b'/').next();
    let name = path.file_name().filter(|name| Some(name.as_encoded_bytes()) == last);
    let name = name.ok_or(Problem::NotAFile("the path of a folder"))?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    Ok(fs::canonicalize(folder).map_err(|_| Problem::NoFolder(folder.into()))?.join(name))
}

/// A path, with this at its end.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut beside = OsString::from(path);
    beside.push(ending);
    beside.into()
}

/// The very files that a connection uses, to notice if others take their place.
#[derive(Debug)]
pub(crate) struct Files {
    paths: [PathBuf; 2],
    ids: [FileId; 2],
}

impl Files {
    /// The file at this path and its log, both of which are there as long as somebody uses them.
    pub(crate) fn at(real: &Path) -> Result<Files, Problem> {
        let paths = [real.into(), beside(real, "-wal")];
        let ids = [id(&paths[0])?, id(&paths[1])?];
        Ok(Files { paths, ids })
    }

    /// Checks that they are still the ones.
    pub(crate) fn are_there(&self) -> Result<(), Problem> {
        let same = |(path, before): (&PathBuf, &FileId)| id(path).is_ok_and(|now| now == *before);
        self.paths.iter().zip(&self.ids).all(same).then_some(()).ok_or(Problem::Gone)
    }
}

/// What tells a file from another at the same path. A number is not given away again while its file is in use.
type FileId = (u64, u64);

fn id(path: &Path) -> Result<FileId, Problem> {
    path.metadata().map(|metadata| numbers(&metadata)).map_err(|_| Problem::Gone)
}

#[cfg(unix)]
fn numbers(metadata: &Metadata) -> FileId {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

/// Elsewhere a file that is in use cannot be deleted.
#[cfg(not(unix))]
fn numbers(_: &Metadata) -> FileId {
    (0, 0)
}
