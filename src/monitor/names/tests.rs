//! The naming rules by their documented examples, and the order of a session's files by what an operator would join.

use super::*;
use crate::monitor::answer::Upload;
use crate::monitor::event::{Actor, Event, Record, StopWait};
use crate::monitor::gap::{Gap, GapEnd, OpenGap};
use crate::monitor::history::with_own;
use crate::monitor::ids::{ResourceId, SessionId, Uid};
use crate::monitor::phase::{Phase, StartCause, StartFailure, StopResult};
use crate::monitor::time::Timestamp;
use crate::monitor::told::File;

const SID: &str = "5f0c2b9e7d414a6c8e1f3a2b4c6d8e0f";

fn predicted(mode: &str, cname: &str) -> Predicted {
    let mode: Mode = mode.parse().expect("a mode");
    Predicted::new(&mode, &Sid::new(SID), &Cname::of(cname, &mode).expect("valid"))
}

fn told(text: &str) -> String {
    text.replace("SID", SID)
}

#[test]
fn a_playlist_is_known_before_anybody_tells_it() {
    for (mode, cname, name, exact) in [
        ("mix", "court_03", "SID_court_03.m3u8", true),
        ("web", "Hall 3, (east)_1", "SID_Hall 3- -east--1.m3u8", true),
        ("individual", "court-03", "SID_court-03__uid_s_*__uid_e_*.m3u8", false),
        ("raw", "court-03", "*SID*", false),
    ] {
        let predicted = predicted(mode, cname);
        assert_eq!((predicted.playlist(), predicted.is_exact()), (told(name), exact));
    }
    assert_eq!(predicted("mix", "a").mp4(0), Some(told("SID_a_0.mp4")));
    assert_eq!(predicted("individual", "a").mp4(0), None);
    assert_eq!(predicted("individual", "a").file(Kind::Jpg), Some(told("SID_a__uid_s_*__uid_e_video_*.jpg")));
    assert_eq!(predicted("mix", "a").file(Kind::Jpg), None);
}

#[test]
fn every_documented_shape_fits() {
    let late = |backup| Verdict::Late { backup, late: Late { tick: 1_772_439_302, index: 2 } };
    for (mode, cname, name, verdict) in [
        ("mix", "a_1", "SID_a_1.m3u8", Verdict::AsPredicted),
        ("mix", "a_1", "rec/day1/SID_a_1.m3u8", Verdict::AsPredicted),
        ("mix", "a_1", "rec/SID_a_1_20260302081502417.ts", Verdict::AsPredicted),
        ("mix", "a_1", "SID_a_1_0.mp4", Verdict::AsPredicted),
        ("mix", "a_1", "rec/bak0_SID_a_1.m3u8", Verdict::Backup(0)),
        ("mix", "a_1", "bak12_SID_a_1_3.mp4", Verdict::Backup(12)),
        ("mix", "a_1", "rec/SID_a_1_1772439302_2.m3u8", late(None)),
        ("mix", "a_1", "bak1_SID_a_1_1772439302_2.m3u8", late(Some(1))),
        ("web", "a/b c_d", "SID_a/b c-d.m3u8", Verdict::AsPredicted),
        ("web", "a/b c_d", "rec/SID_a-b-c-d.m3u8", Verdict::AsPredicted),
        ("web", "x", "bak0_SID_x_0.mp4", Verdict::Backup(0)),
        ("individual", "a", "SID_a__uid_s_41__uid_e_audio.m3u8", Verdict::AsPredicted),
        ("individual", "a", "SID_a__uid_s_41__uid_e_av.mpd", Verdict::AsPredicted),
        ("individual", "a", "SID_a__uid_s_41__uid_e_video_20260302081502417.webm", Verdict::AsPredicted),
        ("individual", "a", "SID_a__uid_s_41__uid_e_video_20260302081502417.jpg", Verdict::AsPredicted),
        ("individual", "a", "SID_a__uid_s_41__uid_e_0.mp4", Verdict::AsPredicted),
        ("individual", "a", "bak0_SID_a__uid_s_41__uid_e_audio.m3u8", Verdict::Backup(0)),
        ("individual", "a", "SID_a__uid_s_41__uid_e_audio_1772439302_2.m3u8", late(None)),
    ] {
        assert_eq!(predicted(mode, cname).fits(&told(name)), verdict, "{mode} {name}");
    }
}

#[test]
fn shapes_that_no_rule_describes_are_unruled_and_no_error() {
    for (mode, name) in [
        ("individual", "SID_a__uid_s_41__uid_e_20260302081502417_h264.ts"),
        ("individual", "SID_a__uid_s_41__uid_e_1_h264.mp4"),
        ("individual", "SID_a__uid_s_41__uid_e_1_2_vp8.webm"),
        ("individual", "SID_a.m3u8"),
        ("mix", "SID_a__uid_s_41__uid_e_h264.m3u8"),
        ("mix", "SID_a.mkv"),
        ("raw", "SID_a.m3u8"),
        ("raw", "SID_a__uid_s_41__uid_e_20260302081502417.jpg"),
    ] {
        assert_eq!(predicted(mode, "a").fits(&told(name)), Verdict::Unruled, "{mode} {name}");
    }
}

