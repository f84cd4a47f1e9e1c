//! A row as one sentence for screen readers, built from the same facts as its cells.

use std::time::Duration;

use crate::monitor::snapshot::{ChannelView, Snapshot, TokenView};
use crate::monitor::time::Timestamp;
use crate::ui::{format, words};

/// `court-03, Lost for 44 seconds, main UID 100087, last answer 404 worker, seen 6 seconds ago, next check in 9 seconds, last
/// 24 hours 1 gap of 1:43 to 3:49`
pub fn row(view: &ChannelView, around: &Snapshot, now: Timestamp) -> String {
    let held = format::spoken(now.since(view.state_since));
    let token_warning = around.project_of(view).token_warning;
    let mut parts = vec![view.name.to_string()];
    parts.extend(words::project_told(view, around).map(|project| format!("project {project}")));
    parts.extend([
        format!("{} for {held}", words::state(view.state)),
        format!("{} {}", words::role(view.role), view.uid),
    ]);
    parts.extend(words::stop_beside(view));
    if words::is_paused(view) {
        parts.push("paused, nothing is recorded".to_owned());
    }
    if let Some((TokenView::EndsSoon | TokenView::Ended, until)) = words::token_end(view, token_warning, now) {
        parts.push(if until <= now {
            format!("channel token ended {} ago", format::spoken(now.since(until)))
        } else {
            format!("channel token ends in {}", format::spoken(until.since(now)))
        });
    }
    if view.handling.acknowledged_at.is_some() {
        parts.push("acknowledged".to_owned());
    }
    if let Some(mute) = &view.handling.mute {
        parts.push(format!("muted, {}", words::mute_left(mute, now)));
    }
    if view.flapping.is_some() {
        parts.push("flapping".to_owned());
    }
    if view.throttled {
        parts.push("throttled by Agora".to_owned());
    }
    if let Some(last) = &view.last_probe {
        parts.push(format!("last answer {}", last.probe.answer.label()));
    }
    if let Some(at) = words::seen_at(view) {
        parts.push(format!("seen {} ago", format::spoken(now.since(at))));
    }
    if let Some(at) = view.outlook.request_at() {
        parts.push(match at.since(now) {
            Duration::ZERO => "next check now".to_owned(),
            left => format!("next check in {}", format::spoken(left)),
        });
    }
    parts.extend(gaps(view, now));
    parts.join(", ")
}

fn gaps(view: &ChannelView, now: Timestamp) -> Option<String> {
    let open = view.open_gap.map(|open| format!("gap still open, {} so far", words::open_gap_bounds(open, now)));
    let closed: Vec<_> = view.gaps_since(now - A_DAY).collect();
    let closed = match closed.as_slice() {
        [] => None,
        [gap] => Some(format!("last 24 hours 1 gap of {}", words::gap_bounds(gap))),
        gaps => {
            let (shortest, longest) = bounds(gaps.iter().map(|gap| (gap.shortest(), gap.longest())));
            Some(format!("last 24 hours {} gaps of {} together", gaps.len(), format::range_words(shortest, longest)))
        }
    };
    match (open, closed) {
        (Some(open), Some(closed)) => Some(format!("{open}, {closed}")),
        (open, closed) => open.or(closed),
    }
}

/// How far back the gaps of a row reach.
pub const A_DAY: Duration = Duration::from_secs(86_400);

/// The bounds of several gaps together.
pub fn bounds(each: impl Iterator<Item = (Duration, Duration)>) -> (Duration, Duration) {
    each.fold((Duration::ZERO, Duration::ZERO), |(a, b), (shortest, longest)| (a + shortest, b + longest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::gap::GapEnd;
    use crate::monitor::told::Hold;
    use crate::ui::testing::{NOW, ago, ahead, gap, lost, recording, snapshot};

    fn told(view: &ChannelView) -> String {
        row(view, &snapshot(Vec::new()), NOW)
    }

    #[test]
    fn a_row_tells_everything_its_cells_show() {
        let view = lost(87, "court-03");
        assert_eq!(
            told(&view),
            "court-03, Lost for 44 seconds, main UID 100087, last answer 404 worker, seen 11 seconds ago, next check in \
             4 seconds, gap still open, 2:08 to 4:14 so far"
        );
        let healed = ChannelView { open_gap: None, gaps: vec![gap(GapEnd::Restarted)], ..view };
        let text = told(&healed);
        assert!(text.ends_with("last 24 hours 1 gap of 1:43 to 3:49"), "{text}");
    }

    #[test]
    fn a_pause_and_the_end_of_a_token_are_said() {
        let mut view = recording(7, "site-07");
        let it = view.recording.as_mut().expect("it records");
        it.hold = Some(Hold::Held);
        it.token_until = Some(ahead(1200));
        let text = told(&view);
        assert!(text.contains(", paused, nothing is recorded, channel token ends in 20 minutes, "), "{text}");
        view.recording.as_mut().expect("it records").token_until = Some(ago(60));
        assert!(told(&view).contains("channel token ended 1 minute ago"));
        view.recording.as_mut().expect("it records").token_until = Some(ahead(3700));
        assert!(!told(&view).contains("token"));
    }
}
