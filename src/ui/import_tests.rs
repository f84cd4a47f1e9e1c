//! Sessions started elsewhere, taken in as an operator does it: a list pasted or read from a file, a dry run, one order to the
//! worker, and what became of each row.

use std::fmt::Write as _;
use std::sync::Arc;

use egui::{Event, Key, Modifiers, Role};
use egui_kittest::kittest::{NodeT, Queryable};

use super::act_tests::{click, opened, press, requests, shown};
use super::app_tests::{Window, window};
use super::testing::{recording, snapshot};
use crate::monitor::ids::Mode;
use crate::worker::handle::{Adoption, Far, NewRecording, NotTaken, Request};

const HEAD: &str = "resourceId,sid,cname,uid,mode\n";

/// A window without channels, the dialog open.
fn asked() -> (Window, Far) {
    let (mut window, mut far) = window(snapshot(Vec::new()));
    press(&mut window, Modifiers::COMMAND, Key::I);
    assert!(shown(&window, "Import sessions"));
    requests(&mut far);
    (window, far)
}

fn paste(window: &mut Window, text: &str) {
    window.event(Event::Paste(text.to_owned()));
    window.run();
}

/// So many good rows.
fn rows(count: usize) -> String {
    let mut list = HEAD.to_owned();
    for n in 1..=count {
        let _ = writeln!(list, "Q{n},5f2c9a0e7b41d6838c1e0f97{n:08},court-{n},{},mix", 1000 + n);
    }
    list
}

/// What was handed over.
fn adopted(far: &mut Far) -> Vec<NewRecording> {
    match requests(far).pop() {
        Some(Request::Adopt(list)) => list,
        other => panic!("an adoption was expected: {other:?}"),
    }
}

#[test]
fn a_list_is_tried_first_and_its_good_rows_are_handed_over() {
    let (mut window, mut far) = asked();
    let list =
        rows(1000).replace(",1500,mix", ",0,mix").replace(",1700,mix", ",1700,cinema mode").replace("court-900,", ",");
    paste(&mut window, &list);
    for _ in 0..200 {
        // A list this long is read on a thread of its own.
        if shown(&window, "can be adopted") {
            break;
        }
        std::thread::yield_now();
        window.step();
    }
    assert!(shown(&window, "997 of 1,000 rows can be adopted; 3 have problems"));
    assert!(shown(&window, "line 501, field uid, value 0, reason "), "a problem names line, field, value and rule");
    assert_eq!(requests(&mut far), [], "a dry run hands nothing over");
    window.run();
    click(&mut window, "Adopt 997");
    let list = adopted(&mut far);
    assert_eq!(list.len(), 997);
    assert_eq!((&*list[0].name, list[0].cname.as_str(), list[0].uid.get()), ("court-1", "court-1", 1001));
    let refused = vec![NotTaken { row: 499, why: "the session log cannot be written".into() }];
    far.adoptions
        .send(Some((1, Arc::new(Adoption { taken: 996, refused, unsaved: None }))))
        .expect("the window is there");
    window.run();
    assert!(shown(&window, "996 recordings are watched from now on; 1 was not taken"));
    assert!(shown(&window, "line 502, why the session log"), "by the line of the list, not by a number of ours");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(!shown(&window, "recordings are watched from now on"), "Enter closes it");
}

#[test]
fn rows_without_a_mode_take_the_one_chosen() {
    let (mut window, mut far) = asked();
    paste(&mut window, "resourceId,sid,cname,uid\nQ1,5f2c9a0e,hall,7\n");
    assert!(shown(&window, "None of 1 row can be adopted; 1 has problems"));
    assert!(window.get_by_role_and_label(Role::Button, "Adopt").accesskit_node().is_disabled());
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    assert_eq!(requests(&mut far), []);
    window.get_by_role_and_label(Role::RadioButton, "individual").click();
    window.run();
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    let list = adopted(&mut far);
    assert_eq!((&list[0].mode, &list[0].profile), (&Mode::Individual, &None));
}

#[test]
fn what_is_watched_already_is_shown_and_not_handed_over() {
    let view = recording(7, "court-07");
    let sid = view.recording.as_ref().expect("it records").sid.clone();
    let (mut window, mut far) = opened(view);
    press(&mut window, Modifiers::COMMAND, Key::I);
    paste(&mut window, &format!("{HEAD}Q1,{sid},court-07,100007,mix\nQ2,5f2c9a0e,hall,7,mix\n"));
    assert!(shown(&window, "1 of 2 rows can be adopted; 1 is watched already"));
    assert!(shown(&window, "what becomes of it watched already, left as it is"));
    click(&mut window, "Adopt 1");
    assert_eq!(adopted(&mut far)[0].cname.as_str(), "hall");
}

#[test]
fn a_profile_for_restarts_is_given_to_rows_that_name_none() {
    let (mut window, mut far) = opened(recording(7, "court-07"));
    press(&mut window, Modifiers::COMMAND, Key::I);
    paste(
        &mut window,
        "resourceId,sid,cname,uid,mode,profile\nQ1,5f2c9a0e,hall,7,mix,\nQ2,5f2c9a0f,pool,8,mix,night\n",
    );
    window.get_by_role_and_label(Role::ComboBox, "Profile").click();
    window.run();
    window.get_by_role_and_label(Role::Button, "evening").click();
    window.run();
    click(&mut window, "Adopt 2");
    let profiles: Vec<_> = adopted(&mut far).into_iter().map(|it| it.profile.expect("each has one")).collect();
    assert_eq!(profiles, ["evening".into(), Arc::<str>::from("night")]);
}

#[test]
fn a_file_is_read_from_its_typed_path_and_tried() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("list.csv");
    std::fs::write(&path, rows(3)).expect("written");
    let (mut window, mut far) = asked();
    let type_path = |window: &mut Window, path: &str| {
        window.get_by_role_and_label(Role::TextInput, "Or a file").focus();
        window.run();
        press(window, Modifiers::COMMAND, Key::A);
        window.get_by_role_and_label(Role::TextInput, "Or a file").type_text(path);
        window.run();
        press(window, Modifiers::NONE, Key::Enter);
    };
    let wait = |window: &mut Window, words: &str| {
        for _ in 0..100_000 {
            if shown(window, words) {
                return;
            }
            std::thread::yield_now();
            window.step();
        }
        panic!("never shown: {words}");
    };
    type_path(&mut window, "/nowhere/list.csv");
    wait(&mut window, "/nowhere/list.csv cannot be read");
    type_path(&mut window, &path.display().to_string());
    wait(&mut window, "3 of 3 rows can be adopted");
    assert!(shown(&window, "bytes from"), "a file is not poured into the field");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    assert_eq!(adopted(&mut far).len(), 3);
}

#[test]
fn escape_leaves_everything_as_it_was() {
    let (mut window, mut far) = asked();
    paste(&mut window, &rows(2));
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!shown(&window, "can be adopted"));
    assert_eq!(requests(&mut far), []);
}

#[test]
fn a_worker_that_has_ended_is_said() {
    let (mut window, far) = asked();
    paste(&mut window, &rows(2));
    drop(far);
    click(&mut window, "Adopt 2");
    assert!(shown(&window, "The worker has ended"));
}

#[test]
fn an_empty_fleet_opens_the_door_to_an_import() {
    let (mut window, _far) = window(snapshot(Vec::new()));
    assert!(shown(&window, "No recordings yet"));
    window.get_all_by_role_and_label(Role::Button, "Import sessions…").last().expect("the door").click();
    window.run();
    assert!(shown(&window, "Nothing is taken in before you have seen what it is"));
}
