//! The files of a session in the order in which they have to be joined. A session with restarts is several recordings, each with
//! files of its own; whoever joins them by name or by size gets a film that jumps back in time. It reads facts and never says
//! that a file is in the bucket: told means that the service named it.

use std::sync::Arc;

use super::Predicted;
use super::parts::{Kind, Late};
use crate::monitor::event::{Event, Record};
use crate::monitor::gap::{GapEnd, OpenGap};
use crate::monitor::ids::{Cname, Mode, Sid, Uid};
use crate::monitor::phase::StopResult;
use crate::monitor::time::Timestamp;
use crate::monitor::told::File;

/// Why the order matters, for everybody who joins the files.
pub const ORDER: &str = "Join the files in this order: by the start of their recordings and, within a recording, the plain file \
before bak0_ and bak0_ before bak1_. Each restart and each failover writes files of its own; in another order the picture jumps \
back in time. Recordings may overlap for a while after a restart. A playlist and the MP4 files of a recording hold the same: join \
either. Of a playlist and its late copies take the largest.";

/// When a recording ended: not before `after`, and at `by` it had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// It was still known to run.
    pub after: Timestamp,
    /// It was known to be gone.
    pub by: Timestamp,
}

/// One recording of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its name.
    pub sid: Sid,
    /// The recorder's UID.
    pub uid: Uid,
    /// When its `sid` came; one that was adopted had begun before.
    pub started_at: Timestamp,
    /// The last moment at which the facts say that it ran; its start, if nothing later does.
    pub alive_at: Timestamp,
    /// When it ended, as far as that is known.
    pub ended: Option<Ended>,
    /// Every file that the service ever named for it, in the order in which they came up.
    pub files: Vec<File>,
}

impl Recorded {
    /// Notes that it had ended at `by`, unless closer bounds are known.
    fn ended_by(&mut self, by: Timestamp) {
        self.ended.get_or_insert(Ended { after: self.alive_at, by });
    }
}

/// Where a name comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The service named it.
    Told,
    /// The naming rules say so; nobody has confirmed it.
    Predicted,
    /// The naming rules give a pattern only; users and tracks show in the bucket.
    Pattern,
}

impl Source {
    /// One word, for exports.
    pub const fn word(self) -> &'static str {
        match self {
            Source::Told => "told",
            Source::Predicted => "predicted",
            Source::Pattern => "pattern",
        }
    }
}

/// One file to join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeFile<'r> {
    /// The recording it belongs to.
    pub recording: &'r Recorded,
    /// Its name; with its folder where the service told it.
    pub name: Arc<str>,
    /// A playlist or an MP4 file; [`Kind::Other`] where the name follows no rule.
    pub kind: Kind,
    /// Where the name comes from.
    pub source: Source,
    /// The failover whose recorder wrote it, from 0.
    pub backup: Option<u32>,
    /// The recorded user, in individual recordings.
    pub user: Option<Arc<str>>,
    /// The track, in individual recordings.
    pub track: Option<Arc<str>>,
    /// The mark of a late copy: it takes the place of the plain playlist where it is larger.
    pub late: Option<Late>,
    index: u64,
}

impl MergeFile<'_> {
    /// One word for what it is, for exports.
    pub const fn kind_word(&self) -> &'static str {
        match self.kind {
            Kind::Playlist => "playlist",
            Kind::Mp4 => "mp4",
            Kind::Mpd | Kind::Slice | Kind::WebM | Kind::Jpg | Kind::Other => "other",
        }
    }

    /// What it is and who says so, in a sentence.
    pub fn describe(&self) -> String {
        let kind = match self.kind {
            Kind::Playlist => "Playlist",
            Kind::Mp4 => "MP4 file",
            Kind::Mpd | Kind::Slice | Kind::WebM | Kind::Jpg | Kind::Other => "File that follows no naming rule",
        };
        let source = match self.source {
            Source::Told => "told by Agora",
            Source::Predicted => "by the naming rules; Agora has not told it",
            Source::Pattern => "by the naming rules; users and tracks show in the bucket",
        };
        let backup = self.backup.map_or_else(String::new, |number| format!("; written after failover {number}"));
        let late = if self.late.is_some() { "; uploaded late: of it and the plain one take the larger" } else { "" };
        format!("{kind}, {source}{backup}{late}")
    }
}

