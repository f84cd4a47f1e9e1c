//! Changes of a running recording as an operator makes them: forms filled in by keyboard, one order to the worker, the end of it
//! told in words. No secret that is typed may be read anywhere.

use std::sync::Arc;

use egui::{Key, Modifiers, Role};
use egui_kittest::kittest::{NodeT, Queryable};

use super::act_tests::{ID, click, opened, press, publish, requests, shown};
use super::app_tests::Window;
use super::testing::{ago, ahead, history, missing, recording};
use super::words;
use crate::monitor::answer::{Answer, Outcome, Refusal};
use crate::monitor::change::{Change, ChangeKind, ChangeResult};
use crate::monitor::event::{Denial, Event, Record};
use crate::monitor::ids::Mode;
use crate::monitor::io::Command;
use crate::monitor::snapshot::{ChannelView, Denials, Origin};
use crate::monitor::told::Hold;
use crate::worker::handle::{Far, Request};

fn of(mode: Mode) -> ChannelView {
    ChannelView { mode, ..recording(7, "court-07") }
}

/// The one change that was sent.
fn sent(far: &mut Far) -> Change {
    match requests(far).as_slice() {
        [Request::Command(Command::Change(id, change))] => {
            assert_eq!(*id, ID);
            change.clone()
        }
        other => panic!("one change was expected: {other:?}"),
    }
}

fn type_into(window: &mut Window, field: &str, text: &str) {
    let role = if window.query_by_role_and_label(Role::PasswordInput, field).is_some() {
        Role::PasswordInput
    } else {
        Role::TextInput
    };
    window.get_by_role_and_label(role, field).focus();
    window.run();
    press(window, Modifiers::COMMAND, Key::A);
    window.get_by_role_and_label(role, field).type_text(text);
    window.run();
}

fn choose(window: &mut Window, choice: &str) {
    window.get_all_by_role_and_label(Role::RadioButton, choice).next().expect("a choice").click();
    window.run();
}

/// Tells the window what the session log says by now.
fn log(window: &mut Window, far: &Far, view: &ChannelView, event: Event) {
    let mut told = history(view);
    told.records.push((9, Record { at: ahead(30), channel: Some(view.id), event }));
    far.histories.send(Some(Arc::new(told))).expect("the window is there");
    window.run();
}

/// Nothing a screen reader or an eye can reach holds the secret: the accessibility tree and every text painted.
fn hides(window: &mut Window, secret: &str) {
    window.step();
    let nodes = window.query_all_by(|_| true);
    let words: Vec<String> = nodes
        .flat_map(|node| {
            let node = node.accesskit_node();
            [node.label(), node.value(), node.description(), node.placeholder().map(str::to_owned)]
        })
        .flatten()
        .collect();
    assert!(words.len() > 20, "the accessibility tree is looked through");
    assert!(words.iter().all(|it| !it.contains(secret)), "in the accessibility tree");
    for clipped in &window.output().shapes {
        let mut texts = Vec::new();
        texts_of(&clipped.shape, &mut texts);
        assert!(texts.iter().all(|text| !text.contains(secret)), "painted: {texts:?}");
    }
}

fn texts_of(shape: &egui::Shape, into: &mut Vec<String>) {
    if let egui::Shape::Text(text) = shape {
        into.push(text.galley.text().to_owned());
    } else if let egui::Shape::Vec(shapes) = shape {
        shapes.iter().for_each(|shape| texts_of(shape, into));
    }
}

