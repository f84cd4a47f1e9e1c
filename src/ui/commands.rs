//! Everything an operator can ask for, in one list: buttons, menus and keys are made from it, so that the same act has the same
//! words and the same reason for not being possible everywhere. It carries nothing out.

use std::borrow::Cow;

use egui::{Context, Event, Key, KeyboardShortcut, Modifiers};

use super::{icons, words};
use crate::monitor::event::Denial;
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
    /// The steps of a running start.
    Steps,
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
    /// Whether the cursor was in a text field at the end of the last frame.
    pub typed: bool,
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
    pub const ALL: [Cmd; 21] = [
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
        Cmd::Steps,
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
    pub const ROW_MENU: [Cmd; 12] = [
        Cmd::PaneOpen,
        Cmd::Check,
        Cmd::Start,
        Cmd::Restart,
        Cmd::Steps,
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
            Cmd::Start => {
                s("rec.start", "Start recording", "Begins at once: acquire, start, verify", Some(icons::START), START)
            }
            Cmd::Restart => {
                s("rec.restart", "Restart…", "A new recording on the other UID", Some(icons::RESCUE), RESTART)
            }
            Cmd::Steps => s("rec.steps", "Show the steps…", "How far the running start is", Some(icons::RESCUE), &[]),
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

    /// Whether the keyboard belongs to a field or a dialog after it.
    const fn takes_keyboard(self) -> bool {
        match self {
            Cmd::FilterFocus
            | Cmd::Start
            | Cmd::Restart
            | Cmd::Steps
            | Cmd::RestartCancel
            | Cmd::Stop
            | Cmd::StopOld
            | Cmd::Export => true,
            Cmd::FilterClear
            | Cmd::SelNext
            | Cmd::SelPrev
            | Cmd::SelUnhandled
            | Cmd::PaneOpen
            | Cmd::PaneClose
            | Cmd::Check
            | Cmd::CopySid
            | Cmd::CopyResource
            | Cmd::CopyM3u8
            | Cmd::CopyRaw
            | Cmd::Theme
            | Cmd::Quit => false,
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
        text.push_str(if first.logical_key == Key::Slash { "/" } else { first.logical_key.name() });
        Some(text)
    }

    /// The words on its button. `…` says that a dialog comes first.
    pub fn text(self, facts: &Facts<'_>) -> Cow<'static, str> {
        match (self, facts.selected) {
            (Cmd::Restart, Some(view)) => {
                let which = words::role_of_next(view);
                Cow::Owned(format!("Restart with {which} {}…", words::next_uid(view)))
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
            | Cmd::Steps
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
            Cmd::Steps | Cmd::RestartCancel => denied(view.denials.cancel_start),
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
            | Cmd::Steps
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

/// The commands whose keys were pressed in this frame, possible ones only, and takes those keys away from everybody else. With
/// the cursor in a text field only keys with Ctrl count. Not to be asked while a dialog is open.
pub fn pressed(ctx: &Context, facts: &Facts<'_>) -> Vec<Cmd> {
    let (typing, focused) = (ctx.text_edit_focused(), ctx.egui_wants_keyboard_input());
    let mut found = Vec::new();
    ctx.input_mut(|input| {
        input.events.retain(|event| {
            let moved = found.last().is_some_and(|cmd: &Cmd| cmd.takes_keyboard());
            if let Event::Text(letters) = event {
                // The letter of a key that was a command must not be typed into a field that gets the cursor by it.
                return typing || (moved && letters != "/");
            }
            let Event::Key { key, pressed: true, repeat, modifiers, .. } = event else { return true };
            // What was pressed after that, in one frame with it, is for the field or the dialog.
            if moved {
                return true;
            }
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
    });
    found
}

fn by_key(pressed: Key, modifiers: Modifiers, facts: &Facts<'_>) -> Option<Cmd> {
    if pressed == Key::Escape && modifiers.is_none() {
        if facts.typed {
            // It has taken the cursor out of the field already, and one Esc does one thing.
            return None;
        }
        return Cmd::ESC.into_iter().find(|cmd| cmd.refusal(facts).is_none());
    }
    // Some keyboards reach the slash with Shift.
    let modifiers = if pressed == Key::Slash { Modifiers::NONE } else { modifiers };
    let asked = |it: &KeyboardShortcut| it.logical_key == pressed && modifiers.matches_exact(it.modifiers);
    Cmd::ALL.into_iter().find(|cmd| cmd.keys().iter().any(asked))
}

#[cfg(test)]
mod tests;
