//! The window onto a running start or restart: five steps, every try with its answer, and the countdown to the next. Closing it
//! stops nothing.

use egui::{Context, Frame, Key, Label, Modifiers, Rect, RichText, Sense, Stroke, Ui, vec2};

use super::frame::{self, Mark, column};
use super::{Around, Next, Way, steps};
use crate::monitor::event::{CallKind, Denial};
use crate::monitor::ids::ChannelId;
use crate::monitor::phase::{StartCause, State};
use crate::monitor::snapshot::{ChannelView, StartView, Step, TryView};
use crate::monitor::time::Timestamp;
use crate::ui::detail::parts;
use crate::ui::glyph::Glyph;
use crate::ui::theme::{CONTROL_RADIUS, Palette, space, text};
use crate::ui::toasts;
use crate::ui::widgets::button::{Button, Kind};
use crate::ui::words::{self, StepState};
use crate::ui::{format, icons};

const NAME: f32 = 84.0;

/// The open window.
#[derive(Debug)]
pub struct Stepper {
    channel: ChannelId,
    /// The start it shows was asked for at this time or later.
    asked: Option<Timestamp>,
    focused: bool,
}

/// How far the start is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Running,
    Verified,
    Failed,
}

const fn stage(start: &StartView) -> Stage {
    match (start.failed, start.step) {
        (Some(_), _) => Stage::Failed,
        (None, Step::Done) => Stage::Verified,
        (None, Step::Acquire | Step::Start | Step::Wait | Step::Verify) => Stage::Running,
    }
}

impl Stepper {
    pub(super) fn new(channel: ChannelId, asked: Option<Timestamp>) -> Self {
        Self { channel, asked, focused: false }
    }

    pub(super) fn show(&mut self, ctx: &Context, around: Around<'_>) -> Next {
        let Some(view) = around.moment.snapshot.channel(self.channel) else { return Next::Close };
        let start = view.start.as_ref().filter(|start| self.asked.is_none_or(|asked| start.asked_at >= asked));
        let (mark, title) = title(view, start);
        let shown = frame::show(ctx, mark, &title, 920.0, |ui| {
            frame::body(ui, |ui| match start {
                Some(start) => columns(ui, view, start, around.moment.now),
                None => self.waiting(ui, view, around),
            });
            self.foot(ui, view, start)
        });
        shown.inner.unless(shown.escaped)
    }

    /// The order was sent and no picture shows it yet: either the next one will, or the rules refused it.
    fn waiting(&self, ui: &mut Ui, view: &ChannelView, around: Around<'_>) {
        let newer = self.asked.is_none_or(|asked| around.moment.snapshot.at > asked);
        let refused = view.denials.restart.or(view.denials.start).filter(|why| newer && *why != Denial::SessionOpen);
        match refused {
            Some(why) => frame::refusal(ui, Some(words::denial(why))),
            None => {
                parts::line(ui, "Sent to the worker, nothing begun yet", text::base(), Palette::of(ui).text2);
            }
        }
    }

    fn foot(&mut self, ui: &mut Ui, view: &ChannelView, start: Option<&StartView>) -> Next {
        let mut next = Next::Stay;
        let stage = start.map_or(Stage::Running, stage);
        let words = if stage == Stage::Running { "Go on in background" } else { "Close" };
        let kind = if stage == Stage::Failed { Kind::Secondary } else { Kind::Primary };
        frame::foot(ui, |ui| {
            let again = format!("Restart with UID {}…", words::next_uid(view));
            if stage == Stage::Failed && view.denials.restart.is_none() {
                let again = Button::new(&again, Kind::Primary).icon(Some(icons::RESCUE)).show(ui);
                if again.clicked() {
                    next = Next::To(Way::Restart(self.channel));
                }
            }
            let close = Button::new(words, kind).tooltip("Enter or Esc").show(ui);
            if !self.focused {
                close.request_focus();
                self.focused = true;
            }
            if stage == Stage::Running {
                let refusal = view.denials.cancel_start.map(words::denial);
                if Button::new("Stop trying…", Kind::Plain).refused(refusal).show(ui).clicked() {
                    next = Next::To(Way::Cancel(self.channel));
                }
                frame::note(ui, "Closing this window does not stop the attempt");
            }
            if close.clicked()
                || (ui.memory(|m| m.focused().is_none())
                    && ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Enter)))
            {
                next = Next::Close;
            }
        });
        next
    }
}

