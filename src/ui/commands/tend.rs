//! What can be done about an incident: the words of each act, and why it is not possible now. It carries nothing out.

use egui::Key;

use super::{Hands, Keys, Spec, key, s, shift};
use crate::monitor::snapshot::IncidentView;
use crate::ui::{icons, words};

/// One thing that can be done about an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tend {
    /// Somebody sees to it.
    Acknowledge,
    /// Nobody does any more.
    TakeBack,
    /// A line about it.
    Note,
    /// It ended and was read.
    Close,
    /// It was closed too early.
    Reopen,
}

impl Tend {
    /// All of them, in the order of menus.
    pub const ALL: [Tend; 5] = [Tend::Acknowledge, Tend::TakeBack, Tend::Note, Tend::Close, Tend::Reopen];

    pub(super) const fn spec(self) -> Spec {
        match self {
            Tend::Acknowledge => s("inc.ack", "Acknowledge…", "Silent, and the row stays", Some(icons::CHECK), ACK),
            Tend::TakeBack => {
                s("inc.unack", "Take acknowledgement back", "Nobody sees to it any more", Some(icons::CLOSE), UNACK)
            }
            Tend::Note => s("inc.note", "Add note…", "A line that stays in the log", Some(icons::NOTE), NOTE),
            Tend::Close => s("inc.close", "Close incident…", "It has ended and was read", Some(icons::CLOSED), CLOSE),
            Tend::Reopen => s("inc.reopen", "Reopen", "The next shift sees it again", Some(icons::RESCUE), REOPEN),
        }
    }

    /// Where the hands are after it.
    pub(super) const fn hands(self) -> Hands {
        match self {
            Tend::Acknowledge | Tend::Note | Tend::Close => Hands::InAField,
            Tend::TakeBack | Tend::Reopen => Hands::OnTheTable,
        }
    }

    /// Why it cannot be done with this incident now; `None` when it can.
    pub fn refusal(self, view: &IncidentView) -> Option<&'static str> {
        let denied = match self {
            Tend::Acknowledge => view.denials.acknowledge,
            Tend::TakeBack => view.denials.take_back,
            Tend::Note => None,
            Tend::Close => view.denials.close,
            Tend::Reopen => view.denials.reopen,
        };
        denied.map(words::denial)
    }
}

const ACK: Keys = &[key(Key::A)];
const UNACK: Keys = &[shift(Key::A)];
const NOTE: Keys = &[shift(Key::N)];
const CLOSE: Keys = &[key(Key::X)];
const REOPEN: Keys = &[shift(Key::X)];
