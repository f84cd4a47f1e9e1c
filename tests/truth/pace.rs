//! The waits of the rules, from an answer to the next request, to the millisecond. A request may leave later only while the
//! quota was used up, or where a slower pace was declared; never earlier.

use super::answer::Says;
use super::evidence::{Call, Case, Channel, Exchange, FAILOVER, Finding, Ms, Stretch, Told};
use super::own::{self, Own};

const RULE: &str = "pace";

const DOMAIN: [Ms; 3] = [1_000, 3_000, 6_000];
const MISSING: [Ms; 3] = [5_000, 10_000, 15_000];
const UNCLEAR: [Ms; 4] = [5_000, 10_000, 15_000, 30_000];
const VERIFY: [Ms; 4] = [3_000, 5_000, 8_000, 10_000];
const SERVER_ERROR: [Ms; 3] = [3_000, 6_000, 9_000];
const NOT_COMPLETED: [Ms; 2] = [3_000, 6_000];
/// From the name of a recorder to the first query.
const FIRST_QUERY: Ms = 5_000;
/// How long a start is verified.
const VERIFIED_WITHIN: Ms = 90_000;
/// How long a request takes up the quota.
const HELD: Ms = 1_100;
/// Requests in the background rest this long after a 429.
const THROTTLED: Ms = 5_000;

/// Facts that change nothing about when the next request is due.
const HARMLESS: [&str; 14] = [
    "call_answered",
    "old_seen_alive",
    "old_gone",
    "old_stop_requested",
    "files_told",
    "token_ends_soon",
    "token_ended",
    "command_denied",
    "change_requested",
    "change_ended",
    "hold_seen",
    "exported",
    "domain_preferred",
    "file_name_told",
];

pub fn judge(case: &Case, channel: &Channel, findings: &mut Vec<Finding>) {
    let turns = Turns::of(case, channel);
    let owns = own::timeline(channel, case.until);
    for own in &owns {
        watching(&turns, own, findings);
    }
    // The stop of a replaced recorder waits for queries about it.
    let is_own = |exchange: &Exchange| {
        exchange.sid.is_none()
            || own::at(&owns, exchange.sent).is_some_and(|own| exchange.sid.as_deref() == Some(own.sid))
    };
    for (calls, rule) in [(&[Call::Acquire, Call::Start][..], Row::Start), (&[Call::Stop][..], Row::Stop)] {
        let exchanges = channel.exchanges.iter().filter(|exchange| calls.contains(&exchange.call) && is_own(exchange));
        commanding(&turns, &exchanges.collect::<Vec<_>>(), rule, findings);
    }
}

/// Everything that can move a request.
struct Turns<'a> {
    case: &'a Case,
    channel: &'a Channel,
    /// Moments of facts after which nothing is as it was.
    moved: Vec<Ms>,
    /// While the own network was down.
    down: Vec<Stretch>,
    throttled: Vec<Ms>,
    /// When a row of tries of a start or a stop began.
    begun: Vec<Ms>,
    /// When rows of queries were broken off.
    broken: Vec<Ms>,
    /// The same without the return of the network, with which a row goes on at another moment.
    ended: Vec<Ms>,
    /// When a start or a stop was asked for, which gives up the query that left in the same moment.
    commanded: Vec<Ms>,
    /// When the word of a channel changed otherwise than by a command.
    returned: Vec<Ms>,
    /// When what was known became too old: what was counted counts no more, and the request under way goes on.
    overdue: Vec<Ms>,
}

/// Facts with which a row of queries is broken off.
const BREAKS: [&str; 6] =
    ["not_observed", "network_lost", "start_requested", "stop_requested", "adopted", "start_failed"];

