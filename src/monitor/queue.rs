//! Who goes first when requests wait: by class, and before that whoever waited too long already. It knows the order only; whether
//! anything may be sent is the quota's business.

use std::collections::BTreeSet;
use std::time::Duration;

use super::ids::ChannelId;
use super::policy::Policy;
use super::quota::Claim;
use super::time::Timestamp;

/// Whose operation.
pub type Key = (ChannelId, Slot);

/// What a channel may have under way at the same time: one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// Queries of the recording.
    Watch,
    /// acquire, start, stop.
    Act,
    /// Queries and the stop of the recorder that a restart replaced.
    Old,
    /// update and updateLayout: one at a time (vendor: wait for the answer to one update before the next).
    Change,
}

impl Slot {
    /// All of them.
    pub const ALL: [Slot; 4] = [Slot::Watch, Slot::Act, Slot::Old, Slot::Change];
}

/// Who goes first when requests wait for the quota. A start goes before any acquire, so that a resource ID is used at once
/// (vendor: within 2 s) even when many recordings are started together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    Stop,
    Start,
    Acquire,
    Change,
    Verify,
    Suspect,
    /// Re-queries of a suspect after a 50x or no answer.
    SuspectAgain,
    /// Re-queries after a 50x or no answer.
    Uncertain,
    Poll,
    FileName,
}

impl Class {
    pub(super) const fn claim(self) -> Claim {
        match self {
            Class::Stop => Claim::Stop,
            Class::Start | Class::Acquire | Class::Change => Claim::Command,
            Class::Verify | Class::Suspect | Class::SuspectAgain | Class::Uncertain | Class::Poll | Class::FileName => {
                Claim::Background
            }
        }
    }

    /// Whether a further try of the domain rule is paid from the budget: only what comes again by itself is.
    pub(super) const fn is_budgeted(self) -> bool {
        match self {
            Class::SuspectAgain | Class::Uncertain | Class::Poll | Class::FileName => true,
            Class::Stop | Class::Start | Class::Acquire | Class::Change | Class::Verify | Class::Suspect => false,
        }
    }

    /// How long its request rests after so many answers 429.
    pub(super) fn rest_after_429(self, answers: usize, policy: &Policy) -> Duration {
        match self.claim() {
            Claim::Stop | Claim::Command => policy.throttle_command.after(answers).unwrap_or(policy.throttle_for),
            Claim::Background => policy.throttle_for,
        }
    }
}

/// Where an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It may be sent as soon as the quota allows.
    Ready,
    /// Its next try is due then.
    Waiting(Timestamp),
    /// With the service since then.
    Flying(Timestamp),
}

/// Operations in the order in which they are sent.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    commands: BTreeSet<(Class, Timestamp, Key)>,
    background: BTreeSet<(Class, Timestamp, Key)>,
    /// Polls, and repeats that the budget paid for, by age: they have been promised a longest wait, and come at a known rate.
    polls: BTreeSet<(Timestamp, Key)>,
    /// The rest of the background by age.
    others: BTreeSet<(Timestamp, Key)>,
    waiting: BTreeSet<(Timestamp, Key)>,
    /// Polls that left one after another, with nothing else of the background in between.
    polls_in_row: u32,
    turn: Turn,
}

/// Whose turn it is among the rest of the background once some of it has waited for too long: so neither does a few verifications'
/// wait depend on how many suspicions there are, nor the other way round.
#[derive(Clone, Copy, Debug, Default)]
enum Turn {
    #[default]
    Urgent,
    Old,
}

impl Turn {
    const fn next(self) -> Self {
        match self {
            Turn::Urgent => Turn::Old,
            Turn::Old => Turn::Urgent,
        }
    }
}

/// After so many polls in a row that had waited for too long comes one of the rest, if there is any: the polls' share of the
/// quota (`quota_stretch_percent`) leaves so much to it.
const POLLS_IN_ROW: u32 = 8;

/// Who goes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Next {
    pub command: Option<(Class, Key)>,
    pub background: Option<Key>,
    pub patience: Patience,
}

/// Whether the background can still wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// Commands go first.
    Left,
    /// Something has waited for too long: commands keep to their reserve until it is gone, and a stop needs no more than one.
    Spent,
    /// It has waited for half as long again: even the stops of a whole fleet let it through.
    Over,
}

impl Queue {
    /// Takes an operation in that stands at this place since `queued_at`.
    pub fn put_in(&mut self, key: Key, class: Class, queued_at: Timestamp, place: Place) {
        match place {
            Place::Ready => {
                self.of(class).insert((class, queued_at, key));
                self.ages(class).map(|ages| ages.insert((queued_at, key)));
            }
            Place::Waiting(at) => {
                self.waiting.insert((at, key));
            }
            Place::Flying(_) => {}
        }
    }

