//! What becomes of a recorder that was started and not seen recording yet.

use super::*;
use crate::monitor::answer::{Outcome, ServiceStatus};
use crate::monitor::bench::{Bench, OWN, but, named, s};
use crate::monitor::event::CallKind;
use crate::monitor::ids::Mode;
use crate::monitor::io::Command;
use crate::monitor::phase::State;

/// A channel whose start was just answered.
fn started() -> Bench {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(s(0), named);
    bench
}

#[test]
fn a_first_recorder_that_goes_before_it_was_seen_recording_has_ended_and_is_not_asked_for_again() {
    for (status, state) in
        [(ServiceStatus::Leaving(7), State::Ended), (ServiceStatus::AbnormalExit, State::AbnormalExit)]
    {
        let mut bench = started();
        let began = bench.now;
        bench.run(s(600), but(CallKind::Query, || Some(Outcome::Status(status))));
        assert_eq!((bench.state(OWN), bench.probed_at(OWN, began)), (state, vec![5]), "{status:?}");
        let view = bench.view(OWN);
        assert_eq!(view.open_gap.map(|(gap, _)| gap.last_good), Some(began), "{status:?}: it may never have recorded");
        let start = view.start.expect("shown");
        assert_eq!((start.failed, start.next_try), (Some(StartFailure::NotVerified), None), "{status:?}");
    }
}

#[test]
fn the_stepper_shows_each_step_once_and_the_tries_of_this_start_only() {
    let mut bench = started();
    bench.run(s(8), but(CallKind::Query, || Some(Outcome::Status(ServiceStatus::Preparing(2)))));
    bench.run(s(600), named);
    let start = bench.view(OWN).start.expect("shown");
    let steps: Vec<_> = start.done.iter().map(|(step, _)| *step).collect();
    assert_eq!((steps, start.step), (vec![Step::Acquire, Step::Start, Step::Wait, Step::Verify], Step::Done));
    let calls: Vec<_> = start.tries.iter().map(|tried| tried.call).collect();
    let query = CallKind::Query;
    assert_eq!(calls, [CallKind::Acquire, CallKind::Start, query, query, query], "no poll after it");
}
