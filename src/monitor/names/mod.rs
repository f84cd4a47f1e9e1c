//! What the service calls the files of a recording (vendor: manage recorded files). From mode, sid and cname the names follow
//! by rule, so they are known before any query tells them; what a query then tells is held against the rule. It never asks
//! anybody, and a name that follows no rule is a fact to show, not an error.

mod merge;
mod parts;
#[cfg(test)]
mod tests;

use std::fmt;

use super::ids::{Cname, Mode, Sid};

pub use self::merge::{Ended, MergeFile, ORDER, Recorded, Source, merge_list, recordings};
pub use self::parts::{Kind, Late, Parts, Tail, parse, parse_utc, utc};

/// Stands in a pattern for what only the recording itself will show: a user, a track, a time.
pub const ANY: &str = "*";

/// The characters that become `-` in the file names of web recordings.
const REPLACED: &str = "!@#$%^&*()+_.=[]{}~|,;:?<>";

/// The names that the rules give the files of one recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Predicted {
    rule: Rule,
    sid: String,
    /// The channel's name as it stands in file names.
    label: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// All users in one picture.
    Mix,
    /// A web page: as mix, with characters replaced.
    Web,
    /// Each user's tracks apart.
    Individual,
    /// A mode whose rule is not known.
    None,
}

/// How a name that the service told stands to the predicted one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Just as predicted.
    AsPredicted,
    /// What the recorder wrote that took over in failover number n, counted from 0.
    Backup(u32),
    /// A playlist that the backup cloud uploaded late. Of it and the plain one the larger counts.
    Late {
        /// The failover it belongs to, if any.
        backup: Option<u32>,
        /// Its own mark.
        late: Late,
    },
    /// The recording's own, but of a shape that no known rule describes, such as one of a newer version of the service.
    Unruled,
    /// Something else.
    Different(Difference),
}

/// In what a name differs from the predicted one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// It names another recording, or none.
    Sid(String),
    /// It names another channel.
    Cname(String),
    /// What stands before the sid is neither a folder nor `bak` and a number.
    Before(String),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Difference::Sid(told) => write!(f, "it belongs to recording {told:?}"),
            Difference::Cname(told) => write!(f, "it goes on with {told:?} where the channel's name belongs"),
            Difference::Before(told) => write!(f, "it begins with {told:?}, which no naming rule knows"),
        }
    }
}

impl Predicted {
    /// The names of one recording.
    pub fn new(mode: &Mode, sid: &Sid, cname: &Cname) -> Self {
        let (rule, label) = match mode {
            Mode::Mix => (Rule::Mix, cname.as_str().to_owned()),
            Mode::Web => (Rule::Web, cname.as_str().replace(|c| REPLACED.contains(c), "-")),
            Mode::Individual => (Rule::Individual, cname.as_str().to_owned()),
            Mode::Other(_) => (Rule::None, cname.as_str().to_owned()),
        };
        Self { rule, sid: sid.as_str().to_owned(), label }
    }

    /// The playlist, without its folder. Exact for mix and web, which is why the vendor recommends to build it instead of asking
    /// for it; a pattern for individual, where users and tracks are not known before they come.
    pub fn playlist(&self) -> String {
        self.file(Kind::Playlist).unwrap_or_else(|| format!("{ANY}{}{ANY}", self.sid))
    }

    /// Whether [`playlist`](Self::playlist) is one name and no pattern.
    pub fn is_exact(&self) -> bool {
        match self.rule {
            Rule::Mix | Rule::Web => true,
            Rule::Individual | Rule::None => false,
        }
    }

