//! The icons used, as code points of the Phosphor font. Icons stand beside words; they never replace the word of a state.

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        $($(#[$doc])* pub const $name: &str = $code;)*

        /// All of them, for the test that the font has each.
        #[cfg(test)]
        pub const ALL: &[&str] = &[$($name),*];
    };
}

icons! {
    /// Filter field.
    SEARCH = "\u{e30c}";
    /// Take away: filter, pane, toast.
    CLOSE = "\u{e4f6}";
    /// Copy to the clipboard.
    COPY = "\u{e1ca}";
    /// Done.
    CHECK = "\u{e182}";
    /// Warning box.
    WARNING = "\u{e4e0}";
    /// Fact that explains.
    INFO = "\u{e2ce}";
    /// Session log saved.
    SAVED = "\u{e248}";
    /// Project.
    PROJECT = "\u{e102}";
    /// Light theme.
    SUN = "\u{e472}";
    /// Dark theme.
    MOON = "\u{e330}";
    /// Theme of the system.
    CONTRAST = "\u{e18c}";
    /// Sorted worst first.
    DOWN = "\u{e03e}";
    /// Opens a menu.
    CARET_DOWN = "\u{e136}";
    /// More actions.
    MORE = "\u{e1fe}";
    /// Start a recording.
    START = "\u{e3d0}";
    /// Restart with the other UID: the rescue.
    RESCUE = "\u{e63a}";
    /// One query now.
    PROBE = "\u{e094}";
    /// Stop a recording.
    STOP = "\u{e46e}";
    /// Write a session log.
    EXPORT = "\u{eaf0}";
    /// Choose a folder.
    FOLDER = "\u{e256}";
    /// A time that runs out: the end of a channel token.
    RUNS_OUT = "\u{ed2c}";
    /// Goes from good to bad and back again and again.
    FLAPS = "\u{e69e}";
    /// Pause a web recording.
    PAUSE = "\u{e39e}";
    /// Whose media is recorded.
    PEOPLE = "\u{e68e}";
    /// Where users are in the picture.
    LAYOUT = "\u{e464}";
    /// Streams to a CDN; a picture that follows now.
    BROADCAST = "\u{e0f2}";
    /// Storage keys.
    KEY = "\u{e2d6}";
    /// Watch no longer.
    UNWATCH = "\u{e224}";
    /// Recording profiles.
    PROFILES = "\u{e434}";
    /// One more.
    ADD = "\u{e3d4}";
    /// A longer stretch of time.
    LESS = "\u{e32a}";
    /// Take away for good.
    REMOVE = "\u{e4a6}";
    /// Paste from the clipboard.
    PASTE = "\u{e198}";
    /// Silence a channel.
    MUTE = "\u{e0d4}";
    /// Hear of a channel again.
    HEAR = "\u{e0ce}";
    /// A line that somebody wrote.
    NOTE = "\u{e34c}";
    /// Put away what was read.
    CLOSED = "\u{e00c}";
    /// Read from somewhere else.
    IMPORT = "\u{e20c}";
}
