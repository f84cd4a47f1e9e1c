//! What the chart of one channel shows, as plain values on a time axis: state, gaps with both bounds, events, answers. It is made
//! from the stored history and, for the last hour, from the live band. It paints nothing and fills no hole with a guess.

use std::time::Duration;

use super::answers::Answers;
use crate::monitor::band::{BandKind, Span};
use crate::monitor::change::ChangeResult;
use crate::monitor::event::Event;
use crate::monitor::gap::Gap;
use crate::monitor::history;
use crate::monitor::ids::{Role, Uid};
use crate::monitor::incidents::AcknowledgementEnd;
use crate::monitor::phase::{Phase, StartCause, State};
use crate::monitor::snapshot::{ChannelView, History};
use crate::monitor::time::Timestamp;
use crate::ui::{format, words};

/// The stretch that is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its left edge.
    pub from: Timestamp,
    /// Its right edge: now.
    pub to: Timestamp,
}

impl Window {
    /// Whether any of `from..to` is inside.
    pub fn touches(self, from: Timestamp, to: Timestamp) -> bool {
        from < self.to && to > self.from
    }
}

/// Everything the chart draws.
#[derive(Clone, Debug)]
pub struct Lanes {
    /// The stretch.
    pub window: Window,
    /// The state, oldest first, up to now.
    pub spans: Vec<Span>,
    /// What is not known to be recorded, oldest first.
    pub gaps: Vec<GapMark>,
    /// What was done and noticed, oldest first.
    pub marks: Vec<Mark>,
    /// What the queries of the stretch brought.
    pub answers: Answers,
}

/// What a stretch without certain recording is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GapKind {
    /// 50x and the like: it may have recorded all the time.
    Unknown,
    /// Nobody looked.
    NotObserved,
    /// A gap that still goes on.
    Open,
    /// A gap with both ends.
    Closed,
}

/// A stretch without certain recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GapMark {
    /// What it is.
    pub kind: GapKind,
    /// It began after this …
    pub from: Timestamp,
    /// … and before this; the same when the moment is known.
    pub sure_from: Timestamp,
    /// It ended after this …
    pub sure_to: Timestamp,
    /// … and before this.
    pub to: Timestamp,
    /// Its length in words, `lost 1:43 to 3:49`.
    pub text: String,
}

/// Something that was done or noticed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// When.
    pub at: Timestamp,
    /// A few characters, `M→B`.
    pub text: String,
    /// Whether it is a trouble rather than an act.
    pub weight: Weight,
}

/// How much a mark matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Somebody did something.
    Act,
    /// Something went wrong.
    Trouble,
}

impl Lanes {
    /// The chart of `view` over `window`. `history` counts only if it is about this channel.
    pub fn new(view: &ChannelView, history: Option<&History>, window: Window) -> Self {
        let history = history.filter(|it| it.channel == view.id);
        let spans = spans(view, history, window);
        let mut gaps = gaps(view, history, window);
        gaps.extend(spans.iter().filter_map(|span| blind_mark(*span)));
        gaps.sort_by_key(|gap| gap.from);
        let inside = |at: Timestamp| window.from <= at && at <= window.to;
        let marks = history.map_or_else(Vec::new, |it| {
            let records = it.records.iter().map(|(_, record)| record).filter(|record| inside(record.at));
            records.filter_map(|record| mark(view, record.at, &record.event)).collect()
        });
        let answers = history.map(|it| Answers::new(it, window)).unwrap_or_default();
        Self { window, spans, gaps, marks, answers }
    }

    /// The state lane in one sentence, for whoever cannot see it.
    pub fn spoken(&self, stretch: &str) -> String {
        let parts: Vec<String> = self
            .spans
            .iter()
            .map(|span| format!("{} {} to {}", words::band(span.kind), words::clock(span.from), words::clock(span.to)))
            .collect();
        if parts.is_empty() {
            return format!("State, {stretch}: nothing known");
        }
        format!("State, {stretch}: {}", parts.join(", "))
    }

    /// The kind of span at a moment.
    pub fn span_at(&self, at: Timestamp) -> Option<Span> {
        self.spans.iter().copied().find(|span| span.from <= at && at < span.to)
    }
}

fn spans(view: &ChannelView, history: Option<&History>, window: Window) -> Vec<Span> {
    let read = history.map_or(&[][..], |it| it.spans.as_slice());
    history::joined(read, &words::as_seen(view, window.to).band, window.from, window.to)
}

/// The closed gaps of history and snapshot, each once, and the open one.
pub fn closed_gaps(view: &ChannelView, history: Option<&History>) -> Vec<Gap> {
    let mut all: Vec<Gap> = history.filter(|it| it.channel == view.id).map_or_else(Vec::new, |it| it.gaps.clone());
    all.extend(view.gaps.iter().copied());
    all.sort_by_key(|gap| (gap.first_bad, gap.last_good));
    all.dedup_by_key(|gap| (gap.first_bad, gap.last_good));
    all
}

