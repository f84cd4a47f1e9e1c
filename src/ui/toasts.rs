//! Short notes at the bottom left about what came of an act, in a room of their own under the table, so that they cover neither
//! rows nor acts. Never the only place of a fact: the log and the rows have it too.

use std::collections::BTreeMap;
use std::collections::VecDeque;

use egui::{Align, Align2, Area, Context, Frame, Id, Label, Layout, Order, Panel, Rect, RichText, Stroke, Ui, vec2};

use super::theme::{DIALOG_RADIUS, Palette, text};
use super::tidings::{Tiding, Told, Weight};
use super::widgets::button;
use super::widgets::text::width;
use super::{format, icons, words};
use crate::monitor::gap::GapEnd;
use crate::monitor::ids::ChannelId;
use crate::monitor::phase::{Phase, StartCause, StartFailure, StopResult};
use crate::monitor::snapshot::{ChannelView, Snapshot, Step};
use crate::monitor::time::Timestamp;
use crate::worker::handle::{ExportResult, Handle};

const AT_MOST: usize = 3;
/// The most room for the text of a note, in points.
const WIDEST: f32 = 640.0;
/// What stands beside that text: margins, mark and the button that takes the note away.
const BESIDE: f32 = 88.0;
/// A note and the gap to the next one, in points.
const HEIGHT: f32 = 44.0;
/// Room around the notes: at their left, and above and below all of them.
const LEFT: f32 = 16.0;
const AROUND: f32 = 4.0;
/// Seconds a result stays. Errors stay until they are taken away.
const STAYS: f64 = 6.0;

/// Whether a note is a result or something that went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Goes away by itself.
    Result,
    /// Stays.
    Error,
}

/// Whose the keyboard is while the notes are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keyboard {
    /// Everybody's: Tab comes to the notes too.
    Shared,
    /// A dialog's: Tab stays in it.
    OfADialog,
}

#[derive(Clone, Debug)]
struct Toast {
    number: u64,
    tone: Tone,
    text: String,
    /// Whose; a newer note about all of these channels takes its place.
    about: Vec<ChannelId>,
    /// Seconds of the window's own time; `None` until it was first shown.
    since: Option<f64>,
}

/// The notes, and what was seen already so that each result is told once.
#[derive(Debug, Default)]
pub struct Toasts {
    shown: VecDeque<Toast>,
    made: u64,
    seen: Option<Seen>,
    /// Where this frame keeps room for them, and for how many.
    room: Option<(Rect, usize)>,
}

#[derive(Debug, Default)]
struct Seen {
    revision: u64,
    export: u64,
    ends: BTreeMap<ChannelId, End>,
    told: Told,
}

/// How the last act on a channel ended.
#[derive(Clone, Debug, PartialEq, Eq)]
enum End {
    Verified(Timestamp),
    Failed(Timestamp, StartFailure),
    Stopped(Timestamp, StopResult),
}

impl Toasts {
    /// Adds a note; the oldest result gives way when there are too many.
    pub fn add(&mut self, tone: Tone, text: impl Into<String>) {
        self.add_about(Vec::new(), tone, text.into());
    }

    /// The same about channels, in the place of what was said about them before and holds no more.
    fn add_about(&mut self, about: Vec<ChannelId>, tone: Tone, text: String) {
        self.made += 1;
        let holds_no_more = |toast: &Toast| !toast.about.is_empty() && toast.about.iter().all(|id| about.contains(id));
        self.shown.retain(|toast| !holds_no_more(toast));
        self.shown.push_back(Toast { number: self.made, tone, text, about, since: None });
        while self.shown.len() > AT_MOST {
            let oldest = self.shown.iter().position(|toast| toast.tone == Tone::Result).unwrap_or(0);
            self.shown.remove(oldest);
        }
    }

    /// Adds a note for every result since the last call. What was over before the first call is not told.
    pub fn watch(&mut self, snapshot: &Snapshot, handle: &Handle) {
        let export = handle.export_result();
        let number = export.as_ref().map_or(0, |(number, _)| *number);
        let Some(seen) = &mut self.seen else {
            let ends = snapshot.channels.iter().filter_map(|view| Some((view.id, end_of(view)?))).collect();
            let told = Told::of(snapshot);
            self.seen = Some(Seen { revision: snapshot.revision, export: number, ends, told });
            return;
        };
        let mut notes = Vec::new();
        if let Some((_, result)) = export.filter(|(number, _)| *number > seen.export) {
            notes.push((Vec::new(), export_note(&result)));
        }
        seen.export = number;
        if seen.revision != snapshot.revision {
            seen.revision = snapshot.revision;
            for view in &snapshot.channels {
                let Some(end) = end_of(view) else { continue };
                if seen.ends.get(&view.id) != Some(&end) {
                    let name = words::channel_name(view, snapshot);
                    notes.extend((!is_quiet(view)).then(|| (vec![view.id], end_note(view, &name, &end))));
                    seen.ends.insert(view.id, end);
                }
            }
            notes.extend(seen.told.tell(snapshot).into_iter().map(tiding_note));
        }
        for (about, (tone, text)) in notes {
            self.add_about(about, tone, text);
        }
    }

