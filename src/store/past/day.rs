//! A day of a channel in few bytes: what its band showed, the gaps that ended on it, the one that was open at its end, and its flags.

use serde::{Deserialize, Serialize};

use crate::monitor::band::{BandKind, Span};
use crate::monitor::event::Actor;
use crate::monitor::gap::{Gap, GapEnd, OpenGap};
use crate::monitor::history::{Mark, MarkedDeed, Past};
use crate::monitor::ids::Uid;
use crate::monitor::phase::State;
use crate::monitor::time::Timestamp;
use crate::store::frame;

/// What the bytes below are called.
const FORMAT: u8 = 1;

/// Moments are milliseconds since the beginning of the day. A word is the place in one of the lists below: those only grow.
#[derive(Serialize, Deserialize)]
struct Packed {
    /// From, to, what.
    spans: Vec<(u32, u32, u8)>,
    /// Last good, first bad, last bad, first good, how it ended.
    gaps: Vec<([i64; 4], u8)>,
    /// Last good and first bad.
    open_gap: Option<[i64; 2]>,
    /// When, what, with which UID (0 for none), by whom.
    marks: Vec<(u32, u8, u32, u8)>,
}

const KINDS: [BandKind; 13] = [
    BandKind::PossiblyLost,
    BandKind::State(State::Lost),
    BandKind::State(State::AbnormalExit),
    BandKind::State(State::Ended),
    BandKind::State(State::NotObserved),
    BandKind::State(State::ConfigError),
    BandKind::State(State::Suspect),
    BandKind::State(State::Uncertain),
    BandKind::State(State::Stopping),
    BandKind::State(State::Starting),
    BandKind::State(State::Recording),
    BandKind::State(State::Stopped),
    BandKind::State(State::Idle),
];
const ENDS: [GapEnd; 4] = [GapEnd::Blip, GapEnd::CameBack, GapEnd::Restarted, GapEnd::Stopped];
const ACTORS: [Actor; 2] = [Actor::Operator, Actor::Reelwatch];

/// The number of a word.
fn number<T: PartialEq>(words: &[T], word: &T) -> u8 {
    words.iter().position(|other| other == word).and_then(|place| u8::try_from(place).ok()).unwrap_or(u8::MAX)
}

fn word<T: Copy>(words: &[T], number: u8) -> Option<T> {
    words.get(usize::from(number)).copied()
}

const fn deed_number(deed: MarkedDeed) -> (u8, u32) {
    match deed {
        MarkedDeed::Start(uid) => (0, uid.get()),
        MarkedDeed::Restart(uid) => (1, uid.get()),
        MarkedDeed::Stop => (2, 0),
        MarkedDeed::Adopt(uid) => (3, uid.get()),
    }
}

fn deed(number: u8, uid: u32) -> Option<MarkedDeed> {
    match number {
        0 => Uid::new(uid).map(MarkedDeed::Start),
        1 => Uid::new(uid).map(MarkedDeed::Restart),
        2 => Some(MarkedDeed::Stop),
        3 => Uid::new(uid).map(MarkedDeed::Adopt),
        _ => None,
    }
}

/// The bytes of a day that begins with `begin`. What is outside of it is cut, or left out.
pub fn pack(past: &Past, [begin, end]: [Timestamp; 2]) -> postcard::Result<Vec<u8>> {
    let within = |at: Timestamp| u32::try_from(at.clamp(begin, end).since(begin).as_millis()).unwrap_or(u32::MAX);
    let from_begin = |at: Timestamp| at.as_millis() - begin.as_millis();
    let is_of_day = |at: Timestamp| begin <= at && at < end;
    let spans = past.spans.iter().filter(|span| span.from < end && span.to > begin);
    let gaps = past.gaps.iter().filter(|gap| is_of_day(gap.first_good));
    let bounds = |gap: &Gap| [gap.last_good, gap.first_bad, gap.last_bad, gap.first_good].map(from_begin);
    let marks = past.marks.iter().filter(|mark| is_of_day(mark.at));
    let packed = Packed {
        spans: spans.map(|span| (within(span.from), within(span.to), number(&KINDS, &span.kind))).collect(),
        gaps: gaps.map(|gap| (bounds(gap), number(&ENDS, &gap.end))).collect(),
        open_gap: open_at(past, end).map(|gap| [gap.last_good, gap.first_bad].map(from_begin)),
        marks: marks
            .map(|mark| {
                let (deed, uid) = deed_number(mark.deed);
                (within(mark.at), deed, uid, number(&ACTORS, &mark.by))
            })
            .collect(),
    };
    frame::pack(FORMAT, &packed)
}

