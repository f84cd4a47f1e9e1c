//! Every variant has words, none is empty, and none says more than is known.

use std::collections::BTreeSet;

use super::*;
use crate::monitor::answer::{Answer, NoAnswer, Outcome, Refusal, ServiceStatus};
use crate::monitor::event::CallKind;
use crate::monitor::ids::ResourceId;
use crate::monitor::ids::Uid;
use crate::monitor::outlook::Outlook;
use crate::monitor::phase::{StartCause, StartFailure};
use crate::monitor::snapshot::{NextTry, SlowView, Step, UnknownStart};
use crate::ui::testing::{NOW, ago, ahead, gap, in_state, lost, missing, recording, restarting, snapshot, suspect};

const REFUSALS: [Refusal; 17] = [
    Refusal::BadRequest,
    Refusal::HashMismatch,
    Refusal::Garbled,
    Refusal::Unauthorized,
    Refusal::Forbidden,
    Refusal::NoRoute,
    Refusal::BadAppId,
    Refusal::BadName,
    Refusal::WrongRecording,
    Refusal::BadLayout,
    Refusal::TokenExpired,
    Refusal::TokenWrong,
    Refusal::NotEnabled,
    Refusal::Suspended,
    Refusal::OverLimit,
    Refusal::NotSent,
    Refusal::Other,
];

/// Every outcome there is; `kind` does not compile when a new one is not thought of.
fn outcomes() -> Vec<Outcome> {
    let statuses = [
        ServiceStatus::Preparing(0),
        ServiceStatus::Ready,
        ServiceStatus::InProgress,
        ServiceStatus::Leaving(8),
        ServiceStatus::AbnormalExit,
        ServiceStatus::Unknown(17),
    ];
    let uploads = [Upload::Uploaded, Upload::BackedUp, Upload::Stranded, Upload::Unknown];
    let silences = [NoAnswer::Dns, NoAnswer::Connect, NoAnswer::Tls, NoAnswer::Timeout, NoAnswer::Reset];
    let rest = [
        Outcome::Acquired(ResourceId::new("R")),
        Outcome::Started(Sid::new("s")),
        Outcome::AlreadyStarted,
        Outcome::Updated,
        Outcome::NothingRecorded,
        Outcome::AlreadyLeaving,
        Outcome::Missing,
        Outcome::NotCompleted,
        Outcome::UidConflict,
        Outcome::StaleResource,
        Outcome::ServerError,
        Outcome::Throttled,
        Outcome::Malformed,
        Outcome::Gateway,
    ];
    let refused = REFUSALS.into_iter().map(Outcome::Refused);
    let told = statuses.into_iter().map(Outcome::Status).chain(uploads.into_iter().map(Outcome::Stopped));
    rest.into_iter().chain(refused).chain(told).chain(silences.into_iter().map(Outcome::NoAnswer)).collect()
}

/// A number for each outcome, so that the list above can be seen to be whole.
const fn kind(outcome: &Outcome) -> usize {
    match outcome {
        Outcome::Acquired(_) => 0,
        Outcome::Started(_) => 1,
        Outcome::AlreadyStarted => 2,
        Outcome::Status(_) => 3,
        Outcome::Stopped(_) => 4,
        Outcome::Updated => 5,
        Outcome::NothingRecorded => 6,
        Outcome::AlreadyLeaving => 7,
        Outcome::Missing => 8,
        Outcome::NotCompleted => 9,
        Outcome::UidConflict => 10,
        Outcome::StaleResource => 11,
        Outcome::ServerError => 12,
        Outcome::Throttled => 13,
        Outcome::Malformed => 14,
        Outcome::Gateway => 15,
        Outcome::NoAnswer(_) => 16,
        Outcome::Refused(why) => match why {
            Refusal::BadRequest => 17,
            Refusal::HashMismatch => 18,
            Refusal::Garbled => 19,
            Refusal::Unauthorized => 20,
            Refusal::Forbidden => 21,
            Refusal::NoRoute => 22,
            Refusal::BadAppId => 23,
            Refusal::BadName => 24,
            Refusal::WrongRecording => 25,
            Refusal::BadLayout => 26,
            Refusal::TokenExpired => 27,
            Refusal::TokenWrong => 28,
            Refusal::NotEnabled => 29,
            Refusal::Suspended => 30,
            Refusal::OverLimit => 31,
            Refusal::NotSent => 32,
            Refusal::Other => 33,
        },
    }
}

