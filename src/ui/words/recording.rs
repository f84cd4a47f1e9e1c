//! The words about a running recording beside its state: a pause, its channel token, its streams, where its channel comes from.

use std::time::Duration;

use jiff::tz::TimeZone;

use super::story::Story;
use super::{clock, role_of_next};
use crate::monitor::phase::State;
use crate::monitor::snapshot::{ChannelView, Origin, TokenView};
use crate::monitor::time::Timestamp;
use crate::monitor::told::{Hold, Output, Web};
use crate::ui::format;

/// When the token of a recording ends that may still run, and how it stands with it. `warning` is how long before its end it is
/// warned of.
pub fn token_end(view: &ChannelView, warning: Duration, now: Timestamp) -> Option<(TokenView, Timestamp)> {
    let recording = view.recording.as_ref().filter(|_| may_run(view.state))?;
    Some((recording.token_at(now, warning)?, recording.token_until?))
}

/// Whether a recorder may be at work. While another one is being started the old token is of no interest.
const fn may_run(state: State) -> bool {
    match state {
        State::Recording | State::Suspect | State::Uncertain | State::NotObserved | State::ConfigError => true,
        State::Lost
        | State::AbnormalExit
        | State::Ended
        | State::Stopping
        | State::Starting
        | State::Stopped
        | State::Idle => false,
    }
}

/// `Channel token ends at 17:32:07, in 3 h`
pub fn token_line(until: Timestamp, now: Timestamp) -> String {
    let day = if format::date(until, &TimeZone::UTC) != format::date(now, &TimeZone::UTC) {
        format!("{} ", format::date(until, &TimeZone::UTC))
    } else {
        String::new()
    };
    if until <= now {
        return format!("Channel token ended at {day}{}, {} ago", clock(until), format::words(now.since(until)));
    }
    format!("Channel token ends at {day}{}, in {}", clock(until), format::words(until.since(now)))
}

/// What the end of the token means; `None` while it is far or not known.
pub fn token_story(view: &ChannelView, warning: Duration, now: Timestamp) -> Option<Story> {
    let (end, until) = token_end(view, warning, now)?;
    let restart = match view.next_uid {
        Some(uid) => format!("Restart with the {} {uid}", role_of_next(view)),
        None => "Start it again where it was started".to_owned(),
    };
    let (means, todo) = match end {
        TokenView::Fine => return None,
        TokenView::EndsSoon => (
            "Agora ends the recorder when its token ends. A token cannot be renewed while it records",
            format!("{restart} before that: a restart takes a new token"),
        ),
        TokenView::Ended => (
            "Agora ends the recorder when its token ends, so this one may be gone before a check tells",
            format!("{restart}: a restart takes a new token"),
        ),
    };
    Some(Story { happened: token_line(until, now), means: means.to_owned(), todo })
}

/// Whether it is seen to pause: nothing is recorded then, although the recorder is there.
pub fn is_paused(view: &ChannelView) -> bool {
    view.state == State::Recording && view.is_held()
}

/// What a web recording says of itself, as lines of name and words; empty for other modes and before its first answer.
pub fn web(view: &ChannelView) -> Vec<(&'static str, String)> {
    let Some(it) = &view.web else { return Vec::new() };
    let mut lines = Vec::new();
    if let Some(state) = &it.state {
        lines.push(("Web page", page(state)));
    }
    // The recording's own comes first: it knows of a change that came after the query.
    let hold = view.recording.as_ref().and_then(|recording| recording.hold).or(it.hold);
    if let Some(hold) = hold {
        lines.push(("Pause", pause(hold).to_owned()));
    }
    lines.extend(streams(it));
    lines
}

/// The page's own state, with Agora's word where a reader may want to look it up.
fn page(state: &str) -> String {
    match state {
        "init" => "being loaded (init)".to_owned(),
        "inProgress" => "loaded, in progress (inProgress)".to_owned(),
        "exit" => "left (exit)".to_owned(),
        other => format!("{other}, a word this version does not know"),
    }
}

