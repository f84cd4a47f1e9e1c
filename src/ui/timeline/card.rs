//! The card of a gap or a stretch: what it is, from when to when with both bounds, what was done about it. It tells what is known
//! and leaves out what is not.

use std::time::Duration;

use egui::{Align, Layout, RichText, Ui, vec2};

use super::face::Face;
use super::source::{Hole, Source};
use crate::monitor::band::{BandKind, Span};
use crate::monitor::describe;
use crate::monitor::gap::GapEnd;
use crate::monitor::history::{Mark, MarkedDeed};
use crate::monitor::phase::State;
use crate::monitor::snapshot::ChannelView;
use crate::monitor::time::Timestamp;
use crate::ui::detail::lanes::Window;
use crate::ui::pattern::paint_span;
use crate::ui::theme::{Palette, space, text};
use crate::ui::{format, words};

/// What a card is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A gap.
    Hole(Hole),
    /// A stretch of one state.
    Span(Span),
}

/// A card, ready to be shown or read out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Its pattern.
    kind: BandKind,
    /// `court-03, gap`
    title: String,
    /// `3:45 to 5:54`
    length: String,
    /// Names and values.
    lines: Vec<(&'static str, String)>,
}

/// What is at a moment of a channel: a gap before a stretch, and within `slack` of a gap still the gap.
pub fn subject(view: &ChannelView, source: &Source<'_>, at: Timestamp, slack: Duration) -> Option<Subject> {
    let holes = source.holes(view, Window { from: at - slack, to: at + slack });
    let near = |hole: &&Hole| hole.last_good - slack <= at && at <= hole.to(source.now) + slack;
    if let Some(hole) = holes.iter().rev().find(near) {
        return Some(Subject::Hole(*hole));
    }
    // Of all that is known, so that the stretch is told whole and not from the edge of the window on.
    let spans = source.spans(view, source.known(view));
    spans.into_iter().find(|span| span.from <= at && at < span.to).map(Subject::Span)
}

/// The same as it is known now: a gap may have ended and a stretch gone on since.
pub fn refreshed(view: &ChannelView, source: &Source<'_>, subject: Subject) -> Subject {
    match subject {
        Subject::Hole(hole) => {
            let mut now = source.holes(view, Window { from: hole.last_good, to: source.now }).into_iter();
            let is_same = |it: &Hole| (it.last_good, it.first_bad) == (hole.last_good, hole.first_bad);
            Subject::Hole(now.find(is_same).unwrap_or(hole))
        }
        Subject::Span(span) => {
            let now = source.spans(view, Window { from: span.from, to: source.now });
            let is_same = |it: &&Span| (it.from, it.kind) == (span.from, span.kind);
            Subject::Span(now.first().filter(is_same).copied().unwrap_or(span))
        }
    }
}

impl Card {
    /// The card of `subject`, a part of the past of `view`.
    pub fn new(view: &ChannelView, subject: Subject, source: &Source<'_>, face: Face<'_>) -> Self {
        match subject {
            Subject::Hole(hole) => Self::of_hole(view, hole, source, face),
            Subject::Span(span) => Self::of_span(view, span, source, face),
        }
    }

    fn of_hole(view: &ChannelView, hole: Hole, source: &Source<'_>, face: Face<'_>) -> Self {
        let between = |from, to| format!("{} and {}", face.clock(from), face.clock(to));
        let mut lines = vec![("Went between", between(hole.last_good, hole.first_bad))];
        match hole.back {
            Some((at, end)) => {
                let name = match end {
                    GapEnd::Blip | GapEnd::CameBack | GapEnd::Restarted => "Back between",
                    GapEnd::Stopped => "Stopped between",
                };
                lines.push((name, between(hole.last_bad, at)));
                lines.push(("End", words::gap_end(end).to_owned()));
            }
            None => lines.push(("Still open", format!("last bad answer {}", face.clock(hole.last_bad)))),
        }
        let to = hole.to(source.now);
        lines.extend(done(view, source, Window { from: hole.last_good, to }, face));
        let (shortest, longest) = hole.bounds(source.now);
        let length = format::range_words(shortest, longest);
        let kind = BandKind::State(State::Lost);
        Self { kind, title: format!("{}, gap", view.name), length, lines }
    }

    fn of_span(view: &ChannelView, span: Span, source: &Source<'_>, face: Face<'_>) -> Self {
        let goes_on = span.to >= source.now;
        let from = face.clock(span.from);
        let mut lines = vec![("From", if source.is_cut(span) { format!("{from} or before") } else { from })];
        lines.push(("To", if goes_on { "goes on".to_owned() } else { face.clock(span.to) }));
        lines.extend(meaning(span.kind).map(|means| ("Means", means.to_owned())));
        if goes_on && let Some(seen) = words::seen_at(view) {
            lines.push(("Last answer", format!("{} ago", format::words(source.now.since(seen)))));
        }
        lines.extend(done(view, source, Window { from: span.from, to: span.to }, face));
        let title = format!("{}, {}", view.name, words::band(span.kind));
        Self { kind: span.kind, title, length: format::cell(span.to.since(span.from)), lines }
    }

    /// The card as one sentence.
    pub fn spoken(&self) -> String {
        let lines = self.lines.iter().map(|(name, value)| format!(", {} {value}", name.to_lowercase()));
        format!("{}, {}{}", self.title, self.length, lines.collect::<String>())
    }

