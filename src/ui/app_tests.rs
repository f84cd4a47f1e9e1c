//! The window as a person or a screen reader meets it: hand-made pictures in, accessible names and clicks out.

use std::sync::Arc;
use std::time::Duration;

use egui::{Key, Modifiers, Role, Theme};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use jiff::tz::TimeZone;

use super::app::App;
use super::run::{World, prepare};
use super::testing::{NOW, ago, ahead, in_state, incident, probe, recording, sorted_snapshot, timeout};
use crate::monitor::event::StopWait;
use crate::monitor::ids::ChannelId;
use crate::monitor::incidents::IncidentKind;
use crate::monitor::io::{Command, LogHealth};
use crate::monitor::phase::State;
use crate::monitor::snapshot::{LastProbe, NetworkView, Snapshot};
use crate::worker::clock::{Clock, Speed};
use crate::worker::handle::{Far, Look, Request, Stretch, pair};

pub(crate) type Window = Harness<'static, App>;

/// A window of 1440 × 900 on `snapshot`, and the worker's end.
pub(crate) fn window(snapshot: Snapshot) -> (Window, Far) {
    window_at(snapshot, Speed::REAL, [1440.0, 900.0])
}

fn window_at(snapshot: Snapshot, speed: Speed, size: [f32; 2]) -> (Window, Far) {
    let (handle, far) = pair(Arc::new(snapshot), Clock::standing_at(NOW, speed));
    let app = App::new(handle, TimeZone::UTC, None);
    let mut prepared = false;
    let show = move |ui: &mut egui::Ui, app: &mut App| {
        if !std::mem::replace(&mut prepared, true) {
            prepare(ui.ctx());
            // The fonts are there from the next frame on.
            return ui.ctx().request_repaint();
        }
        app.show(ui);
    };
    let mut window = Harness::builder().with_size(size).with_max_steps(16).build_ui_state(show, app);
    window.run();
    (window, far)
}

fn fleet() -> Snapshot {
    sorted_snapshot(vec![
        in_state(1, "arena-01", State::Recording),
        in_state(2, "arena-02", State::Recording),
        in_state(3, "court-03", State::Lost),
        in_state(4, "court-04", State::Suspect),
        in_state(5, "webinar", State::Idle),
    ])
}

/// The names of the rows, top to bottom.
fn rows(window: &Window) -> Vec<String> {
    let mut rows: Vec<(f32, String)> = window
        .get_all_by_role(Role::Row)
        .map(|node| (node.rect().top(), node.accesskit_node().label().unwrap_or_default()))
        .collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    rows.into_iter().map(|(_, label)| label.split(',').next().unwrap_or_default().to_owned()).collect()
}

fn has(window: &Window, text: &str) -> bool {
    window.query_all_by_label_contains(text).next().is_some()
}

#[test]
fn rows_are_listed_worst_first_and_read_as_sentences() {
    let (window, _far) = window(fleet());
    assert_eq!(rows(&window), ["court-03", "court-04", "arena-01", "arena-02", "webinar"]);
    assert!(has(&window, "court-03, Lost for "));
    assert!(has(&window, ", main UID 100003, last answer 404 worker, seen "));
    assert!(has(&window, "1 need"), "one row needs somebody");
}

#[test]
fn slash_and_letters_narrow_the_list_and_clearing_brings_it_back() {
    let (mut window, _far) = window(fleet());
    window.key_press(Key::Slash);
    window.run();
    window.get_by_role_and_label(Role::TextInput, "Filter").type_text("court");
    window.run();
    assert_eq!(rows(&window), ["court-03", "court-04"]);
    assert!(has(&window, "Recording 2"), "chips go on counting all channels");
    window.get_by_label("Clear the text").click();
    window.run();
    assert_eq!(rows(&window).len(), 5);
}

#[test]
fn a_filter_without_a_match_says_so_and_offers_the_way_back() {
    let (mut window, _far) = window(fleet());
    window.get_by_role_and_label(Role::TextInput, "Filter").focus();
    window.run();
    window.get_by_role_and_label(Role::TextInput, "Filter").type_text("court-9");
    window.run();
    assert!(has(&window, "No channel matches court-9"));
    window.get_by_label("Clear filter").click();
    window.run();
    assert_eq!(rows(&window).len(), 5);
}

