//! The list holds together: keys, homes, reasons.

use super::*;
use crate::monitor::change::ChangeKind;
use crate::monitor::event::Denial;
use crate::monitor::ids::Mode;
use crate::monitor::snapshot::Origin;
use crate::monitor::told::Hold;
use crate::ui::testing::{idle, recording, restarting};

fn facts(view: &ChannelView) -> Facts<'_> {
    Facts {
        page: Page::Fleet,
        selected: Some(view),
        incident: None,
        rows: 3,
        unhandled: 1,
        filtered: true,
        pane_open: true,
        book: true,
        typed: false,
        time: TimeFacts::default(),
    }
}

#[test]
fn no_two_commands_share_a_key_or_a_name() {
    let keys: Vec<_> = Cmd::all().flat_map(|cmd| cmd.keys()).map(|key| format!("{key:?}")).collect();
    let names: Vec<_> = Cmd::all().map(|cmd| cmd.id().to_owned()).collect();
    for mut list in [keys, names] {
        let all = list.len();
        list.sort_unstable();
        list.dedup();
        assert_eq!(list.len(), all, "{list:?}");
    }
}

#[test]
fn every_command_has_a_home() {
    let buttons = [Cmd::Theme, Cmd::Storage, Cmd::Of(Deed::CopyRaw)];
    let adopted = |mode| ChannelView { mode, origin: Origin::Adopted, ..recording(1, "court-01") };
    let views = [Mode::Individual, Mode::Mix, Mode::Web].map(adopted);
    for cmd in Cmd::all() {
        let home = !cmd.keys().is_empty()
            || views.iter().any(|view| Cmd::row_menu(view).any(|it| it == cmd))
            || Cmd::ESC.contains(&cmd)
            || buttons.contains(&cmd);
        assert!(home, "{}", cmd.id());
    }
}

#[test]
fn a_menu_offers_only_what_the_mode_knows() {
    let offered = |view: &ChannelView| -> Vec<&'static str> {
        let changes = [ChangeKind::Hold, ChangeKind::Resume, ChangeKind::Subscribe, ChangeKind::Layout];
        let changes = changes.into_iter().chain([ChangeKind::Outputs, ChangeKind::Storage]).map(Deed::Change);
        let some: Vec<Cmd> = changes.chain([Deed::Forget]).map(Cmd::Of).collect();
        Cmd::row_menu(view).filter(|cmd| some.contains(cmd)).map(Cmd::id).collect()
    };
    let of = |mode| ChannelView { mode, ..recording(1, "court-01") };
    assert_eq!(offered(&of(Mode::Individual)), ["rec.subscribe", "rec.storage"]);
    assert_eq!(offered(&of(Mode::Mix)), ["rec.subscribe", "rec.layout", "rec.storage"]);
    assert_eq!(offered(&of(Mode::Web)), ["rec.pause", "rec.resume", "rec.streams", "rec.storage"]);
    assert_eq!(offered(&of(Mode::Other("raw".into()))), [""; 0]);
    let mut held = of(Mode::Web);
    held.recording.as_mut().expect("it records").hold = Some(Hold::Held);
    assert_eq!(offered(&held), ["rec.resume", "rec.streams", "rec.storage"], "what is paused is not paused again");
    let adopted = ChannelView { origin: Origin::Adopted, ..of(Mode::Individual) };
    assert_eq!(offered(&adopted).last(), Some(&"rec.forget"));
}

#[test]
fn no_harmful_key_comes_without_a_modifier() {
    for key in Cmd::Of(Deed::Stop).keys() {
        assert!(key.modifiers.command && key.modifiers.shift);
    }
}

#[test]
fn what_cannot_be_done_says_why_and_what_can_says_what_it_does() {
    for view in [recording(1, "court-01"), idle(2, "court-02"), restarting(3, "court-03")] {
        for facts in [facts(&view), Facts { selected: Some(&view), ..Facts::default() }, Facts::default()] {
            for cmd in Cmd::all() {
                assert!(cmd.refusal(&facts).is_none_or(|why| why.len() > 10), "{}", cmd.id());
                assert!(cmd.tooltip(&facts).len() > 5 && !cmd.text(&facts).is_empty(), "{}", cmd.id());
            }
        }
    }
    let idle = idle(2, "court-02");
    assert_eq!(Cmd::Of(Deed::Start).refusal(&facts(&idle)), None);
    assert_eq!(Cmd::Of(Deed::Stop).refusal(&facts(&idle)), Some(words::denial(Denial::NoSession)));
    assert_eq!(Cmd::Of(Deed::Stop).refusal(&Facts::default()), Some("No channel is selected"));
}

#[test]
fn restart_names_the_uid_it_would_take() {
    assert_eq!(Cmd::Of(Deed::Restart).text(&facts(&recording(2, "court-02"))), "Restart with backup UID 900002…");
    let alone = ChannelView { next_uid: None, ..recording(2, "court-02") };
    assert_eq!(Cmd::Of(Deed::Restart).text(&facts(&alone)), "Restart…");
}

fn press(key: Key, modifiers: Modifiers, facts: &Facts<'_>) -> Vec<Cmd> {
    let ctx = Context::default();
    let event = Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers };
    let mut found = Vec::new();
    let input = egui::RawInput { events: vec![event], ..egui::RawInput::default() };
    ctx.run_ui(input, |ui| found.extend(pressed(ui.ctx(), facts))).textures_delta.clear();
    found
}

#[test]
fn keys_reach_their_command_and_no_other() {
    let view = recording(1, "court-01");
    let facts = facts(&view);
    assert_eq!(press(Key::R, Modifiers::NONE, &facts), [Cmd::Of(Deed::Restart)]);
    assert_eq!(press(Key::Y, Modifiers::NONE, &facts), [Cmd::Of(Deed::CopySid)]);
    assert_eq!(press(Key::Y, Modifiers::SHIFT, &facts), [Cmd::Of(Deed::CopyResource)]);
    assert_eq!(press(Key::X, Modifiers::COMMAND | Modifiers::SHIFT, &facts), [Cmd::Of(Deed::Stop)]);
    assert_eq!(press(Key::X, Modifiers::NONE, &facts), []);
    assert_eq!(press(Key::Num2, Modifiers::NONE, &facts), [Cmd::View(Page::Timeline)]);
    assert_eq!(press(Key::Num1, Modifiers::NONE, &facts), [], "the page is shown already");
    assert_eq!(press(Key::Escape, Modifiers::NONE, &facts), [Cmd::PaneClose]);
    assert_eq!(press(Key::Escape, Modifiers::NONE, &Facts { pane_open: false, ..facts }), [Cmd::FilterClear]);
    assert_eq!(
        press(Key::R, Modifiers::NONE, &Facts::default()),
        [],
        "a refused command is not carried out by its key"
    );
}

#[test]
fn letters_typed_into_a_field_are_not_commands() {
    let view = recording(1, "court-01");
    let facts = facts(&view);
    let mut harness = egui_kittest::Harness::new_ui_state(
        |ui, (text, found): &mut (String, Vec<Cmd>)| {
            found.extend(pressed(ui.ctx(), &facts));
            let label = ui.label("Filter");
            ui.text_edit_singleline(text).labelled_by(label.id).request_focus();
        },
        (String::new(), Vec::new()),
    );
    harness.run();
    harness.key_press(Key::C);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::N);
    harness.run();
    assert_eq!(harness.state().1, [], "Ctrl+N is heard, and start is refused while a session is open");
    harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::X);
    harness.run();
    assert_eq!(harness.state().1, [Cmd::Of(Deed::Stop)]);
}
