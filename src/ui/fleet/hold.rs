//! Keeps rows where they are while the pointer is over the table, so that a click never lands on a row that has just moved
//! there. Only places are kept: what a row says is always of now. It never holds longer than `AT_MOST`.

use super::listing::{Line, Listing, SECTIONS};
use crate::monitor::ids::ChannelId;
use crate::monitor::phase::Section;

/// Seconds of the window's own time that the order of the screen may be behind the order of the picture.
const AT_MOST: f64 = 3.0;

/// Where the pointer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pointer {
    /// Over the rows.
    OverRows,
    /// Somewhere else, or nowhere.
    Elsewhere,
}

/// The order that is on the screen.
#[derive(Debug, Default)]
pub struct Hold {
    shown: Vec<(Section, ChannelId)>,
    /// Since when it is behind; `None` while it is not.
    behind_since: Option<f64>,
}

impl Hold {
    /// The listing in the order to be shown at `now` (seconds of the window's own time): its own, or for a moment the one that
    /// is on the screen. When other channels are listed than before, there is nothing to keep.
    pub fn arrange(&mut self, listing: Listing, pointer: Pointer, now: f64) -> Listing {
        let wanted: Vec<(Section, ChannelId)> = listing.channels().map(|view| (view.section(), view.id)).collect();
        let moved = wanted != self.shown;
        let since = self.behind_since.filter(|_| moved).or(moved.then_some(now));
        let may_wait = pointer == Pointer::OverRows && since.is_some_and(|since| now - since < AT_MOST);
        if may_wait && same_channels(&wanted, &self.shown) {
            self.behind_since = since;
            return in_order(&listing, &self.shown);
        }
        self.shown = wanted;
        self.behind_since = None;
        listing
    }
}

fn same_channels(one: &[(Section, ChannelId)], other: &[(Section, ChannelId)]) -> bool {
    let ids = |all: &[(Section, ChannelId)]| {
        let mut ids: Vec<ChannelId> = all.iter().map(|(_, id)| *id).collect();
        ids.sort_unstable();
        ids
    };
    one.len() == other.len() && ids(one) == ids(other)
}

/// The rows of `listing` at the places of `order`, which has the same channels.
fn in_order(listing: &Listing, order: &[(Section, ChannelId)]) -> Listing {
    let mut rows: std::collections::BTreeMap<ChannelId, Line> =
        listing.channels().map(|view| (view.id, Line::Channel(view.clone()))).collect();
    let has_head = |section: Section| {
        let headed = |line: &Line| matches!(line, Line::Head(head, _) if *head == section);
        listing.lines.iter().any(headed)
    };
    let mut lines = Vec::with_capacity(listing.lines.len());
    for section in SECTIONS {
        let places: Vec<ChannelId> = order.iter().filter(|(of, _)| *of == section).map(|(_, id)| *id).collect();
        if places.is_empty() && !has_head(section) {
            continue;
        }
        lines.push(Line::Head(section, places.len()));
        lines.extend(places.iter().filter_map(|id| rows.remove(id)));
    }
    listing.with_lines(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::phase::State;
    use crate::ui::fleet::filter::Filter;
    use crate::ui::testing::{NOW, in_state, sorted_snapshot};

    fn listing(states: [State; 3]) -> Listing {
        let views = states.iter().zip(1..).map(|(state, n)| in_state(n, &format!("court-{n}"), *state));
        Listing::new(&sorted_snapshot(views.collect()), &Filter::default(), NOW)
    }

    fn order(listing: &Listing) -> Vec<u32> {
        listing.channels().map(|view| view.id.0).collect()
    }

    const CALM: [State; 3] = [State::Recording; 3];
    const LOSS: [State; 3] = [State::Recording, State::Recording, State::Lost];

    #[test]
    fn rows_stay_under_the_pointer_for_three_seconds_and_say_what_is_so() {
        let mut hold = Hold::default();
        assert_eq!(order(&hold.arrange(listing(CALM), Pointer::OverRows, 0.0)), [1, 2, 3]);
        let held = hold.arrange(listing(LOSS), Pointer::OverRows, 10.0);
        assert_eq!(order(&held), [1, 2, 3]);
        assert_eq!(held.attention.unhandled, 1);
        assert_eq!(held.channels().next_back().map(|view| view.state), Some(State::Lost));
        assert_eq!(order(&hold.arrange(listing(LOSS), Pointer::OverRows, 12.9)), [1, 2, 3]);
        assert_eq!(order(&hold.arrange(listing(LOSS), Pointer::OverRows, 13.0)), [3, 1, 2]);
    }

    #[test]
    fn rows_move_at_once_when_the_pointer_leaves() {
        let mut hold = Hold::default();
        hold.arrange(listing(CALM), Pointer::OverRows, 0.0);
        assert_eq!(order(&hold.arrange(listing(LOSS), Pointer::OverRows, 1.0)), [1, 2, 3]);
        assert_eq!(order(&hold.arrange(listing(LOSS), Pointer::Elsewhere, 1.2)), [3, 1, 2]);
    }

    #[test]
    fn every_hold_has_its_own_three_seconds() {
        let mut hold = Hold::default();
        hold.arrange(listing(CALM), Pointer::OverRows, 0.0);
        hold.arrange(listing(LOSS), Pointer::OverRows, 1.0);
        hold.arrange(listing(CALM), Pointer::OverRows, 2.0);
        assert_eq!(order(&hold.arrange(listing(LOSS), Pointer::OverRows, 3.9)), [1, 2, 3]);
        assert_eq!(order(&hold.arrange(listing(LOSS), Pointer::OverRows, 6.8)), [1, 2, 3]);
        assert_eq!(order(&hold.arrange(listing(LOSS), Pointer::OverRows, 6.9)), [3, 1, 2]);
    }

    #[test]
    fn other_channels_are_listed_at_once() {
        let mut hold = Hold::default();
        hold.arrange(listing(CALM), Pointer::OverRows, 0.0);
        let few = Listing::new(&sorted_snapshot(vec![in_state(2, "court-2", State::Lost)]), &Filter::default(), NOW);
        assert_eq!(order(&hold.arrange(few, Pointer::OverRows, 0.1)), [2]);
    }
}
