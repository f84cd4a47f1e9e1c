//! What people do about incidents and channels, as they do it: by keys, by buttons, in dialogs.

use std::sync::Arc;
use std::time::Duration;

use egui::{Key, Modifiers, Role};
use egui_kittest::kittest::Queryable;

use super::app_tests::{Window, window};
use super::state::Page;
use super::testing::{NOW, ago, in_state, incident, sorted_snapshot};
use crate::monitor::care::{Care, ChannelCare, IncidentCare};
use crate::monitor::event::{Actor, Event, NoteOn, Record};
use crate::monitor::gap::{Gap, GapEnd};
use crate::monitor::ids::ChannelId;
use crate::monitor::incidents::{Acknowledgement, IncidentId, IncidentKind, Mute};
use crate::monitor::phase::State;
use crate::monitor::remark::Remark;
use crate::monitor::snapshot::{
    Attention, ChannelView, Handling, IncidentDenials, IncidentEnd, IncidentView, PastIncident, PastIncidents, Snapshot,
};
use crate::worker::handle::{Far, IncidentsRead, Request};

fn cared(far: &mut Far) -> Vec<Care> {
    let requests = std::iter::from_fn(|| far.requests.try_recv().ok());
    requests.filter_map(|request| if let Request::Care(care) = request { Some(care) } else { None }).collect()
}

fn lost() -> ChannelView {
    let handling = Handling { incident: Some(IncidentId(1)), ..Handling::default() };
    ChannelView { handling, ..in_state(1, "court-03", State::Lost) }
}

fn of(view: IncidentView, channels: Vec<ChannelView>) -> Snapshot {
    Snapshot { incidents: vec![Arc::new(view)], ..sorted_snapshot(channels) }
}

fn one() -> IncidentView {
    incident(1, IncidentKind::Lost, &["court-03"])
}

/// The same, ended and still open.
fn ended(lines: u32) -> IncidentView {
    let denials = IncidentDenials { close: None, ..one().denials };
    IncidentView { end: Some(IncidentEnd::Over(ago(10))), lines, denials, ..one() }
}

fn line(text: &str) -> Remark {
    text.parse().expect("one line")
}

fn press(window: &mut Window, key: Key) {
    window.key_press(key);
    window.run();
}

#[test]
fn a_reason_and_enter_acknowledge_the_incident_of_the_selected_row() {
    let (mut window, mut far) = window(of(one(), vec![lost()]));
    press(&mut window, Key::N);
    press(&mut window, Key::A);
    press(&mut window, Key::Enter);
    assert_eq!(cared(&mut far), [], "nothing without a reason");
    window.get_by_label("One line").type_text("feed down");
    window.run();
    press(&mut window, Key::Enter);
    let acknowledged = IncidentCare::Acknowledge { reason: line("feed down"), lasts: None };
    assert_eq!(cared(&mut far), [Care::Incident(one().at, acknowledged)]);
    assert!(!window.state().acts().dialogs.is_open());
}

#[test]
fn an_acknowledgement_can_be_for_a_quarter_of_an_hour() {
    let (mut window, mut far) = window(of(one(), vec![lost()]));
    press(&mut window, Key::N);
    press(&mut window, Key::A);
    window.get_by_label("One line").type_text("feed down");
    window.get_by_label("15 min").click();
    window.run();
    window.get_by_role_and_label(Role::Button, "Acknowledge").click();
    window.run();
    let lasts = Some(Duration::from_secs(900));
    let acknowledged = IncidentCare::Acknowledge { reason: line("feed down"), lasts };
    assert_eq!(cared(&mut far), [Care::Incident(one().at, acknowledged)]);
}

#[test]
fn m_and_enter_mute_for_a_quarter_of_an_hour_and_shift_m_takes_it_back() {
    let muted = |mute| ChannelView {
        handling: Handling { mute, ..Handling::default() },
        ..in_state(1, "court-03", State::Recording)
    };
    let (mut window, mut far) = window(sorted_snapshot(vec![muted(None)]));
    press(&mut window, Key::J);
    press(&mut window, Key::M);
    press(&mut window, Key::Enter);
    let lasts = Some(Duration::from_secs(900));
    assert_eq!(cared(&mut far), [Care::Channel(ChannelId(1), ChannelCare::Mute { lasts })]);
    let mute = Mute { since: ago(60), until: Some(NOW + Duration::from_secs(42 * 60)), session: 1 };
    far.snapshots.send_replace(Arc::new(sorted_snapshot(vec![muted(Some(mute))])));
    window.run();
    assert!(window.query_all_by_label_contains("muted, 42 min left").next().is_some(), "the row says for how long");
    window.key_press_modifiers(Modifiers::SHIFT, Key::M);
    window.run();
    assert_eq!(cared(&mut far), [Care::Channel(ChannelId(1), ChannelCare::Unmute)]);
}

