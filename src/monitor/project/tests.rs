//! Several projects side by side: what one of them does or suffers changes nothing for another, and only when nothing answers any
//! of them is it the own network.

use super::*;
use crate::monitor::answer::{NoAnswer, Outcome, ServiceStatus};
use crate::monitor::bench::{Bench, adoptee, channel, named, s, well};
use crate::monitor::engine::Roster;
use crate::monitor::event::StopWait;
use crate::monitor::ids::{Mode, Uid};
use crate::monitor::io::{Adoptee, Send};
use crate::monitor::snapshot::NetworkView;
use crate::monitor::told::Told;

const NORTH: ProjectId = ProjectId(0);
const EAST: ProjectId = ProjectId(1);

/// Two projects on two domains each, without channels.
fn two_projects(policy: &Policy) -> Bench {
    let project = |name: &str, hosts: [&str; 2]| ProjectRoster {
        name: name.into(),
        hosts: hosts.map(Host::new).into(),
        channels: Vec::new(),
        numbers: BTreeSet::new(),
        policy: policy.clone(),
    };
    let projects = vec![project("north", ["a", "b"]), project("east", ["c", "d"])];
    Bench::over(Roster { projects, idle_times: BTreeMap::new() })
}

/// So many recordings of a project, with numbers from `first` on.
fn recordings(project: ProjectId, first: u32, count: u32) -> Vec<Adoptee> {
    (first..first + count).map(|id| Adoptee { project, ..adoptee(id, Mode::Mix) }).collect()
}

/// What leaves within so many seconds, each answered 100 ms later at the latest.
fn traffic(
    bench: &mut Bench,
    seconds: u64,
    answer: impl Fn(&Send) -> Outcome,
) -> Vec<(Timestamp, ProjectId, ChannelId)> {
    let mut left = Vec::new();
    for _ in 0..seconds * 10 {
        bench.run(Duration::from_millis(100), |_| None);
        for (at, send) in std::mem::take(&mut bench.flying) {
            left.push((at, send.id.project, send.channel));
            bench.answer(&send, answer(&send), Told::default());
        }
    }
    left
}

fn good(_: &Send) -> Outcome {
    Outcome::Status(ServiceStatus::InProgress)
}

fn of(traffic: &[(Timestamp, ProjectId, ChannelId)], project: ProjectId) -> Vec<(Timestamp, ChannelId)> {
    traffic.iter().filter(|(_, whose, _)| *whose == project).map(|(at, _, channel)| (*at, *channel)).collect()
}

/// Most requests in any sliding second.
fn busiest_second(times: &[Timestamp]) -> usize {
    let within = |from: Timestamp| times.iter().filter(|at| **at >= from && **at < from + s(1)).count();
    times.iter().map(|from| within(*from)).max().unwrap_or_default()
}

#[test]
fn each_project_uses_its_whole_quota_whatever_the_other_one_does() {
    let policy = Policy { quota_reserved: 0, ..Policy::default() };
    let alone = |project, first| {
        let mut bench = two_projects(&policy);
        bench.adopt(recordings(project, first, 400));
        of(&traffic(&mut bench, 20, good), project)
    };
    let mut bench = two_projects(&policy);
    bench.adopt([recordings(NORTH, 1, 400), recordings(EAST, 1001, 400)].concat());
    let both = traffic(&mut bench, 20, good);
    let (north, east) = (of(&both, NORTH), of(&both, EAST));
    for own in [&north, &east] {
        let times: Vec<Timestamp> = own.iter().map(|(at, _)| *at).collect();
        assert_eq!(busiest_second(&times), 10, "the quota of one App ID");
    }
    let all: Vec<Timestamp> = both.iter().map(|(at, ..)| *at).collect();
    assert_eq!(busiest_second(&all), 20, "both at the same time");
    assert!(north == alone(NORTH, 1) && east == alone(EAST, 1001), "to the millisecond as without the other one");
}

#[test]
fn a_429_slows_its_own_project_and_no_other() {
    let run = |throttles: bool| {
        let mut bench = two_projects(&Policy::default());
        bench.adopt([recordings(NORTH, 1, 200), recordings(EAST, 1001, 200)].concat());
        traffic(&mut bench, 2, good);
        let answer =
            move |send: &Send| if throttles && send.id.project == NORTH { Outcome::Throttled } else { good(send) };
        let left = traffic(&mut bench, 4, answer);
        (bench, left)
    };
    let ((mut bench, left), (_, without)) = (run(true), run(false));
    assert_eq!(of(&left, EAST), of(&without, EAST));
    assert!(of(&left, NORTH).len() * 2 < of(&without, NORTH).len(), "{}", of(&left, NORTH).len());
    let now = bench.now;
    let projects = bench.monitor.snapshot(now).projects;
    assert!(projects[0].throttled_until.is_some() && projects[1].throttled_until.is_none(), "{projects:#?}");
    let throttled = |record: &Record| {
        let Event::Throttled { project, .. } = &record.event else { return None };
        project.clone()
    };
    let told = bench.log.iter().filter_map(throttled);
    assert!(told.clone().count() > 0 && told.into_iter().all(|project| &*project == "north"));
}

/// Nothing comes of what these hosts are asked; the others answer.
fn dark<'h>(hosts: &'h [&str]) -> impl Fn(&Send) -> Option<(Outcome, Told)> + 'h {
    let nothing = || Some((Outcome::NoAnswer(NoAnswer::Connect), Told::default()));
    move |send| if hosts.contains(&send.host.as_str()) { nothing() } else { well(send) }
}

fn lost_network(bench: &Bench) -> usize {
    bench.log.iter().filter(|record| matches!(record.event, Event::NetworkLost { .. })).count()
}

