//! Acts on one channel as an operator does them: buttons and keys in, requests to the worker out.

use std::path::PathBuf;
use std::sync::Arc;

use egui::{Key, Modifiers, Role};
use egui_kittest::kittest::{NodeT, Queryable};

use super::app_tests::{Window, window};
use super::testing::{ago, gap, history, idle, lost, recording, restarting, snapshot, suspect};
use super::words;
use crate::monitor::answer::ServiceStatus;
use crate::monitor::event::{Denial, StopWait};
use crate::monitor::gap::GapEnd;
use crate::monitor::ids::ChannelId;
use crate::monitor::io::Command;
use crate::monitor::phase::{Phase, Sight, StartFailure, State};
use crate::monitor::snapshot::{ChannelView, Snapshot, StartView, Step};
use crate::worker::handle::{Existing, ExportJob, ExportResult, Far, Format, Request};

pub(super) const ID: ChannelId = ChannelId(7);

/// A window with one channel, selected.
pub(super) fn opened(view: ChannelView) -> (Window, Far) {
    let (mut window, mut far) = window(snapshot(vec![view]));
    window.key_press(Key::J);
    window.run();
    requests(&mut far);
    (window, far)
}

/// Everything sent since the last call, without the wishes for history.
pub(super) fn requests(far: &mut Far) -> Vec<Request> {
    let mut all = Vec::new();
    while let Ok(request) = far.requests.try_recv() {
        if !matches!(request, Request::Look(_)) {
            all.push(request);
        }
    }
    all
}

pub(super) fn click(window: &mut Window, button: &str) {
    window.get_by_role_and_label(Role::Button, button).click();
    window.run();
}

pub(super) fn press(window: &mut Window, modifiers: Modifiers, key: Key) {
    window.key_press_modifiers(modifiers, key);
    window.run();
}

pub(super) fn shown(window: &Window, text: &str) -> bool {
    window.query_all_by_label_contains(text).next().is_some()
}

/// Everything that can be read.
fn texts(window: &Window) -> Vec<String> {
    let texts = |node: egui_kittest::Node<'_>| node.accesskit_node().label().or(node.accesskit_node().value());
    window.query_all_by_label_contains("").filter_map(texts).collect()
}

pub(super) fn publish(window: &mut Window, far: &Far, view: ChannelView) {
    let next = Snapshot { revision: 2, at: super::testing::ahead(1), ..snapshot(vec![view]) };
    far.snapshots.send(Arc::new(next)).expect("the window is there");
    window.run();
}

#[test]
fn start_asks_nothing_and_shows_its_steps() {
    let (mut window, mut far) = opened(idle(7, "rehearsal"));
    click(&mut window, "Start recording");
    assert_eq!(requests(&mut far), [Request::Command(Command::Start(ID))]);
    assert!(shown(&window, "Sent to the worker"));
}

#[test]
fn check_now_is_one_query_by_button_and_by_key() {
    let (mut window, mut far) = opened(recording(7, "court-03"));
    click(&mut window, "Check now");
    press(&mut window, Modifiers::NONE, Key::C);
    assert_eq!(requests(&mut far), vec![Request::Command(Command::ProbeNow(ID)); 2]);
}

#[test]
fn stop_asks_first_and_enter_cancels() {
    let (mut window, mut far) = opened(recording(7, "court-03"));
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::X);
    assert!(shown(&window, "Stop recording court-03?"));
    assert!(window.get_by_role_and_label(Role::Button, "Cancel").accesskit_node().is_focused());
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(!shown(&window, "Stop recording court-03?"));
    assert_eq!(requests(&mut far), []);
}

#[test]
fn the_question_says_which_recorder_is_stopped_and_for_how_long_it_has_run() {
    let (mut window, _far) = opened(recording(7, "court-03"));
    let before = texts(&window);
    click(&mut window, "Stop…");
    let after = texts(&window);
    let often = |texts: &[String], told: &str| texts.iter().filter(|text| text.contains(told)).count();
    for told in ["Stop recording court-03?", "100007", "5f2c9a0e7b41d6838c1e0f97a24b0007", "37:26 since"] {
        assert!(often(&after, told) > often(&before, told), "{told}: {after:?}");
    }
}

