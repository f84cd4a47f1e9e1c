//! When a mute ends, and what it does to alarms.

use super::*;

impl Desk {
    fn mute(&mut self, id: u32, lasts: Option<u64>) {
        let (until, mut out) = (lasts.map(|lasts| self.now + Duration::from_secs(lasts)), Vec::new());
        self.board.mute(ChannelId(id), 1, until, self.now, &mut out);
        self.kept(out);
    }

    fn is_muted(&self, id: u32) -> bool {
        self.board.handling(ChannelId(id)).mute.is_some()
    }
}

#[test]
fn a_mute_ends_with_its_time_and_a_later_one_takes_its_place() {
    let mut desk = Desk::new();
    desk.mute(1, Some(900));
    desk.mute(1, Some(3600));
    assert_eq!(desk.board.next_deadline().map(|(at, _)| at.since(desk.now).as_secs()), Some(3600));
    desk.wait(3600);
    let mut out = Vec::new();
    desk.board.run_due(desk.now, &mut out);
    assert_eq!(desk.kept(out), ["Not muted any more: its time is over"]);
    assert!(!desk.is_muted(1));
}

#[test]
fn it_ends_with_recovery_from_something_bad_and_not_with_good_answers_alone() {
    let mut desk = Desk::new();
    desk.mute(1, None);
    assert_eq!(desk.recovered(1), [""; 0], "it was never bad");
    desk.turn(1, State::Lost);
    let once = Look { good_answers: 1, ..desk.standing(State::Recording) };
    assert_eq!(desk.look(1, once), [""; 0], "one good answer proves nothing");
    assert_eq!(desk.recovered(1)[0], "Not muted any more: it recovered");
    assert!(!desk.is_muted(1));
}

#[test]
fn it_ends_with_the_session() {
    let mut desk = Desk::new();
    for state in [State::Stopped, State::Idle] {
        desk.mute(1, None);
        assert_eq!(desk.turn(1, state), ["Not muted any more: its session ended"]);
    }
    desk.mute(1, None);
    let anew = Look { session: 2, ..desk.standing(State::Starting) };
    assert_eq!(desk.look(1, anew), ["Not muted any more: its session ended"]);
    desk.mute(1, None);
    let mut out = Vec::new();
    desk.board.settle_gone(|_| false, desk.now, &mut out);
    assert_eq!(desk.kept(out), ["Not muted any more: its session ended"], "nobody watches it any more");
}

#[test]
fn an_incident_of_muted_channels_rings_no_alarm_and_counts_as_handled_until_one_is_heard() {
    let mut desk = Desk::new();
    desk.mute(1, None);
    desk.turn(1, State::Lost);
    let rate = |desk: &Desk| Alarms::new([desk.board.rang()].into_iter(), &desk.policy).rate(desk.now);
    assert_eq!(rate(&desk), 0);
    assert!(desk.views().remove(0).is_handled());
    let mut out = Vec::new();
    assert_eq!(desk.board.unmute(ChannelId(1), desk.now, &mut out), Ok(()));
    assert_eq!(desk.kept(out), ["Not muted any more: the operator took it back"]);
    assert!(desk.views().remove(0).needs_somebody());
    assert_eq!(desk.board.unmute(ChannelId(1), desk.now, &mut Vec::new()), Err(Denial::NotMuted));
    desk.turn(2, State::Lost);
    assert_eq!(rate(&desk), 1);
}
