//! Whatever may stand in a settings file: it loads, or its problems are named; never neither, never both.

#![no_main]

use libfuzzer_sys::fuzz_target;
use reelwatch::settings::parse;

fuzz_target!(|text: &str| {
    let environment = |name: &str| (!name.contains('X')).then(|| "CANARY-0123456789".to_owned());
    match parse(text, &environment) {
        Ok(settings) => assert!(!format!("{settings:?}").contains("CANARY-0123456789")),
        Err(problems) => {
            assert!(!problems.is_empty());
            for problem in problems {
                assert!(!problem.to_string().contains("CANARY-0123456789"));
            }
        }
    }
});
