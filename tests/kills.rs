//! The program itself, killed at every point of a start, a restart and a stop, and started again on the same folder: no recorder
//! may be lost or doubled, nothing that was acknowledged may be gone, and whatever was asked for is settled or shown within 60 s.
//! Nothing is waited for by time: kills come when the simulated service sees a request. Time limits end a test that hangs.
//!
//! `REELWATCH_KILLS=200 cargo test --test main kills` runs so many kills, going round the points; without it, each point once.

mod check;
mod door;
#[cfg(feature = "failpoints")]
mod inside;
mod program;

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use check::{Folder, Told};
use door::{Door, Moment, Trap};
use program::Program;

use crate::rig;

/// Programs that run side by side: they wait most of the time.
const SIDE_BY_SIDE: usize = 4;

/// What the operator does before the kill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Start,
    /// Of a recorder that still runs: the old one goes on beside the new one.
    Restart,
    Stop,
}

impl Deed {
    /// The command that leads to the kill, after the recording runs where it has to.
    const fn word(self) -> &'static str {
        match self {
            Deed::Start => "start court-01",
            Deed::Restart => "restart court-01",
            Deed::Stop => "stop court-01",
        }
    }

    const fn needs_a_recording(self) -> bool {
        match self {
            Deed::Start => false,
            Deed::Restart | Deed::Stop => true,
        }
    }
}

/// Where the program dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Point {
    deed: Deed,
    call: &'static str,
    moment: Moment,
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}, {} {:?}", self.deed, self.call, self.moment)
    }
}

/// Every call of every deed, before it is carried out, before its answer, and after it.
fn points() -> Vec<Point> {
    let calls = [
        (Deed::Start, "acquire"),
        (Deed::Start, "start"),
        (Deed::Start, "query"),
        (Deed::Restart, "acquire"),
        (Deed::Restart, "start"),
        (Deed::Restart, "query"),
        (Deed::Stop, "stop"),
    ];
    let moments = [Moment::Arrived, Moment::Acted, Moment::Answered];
    calls.into_iter().flat_map(|(deed, call)| moments.map(|moment| Point { deed, call, moment })).collect()
}

/// Does the deed, dies at the point, and comes back.
fn kill_at(point: Point, seed: u64) {
    let door = Door::open(rig::cloud(1), seed);
    let folder = Folder::new(&door.settings());
    let mut program = Program::start(&folder, &door, &[]);
    if point.deed.needs_a_recording() {
        program.say("start court-01");
        program.wait_for("Recording:");
    }
    let killed = door.set(Trap { call: point.call, moment: point.moment, kill: program.killer() });
    program.say(point.deed.word());
    killed.recv_timeout(program::LIMIT).unwrap_or_else(|_| panic!("{point}, seed {seed}: never reached"));
    let told = Told { out: program.ended(), deed: point.deed.word() };
    come_back(&folder, &door, &told, &format!("{point}, seed {seed}"));
}

/// Starts the program again on what the last one left, and checks all that must be true once it has settled it.
fn come_back(folder: &Folder, door: &Door, told: &Told, place: &str) {
    let before = folder.rows();
    told.is_kept_in(&before, place);
    let mut program = Program::start(folder, door, &[]);
    check::settled(folder, door, &mut program, &before, place);
    program.kill();
    folder.is_whole(&before, place);
}

/// How many kills, from the environment; each point once without it.
fn kills(points: usize) -> usize {
    let wanted = std::env::var("REELWATCH_KILLS").ok();
    wanted.map_or(points, |wanted| wanted.parse().expect("REELWATCH_KILLS is a number of kills"))
}

/// Calls it with the numbers below `until`, several at a time.
fn side_by_side(until: usize, run: impl Fn(usize) + Sync) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= until {
                        return;
                    }
                    run(number);
                }
            });
        }
    });
}

#[test]
fn killed_at_any_point_of_a_start_a_restart_or_a_stop_nothing_is_lost_or_doubled() {
    let points = points();
    let kills = kills(points.len());
    side_by_side(kills, |number| kill_at(points[number % points.len()], number as u64));
    println!("{kills} kills at {} points", points.len());
}
