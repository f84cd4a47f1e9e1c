//! Everything an operator can ask for, in one list: buttons, menus and keys are made from it, so that the same act has the same
//! words and the same reason for not being possible everywhere. It carries nothing out.

use std::borrow::Cow;

use egui::{Context, Event, Key, KeyboardShortcut, Modifiers};

use super::{icons, words};
use crate::monitor::event::Denial;
use crate::monitor::phase::StartCause;
use crate::monitor::snapshot::ChannelView;

/// One thing an operator can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cmd {
    /// Put the cursor into the filter field.
    FilterFocus,
    /// Show all rows again.
    FilterClear,
    /// Select the next row.
    SelNext,
    /// Select the row before.
    SelPrev,
    /// Select the next row that needs somebody.
    SelUnhandled,
    /// Show the selected channel's details.
    PaneOpen,
    /// Hide them.
    PaneClose,
    /// One query now.
    Check,
    /// Acquire, start, verify.
    Start,
    /// The same on the other UID.
    Restart,
    /// End a running start.
    RestartCancel,
    /// Ask, then stop.
    Stop,
    /// Ask about the old recorder beside the new one.
    StopOld,
    /// The sid to the clipboard.
    CopySid,
    /// The resource ID to the clipboard.
    CopyResource,
    /// The M3U8 file's name to the clipboard.
    CopyM3u8,
    /// The last raw answer to the clipboard.
    CopyRaw,
    /// Write a session log.
    Export,
    /// Dark, light, as the system.
    Theme,
    /// Close the window.
    Quit,
}

/// What the window shows now, as far as commands depend on it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts<'a> {
    /// The selected channel.
    pub selected: Option<&'a ChannelView>,
    /// Rows the list shows.
    pub rows: usize,
    /// Rows among them that need somebody.
    pub unhandled: usize,
    /// Whether a filter hides rows.
    pub filtered: bool,
    /// Whether the pane is shown.
    pub pane_open: bool,
}

/// What never changes about a command.
struct Spec {
    id: &'static str,
    text: &'static str,
    tooltip: &'static str,
    icon: Option<&'static str>,
    keys: Keys,
}

type Keys = &'static [KeyboardShortcut];

const fn s(
    id: &'static str,
    text: &'static str,
    tooltip: &'static str,
    icon: Option<&'static str>,
    keys: Keys,
) -> Spec {
    Spec { id, text, tooltip, icon, keys }
}

const fn key(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::NONE, key)
}

const fn shift(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::SHIFT, key)
}

const fn ctrl(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::COMMAND, key)
}

const CTRL_SHIFT: Modifiers = Modifiers { shift: true, ..Modifiers::COMMAND };

const fn ctrl_shift(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(CTRL_SHIFT, key)
}

impl Cmd {
    /// All of them.
    pub const ALL: [Cmd; 20] = [
        Cmd::FilterFocus,
        Cmd::FilterClear,
        Cmd::SelNext,
        Cmd::SelPrev,
        Cmd::SelUnhandled,
        Cmd::PaneOpen,
        Cmd::PaneClose,
        Cmd::Check,
        Cmd::Start,
        Cmd::Restart,
        Cmd::RestartCancel,
        Cmd::Stop,
        Cmd::StopOld,
        Cmd::CopySid,
        Cmd::CopyResource,
        Cmd::CopyM3u8,
        Cmd::CopyRaw,
        Cmd::Export,
        Cmd::Theme,
        Cmd::Quit,
    ];

    /// A row's menu, in its order.
    pub const ROW_MENU: [Cmd; 11] = [
        Cmd::PaneOpen,
        Cmd::Check,
        Cmd::Start,
        Cmd::Restart,
        Cmd::RestartCancel,
        Cmd::Stop,
        Cmd::StopOld,
        Cmd::CopySid,
        Cmd::CopyResource,
        Cmd::CopyM3u8,
        Cmd::Export,
    ];

    /// What Esc closes when no dialog is open and no field has the cursor: the first of these that can be.
    pub const ESC: [Cmd; 2] = [Cmd::PaneClose, Cmd::FilterClear];

