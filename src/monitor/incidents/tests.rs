//! When incidents open, grow and end, to the millisecond. After each step the log is read again and has to tell the same.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::facts::{CLOSED_KEPT, ENDED_KEPT};
use super::*;
use crate::monitor::care::IncidentCare;
use crate::monitor::event::{Denial, Record};
use crate::monitor::ids::ProjectId;
use crate::monitor::io::Effect;
use crate::monitor::policy::Policy;

mod care;
mod mutes;
mod past;

/// A board, its clock, and the log it wrote.
struct Desk {
    board: Board,
    now: Timestamp,
    log: Vec<Record>,
    network_down: bool,
    policy: Policy,
    /// What each channel read last.
    states: BTreeMap<ChannelId, State>,
}

fn line(text: &str) -> Remark {
    text.parse().expect("one line")
}

impl Desk {
    fn new() -> Self {
        let now = Timestamp::from_millis(1_000_000_000);
        Self {
            board: Board::default(),
            now,
            log: Vec::new(),
            network_down: false,
            policy: Policy::default(),
            states: BTreeMap::new(),
        }
    }

    fn wait(&mut self, seconds: u64) -> &mut Self {
        self.now = self.now + Duration::from_secs(seconds);
        self
    }

    fn look(&mut self, id: u32, look: Look) -> Vec<String> {
        self.states.insert(ChannelId(id), look.state);
        let project: Arc<str> = "north".into();
        let rules = Rules {
            now: self.now,
            policy: &self.policy,
            sweep: Duration::from_secs(120),
            network_down: self.network_down,
            project: &project,
        };
        let mut out = Vec::new();
        self.board.review(ChannelId(id), look, &rules, &mut out);
        self.kept(out)
    }

    /// What came of something, in words. The log is read again each time.
    fn kept(&mut self, out: Vec<Effect>) -> Vec<String> {
        let records =
            out.into_iter().filter_map(|effect| if let Effect::Record(record) = effect { Some(record) } else { None });
        let records: Vec<_> = records.collect();
        let told = records.iter().map(|record| crate::monitor::describe::describe(&record.event)).collect();
        self.log.extend(records);
        let mut again = Board::default();
        self.log.iter().for_each(|record| again.replay(record, |_| 1));
        assert_eq!(again.facts(), self.board.facts(), "reading the log again gives other incidents");
        told
    }

    fn turn(&mut self, id: u32, state: State) -> Vec<String> {
        let look = self.standing(state);
        self.look(id, look)
    }

    fn standing(&self, state: State) -> Look {
        Look { state, since: self.now, session: 1, good_answers: 0, pace: Pace::Calm }
    }

    fn recovered(&mut self, id: u32) -> Vec<String> {
        let look = Look { good_answers: 2, ..self.standing(State::Recording) };
        self.look(id, look)
    }

    fn attend(&mut self, number: u32, care: IncidentCare) -> Result<Vec<String>, Denial> {
        let (state, mut out) = (self.states.clone(), Vec::new());
        let state = |id| state.get(&id).copied().unwrap_or(State::Idle);
        self.board.attend(IncidentId(number), care, state, self.now, &mut out)?;
        Ok(self.kept(out))
    }

    fn close(&mut self, number: u32) -> Result<Vec<String>, Denial> {
        self.attend(number, IncidentCare::Close { note: Some(line("cable")) })
    }

    fn open(&mut self) -> Vec<(u32, IncidentKind, usize)> {
        let views = self.views();
        let open = views.iter().filter(|view| view.is_active());
        open.map(|view| (view.at.number.0, view.kind, view.bad().count())).collect()
    }

    fn views(&mut self) -> Vec<Arc<IncidentView>> {
        let owner = Owner { id: ProjectId(0), name: &"north".into() };
        self.board.views(&owner, |id| format!("c-{}", id.0).into()).to_vec()
    }
}

#[test]
fn states_that_may_pass_or_are_nobodys_fault_open_nothing() {
    let mut desk = Desk::new();
    for state in [State::Suspect, State::NotObserved, State::Starting, State::Stopping, State::Stopped, State::Idle] {
        assert_eq!(desk.turn(1, state), [""; 0], "{state:?}");
    }
    desk.network_down = true;
    assert_eq!(desk.turn(1, State::Lost), [""; 0], "nothing is bad while the own network is down");
    desk.network_down = false;
    assert_eq!(desk.turn(1, State::Lost).len(), 1, "and counts when it is back");
    assert_eq!(desk.turn(1, State::Lost), [""; 0], "once");
}

#[test]
fn the_third_within_a_sweep_makes_one_of_all_and_later_ones_join() {
    let mut desk = Desk::new();
    desk.turn(1, State::Lost);
    desk.wait(60).turn(2, State::Ended);
    assert_eq!(desk.open().len(), 2);
    let told = desk.wait(60).turn(3, State::AbnormalExit);
    assert_eq!(told, ["Incident 3 opened: 3 of the north channels turned bad within one sweep; it takes in 1, 2"]);
    assert_eq!(desk.log.last().and_then(|record| record.channel), None, "it concerns them all");
    assert_eq!(desk.wait(120).turn(4, State::Lost), ["Part of incident 3 from now on"], "on the edge");
    assert_eq!(desk.open(), [(3, IncidentKind::Mass, 4)]);
    desk.wait(121).turn(5, State::Lost);
    assert_eq!(desk.open(), [(3, IncidentKind::Mass, 4), (4, IncidentKind::Lost, 1)], "a sweep after the last one");
}

