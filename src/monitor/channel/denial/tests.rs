//! What an operator may do to a channel, and what is refused and why, at each point of its life.

use super::*;
use crate::monitor::answer::{NoAnswer, Outcome, Refusal};
use crate::monitor::bench::{Bench, OWN, adoptee, but, s, well};
use crate::monitor::event::{CallKind, StopWait};
use crate::monitor::ids::{ChannelId, Mode};
use crate::monitor::io::Input;
use crate::monitor::snapshot::Denials;

fn denials(bench: &mut Bench) -> Denials {
    bench.view(OWN).denials
}

/// Start, restart, stop, stop trying, and a change of the layout.
fn of(bench: &mut Bench) -> [Option<Denial>; 5] {
    let denials = denials(bench);
    let change = denials.of_change(ChangeKind::Layout);
    [denials.start, denials.restart, denials.stop, denials.cancel_start, change]
}

fn recording() -> Bench {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(s(60), well);
    bench
}

const STARTING: Option<Denial> = Some(Denial::AlreadyStarting);
const NO_SESSION: Option<Denial> = Some(Denial::NoSession);
const OPEN: Option<Denial> = Some(Denial::SessionOpen);
const NOTHING: Option<Denial> = Some(Denial::NothingToCancel);
const NOT_RECORDING: Option<Denial> = Some(Denial::NotRecording);

#[test]
fn a_first_start_can_only_be_ended_until_it_has_a_recorder_and_then_be_stopped_or_changed() {
    let mut bench = Bench::new(Mode::Mix);
    assert_eq!(of(&mut bench), [None, NO_SESSION, NO_SESSION, NOTHING, NOT_RECORDING]);
    bench.command(Command::Start(OWN));
    assert_eq!(of(&mut bench), [STARTING, STARTING, STARTING, None, NOT_RECORDING]);
    bench.run(s(0), well);
    assert_eq!(of(&mut bench), [STARTING, STARTING, None, NOTHING, None], "its recorder is not verified yet");
    bench.run(s(60), well);
    assert_eq!(of(&mut bench), [OPEN, None, None, NOTHING, None]);
}

#[test]
fn while_a_restart_asks_for_its_recorder_nothing_is_changed_on_the_old_one() {
    let mut bench = recording();
    bench.command(Command::Restart(OWN));
    assert_eq!(of(&mut bench), [STARTING, STARTING, STARTING, None, STARTING]);
    bench.run(s(0), well);
    assert_eq!(of(&mut bench), [STARTING, STARTING, None, NOTHING, None]);
}

#[test]
fn a_start_that_was_refused_can_be_made_again_and_one_whose_recorder_was_not_seen_cannot() {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(s(60), but(CallKind::Start, || Some(Outcome::Refused(Refusal::BadRequest))));
    assert_eq!(of(&mut bench)[..3], [None, None, None], "its session is open until it is stopped");
    bench.command(Command::Start(OWN));
    bench.run(s(300), but(CallKind::Query, || Some(Outcome::Missing)));
    assert_eq!(of(&mut bench)[..2], [OPEN, None], "its recorder may still come");
}

#[test]
fn a_first_start_that_was_given_up_before_anything_was_sent_leaves_nothing_to_restart_or_stop() {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.command(Command::CancelStart(OWN));
    assert_eq!(of(&mut bench)[..4], [None, NO_SESSION, NO_SESSION, NOTHING]);
}

#[test]
fn a_recording_is_checked_at_any_time_but_not_while_its_stop_is_on_its_way() {
    let mut bench = recording();
    assert_eq!(denials(&mut bench).probe_now, None);
    bench.command(Command::Stop(OWN, StopWait::No));
    assert_eq!(denials(&mut bench).probe_now, Some(Denial::AlreadyStopping), "it would take the place of its queries");
    bench.run(s(1), well);
    assert_eq!(denials(&mut bench).probe_now, Some(Denial::NoSession));
}

#[test]
fn a_start_that_was_given_up_on_its_way_blocks_the_next_until_its_answer_is_in() {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(s(1), but(CallKind::Start, || None));
    bench.command(Command::CancelStart(OWN));
    assert_eq!(of(&mut bench)[..3], [OPEN, STARTING, STARTING]);
    bench.run(s(1), but(CallKind::Start, || Some(Outcome::NoAnswer(NoAnswer::Timeout))));
    assert_eq!(of(&mut bench)[..3], [OPEN, None, None], "no answer can come any more");
}

#[test]
fn an_adopted_recording_is_left_alone_only_when_nothing_of_it_is_under_way() {
    let other = ChannelId(2);
    let mut bench = Bench::new(Mode::Mix);
    assert_eq!(denials(&mut bench).forget, Some(Denial::InSettings));
    assert_eq!(bench.adopt(vec![adoptee(2, Mode::Mix)]), [Ok(())]);
    bench.run(s(60), well);
    assert_eq!(bench.view(other).denials.forget, None);
    bench.command(Command::Stop(other, StopWait::No));
    assert_eq!(bench.view(other).denials.forget, Some(Denial::AlreadyStopping));
    bench.run(s(1), well);
    assert_eq!(bench.view(other).denials.forget, None);
}

#[test]
fn an_adopted_channel_is_not_left_alone_while_a_start_that_was_given_up_may_still_name_its_recorder() {
    let mut bench = Bench::new(Mode::Mix);
    let mut taken = adoptee(2, Mode::Mix);
    taken.channel.profile = Some("p".into());
    let other = taken.channel.id;
    assert_eq!(bench.adopt(vec![taken]), [Ok(())]);
    bench.run(s(60), well);
    bench.command(Command::Stop(other, StopWait::No));
    bench.run(s(1), well);
    bench.command(Command::Start(other));
    bench.run(s(1), but(CallKind::Start, || None));
    bench.command(Command::CancelStart(other));
    assert_eq!(bench.view(other).denials.forget, STARTING);
    bench.run(s(1), but(CallKind::Start, || Some(Outcome::NoAnswer(NoAnswer::Timeout))));
    assert_eq!(bench.view(other).denials.forget, None, "no answer can come any more");
}

#[test]
fn nothing_that_changes_something_is_sent_while_the_own_network_is_down_or_the_log_fails() {
    let mut bench = recording();
    bench.feed(Input::Log(LogHealth::Failing));
    let failing = Some(Denial::LogFailing);
    assert_eq!(of(&mut bench), [OPEN, failing, failing, NOTHING, failing]);
    bench.feed(Input::Log(LogHealth::Saved));
    bench.run(s(120), |_| Some((Outcome::NoAnswer(NoAnswer::Connect), Default::default())));
    let down = Some(Denial::NetworkDown);
    assert_eq!(of(&mut bench), [OPEN, down, down, NOTHING, down]);
    bench.run(s(60), well);
    assert_eq!(of(&mut bench), [OPEN, None, None, NOTHING, None]);
}
