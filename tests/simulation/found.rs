//! What seeds of the simulation found, each reduced to a story of its own. The judge has the last word on all of them; beside
//! it each says what was wrong.

use std::collections::BTreeMap;
use std::time::Duration;

use reelwatch::monitor::band::BandKind;
use reelwatch::monitor::event::{Actor, CallKind, Event, Record, StopWait};
use reelwatch::monitor::gap::{Gap, GapEnd};
use reelwatch::monitor::history;
use reelwatch::monitor::io::Command;
use reelwatch::monitor::phase::{Phase, State};
use reelwatch::monitor::policy::Policy;
use reelwatch::sim::Scenario;

use super::witness::{Witness, rules};
use crate::rig::{Act, BEGIN, Rig};
use crate::truth;

/// One channel that is started at once, and what happens to it.
fn rig(happenings: &str) -> Rig {
    let scenario = format!(
        "name = \"found\"\nseed = 1\n[project]\nname = \"p\"\n[[channel]]\ncname = \"c\"\nmain_uid = 1\nbackup_uid = 2\n{happenings}"
    );
    let mut rig = Rig::new(Scenario::parse(&scenario).expect("a scenario"), 7, Policy::default(), &[]);
    let id = rig.id("c");
    rig.at(Duration::ZERO, Act::Command(Command::Start(id)));
    rig
}

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn judged(rig: &mut Rig) {
    let mut witness = Witness::new(&["p"]);
    let findings = truth::judge(&witness.case(rig, rules(&Policy::default()), &BTreeMap::new()));
    assert!(findings.is_empty(), "{findings:#?}");
}

fn gaps(rig: &Rig) -> Vec<Gap> {
    let gap = |event: &Event| if let Event::GapClosed { gap } = event { Some(*gap) } else { None };
    rig.log.iter().filter_map(|record| gap(&record.event)).collect()
}

fn drawn_at(rig: &Rig, seconds: u64) -> Option<BandKind> {
    let id = rig.id("c");
    let records = rig.log.iter().filter(|record| record.channel == Some(id));
    let drawn = history::fold(records, BEGIN, rig.now).spans;
    drawn.iter().find(|span| BEGIN + s(seconds) < span.to).map(|span| span.kind)
}

fn word_at(rig: &Rig, seconds: u64) -> State {
    let row = &rig.shown[&rig.id("c")];
    row.iter().rev().find(|(at, _)| *at <= BEGIN + s(seconds)).expect("a word").1
}

#[test]
fn an_answer_that_only_asks_for_fewer_requests_keeps_no_recording_fresh() {
    let mut rig = rig("[[at]]\nt = \"290s\"\nwhat = \"fault\"\nkind = \"429\"\nfor = \"900s\"\n\
                       [[at]]\nt = \"300s\"\nwhat = \"die\"\ncname = \"c\"\n");
    rig.run(s(1_500));
    assert_eq!(word_at(&rig, 290), State::Recording);
    assert_eq!(word_at(&rig, 290 + 240), State::NotObserved, "two intervals after the last answer that told anything");
    judged(&mut rig);
}

/// The recorder is away for 60 s; a restart in between gets no further than status 3, and the first one is back by then.
const FAILED_RESTART: &str = "[[at]]\nt = \"299s\"\nwhat = \"fail_over\"\ncname = \"c\"\nfor = \"89s\"\n\
                              [[at]]\nt = \"300s\"\nwhat = \"stuck_start\"\ncname = \"c\"\n";

#[test]
fn what_is_heard_of_a_successor_bounds_no_gap_of_the_recorder_that_came_back() {
    let mut rig = rig(FAILED_RESTART);
    let id = rig.id("c");
    rig.at(s(370), Act::Command(Command::Restart(id)));
    rig.run(s(600));
    let [gap] = gaps(&rig)[..] else { panic!("one gap: {:?}", gaps(&rig)) };
    assert_eq!(gap.end, GapEnd::Blip);
    assert!(gap.last_bad < BEGIN + s(388), "it was back at 388 s: {gap:?}");
    judged(&mut rig);
}

