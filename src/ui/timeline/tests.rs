//! The timeline as a person or a screen reader meets it: hand-made pictures in, accessible names and keys out.

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::accesskit::Toggled;
use egui::{Key, Role};
use egui_kittest::kittest::{NodeT, Queryable};

use crate::monitor::band::{BandKind, Span};
use crate::monitor::gap::GapEnd;
use crate::monitor::history::Past;
use crate::monitor::ids::ChannelId;
use crate::monitor::phase::State;
use crate::monitor::snapshot::{ChannelView, FleetHistory, Snapshot};
use crate::ui::app_tests::{Window, window};
use crate::ui::state::Page;
use crate::ui::testing::{NOW, ago, gap, lost, recording, sorted_snapshot};
use crate::worker::handle::{Far, FleetRead, Request, TimeRange};

fn healed() -> ChannelView {
    ChannelView { gaps: vec![gap(GapEnd::Restarted)], ..recording(1, "arena-01") }
}

fn fleet() -> Snapshot {
    sorted_snapshot(vec![healed(), recording(2, "arena-02"), lost(3, "court-03")])
}

/// The timeline on three channels, and the worker's end.
fn timeline() -> (Window, Far) {
    let (mut window, far) = window(fleet());
    press(&mut window, Key::Num2);
    (window, far)
}

fn press(window: &mut Window, key: Key) {
    window.key_press(key);
    window.run();
}

fn rows(window: &Window) -> Vec<String> {
    let mut rows: Vec<(f32, String)> = window
        .get_all_by_role(Role::Row)
        .map(|node| (node.rect().top(), node.accesskit_node().label().unwrap_or_default()))
        .collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    rows.into_iter().map(|(_, label)| label).collect()
}

fn names(window: &Window) -> Vec<String> {
    rows(window).into_iter().map(|row| row.split(',').next().unwrap_or_default().to_owned()).collect()
}

fn has(window: &Window, text: &str) -> bool {
    window.query_all_by_label_contains(text).next().is_some()
}

/// The last stretch that the worker was asked for.
fn asked(far: &mut Far) -> Option<Option<TimeRange>> {
    let all = std::iter::from_fn(|| far.requests.try_recv().ok());
    all.filter_map(|request| if let Request::LookAtFleet(look) = request { Some(look) } else { None }).last()
}

fn read(far: &Far, history: FleetHistory) {
    far.fleets.send_replace(FleetRead { history: Some(Arc::new(history)), trouble: None });
}

#[test]
fn each_row_reads_as_a_sentence_with_its_stretches_and_gaps() {
    let (window, _far) = timeline();
    assert_eq!(names(&window), ["court-03", "arena-01", "arena-02"], "worst first");
    assert_eq!(
        rows(&window)[0],
        "court-03, Lost for 44 seconds, 6 h: Recording 13:42:07 to 14:27:53, Possibly lost 14:27:53 to 14:29:53, Suspect \
         14:29:53 to 14:31:23, Lost 14:31:23 to 14:32:07, 1 gap of 2:08 to 4:14"
    );
    assert!(has(&window, "Gaps under 120 s cannot be seen"));
    assert!(has(&window, "Recordings seen running: 0 to 3, 2 gaps"));
}

#[test]
fn what_is_not_read_yet_says_so_and_what_was_read_reaches_further_back_than_the_picture() {
    let (mut window, mut far) = timeline();
    assert!(has(&window, "reading…"));
    let look = asked(&mut far).flatten().expect("the page asks for what it shows");
    assert!(look.from <= ago(6 * 3600) && look.to >= NOW);
    let spans = vec![Span { from: ago(9000), to: ago(4000), kind: BandKind::State(State::Uncertain) }];
    let channels = BTreeMap::from([(ChannelId(2), Past { spans, ..Past::default() })]);
    read(&far, FleetHistory { from: look.from, to: NOW, channels });
    window.run();
    assert!(!has(&window, "reading…"));
    assert!(
        rows(&window)[2].contains(": Uncertain 12:02:07 to 13:25:27, Recording 13:54:41 to"),
        "{:?}",
        rows(&window)
    );
    press(&mut window, Key::Num1);
    assert_eq!(asked(&mut far), Some(None), "nobody looks any more");
}

#[test]
fn a_read_that_fails_is_told_and_is_no_empty_past() {
    let (mut window, far) = timeline();
    far.fleets.send_replace(FleetRead { history: None, trouble: Some("the log is damaged; restore it".into()) });
    window.run();
    assert!(has(&window, "The past cannot be read, what is missing here is unknown: the log is damaged; restore it"));
    assert!(has(&window, "not read") && !has(&window, "reading…"));
}

