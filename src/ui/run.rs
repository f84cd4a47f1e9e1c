//! Opens the window and says in words why it cannot be opened, so that a terminal can take its place. It never starts or ends
//! the worker.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use egui::{Context, IconData, ThemePreference, ViewportBuilder};
use jiff::tz::TimeZone;
use thiserror::Error;

use super::app::App;
pub use super::state::World;
use super::{fonts, theme};
use crate::worker::handle::Handle;

/// What Debian calls the libraries that a window needs; they are looked for only when it opens, so nothing else asks for them.
pub const DEBIAN_PACKAGES: &str = "libx11-6 libxcursor1 libxi6 libxkbcommon-x11-0 libgl1";

/// How to open the window.
#[derive(Clone, Debug)]
pub struct WindowOptions {
    /// The title of the window.
    pub title: String,
    /// What the operator has to know before anything else, such as what is wrong with the settings: its first line stands out.
    pub problem: Option<String>,
    /// Whether these are real recordings.
    pub world: World,
    /// Gets the context as soon as there is one, so that a new picture can ask for a frame.
    pub wake: Wake,
}

/// Told the context of the window once it is there.
#[derive(Clone)]
pub struct Wake(std::sync::Arc<dyn Fn(&Context) + Send + Sync>);

impl Wake {
    /// Calls `tell` with the context.
    pub fn new(tell: impl Fn(&Context) + Send + Sync + 'static) -> Self {
        Self(std::sync::Arc::new(tell))
    }
}

impl std::fmt::Debug for Wake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Wake")
    }
}

/// Why there is no window.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WindowError {
    /// A library could not be loaded.
    #[error("no window: {why}. Probably a library is missing; on Debian and Ubuntu: apt-get install {DEBIAN_PACKAGES}")]
    Library {
        /// What the system said.
        why: String,
    },
    /// There is no display that can be reached.
    #[error("no window: {why}. Is there a display? DISPLAY or WAYLAND_DISPLAY must name one that can be reached")]
    Display {
        /// What the system said.
        why: String,
    },
    /// OpenGL does not work here.
    #[error("no window: {why}. OpenGL 2.1 or newer is needed; on Debian and Ubuntu: apt-get install libgl1")]
    OpenGl {
        /// What the system said.
        why: String,
    },
    /// Something else.
    #[error("no window: {why}")]
    Other {
        /// What the system said.
        why: String,
    },
}

/// Opens the window and comes back when it is closed. Must be called from the main thread.
pub fn run(handle: Handle, options: WindowOptions) -> Result<(), WindowError> {
    let zone = TimeZone::try_system().unwrap_or(TimeZone::UTC);
    let native = eframe::NativeOptions {
        viewport: ViewportBuilder::default()
            .with_title(&options.title)
            .with_app_id("reelwatch")
            .with_inner_size([1440.0, 900.0])
            .with_min_inner_size([1024.0, 640.0])
            .with_icon(icon()),
        renderer: eframe::Renderer::Glow,
        ..Default::default()
    };
    let open = || {
        eframe::run_native(
            "reelwatch",
            native,
            Box::new(move |creation| {
                prepare(&creation.egui_ctx);
                (options.wake.0)(&creation.egui_ctx);
                Ok(Box::new(App::new(handle, zone, options.problem).in_world(options.world).restored(creation.storage)))
            }),
        )
    };
    // The window library panics when libxkbcommon-x11 is missing; that must not take the terminal's chance away.
    match catch_unwind(AssertUnwindSafe(open)) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(explain(&error)),
        Err(panic) => Err(by_words(words_of(panic.as_ref()))),
    }
}

/// Fonts, colours, and dark unless the operator chose otherwise before.
pub fn prepare(ctx: &Context) {
    fonts::install(ctx);
    theme::apply(ctx);
    // Kept by egui with the rest of its memory; «as the system» is what it begins with.
    if ctx.options(|options| options.theme_preference) == ThemePreference::System && ctx.system_theme().is_none() {
        ctx.set_theme(ThemePreference::Dark);
    }
}

fn explain(error: &eframe::Error) -> WindowError {
    let why = without_place(&error.to_string());
    match error {
        eframe::Error::NoGlutinConfigs(..) | eframe::Error::Glutin(_) | eframe::Error::OpenGL(_) => {
            WindowError::OpenGl { why }
        }
        eframe::Error::WinitEventLoop(_) | eframe::Error::Winit(_) | eframe::Error::AppCreation(_) => by_words(why),
    }
}

/// The window library puts the place in its own source before the reason; that helps nobody here.
fn without_place(text: &str) -> String {
    let reason = text.split_once(".rs:").and_then(|(_, rest)| rest.split_once(": ")).map_or(text, |(_, reason)| reason);
    reason.trim_end_matches('.').to_owned()
}

/// The window library tells its reasons in words only.
fn by_words(why: String) -> WindowError {
    let why = why.trim_end_matches('.').to_owned();
    let small = why.to_lowercase();
    if small.contains(".so") || small.contains("xkbcommon") || small.contains("librar") || small.contains("dlopen") {
        WindowError::Library { why }
    } else if small.contains("display")
        || small.contains("x11")
        || small.contains("wayland")
        || small.contains("connect")
    {
        WindowError::Display { why }
    } else {
        WindowError::Other { why }
    }
}

fn words_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "the window library gave up".to_owned())
}

/// The mark of the program, 64 × 64: a ring of square shape with a disc inside, drawn here.
fn icon() -> IconData {
    const SIDE: u32 = 64;
    let mut rgba = Vec::with_capacity((SIDE * SIDE * 4) as usize);
    for y in 0..SIDE {
        for x in 0..SIDE {
            let (dx, dy) = (x.abs_diff(32), y.abs_diff(32));
            let ring = dx.max(dy) <= 28 && dx.max(dy) >= 21 && dx + dy <= 49;
            let disc = dx * dx + dy * dy <= 100;
            let inside = dx.max(dy) <= 28 && dx + dy <= 49;
            let pixel = match (ring || disc, inside) {
                (true, _) => [0xE8, 0xEC, 0xEE, 0xFF],
                (false, true) => [0x13, 0x17, 0x1A, 0xFF],
                (false, false) => [0; 4],
            };
            rgba.extend_from_slice(&pixel);
        }
    }
    IconData { rgba, width: SIDE, height: SIDE }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_library_is_told_with_the_packages_that_have_it() {
        for said in
            ["Library libxkbcommon-x11.so could not be loaded.", "Failed to load one of xlib's shared libraries"]
        {
            let error = by_words(said.to_owned());
            assert!(error.to_string().contains("libxkbcommon-x11-0") && !error.to_string().contains(".."), "{error}");
            assert!(matches!(error, WindowError::Library { .. }));
        }
    }

    #[test]
    fn a_display_that_cannot_be_reached_is_told_as_such() {
        let error = by_words("X11 error: failed to open connection to X server".to_owned());
        assert!(matches!(error, WindowError::Display { .. }), "{error}");
    }

    #[test]
    fn the_place_in_somebody_elses_source_is_left_out() {
        let text = "winit EventLoopError: os error at /a/winit/mod.rs:788: Failed to open connection to X server.";
        assert_eq!(without_place(text), "Failed to open connection to X server");
        assert_eq!(without_place("Found no glutin configs"), "Found no glutin configs");
    }

    #[test]
    fn a_panic_of_the_window_library_becomes_words() {
        let panic = catch_unwind(|| panic!("Library libxkbcommon-x11.so could not be loaded.")).expect_err("panics");
        assert_eq!(words_of(panic.as_ref()), "Library libxkbcommon-x11.so could not be loaded.");
    }
}
