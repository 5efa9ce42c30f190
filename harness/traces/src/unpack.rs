//! Takes the layers off that a file is packed in, and reads what is in them. An archive is read member by member.
use crate::{
    TraceError,
    archived::{Ending, beside_tar, beside_zip},
    packed::{Packing, is_aside},
    reader::{Documents, Session},
    sniff,
};
use encoding_rs_io::DecodeReaderBytesBuilder;
use flate2::read::MultiGzDecoder;
use std::{
    cell::Cell,
    io::{self, Cursor, Read},
    sync::Arc,
};

/// Whoever packs deeper wants to be unpacked for ever.
const LAYERS: usize = 5;

impl Session<'_> {
    /// Reads an input in its layers, of which so many are off already.
    pub(crate) fn unpack(&mut self, input: &mut dyn Read, layers: usize) -> Result<(), TraceError> {
        let mut head = Vec::new();
        // The first bytes tell what it is. Whoever writes to a file that grows may take a while to write so many.
        while head.len() < sniff::HEAD && !head.contains(&b'\n') {
            if self.more(input, &mut head)? == 0 {
                break;
            }
        }
        let Some(packing) = Packing::of(&head) else {
            let is_empty = head.iter().all(u8::is_ascii_whitespace) && head.len() < sniff::HEAD;
            return match is_empty && layers == 0 {
                true => Err(TraceError::Empty { path: self.file.as_ref().into() }),
                // An export has partitions without a row.
                false => self.outermost_text(head, input),
            };
        };
        if layers == LAYERS {
            let what = format!("it is packed in more than {LAYERS} layers");
            return Err(TraceError::Unknown { place: self.place(), what });
        }
        self.read.compressed |= packing.is_compression();
        if !self.read.packed.contains(&packing.name()) {
            self.read.packed.push(packing.name());
        }
        let outer = (self.packing.replace(packing), self.has_end);
        self.has_end |= packing.has_end();
        let mut input = Cursor::new(head).chain(input);
        let done = match packing {
            Packing::Gzip => self.unpack(&mut MultiGzDecoder::new(input), layers + 1),
            Packing::Zstd => match zstd::Decoder::new(input) {
                Ok(mut decoder) => self.unpack(&mut decoder, layers + 1),
                Err(error) => Err(self.failed(&error)),
            },
            Packing::Wide(encoding) => {
                let mut decoder = DecodeReaderBytesBuilder::new();
                let mut decoder = decoder.encoding(Some(encoding)).build(input);
                self.unpack(&mut decoder, layers + 1)
            }
            Packing::Tar => self.tar(&mut input, layers + 1),
            Packing::Zip => self.zip(&mut input, layers + 1),
        };
        (self.packing, self.has_end) = outer;
        done
    }

    /// Reads a text, and tells whether anything says where it ends.
    fn outermost_text(&mut self, head: Vec<u8>, input: &mut dyn Read) -> Result<(), TraceError> {
        self.documents = Documents::default();
        let done = self.text(head, input);
        let Documents { all, answers, asides } = self.documents;
        let has_end = (all == 1 && answers == 1) || (all > 0 && all == asides);
        self.read.may_go_on |= !self.has_end && !has_end;
        done
    }

    /// Reads some more, and tells how much.
    pub(crate) fn more(&self, input: &mut dyn Read, into: &mut Vec<u8>) -> Result<usize, TraceError> {
        let mut part = vec![0; sniff::HEAD];
        loop {
            match input.read(&mut part) {
                Ok(read) => {
                    into.extend_from_slice(&part[..read]);
                    return Ok(read);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.failed(&error)),
            }
        }
    }

    fn tar(&mut self, input: &mut dyn Read, layers: usize) -> Result<(), TraceError> {
        let zeros = Cell::new(0);
        let mut archive = tar::Archive::new(Ending { input, zeros: &zeros });
        for member in archive.entries().map_err(|error| self.failed(&error))? {
            let mut member = member.map_err(|error| self.failed(&error))?;
            if member.header().entry_type().is_file() {
                let name = String::from_utf8_lossy(&member.path_bytes()).into_owned();
                self.member(&name, &mut member, layers);
            }
            // The zeros with which a member ends are none of the archive's end.
            io::copy(&mut member, &mut io::sink()).map_err(|error| self.failed(&error))?;
            zeros.set(0);
        }
        if let Some(what) = beside_tar(archive.into_inner()).map_err(|error| self.failed(&error))? {
            self.lacks(self.place(), what.into());
        }
        Ok(())
    }

    /// What is in a zip archive stands at its end, so all of it has to be there first.
    fn zip(&mut self, input: &mut dyn Read, layers: usize) -> Result<(), TraceError> {
        let mut whole = tempfile::tempfile().map_err(|error| self.failed(&error))?;
        io::copy(input, &mut whole).map_err(|error| self.failed(&error))?;
        let of_zip = |error: zip::result::ZipError| io::Error::other(error);
        // What begins like an archive and has no list of its members at its end was cut.
        let cut = |_| self.failed(&io::ErrorKind::UnexpectedEof.into());
        let mut archive = zip::ZipArchive::new(whole).map_err(cut)?;
        if archive.index_for_name("[Content_Types].xml").is_some() {
            let what = "it is an Office document, which is not read; save its table as CSV".into();
            return Err(TraceError::Unknown { place: self.place(), what });
        }
        for at in 0..archive.len() {
            match archive.by_index(at) {
                Ok(member) if !member.is_file() => {}
                Ok(mut member) => {
                    let name = String::from_utf8_lossy(member.name_raw()).into_owned();
                    self.member(&name, &mut member, layers);
                }
                Err(error) => {
                    let error = self.failed(&of_zip(error));
                    self.lose(error);
                }
            }
        }
        if let Some(what) = beside_zip(archive).map_err(|error| self.failed(&of_zip(error)))? {
            self.lacks(self.place(), what.into());
        }
        Ok(())
    }

    /// A member that cannot be read is lost, and the others are not.
    fn member(&mut self, name: &str, input: &mut dyn Read, layers: usize) {
        if is_aside(name) {
            return;
        }
        let own: Arc<str> = format!("{}/{name}", self.file).into();
        let archive = std::mem::replace(&mut self.file, own);
        self.begin();
        if let Err(error) = self.unpack(input, layers) {
            self.lose(error);
        }
        self.file = archive;
        self.begin();
    }
}
