//! The past of one channel, folded from its records by the same code that keeps the live picture.

use super::band::{Band, Span};
use super::channel::facts::Facts;
use super::event::{Actor, Event, Record};
use super::gap::{Gap, OpenGap};
use super::ids::{Sid, Uid};
use super::phase::StartCause;
use super::time::Timestamp;

/// What the records of one channel tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// The state over time, the last span open until `to`.
    pub spans: Vec<Span>,
    /// Gaps with both ends.
    pub gaps: Vec<Gap>,
    /// The gap that is open at the end.
    pub open_gap: Option<OpenGap>,
    /// What was done to the channel, oldest first.
    pub marks: Vec<Mark>,
}

/// Something that was done to a channel: a flag on its band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// When it was asked for.
    pub at: Timestamp,
    /// What.
    pub deed: MarkedDeed,
    /// Who.
    pub by: Actor,
}

/// What can be done to a channel so that it is to be seen on its band.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkedDeed {
    /// A session was begun, with this UID.
    Start(Uid),
    /// It was to go on with this UID.
    Restart(Uid),
    /// It was to end.
    Stop,
    /// A recording that was started elsewhere was taken in, with this UID.
    Adopt(Uid),
}

impl Mark {
    /// The mark that a fact leaves.
    pub fn of(record: &Record) -> Option<Self> {
        let (deed, by) = if let Event::StartRequested { cause, uid, by, .. } = &record.event {
            match cause {
                StartCause::Start => (MarkedDeed::Start(*uid), *by),
                StartCause::Restart => (MarkedDeed::Restart(*uid), *by),
            }
        } else if let Event::StopRequested { by, .. } = &record.event {
            (MarkedDeed::Stop, *by)
        } else if let Event::Adopted { uid, by, .. } = &record.event {
            (MarkedDeed::Adopt(*uid), *by)
        } else {
            return None;
        };
        Some(Self { at: record.at, deed, by })
    }
}

/// The first moment that a fact says something of: most speak of their own, some of what was before them.
pub fn reaches_back_to(record: &Record) -> Timestamp {
    let said = if let Event::NotObserved { from, .. } = &record.event {
        *from
    } else if let Event::SightChanged { since, .. } = &record.event {
        *since
    } else if let Event::GapOpened { gap } = &record.event {
        gap.last_good
    } else if let Event::GapClosed { gap } = &record.event {
        gap.first_good
    } else {
        record.at
    };
    said.min(record.at)
}

/// Folds all records of one channel up to `to`, oldest first, and keeps what touches `from..to`.
///
/// Give it the records from the beginning: the state at the left edge comes from further back.
pub fn fold<'a>(records: impl IntoIterator<Item = &'a Record>, from: Timestamp, to: Timestamp) -> Past {
    let mut facts = Facts::unbounded(Uid::MIN);
    let mut marks = Vec::new();
    for record in records.into_iter().take_while(|record| record.at <= to) {
        facts.apply(record.at, &record.event);
        marks.extend(Mark::of(record).filter(|mark| mark.at >= from));
    }
    let spans = facts.band.spans(to).filter(|span| span.to > from);
    let spans = spans.map(|span| Span { from: span.from.max(from), to: span.to.min(to), ..span }).collect();
    let gaps = facts.gaps.iter().filter(|gap| gap.first_good > from).copied().collect();
    Past { spans, gaps, open_gap: facts.open_gap, marks }
}

/// The state over `from..to` by the spans that were read and by the live band. The live band wins where both know: it is the newer
/// one, while what was read reaches further back. Nothing is drawn where neither knows.
pub fn joined(read: &[Span], live: &Band, from: Timestamp, to: Timestamp) -> Vec<Span> {
    let live_from = live.begin().unwrap_or(to);
    let first = read.partition_point(|span| span.to <= from);
    let read = read[first..].iter().take_while(|span| span.from < live_from);
    let read = read.map(|span| Span { to: span.to.min(live_from), ..*span });
    let mut spans: Vec<Span> = Vec::new();
    for span in read.chain(live.spans_after(from, to)).take_while(|span| span.from < to) {
        let span = Span { from: span.from.max(from), to: span.to.min(to), ..span };
        match spans.last_mut().filter(|last| last.kind == span.kind && last.to == span.from) {
            Some(last) => last.to = span.to,
            None if span.from < span.to => spans.push(span),
            None => {}
        }
    }
    spans
}

/// The records of one channel, oldest first, each with the recording that is the channel's own after it: a restart changes that, and
/// one that comes to nothing changes it back.
pub fn with_own<'a>(records: impl IntoIterator<Item = &'a Record>) -> impl Iterator<Item = (&'a Record, Option<Sid>)> {
    let mut facts = Facts::new(Uid::MIN);
    records.into_iter().map(move |record| {
        facts.apply(record.at, &record.event);
        (record, facts.recording.as_ref().map(|recording| recording.sid.clone()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::band::BandKind;
    use crate::monitor::phase::State;

    const REC: BandKind = BandKind::State(State::Recording);
    const UNC: BandKind = BandKind::State(State::Uncertain);
    const LOST: BandKind = BandKind::State(State::Lost);

    fn at(s: i64) -> Timestamp {
        Timestamp::from_millis(s * 1000)
    }

    fn span(from: i64, to: i64, kind: BandKind) -> Span {
        Span { from: at(from), to: at(to), kind }
    }

    fn live() -> Band {
        let mut band = Band::default();
        for (s, kind) in [(100, REC), (150, LOST)] {
            band.turn(at(s), kind);
        }
        band
    }

    #[test]
    fn the_live_band_wins_and_what_was_read_comes_before_it() {
        let read = [span(0, 50, REC), span(50, 90, UNC), span(90, 130, REC), span(130, 170, UNC)];
        let joined = joined(&read, &live(), at(20), at(200));
        assert_eq!(joined, [span(20, 50, REC), span(50, 90, UNC), span(90, 150, REC), span(150, 200, LOST)]);
    }

    #[test]
    fn nothing_is_drawn_where_neither_knows_nor_outside_of_the_stretch() {
        assert_eq!(joined(&[], &live(), at(0), at(120)), [span(100, 120, REC)]);
        assert_eq!(joined(&[span(0, 40, REC)], &live(), at(0), at(110)), [span(0, 40, REC), span(100, 110, REC)]);
        assert_eq!(joined(&[], &live(), at(0), at(100)), []);
        assert_eq!(joined(&[span(0, 40, REC)], &Band::default(), at(10), at(90)), [span(10, 40, REC)]);
    }
}
