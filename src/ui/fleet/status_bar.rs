//! The status bar: is what happens being kept, and which keys help here.

use std::time::Duration;

use egui::{Id, Role, Sense, Stroke, Ui, WidgetInfo, pos2};

use crate::monitor::io::LogHealth;
use crate::monitor::snapshot::LogView;
use crate::ui::commands::{Cmd, Deed, Facts, Tend, TimeCmd};
use crate::ui::state::Page;
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::key_hint;
use crate::ui::widgets::text::left;
use crate::ui::{format, icons};

/// Its height, in points.
pub const HEIGHT: f32 = 24.0;

/// The keys worth telling on each page, from right to left.
const fn hints(page: Page) -> &'static [(Cmd, &'static str)] {
    match page {
        Page::Fleet => &[
            (Cmd::Quit, "quit"),
            (Cmd::Of(Deed::Restart), "restart…"),
            (Cmd::About(Tend::Acknowledge), "acknowledge…"),
            (Cmd::SelUnhandled, "next unhandled"),
            (Cmd::SelNext, "next row"),
            (Cmd::FilterFocus, "filter"),
        ],
        Page::Incidents => &[
            (Cmd::Quit, "quit"),
            (Cmd::About(Tend::Close), "close…"),
            (Cmd::About(Tend::Note), "note"),
            (Cmd::About(Tend::Acknowledge), "acknowledge…"),
            (Cmd::SelNext, "next"),
        ],
        Page::Timeline => &[
            (Cmd::Quit, "quit"),
            (Cmd::Time(TimeCmd::Freeze), "freeze"),
            (Cmd::Time(TimeCmd::Live), "live"),
            (Cmd::Time(TimeCmd::ZoomOut), "zoom out"),
            (Cmd::Time(TimeCmd::ZoomIn), "zoom in"),
            (Cmd::Time(TimeCmd::GapNext), "next gap"),
            (Cmd::Time(TimeCmd::GapPrev), "previous"),
        ],
    }
}

/// Shows the bar; gives the command that was clicked.
pub fn show(ui: &mut Ui, log: &LogView, page: Page) -> Option<Cmd> {
    let (palette, all) = (Palette::of(ui), ui.max_rect());
    ui.painter().hline(all.x_range(), all.top() + 0.5, Stroke::new(1.0, palette.line2));
    let y = all.center().y;
    let (word, rest, ink) = match log.health {
        LogHealth::Saved if log.damage.is_some() => ("is damaged", "click for what to do".to_owned(), palette.lost),
        LogHealth::Saved if log.upkeep_error.is_some() => {
            ("saved, its upkeep stumbles", "click for why".to_owned(), palette.suspect)
        }
        LogHealth::Saved => {
            let events = format::counted(usize::try_from(log.saved).unwrap_or(usize::MAX), "event", "events");
            ("saved", events, palette.text2)
        }
        LogHealth::Failing => {
            ("cannot be written", format!("{} in memory", format::counted(log.waiting, "waits", "wait")), palette.lost)
        }
    };
    let rest = match log.ahead {
        Duration::ZERO => rest,
        ahead => format!("{rest} · its times run {} ahead of this workstation's clock", format::words(ahead)),
    };
    let response = ui.interact(all.with_max_x(all.center().x), Id::unique("status bar log"), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Session log {word} · {rest}")));
    let response = response.on_hover_text(Cmd::Storage.text(&Facts::default()));
    let painter = ui.painter();
    left(painter, pos2(all.left() + space::XL, y), icons::SAVED, text::icon(12.0), palette.text3);
    let at = left(painter, pos2(all.left() + 30.0, y), "Session log", text::micro(), palette.text3);
    let at = left(painter, pos2(at.right() + space::S, y), word, text::medium(11.0), ink);
    left(painter, pos2(at.right() + space::S, y), format!("· {rest}"), text::micro(), palette.text3);
    let mut x = all.right() - space::XL;
    for (cmd, word) in hints(page) {
        let Some(keys) = cmd.key_text() else { continue };
        x = key_hint::paint_ending_at(painter, pos2(x, y), &keys, word, palette) - space::XXL;
    }
    response.clicked().then_some(Cmd::Storage)
}
