//! `reelwatch demo`: the whole program on a simulated shift. Only three things differ from earnest: the clock is faster, the
//! domains are ports of this computer, and a simulated operator works along. There is no other code path.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::args::{Demo, Places};
use super::book::SettingsBook;
use super::cloud::Play;
use super::face::{Face, Wish};
use super::operator::Operator;
use super::{Trouble, say, watcher};
use crate::settings::BackupPlan;
use crate::sim::DEMO;
use crate::ui::format;
use crate::ui::run::World;
use crate::worker::clock::Clock;

/// The name of the shift's settings file.
const SETTINGS: &str = "settings.toml";

/// Plays the shift until it is closed, interrupted or over.
pub fn run(args: &Demo, places: &Places) -> Result<(), Trouble> {
    let play = Play::read(&args.story, DEMO)?;
    let wish = if args.headless { Wish::Terminal } else { Wish::Window };
    let face = Face::choose(wish, World::Simulated);
    let clock = Clock::start(play.speed);
    let log = Log::make(places, clock)?;
    let stage = play.open(clock, &[])?;
    let mut settings = play.settings(&stage)?;
    // It is gone when the demo ends.
    settings.history.backup = BackupPlan::Off;
    say(&format!("{}, seed {}: the same seed tells the same story", play.scenario.name, play.seed))?;
    let desk = Desk::make(&play, &stage.bases())?;
    let watcher = watcher::start(&settings, desk.book(&play), &log.path, clock, face.wake())?;
    let operator = Operator::begin(play.scenario.operator, watcher.worker.handle())?;
    let shown = face.show(&watcher.worker.handle(), watcher.notes.join("\n"), args.end.after);
    drop(operator);
    watcher.worker.end();
    stage.close()?;
    drop(desk);
    shown
}

/// A settings file for the shift, so that recording profiles can be tried out.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn make(play: &Play, bases: &[String]) -> Result<Self, Trouble> {
        let folder = temporary_folder()?;
        fs::write(folder.path().join(SETTINGS), play.settings_text(bases)).map_err(Trouble::NoTemporaryFolder)?;
        Ok(Self { folder })
    }

    fn book(&self, play: &Play) -> SettingsBook {
        let variables: BTreeMap<&str, String> = play.variables().into_iter().collect();
        let environment = move |name: &str| variables.get(name).cloned().or_else(|| std::env::var(name).ok());
        let note = "It is gone when the demo ends";
        SettingsBook::new(self.folder.path().join(SETTINGS)).with_environment(environment).with_note(note)
    }
}

fn temporary_folder() -> Result<TempDir, Trouble> {
    tempfile::Builder::new().prefix("reelwatch-demo-").tempdir().map_err(Trouble::NoTemporaryFolder)
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
        let folder = temporary_folder()?;
        Ok(Self { path: folder.path().join(name), _folder: Some(folder) })
    }
}
