//! The fleet as a table of text that fits a terminal: what the window's fleet screen shows, worst first. A pure function of a
//! snapshot, the time and the size; it writes nowhere.

use jiff::tz::TimeZone;

use crate::monitor::phase::{Section, State};
use crate::monitor::snapshot::{ChannelView, NetworkView, Snapshot};
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

/// Lines above the rows.
const HEAD: usize = 4;

/// The whole picture: head, column names, as many rows as fit, and how many did not.
pub fn draw(snapshot: &Snapshot, now: Timestamp, speed: Speed, size: Size) -> Vec<Line> {
    let line = |text: String, weight| Line { text: cut(text, size.columns), weight };
    let mut lines = vec![
        line(title(snapshot, now, speed), Weight::Strong),
        line(counts(snapshot), Weight::Normal),
        line(service(snapshot, now), Weight::Normal),
        line(columns(size.columns).head(), Weight::Strong),
    ];
    let all = snapshot.channels.len();
    let room = size.lines.saturating_sub(HEAD).max(1);
    let rows = if all > room { room - 1 } else { all };
    for view in snapshot.channels.iter().take(rows) {
        let weight = if view.section() == Section::ActNow { Weight::Strong } else { Weight::Normal };
        lines.push(line(columns(size.columns).row(view, now), weight));
    }
    if all > rows {
        let more = format!("   {} more below, none worse", format::counted(all - rows, "channel", "channels"));
        lines.push(line(more, Weight::Normal));
    }
    lines
}

fn title(snapshot: &Snapshot, now: Timestamp, speed: Speed) -> String {
    let mut title =
        format!("reelwatch   {}   {} UTC", snapshot.first_project().name, format::clock(now, &TimeZone::UTC));
    if speed != Speed::REAL {
        title.push_str(&format!("   demo ×{}", speed.times()));
    }
    title
}

/// `2 Lost · 1 Suspect · 21 Recording (1 paused)`: only what there is.
pub fn counts(snapshot: &Snapshot) -> String {
    let paused = snapshot.channels.iter().filter(|view| pauses(view)).count();
    let count = |state: State| {
        let text = format!("{} {}", format::thousands(snapshot.count(state) as u64), words::state(state));
        if state == State::Recording && paused > 0 { format!("{text} ({paused} paused)") } else { text }
    };
    let parts: Vec<String> = State::ALL.into_iter().filter(|state| snapshot.count(*state) > 0).map(count).collect();
    if parts.is_empty() { "no channels".to_owned() } else { parts.join(" · ") }
}

/// Requests, domains, network, log.
fn service(snapshot: &Snapshot, now: Timestamp) -> String {
    let project = snapshot.first_project();
    let mut parts =
        vec![format!("{} of {} requests/s", format::rate_of_10_s(project.sent_last_10_s), project.quota_per_second)];
    match snapshot.network {
        NetworkView::Up => {
            let preferred = project.domains.iter().find(|domain| domain.preferred);
            parts.push(preferred.map_or_else(|| "no domain".to_owned(), |domain| domain.host.to_string()));
        }
        NetworkView::Down { since, .. } => {
            parts.push(format!("no network for {}: nobody is watching", format::words(now.since(since))));
        }
    }
    parts.push(match snapshot.last_answer_at {
        Some(at) => format!("last answer {} ago", format::words(now.since(at))),
        None => "no answer yet".to_owned(),
    });
    if let Some(until) = project.throttled_until.filter(|until| *until > now) {
        parts.push(format!("429: polls rest for {}", format::words(until.since(now))));
    } else if let Some(slow) = project.slow {
        parts.push(format!("429: polls at {} % of their rate", slow.percent));
    }
    if project.retries_spent_since.is_some() {
        parts.push("too many failures to repeat them all".to_owned());
    }
    if !snapshot.log.ahead.is_zero() {
        parts.push(format!("times run {} ahead of this workstation's clock", format::words(snapshot.log.ahead)));
    }
    if let Some(error) = &snapshot.log.error {
        parts.push(format!("log not written: {error}"));
    }
    parts.join(" · ")
}

/// Widths of the columns that depend on the terminal.
struct Columns {
    name: usize,
    uid: bool,
}

fn columns(width: usize) -> Columns {
    // Without the name the fixed columns take 67 characters, and the UID 13 more.
    let uid = width >= 96;
    let fixed = if uid { 80 } else { 67 };
    Columns { name: width.saturating_sub(fixed).clamp(8, 32), uid }
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

    fn row(&self, view: &ChannelView, now: Timestamp) -> String {
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
            "{}  {:<16} {:<name$} {uid}{held:>10}  {answer:<ANSWER$} {seen:>7} {next:>8}",
            if pauses(view) { 'p' } else { letter(view.state) },
            if pauses(view) { "Recording paused" } else { words::state(view.state) },
            format::cut_middle(&view.name, name),
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
    use crate::ui::testing::{NOW, lost, recording, snapshot, suspect};

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
            assert!(drawn.len() <= lines.max(HEAD + 1), "{columns}x{lines}: {}", drawn.len());
        }
        let drawn = draw(&picture, NOW, Speed::REAL, Size { columns: 100, lines: 24 });
        assert_eq!(text(&drawn)[23], "   31 channels more below, none worse");
    }

    #[test]
    fn heads_and_rows_stand_below_each_other() {
        for width in [80, 96, 120] {
            let columns = columns(width);
            let view = suspect(7, "studio-07");
            assert_eq!(columns.head().chars().count(), columns.row(&view, NOW).chars().count(), "{width}");
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
    fn a_faster_clock_is_marked() {
        let speed = Speed::new(10).expect("in range");
        let lines = draw(&snapshot(Vec::new()), NOW, speed, Size { columns: 80, lines: 24 });
        assert!(lines[0].text.ends_with("demo ×10"), "{}", lines[0].text);
    }

    #[test]
    fn a_dead_network_says_that_nobody_is_watching() {
        let mut picture = snapshot(vec![recording(1, "a")]);
        picture.network = NetworkView::Down { since: NOW, next_probe: NOW };
        assert!(service(&picture, NOW).contains("nobody is watching"));
    }

    #[test]
    fn every_state_has_a_letter_of_its_own() {
        let letters: BTreeSet<char> = State::ALL.into_iter().map(letter).collect();
        assert_eq!(letters.len(), State::ALL.len());
    }
}
