//! Which domain is asked: the one that answers stays first for a while, then the primary is tried again with one request, not
//! with the herd (vendor: use dual domain names).

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::answer::{Answer, Outcome};
use super::ids::Host;
use super::snapshot::DomainView;
use super::time::Timestamp;

/// How many tries of a domain its share is counted over.
const REMEMBERED: usize = 20;
/// How often one operation asks the same domain before it goes on to the next.
const TRIES_EACH: usize = 2;

/// Whether an answer says that the domain itself did not serve us.
pub fn is_domain_failure(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Gateway | Outcome::NoAnswer(_) => true,
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
        | Outcome::Malformed => false,
    }
}

#[derive(Clone, Debug)]
struct Domain {
    host: Host,
    last: VecDeque<Try>,
}

#[derive(Clone, Debug)]
struct Try {
    at: Timestamp,
    latency: Duration,
    trouble: Option<Arc<str>>,
}

/// The ordered domains of a project.
#[derive(Clone, Debug)]
pub struct Domains {
    all: Vec<Domain>,
    preferred: usize,
    /// When the primary gets its next single try, while another one is preferred.
    primary_due: Option<Timestamp>,
}

/// Which domain, and as what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice(usize);

impl Domains {
    /// The domains in the order of the settings; the first is the primary.
    pub fn new(hosts: impl IntoIterator<Item = Host>) -> Self {
        let all = hosts.into_iter().map(|host| Domain { host, last: VecDeque::new() }).collect();
        Self { all, preferred: 0, primary_due: None }
    }

    /// Their names, primary first.
    pub fn hosts(&self) -> impl Iterator<Item = &Host> {
        self.all.iter().map(|domain| &domain.host)
    }

    /// The name of a choice.
    pub fn host(&self, choice: Choice) -> &Host {
        &self.all[choice.0].host
    }

    /// The domain for the next try of a query. While another domain than the primary is preferred, one query in a while asks the
    /// primary first: the next chance comes as late again, unless its answer says something else before.
    pub fn choose(&mut self, now: Timestamp, tried: &[Choice], ahead: usize, sticks_for: Duration) -> Option<Choice> {
        if tried.is_empty() && self.primary_due.is_some_and(|due| due <= now) {
            self.primary_due = Some(now + sticks_for);
            return Some(Choice(0));
        }
        self.next(tried, ahead)
    }

    /// The domain for the next try of an operation that has `tried` these before: each twice, in their order from the preferred
    /// one on. `ahead` skips so many domains, which is how later tries of a start reach the other one. `None` when each was
    /// tried often enough.
    pub fn next(&self, tried: &[Choice], ahead: usize) -> Option<Choice> {
        let n = self.all.len();
        (0..n)
            .map(|i| Choice((self.preferred + ahead + i) % n))
            .find(|choice| tried.iter().filter(|t| *t == choice).count() < TRIES_EACH)
    }

    /// Whether its last try was answered.
    pub fn answers(&self, choice: Choice) -> bool {
        self.all[choice.0].last.back().is_some_and(|last| last.trouble.is_none())
    }

    /// An operation asked these, and none served it. Where there are domains that it did not come to, the next operation begins
    /// with them; that domain.
    pub fn gave_up(&mut self, now: Timestamp, tried: &[Choice], sticks_for: Duration) -> Option<Host> {
        if tried.first() != Some(&Choice(self.preferred)) || self.answers(Choice(self.preferred)) {
            // Others found out before.
            return None;
        }
        let n = self.all.len();
        let fresh = (1..n).map(|i| (self.preferred + i) % n).find(|i| !tried.contains(&Choice(*i)))?;
        self.preferred = fresh;
        self.primary_due = (fresh != 0).then(|| now + sticks_for);
        Some(self.all[fresh].host.clone())
    }

    /// Takes in how a try went; the domain that becomes the preferred one, if that changes.
    pub fn note(
        &mut self,
        choice: Choice,
        now: Timestamp,
        latency: Duration,
        answer: &Answer,
        sticks_for: Duration,
    ) -> Option<Host> {
        let failed = is_domain_failure(&answer.outcome);
        let domain = &mut self.all[choice.0];
        if domain.last.len() == REMEMBERED {
            domain.last.pop_front();
        }
        domain.last.push_back(Try { at: now, latency, trouble: failed.then(|| answer.label().into()) });
        if failed {
            if choice.0 == 0 && self.preferred != 0 {
                self.primary_due = Some(now + sticks_for);
            }
            return None;
        }
        let preferred_answers = self.all[self.preferred].last.back().is_some_and(|last| last.trouble.is_none());
        if choice.0 == self.preferred || (choice.0 != 0 && preferred_answers) {
            return None;
        }
        self.preferred = choice.0;
        self.primary_due = (choice.0 != 0).then(|| now + sticks_for);
        Some(self.all[choice.0].host.clone())
    }

