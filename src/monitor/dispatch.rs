//! Operations on their way: who goes first, which domain is asked, when a try is repeated, and when the quota allows it. It
//! knows nothing of recordings: it takes one request per channel and slot, and gives back what it finally came to.

use std::collections::BTreeMap;
use std::time::Duration;

use super::answer::{Answer, Outcome};
use super::domains::{Domains, is_domain_failure};
use super::event::CallKind;
use super::ids::{ChannelId, Host, ProjectId};
use super::io::{Answered, Effect, Send, SendId};
pub use super::operation::{Finished, Heard, Request, Tries};
use super::operation::{Flight, Op};
use super::outlook::Standing;
use super::pace::{Load, Pace};
use super::policy::Policy;
pub use super::queue::{Class, Slot};
use super::queue::{Key, Patience, Place, Queue};
use super::quota::{Claim, Quota};
use super::retries::{Polls, Retries};
use super::schedule::Why;
use super::time::Timestamp;
use super::told::Told;

/// Requests in ten seconds for each one of the reserve: a slot is held for a little more than a second.
const PER_RESERVE: u32 = 9;

/// What became of the tries before one that was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Earlier {
    /// The service may have carried one out.
    MayHaveActed,
    /// There were none, or each was answered.
    Nothing,
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
    pace: Pace,
    retries: Retries,
    load: Load,
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
            pace: Pace::default(),
            retries: Retries::default(),
            load: Load::default(),
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
            throttled: 0,
            queued_at: now,
            first_sent: None,
            may_have_acted: false,
            scout: false,
            place: Place::Ready,
            waits_for: Why::RetryDomain,
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

    /// How urgent this slot's operation is.
    pub fn class(&self, channel: ChannelId, slot: Slot) -> Option<Class> {
        self.ops.get(&(channel, slot)).map(|op| op.request.class)
    }

    /// Makes this slot's operation at least so urgent. Its age stays.
    pub fn hasten(&mut self, channel: ChannelId, slot: Slot, class: Class) {
        let key = (channel, slot);
        let Some(op) = self.ops.get_mut(&key) else { return };
        self.queue.take_out(key, op.request.class, op.queued_at, op.place);
        op.request.class = op.request.class.min(class);
        self.queue.put_in(key, op.request.class, op.queued_at, op.place);
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
            Place::Waiting(at) => Standing::Waiting(at, op.waits_for),
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
        if self.background_at(now, policy) <= now {
            self.send((channel, slot), now, policy, out);
        }
    }

    /// Sends what may be sent now.
    pub fn pump(&mut self, now: Timestamp, policy: &Policy, out: &mut Vec<Effect>) {
        self.wake(now);
        while let Some((key, _)) = self.upcoming(now, policy).into_iter().flatten().find(|(_, at)| *at <= now) {
            self.send(key, now, policy, out);
        }
    }

    /// When `pump` has something to do next.
    pub fn next_deadline(&self, now: Timestamp, policy: &Policy) -> Option<(Timestamp, Why)> {
        let waiting = self.queue.next_waking().map(|(at, _)| (at, Why::RetryDomain));
        let resting = self.pace.rests_until(now);
        let why = |at| if resting == Some(at) { Why::Throttle } else { Why::Quota };
        let ready = self.upcoming(now, policy).into_iter().flatten().map(|(_, at)| (at, why(at)));
        let faster = self.pace.next_step().map(|at| (at, Why::Throttle));
        waiting.into_iter().chain(ready).chain(faster).min_by_key(|(at, _)| *at)
    }

    /// The next command and the next of the background, and when each may leave; first whoever goes first.
    fn upcoming(&self, now: Timestamp, policy: &Policy) -> [Option<(Key, Timestamp)>; 2] {
        let next = self.queue.next(now, policy.poll_waits_at_most / 2);
        let background = next.background.map(|key| (key, self.background_at(now, policy)));
        let limit = policy.quota_per_second;
        let Some((class, key)) = next.command else { return [None, background] };
        // A rest holds the background back, not those who yield to it.
        let patience = if self.pace.rests_until(now).is_some() { Patience::Left } else { next.patience };
        let at_most = |commands| Some((key, self.quota.command_at(now, limit, class.claim(), commands)));
        let reserve = policy.quota_reserved.max(1);
        match patience {
            Patience::Left => [Some((key, self.quota.free_at(now, limit))), background],
            // More than the others each time, so that a stop never waits for starts that have used the reserve up.
            Patience::Spent if class == Class::Stop => [at_most(PER_RESERVE * (reserve + 1)), background],
            Patience::Over if class == Class::Stop => [at_most(PER_RESERVE), background],
            Patience::Spent => [background, at_most(PER_RESERVE * reserve)],
            Patience::Over => [background, at_most(PER_RESERVE * 2 / 3)],
        }
    }

    fn background_at(&self, now: Timestamp, policy: &Policy) -> Timestamp {
        let free = self.quota.background_at(now, policy.quota_per_second, self.pace.gap(policy));
        self.pace.rests_until(now).map_or(free, |until| free.max(until))
    }

    /// Takes an answer in. `None` when nobody knows the exchange.
    pub fn answered(&mut self, now: Timestamp, answered: Answered, policy: &Policy) -> Option<Heard> {
        let Answered { id, latency, answer, told, raw } = answered;
        let flight = self.flights.remove(&id)?;
        let preferred = self.domains.note(flight.choice, now, latency, &answer, policy.domain_sticks_for);
        let throttled = answer.outcome == Outcome::Throttled;
        let throttled_until = if throttled { self.pace.slow_down(now, policy) } else { None };
        let (finished, moved) = self.go_on(now, &flight, &answer, &told, policy);
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
            preferred: preferred.or(moved),
            throttled_until,
        })
    }

    /// An exchange was not made; its operation is given up. The channel and slot it belonged to, and what became of earlier tries.
    pub fn not_sent(&mut self, id: SendId) -> Option<(ChannelId, Slot, Earlier)> {
        let flight = self.flights.remove(&id)?;
        let op = self.ops.get(&flight.key).filter(|op| op.number == flight.op)?;
        let earlier = if op.may_have_acted { Earlier::MayHaveActed } else { Earlier::Nothing };
        self.drop_op(flight.key);
        Some((flight.key.0, flight.key.1, earlier))
    }

    /// The domains.
    pub const fn domains(&self) -> &Domains {
        &self.domains
    }

    /// The quota.
    pub const fn quota(&self) -> &Quota {
        &self.quota
    }

    /// The clock leapt from one moment to another.
    pub fn leap(&mut self, from: Timestamp, now: Timestamp) {
        self.quota.leap(from, now);
    }

    /// Requests that wait for the quota.
    pub fn queued(&self) -> usize {
        self.queue.len()
    }

    /// There is so much to do from now on.
    pub const fn follow(&mut self, load: Load) {
        self.load = load;
    }

    /// How fast the background goes.
    pub const fn pace(&self) -> &Pace {
        &self.pace
    }

    /// The poll interval in force.
    pub fn interval(&self, policy: &Policy) -> Duration {
        self.pace.interval(policy, self.load)
    }

    /// Takes in what time alone changes: a slowed background gets faster, a spent budget fills.
    pub fn recover(&mut self, now: Timestamp, policy: &Policy) {
        self.pace.recover(now, policy);
        self.retries.refill(now, self.polls(policy), policy);
    }

    /// Whether a query that failed may be made again before its ordinary turn. It is paid for with that.
    pub fn may_ask_again(&mut self, now: Timestamp, policy: &Policy) -> bool {
        let polls = self.polls(policy);
        self.retries.take(now, polls, policy)
    }

    /// Since when failed queries wait for their ordinary turn.
    pub const fn retries_spent_since(&self) -> Option<Timestamp> {
        self.retries.spent_since()
    }

    fn polls(&self, policy: &Policy) -> Polls {
        Polls { watched: self.load.polled, interval: self.interval(policy) }
    }

    /// Repeats the operation or ends it; also the domain that is asked first from now on, if its end changes that.
    fn go_on(
        &mut self,
        now: Timestamp,
        flight: &Flight,
        answer: &Answer,
        told: &Told,
        policy: &Policy,
    ) -> (Option<Finished>, Option<Host>) {
        let key = flight.key;
        let Some(op) = self.ops.get_mut(&key).filter(|op| op.number == flight.op) else { return (None, None) };
        op.may_have_acted |= answer.outcome.is_ambiguous();
        op.waits_for = if answer.outcome == Outcome::Throttled { Why::Throttle } else { Why::RetryDomain };
        let again = if op.request.tries == Tries::Once {
            None
        } else if answer.outcome == Outcome::Throttled {
            // Not the domain's fault and not a try of the schedule: the same try is made again later.
            op.tried.pop();
            op.throttled += 1;
            Some(now + op.request.class.rest_after_429(op.throttled, policy))
        } else if is_domain_failure(&answer.outcome) {
            self.next_domain_try(now, flight, policy)
        } else {
            None
        };
        let until = self.ops.get(&key).and_then(|op| op.request.until);
        if let Some(at) = again.filter(|at| until.is_none_or(|end| *at < end)) {
            self.place(key, Place::Waiting(at));
            return (None, None);
        }
        let Some(op) = self.ops.remove(&key) else { return (None, None) };
        // One that the budget cut short has not asked them all.
        let unreachable = is_domain_failure(&answer.outcome) && policy.domain.after(op.tried.len()).is_none();
        let moved = if unreachable { self.domains.gave_up(now, &op.tried, policy.domain_sticks_for) } else { None };
        let finished = Finished {
            slot: key.1,
            call: op.request.call,
            answer: answer.clone(),
            told: told.clone(),
            first_sent: op.first_sent.unwrap_or(flight.sent_at),
            sent_at: flight.sent_at,
            may_have_acted: op.may_have_acted,
        };
        (Some(finished), moved)
    }

    /// When the domain rule makes its next try, if it has one left and the budget pays for it.
    fn next_domain_try(&mut self, now: Timestamp, flight: &Flight, policy: &Policy) -> Option<Timestamp> {
        let polls = self.polls(policy);
        let op = self.ops.get_mut(&flight.key)?;
        let wait = policy.domain.after(op.tried.len())?;
        let next = self.domains.next(&op.tried, op.request.ahead)?;
        // Over to a domain that answers is no repeat: it ends the row.
        let helps = next != flight.choice && self.domains.answers(next);
        if op.request.class.is_budgeted() && !op.scout && !helps && !self.retries.take(now, polls, policy) {
            op.scout = self.retries.take_scout(now, policy);
            if !op.scout {
                return None;
            }
        }
        Some(now + wait)
    }

    fn send(&mut self, key: Key, now: Timestamp, policy: &Policy, out: &mut Vec<Effect>) {
        self.place(key, Place::Flying(now));
        let Some(op) = self.ops.get_mut(&key) else { return };
        let claim = op.request.class.claim();
        let choice = match (claim, op.request.call.kind()) {
            (Claim::Background, CallKind::Query) => {
                self.domains.choose(now, &op.tried, op.request.ahead, policy.domain_sticks_for)
            }
            // What the operator wants is no occasion to find out about a domain that failed.
            (Claim::Stop | Claim::Command | Claim::Background, _) => self.domains.next(&op.tried, op.request.ahead),
        };
        let Some(choice) = choice else { return };
        op.tried.push(choice);
        op.first_sent.get_or_insert(now);
        self.numbers += 1;
        let id = SendId { project: self.project, number: self.numbers };
        let attempt = u32::try_from(op.tried.len()).unwrap_or(u32::MAX);
        let call = op.request.call.clone();
        let flight = Flight { key, op: op.number, call: call.clone(), choice, attempt, sent_at: now };
        let timeout = op.request.timeout;
        self.flights.insert(id, flight);
        self.quota.take(now, claim);
        self.queue.sent(op.request.class);
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

    fn place(&mut self, key: Key, place: Place) {
        let Some(op) = self.ops.get_mut(&key) else { return };
        self.queue.take_out(key, op.request.class, op.queued_at, op.place);
        if let Place::Waiting(at) = place {
            // Its age in the queue counts from when it is to leave.
            op.queued_at = at;
        }
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
