//! Where the notes stand: under the table, never over its rows or their acts.

use egui::Role;
use egui_kittest::kittest::{NodeT, Queryable};

use super::app_tests::{Window, window};
use super::testing::{in_state, sorted_snapshot};
use crate::monitor::phase::State;
use crate::worker::handle::{ExportResult, Far};

fn notes(window: &mut Window, far: &Far, count: u64) {
    for number in 1..=count {
        let result =
            ExportResult::Failed { path: "/tmp/a.csv".into(), why: format!("the disk is full, {number}").into() };
        far.exports.send(Some((number, result))).expect("the window is there");
        window.run();
    }
    window.run();
}

/// The upper edges of what has this role, top to bottom.
fn tops(window: &Window, role: Role) -> Vec<f32> {
    let mut tops: Vec<f32> = window.get_all_by_role(role).map(|node| node.rect().top()).collect();
    tops.sort_by(f32::total_cmp);
    tops
}

#[test]
fn notes_cover_no_row_of_a_full_table_and_give_the_room_back() {
    let fleet = (1..=60).map(|n| in_state(n, &format!("court-{n:02}"), State::Lost)).collect();
    let (mut window, far) = window(sorted_snapshot(fleet));
    let before = tops(&window, Role::Row).len();
    notes(&mut window, &far, 2);
    let notes: Vec<_> = window.get_all_by_label("Dismiss").map(|node| node.rect()).collect();
    assert_eq!(notes.len(), 2);
    let first = notes.iter().map(|note| note.top()).fold(f32::MAX, f32::min);
    let last = notes.iter().map(|note| note.bottom()).fold(f32::MIN, f32::max);
    let rows = tops(&window, Role::Row);
    assert!(rows.iter().all(|top| *top < first - 8.0), "a row under the notes: {rows:?}, {first}");
    assert!(rows.len() < before, "the table gave them room");
    assert!(last < 900.0 - 24.0, "the status bar is free");
    let button = window.get_all_by_label("Dismiss").next().expect("there are two");
    button.click();
    window.run();
    window.get_by_label("Dismiss").click();
    window.run();
    assert_eq!(tops(&window, Role::Row).len(), before);
    assert!(window.query_by_label("Dismiss").is_none_or(|node| node.accesskit_node().is_hidden()));
}
