//! The newest lines of the session log: what was done and what was answered. Runs of good answers are one line, so that they
//! do not push the facts out of sight.

use egui::{Label, RichText, Ui};

use super::parts;
use crate::monitor::answer::Answer;
use crate::monitor::describe::describe;
use crate::monitor::event::{Event, Probe};
use crate::monitor::snapshot::History;
use crate::monitor::time::Timestamp;
use crate::ui::theme::{Palette, space, text};
use crate::ui::{format, words};

/// How many lines the pane shows; the rest is in the export.
const AT_MOST: usize = 40;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When.
    pub at: Timestamp,
    /// `query`, `state`, `start` …
    pub kind: &'static str,
    /// What.
    pub text: String,
    /// Whether it changed something, and stands out.
    pub weight: Weight,
    /// What the answer in it means and what to do, for whoever rests on it.
    pub hint: Option<String>,
}

/// How much a line stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// An answer among others.
    Quiet,
    /// A fact.
    Fact,
}

/// Shows the newest lines, newest first.
pub fn show(ui: &mut Ui, history: Option<&History>) {
    let Some(history) = history else {
        parts::head(ui, "Session log", "being read");
        return;
    };
    let lines = lines(history);
    let about = match lines.len() {
        0 => "nothing in this range".to_owned(),
        n if n >= AT_MOST => format!("newest {n} lines"),
        n => format::counted(n, "line", "lines"),
    };
    parts::head(ui, "Session log", &about);
    let palette = Palette::of(ui);
    ui.spacing_mut().item_spacing.y = 1.0;
    for line in &lines {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = space::L;
            let dim = |words: String| RichText::new(words).font(text::code()).color(palette.text3);
            ui.label(dim(words::clock(line.at)));
            ui.label(dim(format!("{:<6}", line.kind)));
            let ink = match line.weight {
                Weight::Quiet => palette.text2,
                Weight::Fact => palette.text1,
            };
            let shown = ui.add(Label::new(RichText::new(&line.text).font(text::small()).color(ink)).wrap());
            if let Some(hint) = &line.hint {
                shown.on_hover_text(hint);
            }
        });
    }
}

/// The newest lines, newest first.
pub fn lines(history: &History) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut records = history.records.iter().rev().map(|(_, record)| record).peekable();
    let mut probes = history.probes.iter().rev().peekable();
    while lines.len() < AT_MOST {
        let facts_first = match (records.peek(), probes.peek()) {
            (None, None) => break,
            (Some(record), Some(probe)) => record.at >= probe.at,
            (record, _) => record.is_some(),
        };
        if facts_first {
            let Some(record) = records.next() else { break };
            let (at, event) = (record.at, &record.event);
            let hint = answer(event).map(hint);
            lines.push(Line { at, kind: kind(event), text: describe(event), weight: Weight::Fact, hint });
            continue;
        }
        let Some(newest) = probes.next() else { break };
        let (mut more, mut oldest) = (0, newest.at);
        let until = records.peek().map(|record| record.at);
        while let Some(probe) =
            probes.next_if(|it| newest.is_good() && it.is_good() && until.is_none_or(|at| it.at > at))
        {
            more += 1;
            oldest = probe.at;
        }
        let (text, hint) = (answers(newest, more, oldest), Some(hint(&newest.answer)));
        lines.push(Line { at: newest.at, kind: "query", text, weight: Weight::Quiet, hint });
    }
    lines
}

fn answers(newest: &Probe, more: usize, oldest: Timestamp) -> String {
    let latency = format::latency(std::time::Duration::from_millis(newest.latency_ms.into()));
    let label = newest.answer.label();
    match (more, newest.attempt) {
        (0, 1) => format!("{label}, {latency}, {}", newest.host),
        (0, attempt) => format!("{label}, try {attempt}, {latency}, {}", newest.host),
        (more, _) => format!("{label}, {latency}, and {more} more good answers since {}", words::clock(oldest)),
    }
}

/// What happened, what it means, what to do.
fn hint(answer: &Answer) -> String {
    let it = words::outcome(&answer.outcome);
    format!("{}.\n{}.\n{}.", it.happened, it.means, it.todo)
}

