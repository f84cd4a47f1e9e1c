//! Everything an operator can ask for, in one list: buttons, menus and keys are made from it, so that the same act has the same
//! words and the same reason for not being possible everywhere. It carries nothing out.

mod deed;
mod tend;
mod time;

use std::borrow::Cow;

use egui::{Context, Event, Key, KeyboardShortcut, Modifiers};

pub use self::deed::{Deed, raw_of};
pub use self::tend::Tend;
pub use self::time::{TimeCmd, TimeFacts};
use super::state::Page;
use super::{icons, words};
use crate::monitor::snapshot::{ChannelView, IncidentView};

/// One thing an operator can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cmd {
    /// Show another page.
    View(Page),
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
    /// Edit the recording profiles.
    Profiles,
    /// Do something to the selected channel.
    Of(Deed),
    /// Do something about the incident: the selected one, or that of the selected channel.
    About(Tend),
    /// Do something on the timeline.
    Time(TimeCmd),
    /// Take recordings in that were started elsewhere.
    Import,
    /// What the log takes, and how long the disk lasts.
    Storage,
    /// Dark, light, as the system.
    Theme,
    /// Close the window.
    Quit,
}

/// Where the hands of the operator are after a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hands {
    /// Keys go to a field or a dialog.
    InAField,
    /// Keys are commands as before.
    OnTheTable,
}

