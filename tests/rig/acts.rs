//! What can befall the rig at a moment, and what it keeps of it. Data only.

use std::sync::Arc;
use std::time::Duration;

use reelwatch::agora::transport::HttpResponse;
use reelwatch::monitor::change::Change;
use reelwatch::monitor::io::{Command, Send};
use reelwatch::monitor::time::Timestamp;

/// Something of the rig's own at a time.
#[derive(Clone, Debug)]
pub enum Act {
    Command(Command),
    /// The process is killed and started again after this long.
    Restart(Duration),
    /// The process is killed in the middle of the next batch that sends anything but a query, and started again after this
    /// long.
    KillInBatch(Cut, Duration),
    /// The process stands still for this long, too short to be taken for sleep: time goes on and nobody is told.
    Stall(Duration),
    /// The disk refuses the log for this long.
    DiskFull(Duration),
    /// The disk is asked again.
    DiskAgain,
    /// The workstation sleeps for this long.
    Sleep(Duration),
    /// The customer secret is this from now on.
    Secret(String),
    /// The customer's own backend starts a recording of this channel, and nobody tells us.
    Elsewhere(Arc<str>),
    /// The backend changes the running recording of this channel, and nobody tells us.
    ChangeElsewhere(Arc<str>, Change),
    /// The recording that the backend started is adopted.
    Adopt(Arc<str>),
}

/// Where in a batch of effects the process is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Before anything of it is on disk.
    BeforeFacts,
    /// Its facts are on disk, and none of its calls left.
    AfterFacts,
    /// Its calls left, and no answer is ever heard.
    AfterCalls,
}

/// A stretch in which the process did not do its work.
#[derive(Clone, Copy, Debug)]
pub struct Break {
    pub from: Timestamp,
    pub to: Timestamp,
    pub kind: BreakKind,
}

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakKind {
    Killed,
    Asleep,
    /// Too short to be noticed.
    Stalled,
}

/// One call that left.
#[derive(Clone, Debug)]
pub struct Sent {
    pub at: Timestamp,
    pub send: Send,
    /// What was asked, as the service saw it.
    pub path: String,
    /// When its end was heard, if it was, and the HTTP answer, if one came.
    pub heard: Option<(Timestamp, Option<HttpResponse>)>,
}
