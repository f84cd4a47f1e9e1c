//! Whatever may be handed over as a list of recordings: each row is offered or named with its problem.

#![no_main]

use libfuzzer_sys::fuzz_target;
use reelwatch::import::read_bytes;
use reelwatch::monitor::ids::Mode;

fuzz_target!(|bytes: &[u8]| {
    let import = read_bytes(bytes, Some(&Mode::Mix));
    for problem in &import.problems {
        assert!(!problem.to_string().is_empty());
    }
    // Nothing is found without a default that is not found with one.
    assert!(read_bytes(bytes, None).rows.len() <= import.rows.len());
});