    /// Keeps room for the notes at the bottom of `ui`, where the table would be.
    pub fn keep_room(&mut self, ui: &mut Ui) {
        self.room = None;
        if self.shown.is_empty() {
            return;
        }
        let fill = Palette::of(ui).bg1;
        let panel = Panel::bottom("notes").exact_size(self.height()).resizable(false).show_separator_line(false);
        let room = panel.frame(Frame::NONE.fill(fill)).show(ui, |ui| ui.max_rect()).inner;
        self.room = Some((room, self.shown.len()));
    }

    fn height(&self) -> f32 {
        // At most three.
        f32::from(u8::try_from(self.shown.len()).unwrap_or(u8::MAX)) * HEIGHT + AROUND
    }

    /// Shows the notes, in their room and over an open dialog.
    pub fn show(&mut self, ctx: &Context, keyboard: Keyboard) {
        let now = ctx.input(|input| input.time);
        self.shown.retain(|toast| toast.tone == Tone::Error || toast.since.is_none_or(|since| now - since < STAYS));
        let mut gone = None;
        let area = Area::new(Id::unique("toasts")).order(Order::Tooltip);
        let (area, widest) = match self.room {
            Some((room, _)) => {
                let widest = (room.width() - LEFT - BESIDE).clamp(0.0, WIDEST);
                (area.fixed_pos(room.left_top() + vec2(LEFT, AROUND)), widest)
            }
            // It came with this very frame.
            None => (area.anchor(Align2::LEFT_BOTTOM, vec2(LEFT, -36.0)), WIDEST),
        };
        area.show(ctx, |ui| {
            ui.spacing_mut().item_spacing.y = AROUND;
            for toast in &mut self.shown {
                let since = *toast.since.get_or_insert(now);
                if ui.push_id(toast.number, |ui| note(ui, toast, now - since, keyboard, widest)).inner {
                    gone = Some(toast.number);
                }
            }
        });
        self.shown.retain(|toast| Some(toast.number) != gone);
        if self.room.map_or(0, |(_, kept_for)| kept_for) != self.shown.len() {
            ctx.request_repaint();
        }
        if self.shown.iter().any(|toast| toast.tone == Tone::Result) {
            ctx.request_repaint_after(std::time::Duration::from_millis(250));
        }
    }
}

/// One note; true when its button was clicked.
fn note(ui: &mut Ui, toast: &Toast, age: f64, keyboard: Keyboard, widest: f32) -> bool {
    let palette = Palette::of(ui);
    let (line, icon, ink) = match toast.tone {
        Tone::Result => (palette.line3, icons::CHECK, palette.text2),
        Tone::Error => (palette.lost, icons::WARNING, palette.lost),
    };
    let frame = Frame::new()
        .fill(palette.bg3)
        .stroke(Stroke::new(1.0, line))
        .corner_radius(DIALOG_RADIUS)
        .shadow(ui.visuals().popup_shadow)
        .inner_margin(egui::Margin { left: 12, right: 8, top: 8, bottom: 8 });
    let shown = frame.show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.label(RichText::new(icon).font(text::icon(16.0)).color(ink));
            // One line; what does not fit is in the tooltip.
            let wide = width(ui.painter(), &toast.text, &text::base()).min(widest) + 1.0;
            ui.allocate_ui_with_layout(vec2(wide, 24.0), Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(RichText::new(&toast.text).font(text::base()).color(palette.text1)).truncate());
            });
            let (place, _) = ui.allocate_exact_size(egui::Vec2::splat(24.0), egui::Sense::hover());
            let id = ui.scope_id().with("dismiss");
            let close = button::icon_at(ui, place, id, icons::CLOSE, "Dismiss");
            let close = if keyboard == Keyboard::OfADialog { close.by_pointer_only() } else { close };
            let close = close.show("Take this note away");
            close.clicked()
        })
        .inner
    });
    if toast.tone == Tone::Result {
        let rect = shown.response.rect;
        #[expect(clippy::cast_possible_truncation, reason = "a share of 1")]
        let left = (1.0 - age / STAYS).clamp(0.0, 1.0) as f32;
        let bar = Rect::from_min_max(
            egui::pos2(rect.left() + 6.0, rect.bottom() - 3.0),
            egui::pos2(rect.left() + 6.0 + (rect.width() - 12.0) * left, rect.bottom() - 1.0),
        );
        ui.painter().rect_filled(bar, 0.0, palette.text3);
    }
    shown.inner
}

fn end_of(view: &ChannelView) -> Option<End> {
    if let Phase::Stopped(result) = view.phase {
        return Some(End::Stopped(view.state_since, result));
    }
    let start = view.start.as_ref()?;
    match start.failed {
        Some(why) => Some(End::Failed(start.asked_at, why)),
        None => (start.step == Step::Done).then_some(End::Verified(start.asked_at)),
    }
}

