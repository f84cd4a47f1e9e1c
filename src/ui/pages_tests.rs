//! The pages as a person meets them: tabs, keys, and what stays when another one is shown.

use egui::{Key, Role};
use egui_kittest::kittest::Queryable;

use super::app_tests::{Window, window};
use super::state::{Page, UiState};
use super::testing::{in_state, sorted_snapshot};
use crate::monitor::ids::ChannelId;
use crate::monitor::phase::State;
use crate::monitor::snapshot::Snapshot;

fn fleet() -> Snapshot {
    sorted_snapshot(vec![in_state(1, "arena-01", State::Recording), in_state(3, "court-03", State::Lost)])
}

fn shown(window: &Window) -> Page {
    window.state().state().page
}

fn rows(window: &Window) -> usize {
    window.get_all_by_role(Role::Row).count()
}

#[test]
fn tabs_and_keys_turn_the_pages_and_the_strip_stays() {
    let (mut window, _far) = window(fleet());
    assert_eq!(shown(&window), Page::Fleet);
    window.get_by_role_and_label(Role::Tab, "Timeline").click();
    window.run();
    assert_eq!((shown(&window), rows(&window)), (Page::Timeline, 2));
    assert!(window.query_all_by_label_contains("1 need").next().is_some(), "the strip is on every page");
    assert!(window.query_all_by_label_contains("Session log saved").next().is_some(), "and so is the status bar");
    window.key_press(Key::Num1);
    window.run();
    assert_eq!(shown(&window), Page::Fleet);
    window.key_press(Key::Num2);
    window.run();
    assert_eq!(shown(&window), Page::Timeline);
}

#[test]
fn the_page_is_kept_and_the_details_open_where_they_have_a_place() {
    let (mut window, _far) = window(fleet());
    window.key_press(Key::Num2);
    window.run();
    assert_eq!(UiState::from_kept(window.state().state().to_keep()).page, Page::Timeline);
    window.key_press(Key::J);
    window.run();
    assert_eq!(window.state().state().selected, Some(ChannelId(3)));
    assert!(window.query_by_label("Close details").is_none(), "the timeline has no pane");
    window.key_press(Key::Enter);
    window.run();
    assert_eq!(shown(&window), Page::Fleet);
    assert!(window.query_by_label("Close details").is_some());
}
