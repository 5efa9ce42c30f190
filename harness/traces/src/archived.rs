//! Whether an archive is all that its file holds. A file that was cut, or joined of several, may have the end of an archive in it
//! that lists only a part of what is there.
use crate::sniff::HEAD;
use std::{
    cell::Cell,
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};
use zip::{ZipArchive, result::ZipResult};

/// How the last record of a zip archive begins, and how long it is without its comment.
const END: &[u8] = b"PK\x05\x06";
const END_LENGTH: u64 = 22;

/// What there is that a zip archive does not list, if there is something.
///
/// If an archive is cut in which another one is stored, the end of that one is found. Then something stands before what it lists.
pub(crate) fn beside_zip(archive: ZipArchive<File>) -> ZipResult<Option<&'static str>> {
    if archive.has_duplicate_names() {
        return Ok(Some("the zip archive has several members of one name, of which only the last is read"));
    }
    let begins: ZipResult<Vec<u64>> =
        (0..archive.len()).map(|at| Ok(archive.by_index_data(at)?.header_start())).collect();
    let begins = begins?.into_iter().min();
    let is_shifted = archive.offset() > 0;
    let end = END_LENGTH + archive.comment().len() as u64;
    let mut file = archive.into_inner();
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(length.saturating_sub(end)))?;
    let mut last = [0; END.len()];
    let has_end = file.read_exact(&mut last).is_ok() && last == END;
    // One without members is nothing but its end.
    let is_first = begins.unwrap_or(length.saturating_sub(end)) == 0;
    Ok(match (is_first && !is_shifted, has_end) {
        (false, _) => Some("there is more in the file, before what the zip archive lists"),
        (true, false) => Some("there is more in the file, behind the end of the zip archive"),
        (true, true) => None,
    })
}

/// What speaks against it that a tar archive, of which all members were read, is all there is.
pub(crate) fn beside_tar<R: Read>(mut rest: Ending<'_, R>) -> io::Result<Option<&'static str>> {
    // An archive ends with blocks of zeros. Without them, more may have followed.
    if rest.zeros.get() < 512 {
        return Ok(Some("the tar archive has no end; it may have been cut"));
    }
    let (mut part, mut has_more) = (vec![0; HEAD], false);
    loop {
        match rest.read(&mut part) {
            Ok(0) => break,
            Ok(read) => has_more |= part[..read].iter().any(|byte| *byte != 0),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(has_more.then_some("there is more in the file, behind the end of the tar archive"))
}

/// Counts the zeros with which what was read ends.
pub(crate) struct Ending<'z, R> {
    pub(crate) input: R,
    pub(crate) zeros: &'z Cell<usize>,
}

impl<R: Read> Read for Ending<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(into)?;
        let zeros = into[..read].iter().rev().take_while(|byte| **byte == 0).count();
        self.zeros.set(if zeros == read { self.zeros.get() + zeros } else { zeros });
        Ok(read)
    }
}