#[test]
fn what_is_acknowledged_stands_under_handled_and_needs_nobody() {
    let taken = Handling { acknowledged_at: Some(ago(30)), ..lost().handling };
    let acknowledged = Acknowledgement { at: ago(30), reason: line("feed down"), until: None, worst: State::Lost };
    let view = IncidentView { acknowledged: Some(acknowledged), taken_at: Some(ago(30)), lines: 1, ..one() };
    let (window, _far) = window(of(view, vec![ChannelView { handling: taken, ..lost() }]));
    assert!(window.query_all_by_label_contains("Nothing needs you. 1 handled").next().is_some());
    assert!(window.query_all_by_label_contains("court-03, Lost for").next().is_some(), "it reads what is true");
    assert!(window.query_all_by_label_contains("acknowledged, last answer").next().is_some());
}

#[test]
fn the_banner_of_a_mass_offers_to_acknowledge_it_and_goes_when_somebody_sees_to_it() {
    let mass = incident(3, IncidentKind::Mass, &["a", "b", "c"]);
    let (mut window, far) = window(of(mass.clone(), vec![lost()]));
    window.get_by_role_and_label(Role::Button, "Acknowledge…").click();
    window.run();
    assert!(window.state().acts().dialogs.is_open());
    press(&mut window, Key::Escape);
    let acknowledged = Acknowledgement { at: ago(30), reason: line("feed down"), until: None, worst: State::Lost };
    let seen_to = IncidentView { acknowledged: Some(acknowledged), ..mass };
    far.snapshots.send_replace(Arc::new(of(seen_to, vec![lost()])));
    window.run();
    assert!(window.query_by_role(Role::Alert).is_none());
}

#[test]
fn an_ended_incident_waits_on_its_page_until_it_is_closed_with_a_line() {
    let (mut window, mut far) = window(of(ended(0), vec![in_state(1, "court-03", State::Recording)]));
    press(&mut window, Key::Num3);
    assert_eq!(window.state().state().page, Page::Incidents);
    press(&mut window, Key::J);
    assert!(window.query_all_by_label_contains("court-03 lost, ended, open").next().is_some());
    press(&mut window, Key::X);
    press(&mut window, Key::Enter);
    assert_eq!(cared(&mut far), [], "nobody wrote a line about it");
    window.get_by_label("One line").type_text("cable");
    window.run();
    press(&mut window, Key::Enter);
    assert_eq!(cared(&mut far), [Care::Incident(one().at, IncidentCare::Close { note: Some(line("cable")) })]);
}

#[test]
fn what_somebody_wrote_about_closes_without_another_line_and_opens_again() {
    let (mut window, mut far) = window(of(ended(1), vec![in_state(1, "court-03", State::Recording)]));
    press(&mut window, Key::Num3);
    press(&mut window, Key::J);
    press(&mut window, Key::X);
    press(&mut window, Key::Enter);
    assert_eq!(cared(&mut far), [Care::Incident(one().at, IncidentCare::Close { note: None })]);
    let denials = IncidentDenials { reopen: None, ..one().denials };
    let closed = IncidentView { closed_at: Some(ago(1)), denials, ..ended(1) };
    far.snapshots.send_replace(Arc::new(of(closed, vec![in_state(1, "court-03", State::Recording)])));
    window.run();
    assert!(
        window.query_all_by_label("Open 0").next().is_some()
            && window.query_all_by_label("Closed today 1").next().is_some()
    );
    window.key_press_modifiers(Modifiers::SHIFT, Key::X);
    window.run();
    assert_eq!(cared(&mut far), [Care::Incident(one().at, IncidentCare::Reopen)]);
}

/// One that stands in the log alone, closed long ago, with its lines.
fn of_the_log() -> PastIncident {
    let view = IncidentView { closed_at: Some(ago(90_000)), ..incident(9, IncidentKind::Ended, &["lobby-cam"]) };
    let (incident, about, by) = (IncidentId(9), ChannelId(1), Actor::Operator);
    let on = NoteOn::Incident { incident, about };
    let note = Event::NoteAdded { on, text: line("the cable again"), by };
    let grew = |channel| (channel, Event::IncidentGrew { incident });
    let events = [grew(1), grew(2), grew(3), (1, note)];
    let lines = events.map(|(channel, event)| Record { at: ago(90_000), channel: Some(ChannelId(channel)), event });
    PastIncident { view, lines: lines.to_vec() }
}

fn read(past: PastIncidents) -> IncidentsRead {
    IncidentsRead { past: Some(Arc::new(past)), trouble: None }
}