#[test]
fn a_sweep_and_a_millisecond_apart_they_stay_single() {
    let mut desk = Desk::new();
    desk.turn(1, State::Lost);
    desk.now = desk.now + Duration::from_millis(120_001);
    desk.turn(2, State::Lost);
    desk.turn(3, State::Lost);
    assert_eq!(desk.open().len(), 3);
}

#[test]
fn one_that_is_over_within_the_sweep_does_not_make_two_others_a_mass() {
    let mut desk = Desk::new();
    desk.turn(1, State::Lost);
    desk.turn(1, State::Stopped);
    desk.wait(10).turn(2, State::Lost);
    desk.wait(10).turn(3, State::Lost);
    assert_eq!(desk.open(), [(2, IncidentKind::Lost, 1), (3, IncidentKind::Lost, 1)]);
}

#[test]
fn it_ends_with_its_last_channel_and_one_that_turns_bad_again_is_back_in_it() {
    let mut desk = Desk::new();
    (1..=3).for_each(|id| assert_eq!(desk.turn(id, State::Lost).len(), 1));
    assert_eq!(desk.recovered(1), ["Not a part of incident 3 any more: recovered, good answers in a row"]);
    assert_eq!(desk.wait(1000).turn(1, State::Lost), ["Part of incident 3 from now on"], "however much later");
    desk.recovered(1);
    desk.turn(2, State::Stopped);
    assert_eq!(desk.open(), [(3, IncidentKind::Mass, 1)]);
    let anew = Look { session: 2, ..desk.standing(State::Starting) };
    assert_eq!(desk.look(3, anew).len(), 2, "a new session settles the last one, and that ends it");
    assert_eq!(desk.open(), []);
    assert_eq!(desk.turn(1, State::Lost), ["Incident 4 opened: nothing records"], "no number comes twice");
}

#[test]
fn uncertain_is_one_group_after_five_minutes_and_what_turns_worse_leaves_it() {
    let mut desk = Desk::new();
    let look = desk.standing(State::Uncertain);
    desk.now = desk.now + Duration::from_millis(299_999);
    assert_eq!(desk.look(1, look), [""; 0]);
    desk.now = desk.now + Duration::from_millis(1);
    assert_eq!(desk.look(1, look).len(), 1);
    (2..=4).for_each(|id| assert_eq!(desk.look(id, look), ["Part of incident 1 from now on"]));
    assert_eq!(desk.open(), [(1, IncidentKind::Uncertain, 4)]);
    let told = desk.turn(2, State::Lost);
    assert_eq!(told[1], "Incident 2 opened: nothing records", "{told:#?}");
    assert_eq!(desk.open(), [(1, IncidentKind::Uncertain, 3), (2, IncidentKind::Lost, 1)]);
}

#[test]
fn one_good_answer_is_no_recovery_and_a_flapping_channel_stays_in_its_incident() {
    let mut desk = Desk::new();
    desk.turn(1, State::Lost);
    let once = Look { good_answers: 1, ..desk.standing(State::Recording) };
    assert_eq!(desk.look(1, once), [""; 0]);
    let flapping = Look { good_answers: 9, pace: Pace::Flapping, ..once };
    assert_eq!(desk.look(1, flapping), [""; 0]);
    assert_eq!(desk.look(1, Look { state: State::Lost, ..flapping }), [""; 0], "no further incident");
    assert_eq!(desk.recovered(1).len(), 2);
}

#[test]
fn a_channel_that_left_the_settings_keeps_no_incident_open() {
    let mut desk = Desk::new();
    (1..=3).for_each(|id| assert_eq!(desk.turn(id, State::Lost).len(), 1));
    let mut out = Vec::new();
    desk.board.settle_gone(|id| id == ChannelId(2), desk.now, &mut out);
    assert_eq!((out.len(), desk.open()), (2, vec![(3, IncidentKind::Mass, 1)]));
    desk.board.settle_gone(|_| false, desk.now, &mut out);
    assert_eq!((out.len(), desk.open()), (4, Vec::new()));
}

#[test]
fn what_was_closed_is_kept_up_to_a_limit() {
    let mut desk = Desk::new();
    for number in 1..=200 {
        desk.wait(1000).turn(1, State::Lost);
        desk.recovered(1);
        assert_eq!(desk.close(number).map(|told| told.len()), Ok(2));
    }
    let views = desk.views();
    assert_eq!((views.len(), views.last().map(|view| view.at.number)), (CLOSED_KEPT, Some(IncidentId(200))));
}

#[test]
fn what_ended_and_was_not_read_is_kept_up_to_a_limit_and_the_rest_is_counted() {
    let mut board = Board::default();
    let at = Timestamp::from_millis(1_000_000_000);
    for number in (1..).map(IncidentId).take(ENDED_KEPT + 3) {
        let channels = vec![ChannelId(1)];
        let opened = Event::IncidentOpened {
            incident: number,
            kind: IncidentKind::Lost,
            channels: channels.clone(),
            absorbed: Vec::new(),
            project: None,
        };
        for event in [opened, Event::IncidentEnded { incident: number, channels }] {
            board.replay(&Record { at, channel: Some(ChannelId(1)), event }, |_| 1);
        }
    }
    assert_eq!((board.facts().all.len(), board.left_out()), (ENDED_KEPT, 3));
}
