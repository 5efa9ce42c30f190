//! What is made of the command's own definition: completions and the manual page.
use crate::{Besides, chosen};
use anechoic::{
    Exit,
    cli::{self, CommandError},
};
use clap_complete::Shell;
use std::{io::Write, path::Path};

/// A script with which a shell completes the command.
pub(crate) fn completions(shell: Shell, out: &mut dyn Write) -> Result<Exit, CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut definition(), NAME, &mut script);
    out.write_all(&script)?;
    Ok(Exit::Holds)
}

/// The manual pages: one for the command, and one for each of its subcommands.
pub(crate) fn man(folder: &Path) -> Result<Exit, CommandError> {
    clap_mangen::generate_to(definition(), folder).map_err(CommandError::unwritable(folder))?;
    Ok(Exit::Holds)
}

const NAME: &str = "anechoic";

/// The command as it is anywhere: what can be named depends on the folder.
fn definition() -> clap::Command {
    cli::definition::<Besides>(&chosen::empty())
}
