//! Operations on their way: who goes first, which domain is asked, when a try is repeated, and when the quota allows it. It
//! knows nothing of recordings: it takes one request per channel and slot, and gives back what it finally came to.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::answer::{Answer, Outcome};
use super::domains::{Choice, Domains, is_domain_failure};
use super::event::CallKind;
use super::ids::{ChannelId, Host, ProjectId};
use super::io::{Answered, Call, Effect, Send, SendId};
use super::outlook::Standing;
use super::policy::Policy;
pub use super::queue::{Class, Slot};
use super::queue::{Key, Place, Queue};
use super::quota::{Claim, Quota};
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
    pub call: Call,
    pub tries: Tries,
    /// Domains to skip: later tries of a start ask the other one first.
    pub ahead: usize,
    pub timeout: Duration,
}

/// What an operation came to in the end.
#[derive(Clone, Debug)]
pub struct Finished {
    pub slot: Slot,
    pub call: Call,
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
    pub call: Call,
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
    /// Agora asks for fewer requests, until then.
    pub throttled_until: Option<Timestamp>,
}

#[derive(Clone, Debug)]
struct Op {
    number: u64,
    request: Request,
    tried: Vec<Choice>,
    queued_at: Timestamp,
    first_sent: Option<Timestamp>,
    may_have_acted: bool,
    place: Place,
}

#[derive(Clone, Debug)]
struct Flight {
    key: Key,
    op: u64,
    call: Call,
    choice: Choice,
    attempt: u32,
    sent_at: Timestamp,
}

/// All operations of one project.
#[derive(Clone, Debug)]
pub struct Dispatch {
    project: ProjectId,
    ops: BTreeMap<Key, Op>,
    queue: Queue,
    flights: BTreeMap<SendId, Flight>,
    numbers: u64,
    quota: Quota,
    domains: Domains,
    throttled_until: Option<Timestamp>,
}

impl Dispatch {
    /// Nothing under way.
    pub fn new(project: ProjectId, domains: Domains) -> Self {
        Self {
            project,
            ops: BTreeMap::new(),
            queue: Queue::default(),
            flights: BTreeMap::new(),
            numbers: 0,
            quota: Quota::default(),
            domains,
            throttled_until: None,
        }
    }

    /// Takes an operation in, in place of the one that this slot had.
    pub fn put(&mut self, now: Timestamp, channel: ChannelId, slot: Slot, request: Request) {
        let key = (channel, slot);
        self.drop_op(key);
        self.numbers += 1;
        let op = Op {
            number: self.numbers,
            request,
            tried: Vec::new(),
            queued_at: now,
            first_sent: None,
            may_have_acted: false,
            place: Place::Ready,
        };
        self.queue.put_in(key, op.request.class, op.queued_at, op.place);
        self.ops.insert(key, op);
    }

    /// Gives an operation up. An exchange under way is still heard, but nothing follows from it.
    pub fn cancel(&mut self, channel: ChannelId, slot: Slot) {
        self.drop_op((channel, slot));
    }

    /// Gives all queries up. What changes something stays: its answer must not be lost.
    pub fn cancel_queries(&mut self) {
        let is_query = |op: &Op| op.request.call.kind() == CallKind::Query;
        let queries: Vec<_> = self.ops.iter().filter(|(_, op)| is_query(op)).map(|(key, _)| *key).collect();
        for key in queries {
            self.drop_op(key);
        }
    }

    /// Whether this slot has an operation.
    pub fn has(&self, channel: ChannelId, slot: Slot) -> bool {
        self.ops.contains_key(&(channel, slot))
    }

    /// When the next try of this slot's operation leaves, unless it is on its way, and its number in the schedule.
    pub fn next_try(&self, channel: ChannelId, slot: Slot) -> Option<(Timestamp, usize)> {
        let op = self.ops.get(&(channel, slot))?;
        match op.place {
            Place::Waiting(at) => Some((at, op.tried.len() + 1)),
            Place::Ready | Place::Flying(_) => None,
        }
    }

