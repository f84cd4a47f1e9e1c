//! The legend under the rows: the pattern and word of each kind of stretch, the flags, and what cannot be seen at all.

use egui::{Id, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2};

use super::lane::{LEGEND, flag};
use crate::monitor::band::BandKind;
use crate::monitor::history::MarkedDeed;
use crate::monitor::ids::Uid;
use crate::monitor::phase::State;
use crate::monitor::snapshot::ProjectView;
use crate::ui::pattern::{Ink, paint_span};
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::text::{left, right, width};
use crate::ui::words;

/// Its height, in points.
pub const HEIGHT: f32 = 28.0;
const SAMPLE: [f32; 2] = [22.0, 12.0];

/// The flags and their words.
const FLAGS: [(MarkedDeed, &str); 3] =
    [(MarkedDeed::Start(Uid::MIN), "Start"), (MarkedDeed::Restart(Uid::MIN), "Restart"), (MarkedDeed::Stop, "Stop")];

/// Shows the legend over the whole of `ui`.
pub fn show(ui: &Ui, projects: &[ProjectView]) {
    let (p, painter, all) = (Palette::of(ui), ui.painter(), ui.max_rect());
    painter.hline(all.x_range(), all.top() + 0.5, Stroke::new(1.0, p.line2));
    let y = all.center().y;
    let blind = blind_spot(projects);
    let response = ui.interact(all, Id::unique("timeline legend"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &blind));
    let end = right(painter, pos2(all.right() - space::XL, y), &blind, text::micro(), p.text3).left() - space::XL;
    let mut x = all.left() + space::XL;
    for kind in LEGEND {
        let needs = SAMPLE[0] + space::M + width(painter, word(kind), &text::micro()) + space::XXL;
        // In a narrow window the last ones give way; a pattern tells its word under the pointer as well.
        if x + needs > end {
            return;
        }
        let sample = Rect::from_x_y_ranges(x..=x + SAMPLE[0], y - SAMPLE[1] / 2.0..=y + SAMPLE[1] / 2.0);
        paint_span(painter, sample, kind, p);
        left(painter, pos2(sample.right() + space::M, y), word(kind), text::micro(), p.text2);
        x += needs;
    }
    for (deed, word) in FLAGS {
        let needs = 6.0 + space::M + width(painter, word, &text::micro()) + space::XL;
        if x + needs > end {
            return;
        }
        let mut ink = Ink::new(ui.pixels_per_point());
        flag(&mut ink, pos2(x + 1.0, y), deed, p.text1);
        painter.extend(ink.into_shapes());
        left(painter, pos2(x + 6.0 + space::M, y), word, text::micro(), p.text2);
        x += needs;
    }
}

const fn word(kind: BandKind) -> &'static str {
    match kind {
        BandKind::State(State::Starting | State::Stopping) => "Starting, stopping",
        BandKind::State(State::Idle | State::Stopped) => "Idle, stopped",
        BandKind::State(_) | BandKind::PossiblyLost => words::band(kind),
    }
}

/// What is shorter than the poll interval in force may have been missed.
fn blind_spot(projects: &[ProjectView]) -> String {
    let every = projects.iter().map(|project| project.poll_every);
    match (every.clone().min(), every.max()) {
        (Some(least), Some(most)) if least < most => {
            format!("Gaps under {} to {} cannot be seen, by project", words::seconds(least), words::seconds(most))
        }
        (Some(every), _) => format!("Gaps under {} cannot be seen", words::seconds(every)),
        (None, _) => "Nothing is polled".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::ui::testing::project;

    #[test]
    fn the_blind_spot_is_the_interval_in_force_of_every_project() {
        assert_eq!(blind_spot(&[project()]), "Gaps under 120 s cannot be seen");
        let fast = ProjectView { poll_every: Duration::from_secs(30), ..project() };
        assert_eq!(blind_spot(&[project(), fast]), "Gaps under 30 s to 120 s cannot be seen, by project");
    }
}