fn title(view: &ChannelView, start: Option<&StartView>) -> (Mark, String) {
    let cause = start.map_or(StartCause::Start, |start| start.cause);
    let stage = start.map_or(Stage::Running, stage);
    let verb = match (cause, stage) {
        (StartCause::Start, Stage::Running) => "Starting",
        (StartCause::Restart, Stage::Running) => "Restarting",
        (StartCause::Start, Stage::Verified) => "Started",
        (StartCause::Restart, Stage::Verified) => "Restarted",
        (StartCause::Start, Stage::Failed) => "Not started:",
        (StartCause::Restart, Stage::Failed) => "Not restarted:",
    };
    let uid = start.map_or(view.uid, |start| start.uid);
    let glyph = match stage {
        Stage::Running => State::Starting,
        Stage::Verified => State::Recording,
        Stage::Failed => State::Lost,
    };
    (Mark::Glyph(Glyph::Of(glyph)), format!("{verb} {} with UID {uid}", view.name))
}

fn columns(ui: &mut Ui, view: &ChannelView, start: &StartView, now: Timestamp) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::HUGE;
        let left = (ui.available_width() - space::HUGE) * 0.4;
        let right = ui.available_width() - space::HUGE - left;
        column(ui, left, |ui| about(ui, view, start, now));
        column(ui, right, |ui| all_steps(ui, view, start, now));
    });
}

/// What is being made, and what came of it.
fn about(ui: &mut Ui, view: &ChannelView, start: &StartView, now: Timestamp) {
    let palette = Palette::of(ui);
    let asked = format!("Asked at {}, {} ago", words::clock(start.asked_at), format::words(now.since(start.asked_at)));
    parts::line(ui, asked, text::base_medium(), palette.text1);
    ui.add_space(space::M);
    match (stage(start), start.failed) {
        (Stage::Verified, _) => {
            parts::line(ui, toasts::verified(view, &view.name), text::base(), palette.text1);
        }
        (_, Some(why)) => {
            let failure = words::failure(why);
            for (name, words) in
                [("Happened", failure.happened), ("It means", failure.means), ("What to do", failure.todo)]
            {
                parts::row(ui, name, NAME, |ui| {
                    parts::line(ui, words, text::base(), palette.text1);
                });
            }
        }
        (Stage::Running | Stage::Failed, None) => {}
    }
    ui.add_space(space::M);
    parts::head(ui, &format!("New recorder, UID {}", start.uid), "");
    let fact = |ui: &mut Ui, name: &str, value: &str| {
        parts::row(ui, name, NAME, |ui| {
            ui.add(Label::new(RichText::new(value).font(text::code()).color(palette.text1)).truncate());
        });
    };
    fact(ui, "sid", start.sid.as_ref().map_or("none yet", |sid| sid.as_str()));
    if let Some((id, until)) = &start.resource {
        fact(ui, "Resource ID", id.as_str());
        if start.sid.is_none() {
            fact(ui, "Usable for", &format!("{}, then acquire again", format::cell(until.since(now))));
        }
    }
    if let Some(until) = start.verify_until.filter(|_| stage(start) == Stage::Running) {
        fact(ui, "Gives up in", &format::cell(until.since(now)));
    }
    if let Some(open) = view.open_gap {
        fact(ui, "Gap so far", &words::open_gap_bounds(open, now));
    }
    if view.second_recorder.is_some() {
        ui.add_space(space::M);
        parts::warning(ui, "Two recorders answer", "Another one is alive beside the channel's own. Both may be billed");
    }
}

