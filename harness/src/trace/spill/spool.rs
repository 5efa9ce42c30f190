use serde::{Serialize, de::DeserializeOwned};
use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read, Seek, Write},
    marker::PhantomData,
};

/// Records in a temporary file, in the order in which they came. The file has no name, so that it is gone with us.
pub(crate) struct Spool<T> {
    file: BufWriter<File>,
    length: usize,
    buffer: Vec<u8>,
    of: PhantomData<T>,
}

impl<T: Serialize + DeserializeOwned> Spool<T> {
    pub(crate) fn new() -> io::Result<Spool<T>> {
        let file = BufWriter::new(tempfile::tempfile()?);
        Ok(Spool { file, length: 0, buffer: Vec::new(), of: PhantomData })
    }

    /// How many records there are.
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    pub(crate) fn push(&mut self, record: &T) -> io::Result<()> {
        self.buffer.clear();
        self.buffer =
            postcard::to_extend(record, std::mem::take(&mut self.buffer)).map_err(io::Error::other)?;
        let length = u32::try_from(self.buffer.len()).map_err(io::Error::other)?;
        self.file.write_all(&length.to_le_bytes())?;
        self.file.write_all(&self.buffer)?;
        self.length += 1;
        Ok(())
    }

    /// All records, from the first.
    pub(crate) fn records(&mut self) -> io::Result<impl Iterator<Item = io::Result<T>> + use<'_, T>> {
        self.file.rewind()?;
        let (mut file, mut buffer) = (BufReader::new(self.file.get_ref()), Vec::new());
        let next = move || {
            let mut length = [0; 4];
            file.read_exact(&mut length)?;
            buffer.resize(u32::from_le_bytes(length) as usize, 0);
            file.read_exact(&mut buffer)?;
            postcard::from_bytes(&buffer).map_err(io::Error::other)
        };
        Ok(std::iter::repeat_with(next).take(self.length))
    }
}
