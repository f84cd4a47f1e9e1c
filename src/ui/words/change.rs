//! The words about changes of a running recording: the question, the way, and how it ended in three parts.

use super::story::{Story, tell, with_answer};
use crate::monitor::answer::Answer;
use crate::monitor::change::{ChangeKind, ChangeResult};

/// The head of the dialog.
pub fn change_title(kind: ChangeKind, name: &str) -> String {
    match kind {
        ChangeKind::Hold => format!("Pause recording {name}?"),
        ChangeKind::Resume => format!("Resume recording {name}?"),
        ChangeKind::Subscribe => format!("Change whose media of {name} is recorded"),
        ChangeKind::Layout => format!("Change the layout of {name}"),
        ChangeKind::Outputs => format!("Change where {name} is streamed to"),
        ChangeKind::Storage => format!("Renew the storage keys of {name}"),
    }
}

/// The button that sends it.
pub const fn change_act(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Hold => "Pause recording",
        ChangeKind::Resume => "Resume recording",
        ChangeKind::Subscribe => "Change subscription",
        ChangeKind::Layout => "Change layout",
        ChangeKind::Outputs => "Change stream",
        ChangeKind::Storage => "Renew keys",
    }
}

/// While it is on its way.
pub const fn change_running(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Hold => "The pause is on its way",
        ChangeKind::Resume => "The resume is on its way",
        ChangeKind::Subscribe => "The change of the subscription is on its way",
        ChangeKind::Layout => "The change of the layout is on its way",
        ChangeKind::Outputs => "The change of the stream is on its way",
        ChangeKind::Storage => "The new storage keys are on their way",
    }
}

/// What changes when Agora has carried it out.
const fn now_holds(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Hold => "The web recording is paused. Nothing is recorded",
        ChangeKind::Resume => "The web recording goes on",
        ChangeKind::Subscribe => "The new lists hold for media from now on",
        ChangeKind::Layout => "The new layout holds; all earlier layout settings are replaced",
        ChangeKind::Outputs => "The stream goes to the new address; a query tells whether it is taken there",
        ChangeKind::Storage => "Files from now on are written with the new keys",
    }
}

const fn then(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Hold => "Resume it when it should go on",
        ChangeKind::Storage => "With a temporary token: renew it again before it runs out",
        ChangeKind::Resume | ChangeKind::Subscribe | ChangeKind::Layout | ChangeKind::Outputs => "Nothing",
    }
}

/// How a change ended.
pub fn change_story(kind: ChangeKind, result: ChangeResult, answer: Option<&Answer>) -> Story {
    match result {
        ChangeResult::Done => tell("Agora carried it out", now_holds(kind), then(kind)),
        ChangeResult::Refused => tell(
            with_answer("Agora refuses it", answer),
            "The recording goes on as it was",
            "Correct what the reason names, then send it again",
        ),
        ChangeResult::NoRecorder => tell(
            with_answer("Agora knows no such recorder now", answer),
            "It may be moving the recorder, or the recorder is gone. Nothing was changed",
            "Wait for the next check: it tells which. Then send it again",
        ),
        ChangeResult::Unconfirmed => tell(
            with_answer("No try got a clear answer", answer),
            "The change may hold or not",
            "Send it again: a change sets a state, so twice does no harm",
        ),
        ChangeResult::NotSaved => tell(
            "The session log could not be written",
            "Nothing was sent: a change must be on record first",
            "Free space or mend the folder of the log, then send it again",
        ),
        ChangeResult::Overtaken => tell(
            "The recording it was meant for was stopped or replaced meanwhile",
            "Nothing more is sent for it; whether it held does not matter any more",
            "Send it again if it should hold for the recording that runs now",
        ),
        ChangeResult::Interrupted => tell(
            "reelwatch ended before an answer came",
            "The change may hold or not",
            "Send it again: a change sets a state, so twice does no harm",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::answer::{Outcome, Refusal};

    const RESULTS: [ChangeResult; 7] = [
        ChangeResult::Done,
        ChangeResult::Refused,
        ChangeResult::NoRecorder,
        ChangeResult::Unconfirmed,
        ChangeResult::NotSaved,
        ChangeResult::Overtaken,
        ChangeResult::Interrupted,
    ];

    #[test]
    fn every_end_of_every_change_is_told_in_three_parts() {
        for kind in ChangeKind::ALL {
            for result in RESULTS {
                let story = change_story(kind, result, None);
                for part in [&story.happened, &story.means, &story.todo] {
                    assert!(
                        part.len() > 5 && !part.ends_with('.') && !part.contains('!'),
                        "{kind:?} {result:?} {part}"
                    );
                }
                assert_ne!(story.happened, story.means);
            }
        }
    }

    #[test]
    fn what_is_not_known_to_hold_is_not_told_as_done() {
        for result in [ChangeResult::Unconfirmed, ChangeResult::Interrupted] {
            assert!(change_story(ChangeKind::Hold, result, None).means.contains("may hold or not"));
        }
        let refused = change_story(ChangeKind::Hold, ChangeResult::Refused, None);
        assert_eq!(refused.means, "The recording goes on as it was");
    }

    #[test]
    fn agoras_reason_is_quoted() {
        let answer = Answer {
            http: Some(400),
            code: Some(1028),
            reason: Some("invalid layout".into()),
            ..Answer::bare(Outcome::Refused(Refusal::BadRequest))
        };
        let story = change_story(ChangeKind::Layout, ChangeResult::Refused, Some(&answer));
        assert!(story.happened.ends_with("invalid layout") && story.happened.contains("400"), "{}", story.happened);
    }
}
