//! What the window itself remembers: what is selected, filtered and opened. Nothing in here is about a recording.

use egui::{Id, Rect, Ui};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::fleet::filter::Filter;
use super::incidents::sieve::Sieve;
use crate::monitor::ids::ChannelId;
use crate::monitor::snapshot::{PastIncidents, Snapshot};
use crate::monitor::time::Timestamp;
use crate::worker::clock::Speed;

/// Everything one frame shows, taken once at its beginning so that all parts of the window agree.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// The picture.
    pub snapshot: &'a Snapshot,
    /// The incidents of the log, once somebody looked at them and they were read.
    pub past: Option<&'a PastIncidents>,
    /// The worker's clock.
    pub now: Timestamp,
    /// How fast it runs.
    pub speed: Speed,
    /// Whose recordings these are.
    pub world: World,
    /// Whether somebody still makes new pictures.
    pub worker: Worker,
    /// The zone of the small local clock; everything else is UTC.
    pub zone: &'a TimeZone,
    /// What the operator has to know before anything else, such as what is wrong with the settings.
    pub problem: Option<&'a str>,
}

/// Whether what is shown happens to somebody. A simulation must never be taken for the world, however slow its clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum World {
    /// Real recordings.
    #[default]
    Real,
    /// The simulated cloud of the demo.
    Simulated,
}

/// Whether the worker is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worker {
    /// It works.
    There,
    /// It has ended: nothing is watched any more.
    Gone,
}

/// Whether the details of the selected channel are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pane {
    /// Beside the table.
    #[default]
    Open,
    /// Not at all.
    Closed,
}

/// What fills the window under the strip. Each has a tab, a key and its place in `ui/pages.rs`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Page {
    /// All channels as they are now.
    #[default]
    Fleet,
    /// All channels over time.
    Timeline,
    /// What needs or needed somebody.
    Incidents,
}

impl Page {
    /// All of them, in the order of their tabs.
    pub const ALL: [Page; 3] = [Page::Fleet, Page::Timeline, Page::Incidents];

    /// The page to look for a channel on: this one, if it lists channels.
    pub const fn of_channels(self) -> Page {
        match self {
            Page::Fleet | Page::Timeline => self,
            Page::Incidents => Page::Fleet,
        }
    }
}

/// A moment of a channel, to be shown on the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShowAt {
    /// Whose.
    pub channel: ChannelId,
    /// When.
    pub at: Timestamp,
}

/// What the window remembers while it is open.
#[derive(Debug)]
pub struct UiState {
    /// The page that is shown.
    pub page: Page,
    /// The selected channel.
    pub selected: Option<ChannelId>,
    /// Which rows are shown. Not kept over the end of the program: a forgotten filter would hide trouble.
    pub filter: Filter,
    /// Which incidents are shown, and the selected one.
    pub incidents: Sieve,
    /// The details.
    pub pane: Pane,
    /// Whether the cursor was in a text field at the end of the last frame.
    pub typed: bool,
    /// What to bring into the middle of the timeline when it is shown.
    pub show_at: Option<ShowAt>,
    /// The row to bring into sight in the next frame.
    pub reveal: Option<ChannelId>,
    /// Where the rows were in the last frame.
    pub rows_at: Rect,
}

impl Default for UiState {
    fn default() -> Self {
        Self::from_kept(Kept::default())
    }
}

/// What is kept over the end of the program, beside what egui keeps itself (size, zoom, theme, width of panes).
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    pane: Pane,
    page: Page,
}

impl UiState {
    /// The state a window begins with.
    pub fn from_kept(kept: Kept) -> Self {
        Self {
            page: kept.page,
            selected: None,
            filter: Filter::default(),
            incidents: Sieve::default(),
            pane: kept.pane,
            typed: false,
            show_at: None,
            reveal: None,
            rows_at: Rect::NOTHING,
        }
    }

    /// What to keep.
    pub fn to_keep(&self) -> Kept {
        Kept { pane: self.pane, page: self.page }
    }

    /// Selects a row and brings it into sight; without one, the selection stays.
    pub fn select(&mut self, channel: Option<ChannelId>) {
        self.selected = channel.or(self.selected);
        self.reveal = channel;
    }

    /// The filter field, wherever it is asked for.
    pub fn filter_field() -> Id {
        Id::unique("fleet filter field")
    }

    /// Puts the cursor into the filter field.
    pub fn focus_filter(ui: &Ui) {
        ui.memory_mut(|memory| memory.request_focus(Self::filter_field()));
    }
}
