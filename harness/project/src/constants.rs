//! Rows that are always there, and stand in files beside the configuration.
use crate::error::MOST;
use anechoic::evidence::{read_text, unreadable};
use anechoic_rows::{ConstantError, Constants};
use std::path::Path;

/// Reads the rows that stand in files of their own, beside the configuration.
///
/// # Errors
/// [`ConstantError`].
pub fn read_constants(constants: &mut Constants, folder: &Path) -> Result<(), ConstantError> {
    constants.read(|file| {
        let path = folder.join(file);
        // What is to be done is said once, of the whole.
        read_text(&path, MOST)
            .map_err(|error| unreadable(&path, &error).lines().next().unwrap_or_default().into())
    })
}