    /// Where this slot's request stands, and which call it is.
    pub fn standing(&self, channel: ChannelId, slot: Slot) -> Option<(Standing, CallKind)> {
        let op = self.ops.get(&(channel, slot))?;
        let standing = match op.place {
            Place::Ready => Standing::Ready(op.queued_at),
            Place::Waiting(at) => Standing::Waiting(at),
            Place::Flying(since) => Standing::Flying(since),
        };
        Some((standing, op.request.call.kind()))
    }

    /// Whether an operation's request may be with the service right now or was left without an answer.
    pub fn may_have_acted(&self, channel: ChannelId, slot: Slot) -> bool {
        self.ops.get(&(channel, slot)).is_some_and(|op| op.may_have_acted || matches!(op.place, Place::Flying(_)))
    }

    /// Whether such a call of this channel is on its way, even one that was given up meanwhile.
    pub fn is_flying(&self, channel: ChannelId, kind: CallKind) -> bool {
        self.flights.values().any(|flight| flight.key.0 == channel && flight.call.kind() == kind)
    }

    /// Sends this one operation if the quota allows it, and no other.
    pub fn pump_only(
        &mut self,
        now: Timestamp,
        channel: ChannelId,
        slot: Slot,
        policy: &Policy,
        out: &mut Vec<Effect>,
    ) {
        let key = (channel, slot);
        if self.queue.is_ready(key) && self.allowed_at(key, now, policy) <= now {
            self.send(key, now, out);
        }
    }

    /// Sends what may be sent now.
    pub fn pump(&mut self, now: Timestamp, policy: &Policy, out: &mut Vec<Effect>) {
        self.wake(now);
        while let Some(key) = self.first_allowed(now, policy) {
            self.send(key, now, out);
        }
    }

    /// When `pump` has something to do next.
    pub fn next_deadline(&self, now: Timestamp, policy: &Policy) -> Option<(Timestamp, Why)> {
        let waiting = self.queue.next_waking().map(|(at, _)| (at, Why::RetryDomain));
        let ready = self.candidates(now, policy).map(|key| {
            let at = self.allowed_at(key, now, policy);
            (at, if self.throttled_until.is_some_and(|until| until == at) { Why::Throttle } else { Why::Quota })
        });
        waiting.into_iter().chain(ready).min_by_key(|(at, _)| *at)
    }

    /// Takes an answer in. `None` when nobody knows the exchange.
    pub fn answered(&mut self, now: Timestamp, answered: Answered, policy: &Policy) -> Option<Heard> {
        let Answered { id, latency, answer, told, raw } = answered;
        let flight = self.flights.remove(&id)?;
        let preferred = self.domains.note(flight.choice, now, latency, &answer, policy.domain_sticks_for);
        let throttled_until = (answer.outcome == Outcome::Throttled).then(|| now + policy.throttle_for);
        self.throttled_until = throttled_until.or(self.throttled_until);
        let finished = self.go_on(now, &flight, &answer, &told, policy);
        Some(Heard {
            channel: flight.key.0,
            slot: flight.key.1,
            host: self.domains.host(flight.choice).clone(),
            attempt: flight.attempt,
            sent_at: flight.sent_at,
            call: flight.call,
            latency,
            answer,
            told,
            raw,
            finished,
            preferred,
            throttled_until,
        })
    }

    /// An exchange was not made; its operation is given up. The channel and slot it belonged to.
    pub fn not_sent(&mut self, id: SendId) -> Option<(ChannelId, Slot)> {
        let flight = self.flights.remove(&id)?;
        let current = self.ops.get(&flight.key).is_some_and(|op| op.number == flight.op);
        if current {
            self.drop_op(flight.key);
        }
        current.then_some(flight.key)
    }

    /// The domains.
    pub const fn domains(&self) -> &Domains {
        &self.domains
    }

    /// The quota.
    pub const fn quota(&self) -> &Quota {
        &self.quota
    }

    /// Requests that wait for the quota.
    pub fn queued(&self) -> usize {
        self.queue.len()
    }

