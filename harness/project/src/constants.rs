//! Rows that are always there, and stand in files beside the configuration.
use crate::error::MOST;
use anechoic::evidence::{read_text, unreadable};
use anechoic_rows::Constants;
use std::{ops::Range, path::Path};

/// Reads the rows that stand in files of their own, beside the configuration.
///
/// # Errors
/// What is wrong with one, and at which bytes of the configuration it is named.
pub fn read_constants(constants: &mut Constants, folder: &Path) -> Result<(), (Range<usize>, String)> {
    constants.read(|file| {
        let path = folder.join(file);
        // What is to be done is said once, of the whole.
        read_text(&path, MOST)
            .map_err(|error| unreadable(&path, &error).lines().next().unwrap_or_default().into())
    })
}
