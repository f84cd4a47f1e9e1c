//! The editor as an operator meets it: a shelf in, keys and clicks, and what is asked of the worker.

use std::sync::Arc;

use egui::{Event, Key, Modifiers, Role};
use egui_kittest::kittest::{NodeT, Queryable};
use secrecy::SecretString;

use super::super::check::check;
use super::super::{import, tree, words};
use crate::profile::choices::Kind as Mode;
use crate::profile::{Body, Draft};
use crate::ui::app_tests::{Window, window};
use crate::ui::testing::{recording, snapshot};
use crate::worker::handle::{BookJob, BookResult, Entry, Far, Refusal, Request, Shelf};

/// A composite profile that is complete.
fn evening() -> Draft {
    let text = "mode = \"mix\"\n[recording]\nchannel_type = \"live_broadcast\"\nmax_idle_time = 300\n[storage]\n\
                vendor = \"amazon_s3\"\nregion = \"EU_CENTRAL_1\"\nbucket = \"evening\"\n\
                access_key = { env = \"EVENING_KEY\" }\nsecret_key = { env = \"EVENING_SECRET\" }\n";
    check(&text.parse().expect("TOML")).draft.expect("nothing is wrong")
}

fn shelf(profiles: &[(&str, Draft)]) -> Shelf {
    let entry =
        |(name, draft): &(&str, Draft)| Entry { name: (*name).into(), draft: Ok(draft.clone()), unusable: None };
    Shelf { place: "/etc/reelwatch/settings.toml".into(), note: None, profiles: profiles.iter().map(entry).collect() }
}

/// The window with the editor open on a shelf with the profile «evening», which one channel uses.
fn opened() -> (Window, Far) {
    let (mut window, mut far) = window(snapshot(vec![recording(7, "court-03")]));
    far.shelves.send_replace(Some(Arc::new(shelf(&[("evening", evening())]))));
    window.run();
    press(&mut window, Modifiers::COMMAND, Key::R);
    assert_eq!(jobs(&mut far), [BookJob::Read]);
    (window, far)
}

/// What was asked of the book since the last call.
fn jobs(far: &mut Far) -> Vec<BookJob> {
    let mut jobs = Vec::new();
    while let Ok(request) = far.requests.try_recv() {
        if let Request::Book(job) = request {
            jobs.push(job);
        }
    }
    jobs
}

fn saved(far: &mut Far) -> (String, Draft) {
    let jobs = jobs(far);
    let [BookJob::Save { name, draft, .. }] = &jobs[..] else { panic!("{jobs:?}") };
    (name.to_string(), (**draft).clone())
}

fn press(window: &mut Window, modifiers: Modifiers, key: Key) {
    window.key_press_modifiers(modifiers, key);
    window.run();
}

fn click(window: &mut Window, role: Role, name: &str) {
    window.get_by_role_and_label(role, name).click();
    window.run();
}

fn button(window: &mut Window, name: &str) {
    click(window, Role::Button, name);
}

/// Writes into the field with this label; what was in it goes.
fn write(window: &mut Window, label: &str, words: &str) {
    let field = window.get_by_role_and_label(Role::TextInput, label);
    field.scroll_to_me();
    field.focus();
    window.run();
    press(window, Modifiers::COMMAND, Key::A);
    window.event(Event::Text(words.to_owned()));
    window.run();
}

/// Takes one of the choices of the box with this label.
fn choose(window: &mut Window, label: &str, choice: &str) {
    let combo = window.get_by_role_and_label(Role::ComboBox, label);
    combo.scroll_to_me();
    window.run();
    click(window, Role::ComboBox, label);
    let options: Vec<_> = window.get_all_by_label(choice).collect();
    options.last().expect("it is one of them").click();
    window.run();
}

fn shown(window: &Window, words: &str) -> bool {
    window.query_all_by_label_contains(words).next().is_some()
}

fn may(window: &Window, name: &str) -> bool {
    !window.get_by_role_and_label(Role::Button, name).accesskit_node().is_disabled()
}

fn write_storage(window: &mut Window) {
    choose(window, "Storage of", "Google Cloud");
    write(window, "Bucket", "recordings");
    write(window, "Access key in", "GOOGLE_KEY");
    write(window, "Secret key in", "GOOGLE_SECRET");
}

/// A new profile in this mode.
fn begin(window: &mut Window, name: &str, mode: &str) {
    button(window, "New");
    write(window, "Name", name);
    click(window, Role::RadioButton, mode);
    assert!(!may(window, "Save"), "what is needed is not there yet");
}

