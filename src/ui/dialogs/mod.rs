//! Questions before harm and windows onto running acts, one at a time over everything else. What is behind goes on. A dialog
//! sends commands; whether they are carried out is in the next snapshot, or said in the dialog itself.

mod change;
mod export;
mod fields;
pub(super) mod frame;
mod import;
mod line;
mod mute;
pub(super) mod pick;
mod restart;
mod small;
mod stepper;
mod steps;
mod stop;
mod storage;

use std::path::PathBuf;

use egui::Context;

use self::change::Change;
use self::export::Export;
use self::import::Import;
pub use self::line::About;
use self::line::Line;
use self::mute::Mute;
use self::restart::Restart;
use self::small::{Cancel, Forget, StopOld};
use self::stepper::Stepper;
use self::stop::Stop;
use self::storage::Storage;
use super::profiles::{Editor, Open};
use super::state::Moment;
use crate::monitor::care::IncidentAt;
use crate::monitor::change::ChangeKind;
use crate::monitor::ids::ChannelId;
use crate::monitor::snapshot::{ChannelView, Snapshot};
use crate::monitor::time::Timestamp;
use crate::worker::handle::Handle;

/// The dialog that is open, if one is.
#[derive(Debug)]
pub struct Dialogs {
    open: Option<Dialog>,
    /// Where exports go unless the operator types another place.
    folder: PathBuf,
}

#[derive(Debug)]
enum Dialog {
    Stop(Stop),
    Restart(Restart),
    Stepper(Stepper),
    Cancel(Cancel),
    StopOld(StopOld),
    Forget(Forget),
    Line(Line),
    Mute(Mute),
    Change(Box<Change>),
    Export(Box<Export>),
    Import(Box<Import>),
    Profiles(Box<Editor>),
    Storage(Storage),
}

/// What follows a frame of a dialog.
#[derive(Debug)]
enum Next {
    Stay,
    Close,
    To(Way),
}

/// The dialogs that others lead to.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// The question before a restart.
    Restart(ChannelId),
    /// The steps of the start that was asked for at this time or later, or of the running one.
    Steps(ChannelId, Option<Timestamp>),
    /// The question whether to end a running start.
    Cancel(ChannelId),
}

impl Way {
    fn open(self, snapshot: &Snapshot) -> Option<Dialog> {
        match self {
            Way::Restart(id) => snapshot.channel(id).map(|view| Dialog::Restart(Restart::new(view))),
            Way::Steps(id, asked) => Some(Dialog::Stepper(Stepper::new(id, asked))),
            Way::Cancel(id) => Some(Dialog::Cancel(Cancel::new(id))),
        }
    }
}

impl Next {
    /// Esc wins over everything.
    fn unless(self, escaped: bool) -> Next {
        if escaped { Next::Close } else { self }
    }
}

/// What every dialog reads.
#[derive(Clone, Copy)]
struct Around<'a> {
    moment: &'a Moment<'a>,
    handle: &'a Handle,
}

impl Default for Dialogs {
    fn default() -> Self {
        Self::new(export::default_folder())
    }
}

impl Dialogs {
    /// With no dialog open; exports are suggested into `folder`.
    pub fn new(folder: PathBuf) -> Self {
        Self { open: None, folder }
    }

    /// Whether one is open, so that keys belong to it.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Shows what the log takes.
    pub fn show_storage(&mut self) {
        self.open = Some(Dialog::Storage(Storage::default()));
    }

    /// Asks whether to stop.
    pub fn ask_stop(&mut self, view: &ChannelView) {
        self.open = Some(Dialog::Stop(Stop::new(view.id)));
    }

    /// Asks whether to restart.
    pub fn ask_restart(&mut self, view: &ChannelView) {
        self.open = Some(Dialog::Restart(Restart::new(view)));
    }

    /// Shows the steps of the start that was asked for at `asked` or later; `None`: of the running one.
    pub fn show_steps(&mut self, view: &ChannelView, asked: Option<Timestamp>) {
        self.open = Some(Dialog::Stepper(Stepper::new(view.id, asked)));
    }

    /// Asks whether to end the running start.
    pub fn ask_cancel(&mut self, view: &ChannelView) {
        self.open = Some(Dialog::Cancel(Cancel::new(view.id)));
    }

