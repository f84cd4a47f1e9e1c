//! The fleet as a table of text that fits a terminal: what the window's fleet screen shows, worst first. A pure function of a
//! snapshot, the time and the size; it writes nowhere.

use jiff::tz::TimeZone;

use crate::monitor::ids::ProjectId;
use crate::monitor::phase::{Section, State};
use crate::monitor::snapshot::{ChannelView, NetworkView, ProjectView, Snapshot};
use crate::monitor::time::Timestamp;
use crate::ui::{format, words};
use crate::worker::clock::Speed;

/// Columns and lines of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Characters in a line.
    pub columns: usize,
    /// Lines.
    pub lines: usize,
}

/// A line of the table and how much it matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The text, no longer than the terminal is wide.
    pub text: String,
    /// Its weight.
    pub weight: Weight,
}

/// How a line is set off; terminals without attributes lose nothing, since the word says the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Heads, and rows that need somebody.
    Strong,
    /// Everything else.
    Normal,
}

/// Width of the last answer, the longest of which is `no connection`.
const ANSWER: usize = 14;

/// Lines above the rows: what it is, how it stands, the names of the columns. The service comes on top.
const HEAD: usize = 3;

/// Most projects that have a line of their own.
const PROJECTS: usize = 4;

/// The whole picture: head, column names, as many rows as fit, and how many did not.
pub fn draw(snapshot: &Snapshot, now: Timestamp, speed: Speed, size: Size) -> Vec<Line> {
    let line = |text: String, weight| Line { text: cut(text, size.columns), weight };
    let mut lines = vec![line(title(snapshot, now, speed), Weight::Strong), line(counts(snapshot), Weight::Normal)];
    let columns = columns(size.columns, snapshot);
    let service = service(snapshot, now);
    let all = snapshot.channels.len();
    let room = size.lines.saturating_sub(HEAD + service.len()).max(1);
    lines.extend(service.into_iter().map(|text| line(text, Weight::Normal)));
    lines.push(line(columns.head(), Weight::Strong));
    let rows = if all > room { room - 1 } else { all };
    for view in snapshot.channels.iter().take(rows) {
        let weight = if view.section() == Section::ActNow { Weight::Strong } else { Weight::Normal };
        lines.push(line(columns.row(view, snapshot, now), weight));
    }
    if all > rows {
        let more = format!("   {} more below, none worse", format::counted(all - rows, "channel", "channels"));
        lines.push(line(more, Weight::Normal));
    }
    lines
}

fn title(snapshot: &Snapshot, now: Timestamp, speed: Speed) -> String {
    let mut title = format!("reelwatch   {}   {} UTC", words::projects(snapshot), format::clock(now, &TimeZone::UTC));
    if speed != Speed::REAL {
        title.push_str(&format!("   demo ×{}", speed.times()));
    }
    title
}

/// `2 Lost · 1 Suspect · 21 Recording (1 paused)`: only what there is.
pub fn counts(snapshot: &Snapshot) -> String {
    counted(&snapshot.channels.iter().map(AsRef::as_ref).collect::<Vec<_>>())
}

/// The same of one project.
pub fn counts_of(snapshot: &Snapshot, project: ProjectId) -> String {
    let views = snapshot.channels.iter().map(AsRef::as_ref);
    counted(&views.filter(|view: &&ChannelView| view.project == project).collect::<Vec<_>>())
}

fn counted(views: &[&ChannelView]) -> String {
    let paused = views.iter().filter(|view| pauses(view)).count();
    let parts = State::ALL.into_iter().filter_map(|state| {
        let count = views.iter().filter(|view| view.state == state).count();
        let text = format!("{} {}", format::thousands(count as u64), words::state(state));
        let text = if state == State::Recording && paused > 0 { format!("{text} ({paused} paused)") } else { text };
        (count > 0).then_some(text)
    });
    let marked = MARKS.into_iter().filter_map(|(mark, what, holds)| {
        let count = views.iter().filter(|view| holds(view)).count();
        (count > 0).then(|| format!("{} {what} ({mark})", format::thousands(count as u64)))
    });
    let parts: Vec<String> = parts.chain(marked).collect();
    if parts.is_empty() { "no channels".to_owned() } else { parts.join(" · ") }
}

