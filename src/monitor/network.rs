//! The own network: when no domain of any project gives an HTTP answer, the fault is ours, and nobody's recording turns bad for it.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::Outcome;
use super::ids::Host;
use super::snapshot::NetworkView;
use super::time::Timestamp;

/// How often each domain must have failed, without any HTTP answer from anywhere in between.
const FAILURES_EACH: u32 = 2;

/// Whether we reach anything.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// Tries without an HTTP answer since the last one that had one, per domain.
    failures: BTreeMap<Host, u32>,
    first_failure: Option<Timestamp>,
    down: Option<Down>,
    last_answer: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug)]
struct Down {
    since: Timestamp,
    next_probe: Timestamp,
}

/// What a try changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nothing.
    Same,
    /// It went away, at the first failure of the row.
    Lost(Timestamp),
    /// It is back, and was away since then.
    Back(Timestamp),
}

impl Network {
    /// Takes in a try that was sent at `sent_at`; `asked` are the domains that there is something to ask for.
    pub fn note(
        &mut self,
        host: &Host,
        sent_at: Timestamp,
        now: Timestamp,
        outcome: &Outcome,
        asked: impl FnOnce() -> BTreeSet<Host>,
    ) -> Turn {
        let Outcome::NoAnswer(_) = outcome else {
            self.failures.clear();
            self.first_failure = None;
            self.last_answer = Some(now);
            return self.down.take().map_or(Turn::Same, |down| Turn::Back(down.since));
        };
        if self.down.is_some() {
            return Turn::Same;
        }
        // A try may have been sent before the last answer came: until then the network was there.
        let first = self.last_answer.map_or(sent_at, |answer| answer.max(sent_at));
        let since = *self.first_failure.get_or_insert(first);
        *self.failures.entry(host.clone()).or_default() += 1;
        let asked = asked();
        if asked.is_empty() {
            // Nothing could confirm it.
            self.forget();
            return Turn::Same;
        }
        if !asked.iter().all(|host| self.failures.get(host).is_some_and(|failures| *failures >= FAILURES_EACH)) {
            return Turn::Same;
        }
        self.down = Some(Down { since, next_probe: now });
        Turn::Lost(since)
    }

    /// Forgets a row of failures that nothing can confirm, since there is nothing to ask.
    pub fn forget(&mut self) {
        *self = Self { last_answer: self.last_answer, ..Self::default() };
    }

    /// Since when it is down.
    pub fn down_since(&self) -> Option<Timestamp> {
        self.down.map(|down| down.since)
    }

    /// When the next light probe is due.
    pub fn probe_due(&self) -> Option<Timestamp> {
        self.down.map(|down| down.next_probe)
    }

    /// Sets the next light probe.
    pub fn probe_next(&mut self, at: Timestamp) {
        if let Some(down) = &mut self.down {
            down.next_probe = at;
        }
    }

    /// When the last HTTP answer came.
    pub const fn last_answer(&self) -> Option<Timestamp> {
        self.last_answer
    }

    /// For people.
    pub const fn view(&self) -> NetworkView {
        match self.down {
            Some(Down { since, next_probe }) => NetworkView::Down { since, next_probe },
            None => NetworkView::Up,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::answer::NoAnswer;

    const DEAD: Outcome = Outcome::NoAnswer(NoAnswer::Connect);

    fn note(network: &mut Network, host: &str, s: i64, outcome: &Outcome) -> Turn {
        let at = Timestamp::from_millis(s * 1000);
        network.note(&Host::new(host), at, at, outcome, || ["a", "b"].map(Host::new).into())
    }

    #[test]
    fn only_when_every_domain_failed_twice_it_is_our_own_network() {
        let mut network = Network::default();
        assert_eq!(note(&mut network, "a", 10, &DEAD), Turn::Same);
        assert_eq!(note(&mut network, "a", 11, &DEAD), Turn::Same);
        assert_eq!(note(&mut network, "b", 14, &DEAD), Turn::Same);
        assert_eq!(note(&mut network, "b", 20, &DEAD), Turn::Lost(Timestamp::from_millis(10_000)));
        assert_eq!(note(&mut network, "a", 25, &DEAD), Turn::Same);
        assert_eq!(note(&mut network, "a", 30, &Outcome::Missing), Turn::Back(Timestamp::from_millis(10_000)));
    }

    #[test]
    fn it_was_there_until_the_last_answer_even_if_the_first_try_that_failed_left_before() {
        let mut network = Network::default();
        let at = |s: i64| Timestamp::from_millis(s * 1000);
        let asked = || ["a", "b"].map(Host::new).into();
        assert_eq!(note(&mut network, "a", 13, &Outcome::Missing), Turn::Same);
        assert_eq!(network.note(&Host::new("a"), at(10), at(20), &DEAD, asked), Turn::Same);
        assert_eq!(note(&mut network, "a", 21, &DEAD), Turn::Same);
        assert_eq!(note(&mut network, "b", 24, &DEAD), Turn::Same);
        assert_eq!(note(&mut network, "b", 30, &DEAD), Turn::Lost(at(13)));
    }

    #[test]
    fn any_http_answer_even_a_gateways_shows_that_the_network_is_there() {
        let mut network = Network::default();
        for s in 0..3 {
            note(&mut network, "a", s, &DEAD);
            note(&mut network, "b", s, &Outcome::Gateway);
        }
        assert_eq!(note(&mut network, "b", 9, &DEAD), Turn::Same);
        assert_eq!(network.down_since(), None);
    }

    #[test]
    fn the_last_answer_is_remembered_through_an_outage_that_nothing_confirms() {
        let mut network = Network::default();
        assert_eq!(network.last_answer(), None);
        note(&mut network, "a", 7, &Outcome::ServerError);
        note(&mut network, "a", 8, &DEAD);
        network.forget();
        assert_eq!(network.last_answer(), Some(Timestamp::from_millis(7_000)));
    }
}
