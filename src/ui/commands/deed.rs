//! What can be done to one channel: the words of each deed, why it is not possible now, and what it puts into the clipboard.
//! It carries nothing out.

use egui::Key;

use super::{Hands, Keys, Spec, ctrl, ctrl_shift, key, s, shift};
use crate::monitor::change::ChangeKind;
use crate::monitor::event::Denial;
use crate::monitor::snapshot::{ChannelView, Origin};
use crate::monitor::told::Hold;
use crate::ui::{icons, words};

/// One thing that can be done to a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Deed {
    /// One query now.
    Check,
    /// Acquire, start, verify.
    Start,
    /// The same on the other UID.
    Restart,
    /// The steps of a running start.
    Steps,
    /// End a running start.
    RestartCancel,
    /// Ask, then stop.
    Stop,
    /// Ask about the old recorder beside the new one.
    StopOld,
    /// The sid to the clipboard.
    CopySid,
    /// The resource ID to the clipboard.
    CopyResource,
    /// The M3U8 file's name to the clipboard.
    CopyM3u8,
    /// The last raw answer to the clipboard.
    CopyRaw,
    /// Write a session log.
    Export,
    /// Change what the running recording does.
    Change(ChangeKind),
    /// Silence it for a time.
    Mute,
    /// Hear of it again.
    Unmute,
    /// Watch an adopted channel no longer.
    Forget,
}

impl Deed {
    /// All of them, in the order of menus.
    pub const ALL: [Deed; 21] = [
        Deed::Check,
        Deed::Start,
        Deed::Restart,
        Deed::Steps,
        Deed::RestartCancel,
        Deed::Stop,
        Deed::StopOld,
        Deed::Mute,
        Deed::Unmute,
        Deed::Change(ChangeKind::Hold),
        Deed::Change(ChangeKind::Resume),
        Deed::Change(ChangeKind::Subscribe),
        Deed::Change(ChangeKind::Layout),
        Deed::Change(ChangeKind::Outputs),
        Deed::Change(ChangeKind::Storage),
        Deed::CopySid,
        Deed::CopyResource,
        Deed::CopyM3u8,
        Deed::CopyRaw,
        Deed::Export,
        Deed::Forget,
    ];

    /// Whether it can ever be done to a channel like this one, so that it belongs into its menu. What is only not possible now
    /// is refused with a reason instead.
    pub fn suits(self, view: &ChannelView) -> bool {
        let hold = view.recording.as_ref().and_then(|recording| recording.hold);
        match self {
            Deed::Change(kind @ ChangeKind::Hold) => kind.fits(&view.mode) && hold != Some(Hold::Held),
            Deed::Change(kind @ ChangeKind::Resume) => kind.fits(&view.mode) && hold != Some(Hold::Running),
            Deed::Change(kind) => kind.fits(&view.mode),
            Deed::Forget => view.origin == Origin::Adopted,
            Deed::Mute => view.handling.mute.is_none(),
            Deed::Unmute => view.handling.mute.is_some(),
            Deed::Check
            | Deed::Start
            | Deed::Restart
            | Deed::Steps
            | Deed::RestartCancel
            | Deed::Stop
            | Deed::StopOld
            | Deed::CopySid
            | Deed::CopyResource
            | Deed::CopyM3u8
            | Deed::CopyRaw
            | Deed::Export => true,
        }
    }

    pub(super) const fn spec(self) -> Spec {
        match self {
            Deed::Check => s("rec.check", "Check now", "One query, inside the quota", Some(icons::PROBE), CHECK),
            Deed::Start => {
                s("rec.start", "Start recording", "Begins at once: acquire, start, verify", Some(icons::START), START)
            }
            Deed::Restart => {
                s("rec.restart", "Restart…", "A new recording on the other UID", Some(icons::RESCUE), RESTART)
            }
            Deed::Steps => s("rec.steps", "Show the steps…", "How far the running start is", Some(icons::RESCUE), &[]),
            Deed::RestartCancel => {
                s("rec.restartCancel", "Stop trying…", "End the running start", Some(icons::CLOSE), &[])
            }
            Deed::Stop => s("rec.stop", "Stop…", "Asks first, then ends the session", Some(icons::STOP), STOP),
            Deed::StopOld => s(
                "rec.stopOld",
                "Stop the other recorder…",
                "It answers beside the channel's own",
                Some(icons::STOP),
                &[],
            ),
            Deed::CopySid => s("copy.sid", "Copy sid", "The whole sid", Some(icons::COPY), COPY_SID),
            Deed::CopyResource => {
                s("copy.resource", "Copy resource ID", "The whole resource ID", Some(icons::COPY), COPY_RESOURCE)
            }
            Deed::CopyM3u8 => {
                s("copy.m3u8", "Copy M3U8 name", "The file's name without its folder", Some(icons::COPY), COPY_M3U8)
            }
            Deed::CopyRaw => s("copy.raw", "Copy raw answer", "The last answer as it came", Some(icons::COPY), &[]),
            Deed::Change(kind) => of_change(kind),
            Deed::Mute => s("mute.set", "Mute…", "Silent for a time; it is polled as before", Some(icons::MUTE), MUTE),
            Deed::Unmute => s("mute.clear", "Unmute", "Hear of it again", Some(icons::HEAR), UNMUTE),
            Deed::Forget => {
                s("rec.forget", "Stop watching…", "The recorder goes on, unseen from here", Some(icons::UNWATCH), &[])
            }
            Deed::Export => s("log.export", "Export session log…", "CSV or JSON Lines", Some(icons::EXPORT), EXPORT),
        }
    }

