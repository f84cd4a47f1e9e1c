//! How the range that is shown divides into recorded, lost and not known: a line per share with its part and its time. Time without
//! a session is not counted, and what is too short to be seen is said.

use std::time::Duration;

use egui::{Sense, Ui, vec2};

use super::lanes::Lanes;
use super::parts;
use crate::monitor::band::BandKind;
use crate::monitor::coverage::{Coverage, Share};
use crate::monitor::phase::State;
use crate::ui::pattern::paint_span;
use crate::ui::theme::{Palette, space, text};
use crate::ui::{format, words};

/// Room for the word of a share, in points.
const WORD: f32 = 126.0;
const PART: f32 = 52.0;

/// Shows the shares of the window.
pub fn show(ui: &mut Ui, lanes: &Lanes, poll_every: Duration) {
    let coverage = Coverage::of(lanes.spans.iter().copied());
    parts::head(ui, "Coverage", &about(&coverage, poll_every));
    let palette = Palette::of(ui);
    for (share, time) in coverage.parts() {
        ui.horizontal(|ui| {
            ui.spacing_mut().interact_size.y = parts::ROW;
            ui.spacing_mut().item_spacing.x = space::L;
            let (rect, _) = ui.allocate_exact_size(vec2(14.0, 10.0), Sense::hover());
            paint_span(ui.painter(), rect, sample(share), palette);
            parts::cell(ui, WORD, word(share), text::small(), palette.text1);
            parts::cell(ui, PART, &part(&coverage, share), text::code(), palette.text1);
            parts::cell(ui, PART, &format::cell(time), text::code(), palette.text3);
        });
    }
}

/// What the shares are shares of.
fn about(coverage: &Coverage, poll_every: Duration) -> String {
    let total = coverage.total();
    if total.is_zero() {
        return "no session in this range".to_owned();
    }
    format!("of {} with a session · gaps under {} cannot be seen", format::words(total), words::seconds(poll_every))
}

/// `97.2 %`, cut off below; a share too small for that is `<0.1 %`.
fn part(coverage: &Coverage, share: Share) -> String {
    match coverage.per_mille(share) {
        Some(0) => "<0.1 %".to_owned(),
        Some(per_mille) => format!("{}.{} %", per_mille / 10, per_mille % 10),
        None => format::NONE.to_owned(),
    }
}

const fn word(share: Share) -> &'static str {
    match share {
        Share::Recording => "Seen recording",
        Share::Turning => "Starting, stopping",
        Share::Suspect => "Suspect, possibly lost",
        Share::Lost => "Lost",
        Share::Ended => "Ended by itself",
        Share::Uncertain => "Uncertain",
        Share::NotObserved => "Not observed",
    }
}

const fn sample(share: Share) -> BandKind {
    BandKind::State(match share {
        Share::Recording => State::Recording,
        Share::Turning => State::Starting,
        Share::Suspect => State::Suspect,
        Share::Lost => State::Lost,
        Share::Ended => State::Ended,
        Share::Uncertain => State::Uncertain,
        Share::NotObserved => State::NotObserved,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::detail::range::Range;
    use crate::ui::testing::{NOW, idle, lost};

    const EVERY: Duration = Duration::from_secs(120);

    #[test]
    fn the_shares_of_a_loss_are_told_in_parts_of_the_session() {
        let view = lost(3, "court-03");
        let coverage = Coverage::of(Lanes::new(&view, None, Range::H1.window(&view, None, NOW)).spans);
        let told: Vec<String> =
            coverage.parts().map(|(share, _)| format!("{} {}", word(share), part(&coverage, share))).collect();
        assert_eq!(told, ["Seen recording 91.5 %", "Suspect, possibly lost 7.0 %", "Lost 1.4 %"]);
        assert_eq!(about(&coverage, EVERY), "of 50 min with a session · gaps under 120 s cannot be seen");
    }

    #[test]
    fn without_a_session_there_is_no_share_of_anything() {
        let view = idle(2, "court-02");
        let coverage = Coverage::of(Lanes::new(&view, None, Range::H1.window(&view, None, NOW)).spans);
        assert_eq!(about(&coverage, EVERY), "no session in this range");
        assert_eq!((coverage.parts().count(), part(&coverage, Share::Recording)), (0, "–".to_owned()));
    }
}
