//! Where handlers cannot be held as processes.
use crate::error::ConfigError;
use anechoic::Catalogue;
use std::path::Path;

/// No catalogue.
///
/// # Errors
/// Always.
pub fn load(path: &Path) -> Result<Catalogue, ConfigError> {
    let what = "handlers that are programs are held on Linux only; on Windows, the subsystem for Linux is one. Traces are judged \
                everywhere: anechoic trace FILES --config ...";
    Err(ConfigError::Wrong { path: path.into(), what: what.into() })
}
