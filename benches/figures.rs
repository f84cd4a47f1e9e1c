//! The figures that the README and the change log quote: CPU of a frame, of an engine step, of a simulated shift.
//! `cargo bench` prints them; compare only figures of one run, since machines differ and are noisy.

#![allow(clippy::disallowed_methods, reason = "a benchmark measures with the clock")]

#[path = "../tests/rig/mod.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod rig;

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::{Context, Event, Key, Modifiers, PointerButton, RawInput, Rect, pos2, vec2};
use reelwatch::monitor::Monitor;
use reelwatch::monitor::band::{Band, BandKind};
use reelwatch::monitor::event::StopWait;
use reelwatch::monitor::gap::{Gap, GapEnd};
use reelwatch::monitor::history::Past;
use reelwatch::monitor::ids::ChannelId;
use reelwatch::monitor::io::Command;
use reelwatch::monitor::phase::State;
use reelwatch::monitor::policy::Policy;
use reelwatch::monitor::snapshot::{ChannelView, FleetHistory};
use reelwatch::monitor::time::Timestamp;
use reelwatch::sim::Scenario;
use reelwatch::ui::app::App;
use reelwatch::ui::run::prepare;
use reelwatch::worker::clock::{Clock, Speed};
use reelwatch::worker::handle::{self, FleetRead};
use rig::{Act, BEGIN, Rig};

fn main() {
    shift(24, 8);
    shift(300, 8);
    for channels in [24, 1_000, 10_000] {
        frames(channels);
    }
    for (channels, days) in [(24, 1), (1_000, 1), (10_000, 1), (1_000, 30)] {
        timeline(channels, days);
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

/// CPU of a frame of the timeline, with a past of so many days in which every channel has a trouble every half hour: standing, and
/// while it is dragged, where every lane is drawn anew.
fn timeline(channels: u32, days: u32) {
    let mut rig = running(channels.min(1_000));
    rig.run(Duration::from_secs(3600 * 2));
    let mut snapshot = rig.snapshot();
    let seen = snapshot.channels.clone();
    for id in (1..).take(usize::try_from(channels).expect("small").saturating_sub(seen.len())) {
        let like = &seen[id % seen.len()];
        let id = ChannelId(u32::try_from(100_000 + id).expect("small"));
        snapshot.channels.push(Arc::new(ChannelView { id, ..ChannelView::clone(like) }));
    }
    let from = rig.now - Duration::from_secs(86_400 * u64::from(days));
    let past = |view: &Arc<ChannelView>| (view.id, past(from, rig.now, view.id.0));
    let history = FleetHistory {
        from: from - Duration::from_secs(86_400 * 15),
        to: rig.now,
        channels: snapshot.channels.iter().map(past).collect(),
    };
    let (handle, far) = handle::pair(Arc::new(snapshot), Clock::start_at(rig.now, Speed::REAL));
    far.fleets.send_replace(FleetRead { history: Some(Arc::new(history)), trouble: None });
    let mut app = App::new(handle, jiff::tz::TimeZone::UTC, None);
    let ctx = Context::default();
    prepare(&ctx);
    let key =
        |key| vec![Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::NONE }];
    frame_with(&ctx, &mut app, 0, Vec::new());
    frame_with(&ctx, &mut app, 1, key(Key::Num2));
    for number in 2..if days == 1 { 6 } else { 14 } {
        frame_with(&ctx, &mut app, number, key(Key::Minus));
    }
    let measure = |app: &mut App, first: u32, events: &dyn Fn(u32) -> Vec<Event>| {
        let mut times: Vec<_> = (first..first + 400).map(|i| frame_with(&ctx, app, i, events(i))).collect();
        let times = &mut times[50..];
        times.sort();
        let at = |percent: usize| times[(times.len() - 1) * percent / 100];
        format!("p50 {:.2?}, p99 {:.2?}", at(50), at(99))
    };
    let standing = measure(&mut app, 20, &|_| Vec::new());
    frame_with(&ctx, &mut app, 430, vec![Event::PointerMoved(pos2(600.0, 400.0)), press(600.0)]);
    let dragged = measure(&mut app, 431, &|i| {
        let x = 600.0 + f32::from(u16::try_from(i - 431).expect("small")) * 0.7;
        vec![Event::PointerMoved(pos2(x, 400.0))]
    });
    println!("timeline frame, {channels} channels x {days} d: standing {standing}; dragged {dragged}");
}

fn press(x: f32) -> Event {
    let (button, modifiers) = (PointerButton::Primary, Modifiers::NONE);
    Event::PointerButton { pos: pos2(x, 400.0), button, pressed: true, modifiers }
}

/// A past with a short 50x or a loss every half hour.
fn past(from: Timestamp, to: Timestamp, seed: u32) -> Past {
    let (mut band, mut gaps) = (Band::default(), Vec::new());
    let kind = BandKind::State;
    band.turn(from, kind(State::Recording));
    let times = (1..).map(|i| from + Duration::from_secs(u64::from(i * 1800 + seed % 600)));
    for (i, at) in (seed..).zip(times.take_while(|at| *at < to - Duration::from_secs(300))) {
        let end = at + Duration::from_secs(90);
        if i % 8 == 0 {
            let (first_bad, last_bad) = (at + Duration::from_secs(30), at + Duration::from_secs(80));
            band.turn(at, BandKind::PossiblyLost);
            band.turn(first_bad, kind(State::Lost));
            gaps.push(Gap { last_good: at, first_bad, last_bad, first_good: end, end: GapEnd::CameBack });
        } else {
            band.turn(at, kind(State::Uncertain));
        }
        band.turn(end, kind(State::Recording));
    }
    Past { spans: band.spans(to).collect(), gaps, ..Past::default() }
}

fn frame(ctx: &Context, app: &mut App, number: u32) -> Duration {
    frame_with(ctx, app, number, Vec::new())
}

fn frame_with(ctx: &Context, app: &mut App, number: u32, events: Vec<Event>) -> Duration {
    let size = Rect::from_min_size(pos2(0.0, 0.0), vec2(1440.0, 900.0));
    let time = Some(f64::from(number) / 60.0);
    let input = RawInput { screen_rect: Some(size), time, events, ..RawInput::default() };
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
