//! What one seed decides: how many channels, for how long, how often they are asked for, and everything that goes wrong.

use std::env;
use std::str::FromStr;
use std::time::Duration;

use fastrand::Rng;
use reelwatch::monitor::ids::Mode;
use reelwatch::monitor::policy::{OldRecorder, Policy};
use reelwatch::sim::Scenario;

use super::trouble;
use crate::rig::{Act, Cut, Rig};

/// Queries of a run whose length is not given: what `cargo test` has time for.
const POLLS: std::ops::Range<u64> = 100..1_000;
const SHORTEST: u64 = 20 * 60;
const LONGEST: u64 = 48 * 3600;

/// A run before it is played.
pub struct Plan {
    pub seed: u64,
    pub fleet: u32,
    pub length: Duration,
    pub mode: Mode,
    pub policy: Policy,
    pub scenario: Scenario,
    /// That of a second project beside it.
    pub beside: Option<Scenario>,
    /// Channels that the customer's backend records.
    pub strangers: Vec<String>,
    /// Channels that are restarted without the operator.
    pub auto_restart: Vec<String>,
    pub breaks: Vec<(Duration, Act)>,
}

/// A number from the environment.
pub fn given<T: FromStr>(name: &str) -> Option<T> {
    env::var(name).ok().and_then(|text| text.parse().ok())
}

impl Plan {
    /// The same seed and the same environment make the same plan.
    pub fn of(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let fleet = fleet(&mut rng);
        let fleet = given("REELWATCH_FLEET").unwrap_or(fleet).clamp(1, 1_200);
        let policy = policy(&mut rng);
        let length = length(&mut rng, fleet, &policy);
        let length = given("REELWATCH_HOURS").map_or(length, |hours: u64| Duration::from_secs(hours * 3600));
        let mode = match rng.u8(0..8) {
            0 => Mode::Web,
            1 => Mode::Individual,
            _ => Mode::Mix,
        };
        let second = if rng.u8(0..4) == 0 { fleet / 3 } else { 0 };
        let scenario = trouble::scenario(&mut rng, Numbers { after: 0, count: fleet - second }, length, &mode);
        let numbers = Numbers { after: fleet - second, count: second };
        let beside = (second > 0).then(|| trouble::beside(&mut rng, &scenario, numbers, length, &mode));
        let few = fleet / 6;
        let strangers = (fleet - few + 1..=fleet).map(cname).collect();
        let breaks = breaks(&mut rng, length);
        let auto_restart = auto_restart(&mut rng, fleet);
        Self { seed, fleet, length, mode, policy, scenario, beside, strangers, auto_restart, breaks }
    }

    pub fn rig(&self) -> Rig {
        let (policy, scenario) = (self.policy.clone(), self.scenario.clone());
        let mut rig = Rig::in_mode(self.mode.clone(), scenario, self.seed, policy, &self.strangers);
        if let Some(beside) = self.beside.clone() {
            rig = rig.with_project(beside, !self.seed, &self.strangers);
        }
        rig = rig.with_auto_restart(&self.auto_restart);
        for (at, act) in &self.breaks {
            rig.at(*at, act.clone());
        }
        rig
    }

    fn scenarios(&self) -> impl Iterator<Item = &Scenario> {
        [&self.scenario].into_iter().chain(&self.beside)
    }

    /// The names of the projects.
    pub fn projects(&self) -> Vec<&str> {
        self.scenarios().map(|scenario| scenario.project.name.as_str()).collect()
    }

    /// The command that plays it again.
    pub fn command(&self) -> String {
        let set = |name: &str| env::var(name).map(|value| format!("{name}={value} ")).unwrap_or_default();
        let (hours, fleet) = (set("REELWATCH_HOURS"), set("REELWATCH_FLEET"));
        format!("{hours}{fleet}REELWATCH_SEED={} cargo test --test main simulation", self.seed)
    }
}

/// The channels of one project, by their numbers.
#[derive(Clone, Copy)]
pub struct Numbers {
    pub after: u32,
    pub count: u32,
}

/// The name of a channel by its number.
pub fn cname(number: u32) -> String {
    format!("channel-{number:04}")
}

/// Most fleets are small, some are large.
fn fleet(rng: &mut Rng) -> u32 {
    match rng.u8(0..100) {
        0..=59 => rng.u32(1..=6),
        60..=89 => rng.u32(7..=40),
        90..=98 => rng.u32(41..=150),
        _ => rng.u32(151..=1_200),
    }
}

fn policy(rng: &mut Rng) -> Policy {
    let every = [10, 30, 60, 120, 120, 120, 120, 120, 300, 600];
    let poll_every = Duration::from_secs(*rng.choice(&every).expect("some"));
    let old_recorder = if rng.bool() { OldRecorder::Ask } else { OldRecorder::Stop };
    Policy { poll_every, old_recorder, ..Policy::default() }
}

fn length(rng: &mut Rng, fleet: u32, policy: &Policy) -> Duration {
    let seconds = rng.u64(POLLS) * policy.poll_every.as_secs() / u64::from(fleet);
    Duration::from_secs(seconds.clamp(SHORTEST, LONGEST))
}

/// None in every second run, else some or all.
fn auto_restart(rng: &mut Rng, fleet: u32) -> Vec<String> {
    let percent = *rng.choice(&[0, 0, 0, 30, 60, 100]).expect("some");
    (1..=fleet).filter(|_| rng.u32(0..100) < percent).map(cname).collect()
}

/// Sleeps, kills at any moment, halts and a disk that refuses, some hours apart.
fn breaks(rng: &mut Rng, length: Duration) -> Vec<(Duration, Act)> {
    let mut breaks = Vec::new();
    let mut at = rng.u64(60..7_200);
    while at < length.as_secs() {
        let away = Duration::from_secs(rng.u64(1..1_500));
        let act = match rng.u8(0..10) {
            0..=2 => Act::Sleep(away),
            3..=4 => Act::Restart(away),
            5 => Act::KillInBatch(Cut::BeforeFacts, away),
            6 => Act::KillInBatch(Cut::AfterFacts, away),
            7 => Act::KillInBatch(Cut::AfterCalls, away),
            8 => Act::Stall(Duration::from_millis(rng.u64(1..5_000))),
            _ => Act::DiskFull(Duration::from_secs(rng.u64(5..600))),
        };
        // A kill while facts wait for a disk that refuses loses them: nothing could be kept then.
        let pause = if matches!(act, Act::DiskFull(_)) { 601 } else { 0 };
        breaks.push((Duration::from_secs(at) + Duration::from_millis(rng.u64(0..1000)), act));
        at += pause + rng.u64(1_600..14_400);
    }
    breaks
}
