//! The operator's own channels, in a window or in the terminal. With settings that are missing or broken, or a log that another
//! reelwatch has, the window opens all the same and says what to do; the terminal says it and ends.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::args::{End, Places};
use super::book::SettingsBook;
use super::face::{Face, Wish};
use super::watcher::{self, Watcher};
use super::window::Window;
use super::{Trouble, data_folder, settings as place};
use crate::monitor::policy::Policy;
use crate::monitor::{Monitor, ProjectRoster, Roster};
use crate::settings::{self, Settings};
use crate::ui::run::World;
use crate::worker::clock::{Clock, Speed};
use crate::worker::handle;

/// The log of the operator's own channels, in the folder for data.
pub const LOG: &str = "reelwatch.db";

/// Watches until it is closed, interrupted or over.
pub fn run(places: &Places, wish: Wish, end: End) -> Result<(), Trouble> {
    let loaded = place::path(places).and_then(|path| Ok((settings::load(&path)?, path)));
    let begun = loaded.and_then(|(settings, path)| {
        let face = Face::choose(wish, World::Real);
        Ok((begin(&settings, SettingsBook::new(path), places, &face)?, face))
    });
    match begun {
        Ok((watcher, face)) => watch(watcher, face, end),
        Err(trouble) => match wish.window(World::Real) {
            Some(window) => explain(trouble, window),
            None => Err(trouble),
        },
    }
}

fn begin(settings: &Settings, book: SettingsBook, places: &Places, face: &Face) -> Result<Watcher, Trouble> {
    let log = data_folder(places)?.join(LOG);
    watcher::start(settings, book, &log, Clock::start(Speed::REAL), face.wake())
}

fn watch(watcher: Watcher, face: Face, end: End) -> Result<(), Trouble> {
    let shown = face.show(&watcher.worker.handle(), watcher.notes.join("\n"), end.after);
    watcher.worker.end();
    shown
}

/// A window without channels that says what to do. Where it cannot be had, the terminal says the same.
fn explain(trouble: Trouble, window: Window) -> Result<(), Trouble> {
    let clock = Clock::start(Speed::REAL);
    let nobody = ProjectRoster {
        name: Arc::from("no project yet"),
        hosts: Vec::new(),
        channels: Vec::new(),
        numbers: BTreeSet::new(),
        policy: Policy::default(),
    };
    let roster = Roster { projects: vec![nobody], idle_times: BTreeMap::new() };
    let nothing = Monitor::new(roster, Policy::default()).snapshot(clock.now());
    // The far end stays here: as long as the window is open, nobody is missed at it.
    let (handle, _far) = handle::pair(Arc::new(nothing), clock);
    window.open(handle, Some(trouble.to_string()), None).map_err(|_| trouble)
}
