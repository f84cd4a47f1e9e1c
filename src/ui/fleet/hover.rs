//! What a row tells about the cell under the pointer, where the cell itself has no room for it.

use std::time::Duration;

use jiff::tz::TimeZone;

use super::row::Row;
use crate::monitor::band::Span;
use crate::monitor::phase::State;
use crate::monitor::snapshot::ChannelView;
use crate::monitor::time::Timestamp;
use crate::ui::widgets::band::STRETCH;
use crate::ui::{format, words};

/// The text for the pointer at `x`, `None` where the cell says everything.
pub fn text(row: &Row<'_>, x: f32) -> Option<String> {
    let (view, now, c) = (row.view, row.moment.now, row.columns);
    if c.flags.contains(x) || c.state.contains(x) {
        return marks(view, row.moment.snapshot.project_of(view).token_warning, now);
    }
    if c.channel.contains(x) {
        let project = words::project_told(view, row.moment.snapshot).map(|project| format!("project: {project}"));
        let lines: Vec<String> = named_otherwise(view).into_iter().chain(project).collect();
        return (!lines.is_empty()).then(|| lines.join("\n"));
    }
    if c.uid.is_some_and(|uid| uid.contains(x)) {
        let next = format!("{}; the next restart takes {}", words::role(view.role), words::next_uid(view));
        return Some(format!("UID {}, {next}", view.uid));
    }
    if c.answer.contains(x) {
        let last = &view.last_probe.as_ref()?.probe;
        let reason = last.answer.reason.as_ref().map(|reason| format!("\n{reason}")).unwrap_or_default();
        return Some(format!(
            "{} from {}, {}{reason}",
            last.answer.label(),
            last.host,
            format::latency(Duration::from_millis(last.latency_ms.into()))
        ));
    }
    if c.seen.contains(x) {
        return seen(row);
    }
    if c.band.contains(x) {
        let ago = STRETCH.mul_f32(((c.band.max - x) / c.band.span()).clamp(0.0, 1.0));
        return at(view, now - ago, now);
    }
    None
}

/// What the marks before the name stand for.
fn marks(view: &ChannelView, token_warning: Duration, now: Timestamp) -> Option<String> {
    let mut lines = Vec::new();
    if words::is_paused(view) {
        lines.push("Recording, paused: nothing is recorded until it is resumed".to_owned());
    }
    lines.extend(words::stop_beside(view).map(|stop| format::sentence(&stop)));
    if view.throttled {
        lines.push("Agora asks for fewer requests (429)".to_owned());
    }
    if let Some(story) = words::token_story(view, token_warning, now) {
        lines.extend([story.happened, story.todo]);
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// Agora's name of the channel, when the operator's is another one or does not fit.
fn named_otherwise(view: &ChannelView) -> Option<String> {
    if view.name.as_ref() == view.cname.as_str() {
        return (view.name.chars().count() > 16).then(|| view.name.to_string());
    }
    Some(format!("{}\nchannel name at Agora: {}", view.name, view.cname))
}

fn seen(row: &Row<'_>) -> Option<String> {
    let (view, now) = (row.view, row.moment.now);
    let seen_at = words::seen_at(view)?;
    let mut lines = vec![format!("Last answer of any kind {} ago", format::words(now.since(seen_at)))];
    lines.push(match view.last_certain {
        Some(at) => format!("Last certain answer {} ago", format::words(now.since(at))),
        None => "No certain answer yet".to_owned(),
    });
    lines.push(words::outlook(view, row.moment.snapshot, now));
    if view.state != State::NotObserved {
        let stale = view.stale_at.map(|at| format!("Turns Not observed in {}", format::words(at.since(now))));
        lines.extend(stale);
    }
    Some(lines.join("\n"))
}

/// The stretch of the band at a moment, with the bounds of the gap it belongs to.
fn at(view: &ChannelView, moment: Timestamp, now: Timestamp) -> Option<String> {
    let span = view.band.spans(now).find(|span| span.from <= moment && moment < span.to)?;
    let clock = |at| format::clock(at, &TimeZone::UTC);
    let mut text = format!("{}, {} to {}", words::band(span.kind), clock(span.from), clock(span.to));
    if let Some(gap) = view.gaps.iter().find(|gap| overlaps(&span, gap.first_bad, gap.last_bad)) {
        text.push_str(&format!("\ngap of {}, {}", words::gap_bounds(gap), words::gap_end(gap.end)));
    } else if let Some((open, _)) = view.open_gap.filter(|(open, _)| span.to > open.last_good) {
        let bounds = view.open_gap.map(|it| words::open_gap_bounds(it, now)).unwrap_or_default();
        text.push_str(&format!("\ngap open since {} at the earliest, {bounds} so far", clock(open.last_good)));
    }
    Some(text)
}

fn overlaps(span: &Span, from: Timestamp, to: Timestamp) -> bool {
    span.from <= to && from < span.to
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::testing::{NOW, ago, suspect};

    #[test]
    fn the_band_tells_the_stretch_under_the_pointer_and_the_bounds_of_its_gap() {
        let view = suspect(7, "studio-07");
        assert_eq!(at(&view, ago(600), NOW).unwrap(), "Recording, 13:54:41 to 14:29:26");
        assert_eq!(
            at(&view, ago(20), NOW).unwrap(),
            "Suspect, 14:31:26 to 14:32:07\ngap open since 14:29:26 at the earliest, 0:30 to 2:41 so far"
        );
        assert_eq!(at(&view, ago(3500), NOW), None, "nothing is told about a time without knowledge");
    }
}
