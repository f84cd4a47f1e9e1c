//! What happened, what it means, what to do: the three parts in which the detail pane explains a state.

use super::answers::{outcome, refused};
use super::outlook::start_repeats;
use super::start::{failure, stepper_state};
use super::stop::{stopped, stopping};
use super::{clock, is_paused, role_of_next, seconds, turns_lost};
use crate::monitor::answer::{Answer, Outcome, Refusal};
use crate::monitor::phase::{Blindness, Phase, Sight, StartFailure};
use crate::monitor::snapshot::{ChannelView, NetworkView, Snapshot};
use crate::monitor::time::Timestamp;
use crate::ui::format;

/// The three parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// What happened.
    pub happened: String,
    /// What it means.
    pub means: String,
    /// What to do.
    pub todo: String,
}

pub(super) fn tell(happened: impl Into<String>, means: impl Into<String>, todo: impl Into<String>) -> Story {
    Story { happened: happened.into(), means: means.into(), todo: todo.into() }
}

/// The story of a channel's state. Facts outlast blindness here as they do in `State::of`.
pub fn story(view: &ChannelView, around: &Snapshot, now: Timestamp) -> Story {
    match view.phase {
        Phase::Idle => {
            tell("No session is open", "Nothing records this channel from here", "Start recording when it is wanted")
        }
        Phase::Stopped(result) => stopped(result),
        Phase::Lost => lost(view, around),
        Phase::AbnormalExit => tell(
            "Agora reports an abnormal exit (status 20)",
            "The recorder is gone. Nothing is recorded",
            restart_with(view),
        ),
        Phase::Ended(status) => tell(
            format!("The recording ended without a stop from here (status {})", i64::from(status)),
            "Often nobody published for the maximum idle time",
            "Restart it if people still speak, or raise the maximum idle time",
        ),
        Phase::StartFailed(why) => {
            // Its recorder may still come, and nobody would see it.
            if let (StartFailure::NotVerified, Sight::Blind(cause)) = (why, view.sight) {
                return blind(view, around, now, cause);
            }
            let it = failure(why);
            tell(with_answer(it.happened, view.because.as_ref()), it.means, it.todo)
        }
        Phase::StartUnknown => unknown(view, around, now),
        Phase::Starting(_) => seen(view, around, now, starting),
        Phase::Recording => seen(view, around, now, recording),
        Phase::Stopping => stopping(view, now),
        Phase::Suspect => match view.sight {
            Sight::Clear | Sight::Uncertain => suspect(view, around, now),
            Sight::Refused(_) | Sight::Blind(_) => seen(view, around, now, suspect),
        },
    }
}

fn unknown(view: &ChannelView, around: &Snapshot, now: Timestamp) -> Story {
    let again = view.unknown_starts.iter().find_map(|unknown| start_repeats(view, around, unknown, now));
    let todo = match (again, view.next_uid) {
        (Some(again), _) => again,
        (None, Some(uid)) => format!("Look into the bucket or the channel; UID {uid} is free to start with"),
        (None, None) => "Look into the bucket or the channel".to_owned(),
    };
    tell(
        with_answer("Start was asked, and its outcome is unknown", view.because.as_ref()),
        "A recorder may run without a sid that we know",
        todo,
    )
}

type Teller = fn(&ChannelView, &Snapshot, Timestamp) -> Story;

/// A running phase is told only while it can be seen.
fn seen(view: &ChannelView, around: &Snapshot, now: Timestamp, clear: Teller) -> Story {
    match view.sight {
        Sight::Clear => clear(view, around, now),
        Sight::Uncertain => uncertain(view, now),
        Sight::Refused(refusal) => {
            let it = refused(refusal);
            tell(with_answer(it.happened, view.because.as_ref()), it.means, it.todo)
        }
        Sight::Blind(why) => blind(view, around, now, why),
    }
}

fn restart_with(view: &ChannelView) -> String {
    match view.next_uid {
        Some(uid) => format!("Restart with the {} {uid}", role_of_next(view)),
        None => "Start it again where it was started: no backup UID is known here".to_owned(),
    }
}

fn lost(view: &ChannelView, around: &Snapshot) -> Story {
    let happened = match &view.open_gap {
        Some((gap, _)) => format!("404 failed to find worker since {}", clock(gap.first_bad)),
        None => "404 failed to find worker, again and again".to_owned(),
    };
    tell(
        happened,
        format!("The {} failover window is over. Nothing is recorded", seconds(around.project_of(view).lost_after)),
        restart_with(view),
    )
}

fn suspect(view: &ChannelView, around: &Snapshot, now: Timestamp) -> Story {
    let Some(it) = &view.suspect else {
        return tell(
            "Query answers 404 failed to find worker",
            "Agora may be moving the recorder",
            "Nothing. It is asked again soon",
        );
    };
    let times = match it.answers.len() {
        0 | 1 => "once".to_owned(),
        n => format!("{n} times"),
    };
    tell(
        format!("Query answered 404 failed to find worker {times} in {}", format::words(now.since(it.since))),
        format!(
            "Agora may be moving the recorder: 404 is normal for up to {}",
            seconds(around.project_of(view).lost_after)
        ),
        format!("Nothing. {}", turns_lost(view, it, now)),
    )
}

