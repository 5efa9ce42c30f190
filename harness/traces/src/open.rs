use crate::TraceError;
use std::{
    fs::{File, Metadata},
    io,
    path::Path,
};

/// Opens a file.
///
/// # Errors
/// [`TraceError`], if it cannot be opened, or is a folder or a device. A pipe is read to its end.
pub fn open(path: &Path) -> Result<File, TraceError> {
    let unreadable = |error| TraceError::Unreadable { path: path.into(), error };
    let kind = path.metadata().map_err(unreadable)?;
    if kind.is_dir() {
        return Err(TraceError::Directory { path: path.into() });
    }
    if is_endless(&kind) {
        let what = "it is a device, which has no end; expected a file";
        return Err(unreadable(io::Error::new(io::ErrorKind::InvalidInput, what)));
    }
    File::open(path).map_err(unreadable)
}

#[cfg(unix)]
fn is_endless(kind: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    let kind = kind.file_type();
    kind.is_block_device() || kind.is_char_device()
}

#[cfg(not(unix))]
fn is_endless(_: &Metadata) -> bool {
    false
}