#[test]
fn every_outcome_says_what_happened_what_it_means_and_what_to_do() {
    let outcomes = outcomes();
    assert_eq!(outcomes.iter().map(kind).collect::<BTreeSet<_>>(), (0..34).collect(), "the list is whole");
    let mut told = BTreeSet::new();
    for it in &outcomes {
        let words = outcome(it);
        [words.happened, words.means, words.todo].into_iter().for_each(check);
        assert!(words.short.chars().next().is_some_and(char::is_alphanumeric), "{it:?}");
        let recording = matches!(it, Outcome::Status(ServiceStatus::Ready | ServiceStatus::InProgress));
        assert_eq!(words.means == "It records", recording, "{it:?}");
        assert!(told.insert(words.happened) || recording, "two outcomes read the same: {it:?}");
    }
}

fn failures() -> Vec<StartFailure> {
    let rest = [
        StartFailure::UidConflict,
        StartFailure::ServerErrors,
        StartFailure::Unreadable,
        StartFailure::NotCompleted,
        StartFailure::Unreachable,
        StartFailure::NotVerified,
        StartFailure::Cancelled,
        StartFailure::NotSaved,
    ];
    REFUSALS.map(StartFailure::Refused).into_iter().chain(rest).collect()
}

fn phases() -> Vec<Phase> {
    let stops = [
        StopResult::Upload(Upload::Uploaded),
        StopResult::Upload(Upload::BackedUp),
        StopResult::Upload(Upload::Unknown),
        StopResult::AlreadyGone,
        StopResult::NothingRecorded,
        StopResult::NoRecorder,
    ];
    let rest = [
        Phase::Idle,
        Phase::Starting(StartCause::Start),
        Phase::Starting(StartCause::Restart),
        Phase::StartUnknown,
        Phase::Recording,
        Phase::Suspect,
        Phase::Lost,
        Phase::AbnormalExit,
        Phase::Ended(ServiceStatus::Leaving(8)),
        Phase::Stopping,
    ];
    stops.map(Phase::Stopped).into_iter().chain(rest).chain(failures().into_iter().map(Phase::StartFailed)).collect()
}

fn sights() -> Vec<Sight> {
    let blind = [
        Blindness::AppClosed,
        Blindness::Asleep,
        Blindness::NetworkDown,
        Blindness::Overdue,
        Blindness::Adopted,
        Blindness::HeldUp,
        Blindness::SleptOrClockSet,
        Blindness::ClockSet,
    ];
    [Sight::Clear, Sight::Uncertain]
        .into_iter()
        .chain(REFUSALS.map(Sight::Refused))
        .chain(blind.map(Sight::Blind))
        .collect()
}

/// Words for people: not empty, capital first, no full stop, no exclamation mark.
fn check(text: &str) {
    let first = text.chars().next().expect("not empty");
    assert!(first.is_uppercase() || first.is_ascii_digit() || text.starts_with("reelwatch"), "{text:?}");
    assert!(text.len() > 3 && !text.ends_with('.') && !text.contains(['!', '_']), "{text:?}");
}

#[test]
fn every_phase_and_sight_says_what_happened_what_it_means_and_what_to_do() {
    for base in [recording(1, "court-01"), suspect(2, "court-02"), lost(3, "court-03"), restarting(4, "court-04")] {
        for phase in phases() {
            for sight in sights() {
                let view = ChannelView { phase, sight, state: State::of(phase, sight), ..base.clone() };
                let story = story(&view, &snapshot(Vec::new()), NOW);
                for part in [&story.happened, &story.means, &headline(&view, NOW)] {
                    check(part);
                }
                assert!(story.todo.len() > 5, "{phase:?} {sight:?}");
            }
        }
    }
}

#[test]
fn an_old_picture_is_shown_as_not_observed() {
    let view = ChannelView { stale_at: Some(ago(30)), ..recording(1, "court-01") };
    let seen = as_seen(&view, NOW);
    assert!(headline(&seen, NOW).starts_with("Not observed for 0:30"), "{}", headline(&seen, NOW));
    assert!(story(&seen, &snapshot(Vec::new()), NOW).happened.starts_with("No check"));
    assert_eq!(as_seen(&view, ago(31)).state, State::Recording);
}

#[test]
fn nothing_that_cannot_be_seen_is_told_as_recording() {
    for sight in sights().into_iter().filter(|sight| *sight != Sight::Clear) {
        let state = State::of(Phase::Recording, sight);
        let view = ChannelView { sight, state, ..recording(1, "court-01") };
        let story = story(&view, &snapshot(Vec::new()), NOW);
        assert!(!story.means.contains("It records"), "{sight:?}: {}", story.means);
        assert!(!headline(&view, NOW).starts_with("Recording"), "{sight:?}");
    }
}

