//! What the pane and the row tell about a recording beside its state: files, pauses, tokens, where it comes from.

use std::sync::Arc;

use egui::Role;
use egui_kittest::kittest::Queryable;

use super::act_tests::{click, opened, shown};
use super::app_tests::Window;
use super::testing::{ago, ahead, incident, lost, recording, restarting, snapshot, suspect};
use crate::monitor::ids::Mode;
use crate::monitor::incidents::IncidentKind;
use crate::monitor::io::AutoRestart;
use crate::monitor::phase::Sight;
use crate::monitor::snapshot::{AutoRestartView, ChannelView, Origin, RecordingView, Snapshot, SuspectView};
use crate::monitor::told::{File, Hold, Output, Web};

fn with(view: ChannelView, change: impl FnOnce(&mut RecordingView)) -> ChannelView {
    let mut view = view;
    change(view.recording.as_mut().expect("it records"));
    view
}

fn paused() -> ChannelView {
    let view = with(recording(7, "site-07"), |it| it.hold = Some(Hold::Held));
    let output = Output { target: "rtmp://live.example/app".into(), status: "onhold".into() };
    let web = Web { state: Some("inProgress".into()), hold: Some(Hold::Held), outputs: vec![output] };
    ChannelView { mode: Mode::Web, web: Some(web), ..view }
}

fn copied(window: &mut Window, text: &str) -> bool {
    (0..6).any(|_| {
        window.step();
        let commands = &window.output().platform_output.commands;
        commands.iter().any(|command| matches!(command, egui::OutputCommand::CopyText(it) if it == text))
    })
}

#[test]
fn every_file_that_agora_listed_is_named_whole_and_can_be_copied() {
    let file = |user: u32| File {
        name: format!("rec/2026/5f2c9a0e7b41d6838c1e0f97a24b0007_court-07__uid_s_{user}__uid_e_video.m3u8").into(),
        track: Some("video".into()),
        user: Some(user.to_string().into()),
        began: Some(ago(2000)),
    };
    let files: Arc<[File]> = (41..44).map(file).collect();
    let last = files[2].name.to_string();
    let view = with(recording(7, "court-07"), |it| {
        it.files = files;
        it.m3u8 = "5f2c9a0e7b41d6838c1e0f97a24b0007_court-07__uid_s_*__uid_e_*.m3u8".into();
    });
    let (mut window, _far) = opened(ChannelView { mode: Mode::Individual, ..view });
    assert!(shown(&window, "3 files listed by Agora"));
    assert!(shown(&window, "checked with Agora: all 3 names follow the rules"));
    assert!(shown(&window, &format!("{last}, video, user 43, first slice 13:58:47")));
    let copy = format!("Copy {last}");
    // The list keeps a wish to scroll for itself; what stands over it brings it into sight.
    window.get_by_role_and_label(Role::Button, "Copy M3U8 name").scroll_to_me();
    window.run();
    window.get_by_role_and_label(Role::Button, &copy).click();
    assert!(copied(&mut window, &last));
}

#[test]
fn a_name_that_differs_is_told_with_the_one_expected() {
    let file = File { name: "rec/other.m3u8".into(), track: None, user: None, began: None };
    let view = with(recording(7, "court-07"), |it| {
        it.files = Arc::from([file]);
        it.m3u8_told = Some("other.m3u8".into());
    });
    let (mut window, _far) = opened(view);
    assert!(shown(&window, "differs from the naming rules, rec/other.m3u8"));
    window.get_by_role_and_label(Role::Button, "Copy M3U8 name").click();
    assert!(copied(&mut window, "other.m3u8"), "what the service calls it is what can be found in the bucket");
}

#[test]
fn a_paused_web_recording_is_plain_to_see_in_row_and_pane() {
    let (window, _far) = opened(paused());
    assert!(window.query_by_label_contains("site-07, Recording for").is_some());
    for words in [
        "paused, nothing is recorded",
        "Recording, paused, seen",
        "The web recording is paused",
        "loaded, in progress (inProgress)",
        "paused: nothing is recorded until it is resumed",
        "rtmp://live.example/app: paused",
    ] {
        assert!(shown(&window, words), "{words}");
    }
}

