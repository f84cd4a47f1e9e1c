//! The rows of one frame: channels that pass the filter, under the heads of their sections, and who comes next. The order
//! inside of a section is the snapshot's; nothing is sorted here.

use std::borrow::Cow;
use std::sync::Arc;

use super::filter::Filter;
use crate::monitor::ids::{ChannelId, ProjectId};
use crate::monitor::phase::{Section, State};
use crate::monitor::snapshot::{Attention, ChannelView, Snapshot};
use crate::monitor::time::Timestamp;
use crate::ui::words;

/// All sections in their order on the screen.
pub const SECTIONS: [Section; 5] =
    [Section::ActNow, Section::NotObserved, Section::Watch, Section::Handled, Section::Quiet];

/// One line of the table.
#[derive(Clone, Debug)]
pub enum Line {
    /// The head of a section and how many rows are under it.
    Head(Section, usize),
    /// A channel as it is seen now: knowledge that got too old reads «not observed».
    Channel(Arc<ChannelView>),
}

/// The table of one frame.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// Its lines, top to bottom.
    pub lines: Vec<Line>,
    /// How many channels of all (filtered or not) read as each state, in the order of `State::ALL`.
    counts: [usize; State::ALL.len()],
    /// How much of all waits for somebody, and how much is seen to.
    pub attention: Attention,
    /// How many of all are to be watched, and seen to by nobody yet.
    pub watch: usize,
    /// How many channels of all each project has, in the order of the projects.
    of_projects: Vec<usize>,
}

impl Listing {
    /// What to show of `snapshot` at `now`.
    pub fn new(snapshot: &Snapshot, filter: &Filter, now: Timestamp) -> Self {
        let sieve = filter.prepare(&snapshot.projects);
        let mut listing = Self { of_projects: vec![0; snapshot.projects.len()], ..Self::default() };
        let mut parts: [Vec<Line>; SECTIONS.len()] = Default::default();
        let seen = |view: &Arc<ChannelView>| match words::as_seen(view, now) {
            Cow::Borrowed(_) => Arc::clone(view),
            Cow::Owned(seen) => Arc::new(seen),
        };
        let channels: Vec<_> = snapshot.channels.iter().map(seen).collect();
        listing.attention = Attention::of(&channels, &snapshot.incidents);
        for view in channels {
            let section = view.section();
            listing.counts[index_of(view.state)] += 1;
            listing.watch += usize::from(section == Section::Watch);
            if let Some(count) = listing.of_projects.get_mut(view.project.index()) {
                *count += 1;
            }
            if sieve.shows(&view) {
                let part = SECTIONS.iter().position(|it| *it == section).unwrap_or_default();
                parts[part].push(Line::Channel(view));
            }
        }
        for (section, rows) in SECTIONS.into_iter().zip(parts) {
            // «Not observed» appears only when it has to; the other heads stay, also empty, so that places do not move.
            if rows.is_empty() && (section == Section::NotObserved || filter.is_set()) {
                continue;
            }
            listing.lines.push(Line::Head(section, rows.len()));
            listing.lines.extend(rows);
        }
        listing
    }

    /// The same counts over other lines.
    pub fn with_lines(&self, lines: Vec<Line>) -> Self {
        Self {
            lines,
            counts: self.counts,
            attention: self.attention,
            watch: self.watch,
            of_projects: self.of_projects.clone(),
        }
    }

    /// How many channels of all read as `state`.
    pub fn count(&self, state: State) -> usize {
        self.counts[index_of(state)]
    }

    /// How many channels of all a project has.
    pub fn count_of_project(&self, project: ProjectId) -> usize {
        self.of_projects.get(project.index()).copied().unwrap_or_default()
    }

    /// How many channels there are, shown or not.
    pub fn total(&self) -> usize {
        self.counts.iter().sum()
    }

    /// The channels shown, top to bottom.
    pub fn channels(&self) -> impl DoubleEndedIterator<Item = &Arc<ChannelView>> {
        self.lines.iter().filter_map(|line| match line {
            Line::Channel(view) => Some(view),
            Line::Head(..) => None,
        })
    }

    /// The channels under the head of `section`.
    pub fn rows_of(&self, section: Section) -> impl Iterator<Item = &Arc<ChannelView>> {
        let is_head = move |line: &Line| matches!(line, Line::Head(head, _) if *head == section);
        let behind = self.lines.iter().skip_while(move |line| !is_head(line)).skip(1);
        behind.map_while(|line| match line {
            Line::Channel(view) => Some(view),
            Line::Head(..) => None,
        })
    }

    /// How many channels are shown.
    pub fn shown(&self) -> usize {
        self.channels().count()
    }

    /// The next row that needs somebody, after `from`, from the top again at the end.
    pub fn next_unhandled(&self, from: Option<ChannelId>) -> Option<ChannelId> {
        let unhandled: Vec<ChannelId> = self.unhandled().collect();
        let at = from.and_then(|from| unhandled.iter().position(|id| *id == from)).map_or(0, |at| at + 1);
        unhandled.get(at).or(unhandled.first()).copied()
    }

    /// Shown rows that need somebody.
    pub fn unhandled(&self) -> impl Iterator<Item = ChannelId> {
        self.channels().filter(|view| view.section() == Section::ActNow).map(|view| view.id)
    }
}

/// The row after `from`, or the first.
pub fn after(rows: &[ChannelId], from: Option<ChannelId>) -> Option<ChannelId> {
    match from.and_then(|from| rows.iter().position(|id| *id == from)) {
        Some(at) => rows.get(at + 1).or(rows.last()).copied(),
        None => rows.first().copied(),
    }
}

