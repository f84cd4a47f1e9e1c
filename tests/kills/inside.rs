//! The same with deaths inside the program, and with a disk that fails: `cargo test --features failpoints --test main kills`.

use reelwatch::store::faults::{POINTS, STORE_AFTER, STORE_BEFORE, STORE_INSIDE};

use super::{Folder, Program, Told, check, come_back, kills, side_by_side};
use crate::kills::door::Door;
use crate::rig;

/// How often a place is passed unharmed before the program dies there, at most: a start and a stop pass each some 20 times.
const PASSES: usize = 12;

/// Starts, stops when it records, ends in order when it has stopped; dies somewhere on the way.
fn die_at(point: &str, passes: usize) {
    let place = format!("{point} after {passes}");
    let door = Door::open(rig::cloud(1), passes as u64);
    let folder = Folder::new(&door.settings());
    let wanted = format!("{point}={passes}*off->1*return(abort)");
    let mut program = Program::start(&folder, &door, &[("FAILPOINTS", &wanted)]);
    program.say("start court-01");
    if program.says("Recording:") {
        program.say("stop court-01");
        if program.says("Stopped:") {
            program.interrupt();
        }
    }
    let told = Told { out: program.ended(), deed: "start and stop" };
    if folder.has_log() {
        come_back(&folder, &door, &told, &place);
    }
}

#[test]
fn died_at_any_place_inside_nothing_is_lost_or_doubled() {
    let points: Vec<_> = POINTS.iter().flat_map(|point| (0..PASSES).map(move |passes| (*point, passes))).collect();
    let deaths = kills(points.len());
    side_by_side(deaths, |number| {
        let (point, passes) = points[number % points.len()];
        die_at(point, passes);
    });
    println!("{deaths} deaths at {} places", points.len());
}

/// Meanwhile everything goes on in memory, and a start that cannot be kept is not sent.
#[test]
fn a_disk_that_fails_for_a_while_loses_nothing_and_doubles_nothing() {
    let cases: Vec<_> = [STORE_BEFORE, STORE_INSIDE, STORE_AFTER]
        .into_iter()
        .flat_map(|point| [1_u64, 3, 5].map(|at| (point, at)))
        .collect();
    side_by_side(cases.len(), |number| {
        let (point, passes) = cases[number];
        let place = format!("{point} fails after {passes}");
        let door = Door::open(rig::cloud(1), passes);
        let folder = Folder::new(&door.settings());
        let wanted = format!("{point}={passes}*off->1*return->off");
        let mut program = Program::start(&folder, &door, &[("FAILPOINTS", &wanted)]);
        program.say("start court-01");
        program.wait_for("The session log cannot be written");
        program.say("start court-01");
        program.wait_for("The session log is written again");
        let before = folder.rows();
        program.say("start court-01");
        program.wait_for("  Start ");
        let told = Told { out: program.said().to_vec(), deed: "start" };
        program.kill();
        let last = folder.rows();
        told.is_kept_in(&last, &place);
        let mut again = Program::start(&folder, &door, &[]);
        check::settled(&folder, &door, &mut again, &last, &place);
        again.kill();
        folder.is_whole(&before, &place);
        folder.has_nothing_twice(&place);
    });
}
