//! What the operator does about the incidents and channels of a project: carried out, or refused with a reason that the log keeps.

use super::{Around, Project, workstation_record};
use crate::monitor::care::{ChannelCare, IncidentCare};
use crate::monitor::event::{Actor, Denial, Event, NoteOn, Record};
use crate::monitor::ids::ChannelId;
use crate::monitor::incidents::IncidentId;
use crate::monitor::io::Effect;
use crate::monitor::phase::State;
use crate::monitor::remark::Remark;
use crate::monitor::time::Timestamp;

impl Project {
    /// About an incident.
    pub fn attend(
        &mut self,
        incident: IncidentId,
        care: IncidentCare,
        around: Around,
        out: &mut Vec<Effect>,
    ) -> Result<(), Denial> {
        let machines = &self.machines;
        let state = |id| machines.get(&id).map_or(State::Idle, |machine| machine.look().state);
        self.incidents.attend(incident, care, state, around.now, out)
    }

    /// About one of its channels.
    pub fn attend_channel(
        &mut self,
        id: ChannelId,
        care: ChannelCare,
        around: Around,
        out: &mut Vec<Effect>,
    ) -> Result<(), Denial> {
        match care {
            ChannelCare::Unmute => self.incidents.unmute(id, around.now, out),
            ChannelCare::Mute { lasts } => {
                let machine = self.machines.get(&id).ok_or(Denial::NoSuchChannel)?;
                if let Some(why) = machine.mute_denial() {
                    return Err(why);
                }
                let session = machine.look().session;
                self.incidents.mute(id, session, lasts.map(|lasts| around.now + lasts), around.now, out);
                Ok(())
            }
        }
    }

    /// The only channel of an incident, unless it is about several.
    pub fn only_channel(&self, incident: IncidentId) -> Option<ChannelId> {
        self.incidents.only_channel(incident)
    }
}

