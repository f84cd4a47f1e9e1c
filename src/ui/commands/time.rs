//! What can be done on the timeline: the words of each command, and why it is not possible now. It carries nothing out.

use egui::Key;

use super::{Hands, Keys, Spec, key, s, shift};
use crate::ui::icons;
use crate::ui::state::Page;

/// One thing that can be done on the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimeCmd {
    /// To the gap before.
    GapPrev,
    /// To the next gap.
    GapNext,
    /// Follow now.
    Live,
    /// Hold the picture, or let it go.
    Freeze,
    /// A shorter stretch.
    ZoomIn,
    /// A longer one.
    ZoomOut,
    /// Times in UTC or in the zone of the workstation.
    Zone,
    /// Only channels with gaps.
    OnlyGaps,
    /// Close the card of a gap or stretch.
    CardClose,
}

/// What the timeline shows now, as far as commands depend on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeFacts {
    /// Gaps in the window.
    pub gaps: usize,
    /// Channels with a gap in it.
    pub with_gaps: usize,
    /// Whether it follows now.
    pub live: bool,
    /// Whether the picture is held.
    pub frozen: bool,
    /// Whether a card is open.
    pub card: bool,
}

impl TimeCmd {
    /// All of them.
    pub const ALL: [TimeCmd; 9] = [
        TimeCmd::GapPrev,
        TimeCmd::GapNext,
        TimeCmd::Live,
        TimeCmd::Freeze,
        TimeCmd::ZoomIn,
        TimeCmd::ZoomOut,
        TimeCmd::Zone,
        TimeCmd::OnlyGaps,
        TimeCmd::CardClose,
    ];

    pub(super) const fn spec(self) -> Spec {
        match self {
            TimeCmd::GapPrev => s("gap.prev", "Previous gap", "The gap before, in whatever row", None, PREV),
            TimeCmd::GapNext => s("gap.next", "Next gap", "The gap after, in whatever row", None, NEXT),
            TimeCmd::Live => s("time.live", "Live", "Follow now", Some(icons::BROADCAST), LIVE),
            TimeCmd::Freeze => s("time.freeze", "Freeze", "Hold the picture. Checks go on", Some(icons::PAUSE), FREEZE),
            TimeCmd::ZoomIn => s("time.zoomIn", "Zoom in", "A shorter stretch", Some(icons::ADD), IN),
            TimeCmd::ZoomOut => s("time.zoomOut", "Zoom out", "A longer stretch", Some(icons::LESS), OUT),
            TimeCmd::Zone => s("time.utc", "UTC or local", "The zone of the times on this page", None, ZONE),
            TimeCmd::OnlyGaps => s("filter.gaps", "Only with gaps", "Channels with a gap in the range", None, GAPS),
            TimeCmd::CardClose => s("card.close", "Close card", "Take the card away", Some(icons::CLOSE), &[]),
        }
    }

    /// Where the hands are after it.
    pub(super) const fn hands(self) -> Hands {
        Hands::OnTheTable
    }

    /// Why it cannot be done now; `None` when it can.
    pub(super) fn refusal(self, page: Page, facts: TimeFacts) -> Option<&'static str> {
        if page != Page::Timeline {
            return Some("This is done on the timeline");
        }
        match self {
            TimeCmd::GapPrev | TimeCmd::GapNext => (facts.gaps == 0).then_some("No gap is known in this range"),
            TimeCmd::Live => facts.live.then_some("It follows now already"),
            TimeCmd::CardClose => (!facts.card).then_some("No card is open"),
            TimeCmd::Freeze | TimeCmd::ZoomIn | TimeCmd::ZoomOut | TimeCmd::Zone | TimeCmd::OnlyGaps => None,
        }
    }

    /// Whether holding the key down does it again and again.
    pub(super) const fn may_repeat(self) -> bool {
        match self {
            TimeCmd::GapPrev | TimeCmd::GapNext | TimeCmd::ZoomIn | TimeCmd::ZoomOut => true,
            TimeCmd::Live | TimeCmd::Freeze | TimeCmd::Zone | TimeCmd::OnlyGaps | TimeCmd::CardClose => false,
        }
    }
}

const PREV: Keys = &[key(Key::OpenBracket)];
const NEXT: Keys = &[key(Key::CloseBracket)];
const LIVE: Keys = &[key(Key::Num0)];
const FREEZE: Keys = &[key(Key::Space)];
// The plus shares its key with the equals sign on some keyboards, and is typed with Shift on others.
const IN: Keys = &[key(Key::Plus), shift(Key::Plus), key(Key::Equals)];
const OUT: Keys = &[key(Key::Minus)];
const ZONE: Keys = &[key(Key::U)];
const GAPS: Keys = &[key(Key::G)];
