//! Which incidents the page lists, in which order, and which one is selected. It shows nothing.

use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::monitor::care::IncidentAt;
use crate::monitor::snapshot::{IncidentEnd, IncidentView};
use crate::monitor::time::Timestamp;
use crate::ui::format;
use crate::ui::state::Moment;

/// A chip above the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// Nobody closed them yet.
    #[default]
    Open,
    /// Something of them is still bad.
    Active,
    /// Open ones that nobody acknowledged.
    NobodyTookIt,
    /// Closed since midnight, UTC.
    ClosedToday,
    /// All that are at hand or were read from the log.
    All,
}

impl Part {
    /// All of them with their words, from left to right.
    pub const ALL: [(Part, &'static str); 5] = [
        (Part::Open, "Open"),
        (Part::Active, "Active"),
        (Part::NobodyTookIt, "Nobody took it"),
        (Part::ClosedToday, "Closed today"),
        (Part::All, "All"),
    ];

    fn has(self, view: &IncidentView, now: Timestamp) -> bool {
        match self {
            Part::Open => view.is_open(),
            Part::Active => view.is_active(),
            Part::NobodyTookIt => view.is_open() && view.taken_at.is_none(),
            Part::ClosedToday => {
                let day = |at| format::day(at, &TimeZone::UTC);
                view.closed_at.is_some_and(|at| day(at) == day(now))
            }
            Part::All => true,
        }
    }
}

/// A step through the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Down.
    Next,
    /// Up.
    Previous,
}

/// What is listed and selected.
#[derive(Clone, Debug, Default)]
pub struct Sieve {
    /// Of these.
    pub part: Part,
    /// Only those that have this in their title or in the name of a channel.
    pub text: String,
    /// The selected one.
    pub selected: Option<IncidentAt>,
}

impl Sieve {
    /// Those that are listed: what needs somebody first, then what is active, then the newest.
    pub fn shown<'a>(&self, moment: &Moment<'a>) -> Vec<&'a IncidentView> {
        let mut shown: Vec<_> = known(moment).filter(|view| self.shows(view, moment.now)).collect();
        shown.sort_by_key(|view| (!view.needs_somebody(), !view.is_active(), std::cmp::Reverse(view.opened_at)));
        shown
    }

    fn shows(&self, view: &IncidentView, now: Timestamp) -> bool {
        self.part.has(view, now) && self.finds(view)
    }

    fn finds(&self, view: &IncidentView) -> bool {
        let text = self.text.trim().to_lowercase();
        let named = |name: &str| name.to_lowercase().contains(&text);
        text.is_empty()
            || named(&crate::ui::words::incident_title(view))
            || view.children.iter().any(|it| named(&it.name))
    }

    /// The selected one of all that are known.
    pub fn selected<'a>(&self, moment: &Moment<'a>) -> Option<&'a IncidentView> {
        self.selected_of(known(moment))
    }

    /// The selected one of these.
    pub fn selected_of<'a>(&self, mut all: impl Iterator<Item = &'a IncidentView>) -> Option<&'a IncidentView> {
        all.find(|view| Some(view.at) == self.selected)
    }

    /// Selects the next one in the list or the one before; the first, where none is selected.
    pub fn step(&mut self, moment: &Moment<'_>, step: Step) {
        let shown = self.shown(moment);
        let at = shown.iter().position(|view| Some(view.at) == self.selected);
        let to = match (at, step) {
            (None, _) => 0,
            (Some(at), Step::Next) => (at + 1).min(shown.len().saturating_sub(1)),
            (Some(at), Step::Previous) => at.saturating_sub(1),
        };
        self.selected = shown.get(to).map(|view| view.at).or(self.selected);
    }
}

/// How many of those that are known a chip has.
pub fn count(part: Part, moment: &Moment<'_>) -> usize {
    known(moment).filter(|view| part.has(view, moment.now)).count()
}

/// Those at hand, and what the log has beside them. One that became part of a larger one is read with that.
fn known<'a>(moment: &Moment<'a>) -> impl Iterator<Item = &'a IncidentView> {
    let live = &moment.snapshot.incidents;
    let of_the_log = moment.past.into_iter().flat_map(|past| &past.incidents).map(|past| &past.view);
    let others = of_the_log.filter(|view| !is_at_hand(view.at, moment));
    let all = live.iter().map(Arc::as_ref).chain(others);
    all.filter(|view| !matches!(view.end, Some(IncidentEnd::Absorbed(..))))
}

/// Whether something can be done about it: what stands in the log alone can be read.
pub fn is_at_hand(incident: IncidentAt, moment: &Moment<'_>) -> bool {
    moment.snapshot.incidents.binary_search_by_key(&incident, |view| view.at).is_ok()
}
