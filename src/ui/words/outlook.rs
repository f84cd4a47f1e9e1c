//! What happens next to a channel, when, and why, in one line; and what is left of a start that nobody answered.

use std::time::Duration;

use super::story::with_answer;
use super::{Story, clock};
use crate::monitor::answer::{Answer, Outcome};
use crate::monitor::describe::call_kind;
use crate::monitor::event::CallKind;
use crate::monitor::outlook::{Outlook, Rest};
use crate::monitor::phase::Phase;
use crate::monitor::schedule::Why;
use crate::monitor::snapshot::{ChannelView, NetworkView, Snapshot, StartView, UnknownStart};
use crate::monitor::time::Timestamp;
use crate::ui::format;

/// What comes next to a channel: `Next check after the 404 in 4 s`.
pub fn outlook(view: &ChannelView, around: &Snapshot, now: Timestamp) -> String {
    let rests_until = around.project_of(view).throttled_until.filter(|until| *until > now);
    match (view.outlook, rests_until) {
        (Outlook::At(at, why), _) => next_in(at, why, now),
        // Of all calls only queries rest: what the operator wants goes out.
        (Outlook::Queued(_, CallKind::Query), Some(until)) => {
            format!("Checks rest after 429; its turn comes in {} or later", format::words(until.since(now)))
        }
        (Outlook::Queued(since, call), _) => {
            format!("{} waits for room in the quota, for {} so far", call_kind(call), format::words(now.since(since)))
        }
        (Outlook::Asked(since, call), _) => {
            format!("{} is on its way for {}; its answer decides", call_kind(call), format::words(now.since(since)))
        }
        (Outlook::NoNetwork, _) => match around.network {
            NetworkView::Down { next_probe, .. } => {
                let left = format::words(next_probe.since(now));
                format!("Asked again when the network is back; it is probed in {left}")
            }
            NetworkView::Up => "Asked again at once: the network is back".to_owned(),
        },
        (Outlook::Rests(Rest::NoSession), _) => "Nothing is planned: there is no session".to_owned(),
        (Outlook::Rests(Rest::Operator), _) => "Nothing happens by itself: restart or stop it".to_owned(),
    }
}

/// A deadline with its countdown.
fn next_in(at: Timestamp, why: Why, now: Timestamp) -> String {
    match at.since(now) {
        left if left < Duration::from_secs(1) => format!("{} now", next(why)),
        left => format!("{} in {}", next(why), format::words(left)),
    }
}

/// What a deadline brings, as the beginning of `… in 4 s`.
const fn next(why: Why) -> &'static str {
    match why {
        Why::Poll => "Next check",
        Why::Again => "First check after nobody looked",
        Why::RetriesSpent => "Too many fail to repeat them all: next check",
        Why::Asked => "The check you asked for",
        Why::ConfirmMissing => "Next check after the 404",
        Why::ResolveUncertain | Why::ResolveSuspect => "Next check after the failed one",
        Why::Verify => "Next check for status 4 or 5",
        Why::RetryStart => "Next try of the start",
        Why::RetryStop => "Next try of the stop",
        Why::RetryChange => "Next try of the change",
        Why::AutoRestart => "Automatic restart",
        Why::FlappingEnds => "Told as steady again",
        Why::UncertainAlarm => "Becomes an incident",
        Why::AcknowledgementEnds => "The acknowledgement's end",
        Why::MuteEnds => "The mute's end",
        Why::TokenEnds => "The token's end",
        Why::ConfirmStop => "Check that it stopped",
        Why::RetryDomain => "Same request again",
        Why::FileName => "Check of the file name",
        Why::CheckOld => "Check of the other recorder",
        Why::TurnStale => "Turns Not observed",
        Why::Quota => "Waits for room in the quota, tried",
        Why::Throttle => "Answered 429: the same request again",
        Why::NetworkProbe => "Probe of the network",
    }
}

