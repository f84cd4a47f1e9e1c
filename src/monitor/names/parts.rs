//! A file name taken apart by the naming rules, and the time in it. What no rule describes is kept as it is.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::monitor::time::Timestamp;

/// Digits of a time in a name.
const UTC_DIGITS: usize = 17;
/// Where a user begins in the names of individual recordings, and where the user ends.
const USER: (&str, &str) = ("__uid_s_", "__uid_e_");
/// Fewest digits of a late upload's mark, where it has to be told from the end of a channel's name.
const TICK_DIGITS: usize = 10;

/// What a file is, by its ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `.m3u8`: the list that plays the slices.
    Playlist,
    /// `.mpd`: the same for VP8.
    Mpd,
    /// `.ts`: a slice.
    Slice,
    /// `.webm`: a slice of VP8.
    WebM,
    /// `.mp4`: the whole, in one file or a few.
    Mp4,
    /// `.jpg`: a screenshot.
    Jpg,
    /// Something else.
    Other,
}

impl Kind {
    /// The ending without its dot; empty for [`Kind::Other`].
    pub const fn extension(self) -> &'static str {
        match self {
            Kind::Playlist => "m3u8",
            Kind::Mpd => "mpd",
            Kind::Slice => "ts",
            Kind::WebM => "webm",
            Kind::Mp4 => "mp4",
            Kind::Jpg => "jpg",
            Kind::Other => "",
        }
    }

    fn of(extension: &str) -> Self {
        let all = [Kind::Playlist, Kind::Mpd, Kind::Slice, Kind::WebM, Kind::Mp4, Kind::Jpg];
        all.into_iter().find(|kind| kind.extension() == extension).unwrap_or(Kind::Other)
    }
}

/// The mark of a playlist that came late from the backup cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Late {
    /// A time of the service's, in a unit it does not tell.
    pub tick: u64,
    /// Higher is newer.
    pub index: u64,
}

/// A name in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts<'n> {
    /// The folder with its last `/`; empty for none.
    pub prefix: &'n str,
    /// The failover whose recorder wrote it, from 0: `bak<n>_`.
    pub backup: Option<u32>,
    /// The recording.
    pub sid: &'n str,
    /// The channel's name as it stands in file names.
    pub cname: &'n str,
    /// What follows the channel's name.
    pub tail: Tail<'n>,
    /// What it is.
    pub kind: Kind,
}

/// What follows the channel's name, up to the ending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tail<'n> {
    /// The recorded user, in individual recordings.
    pub user: Option<&'n str>,
    /// `audio`, `video`, or `av` for both; individual recordings only.
    pub track: Option<&'n str>,
    /// When a slice or screenshot begins.
    pub utc: Option<Timestamp>,
    /// The number of an MP4 file, from 0.
    pub index: Option<u64>,
    /// The mark of a late upload.
    pub late: Option<Late>,
    /// What no rule describes.
    pub further: Option<&'n str>,
}

impl Parts<'_> {
    /// Whether every part follows a documented rule.
    pub fn is_ruled(&self) -> bool {
        let tail = &self.tail;
        let dated = tail.utc.is_some();
        let whole = match self.kind {
            Kind::Playlist | Kind::Mpd => !dated && tail.index.is_none(),
            Kind::Slice | Kind::WebM | Kind::Jpg => dated,
            Kind::Mp4 => tail.index.is_some(),
            Kind::Other => false,
        };
        // The track is missing only where an MP4 file has a number instead.
        whole && tail.further.is_none() && (tail.user.is_none() || tail.track.is_some() || self.kind == Kind::Mp4)
    }
}

/// Takes a name apart without knowing whose it is. A sid is taken to end at the first `_`, as all do that were ever seen. Where
/// the end of a channel's name could be a part of the rule, the rule wins; [`Predicted::parts`](super::Predicted::parts) knows
/// better.
pub fn parse(name: &str) -> Parts<'_> {
    let folder = name.rfind('/').map_or(0, |at| at + 1);
    let backup = backup(&name[folder..]);
    let own = backup.map_or(folder, |(_, length)| folder + length);
    let (stem, kind) = stem(&name[own..]);
    let (sid, rest) = stem.split_once('_').unwrap_or((stem, ""));
    let at = rest.rfind(USER.0).unwrap_or_else(|| tail_at(rest, kind));
    let (cname, behind) = rest.split_at(at);
    Parts {
        prefix: &name[..folder],
        backup: backup.map(|(number, _)| number),
        sid,
        cname,
        tail: tail(behind, kind),
        kind,
    }
}

/// The folder of what stands before a sid, and the failover. Where there is anything else, no failover is answered.
pub(super) fn before(text: &str) -> (&str, Option<u32>) {
    let folder = text.rfind('/').map_or(0, |at| at + 1);
    let whole = backup(&text[folder..]).filter(|(_, length)| folder + length == text.len());
    (&text[..folder], whole.map(|(number, _)| number))
}

