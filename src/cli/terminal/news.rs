//! What changed between two pictures, one line each: time, channel, text. For files and pipes, where a table that redraws would
//! be in the way. A pure function; the whole truth is in the session log.

use std::time::Duration;

use crate::monitor::answer::Outcome;
use crate::monitor::describe;
use crate::monitor::io::LogHealth;
use crate::monitor::phase::{Phase, Sight, StartCause, State};
use crate::monitor::snapshot::{ChannelView, NetworkView, ProjectView, SlowView, Snapshot, TokenView, TryView};
use crate::monitor::time::Timestamp;
use crate::ui::tidings::Told;
use crate::ui::words::Story;
use crate::ui::{format, words};

/// Stands in the place of a channel's name when it concerns all of them.
const EVERYBODY: &str = "all channels";

/// Width of the channel's name; a longer one is cut in the middle.
const NAME: usize = 20;

/// The same with the name of its project behind it.
const NAME_AND_PROJECT: usize = 32;

/// The lines for what is new in `after`.
pub fn news(before: &Snapshot, after: &Snapshot) -> Vec<String> {
    let mut told: Vec<(String, String)> =
        workstation(before, after).into_iter().map(|text| (EVERYBODY.to_owned(), text)).collect();
    for (old, new) in before.projects.iter().zip(&after.projects) {
        let who = if after.projects.len() > 1 { &*new.name } else { EVERYBODY };
        told.extend(project(old, new).into_iter().map(|text| (who.to_owned(), text)));
    }
    let mut views: Vec<&ChannelView> = after.channels.iter().map(AsRef::as_ref).collect();
    views.sort_by_key(|view| view.id);
    for view in views {
        let lines = match before.channel(view.id) {
            Some(old) => channel(old, view, after).into_iter().chain(token(before, old, after, view)).collect(),
            None => vec![format!("Watched from now on, adopted with UID {}", view.uid)],
        };
        let who = words::channel_name(view, after);
        told.extend(lines.into_iter().map(|text| (who.clone(), text)));
    }
    let gone = before.channels.iter().filter(|view| after.channel(view.id).is_none());
    told.extend(gone.map(|view| {
        (words::channel_name(view, before), "Watched no longer; its recorder, if any, went on".to_owned())
    }));
    let tidings = Told::of(before).tell(after);
    told.extend(tidings.iter().map(|tiding| (tiding.name.to_string(), format::sentence(&tiding.text))));
    told.into_iter().map(|(who, text)| line(after.at, after, &who, &text)).collect()
}

/// One line about a channel, by the name that tells it apart in `around`.
pub fn line(at: Timestamp, around: &Snapshot, who: &str, text: &str) -> String {
    let width = if around.projects.len() > 1 { NAME_AND_PROJECT } else { NAME };
    format!("{}  {:<width$}  {text}", words::clock(at), format::cut_middle(who, width))
}

fn channel(old: &ChannelView, new: &ChannelView, after: &Snapshot) -> Vec<String> {
    let mut lines: Vec<String> = new_tries(old, new).filter(|it| went_wrong(it)).map(told_try).collect();
    if new.uid != old.uid {
        lines.push(format!("Uses UID {} now, the {}", new.uid, words::role(new.role)));
    }
    if new.state != old.state {
        lines.push(format!("{}: {}", words::state(new.state), reason(new, after)));
    }
    let last_told = old.gaps.last().map(|gap| gap.first_good);
    for gap in new.gaps.iter().filter(|gap| Some(gap.first_good) > last_told) {
        lines.push(format!("Gap of {}, {}", words::gap_bounds(gap), words::gap_end(gap.end)));
    }
    if old.is_held() != new.is_held() {
        let text = if new.is_held() { "Pauses: nothing is recorded until it is resumed" } else { "Pauses no longer" };
        lines.push(text.to_owned());
    }
    if let Some((_, uid)) = &new.second_recorder
        && old.second_recorder.is_none()
    {
        lines.push(format!("The old recorder with UID {uid} answers as well: two may be billed"));
    }
    for unknown in new.unknown_starts.iter().filter(|unknown| !old.unknown_starts.contains(unknown)) {
        let Story { happened, means, todo } = words::unknown_start(new, unknown);
        lines.push(format!("{happened}. {means}. {todo}"));
    }
    lines
}

/// What is new about the token that the recording was started with.
fn token(before: &Snapshot, old: &ChannelView, after: &Snapshot, new: &ChannelView) -> Option<String> {
    let stands = |view: &ChannelView, at: &Snapshot| {
        view.recording.as_ref().and_then(|recording| recording.token_at(at.at, at.project_of(view).token_warning))
    };
    let now = stands(new, after)?;
    if stands(old, before) == Some(now) {
        return None;
    }
    match now {
        TokenView::Fine => None,
        TokenView::EndsSoon => {
            let until = new.recording.as_ref()?.token_until.map(words::clock)?;
            Some(format!("Its token ends at {until} and cannot be renewed: restart it with a new one"))
        }
        TokenView::Ended => Some("Its token has ended".to_owned()),
    }
}

