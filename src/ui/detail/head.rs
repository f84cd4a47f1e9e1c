//! The upper part of the pane: who it is, how it stands, what that means, and what can be done about it.

use egui::{Align, Frame, Label, Layout, Margin, RichText, Sense, Stroke, Ui, Vec2, vec2};

use super::{failover, parts};
use crate::monitor::answer::Upload;
use crate::monitor::event::Denial;
use crate::monitor::phase::{Phase, StartFailure, State, StopResult};
use crate::monitor::snapshot::ChannelView;
use crate::monitor::time::Timestamp;
use crate::ui::commands::{Cmd, Deed, Facts};
use crate::ui::glyph::{self, Glyph};
use crate::ui::state::Moment;
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::button::{self, Button, Kind, Size};
use crate::ui::widgets::steps;
use crate::ui::{format, icons, words};

/// The glyph of a channel, with how far a suspicion has come.
pub fn glyph_of(view: &ChannelView, now: Timestamp) -> Glyph {
    if view.state == State::Suspect && view.is_counted_anew(now) {
        return Glyph::SuspectFor(0.0);
    }
    if let (State::Suspect, Some(suspect)) = (view.state, &view.suspect) {
        let (spent, window) = (now.since(suspect.since), suspect.lost_at.since(suspect.since));
        return Glyph::SuspectFor(spent.as_secs_f32() / window.as_secs_f32().max(1.0));
    }
    if view.phase == Phase::Stopped(StopResult::Upload(Upload::Uploaded)) {
        return Glyph::Uploaded;
    }
    if words::is_paused(view) {
        return Glyph::Paused;
    }
    Glyph::Of(view.state)
}

/// Glyph, name, mode, length of the session, the line of the state, and the buttons of the pane itself. Gives the command that was clicked.
pub fn title(ui: &mut Ui, view: &ChannelView, now: Timestamp, facts: &Facts<'_>) -> Option<Cmd> {
    let palette = Palette::of(ui);
    let alarm = matches!(view.state, State::Lost | State::AbnormalExit);
    let ground = if alarm { palette.lost_bg } else { palette.bg2 };
    let mut clicked = None;
    let frame = Frame::new().fill(ground).inner_margin(Margin { left: 16, right: 10, top: 10, bottom: 10 });
    let shown = frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::XL;
            let (place, _) = ui.allocate_exact_size(Vec2::splat(glyph::LARGE), Sense::hover());
            glyph::paint_glyph(ui.painter(), place, glyph_of(view, now), palette, ground);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 1.0;
                ui.horizontal(|ui| {
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        ui.spacing_mut().item_spacing.x = space::XS;
                        let mute = if view.handling.mute.is_some() { Deed::Unmute } else { Deed::Mute };
                        for cmd in [Cmd::PaneClose, Cmd::Of(Deed::Export), Cmd::Of(mute)] {
                            let (name, tooltip) = (cmd.text(facts), cmd.tooltip(facts));
                            let icon = cmd.icon().unwrap_or_default();
                            if button::icon(ui, icon, &name, &tooltip, cmd.refusal(facts)).clicked() {
                                clicked = Some(cmd);
                            }
                        }
                        ui.with_layout(Layout::left_to_right(Align::Center), |ui| name_line(ui, view, now));
                    });
                });
                let colour = if words::is_paused(view) {
                    palette.suspect
                } else if view.state == State::NotObserved {
                    palette.text2
                } else {
                    palette.word_of(view.state)
                };
                let headline = RichText::new(words::headline(view, now)).font(text::semibold(13.0)).color(colour);
                ui.add(Label::new(headline).wrap());
            });
        });
    });
    let rect = shown.response.rect;
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, palette.line2));
    if alarm {
        ui.painter().rect_filled(rect.with_max_x(rect.left() + 4.0), 0.0, palette.lost);
    }
    clicked
}

fn name_line(ui: &mut Ui, view: &ChannelView, now: Timestamp) {
    let palette = Palette::of(ui);
    ui.spacing_mut().item_spacing.x = space::L;
    let name = ui.painter().layout_no_wrap(view.name.to_string(), text::title(), palette.text1);
    let room = (ui.available_width() - 150.0).max(60.0).min(name.size().x + 1.0);
    ui.allocate_ui_with_layout(vec2(room, 22.0), Layout::left_to_right(Align::Center), |ui| {
        let label = Label::new(RichText::new(view.name.as_ref()).font(text::title()).color(palette.text1));
        ui.add(label.truncate());
    });
    let small = |words: &str| RichText::new(words).font(text::small()).color(palette.text3);
    match &view.recording {
        Some(recording) => {
            ui.label(small(&format!("{} · session", view.mode.as_str())));
            // Not «up»: a session goes on while its recording is lost. A stop ends it.
            let until = if view.state == State::Stopped { view.state_since } else { now };
            let long = format::cell(until.since(recording.session_at));
            ui.label(RichText::new(long).font(text::code()).color(palette.text2));
        }
        None => {
            ui.label(small(view.mode.as_str()));
        }
    }
}