#[test]
fn the_end_of_a_token_is_told_from_afar_and_warned_of_in_its_last_hour() {
    let until = |at| with(recording(7, "court-07"), |it| it.token_until = Some(at));
    let (window, _far) = opened(until(ahead(3 * 3600 - 1)));
    assert!(shown(&window, "Channel token ends at 17:32:06, in 2 h 59 min"));
    assert!(!shown(&window, "cannot be renewed"));
    let (window, _far) = opened(until(ahead(1800 - 1)));
    for words in ["cannot be renewed while it records", "Restart with the backup UID 900007 before that"] {
        assert!(shown(&window, words), "{words}");
    }
    assert!(shown(&window, "channel token ends in 29 minutes"), "the row says it too");
    let (window, _far) = opened(until(ago(90)));
    assert!(shown(&window, "Channel token ended at 14:30:37") && shown(&window, "may be gone before a check tells"));
}

#[test]
fn an_adopted_channel_says_where_it_comes_from_and_whether_it_can_be_started_again() {
    let (window, _far) = opened(recording(7, "court-07"));
    assert!(!shown(&window, "adopted") && shown(&window, "evening"));
    let adopted = ChannelView { origin: Origin::Adopted, profile: None, ..recording(7, "court-07") };
    let (mut window, _far) = opened(adopted);
    assert!(shown(&window, "adopted, not in the settings"));
    assert!(shown(&window, "none: it can be watched, changed and stopped"));
    click(&mut window, "Stop…");
    assert!(shown(&window, "Stop recording court-07?"));
}

#[test]
fn the_pane_tells_how_it_stands_with_auto_restarts_and_that_it_flaps() {
    let mut view = recording(7, "court-07");
    let (window, _far) = opened(view.clone());
    assert!(shown(&window, "off") && !shown(&window, "Flapping"));
    view.auto_restart.setting = AutoRestart::On;
    view.auto_restart.starts = Arc::from([ago(7200), ago(900), ago(60)]);
    view.flapping = Some(ago(720));
    let (window, _far) = opened(view.clone());
    assert!(shown(&window, "on, 2 of 3 used in the last hour"));
    assert!(shown(&window, ": its turns are not told until it is steady"));
    assert!(shown(&window, "UID 100007, flapping, "), "the row says it, too");
    view.auto_restart.spent = true;
    let (window, _far) = opened(view);
    assert!(shown(&window, "spent, 2 of 3 used in the last hour; restart it yourself"));
}

#[test]
fn an_incident_and_an_auto_restart_are_notes_once() {
    let view = recording(7, "court-07");
    let (mut window, far) = opened(view.clone());
    let mut next = Snapshot { revision: 2, ..snapshot(vec![view.clone()]) };
    let mut own = incident(4, IncidentKind::Lost, &["court-07"]);
    own.children[0].channel = view.id;
    next.incidents = vec![Arc::new(own)];
    far.snapshots.send(Arc::new(next.clone())).expect("the window is there");
    window.run();
    assert!(shown(&window, "court-07: incident 4, nothing records"));
    let auto_restart = AutoRestartView { spent: true, ..view.auto_restart.clone() };
    let view = ChannelView { auto_restart, ..view };
    let spent = Snapshot { revision: 3, channels: vec![Arc::new(view)], ..next };
    far.snapshots.send(Arc::new(spent)).expect("the window is there");
    window.run();
    assert!(shown(&window, "court-07: auto-restart spent: 0 in the last hour; restart it yourself"));
    assert!(!shown(&window, "court-07: incident 4"), "the newer note about the channel takes its place");
}

#[test]
fn no_sentence_of_the_pane_runs_out_of_the_window() {
    let view = suspect(7, "court-03");
    let suspicion = SuspectView { since: ago(120), lost_at: ago(30), answers: vec![ago(120)] };
    let blurred = ChannelView { sight: Sight::Uncertain, suspect: Some(suspicion), ..view.clone() };
    for view in [view, blurred, lost(7, "court-03"), restarting(7, "court-03"), recording(7, "court-03")] {
        let state = view.state;
        let (window, _far) = opened(view);
        let widest =
            window.query_all_by_label_contains(" ").max_by(|a, b| a.rect().right().total_cmp(&b.rect().right()));
        let widest = widest.expect("sentences");
        assert!(widest.rect().right() <= 1440.0, "{state:?}: {:?} ends at {}", widest, widest.rect().right());
    }
}
