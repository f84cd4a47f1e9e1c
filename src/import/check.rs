//! One row: which of its values are there, and whether each keeps to its rule. It finds everything that is wrong with a row at
//! once and knows nothing of formats.

use std::borrow::Cow;
use std::str::FromStr as _;
use std::sync::Arc;

use super::{Problem, Row, shown};
use crate::monitor::ids::{Cname, InvalidId, Mode, ResourceId, Sid, Uid};

/// Longest sid that is taken, in bytes; those that were seen have 32.
const LONGEST_SID: usize = 64;
/// Longest resource ID that is taken, in bytes; those that were seen have 270 at most.
const LONGEST_RESOURCE_ID: usize = 2048;
/// Longest name, profile or tag, in bytes.
const LONGEST_WORD: usize = 200;
/// Most spare UIDs, and most tags.
const MOST_IN_A_LIST: usize = 32;

/// What a column can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    ResourceId,
    Sid,
    Cname,
    Uid,
    Mode,
    Name,
    BackupUid,
    SpareUids,
    Profile,
    Tags,
    Project,
}

impl Field {
    pub(super) const ALL: [Field; 11] = [
        Field::ResourceId,
        Field::Sid,
        Field::Cname,
        Field::Uid,
        Field::Mode,
        Field::Name,
        Field::BackupUid,
        Field::SpareUids,
        Field::Profile,
        Field::Tags,
        Field::Project,
    ];
    /// What no row can do without.
    pub(super) const NEEDED: [Field; 4] = [Field::ResourceId, Field::Sid, Field::Cname, Field::Uid];

    /// What it is called in problems and headings.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Field::ResourceId => "resourceId",
            Field::Sid => "sid",
            Field::Cname => "cname",
            Field::Uid => "uid",
            Field::Mode => "mode",
            Field::Name => "name",
            Field::BackupUid => "backup_uid",
            Field::SpareUids => "spare_uids",
            Field::Profile => "profile",
            Field::Tags => "tags",
            Field::Project => "project",
        }
    }

    /// What a heading or a key means; case, spaces, `_` and `-` make no difference.
    pub(super) fn of(heading: &str) -> Option<Field> {
        let letters = heading.chars().filter(|c| !c.is_whitespace() && !"_-".contains(*c));
        let plain: String = letters.map(|c| c.to_ascii_lowercase()).collect();
        Some(match plain.as_str() {
            "resourceid" => Field::ResourceId,
            "sid" => Field::Sid,
            "cname" | "channel" | "channelname" => Field::Cname,
            "uid" => Field::Uid,
            "mode" => Field::Mode,
            "name" => Field::Name,
            "backupuid" => Field::BackupUid,
            "spareuids" => Field::SpareUids,
            "profile" => Field::Profile,
            "tags" => Field::Tags,
            "project" => Field::Project,
            _ => return None,
        })
    }
}

/// A value before it is checked.
#[derive(Clone, Debug)]
pub(super) enum Given<'t> {
    /// A text, or a number as text.
    Text(Cow<'t, str>),
    /// An array of them.
    List(Vec<String>),
    /// Something else; what it is.
    Wrong(&'static str),
}

/// Whether spaces around a channel's name belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spaces {
    /// The format says so by its quotes.
    Meant,
    /// They may just as well stand behind a comma.
    Unsure,
}

/// A row before it is checked.
#[derive(Debug)]
pub(super) struct Raw<'t> {
    pub(super) line: usize,
    pub(super) spaces: Spaces,
    values: [Option<Given<'t>>; Field::ALL.len()],
    problems: Vec<Problem>,
}

impl<'t> Raw<'t> {
    pub(super) fn new(line: usize, spaces: Spaces) -> Self {
        Self { line, spaces, values: [const { None }; Field::ALL.len()], problems: Vec::new() }
    }

    /// Puts a value in its place. What is empty is not there.
    pub(super) fn put(&mut self, field: Field, given: Given<'t>) {
        let is_empty = match &given {
            Given::Text(text) => text.is_empty() || (field != Field::Cname && text.trim().is_empty()),
            Given::List(list) => list.is_empty(),
            Given::Wrong(_) => false,
        };
        if is_empty {
            return;
        }
        let place = &mut self.values[field as usize];
        if place.is_some() {
            let problem =
                Problem { field: Some(field.name()), ..Problem::line(self.line, "is there twice; leave one out") };
            self.problems.push(problem);
        }
        *place = Some(given);
    }

