//! What a recorder was told to record, and from whom. It knows no request and no time.

use super::scenario::Span;

/// The recording modes of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Each user in files of their own.
    Individual,
    /// Everybody in one picture.
    Mix,
    /// A web page.
    Web,
}

impl Mode {
    /// By its name in addresses; letter case counts.
    pub(super) fn named(name: &str) -> Option<Self> {
        [Mode::Individual, Mode::Mix, Mode::Web].into_iter().find(|mode| mode.name() == name)
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Mode::Individual => "individual",
            Mode::Mix => "mix",
            Mode::Web => "web",
        }
    }
}

/// What one start asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Task {
    Individual(Individual),
    Mix(Mix),
    Web(Web),
}

/// Each user in files of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Individual {
    /// Screenshots are taken: queries and stops then name no files.
    pub(super) screenshots: bool,
    pub(super) streams: Streams,
    /// `streamMode` is `standard`: a merged playlist per user besides.
    pub(super) merged: bool,
}

/// Everybody in one picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mix {
    /// Whether an MP4 is written beside the HLS files.
    pub(super) mp4: bool,
    pub(super) streams: Streams,
}

/// A web page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Web {
    /// Whether an MP4 is written beside the HLS files.
    pub(super) mp4: bool,
    /// `maxRecordingHour`: it ends by itself after this long.
    pub(super) longest: Span,
    /// The page is loaded again after this long, and given up after twice as long; 0: never.
    pub(super) ready_timeout: Span,
    /// Whether it pauses now.
    pub(super) onhold: bool,
    /// Where the picture is pushed to.
    pub(super) output: Option<Output>,
}

/// A CDN push.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Output {
    /// May hold a stream key: it goes back to the caller and nowhere else.
    pub(super) url: String,
    /// Connects from then on.
    pub(super) since_ms: i64,
}

/// Even an invented stream key stays out of `Debug`, so that no habit grows.
impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { url: _, since_ms } = self;
        f.debug_struct("Output").field("since_ms", since_ms).finish_non_exhaustive()
    }
}

/// Whose audio and whose video is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Streams {
    pub(super) audio: Subscription,
    pub(super) video: Subscription,
}

impl Streams {
    /// What a start without lists gets.
    pub(super) const EVERYBODY: Self = Self { audio: Subscription::Everybody, video: Subscription::Everybody };
}

/// Whose stream of one medium is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Subscription {
    Everybody,
    Only(Vec<u32>),
    Except(Vec<u32>),
    Nobody,
}

impl Subscription {
    pub(super) fn takes(&self, uid: u32) -> bool {
        match self {
            Subscription::Everybody => true,
            Subscription::Only(uids) => uids.contains(&uid),
            Subscription::Except(uids) => !uids.contains(&uid),
            Subscription::Nobody => false,
        }
    }
}

impl Task {
    pub(super) const fn mode(&self) -> Mode {
        match self {
            Task::Individual(_) => Mode::Individual,
            Task::Mix(_) => Mode::Mix,
            Task::Web(_) => Mode::Web,
        }
    }

    /// Whom it subscribes to; `None` for a web page, which has no users.
    pub(super) const fn streams(&self) -> Option<&Streams> {
        match self {
            Task::Individual(Individual { streams, .. }) | Task::Mix(Mix { streams, .. }) => Some(streams),
            Task::Web(_) => None,
        }
    }

    /// The page it records.
    pub(super) const fn page(&self) -> Option<&Web> {
        match self {
            Task::Web(web) => Some(web),
            Task::Individual(_) | Task::Mix(_) => None,
        }
    }
}