#[test]
fn every_state_refusal_reason_and_step_has_words() {
    State::ALL.into_iter().for_each(|it| check(state(it)));
    check(band(BandKind::PossiblyLost));
    for why in [
        Denial::NoSuchChannel,
        Denial::AlreadyStarting,
        Denial::AlreadyStopping,
        Denial::SessionOpen,
        Denial::NoSession,
        Denial::NoSid,
        Denial::NetworkDown,
        Denial::LogFailing,
        Denial::NoSecondRecorder,
        Denial::NothingToCancel,
    ] {
        check(denial(why));
    }
    for why in failures() {
        let it = failure(why);
        [it.happened, it.means, it.todo].into_iter().for_each(check);
        assert!(!it.short.is_empty());
    }
    let view = recording(1, "court-01");
    for step in Step::ALL {
        for cause in [StartCause::Start, StartCause::Restart] {
            check(step_name(step, cause));
            assert!(step_text(step, cause, view.uid, view.next_uid).len() > 10);
        }
    }
    for end in [GapEnd::Blip, GapEnd::CameBack, GapEnd::Restarted, GapEnd::Stopped] {
        assert!(!gap_end(end).is_empty());
    }
}

#[test]
fn a_suspicion_counts_its_seconds_against_the_window() {
    let view = suspect(7, "studio-07");
    assert_eq!(headline(&view, NOW), "Suspect: 404 worker for 41 s of 90 s");
    assert_eq!(story(&view, &snapshot(Vec::new()), NOW).todo, "Nothing. It turns Lost at 14:32:56");
}

#[test]
fn a_suspicion_whose_queries_fail_for_longer_than_the_window_promises_no_moment() {
    let view = ChannelView { sight: Sight::Uncertain, ..suspect(7, "studio-07") };
    assert_eq!(story(&view, &snapshot(Vec::new()), NOW).todo, "Nothing. It turns Lost at 14:32:56");
    let todo = |seconds| story(&view, &snapshot(Vec::new()), NOW + Duration::from_secs(seconds)).todo;
    assert_eq!(todo(49), "Nothing. It turns Lost with the next 404");
    assert_eq!(todo(78), todo(49), "89 s after the last one");
    let later = NOW + Duration::from_secs(79);
    assert_eq!(headline(&view, later), "Suspect for 2:00, and queries fail");
    assert!(todo(79).starts_with("Nothing. It may be back"));
}

#[test]
fn a_start_says_its_step_its_try_and_when() {
    let view = restarting(3, "court-03");
    assert_eq!(headline(&view, NOW), "Starting, step 2 of 5, try 3 of 4 in 4 s");
}

#[test]
fn a_gap_is_told_with_both_bounds() {
    assert_eq!(gap_bounds(&gap(GapEnd::Restarted)), "1:43 to 3:49");
    let open = suspect(7, "studio-07").open_gap.expect("open");
    assert_eq!(open_gap_bounds(open, NOW), "0:30 to 2:41");
}

#[test]
fn agoras_own_code_and_reason_are_quoted() {
    let answer = Answer { reason: Some("uid is wrong".into()), http: Some(400), code: Some(2), ..missing() };
    let answer = Answer { outcome: Outcome::Refused(Refusal::BadRequest), ..answer };
    let sight = Sight::Refused(Refusal::BadRequest);
    let view = ChannelView { sight, state: State::ConfigError, because: Some(answer), ..recording(1, "court-01") };
    assert!(story(&view, &snapshot(Vec::new()), NOW).happened.ends_with(": 400/2 uid is wrong"));
}

#[test]
fn what_was_never_sent_is_told_once_and_not_as_agoras_words() {
    let reason = Some("the token set for UID 7 ended at 2026-03-02T08:15:02Z".into());
    let answer = Answer { reason, ..Answer::bare(Outcome::Refused(Refusal::NotSent)) };
    let phase = Phase::StartFailed(StartFailure::Refused(Refusal::NotSent));
    let state = State::of(phase, Sight::Clear);
    let view = ChannelView { phase, state, because: Some(answer.clone()), ..recording(1, "court-01") };
    let happened = story(&view, &snapshot(Vec::new()), NOW).happened;
    assert_eq!(happened, "reelwatch cannot make this request: the token set for UID 7 ended at 2026-03-02T08:15:02Z");
    let line = crate::monitor::describe::outcome(&answer);
    assert_eq!(line, "not sent: the token set for UID 7 ended at 2026-03-02T08:15:02Z");
}

#[test]
fn a_question_says_first_when_the_state_is_not_confirmed() {
    assert_eq!(not_confirmed(&recording(1, "court-01"), &snapshot(Vec::new()), NOW), None);
    for (phase, sight) in [
        (Phase::Suspect, Sight::Clear),
        (Phase::Recording, Sight::Uncertain),
        (Phase::Recording, Sight::Blind(Blindness::Overdue)),
        (Phase::Recording, Sight::Refused(Refusal::Unauthorized)),
    ] {
        let view = ChannelView {
            phase,
            sight,
            state: State::of(phase, sight),
            last_certain: Some(ago(130)),
            ..recording(1, "a")
        };
        let line = not_confirmed(&view, &snapshot(Vec::new()), NOW).expect("not certain");
        assert!(line.starts_with("The state is not confirmed") && line.ends_with("2 min 10 s ago"), "{line}");
    }
}