/// What makes a state so.
fn reason(view: &ChannelView, after: &Snapshot) -> String {
    if let (State::NotObserved, Sight::Blind(why)) = (view.state, view.sight) {
        return describe::blindness(why).to_owned();
    }
    let answer =
        || view.last_probe.as_ref().map_or_else(|| "no answer yet".to_owned(), |last| last.probe.answer.label());
    match view.phase {
        Phase::Idle => "no session".to_owned(),
        Phase::Starting(cause) => match (&view.start, cause) {
            (Some(start), _) => words::stepper_state(start, after.at),
            (None, StartCause::Start) => "a start".to_owned(),
            (None, StartCause::Restart) => "a restart".to_owned(),
        },
        Phase::StartFailed(why) => words::failure(why).short.to_owned(),
        Phase::Stopped(result) => {
            let beside = view
                .second_recorder
                .as_ref()
                .map(|(_, uid)| format!("; the old recorder with UID {uid} still records"));
            format!("{}{}", words::stop_result(result), beside.unwrap_or_default())
        }
        Phase::Suspect => {
            format!("{}, Lost when it lasts {}", answer(), format::words(after.project_of(view).lost_after))
        }
        Phase::StartUnknown
        | Phase::Recording
        | Phase::Lost
        | Phase::AbnormalExit
        | Phase::Ended(_)
        | Phase::Stopping => answer(),
    }
}

/// The tries that came since, of a running start or of one that was asked for since.
fn new_tries<'s>(old: &ChannelView, new: &'s ChannelView) -> impl Iterator<Item = &'s TryView> {
    let known = old.start.as_ref().and_then(|start| start.tries.last()).map(|last| last.at);
    new.start.iter().flat_map(|start| &start.tries).filter(move |it| Some(it.at) > known)
}

/// Whether a try of a start is worth a line: what it brought is no resource ID, no `sid` and no status.
fn went_wrong(it: &TryView) -> bool {
    !matches!(it.answer.outcome, Outcome::Acquired(_) | Outcome::Started(_) | Outcome::Status(_))
}

fn told_try(it: &TryView) -> String {
    let call = describe::call_kind(it.call);
    let reason = it.answer.reason.as_deref().map(|reason| format!(" {reason}")).unwrap_or_default();
    format!("{call} at {}: {}{reason}", it.host, it.answer.label())
}

/// What concerns all projects: the own network and the log.
fn workstation(before: &Snapshot, after: &Snapshot) -> Vec<String> {
    let mut lines = Vec::new();
    match (before.network, after.network) {
        (NetworkView::Up, NetworkView::Down { since, .. }) => {
            lines.push(format!("This workstation has no network since {}: nobody is watching", words::clock(since)));
        }
        (NetworkView::Down { .. }, NetworkView::Up) => lines.push("The network is back".to_owned()),
        (NetworkView::Up, NetworkView::Up) | (NetworkView::Down { .. }, NetworkView::Down { .. }) => {}
    }
    match (before.log.ahead, after.log.ahead) {
        (old, new) if old == new => {}
        (_, Duration::ZERO) => lines.push("Times here agree with this workstation's clock again".to_owned()),
        (_, ahead) => lines.push(format!(
            "This workstation's clock was set back: times here go on, {} ahead of it",
            format::words(ahead)
        )),
    }
    match (before.log.health, after.log.health) {
        (LogHealth::Saved, LogHealth::Failing) => {
            let why = after.log.error.as_deref().unwrap_or("the disk refuses");
            lines.push(format!("The session log cannot be written: {why}. Watching goes on"));
        }
        (LogHealth::Failing, LogHealth::Saved) => lines.push("The session log is written again".to_owned()),
        (LogHealth::Saved, LogHealth::Saved) | (LogHealth::Failing, LogHealth::Failing) => {}
    }
    lines
}

/// What concerns one project: its domains, its quota.
fn project(old: &ProjectView, new: &ProjectView) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(host) = preferred(new)
        && preferred(old) != Some(host)
    {
        lines.push(format!("{host} is asked first from now on"));
    }
    if let Some(until) = new.throttled_until
        && old.throttled_until.is_none()
    {
        lines.push(format!("Agora answered 429: polls rest until {}", words::clock(until)));
    }
    match (old.slow, new.slow) {
        (Some(_), None) => lines.push("Polls go at their full rate again".to_owned()),
        (before, Some(SlowView { percent, .. })) if before.is_none_or(|slow| slow.percent > percent) => {
            lines.push(format!("Polls go at {percent} % of their rate after 429, and faster step by step"));
        }
        (None | Some(_), Some(_)) | (None, None) => {}
    }
    match (old.retries_spent_since, new.retries_spent_since) {
        (None, Some(_)) => lines.push(
            "Checks fail in large numbers: each recording is asked about at its ordinary turn, repeats would only add load"
                .to_owned(),
        ),
        (Some(_), None) => lines.push("Failed checks are repeated soon again".to_owned()),
        (Some(_), Some(_)) | (None, None) => {}
    }
    if old.poll_every != new.poll_every {
        lines.push(format!("Polled every {} now", format::words(new.poll_every)));
    }
    lines
}

