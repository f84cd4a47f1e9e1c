//! `reelwatch demo`: the whole program on a simulated shift. Only three things differ from earnest: the clock is faster, the
//! domains are ports of this computer, and a simulated operator works along. There is no other code path.

use std::path::PathBuf;

use tempfile::TempDir;

use super::args::{Demo, Places};
use super::book::MadeUp;
use super::cloud::Play;
use super::face::{Face, Wish};
use super::operator::Operator;
use super::{Trouble, say, watcher};
use crate::sim::DEMO;
use crate::ui::format;
use crate::ui::run::World;
use crate::worker::clock::Clock;

/// Plays the shift until it is closed, interrupted or over.
pub fn run(args: &Demo, places: &Places) -> Result<(), Trouble> {
    let play = Play::read(&args.story, DEMO)?;
    let wish = if args.headless { Wish::Terminal } else { Wish::Window };
    let face = Face::choose(wish, World::Simulated);
    let clock = Clock::start(play.speed);
    let log = Log::make(places, clock)?;
    let stage = play.open(clock, &[])?;
    let settings = play.settings(&stage)?;
    say(&format!("{}, seed {}: the same seed tells the same story", play.scenario.name, play.seed))?;
    let watcher = watcher::start(&settings, &log.path, clock, Box::new(MadeUp), face.wake())?;
    let operator = Operator::begin(play.scenario.operator, watcher.worker.handle())?;
    let shown = face.show(&watcher.worker.handle(), watcher.notes.join("\n"), args.end.after);
    drop(operator);
    watcher.worker.end();
    stage.close()?;
    shown
}

/// A log of its own for each shift, since its time runs ahead of the world's.
struct Log {
    path: PathBuf,
    /// Removes itself when the shift is over.
    _folder: Option<TempDir>,
}

impl Log {
    fn make(places: &Places, clock: Clock) -> Result<Self, Trouble> {
        let began = format::stamp(clock.now(), &jiff::tz::TimeZone::UTC);
        let name = format!("demo-{began}-{}.db", std::process::id());
        if let Some(folder) = &places.data_dir {
            return Ok(Self { path: folder.join(name), _folder: None });
        }
        let folder =
            tempfile::Builder::new().prefix("reelwatch-demo-").tempdir().map_err(Trouble::NoTemporaryFolder)?;
        Ok(Self { path: folder.path().join(name), _folder: Some(folder) })
    }
}