/// What the state means, and what can be done. Gives the command that was clicked.
pub fn explain(ui: &mut Ui, view: &ChannelView, moment: &Moment<'_>, facts: &Facts<'_>) -> Option<Cmd> {
    let palette = Palette::of(ui);
    let now = moment.now;
    match (&view.suspect, view.state) {
        (Some(suspect), State::Suspect) => failover::show(ui, view, suspect, now),
        _ if needs_story(view) => story(ui, view, moment),
        _ => {}
    }
    let mut clicked = None;
    if view.second_recorder.is_some() {
        parts::warning(
            ui,
            "Two recorders answer",
            "Another one was seen alive beside the channel's own. Both may be billed",
        );
        clicked = parts::command(ui, Cmd::Of(Deed::StopOld), Kind::Secondary, facts).then_some(Cmd::Of(Deed::StopOld));
    }
    if let Some(story) = words::token_story(view, moment.snapshot.project_of(view).token_warning, now) {
        parts::caution(ui, &story);
    }
    for unknown in view.unknown_starts.iter() {
        parts::caution(ui, &words::unknown_start(view, moment.snapshot, unknown, now));
    }
    parts::line(ui, words::outlook(view, moment.snapshot, now), text::small(), palette.text3);
    if let Some(kind) = view.changing {
        parts::line(ui, words::change_running(kind), text::small(), palette.ours);
    }
    let clicked = buttons(ui, view, facts).or(clicked);
    let clicked = changes(ui, view, facts).or(clicked);
    if let Some(why @ (Denial::NetworkDown | Denial::LogFailing)) = view.denials.restart {
        parts::line(ui, words::denial(why), text::small(), palette.text3);
    }
    clicked
}

fn needs_story(view: &ChannelView) -> bool {
    match view.state {
        State::Lost
        | State::AbnormalExit
        | State::Ended
        | State::NotObserved
        | State::ConfigError
        | State::Suspect
        | State::Uncertain
        | State::Stopped => true,
        State::Recording => view.throttled || words::is_paused(view),
        // What came of it so far, when that is no end.
        State::Stopping => view.open_stop.as_ref().is_some_and(|stop| stop.heard.is_some()),
        State::Starting | State::Idle => false,
    }
}

fn story(ui: &mut Ui, view: &ChannelView, moment: &Moment<'_>) {
    let palette = Palette::of(ui);
    let story = words::story(view, moment.snapshot, moment.now);
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        for (name, words) in
            [("What happened", story.happened), ("What it means", story.means), ("What to do", story.todo)]
        {
            parts::row(ui, name, 86.0, |ui| {
                parts::line(ui, words, text::base(), palette.text1);
            });
        }
    });
}

/// Room that the check and the stop take beside each other, in points.
const CHECK_AND_STOP: f32 = 174.0;

/// The acts that fit the state: the rescue first, harm at the far end. A narrow pane has them in two lines.
fn buttons(ui: &mut Ui, view: &ChannelView, facts: &Facts<'_>) -> Option<Cmd> {
    let first = First::of(view);
    ui.add_space(space::S);
    let line = ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::L;
        let (cmd, kind) = first.button();
        let clicked = parts::command(ui, cmd, kind, facts).then_some(cmd);
        let fits = ui.available_width() >= CHECK_AND_STOP;
        (clicked.or(if fits { others(ui, first, facts) } else { None }), fits)
    });
    let (clicked, fits) = line.inner;
    if fits {
        return clicked;
    }
    ui.add_space(space::XS);
    clicked.or(ui.horizontal(|ui| others(ui, first, facts)).inner)
}

fn others(ui: &mut Ui, first: First, facts: &Facts<'_>) -> Option<Cmd> {
    let show = |ui: &mut Ui, cmd: Cmd, kind: Kind| parts::command(ui, cmd, kind, facts).then_some(cmd);
    match first {
        First::Steps => show(ui, Cmd::Of(Deed::RestartCancel), Kind::Plain),
        First::Start => show(ui, Cmd::Of(Deed::Check), Kind::Secondary),
        First::Restart(_) => {
            let check = show(ui, Cmd::Of(Deed::Check), Kind::Secondary);
            let far_end = Layout::right_to_left(Align::Center);
            check.or(ui.with_layout(far_end, |ui| show(ui, Cmd::Of(Deed::Stop), Kind::Plain)).inner)
        }
    }
}

