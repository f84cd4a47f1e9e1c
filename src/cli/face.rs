//! Window or terminal. Where no window can be had, one line says why, and the terminal takes its place: watching never waits
//! for a display.

use std::env;
use std::time::Duration;

use super::terminal::{self, Ended, Orders};
use super::window::Window;
use super::{Trouble, runtime, tell};
use crate::ui::run::World;
use crate::worker::Wake;
use crate::worker::handle::Handle;

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// A window, if there can be one.
    Window,
    /// The terminal, whatever there is.
    Terminal,
    /// The terminal, and commands from standard input.
    Commands,
}

impl Wish {
    /// The window to try, if one was asked for and there is a display.
    pub fn window(self, world: World) -> Option<Window> {
        let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
        match self {
            Self::Window => (!lacks_display(is_set)).then(|| Window::new(world)),
            Self::Terminal | Self::Commands => None,
        }
    }
}

/// What it came to.
pub enum Face {
    /// A window will be tried.
    Window(Window),
    /// The terminal.
    Terminal(Orders),
}

impl Face {
    /// A window on `world` where one was asked for and there is a display; otherwise the terminal, and a line that says why.
    pub fn choose(wish: Wish, world: World) -> Self {
        match (wish, wish.window(world)) {
            (Wish::Window, Some(window)) => Self::Window(window),
            (Wish::Window, None) => {
                go_on("no display: neither DISPLAY nor WAYLAND_DISPLAY is set");
                Self::Terminal(Orders::None)
            }
            (Wish::Terminal, _) => Self::Terminal(Orders::None),
            (Wish::Commands, _) => Self::Terminal(Orders::StandardInput),
        }
    }

    /// What the worker calls when there is something new. The terminal waits for pictures by itself.
    pub fn wake(&self) -> Wake {
        match self {
            Self::Window(window) => window.wake(),
            Self::Terminal(_) => std::sync::Arc::new(|| {}),
        }
    }

    /// Shows what `handle` has to show until it is closed, interrupted or `after` is over. `notes` is what the operator should
    /// know beforehand, one thing per line.
    pub fn show(self, handle: &Handle, notes: String, after: Option<Duration>) -> Result<(), Trouble> {
        let orders = match self {
            Self::Terminal(orders) => orders,
            Self::Window(window) => {
                let problem = (!notes.is_empty()).then(|| notes.clone());
                match window.open(handle.clone(), problem, after) {
                    Ok(()) => return Ok(()),
                    Err(error) => go_on(&error.to_string()),
                }
                Orders::None
            }
        };
        for note in notes.lines() {
            tell(&format!("reelwatch: {note}"));
        }
        match runtime()?.block_on(terminal::run(handle.clone(), orders, after))? {
            Ended::Interrupted | Ended::TimeOver | Ended::Unread => Ok(()),
            Ended::WorkerGone => Err(Trouble::WorkerGone),
        }
    }
}

/// The one line.
fn go_on(why: &str) {
    let why: Vec<&str> = why.split_whitespace().collect();
    tell(&format!("reelwatch: {}; going on in the terminal, Ctrl-C ends it", why.join(" ")));
}

/// Whether this system tells where its display is, and tells of none.
fn lacks_display(is_set: impl Fn(&str) -> bool) -> bool {
    let tells = cfg!(all(unix, not(target_os = "macos")));
    tells && !is_set("DISPLAY") && !is_set("WAYLAND_DISPLAY") && !is_set("WAYLAND_SOCKET")
}

#[cfg(test)]
#[cfg(all(unix, not(target_os = "macos")))]
mod tests {
    use super::*;

    #[test]
    fn one_of_the_two_variables_is_enough_for_a_display() {
        assert!(lacks_display(|_| false));
        assert!(!lacks_display(|name| name == "DISPLAY"));
        assert!(!lacks_display(|name| name == "WAYLAND_DISPLAY"));
    }
}