#[test]
fn a_chip_shows_only_its_state_and_all_shows_everything() {
    let (mut window, _far) = window(fleet());
    window.get_by_label("Lost 1").click();
    window.run();
    assert_eq!(rows(&window), ["court-03"]);
    window.get_by_label("All 5").click();
    window.run();
    assert_eq!(rows(&window).len(), 5);
}

#[test]
fn the_keyboard_walks_the_rows_and_finds_what_needs_somebody() {
    let (mut window, _far) = window(fleet());
    for (key, expected) in [(Key::J, 3), (Key::J, 4), (Key::ArrowDown, 1), (Key::K, 4), (Key::N, 3), (Key::ArrowUp, 3)]
    {
        window.key_press(key);
        window.run();
        assert_eq!(window.state().state().selected, Some(ChannelId(expected)), "after {key:?}");
    }
}

#[test]
fn letters_typed_into_the_filter_are_no_commands() {
    let (mut window, _far) = window(fleet());
    window.key_press(Key::Slash);
    window.run();
    window.key_press(Key::J);
    window.get_by_role_and_label(Role::TextInput, "Filter").type_text("j");
    window.run();
    assert_eq!(window.state().state().selected, None);
    assert_eq!(window.state().state().filter.text, "j");
}

#[test]
fn a_click_selects_a_row() {
    let (mut window, _far) = window(fleet());
    window.get_by_label_contains("arena-02, Recording").click();
    window.run();
    assert_eq!(window.state().state().selected, Some(ChannelId(2)));
}

#[test]
fn when_nothing_that_runs_is_seen_nobody_is_watching() {
    let (window, _far) = window(sorted_snapshot(vec![
        in_state(1, "arena-01", State::NotObserved),
        in_state(2, "arena-02", State::NotObserved),
        in_state(3, "webinar", State::Idle),
    ]));
    assert!(has(&window, "Nobody is watching. 2 not observed"));
    assert!(!has(&window, "Nothing needs you"));
}

#[test]
fn a_recording_whose_knowledge_is_too_old_never_reads_recording() {
    let mut view = recording(1, "arena-01");
    view.stale_at = Some(ago(1));
    let (window, _far) = window(sorted_snapshot(vec![view]));
    assert!(has(&window, "arena-01, Not observed for"));
    assert!(has(&window, "Recording 0"));
    assert!(has(&window, "Nobody is watching"));
}

#[test]
fn a_worker_that_ended_is_told_at_once() {
    let (mut window, far) = window(fleet());
    drop(far);
    window.run();
    assert!(has(&window, "Nothing is watched any more"));
    assert!(has(&window, "Nobody is watching. 1 to act on"));
}

#[test]
fn an_own_network_that_is_down_is_one_banner_for_all() {
    let mut snapshot = sorted_snapshot(vec![in_state(1, "arena-01", State::NotObserved)]);
    snapshot.network = NetworkView::Down { since: ago(159), next_probe: ahead(4) };
    let (window, _far) = window(snapshot);
    assert!(has(&window, "No domain of Agora's answers: 1 recording not observed for 2:"));
    assert!(has(&window, "Own network: Down"));
    assert!(has(&window, "Nobody is watching"));
}

#[test]
fn a_log_that_cannot_be_written_is_told_with_the_systems_words() {
    let mut snapshot = fleet();
    snapshot.log.health = LogHealth::Failing;
    snapshot.log.waiting = 12;
    snapshot.log.error = Some("No space left on device".into());
    let (window, _far) = window(snapshot);
    assert!(has(&window, "The session log cannot be written: No space left on device"));
    assert!(has(&window, "Session log cannot be written · 12 wait in memory"));
}

#[test]
fn a_clock_that_runs_fast_is_marked_as_a_demo() {
    let (fast, _far) = window_at(fleet(), Speed::new(10).unwrap(), [1440.0, 900.0]);
    assert!(has(&fast, "Demo ×10"));
    let (real, _far) = window(fleet());
    assert!(!has(&real, "Demo"));
}