/// What can be changed while it records, and the way out for a channel that was adopted.
fn changes(ui: &mut Ui, view: &ChannelView, facts: &Facts<'_>) -> Option<Cmd> {
    let offered = |deed: &Deed| {
        let offered = match deed {
            Deed::Change(kind) => view.denials.of_change(*kind) != Some(Denial::NotRecording),
            Deed::Forget => true,
            Deed::Check
            | Deed::Start
            | Deed::Restart
            | Deed::Steps
            | Deed::RestartCancel
            | Deed::Stop
            | Deed::StopOld
            | Deed::Mute
            | Deed::Unmute
            | Deed::CopySid
            | Deed::CopyResource
            | Deed::CopyM3u8
            | Deed::CopyRaw
            | Deed::Export => false,
        };
        offered && deed.suits(view)
    };
    let deeds: Vec<Deed> = Deed::ALL.into_iter().filter(offered).collect();
    if deeds.is_empty() {
        return None;
    }
    ui.add_space(space::XS);
    let line = ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(space::S, space::S);
        let clicked = deeds.into_iter().map(Cmd::Of).filter(|cmd| {
            let (words, tooltip) = (cmd.text(facts), cmd.tooltip(facts));
            let button = Button::new(&words, Kind::Secondary).size(Size::Bar);
            button.refused(cmd.refusal(facts)).tooltip(&tooltip).show(ui).clicked()
        });
        clicked.last()
    });
    line.inner
}

/// Whether the start failed in a way that the same UID would meet again, so that «what to do» names the other one.
const fn asks_for_another_uid(phase: Phase) -> bool {
    match phase {
        Phase::StartFailed(StartFailure::UidConflict | StartFailure::ServerErrors | StartFailure::NotVerified) => true,
        Phase::StartFailed(
            StartFailure::Refused(_)
            | StartFailure::NotCompleted
            | StartFailure::Unreadable
            | StartFailure::Unreachable
            | StartFailure::Cancelled
            | StartFailure::NotSaved
            | StartFailure::Interrupted,
        )
        | Phase::Idle
        | Phase::Starting(_)
        | Phase::StartUnknown
        | Phase::Recording
        | Phase::Suspect
        | Phase::Lost
        | Phase::AbnormalExit
        | Phase::Ended(_)
        | Phase::Stopping
        | Phase::Stopped(_) => false,
    }
}

/// The act a state asks for first.
#[derive(Clone, Copy, Debug)]
enum First {
    /// A start runs: look at it.
    Steps,
    /// Nothing runs: start.
    Start,
    /// Something should run: restart, more or less urgently.
    Restart(Kind),
}

impl First {
    fn of(view: &ChannelView) -> Self {
        if view.denials.cancel_start.is_none() {
            return First::Steps;
        }
        if asks_for_another_uid(view.phase) && view.denials.restart.is_none() {
            return First::Restart(Kind::Primary);
        }
        if view.denials.start.is_none() {
            return First::Start;
        }
        match view.state {
            State::Lost | State::AbnormalExit | State::Ended | State::ConfigError => First::Restart(Kind::Primary),
            State::NotObserved
            | State::Suspect
            | State::Uncertain
            | State::Stopping
            | State::Starting
            | State::Recording
            | State::Stopped
            | State::Idle => First::Restart(Kind::Secondary),
        }
    }

    const fn button(self) -> (Cmd, Kind) {
        match self {
            First::Steps => (Cmd::Of(Deed::Steps), Kind::Secondary),
            First::Start => (Cmd::Of(Deed::Start), Kind::Primary),
            First::Restart(kind) => (Cmd::Of(Deed::Restart), kind),
        }
    }
}

/// What a running start needs to show in the pane: the step, and the next try.
pub fn start_strip(ui: &mut Ui, view: &ChannelView, now: Timestamp) {
    let Some(start) = view.start.as_ref().filter(|_| view.denials.cancel_start.is_none()) else { return };
    let palette = Palette::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 22.0), Sense::hover());
    let text_of = format!("Start with UID {}: {}", start.uid, words::stepper_state(start, now));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ProgressIndicator, true, &text_of));
    steps::strip(ui, rect, start, palette);
    icons_note(ui, &text_of);
}

fn icons_note(ui: &mut Ui, words: &str) {
    let palette = Palette::of(ui);
    ui.horizontal(|ui| {
        ui.label(RichText::new(icons::RESCUE).font(text::icon(14.0)).color(palette.ours));
        parts::line(ui, words, text::small(), palette.text2);
    });
}
