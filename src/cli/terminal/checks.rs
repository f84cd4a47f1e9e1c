//! Checks that were asked for on standard input, each until its answer is told: a check that changes nothing would else be followed
//! by silence. It asks for nothing by itself.

use crate::monitor::describe;
use crate::monitor::event::{CallKind, Denial};
use crate::monitor::ids::ChannelId;
use crate::monitor::outlook::Outlook;
use crate::monitor::schedule::Why;
use crate::monitor::snapshot::{ChannelView, Snapshot};
use crate::monitor::time::Timestamp;
use crate::ui::format;

/// The checks without an answer yet; one for each channel.
#[derive(Debug, Default)]
pub struct Checks(Vec<(ChannelId, Timestamp)>);

impl Checks {
    /// A check of this channel was asked for at this moment.
    pub fn ask(&mut self, channel: ChannelId, at: Timestamp) {
        self.0.retain(|(known, _)| *known != channel);
        self.0.push((channel, at));
    }

    /// What came of those that have an end in this picture: the channel, and the line about it.
    pub fn tell<'s>(&mut self, snapshot: &'s Snapshot) -> Vec<(&'s ChannelView, String)> {
        let mut told = Vec::new();
        self.0.retain(|(channel, asked_at)| {
            let Some(view) = snapshot.channel(*channel) else { return false };
            let line = came_of(view, *asked_at);
            told.extend(line.clone().map(|line| (view.as_ref(), line)));
            line.is_none()
        });
        told
    }
}

fn came_of(view: &ChannelView, asked_at: Timestamp) -> Option<String> {
    if is_asking(view.outlook) {
        return None;
    }
    let answered = view.last_probe.as_ref().map(|last| &last.probe).filter(|probe| probe.at > asked_at);
    match (answered, view.denials.probe_now) {
        (Some(probe), _) if probe.answer.http.is_some() => {
            let took = format::latency(std::time::Duration::from_millis(probe.latency_ms.into()));
            Some(format!("Check answered: {} from {} in {took}", probe.answer.label(), probe.host))
        }
        (Some(probe), _) => Some(format!("Check not answered: {} at {}", probe.answer.label(), probe.host)),
        // It is made when the network is back.
        (None, None | Some(Denial::NetworkDown)) => None,
        (None, Some(why)) => Some(format!("Check not made: {}", describe::denial(why))),
    }
}

/// Whether the answer is still to come, or the same is asked again for want of one.
const fn is_asking(outlook: Outlook) -> bool {
    match outlook {
        Outlook::Asked(_, CallKind::Query)
        | Outlook::Queued(_, CallKind::Query)
        | Outlook::At(_, Why::Asked | Why::RetryDomain | Why::Throttle) => true,
        Outlook::Asked(..) | Outlook::Queued(..) | Outlook::At(..) | Outlook::NoNetwork | Outlook::Rests(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::testing::{NOW, ago, ahead, recording, snapshot, timeout};

    #[test]
    fn a_check_is_told_once_when_its_answer_is_there_and_not_before() {
        let view = recording(1, "hall");
        let asked = |outlook| snapshot(vec![ChannelView { outlook, ..view.clone() }]);
        let told = |checks: &mut Checks, around: &Snapshot| {
            checks.tell(around).into_iter().map(|(_, line)| line).collect::<Vec<_>>()
        };
        let mut checks = Checks::default();
        // It was seen 11 s ago.
        checks.ask(view.id, ago(12));
        assert_eq!(told(&mut checks, &asked(Outlook::Asked(ago(1), CallKind::Query))), [""; 0]);
        let done = asked(Outlook::At(ahead(109), Why::Poll));
        assert_eq!(told(&mut checks, &done), ["Check answered: 200/5 from api.agora.io in 84 ms"]);
        assert_eq!(told(&mut checks, &done), [""; 0]);
        checks.ask(view.id, NOW);
        assert_eq!(told(&mut checks, &done), [""; 0], "that answer is older than the check");
    }

    #[test]
    fn a_check_that_nobody_answered_or_nobody_could_make_has_its_line_too() {
        let mut view = recording(1, "hall");
        let mut checks = Checks::default();
        checks.ask(view.id, ago(12));
        view.last_probe.as_mut().expect("it was asked").probe.answer = timeout();
        let lines = checks.tell(&snapshot(vec![view.clone()])).into_iter().map(|(_, line)| line).collect::<Vec<_>>();
        assert_eq!(lines, ["Check not answered: timeout at api.agora.io"]);
        checks.ask(view.id, NOW);
        view.denials.probe_now = Some(Denial::NoSession);
        assert!(checks.tell(&snapshot(vec![view]))[0].1.starts_with("Check not made: "));
    }
}