#[test]
fn ctrl_enter_stops_and_waits_for_the_upload() {
    let (mut window, mut far) = opened(recording(7, "court-03"));
    click(&mut window, "Stop…");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    assert_eq!(requests(&mut far), [Request::Command(Command::Stop(ID, StopWait::ForUpload))]);
    assert!(!shown(&window, "Stop recording court-03?"));
}

#[test]
fn the_harm_button_stops_without_waiting_when_asked_to() {
    let (mut window, mut far) = opened(recording(7, "court-03"));
    click(&mut window, "Stop…");
    window.get_by_role_and_label(Role::RadioButton, "Do not wait").click();
    window.run();
    click(&mut window, "Stop recording");
    assert_eq!(requests(&mut far), [Request::Command(Command::Stop(ID, StopWait::No))]);
}

#[test]
fn the_question_says_first_when_the_state_is_not_confirmed() {
    let (mut window, _far) = opened(suspect(7, "studio-07"));
    click(&mut window, "Stop…");
    assert!(shown(&window, "The state is not confirmed"));
}

#[test]
fn a_stop_that_the_rules_refuse_says_why_in_the_question() {
    let (mut window, mut far) = opened(recording(7, "court-03"));
    click(&mut window, "Stop…");
    let mut stopping = recording(7, "court-03");
    stopping.denials.stop = Some(Denial::AlreadyStopping);
    publish(&mut window, &far, stopping);
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    assert_eq!(requests(&mut far), []);
    assert!(shown(&window, words::denial(Denial::AlreadyStopping)));
}

#[test]
fn a_lost_recording_is_restarted_by_one_enter_and_only_once() {
    let (mut window, mut far) = opened(lost(7, "court-03"));
    press(&mut window, Modifiers::NONE, Key::R);
    assert!(window.get_by_role_and_label(Role::Button, "Restart now").accesskit_node().is_focused());
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(requests(&mut far), [Request::Command(Command::Restart(ID))]);
}

#[test]
fn a_double_click_on_restart_sends_one_restart() {
    let (mut window, mut far) = opened(lost(7, "court-03"));
    click(&mut window, "Restart with backup UID 900007…");
    let button = window.get_by_role_and_label(Role::Button, "Restart now");
    button.click();
    button.click();
    window.run();
    window.run();
    assert_eq!(requests(&mut far), [Request::Command(Command::Restart(ID))]);
    assert!(shown(&window, "Sent to the worker"));
}

#[test]
fn a_restart_while_something_may_record_warns_and_does_not_take_enter() {
    let sound = recording(7, "studio-07");
    let uncertain = ChannelView { state: State::Uncertain, sight: Sight::Uncertain, ..sound.clone() };
    for view in [suspect(7, "studio-07"), uncertain, sound] {
        let state = view.state;
        let (mut window, mut far) = opened(view);
        press(&mut window, Modifiers::NONE, Key::R);
        assert!(shown(&window, "A second recorder may run") && shown(&window, "billed"), "{state:?}");
        press(&mut window, Modifiers::NONE, Key::Enter);
        assert_eq!(requests(&mut far), [], "{state:?}");
        press(&mut window, Modifiers::NONE, Key::R);
        click(&mut window, "Restart anyway");
        assert_eq!(requests(&mut far), [Request::Command(Command::Restart(ID))], "{state:?}");
    }
}

#[test]
fn a_recording_that_ended_by_itself_offers_another_restart() {
    let ended = ServiceStatus::Leaving(8);
    let view = ChannelView { state: State::Ended, phase: Phase::Ended(ended), ..lost(7, "court-03") };
    let (mut window, mut far) = opened(view);
    assert!(window.query_all_by_label_contains("Restart").any(|node| node.accesskit_node().role() == Role::Button));
    press(&mut window, Modifiers::NONE, Key::R);
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(requests(&mut far), [Request::Command(Command::Restart(ID))]);
}

