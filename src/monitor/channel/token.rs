//! The end of the channel token that a recording was started with. It cannot be renewed while the recording runs (vendor:
//! start, `token`), so a warning goes into the log in time, and the end itself. It sends nothing.

use super::attempt::is_known_gone;
use super::recording::TokenMark;
use super::{Ctx, Due, Machine};
use crate::monitor::event::Event;
use crate::monitor::schedule::Why;

impl Machine {
    /// When the log has to say more about the token of what may run.
    pub(super) fn token_due(&self, ctx: &Ctx<'_>) -> Option<Due> {
        let recording = self.facts.recording.as_ref()?;
        if !self.facts.is_watched() || is_known_gone(self.facts.phase) {
            return None;
        }
        let until = recording.token_until?;
        let at = match recording.token {
            TokenMark::Fine => until - ctx.policy.token_warning,
            TokenMark::EndsSoon => until,
            TokenMark::Ended => return None,
        };
        Some((at, Why::TokenEnds))
    }

    pub(super) fn tick_token(&mut self, ctx: &mut Ctx<'_>) {
        if self.token_due(ctx).is_none_or(|(at, _)| at > ctx.now) {
            return;
        }
        let Some(recording) = &self.facts.recording else { return };
        let Some(until) = recording.token_until else { return };
        let sid = recording.sid.clone();
        let ended = until <= ctx.now;
        self.record(ctx, if ended { Event::TokenEnded { sid, until } } else { Event::TokenEndsSoon { sid, until } });
    }
}

#[cfg(test)]
mod tests {
    use crate::monitor::answer::Outcome;
    use crate::monitor::bench::{BEGIN, Bench, OWN, but, s, well};
    use crate::monitor::event::CallKind;
    use crate::monitor::ids::{Mode, Sid};
    use crate::monitor::io::{Command, Send};
    use crate::monitor::schedule::Why;
    use crate::monitor::snapshot::TokenView;
    use crate::monitor::told::Told;

    /// A service that starts with a token which lasts so many seconds from the beginning.
    fn lasting(seconds: u64) -> impl Fn(&Send) -> Option<(Outcome, Told)> {
        move |send| {
            if send.call.kind() != CallKind::Start {
                return well(send);
            }
            let told = Told { token_until: Some(BEGIN + s(seconds)), ..Told::default() };
            Some((Outcome::Started(Sid::new("s")), told))
        }
    }

    fn lines(bench: &Bench) -> Vec<String> {
        bench.told(OWN, BEGIN).into_iter().filter(|line| line.contains("token")).collect()
    }

    #[test]
    fn the_end_of_a_token_is_warned_of_an_hour_before_and_told_once_each() {
        let mut bench = Bench::new(Mode::Mix);
        bench.command(Command::Start(OWN));
        bench.run(s(3_599), lasting(7_200));
        let token = |bench: &mut Bench| {
            let (now, warning) = (bench.now, bench.monitor.policy().token_warning);
            bench.view(OWN).recording.and_then(|recording| recording.token_at(now, warning))
        };
        assert_eq!((lines(&bench).len(), token(&mut bench)), (0, Some(TokenView::Fine)));
        bench.run(s(1), lasting(7_200));
        assert_eq!((lines(&bench).len(), token(&mut bench)), (1, Some(TokenView::EndsSoon)));
        bench.restart();
        bench.run(s(3_599), lasting(7_200));
        assert_eq!(lines(&bench).len(), 1, "not again after a restart of the program");
        bench.run(s(2), lasting(7_200));
        assert_eq!(token(&mut bench), Some(TokenView::Ended));
        assert_eq!(lines(&bench).len(), 2);
        assert!(lines(&bench)[1].contains("has ended"));
        bench.restart();
    }

    #[test]
    fn the_core_wakes_for_it_at_the_moment_itself() {
        let mut bench = Bench::new(Mode::Mix);
        bench.command(Command::Start(OWN));
        bench.run(s(3_590), lasting(7_200));
        while let Some((at, why)) = bench.monitor.next_deadline(bench.now).filter(|(at, _)| *at < BEGIN + s(3_600)) {
            assert_ne!((at, why), (bench.now, Why::TokenEnds));
            bench.run(at.since(bench.now), well);
        }
        assert_eq!(bench.monitor.next_deadline(bench.now), Some((BEGIN + s(3_600), Why::TokenEnds)));
    }

    #[test]
    fn the_token_of_a_lost_recorder_is_not_warned_of() {
        let mut bench = Bench::new(Mode::Mix);
        bench.command(Command::Start(OWN));
        bench.run(s(3_000), lasting(7_200));
        bench.run(s(6_000), but(CallKind::Query, || Some(Outcome::Missing)));
        assert_eq!(lines(&bench).len(), 0);
    }

    #[test]
    fn a_token_shorter_than_the_warning_is_warned_of_at_once_and_one_of_no_recording_never() {
        let mut bench = Bench::new(Mode::Mix);
        bench.command(Command::Start(OWN));
        bench.run(s(10), lasting(600));
        assert_eq!(lines(&bench).len(), 1);
        bench.command(Command::Stop(OWN, crate::monitor::event::StopWait::No));
        bench.run(s(1_000), well);
        assert_eq!(lines(&bench).len(), 1, "what is stopped needs no token");
    }
}
