//! Plays one seed: step by step, judged as it goes and at its end, with a hash over everything that was sent, kept and shown.

use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use reelwatch::monitor::band::Span;
use reelwatch::monitor::event::Event;
use reelwatch::monitor::history;
use reelwatch::monitor::io::Command;

use super::operator::Operator;
use super::plan::Plan;
use super::transcript;
use super::witness::{Witness, rules};
use crate::rig::{Act, BEGIN, Rig};
use crate::truth;
use crate::truth::evidence::{Finding, Rules};

/// How a run is gone through; what is seen of it must not depend on that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// As quickly as it goes.
    Straight,
    /// With a picture of the whole fleet every minute.
    WithPictures,
}

/// What a run came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Played {
    pub queries: usize,
    pub gaps: usize,
    pub adopted: usize,
    pub kills: usize,
    pub hours: u64,
    pub hash: u64,
}

/// Why a run is not as it should be: one line, and what led to it.
pub struct Failure {
    pub line: String,
    pub transcript: String,
}

/// Plays a seed; a panic in it is a failure of this seed.
pub fn play(seed: u64, way: Way) -> Result<Played, Failure> {
    let plan = Plan::of(seed);
    let played = catch_unwind(AssertUnwindSafe(|| Run::new(&plan, way).play()));
    played.unwrap_or_else(|panic| {
        let text =
            panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(|t| (*t).to_owned()));
        Err(failure(&plan, &text.unwrap_or_else(|| "a panic".to_owned()), String::new()))
    })
}

fn failure(plan: &Plan, what: &str, transcript: String) -> Failure {
    Failure { line: format!("seed {}: {what}\n  play it again: {}", plan.seed, plan.command()), transcript }
}

struct Run<'a> {
    plan: &'a Plan,
    way: Way,
    rig: Rig,
    operator: Operator,
    witness: Witness,
}

impl<'a> Run<'a> {
    fn new(plan: &'a Plan, way: Way) -> Self {
        let mut rig = plan.rig();
        for (i, (name, id)) in (0..).zip(rig.names.clone()) {
            let is_stranger = plan.strangers.iter().any(|stranger| **stranger == *name);
            let act = if is_stranger { Act::Elsewhere(name) } else { Act::Command(Command::Start(id)) };
            rig.at(Duration::from_millis(250 * i), act);
        }
        let operator = Operator::new(plan.seed, &rig, &plan.mode);
        Self { plan, way, operator, witness: Witness::new(&plan.projects()), rig }
    }

    fn play(mut self) -> Result<Played, Failure> {
        let minutes = self.plan.length.as_secs() / 60;
        for minute in 1..=minutes {
            self.rig.run(Duration::from_secs(minute * 60));
            self.step()?;
            if minute % 60 == 0 {
                self.log_tells_the_state()?;
            }
            if minute == minutes / 2 {
                self.judge()?;
            }
            if self.rig.now.since(BEGIN) == Duration::from_secs(minute * 60) {
                self.operator.look(&mut self.rig);
            }
        }
        self.rig.run(self.plan.length);
        self.step()?;
        self.log_tells_the_state()?;
        self.judge()?;
        Ok(self.played())
    }

    /// What is cheap enough for every minute: the quota.
    fn step(&mut self) -> Result<(), Failure> {
        if self.way == Way::WithPictures {
            self.rig.snapshot();
        }
        let per_second = self.rules().per_second;
        let sends = self.witness.read(&mut self.rig).iter();
        let now = self.rig.now.as_millis();
        let tails = sends.map(|row| &row[row.partition_point(|at| *at + 61_000 < now)..]);
        if let Some((at, took)) = tails.filter_map(|tail| truth::quota::broken(tail, per_second)).next() {
            return Err(failure(
                self.plan,
                &format!("quota: {} requests in {took} ms at {at}", per_second + 1),
                String::new(),
            ));
        }
        Ok(())
    }