/// The recordings of a session, in the order of their starts, from its records, oldest first, each with the recording that was the
/// channel's own after it (`history::with_own`).
pub fn recordings<'a>(records: impl IntoIterator<Item = (&'a Record, Option<Sid>)>) -> Vec<Recorded> {
    let mut found = Found::default();
    for (record, own) in records {
        found.apply(record.at, &record.event, own.as_ref());
    }
    found.all
}

#[derive(Default)]
struct Found {
    all: Vec<Recorded>,
    /// The recording that was missed last, and when it would have ended. It may come back.
    missed: Option<(Sid, Ended)>,
}

impl Found {
    fn apply(&mut self, at: Timestamp, event: &Event, own: Option<&Sid>) {
        match event {
            Event::Started { uid, sid, .. } | Event::Adopted { uid, sid, .. } => self.started(at, sid, *uid),
            Event::FilesTold { sid, files, odd: _ } => self.with(sid, |recording| add(&mut recording.files, files)),
            Event::FileNameTold { told, .. } => {
                let file = File { name: Arc::clone(told), track: None, user: None, began: None };
                self.with_own(own, |recording| add(&mut recording.files, &[file]));
            }
            Event::GapOpened { gap: OpenGap { last_good, first_bad } } => {
                let ended = Ended { after: *last_good, by: *first_bad };
                self.missed = own.map(|own| (own.clone(), ended));
            }
            Event::GapClosed { gap } => self.found_again(gap.end),
            Event::OldSeenAlive { sid } | Event::OldTakenBack { sid } => {
                self.missed.take_if(|(missed, _)| missed == sid);
                self.with(sid, |recording| (recording.alive_at, recording.ended) = (at, None));
            }
            Event::OldGone { sid, .. } => self.with(sid, |recording| recording.ended_by(at)),
            Event::Stopped { result } => match result {
                StopResult::Upload(_) | StopResult::AlreadyGone | StopResult::NothingRecorded => {
                    self.with_own(own, |recording| recording.ended_by(at));
                }
                // Nothing was sent: whatever ran, went on.
                StopResult::NoRecorder => {}
            },
            Event::WatchBegan { .. }
            | Event::WatchEnded
            | Event::NotObserved { .. }
            | Event::ClockSet { .. }
            | Event::NetworkLost { .. }
            | Event::NetworkBack
            | Event::DomainPreferred { .. }
            | Event::Throttled { .. }
            | Event::CommandDenied { .. }
            | Event::StartRequested { .. }
            | Event::UidTaken { .. }
            | Event::Acquired { .. }
            | Event::CallAnswered { .. }
            | Event::StartFailed { .. }
            | Event::StartLeftUnknown { .. }
            | Event::PhaseChanged { .. }
            | Event::SightChanged { .. }
            | Event::OldStopRequested { .. }
            | Event::StopRequested { .. }
            | Event::ChannelAdded { .. }
            | Event::ChannelForgotten { .. }
            | Event::ChangeRequested { .. }
            | Event::ChangeEnded { .. }
            | Event::HoldSeen { .. }
            | Event::TokenEndsSoon { .. }
            | Event::TokenEnded { .. }
            | Event::IncidentOpened { .. }
            | Event::IncidentGrew { .. }
            | Event::IncidentSettled { .. }
            | Event::IncidentEnded { .. }
            | Event::IncidentAcknowledged { .. }
            | Event::AcknowledgementEnded { .. }
            | Event::IncidentClosed { .. }
            | Event::IncidentReopened { .. }
            | Event::NoteAdded { .. }
            | Event::ChannelMuted { .. }
            | Event::MuteEnded { .. }
            | Event::FlappingBegan { .. }
            | Event::FlappingEnded { .. }
            | Event::AutoRestartSpent { .. }
            | Event::Exported { .. } => {}
        }
    }

    fn started(&mut self, at: Timestamp, sid: &Sid, uid: Uid) {
        if !self.all.iter().any(|recording| recording.sid == *sid) {
            self.all.push(Recorded {
                sid: sid.clone(),
                uid,
                started_at: at,
                alive_at: at,
                ended: None,
                files: Vec::new(),
            });
        }
    }