impl<'a> Turns<'a> {
    fn of(case: &'a Case, channel: &'a Channel) -> Self {
        let of_name =
            |name: &str| channel.told.iter().filter(|told| told.name == name).map(|told| told.at).collect::<Vec<_>>();
        let backs = of_name("network_back");
        // A change that finds no recorder is looked into at once.
        let harmless =
            |told: &&Told| HARMLESS.contains(&told.name.as_str()) && told.text("result") != Some("no_recorder");
        let told = channel.told.iter().filter(|told| !harmless(told)).map(|told| told.at);
        let mut moved: Vec<Ms> = told.chain(channel.asked.iter().copied()).collect();
        moved.sort_unstable();
        let commanded = [of_name("start_requested"), of_name("stop_requested")].concat();
        let begun = BEGINS.iter().flat_map(|name| of_name(name)).collect();
        let ends = case.unseen.iter().map(|unseen| unseen.to);
        let is_overdue = |told: &&Told| told.name == "not_observed" && told.text("cause") == Some("overdue");
        let overdue: Vec<Ms> = channel.told.iter().filter(is_overdue).map(|told| told.at).collect();
        let breaks = |told: &&Told| BREAKS.contains(&told.name.as_str()) && !is_overdue(told);
        let ended: Vec<Ms> = channel.told.iter().filter(breaks).map(|told| told.at).chain(ends).collect();
        let broken = ended.iter().chain(&backs).chain(&overdue).copied().collect();
        Self {
            case,
            channel,
            moved,
            down: case.down(channel),
            throttled: of_name("throttled"),
            begun,
            commanded,
            returned: [of_name("phase_changed"), of_name("start_failed")].concat(),
            broken,
            ended,
            overdue,
        }
    }

    /// Whether nothing but the rule decided when the request after an answer left.
    fn steady(&self, from: Ms, due: Ms, to: Ms) -> bool {
        let until = to.max(due) + 1;
        let within = |at: &Ms| from < *at && *at < until;
        // What left just before a sleep takes the quota up just after it.
        self.case.looked(from - HELD, until)
            && !self.is_broken(from, to)
            && !self.moved.iter().any(within)
            && !self.down.iter().any(|down| down.meets(from, until))
            // What could not be kept does not leave, and takes the quota up all the same.
            && !self.case.log_failing.iter().any(|failing| failing.meets(from - HELD, until + 1))
            && !self.case.was_slower(from, until)
            && !self.throttled.iter().any(|at| due - THROTTLED <= *at && *at <= until)
    }

    /// Whether a row of queries is broken off between an answer and the next request. What comes with the answer counts.
    fn is_broken(&self, from: Ms, to: Ms) -> bool {
        self.broken.iter().any(|at| from <= *at && *at <= to)
    }

    /// Whether a stop had been asked for and had no end yet.
    fn is_stopping(&self, heard: Ms) -> bool {
        let tells = |told: &&Told| matches!(told.name.as_str(), "stop_requested" | "stopped" | "phase_changed");
        let last = self.channel.told.iter().take_while(|told| told.at <= heard).filter(tells).last();
        last.is_some_and(|told| told.name == "stop_requested")
    }

    /// Whether a query found the recorder of a stop alive between two moments.
    fn was_seen_alive(&self, stop: &Exchange, from: Ms, to: Ms) -> bool {
        let Some(sid) = &stop.sid else { return false };
        let heard = self.channel.exchanges.iter().filter(|one| one.asks_for(sid)).filter_map(|one| one.heard.as_ref());
        heard.filter(|(at, _)| from <= *at && *at <= to).any(|(_, says)| says.is_good())
    }

    /// Whether the own network was down when something was heard.
    fn is_down(&self, heard: Ms) -> bool {
        self.down.iter().any(|down| down.from <= heard && heard < down.to)
    }

    /// The earliest moment from `due` on at which the quota let the request through that left at `left`.
    fn free_at(&self, due: Ms, left: Ms) -> Ms {
        let sends = &self.case.sends[self.channel.project].1;
        let mut at = due;
        loop {
            let before = sends.partition_point(|sent| *sent <= at && *sent < left);
            let last = before.checked_sub(1).map(|i| sends[i] + 125);
            let tenth = before.checked_sub(self.case.rules.per_second).map(|i| sends[i] + HELD);
            // Two that leave in the same millisecond stand beside each other, in whatever order.
            let next = [last, tenth].into_iter().flatten().filter(|free| *free > at).max();
            match next {
                Some(free) if free <= left => at = free,
                Some(free) => return free.min(left),
                None => return at,
            }
        }
    }