    fn rules(&self) -> Rules {
        rules(&self.plan.policy)
    }

    fn log_tells_the_state(&self) -> Result<(), Failure> {
        let again = self.rig.replayed();
        if again.incidents() != self.rig.monitor.incidents() {
            let both = format!("  live {:#?}\n  read {:#?}\n", self.rig.monitor.incidents(), again.incidents());
            return Err(failure(self.plan, "reading the log again gives other incidents", both));
        }
        if again.facts() == self.rig.monitor.facts() {
            return Ok(());
        }
        let (live, read) = (self.rig.monitor.facts(), again.facts());
        let differs = live.iter().find(|(id, facts)| read.get(id) != Some(facts));
        let texts = differs.map(|(id, facts)| (format!("{facts:#?}"), format!("{:#?}", read.get(id))));
        let lines = texts.map(|(live, read)| {
            let pairs = live.lines().zip(read.lines().skip(1).map(|line| line.trim_start()));
            pairs.filter(|(live, read)| live.trim() != *read).map(|(l, r)| format!("  {l} / {r}\n")).take(20).collect()
        });
        Err(failure(self.plan, "reading the log again gives another state", lines.unwrap_or_default()))
    }

    /// What the screen draws of the last hour is what an export draws of it.
    fn live_band_is_that_of_the_log(&mut self) -> Result<(), Failure> {
        let (snapshot, now) = (self.rig.snapshot(), self.rig.now);
        // What began in this very moment has no length yet.
        let visible = |spans: &mut dyn Iterator<Item = Span>| spans.filter(|it| it.from < it.to).collect::<Vec<_>>();
        for view in &snapshot.channels {
            let live = visible(&mut view.band.spans(now));
            let Some(begin) = live.first().map(|span| span.from) else { continue };
            let records = self.rig.log.iter().filter(|record| record.channel == Some(view.id));
            let read = visible(&mut history::fold(records, begin, now).spans.into_iter());
            if read != live {
                let both = format!("  live {live:?}\n  read {read:?}\n");
                return Err(failure(self.plan, &format!("the band of {:?} is not that of the log", view.id), both));
            }
        }
        Ok(())
    }

    fn judge(&mut self) -> Result<(), Failure> {
        self.live_band_is_that_of_the_log()?;
        let rules = self.rules();
        let case = self.witness.case(&mut self.rig, rules, &self.operator.asked);
        let Some(Finding { rule, cname, at, what }) = truth::judge(&case).into_iter().next() else { return Ok(()) };
        let lines = transcript::last_lines(&self.rig, &cname, at);
        Err(failure(self.plan, &format!("{rule}: {cname} at {}: {what}", transcript::clock(at)), lines))
    }

    fn played(&self) -> Played {
        let of = |is: fn(&Event) -> bool| self.rig.log.iter().filter(|record| is(&record.event)).count();
        Played {
            queries: self.rig.probes.len(),
            gaps: of(|event| matches!(event, Event::GapClosed { .. })),
            adopted: of(|event| matches!(event, Event::Adopted { .. })),
            kills: self.rig.breaks.len(),
            hours: self.plan.length.as_secs() * u64::from(self.plan.fleet) / 3600,
            hash: hash(&self.rig),
        }
    }
}

/// FNV-1a over everything that was sent, kept and shown, in its order.
fn hash(rig: &Rig) -> u64 {
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    for sent in &rig.sent {
        let heard = sent.heard.as_ref().map(|(at, _)| at.as_millis());
        write!(hash, "{} {} {} {heard:?}", sent.at, sent.send.host, sent.path).expect("a hash takes everything");
    }
    for record in &rig.log {
        serde_json::to_writer(&mut hash, record).expect("a hash takes everything");
    }
    for (id, row) in &rig.shown {
        write!(hash, "{id:?} {row:?}").expect("a hash takes everything");
    }
    hash.0
}

struct Fnv(u64);

impl Write for Fnv {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = bytes.iter().fold(self.0, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
