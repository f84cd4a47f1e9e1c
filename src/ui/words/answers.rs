//! The words for every answer of the service: what happened, what it means, what to do. One entry for each outcome, so that no
//! number of the vendor's is ever shown without its meaning. It decides nothing.

use super::start::{Failure, failed, failure};
use crate::monitor::answer::{NoAnswer, Outcome, Refusal, ServiceStatus, Upload};
use crate::monitor::phase::StartFailure;

/// The words for what one exchange came to.
pub const fn outcome(outcome: &Outcome) -> Failure {
    match outcome {
        Outcome::Acquired(_) => failed(
            "resource ID given",
            "Agora gave a resource ID",
            "One recording may be started with it within 5 min",
            "Nothing. The start follows",
        ),
        Outcome::Started(_) => failed(
            "recorder started",
            "Agora started a recorder and named it",
            "It counts as recording only after status 4 or 5",
            "Nothing. It is asked soon",
        ),
        Outcome::AlreadyStarted => failed(
            "runs already",
            "Agora says that something runs under this resource ID already, and not under which sid",
            "A recorder may run that cannot be asked or stopped from here",
            "Look into the bucket or the channel; if nothing records there, start with the other UID",
        ),
        Outcome::Status(status) => service_status(*status),
        Outcome::Stopped(state) => stopped(*state),
        Outcome::Updated => {
            failed("changed", "Agora carried the change out", "The recording goes on with it", "Nothing")
        }
        Outcome::NothingRecorded => failed(
            "nothing recorded",
            "Agora says that there is no recorded data (435)",
            "No file will come: nobody published while it ran",
            "Check that somebody publishes, and that the channel's name and the kinds of streams are right",
        ),
        Outcome::AlreadyLeaving => failed(
            "leaving already",
            "Agora says that the recorder is leaving already",
            "It was stopped before, was idle for too long, or another one took its UID",
            "Nothing. Its files are on their way",
        ),
        Outcome::Missing => failed(
            "no such recorder",
            "Agora finds no such recorder (404)",
            "It ended, never began, or is being moved to another server, which takes up to 90 s",
            "Nothing. It is asked again until the answer is certain",
        ),
        Outcome::NotCompleted => failed(
            "not completed",
            "Agora could not complete the request in time (65)",
            "Mostly jitter inside their network; nothing was carried out as far as they tell",
            "Nothing. The same is asked again",
        ),
        Outcome::UidConflict => failure(StartFailure::UidConflict),
        Outcome::StaleResource => failed(
            "resource ID too old",
            "Agora does not take the resource ID any more",
            "It is older than 5 min or cannot be read; nothing was started with it",
            "Nothing. A fresh one is asked for",
        ),
        Outcome::ServerError => failed(
            "the service failed",
            "Agora's service failed",
            "It says nothing about the recording, which may well go on",
            "Nothing. It is asked again with growing waits",
        ),
        Outcome::Throttled => failed(
            "too many requests",
            "Agora asks for fewer requests (429)",
            "Our rate, not the fault of the channel",
            "Nothing. If it stays, look for other programs with the same App ID",
        ),
        Outcome::Refused(why) => refused(*why),
        Outcome::Malformed => failed(
            "unreadable",
            "The answer is not one that Agora documents",
            "A proxy or a sign-in page may have answered in its place; it says nothing about the recording",
            "Open a web page to see whether the network wants a sign-in; check proxy and domains",
        ),
        Outcome::Gateway => failed(
            "the gateway failed",
            "A gateway before Agora's service failed",
            "The request may not have arrived; it says nothing about the recording",
            "Nothing. It is asked again, at the other domain if there is one",
        ),
        Outcome::NoAnswer(why) => no_answer(*why),
    }
}

const fn service_status(status: ServiceStatus) -> Failure {
    match status {
        ServiceStatus::Preparing(_) => failed(
            "getting ready",
            "Agora says that the recorder gets ready (status 0 to 3)",
            "Nothing is recorded yet",
            "Nothing. It is asked again",
        ),
        ServiceStatus::Ready | ServiceStatus::InProgress => failed(
            "recording",
            "Agora says that the recorder is ready or records (status 4 or 5)",
            "It records",
            "Nothing",
        ),
        ServiceStatus::Leaving(_) => failed(
            "leaving",
            "Agora says that the recorder leaves or has left (status 6 to 8)",
            "Media from now on is not recorded; the last files are on their way",
            "Restart it if people still speak",
        ),
        ServiceStatus::AbnormalExit => failed(
            "abnormal exit",
            "Agora reports an abnormal exit (status 20)",
            "The recorder is gone. Nothing is recorded",
            "Restart it with the other UID",
        ),
        ServiceStatus::Unknown(_) => failed(
            "unknown status",
            "Agora answers a status that is not documented",
            "Nobody can tell from it whether it records",
            "Look into the bucket or the channel; show Agora the exported log",
        ),
    }
}

const fn stopped(state: Upload) -> Failure {
    match state {
        Upload::Uploaded => {
            failed("uploaded", "Agora stopped the recording", "All files are in the storage", "Nothing")
        }
        Upload::BackedUp => failed(
            "backed up",
            "Agora stopped the recording and keeps some files in its backup cloud",
            "The storage did not take them; Agora forwards them by itself",
            "Check the storage's keys, region and free space",
        ),
        Upload::Stranded => failed(
            "uploaded later",
            "Agora stopped the recording; some files wait on the recording server",
            "They come later by themselves",
            "Nothing",
        ),
        Upload::Unknown => failed(
            "upload not confirmed",
            "Agora stopped the recording and does not say how far the upload is",
            "Files may still be on their way",
            "Look into the storage in some minutes",
        ),
    }
}