fn gaps(view: &ChannelView, history: Option<&History>, window: Window) -> Vec<GapMark> {
    let closed = closed_gaps(view, history).into_iter().map(|gap| GapMark {
        kind: GapKind::Closed,
        from: gap.last_good,
        sure_from: gap.first_bad,
        sure_to: gap.last_bad.max(gap.first_bad),
        to: gap.first_good,
        text: format!("lost {}", words::gap_bounds(&gap)),
    });
    let open = view.open_gap.map(|(gap, last_bad)| GapMark {
        kind: GapKind::Open,
        from: gap.last_good,
        sure_from: gap.first_bad,
        sure_to: last_bad,
        to: window.to,
        text: format!("open, {}", words::open_gap_bounds((gap, last_bad), window.to)),
    });
    closed.chain(open).filter(|gap| window.touches(gap.from, gap.to)).collect()
}

/// A stretch in which we did not see, as a mark of the gap lane.
fn blind_mark(span: Span) -> Option<GapMark> {
    let (kind, word) = match span.kind {
        BandKind::State(State::Uncertain) => (GapKind::Unknown, "unknown"),
        BandKind::State(State::NotObserved) => (GapKind::NotObserved, "not observed"),
        BandKind::State(_) | BandKind::PossiblyLost => return None,
    };
    let Span { from, to, .. } = span;
    let text = format!("{word} {}", format::cell(to.since(from)));
    Some(GapMark { kind, from, sure_from: from, sure_to: to, to, text })
}

fn mark(view: &ChannelView, at: Timestamp, event: &Event) -> Option<Mark> {
    let act = |text: &str| Some(Mark { at, text: text.to_owned(), weight: Weight::Act });
    let trouble = |text: &str| Some(Mark { at, text: text.to_owned(), weight: Weight::Trouble });
    match event {
        Event::StartRequested { cause: StartCause::Start, .. } => act("start"),
        Event::StartRequested { cause: StartCause::Restart, uid, .. } => act(&swap(view, *uid)),
        Event::UidTaken { uid } => act(&format!("UID {uid}")),
        Event::StopRequested { .. } => act("stop"),
        Event::OldStopRequested { .. } => act("stop old"),
        Event::WatchBegan { .. } => act("opened"),
        Event::WatchEnded => act("closed"),
        Event::NetworkBack => act("net up"),
        Event::NetworkLost { .. } => trouble("net down"),
        Event::ClockSet { .. } => trouble("clock set"),
        Event::Throttled { .. } => trouble("429"),
        Event::StartFailed { .. } | Event::StartLeftUnknown { .. } => trouble("no start"),
        Event::OldSeenAlive { .. } => trouble("two"),
        Event::OldTakenBack { .. } => act("taken back"),
        Event::FileNameTold { predicted, told } if predicted != told => trouble("file"),
        Event::PhaseChanged { to: Phase::Lost, .. } => trouble("lost"),
        Event::PhaseChanged { to: Phase::AbnormalExit, .. } => trouble("abnormal"),
        Event::PhaseChanged { to: Phase::Ended(_), .. } => trouble("ended"),
        Event::FlappingBegan { .. } => trouble("flaps"),
        Event::AutoRestartSpent { .. } => trouble("no auto"),
        Event::Adopted { .. } => act("adopted"),
        Event::ChangeRequested { kind, .. } => act(words::change_mark(*kind)),
        Event::ChangeEnded { result: ChangeResult::Done, .. } => None,
        Event::ChangeEnded { .. } => trouble("no change"),
        Event::TokenEndsSoon { .. } | Event::TokenEnded { .. } => trouble("token"),
        Event::IncidentAcknowledged { .. } => act("ack"),
        Event::AcknowledgementEnded { why: AcknowledgementEnd::Worse, .. } => trouble("worse"),
        Event::NoteAdded { .. } => act("note"),
        Event::ChannelMuted { .. } => act("muted"),
        Event::MuteEnded { .. } => act("unmuted"),
        Event::PhaseChanged { .. }
        | Event::HoldSeen { .. }
        | Event::FilesTold { .. }
        | Event::ChannelAdded { .. }
        | Event::ChannelForgotten { .. }
        | Event::FileNameTold { .. }
        | Event::NotObserved { .. }
        | Event::DomainPreferred { .. }
        | Event::CommandDenied { .. }
        | Event::Acquired { .. }
        | Event::CallAnswered { .. }
        | Event::Started { .. }
        | Event::SightChanged { .. }
        | Event::GapOpened { .. }
        | Event::GapClosed { .. }
        | Event::Stopped { .. }
        | Event::OldGone { .. }
        | Event::IncidentOpened { .. }
        | Event::IncidentGrew { .. }
        | Event::IncidentSettled { .. }
        | Event::IncidentEnded { .. }
        | Event::AcknowledgementEnded { .. }
        | Event::IncidentClosed { .. }
        | Event::IncidentReopened { .. }
        | Event::FlappingEnded { .. }
        | Event::Exported { .. } => None,
    }
}

