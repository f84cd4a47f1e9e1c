//! What the core costs: outcomes a second for fleets of three sizes, the picture after one change, and a simulated day.
//! `cargo bench --bench engine` prints times; `cargo bench --bench engine -- --instructions N M` makes a fleet of N recordings,
//! answers M polls and does nothing else, to be counted by callgrind, which no other load of the machine disturbs: what an outcome
//! costs is what two runs with different M differ by.

#![allow(clippy::disallowed_methods, reason = "a benchmark measures with the clock")]

#[path = "fleet/mod.rs"]
mod fleet;
#[path = "../tests/rig/mod.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod rig;

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput};
use fleet::{Fleet, good};
use reelwatch::monitor::answer::Outcome;
use reelwatch::monitor::io::Command;
use reelwatch::monitor::policy::Policy;
use reelwatch::sim::Scenario;
use rig::{Act, Rig};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "--instructions") {
        let number = |place: usize| arguments.get(at + place).and_then(|number| number.parse().ok());
        counted(number(1).expect("a number of recordings"), number(2).expect("a number of outcomes"));
        return;
    }
    let mut criterion = Criterion::default().configure_from_args();
    outcomes(&mut criterion);
    snapshots(&mut criterion);
    day(&mut criterion);
    criterion.final_summary();
}

/// The hot path: a fleet is made, and so many polls are answered.
fn counted(channels: u32, outcomes: u32) {
    let mut fleet = Fleet::recording(channels);
    for _ in 0..outcomes {
        fleet.outcome(&good());
    }
    black_box(&fleet.monitor);
}

fn outcomes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("outcome");
    group.throughput(Throughput::Elements(1));
    for channels in [100, 10_000, 100_000] {
        let mut fleet = Fleet::recording(channels);
        let good = good();
        group.bench_function(BenchmarkId::new("recording", channels), |b| b.iter(|| fleet.outcome(&good)));
        let failed = Outcome::ServerError;
        group.bench_function(BenchmarkId::new("50x", channels), |b| b.iter(|| fleet.outcome(&failed)));
    }
    group.finish();
}

/// The picture after one outcome: one row that changed, sorting, counts.
fn snapshots(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("snapshot");
    for channels in [100, 1_200, 10_000] {
        let mut fleet = Fleet::recording(channels);
        let good = good();
        group.bench_function(BenchmarkId::from_parameter(channels), |b| {
            b.iter(|| {
                fleet.outcome(&good);
                black_box(fleet.monitor.snapshot(fleet.now))
            });
        });
    }
    group.finish();
}

/// A day of 1,200 recordings with faults, the simulated cloud included.
fn day(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("simulated day");
    group.sample_size(10).measurement_time(Duration::from_secs(60));
    group.bench_function("1200 recordings", |b| b.iter(|| black_box(simulated_day(1_200))));
    group.finish();
}

/// The number of requests of it.
fn simulated_day(channels: u32) -> usize {
    let mut rig = Rig::new(scenario(channels), 1, Policy::default(), &[]);
    let ids: Vec<_> = rig.names.values().copied().collect();
    for (i, id) in (0..).zip(ids) {
        rig.at(Duration::from_millis(i * 250), Act::Command(Command::Start(id)));
    }
    rig.run(Duration::from_secs(86_400));
    rig.sent.len()
}

/// Deaths, failovers, a dark domain, bursts of 50x.
fn scenario(channels: u32) -> Scenario {
    let mut text = "name = \"day\"\nseed = 1\n[project]\nname = \"day\"\n[service]\npcw = 100000\n".to_owned();
    for i in 1..=channels {
        let cname = format!("channel-{i:05}");
        text += &format!("[[channel]]\ncname = \"{cname}\"\nmain_uid = {i}\nbackup_uid = {}\n", 1_000_000 + i);
        let minute = 30 + i * 7 % 1_380;
        match i % 10 {
            0 => text += &format!("[[at]]\nt = \"{minute}m\"\nwhat = \"die\"\ncname = \"{cname}\"\n"),
            1..=3 => {
                text +=
                    &format!("[[at]]\nt = \"{minute}m\"\nwhat = \"fail_over\"\ncname = \"{cname}\"\nfor = \"60s\"\n");
            }
            _ => {}
        }
    }
    for hour in (1..24).step_by(3) {
        text += &format!("[[at]]\nt = \"{hour}h\"\nwhat = \"domain_dark\"\ndomain = \"api.agora.io\"\nfor = \"5m\"\n");
        text += &format!(
            "[[at]]\nt = \"{}m\"\nwhat = \"fault\"\nkind = \"500\"\ncalls = [\"query\"]\nfor = \"3m\"\nshare = 30\n",
            hour * 60 + 60
        );
    }
    Scenario::parse(&text).expect("a scenario")
}
