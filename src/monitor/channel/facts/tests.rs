//! What is forgotten, when, and what never is.

use super::*;
use crate::monitor::event::Actor;
use crate::monitor::gap::GapEnd;
use crate::monitor::history;
use crate::monitor::ids::{Mode, ResourceId, SessionId};
use crate::monitor::phase::StartCause;

const DAY: i64 = 86_400_000;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(ms)
}

fn gap(first_good: i64) -> Event {
    let gap = Gap {
        last_good: at(first_good - 3),
        first_bad: at(first_good - 2),
        last_bad: at(first_good - 1),
        first_good: at(first_good),
        end: GapEnd::Blip,
    };
    Event::GapClosed { gap }
}

/// A session begins, and its start is left unknown.
fn left_unknown(facts: &mut Facts, now: Timestamp, session: u32) {
    let (session, uid) = (SessionId(session), Uid::MIN);
    facts.apply(now, &Event::StartRequested { session, uid, cause: StartCause::Start, by: Actor::Operator });
    facts.apply(now, &Event::StartLeftUnknown { answer: None });
}

#[test]
fn a_gap_is_kept_for_two_days_after_it_closed_and_for_ever_in_a_history() {
    for (later, kept) in [(2 * DAY, 2), (2 * DAY + 1, 1)] {
        let mut facts = Facts::new(Uid::MIN);
        facts.apply(at(1_000), &gap(1_000));
        facts.apply(at(1_000 + later), &gap(1_000 + later));
        assert_eq!(facts.gaps.len(), kept, "{later}");
    }
    let records =
        [1_000, 1_000 + 10 * DAY].map(|ms| crate::monitor::event::Record { at: at(ms), channel: None, event: gap(ms) });
    assert_eq!(history::fold(&records, at(0), at(20 * DAY)).gaps.len(), 2);
}

#[test]
fn the_band_keeps_two_days() {
    let mut facts = Facts::new(Uid::MIN);
    let turn = |phase| Event::PhaseChanged { to: phase, answer: None };
    facts.apply(at(0), &turn(Phase::Recording));
    facts.apply(at(1_000), &turn(Phase::Suspect));
    facts.apply(at(2 * DAY + 1_000 - 1), &turn(Phase::Recording));
    let drawn = |facts: &Facts| facts.band.spans(at(3 * DAY)).map(|span| span.from.as_millis()).collect::<Vec<_>>();
    assert_eq!(drawn(&facts), [0, 1_000, 2 * DAY + 999], "what ended within the two days is whole");
    facts.apply(at(2 * DAY + 1_000), &turn(Phase::Suspect));
    assert_eq!(drawn(&facts), [1_000, 2 * DAY + 999, 2 * DAY + 1_000]);
}

#[test]
fn the_latest_16_unknown_starts_are_told_newest_first() {
    let mut facts = Facts::new(Uid::MIN);
    for n in 1..=20 {
        left_unknown(&mut facts, at(i64::from(n) * 1_000), n);
        facts.apply(at(i64::from(n) * 1_000 + 500), &Event::StartLeftUnknown { answer: None });
    }
    let told: Vec<_> = facts.unknown_starts.iter().map(|unknown| unknown.asked_at.as_millis() / 1_000).collect();
    assert_eq!(told, (5..=20).rev().collect::<Vec<_>>());
}

#[test]
fn an_unknown_start_is_told_in_the_sessions_of_the_next_24_hours() {
    for (later, told) in [(DAY - 1, 2), (DAY, 1)] {
        let mut facts = Facts::new(Uid::MIN);
        left_unknown(&mut facts, at(0), 1);
        left_unknown(&mut facts, at(later), 2);
        assert_eq!(facts.unknown_starts.len(), told, "{later}");
    }
}

#[test]
fn what_was_seen_for_a_moment_between_two_outages_is_not_counted_as_unseen() {
    let mut facts = Facts::new(Uid::MIN);
    let (unseen, blind) =
        (|from| Event::NotObserved { from: at(from), cause: Blindness::NetworkDown }, Blindness::NetworkDown);
    let (resource_id, sid) = (ResourceId::new("R"), Sid::new("s"));
    let (cname, mode) = ("c".parse().expect("valid"), Mode::Mix);
    let (session, uid, by) = (SessionId(1), Uid::MIN, Actor::Operator);
    facts.apply(at(0), &Event::Adopted { session, uid, resource_id, sid, cname, mode, by });
    let seen = |since| Event::SightChanged { to: Sight::Clear, since: at(since), answer: None };
    facts.apply(at(50), &seen(50));
    facts.apply(at(120), &unseen(100));
    facts.apply(at(200), &seen(200));
    facts.apply(at(250), &unseen(200));
    assert_eq!((facts.sight, facts.state_since), (Sight::Blind(blind), at(200)));
}