#[test]
fn a_composite_profile_is_entered_and_saved() {
    let (mut window, mut far) = opened();
    begin(&mut window, "mornings", "Composite");
    choose(&mut window, "Channel profile", "Communication");
    choose(&mut window, "Kinds of files", "HLS and MP4");
    write_storage(&mut window);
    press(&mut window, Modifiers::COMMAND, Key::S);
    let (name, draft) = saved(&mut far);
    assert_eq!((name.as_str(), draft.kind()), ("mornings", Mode::Mix));
    let request = draft.start_preview();
    assert!(request.contains("\"mp4\"") && request.contains("\"channelType\": 0"), "{request}");
    assert!(request.contains("\"vendor\": 6") && !request.contains("GOOGLE_KEY"), "{request}");
}

#[test]
fn an_individual_profile_with_screenshots_is_entered_and_saved() {
    let (mut window, mut far) = opened();
    begin(&mut window, "exams", "Individual");
    choose(&mut window, "Channel profile", "Live broadcast");
    write(&mut window, "Group of users", "2");
    write(&mut window, "Sound of", "7, 8");
    write(&mut window, "Pictures of", "all");
    window.get_by_role_and_label(Role::CheckBox, "Screenshots").scroll_to_me();
    window.run();
    click(&mut window, Role::CheckBox, "Screenshots");
    write(&mut window, "One every", "30");
    write_storage(&mut window);
    button(&mut window, "Save");
    let (name, draft) = saved(&mut far);
    assert_eq!((name.as_str(), draft.kind()), ("exams", Mode::Individual));
    let Body::Individual(individual) = &draft.body else { panic!("individual") };
    assert_eq!(individual.capture().interval().map(u32::from), Some(30));
    assert_eq!((individual.uid_group().get(), individual.common().audio.listed()), (2, 2));
}

#[test]
fn a_web_profile_is_entered_by_keyboard_alone_and_saved() {
    let (mut window, mut far) = opened();
    button(&mut window, "New");
    // The cursor is in the name.
    press(&mut window, Modifiers::COMMAND, Key::A);
    window.event(Event::Text("page".to_owned()));
    window.run();
    for key in [Key::Tab, Key::Tab, Key::Tab, Key::Space] {
        press(&mut window, Modifiers::NONE, key);
    }
    assert!(shown(&window, "What the recorder opens"), "the third mode has the keyboard");
    write(&mut window, "Address", "https://example.org/room");
    for words in ["1280", "720"] {
        press(&mut window, Modifiers::NONE, Key::Tab);
        window.event(Event::Text(words.to_owned()));
        window.run();
    }
    write(&mut window, "Ends after", "3");
    write_storage(&mut window);
    press(&mut window, Modifiers::COMMAND, Key::S);
    let (name, draft) = saved(&mut far);
    let Body::Web(web) = &draft.body else { panic!("web") };
    let parts = web.page.parts();
    assert_eq!((name.as_str(), parts.width, parts.height), ("page", 1280, 720));
}