    /// Asks what to do about the old recorder.
    pub fn ask_stop_old(&mut self, view: &ChannelView) {
        self.open = Some(Dialog::StopOld(StopOld::new(view.id)));
    }

    /// Asks what to change of the running recording.
    pub fn ask_change(&mut self, view: &ChannelView, kind: ChangeKind, handle: &Handle) {
        let shelf = handle.shelf();
        let entry = shelf.as_ref().zip(view.profile.as_ref()).and_then(|(shelf, name)| shelf.entry(name));
        let profile = entry.and_then(|entry| entry.draft.as_ref().ok());
        self.open = Some(Dialog::Change(Box::new(Change::new(view.id, kind, profile))));
    }

    /// The channel whose session log the open dialog reads.
    pub fn looks_at(&self) -> Option<ChannelId> {
        match &self.open {
            Some(Dialog::Change(dialog)) => Some(dialog.channel()),
            Some(
                Dialog::Stop(_)
                | Dialog::Restart(_)
                | Dialog::Stepper(_)
                | Dialog::Cancel(_)
                | Dialog::StopOld(_)
                | Dialog::Forget(_)
                | Dialog::Line(_)
                | Dialog::Mute(_)
                | Dialog::Export(_)
                | Dialog::Import(_)
                | Dialog::Profiles(_)
                | Dialog::Storage(_),
            )
            | None => None,
        }
    }

    /// Asks whether to watch it no longer.
    pub fn ask_forget(&mut self, view: &ChannelView) {
        self.open = Some(Dialog::Forget(Forget::new(view.id)));
    }

    /// Asks for a line about an incident.
    pub fn ask_line(&mut self, incident: IncidentAt, about: About) {
        self.open = Some(Dialog::Line(Line::new(incident, about)));
    }

    /// Asks for how long to silence a channel.
    pub fn ask_mute(&mut self, view: &ChannelView) {
        self.open = Some(Dialog::Mute(Mute::new(view.id)));
    }

    /// Asks where to write the session log.
    pub fn ask_export(&mut self, view: &ChannelView, now: Timestamp) {
        self.open = Some(Dialog::Export(Box::new(Export::new(view, &self.folder, now))));
    }

    /// Asks for recordings that were started elsewhere.
    pub fn ask_import(&mut self) {
        self.open = Some(Dialog::Import(Box::new(Import::new())));
    }

    /// Opens the editor of recording profiles.
    pub fn edit_profiles(&mut self, handle: &Handle) {
        self.open = Some(Dialog::Profiles(Box::new(Editor::open(handle))));
    }

    /// Shows the open dialog.
    pub fn show(&mut self, ctx: &Context, moment: &Moment<'_>, handle: &Handle) {
        let around = Around { moment, handle };
        let next = match &mut self.open {
            None => return,
            Some(Dialog::Stop(dialog)) => dialog.show(ctx, around),
            Some(Dialog::Restart(dialog)) => dialog.show(ctx, around),
            Some(Dialog::Stepper(dialog)) => dialog.show(ctx, around),
            Some(Dialog::Cancel(dialog)) => dialog.show(ctx, around),
            Some(Dialog::StopOld(dialog)) => dialog.show(ctx, around),
            Some(Dialog::Forget(dialog)) => dialog.show(ctx, around),
            Some(Dialog::Line(dialog)) => dialog.show(ctx, around),
            Some(Dialog::Mute(dialog)) => dialog.show(ctx, around),
            Some(Dialog::Change(dialog)) => dialog.show(ctx, around),
            Some(Dialog::Export(dialog)) => dialog.show(ctx, around),
            Some(Dialog::Import(dialog)) => dialog.show(ctx, around),
            Some(Dialog::Storage(dialog)) => dialog.show(ctx, around),
            Some(Dialog::Profiles(editor)) => match editor.show(ctx, moment.snapshot, handle) {
                Open::Still => Next::Stay,
                Open::NoMore => Next::Close,
            },
        };
        match next {
            Next::Stay => {}
            Next::Close => self.open = None,
            Next::To(way) => self.open = way.open(moment.snapshot),
        }
    }
}