#[test]
fn what_differs_is_told_by_the_part_that_differs() {
    let differs = |name: &str| {
        let verdict = predicted("mix", "court").fits(&told(name));
        let Verdict::Different(difference) = verdict else { panic!("{name}: {verdict:?}") };
        difference.to_string()
    };
    assert!(differs("rec/0b7e_court.m3u8").contains("recording \"0b7e\""));
    assert!(differs("SID_hall.m3u8").contains("\"hall\""));
    assert!(differs("SID_court_b.m3u8").contains("\"court_b\""));
    assert!(differs("SID_courts.m3u8").contains("\"courts\""));
    assert!(differs("copy of SID_court.m3u8").contains("begins with \"copy of \""));
    assert!(differs("").contains("recording \"\""));
}

#[test]
fn a_name_comes_apart_without_knowing_whose_it_is() {
    let name = told("rec/bak3_SID_a_b__uid_s_41__uid_e_video_20260302081502417.ts");
    let parts = parse(&name);
    assert_eq!((parts.prefix, parts.backup, parts.sid, parts.cname), ("rec/", Some(3), SID, "a_b"));
    assert_eq!((parts.tail.user, parts.tail.track, parts.kind), (Some("41"), Some("video"), Kind::Slice));
    assert_eq!(parts.tail.utc, Some(Timestamp::from_millis(1_772_439_302_417)));
    let name = told("SID_a_1_2.mp4");
    assert_eq!((parse(&name).cname, parse(&name).tail.index), ("a_1", Some(2)));
    let name = told("SID_a_1_2.m3u8");
    assert_eq!((parse(&name).cname, parse(&name).tail.late), ("a_1_2", None), "too short for a tick");
    for odd in [
        "",
        "/",
        "_",
        "bak_",
        "bak0_",
        "bak99999999999_x_y.m3u8",
        "a_.ts",
        "__uid_s_",
        "x__uid_s___uid_e_.ts",
        "é_ü_é.mp4",
    ] {
        assert!(odd.contains(parse(odd).cname));
    }
}

