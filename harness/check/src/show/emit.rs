//! A saved run as a Rust test.
use crate::{ReplayFile, replay::case_name};
use anechoic_evidence::harmless;

/// A test that makes the run again, in one thread and in one process: to be stepped through in a debugger. It fails as
/// long as the run breaks a promise. `catalogue` is the Rust expression that yields the catalogue.
pub fn test(file: &ReplayFile, catalogue: &str) -> String {
    let ReplayFile { scenario, variant, promise, .. } = file;
    let is_letter = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '_' };
    let name: String =
        format!("{}_keeps_{promise}", case_name(scenario, variant, "_")).chars().map(is_letter).collect();
    let found = harmless(&file.found, 200);
    let replay = file.to_json();
    // As many signs as it takes for none of the text to end the literal.
    let fence = "#".repeat(
        1 + replay.split('"').map(|rest| rest.len() - rest.trim_start_matches('#').len()).max().unwrap_or(0),
    );
    // Rust takes so many; a text with more is escaped instead.
    let literal =
        if fence.len() < 255 { format!("r{fence}\"{replay}\"{fence}") } else { format!("{replay:?}") };
    format!(
        r##"/// {variant} broke {promise} in {scenario}: {found}.
///
/// Made by `anechoic replay --emit test`.
#[test]
fn {name}() {{
    const REPLAY: &str = {literal};
    // A breakpoint in a handler of `{variant}` stops in this run only.
    let catalogue = {catalogue};
    let broken = catalogue.broken(REPLAY, Some("{variant}")).expect("the run can be made");
    assert_eq!(broken, Vec::<String>::new());
}}
"##
    )
}