    /// Notes what is wrong with the line as a whole.
    pub(super) fn problem(&mut self, reason: String) {
        self.problems.push(Problem::line(self.line, reason));
    }
}

/// A good row, or everything that is wrong with it.
pub(super) fn row(raw: &Raw<'_>, default_mode: Option<&Mode>) -> Result<Row, Vec<Problem>> {
    let mut check = Check { raw, problems: raw.problems.clone() };
    let mode = check.mode(default_mode);
    let resource_id = check.path_word(Field::ResourceId, LONGEST_RESOURCE_ID).map(ResourceId::new);
    let sid = check.path_word(Field::Sid, LONGEST_SID).map(Sid::new);
    // Without a mode the wide rule: the mode's own problem is told already.
    let cname = check.cname(mode.as_ref().unwrap_or(&Mode::Web));
    let uid = check.needed(Field::Uid).and_then(|text| check.uid(Field::Uid, text));
    let backup_uid = check.text(Field::BackupUid).and_then(|text| check.uid(Field::BackupUid, text));
    let spare_uids = check.spare_uids();
    let name = check.word(Field::Name);
    let profile = check.word(Field::Profile);
    let tags = check.tags();
    let project = check.word(Field::Project);
    check.uids_differ(uid, backup_uid, &spare_uids);
    let Check { problems, .. } = check;
    match (resource_id, sid, cname, uid, mode) {
        (Some(resource_id), Some(sid), Some(cname), Some(uid), Some(mode)) if problems.is_empty() => {
            let line = raw.line;
            Ok(Row { line, resource_id, sid, cname, uid, mode, name, backup_uid, spare_uids, profile, tags, project })
        }
        (_, _, _, _, _) => Err(problems),
    }
}

struct Check<'r, 't> {
    raw: &'r Raw<'t>,
    problems: Vec<Problem>,
}