#[test]
fn the_keys_walk_through_the_gaps_in_order_of_time_and_read_them_out() {
    let (mut window, _far) = timeline();
    press(&mut window, Key::CloseBracket);
    assert!(has(&window, "arena-01, gap, 1:43 to 3:49, went between 13:50:58 and 13:52:58, back between"));
    assert_eq!(window.state().state().selected, Some(ChannelId(1)));
    press(&mut window, Key::CloseBracket);
    assert!(has(&window, "court-03, gap, 2:08 to 4:14, went between 14:27:53 and 14:29:53, still open"));
    press(&mut window, Key::OpenBracket);
    assert!(has(&window, "arena-01, gap, "));
    press(&mut window, Key::Escape);
    assert!(!has(&window, "arena-01, gap, "), "Esc closes the card first");
}

#[test]
fn a_frozen_picture_says_since_when_and_stays_while_the_rest_goes_on() {
    let (mut window, far) = timeline();
    press(&mut window, Key::Space);
    assert!(has(&window, "Frozen at 14:32:07 UTC, 0 s ago"));
    let changed = sorted_snapshot(vec![lost(1, "arena-01"), lost(2, "arena-02"), lost(3, "court-03")]);
    far.snapshots.send_replace(Arc::new(Snapshot { revision: 99, ..changed }));
    window.run();
    assert!(rows(&window)[2].starts_with("arena-02, Recording"), "the picture is held");
    assert!(has(&window, "3 need"), "the strip goes on");
    press(&mut window, Key::Num0);
    assert!(!has(&window, "Frozen at"));
    assert!(rows(&window).iter().all(|row| row.contains(", Lost for ")), "{:?}", rows(&window));
}

#[test]
fn zoom_and_pan_change_what_is_asked_for_and_live_comes_back() {
    let (mut window, mut far) = timeline();
    let first = asked(&mut far).flatten().expect("asked");
    for _ in 0..12 {
        press(&mut window, Key::Minus);
    }
    let month = asked(&mut far).flatten().expect("asked again");
    assert!(first.from > month.from && month.from <= ago(30 * 86_400));
    assert!(rows(&window)[0].contains("30 d: "), "never longer than 30 days");
    window.get_by_label("15 m").click();
    window.run();
    assert!(rows(&window)[0].contains("15 min: "));
    assert_eq!(window.get_by_label("Live").accesskit_node().toggled(), Some(Toggled::True), "it still follows");
}

#[test]
fn only_rows_with_gaps_and_what_is_hidden_change_the_picture_and_no_count() {
    let (mut window, _far) = timeline();
    press(&mut window, Key::G);
    assert_eq!(names(&window), ["court-03", "arena-01"]);
    assert!(has(&window, "Only with gaps 2"));
    window.get_by_label_contains("Hide under 0 s").click();
    window.run();
    window.get_by_label("Hide under 15 min").click();
    window.run();
    assert!(rows(&window)[1].ends_with(", 1 gap of 1:43 to 3:49"), "it is counted as before");
    press(&mut window, Key::G);
    assert_eq!(names(&window).len(), 3);
}

#[test]
fn times_can_be_read_in_the_zone_of_the_workstation_and_say_which_they_are() {
    let (mut window, _far) = timeline();
    let chosen = |window: &Window, zone: &str| {
        window.get_by_role_and_label(Role::RadioButton, zone).accesskit_node().toggled() == Some(Toggled::True)
    };
    assert!(chosen(&window, "UTC") && !chosen(&window, "Local"));
    press(&mut window, Key::U);
    assert!(chosen(&window, "Local") && !chosen(&window, "UTC"));
}

#[test]
fn a_frozen_picture_says_since_when_in_the_zone_that_is_shown() {
    let (mut window, _far) = timeline();
    press(&mut window, Key::Space);
    press(&mut window, Key::U);
    assert!(has(&window, "Frozen at 14:32:07 local time, 0 s ago"));
}

#[test]
fn the_session_log_of_the_selected_channel_can_be_exported_from_here() {
    let (mut window, _far) = timeline();
    window.get_by_label_contains("arena-02, Recording").click();
    window.run();
    window.get_by_role_and_label(Role::Button, "Export session log…").click();
    window.run();
    assert!(has(&window, "Export session log of arena-02"));
}

#[test]
fn enter_opens_the_selected_channel_on_the_fleet_page() {
    let (mut window, _far) = timeline();
    window.get_by_label_contains("arena-02, Recording").click();
    window.run();
    assert_eq!(window.state().state().selected, Some(ChannelId(2)));
    press(&mut window, Key::Enter);
    assert_eq!(window.state().state().page, Page::Fleet);
    assert!(window.query_by_label("Close details").is_some());
}