    const fn spec(self) -> Spec {
        match self {
            Cmd::FilterFocus => {
                s("filter.focus", "Filter", "Name, UID, sid, state or answer", Some(icons::SEARCH), FILTER_FOCUS)
            }
            Cmd::FilterClear => s("filter.clear", "Clear filter", "Show all channels again", Some(icons::CLOSE), &[]),
            Cmd::SelNext => s("sel.next", "Next row", "Select the next channel", None, NEXT),
            Cmd::SelPrev => s("sel.prev", "Previous row", "Select the channel before", None, PREV),
            Cmd::SelUnhandled => {
                s("sel.unhandled", "Next unhandled", "Jump to the next row that needs somebody", None, UNHANDLED)
            }
            Cmd::PaneOpen => s("pane.open", "Details", "Show everything known about the channel", None, OPEN),
            Cmd::PaneClose => {
                s("pane.close", "Close details", "Give the room back to the table", Some(icons::CLOSE), &[])
            }
            Cmd::Check => s("rec.check", "Check now", "One query, inside the quota", Some(icons::PROBE), CHECK),
            Cmd::Start => s("rec.start", "Start recording…", "Acquire, start, verify", Some(icons::START), START),
            Cmd::Restart => {
                s("rec.restart", "Restart…", "A new recording on the other UID", Some(icons::RESCUE), RESTART)
            }
            Cmd::RestartCancel => {
                s("rec.restartCancel", "Stop trying…", "End the running start", Some(icons::CLOSE), &[])
            }
            Cmd::Stop => s("rec.stop", "Stop…", "Asks first, then ends the session", Some(icons::STOP), STOP),
            Cmd::StopOld => {
                s("rec.stopOld", "Stop the old recorder…", "It answers beside the new one", Some(icons::STOP), &[])
            }
            Cmd::CopySid => s("copy.sid", "Copy sid", "The whole sid", Some(icons::COPY), COPY_SID),
            Cmd::CopyResource => {
                s("copy.resource", "Copy resource ID", "The whole resource ID", Some(icons::COPY), COPY_RESOURCE)
            }
            Cmd::CopyM3u8 => {
                s("copy.m3u8", "Copy M3U8 name", "The file's name without its folder", Some(icons::COPY), COPY_M3U8)
            }
            Cmd::CopyRaw => s("copy.raw", "Copy raw answer", "The last answer as it came", Some(icons::COPY), &[]),
            Cmd::Export => s("log.export", "Export session log…", "CSV or JSON Lines", Some(icons::EXPORT), EXPORT),
            Cmd::Theme => s("app.theme", "Theme", "Dark, light, or as the system", Some(icons::CONTRAST), &[]),
            Cmd::Quit => s("app.quit", "Quit", "Close the window. Recordings go on", None, QUIT),
        }
    }

