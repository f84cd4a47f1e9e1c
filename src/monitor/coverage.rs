//! How much of a stretch was recorded, lost and not known, by the spans of its band. It adds up what the band says and judges
//! nothing: time without a session is not counted, and what nobody saw is a share of its own.

use std::time::Duration;

use super::band::{BandKind, Span};
use super::phase::State;

/// What a session's time can have been.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Share {
    /// Seen recording.
    Recording,
    /// Starting or stopping.
    Turning,
    /// 404 not yet confirmed, and what may have been lost before the first 404.
    Suspect,
    /// Called lost, or an abnormal exit.
    Lost,
    /// It had ended by itself.
    Ended,
    /// Asked without a clear answer, or refused.
    Uncertain,
    /// Nobody looked.
    NotObserved,
}

impl Share {
    /// All of them, in the order in which they are told.
    pub const ALL: [Share; 7] = [
        Share::Recording,
        Share::Turning,
        Share::Suspect,
        Share::Lost,
        Share::Ended,
        Share::Uncertain,
        Share::NotObserved,
    ];

    /// Where the time of a span belongs; nowhere when there was no session.
    pub const fn of(kind: BandKind) -> Option<Self> {
        match kind {
            BandKind::PossiblyLost => Some(Share::Suspect),
            BandKind::State(state) => match state {
                State::Recording => Some(Share::Recording),
                State::Starting | State::Stopping => Some(Share::Turning),
                State::Suspect => Some(Share::Suspect),
                State::Lost | State::AbnormalExit => Some(Share::Lost),
                State::Ended => Some(Share::Ended),
                State::Uncertain | State::ConfigError => Some(Share::Uncertain),
                State::NotObserved => Some(Share::NotObserved),
                State::Idle | State::Stopped => None,
            },
        }
    }
}

/// The time of each share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage([Duration; Share::ALL.len()]);

impl Coverage {
    /// Adds up spans that do not overlap.
    pub fn of(spans: impl IntoIterator<Item = Span>) -> Self {
        let mut coverage = Self::default();
        for span in spans {
            if let Some(share) = Share::of(span.kind) {
                coverage.0[share as usize] += span.to.since(span.from);
            }
        }
        coverage
    }

    /// The time of one share.
    pub fn time(&self, share: Share) -> Duration {
        self.0[share as usize]
    }

    /// The time of all sessions, seen or not.
    pub fn total(&self) -> Duration {
        self.0.iter().sum()
    }

    /// The shares that are not empty, in their order.
    pub fn parts(&self) -> impl Iterator<Item = (Share, Duration)> + '_ {
        Share::ALL.into_iter().map(|share| (share, self.time(share))).filter(|(_, time)| !time.is_zero())
    }

    /// A share of the total in thousandths, cut off below, so that nothing reads as whole that is not; `None` without a session.
    pub fn per_mille(&self, share: Share) -> Option<u32> {
        let total = self.total().as_millis();
        (total > 0).then(|| u32::try_from(self.time(share).as_millis() * 1000 / total).unwrap_or(1000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::time::Timestamp;

    fn spans(parts: &[(i64, BandKind)]) -> Vec<Span> {
        let mut from = 0;
        let span = |(seconds, kind): &(i64, BandKind)| {
            let at = |s: i64| Timestamp::from_millis(s * 1000);
            let span = Span { from: at(from), to: at(from + seconds), kind: *kind };
            from += seconds;
            span
        };
        parts.iter().map(span).collect()
    }

    const fn state(state: State) -> BandKind {
        BandKind::State(state)
    }

    #[test]
    fn shares_sum_to_the_time_of_the_session_and_time_without_one_is_not_counted() {
        let all = State::ALL.map(|it| (10, state(it)));
        let mut parts = all.to_vec();
        parts.push((10, BandKind::PossiblyLost));
        let coverage = Coverage::of(spans(&parts));
        assert_eq!(coverage.total(), Duration::from_secs(110), "all 13 kinds but Idle and Stopped");
        let told: Duration = coverage.parts().map(|(_, time)| time).sum();
        assert_eq!(told, coverage.total());
        let none = Coverage::of(spans(&[(10, state(State::Idle)), (10, state(State::Stopped))]));
        assert_eq!((none.total(), none.per_mille(Share::Recording)), (Duration::ZERO, None));
    }

    #[test]
    fn what_nobody_saw_is_neither_recorded_nor_lost() {
        let parts = [
            (600, state(State::Recording)),
            (200, state(State::NotObserved)),
            (100, BandKind::PossiblyLost),
            (50, state(State::Suspect)),
            (50, state(State::Lost)),
        ];
        let coverage = Coverage::of(spans(&parts));
        let shares = [Share::Recording, Share::NotObserved, Share::Suspect, Share::Lost, Share::Uncertain];
        assert_eq!(shares.map(|share| coverage.per_mille(share)), [600, 200, 150, 50, 0].map(Some));
    }

    #[test]
    fn a_single_bad_second_in_a_month_keeps_it_from_being_whole() {
        let month = 30 * 86_400;
        let coverage = Coverage::of(spans(&[(month - 1, state(State::Recording)), (1, state(State::Lost))]));
        assert_eq!(coverage.per_mille(Share::Recording), Some(999));
        assert_eq!(coverage.parts().count(), 2, "the second is told, though it is less than a thousandth");
    }
}
