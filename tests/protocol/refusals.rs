//! What the service refuses, and what befalls a recording: each read as what an operator has to know.

use reelwatch::sim::scenario::Span;

use super::*;

fn refused(why: Refusal) -> Outcome {
    Outcome::Refused(why)
}

/// The example's composite profile.
const CLASSES: &str = "classes";

#[test]
fn what_acquire_refuses_is_told_apart() {
    let bench = Bench::new();
    let stranger =
        Recorder { mode: Mode::Mix, profile: CLASSES, uid: 7, resource_id: ResourceId::new("R"), sid: Sid::new("s") };
    let lasts = Span::secs(5);
    bench.befall(Happening::Suspended { lasts });
    assert_eq!(bench.outcome(acquire(&stranger, bench.now())), refused(Refusal::Suspended));
    bench.pass(10);
    bench.befall(Happening::NotEnabled { lasts });
    assert_eq!(bench.outcome(acquire(&stranger, bench.now())), refused(Refusal::NotEnabled));
    bench.server.stop();

    let full = Bench::with("", "pcw = 1", &|_| None);
    full.begin(&Mode::Mix, CLASSES, 1);
    let outcome = full.outcome(acquire(&stranger, full.now()));
    assert_eq!(outcome, refused(Refusal::OverLimit));
    full.server.stop();

    let wrong = |name: &str| (name == settings::CUSTOMER_SECRET).then(|| "another-secret".to_owned());
    let locked_out = Bench::with("", "", &wrong);
    assert_eq!(locked_out.outcome(acquire(&stranger, locked_out.now())), refused(Refusal::Unauthorized));
    locked_out.server.stop();
}

#[test]
fn what_start_refuses_is_told_apart() {
    let bench = Bench::new();
    let running = bench.begin(&Mode::Mix, CLASSES, 1);
    // The same resource again.
    assert_eq!(bench.outcome(start(&running, bench.now())), Outcome::AlreadyStarted);
    // The same channel and UID under another resource.
    let twin = bench.acquire(&Mode::Mix, CLASSES, 1);
    assert_eq!(bench.outcome(start(&twin, bench.now())), Outcome::UidConflict);
    // A resource of another UID, one that is none, and one that is too old.
    let other = Recorder { uid: 9, ..bench.acquire(&Mode::Mix, CLASSES, 8) };
    assert_eq!(bench.outcome(start(&other, bench.now())), refused(Refusal::WrongRecording));
    let none = Recorder { resource_id: ResourceId::new("none"), ..other };
    assert_eq!(bench.outcome(start(&none, bench.now())), Outcome::StaleResource);
    let old = bench.acquire(&Mode::Mix, CLASSES, 3);
    bench.pass(301);
    assert_eq!(bench.outcome(start(&old, bench.now())), Outcome::StaleResource);
    bench.server.stop();

    let with_sid = Bench::with("", "repeated_start = \"with_sid\"", &|_| None);
    let running = with_sid.begin(&Mode::Mix, CLASSES, 1);
    assert_eq!(with_sid.outcome(start(&running, with_sid.now())), Outcome::Started(running.sid.clone()));
    with_sid.server.stop();
}

#[test]
fn channels_that_ask_for_tokens_take_minted_ones_and_refusals_say_what_is_wrong() {
    let project = format!("token = \"required\"\napp_certificate = \"{CERTIFICATE}\"");
    let bench = Bench::with(&project, "", &|_| None);
    let without = bench.acquire(&Mode::Mix, CLASSES, 1);
    assert_eq!(bench.outcome(start(&without, bench.now())), refused(Refusal::TokenWrong));
    bench.server.stop();

    let certificate = |name: &str| (name == settings::APP_CERTIFICATE).then(|| CERTIFICATE.to_owned());
    let bench = Bench::with(&project, "", &certificate);
    for (mode, profile) in MODES {
        let recorder = bench.acquire(&mode, profile, 1);
        let asked_at = bench.now();
        let reading = bench.ask(start(&recorder, asked_at));
        assert!(matches!(reading.answer.outcome, Outcome::Started(_)), "{mode}: {reading:?}");
        let ends = Timestamp::from_millis(asked_at.as_millis() / 1000 * 1000) + Duration::from_secs(24 * 3600);
        assert_eq!(reading.told.token_until, (mode != Mode::Web).then_some(ends), "{mode}");
        bench.befall(Happening::Die { cname: "room".to_owned() });
        bench.pass(5);
    }
    // As if the start had been asked for a day ago.
    let late = bench.acquire(&Mode::Mix, CLASSES, 2);
    let long_ago = Timestamp::from_millis(bench.now().as_millis() - 25 * 3_600_000);
    assert_eq!(bench.outcome(start(&late, long_ago)), refused(Refusal::TokenExpired));
    bench.server.stop();
}

#[test]
fn what_befalls_a_recording_is_read_from_queries_changes_and_stops() {
    for (mode, profile) in MODES {
        let bench = Bench::new();
        let running = bench.begin(&mode, profile, 1);
        bench.pass(60);
        // IDs of another recording.
        let foreign = Recorder { sid: Sid::new("0123456789abcdef0123456789abcdef"), ..running.clone() };
        assert_eq!(bench.outcome(query(&foreign)), refused(Refusal::WrongRecording), "{mode}");
        // A body that no recording takes.
        let bad = change(&running, ChangeKind::Storage, r#"{"storageConfig":{"vendor":"x"}}"#);
        assert_eq!(bench.outcome(bad), refused(Refusal::BadRequest), "{mode}");
        bench.befall(Happening::FailOver { cname: "room".to_owned(), lasts: Span::secs(30) });
        assert_eq!(bench.outcome(query(&running)), Outcome::Missing, "{mode}");
        assert_eq!(bench.outcome(some_change(&running)), Outcome::Missing, "{mode}");
        bench.pass(60);
        assert_eq!(bench.outcome(query(&running)), Outcome::Status(ServiceStatus::InProgress), "{mode}");
        bench.befall(Happening::AbnormalExit { cname: "room".to_owned() });
        assert_eq!(bench.outcome(query(&running)), Outcome::Status(ServiceStatus::AbnormalExit), "{mode}");
        bench.server.stop();
    }
}

#[test]
fn stops_that_bring_less_than_everything_say_so() {
    let lasts = Span::secs(600);
    for (mode, profile) in MODES {
        let bench = Bench::new();
        let running = bench.begin(&mode, profile, 1);
        bench.pass(60);
        bench.befall(Happening::BackupCloud { cname: "room".to_owned(), lasts });
        let stopped = bench.outcome(stop(&running, StopWait::ForUpload));
        assert_eq!(stopped, Outcome::Stopped(Upload::BackedUp), "{mode}");
        // Again: it is leaving already, and then gone.
        assert_eq!(bench.outcome(stop(&running, StopWait::No)), Outcome::AlreadyLeaving, "{mode}");
        bench.pass(120);
        assert_eq!(bench.outcome(stop(&running, StopWait::No)), Outcome::Missing, "{mode}");
        bench.server.stop();
    }
    let bench = Bench::new();
    bench.befall(Happening::Publish { cname: "room".to_owned(), on: false });
    let silent = bench.begin(&Mode::Mix, CLASSES, 1);
    bench.pass(30);
    assert_eq!(bench.outcome(stop(&silent, StopWait::ForUpload)), Outcome::NothingRecorded);
    bench.server.stop();
}