/// A character behind the state's letter, what it stands for, and where it holds.
type Mark = (char, &'static str, fn(&ChannelView) -> bool);

/// What the word of a state does not say; the first that holds is shown.
const MARKS: [Mark; 4] = [
    ('2', "with another recorder that answers", |view| view.second_recorder.is_some()),
    ('v', "with a stop not confirmed", |view| words::stop_beside(view).is_some()),
    ('k', "acknowledged", |view| view.handling.acknowledged_at.is_some()),
    ('m', "muted", |view| view.handling.mute.is_some()),
];

fn mark(view: &ChannelView) -> char {
    MARKS.into_iter().find(|(_, _, holds)| holds(view)).map_or(' ', |(mark, ..)| mark)
}

/// Requests, domains, network, log: one line, or where there are several projects one for each, those with trouble first.
fn service(snapshot: &Snapshot, now: Timestamp) -> Vec<String> {
    if let [only] = &snapshot.projects[..] {
        let [requests, domain] = leans_on(only, snapshot, now);
        let parts = [requests, domain.or(no_network(snapshot, now)), Some(last_answer(snapshot, now))];
        let parts = parts.into_iter().chain([rest(only, now), log(snapshot)]);
        return vec![parts.flatten().collect::<Vec<_>>().join(" · ")];
    }
    let common = [no_network(snapshot, now), Some(last_answer(snapshot, now)), log(snapshot)];
    let mut lines = vec![common.into_iter().flatten().collect::<Vec<_>>().join(" · ")];
    let trouble = |project: &&ProjectView| {
        words::throttled(project, now).or(words::domain_trouble(project)).or(words::stretched(project))
    };
    let (ill, well): (Vec<_>, Vec<_>) = snapshot.projects.iter().partition(|project| trouble(project).is_some());
    for project in ill.iter().chain(&well).take(PROJECTS) {
        let [requests, domain] = leans_on(project, snapshot, now);
        let trouble = [words::domain_trouble(project), words::stretched(project), rest(project, now)];
        let parts = [requests, domain].into_iter().chain(trouble);
        lines.push(format!("{}: {}", project.name, parts.flatten().collect::<Vec<_>>().join(" · ")));
    }
    if snapshot.projects.len() > PROJECTS {
        let (more, with) = (snapshot.projects.len() - PROJECTS, ill.len().saturating_sub(PROJECTS));
        let more = format::counted(more, "more project", "more projects");
        lines.push(if with > 0 {
            format!("{more}, {with} of them with trouble")
        } else {
            format!("{more}, none worse")
        });
    }
    lines
}

/// Requests and the domain that is asked first; no domain answers while the network is down.
fn leans_on(project: &ProjectView, snapshot: &Snapshot, now: Timestamp) -> [Option<String>; 2] {
    let requests =
        format!("{} of {} requests/s", format::rate_of_10_s(project.sent_last_10_s), project.quota_per_second);
    let domain = || words::asked_first(project).map_or_else(|| "no domain".to_owned(), |it| it.host.to_string());
    [Some(requests), no_network(snapshot, now).is_none().then(domain)]
}

fn no_network(snapshot: &Snapshot, now: Timestamp) -> Option<String> {
    match snapshot.network {
        NetworkView::Up => None,
        NetworkView::Down { since, .. } => {
            Some(format!("no domain answers for {}: nobody is watching", format::words(now.since(since))))
        }
    }
}

fn last_answer(snapshot: &Snapshot, now: Timestamp) -> String {
    match snapshot.last_answer_at {
        Some(at) => format!("last answer {} ago", format::words(now.since(at))),
        None => "no answer yet".to_owned(),
    }
}

/// What a 429 or a mass of failures does to the checks of a project.
fn rest(project: &ProjectView, now: Timestamp) -> Option<String> {
    let throttled = match project.throttled_until.filter(|until| *until > now) {
        Some(until) => Some(format!("429: polls rest for {}", format::words(until.since(now)))),
        None => project.slow.map(|slow| format!("429: polls at {} % of their rate", slow.percent)),
    };
    let spent = project.retries_spent_since.map(|_| "too many failures to repeat them all".to_owned());
    let parts: Vec<String> = throttled.into_iter().chain(spent).collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// What is worth knowing about the log and its times.
fn log(snapshot: &Snapshot) -> Option<String> {
    let ahead = Some(snapshot.log.ahead).filter(|ahead| !ahead.is_zero());
    let ahead = ahead.map(|ahead| format!("times run {} ahead of this workstation's clock", format::words(ahead)));
    let error = snapshot.log.error.as_ref().map(|error| format!("log not written: {error}"));
    let parts: Vec<String> = ahead.into_iter().chain(error).collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// Widths of the columns that depend on the terminal.
struct Columns {
    name: usize,
    uid: bool,
}

fn columns(width: usize, snapshot: &Snapshot) -> Columns {
    // Without the name the fixed columns take 67 characters, and the UID 13 more.
    let uid = width >= 96;
    let fixed = if uid { 80 } else { 67 };
    // Where there are several projects, the name of the channel's own stands behind it.
    let longest = if snapshot.projects.len() > 1 { 48 } else { 32 };
    Columns { name: width.saturating_sub(fixed).clamp(8, longest), uid }
}

impl Columns {
    fn head(&self) -> String {
        let uid = if self.uid { format!("{:<13}", "UID") } else { String::new() };
        let name = self.name;
        format!(
            "   {:<16} {:<name$} {uid}{:>10}  {:<ANSWER$} {:>7} {:>8}",
            "STATE", "CHANNEL", "IN STATE", "LAST ANSWER", "SEEN", "NEXT"
        )
    }

    fn row(&self, view: &ChannelView, snapshot: &Snapshot, now: Timestamp) -> String {
        let name = self.name;
        let uid = if self.uid {
            format!("{:<13}", format!("{} {}", words::role_letter(view.role), view.uid))
        } else {
            String::new()
        };
        let none = || format::NONE.to_owned();
        let probed = view.last_probe.as_ref().map(|last| &last.probe);
        let answer = probed.map(|probe| &probe.answer).or(view.because.as_ref());
        let answer = answer.map_or_else(none, |answer| format::cut_middle(&answer.label(), ANSWER));
        let seen = probed.map_or_else(none, |probe| format::cell(now.since(probe.at)));
        let next = view.outlook.request_at().map_or_else(none, |at| format::cell(at.since(now)));
        // A channel without a session is in no state that lasts.
        let held = if view.state == State::Idle { none() } else { format::cell(now.since(view.state_since)) };
        format!(
            "{}{} {:<16} {:<name$} {uid}{held:>10}  {answer:<ANSWER$} {seen:>7} {next:>8}",
            if pauses(view) { 'p' } else { letter(view.state) },
            mark(view),
            if pauses(view) { "Recording paused" } else { words::state(view.state) },
            format::cut_middle(&words::channel_name(view, snapshot), name),
        )
    }
}

/// Whether its recorder runs and records nothing: a web recording on hold.
fn pauses(view: &ChannelView) -> bool {
    view.state == State::Recording && view.is_held()
}

/// One character per state, alike to the window's shapes where ASCII has them.
const fn letter(state: State) -> char {
    match state {
        State::Lost => 'X',
        State::AbnormalExit => '*',
        State::Ended => 'D',
        State::NotObserved => '/',
        State::ConfigError => '!',
        State::Suspect => '%',
        State::Uncertain => '?',
        State::Stopping => 'v',
        State::Starting => '^',
        State::Recording => 'o',
        State::Stopped => '=',
        State::Idle => '.',
    }
}

fn cut(text: String, columns: usize) -> String {
    if text.chars().count() <= columns { text } else { text.chars().take(columns).collect() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::monitor::ids::Sid;
    use crate::monitor::snapshot::OpenStop;
    use crate::ui::testing::{NOW, ahead, in_state, lost, recording, snapshot, suspect, two_projects};

    fn text(lines: &[Line]) -> Vec<&str> {
        lines.iter().map(|line| line.text.as_str()).collect()
    }

    #[test]
    fn a_row_says_state_channel_uid_age_answer_and_next_check() {
        let picture = snapshot(vec![lost(3, "court-03"), recording(1, "court-01")]);
        let lines = draw(&picture, NOW, Speed::REAL, Size { columns: 100, lines: 24 });
        let lines = text(&lines);
        assert_eq!(lines.len(), 6, "{lines:#?}");
        assert!(lines[0].contains("14:32:07 UTC") && !lines[0].contains("demo"), "{lines:#?}");
        assert_eq!(
            lines[4],
            "X  Lost             court-03             M 100003           0:44  404 worker        0:11     0:04",
            "{lines:#?}"
        );
        assert!(lines[5].starts_with("o  Recording        court-01"), "{lines:#?}");
    }

    #[test]
    fn no_line_is_wider_and_no_table_higher_than_the_terminal() {
        let channels = (0..50).map(|n| recording(n + 1, &format!("a-channel-with-a-long-name-{n}"))).collect();
        let picture = snapshot(channels);
        for (columns, lines) in [(80, 24), (100, 30), (200, 60), (40, 10), (20, 5), (1, 1)] {
            let drawn = draw(&picture, NOW, Speed::REAL, Size { columns, lines });
            assert!(drawn.iter().all(|line| line.text.chars().count() <= columns), "{columns}x{lines}");
            assert!(drawn.len() <= lines.max(HEAD + 2), "{columns}x{lines}: {}", drawn.len());
        }
        let drawn = draw(&picture, NOW, Speed::REAL, Size { columns: 100, lines: 24 });
        assert_eq!(text(&drawn)[23], "   31 channels more below, none worse");
    }

    #[test]
    fn heads_and_rows_stand_below_each_other() {
        for width in [80, 96, 120] {
            let view = suspect(7, "studio-07");
            let around = snapshot(vec![view.clone()]);
            let columns = columns(width, &around);
            assert_eq!(columns.head().chars().count(), columns.row(&view, &around, NOW).chars().count(), "{width}");
        }
    }

    #[test]
    fn a_recording_that_pauses_does_not_read_as_one_that_records() {
        let mut held = recording(1, "lesson");
        if let Some(recording) = &mut held.recording {
            recording.hold = Some(crate::monitor::told::Hold::Held);
        }
        let picture = snapshot(vec![held, recording(2, "court-02")]);
        let drawn = draw(&picture, NOW, Speed::REAL, Size { columns: 80, lines: 24 });
        let lines = text(&drawn);
        assert!(lines[1].contains("2 Recording (1 paused)"), "{lines:#?}");
        assert!(
            lines[4].starts_with("p  Recording paused lesson") && lines[5].starts_with("o  Recording   "),
            "{lines:#?}"
        );
    }

    #[test]
    fn an_old_recorder_and_an_open_stop_are_marked_where_the_word_does_not_say_so() {
        let stopped = in_state(1, "hall", State::Stopped);
        let second_recorder = Some((Sid::new("s"), stopped.uid));
        let stopped = ChannelView { second_recorder, ..stopped };
        let open_stop = Some(OpenStop { asked_at: NOW, heard: None });
        let blind = ChannelView { open_stop: open_stop.clone(), ..in_state(2, "court", State::NotObserved) };
        let stopping = ChannelView { open_stop, ..in_state(3, "studio", State::Stopping) };
        let drawn = draw(&snapshot(vec![stopped, blind, stopping]), NOW, Speed::REAL, Size { columns: 120, lines: 24 });
        let lines = text(&drawn);
        assert!(
            lines[1].ends_with("1 with another recorder that answers (2) · 1 with a stop not confirmed (v)"),
            "{lines:#?}"
        );
        assert!(lines.iter().any(|line| line.starts_with("=2 Stopped          hall")), "{lines:#?}");
        assert!(lines.iter().any(|line| line.starts_with("/v Not observed     court")), "{lines:#?}");
        assert!(lines.iter().any(|line| line.starts_with("v  Stopping         studio")), "{lines:#?}");
    }

    #[test]
    fn a_faster_clock_is_marked() {
        let speed = Speed::new(10).expect("in range");
        let lines = draw(&snapshot(Vec::new()), NOW, speed, Size { columns: 80, lines: 24 });
        assert!(lines[0].text.ends_with("demo ×10"), "{}", lines[0].text);
    }

    #[test]
    fn a_dead_network_says_that_nobody_is_watching() {
        let mut picture = snapshot(vec![recording(1, "a")]);
        picture.network = NetworkView::Down { since: NOW, next_probe: NOW };
        assert!(service(&picture, NOW)[0].contains("nobody is watching"));
    }

    #[test]
    fn each_project_has_a_line_and_trouble_comes_first() {
        let mut picture = two_projects();
        picture.projects[1].throttled_until = Some(ahead(4));
        picture.projects[1].domains[0].trouble = Some("timeout".into());
        let drawn = draw(&picture, NOW, Speed::REAL, Size { columns: 120, lines: 24 });
        let lines = text(&drawn);
        assert!(lines[0].contains("2 projects"), "{lines:#?}");
        assert!(lines[3].starts_with("Eastgate: ") && lines[4].starts_with("Northgate Live: "), "{lines:#?}");
        assert!(lines[3].contains("429: polls rest for 4 s") && lines[3].contains("timeout"), "{lines:#?}");
        assert!(lines.iter().any(|line| line.contains("hall (Northgate Live)")), "{lines:#?}");
        assert!(lines.iter().any(|line| line.contains("hall (Eastgate)")), "{lines:#?}");
        assert_eq!(counts_of(&picture, ProjectId(1)), "1 Lost");
    }

    #[test]
    fn every_state_has_a_letter_of_its_own() {
        let letters: BTreeSet<char> = State::ALL.into_iter().map(letter).collect();
        assert_eq!(letters.len(), State::ALL.len());
    }
}