    /// Takes it out again.
    pub fn take_out(&mut self, key: Key, class: Class, queued_at: Timestamp, place: Place) {
        match place {
            Place::Ready => {
                self.of(class).remove(&(class, queued_at, key));
                self.ages(class).map(|ages| ages.remove(&(queued_at, key)));
            }
            Place::Waiting(at) => {
                self.waiting.remove(&(at, key));
            }
            Place::Flying(_) => {}
        }
    }

    fn of(&mut self, class: Class) -> &mut BTreeSet<(Class, Timestamp, Key)> {
        match class.claim() {
            Claim::Stop | Claim::Command => &mut self.commands,
            Claim::Background => &mut self.background,
        }
    }

    fn ages(&mut self, class: Class) -> Option<&mut BTreeSet<(Timestamp, Key)>> {
        match class {
            Class::Stop | Class::Start | Class::Acquire | Class::Change => None,
            Class::Verify | Class::Suspect | Class::SuspectAgain | Class::FileName => Some(&mut self.others),
            Class::Uncertain | Class::Poll => Some(&mut self.polls),
        }
    }

    /// How many wait for the quota.
    pub fn len(&self) -> usize {
        self.commands.len() + self.background.len()
    }

    /// The next whose wait for another try is over, and when.
    pub fn next_waking(&self) -> Option<(Timestamp, Key)> {
        self.waiting.first().copied()
    }

    /// One of this class was sent.
    pub const fn sent(&mut self, class: Class) {
        match class {
            Class::Stop | Class::Start | Class::Acquire | Class::Change => {}
            Class::Verify | Class::Suspect | Class::SuspectAgain | Class::FileName => {
                self.polls_in_row = 0;
                self.turn = self.turn.next();
            }
            Class::Uncertain | Class::Poll => self.polls_in_row += 1,
        }
    }

    /// Who could go next. Of the background first the oldest poll that waited for `patience`, since polls come at a known rate
    /// below ours and so all of them get through; one of the rest in between, so that verification and suspicion go on; then the
    /// others if one of them did wait, in turns the most urgent and the oldest; then by class.
    pub fn next(&self, now: Timestamp, patience: Duration) -> Next {
        let aged = |ages: &BTreeSet<(Timestamp, Key)>| {
            ages.first().map(|(queued, key)| (now.since(*queued), *key)).filter(|(age, _)| *age >= patience)
        };
        let (polls, others) = (aged(&self.polls), aged(&self.others));
        let left = match polls.or(others) {
            None => Patience::Left,
            Some((age, _)) if age < patience * 3 / 2 => Patience::Spent,
            Some(_) => Patience::Over,
        };
        // Polls that had their share let the first of the others by, more seldom once they can hardly wait themselves.
        let share = if left == Patience::Over { 3 * POLLS_IN_ROW } else { POLLS_IN_ROW };
        let other = others.and_then(|(_, oldest)| match self.turn {
            Turn::Urgent => self.first_other(),
            Turn::Old => Some(oldest),
        });
        let background = match polls {
            Some((_, poll)) if self.polls_in_row < share => Some(poll),
            Some((_, poll)) => other.or_else(|| self.first_other()).or(Some(poll)),
            None => other.or_else(|| self.background.first().map(|(_, _, key)| *key)),
        };
        let command = self.commands.first().map(|(class, _, key)| (*class, *key));
        Next { command, background, patience: left }
    }