/// Presses and lets go in one frame, as a quick tap does.
fn tap(window: &mut Window, at: egui::Pos2) {
    let button = |pressed| Event::PointerButton {
        pos: at,
        button: egui::PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    window.input_mut().events.extend([Event::PointerMoved(at), button(true), button(false)]);
    window.step();
    window.run();
}

#[test]
fn a_list_that_was_opened_before_opens_again_above_the_dialog() {
    let (mut window, _far) = opened();
    for choice in ["HLS and MP4", "HLS", "HLS and MP4"] {
        let combo = window.get_by_role_and_label(Role::ComboBox, "Kinds of files");
        combo.scroll_to_me();
        window.run();
        let at = window.get_by_role_and_label(Role::ComboBox, "Kinds of files").rect().center();
        tap(&mut window, at);
        press(&mut window, Modifiers::NONE, Key::Escape);
        let field = window.get_by_role_and_label(Role::TextInput, "Bucket").rect().center();
        tap(&mut window, field);
        tap(&mut window, at);
        let at = window.get_all_by_label(choice).last().expect("it is one of them").rect().center();
        tap(&mut window, at);
        let combo = window.get_by_role_and_label(Role::ComboBox, "Kinds of files");
        assert_eq!(combo.accesskit_node().value().as_deref(), Some(choice));
    }
}

#[test]
fn a_wrong_value_shows_its_rule_at_once_and_blocks_saving() {
    let (mut window, mut far) = opened();
    write(&mut window, "Ends when empty for", "4");
    assert!(shown(&window, "It has to be from 5 to 2592000 seconds (30 days)"));
    assert!(!may(&window, "Save") && shown(&window, "Cannot be used as it is: Ends when empty for"));
    press(&mut window, Modifiers::COMMAND, Key::S);
    assert_eq!(jobs(&mut far), []);
    write(&mut window, "Ends when empty for", "5");
    assert!(!shown(&window, "It has to be from 5") && may(&window, "Save"));
    button(&mut window, "Revert");
    assert!(!may(&window, "Save"), "nothing is changed any more");
}

#[test]
fn help_and_the_vendors_name_stand_under_the_field_that_has_the_keyboard() {
    let (mut window, _far) = opened();
    assert!(!shown(&window, "Agora advises 300"));
    write(&mut window, "Ends when empty for", "60");
    assert!(shown(&window, "maxIdleTime") && shown(&window, "Agora advises 300"));
    assert!(shown(&window, "the vendor advises 300 s in production"), "the warning of the profile");
}

#[test]
fn changing_the_mode_keeps_what_both_modes_know() {
    let (mut window, _far) = opened();
    write(&mut window, "Ends when empty for", "600");
    click(&mut window, Role::RadioButton, "Web page");
    assert!(!shown(&window, "Ends when empty for"));
    click(&mut window, Role::RadioButton, "Individual");
    let field = window.get_by_role_and_label(Role::TextInput, "Ends when empty for");
    assert_eq!(field.accesskit_node().value().as_deref(), Some("600"));
    assert!(shown(&window, "Group of users"));
}

#[test]
fn unsaved_changes_are_asked_about_before_they_are_lost() {
    let (mut window, mut far) = opened();
    write(&mut window, "Bucket", "other");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(shown(&window, "evening has changes that are not saved"));
    button(&mut window, "Keep editing");
    button(&mut window, "New");
    assert!(shown(&window, "evening has changes that are not saved"));
    button(&mut window, "Save");
    let (name, _) = saved(&mut far);
    assert_eq!(name, "evening");
    far.bookings.send_replace(Some((1, BookResult::Saved { name: "evening".into(), unusable: None })));
    window.run();
    assert!(shown(&window, "not saved yet"), "it goes on to the new one");
}

#[test]
fn what_became_of_saving_is_said_and_a_conflict_loses_nothing() {
    let (mut window, mut far) = opened();
    write(&mut window, "Bucket", "mine");
    button(&mut window, "Save");
    let (_, mine) = saved(&mut far);
    let mut theirs = tree::of(&evening());
    tree::set(&mut theirs, "storage.bucket", Some("theirs".into()));
    let theirs = check(&theirs).draft.expect("nothing is wrong");
    far.shelves.send_replace(Some(Arc::new(shelf(&[("evening", theirs.clone())]))));
    far.bookings.send_replace(Some((1, BookResult::Changed { name: "evening".into() })));
    window.run();
    assert!(shown(&window, "Somebody else changed evening"));
    button(&mut window, "Save");
    let jobs = jobs(&mut far);
    let [BookJob::Save { was: Some(was), draft, .. }] = &jobs[..] else { panic!("{jobs:?}") };
    assert!(**was == theirs && **draft == mine);
    let refusal = Refusal::new("The disk is full", "The file is as it was", "Make room");
    far.bookings.send_replace(Some((2, BookResult::Refused(refusal))));
    window.run();
    assert!(shown(&window, "The disk is full") && shown(&window, "The file is as it was. Make room"));
    button(&mut window, "Revert");
    let bucket = window.get_by_role_and_label(Role::TextInput, "Bucket");
    assert_eq!(bucket.accesskit_node().value().as_deref(), Some("theirs"));
}

#[test]
fn a_profile_in_use_is_not_removed_and_another_only_after_a_question() {
    let (mut window, mut far) = opened();
    assert!(!may(&window, "Remove…") && shown(&window, "Composite, used by 1 channel"));
    far.shelves.send_replace(Some(Arc::new(shelf(&[("evening", evening()), ("spare", evening())]))));
    window.run();
    click(&mut window, Role::ListItem, "spare, Composite, not used");
    button(&mut window, "Remove…");
    assert_eq!(jobs(&mut far), []);
    button(&mut window, "Remove it");
    assert!(matches!(&jobs(&mut far)[..], [BookJob::Remove { name, was: Some(_) }] if &**name == "spare"));
}

#[test]
fn a_name_that_is_taken_or_odd_is_refused_with_the_rule() {
    let (mut window, _far) = opened();
    button(&mut window, "Duplicate");
    let name = window.get_by_role_and_label(Role::TextInput, "Name");
    assert_eq!(name.accesskit_node().value().as_deref(), Some("evening-2"));
    assert!(may(&window, "Save"));
    for (name, why) in [("evening", "with the name evening already"), ("a b", "letters a-z A-Z, digits, - and _")] {
        write(&mut window, "Name", name);
        assert!(shown(&window, why) && !may(&window, "Save"), "{name}");
    }
}

#[test]
fn without_settings_the_command_says_why_it_cannot_be() {
    let (mut window, mut far) = window(snapshot(vec![]));
    press(&mut window, Modifiers::COMMAND, Key::R);
    assert!(!may(&window, "Recording profiles…"));
    assert_eq!(jobs(&mut far), []);
}

const BODIES: [(&str, &str); 3] = [
    (
        "Individual",
        r##"{"cname":"room-7","uid":"900001","clientRequest":{"token":"CANARY-token","recordingConfig":{"channelType":1,
        "streamTypes":2,"streamMode":"standard","maxIdleTime":300,"subscribeAudioUids":["#allstream#"],
        "subscribeVideoUids":["#allstream#"],"subscribeUidGroup":0},"recordingFileConfig":{"avFileType":["hls"]},
        "storageConfig":{"vendor":1,"region":7,"bucket":"b","accessKey":"CANARY-k","secretKey":"CANARY-s",
        "fileNamePrefix":["rec","2026"]}}}"##,
    ),
    (
        "Composite",
        r#"{"cname":"room-7","uid":"900002","clientRequest":{"recordingConfig":{"channelType":1,"maxIdleTime":300,
        "transcodingConfig":{"width":640,"height":360,"fps":15,"bitrate":800,"mixedVideoLayout":1}},
        "recordingFileConfig":{"avFileType":["hls","mp4"]},"storageConfig":{"vendor":1,"region":7,"bucket":"b",
        "accessKey":"CANARY-k","secretKey":"CANARY-s"}}}"#,
    ),
    (
        "Web page",
        r#"{"cname":"lesson","uid":"900003","clientRequest":{"extensionServiceConfig":{"errorHandlePolicy":"error_abort",
        "extensionServices":[{"serviceName":"web_recorder_service","errorHandlePolicy":"error_abort","serviceParam":{
        "url":"https://example.org/","audioProfile":0,"videoWidth":1280,"videoHeight":720,"maxRecordingHour":3,
        "readyTimeout":30}},{"serviceName":"rtmp_publish_service","errorHandlePolicy":"error_ignore","serviceParam":{
        "outputs":[{"rtmpUrl":"rtmp://example.org/live/CANARY"}]}}]},"recordingFileConfig":{"avFileType":["hls","mp4"]},
        "storageConfig":{"vendor":1,"region":7,"bucket":"b","accessKey":"CANARY-k","secretKey":"CANARY-s"}}}"#,
    ),
];