fn looks(far: &mut Far) -> Vec<bool> {
    let requests = std::iter::from_fn(|| far.requests.try_recv().ok());
    let look = |request| if let Request::LookAtIncidents(look) = request { Some(look.is_some()) } else { None };
    requests.filter_map(look).collect()
}

#[test]
fn the_page_lists_what_stands_in_the_log_alone_and_finds_it_by_name() {
    let (mut window, mut far) = window(of(one(), vec![lost()]));
    assert_eq!(looks(&mut far), [false; 0], "nobody looks");
    press(&mut window, Key::Num3);
    assert_eq!(looks(&mut far), [true]);
    assert!(window.query_all_by_label_contains("reading the log").next().is_some());
    let past = PastIncidents { incidents: vec![of_the_log()], left_out: 1_204, ..PastIncidents::default() };
    far.incidents.send_replace(read(past));
    window.run();
    assert!(window.query_all_by_label_contains("1,204 older ones are not listed").next().is_some());
    window.get_by_label("All 2").click();
    window.run();
    window.get_by_role_and_label(Role::TextInput, "Filter").focus();
    window.run();
    window.get_by_role_and_label(Role::TextInput, "Filter").type_text("lobby");
    window.run();
    assert_eq!(window.get_all_by_role(Role::Row).count(), 1);
    window.get_by_role(Role::Row).click();
    window.run();
    assert!(window.query_all_by_label_contains("operator: the cable again").next().is_some());
    assert!(
        window.query_all_by_label_contains("lobby-cam and 2 more: part of it").next().is_some(),
        "one line for three"
    );
    assert!(window.query_all_by_label_contains("nothing can be added").next().is_some());
    window.get_by_role_and_label(Role::Tab, "Fleet").click();
    window.run();
    assert_eq!(looks(&mut far), [false], "nobody looks any more");
}

#[test]
fn a_log_that_cannot_be_read_is_said_and_what_is_at_hand_stays() {
    let (mut window, far) = window(of(one(), vec![lost()]));
    press(&mut window, Key::Num3);
    far.incidents.send_replace(IncidentsRead { past: None, trouble: Some("the log is damaged; restore it".into()) });
    window.run();
    assert!(window.query_all_by_label_contains("cannot be read, older incidents may be missing").next().is_some());
    assert_eq!(window.get_all_by_role(Role::Row).count(), 1);
}

#[test]
fn shift_n_and_enter_write_a_note_into_the_page() {
    let (mut window, mut far) = window(of(one(), vec![lost()]));
    press(&mut window, Key::Num3);
    press(&mut window, Key::J);
    window.key_press_modifiers(Modifiers::SHIFT, Key::N);
    window.run();
    press(&mut window, Key::Enter);
    assert_eq!(cared(&mut far), [], "nothing without a line");
    assert!(window.query_all_by_label_contains("The line is empty").next().is_some());
    window.get_by_label("Add a note").type_text("ticket 48213");
    window.run();
    press(&mut window, Key::Enter);
    assert_eq!(cared(&mut far), [Care::Incident(one().at, IncidentCare::Note(line("ticket 48213")))]);
    assert!(!window.state().acts().dialogs.is_open());
}

#[test]
fn a_loss_lasted_as_long_as_the_bounds_of_its_gap_and_is_shown_on_the_timeline() {
    let gap =
        Gap { last_good: ago(400), first_bad: ago(300), last_bad: ago(75), first_good: ago(46), end: GapEnd::CameBack };
    let mut view = ended(1);
    view.children[0].since = ago(200);
    let channel = ChannelView { gaps: vec![gap], ..in_state(1, "court-03", State::Recording) };
    let (mut window, _far) = window(of(view, vec![channel]));
    press(&mut window, Key::Num3);
    press(&mut window, Key::J);
    assert!(window.query_all_by_label_contains("lasted 3:45–5:54").next().is_some());
    window.get_by_label("Show in timeline").click();
    window.run();
    assert_eq!((window.state().state().page, window.state().state().selected), (Page::Timeline, Some(ChannelId(1))));
}

#[test]
fn the_tab_says_how_many_wait_for_somebody() {
    let attention = Attention { unhandled: 2, handled: 1 };
    let (window, _far) = window(Snapshot { attention, ..of(one(), vec![lost()]) });
    assert!(window.query_by_role_and_label(Role::Tab, "Incidents, 2 wait for somebody").is_some());
}

#[test]
fn a_channel_of_an_incident_opens_in_the_fleet() {
    let (mut window, _far) = window(of(one(), vec![lost()]));
    press(&mut window, Key::Num3);
    press(&mut window, Key::J);
    window.get_by_role_and_label(Role::Button, "court-03").click();
    window.run();
    assert_eq!((window.state().state().page, window.state().state().selected), (Page::Fleet, Some(ChannelId(1))));
}