    fn hold(&self, from: &Exchange, due: Ms, next: &Exchange, why: &str, findings: &mut Vec<Finding>) {
        let Some((heard, says)) = &from.heard else { return };
        if next.sent < due || next.sent > self.free_at(due, next.sent) {
            let (early, late) = (due - next.sent, next.sent - due);
            let how = if early > 0 { format!("{early} ms too early") } else { format!("{late} ms too late") };
            let what = format!("{why}: {:?} after {says:?} at {heard} left at {}, {how}", next.call, next.sent);
            findings.push(self.channel.finding(RULE, next.sent, what));
        }
    }
}

/// Counts of a row of queries.
#[derive(Default)]
struct Counts {
    tries: usize,
    missing: Vec<Ms>,
    unclear: usize,
    /// Answers while it was verified; `None` once that cannot be known.
    verified: Option<usize>,
    verifies_until: Ms,
    /// When the answer before came.
    heard: Ms,
    /// Nobody knows how many tries the present row has; the next good answer ends that.
    unknown: bool,
}

/// When the verification of a recorder comes to an end, whichever.
fn verifies_until(turns: &Turns<'_>, own: &Own<'_>) -> Ms {
    let ends = ["phase_changed", "start_failed", "stop_requested"];
    let mut told = turns.channel.told.iter().filter(|told| told.at >= own.from);
    if !told.clone().any(|told| told.name == "started" && told.at == own.from) {
        return own.from;
    }
    told.find(|told| ends.contains(&told.name.as_str())).map_or(Ms::MAX, |told| told.at)
}

fn watching(turns: &Turns<'_>, own: &Own<'_>, findings: &mut Vec<Finding>) {
    let within =
        |exchange: &&Exchange| exchange.asks_for(own.sid) && exchange.sent >= own.from && exchange.sent < own.to;
    let row: Vec<&Exchange> = turns.channel.exchanges.iter().filter(within).collect();
    first_query(turns, own, row.first().copied(), findings);
    let mut counts = Counts { verified: Some(0), verifies_until: verifies_until(turns, own), ..Counts::default() };
    for (exchange, next) in row.iter().zip(row.iter().skip(1)) {
        let counts_for = |heard: Ms| heard <= next.sent && !turns.is_down(heard);
        let Some((heard, says)) = exchange.heard.as_ref().filter(|(heard, _)| counts_for(*heard)) else {
            // Never heard, given up, or while nothing was asked in earnest: whatever follows begins anew.
            counts.begin_anew();
            continue;
        };
        let commanded = |at: &Ms| *at == exchange.sent && turns.commanded.contains(at);
        if turns.ended.iter().any(|at| exchange.sent < *at && at < heard || commanded(at)) {
            // Given up on its way: its answer is heard, and nothing follows from it.
            counts.begin_anew();
            // A command that came to nothing in that very moment may have done so before the query left.
            counts.unknown = turns.returned.contains(&exchange.sent);
            continue;
        }
        if turns.overdue.iter().any(|at| counts.heard < *at && at <= heard) {
            counts.missing.clear();
            counts.unclear = 0;
        }
        counts.heard = *heard;
        if turns.is_down(exchange.sent) {
            // The light probe that brought the network back: one try, whatever it came to.
            counts.tries = DOMAIN.len();
        }
        // In the very moment of its loss or of its return it may have been either: given up with its row, or the probe.
        counts.unknown |= turns.down.iter().any(|down| [down.from, down.to].contains(&exchange.sent));
        if let Some((due, why)) =
            counts.due(turns, own, *heard, says).filter(|(due, _)| turns.steady(*heard, *due, next.sent))
        {
            let is_for_files = |after: &Ms| {
                // It waits for the answer to the query under way.
                let file = (own.from + after).max(*heard);
                own.from + after <= next.sent && turns.free_at(file, next.sent) == next.sent
            };
            // A query for the files may come before the one that is due.
            if !turns.channel.files.iter().any(is_for_files) {
                turns.hold(exchange, due, next, why, findings);
            }
        }
        // A slower pace may have cut a row of tries short: whether it did cannot be known.
        counts.unknown |= turns.case.was_slower(*heard, next.sent + 1) && counts.tries > 0;
        if turns.ended.iter().any(|at| heard <= at && *at <= next.sent) {
            counts.begin_anew();
        }
        if says.is_good() {
            poll_in_time(turns, exchange, *heard, next, findings);
        }
    }
}