/// Whether it pauses.
const fn pause(hold: Hold) -> &'static str {
    match hold {
        Hold::Running => "not paused",
        Hold::Held => "paused: nothing is recorded until it is resumed",
    }
}

fn streams(web: &Web) -> impl Iterator<Item = (&'static str, String)> {
    web.outputs.iter().map(|output| ("Stream", format!("{}: {}", output.target, stream(output))))
}

fn stream(output: &Output) -> String {
    match &*output.status {
        "connecting" => "being connected".to_owned(),
        "publishing" => "on air".to_owned(),
        "onhold" => "paused".to_owned(),
        "disconnected" => "disconnected: look at the address and its server".to_owned(),
        other => format!("{other}, a word this version does not know"),
    }
}

/// Where the channel comes from, when it is not the settings.
pub const fn origin(origin: Origin) -> Option<&'static str> {
    match origin {
        Origin::Settings => None,
        Origin::Adopted => Some("adopted, not in the settings"),
    }
}

/// The recording profile of a channel.
pub fn profile(view: &ChannelView) -> String {
    match &view.profile {
        Some(name) => name.to_string(),
        None => "none: it can be watched, changed and stopped, not started again from here".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::testing::{NOW, ago, ahead, lost, recording};

    const HOUR: Duration = Duration::from_secs(3600);

    fn with_token(until: Timestamp) -> ChannelView {
        let mut view = recording(7, "court-03");
        view.recording.as_mut().expect("it records").token_until = Some(until);
        view
    }

    #[test]
    fn a_token_is_told_from_afar_and_explained_from_one_hour_before() {
        assert_eq!(token_line(ahead(3 * 3600), NOW), "Channel token ends at 17:32:07, in 3 h");
        assert_eq!(token_line(ahead(26 * 3600), NOW), "Channel token ends at 2026-11-13 16:32:07, in 1 d 2 h");
        assert_eq!(token_story(&with_token(ahead(3601)), HOUR, NOW), None);
        let near = token_story(&with_token(ahead(3600)), HOUR, NOW).expect("one hour before");
        assert!(near.means.contains("cannot be renewed"), "{near:?}");
        assert_eq!(near.todo, "Restart with the backup UID 900007 before that: a restart takes a new token");
        let over = token_story(&with_token(ago(60)), HOUR, NOW).expect("after its end");
        assert_eq!(over.happened, "Channel token ended at 14:31:07, 1 min ago");
        assert!(over.means.contains("may be gone"), "{over:?}");
    }

    #[test]
    fn the_token_of_a_recorder_that_is_gone_is_of_no_interest() {
        let mut view = lost(7, "court-03");
        view.recording.as_mut().expect("it had one").token_until = Some(ago(60));
        assert_eq!(token_end(&view, HOUR, NOW), None);
    }

    #[test]
    fn a_channel_with_one_uid_is_not_sent_to_a_backup_uid() {
        let view = ChannelView { next_uid: None, ..with_token(ago(60)) };
        assert!(token_story(&view, HOUR, NOW).expect("ended").todo.starts_with("Start it again where it was started"));
    }

    #[test]
    fn a_web_recording_is_told_in_words_with_unknown_ones_quoted() {
        let mut view = recording(7, "site");
        let output = |status: &str| Output { target: "rtmp://live.example".into(), status: status.into() };
        let outputs = vec![output("publishing"), output("buffering")];
        view.web = Some(Web { state: Some("inProgress".into()), hold: Some(Hold::Held), outputs });
        let told = web(&view);
        assert_eq!(told[1], ("Pause", "paused: nothing is recorded until it is resumed".to_owned()));
        assert_eq!(told[2], ("Stream", "rtmp://live.example: on air".to_owned()));
        assert_eq!(told[3].1, "rtmp://live.example: buffering, a word this version does not know");
        if let Some(recording) = &mut view.recording {
            recording.hold = Some(Hold::Running);
        }
        assert!(!web(&view)[1].1.starts_with("paused"), "resumed after the last query");
    }
}
