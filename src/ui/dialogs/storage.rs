//! What the log takes and how long the disk lasts, what is kept for how long, and how it stands with the copy. It changes nothing: the
//! settings file does.

use egui::{Context, Ui};

use super::frame::{self, Mark};
use super::{Around, Next};
use crate::monitor::io::LogHealth;
use crate::monitor::snapshot::{BackupView, LogSize, LogView};
use crate::monitor::time::Timestamp;
use crate::ui::detail::parts;
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::button::{Button, Kind};
use crate::ui::{format, icons};

/// The card.
#[derive(Debug, Default)]
pub struct Storage {
    focused: bool,
}

impl Storage {
    pub(super) fn show(&mut self, ctx: &Context, around: Around<'_>) -> Next {
        let log = &around.moment.snapshot.log;
        let shown = frame::show(ctx, Mark::Icon(icons::SAVED), "Log and storage", 580.0, |ui| {
            frame::body(ui, |ui| facts(ui, log, around.moment.now));
            let mut closed = false;
            frame::foot(ui, |ui| {
                let close = Button::new("Close", Kind::Primary).tooltip("Enter or Esc").show(ui);
                if !self.focused {
                    close.request_focus();
                    self.focused = true;
                }
                closed = close.clicked() || frame::enter_without_focus(ui);
            });
            if closed { Next::Close } else { Next::Stay }
        });
        shown.inner.unless(shown.escaped)
    }
}

fn facts(ui: &mut Ui, log: &LogView, now: Timestamp) {
    let p = Palette::of(ui);
    let place = if log.path.is_empty() { "In memory only: gone when reelwatch is closed" } else { &log.path };
    parts::line(ui, place, text::code(), p.text2);
    ui.add_space(space::M);
    egui::Grid::new("log and storage").num_columns(2).spacing([space::XL, space::S]).show(ui, |ui| {
        for (name, value) in lines(log, now) {
            parts::line(ui, name, text::base(), p.text3);
            parts::line(ui, value, text::base(), p.text1);
            ui.end_row();
        }
    });
    for trouble in [&log.error, &log.damage, &log.upkeep_error].into_iter().flatten() {
        ui.add_space(space::M);
        parts::line(ui, trouble.as_ref(), text::base(), p.lost);
    }
    ui.add_space(space::M);
    let how = "How long probes are kept, and whether a copy is, stands under [history] in the settings file. reelwatch store check \
               reads all of the log";
    parts::line(ui, how, text::small(), p.text3);
}

/// Each fact with its name.
fn lines(log: &LogView, now: Timestamp) -> Vec<(&'static str, String)> {
    let saved = format::thousands(log.saved);
    let mut lines = vec![match log.health {
        LogHealth::Saved => ("Events", format!("{saved}, kept for ever")),
        LogHealth::Failing => {
            ("Events", format!("{saved} on disk, {} wait in memory", format::thousands(log.waiting as u64)))
        }
    }];
    lines.push(("Size", size(log.size.as_ref())));
    lines.push(("Disk", disk(log.size.as_ref())));
    let keeps = log.keeps;
    lines.push((
        "Probes",
        format!("{} each, then sums by the hour for {}", days(keeps.raw_days.into()), days(keeps.hour_days.into())),
    ));
    lines.push(("Backup", backup(&log.backup, now)));
    lines
}

fn days(number: u64) -> String {
    format!("{} {}", format::thousands(number), if number == 1 { "day" } else { "days" })
}

fn size(size: Option<&LogSize>) -> String {
    let Some(size) = size else { return "not measured yet".to_owned() };
    let bytes = format::bytes(size.bytes);
    match size.per_day {
        Some(per_day) => format!("{bytes}, {} more each day of the last week", format::bytes(per_day)),
        None => format!("{bytes}; how fast it grows is known after a day"),
    }
}

fn disk(size: Option<&LogSize>) -> String {
    let Some(free) = size.and_then(|size| size.free) else {
        return "this system does not tell what is free".to_owned();
    };
    let free = format!("{} free", format::bytes(free));
    match size.and_then(LogSize::days_left) {
        Some(left) => format!("{free}, full after {} at this pace", days(left)),
        None => free,
    }
}

fn backup(view: &BackupView, now: Timestamp) -> String {
    match view {
        BackupView::Off => "off".to_owned(),
        BackupView::ToCome => "every hour; none in this run yet".to_owned(),
        BackupView::Made { at, bytes } => {
            format!("{} ago, {}; every hour", format::words(now.since(*at)), format::bytes(*bytes))
        }
        BackupView::Failed { at, why } => format!("could not be made {} ago: {why}", format::words(now.since(*at))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::snapshot::LogKeeps;
    use crate::ui::testing::{NOW, ago};

    #[test]
    fn what_is_not_known_is_said_to_be_and_nothing_is_made_up() {
        let keeps = LogKeeps { raw_days: 30, hour_days: 365 };
        let unknown = LogView { saved: 1_234, keeps, backup: BackupView::ToCome, ..LogView::default() };
        let told: Vec<_> = lines(&unknown, NOW).into_iter().map(|(_, value)| value).collect();
        assert_eq!(
            told,
            [
                "1,234, kept for ever",
                "not measured yet",
                "this system does not tell what is free",
                "30 days each, then sums by the hour for 365 days",
                "every hour; none in this run yet"
            ]
        );
        let size = LogSize { bytes: 42_300_000, per_day: Some(1_500_000), free: Some(67_000_000_000) };
        let known =
            LogView { size: Some(size), backup: BackupView::Made { at: ago(600), bytes: 41_000_000 }, ..unknown };
        let told: Vec<_> = lines(&known, NOW).into_iter().map(|(_, value)| value).collect();
        assert_eq!(told[1], "42.3 MB, 1.5 MB more each day of the last week");
        assert_eq!(told[2], "67.0 GB free, full after 44,666 days at this pace");
        assert_eq!(told[4], "10 min ago, 41.0 MB; every hour");
    }
}
