//! Whatever may be pasted as the body of a start: it becomes a profile, or its problems are named. What became a profile is sent
//! as a body that becomes a profile again, and the same one.

#![no_main]

use libfuzzer_sys::fuzz_target;
use reelwatch::profile::choices::Kind;
use reelwatch::profile::import::import;
use secrecy::ExposeSecret as _;

/// Secrets of the form that each needs.
fn environment(name: &str) -> Option<String> {
    Some(match name {
        _ if name.ends_with("RTMP_URL") => "rtmp://live.example/app/key-of-the-stream".to_owned(),
        _ if name.ends_with("DECRYPTION_SALT") => format!("{}=", "A".repeat(43)),
        _ => "a-secret-of-some-kind".to_owned(),
    })
}

fuzz_target!(|text: &str| {
    for mode in [None, Some(Kind::Individual), Some(Kind::Mix), Some(Kind::Web)] {
        let imported = match import(text, "fuzz", mode) {
            Ok(imported) => imported,
            Err(problems) => {
                assert!(!problems.is_empty());
                continue;
            }
        };
        let profile = imported.draft.resolve(&environment).expect("every secret has its form");
        let sent = profile.start_request(None).sent();
        let again = import(sent.expose_secret(), "fuzz", Some(profile.kind())).expect("what we send can be imported");
        let profile_again = again.draft.resolve(&environment).expect("every secret has its form");
        let sent_again = profile_again.start_request(None).sent();
        assert_eq!(sent.expose_secret(), sent_again.expose_secret());
    }
});