    /// Its name in settings and logs.
    pub const fn id(self) -> &'static str {
        self.spec().id
    }

    /// Its icon, a code point of the icon font.
    pub const fn icon(self) -> Option<&'static str> {
        self.spec().icon
    }

    /// Its default keys, the first one to be shown.
    pub const fn keys(self) -> &'static [KeyboardShortcut] {
        self.spec().keys
    }

    /// The first key as text, `Ctrl+Shift+X`.
    pub fn key_text(self) -> Option<String> {
        let first = self.keys().first()?;
        let mut text = String::new();
        if first.modifiers.command {
            text.push_str("Ctrl+");
        }
        if first.modifiers.shift {
            text.push_str("Shift+");
        }
        text.push_str(match first.logical_key {
            Key::Slash => "/",
            Key::ArrowDown => "↓",
            Key::ArrowUp => "↑",
            other => other.name(),
        });
        Some(text)
    }

    /// The words on its button. `…` says that a dialog comes first.
    pub fn text(self, facts: &Facts<'_>) -> Cow<'static, str> {
        match (self, facts.selected) {
            (Cmd::Restart, Some(view)) => {
                let which = words::role_of_next(view);
                Cow::Owned(format!("Restart with {which} {}…", view.next_uid))
            }
            _ => Cow::Borrowed(self.spec().text),
        }
    }

    /// The tooltip: what it does and its key, or why it cannot be done now.
    pub fn tooltip(self, facts: &Facts<'_>) -> String {
        match (self.refusal(facts), self.key_text()) {
            (Some(why), _) => why.to_owned(),
            (None, Some(key)) => format!("{}  ({key})", self.spec().tooltip),
            (None, None) => self.spec().tooltip.to_owned(),
        }
    }

    /// Why it cannot be done now; `None` when it can.
    pub fn refusal(self, facts: &Facts<'_>) -> Option<&'static str> {
        match self {
            Cmd::FilterFocus | Cmd::Theme | Cmd::Quit => None,
            Cmd::FilterClear => (!facts.filtered).then_some("No filter is set"),
            Cmd::SelNext | Cmd::SelPrev => (facts.rows == 0).then_some("The list is empty"),
            Cmd::SelUnhandled => (facts.unhandled == 0).then_some("No row needs somebody"),
            Cmd::PaneOpen if facts.pane_open => Some("The details are shown already"),
            Cmd::PaneClose => (!facts.pane_open).then_some("The details are not shown"),
            Cmd::PaneOpen
            | Cmd::Check
            | Cmd::Start
            | Cmd::Restart
            | Cmd::RestartCancel
            | Cmd::Stop
            | Cmd::StopOld
            | Cmd::CopySid
            | Cmd::CopyResource
            | Cmd::CopyM3u8
            | Cmd::CopyRaw
            | Cmd::Export => match facts.selected {
                None => Some("No channel is selected"),
                Some(view) => self.refusal_for(view),
            },
        }
    }

    /// Why it cannot be done with this channel.
    fn refusal_for(self, view: &ChannelView) -> Option<&'static str> {
        let denied = |why: Option<Denial>| why.map(words::denial);
        let unknown_sid = || view.recording.is_none().then_some("No sid is known");
        match self {
            Cmd::Check => denied(view.denials.probe_now),
            Cmd::Start => denied(view.denials.start),
            Cmd::Restart => denied(view.denials.restart),
            Cmd::RestartCancel => denied(view.denials.cancel_start),
            Cmd::Stop => denied(view.denials.stop),
            Cmd::StopOld => denied(view.denials.stop_old),
            Cmd::CopySid | Cmd::CopyResource | Cmd::CopyM3u8 => unknown_sid(),
            Cmd::CopyRaw => raw_of(view).is_none().then_some("No answer has come yet"),
            Cmd::PaneOpen
            | Cmd::Export
            | Cmd::FilterFocus
            | Cmd::FilterClear
            | Cmd::SelNext
            | Cmd::SelPrev
            | Cmd::SelUnhandled
            | Cmd::PaneClose
            | Cmd::Theme
            | Cmd::Quit => None,
        }
    }

    /// What it puts into the clipboard, for the commands that copy.
    pub fn copies(self, view: &ChannelView) -> Option<String> {
        let recording = view.recording.as_ref();
        match self {
            Cmd::CopySid => recording.map(|it| it.sid.as_str().to_owned()),
            Cmd::CopyResource => recording.map(|it| it.resource_id.as_str().to_owned()),
            Cmd::CopyM3u8 => recording.map(|it| it.m3u8_told.as_ref().unwrap_or(&it.m3u8).to_string()),
            Cmd::CopyRaw => raw_of(view).map(str::to_owned),
            Cmd::FilterFocus
            | Cmd::FilterClear
            | Cmd::SelNext
            | Cmd::SelPrev
            | Cmd::SelUnhandled
            | Cmd::PaneOpen
            | Cmd::PaneClose
            | Cmd::Check
            | Cmd::Start
            | Cmd::Restart
            | Cmd::RestartCancel
            | Cmd::Stop
            | Cmd::StopOld
            | Cmd::Export
            | Cmd::Theme
            | Cmd::Quit => None,
        }
    }
}

const FILTER_FOCUS: Keys = &[key(Key::Slash)];
const NEXT: Keys = &[key(Key::J), key(Key::ArrowDown)];
const PREV: Keys = &[key(Key::K), key(Key::ArrowUp)];
const UNHANDLED: Keys = &[key(Key::N)];
const OPEN: Keys = &[key(Key::Enter), key(Key::O)];
const CHECK: Keys = &[key(Key::C)];
const START: Keys = &[ctrl(Key::N)];
const RESTART: Keys = &[key(Key::R)];
const STOP: Keys = &[ctrl_shift(Key::X)];
const COPY_SID: Keys = &[key(Key::Y)];
const COPY_RESOURCE: Keys = &[shift(Key::Y)];
const COPY_M3U8: Keys = &[ctrl_shift(Key::C)];
const EXPORT: Keys = &[key(Key::E)];
const QUIT: Keys = &[ctrl(Key::Q)];

/// The body of the last answer, as it came.
pub fn raw_of(view: &ChannelView) -> Option<&str> {
    view.last_probe.as_ref()?.raw.as_deref()
}

/// Whether a start is running, so that the stepper has something to show.
pub fn start_runs(view: &ChannelView) -> Option<StartCause> {
    view.start
        .as_ref()
        .filter(|start| start.failed.is_none() && view.denials.cancel_start.is_none())
        .map(|start| start.cause)
}