#[test]
fn a_recorder_that_answers_again_leaves_nothing_to_restart() {
    let (mut window, mut far) = opened(lost(7, "court-03"));
    press(&mut window, Modifiers::NONE, Key::R);
    publish(&mut window, &far, recording(7, "court-03"));
    assert!(shown(&window, "The recorder answers again"));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    click(&mut window, "Close");
    assert_eq!(requests(&mut far), []);
}

#[test]
fn the_stepper_shows_step_two_and_the_third_of_four_tries() {
    let (mut window, mut far) = opened(restarting(7, "court-03"));
    click(&mut window, "Show the steps…");
    for words in
        ["Step 1 of 5, Acquire, done", "Step 2 of 5, Start, under way", "Step 3 of 5, Wait, waiting", "try 3 of 4"]
    {
        assert!(shown(&window, words), "{words}");
    }
    assert_eq!(window.query_all_by_label_contains("503").count(), 2, "both tries with their code");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(requests(&mut far), [], "closing does not stop the restart");
}

#[test]
fn stop_trying_asks_and_then_ends_the_start() {
    let (mut window, mut far) = opened(restarting(7, "court-03"));
    click(&mut window, "Stop trying…");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(requests(&mut far), [], "Enter goes on");
    press(&mut window, Modifiers::NONE, Key::Escape);
    click(&mut window, "Stop trying…");
    click(&mut window, "Stop trying");
    assert_eq!(requests(&mut far), [Request::Command(Command::CancelStart(ID))]);
}

#[test]
fn a_verified_restart_is_told_with_both_bounds() {
    let (mut window, far) = opened(restarting(7, "court-03"));
    publish(&mut window, &far, finished(None));
    assert!(shown(&window, "court-03: back after 1:43 to 3:49"));
}

#[test]
fn a_failed_restart_explains_itself_and_offers_another() {
    let (mut window, far) = opened(restarting(7, "court-03"));
    click(&mut window, "Show the steps…");
    publish(&mut window, &far, finished(Some(StartFailure::ServerErrors)));
    for words in ["Not restarted: court-03", words::failure(StartFailure::ServerErrors).means] {
        assert!(shown(&window, words), "{words}");
    }
    click(&mut window, "Restart with UID 900007…");
    assert!(shown(&window, "What will happen"));
}

/// The restart of [`restarting`], over.
fn finished(failed: Option<StartFailure>) -> ChannelView {
    let view = restarting(7, "court-03");
    let start = view.start.clone().expect("it has one");
    let step = if failed.is_some() { start.step } else { Step::Done };
    let phase = failed.map_or(Phase::Recording, Phase::StartFailed);
    ChannelView {
        phase,
        state: State::of(phase, view.sight),
        gaps: vec![gap(GapEnd::Restarted)],
        start: Some(StartView { step, failed, next_try: None, ..start }),
        denials: lost(7, "court-03").denials,
        ..view
    }
}

#[test]
fn two_recorders_are_asked_about() {
    let mut view = recording(7, "court-03");
    view.second_recorder = view.recording.as_ref().map(|it| (it.sid.clone(), view.next_uid.expect("a pair")));
    view.denials.stop_old = None;
    let (mut window, mut far) = opened(view);
    click(&mut window, "Stop the other recorder…");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(requests(&mut far), [], "Enter leaves it");
    click(&mut window, "Stop the other recorder…");
    click(&mut window, "Stop the other one");
    assert_eq!(requests(&mut far), [Request::Command(Command::StopOld(ID))]);
}

#[test]
fn the_log_is_exported_to_the_typed_path_in_the_chosen_format() {
    let (mut window, mut far) = opened(recording(7, "court-03"));
    press(&mut window, Modifiers::NONE, Key::E);
    window.get_by_role_and_label(Role::RadioButton, "JSON Lines").click();
    window.run();
    let path = typed(&mut window, "/tmp/court 03.jsonl");
    click(&mut window, "Export");
    assert_eq!(requests(&mut far), [job(&path, Existing::Keep)]);
    let result = ExportResult::Written { path: path.clone(), lines: 1412 };
    far.exports.send(Some((1, result))).expect("the window is there");
    window.run();
    assert!(shown(&window, "1,412 lines written to"));
    assert!(shown(&window, "/tmp/court 03.jsonl"));
}