/// A start whose outcome nobody knows: what came of it, what it may have left, how that ends, and what to do.
pub fn unknown_start(view: &ChannelView, around: &Snapshot, unknown: &UnknownStart, now: Timestamp) -> Story {
    let UnknownStart { uid, asked_at, answer } = unknown;
    let start = format!("The start of {} with UID {uid}", clock(*asked_at));
    Story {
        happened: match answer {
            None => format!("{start}: no answer to it is known here"),
            Some(it) => came_of(&start, it),
        },
        means: "A recorder may run under that UID without a sid that we know. It cannot be asked or stopped from here, and \
                it may be billed until it ends by itself: when nobody publishes for its maximum idle time"
            .to_owned(),
        todo: match (start_repeats(view, around, unknown, now), view.next_uid) {
            (Some(repeat), _) => repeat,
            (None, Some(next)) => format!("Look into the bucket for files of that UID. A restart takes UID {next}"),
            (None, None) => "Look into the bucket for files of that UID before you start it again".to_owned(),
        },
    }
}
fn came_of(start: &str, answer: &Answer) -> String {
    match answer.outcome {
        Outcome::NoAnswer(_) => with_answer(&format!("{start} got no answer"), Some(answer)),
        Outcome::AlreadyStarted => {
            format!(
                "{start} was answered {}: something runs under its resource ID, and Agora does not name it",
                answer.label()
            )
        }
        Outcome::Acquired(_)
        | Outcome::Started(_)
        | Outcome::Status(_)
        | Outcome::Stopped(_)
        | Outcome::Updated
        | Outcome::NothingRecorded
        | Outcome::AlreadyLeaving
        | Outcome::Missing
        | Outcome::NotCompleted
        | Outcome::UidConflict
        | Outcome::StaleResource
        | Outcome::ServerError
        | Outcome::Throttled
        | Outcome::Refused(_)
        | Outcome::Malformed
        | Outcome::Gateway => {
            with_answer(&format!("{start} has no certain outcome; the last answer to it"), Some(answer))
        }
    }
}

/// When the same start goes out again, while it does.
pub fn start_repeats(view: &ChannelView, around: &Snapshot, unknown: &UnknownStart, now: Timestamp) -> Option<String> {
    let current = |start: &&StartView| view.phase == Phase::StartUnknown && start.asked_at == unknown.asked_at;
    let start = view.start.as_ref().filter(current)?;
    let when = match (view.outlook, start.next_try) {
        (Outlook::Asked(_, CallKind::Start) | Outlook::Queued(_, CallKind::Start), _) => "now".to_owned(),
        (_, None) => return None,
        (_, Some(_)) if around.network != NetworkView::Up => "when the network is back".to_owned(),
        (_, Some(next)) => format!("in {}", format::words(next.at.since(now))),
    };
    Some(format!(
        "Nothing yet. The same start goes out again {when}: that can name its recorder, and never begins a second one"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::snapshot::SlowView;
    use crate::ui::testing::{NOW, ago, ahead, recording, snapshot};

    fn with(outlook: Outlook) -> ChannelView {
        ChannelView { outlook, ..recording(1, "a") }
    }

    #[test]
    fn a_query_that_rests_after_429_says_so_and_a_stop_does_not_rest() {
        let mut around = snapshot(Vec::new());
        around.projects[0].throttled_until = Some(ahead(4));
        around.projects[0].slow = Some(SlowView { since: ago(1), percent: 50 });
        let line = |call| outlook(&with(Outlook::Queued(ago(3), call)), &around, NOW);
        assert_eq!(line(CallKind::Query), "Checks rest after 429; its turn comes in 4 s or later");
        assert_eq!(line(CallKind::Stop), "stop waits for room in the quota, for 3 s so far");
        assert_eq!(
            outlook(&with(Outlook::At(ahead(4), Why::Throttle)), &around, NOW),
            "Answered 429: the same request again in 4 s"
        );
    }

    #[test]
    fn every_outlook_says_what_when_and_why() {
        let line = |it| outlook(&with(it), &snapshot(Vec::new()), NOW);
        assert_eq!(line(Outlook::At(ahead(4), Why::ConfirmMissing)), "Next check after the 404 in 4 s");
        assert_eq!(line(Outlook::At(NOW, Why::Poll)), "Next check now");
        assert_eq!(line(Outlook::Queued(ago(3), CallKind::Query)), "query waits for room in the quota, for 3 s so far");
        assert_eq!(line(Outlook::Asked(ago(2), CallKind::Stop)), "stop is on its way for 2 s; its answer decides");
        assert_eq!(line(Outlook::Rests(Rest::NoSession)), "Nothing is planned: there is no session");
    }

    #[test]
    fn without_a_network_it_says_when_the_network_is_probed() {
        let mut around = snapshot(Vec::new());
        around.network = NetworkView::Down { since: ago(60), next_probe: ahead(4) };
        assert_eq!(
            outlook(&with(Outlook::NoNetwork), &around, NOW),
            "Asked again when the network is back; it is probed in 4 s"
        );
    }
}