#[test]
fn what_is_heard_of_a_successor_makes_no_loss_of_the_recorder_before_it() {
    // Away again when it is asked for after the restart has failed.
    let again = "[[at]]\nt = \"455s\"\nwhat = \"fail_over\"\ncname = \"c\"\nfor = \"30s\"\n";
    let dies = "[[at]]\nt = \"371s\"\nwhat = \"die\"\ncname = \"c\"\n";
    let mut rig = rig(&format!("{FAILED_RESTART}{dies}{again}"));
    let id = rig.id("c");
    rig.at(s(370), Act::Command(Command::Restart(id)));
    rig.run(s(600));
    let lost = rig.log.iter().any(|record| matches!(record.event, Event::PhaseChanged { to: Phase::Lost, .. }));
    assert!(!lost, "two failovers, and no loss");
    judged(&mut rig);
}

#[test]
fn a_bad_answer_that_a_store_remembers_from_before_a_gap_bounds_nothing() {
    let happenings = "[[at]]\nt = \"310s\"\nwhat = \"fail_over\"\ncname = \"c\"\nfor = \"80s\"\n\
                      [[at]]\nt = \"900s\"\nwhat = \"abnormal_exit\"\ncname = \"c\"\n";
    let mut rig = rig(happenings);
    let id = rig.id("c");
    rig.at(s(1_100), Act::Restart(s(20)));
    rig.at(s(1_200), Act::Command(Command::Restart(id)));
    rig.run(s(1_300));
    let [_, gap] = gaps(&rig)[..] else { panic!("two gaps: {:?}", gaps(&rig)) };
    assert_eq!(gap.end, GapEnd::Restarted);
    assert!(gap.last_good <= gap.last_bad && gap.last_bad <= gap.first_good, "{gap:?}");
    judged(&mut rig);
}

#[test]
fn a_restart_that_was_refused_is_not_repeated_by_itself() {
    let happenings = "[[at]]\nt = \"300s\"\nwhat = \"die\"\ncname = \"c\"\n\
                      [[at]]\nt = \"310s\"\nwhat = \"suspended\"\nfor = \"3600s\"\n";
    let mut rig = rig(happenings).with_auto_restart(&["c".to_owned()]);
    rig.run(s(1_500));
    let asked = |record: &&Record| matches!(record.event, Event::StartRequested { by: Actor::Reelwatch, .. });
    assert_eq!(rig.log.iter().filter(asked).count(), 1, "repeating cannot help");
    assert_eq!(word_at(&rig, 1_500), State::Lost);
    judged(&mut rig);
}

/// Neither domain can be reached from 200 s on, for ten minutes.
const OWN_NETWORK_DARK: &str = "[[at]]\nt = \"200s\"\nwhat = \"domain_dark\"\ndomain = \"api.agora.io\"\nfor = \"600s\"\n\
                                [[at]]\nt = \"200s\"\nwhat = \"domain_dark\"\ndomain = \"api.sd-rtn.com\"\nfor = \"600s\"\n";

#[test]
fn a_recorder_that_was_not_verified_in_time_and_comes_late_is_not_called_lost_while_nobody_looks() {
    let late = "[[at]]\nt = \"0s\"\nwhat = \"stuck_start\"\ncname = \"c\"\n\
                [[at]]\nt = \"260s\"\nwhat = \"fail_over\"\ncname = \"c\"\nfor = \"60s\"\n";
    let mut rig = rig(&format!("{late}{OWN_NETWORK_DARK}"));
    rig.run(s(1_000));
    assert_eq!(word_at(&rig, 199), State::Lost, "a failed start");
    assert_eq!(word_at(&rig, 700), State::NotObserved);
    assert_eq!(word_at(&rig, 1_000), State::Recording);
    judged(&mut rig);
}

#[test]
fn a_stop_that_no_domain_answered_counts_as_one_of_its_tries() {
    let silent = "[[channel]]\ncname = \"d\"\nmain_uid = 3\nbackup_uid = 4\n\
                  [[at]]\nt = \"190s\"\nwhat = \"fault\"\nkind = \"stall\"\ncalls = [\"stop\"]\nfor = \"105s\"\n\
                  [[at]]\nt = \"295s\"\nwhat = \"fault\"\nkind = \"206-65\"\ncalls = [\"stop\"]\ncount = 1\n";
    let mut rig = rig(silent);
    let (id, beside) = (rig.id("c"), rig.id("d"));
    rig.at(s(0), Act::Command(Command::Start(beside)));
    // The network is there: the other channel is answered all the time.
    for seconds in (195..330).step_by(5) {
        rig.at(s(seconds), Act::Command(Command::ProbeNow(beside)));
    }
    rig.at(s(200), Act::Command(Command::Stop(id, StopWait::No)));
    rig.run(s(400));
    let stops = rig.sent.iter().filter(|sent| sent.send.call.kind() == CallKind::Stop);
    let at: Vec<_> = stops.map(|sent| sent.at.since(BEGIN).as_secs()).collect();
    // 1, 3 and 6 s between the tries of a row; 3, 6 and 9 s after a row.
    assert_eq!(at, [200, 211, 224, 240, 253, 264, 277, 293, 309, 318]);
    judged(&mut rig);
}

