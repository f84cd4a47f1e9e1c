//! The figures that the README and the change log quote: CPU of a frame, of an engine step, of a simulated shift.
//! `cargo bench` prints them; compare only figures of one run, since machines differ and are noisy.

#![allow(clippy::disallowed_methods, reason = "a benchmark measures with the clock")]

#[path = "../tests/rig/mod.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod rig;

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::{Context, RawInput, Rect, pos2, vec2};
use reelwatch::monitor::Monitor;
use reelwatch::monitor::event::StopWait;
use reelwatch::monitor::io::Command;
use reelwatch::monitor::policy::Policy;
use reelwatch::sim::Scenario;
use reelwatch::ui::app::App;
use reelwatch::ui::run::prepare;
use reelwatch::worker::clock::{Clock, Speed};
use reelwatch::worker::handle;
use rig::{Act, BEGIN, Rig};

fn main() {
    shift(24, 8);
    shift(300, 8);
    for channels in [24, 1_000, 10_000] {
        frames(channels);
    }
    snapshots(1_000);
}

fn scenario(channels: u32) -> Scenario {
    let mut text = "name = \"bench\"\nseed = 1\n[project]\nname = \"bench\"\n[service]\npcw = 100000\n".to_owned();
    for i in 1..=channels {
        let (main, backup) = (100_000 + i, 900_000 + i);
        text += &format!("[[channel]]\ncname = \"channel-{i:05}\"\nmain_uid = {main}\nbackup_uid = {backup}\n");
        if i % 10 == 0 {
            text += &format!("[[at]]\nt = \"{}m\"\nwhat = \"die\"\ncname = \"channel-{i:05}\"\n", 30 + i % 400);
        }
    }
    Scenario::parse(&text).expect("a scenario")
}

/// A fleet that was started, of which every tenth recording dies within the first hours.
fn running(channels: u32) -> Rig {
    let mut rig = Rig::new(scenario(channels), 1, Policy::default(), &[]);
    let ids: Vec<_> = rig.names.values().copied().collect();
    for (i, id) in (0..).zip(ids) {
        rig.at(Duration::from_millis(i * 10), Act::Command(Command::Start(id)));
    }
    rig
}

fn shift(channels: u32, hours: u64) {
    let mut rig = running(channels);
    let began = Instant::now();
    rig.run(Duration::from_secs(hours * 3600));
    let (took, sends) = (began.elapsed(), rig.sent.len());
    let each = took / u32::try_from(sends).expect("fewer");
    println!(
        "simulated shift, {channels} channels x {hours} h: {took:.2?}, {sends} requests, {each:.1?} each, cloud included"
    );
}

/// CPU of a frame: layout and tessellation, without the graphics driver.
fn frames(channels: u32) {
    let mut rig = running(channels.min(1_000));
    rig.run(Duration::from_secs(3600 * 2));
    let mut snapshot = rig.snapshot();
    let seen = snapshot.channels.clone();
    while snapshot.channels.len() < usize::try_from(channels).expect("small") {
        snapshot.channels.extend(seen.iter().cloned());
    }
    let clock = Clock::start_at(rig.now, Speed::REAL);
    let (handle, _far) = handle::pair(Arc::new(snapshot), clock);
    let mut app = App::new(handle, jiff::tz::TimeZone::UTC, None);
    let ctx = Context::default();
    prepare(&ctx);
    let mut times: Vec<_> = (0..600).map(|i| frame(&ctx, &mut app, i)).collect();
    let times = &mut times[100..];
    times.sort();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100];
    println!("frame, {channels} channels: p50 {:.2?}, p99 {:.2?}", at(50), at(99));
}

fn frame(ctx: &Context, app: &mut App, number: u32) -> Duration {
    let size = Rect::from_min_size(pos2(0.0, 0.0), vec2(1440.0, 900.0));
    let time = Some(f64::from(number) / 60.0);
    let input = RawInput { screen_rect: Some(size), time, ..RawInput::default() };
    let began = Instant::now();
    let mut output = ctx.run_ui(input, |ui| app.show(ui));
    black_box(ctx.tessellate(output.shapes, output.pixels_per_point));
    let took = began.elapsed();
    output.textures_delta.clear();
    took
}

/// The picture after one command: the row that changed, the sorting and the counts.
fn snapshots(channels: u32) {
    let mut rig = running(channels);
    rig.run(Duration::from_secs(1800));
    let ids: Vec<_> = rig.names.values().copied().collect();
    let mut monitor: Monitor = rig.monitor.clone();
    let now = rig.now.max(BEGIN);
    let began = Instant::now();
    for id in &ids {
        black_box(monitor.handle(reelwatch::monitor::io::Input::Command(Command::Stop(*id, StopWait::No)), now));
        black_box(monitor.snapshot(now));
    }
    let each = began.elapsed() / u32::try_from(ids.len()).expect("few");
    println!("command and snapshot, {channels} channels: {each:.2?}");
}