/// Whether the last start was one of the rules' own for a channel that flaps: the channel is quiet until it is steady.
fn is_quiet(view: &ChannelView) -> bool {
    let own = view.start.as_ref().is_some_and(|start| view.auto_restart.starts.last() == Some(&start.asked_at));
    own && view.flapping.is_some()
}

fn tiding_note(tiding: Tiding) -> (Vec<ChannelId>, (Tone, String)) {
    let tone = match tiding.weight {
        Weight::Light => Tone::Result,
        Weight::Grave => Tone::Error,
    };
    (tiding.about, (tone, format!("{}: {}", tiding.name, tiding.text)))
}

fn end_note(view: &ChannelView, name: &str, end: &End) -> (Tone, String) {
    match end {
        End::Verified(_) => (Tone::Result, verified(view, name)),
        End::Failed(_, StartFailure::Cancelled) => (Tone::Result, format!("{name}: the attempt was ended")),
        End::Failed(_, why) => (Tone::Error, format!("{name}: not started, {}", words::failure(*why).short)),
        End::Stopped(_, result) => (Tone::Result, format!("{name} stopped: {}", words::stop_result(*result))),
    }
}

/// What a verified start or restart brought, with both bounds of the gap it closed.
pub fn verified(view: &ChannelView, name: &str) -> String {
    let gap = view.gaps.last().filter(|gap| gap.end == GapEnd::Restarted);
    let restarted = view.start.as_ref().is_some_and(|start| start.cause == StartCause::Restart);
    match (restarted, gap) {
        (true, Some(gap)) => format!("{name}: back after {}", words::gap_bounds(gap)),
        (true, None) => format!("{name}: restarted with UID {}", view.uid),
        (false, _) => format!("{name}: recording with UID {}", view.uid),
    }
}

fn export_note(result: &ExportResult) -> (Tone, String) {
    match result {
        ExportResult::Written { path, lines } => {
            (Tone::Result, format!("{} lines written to {}", format::thousands(*lines), path.display()))
        }
        ExportResult::Exists { path } => (Tone::Result, format!("{} exists and was kept", path.display())),
        // The reason may name the file itself.
        ExportResult::Failed { path, why } if why.starts_with(&*path.to_string_lossy()) => {
            (Tone::Error, why.to_string())
        }
        ExportResult::Failed { path, why } => (Tone::Error, format!("{} not written: {why}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::testing::{NOW, recording, restarting, snapshot};
    use crate::worker::clock::{Clock, Speed};
    use crate::worker::handle::pair;
    use std::sync::Arc;

    fn texts(toasts: &Toasts) -> Vec<&str> {
        toasts.shown.iter().map(|toast| toast.text.as_str()).collect()
    }

    #[test]
    fn results_give_way_and_errors_stay() {
        let mut toasts = Toasts::default();
        toasts.add(Tone::Error, "e");
        for text in ["a", "b", "c"] {
            toasts.add(Tone::Result, text);
        }
        assert_eq!(texts(&toasts), ["e", "b", "c"]);
    }

    #[test]
    fn every_end_is_told_once_and_none_from_before_the_window_opened() {
        let mut view = restarting(3, "court-03");
        let first = snapshot(vec![view.clone(), recording(1, "court-01")]);
        let (handle, far) = pair(Arc::new(first.clone()), Clock::standing_at(NOW, Speed::REAL));
        far.exports
            .send(Some((4, ExportResult::Written { path: "/tmp/old.csv".into(), lines: 9 })))
            .expect("the handle is there");
        let mut toasts = Toasts::default();
        toasts.watch(&first, &handle);
        assert_eq!(texts(&toasts), [""; 0]);
        let start = view.start.as_mut().expect("it restarts");
        start.failed = Some(StartFailure::Unreachable);
        let next = Snapshot { revision: 2, ..snapshot(vec![view]) };
        toasts.watch(&next, &handle);
        toasts.watch(&next, &handle);
        assert_eq!(texts(&toasts), ["court-03: not started, no domain answered"]);
    }

    #[test]
    fn a_channel_that_records_after_all_is_no_longer_said_not_to_be_started() {
        let mut toasts = Toasts::default();
        let id = ChannelId(3);
        toasts.add_about(vec![id], Tone::Error, "court-03: not started".to_owned());
        toasts.add(Tone::Error, "another");
        toasts.add_about(vec![id], Tone::Result, "court-03: recording".to_owned());
        assert_eq!(texts(&toasts), ["another", "court-03: recording"]);
    }

    #[test]
    fn one_note_about_many_channels_takes_the_place_of_those_about_each_and_outlasts_the_next_about_one() {
        let mut toasts = Toasts::default();
        let ids = [1, 2, 3].map(ChannelId);
        toasts.add_about(vec![ids[0]], Tone::Error, "court-01: nothing records".to_owned());
        toasts.add_about(vec![ids[1]], Tone::Error, "court-02: nothing records".to_owned());
        toasts.add_about(ids.to_vec(), Tone::Error, "North: 3 channels".to_owned());
        toasts.add_about(vec![ids[0]], Tone::Result, "court-01: recording".to_owned());
        assert_eq!(texts(&toasts), ["North: 3 channels", "court-01: recording"]);
    }
}
