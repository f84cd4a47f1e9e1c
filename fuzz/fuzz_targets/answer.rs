//! Whatever the service, a proxy or a broken line may answer: it is read without a panic, nothing is proved that is not there,
//! and no key of a stream is kept. Every input is the answer to every call; its length chooses the HTTP status.

#![no_main]

use libfuzzer_sys::fuzz_target;
use reelwatch::agora::reading::read;
use reelwatch::agora::transport::HttpResponse;
use reelwatch::monitor::answer::Outcome;
use reelwatch::monitor::event::CallKind;

const CALLS: [CallKind; 6] = [
    CallKind::Acquire,
    CallKind::Start,
    CallKind::Query,
    CallKind::Stop,
    CallKind::Update,
    CallKind::UpdateLayout,
];
const STATUSES: [u16; 12] = [200, 201, 204, 206, 302, 400, 401, 404, 429, 500, 502, 504];

fuzz_target!(|body: &[u8]| {
    let status = STATUSES[body.len() % STATUSES.len()];
    let has = |key: &[u8]| body.windows(key.len()).any(|window| window == key);
    for call in CALLS {
        let reading = read(call, &Ok(HttpResponse { status, body: body.to_vec() }));
        let outcome = &reading.answer.outcome;
        if let Outcome::Started(sid) = outcome {
            assert!(call == CallKind::Start && (200..300).contains(&status) && !sid.as_str().is_empty());
        }
        if let Outcome::Status(_) = outcome {
            assert!(call == CallKind::Query && [200, 201, 204].contains(&status));
        }
        if *outcome == Outcome::Missing {
            assert!(status == 404 && !matches!(call, CallKind::Acquire | CallKind::Start));
        }
        if has(b"rtmp://h/a/CANARY") {
            let kept = reading.raw.as_deref().unwrap_or_default();
            assert!(!kept.contains("rtmp://h/a/CANARY"), "{kept}");
        }
    }
});
