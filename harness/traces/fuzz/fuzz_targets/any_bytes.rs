//! Whatever a file holds, a reader comes to an end, and says what it read or why it did not.
//!
//! ```text
//! cargo install cargo-fuzz
//! mkdir -p harness/traces/fuzz/corpus/any_bytes
//! cargo fuzz run --fuzz-dir harness/traces/fuzz --sanitizer none any_bytes harness/traces/fuzz/corpus/any_bytes \
//!     fixtures/formats -- -max_total_time=600
//! ```
#![no_main]
use anechoic_traces::{Format, Mapping, Options, read};
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeSet;

fuzz_target!(|bytes: &[u8]| {
    let (mapping, keys) = (Mapping::default(), BTreeSet::new());
    // Once as what it seems to be, and once as what it is said to be.
    for format in [None, Format::all().nth(bytes.len() % Format::all().len())] {
        let mut lines = 0;
        let options = Options { format, mapping: &mapping, rows: Some(&keys), after: None };
        match read("a.json", &mut &bytes[..], &options, &mut |_| lines += 1) {
            Ok(read) => assert_eq!(read.records(), lines),
            Err(error) => assert!(error.to_string().starts_with("a.json"), "{error}"),
        }
    }
});