#[test]
fn a_file_that_is_there_is_replaced_only_when_the_operator_says_so() {
    let (mut window, mut far) = opened(recording(7, "court-03"));
    press(&mut window, Modifiers::NONE, Key::E);
    window.get_by_role_and_label(Role::RadioButton, "JSON Lines").click();
    window.run();
    let path = typed(&mut window, "/tmp/there.jsonl");
    click(&mut window, "Export");
    requests(&mut far);
    far.exports.send(Some((1, ExportResult::Exists { path: path.clone() }))).expect("the window is there");
    window.run();
    assert!(shown(&window, "There is a file of that name already"));
    assert_eq!(requests(&mut far), []);
    click(&mut window, "Replace it");
    assert_eq!(requests(&mut far), [job(&path, Existing::Replace)]);
}

#[test]
fn a_path_that_leads_nowhere_is_not_sent() {
    let (mut window, mut far) = opened(recording(7, "court-03"));
    press(&mut window, Modifiers::NONE, Key::E);
    for path in ["", "log.csv", "/tmp/"] {
        typed(&mut window, path);
        let export = window.get_by_role_and_label(Role::Button, "Export");
        assert!(export.accesskit_node().is_disabled(), "{path:?}");
        press(&mut window, Modifiers::NONE, Key::Enter);
    }
    assert_eq!(requests(&mut far), []);
}

fn job(path: &std::path::Path, existing: Existing) -> Request {
    Request::Export(ExportJob { channel: ID, format: Format::JsonLines, path: path.to_path_buf(), existing })
}

/// Types a path over what the field proposes.
fn typed(window: &mut Window, path: &str) -> PathBuf {
    window.get_by_role_and_label(Role::TextInput, "File").focus();
    window.run();
    press(window, Modifiers::COMMAND, Key::A);
    press(window, Modifiers::NONE, Key::Backspace);
    if !path.is_empty() {
        window.get_by_role_and_label(Role::TextInput, "File").type_text(path);
        window.run();
    }
    PathBuf::from(path)
}

#[test]
fn copying_puts_the_whole_sid_into_the_clipboard() {
    let view = recording(7, "court-03");
    let sid = view.recording.as_ref().map(|it| it.sid.to_string()).expect("it has one");
    let (mut window, _far) = opened(view);
    window.get_by_role_and_label(Role::Button, "Copy sid").click();
    let copied = (0..6).any(|_| {
        window.step();
        let commands = &window.output().platform_output.commands;
        commands.iter().any(|command| matches!(command, egui::OutputCommand::CopyText(text) if *text == sid))
    });
    assert!(copied);
}

#[test]
fn a_button_that_cannot_be_pressed_tells_why() {
    let mut view = recording(7, "court-03");
    view.denials.restart = Some(Denial::NetworkDown);
    let (mut window, mut far) = opened(view);
    let button = window.get_by_role_and_label(Role::Button, "Restart with backup UID 900007…");
    assert!(button.accesskit_node().is_disabled());
    button.click();
    window.run();
    press(&mut window, Modifiers::NONE, Key::R);
    assert_eq!(requests(&mut far), []);
    assert!(shown(&window, words::denial(Denial::NetworkDown)));
}

#[test]
fn a_worker_that_has_ended_is_said_in_the_question() {
    let (mut window, far) = opened(lost(7, "court-03"));
    press(&mut window, Modifiers::NONE, Key::R);
    drop(far);
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(shown(&window, "the worker has ended"));
}

