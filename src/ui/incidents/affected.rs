//! How many channels of a group were bad over time, as steps. It is drawn from the moments at which they joined and were settled, and
//! says nothing of the time before and after.

use std::time::Duration;

use egui::{Color32, Rect, Sense, Stroke, Ui, pos2, vec2};

use super::list;
use crate::monitor::snapshot::IncidentView;
use crate::monitor::time::Timestamp;
use crate::ui::detail::parts;
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::text::{left, right};
use crate::ui::words;

/// Height of the steps, in points.
const HEIGHT: f32 = 84.0;
/// Room for the numbers at the left, and for the times below, in points.
const NUMBERS: f32 = 36.0;
const TIMES: f32 = 18.0;

/// From when on how many of it were bad; the last one holds until it ended, or until now.
pub fn steps(view: &IncidentView) -> Vec<(Timestamp, usize)> {
    let joined = view.children.iter().map(|child| (child.since.max(view.opened_at), 1));
    let settled = view.children.iter().filter_map(|child| child.settled).map(|(at, _)| (at, -1));
    let mut turns: Vec<(Timestamp, i64)> = joined.chain(settled).collect();
    turns.sort_unstable_by_key(|(at, by)| (*at, std::cmp::Reverse(*by)));
    let mut steps: Vec<(Timestamp, usize)> = Vec::new();
    let mut bad = 0;
    for (at, by) in turns {
        bad += by;
        let count = usize::try_from(bad).unwrap_or_default();
        match steps.last_mut() {
            Some(last) if last.0 == at => last.1 = count,
            Some(_) | None => steps.push((at, count)),
        }
    }
    steps
}

/// Shows the steps of a group.
pub fn show(ui: &mut Ui, view: &IncidentView, now: Timestamp) {
    let steps = steps(view);
    let Some(most) = steps.iter().map(|(_, count)| *count).max().filter(|most| *most > 0) else { return };
    let lasted = list::lasted_for(view, now);
    let to = view.opened_at + lasted;
    parts::rule(ui, space::L);
    parts::head(ui, "Channels that were bad", &format!("{most} at most"));
    let p = Palette::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT + TIMES), Sense::hover());
    let plot = rect.with_min_x(rect.left() + NUMBERS).with_max_y(rect.top() + HEIGHT);
    let painter = ui.painter();
    for (y, number) in [(plot.top(), most), (plot.bottom(), 0)] {
        painter.hline(plot.x_range(), y, Stroke::new(1.0, p.line1));
        right(painter, pos2(plot.left() - 6.0, y), number, text::micro(), p.text3);
    }
    let x_of = |at: Timestamp| plot.left() + plot.width() * share(at.since(view.opened_at), lasted);
    let ends = steps.iter().skip(1).map(|(at, _)| *at).chain([to]);
    for ((from, count), end) in steps.iter().zip(ends) {
        let high = plot.height() * part(*count, most);
        let step = Rect::from_min_max(pos2(x_of(*from), plot.bottom() - high), pos2(x_of(end), plot.bottom()));
        let colour = p.shape_of(list::like(view.kind));
        painter.rect_filled(step, 0.0, faint(colour));
        painter.hline(step.x_range(), step.top(), Stroke::new(1.0, colour));
    }
    let y = plot.bottom() + TIMES / 2.0;
    left(painter, pos2(plot.left(), y), words::clock(view.opened_at), text::micro(), p.text3);
    right(painter, pos2(plot.right(), y), words::clock(to), text::micro(), p.text3);
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(egui::accesskit::Role::Image);
        node.set_label(format!("Bad channels over time, {most} at most"));
    });
}

fn faint(colour: Color32) -> Color32 {
    colour.gamma_multiply(0.35)
}

fn share(since: Duration, of: Duration) -> f32 {
    (since.as_secs_f32() / of.as_secs_f32().max(0.001)).min(1.0)
}

#[expect(clippy::cast_precision_loss, reason = "a fleet has some thousand channels")]
fn part(count: usize, most: usize) -> f32 {
    count as f32 / most as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::incidents::{IncidentKind, Settled};
    use crate::monitor::snapshot::ChildView;
    use crate::ui::testing::{ago, incident};

    #[test]
    fn each_that_joins_is_a_step_up_and_each_that_is_settled_one_down() {
        let mut view = incident(3, IncidentKind::Mass, &["a", "b", "c"]);
        let part = |child: &ChildView, since, settled: Option<u64>| ChildView {
            since: ago(since),
            settled: settled.map(|at| (ago(at), Settled::Recovered)),
            ..child.clone()
        };
        let children = view.children.clone();
        view.opened_at = ago(60);
        view.children =
            vec![part(&children[0], 90, Some(10)), part(&children[1], 60, Some(10)), part(&children[2], 40, None)];
        assert_eq!(steps(&view), [(ago(60), 2), (ago(40), 3), (ago(10), 1)]);
    }
}