    /// For people.
    pub fn view(&self) -> Vec<DomainView> {
        let view = |(i, domain): (usize, &Domain)| {
            let last = domain.last.back();
            let answered = domain.last.iter().filter(|t| t.trouble.is_none()).count();
            DomainView {
                host: domain.host.clone(),
                preferred: i == self.preferred,
                answered: u32::try_from(answered).unwrap_or(u32::MAX),
                tried: u32::try_from(domain.last.len()).unwrap_or(u32::MAX),
                latency: last.filter(|t| t.trouble.is_none()).map(|t| t.latency),
                tried_at: last.map(|t| t.at),
                trouble: last.and_then(|t| t.trouble.clone()),
            }
        };
        self.all.iter().enumerate().map(view).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::answer::{NoAnswer, ServiceStatus};

    const STICKS: Duration = Duration::from_secs(600);

    fn at(s: i64) -> Timestamp {
        Timestamp::from_millis(s * 1000)
    }

    fn two() -> Domains {
        Domains::new(["a", "b"].map(Host::new))
    }

    fn note(domains: &mut Domains, choice: Choice, now: Timestamp, outcome: Outcome) -> Option<Host> {
        domains.note(choice, now, Duration::ZERO, &Answer::bare(outcome), STICKS)
    }

    const DEAD: Outcome = Outcome::NoAnswer(NoAnswer::Timeout);
    const ALIVE: Outcome = Outcome::Status(ServiceStatus::InProgress);

    #[test]
    fn one_operation_asks_the_same_domain_twice_and_then_the_other_twice() {
        let domains = two();
        let mut tried = Vec::new();
        while let Some(choice) = domains.next(&tried, 0) {
            tried.push(choice);
        }
        assert_eq!(tried, [0, 0, 1, 1].map(Choice));
    }

    #[test]
    fn the_domain_that_worked_stays_first_and_the_primary_gets_one_try_after_ten_minutes() {
        let mut domains = two();
        note(&mut domains, Choice(0), at(0), DEAD);
        assert_eq!(note(&mut domains, Choice(1), at(4), ALIVE), Some(Host::new("b")));
        assert_eq!(domains.choose(at(5), &[], 0, STICKS), Some(Choice(1)));
        assert_eq!(domains.choose(at(604), &[], 0, STICKS), Some(Choice(0)), "one probe");
        assert_eq!(domains.choose(at(604), &[], 0, STICKS), Some(Choice(1)), "not the herd");
        note(&mut domains, Choice(0), at(605), DEAD);
        assert_eq!(domains.choose(at(700), &[], 0, STICKS), Some(Choice(1)));
        assert_eq!(domains.choose(at(1205), &[], 0, STICKS), Some(Choice(0)));
        assert_eq!(note(&mut domains, Choice(0), at(1205), ALIVE), Some(Host::new("a")));
        assert_eq!(domains.choose(at(1206), &[], 0, STICKS), Some(Choice(0)));
    }

    #[test]
    fn the_one_try_of_the_primary_is_not_made_again_when_nobody_hears_of_it() {
        let mut domains = two();
        note(&mut domains, Choice(0), at(0), DEAD);
        note(&mut domains, Choice(1), at(4), ALIVE);
        assert_eq!(domains.choose(at(604), &[], 0, STICKS), Some(Choice(0)));
        for s in 604..1_204 {
            assert_eq!(domains.choose(at(s), &[], 0, STICKS), Some(Choice(1)), "at {s}");
        }
        assert_eq!(domains.choose(at(1_204), &[], 0, STICKS), Some(Choice(0)));
    }

    #[test]
    fn the_turn_of_the_primary_is_put_off_by_its_own_failure_only() {
        let mut domains = Domains::new(["a", "b", "c"].map(Host::new));
        note(&mut domains, Choice(0), at(0), DEAD);
        note(&mut domains, Choice(1), at(4), ALIVE);
        note(&mut domains, Choice(2), at(300), DEAD);
        assert_eq!(domains.choose(at(604), &[], 0, STICKS), Some(Choice(0)));
    }

    #[test]
    fn the_last_20_tries_of_each_domain_are_shown_and_which_is_asked_first() {
        let mut domains = two();
        (0..30).for_each(|s| drop(note(&mut domains, Choice(0), at(s), if s < 15 { ALIVE } else { DEAD })));
        note(&mut domains, Choice(1), at(30), ALIVE);
        let shown = domains.view().into_iter().map(|d| (d.preferred, d.answered, d.tried, d.trouble.is_some()));
        assert_eq!(shown.collect::<Vec<_>>(), [(false, 5, 20, true), (true, 1, 1, false)]);
    }

    #[test]
    fn of_four_domains_an_operation_asks_two_and_the_next_one_begins_with_those_it_did_not_come_to() {
        let mut domains = Domains::new(["a", "b", "c", "d"].map(Host::new));
        let ask = |domains: &Domains| {
            let mut tried = Vec::new();
            for _ in 0..4 {
                tried.extend(domains.next(&tried, 0));
            }
            tried
        };
        let first = ask(&domains);
        assert_eq!(first, [0, 0, 1, 1].map(Choice));
        first.iter().for_each(|choice| assert_eq!(note(&mut domains, *choice, at(0), DEAD), None));
        assert_eq!(domains.gave_up(at(10), &first, STICKS), Some(Host::new("c")));
        assert_eq!(domains.gave_up(at(10), &first, STICKS), None, "others that failed with it change nothing more");
        assert_eq!(ask(&domains), [2, 2, 3, 3].map(Choice));
        assert_eq!(note(&mut domains, Choice(2), at(11), ALIVE), None, "it is preferred already");
        assert_eq!(domains.choose(at(609), &[], 0, STICKS), Some(Choice(2)));
        assert_eq!(domains.choose(at(610), &[], 0, STICKS), Some(Choice(0)), "the primary gets its one try");
    }

    #[test]
    fn of_two_domains_there_is_none_that_was_not_asked() {
        let mut domains = two();
        let tried = [0, 0, 1, 1].map(Choice);
        tried.iter().for_each(|choice| assert_eq!(note(&mut domains, *choice, at(0), DEAD), None));
        assert_eq!(domains.gave_up(at(10), &tried, STICKS), None);
    }

    #[test]
    fn a_services_own_error_is_an_answer() {
        assert!(!is_domain_failure(&Outcome::ServerError));
        assert!(is_domain_failure(&Outcome::Gateway));
    }
}