/// The words for a refusal of a start or of our queries.
pub const fn refused(refusal: Refusal) -> Failure {
    match refusal {
        Refusal::BadRequest => failed(
            "a parameter is wrong",
            "Agora refuses the request as wrong",
            "The same request will be refused again",
            "Correct the parameter that the answer names, then try again",
        ),
        Refusal::HashMismatch => failed(
            "start differs from acquire",
            "Agora says that the start differs from what acquire announced",
            "Profile or token changed in between; the same start will be refused again",
            "Start again; if it stays, switch the start parameters in acquire off in the profile",
        ),
        Refusal::Garbled => failed(
            "request cannot be read",
            "Agora cannot read the request",
            "Something on the way changes it, or reelwatch writes it wrongly",
            "Try without the proxy; if it stays, report it with the exported log",
        ),
        Refusal::Unauthorized => failed(
            "key or secret refused",
            "Agora refuses the customer key or secret",
            "No channel of this project can be seen or controlled with it",
            "Put the right key and secret into the settings",
        ),
        Refusal::Forbidden => failed(
            "not allowed",
            "Agora does not allow this for the project",
            "The same request will be refused again",
            "Ask for the permission in Agora's console",
        ),
        Refusal::NoRoute => failed(
            "no such address",
            "Agora's gateway knows no such address: no Route matched with those values",
            "The request is wrong; it says nothing about the recording",
            "Check App ID, mode and domains in the settings",
        ),
        Refusal::BadAppId => failed(
            "App ID refused",
            "Agora does not know the App ID",
            "No channel of this project can be seen or started with it",
            "Copy the App ID from the project's page in Agora's console into the settings",
        ),
        Refusal::BadName => failed(
            "channel name refused",
            "Agora does not allow the channel name",
            "No recording can be started in a channel of that name",
            "Correct the channel's name in the settings: at most 63 bytes, without letters beyond a to z",
        ),
        Refusal::WrongRecording => failed(
            "IDs do not belong together",
            "Agora says that App ID, channel, UID or sid do not belong to the resource ID",
            "The IDs of two recordings are mixed up; it says nothing about either",
            "For an adopted recording, compare its IDs with those of its start; else start again",
        ),
        Refusal::BadLayout => failed(
            "layout refused",
            "Agora refuses the layout",
            "The recording goes on with the layout it had",
            "Correct the regions of the layout, then send it again",
        ),
        Refusal::TokenExpired => failed(
            "token expired",
            "Agora says that the channel token has expired",
            "The recorder cannot join the channel, and a token cannot be renewed while it records",
            "Start again with a fresh token; give it a longer life than the recording",
        ),
        Refusal::TokenWrong => failed(
            "token does not fit",
            "Agora says that the channel token is wrong",
            "Mostly it was made for another UID, channel or App ID; the backup UID needs one of its own",
            "Let reelwatch make the tokens from the App Certificate, or correct the token in the settings",
        ),
        Refusal::NotEnabled => failed(
            "service not enabled",
            "Cloud Recording is not enabled for this App ID",
            "No recording of this project can be started",
            "Enable it in Agora's console",
        ),
        Refusal::Suspended => failed(
            "project suspended",
            "Agora says that the project is not active",
            "It is suspended, for instance for a bill that is overdue; no recording can be started",
            "Look into the account in Agora's console, or ask Agora",
        ),
        Refusal::OverLimit => failed(
            "recorder limit reached",
            "As many recorders run as the project may have",
            "This start was refused; running ones go on",
            "Stop one that is not needed, or ask Agora for a higher limit",
        ),
        Refusal::NotSent => failed(
            "not sent",
            "reelwatch cannot make this request",
            "Nothing reached Agora, and nothing changed there",
            "Correct what it names, then try again",
        ),
        Refusal::Other => failed(
            "refused",
            "Agora refuses the request",
            "The same request will be refused again",
            "Read the last answer below and correct what it names",
        ),
    }
}

const fn no_answer(why: NoAnswer) -> Failure {
    match why {
        NoAnswer::Dns => failed(
            "no DNS",
            "The domain's name could not be resolved",
            "Nothing was sent; it says nothing about the recording",
            "Check network, VPN and the domains in the settings",
        ),
        NoAnswer::Connect => failed(
            "no connection",
            "The domain took no connection",
            "Nothing was sent; it says nothing about the recording",
            "Check network, firewall and proxy",
        ),
        NoAnswer::Tls => failed(
            "TLS failed",
            "The encrypted connection could not be made",
            "Nothing was sent; something between may read along, or a certificate is missing",
            "Check the proxy's certificate and this computer's clock",
        ),
        NoAnswer::Timeout => failed(
            "no answer in time",
            "No answer came in time",
            "Agora may have carried the request out; it says nothing about the recording",
            "Nothing. It is asked again, at the other domain if there is one",
        ),
        NoAnswer::Reset => failed(
            "connection broken",
            "The connection broke before the answer",
            "Agora may have carried the request out; it says nothing about the recording",
            "Nothing. It is asked again, at the other domain if there is one",
        ),
    }
}