#[test]
fn the_pane_asks_for_its_history_and_reads_its_chart_aloud() {
    let view = lost(7, "court-03");
    let (mut window, mut far) = window(snapshot(vec![view.clone()]));
    window.key_press(Key::J);
    window.run();
    assert!(matches!(far.requests.try_recv(), Ok(Request::Look(Some(look))) if look.channel == ID));
    far.histories.send(Some(Arc::new(history(&view)))).expect("the window is there");
    window.run();
    assert!(shown(&window, "State, last hour: "));
    assert!(shown(&window, "Lost 14:31:23 to"));
    assert!(shown(&window, "× 404 worker"));
    window.get_by_role_and_label(Role::RadioButton, "24 h").click();
    window.run();
    assert!(far.requests.try_recv().is_ok(), "another range is another wish");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(far.requests.try_recv(), Ok(Request::Look(None)), "a closed pane wants nothing read");
}

#[test]
fn what_is_told_is_what_the_picture_says_now() {
    let view = ChannelView { stale_at: Some(ago(30)), ..recording(7, "court-03") };
    let (window, _far) = opened(view);
    assert!(shown(&window, "Not observed for 0:3"));
    assert!(!shown(&window, "Recording, seen"));
}

#[test]
fn a_lost_channel_is_never_said_to_be_up() {
    let (window, _far) = opened(lost(7, "court-03"));
    assert!(shown(&window, "mix · session"));
    assert!(!shown(&window, "· up"));
}

#[test]
fn a_start_that_met_a_taken_uid_offers_the_backup_uid_first() {
    let refused = ChannelView {
        state: State::ConfigError,
        phase: Phase::StartFailed(StartFailure::UidConflict),
        denials: crate::monitor::snapshot::Denials { restart: None, ..idle(7, "webinar").denials },
        ..idle(7, "webinar")
    };
    let (window, _far) = opened(refused);
    assert!(window.query_by_role_and_label(Role::Button, "Restart with backup UID 900007…").is_some());
    assert!(window.query_by_role_and_label(Role::Button, "Start recording").is_none());
}

#[test]
fn a_verified_start_has_no_step_under_way_and_its_time_stands_still() {
    let (mut window, far) = opened(restarting(7, "court-03"));
    click(&mut window, "Show the steps…");
    let mut view = recording(7, "court-03");
    let start = restarting(7, "court-03").start.expect("it restarts");
    let done = [(Step::Acquire, 12), (Step::Start, 9), (Step::Wait, 4), (Step::Verify, 3)];
    view.start = Some(StartView {
        step: Step::Done,
        done: done.map(|(step, seconds)| (step, ago(seconds))).to_vec(),
        next_try: None,
        ..start
    });
    publish(&mut window, &far, view);
    assert!(shown(&window, "took 10 s"));
    assert!(!shown(&window, "under way"));
}

#[test]
fn tab_stays_in_the_question_and_out_of_the_notes() {
    let (mut window, _far) = opened(recording(7, "court-03"));
    press(&mut window, Modifiers::NONE, Key::Y);
    assert!(shown(&window, "Dismiss"));
    click(&mut window, "Restart with backup UID 900007…");
    for _ in 0..4 {
        // A whole run would take longer than the note stays.
        window.key_press(Key::Tab);
        window.step();
        window.step();
        assert!(!window.get_by_role_and_label(Role::Button, "Dismiss").accesskit_node().is_focused());
    }
}

#[test]
fn after_a_path_that_failed_the_cursor_is_in_the_field_again_and_the_file_is_named_once() {
    let (mut window, mut far) = opened(recording(7, "court-03"));
    press(&mut window, Modifiers::NONE, Key::E);
    press(&mut window, Modifiers::NONE, Key::Enter);
    let path = match requests(&mut far).pop() {
        Some(Request::Export(job)) => job.path,
        other => panic!("no export was asked for: {other:?}"),
    };
    let why = format!("{} was not written: the folder does not exist", path.display()).into();
    far.exports.send(Some((1, ExportResult::Failed { path, why }))).expect("the window is there");
    window.run();
    window.run();
    assert!(shown(&window, "The file was not written"));
    assert!(window.get_by_role_and_label(Role::TextInput, "File").accesskit_node().is_focused());
}