fn preferred(project: &ProjectView) -> Option<&str> {
    project.domains.iter().find(|domain| domain.preferred).map(|domain| domain.host.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::gap::GapEnd;
    use crate::monitor::ids::{Role, Uid};
    use crate::monitor::incidents::IncidentKind;
    use crate::monitor::snapshot::{ChannelView, RecordingView};
    use crate::monitor::told::Hold;
    use crate::ui::testing::{NOW, gap, incident, lost, recording, restarting, snapshot, suspect, two_projects};

    fn between(old: ChannelView, new: ChannelView) -> Vec<String> {
        news(&snapshot(vec![old]), &snapshot(vec![new]))
    }

    #[test]
    fn nothing_new_is_nothing_told() {
        assert_eq!(between(lost(3, "court-03"), lost(3, "court-03")), [""; 0]);
    }

    #[test]
    fn a_change_of_state_is_one_line_with_time_channel_and_reason() {
        let lines = between(recording(7, "studio-07"), suspect(7, "studio-07"));
        assert_eq!(lines, ["14:32:07  studio-07             Suspect: 404 worker, Lost when it lasts 1 min 30 s"]);
    }

    #[test]
    fn a_restart_tells_its_failed_tries_its_uid_and_the_gap_it_closed() {
        let lines = between(lost(3, "court-03"), restarting(3, "court-03"));
        assert_eq!(lines.len(), 3, "{lines:#?}");
        assert!(lines[0].ends_with("start at api.agora.io: 503"), "{lines:#?}");
        let done = ChannelView {
            uid: Uid::new(900_003).expect("not 0"),
            role: Role::Backup,
            gaps: vec![gap(GapEnd::Restarted)],
            ..recording(3, "court-03")
        };
        let lines = between(restarting(3, "court-03"), done);
        assert!(lines[0].contains("Uses UID 900003 now, the backup UID"), "{lines:#?}");
        assert!(lines[1].ends_with("Recording: 200/5"), "{lines:#?}");
        assert!(lines[2].ends_with("Gap of 1:43 to 3:49, ended by a restart"), "{lines:#?}");
    }

    #[test]
    fn adoptions_pauses_and_tokens_are_told_once() {
        let (one, two) = (recording(1, "a"), recording(2, "b"));
        let before = snapshot(vec![one.clone()]);
        let after = snapshot(vec![one.clone(), two]);
        assert!(
            news(&before, &after)[0].ends_with("b                     Watched from now on, adopted with UID 100002")
        );
        assert!(news(&after, &before)[0].contains("Watched no longer"));
        let with = |change: &dyn Fn(&mut RecordingView)| {
            let mut view = one.clone();
            view.recording.iter_mut().for_each(change);
            view
        };
        let held = with(&|recording| recording.hold = Some(Hold::Held));
        assert!(between(one.clone(), held.clone())[0].contains("nothing is recorded until it is resumed"));
        assert!(between(held, one.clone())[0].ends_with("Pauses no longer"));
        let soon = with(&|recording| recording.token_until = Some(NOW + Duration::from_secs(60)));
        assert!(
            between(one, soon.clone())[0]
                .ends_with("Its token ends at 14:33:07 and cannot be renewed: restart it with a new one")
        );
        assert_eq!(between(soon.clone(), soon), [""; 0]);
    }

    #[test]
    fn an_incident_and_an_auto_restart_are_lines_of_their_own() {
        let mut view = lost(3, "court-03");
        let before = snapshot(vec![view.clone()]);
        view.auto_restart.spent = true;
        let mut after = snapshot(vec![view]);
        after.incidents = vec![std::sync::Arc::new(incident(2, IncidentKind::Mass, &["a", "b", "c"]))];
        let lines = news(&before, &after);
        assert_eq!(
            lines,
            [
                "14:32:07  Northgate Live        3 channels turned bad within 2 min, incident 2: a, b, c",
                "14:32:07  court-03              Auto-restart spent: 0 in the last hour; restart it yourself",
            ]
        );
        assert_eq!(news(&after, &after), [""; 0]);
    }

    #[test]
    fn what_concerns_everybody_is_told_once() {
        let before = snapshot(vec![recording(1, "a"), recording(2, "b")]);
        let mut after = before.clone();
        after.network = NetworkView::Down { since: NOW, next_probe: NOW };
        let lines = news(&before, &after);
        assert_eq!(lines.len(), 1, "{lines:#?}");
        assert!(lines[0].contains("all channels") && lines[0].contains("nobody is watching"), "{lines:#?}");
        assert!(news(&after, &before)[0].ends_with("The network is back"));
    }

    #[test]
    fn what_concerns_one_of_several_projects_names_it() {
        let before = two_projects();
        let mut after = before.clone();
        after.projects[1].throttled_until = Some(NOW + Duration::from_secs(5));
        let lines = news(&before, &after);
        assert_eq!(lines.len(), 1, "{lines:#?}");
        assert!(lines[0].contains("Eastgate  ") && lines[0].contains("429"), "{lines:#?}");
        after = before.clone();
        after.channels.remove(0);
        assert!(news(&before, &after)[0].contains("hall (Eastgate)"));
    }
}
