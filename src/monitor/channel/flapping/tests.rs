//! What counts as a turn and what does not. Facts are fed by hand.

use super::*;
use crate::monitor::gap::Gap;
use crate::monitor::phase::{Phase, StartCause};

const fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

fn turned(to: Phase) -> Event {
    Event::PhaseChanged { to, answer: None }
}

#[test]
fn a_bad_stretch_counts_once_however_often_a_restart_fails_in_it() {
    let mut flaps = Flaps::default();
    flaps.follow(at(0), &turned(Phase::Recording), State::Recording);
    flaps.follow(at(10), &turned(Phase::Lost), State::Lost);
    flaps.follow(at(20), &turned(Phase::Starting(StartCause::Restart)), State::Starting);
    flaps.follow(at(30), &turned(Phase::Lost), State::Lost);
    assert_eq!(flaps.turns, [at(10)]);
    flaps.follow(at(40), &turned(Phase::Recording), State::Recording);
    flaps.follow(at(50), &turned(Phase::AbnormalExit), State::AbnormalExit);
    assert_eq!(flaps.turns, [at(10), at(50)]);
}

#[test]
fn a_blip_counts_and_a_failed_query_does_not() {
    let mut flaps = Flaps::default();
    let gap = Gap { last_good: at(0), first_bad: at(5), last_bad: at(10), first_good: at(15), end: GapEnd::Blip };
    flaps.follow(at(15), &Event::GapClosed { gap }, State::Recording);
    flaps.follow(at(20), &turned(Phase::Recording), State::Uncertain);
    assert_eq!(flaps.turns, [at(15)]);
}

#[test]
fn a_stop_ends_it_and_takes_its_turns_along() {
    let mut flaps = Flaps::default();
    for second in 0..40 {
        flaps.follow(at(second), &turned(Phase::Recording), State::Recording);
        flaps.follow(at(second), &turned(Phase::Lost), State::Lost);
    }
    assert_eq!(flaps.turns.len(), KEPT, "the memory has a limit");
    flaps.follow(at(50), &Event::FlappingBegan { turns: 3, since: at(0) }, State::Lost);
    assert_eq!((flaps.pace(), flaps.since()), (Pace::Flapping, Some(at(50))));
    flaps.follow(at(60), &turned(Phase::Idle), State::Stopped);
    assert_eq!(flaps, Flaps::default());
}