/// The commands whose keys were pressed in this frame, possible ones only, and takes those keys away from everybody else. With
/// the cursor in a text field only keys with Ctrl count. Not to be asked while a dialog is open.
pub fn pressed(ctx: &Context, facts: &Facts<'_>) -> Vec<Cmd> {
    let (typing, focused) = (ctx.text_edit_focused(), ctx.egui_wants_keyboard_input());
    let mut found = Vec::new();
    ctx.input_mut(|input| {
        input.events.retain(|event| {
            let Event::Key { key, pressed: true, repeat, modifiers, .. } = event else { return true };
            // Enter belongs to the button that has the focus.
            if (typing && !modifiers.command) || (focused && *key == Key::Enter) {
                return true;
            }
            let Some(cmd) = by_key(*key, *modifiers, facts) else { return true };
            let may_repeat = matches!(cmd, Cmd::SelNext | Cmd::SelPrev);
            if cmd.refusal(facts).is_none() && (may_repeat || !repeat) {
                found.push(cmd);
            }
            false
        });
        if !found.is_empty() {
            // The letter of a key that was a command must not be typed into a field that gets the cursor by it.
            input.events.retain(|event| !matches!(event, Event::Text(_)));
        }
    });
    found
}

fn by_key(pressed: Key, modifiers: Modifiers, facts: &Facts<'_>) -> Option<Cmd> {
    if pressed == Key::Escape && modifiers.is_none() {
        return Cmd::ESC.into_iter().find(|cmd| cmd.refusal(facts).is_none());
    }
    // Some keyboards reach the slash with Shift.
    let modifiers = if pressed == Key::Slash { Modifiers::NONE } else { modifiers };
    let asked = |it: &KeyboardShortcut| it.logical_key == pressed && modifiers.matches_exact(it.modifiers);
    Cmd::ALL.into_iter().find(|cmd| cmd.keys().iter().any(asked))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::testing::{idle, recording, restarting};

    fn facts(view: &ChannelView) -> Facts<'_> {
        Facts { selected: Some(view), rows: 3, unhandled: 1, filtered: true, pane_open: true }
    }

    #[test]
    fn no_two_commands_share_a_key_or_a_name() {
        let keys: Vec<_> = Cmd::ALL.iter().flat_map(|cmd| cmd.keys()).map(|key| format!("{key:?}")).collect();
        let names: Vec<_> = Cmd::ALL.iter().map(|cmd| cmd.id().to_owned()).collect();
        for mut list in [keys, names] {
            let all = list.len();
            list.sort_unstable();
            list.dedup();
            assert_eq!(list.len(), all, "{list:?}");
        }
    }

    #[test]
    fn every_command_has_a_home() {
        let buttons = [Cmd::Theme, Cmd::CopyRaw];
        for cmd in Cmd::ALL {
            let home = !cmd.keys().is_empty()
                || Cmd::ROW_MENU.contains(&cmd)
                || Cmd::ESC.contains(&cmd)
                || buttons.contains(&cmd);
            assert!(home, "{}", cmd.id());
        }
    }

    #[test]
    fn no_harmful_key_comes_without_a_modifier() {
        for key in Cmd::Stop.keys() {
            assert!(key.modifiers.command && key.modifiers.shift);
        }
    }

    #[test]
    fn what_cannot_be_done_says_why_and_what_can_says_what_it_does() {
        for view in [recording(1, "court-01"), idle(2, "court-02"), restarting(3, "court-03")] {
            for facts in [facts(&view), Facts { selected: Some(&view), ..Facts::default() }, Facts::default()] {
                for cmd in Cmd::ALL {
                    assert!(cmd.refusal(&facts).is_none_or(|why| why.len() > 10), "{}", cmd.id());
                    assert!(cmd.tooltip(&facts).len() > 5 && !cmd.text(&facts).is_empty(), "{}", cmd.id());
                }
            }
        }
        let idle = idle(2, "court-02");
        assert_eq!(Cmd::Start.refusal(&facts(&idle)), None);
        assert_eq!(Cmd::Stop.refusal(&facts(&idle)), Some(words::denial(Denial::NoSession)));
        assert_eq!(Cmd::Stop.refusal(&Facts::default()), Some("No channel is selected"));
    }

    #[test]
    fn restart_names_the_uid_it_would_take() {
        assert_eq!(Cmd::Restart.text(&facts(&recording(2, "court-02"))), "Restart with backup UID 900002…");
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
        assert_eq!(press(Key::R, Modifiers::NONE, &facts), [Cmd::Restart]);
        assert_eq!(press(Key::Y, Modifiers::NONE, &facts), [Cmd::CopySid]);
        assert_eq!(press(Key::Y, Modifiers::SHIFT, &facts), [Cmd::CopyResource]);
        assert_eq!(press(Key::X, Modifiers::COMMAND | Modifiers::SHIFT, &facts), [Cmd::Stop]);
        assert_eq!(press(Key::X, Modifiers::NONE, &facts), []);
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
        assert_eq!(harness.state().1, [Cmd::Stop]);
    }
}
