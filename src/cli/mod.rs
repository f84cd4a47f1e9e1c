//! The command line, the view in the terminal, and the place where all rooms are wired together. It decides nothing about a
//! recording: it reads what is wanted, makes the parts, and lets them go in order.
//!
//! | file | subject |
//! |---|---|
//! | `args` | what can be typed |
//! | `ncs_ip` | the addresses that Agora's notifications come from |
//! | `own` | the operator's own channels: plain `reelwatch` and `watch` |
//! | `demo`, `operator` | the simulated shift and who works in it |
//! | `cloud`, `sim` | the simulated cloud on ports of this computer |
//! | `store` | what can be done to the log |
//! | `settings` | the settings file: example, place, check |
//! | `token` | tokens, made and explained |
//! | `book` | the recording profiles in the settings file |
//! | `watcher` | from settings to a running worker |
//! | `face`, `window` | window or terminal, and what is said where there is no display |
//! | `terminal` | the view in the terminal |
//! | `interrupt` | Ctrl-C |

mod args;
mod book;
mod cloud;
mod demo;
mod face;
mod interrupt;
mod ncs_ip;
mod operator;
mod own;
mod settings;
mod sim;
mod store;
mod terminal;
mod token;
mod watcher;
mod window;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser as _;
use directories::ProjectDirs;
use thiserror::Error;

use self::args::{Cli, Command, Places};
use self::face::Wish;
use self::token::TokenTrouble;
use crate::agora::https::NoTransport;
use crate::settings::problem::{NoSuchProject, SettingsError};
use crate::store::StoreError;
use crate::worker::NoWorker;

/// Exit code when something went wrong. 0 is what was asked for, 2 (from clap) a command line that cannot be understood.
const TROUBLE: u8 = 1;

/// Why the program cannot do what was asked. Each text says what happened and what to do.
#[derive(Debug, Error)]
enum Trouble {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Project(#[from] NoSuchProject),
    #[error("{} cannot be played: {why}", name.display())]
    Scenario { name: PathBuf, why: String },
    #[error("{given} addresses are named, but the scenario has {domains} domains; name one for each, or none")]
    Addresses { given: usize, domains: usize },
    #[error(
        "the simulated cloud cannot listen: {0}; name other addresses with --listen, such as 127.0.0.1:0 for any free port"
    )]
    Ports(#[source] io::Error),
    #[error("the journal cannot be written to {}: {why}; name another file with --journal", path.display())]
    Journal { path: PathBuf, why: io::Error },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{0}")]
    NotWhole(String),
    #[error(transparent)]
    Transport(#[from] NoTransport),
    #[error("no domain tells the addresses that notifications come from: {0}")]
    NoAddresses(String),
    #[error(transparent)]
    Token(#[from] TokenTrouble),
    #[error(transparent)]
    Worker(#[from] NoWorker),
    #[error("this system names no folder for data (is HOME set?); name one with --data-dir")]
    NoDataFolder,
    #[error("no temporary folder can be made: {0}; name a folder with --data-dir")]
    NoTemporaryFolder(#[source] io::Error),
    #[error("the worker has ended by itself: nothing is watched any more; start reelwatch again")]
    WorkerGone,
    #[error("standard output or a system timer fails: {0}")]
    Io(#[from] io::Error),
}

/// Reads the command line, does what it says and answers the exit code.
pub fn main() -> ExitCode {
    // Reads from the environment where a test wants the program to die.
    #[cfg(feature = "failpoints")]
    let _wanted = fail::FailScenario::setup();
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            tell(&format!("reelwatch: {trouble}"));
            ExitCode::from(TROUBLE)
        }
    }
}

fn run(cli: Cli) -> Result<(), Trouble> {
    let places = cli.places;
    match cli.command {
        None => own::run(&places, Wish::Window, args::End::default()),
        Some(Command::Watch(watch)) => {
            own::run(&places, if watch.commands { Wish::Commands } else { Wish::Terminal }, watch.end)
        }
        Some(Command::Demo(demo)) => demo::run(&demo, &places),
        Some(Command::NcsIp(which)) => ncs_ip::run(&which, &places),
        Some(Command::Token(args)) => token::run(&args, &places),
        Some(Command::Sim(sim)) => sim::run(&sim),
        Some(Command::Store(command)) => say(&store::run(&command, &places)?),
        Some(Command::Settings(command)) => say(&settings::run(command, &places)?),
    }
}

/// Prints lines. A reader that went away, as `head` does, is no failure.
fn say(text: &str) -> Result<(), Trouble> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Prints lines for people on standard error. Where that cannot be written, nobody reads it: watching goes on all the same.
fn tell(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// The folder of logs: the one named on the command line, or the platform's.
fn data_folder(places: &Places) -> Result<PathBuf, Trouble> {
    let platform = || ProjectDirs::from("", "", "reelwatch").map(|folders| folders.data_local_dir().to_owned());
    places.data_dir.clone().or_else(platform).ok_or(Trouble::NoDataFolder)
}

/// A loop for what waits on this thread: signals and timers.
fn runtime() -> Result<tokio::runtime::Runtime, Trouble> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}