fn all_steps(ui: &mut Ui, view: &ChannelView, start: &StartView, now: Timestamp) {
    let palette = Palette::of(ui);
    parts::head(ui, "Steps", &took(start, now));
    let other = if start.uid == view.uid { view.next_uid } else { Some(view.uid) };
    for (index, step) in Step::ALL.into_iter().enumerate() {
        let state = StepState::of(start, step);
        steps::row(ui, index, state, words::step_name(step, start.cause), |ui| {
            match state {
                StepState::Done(at) => {
                    parts::line(ui, format!("Done at {}", words::clock(at)), text::small(), palette.text2);
                }
                StepState::Current | StepState::Failed | StepState::Waiting => {
                    let meaning = words::step_text(step, start.cause, start.uid, other);
                    let ink = if state == StepState::Waiting { palette.text3 } else { palette.text2 };
                    parts::line(ui, meaning, text::small(), ink);
                }
            }
            if matches!(state, StepState::Current | StepState::Failed) {
                tries(ui, start, call_of(step), now);
            }
        });
    }
}

/// How long it has taken, or took. The end of a failed one is not on record.
fn took(start: &StartView, now: Timestamp) -> String {
    match (stage(start), words::over_at(start)) {
        (Stage::Verified, Some(at)) => format!("took {}", format::words(at.since(start.asked_at))),
        (Stage::Running, _) => format!("{} so far", format::words(now.since(start.asked_at))),
        (Stage::Verified, None) | (Stage::Failed, _) => String::new(),
    }
}

const fn call_of(step: Step) -> Option<CallKind> {
    match step {
        Step::Acquire => Some(CallKind::Acquire),
        Step::Start => Some(CallKind::Start),
        Step::Verify => Some(CallKind::Query),
        Step::Wait | Step::Done => None,
    }
}

/// The tries of the step at hand, oldest first, and the countdown to the next.
fn tries(ui: &mut Ui, start: &StartView, call: Option<CallKind>, now: Timestamp) {
    let mut tries: Vec<&TryView> = start.tries.iter().filter(|it| Some(it.call) == call).collect();
    tries.sort_by_key(|it| it.at);
    let next = start.next_try.filter(|_| start.failed.is_none());
    if tries.is_empty() && next.is_none() {
        return;
    }
    let palette = Palette::of(ui);
    let frame = Frame::new().fill(palette.field).stroke(Stroke::new(1.0, palette.line2));
    frame.corner_radius(CONTROL_RADIUS).inner_margin(8).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = space::XS;
        for (number, it) in tries.iter().enumerate().skip(tries.len().saturating_sub(6)) {
            let what = format!("try {}, {}, {}", number + 1, it.host, format::latency(it.latency));
            try_line(ui, it.at, &it.answer.label(), palette.text1, &what);
        }
        if let Some(next) = next {
            ui.horizontal(|ui| {
                let left = format::cell(next.at.since(now));
                try_line(ui, next.at, &left, palette.ours, &words::try_number(next.number, next.of));
                let began = tries.last().map_or(start.asked_at, |it| it.at);
                countdown(ui, began, next.at, now);
            });
        }
    });
}

fn try_line(ui: &mut Ui, at: Timestamp, answer: &str, ink: egui::Color32, what: &str) {
    let palette = Palette::of(ui);
    ui.horizontal(|ui| {
        ui.label(RichText::new(words::clock(at)).font(text::code()).color(palette.text3));
        ui.label(RichText::new(format!("{answer:<7}")).font(text::code()).color(ink));
        ui.add(Label::new(RichText::new(what).font(text::small()).color(palette.text2)).truncate());
    });
}

fn countdown(ui: &mut Ui, from: Timestamp, to: Timestamp, now: Timestamp) {
    let palette = Palette::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(90.0, 12.0), Sense::hover());
    let bar = Rect::from_center_size(rect.center(), vec2(rect.width(), 6.0));
    let share = now.since(from).as_secs_f32() / to.since(from).as_secs_f32().max(0.1);
    ui.painter().rect_filled(bar, 0.0, palette.bg4);
    ui.painter().rect_filled(bar.with_max_x(bar.left() + bar.width() * share.min(1.0)), 0.0, palette.ours);
}