#[test]
fn an_exported_file_is_named_after_channel_and_time_with_safe_characters_only() {
    let cname = "court 03?".parse().expect("valid");
    assert_eq!(export_name(&cname, NOW, "csv"), "reelwatch_court_03__20261112T143207.csv");
}

#[test]
fn a_channel_whose_checks_rest_after_429_says_so_with_both_times() {
    let view = in_state(1, "court-01", State::NotObserved);
    let view = ChannelView {
        phase: Phase::Recording,
        sight: Sight::Blind(Blindness::Overdue),
        outlook: Outlook::Queued(ago(40), CallKind::Query),
        ..view
    };
    let mut around = snapshot(vec![view.clone()]);
    assert!(story(&view, &around, NOW).happened.starts_with("No check was made"));
    around.projects[0].slow = Some(SlowView { since: ago(360), percent: 10 });
    around.projects[0].throttled_until = Some(ahead(4));
    let told = story(&view, &around, NOW);
    assert_eq!(told.happened, "Agora asks for fewer requests (429) since 14:26:07: checks rest until 14:32:11");
    assert!(told.means.starts_with("Our rate, not the fault of the channel. "), "{}", told.means);
    assert_eq!(
        outlook(&view, &around, NOW),
        "Checks rest after 429; its turn comes in 4 s or later",
        "below the story"
    );
    around.projects[0].throttled_until = None;
    assert!(story(&view, &around, NOW).happened.ends_with("since 14:26:07: checks go at 10 % of their rate"));
}

#[test]
fn an_unknown_start_says_what_came_of_it_and_when_it_is_repeated() {
    let unknown = |answer| UnknownStart { uid: Uid::new(9).expect("not 0"), asked_at: ago(7), answer };
    let timeout = Answer::bare(Outcome::NoAnswer(NoAnswer::Timeout));
    let mut view = restarting(3, "court-03");
    view.phase = Phase::StartUnknown;
    let start = view.start.as_mut().expect("it restarts");
    (start.asked_at, start.next_try) = (ago(7), Some(NextTry { at: ahead(15), number: 2, of: Some(4) }));
    let around = snapshot(Vec::new());
    let told = unknown_start(&view, &around, &unknown(Some(timeout)), NOW);
    assert_eq!(told.happened, "The start of 14:32:00 with UID 9 got no answer: timeout");
    assert_eq!(
        told.todo,
        "Nothing yet. The same start goes out again in 15 s: that can name its recorder, and never begins a second one"
    );
    view.start.as_mut().expect("it restarts").next_try = None;
    let nameless = Answer { http: Some(201), code: Some(7), ..Answer::bare(Outcome::AlreadyStarted) };
    let told = unknown_start(&view, &around, &unknown(Some(nameless)), NOW);
    assert_eq!(
        told.happened,
        "The start of 14:32:00 with UID 9 was answered 201/7: something runs under its resource ID, and Agora does not name it"
    );
    assert!(told.todo.starts_with("Look into the bucket"), "{}", told.todo);
    assert!(unknown_start(&view, &around, &unknown(None), NOW).happened.contains("no answer to it is known here"));
}

#[test]
fn a_start_that_left_no_recorder_is_not_called_lost_without_saying_so() {
    let failed = |why| ChannelView { phase: Phase::StartFailed(why), ..in_state(1, "a", State::Lost) };
    assert_eq!(headline(&failed(StartFailure::Interrupted), NOW), "Lost: not started, never sent");
    assert_eq!(headline(&failed(StartFailure::Unreadable), NOW), "Lost: not started, unreadable answers");
    assert_eq!(headline(&failed(StartFailure::NotVerified), NOW), "Lost: never reached status 4 or 5");
}

#[test]
fn a_start_that_was_not_verified_is_told_as_blindness_while_nobody_looks() {
    let failed = Phase::StartFailed(StartFailure::NotVerified);
    let blind = Sight::Blind(Blindness::Asleep);
    let view = ChannelView { phase: failed, sight: blind, ..in_state(1, "a", State::NotObserved) };
    assert_eq!(story(&view, &snapshot(Vec::new()), NOW).happened, "This workstation slept");
    let seen = ChannelView { sight: Sight::Clear, ..view };
    assert!(story(&seen, &snapshot(Vec::new()), NOW).happened.starts_with("A sid came, but neither"));
}
