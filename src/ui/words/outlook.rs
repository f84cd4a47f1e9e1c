//! What happens next to a channel, when, and why, in one line; and what is left of a start that nobody answered.

use std::time::Duration;

use super::{Story, clock};
use crate::monitor::describe::call_kind;
use crate::monitor::outlook::{Outlook, Rest};
use crate::monitor::schedule::Why;
use crate::monitor::snapshot::{ChannelView, NetworkView, Snapshot, UnknownStart};
use crate::monitor::time::Timestamp;
use crate::ui::format;

/// What comes next: `Next check after the 404 in 4 s`.
pub fn outlook(outlook: Outlook, around: &Snapshot, now: Timestamp) -> String {
    match outlook {
        Outlook::At(at, why) => next_in(at, why, now),
        Outlook::Queued(since, call) => {
            format!("{} waits for room in the quota, for {} so far", call_kind(call), format::words(now.since(since)))
        }
        Outlook::Asked(since, call) => {
            format!("{} is on its way for {}; its answer decides", call_kind(call), format::words(now.since(since)))
        }
        Outlook::NoNetwork => match around.network {
            NetworkView::Down { next_probe, .. } => {
                let left = format::words(next_probe.since(now));
                format!("Asked again when the network is back; it is probed in {left}")
            }
            NetworkView::Up => "Asked again at once: the network is back".to_owned(),
        },
        Outlook::Rests(Rest::NoSession) => "Nothing is planned: there is no session".to_owned(),
        Outlook::Rests(Rest::Operator) => "Nothing happens by itself: restart or stop it".to_owned(),
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
        Why::ResolveUncertain => "Next check after the failed one",
        Why::Verify => "Next check for status 4 or 5",
        Why::RetryStart => "Next try of the start",
        Why::RetryStop => "Next try of the stop",
        Why::RetryChange => "Next try of the change",
        Why::AutoRestart => "Automatic restart",
        Why::FlappingEnds => "Told as steady again",
        Why::UncertainAlarm => "Becomes an incident",
        Why::TokenEnds => "The token's end",
        Why::ConfirmStop => "Check that it stopped",
        Why::RetryDomain => "Same request again",
        Why::FileName => "Check of the file name",
        Why::CheckOld => "Check of the old recorder",
        Why::TurnStale => "Turns Not observed",
        Why::Quota => "Waits for room in the quota, tried",
        Why::Throttle => "Rests after 429, next check",
        Why::NetworkProbe => "Probe of the network",
    }
}

/// A start that nobody answered: what it may have left, how that ends, and what to do.
pub fn unknown_start(view: &ChannelView, unknown: &UnknownStart) -> Story {
    let UnknownStart { uid, asked_at } = unknown;
    Story {
        happened: format!("The start of {} with UID {uid} was never answered", clock(*asked_at)),
        means: "A recorder may run under that UID without a sid that we know. It cannot be asked or stopped from here, and \
                it may be billed until it ends by itself: when nobody publishes for its maximum idle time"
            .to_owned(),
        todo: match view.next_uid {
            Some(next) => format!("Look into the bucket for files of that UID. A restart takes UID {next}"),
            None => "Look into the bucket for files of that UID before you start it again".to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::event::CallKind;
    use crate::ui::testing::{NOW, ago, ahead, snapshot};

    #[test]
    fn every_outlook_says_what_when_and_why() {
        let line = |it| outlook(it, &snapshot(Vec::new()), NOW);
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
            outlook(Outlook::NoNetwork, &around, NOW),
            "Asked again when the network is back; it is probed in 4 s"
        );
    }
}
