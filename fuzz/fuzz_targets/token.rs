//! Whatever somebody may paste as a token: it is read or named broken, and what was read can be read again to the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use reelwatch::agora::token::explain::explain;
use reelwatch::agora::token::read::read;
use reelwatch::monitor::time::Timestamp;

fuzz_target!(|text: &str| {
    // Most inputs lack the version; with it they get further.
    for text in [text, &format!("007{text}")] {
        match read(text) {
            Ok(token) => {
                assert_eq!(read(text).as_ref(), Ok(&token));
                assert!(!explain(&token, Timestamp::from_millis(1_772_439_302_417), None).is_empty());
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
});
