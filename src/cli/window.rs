//! The window from the outside: woken by the worker, closed by Ctrl-C or when its time is over, and silent where the terminal
//! says in its place why it cannot be had. What is in it is the business of `ui`.

use std::panic;
use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use egui::{Context, ViewportCommand};
use tokio::sync::oneshot;

use super::interrupt::interrupted;
use super::runtime;
use crate::ui::run::{self, WindowError, WindowOptions, World};
use crate::ui::words;
use crate::worker::Wake;
use crate::worker::handle::Handle;

/// How long to wait for a window that is not there yet before it is looked for again.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// How soon something new is shown.
const FRAME: Duration = Duration::from_millis(20);

/// A window that is not open yet.
#[derive(Clone)]
pub struct Window {
    /// The way to it, once it is there.
    context: Arc<OnceLock<Context>>,
    world: World,
}

impl Window {
    /// A window on the recordings of `world`.
    pub fn new(world: World) -> Self {
        Self { context: Arc::default(), world }
    }

    /// Asks the window for a frame; without one, does nothing.
    pub fn wake(&self) -> Wake {
        let context = Arc::clone(&self.context);
        Arc::new(move || {
            if let Some(context) = context.get() {
                // A short wait makes one frame of it; asked for at once it would be two.
                context.request_repaint_after(FRAME);
            }
        })
    }

    /// Opens it and comes back when it is closed. Must be called from the main thread.
    pub fn open(self, handle: Handle, problem: Option<String>, after: Option<Duration>) -> Result<(), WindowError> {
        let title = format!("reelwatch: {}", words::projects(&handle.snapshot()));
        let closer = Closer::begin(Arc::clone(&self.context), after);
        let told = Arc::clone(&self.context);
        let wake = run::Wake::new(move |context: &Context| {
            // The first one stays: there is only one window.
            let _ = told.set(context.clone());
        });
        quieten_missing_libraries();
        let closed = run::run(handle, WindowOptions { title, problem, world: self.world, wake });
        drop(closer);
        closed
    }
}

/// Closes the window when somebody wants the program to end, or its time is over. Without a thread for it (the system refuses
/// one) the window is closed by hand.
struct Closer {
    closed: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Closer {
    fn begin(context: Arc<OnceLock<Context>>, after: Option<Duration>) -> Self {
        let (closed, is_closed) = oneshot::channel();
        let wait = move || {
            let Ok(runtime) = runtime() else { return };
            runtime.block_on(async {
                tokio::select! {
                    // An error means that the window was closed by hand.
                    _ = is_closed => {}
                    () = close(&context, after) => {}
                }
            });
        };
        let thread = thread::Builder::new().name("window-closer".to_owned()).spawn(wait).ok();
        Self { closed: Some(closed), thread }
    }
}

impl Drop for Closer {
    fn drop(&mut self) {
        drop(self.closed.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so already.
            let _ = thread.join();
        }
    }
}

async fn close(context: &OnceLock<Context>, after: Option<Duration>) {
    let over = async {
        match after {
            Some(after) => tokio::time::sleep(after).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = interrupted() => {}
        () = over => {}
    }
    loop {
        if let Some(context) = context.get() {
            context.send_viewport_cmd(ViewportCommand::Close);
            context.request_repaint();
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// The window library panics where a library is missing, and `ui` turns that into words. The panic itself says nothing more,
/// so that there is one line on the terminal and not a page.
fn quieten_missing_libraries() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let is_known = panic.payload_as_str().is_some_and(|text| text.contains(".so could not be loaded"));
        if !is_known {
            usual(panic);
        }
    }));
}