#[test]
fn the_strip_tells_what_it_measures() {
    let (window, _far) = window(fleet());
    for sentence in [
        "Requests, last 10 s: 2.6 of 10 q/s",
        "Answering domain: api.agora.io 84 ms · 100 %, standby api.sd-rtn.com, 84 ms",
        "Own network: Up",
        "Blind spot: 120 s poll interval",
    ] {
        assert!(has(&window, sentence), "{sentence}");
    }
}

#[test]
fn without_channels_the_window_says_what_to_do() {
    let (window, _far) = window(sorted_snapshot(Vec::new()));
    assert!(has(&window, "No recordings yet"));
    assert!(has(&window, "reelwatch demo"));
    assert!(has(&window, "Nothing is watched"));
}

#[test]
fn the_window_is_whole_in_both_themes_and_at_every_size() {
    for theme in [Theme::Dark, Theme::Light] {
        for size in [[1024.0, 640.0], [1440.0, 900.0], [1920.0, 1080.0]] {
            let every = State::ALL.iter().zip(1..).map(|(state, n)| in_state(n, &format!("channel-{n}"), *state));
            let (mut window, _far) = window_at(sorted_snapshot(every.collect()), Speed::REAL, size);
            window.ctx.set_theme(theme);
            window.run();
            assert_eq!(rows(&window).len(), State::ALL.len(), "{theme:?} {size:?}");
        }
    }
}

#[test]
fn a_new_picture_is_shown_with_the_next_frame() {
    let (mut window, far) = window(fleet());
    far.snapshots.send_replace(Arc::new(sorted_snapshot(vec![in_state(9, "new", State::Recording)])));
    window.run();
    assert_eq!(rows(&window), ["new"]);
}

#[test]
fn a_frame_is_asked_for_once_a_second_and_not_more() {
    let (window, _far) = window(fleet());
    let delay = window.output().viewport_output.values().map(|out| out.repaint_delay).min().unwrap();
    assert!(delay > Duration::from_millis(10) && delay <= Duration::from_secs(1), "{delay:?}");
}

#[test]
fn ctrl_q_closes_the_window() {
    let (mut window, _far) = window(fleet());
    let modifiers = Modifiers::COMMAND;
    let key = egui::Event::Key { key: Key::Q, physical_key: None, pressed: true, repeat: false, modifiers };
    window.input_mut().events.push(key);
    window.step();
    let closes =
        window.output().viewport_output.values().any(|out| out.commands.contains(&egui::ViewportCommand::Close));
    assert!(closes);
}

/// What the window asked of the worker, without the looks at histories.
fn commands(far: &mut Far) -> Vec<Command> {
    let mut commands = Vec::new();
    while let Ok(request) = far.requests.try_recv() {
        if let Request::Command(command) = request {
            commands.push(command);
        }
    }
    commands
}

#[test]
fn a_lost_recording_is_restarted_with_a_key_a_look_and_a_click() {
    let (mut window, mut far) = window(fleet());
    window.key_press(Key::N);
    window.run();
    window.key_press(Key::R);
    window.run();
    assert_eq!(commands(&mut far), [], "the question comes first");
    window.get_by_label("Restart now").click();
    window.run();
    assert_eq!(commands(&mut far), [Command::Restart(ChannelId(3))]);
}

#[test]
fn a_stop_asks_first_and_esc_takes_it_back() {
    let (mut window, mut far) = window(fleet());
    let ctrl_shift = Modifiers::COMMAND | Modifiers::SHIFT;
    window.get_by_label_contains("arena-01, Recording").click();
    window.run();
    window.key_press_modifiers(ctrl_shift, Key::X);
    window.run();
    assert!(has(&window, "Stop recording"));
    window.key_press(Key::Escape);
    window.run();
    assert!(!has(&window, "Stop recording"));
    window.key_press_modifiers(ctrl_shift, Key::X);
    window.run();
    assert_eq!(commands(&mut far), []);
    window.get_by_label("Stop recording").click();
    window.run();
    assert_eq!(commands(&mut far), [Command::Stop(ChannelId(1), StopWait::ForUpload)]);
}