const fn answer(event: &Event) -> Option<&Answer> {
    match event {
        Event::CallAnswered { answer, .. } => Some(answer),
        Event::StartFailed { answer, .. }
        | Event::StartLeftUnknown { answer }
        | Event::PhaseChanged { answer, .. }
        | Event::SightChanged { answer, .. }
        | Event::ChangeEnded { answer, .. } => answer.as_ref(),
        Event::WatchBegan { .. }
        | Event::WatchEnded
        | Event::NotObserved { .. }
        | Event::ClockSet { .. }
        | Event::NetworkLost { .. }
        | Event::NetworkBack
        | Event::DomainPreferred { .. }
        | Event::Throttled { .. }
        | Event::CommandDenied { .. }
        | Event::StartRequested { .. }
        | Event::UidTaken { .. }
        | Event::Acquired { .. }
        | Event::Started { .. }
        | Event::GapOpened { .. }
        | Event::GapClosed { .. }
        | Event::StopRequested { .. }
        | Event::Stopped { .. }
        | Event::OldStopRequested { .. }
        | Event::OldSeenAlive { .. }
        | Event::OldTakenBack { .. }
        | Event::OldGone { .. }
        | Event::FileNameTold { .. }
        | Event::FilesTold { .. }
        | Event::ChannelAdded { .. }
        | Event::ChannelForgotten { .. }
        | Event::Adopted { .. }
        | Event::ChangeRequested { .. }
        | Event::HoldSeen { .. }
        | Event::TokenEndsSoon { .. }
        | Event::TokenEnded { .. }
        | Event::IncidentOpened { .. }
        | Event::IncidentGrew { .. }
        | Event::IncidentSettled { .. }
        | Event::IncidentEnded { .. }
        | Event::IncidentAcknowledged { .. }
        | Event::AcknowledgementEnded { .. }
        | Event::IncidentClosed { .. }
        | Event::IncidentReopened { .. }
        | Event::NoteAdded { .. }
        | Event::ChannelMuted { .. }
        | Event::MuteEnded { .. }
        | Event::FlappingBegan { .. }
        | Event::FlappingEnded { .. }
        | Event::AutoRestartSpent { .. }
        | Event::Exported { .. } => None,
    }
}

const fn kind(event: &Event) -> &'static str {
    match event {
        Event::WatchBegan { .. } | Event::WatchEnded => "watch",
        Event::ClockSet { .. } => "clock",
        Event::NotObserved { .. } | Event::SightChanged { .. } => "sight",
        Event::NetworkLost { .. } | Event::NetworkBack | Event::DomainPreferred { .. } | Event::Throttled { .. } => {
            "net"
        }
        Event::CommandDenied { .. } => "denied",
        Event::StartRequested { .. }
        | Event::UidTaken { .. }
        | Event::Acquired { .. }
        | Event::Started { .. }
        | Event::StartFailed { .. }
        | Event::StartLeftUnknown { .. } => "start",
        Event::CallAnswered { .. } => "call",
        Event::PhaseChanged { .. } => "state",
        Event::GapOpened { .. } | Event::GapClosed { .. } => "gap",
        Event::StopRequested { .. }
        | Event::Stopped { .. }
        | Event::OldStopRequested { .. }
        | Event::OldSeenAlive { .. }
        | Event::OldTakenBack { .. }
        | Event::OldGone { .. } => "stop",
        Event::FileNameTold { .. } | Event::FilesTold { .. } => "file",
        Event::ChannelAdded { .. } | Event::ChannelForgotten { .. } | Event::Adopted { .. } => "watch",
        Event::ChangeRequested { .. } | Event::ChangeEnded { .. } | Event::HoldSeen { .. } => "change",
        Event::TokenEndsSoon { .. } | Event::TokenEnded { .. } => "token",
        Event::IncidentOpened { .. }
        | Event::IncidentGrew { .. }
        | Event::IncidentSettled { .. }
        | Event::IncidentEnded { .. }
        | Event::IncidentAcknowledged { .. }
        | Event::AcknowledgementEnded { .. }
        | Event::IncidentClosed { .. }
        | Event::IncidentReopened { .. } => "incident",
        Event::NoteAdded { .. } => "note",
        Event::ChannelMuted { .. } | Event::MuteEnded { .. } => "mute",
        Event::FlappingBegan { .. } | Event::FlappingEnded { .. } => "flaps",
        Event::AutoRestartSpent { .. } => "auto",
        Event::Exported { .. } => "export",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::testing::{ago, history, suspect};

    #[test]
    fn facts_and_answers_stand_in_order_and_good_ones_are_gathered() {
        let lines = lines(&history(&suspect(7, "studio-07")));
        assert!(lines.windows(2).all(|pair| pair[0].at >= pair[1].at), "newest first");
        let texts: Vec<_> = lines.iter().map(|line| (line.at, line.kind)).collect();
        assert_eq!(texts[0], (ago(11), "query"));
        assert!(texts.contains(&(ago(2240), "state")) && texts.contains(&(ago(2300), "start")));
        let gathered = lines.iter().filter(|line| line.text.contains("more good answers")).count();
        assert_eq!(gathered, 2, "one run before the restart, one after: {lines:#?}");
        for line in lines.iter().filter(|line| line.kind == "query") {
            let hint = line.hint.as_deref().expect("every answer is explained");
            assert_eq!(hint.lines().count(), 3, "what happened, what it means, what to do: {hint}");
        }
    }
}
