//! The view without a window: a table that redraws on a terminal, one line per event into anything else. It shows snapshots
//! until it is interrupted, its time is over or the worker ends; it sends the worker nothing but the commands it is told to read.

mod around;
mod checks;
mod news;
mod orders;
mod screen;
mod table;

use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, sleep};

use self::checks::Checks;
use self::orders::{Complaints, Line, Order};
use self::screen::Screen;
use super::interrupt::interrupted;
use super::tell;
use crate::monitor::io::Command;
use crate::monitor::snapshot::{ProjectView, Snapshot};
use crate::monitor::time::Timestamp;
use crate::ui::{format, words};
use crate::worker::clock::Speed;
use crate::worker::handle::{Asked, Handle, Unheard};

/// Ages and countdowns move once a second.
const REDRAW_EVERY: Duration = Duration::from_secs(1);

/// How long to wait when the worker has too much to do.
const BUSY_WAIT: Duration = Duration::from_millis(50);

/// Why the view ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Ctrl-C, or the system asked.
    Interrupted,
    /// The time asked for is over.
    TimeOver,
    /// Nobody reads any more: the pipe is closed.
    Unread,
    /// The worker ended by itself.
    WorkerGone,
}

/// Whether commands are read from standard input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orders {
    /// It is left alone.
    None,
    /// One a line; then events are told in lines, too, even on a terminal.
    StandardInput,
}

/// Shows what `handle` has to show, for `after` of the world's time or until it is interrupted; then says how it stood.
pub async fn run(mut handle: Handle, orders: Orders, after: Option<Duration>) -> io::Result<Ended> {
    let began = handle.now();
    let mut view = View::open(&handle, orders)?;
    let lines = match orders {
        Orders::None => None,
        Orders::StandardInput => Some(orders::lines()?),
    };
    let told = watch(&mut handle, &mut view, lines, after).await;
    view.close();
    let ended = told.or_else(unread)?;
    let passed = handle.clock().in_world(handle.now().since(began));
    match say(&summary(&handle.snapshot(), passed)) {
        Ok(()) => Ok(ended),
        Err(error) => unread(error),
    }
}

/// A reader that went away, as `head` does, is an end and no failure.
fn unread(error: io::Error) -> io::Result<Ended> {
    if error.kind() == io::ErrorKind::BrokenPipe { Ok(Ended::Unread) } else { Err(error) }
}

async fn watch(
    handle: &mut Handle,
    view: &mut View,
    mut lines: Option<mpsc::Receiver<Line>>,
    after: Option<Duration>,
) -> io::Result<Ended> {
    let over = async {
        match after {
            Some(after) => sleep(after).await,
            None => std::future::pending().await,
        }
    };
    tokio::pin!(over);
    let interrupted = interrupted();
    tokio::pin!(interrupted);
    let mut complaints = Complaints::default();
    let mut redraw = interval(REDRAW_EVERY);
    redraw.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let ended = loop {
        tokio::select! {
            biased;
            () = &mut interrupted => break Ended::Interrupted,
            () = &mut over => break Ended::TimeOver,
            changed = handle.changed() => match changed {
                Some(snapshot) => view.changed(handle, &snapshot)?,
                None => break Ended::WorkerGone,
            },
            line = next(&mut lines) => match line {
                Some(line) => obey(handle, view, &mut complaints, &line).await?,
                None => {
                    lines = None;
                    count(&mut complaints);
                }
            },
            _ = redraw.tick() => view.second(handle)?,
        }
    };
    count(&mut complaints);
    Ok(ended)
}

/// Says how many lines were not complained of one by one.
fn count(complaints: &mut Complaints) {
    if let Some(untold) = std::mem::take(complaints).untold() {
        tell(&format!("reelwatch: {untold}"));
    }
}

/// The next line; none at their end, and never where none are read.
async fn next(lines: &mut Option<mpsc::Receiver<Line>>) -> Option<Line> {
    match lines {
        Some(lines) => lines.recv().await,
        None => std::future::pending().await,
    }
}