    /// The most urgent of the background beside the polls.
    fn first_other(&self) -> Option<Key> {
        let first = self.background.first().filter(|(class, ..)| *class < Class::Uncertain).map(|(_, _, key)| *key);
        // What is left of them comes after the polls.
        first.or_else(|| self.others.first().map(|(_, key)| *key))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn each_class_goes_before_the_next_and_the_oldest_of_a_class_first() {
        use Class::{Acquire, Change, FileName, Poll, Start, Stop, Suspect, SuspectAgain, Uncertain, Verify};
        let (mut queue, waits) = (Queue::default(), Duration::from_secs(15));
        let order = [Stop, Start, Acquire, Change, Verify, Suspect, SuspectAgain, Uncertain, Poll, FileName];
        let key = |channel: usize| (ChannelId(u32::try_from(channel).expect("a few")), Slot::Watch);
        let mut waiting = BTreeMap::new();
        // The least urgent came first, and of each class the younger one.
        for (n, class) in order.iter().rev().enumerate() {
            for (channel, at) in [(2 * n, Timestamp::from_millis(1)), (2 * n + 1, Timestamp::default())] {
                queue.put_in(key(channel), *class, at, Place::Ready);
                waiting.insert(key(channel), (*class, at));
            }
        }
        let mut left = Vec::new();
        while !waiting.is_empty() {
            let next = queue.next(Timestamp::from_millis(1), waits);
            let key = next.command.map(|(_, key)| key).or(next.background).expect("one of them");
            let (class, at) = waiting.remove(&key).expect("it waits");
            queue.take_out(key, class, at, Place::Ready);
            left.push((class, at));
        }
        let oldest_first = order.map(|class| [(class, Timestamp::default()), (class, Timestamp::from_millis(1))]);
        assert_eq!(left, oldest_first.concat());
    }

    #[test]
    fn patience_ends_after_its_time_and_is_over_after_half_as_much_again() {
        let (mut queue, waits) = (Queue::default(), Duration::from_secs(15));
        let key = (ChannelId(1), Slot::Watch);
        queue.put_in(key, Class::Poll, Timestamp::default(), Place::Ready);
        for (ms, patience) in [
            (14_999, Patience::Left),
            (15_000, Patience::Spent),
            (22_499, Patience::Spent),
            (22_500, Patience::Over),
            (60_000, Patience::Over),
        ] {
            let next = queue.next(Timestamp::from_millis(ms), waits);
            assert_eq!((next.patience, next.background), (patience, Some(key)), "after {ms} ms");
        }
    }

    #[test]
    fn after_eight_polls_in_a_row_that_fell_behind_the_rest_has_one_turn_and_after_24_once_a_poll_has_waited_for_too_long()
     {
        let (mut queue, waits) = (Queue::default(), Duration::from_secs(15));
        let [poll, verify] = [1, 2].map(|channel| (ChannelId(channel), Slot::Watch));
        queue.put_in(poll, Class::Poll, Timestamp::default(), Place::Ready);
        queue.put_in(verify, Class::Verify, Timestamp::from_millis(14_000), Place::Ready);
        let next = |queue: &Queue, ms| queue.next(Timestamp::from_millis(ms), waits).background;
        for sent in 0..8 {
            assert_eq!(next(&queue, 15_000), Some(poll), "after {sent}");
            queue.sent(Class::Poll);
            queue.sent(Class::Start);
        }
        assert_eq!(next(&queue, 22_499), Some(verify));
        for sent in 8..24 {
            assert_eq!(next(&queue, 22_500), Some(poll), "after {sent}");
            queue.sent(Class::Poll);
        }
        assert_eq!(next(&queue, 22_500), Some(verify));
        queue.sent(Class::Verify);
        assert_eq!(next(&queue, 15_000), Some(poll), "the row begins anew");
    }

    #[test]
    fn the_turn_of_the_rest_is_the_most_urgents_and_every_other_one_that_of_whoever_has_waited_for_long_and_no_polls() {
        let waits = Duration::from_secs(15);
        let [poll, verify, suspect, files, repeat] = [1, 2, 3, 4, 5].map(|channel| (ChannelId(channel), Slot::Watch));
        let ms = Timestamp::from_millis;
        let turns = |waiting: &[(Key, Class, i64)]| {
            let mut queue = Queue::default();
            waiting.iter().for_each(|(key, class, at)| queue.put_in(*key, *class, ms(*at), Place::Ready));
            [(); 2].map(|()| {
                (0..8).for_each(|_| queue.sent(Class::Poll));
                let next = queue.next(ms(20_000), waits).background;
                queue.sent(Class::Verify);
                next
            })
        };
        let (young, late) = ((verify, Class::Verify, 19_000), (repeat, Class::Uncertain, 19_000));
        // Whether polls wait as well or not.
        for polls in [&[][..], &[(poll, Class::Poll, 0)]] {
            let waited = [young, (suspect, Class::Suspect, 1_000), (files, Class::FileName, 2_000)];
            assert_eq!(turns(&[polls, &waited].concat()), [Some(verify), Some(suspect)]);
            let not_for_long = [young, (suspect, Class::Suspect, 18_000)];
            assert_eq!(turns(&[polls, &not_for_long].concat()), [Some(verify); 2]);
            assert_eq!(turns(&[polls, &[(files, Class::FileName, 1_000), late]].concat()), [Some(files); 2]);
        }
        assert_eq!(turns(&[(poll, Class::Poll, 0), late]), [Some(poll); 2], "with nothing else age goes on");
    }

    #[test]
    fn a_repeat_that_the_budget_paid_for_waits_no_longer_than_the_polls_beside_it() {
        let (mut queue, waits) = (Queue::default(), Duration::from_secs(15));
        let [poll, repeat] = [1, 2].map(|channel| (ChannelId(channel), Slot::Watch));
        queue.put_in(poll, Class::Poll, Timestamp::from_millis(1), Place::Ready);
        queue.put_in(repeat, Class::Uncertain, Timestamp::default(), Place::Ready);
        assert_eq!(queue.next(Timestamp::from_millis(30_000), waits).background, Some(repeat));
    }
}