#[test]
fn the_pane_follows_the_selection_and_esc_closes_it() {
    let (mut window, mut far) = window(fleet());
    window.key_press(Key::J);
    window.run();
    assert!(has(&window, "What happened"));
    let look = Look { channel: ChannelId(3), stretch: Stretch::Last(Duration::from_secs(3600)) };
    assert_eq!(far.requests.try_recv(), Ok(Request::Look(Some(look))));
    window.key_press(Key::Escape);
    window.run();
    assert!(!has(&window, "What happened"));
    assert_eq!(far.requests.try_recv(), Ok(Request::Look(None)));
    window.key_press(Key::Enter);
    window.run();
    assert!(has(&window, "What happened"));
}

#[test]
fn a_quick_action_acts_on_its_own_row() {
    let (mut window, mut far) = window(fleet());
    window.get_by_label("Check now court-03").click();
    window.run();
    assert_eq!(commands(&mut far), [Command::ProbeNow(ChannelId(3))]);
}

#[test]
fn a_demo_says_so_however_slow_its_clock() {
    let (handle, _far) = pair(Arc::new(fleet()), Clock::standing_at(NOW, Speed::REAL));
    let app = App::new(handle, TimeZone::UTC, None).in_world(World::Simulated);
    let mut prepared = false;
    let show = move |ui: &mut egui::Ui, app: &mut App| {
        if !std::mem::replace(&mut prepared, true) {
            prepare(ui.ctx());
            return;
        }
        app.show(ui);
    };
    let mut window = Harness::builder().with_size([1440.0, 900.0]).with_max_steps(12).build_ui_state(show, app);
    window.run();
    assert!(has(&window, "Demo"));
}

#[test]
fn the_first_esc_leaves_the_field_and_only_the_next_closes_the_pane() {
    let (mut window, _far) = window(fleet());
    window.key_press(Key::J);
    window.run();
    window.key_press(Key::Slash);
    window.run();
    assert!(window.get_by_role_and_label(Role::TextInput, "Filter").accesskit_node().is_focused());
    for pane in [true, false] {
        window.key_press(Key::Escape);
        window.run();
        assert!(!window.get_by_role_and_label(Role::TextInput, "Filter").accesskit_node().is_focused());
        assert_eq!(has(&window, "What happened"), pane);
    }
}

#[test]
fn letters_that_come_with_the_slash_are_typed_and_do_nothing_else() {
    let (mut window, mut far) = window(fleet());
    window.key_press(Key::J);
    window.run();
    let key =
        |key| egui::Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::NONE };
    let text = |letter: &str| egui::Event::Text(letter.to_owned());
    let fast = [key(Key::Slash), text("/"), key(Key::C), text("c"), key(Key::O), text("o")];
    window.input_mut().events.extend(fast);
    window.run();
    assert_eq!(window.state().state().filter.text, "co");
    assert_eq!(commands(&mut far), []);
}

#[test]
fn a_try_without_an_answer_is_no_sight_of_the_recording() {
    // Hours, so that it makes no difference how long the test itself takes.
    let mut view = recording(1, "arena-01");
    let id = view.id;
    (view.last_good, view.last_certain, view.stale_at) = (Some(ago(7_500)), Some(ago(7_500)), None);
    view.last_probe = Some(LastProbe { probe: probe(id, ago(1), timeout()), raw: None });
    let (mut window, _far) = window(sorted_snapshot(vec![view]));
    assert!(has(&window, "main UID 100001, last answer timeout, seen 2 hours"));
    window.key_press(Key::J);
    window.run();
    assert!(has(&window, "Recording, seen 2 h"));
}

#[test]
fn a_mass_is_one_banner_that_names_its_channels_and_says_what_to_do() {
    let names = ["court-01", "court-02", "court-03", "court-04", "court-05"];
    let mut snapshot = fleet();
    snapshot.incidents = vec![Arc::new(incident(3, IncidentKind::Mass, &names))];
    let (window, _far) = window(snapshot.clone());
    assert!(has(&window, "5 channels of Northgate Live turned bad within 2 min: one incident"));
    assert!(has(&window, "5 of them still bad: court-01, court-02, court-03, court-04 and 1 more"));
    assert!(has(&window, "Look for the cause first"));
    snapshot.incidents = vec![Arc::new(incident(3, IncidentKind::Lost, &["court-03"]))];
    assert!(!has(&self::window(snapshot).0, "one incident"), "the row tells of a single one");
}