/// `M→B` for a restart that takes `uid`.
fn swap(view: &ChannelView, uid: Uid) -> String {
    let other = match view.role {
        Role::Main => Role::Backup,
        Role::Backup | Role::Spare => Role::Main,
    };
    match (uid == view.uid, Some(uid) == view.next_uid) {
        (true, _) => format!("{}→{}", words::role_letter(other), words::role_letter(view.role)),
        (false, true) => format!("{}→{}", words::role_letter(view.role), words::role_letter(other)),
        (false, false) => format!("→{uid}"),
    }
}

/// The part of a gap list's head that sums it up: `2 gaps, 3:30 to 7:42`.
pub fn summed(gaps: &[Gap]) -> Option<String> {
    if gaps.is_empty() {
        return None;
    }
    let (short, long) = gaps
        .iter()
        .fold((Duration::ZERO, Duration::ZERO), |(short, long), gap| (short + gap.shortest(), long + gap.longest()));
    Some(format!("{}, {}", format::counted(gaps.len(), "gap", "gaps"), format::range_words(short, long)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::gap::GapEnd;
    use crate::ui::testing::{NOW, ago, gap, history, lost, recording, suspect};

    const HOUR: Window = Window { from: Timestamp::from_millis(NOW.as_millis() - 3_600_000), to: NOW };

    #[test]
    fn the_open_state_reaches_now_and_nothing_is_drawn_before_the_session() {
        let view = recording(1, "court-01");
        let lanes = Lanes::new(&view, None, HOUR);
        assert_eq!(lanes.spans, [Span { from: ago(2246), to: NOW, kind: BandKind::State(State::Recording) }]);
    }

    #[test]
    fn the_live_band_wins_over_the_stored_one_where_both_know() {
        let view = lost(3, "court-03");
        let stored = Span { from: ago(3600), to: ago(300), kind: BandKind::State(State::Recording) };
        let mut history = history(&view);
        history.spans = vec![stored];
        let lanes = Lanes::new(&view, Some(&history), HOUR);
        let kinds: Vec<_> = lanes.spans.iter().map(|span| span.kind).collect();
        let expected = [State::Recording, State::Suspect, State::Lost].map(BandKind::State);
        assert_eq!(kinds, [expected[0], BandKind::PossiblyLost, expected[1], expected[2]]);
        assert!(lanes.spans.windows(2).all(|pair| pair[0].to == pair[1].from), "no overlap, no hole");
        assert_eq!(lanes.spans[0].from, ago(3600));
    }

    #[test]
    fn what_is_too_old_to_be_current_is_drawn_as_not_observed() {
        let view = ChannelView { stale_at: Some(ago(60)), ..recording(1, "court-01") };
        let lanes = Lanes::new(&view, None, HOUR);
        let last = lanes.spans.last().expect("spans");
        assert_eq!((last.from, last.kind), (ago(60), BandKind::State(State::NotObserved)));
        assert_eq!(lanes.gaps.last().map(|gap| gap.text.as_str()), Some("not observed 1:00"));
    }

    #[test]
    fn a_gap_in_history_and_snapshot_is_drawn_once_with_both_bounds() {
        let view = ChannelView { gaps: vec![gap(GapEnd::Restarted)], ..suspect(7, "studio-07") };
        let mut history = history(&view);
        history.gaps = vec![gap(GapEnd::Restarted)];
        let texts: Vec<_> = Lanes::new(&view, Some(&history), HOUR).gaps.into_iter().map(|gap| gap.text).collect();
        assert_eq!(texts, ["lost 1:43 to 3:49", "open, 0:30 to 2:41"]);
    }

    #[test]
    fn a_history_of_another_channel_is_not_drawn() {
        let lanes = Lanes::new(&recording(1, "court-01"), Some(&history(&lost(3, "court-03"))), HOUR);
        assert!(lanes.answers.polls.is_empty() && lanes.marks.is_empty());
    }

    #[test]
    fn the_state_lane_can_be_read_aloud() {
        let lanes = Lanes::new(&lost(3, "court-03"), None, HOUR);
        let spoken = lanes.spoken("last hour");
        assert!(
            spoken.starts_with("State, last hour: Recording 13:42:07 to 14:27:53, Possibly lost 14:27:53 to"),
            "{spoken}"
        );
        assert!(spoken.ends_with("Lost 14:31:23 to 14:32:07"), "{spoken}");
    }
}