#[test]
fn times_in_names_are_utc_and_must_exist() {
    let at = Timestamp::from_millis(1_772_439_302_417);
    assert_eq!(utc(at).as_deref(), Some("20260302081502417"));
    assert_eq!(parse_utc("20260302081502417"), Some(at));
    for bad in
        ["2026030208150241", "20260631081502417", "20260302241502417", "2026030208150241x", "20260302081561000", ""]
    {
        assert_eq!(parse_utc(bad), None, "{bad}");
    }
    assert_eq!(utc(Timestamp::from_millis(i64::MAX)), None);
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

fn fact(seconds: i64, event: Event) -> Record {
    Record { at: at(seconds), channel: None, event }
}

fn started(seconds: i64, sid: &str, uid: u32) -> Record {
    let uid = Uid::new(uid).expect("not 0");
    fact(
        seconds,
        Event::Started {
            uid,
            resource_id: ResourceId::new("R"),
            sid: Sid::new(sid),
            token_until: None,
            cname: None,
            mode: None,
        },
    )
}

fn files(seconds: i64, sid: &str, names: &[&str]) -> Record {
    let file = |name: &&str| File { name: (*name).into(), track: None, user: None, began: None };
    fact(seconds, Event::FilesTold { sid: Sid::new(sid), files: names.iter().map(file).collect(), odd: Vec::new() })
}

fn listed(records: &[Record], mode: &str) -> Vec<String> {
    let mode: Mode = mode.parse().expect("a mode");
    let cname = Cname::of("a", &mode).expect("valid");
    let recordings = recordings(with_own(records));
    let list = merge_list(&recordings, &mode, &cname);
    list.iter().map(|file| format!("{} {} {}", file.recording.sid, file.source.word(), file.name)).collect()
}

#[test]
fn a_session_with_restart_and_failover_is_joined_in_the_order_of_time() {
    let records = [
        started(1, "s1", 1),
        files(20, "s1", &["rec/s1_a.m3u8"]),
        files(90, "s1", &["rec/bak1_s1_a.m3u8", "rec/bak0_s1_a.m3u8"]),
        started(200, "s2", 2),
        started(300, "s3", 1),
        files(400, "s3", &["rec/s3_a_10.mp4", "rec/s3_a_2.mp4", "rec/s3_a.m3u8", "rec/bak0_s3_a_0.mp4"]),
    ];
    assert_eq!(
        listed(&records, "mix"),
        [
            "s1 told rec/s1_a.m3u8",
            "s1 told rec/bak0_s1_a.m3u8",
            "s1 told rec/bak1_s1_a.m3u8",
            "s2 predicted s2_a.m3u8",
            "s3 told rec/s3_a.m3u8",
            "s3 told rec/s3_a_2.mp4",
            "s3 told rec/s3_a_10.mp4",
            "s3 told rec/bak0_s3_a_0.mp4",
        ]
    );
}

#[test]
fn a_playlist_that_only_a_backup_follows_is_still_there_to_join() {
    let records = [started(1, "s1", 1), files(90, "s1", &["bak0_s1_a.m3u8", "s1_a_1772439302_1.m3u8"])];
    let list = listed(&records, "mix");
    assert_eq!(list, ["s1 predicted s1_a.m3u8", "s1 told s1_a_1772439302_1.m3u8", "s1 told bak0_s1_a.m3u8"]);
}

#[test]
fn users_of_an_individual_recording_stay_together_and_a_pattern_stands_until_they_are_told() {
    let name = |user: &str, track: &str| format!("s1_a__uid_s_{user}__uid_e_{track}.m3u8");
    let names = [name("100", "video"), name("9", "video"), name("9", "audio"), format!("bak0_{}", name("9", "audio"))];
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let list = listed(&[started(1, "s1", 1), files(20, "s1", &names)], "individual");
    let expected = [names[2], names[3], names[1], names[0]].map(|name| format!("s1 told {name}"));
    assert_eq!(list, expected);
    let list = listed(&[started(1, "s1", 1)], "individual");
    assert_eq!(list, ["s1 pattern s1_a__uid_s_*__uid_e_*.m3u8"]);
}

#[test]
fn what_no_rule_describes_is_told_and_nothing_is_made_up_for_it() {
    let records = [started(1, "s1", 1), files(20, "s1", &["other.bin", "s1_a_20260302081502417.ts", "s1_a.m3u8"])];
    assert_eq!(listed(&records, "mix"), ["s1 told s1_a.m3u8", "s1 told other.bin"]);
    assert_eq!(listed(&[started(1, "s1", 1)], "raw"), [""; 0]);
}

#[test]
fn the_end_of_a_recording_is_bounds_or_not_known() {
    let gap =
        Gap { last_good: at(60), first_bad: at(120), last_bad: at(123), first_good: at(129), end: GapEnd::Restarted };
    let opened = |gap: Gap| Event::GapOpened { gap: OpenGap { last_good: gap.last_good, first_bad: gap.first_bad } };
    let ended = |records: &[Record]| -> Vec<Option<(i64, i64)>> {
        let seconds = |ended: Ended| (ended.after.as_millis() / 1000, ended.by.as_millis() / 1000);
        recordings(with_own(records)).iter().map(|recording| recording.ended.map(seconds)).collect()
    };
    let mut records = vec![started(1, "s1", 1), fact(120, opened(gap))];
    assert_eq!(ended(&records), [None], "it may come back");
    let back = Gap { end: GapEnd::CameBack, ..gap };
    assert_eq!(ended(&[records.clone(), vec![fact(129, Event::GapClosed { gap: back })]].concat()), [None]);
    records.extend([started(125, "s2", 2), fact(129, Event::GapClosed { gap })]);
    assert_eq!(ended(&records), [Some((60, 120)), None]);
    let alive = [fact(140, Event::OldSeenAlive { sid: Sid::new("s1") })];
    let gone = [fact(150, Event::OldGone { sid: Sid::new("s1"), upload: None })];
    assert_eq!(ended(&[&records, &alive[..]].concat()), [None, None]);
    assert_eq!(ended(&[&records, &alive[..], &gone[..]].concat()), [Some((140, 150)), None]);
    let stop = Event::StopRequested { sid: None, wait: StopWait::No, by: Actor::Operator };
    records.extend([fact(200, stop), fact(201, Event::Stopped { result: StopResult::AlreadyGone })]);
    assert_eq!(ended(&records)[1], Some((125, 201)));
}

#[test]
fn what_ends_after_a_restart_that_came_to_nothing_is_the_recording_it_went_back_to() {
    let asked =
        Event::StartRequested { session: SessionId(1), uid: Uid::MIN, cause: StartCause::Restart, by: Actor::Operator };
    let mut records = vec![
        started(1, "s1", 1),
        fact(10, Event::PhaseChanged { to: Phase::Recording, answer: None }),
        fact(100, asked),
        started(101, "s2", 2),
        fact(191, Event::StartFailed { why: StartFailure::NotVerified, answer: None }),
        fact(300, Event::StopRequested { sid: Some(Sid::new("s1")), wait: StopWait::No, by: Actor::Operator }),
        fact(301, Event::Stopped { result: StopResult::Upload(Upload::Uploaded) }),
    ];
    let ends = |records: &[Record]| -> Vec<_> {
        recordings(with_own(records)).iter().map(|recording| recording.ended.map(|ended| ended.by)).collect()
    };
    assert_eq!(ends(&records), [Some(at(301)), None]);
    records.truncate(5);
    let open = OpenGap { last_good: at(200), first_bad: at(320) };
    records.push(fact(320, Event::GapOpened { gap: open }));
    let closed =
        Gap { last_good: at(200), first_bad: at(320), last_bad: at(410), first_good: at(420), end: GapEnd::Restarted };
    records.extend([started(415, "s3", 1), fact(420, Event::GapClosed { gap: closed })]);
    assert_eq!(ends(&records), [Some(at(320)), None, None]);
}