/// A note on a stretch of the past, of one channel or of all.
pub fn note_past(
    channel: Option<ChannelId>,
    (from, to): (Timestamp, Timestamp),
    text: Remark,
    now: Timestamp,
) -> Result<Effect, Denial> {
    if to <= from || to > now {
        return Err(Denial::NotPast);
    }
    let event = Event::NoteAdded { on: NoteOn::Past { from, to }, text, by: Actor::Operator };
    Ok(match channel {
        Some(_) => Effect::Record(Record { at: now, channel, event }),
        None => workstation_record(now, event),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::monitor::answer::{NoAnswer, Outcome};
    use crate::monitor::bench::{Bench, OWN, but, s, well};
    use crate::monitor::care::{Care, IncidentAt};
    use crate::monitor::describe::describe;
    use crate::monitor::event::{CallKind, StopWait};
    use crate::monitor::ids::{Mode, ProjectId};
    use crate::monitor::io::{Command, Input};
    use crate::monitor::phase::Section;
    use crate::monitor::snapshot::{Attention, NetworkView};
    use crate::monitor::told::Told;

    const FIRST: IncidentAt = IncidentAt { project: ProjectId(0), number: IncidentId(1) };

    fn recording() -> Bench {
        let mut bench = Bench::new(Mode::Mix);
        bench.command(Command::Start(OWN));
        bench.run(s(60), well);
        bench
    }

    fn lost() -> Bench {
        let mut bench = recording();
        bench.run(s(300), but(CallKind::Query, || Some(Outcome::Missing)));
        bench
    }

    fn acknowledge(lasts: Option<Duration>) -> Input {
        let reason = "feed down".parse().expect("one line");
        Input::Care(Care::Incident(FIRST, IncidentCare::Acknowledge { reason, lasts }))
    }

    fn mute(lasts: Option<Duration>) -> Input {
        Input::Care(Care::Channel(OWN, ChannelCare::Mute { lasts }))
    }

    fn attention(bench: &mut Bench) -> Attention {
        bench.monitor.snapshot(bench.now).attention
    }

    #[test]
    fn what_is_acknowledged_is_handled_and_reads_as_before_also_after_a_restart() {
        let mut bench = lost();
        assert_eq!(attention(&mut bench), Attention { unhandled: 1, handled: 0 });
        bench.feed(acknowledge(None));
        for _ in 0..2 {
            let view = bench.view(OWN);
            assert_eq!((view.state, view.section()), (State::Lost, Section::Handled));
            assert_eq!(attention(&mut bench), Attention { unhandled: 0, handled: 1 });
            bench.restart();
        }
    }

    #[test]
    fn an_acknowledgement_for_a_time_ends_by_a_deadline_of_the_core_while_the_network_is_down_too() {
        let mut bench = lost();
        bench.feed(acknowledge(Some(s(900))));
        bench.run(s(899), |_| Some((Outcome::NoAnswer(NoAnswer::Dns), Told::default())));
        assert_ne!(bench.monitor.snapshot(bench.now).network, NetworkView::Up);
        assert_eq!(attention(&mut bench).handled, 1);
        bench.run(s(1), |_| None);
        assert_eq!(bench.view(OWN).section(), Section::ActNow);
        let told = bench.told(OWN, bench.now);
        assert_eq!(told, ["Acknowledgement of incident 1 ended: its time is over"]);
    }

    #[test]
    fn a_muted_channel_is_polled_as_before_and_reads_what_is_true() {
        let (mut loud, mut muted) = (recording(), recording());
        let since = loud.now;
        muted.feed(mute(Some(s(3600))));
        for bench in [&mut loud, &mut muted] {
            bench.run(s(600), but(CallKind::Query, || Some(Outcome::Missing)));
        }
        assert_eq!(loud.probed_at(OWN, since), muted.probed_at(OWN, since));
        assert_eq!((loud.state(OWN), muted.state(OWN)), (State::Lost, State::Lost));
        assert_eq!((loud.view(OWN).section(), muted.view(OWN).section()), (Section::ActNow, Section::Handled));
        let rate = |bench: &mut Bench| bench.monitor.snapshot(bench.now).alarms.rate(bench.now);
        assert_eq!((rate(&mut loud), rate(&mut muted)), (1, 0));
        muted.restart();
        muted.run(s(300), well);
        assert_eq!(muted.view(OWN).handling.mute, None, "recovered");
    }

    #[test]
    fn a_channel_without_a_session_cannot_be_muted_and_the_mute_of_one_ends_with_it() {
        let mut bench = Bench::new(Mode::Mix);
        bench.feed(mute(None));
        assert_eq!(bench.told(OWN, bench.now), ["Mute not carried out: there is no session"]);
        let mut bench = recording();
        bench.feed(mute(None));
        assert!(bench.view(OWN).handling.mute.is_some());
        bench.command(Command::Stop(OWN, StopWait::No));
        bench.run(s(60), well);
        assert_eq!((bench.state(OWN), bench.view(OWN).handling.mute), (State::Stopped, None));
    }

    #[test]
    fn what_is_about_nothing_that_is_there_is_refused_and_kept() {
        let mut bench = lost();
        let at = |project, number| IncidentAt { project: ProjectId(project), number: IncidentId(number) };
        for at in [at(0, 9), at(7, 1)] {
            bench.feed(Input::Care(Care::Incident(at, IncidentCare::TakeBack)));
        }
        bench.feed(Input::Care(Care::Channel(ChannelId(9), ChannelCare::Unmute)));
        let denied: Vec<_> = bench.log.iter().rev().take(3).rev().map(|record| &record.event).collect();
        let why = |event: &&Event| if let Event::CommandDenied { why, .. } = event { Some(*why) } else { None };
        let whys: Vec<_> = denied.iter().filter_map(why).collect();
        assert_eq!(whys, [Denial::NoSuchIncident, Denial::NoSuchIncident, Denial::NoSuchChannel]);
    }

    #[test]
    fn a_note_is_on_a_past_stretch_of_one_channel_or_of_all() {
        let mut bench = recording();
        let text: Remark = "camera moved".parse().expect("one line");
        let note = |channel, from, to| Input::Care(Care::Past { channel, from, to, text: text.clone() });
        bench.feed(note(Some(OWN), bench.now - s(60), bench.now));
        bench.feed(note(None, bench.now - s(60), bench.now - s(30)));
        bench.feed(note(Some(OWN), bench.now, bench.now + s(1)));
        bench.feed(note(Some(OWN), bench.now, bench.now));
        let told: Vec<_> = bench.log.iter().rev().take(4).rev().map(|it| describe(&it.event)).collect();
        let refused =
            "Add note not carried out: a note is on a stretch of the past; choose one that has begun and ended";
        assert_eq!(
            told,
            ["Note by the operator: camera moved", "Note by the operator: camera moved", refused, refused]
        );
        bench.restart();
    }
}
