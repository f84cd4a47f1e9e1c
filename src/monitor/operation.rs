//! An operation: what is asked for, what is known of it on its way, and what it came to. Data only.

use std::sync::Arc;
use std::time::Duration;

use super::answer::Answer;
use super::domains::Choice;
use super::ids::{ChannelId, Host};
use super::io::Call;
use super::queue::{Class, Key, Place, Slot};
use super::schedule::Why;
use super::time::Timestamp;
use super::told::Told;

/// How often an operation is tried when domains do not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tries {
    /// By the rule of the dual domains.
    ByDomains,
    /// Once: the light probe while the own network is down.
    Once,
}

/// An operation to carry out.
#[derive(Clone, Debug)]
pub struct Request {
    pub class: Class,
    pub call: Arc<Call>,
    pub tries: Tries,
    /// Domains to skip: later tries of a start ask the other one first.
    pub ahead: usize,
    pub timeout: Duration,
    /// No try is made from this moment on: what it asks with is too old by then.
    pub until: Option<Timestamp>,
}

/// What an operation came to in the end.
#[derive(Clone, Debug)]
pub struct Finished {
    pub slot: Slot,
    pub call: Arc<Call>,
    pub answer: Answer,
    pub told: Told,
    /// When its first try was sent.
    pub first_sent: Timestamp,
    /// When the try was sent that was answered. The service spoke of a moment between this and the answer's arrival.
    pub sent_at: Timestamp,
    /// Whether any of its tries may have reached the service without telling us what came of it.
    pub may_have_acted: bool,
}

/// One try, once it is answered.
#[derive(Clone, Debug)]
pub struct Heard {
    pub channel: ChannelId,
    pub slot: Slot,
    pub call: Arc<Call>,
    pub host: Host,
    pub attempt: u32,
    pub sent_at: Timestamp,
    pub latency: Duration,
    pub answer: Answer,
    pub told: Told,
    pub raw: Option<Arc<str>>,
    /// Set with the last try of an operation that was not given up meanwhile.
    pub finished: Option<Finished>,
    /// Another domain is asked first from now on.
    pub preferred: Option<Host>,
    /// Agora asks for fewer requests: the background rests until then.
    pub throttled_until: Option<Timestamp>,
}

/// One on its way.
#[derive(Clone, Debug)]
pub struct Op {
    pub number: u64,
    pub request: Request,
    pub tried: Vec<Choice>,
    /// Answers 429.
    pub throttled: usize,
    pub queued_at: Timestamp,
    pub first_sent: Option<Timestamp>,
    pub may_have_acted: bool,
    /// Its tries are paid for, whatever the budget says.
    pub scout: bool,
    pub place: Place,
    /// Why its next try waits, when it does: for the rule of the domains, or after a 429.
    pub waits_for: Why,
}

/// One exchange of it.
#[derive(Clone, Debug)]
pub struct Flight {
    pub key: Key,
    pub op: u64,
    pub call: Arc<Call>,
    pub choice: Choice,
    pub attempt: u32,
    pub sent_at: Timestamp,
}