impl<'r> Check<'r, '_> {
    fn report(&mut self, field: Field, value: Option<&str>, reason: impl Into<String>) {
        let (field, value) = (Some(field.name()), value.map(shown));
        self.problems.push(Problem { line: self.raw.line, field, value, reason: reason.into() });
    }

    /// A single value, as it was written.
    fn given(&mut self, field: Field) -> Option<&'r str> {
        match self.raw.values[field as usize].as_ref()? {
            Given::Text(text) => Some(text),
            Given::List(_) => {
                self.report(field, None, "is a list; one value is wanted");
                None
            }
            Given::Wrong(what) => {
                self.report(field, None, format!("is {what}; a text or a whole number is wanted"));
                None
            }
        }
    }

    fn text(&mut self, field: Field) -> Option<&'r str> {
        self.given(field).map(str::trim)
    }

    /// A value that has to be there.
    fn needed(&mut self, field: Field) -> Option<&'r str> {
        if self.raw.values[field as usize].is_none() {
            self.report(field, None, "is missing");
        }
        self.text(field)
    }

    fn mode(&mut self, default_mode: Option<&Mode>) -> Option<Mode> {
        if self.raw.values[Field::Mode as usize].is_none() {
            if default_mode.is_none() {
                let reason =
                    "is missing; add a column mode with individual, mix or web, or choose one for the whole list";
                self.report(Field::Mode, None, reason);
            }
            return default_mode.cloned();
        }
        let text = self.text(Field::Mode)?;
        let mode = Mode::from_str(text).ok();
        if mode.is_none() {
            let reason = "is no mode: one word of 1 to 32 letters, digits, - and _; write individual, mix or web";
            self.report(Field::Mode, Some(text), reason);
        }
        mode
    }

    /// A value that stands in the paths of the service.
    fn path_word(&mut self, field: Field, longest: usize) -> Option<&'r str> {
        let text = self.needed(field)?;
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_.~=+".contains(c);
        let reason = if text.len() > longest {
            format!("has {} bytes; {longest} are the most that are taken", text.len())
        } else if is_rounded(text) {
            "looks like a number that a spreadsheet has rounded; format the column as text and copy it again".to_owned()
        } else if !text.chars().all(fits) {
            "may hold letters, digits and - _ . ~ = + only; copy it as the start answered it".to_owned()
        } else {
            return Some(text);
        };
        self.report(field, Some(text), reason);
        None
    }

    fn cname(&mut self, mode: &Mode) -> Option<Cname> {
        if self.raw.values[Field::Cname as usize].is_none() {
            self.report(Field::Cname, None, "is missing");
        }
        let text = self.given(Field::Cname)?;
        if self.raw.spaces == Spaces::Unsure && text.trim() != text {
            let reason =
                "begins or ends with a space; leave it out, or import a channel that is really called so as JSON";
            self.report(Field::Cname, Some(text), reason);
            return None;
        }
        match Cname::of(text, mode) {
            Ok(cname) => Some(cname),
            Err(InvalidId::Cname { rule, .. }) => {
                let open = if text.contains('\n') { "; is a quote left open?" } else { "" };
                self.report(Field::Cname, Some(text), format!("{rule}{open}"));
                None
            }
            Err(InvalidId::Uid(_) | InvalidId::Mode(_)) => None,
        }
    }

    fn uid(&mut self, field: Field, text: &str) -> Option<Uid> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let uid = Uid::from_str(text).ok().filter(|_| digits);
        if uid.is_none() {
            let rounded =
                if is_rounded(text) { "; a spreadsheet has rounded it: format the column as text" } else { "" };
            self.report(field, Some(text), format!("is not a whole number from 1 to 4294967295{rounded}"));
        }
        uid
    }

    /// The parts of a list, however it was written.
    fn list(&mut self, field: Field, parted_by: &[char]) -> Vec<Cow<'r, str>> {
        let Some(given) = self.raw.values[field as usize].as_ref() else { return Vec::new() };
        let parts: Vec<Cow<'r, str>> = match given {
            Given::Text(text) => {
                text.split(parted_by).map(str::trim).filter(|part| !part.is_empty()).map(Cow::from).collect()
            }
            Given::List(list) => list.iter().map(|part| Cow::from(part.trim())).collect(),
            Given::Wrong(what) => {
                self.report(field, None, format!("is {what}; a list is wanted"));
                Vec::new()
            }
        };
        if parts.len() > MOST_IN_A_LIST {
            self.report(
                field,
                None,
                format!("has {} parts; {MOST_IN_A_LIST} are the most that are taken", parts.len()),
            );
            return Vec::new();
        }
        parts
    }

    fn spare_uids(&mut self) -> Vec<Uid> {
        let parts = self.list(Field::SpareUids, &[',', ';', ' ']);
        parts.iter().filter_map(|part| self.uid(Field::SpareUids, part)).collect()
    }

    fn tags(&mut self) -> Vec<Arc<str>> {
        let parts = self.list(Field::Tags, &[',', ';']);
        parts.iter().filter_map(|part| self.checked_word(Field::Tags, part)).collect()
    }

    fn word(&mut self, field: Field) -> Option<Arc<str>> {
        let text = self.text(field)?;
        self.checked_word(field, text)
    }

    fn checked_word(&mut self, field: Field, text: &str) -> Option<Arc<str>> {
        let reason = if text.len() > LONGEST_WORD {
            format!("has {} bytes; {LONGEST_WORD} are the most that are taken", text.len())
        } else if text.chars().any(char::is_control) {
            "has a control character; is a quote left open?".to_owned()
        } else {
            return Some(text.into());
        };
        self.report(field, Some(text), reason);
        None
    }

    /// Two recorders with one UID kick each other out of the channel.
    fn uids_differ(&mut self, uid: Option<Uid>, backup: Option<Uid>, spare: &[Uid]) {
        let main = uid.into_iter().map(|uid| (Field::Uid, uid));
        let further = backup.into_iter().map(|uid| (Field::BackupUid, uid));
        let spare = spare.iter().map(|uid| (Field::SpareUids, *uid));
        let all: Vec<(Field, Uid)> = main.chain(further).chain(spare).collect();
        for (at, (field, uid)) in all.iter().enumerate() {
            if let Some((earlier, _)) = all[..at].iter().find(|(_, other)| other == uid) {
                let reason = format!("is the same as in {}; each recorder needs a UID of its own", earlier.name());
                self.report(*field, Some(&uid.to_string()), reason);
            }
        }
    }
}

/// Whether a text is what a spreadsheet makes of a long number: `1.23E+12`, `1,23E+12`.
fn is_rounded(text: &str) -> bool {
    let Some((digits, power)) = text.split_once("E+").or_else(|| text.split_once("e+")) else { return false };
    let number =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || b".,".contains(&byte));
    number(digits) && number(power)
}
