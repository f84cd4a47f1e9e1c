//! The two axes of a channel: what Agora says (`Phase`) and whether we can see it (`Sight`), and the one word an operator
//! reads (`State`). They are kept apart so that blindness never looks like loss.

use serde::{Deserialize, Serialize};

use super::answer::{Refusal, ServiceStatus, Upload};

/// Who or what asked for a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartCause {
    /// The operator's Start.
    Start,
    /// The operator's Restart with the other UID.
    Restart,
}

/// Why a start came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartFailure {
    /// The request is wrong; repeating it cannot help.
    Refused(Refusal),
    /// A recorder with this channel and UID is alive under another resource ID (code 53).
    UidConflict,
    /// 50x to every try, and no UID left that is known to be free.
    ServerErrors,
    /// Nothing that could be read came to the last acquire, and no UID is left that is known to be free.
    Unreadable,
    /// Code 65 to every try, with a fresh resource ID too.
    NotCompleted,
    /// No domain answered, and nothing can have reached the service.
    Unreachable,
    /// A `sid`, but neither status 4 nor 5 in time.
    NotVerified,
    /// The operator ended the attempt.
    Cancelled,
    /// The log could not be written, so the call was never sent.
    NotSaved,
    /// reelwatch ended before the start was sent.
    Interrupted,
}

/// How a stop by the operator ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopResult {
    /// Stopped, with the state of the upload.
    Upload(Upload),
    /// 404, or 400/49: there was nothing left to stop.
    AlreadyGone,
    /// 435: nobody published, so no file will come.
    NothingRecorded,
    /// There was no `sid` to stop; the session ended here only.
    NoRecorder,
}

/// What Agora last said about the recording a channel should have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// No session.
    #[default]
    Idle,
    /// Asked for; acquire, start and verify are under way.
    Starting(StartCause),
    /// Start was asked and its outcome is unknown: a recorder may run without a known `sid`.
    StartUnknown,
    /// The start came to nothing.
    StartFailed(StartFailure),
    /// Last certain answer: status 4 or 5.
    Recording,
    /// 404s, not yet for long enough.
    Suspect,
    /// 404s for longer than the vendor's failover takes.
    Lost,
    /// Status 20.
    AbnormalExit,
    /// Status 6, 7 or 8 without our stop.
    Ended(ServiceStatus),
    /// Stop is on its way, or sent and not confirmed.
    Stopping,
    /// Stopped by the operator.
    Stopped(StopResult),
}

/// Why nobody looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blindness {
    /// The application was not running.
    AppClosed,
    /// The workstation slept.
    Asleep,
    /// No domain gives an HTTP answer: it is our own network.
    NetworkDown,
    /// The check is overdue by more than two poll intervals.
    Overdue,
    /// It was adopted and not asked for since.
    Adopted,
    /// Nothing of ours ran, although the workstation did not sleep: the process was stopped, or the computer was too busy.
    HeldUp,
    /// The wall clock ran ahead, and the system has no clock that tells why: the workstation slept, or it was set forward.
    SleptOrClockSet,
    /// The wall clock was set forward: the stretch it skipped never passed.
    ClockSet,
}

/// Whether we can see what Agora would say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sight {
    /// The last query had a certain answer.
    #[default]
    Clear,
    /// Asked without a clear answer: 50x, time-out, unreadable.
    Uncertain,
    /// Agora refuses our queries; nothing changes until the configuration does.
    Refused(Refusal),
    /// We did not ask.
    Blind(Blindness),
}

/// The word an operator reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 404 confirmed, or a start that left nothing recording.
    Lost,
    /// Status 20.
    AbnormalExit,
    /// It ended by itself.
    Ended,
    /// No fresh knowledge.
    NotObserved,
    /// Retrying cannot help.
    ConfigError,
    /// 404, not yet confirmed.
    Suspect,
    /// The query failed; the recording may well run.
    Uncertain,
    /// Stop in progress.
    Stopping,
    /// Acquire, start or verify in progress.
    Starting,
    /// The last query said status 4 or 5.
    Recording,
    /// Stopped by the operator.
    Stopped,
    /// No session.
    Idle,
}

impl State {
    /// All states, in the order in which they take precedence over each other.
    pub const ALL: [State; 12] = [
        State::Lost,
        State::AbnormalExit,
        State::Ended,
        State::NotObserved,
        State::ConfigError,
        State::Suspect,
        State::Uncertain,
        State::Stopping,
        State::Starting,
        State::Recording,
        State::Stopped,
        State::Idle,
    ];