/// The gap that may have begun before a moment and ended later, or has not ended.
pub fn open_at(past: &Past, moment: Timestamp) -> Option<OpenGap> {
    let closed = past.gaps.iter().find(|gap| gap.last_good < moment && moment <= gap.first_good);
    let closed = closed.map(|gap| OpenGap { last_good: gap.last_good, first_bad: gap.first_bad });
    closed.or(past.open_gap.filter(|gap| gap.last_good < moment))
}

/// The day of these bytes; `None` when they are damaged or of a newer version.
pub fn unpack(bytes: &[u8], begin: Timestamp) -> Option<Past> {
    let packed: Packed = frame::unpack(FORMAT, bytes)?;
    let at = |offset: i64| Timestamp::from_millis(begin.as_millis().saturating_add(offset));
    let span = |(from, to, kind): (u32, u32, u8)| {
        Some(Span { from: at(from.into()), to: at(to.into()), kind: word(&KINDS, kind)? })
    };
    let gap = |(bounds, end): ([i64; 4], u8)| {
        let [last_good, first_bad, last_bad, first_good] = bounds.map(at);
        Some(Gap { last_good, first_bad, last_bad, first_good, end: word(&ENDS, end)? })
    };
    let mark = |(offset, number, uid, by): (u32, u8, u32, u8)| {
        Some(Mark { at: at(offset.into()), deed: deed(number, uid)?, by: word(&ACTORS, by)? })
    };
    Some(Past {
        spans: packed.spans.into_iter().map(span).collect::<Option<_>>()?,
        gaps: packed.gaps.into_iter().map(gap).collect::<Option<_>>()?,
        open_gap: packed
            .open_gap
            .map(|bounds| bounds.map(at))
            .map(|[last_good, first_bad]| OpenGap { last_good, first_bad }),
        marks: packed.marks.into_iter().map(mark).collect::<Option<_>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sample::at;

    #[test]
    fn every_word_has_a_number_and_comes_back() {
        for state in State::ALL {
            let kind = BandKind::State(state);
            assert_eq!(word(&KINDS, number(&KINDS, &kind)), Some(kind));
        }
        let uid = Uid::new(7).unwrap();
        for each in [MarkedDeed::Start(uid), MarkedDeed::Restart(uid), MarkedDeed::Stop, MarkedDeed::Adopt(uid)] {
            let (number, uid) = deed_number(each);
            assert_eq!(deed(number, uid), Some(each));
        }
        assert_eq!((deed(0, 0), deed(9, 1)), (None, None), "no UID is 0");
    }

    #[test]
    fn a_day_is_cut_at_its_ends_and_keeps_the_bounds_of_its_gaps() {
        let span = |from, to, state| Span { from: at(from), to: at(to), kind: BandKind::State(state) };
        let gap = |first_bad, first_good| Gap {
            last_good: at(first_bad - 50),
            first_bad: at(first_bad),
            last_bad: at(first_good - 5),
            first_good: at(first_good),
            end: GapEnd::Restarted,
        };
        let mark = |moment| Mark { at: at(moment), deed: MarkedDeed::Stop, by: Actor::Operator };
        let past = Past {
            spans: vec![
                span(900, 1_500, State::Recording),
                span(1_500, 2_100, State::Lost),
                span(2_100, 2_200, State::Idle),
            ],
            gaps: vec![gap(980, 1_010), gap(1_600, 2_050)],
            open_gap: None,
            marks: vec![mark(999), mark(1_000), mark(1_999), mark(2_000)],
        };
        let bytes = pack(&past, [at(1_000), at(2_000)]).unwrap();
        let day = unpack(&bytes, at(1_000)).unwrap();
        assert_eq!(day.spans, [span(1_000, 1_500, State::Recording), span(1_500, 2_000, State::Lost)]);
        assert_eq!(day.gaps, [gap(980, 1_010)], "the other one ended later");
        assert_eq!(
            day.open_gap,
            Some(OpenGap { last_good: at(1_550), first_bad: at(1_600) }),
            "and was open at the end"
        );
        assert_eq!(day.marks, [mark(1_000), mark(1_999)]);
        assert_eq!(unpack(&bytes[..bytes.len() - 1], at(1_000)), None);
    }

    #[test]
    fn a_quiet_day_takes_a_handful_of_bytes() {
        let begin = 20_000 * 86_400_000;
        let quiet = Span { from: at(0), to: at(begin * 2), kind: BandKind::State(State::Recording) };
        let past = Past { spans: vec![quiet], ..Past::default() };
        let bytes = pack(&past, [at(begin), at(begin + 86_400_000)]).unwrap();
        assert!(bytes.len() < 20, "{} bytes", bytes.len());
    }
}