/// The number of `bak<n>_` at the beginning, and its length.
fn backup(text: &str) -> Option<(u32, usize)> {
    let (number, _) = text.strip_prefix("bak")?.split_once('_')?;
    Some((digits(number)?.try_into().ok()?, "bak_".len() + number.len()))
}

/// What stands before the ending, and what the ending says.
pub(super) fn stem(name: &str) -> (&str, Kind) {
    match name.rsplit_once('.').map(|(stem, ending)| (stem, Kind::of(ending))) {
        Some((stem, kind)) if kind != Kind::Other => (stem, kind),
        Some(_) | None => (name, Kind::Other),
    }
}

/// Where the tail begins behind a channel's name that is not known.
fn tail_at(rest: &str, kind: Kind) -> usize {
    let last = rest.rfind('_').filter(|at| digits(&rest[at + 1..]).is_some());
    let found = match kind {
        Kind::Playlist | Kind::Mpd => last.and_then(|last| {
            let tick = rest[..last].rfind('_')?;
            let is_tick = last - tick > TICK_DIGITS && digits(&rest[tick + 1..last]).is_some();
            is_tick.then_some(tick)
        }),
        Kind::Slice | Kind::WebM | Kind::Jpg => last.filter(|at| rest.len() - at - 1 == UTC_DIGITS),
        Kind::Mp4 => last,
        Kind::Other => None,
    };
    found.unwrap_or(rest.len())
}

/// Reads what follows the channel's name, its first `_` included.
pub(super) fn tail(text: &str, kind: Kind) -> Tail<'_> {
    let none = Tail::default();
    if text.is_empty() {
        return none;
    }
    let of_user = text.strip_prefix(USER.0).and_then(|rest| rest.split_once(USER.1));
    let Some((user, rest)) = of_user else {
        return marks(text.strip_prefix('_').unwrap_or(text), kind);
    };
    let (first, behind) = rest.split_once('_').unwrap_or((rest, ""));
    let is_word =
        first.starts_with(|c: char| c.is_ascii_lowercase()) && first.bytes().all(|b| b.is_ascii_alphanumeric());
    if !is_word {
        // The old deferred transcoding numbers its files; newer versions of the service put more there.
        return Tail { user: Some(user), ..marks(rest, kind) };
    }
    let after = if behind.is_empty() { none } else { marks(behind, kind) };
    Tail { user: Some(user), track: Some(first), ..after }
}

/// Reads a time, a number, or the mark of a late upload, whichever the kind has.
fn marks(text: &str, kind: Kind) -> Tail<'_> {
    let unknown = Tail { further: Some(text), ..Tail::default() };
    match kind {
        Kind::Slice | Kind::WebM | Kind::Jpg => {
            parse_utc(text).map_or(unknown, |utc| Tail { utc: Some(utc), ..Tail::default() })
        }
        Kind::Mp4 => digits(text).map_or(unknown, |index| Tail { index: Some(index), ..Tail::default() }),
        Kind::Playlist | Kind::Mpd => {
            let late = text
                .split_once('_')
                .and_then(|(tick, index)| Some(Late { tick: digits(tick)?, index: digits(index)? }));
            late.map_or(unknown, |late| Tail { late: Some(late), ..Tail::default() })
        }
        Kind::Other => unknown,
    }
}

fn digits(text: &str) -> Option<u64> {
    let all = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if all { text.parse().ok() } else { None }
}

/// The time of a name, `YYYYMMDDhhmmssSSS` in UTC; `None` where it is none, such as a 31 June.
pub fn parse_utc(text: &str) -> Option<Timestamp> {
    if text.len() != UTC_DIGITS || digits(text).is_none() {
        return None;
    }
    let part = |from: usize, to: usize| text[from..to].parse::<i8>().ok();
    let millis: i32 = text[14..].parse().ok()?;
    let date = DateTime::new(
        text[..4].parse().ok()?,
        part(4, 6)?,
        part(6, 8)?,
        part(8, 10)?,
        part(10, 12)?,
        part(12, 14)?,
        millis * 1_000_000,
    );
    let moment = TimeZone::UTC.to_timestamp(date.ok()?).ok()?;
    Some(Timestamp::from_millis(moment.as_millisecond()))
}

/// A time as it stands in names; `None` beyond the years that fit.
pub fn utc(at: Timestamp) -> Option<String> {
    let moment = jiff::Timestamp::from_millisecond(at.as_millis()).ok()?;
    let date = moment.to_zoned(TimeZone::UTC).datetime();
    (0..=9999).contains(&date.year()).then(|| date.strftime("%Y%m%d%H%M%S%3f").to_string())
}