    /// The word for the two axes. Lost, Abnormal exit and Ended are facts and outlast blindness; anything that runs, or may come
    /// to run, does not.
    pub const fn of(phase: Phase, sight: Sight) -> State {
        match phase {
            Phase::Idle => State::Idle,
            Phase::Stopped(_) => State::Stopped,
            Phase::Lost => State::Lost,
            Phase::AbnormalExit => State::AbnormalExit,
            Phase::Ended(_) => State::Ended,
            // Its recorder may still come, and nobody would see it.
            Phase::StartFailed(StartFailure::NotVerified) if matches!(sight, Sight::Blind(_)) => State::NotObserved,
            Phase::StartFailed(why) => Self::of_failure(why),
            Phase::StartUnknown if matches!(sight, Sight::Blind(_)) => State::NotObserved,
            Phase::StartUnknown => State::Uncertain,
            Phase::Recording => Self::seen(sight, State::Recording),
            Phase::Starting(_) => Self::seen(sight, State::Starting),
            Phase::Stopping => Self::seen(sight, State::Stopping),
            Phase::Suspect => match sight {
                Sight::Blind(_) => State::NotObserved,
                Sight::Refused(_) => State::ConfigError,
                Sight::Clear | Sight::Uncertain => State::Suspect,
            },
        }
    }

    const fn seen(sight: Sight, clear: State) -> State {
        match sight {
            Sight::Clear => clear,
            Sight::Uncertain => State::Uncertain,
            Sight::Refused(_) => State::ConfigError,
            Sight::Blind(_) => State::NotObserved,
        }
    }

    const fn of_failure(why: StartFailure) -> State {
        match why {
            StartFailure::Refused(_) | StartFailure::UidConflict => State::ConfigError,
            StartFailure::ServerErrors
            | StartFailure::Unreadable
            | StartFailure::NotCompleted
            | StartFailure::Unreachable
            | StartFailure::NotVerified
            | StartFailure::NotSaved
            | StartFailure::Interrupted => State::Lost,
            StartFailure::Cancelled => State::Stopped,
        }
    }

    /// Whether the recorder is called gone.
    pub const fn is_loss(self) -> bool {
        matches!(self, State::Lost | State::AbnormalExit | State::Ended)
    }

    /// The part of the list a row with this state belongs to.
    pub const fn section(self) -> Section {
        match self {
            State::Lost | State::AbnormalExit | State::Ended | State::ConfigError => Section::ActNow,
            State::NotObserved => Section::NotObserved,
            State::Suspect | State::Uncertain | State::Stopping | State::Starting => Section::Watch,
            State::Recording | State::Stopped | State::Idle => Section::Quiet,
        }
    }
}

/// The parts of the channel list, in their order on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// Somebody has to act.
    ActNow,
    /// Nobody looks.
    NotObserved,
    /// No act needed yet.
    Watch,
    /// Somebody sees to it, or it is muted. It reads what is true.
    Handled,
    /// Nothing to do.
    Quiet,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_outlast_blindness_and_running_channels_do_not() {
        let blind = Sight::Blind(Blindness::NetworkDown);
        assert_eq!(State::of(Phase::Lost, blind), State::Lost);
        assert_eq!(State::of(Phase::Ended(ServiceStatus::Leaving(8)), blind), State::Ended);
        assert_eq!(State::of(Phase::Recording, blind), State::NotObserved);
        assert_eq!(State::of(Phase::Suspect, blind), State::NotObserved);
    }

    #[test]
    fn a_start_that_was_not_verified_in_time_is_no_loss_while_nobody_looks() {
        let failed = Phase::StartFailed(StartFailure::NotVerified);
        assert_eq!(State::of(failed, Sight::Clear), State::Lost);
        assert_eq!(State::of(failed, Sight::Blind(Blindness::NetworkDown)), State::NotObserved);
        assert_eq!(State::of(Phase::StartUnknown, Sight::Blind(Blindness::NetworkDown)), State::NotObserved);
        assert_eq!(State::of(Phase::StartUnknown, Sight::Clear), State::Uncertain);
        let unreachable = Phase::StartFailed(StartFailure::Unreachable);
        assert_eq!(State::of(unreachable, Sight::Blind(Blindness::NetworkDown)), State::Lost, "nothing was sent");
    }

    #[test]
    fn a_50x_never_hides_a_suspicion_and_never_makes_a_loss() {
        assert_eq!(State::of(Phase::Suspect, Sight::Uncertain), State::Suspect);
        assert_eq!(State::of(Phase::Recording, Sight::Uncertain), State::Uncertain);
    }

    #[test]
    fn precedence_is_the_order_of_the_list() {
        assert!(State::ALL.is_sorted());
    }
}