    /// The name of a kind of file, or its pattern; `None` for what the mode does not write or whose rule is not known.
    pub fn file(&self, kind: Kind) -> Option<String> {
        let (sid, label) = (&self.sid, &self.label);
        let each = match (self.rule, kind) {
            (Rule::None, _) | (_, Kind::Other) | (Rule::Mix | Rule::Web, Kind::WebM | Kind::Jpg | Kind::Mpd) => {
                return None;
            }
            (Rule::Mix | Rule::Web, Kind::Playlist) => "",
            (Rule::Mix | Rule::Web, Kind::Slice | Kind::Mp4) => "_*",
            (Rule::Individual, Kind::Playlist | Kind::Mpd | Kind::Mp4) => "__uid_s_*__uid_e_*",
            (Rule::Individual, Kind::Slice | Kind::WebM) => "__uid_s_*__uid_e_*_*",
            (Rule::Individual, Kind::Jpg) => "__uid_s_*__uid_e_video_*",
        };
        Some(format!("{sid}_{label}{each}.{}", kind.extension()))
    }

    /// The n-th MP4 file of a composite or web recording, from 0.
    pub fn mp4(&self, index: u64) -> Option<String> {
        self.is_exact().then(|| format!("{}_{}_{index}.mp4", self.sid, self.label))
    }

    /// Holds a told name, with or without its folder, against the rule. Any kind of file may be told.
    pub fn fits(&self, told: &str) -> Verdict {
        match self.parts(told) {
            Ok(parts) => self.verdict(&parts),
            Err(difference) => Verdict::Different(difference),
        }
    }

    fn verdict(&self, parts: &Parts<'_>) -> Verdict {
        let of_one_user = parts.tail.user.is_some();
        let fits = match self.rule {
            Rule::Mix | Rule::Web => !of_one_user,
            Rule::Individual => of_one_user,
            Rule::None => false,
        };
        let known = parts.kind != Kind::Other && !of_one_user;
        if let (Rule::Mix | Rule::Web, true, Some(further)) = (self.rule, known, parts.tail.further) {
            return Verdict::Different(Difference::Cname(format!("{}_{further}", parts.cname)));
        }
        match (fits && parts.is_ruled(), parts.tail.late, parts.backup) {
            (false, _, _) => Verdict::Unruled,
            (true, Some(late), backup) => Verdict::Late { backup, late },
            (true, None, Some(number)) => Verdict::Backup(number),
            (true, None, None) => Verdict::AsPredicted,
        }
    }

    /// Takes a told name apart, knowing whose it should be: nothing in a channel's name can be mistaken for a number of the rule.
    ///
    /// # Errors
    /// With the difference when it is not a file of this recording.
    pub fn parts<'n>(&self, told: &'n str) -> Result<Parts<'n>, Difference> {
        let marked = format!("{}_", self.sid);
        let from = told.find(&marked).ok_or_else(|| Difference::Sid(parse(told).sid.to_owned()))?;
        let (prefix, backup) = parts::before(&told[..from]);
        let backup = match (backup, prefix.len() == from) {
            (None, false) => return Err(Difference::Before(told[prefix.len()..from].to_owned())),
            (backup, _) => backup,
        };
        let rest = &told[from + marked.len()..];
        let (stem, kind) = parts::stem(rest);
        let label = self.label_in(stem, kind).ok_or_else(|| Difference::Cname(stem.to_owned()))?;
        let (cname, tail) = stem.split_at(label);
        let sid = &told[from..from + self.sid.len()];
        Ok(Parts { prefix, backup, sid, cname, tail: parts::tail(tail, kind), kind })
    }

    /// How many bytes of a stem are the channel's name. What the rule does not say of web recordings, such as a space, may
    /// have become `-` or may have stayed.
    fn label_in(&self, stem: &str, kind: Kind) -> Option<usize> {
        let mut told = stem.chars();
        for own in self.label.chars() {
            let said = self.rule != Rule::Web || own.is_ascii_alphanumeric() || own == '-';
            match told.next() {
                Some(other) if other == own || (!said && other == '-') => {}
                Some(_) | None => return None,
            }
        }
        let rest = told.as_str();
        let ends = rest.is_empty() || rest.starts_with('_') || (kind == Kind::Other && rest.starts_with('.'));
        ends.then_some(stem.len() - rest.len())
    }
}
