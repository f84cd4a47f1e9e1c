//! The answers of the service in plain English, for the session log. It decides nothing.

use super::failure;
use crate::monitor::answer::{Answer, NoAnswer, Outcome, Refusal, ServiceStatus, Upload};
use crate::monitor::phase::StartFailure;

/// What an answer means, with its numbers and its reason.
pub fn outcome(answer: &Answer) -> String {
    let meaning = match &answer.outcome {
        Outcome::Acquired(_) => "resource ID given",
        Outcome::Started(_) => "recorder started",
        Outcome::AlreadyStarted => "something runs under this resource ID already, its sid is not told",
        Outcome::Status(status) => service_status(*status),
        Outcome::Stopped(state) => upload(*state),
        Outcome::Updated => "changed",
        Outcome::NothingRecorded => "nothing was recorded",
        Outcome::AlreadyLeaving => "it is leaving already",
        Outcome::Missing => "no such recorder",
        Outcome::NotCompleted => "not completed, to be asked again",
        Outcome::UidConflict => failure(StartFailure::UidConflict),
        Outcome::StaleResource => "resource ID too old",
        Outcome::ServerError => "the service failed",
        Outcome::Throttled => "too many requests",
        Outcome::Refused(why) => refusal(*why),
        Outcome::Malformed => "unreadable answer",
        Outcome::Gateway => "the gateway failed",
        Outcome::NoAnswer(why) => no_answer(*why),
    };
    let reason = answer.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    match &answer.outcome {
        Outcome::NoAnswer(_) | Outcome::Refused(Refusal::NotSent) => format!("{meaning}{reason}"),
        Outcome::Acquired(_)
        | Outcome::Started(_)
        | Outcome::AlreadyStarted
        | Outcome::Status(_)
        | Outcome::Stopped(_)
        | Outcome::Updated
        | Outcome::NothingRecorded
        | Outcome::AlreadyLeaving
        | Outcome::Missing
        | Outcome::NotCompleted
        | Outcome::UidConflict
        | Outcome::StaleResource
        | Outcome::ServerError
        | Outcome::Throttled
        | Outcome::Refused(_)
        | Outcome::Malformed
        | Outcome::Gateway => format!("{meaning} ({}){reason}", answer.label()),
    }
}

/// A status of the service, in the vendor's meaning.
pub const fn service_status(status: ServiceStatus) -> &'static str {
    match status {
        ServiceStatus::Preparing(_) => "getting ready",
        ServiceStatus::Ready => "ready, recording",
        ServiceStatus::InProgress => "recording",
        ServiceStatus::Leaving(_) => "leaving or gone",
        ServiceStatus::AbnormalExit => "exited abnormally",
        ServiceStatus::Unknown(_) => "a status that is not documented",
    }
}

/// The state of the upload.
pub const fn upload(state: Upload) -> &'static str {
    match state {
        Upload::Uploaded => "everything uploaded",
        Upload::BackedUp => "some files wait in Agora's backup cloud",
        Upload::Stranded => "some files wait on the recording server and come later",
        Upload::Unknown => "the state of the upload is unknown",
    }
}

/// What is wrong with a request that no repetition can help.
pub const fn refusal(why: Refusal) -> &'static str {
    match why {
        Refusal::BadRequest => "a parameter is wrong",
        Refusal::HashMismatch => "start differs from what acquire announced",
        Refusal::Garbled => "the request cannot be read",
        Refusal::Unauthorized => "customer key or secret are wrong",
        Refusal::Forbidden => "not allowed for this project",
        Refusal::NoRoute => "the address is wrong",
        Refusal::BadAppId => "the App ID is wrong",
        Refusal::BadName => "the channel name is not allowed",
        Refusal::WrongRecording => "the IDs belong to different recordings",
        Refusal::BadLayout => "the layout is wrong",
        Refusal::TokenExpired => "the token has expired",
        Refusal::TokenWrong => "the token does not fit channel and UID",
        Refusal::NotEnabled => "Cloud Recording is not enabled for this App ID",
        Refusal::Suspended => "the project is suspended",
        Refusal::NotSent => "not sent",
        Refusal::OverLimit => "as many recorders run as the project may have",
        Refusal::Other => "refused",
    }
}

/// Why no HTTP answer came.
pub const fn no_answer(why: NoAnswer) -> &'static str {
    match why {
        NoAnswer::Dns => "name not resolved",
        NoAnswer::Connect => "no connection",
        NoAnswer::Tls => "TLS handshake failed",
        NoAnswer::Timeout => "no answer in time",
        NoAnswer::Reset => "connection broken before the answer",
    }
}
