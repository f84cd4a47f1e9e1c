//! Incidents in plain English, for the log, exports and terminals. No times, no names: those stand beside it.

use super::{AcknowledgementEnd, IncidentId, IncidentKind, MuteEnd, Settled};
use crate::monitor::time::Timestamp;

/// What an incident is about.
pub const fn incident_kind(kind: IncidentKind) -> &'static str {
    match kind {
        IncidentKind::Lost => "nothing records",
        IncidentKind::AbnormalExit => "the recorder exited abnormally",
        IncidentKind::Ended => "the recording ended by itself",
        IncidentKind::ConfigError => "repeating cannot help, the configuration has to change",
        IncidentKind::Uncertain => "queries have failed for long, nothing certain is known",
        IncidentKind::Mass => "channels turned bad within one sweep",
    }
}

/// Why a channel has no part in an incident any more.
pub const fn settled(how: Settled) -> &'static str {
    match how {
        Settled::Recovered => "recovered, good answers in a row",
        Settled::Worse => "it turned worse, which is another incident",
        Settled::Stopped => "its session was stopped",
        Settled::NewSession => "a new session began",
        Settled::Forgotten => "it is watched no longer",
    }
}

/// Why an acknowledgement ended before its incident did.
pub const fn acknowledgement_end(why: AcknowledgementEnd) -> &'static str {
    match why {
        AcknowledgementEnd::Worse => "it got worse",
        AcknowledgementEnd::TimeOver => "its time is over",
        AcknowledgementEnd::TakenBack => "the operator took it back",
    }
}

/// Why a channel is silent no longer.
pub const fn mute_end(why: MuteEnd) -> &'static str {
    match why {
        MuteEnd::TimeOver => "its time is over",
        MuteEnd::Recovered => "it recovered",
        MuteEnd::SessionEnded => "its session ended",
        MuteEnd::TakenBack => "the operator took it back",
    }
}

/// For how long something holds that may end at a time.
pub(crate) const fn lasts(until: Option<Timestamp>, otherwise: &'static str) -> &'static str {
    match until {
        Some(_) => "for a time",
        None => otherwise,
    }
}

/// One sentence about an incident that opened.
pub fn incident_opened(
    incident: IncidentId,
    kind: IncidentKind,
    channels: usize,
    absorbed: &[IncidentId],
    project: Option<&str>,
) -> String {
    let many = match (kind, project) {
        (IncidentKind::Mass, Some(project)) => format!("{channels} of the {project} "),
        (IncidentKind::Mass, None) => format!("{channels} "),
        (
            IncidentKind::Lost
            | IncidentKind::AbnormalExit
            | IncidentKind::Ended
            | IncidentKind::ConfigError
            | IncidentKind::Uncertain,
            _,
        ) => String::new(),
    };
    let numbers: Vec<_> = absorbed.iter().map(|absorbed| absorbed.0.to_string()).collect();
    let with = if numbers.is_empty() { String::new() } else { format!("; it takes in {}", numbers.join(", ")) };
    format!("Incident {} opened: {many}{}{with}", incident.0, incident_kind(kind))
}
