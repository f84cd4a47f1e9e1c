//! What the operator may do about an incident, and when an acknowledgement ends.

use super::*;

fn acknowledge() -> IncidentCare {
    IncidentCare::Acknowledge { reason: line("feed down"), lasts: None }
}

fn for_a_time(seconds: u64) -> IncidentCare {
    IncidentCare::Acknowledge { reason: line("feed down"), lasts: Some(Duration::from_secs(seconds)) }
}

impl Desk {
    fn due(&mut self) -> Vec<String> {
        let mut out = Vec::new();
        self.board.run_due(self.now, &mut out);
        self.kept(out)
    }

    fn rate(&self) -> usize {
        Alarms::new([self.board.rang()].into_iter(), &self.policy).rate(self.now)
    }

    fn is_handled(&mut self, number: u32) -> bool {
        self.views().iter().any(|view| view.at.number.0 == number && view.is_handled())
    }
}

#[test]
fn acknowledged_it_is_handled_until_it_is_over_and_stays_open_until_it_is_closed() {
    let mut desk = Desk::new();
    desk.turn(1, State::Lost);
    assert!(!desk.is_handled(1));
    let told = desk.attend(1, acknowledge());
    assert_eq!(
        told,
        Ok(vec!["Incident 1 acknowledged by the operator until it gets worse or is over: feed down".to_owned()])
    );
    assert!(desk.is_handled(1));
    assert_eq!(desk.board.handling(ChannelId(1)).acknowledged_at, Some(desk.now));
    assert_eq!(desk.attend(1, acknowledge()), Err(Denial::AlreadyAcknowledged));
    assert_eq!(desk.attend(1, IncidentCare::Close { note: None }), Err(Denial::IncidentActive));
    assert_eq!(desk.turn(1, State::Starting), [""; 0], "what becomes of it is no news");
    desk.recovered(1);
    let view = desk.views().remove(0);
    assert!(!view.is_active() && view.is_open() && !view.needs_somebody(), "ended, and still to be read");
    assert_eq!((view.taken_at, view.lines), (Some(desk.now), 1));
    assert_eq!(desk.attend(1, acknowledge()), Err(Denial::IncidentOver));
    assert_eq!(
        desk.attend(1, IncidentCare::Close { note: None }),
        Ok(vec!["Incident 1 closed by the operator".to_owned()])
    );
    assert!(!desk.views().remove(0).is_open());
}

#[test]
fn nobody_closes_what_nobody_wrote_about_and_a_closed_one_can_be_opened_again() {
    let mut desk = Desk::new();
    desk.turn(1, State::Lost);
    desk.recovered(1);
    assert_eq!(desk.attend(1, IncidentCare::Reopen), Err(Denial::NotClosed));
    assert_eq!(desk.attend(1, IncidentCare::Close { note: None }), Err(Denial::NothingWritten));
    assert_eq!(desk.attend(1, IncidentCare::Note(line("ticket 1"))).map(|told| told.len()), Ok(1));
    assert_eq!(desk.attend(1, IncidentCare::Close { note: None }).map(|told| told.len()), Ok(1));
    assert_eq!(desk.attend(1, IncidentCare::Close { note: None }), Err(Denial::AlreadyClosed));
    assert_eq!(desk.attend(1, IncidentCare::Reopen).map(|told| told.len()), Ok(1));
    assert!(desk.views().remove(0).is_open());
    assert_eq!(desk.attend(2, IncidentCare::Reopen), Err(Denial::NoSuchIncident));
}

#[test]
fn an_acknowledgement_for_a_time_ends_to_the_millisecond_and_rings_no_alarm() {
    let mut desk = Desk::new();
    desk.turn(1, State::Lost);
    assert!(desk.attend(1, for_a_time(900)).is_ok());
    assert_eq!(desk.board.next_deadline().map(|(at, _)| at.since(desk.now).as_secs()), Some(900));
    desk.now = desk.now + Duration::from_millis(899_999);
    assert_eq!(desk.due(), [""; 0]);
    desk.now = desk.now + Duration::from_millis(1);
    assert_eq!(desk.due(), ["Acknowledgement of incident 1 ended: its time is over"]);
    assert!(!desk.is_handled(1));
    assert_eq!((desk.rate(), desk.board.next_deadline()), (0, None), "the alarm was 15 min ago");
}