    /// Shows it.
    pub fn show(&self, ui: &mut Ui) {
        let p = Palette::of(ui);
        ui.set_width(360.0);
        ui.horizontal(|ui| {
            let (sample, _) = ui.allocate_exact_size(vec2(18.0, 12.0), egui::Sense::hover());
            paint_span(ui.painter(), sample, self.kind, p);
            ui.label(RichText::new(format::cut_middle(&self.title, 34)).font(text::semibold(13.0)).color(p.text1));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.label(RichText::new(&self.length).font(text::code()).color(p.text1));
            });
        });
        for (name, value) in &self.lines {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = space::L;
                crate::ui::detail::parts::cell(ui, 96.0, name, text::small(), p.text3);
                ui.label(RichText::new(value).font(text::code()).color(p.text1));
            });
        }
    }
}

/// What a state means where its word alone could be taken for more.
const fn meaning(kind: BandKind) -> Option<&'static str> {
    match kind {
        BandKind::PossiblyLost => Some("it went somewhere in here"),
        BandKind::State(State::NotObserved) => Some("nobody looked, not counted as lost"),
        BandKind::State(State::Uncertain) => Some("no clear answer, it may have recorded"),
        BandKind::State(_) => None,
    }
}

/// The last things that were done within a stretch.
fn done(view: &ChannelView, source: &Source<'_>, window: Window, face: Face<'_>) -> Vec<(&'static str, String)> {
    const AT_MOST: usize = 3;
    let marks = source.marks(view, window);
    let last = &marks[marks.len().saturating_sub(AT_MOST)..];
    last.iter().map(|mark| told(mark, &face.clock(mark.at))).collect()
}

fn told(mark: &Mark, at: &str) -> (&'static str, String) {
    let by = describe::actor(mark.by);
    match mark.deed {
        MarkedDeed::Start(uid) => ("Start", format!("{at}, UID {uid}, {by}")),
        MarkedDeed::Restart(uid) => ("Restart", format!("{at}, UID {uid}, {by}")),
        MarkedDeed::Stop => ("Stop", format!("{at}, {by}")),
        MarkedDeed::Adopt(uid) => ("Adopted", format!("{at}, UID {uid}, {by}")),
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::monitor::gap::Gap;
    use crate::ui::testing::{NOW, ago, gap, lost, recording};
    use crate::ui::timeline::face::Days;

    const SOURCE: Source<'static> = Source { history: None, now: NOW };

    fn card(view: &ChannelView, at: Timestamp) -> Option<Card> {
        let subject = subject(view, &SOURCE, at, Duration::from_secs(5))?;
        Some(Card::new(view, subject, &SOURCE, Face { zone: &TimeZone::UTC, days: Days::Plain }))
    }

    #[test]
    fn a_gap_is_told_with_both_bounds_of_both_edges() {
        let view = ChannelView { gaps: vec![gap(GapEnd::Restarted)], ..recording(1, "court-01") };
        let spoken = card(&view, ago(2300)).expect("a gap").spoken();
        assert_eq!(
            spoken,
            "court-01, gap, 1:43 to 3:49, went between 13:50:58 and 13:52:58, back between 13:54:41 and 13:54:47, end \
             ended by a restart"
        );
        assert!(card(&view, ago(2473)).expect("near").spoken().contains(", gap, "), "it is narrow to point at");
    }

    #[test]
    fn an_open_gap_has_no_end_and_says_what_was_answered_last() {
        let spoken = card(&lost(3, "court-03"), ago(60)).expect("a gap").spoken();
        assert!(spoken.contains("2:08 to 4:14") && spoken.contains("still open last bad answer 14:32:01"), "{spoken}");
    }

    #[test]
    fn a_stretch_that_goes_on_has_the_age_of_the_last_answer_and_nothing_is_told_of_what_is_not_known() {
        let view = recording(1, "court-01");
        let spoken = card(&view, ago(60)).expect("a stretch").spoken();
        assert_eq!(spoken, "court-01, Recording, 37:26, from 13:54:41, to goes on, last answer 11 s ago");
        assert_eq!(card(&view, ago(3000)), None);
    }

    #[test]
    fn a_card_that_stays_follows_what_becomes_of_its_gap_and_its_stretch() {
        let open = lost(3, "court-03");
        let found = subject(&open, &SOURCE, ago(60), Duration::ZERO).expect("a gap");
        let back =
            Gap { last_good: ago(254), first_bad: ago(134), last_bad: ago(6), first_good: NOW, end: GapEnd::CameBack };
        let healed = ChannelView { open_gap: None, gaps: vec![back], ..open };
        assert_eq!(
            refreshed(&healed, &SOURCE, found),
            Subject::Hole(Hole { back: Some((NOW, GapEnd::CameBack)), ..hole(found) })
        );
        let view = recording(1, "court-01");
        let stretch = subject(&view, &SOURCE, ago(60), Duration::ZERO).expect("a stretch");
        let later = Source { now: NOW + Duration::from_secs(9), ..SOURCE };
        let Subject::Span(span) = refreshed(&view, &later, stretch) else { panic!("a stretch") };
        assert_eq!(span.to, later.now, "it goes on");
    }

    fn hole(subject: Subject) -> Hole {
        match subject {
            Subject::Hole(hole) => hole,
            Subject::Span(span) => panic!("{span:?}"),
        }
    }
}
