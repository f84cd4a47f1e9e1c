//! The window with two projects: none of them is told of as if it were all, and none is quiet because another one is.

use std::sync::Arc;
use std::time::Duration;

use egui::{Key, Role};
use egui_kittest::kittest::{NodeT, Queryable};

use super::app_tests::{Window, window};
use super::testing::{ago, ahead, recording, snapshot, two_projects};
use crate::monitor::snapshot::SlowView;

/// The texts that begin with this.
fn labels(window: &Window, begin: &str) -> Vec<String> {
    let found = window.query_all_by_label_contains(begin);
    // What is only read has its text as the value.
    let text = found.filter_map(|node| node.accesskit_node().label().or(node.accesskit_node().value()));
    text.filter(|text| text.starts_with(begin)).collect()
}

fn rows(window: &Window) -> Vec<String> {
    window.get_all_by_role(Role::Row).filter_map(|node| node.accesskit_node().label()).collect()
}

#[test]
fn the_strip_tells_of_the_worst_rows_project_until_another_one_is_selected() {
    let mut picture = two_projects();
    picture.projects[1].sent_last_10_s = 90;
    picture.projects[1].poll_every = Duration::from_secs(60);
    let (mut window, _far) = window(picture);
    assert_eq!(labels(&window, "Requests"), ["Requests, last 10 s · Eastgate: 9.0 of 10 q/s"]);
    assert!(labels(&window, "Blind spot")[0].starts_with("Blind spot · Eastgate: 60 s"));
    for _ in 0..2 {
        window.key_press(Key::J);
        window.run();
    }
    assert_eq!(labels(&window, "Requests"), ["Requests, last 10 s · Northgate Live: 2.6 of 10 q/s"]);
    assert!(labels(&window, "Answering domain")[0].starts_with("Answering domain · Northgate Live: api.agora.io"));
}

#[test]
fn a_stretched_interval_stands_beside_the_one_that_was_asked_for() {
    let mut picture = snapshot(vec![recording(7, "court-03")]);
    let (window, _far) = window(picture.clone());
    assert!(labels(&window, "Blind spot")[0].contains("120 s"), "{:?}", labels(&window, "Blind spot"));
    picture.projects[0].poll_every = Duration::from_secs(150);
    let (window, _far) = super::app_tests::window(picture);
    let told = labels(&window, "Blind spot");
    assert!(told[0].contains("150 s") && told[0].contains("stretched from 120 s by the quota"), "{told:?}");
}

#[test]
fn what_is_wrong_with_the_other_project_stands_beside_the_one_in_focus() {
    let mut picture = two_projects();
    let other = &mut picture.projects[0];
    other.throttled_until = Some(ahead(600));
    other.domains[0].trouble = Some("timeout".into());
    other.poll_every = Duration::from_secs(240);
    let (window, _far) = window(picture);
    let requests = labels(&window, "Requests");
    let told = "Requests, last 10 s · Eastgate: 2.6 of 10 q/s. Northgate Live: 429, checks rest for ";
    assert!(requests[0].starts_with(told), "{requests:?}");
    assert!(labels(&window, "Answering")[0].ends_with(". Northgate Live: api.agora.io: timeout"));
    let blind = labels(&window, "Blind spot");
    assert!(blind[0].contains(". Northgate Live: polled every 240 s instead of 120 s"), "{blind:?}");
    assert_eq!(labels(&window, "Northgate Live: Agora asks for fewer requests (429)").len(), 1, "its banner");
}

#[test]
fn channels_of_one_name_are_told_apart_by_their_project() {
    let (mut window, _far) = window(two_projects());
    let told = rows(&window);
    assert!(told.iter().any(|row| row.starts_with("hall, project Northgate Live, Recording")), "{told:?}");
    assert!(told.iter().any(|row| row.starts_with("hall, project Eastgate, Lost")), "{told:?}");
    assert!(window.query_by_label("2 projects").is_some(), "the top bar");
    window.key_press(Key::J);
    window.run();
    assert!(window.query_all_by_label("Eastgate").next().is_some(), "the facts of the selected one name it");
}

#[test]
fn one_project_is_chosen_in_the_filter_bar_or_by_its_name() {
    let (mut window, _far) = window(two_projects());
    window.get_by_label_contains("All projects").click();
    window.run();
    window.get_by_label("Northgate Live 1").click();
    window.run();
    assert_eq!(rows(&window).len(), 1);
    assert!(rows(&window)[0].contains("Northgate Live"));
    assert!(!labels(&window, "All 2").is_empty(), "the chips go on counting all channels");
    window.get_by_role_and_label(Role::TextInput, "Filter").focus();
    window.run();
    window.get_by_role_and_label(Role::TextInput, "Filter").type_text("eastgate");
    window.run();
    window.get_by_label("Clear filter").click();
    window.run();
    assert_eq!(rows(&window).len(), 2);
    window.get_by_role_and_label(Role::TextInput, "Filter").focus();
    window.run();
    window.get_by_role_and_label(Role::TextInput, "Filter").type_text("eastgate");
    window.run();
    assert_eq!(rows(&window).len(), 1);
}

#[test]
fn with_one_project_nothing_of_this_is_to_be_seen() {
    let mut picture = two_projects();
    picture.projects.truncate(1);
    picture.channels.retain(|view| view.project.index() == 0);
    let (window, _far) = window(picture);
    assert_eq!(labels(&window, "Requests"), ["Requests, last 10 s: 2.6 of 10 q/s"]);
    assert!(rows(&window)[0].starts_with("hall, Recording"));
    assert!(window.query_by_label_contains("All projects").is_none());
}

#[test]
fn a_project_that_no_domain_answers_has_a_banner_while_the_others_are_answered() {
    let mut picture = two_projects();
    for (domain, trouble) in picture.projects[1].domains.iter_mut().zip(["timeout", "502"]) {
        (domain.trouble, domain.tried_at) = (Some(trouble.into()), Some(ago(5)));
    }
    let (window, _far) = window(picture.clone());
    assert_eq!(labels(&window, "Eastgate: The service answers at no domain").len(), 1, "its banner");
    picture.projects[1].domains[0].trouble = None;
    let (window, _far) = super::app_tests::window(picture);
    assert!(labels(&window, "Eastgate: The service answers at no domain").is_empty(), "one domain answers");
}

#[test]
fn after_429_a_slower_rate_has_a_banner_only_while_it_makes_the_checks_rarer() {
    let mut picture = two_projects();
    picture.projects[0].slow = Some(SlowView { since: ago(60), percent: 55 });
    let (window, _far) = window(picture.clone());
    assert!(labels(&window, "Northgate Live: Checks go at").is_empty(), "the interval is what was asked for");
    let mut refused = picture.clone();
    Arc::make_mut(&mut refused.channels[1]).throttled = true;
    let (window, _far) = super::app_tests::window(refused);
    let head = "Northgate Live: Agora asks for fewer requests (429)";
    assert_eq!(labels(&window, head).len(), 1, "the last answer was 429: no flicker between two rests");
    picture.projects[0].poll_every = Duration::from_secs(240);
    let (window, _far) = super::app_tests::window(picture);
    assert_eq!(labels(&window, "Northgate Live: Checks go at 55 % of their rate after 429").len(), 1);
}