impl Counts {
    fn begin_anew(&mut self) {
        *self = Self { verified: None, verifies_until: self.verifies_until, ..Self::default() };
    }

    /// Takes an answer in: when the next query is due, by which rule. `None` where the rule does not fix it.
    fn due(&mut self, turns: &Turns<'_>, own: &Own<'_>, heard: Ms, says: &Says) -> Option<(Ms, &'static str)> {
        if *says == Says::Throttled {
            return None;
        }
        if self.unknown && !says.is_good() {
            return None;
        }
        if self.unknown {
            self.begin_anew();
        }
        self.tries += 1;
        if says.is_the_domains() && self.tries <= DOMAIN.len() {
            return Some((heard + DOMAIN[self.tries - 1], "domains 1, 3, 6 s"));
        }
        self.tries = 0;
        let word = turns.channel.word(heard);
        let verifying = heard < self.verifies_until;
        let preparing = matches!(says, Says::Status(0..=3));
        if says.is_good() || matches!(says, Says::Status(6 | 7 | 8 | 20)) || (preparing && verifying) {
            self.unclear = 0;
        } else if *says == Says::Missing {
            // After so long without a clear answer a failover would have ended.
            if self.unclear > 0 && self.missing.last().is_some_and(|last| heard - last >= FAILOVER) {
                self.missing.clear();
            }
            self.unclear = 0;
            self.missing.push(heard);
        } else {
            self.unclear += 1;
        }
        if says.is_good() {
            self.missing.clear();
        }
        if verifying {
            return self.verifying(own, heard, says);
        }
        match word {
            // Queries that decide a stop have waits of their own.
            _ if turns.is_stopping(heard) => None,
            "suspect" if *says == Says::Missing => {
                let lost = self.missing.first().map_or(Ms::MAX, |first| first + FAILOVER);
                let due = heard + MISSING[self.missing.len().min(3) - 1];
                Some((if lost > heard { due.min(lost) } else { due }, "404: 5, 10, 15 s, then every 15 s"))
            }
            "suspect" | "uncertain" if self.unclear > 0 && *says != Says::Refused => {
                Some((heard + UNCLEAR[self.unclear.min(4) - 1], "50x: 5, 10, 15, 30 s, then every 30 s"))
            }
            _ => None,
        }
    }

    fn verifying(&mut self, own: &Own<'_>, heard: Ms, says: &Says) -> Option<(Ms, &'static str)> {
        let tries = self.verified.as_mut()?;
        *tries += 1;
        let in_time = heard < own.from + VERIFIED_WITHIN && !says.is_good();
        in_time.then(|| (heard + VERIFY[(*tries).min(4) - 1], "verify 3, 5, 8 s, then every 10 s"))
    }
}

fn first_query(turns: &Turns<'_>, own: &Own<'_>, first: Option<&Exchange>, findings: &mut Vec<Finding>) {
    let started = turns.channel.told.iter().any(|told| told.name == "started" && told.at == own.from);
    let Some(first) = first.filter(|_| started) else { return };
    let due = own.from + FIRST_QUERY;
    let begin = Exchange { heard: Some((own.from, Says::Done)), ..first.clone() };
    if turns.steady(own.from, due, first.sent) {
        turns.hold(&begin, due, first, "verify 5 s after the name", findings);
    }
}