    /// A gap ended. Unless the recording is back, it had ended where the gap began.
    fn found_again(&mut self, end: GapEnd) {
        let Some((sid, ended)) = self.missed.take() else { return };
        match end {
            GapEnd::Blip | GapEnd::CameBack => {}
            GapEnd::Restarted | GapEnd::Stopped => self.with(&sid, |recording| recording.ended = Some(ended)),
        }
    }

    fn with(&mut self, sid: &Sid, change: impl FnOnce(&mut Recorded)) {
        if let Some(recording) = self.all.iter_mut().find(|recording| recording.sid == *sid) {
            change(recording);
        }
    }

    fn with_own(&mut self, own: Option<&Sid>, change: impl FnOnce(&mut Recorded)) {
        if let Some(sid) = own {
            self.with(sid, change);
        }
    }
}

/// Adds the files whose names are new.
fn add(known: &mut Vec<File>, files: &[File]) {
    for file in files {
        if !known.iter().any(|other| other.name == file.name) {
            known.push(file.clone());
        }
    }
}

/// The playlists and MP4 files of these recordings, in the order in which they are joined.
pub fn merge_list<'r>(recordings: &'r [Recorded], mode: &Mode, cname: &Cname) -> Vec<MergeFile<'r>> {
    let mut in_order: Vec<&Recorded> = recordings.iter().collect();
    in_order.sort_by_key(|recording| recording.started_at);
    in_order
        .into_iter()
        .flat_map(|recording| files_of(recording, &Predicted::new(mode, &recording.sid, cname)))
        .collect()
}

fn files_of<'r>(recording: &'r Recorded, predicted: &Predicted) -> Vec<MergeFile<'r>> {
    let mut files: Vec<MergeFile<'r>> =
        recording.files.iter().filter_map(|file| told(recording, predicted, file)).collect();
    let is_plain = |file: &MergeFile<'_>| file.kind == Kind::Playlist && file.backup.is_none() && file.late.is_none();
    let pattern_fits = !predicted.is_exact() && files.iter().any(|file| file.kind == Kind::Playlist);
    let lacks_plain = !files.iter().any(is_plain) && !pattern_fits;
    if let Some(name) = predicted.file(Kind::Playlist).filter(|_| lacks_plain) {
        let source = if predicted.is_exact() { Source::Predicted } else { Source::Pattern };
        files.push(MergeFile { source, ..bare(recording, name.into(), Kind::Playlist) });
    }
    // Stable: what no rule orders stays as the service listed it.
    files.sort_by(|one, other| rank(one).cmp(&rank(other)));
    files
}

/// Playlists before MP4 files, each user's tracks together, failovers in their order, late copies behind what they replace.
fn rank<'f>(file: &'f MergeFile<'_>) -> (Kind, Option<u64>, &'f str, &'f str, Option<u32>, Option<Late>, u64) {
    let user = file.user.as_deref().unwrap_or("");
    let track = file.track.as_deref().unwrap_or("");
    (file.kind, user.parse().ok(), user, track, file.backup, file.late, file.index)
}

fn bare(recording: &Recorded, name: Arc<str>, kind: Kind) -> MergeFile<'_> {
    MergeFile {
        recording,
        name,
        kind,
        source: Source::Told,
        backup: None,
        user: None,
        track: None,
        late: None,
        index: 0,
    }
}

/// A told file, unless it is a slice or a screenshot. One that follows no rule is kept: better told than missing.
fn told<'r>(recording: &'r Recorded, predicted: &Predicted, file: &File) -> Option<MergeFile<'r>> {
    let name = Arc::clone(&file.name);
    let Ok(parts) = predicted.parts(&file.name) else {
        let (user, track) = (file.user.clone(), file.track.clone());
        return Some(MergeFile { user, track, ..bare(recording, name, Kind::Other) });
    };
    let kind = match parts.kind {
        Kind::Slice | Kind::WebM | Kind::Jpg => return None,
        Kind::Mpd => Kind::Playlist,
        kind @ (Kind::Playlist | Kind::Mp4 | Kind::Other) => kind,
    };
    Some(MergeFile {
        backup: parts.backup,
        user: parts.tail.user.map(Into::into),
        track: parts.tail.track.map(Into::into),
        late: parts.tail.late,
        index: parts.tail.index.unwrap_or(0),
        ..bare(recording, name, kind)
    })
}
