use std::{
    io::{self, Write},
    path::Path,
};
use tempfile::NamedTempFile;

/// Writes a file whole or not at all: under a temporary name beside it, then renamed.
///
/// # Errors
/// Whatever the file system says.
pub fn write_whole(path: &Path, contents: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(contents)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
