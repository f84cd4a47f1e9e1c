//! What the fixtures tell beside their outcome.

use crate::agora::reading::tests::fixture;
use crate::monitor::event::CallKind::{Query, Stop};
use crate::monitor::time::Timestamp;
use crate::monitor::told::{File, Hold, Output, Told, Web};

fn began(millis: i64) -> Option<Timestamp> {
    Some(Timestamp::from_millis(millis))
}

fn web(state: &str, hold: Hold, outputs: &[(&str, &str)]) -> Option<Web> {
    let output = |(target, status): &(&str, &str)| Output { target: (*target).into(), status: (*status).into() };
    Some(Web { state: Some(state.into()), hold: Some(hold), outputs: outputs.iter().map(output).collect() })
}

fn names(told: &Told) -> Vec<&str> {
    told.files.iter().map(|file| &*file.name).collect()
}

#[test]
fn individual_files_come_with_track_user_and_time() {
    let name = |kind: &str| format!("rec/5f0c2b9e7d414a6c8e1f3a2b4c6d8e0f_room-7__uid_s_41__uid_e_{kind}.m3u8");
    let file = |kind: &str, millis| File {
        name: name(kind).into(),
        track: Some(kind.into()),
        user: Some("41".into()),
        began: began(millis),
    };
    let both = [file("audio", 1_772_439_302_417), file("video", 1_772_439_302_500)];
    assert_eq!(fixture(Query, 200, "query_200_individual.json").told.files, both);
    assert_eq!(fixture(Stop, 200, "stop_200_individual.json").told.files, both);
}

#[test]
fn a_time_is_read_as_seconds_or_milliseconds_by_its_size() {
    for (file, millis) in [
        ("query_200_seconds.json", 1_772_439_302_000),
        ("query_200_web_file_name.json", 1_772_439_302_000),
        ("query_200_web.json", 1_772_439_302_417),
        ("query_200_hls_running.json", 1_772_439_302_417),
    ] {
        assert_eq!(fixture(Query, 200, file).told.files[0].began, began(millis), "{file}");
    }
    assert_eq!(super::moment(0), None);
    assert_eq!(super::moment(-5), None);
    assert_eq!(super::moment(i64::MAX), began(i64::MAX));
    assert_eq!(super::moment(999_999_999_999), began(999_999_999_999_000));
}

#[test]
fn a_web_recording_tells_page_pause_files_and_streams_without_their_keys() {
    let told = fixture(Query, 200, "query_200_web.json").told;
    let stream = ("rtmp://live.example.org/live", "publishing");
    assert_eq!((names(&told), &told.web), (vec!["77aa_lesson.m3u8"], &web("inProgress", Hold::Running, &[stream])));
    let told = fixture(Stop, 200, "stop_200_web.json").told;
    let stream = ("rtmps://live.example.org/app", "disconnected");
    assert_eq!(names(&told), ["77aa_lesson.m3u8", "77aa_lesson_0.mp4"]);
    assert_eq!(told.web, web("exit", Hold::Running, &[stream]));
    for (call, file) in [(Query, "query_200_web.json"), (Stop, "stop_200_web.json")] {
        let shown = format!("{:?}", fixture(call, 200, file));
        assert!(shown.contains("(hidden)") && !shown.contains("CANARY"), "{shown}");
    }
}

#[test]
fn a_page_that_pauses_or_has_ended_is_told_beside_a_good_status() {
    for (file, state, hold) in [
        ("query_200_web_on_hold.json", "inProgress", Hold::Held),
        ("query_200_web_page_gone.json", "exit", Hold::Running),
        ("query_200_web_init.json", "init", Hold::Running),
        ("query_200_web_no_status.json", "inProgress", Hold::Running),
    ] {
        assert_eq!(fixture(Query, 200, file).told.web, web(state, hold, &[]), "{file}");
    }
}

#[test]
fn a_stream_of_the_older_text_has_a_status_and_no_address() {
    let output = Output { target: "address not told".into(), status: "connecting".into() };
    let expected = Web { state: None, hold: None, outputs: vec![output] };
    assert_eq!(fixture(Query, 200, "query_200_web_older_stream.json").told.web, Some(expected));
}

#[test]
fn an_answer_with_an_error_number_tells_nothing() {
    for (call, http, file) in [(Query, 200, "query_200_contradicts_itself.json"), (Query, 206, "query_200_web.json")] {
        assert_eq!(fixture(call, http, file).told, Told::default(), "{file}");
    }
    assert_eq!(fixture(Query, 200, "query_200_hls_running.json").told.web, None);
}