#[test]
fn a_gap_that_reaches_back_over_a_start_leaves_what_nobody_observed_in_it() {
    // Nobody answers the start, and the restart that follows never records.
    let happenings = "[[at]]\nt = \"0s\"\nwhat = \"fault\"\nkind = \"reset\"\ncalls = [\"start\"]\nfor = \"15s\"\n\
                      [[at]]\nt = \"400s\"\nwhat = \"stuck_start\"\ncname = \"c\"\n";
    for act in [Act::Sleep(s(300)), Act::Restart(s(300))] {
        let mut rig = rig(happenings);
        let id = rig.id("c");
        rig.at(s(60), act);
        rig.at(s(400), Act::Command(Command::Restart(id)));
        rig.run(s(600));
        let unseen = Some(BandKind::State(State::NotObserved));
        let at = |seconds| drawn_at(&rig, seconds);
        assert_eq!(
            [at(5), at(60), at(359), at(360)],
            [Some(BandKind::PossiblyLost), unseen, unseen, Some(BandKind::PossiblyLost)]
        );
        judged(&mut rig);
    }
}

/// A second channel, whose query tells that the own network is dark from 200 s on; and a recorder that dies meanwhile.
const DARK_AND_DEAD: &str = "[[channel]]\ncname = \"d\"\nmain_uid = 3\nbackup_uid = 4\n\
                             [[at]]\nt = \"300s\"\nwhat = \"die\"\ncname = \"c\"\n";

/// A restart that is on its way when that is found, and what else happens to it.
fn restarted_into_the_dark(happenings: &str, at: Duration, and: Option<(Duration, Act)>) -> Rig {
    let mut rig = rig(&format!("{DARK_AND_DEAD}{OWN_NETWORK_DARK}{happenings}"));
    let (id, other) = (rig.id("c"), rig.id("d"));
    rig.at(s(0), Act::Command(Command::Start(other)));
    rig.at(Duration::from_millis(200_500), Act::Command(Command::ProbeNow(other)));
    rig.at(at, Act::Command(Command::Restart(id)));
    if let Some((at, act)) = and {
        rig.at(at, act);
    }
    rig.run(s(1_100));
    rig
}

#[test]
fn a_gap_that_reaches_back_over_a_restart_leaves_an_outage_of_the_own_network_in_it_not_observed() {
    let never = "[[at]]\nt = \"201s\"\nwhat = \"stuck_start\"\ncname = \"c\"\n";
    let unanswered =
        "[[at]]\nt = \"190s\"\nwhat = \"fault\"\nkind = \"reset\"\nacted = false\ncalls = [\"start\"]\nfor = \"10s\"\n";
    let cancel = (s(400), Act::Command(Command::CancelStart(rig("").id("c"))));
    for (what, happenings, at, and) in [
        ("never recorded", never, s(201), None),
        ("given up", never, s(201), Some(cancel.clone())),
        ("given up when it may have been sent", unanswered, s(195), Some(cancel)),
        ("killed", never, s(201), Some((s(400), Act::Restart(s(100))))),
    ] {
        let mut rig = restarted_into_the_dark(happenings, at, and);
        let drawn = [300, 700].map(|seconds| drawn_at(&rig, seconds));
        assert_eq!(drawn, [Some(BandKind::State(State::NotObserved)); 2], "{what}");
        assert!(rig.log.iter().any(|record| matches!(record.event, Event::GapOpened { .. })), "it was gone: {what}");
        judged(&mut rig);
    }
}

#[test]
fn what_outlasts_blindness_is_drawn_until_the_restart_that_was_held_up_was_asked_for() {
    let dies = "[[at]]\nt = \"10s\"\nwhat = \"die\"\ncname = \"c\"\n";
    let mut rig = restarted_into_the_dark(dies, s(203), None);
    let drawn = [202, 203, 700].map(|seconds| drawn_at(&rig, seconds));
    assert_eq!(drawn, [State::Lost, State::NotObserved, State::NotObserved].map(|state| Some(BandKind::State(state))));
    judged(&mut rig);
}