#[test]
fn a_pause_asks_first_and_enter_cancels() {
    let (mut window, mut far) = opened(of(Mode::Web));
    click(&mut window, "Pause…");
    assert!(shown(&window, "Nothing is recorded from then on until it is resumed"));
    assert!(window.get_by_role_and_label(Role::Button, "Cancel").accesskit_node().is_focused());
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(requests(&mut far), []);
    click(&mut window, "Pause…");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    assert_eq!(sent(&mut far).client_request(), r#"{"webRecordingConfig":{"onhold":true}}"#);
}

#[test]
fn a_paused_recording_is_resumed_by_one_enter() {
    let mut view = of(Mode::Web);
    view.recording.as_mut().expect("it records").hold = Some(Hold::Held);
    let (mut window, mut far) = opened(view);
    assert!(window.query_by_role_and_label(Role::Button, "Pause…").is_none());
    click(&mut window, "Resume…");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(sent(&mut far).client_request(), r#"{"webRecordingConfig":{"onhold":false}}"#);
}

#[test]
fn a_change_is_followed_to_its_end_with_agoras_reason() {
    let view = of(Mode::Web);
    let (mut window, mut far) = opened(view.clone());
    click(&mut window, "Pause…");
    click(&mut window, "Pause recording");
    requests(&mut far);
    assert!(shown(&window, "Sent to the worker, nothing begun yet"));
    publish(&mut window, &far, ChannelView { changing: Some(ChangeKind::Hold), ..view.clone() });
    assert!(shown(&window, words::change_running(ChangeKind::Hold)));
    let answer = Answer {
        http: Some(400),
        reason: Some("not a web recorder".into()),
        ..Answer::bare(Outcome::Refused(Refusal::BadRequest))
    };
    let ended = Event::ChangeEnded { kind: ChangeKind::Hold, result: ChangeResult::Refused, answer: Some(answer) };
    log(&mut window, &far, &view, ended);
    for words in ["Agora refuses it", "not a web recorder", "The recording goes on as it was"] {
        assert!(shown(&window, words), "{words}");
    }
    click(&mut window, "Back to the form");
    assert!(shown(&window, "Pause recording court-07?"));
}

#[test]
fn every_end_of_a_change_is_told() {
    let view = of(Mode::Web);
    for (result, says, again) in [
        (ChangeResult::Done, "The web recording is paused. Nothing is recorded", false),
        (ChangeResult::Unconfirmed, "The change may hold or not", true),
        (ChangeResult::NoRecorder, "Agora knows no such recorder now", true),
        (ChangeResult::NotSaved, "Nothing was sent: a change must be on record first", true),
    ] {
        let (mut window, far) = opened(view.clone());
        click(&mut window, "Pause…");
        click(&mut window, "Pause recording");
        let ended = Event::ChangeEnded { kind: ChangeKind::Hold, result, answer: Some(missing()) };
        log(&mut window, &far, &view, ended);
        assert!(shown(&window, says), "{result:?}");
        assert_eq!(window.query_by_role_and_label(Role::Button, "Back to the form").is_some(), again, "{result:?}");
        press(&mut window, Modifiers::NONE, Key::Enter);
        assert!(!shown(&window, "Pause recording court-07?"), "Enter closes it");
    }
}

#[test]
fn an_earlier_end_is_not_taken_for_this_one() {
    let view = of(Mode::Web);
    let (mut window, far) = opened(view.clone());
    let mut told = history(&view);
    let event = Event::ChangeEnded { kind: ChangeKind::Hold, result: ChangeResult::Done, answer: None };
    told.records.push((9, Record { at: ago(60), channel: Some(view.id), event }));
    far.histories.send(Some(Arc::new(told))).expect("the window is there");
    click(&mut window, "Pause…");
    click(&mut window, "Pause recording");
    assert!(shown(&window, "Sent to the worker, nothing begun yet"));
}

#[test]
fn a_change_that_the_rules_refuse_says_why_and_is_not_sent() {
    let mut denials = Denials { ..of(Mode::Web).denials };
    denials.change = [Some(Denial::AlreadyChanging); ChangeKind::ALL.len()];
    let (mut window, mut far) = opened(of(Mode::Web));
    click(&mut window, "Pause…");
    publish(&mut window, &far, ChannelView { denials, changing: Some(ChangeKind::Outputs), ..of(Mode::Web) });
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    assert_eq!(requests(&mut far), []);
    assert!(shown(&window, words::denial(Denial::AlreadyChanging)));
    let event = Event::CommandDenied { command: "rec.pause".into(), why: Denial::NotRecording };
    let (mut window, far) = opened(of(Mode::Web));
    click(&mut window, "Pause…");
    click(&mut window, "Pause recording");
    log(&mut window, &far, &of(Mode::Web), event);
    assert!(shown(&window, words::denial(Denial::NotRecording)), "refused between click and order");
}

#[test]
fn a_subscription_is_filled_in_and_checked_while_typing() {
    let (mut window, mut far) = opened(of(Mode::Mix));
    click(&mut window, "Change subscription…");
    choose(&mut window, "Only these");
    type_into(&mut window, "UIDs of audio", "41, anna");
    assert!(shown(&window, "\"anna\" is no UID"));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    assert_eq!(requests(&mut far), [], "a wrong list is not sent");
    type_into(&mut window, "UIDs of audio", "41 7");
    assert!(shown(&window, "2 UIDs of at most 32"));
    assert!(shown(&window, "\"subscribeAudioUids\""), "the request is shown as it will be sent");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    let change = sent(&mut far);
    assert!(change.client_request().contains(r#""subscribeAudioUids":["41","7"]"#), "{}", change.client_request());
    assert!(change.client_request().contains("#allstream#"), "video is said too");
}

#[test]
fn saying_nothing_about_one_medium_is_warned_of() {
    let (mut window, _far) = opened(of(Mode::Individual));
    click(&mut window, "Change subscription…");
    assert!(!shown(&window, "Nothing is said about"));
    window.get_all_by_role_and_label(Role::RadioButton, "Say nothing").last().expect("of video").click();
    window.run();
    assert!(shown(&window, "Nothing is said about video") && shown(&window, "none of it"));
}

#[test]
fn a_custom_layout_is_made_of_regions() {
    let (mut window, mut far) = opened(of(Mode::Mix));
    click(&mut window, "Change layout…");
    assert!(shown(&window, "This replaces all earlier layout settings"));
    choose(&mut window, "Custom");
    assert!(shown(&window, "Drawing of the layout, 2 regions"));
    click(&mut window, "Add a region");
    type_into(&mut window, "width of region 3", "7");
    assert!(shown(&window, "region 3: width \"7\""));
    type_into(&mut window, "width of region 3", "0.5");
    type_into(&mut window, "UID of region 3", "41");
    click(&mut window, "Remove region 1");
    assert!(shown(&window, "Drawing of the layout, 2 regions"));
    type_into(&mut window, "Colour", "#0d1012");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    let change = sent(&mut far);
    let body = change.client_request();
    assert!(body.contains(r#""mixedVideoLayout":3"#) && body.contains(r##""backgroundColor":"#0d1012""##), "{body}");
    assert!(body.contains(r#"{"uid":"41","x_axis":0,"y_axis":0,"width":0.5"#), "{body}");
    assert_eq!(&**change.summary(), "custom layout of 2 regions");
}

#[test]
fn a_stream_key_is_sent_and_never_shown() {
    let (mut window, mut far) = opened(of(Mode::Web));
    click(&mut window, "Change streams…");
    type_into(&mut window, "RTMP address", "https://CANARY");
    assert!(shown(&window, "it has to begin with rtmp://"));
    hides(&mut window, "CANARY");
    type_into(&mut window, "RTMP address", "rtmp://live.example/app/CANARY");
    assert!(shown(&window, "(hidden)"));
    hides(&mut window, "CANARY");
    assert!(!format!("{:?}", window.state().acts()).contains("CANARY"));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    let change = sent(&mut far);
    assert!(change.client_request().contains("rtmp://live.example/app/CANARY"));
    hides(&mut window, "CANARY");
}

#[test]
fn storage_keys_are_sent_and_never_shown() {
    let (mut window, mut far) = opened(of(Mode::Mix));
    click(&mut window, "Renew storage keys…");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    assert_eq!(requests(&mut far), [], "an empty form is not sent");
    type_into(&mut window, "Bucket", "lessons");
    type_into(&mut window, "File name prefix", "rec/2026");
    for field in ["Access key", "Secret key", "STS token"] {
        type_into(&mut window, field, "CANARY+key");
    }
    type_into(&mut window, "Valid until (UTC)", "2026-11-12 16:00");
    assert!(shown(&window, "Agora wants 4 h at least"));
    type_into(&mut window, "Valid until (UTC)", "2026-11-13 02:32");
    assert!(shown(&window, "renew it every 60 minutes"));
    hides(&mut window, "CANARY");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    let change = sent(&mut far);
    for part in [r#""accessKey":"CANARY+key""#, r#""stsToken":"CANARY+key""#, r#""fileNamePrefix":["rec","2026"]"#] {
        assert!(change.client_request().contains(part), "{part}");
    }
    assert!(!change.summary().contains("CANARY"));
}

#[test]
fn a_form_is_filled_in_with_the_keyboard_alone() {
    let (mut window, mut far) = opened(of(Mode::Mix));
    click(&mut window, "Change subscription…");
    // The second of the four choices for audio.
    for _ in 0..2 {
        window.key_press(Key::Tab);
        window.run();
    }
    press(&mut window, Modifiers::NONE, Key::Space);
    let list = |window: &Window| window.query_by_role_and_label(Role::TextInput, "UIDs of audio").is_some();
    assert!(list(&window), "Space chooses");
    for _ in 0..3 {
        window.key_press(Key::Tab);
        window.run();
    }
    let field = window.get_by_role_and_label(Role::TextInput, "UIDs of audio");
    assert!(field.accesskit_node().is_focused());
    field.type_text("41");
    window.run();
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    assert!(sent(&mut far).client_request().contains(r#""subscribeAudioUids":["41"]"#));
}

#[test]
fn an_adopted_channel_can_be_let_go_after_a_question() {
    let (mut window, mut far) = opened(ChannelView { origin: Origin::Adopted, ..of(Mode::Mix) });
    click(&mut window, "Stop watching…");
    assert!(shown(&window, "Nothing is sent to Agora. A recorder that runs goes on"));
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(requests(&mut far), [], "Enter leaves it");
    click(&mut window, "Stop watching…");
    click(&mut window, "Stop watching");
    assert_eq!(requests(&mut far), [Request::Command(Command::Forget(ID))]);
    let (window, _far) = opened(of(Mode::Mix));
    assert!(window.query_by_role_and_label(Role::Button, "Stop watching…").is_none());
}