/// Everything a screen reader can reach.
fn everything(window: &Window) -> String {
    format!(
        "{:?}",
        window
            .root()
            .children_recursive()
            .map(|node| {
                let node = node.accesskit_node();
                (node.label(), node.value())
            })
            .collect::<Vec<_>>()
    )
}

#[test]
fn the_vendors_bodies_are_taken_over_and_their_secrets_are_nowhere() {
    for (mode, body) in BODIES {
        let (mut window, mut far) = opened();
        button(&mut window, "Import…");
        assert!(!may(&window, "Take over"));
        window.event(Event::Paste(body.to_owned()));
        window.run();
        assert!(shown(&window, &format!("were read as {mode}. Nothing is saved yet")), "{mode}");
        assert!(shown(&window, "is a secret and was not kept") && shown(&window, "IMPORTED_"), "{mode}");
        assert!(!everything(&window).contains("CANARY"), "{mode}");
        button(&mut window, "Take over");
        assert!(shown(&window, "imported") && !everything(&window).contains("CANARY"));
        assert_eq!(jobs(&mut far), [], "nothing is saved before Save");
        button(&mut window, "Save");
        let (name, draft) = saved(&mut far);
        let written = toml::to_string(&tree::of(&draft)).expect("TOML");
        assert_eq!((name.as_str(), words::mode(draft.kind())), ("imported", mode));
        assert!(!written.contains("CANARY") && !draft.start_preview().contains("CANARY"), "{written}");
    }
}

#[test]
fn a_body_that_cannot_be_used_says_what_and_changes_nothing() {
    let (mut window, mut far) = opened();
    button(&mut window, "Import…");
    window.event(Event::Paste(BODIES[1].1.replace("\"maxIdleTime\":300", "\"maxIdleTime\":4")));
    window.run();
    assert!(shown(&window, "maxIdleTime") && shown(&window, "5 to 2592000") && !may(&window, "Take over"));
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(shown(&window, "evening") && !may(&window, "Save"));
    assert_eq!(jobs(&mut far), []);
}

#[test]
fn a_secret_in_place_of_a_name_is_masked_and_blocks_saving() {
    let (mut window, mut far) = opened();
    write(&mut window, "Secret key in", "CANARY/+=");
    assert!(shown(&window, "name of a variable") && !may(&window, "Save"));
    assert!(!everything(&window).contains("CANARY"));
    assert_eq!(jobs(&mut far), []);
    let debug = format!("{:?}", import::Import::new(&shelf(&[])));
    assert!(!debug.contains(&format!("{:?}", SecretString::from("x"))), "{debug}");
}