#[test]
fn dark_domains_of_one_project_are_its_own_trouble_while_another_ones_answer() {
    let mut bench = two_projects(&Policy::default());
    bench.adopt([recordings(NORTH, 1, 3), recordings(EAST, 1001, 3)].concat());
    bench.run(s(300), well);
    bench.run(s(1800), dark(&["a", "b"]));
    assert_eq!(lost_network(&bench), 0, "the own network is there");
    for id in 1001..1004 {
        assert_eq!(bench.state(ChannelId(id)), State::Recording);
    }
    for id in 1..4 {
        assert_eq!(bench.state(ChannelId(id)), State::Uncertain, "asked on and on, and never lost");
    }
    let now = bench.now;
    let picture = bench.monitor.snapshot(now);
    assert_eq!(picture.network, NetworkView::Up);
    assert!(picture.projects[0].domains.iter().all(|domain| domain.trouble.is_some()));
    assert!(picture.projects[1].domains.iter().all(|domain| domain.trouble.is_none()));
}

#[test]
fn when_no_domain_of_any_project_answers_it_is_the_own_network_and_told_once() {
    let mut bench = two_projects(&Policy::default());
    bench.adopt([recordings(NORTH, 1, 3), recordings(EAST, 1001, 3)].concat());
    bench.run(s(300), well);
    bench.run(s(900), dark(&["a", "b", "c", "d"]));
    assert_eq!(lost_network(&bench), 1);
    for id in [1, 2, 3, 1001, 1002, 1003] {
        assert_eq!(bench.state(ChannelId(id)), State::NotObserved);
    }
    // One domain of one project is enough to know that the network is back, and everybody is asked again.
    bench.run(s(30), dark(&["a", "b", "d"]));
    let back = bench.log.iter().filter(|record| matches!(record.event, Event::NetworkBack)).count();
    assert_eq!(back, 1);
    assert_eq!(bench.state(ChannelId(1001)), State::Recording);
}

#[test]
fn a_project_without_anything_to_ask_for_is_no_witness() {
    let mut bench = two_projects(&Policy::default());
    bench.adopt(recordings(NORTH, 1, 3));
    bench.run(s(300), well);
    bench.run(s(900), dark(&["a", "b"]));
    assert_eq!(lost_network(&bench), 1, "nobody asks c and d, so a and b are all there is");
}

/// A project whose domains are dark beside one that asks for nothing but a replaced recorder of a session that was stopped.
#[test]
fn a_project_that_only_asks_for_a_replaced_recorder_is_a_witness_too() {
    let policy = Policy::default();
    let mut bench = two_projects(&policy);
    let own = Channel { profile: Some("p".into()), backup_uid: Uid::new(900_001), ..channel(1001, Mode::Mix) };
    bench.roster.projects[1].channels.push(own);
    bench.roster.idle_times.insert("p".into(), None);
    let mut bench = Bench::over(bench.roster);
    let replaced = ChannelId(1001);
    for command in [Command::Start(replaced), Command::Restart(replaced), Command::Stop(replaced, StopWait::No)] {
        bench.command(command);
        bench.run(s(60), named);
    }
    assert!(bench.state(replaced) == State::Stopped && bench.view(replaced).second_recorder.is_some());
    bench.run(s(900), dark(&["a", "b", "c", "d"]));
    assert_eq!(lost_network(&bench), 0, "no channel could tell that it is back");
    bench.adopt(recordings(NORTH, 1, 3));
    bench.run(s(300), named);
    bench.run(s(900), dark(&["a", "b"]));
    assert_eq!(lost_network(&bench), 0, "c and d answer");
    assert_eq!(bench.state(ChannelId(1)), State::Uncertain);
}

#[test]
fn a_recording_is_adopted_into_its_project_and_watched_once_over_all_of_them() {
    let mut bench = two_projects(&Policy::default());
    let twin = Adoptee { project: EAST, ..adoptee(8, Mode::Mix) };
    let twin = Adoptee { sid: adoptee(7, Mode::Mix).sid, ..twin };
    let nowhere = Adoptee { project: ProjectId(9), ..adoptee(9, Mode::Mix) };
    let results =
        bench.adopt(vec![adoptee(7, Mode::Mix), twin, Adoptee { project: EAST, ..adoptee(10, Mode::Mix) }, nowhere]);
    let taken: Vec<bool> = results.iter().map(Result::is_ok).collect();
    assert_eq!(taken, [true, false, true, false], "in the order of the rows");
    let now = bench.now;
    let picture = bench.monitor.snapshot(now);
    let home = |id| picture.channel(ChannelId(id)).map(|view| view.project);
    assert_eq!((home(7), home(8), home(10), home(9)), (Some(NORTH), None, Some(EAST), None));
}

#[test]
fn channels_of_two_projects_that_turn_bad_at_once_are_no_mass() {
    let opened = |of_north, of_east| {
        let mut bench = two_projects(&Policy::default());
        bench.adopt(recordings(NORTH, 1, of_north));
        bench.adopt(recordings(EAST, 11, of_east));
        traffic(&mut bench, 200, good);
        traffic(&mut bench, 200, |_| Outcome::Status(ServiceStatus::Leaving(8)));
        let channels = |event: &Event| {
            if let Event::IncidentOpened { channels, .. } = event { Some(channels.len()) } else { None }
        };
        bench.log.iter().filter_map(|record| channels(&record.event)).collect::<Vec<_>>()
    };
    assert_eq!(opened(2, 2), [1; 4]);
    assert_eq!(opened(3, 1).into_iter().max(), Some(3), "three of one project are");
}