fn uncertain(view: &ChannelView, now: Timestamp) -> Story {
    let happened = match &view.last_probe {
        Some(last) => {
            let (host, answer) = (&last.probe.host, &last.probe.answer);
            format!("Query got no clear answer from {host}, {}: {}", answer.label(), outcome(&answer.outcome).short)
        }
        None => with_answer("Query got no clear answer", view.because.as_ref()),
    };
    let todo = match view.outlook.deadline() {
        Some((at, _)) => format!("Nothing. Checked again in {}", format::words(at.since(now))),
        None => "Check now, or wait for the next poll".to_owned(),
    };
    tell(happened, "It may well go on recording; nobody can tell until Agora answers", todo)
}

fn blind(view: &ChannelView, around: &Snapshot, now: Timestamp, why: Blindness) -> Story {
    let last = match view.last_good {
        Some(at) => format!("It was last seen recording {} ago. It may well go on", format::words(now.since(at))),
        None => "Nobody here has seen this recording yet".to_owned(),
    };
    match why {
        Blindness::NetworkDown => tell(
            match around.network {
                NetworkView::Down { since, .. } => format!(
                    "No domain of any project answers since {}: most likely it is this workstation's network",
                    clock(since)
                ),
                NetworkView::Up => "No domain of any project answered until just now".to_owned(),
            },
            last,
            "Check cable, VPN and proxy. It is asked again as soon as a domain answers",
        ),
        Blindness::Asleep => tell("This workstation slept", last, "Nothing. It is asked as soon as the quota allows"),
        Blindness::HeldUp => tell(
            "reelwatch was held up: it was stopped, or this workstation was too busy",
            last,
            "Nothing. It is asked as soon as the quota allows",
        ),
        Blindness::SleptOrClockSet => tell(
            "This workstation slept, or its clock was set forward",
            last,
            "Nothing. It is asked as soon as the quota allows",
        ),
        Blindness::ClockSet => tell(
            "The clock of this workstation was set forward",
            last,
            "Nothing. It is asked as soon as the quota allows. Ages that span the change are too long",
        ),
        Blindness::AppClosed => {
            tell("reelwatch was not running", last, "Nothing. It is asked as soon as the quota allows")
        }
        Blindness::Adopted => tell(
            "This recording was started elsewhere and adopted here",
            "Nobody here has asked for it yet",
            "Nothing. It is asked as soon as the quota allows",
        ),
        Blindness::Overdue => overdue(view, around, now, &last),
    }
}

/// No check for too long: because Agora asked for fewer requests, where it did.
fn overdue(view: &ChannelView, around: &Snapshot, now: Timestamp, last: &str) -> Story {
    let project = around.project_of(view);
    let rests = project.throttled_until.filter(|until| *until > now);
    let since = project.slow.map(|slow| format!(" since {}", clock(slow.since))).unwrap_or_default();
    let happened = match (rests, project.slow) {
        (Some(until), _) => format!("Agora asks for fewer requests (429){since}: checks rest until {}", clock(until)),
        (None, Some(slow)) => {
            format!("Agora asks for fewer requests (429){since}: checks go at {} % of their rate", slow.percent)
        }
        (None, None) => {
            return tell(
                "No check was made for more than two poll intervals",
                last,
                "Check now. If it stays, look at the quota and the domains above",
            );
        }
    };
    tell(
        happened,
        format!("Our rate, not the fault of the channel. {last}"),
        "Nothing. If it stays, look for other programs with the same App ID",
    )
}

fn starting(view: &ChannelView, _around: &Snapshot, now: Timestamp) -> Story {
    let happened = match &view.start {
        Some(start) => format!("Start was asked at {}: {}", clock(start.asked_at), stepper_state(start, now)),
        None => "Start was asked".to_owned(),
    };
    tell(happened, "It counts as recording only after status 4 or 5", "Nothing. Or stop trying")
}

fn recording(view: &ChannelView, around: &Snapshot, now: Timestamp) -> Story {
    if let Some(until) = around.project_of(view).throttled_until.filter(|until| view.throttled && *until > now) {
        return tell(
            "Agora asks for fewer requests (429)",
            "Our rate, not the fault of the channel",
            format!("Nothing. Checks rest until {}", clock(until)),
        );
    }
    if is_paused(view) {
        return tell(
            "The web recording is paused",
            "The recorder is there and records nothing until it is resumed",
            "Resume it when it should go on",
        );
    }
    let happened = match &view.last_probe {
        Some(last) if last.probe.answer.http.is_none() => {
            format!("The last try got no answer at {}: {}", clock(last.probe.at), last.probe.answer.label())
        }
        Some(last) => format!("Query answered {} at {}", last.probe.answer.label(), clock(last.probe.at)),
        None => "Query answered status 4 or 5".to_owned(),
    };
    let means = format!("It records. A gap shorter than {} may go unseen", seconds(around.project_of(view).poll_every));
    tell(happened, means, "Nothing")
}

/// A sentence with the answer that decided it, quoted as it came.
pub(super) fn with_answer(sentence: &str, answer: Option<&Answer>) -> String {
    match answer {
        Some(answer) => match &answer.reason {
            // There is no answer to quote, only why nothing was asked.
            Some(reason) if answer.outcome == Outcome::Refused(Refusal::NotSent) => format!("{sentence}: {reason}"),
            Some(reason) => format!("{sentence}: {} {reason}", answer.label()),
            None => format!("{sentence}: {}", answer.label()),
        },
        None => sentence.to_owned(),
    }
}
