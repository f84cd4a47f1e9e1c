//! What the monitor tells of everything at the workstation.

use super::*;
use crate::monitor::answer::Outcome;
use crate::monitor::bench::{Bench, OWN, but, s, well};
use crate::monitor::event::CallKind;
use crate::monitor::ids::Mode;
use crate::monitor::phase::Phase;

/// The one channel, whose recorder was lost.
fn lost() -> Bench {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(s(60), well);
    bench.run(s(300), but(CallKind::Query, || Some(Outcome::Missing)));
    bench
}

#[test]
fn a_lost_recorder_is_lost_in_the_facts_and_an_incident_in_facts_and_picture_after_a_restart_too() {
    let mut bench = lost();
    for _ in 0..2 {
        assert_eq!(bench.monitor.facts().get(&OWN).map(|facts| facts.phase), Some(Phase::Lost));
        let none = Incidents::default();
        assert!(matches!(bench.monitor.incidents()[..], [found] if *found != none));
        let snapshot = bench.monitor.snapshot(bench.now);
        assert_eq!(snapshot.incidents.iter().filter(|incident| incident.is_active()).count(), 1);
        bench.restart();
    }
}

#[test]
fn each_input_makes_a_picture_of_another_number() {
    let mut bench = Bench::new(Mode::Mix);
    let mut numbers = vec![bench.monitor.snapshot(bench.now).revision];
    for _ in 0..2 {
        bench.feed(Input::Tick);
        numbers.push(bench.monitor.snapshot(bench.now).revision);
    }
    bench.monitor.resume(&BTreeMap::new(), bench.now, bench.now);
    numbers.push(bench.monitor.snapshot(bench.now).revision);
    assert!(numbers.windows(2).all(|two| two[0] < two[1]), "{numbers:?}");
}

#[test]
fn a_channel_that_the_settings_do_not_name_any_more_keeps_no_incident_open() {
    let mut bench = lost();
    bench.roster.projects[0].channels.clear();
    bench.roster.projects[0].numbers.insert(OWN);
    let mut monitor = Monitor::new(bench.roster.clone(), Policy::default());
    monitor.replay(&bench.log);
    monitor.resume(&BTreeMap::new(), bench.now, bench.now);
    assert!(monitor.snapshot(bench.now).incidents.iter().all(|incident| !incident.is_active()));
}

#[test]
fn a_project_has_the_name_and_the_channels_of_its_settings_and_the_workstation_the_numbers_it_was_given() {
    let bench = Bench::new(Mode::Mix);
    let policy = Policy { sleep_is_over: s(7), ..Policy::default() };
    let monitor = Monitor::new(bench.roster.clone(), policy.clone());
    assert_eq!(monitor.project_name(ProjectId(0)).map(|name| &**name), Some("p"));
    assert_eq!(*monitor.policy(), policy);
    assert_eq!(monitor.channels().map(|channel| channel.id).collect::<Vec<_>>(), [OWN]);
}
