//! What changed between two pictures, one line each: time, channel, text. For files and pipes, where a table that redraws would
//! be in the way. A pure function; the whole truth is in the session log.

use super::around;
use crate::monitor::answer::{Answer, Outcome, ServiceStatus};
use crate::monitor::describe;
use crate::monitor::ids::{ChannelId, Sid};
use crate::monitor::incidents::IncidentKind;
use crate::monitor::phase::{Phase, Section, Sight, StartCause, State};
use crate::monitor::snapshot::{ChannelView, IncidentView, Snapshot, TokenView, TryView, UnknownStart};
use crate::monitor::time::Timestamp;
use crate::ui::tidings::Told;
use crate::ui::words::Story;
use crate::ui::{format, words};
use std::collections::BTreeSet;

/// Stands in the place of a channel's name when it concerns all of them.
const EVERYBODY: &str = "all channels";

/// Width of the channel's name; a longer one is cut in the middle.
const NAME: usize = 20;

/// The same with the name of its project behind it.
const NAME_AND_PROJECT: usize = 32;

/// The lines for what is new in `after`.
pub fn news(before: &Snapshot, after: &Snapshot) -> Vec<String> {
    let mut told: Vec<(String, String)> =
        around::workstation(before, after).into_iter().map(|text| (EVERYBODY.to_owned(), text)).collect();
    for (old, new) in before.projects.iter().zip(&after.projects) {
        let who = if after.projects.len() > 1 { &*new.name } else { EVERYBODY };
        told.extend(around::project(old, new).into_iter().map(|text| (who.to_owned(), text)));
    }
    told.extend(grown(before, after));
    let (dark, lines) = around::darkened(before, after);
    told.extend(lines.into_iter().map(|text| (EVERYBODY.to_owned(), text)));
    let (were, are) = (of_a_mass(before), of_a_mass(after));
    let mut views: Vec<&ChannelView> = after.channels.iter().map(AsRef::as_ref).collect();
    views.sort_by_key(|view| view.id);
    for view in views {
        let lines = match before.channel(view.id) {
            Some(old) => {
                let in_mass = were.contains(&view.id) || are.contains(&view.id);
                let told = (in_mass && !is_an_act(view.state)) || dark.contains(&view.id);
                let lost = lost_between(old, view).into_iter().filter(|_| !told);
                let turns = if told { Vec::new() } else { turns(old, view, after) };
                let rest = channel(old, view, after).into_iter().chain(token(before, old, after, view));
                lost.chain(tries(old, view)).chain(turns).chain(rest).collect()
            }
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

/// The channels whose turns one incident of many tells: their own lines would only repeat it.
fn of_a_mass(snapshot: &Snapshot) -> BTreeSet<ChannelId> {
    let masses = snapshot.incidents.iter().filter(|view| view.is_active() && view.kind == IncidentKind::Mass);
    masses.flat_map(|view| view.bad()).map(|child| child.channel).collect()
}

/// That an incident of many has grown: told with the 4th, 8th, 16th channel and so on, so that a thousand make ten lines.
fn grown(before: &Snapshot, after: &Snapshot) -> Vec<(String, String)> {
    let line = |new: &IncidentView| {
        let old = before.incidents.iter().find(|old| old.at == new.at)?;
        let passed = new.children.len().ilog2() > old.children.len().max(1).ilog2();
        let count = format::counted(new.children.len(), "channel", "channels");
        passed.then(|| (new.project.to_string(), format!("Incident {} has grown to {count}", new.at.number.0)))
    };
    let masses = after.incidents.iter().filter(|view| view.is_active() && view.kind == IncidentKind::Mass);
    masses.filter_map(|view| line(view)).collect()
}

/// Whether a state comes of somebody's act, which no incident tells.
const fn is_an_act(state: State) -> bool {
    match state {
        State::Starting | State::Stopping | State::Stopped | State::Idle => true,
        State::Lost
        | State::AbnormalExit
        | State::Ended
        | State::NotObserved
        | State::ConfigError
        | State::Suspect
        | State::Uncertain
        | State::Recording => false,
    }
}

/// What makes a restart without the operator, where the picture before the restart was never shown.
fn lost_between(old: &ChannelView, new: &ChannelView) -> Option<String> {
    let restarted = new.auto_restart.starts.last() > old.auto_restart.starts.last();
    let was_bad = old.state.section() == Section::ActNow;
    if !restarted || was_bad {
        return None;
    }
    let answer = new.last_probe.as_ref().map(|last| &last.probe.answer);
    let (state, label) = match answer.map(|answer| (&answer.outcome, answer.label())) {
        Some((Outcome::Status(ServiceStatus::AbnormalExit), label)) => (State::AbnormalExit, label),
        Some((Outcome::Status(ServiceStatus::Leaving(_)), label)) => (State::Ended, label),
        Some((Outcome::Missing, label)) => (State::Lost, label),
        // The successor was asked meanwhile.
        Some(_) | None => return Some("Its recorder was gone".to_owned()),
    };
    Some(format!("{}: {label}", words::state(state)))
}

/// What a channel reads now, and the gaps that closed.
fn turns(old: &ChannelView, new: &ChannelView, after: &Snapshot) -> Vec<String> {
    let mut lines = Vec::new();
    if new.state != old.state {
        let stop = words::stop_beside(new).map(|stop| format!("; {stop}")).unwrap_or_default();
        lines.push(format!("{}: {}{stop}", words::state(new.state), reason(new, after)));
    }
    let last_told = old.gaps.last().map(|gap| gap.first_good);
    for gap in new.gaps.iter().filter(|gap| Some(gap.first_good) > last_told) {
        lines.push(format!("Gap of {}, {}", words::gap_bounds(gap), words::gap_end(gap.end)));
    }
    lines
}

/// The tries of a start that went wrong, and the UID it came to.
fn tries(old: &ChannelView, new: &ChannelView) -> impl Iterator<Item = String> {
    let uid = (new.uid != old.uid).then(|| format!("Uses UID {} now, the {}", new.uid, words::role(new.role)));
    new_tries(old, new).filter(|it| went_wrong(it)).map(told_try).chain(uid)
}

/// What else is new about a channel.
fn channel(old: &ChannelView, new: &ChannelView, after: &Snapshot) -> Vec<String> {
    let mut lines = Vec::new();
    if old.is_held() != new.is_held() {
        let text = if new.is_held() { "Pauses: nothing is recorded until it is resumed" } else { "Pauses no longer" };
        lines.push(text.to_owned());
    }
    match (&old.second_recorder, &new.second_recorder) {
        (None, Some((_, uid))) => {
            lines.push(format!("Another recorder, UID {uid}, answers as well: two may be billed"));
        }
        (Some((sid, uid)), now) if now.as_ref().is_none_or(|(other, _)| other != sid) && !is_own(new, sid) => {
            lines.push(format!("The other recorder, UID {uid}, is gone"));
        }
        (Some(_), Some(_) | None) | (None, None) => {}
    }
    lines.extend(new.unknown_starts.iter().filter_map(|unknown| unknown_start(old, new, unknown, after)));
    lines
}

/// Whether the channel's own recording is this one: a failed restart gave it back.
fn is_own(view: &ChannelView, sid: &Sid) -> bool {
    view.recording.as_ref().is_some_and(|recording| recording.sid == *sid)
}

/// A start whose outcome nobody knows: told when it is new, when something else came of it, and when no repeat is left.
fn unknown_start(old: &ChannelView, new: &ChannelView, unknown: &UnknownStart, after: &Snapshot) -> Option<String> {
    let Story { happened, means, todo } = words::unknown_start(new, after, unknown, after.at);
    let repeated = |view| words::start_repeats(view, after, unknown, after.at).is_some();
    match old.unknown_starts.iter().find(|known| known.asked_at == unknown.asked_at) {
        Some(known) if known.answer.as_ref().map(Answer::label) == unknown.answer.as_ref().map(Answer::label) => {
            let spent = repeated(old) && !repeated(new) && new.phase == Phase::StartUnknown;
            spent.then(|| format!("That start goes out no more. {todo}"))
        }
        Some(_) => Some(format!("{happened}. {todo}")),
        None => Some(format!("{happened}. {means}. {todo}")),
    }
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
        Phase::StartFailed(why) => words::came_to_nothing(why),
        Phase::Stopped(result) => {
            let beside =
                view.second_recorder.as_ref().map(|(_, uid)| format!("; another recorder, UID {uid}, still answers"));
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::monitor::answer::NoAnswer;
    use crate::monitor::gap::GapEnd;
    use crate::monitor::ids::{Role, Uid};
    use crate::monitor::snapshot::{NetworkView, NextTry, RecordingView};
    use crate::monitor::told::Hold;
    use crate::ui::testing::{
        NOW, gap, in_state, incident, lost, recording, restarting, snapshot, suspect, two_projects,
    };

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
        after.incidents = vec![Arc::new(incident(2, IncidentKind::Mass, &["a", "b", "c"]))];
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
    fn a_mass_is_told_by_its_incident_and_its_growth_and_not_by_each_of_its_channels() {
        let names = ["a", "b", "c", "d", "e"];
        let fleet = |state: fn(u32, &str) -> ChannelView| (1..).zip(names).map(|(n, name)| state(n, name)).collect();
        let well = snapshot(fleet(recording));
        let mut bad = snapshot(fleet(lost));
        bad.incidents = vec![Arc::new(incident(2, IncidentKind::Mass, &names[..3]))];
        // The channels of an incident in these tests are numbered from 1.
        let lines = news(&well, &bad);
        assert_eq!(lines.len(), 3, "two are no part of it: {lines:#?}");
        assert!(lines[0].contains("d  ") && lines[1].contains("e  "), "{lines:#?}");
        assert!(lines[2].contains("3 channels turned bad within 2 min, incident 2: a, b, c"), "{lines:#?}");
        let mut grown = bad.clone();
        grown.incidents = vec![Arc::new(incident(2, IncidentKind::Mass, &names))];
        assert_eq!(news(&bad, &grown), ["14:32:07  Northgate Live        Incident 2 has grown to 5 channels"]);
        let mut better = snapshot(fleet(recording));
        better.incidents = grown.incidents.clone();
        assert_eq!(news(&grown, &better), [""; 0], "its end is told");
        let stopped = snapshot(fleet(|n, name| in_state(n, name, State::Stopped)));
        assert_eq!(news(&grown, &stopped).iter().filter(|line| line.contains("Stopped: ")).count(), 5);
    }

    #[test]
    fn a_loss_that_was_restarted_at_once_is_told_before_the_restart() {
        let before = recording(3, "court-03");
        let mut after = restarting(3, "court-03");
        after.auto_restart.starts = Arc::from([NOW]);
        let lines = between(before, after.clone());
        let at = |part: &str| lines.iter().position(|line| line.contains(part)).unwrap_or_else(|| panic!("{lines:#?}"));
        assert!(at("Lost: 404 worker") < at("Starting: "), "{lines:#?}");
        assert!(at("Lost: 404 worker") < at("Restarted by reelwatch"), "{lines:#?}");
        let lines = between(lost(3, "court-03"), after);
        assert!(!lines.iter().any(|line| line.contains("Lost: ")), "it was told: {lines:#?}");
    }

    #[test]
    fn an_old_recorder_is_told_when_it_answers_and_when_it_is_gone() {
        let alone = recording(1, "hall");
        let old = Some((Sid::new("old"), Uid::new(9).expect("not 0")));
        let two = ChannelView { second_recorder: old, ..alone.clone() };
        assert!(between(alone.clone(), two.clone())[0].ends_with("UID 9, answers as well: two may be billed"));
        assert_eq!(
            between(two.clone(), alone.clone()),
            ["14:32:07  hall                  The other recorder, UID 9, is gone"]
        );
        let own = alone.recording.as_ref().map(|it| (it.sid.clone(), two.uid));
        let given_back = ChannelView { second_recorder: own, ..two };
        assert_eq!(between(given_back, alone), [""; 0], "it is the channel's own again");
    }

    #[test]
    fn an_unknown_start_is_told_again_only_when_something_else_came_of_it_or_nothing_more_will() {
        let timeout = Answer::bare(Outcome::NoAnswer(NoAnswer::Timeout));
        let nameless = Answer { http: Some(201), code: Some(7), ..Answer::bare(Outcome::AlreadyStarted) };
        let unknown = |answer: &Answer, next| {
            let mut view = ChannelView { phase: Phase::StartUnknown, ..restarting(3, "court-03") };
            let start = view.start.as_mut().expect("it restarts");
            start.next_try = next;
            let (uid, asked_at) = (start.uid, start.asked_at);
            view.unknown_starts = Arc::from([UnknownStart { uid, asked_at, answer: Some(answer.clone()) }]);
            view
        };
        let next = Some(NextTry { at: NOW + Duration::from_secs(15), number: 2, of: Some(4) });
        let lines = between(restarting(3, "court-03"), unknown(&timeout, next));
        assert!(
            lines[0].contains("got no answer: timeout. A recorder may run")
                && lines[0].contains("goes out again in 15 s"),
            "{lines:#?}"
        );
        assert_eq!(between(unknown(&timeout, next), unknown(&timeout, next)), [""; 0]);
        let lines = between(unknown(&timeout, next), unknown(&timeout, None));
        assert!(lines[0].contains("That start goes out no more. Look into the bucket"), "{lines:#?}");
        let lines = between(unknown(&timeout, next), unknown(&nameless, None));
        assert!(lines.len() == 1 && lines[0].contains("was answered 201/7"), "{lines:#?}");
    }

    #[test]
    fn what_concerns_everybody_is_told_once() {
        let before = snapshot(vec![recording(1, "a"), recording(2, "b")]);
        let mut after = before.clone();
        after.network = NetworkView::Down { since: NOW, next_probe: NOW };
        let lines = news(&before, &after);
        assert_eq!(lines.len(), 1, "{lines:#?}");
        assert!(lines[0].contains("all channels") && lines[0].contains("nobody is watching"), "{lines:#?}");
        assert!(news(&after, &before)[0].ends_with("A domain answers again: the network is back"));
    }

    #[test]
    fn a_fleet_that_nobody_sees_for_one_cause_is_one_line_and_a_single_channel_has_its_own() {
        let dark = |n, name| in_state(n, name, State::NotObserved);
        let lines =
            news(&snapshot(vec![recording(1, "a"), recording(2, "b")]), &snapshot(vec![dark(1, "a"), dark(2, "b")]));
        assert_eq!(lines, ["14:32:07  all channels          2 channels not observed: the own network was down"]);
        let lines = between(recording(1, "a"), dark(1, "a"));
        assert_eq!(lines, ["14:32:07  a                     Not observed: the own network was down"]);
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
