//! A row of the timeline as one sentence for screen readers, from the same data as its lane.

use super::face::Face;
use super::source::Source;
use super::survey::Totals;
use crate::monitor::snapshot::ChannelView;
use crate::ui::detail::lanes::Window;
use crate::ui::{format, words};

/// More stretches than these are counted, not listed.
const AT_MOST: usize = 12;

/// `court-03, Lost for 44 seconds, last 6 h: Recording 09:00:00 to 12:04:10, …, 1 gap of 2:08 to 4:14`
pub fn row(view: &ChannelView, source: &Source<'_>, window: Window, totals: Totals, face: Face<'_>) -> String {
    let mut parts = vec![
        view.name.to_string(),
        format!("{} for {}", words::state(view.state), format::spoken(source.now.since(view.state_since))),
    ];
    let stretch = format::words(window.to.since(window.from));
    let spans = source.spans(view, window);
    let listed = &spans[spans.len().saturating_sub(AT_MOST)..];
    let told: Vec<String> = listed
        .iter()
        .map(|span| format!("{} {} to {}", words::band(span.kind), face.clock(span.from), face.clock(span.to)))
        .collect();
    parts.push(match (told.is_empty(), source.unread(window)) {
        (true, Some(_)) => format!("{stretch}: reading"),
        (true, None) => format!("{stretch}: nothing known"),
        (false, _) => format!("{stretch}: {}", told.join(", ")),
    });
    if listed.len() < spans.len() {
        parts.push(format!("and {} before", format::counted(spans.len() - listed.len(), "stretch", "stretches")));
    }
    if totals.gaps > 0 {
        let bounds = format::range_words(totals.lost.0, totals.lost.1);
        parts.push(format!("{} of {bounds}", format::counted(totals.gaps, "gap", "gaps")));
    }
    parts.join(", ")
}
