//! Hours and days of fleets under faults, many seeds: what was shown, drawn, told and sent is held against what really was, by
//! a judge that shares nothing with the program (`tests/truth`). One seed decides a whole run.
//!
//! | variable | what it does |
//! |---|---|
//! | `REELWATCH_SEEDS=n` | plays so many |
//! | `REELWATCH_SEED=n` | plays that one, or so many from it on |
//! | `REELWATCH_HOURS=n` | each so long |
//! | `REELWATCH_FLEET=n` | each with so many channels |
//! | `REELWATCH_HASHES=1` | prints the hash of each |
//! | `REELWATCH_LINES=n` | tells so many lines before a failure |
//!
//! | file | subject |
//! |---|---|
//! | `plan` | what a seed decides |
//! | `trouble` | what goes wrong |
//! | `operator` | what a person does about it |
//! | `run` | a run, step by step |
//! | `witness` | the evidence in plain words and numbers |
//! | `transcript` | the last lines before a failure |
//! | `storm` | outages of the whole service, and of the own network, with 500 recordings |
//! | `found` | what seeds found, each reduced to a test with a name |

mod found;
mod operator;
mod plan;
mod run;
mod storm;
mod transcript;
mod trouble;
mod witness;

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::{env, thread};

use plan::given;
use run::{Failure, Played, Way, play};

/// What `cargo test` has time for.
const SEEDS: u64 = 300;
/// How many failures are told in full.
const TOLD: usize = 5;

#[test]
fn whatever_happens_the_picture_is_true_and_no_recorder_is_lost_or_doubled() {
    let (first, count) = (given("REELWATCH_SEED"), given("REELWATCH_SEEDS"));
    let begin = first.unwrap_or(0);
    let seeds: Range<u64> = begin..begin + count.unwrap_or(if first.is_some() { 1 } else { SEEDS });
    let total = seeds.end - seeds.start;
    let next = AtomicU64::new(seeds.start);
    let work = || {
        let mut results = Vec::new();
        while let Some(seed) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|seed| *seed < seeds.end) {
            results.push((seed, play(seed, Way::Straight)));
        }
        results
    };
    let mut results = thread::scope(|scope| {
        let threads = [scope.spawn(work), scope.spawn(work)];
        threads.map(|thread| thread.join().expect("failures are results")).into_iter().flatten().collect::<Vec<_>>()
    });
    results.sort_by_key(|(seed, _)| *seed);
    let played: Vec<Played> = results.iter().filter_map(|(_, result)| result.as_ref().ok().copied()).collect();
    let sum = |of: fn(&Played) -> usize| played.iter().map(of).sum::<usize>();
    let hours: u64 = played.iter().map(|played| played.hours).sum();
    let (gaps, adopted) = (sum(|played| played.gaps), sum(|played| played.adopted));
    println!(
        "{total} seeds, {hours} hours of channels: {} queries, {gaps} gaps, {adopted} adopted recordings, {} breaks",
        sum(|played| played.queries),
        sum(|played| played.kills)
    );
    tell(&results);
    let failed = results.iter().filter(|(_, result)| result.is_err()).count();
    assert!(failed == 0, "{failed} of {total} seeds failed, see above");
    assert!(total < 100 || gaps > 100, "the faults of the runs must make gaps, or nothing was tried: {gaps}");
}

fn tell(results: &[(u64, Result<Played, Failure>)]) {
    if env::var_os("REELWATCH_HASHES").is_some() {
        for (seed, played) in results.iter().filter_map(|(seed, result)| Some((seed, result.as_ref().ok()?))) {
            println!("seed {seed}: {:016x}", played.hash);
        }
    }
    for (i, failure) in results.iter().filter_map(|(_, result)| result.as_ref().err()).enumerate() {
        println!("{}", failure.line);
        if i < TOLD {
            println!("{}", failure.transcript);
        }
    }
}

#[test]
fn the_same_seed_makes_the_same_run_whoever_looks_on() {
    for seed in [1, 2, 3, 5, 8] {
        let straight = play(seed, Way::Straight).map(|played| played.hash);
        let other = thread::spawn(move || play(seed, Way::WithPictures).map(|played| played.hash));
        let other = other.join().expect("failures are results");
        assert_eq!(straight.map_err(|failure| failure.line), other.map_err(|failure| failure.line), "seed {seed}");
    }
}
