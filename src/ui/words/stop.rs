//! The words of a stop: one that has no end yet, whatever can be seen of the recorder meanwhile, and how one ended.

use super::answers::{outcome, refused};
use super::story::{tell, with_answer};
use super::{Story, clock, stop_result};
use crate::monitor::answer::{Outcome, ServiceStatus, Upload};
use crate::monitor::phase::{Blindness, Sight, State, StopResult};
use crate::monitor::snapshot::{ChannelView, OpenStop};
use crate::monitor::time::Timestamp;
use crate::ui::format;

/// That a stop is open, where the word of the state says something else: `stop asked for at 14:20:03 is not confirmed`.
pub fn stop_beside(view: &ChannelView) -> Option<String> {
    let open = view.open_stop.as_ref().filter(|_| view.state != State::Stopping)?;
    Some(format!("stop asked for at {} is not confirmed", clock(open.asked_at)))
}

/// A stop on its way. It is told before what cannot be seen: it is our own act, and somebody waits for it.
pub(super) fn stopping(view: &ChannelView, now: Timestamp) -> Story {
    let next = "Nothing. What comes next stands below, and the outcome is shown here".to_owned();
    let (means, todo) = match view.sight {
        Sight::Clear => (not_taken(view).unwrap_or_else(|| ON_THEIR_WAY.to_owned()), next),
        Sight::Uncertain => ("Whether it still records is not certain until Agora answers".to_owned(), next),
        Sight::Refused(refusal) => {
            let it = refused(refusal);
            (format!("{}. {}", it.happened, it.means), it.todo.to_owned())
        }
        Sight::Blind(why) => (not_taken(view).unwrap_or_else(|| unseen(view, now, why)), next),
    };
    tell(asked(view), means, todo)
}

const ON_THEIR_WAY: &str = "Media after the stop is not recorded; the last files are on their way";

/// When it was asked for, and what came of it so far.
fn asked(view: &ChannelView) -> String {
    let Some(OpenStop { asked_at, heard }) = &view.open_stop else { return "Stop was asked".to_owned() };
    let asked = format!("Stop was asked at {}", clock(*asked_at));
    let status = view.last_probe.as_ref().map(|last| &last.probe).filter(|probe| probe.at > *asked_at);
    match (status.map(|probe| &probe.answer.outcome), heard) {
        (Some(Outcome::Status(ServiceStatus::Leaving(n))), _) => format!("{asked}, and Agora answers status {n}"),
        (Some(_) | None, Some((at, answer))) => {
            let last = with_answer(&format!("the last answer to it, at {}", clock(*at)), Some(answer));
            format!("{asked} and is not confirmed; {last}")
        }
        (Some(_) | None, None) => format!("{asked}, and nothing came to it yet"),
    }
}

/// Agora has plainly not taken the stop.
fn not_taken(view: &ChannelView) -> Option<String> {
    let (_, answer) = view.open_stop.as_ref()?.heard.as_ref()?;
    let short = outcome(&answer.outcome).short;
    (answer.outcome == Outcome::Throttled)
        .then(|| format!("Agora has not taken it ({short}): the recorder may well go on until it does"))
}

fn unseen(view: &ChannelView, now: Timestamp, why: Blindness) -> String {
    let seen = match view.last_good {
        Some(at) => format!("it was last seen recording {} ago", format::words(now.since(at))),
        None => "nobody here has seen it recording".to_owned(),
    };
    format!("Whether it still records is not known: {}; {seen}", crate::monitor::describe::blindness(why))
}

/// How a stop ended.
pub(super) fn stopped(result: StopResult) -> Story {
    let happened = format!("The session was stopped from here: {}", stop_result(result));
    match result {
        StopResult::Upload(Upload::Uploaded) => tell(happened, "All files are in the storage", "Nothing"),
        StopResult::Upload(Upload::BackedUp) => tell(
            happened,
            "Some files wait in Agora's backup cloud because the storage did not take them",
            "Check the storage; Agora forwards the files by itself",
        ),
        StopResult::Upload(Upload::Stranded) => {
            tell(happened, "Some files wait on the recording server", "Nothing. Agora uploads them later by itself")
        }
        StopResult::Upload(Upload::Unknown) => {
            tell(happened, "Files may still be on their way", "Look into the storage in some minutes")
        }
        StopResult::AlreadyGone => tell(
            happened,
            "The recorder had left before the stop came",
            "Look into the gaps below for when it was last seen",
        ),
        StopResult::NothingRecorded => tell(
            happened,
            "No file will come: nobody published while it ran",
            "Check that somebody publishes before the next start",
        ),
        StopResult::NoRecorder => tell(happened, "No sid was known, so no stop was sent", "Nothing"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::answer::Answer;
    use crate::monitor::outlook::Outlook;
    use crate::monitor::phase::Phase;
    use crate::monitor::schedule::Why;
    use crate::ui::testing::{NOW, ago, ahead, in_state, snapshot};
    use crate::ui::words;

    fn throttled() -> ChannelView {
        let answer = Answer { http: Some(429), ..Answer::bare(Outcome::Throttled) };
        ChannelView {
            phase: Phase::Stopping,
            sight: Sight::Blind(Blindness::Overdue),
            open_stop: Some(OpenStop { asked_at: ago(300), heard: Some((ago(1), answer)) }),
            outlook: Outlook::At(ahead(2), Why::Throttle),
            ..in_state(1, "court-01", State::NotObserved)
        }
    }

    #[test]
    fn a_stop_that_agora_does_not_take_is_told_although_the_recorder_is_not_observed() {
        let view = throttled();
        let told = words::story(&view, &snapshot(Vec::new()), NOW);
        assert_eq!(
            told.happened,
            "Stop was asked at 14:27:07 and is not confirmed; the last answer to it, at 14:32:06: 429"
        );
        assert_eq!(told.means, "Agora has not taken it (too many requests): the recorder may well go on until it does");
        assert_eq!(
            words::outlook(&view, &snapshot(Vec::new()), NOW),
            "Answered 429: the same request again in 2 s",
            "the line below the story"
        );
        assert!(words::headline(&view, NOW).contains(", stop asked for at 14:27:07 is not confirmed"));
    }

    #[test]
    fn a_stop_that_nobody_answered_yet_says_so_and_needs_no_word_beside_stopping() {
        let open_stop = Some(OpenStop { asked_at: ago(3), heard: None });
        let view = ChannelView { open_stop, ..in_state(1, "court-01", State::Stopping) };
        let told = words::story(&view, &snapshot(Vec::new()), NOW);
        assert_eq!(told.happened, "Stop was asked at 14:32:04, and nothing came to it yet");
        assert_eq!(stop_beside(&view), None);
    }
}