/// What the window shows now, as far as commands depend on it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts<'a> {
    /// The page that is shown.
    pub page: Page,
    /// The selected channel.
    pub selected: Option<&'a ChannelView>,
    /// The selected incident, or that of the selected channel.
    pub incident: Option<&'a IncidentView>,
    /// Rows the list shows.
    pub rows: usize,
    /// Rows among them that need somebody.
    pub unhandled: usize,
    /// Whether a filter hides rows.
    pub filtered: bool,
    /// Whether the pane is shown.
    pub pane_open: bool,
    /// Whether there is a place for recording profiles.
    pub book: bool,
    /// Whether the cursor was in a text field at the end of the last frame.
    pub typed: bool,
    /// What the timeline shows.
    pub time: TimeFacts,
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
    /// All that are about the window.
    const WINDOW: [Cmd; 15] = [
        Cmd::View(Page::Fleet),
        Cmd::View(Page::Timeline),
        Cmd::View(Page::Incidents),
        Cmd::FilterFocus,
        Cmd::FilterClear,
        Cmd::SelNext,
        Cmd::SelPrev,
        Cmd::SelUnhandled,
        Cmd::PaneOpen,
        Cmd::PaneClose,
        Cmd::Import,
        Cmd::Profiles,
        Cmd::Storage,
        Cmd::Theme,
        Cmd::Quit,
    ];

    /// All of them.
    pub fn all() -> impl Iterator<Item = Cmd> {
        let about = Tend::ALL.into_iter().map(Cmd::About);
        let time = TimeCmd::ALL.into_iter().map(Cmd::Time);
        Cmd::WINDOW.into_iter().chain(Deed::ALL.into_iter().map(Cmd::Of)).chain(about).chain(time)
    }

    /// The menu of a channel's row, in its order.
    pub fn row_menu(view: &ChannelView) -> impl Iterator<Item = Cmd> {
        let deeds = Deed::ALL.into_iter().filter(|deed| *deed != Deed::CopyRaw && deed.suits(view));
        let acknowledged = view.handling.acknowledged_at.is_some();
        let about = [if acknowledged { Tend::TakeBack } else { Tend::Acknowledge }, Tend::Note].map(Cmd::About);
        let about = about.into_iter().filter(|_| view.handling.incident.is_some());
        std::iter::once(Cmd::PaneOpen).chain(about).chain(deeds.map(Cmd::Of))
    }

    /// What Esc closes when no dialog is open and no field has the cursor: the first of these that can be.
    pub const ESC: [Cmd; 3] = [Cmd::Time(TimeCmd::CardClose), Cmd::PaneClose, Cmd::FilterClear];

    const fn spec(self) -> Spec {
        match self {
            Cmd::Of(deed) => deed.spec(),
            Cmd::About(tend) => tend.spec(),
            Cmd::Time(cmd) => cmd.spec(),
            Cmd::View(Page::Fleet) => s("view.fleet", "Fleet", "All channels as they are now", None, FLEET),
            Cmd::View(Page::Incidents) => {
                s("view.incidents", "Incidents", "What needs or needed somebody", None, INCIDENTS)
            }
            Cmd::View(Page::Timeline) => s("view.timeline", "Timeline", "All channels over time", None, TIMELINE),
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
            Cmd::Import => {
                s("rec.import", "Import sessions…", "Watch recordings started elsewhere", Some(icons::IMPORT), IMPORT)
            }
            Cmd::Profiles => s(
                "rec.profiles",
                "Recording profiles…",
                "How recordings are made and where their files go",
                Some(icons::PROFILES),
                PROFILES,
            ),
            Cmd::Storage => {
                s("app.storage", "Log and storage…", "Size, backup, how long probes are kept", Some(icons::SAVED), &[])
            }
            Cmd::Theme => s("app.theme", "Theme", "Dark, light, or as the system", Some(icons::CONTRAST), &[]),
            Cmd::Quit => s("app.quit", "Quit", "Close the window. Recordings go on", None, QUIT),
        }
    }

    /// Where the hands are after it.
    const fn hands(self) -> Hands {
        match self {
            Cmd::FilterFocus | Cmd::Import | Cmd::Profiles | Cmd::Storage => Hands::InAField,
            Cmd::Of(deed) => deed.hands(),
            Cmd::About(tend) => tend.hands(),
            Cmd::Time(cmd) => cmd.hands(),
            Cmd::View(_)
            | Cmd::FilterClear
            | Cmd::SelNext
            | Cmd::SelPrev
            | Cmd::SelUnhandled
            | Cmd::PaneOpen
            | Cmd::PaneClose
            | Cmd::Theme
            | Cmd::Quit => Hands::OnTheTable,
        }
    }

    /// Whether holding its key down does it again and again.
    const fn may_repeat(self) -> bool {
        match self {
            Cmd::SelNext | Cmd::SelPrev => true,
            Cmd::Time(cmd) => cmd.may_repeat(),
            Cmd::View(_)
            | Cmd::FilterFocus
            | Cmd::FilterClear
            | Cmd::SelUnhandled
            | Cmd::PaneOpen
            | Cmd::PaneClose
            | Cmd::Profiles
            | Cmd::Of(_)
            | Cmd::About(_)
            | Cmd::Import
            | Cmd::Storage
            | Cmd::Theme
            | Cmd::Quit => false,
        }
    }

    /// Whether a page knows it; what it does not know leaves its keys to others.
    fn is_on(self, page: Page) -> bool {
        match self {
            Cmd::Time(_) => page == Page::Timeline,
            Cmd::View(_)
            | Cmd::FilterFocus
            | Cmd::FilterClear
            | Cmd::SelNext
            | Cmd::SelPrev
            | Cmd::SelUnhandled
            | Cmd::PaneOpen
            | Cmd::PaneClose
            | Cmd::Profiles
            | Cmd::Of(_)
            | Cmd::About(_)
            | Cmd::Import
            | Cmd::Storage
            | Cmd::Theme
            | Cmd::Quit => true,
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
        let symbol = SYMBOLS.iter().find(|(key, _)| *key == first.logical_key).map(|(_, symbol)| *symbol);
        text.push_str(symbol.unwrap_or(first.logical_key.name()));
        Some(text)
    }

    /// The words on its button. `…` says that a dialog comes first.
    pub fn text(self, facts: &Facts<'_>) -> Cow<'static, str> {
        match (self, facts.selected) {
            (Cmd::Of(Deed::Restart), Some(view)) if view.next_uid.is_some() => {
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
            Cmd::FilterFocus | Cmd::Import | Cmd::Storage | Cmd::Theme | Cmd::Quit => None,
            Cmd::View(page) => (page == facts.page).then_some("This page is shown already"),
            Cmd::Profiles => {
                (!facts.book).then_some("There are no settings that could be read: see the message on the screen")
            }
            Cmd::FilterClear => (!facts.filtered).then_some("No filter is set"),
            Cmd::SelNext | Cmd::SelPrev => (facts.rows == 0).then_some("The list is empty"),
            Cmd::SelUnhandled => (facts.unhandled == 0).then_some("No row needs somebody"),
            Cmd::PaneOpen if facts.pane_open => Some("The details are shown already"),
            Cmd::PaneClose => (!facts.pane_open).then_some("The details are not shown"),
            Cmd::PaneOpen | Cmd::Of(_) if facts.selected.is_none() => Some("No channel is selected"),
            Cmd::PaneOpen => None,
            Cmd::Of(deed) => facts.selected.and_then(|view| deed.refusal(view)),
            Cmd::About(tend) => match facts.incident {
                Some(view) => tend.refusal(view),
                None => Some("No incident is selected, and the selected channel is bad in none"),
            },
            Cmd::Time(cmd) => cmd.refusal(facts.page, facts.time),
        }
    }
}

/// Keys that are known by what is printed on them.
const SYMBOLS: [(Key, &str); 5] =
    [(Key::Slash, "/"), (Key::OpenBracket, "["), (Key::CloseBracket, "]"), (Key::Plus, "+"), (Key::Minus, "−")];

const FLEET: Keys = &[key(Key::Num1)];
const TIMELINE: Keys = &[key(Key::Num2)];
const INCIDENTS: Keys = &[key(Key::Num3)];
const FILTER_FOCUS: Keys = &[key(Key::Slash)];
const NEXT: Keys = &[key(Key::J), key(Key::ArrowDown)];
const PREV: Keys = &[key(Key::K), key(Key::ArrowUp)];
const UNHANDLED: Keys = &[key(Key::N)];
const OPEN: Keys = &[key(Key::Enter), key(Key::O)];
const IMPORT: Keys = &[ctrl(Key::I)];
const PROFILES: Keys = &[ctrl(Key::R)];
const QUIT: Keys = &[ctrl(Key::Q)];

/// The commands whose keys were pressed in this frame, possible ones only, and takes those keys away from everybody else. With
/// the cursor in a text field only keys with Ctrl count. Not to be asked while a dialog is open.
pub fn pressed(ctx: &Context, facts: &Facts<'_>) -> Vec<Cmd> {
    let (typing, focused) = (ctx.text_edit_focused(), ctx.egui_wants_keyboard_input());
    let (mut found, mut own_letter) = (Vec::new(), false);
    ctx.input_mut(|input| {
        input.events.retain(|event| {
            let moved = found.last().is_some_and(|cmd: &Cmd| cmd.hands() == Hands::InAField);
            if let Event::Text(_) = event {
                // The letter of a key that was a command must not be typed into a field that gets the cursor by it.
                return typing || (moved && !std::mem::take(&mut own_letter));
            }
            let Event::Key { key, pressed: true, repeat, modifiers, .. } = event else { return true };
            own_letter = false;
            // What was pressed after that, in one frame with it, is for the field or the dialog.
            if moved {
                return true;
            }
            // Enter and the space bar belong to the button that has the focus.
            if (typing && !modifiers.command) || (focused && matches!(key, Key::Enter | Key::Space)) {
                return true;
            }
            let Some(cmd) = by_key(*key, *modifiers, facts) else { return true };
            if cmd.refusal(facts).is_none() && (cmd.may_repeat() || !repeat) {
                found.push(cmd);
                own_letter = true;
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
    let mut here = Cmd::all().filter(|cmd| cmd.is_on(facts.page));
    here.find(|cmd| cmd.keys().iter().any(asked))
}

#[cfg(test)]
mod tests;