/// After a good answer the next query comes within an interval.
fn poll_in_time(turns: &Turns<'_>, exchange: &Exchange, heard: Ms, next: &Exchange, findings: &mut Vec<Finding>) {
    // What it becomes in the moment of the request counts: the place of the poll moves with it.
    let latest = heard + turns.case.interval(heard, next.sent + 1);
    let moved = next.sent > latest && turns.steady(heard, latest, next.sent);
    if moved && next.sent > turns.free_at(latest, next.sent) {
        turns.hold(exchange, latest, next, "at least once an interval", findings);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Row {
    Start,
    Stop,
}

/// Starts and stops: after an answer of the service's own trouble the same again.
fn commanding(turns: &Turns<'_>, row: &[&Exchange], kind: Row, findings: &mut Vec<Finding>) {
    let (mut tries, mut errors, mut open, mut since) = (0, 0, 0, Ms::MIN);
    for (i, (exchange, next)) in row.iter().zip(row.iter().skip(1)).enumerate() {
        let begun = |at: &Ms| since < *at && *at <= exchange.sent;
        if turns.begun.iter().any(begun) {
            (tries, errors, open) = (0, 0, 0);
        } else if exchange.call == Call::Acquire && i > 0 && row[i - 1].call == Call::Start {
            open = 0;
        }
        since = exchange.sent;
        let ended = exchange.heard.as_ref().filter(|(heard, _)| *heard <= next.sent);
        let Some((heard, says)) = ended.filter(|_| exchange.sid == next.sid) else {
            (tries, errors, open) = (0, 0, 0);
            continue;
        };
        if kind == Row::Stop && *says == Says::Missing {
            // If queries find it alive, it is stopped again, which counts as one of the tries.
            let again = turns.was_seen_alive(exchange, *heard, next.sent);
            (tries, errors) = (0, errors + usize::from(again));
            continue;
        }
        let due = match says {
            Says::Throttled => None,
            says if says.is_the_domains() && tries < DOMAIN.len() => {
                tries += 1;
                Some((heard + DOMAIN[tries - 1], "domains 1, 3, 6 s"))
            }
            Says::Nonsense if exchange.call == Call::Start => {
                // It is left unknown, and repeated as a row of its own.
                tries = 0;
                None
            }
            Says::ServerError | Says::Nonsense if kind == Row::Start => {
                (tries, errors) = (0, errors + 1);
                SERVER_ERROR.get(errors - 1).map(|wait| (heard + wait, "start after 50x: 3, 6, 9 s"))
            }
            Says::NotCompleted if kind == Row::Start => {
                (tries, open) = (0, open + 1);
                NOT_COMPLETED.get(open - 1).map(|wait| (heard + wait, "start after 65: 3, 6 s"))
            }
            Says::Gateway | Says::Nothing if kind == Row::Start => {
                tries = 0;
                None
            }
            // That no domain answered is one answer of the row.
            Says::ServerError | Says::NotCompleted | Says::Nonsense | Says::Gateway | Says::Nothing => {
                (tries, errors) = (0, errors + 1);
                SERVER_ERROR.get(errors - 1).map(|wait| (heard + wait, "stop: 3, 6, 9 s"))
            }
            Says::Status(_) | Says::Missing | Says::Started(_) | Says::StartedBefore | Says::Done | Says::Refused => {
                tries = 0;
                (exchange.call == Call::Acquire && next.call == Call::Start).then_some((*heard, "start at once"))
            }
        };
        let open = kind == Row::Start || turns.channel.word(*heard) == "stopping";
        if let Some((due, why)) = due.filter(|(due, _)| open && turns.steady(*heard, *due, next.sent)) {
            turns.hold(exchange, due, next, why, findings);
        }
    }
}

/// Facts that begin a row of tries.
const BEGINS: [&str; 4] = ["start_requested", "uid_taken", "stop_requested", "old_stop_requested"];