    /// Where the hands are after it.
    pub(super) const fn hands(self) -> Hands {
        match self {
            Deed::Start
            | Deed::Restart
            | Deed::Steps
            | Deed::RestartCancel
            | Deed::Stop
            | Deed::StopOld
            | Deed::Change(_)
            | Deed::Mute
            | Deed::Forget
            | Deed::Export => Hands::InAField,
            Deed::Unmute | Deed::Check | Deed::CopySid | Deed::CopyResource | Deed::CopyM3u8 | Deed::CopyRaw => {
                Hands::OnTheTable
            }
        }
    }

    /// Why it cannot be done with this channel now; `None` when it can.
    pub fn refusal(self, view: &ChannelView) -> Option<&'static str> {
        let denied = |why: Option<Denial>| why.map(words::denial);
        match self {
            Deed::Check => denied(view.denials.probe_now),
            Deed::Start => denied(view.denials.start),
            Deed::Restart => denied(view.denials.restart),
            Deed::Steps | Deed::RestartCancel => denied(view.denials.cancel_start),
            Deed::Stop => denied(view.denials.stop),
            Deed::StopOld => denied(view.denials.stop_old),
            Deed::CopySid | Deed::CopyResource | Deed::CopyM3u8 => {
                view.recording.is_none().then_some("No sid is known")
            }
            Deed::CopyRaw => raw_of(view).is_none().then_some("No answer has come yet"),
            Deed::Change(kind) => denied(view.denials.of_change(kind)),
            Deed::Forget => denied(view.denials.forget),
            Deed::Mute => denied(view.denials.mute),
            Deed::Unmute => denied(view.handling.mute.is_none().then_some(Denial::NotMuted)),
            Deed::Export => None,
        }
    }

    /// What it puts into the clipboard, if it is one that copies.
    pub fn copies(self, view: &ChannelView) -> Option<String> {
        let recording = view.recording.as_ref();
        match self {
            Deed::CopySid => recording.map(|it| it.sid.as_str().to_owned()),
            Deed::CopyResource => recording.map(|it| it.resource_id.as_str().to_owned()),
            Deed::CopyM3u8 => recording.map(|it| words::playlist(it).to_owned()),
            Deed::CopyRaw => raw_of(view).map(str::to_owned),
            Deed::Check
            | Deed::Start
            | Deed::Restart
            | Deed::Steps
            | Deed::RestartCancel
            | Deed::Stop
            | Deed::StopOld
            | Deed::Change(_)
            | Deed::Mute
            | Deed::Unmute
            | Deed::Forget
            | Deed::Export => None,
        }
    }
}

/// The changes of a running recording. None has a key: a pause does harm, and the others come seldom.
const fn of_change(kind: ChangeKind) -> Spec {
    match kind {
        ChangeKind::Hold => {
            s("rec.pause", "Pause…", "Nothing is recorded until it is resumed", Some(icons::PAUSE), &[])
        }
        ChangeKind::Resume => s("rec.resume", "Resume…", "The web recording goes on", Some(icons::START), &[]),
        ChangeKind::Subscribe => {
            s("rec.subscribe", "Change subscription…", "Whose media is recorded", Some(icons::PEOPLE), &[])
        }
        ChangeKind::Layout => {
            s("rec.layout", "Change layout…", "Where users are in the picture", Some(icons::LAYOUT), &[])
        }
        ChangeKind::Outputs => {
            s("rec.streams", "Change streams…", "Where it is streamed to", Some(icons::BROADCAST), &[])
        }
        ChangeKind::Storage => {
            s("rec.storage", "Renew storage keys…", "Before a temporary token runs out", Some(icons::KEY), &[])
        }
    }
}

const CHECK: Keys = &[key(Key::C)];
const START: Keys = &[ctrl(Key::N)];
const RESTART: Keys = &[key(Key::R)];
const STOP: Keys = &[ctrl_shift(Key::X)];
const COPY_SID: Keys = &[key(Key::Y)];
const COPY_RESOURCE: Keys = &[shift(Key::Y)];
const COPY_M3U8: Keys = &[ctrl_shift(Key::C)];
const MUTE: Keys = &[key(Key::M)];
const UNMUTE: Keys = &[shift(Key::M)];
const EXPORT: Keys = &[key(Key::E)];

/// The body of the last answer, as it came.
pub fn raw_of(view: &ChannelView) -> Option<&str> {
    view.last_probe.as_ref()?.raw.as_deref()
}