/// The row before `from`, or the last.
pub fn before(rows: &[ChannelId], from: Option<ChannelId>) -> Option<ChannelId> {
    match from.and_then(|from| rows.iter().position(|id| *id == from)) {
        Some(at) => rows.get(at.saturating_sub(1)).copied(),
        None => rows.last().copied(),
    }
}

fn index_of(state: State) -> usize {
    State::ALL.iter().position(|it| *it == state).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::incidents::{IncidentId, IncidentKind, Mute};
    use crate::monitor::snapshot::{Handling, IncidentView};
    use crate::ui::testing::{NOW, in_state, incident, sorted_snapshot};
    use std::time::Duration;

    fn names(listing: &Listing) -> Vec<String> {
        listing
            .lines
            .iter()
            .map(|line| match line {
                Line::Head(section, rows) => format!("{section:?} {rows}"),
                Line::Channel(view) => view.name.to_string(),
            })
            .collect()
    }

    fn sample() -> Snapshot {
        sorted_snapshot(vec![
            in_state(1, "quiet", State::Recording),
            in_state(2, "lost", State::Lost),
            in_state(3, "suspect", State::Suspect),
            in_state(4, "ended", State::Ended),
        ])
    }

    #[test]
    fn rows_stand_under_their_sections_worst_first() {
        let listing = Listing::new(&sample(), &Filter::default(), NOW);
        assert_eq!(
            names(&listing),
            ["ActNow 2", "lost", "ended", "Watch 1", "suspect", "Handled 0", "Quiet 1", "quiet"]
        );
        assert_eq!(listing.attention, Attention { unhandled: 2, handled: 0 });
    }

    #[test]
    fn a_recording_whose_knowledge_got_too_old_is_not_observed_even_without_a_new_snapshot() {
        let listing = Listing::new(&sample(), &Filter::default(), NOW + Duration::from_secs(3600));
        assert_eq!(listing.count(State::Recording), 0);
        assert_eq!(listing.count(State::NotObserved), 2);
        assert_eq!(listing.count(State::Lost), 1, "a fact outlasts blindness");
    }

    #[test]
    fn stepping_stops_at_the_ends_and_unhandled_goes_round() {
        let listing = Listing::new(&sample(), &Filter::default(), NOW);
        let id = |n| Some(ChannelId(n));
        let rows: Vec<ChannelId> = listing.channels().map(|view| view.id).collect();
        assert_eq!(after(&rows, None), id(2));
        assert_eq!(after(&rows, id(1)), id(1));
        assert_eq!(before(&rows, id(2)), id(2));
        assert_eq!(listing.next_unhandled(id(2)), id(4));
        assert_eq!(listing.next_unhandled(id(4)), id(2));
        assert_eq!(listing.next_unhandled(id(1)), id(2));
    }

    #[test]
    fn counts_tell_of_all_channels_whatever_is_shown() {
        let filter = Filter::by_text("lost");
        let listing = Listing::new(&sample(), &filter, NOW);
        assert_eq!(names(&listing), ["ActNow 1", "lost"]);
        assert_eq!((listing.count(State::Recording), listing.attention.unhandled), (1, 2));
    }

    fn attention(channels: Vec<ChannelView>, incidents: Vec<IncidentView>) -> Attention {
        let incidents = incidents.into_iter().map(Arc::new).collect();
        let snapshot = Snapshot { incidents, ..sorted_snapshot(channels) };
        Listing::new(&snapshot, &Filter::default(), NOW).attention
    }

    fn row(number: u32, state: State, incident: Option<u32>) -> ChannelView {
        let handling = Handling { incident: incident.map(IncidentId), ..Handling::default() };
        ChannelView { handling, ..in_state(number, "a", state) }
    }

    #[test]
    fn a_group_counts_as_one_and_what_is_bad_in_none_for_itself() {
        let lost = |number| row(number, State::Lost, Some(3));
        let mass = incident(3, IncidentKind::Mass, &["a", "b"]);
        let all = vec![lost(1), lost(2), row(3, State::Lost, None), row(4, State::Suspect, None)];
        assert_eq!(attention(all, vec![mass]), Attention { unhandled: 2, handled: 0 });
    }

    #[test]
    fn a_group_of_uncertain_channels_needs_somebody_though_its_rows_stand_under_watch() {
        let group = incident(1, IncidentKind::Uncertain, &["a", "b"]);
        let rows = vec![row(1, State::Uncertain, Some(1)), row(2, State::Uncertain, Some(1))];
        assert_eq!(attention(rows, vec![group]), Attention { unhandled: 1, handled: 0 });
    }

    #[test]
    fn what_is_acknowledged_counts_once_and_each_muted_row_for_itself() {
        let taken = |number| {
            let row = row(number, State::Lost, Some(3));
            ChannelView { handling: Handling { acknowledged_at: Some(NOW), ..row.handling }, ..row }
        };
        assert_eq!(attention(vec![taken(1), taken(2)], Vec::new()), Attention { unhandled: 0, handled: 1 });
        let mute = Mute { since: NOW, until: None, session: 1 };
        let muted = |number| {
            let row = row(number, State::Lost, Some(3));
            ChannelView { handling: Handling { mute: Some(mute), ..row.handling }, ..row }
        };
        assert_eq!(attention(vec![muted(1), muted(2)], Vec::new()), Attention { unhandled: 0, handled: 2 });
    }
}