/// Carries out a line, and says that it was asked for, or why not. Once it is said, the intent is on the disk or the log is told
/// to fail.
async fn obey(handle: &Handle, view: &mut View, complaints: &mut Complaints, line: &Line) -> io::Result<()> {
    let snapshot = handle.snapshot();
    let order: Order = match orders::understood(line, &snapshot) {
        None => return Ok(()),
        Some(Err(complaint)) => {
            if let Some(complaint) = complaints.one_more(&complaint) {
                tell(&format!("reelwatch: {complaint}"));
            }
            return Ok(());
        }
        Some(Ok(order)) => order,
    };
    let asked_at = handle.now();
    let told = loop {
        match handle.ask(order.asked.clone()).await {
            Ok(denial) => {
                if denial.is_none() {
                    view.asked(&order.asked, asked_at);
                }
                break orders::told(&order, denial);
            }
            Err(Unheard::Busy) => sleep(BUSY_WAIT).await,
            Err(gone @ Unheard::Gone) => break format!("{} refused: {gone}", order.what),
        }
    };
    say(&news::line(handle.now(), &snapshot, &order.name, &told))
}

/// Where it is shown.
enum View {
    /// The whole picture, again and again.
    Table(Screen),
    /// What changed since the picture that was told last.
    Lines(Arc<Snapshot>, Checks),
}

impl View {
    fn open(handle: &Handle, orders: Orders) -> io::Result<Self> {
        let snapshot = handle.snapshot();
        let screen = match orders {
            Orders::None => Screen::take(),
            Orders::StandardInput => None,
        };
        match screen {
            Some(screen) => screen.map(Self::Table),
            None => {
                say(&heading(&snapshot, handle.clock().speed())).or_else(|error| unread(error).map(|_| ()))?;
                Ok(Self::Lines(snapshot, Checks::default()))
            }
        }
    }

    fn changed(&mut self, handle: &Handle, snapshot: &Arc<Snapshot>) -> io::Result<()> {
        match self {
            Self::Table(_) => self.second(handle),
            Self::Lines(told, checks) => {
                for line in news::news(told, snapshot) {
                    say(&line)?;
                }
                for (view, text) in checks.tell(snapshot) {
                    say(&news::line(snapshot.at, snapshot, &words::channel_name(view, snapshot), &text))?;
                }
                *told = Arc::clone(snapshot);
                Ok(())
            }
        }
    }

    /// Something was taken: what comes of a check is told, since it may change nothing that is.
    fn asked(&mut self, asked: &Asked, at: Timestamp) {
        if let (Self::Lines(_, checks), Asked::Command(Command::ProbeNow(channel))) = (self, asked) {
            checks.ask(*channel, at);
        }
    }

    fn second(&mut self, handle: &Handle) -> io::Result<()> {
        match self {
            Self::Table(screen) => {
                let lines = table::draw(&handle.snapshot(), handle.now(), handle.clock().speed(), screen.size());
                screen.show(&lines)
            }
            Self::Lines(..) => Ok(()),
        }
    }

    /// Gives the terminal back.
    fn close(self) {
        drop(self);
    }
}

fn heading(snapshot: &Snapshot, speed: Speed) -> String {
    let channels = format::counted(snapshot.channels.len(), "channel", "channels");
    let fast = if speed == Speed::REAL { String::new() } else { format!(", demo ×{}", speed.times()) };
    format!("Watching {channels} of {}{fast}; times are UTC", projects(snapshot))
}

/// `Northgate Live`, or how many and which.
fn projects(snapshot: &Snapshot) -> String {
    match snapshot.projects.len() {
        1 => words::projects(snapshot),
        _ => format!("{} ({})", words::projects(snapshot), words::project_names(snapshot)),
    }
}

fn summary(snapshot: &Snapshot, passed: Duration) -> String {
    let each = match &snapshot.projects[..] {
        [] | [_] => String::new(),
        several => {
            let of = |project: &ProjectView| format!("; {}: {}", project.name, table::counts_of(snapshot, project.id));
            several.iter().map(of).collect()
        }
    };
    format!("Watched for {}; it stands at {}{each}", format::words(passed), table::counts(snapshot))
}

/// One line on standard output, at once.
fn say(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}", screen::printable(text))?;
    out.flush()
}
