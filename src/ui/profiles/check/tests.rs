//! What is wrong is found at its place and told in the words of the types.

use super::*;

/// A whole profile for each mode, with every setting that can stand beside the others.
pub(in crate::ui::profiles) fn whole(mode: Mode) -> Table {
    let storage = "[storage]\nvendor = \"amazon_s3\"\nregion = \"EU_CENTRAL_1\"\nbucket = \"b\"\n\
                   access_key = { env = \"A\" }\nsecret_key = { env = \"S\" }\n";
    let of_mode = match mode {
        Mode::Individual => {
            "mode = \"individual\"\n[recording]\nchannel_type = \"live_broadcast\"\nsubscribe_uid_group = 1\n"
        }
        Mode::Mix => "mode = \"mix\"\n[recording]\nchannel_type = \"live_broadcast\"\n",
        Mode::Web => {
            "mode = \"web\"\n[web]\nurl = \"https://example.org\"\nvideo_width = 1280\nvideo_height = 720\n\
             max_recording_hour = 3\n"
        }
    };
    format!("{of_mode}{storage}").parse().expect("TOML")
}

fn with(mode: Mode, changes: &[(&str, Option<Value>)]) -> Checked {
    let mut values = whole(mode);
    for (path, value) in changes {
        tree::set(&mut values, path, value.clone());
    }
    check(&values)
}

#[track_caller]
fn breaks(checked: &Checked, path: &str, words: &str) {
    let problem = checked.problems.iter().find(|problem| problem.path == path);
    match problem.map(|problem| &problem.what) {
        Some(What::Breaks(rule)) => assert!(rule.contains(words), "{rule:?} has no {words:?}"),
        other => panic!("{path}: {other:?} in {:#?}", checked.problems),
    }
    assert_eq!(checked.draft, None);
}

#[test]
fn a_whole_profile_of_each_mode_is_read_and_the_stand_ins_are_right() {
    for mode in Mode::ALL {
        let checked = check(&whole(*mode));
        assert_eq!(checked.problems, [], "{mode:?}");
        assert_eq!(checked.draft.map(|draft| draft.kind()), Some(*mode));
    }
    let stand_ins = stand_ins();
    assert!(stand_ins["storage"].clone().try_into::<StorageText>().is_ok());
    assert!(stand_ins["web"].clone().try_into::<WebText>().is_ok());
    assert!(stand_ins["recording"].clone().try_into::<RecordingText>().is_err(), "a layout of none fits its regions");
}

#[test]
fn everything_that_is_needed_is_named_at_once() {
    for (mode, needed) in [
        (Mode::Individual, vec!["recording.channel_type", "recording.subscribe_uid_group"]),
        (Mode::Mix, vec!["recording.channel_type"]),
        (Mode::Web, vec!["web.url", "web.video_width", "web.video_height", "web.max_recording_hour"]),
    ] {
        let checked = check(&tree::new(mode));
        let mut missing: Vec<&str> = checked.problems.iter().map(|problem| problem.path.as_str()).collect();
        let storage = ["storage.vendor", "storage.bucket", "storage.access_key", "storage.secret_key"];
        let mut all: Vec<&str> = needed.into_iter().chain(storage).collect();
        missing.sort_unstable();
        all.sort_unstable();
        assert_eq!(missing, all);
        assert!(checked.problems.iter().all(|problem| problem.what == What::Needed), "{:#?}", checked.problems);
    }
    let regions = with(Mode::Mix, &[("storage.region", None)]);
    assert_eq!(regions.about("storage.region"), Some(&What::Needed));
}

#[test]
fn a_wrong_value_breaks_the_rule_of_its_type_at_its_place() {
    let idle = with(Mode::Mix, &[("recording.max_idle_time", Some(4.into())), ("storage.bucket", Some("a b".into()))]);
    breaks(&idle, "recording.max_idle_time", "It has to be from 5 to 2592000 seconds (30 days)");
    breaks(&idle, "storage.bucket", "without spaces");
    breaks(
        &with(Mode::Mix, &[("recording.max_idle_time", Some("soon".into()))]),
        "recording.max_idle_time",
        "5 to 2592000",
    );
    let size =
        [("recording.transcoding.width", Some(Value::from(4000))), ("recording.transcoding.height", Some(4000.into()))];
    breaks(&with(Mode::Mix, &size), "recording.transcoding.width", "1920x1080");
    breaks(&with(Mode::Web, &[("web.video_width", Some(100.into()))]), "web.video_width", "240 to 1920");
    breaks(&with(Mode::Web, &[("web.url", Some("example.org".into()))]), "web.url", "https://");
    breaks(
        &with(Mode::Mix, &[("recording.private_params", Some("{".into()))]),
        "recording.private_params",
        "JSON object",
    );
    let users = [
        ("recording.subscribe_audio_uids", Some(Value::from("all"))),
        ("recording.unsubscribe_audio_uids", Some(vec![Value::from(7)].into())),
    ];
    breaks(&with(Mode::Mix, &users), "recording.unsubscribe_audio_uids", "leave one of the two out");
    breaks(
        &with(Mode::Individual, &[("recording.stream_mode", Some("original".into()))]),
        "recording.stream_mode",
        "audio",
    );
}

#[test]
fn parts_of_lists_and_inner_tables_are_found() {
    let region = |x: f64| {
        let row = [("x", x), ("y", 0.0), ("width", 1.0), ("height", 0.5)].map(|(key, n)| (key.to_owned(), n.into()));
        Value::Table(row.into_iter().collect())
    };
    let custom = ("recording.transcoding.layout", Some(Value::from("custom")));
    let regions = ("recording.transcoding.regions", Some(vec![region(0.0), region(1.5)].into()));
    let wrong = with(Mode::Mix, &[custom.clone(), regions]);
    breaks(&wrong, "recording.transcoding.regions.1.x", "from 0 to 1");
    assert!(wrong.about("recording.transcoding.regions").is_some());
    let none = with(Mode::Mix, &[custom]);
    breaks(&none, "recording.transcoding.layout", "needs regions");
    let encrypted = with(Mode::Mix, &[("recording.decryption.mode", Some("aes_128_gcm2".into()))]);
    assert_eq!(encrypted.about("recording.decryption.secret"), Some(&What::Needed), "{:#?}", encrypted.problems);
}

#[test]
fn a_secret_in_place_of_its_name_is_not_repeated() {
    let checked = with(Mode::Mix, &[("storage.secret_key.env", Some("CANARY/+=".into()))]);
    breaks(&checked, "storage.secret_key", "name of a variable");
    assert!(!format!("{:?}", checked.problems).contains("CANARY"));
}