    /// Until when background requests rest after a 429.
    pub fn throttled_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.throttled_until.filter(|until| *until > now)
    }

    /// Repeats the operation or ends it.
    fn go_on(
        &mut self,
        now: Timestamp,
        flight: &Flight,
        answer: &Answer,
        told: &Told,
        policy: &Policy,
    ) -> Option<Finished> {
        let key = flight.key;
        let op = self.ops.get_mut(&key).filter(|op| op.number == flight.op)?;
        op.may_have_acted |= answer.outcome.is_ambiguous();
        let again = if op.request.tries == Tries::Once {
            None
        } else if answer.outcome == Outcome::Throttled {
            // Not the domain's fault and not a try of the schedule: the same try is made again later.
            op.tried.pop();
            Some(now + op.request.class.rest_after_429(policy))
        } else if is_domain_failure(&answer.outcome) {
            let more = self.domains.choose(now, &op.tried, op.request.ahead).is_some();
            policy.domain.after(op.tried.len()).filter(|_| more).map(|wait| now + wait)
        } else {
            None
        };
        match again {
            Some(at) => {
                self.place(key, Place::Waiting(at));
                None
            }
            None => {
                let op = self.ops.remove(&key)?;
                Some(Finished {
                    slot: key.1,
                    call: op.request.call,
                    answer: answer.clone(),
                    told: told.clone(),
                    first_sent: op.first_sent.unwrap_or(flight.sent_at),
                    sent_at: flight.sent_at,
                    may_have_acted: op.may_have_acted,
                })
            }
        }
    }

    fn send(&mut self, key: Key, now: Timestamp, out: &mut Vec<Effect>) {
        self.place(key, Place::Flying(now));
        let Some(op) = self.ops.get_mut(&key) else { return };
        let Some(choice) = self.domains.choose(now, &op.tried, op.request.ahead) else { return };
        op.tried.push(choice);
        op.first_sent.get_or_insert(now);
        self.numbers += 1;
        let id = SendId { project: self.project, number: self.numbers };
        let attempt = u32::try_from(op.tried.len()).unwrap_or(u32::MAX);
        let call = op.request.call.clone();
        let flight = Flight { key, op: op.number, call: call.clone(), choice, attempt, sent_at: now };
        let (timeout, claim) = (op.request.timeout, op.request.class.claim());
        self.flights.insert(id, flight);
        self.quota.take(now, claim);
        let host = self.domains.host(choice).clone();
        out.push(Effect::Send(Box::new(Send { id, channel: key.0, call, host, attempt, timeout })));
    }

    /// Moves operations whose wait is over to the ready ones.
    fn wake(&mut self, now: Timestamp) {
        while let Some((at, key)) = self.queue.next_waking()
            && at <= now
        {
            self.place(key, Place::Ready);
        }
    }

    fn first_allowed(&self, now: Timestamp, policy: &Policy) -> Option<Key> {
        self.candidates(now, policy).find(|key| self.allowed_at(*key, now, policy) <= now)
    }

    /// Who could go next: first whoever waited longest if that is too long already, then by class.
    fn candidates(&self, now: Timestamp, policy: &Policy) -> impl Iterator<Item = Key> + '_ {
        self.queue.candidates(now, policy.poll_waits_at_most / 2)
    }

    fn allowed_at(&self, key: Key, now: Timestamp, policy: &Policy) -> Timestamp {
        let Some(op) = self.ops.get(&key) else { return now };
        let claim = op.request.class.claim();
        let free = self.quota.free_at(now, claim, policy.quota_per_second, policy.quota_reserved);
        match claim {
            Claim::Command => free,
            Claim::Background => self.throttled_until(now).map_or(free, |until| free.max(until)),
        }
    }

    fn place(&mut self, key: Key, place: Place) {
        let Some(op) = self.ops.get_mut(&key) else { return };
        self.queue.take_out(key, op.request.class, op.queued_at, op.place);
        op.place = place;
        self.queue.put_in(key, op.request.class, op.queued_at, op.place);
    }

    fn drop_op(&mut self, key: Key) {
        if let Some(op) = self.ops.remove(&key) {
            self.queue.take_out(key, op.request.class, op.queued_at, op.place);
        }
    }
}

#[cfg(test)]
mod tests;