#[test]
fn nothing_is_left_to_end_of_an_acknowledgement_that_was_taken_back_or_whose_incident_is_over() {
    let mut desk = Desk::new();
    desk.turn(1, State::Lost);
    assert!(desk.attend(1, for_a_time(900)).is_ok());
    let told = desk.attend(1, IncidentCare::TakeBack);
    assert_eq!(told, Ok(vec!["Acknowledgement of incident 1 ended: the operator took it back".to_owned()]));
    assert_eq!(desk.board.next_deadline(), None);
    assert_eq!(desk.attend(1, IncidentCare::TakeBack), Err(Denial::NotAcknowledged));
    assert_eq!(desk.views().remove(0).taken_at, None, "then nobody took it");
    assert!(desk.attend(1, for_a_time(900)).is_ok());
    desk.recovered(1);
    assert_eq!(desk.board.next_deadline(), None);
}

#[test]
fn it_gets_worse_with_another_channel_and_with_one_that_turns_bad_again() {
    let mut desk = Desk::new();
    (1..=3).for_each(|id| assert_eq!(desk.turn(id, State::Lost).len(), 1));
    assert!(desk.attend(3, acknowledge()).is_ok());
    let told = desk.wait(60).turn(4, State::Ended);
    assert_eq!(told, ["Acknowledgement of incident 3 ended: it got worse", "Part of incident 3 from now on"]);
    assert!(desk.attend(3, acknowledge()).is_ok());
    assert_eq!(desk.recovered(1).len(), 1);
    assert!(desk.is_handled(3), "better is not worse");
    assert_eq!(desk.turn(1, State::Ended).len(), 2);
}

#[test]
fn it_gets_worse_with_a_word_that_is_worse_than_all_were_when_it_was_acknowledged() {
    let mut desk = Desk::new();
    desk.turn(1, State::ConfigError);
    assert!(desk.attend(1, acknowledge()).is_ok());
    assert_eq!(desk.turn(1, State::Starting), [""; 0]);
    assert_eq!(desk.turn(1, State::ConfigError), [""; 0], "as bad as it was");
    assert_eq!(desk.wait(700).turn(1, State::Lost), ["Acknowledgement of incident 1 ended: it got worse"]);
    assert_eq!((desk.rate(), desk.is_handled(1)), (1, false), "that is an alarm");
    assert!(desk.attend(1, acknowledge()).is_ok());
    assert_eq!(desk.turn(1, State::ConfigError), [""; 0]);
    assert_eq!(desk.turn(1, State::Lost), [""; 0]);
}

#[test]
fn the_turns_of_one_that_flaps_are_no_worse() {
    let mut desk = Desk::new();
    desk.turn(1, State::Ended);
    assert!(desk.attend(1, acknowledge()).is_ok());
    let lost = Look { pace: Pace::Flapping, ..desk.standing(State::Lost) };
    assert_eq!(desk.look(1, lost), [""; 0]);
}

#[test]
fn a_group_is_one_alarm_and_one_that_was_taken_in_is_none_any_more() {
    let mut desk = Desk::new();
    desk.turn(1, State::Lost);
    desk.turn(2, State::Lost);
    assert_eq!(desk.rate(), 2);
    (3..=9).for_each(|id| assert_eq!(desk.turn(id, State::Lost).len(), 1));
    assert_eq!(desk.rate(), 1);
    assert_eq!(desk.attend(1, acknowledge()), Err(Denial::IncidentAbsorbed));
    assert!(!desk.views().remove(0).is_open(), "it is read with the larger one");
}
