//! What must be true after a kill, read from the rows of the database and held against the journal of the simulated service.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use reelwatch::monitor::event::{Event, Record};
use reelwatch::monitor::ids::Sid;
use reelwatch::monitor::phase::{Phase, Sight};
use reelwatch::monitor::policy::Policy;
use reelwatch::monitor::snapshot::ChannelView;
use reelwatch::monitor::{Monitor, Roster};
use reelwatch::store::Store;
use tempfile::TempDir;

use crate::kills::door::Door;
use crate::kills::program::{LIMIT, Program};
use crate::rig;

/// How often the database is looked at while the program settles what was left open.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// One fact as it stands on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    seq: i64,
    at: i64,
    kind: String,
    body: String,
    channel: Option<u32>,
}

/// The folder that every run of one test shares.
pub struct Folder {
    folder: TempDir,
}

impl Folder {
    pub fn new(settings: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("settings.toml"), settings).expect("written");
        Self { folder }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    fn log(&self) -> PathBuf {
        self.path().join("data").join("reelwatch.db")
    }

    /// Whether the program came so far as to make a log.
    #[cfg(feature = "failpoints")]
    pub fn has_log(&self) -> bool {
        self.log().is_file()
    }

    /// No fact stands on the disk twice.
    #[cfg(feature = "failpoints")]
    pub fn has_nothing_twice(&self, place: &str) {
        let rows = self.rows();
        let same = |a: &Row, b: &Row| (a.at, &a.kind, &a.body, a.channel) == (b.at, &b.kind, &b.body, b.channel);
        for (index, row) in rows.iter().enumerate() {
            assert!(!rows[index + 1..].iter().any(|other| same(row, other)), "{place}: twice: {row:?}");
        }
    }

    /// The facts on the disk; a program may be writing meanwhile.
    pub fn rows(&self) -> Vec<Row> {
        let db = rusqlite::Connection::open_with_flags(self.log(), rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE);
        let db = db.expect("the log is there");
        db.busy_timeout(LIMIT).expect("set");
        let mut select = db.prepare("SELECT seq, at, kind, body, channel FROM event ORDER BY seq").expect("our log");
        let row = |row: &rusqlite::Row<'_>| {
            Ok(Row { seq: row.get(0)?, at: row.get(1)?, kind: row.get(2)?, body: row.get(3)?, channel: row.get(4)? })
        };
        select.query_map([], row).expect("asked").collect::<Result<_, _>>().expect("readable")
    }

    /// The database is whole, opens without a complaint, holds what it held before, and its times never go back.
    pub fn is_whole(&self, before: &[Row], place: &str) {
        let db = rusqlite::Connection::open(self.log()).expect("the log is there");
        let verdict: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("checked");
        assert_eq!(verdict, "ok", "{place}");
        drop(db);
        let store = Store::open(&self.log()).unwrap_or_else(|error| panic!("{place}: {error}"));
        assert_eq!((store.notes(), store.events().expect("readable").skipped), (&[][..], 0), "{place}");
        drop(store);
        let after = self.rows();
        assert_eq!(&after[..before.len()], before, "{place}: what was on the disk stays");
        assert!(after.is_sorted_by_key(|row| row.at), "{place}: times go back: {after:#?}");
    }
}

/// What the program said before it was killed.
pub struct Told {
    pub out: Vec<String>,
    /// The command that led to the kill.
    pub deed: &'static str,
}

impl Told {
    /// Every command that was said to be asked for has its intent on the disk.
    pub fn is_kept_in(&self, rows: &[Row], place: &str) {
        let asked = |what: &str| self.out.iter().filter(|line| line.contains(&format!("{what} asked for"))).count();
        let kept = |kind: &str, part: &str| rows.iter().filter(|r| r.kind == kind && r.body.contains(part)).count();
        for (what, kind, part) in [
            ("  Start", "start_requested", "\"cause\":\"start\""),
            ("  Restart with backup UID", "start_requested", "\"cause\":\"restart\""),
            ("  Stop", "stop_requested", ""),
        ] {
            assert!(asked(what) <= kept(kind, part), "{place}: {what} was told and is not kept: {rows:#?}");
        }
        assert!(!self.out.iter().any(|line| line.contains("panicked")), "{place}, {}: {:#?}", self.deed, self.out);
    }
}

/// What was read again from the disk.
struct Picture {
    view: Arc<ChannelView>,
    records: Vec<Record>,
}

fn picture(rows: &[Row]) -> Picture {
    let event = |row: &Row| -> Event {
        let json = format!("{{\"{}\":{}}}", row.kind, row.body);
        let bare = serde_json::from_str(&format!("\"{}\"", row.kind));
        bare.or_else(|_| serde_json::from_str(&json)).unwrap_or_else(|error| panic!("{json}: {error}"))
    };
    let record = |row: &Row| Record {
        at: reelwatch::monitor::time::Timestamp::from_millis(row.at),
        channel: row.channel.map(reelwatch::monitor::ids::ChannelId),
        event: event(row),
    };
    let records: Vec<Record> = rows.iter().map(record).collect();
    let scenario = rig::cloud(1);
    let roster: Roster = rig::roster(&scenario);
    let mut monitor = Monitor::new(roster, Policy::default());
    monitor.replay(&records);
    let at = records.last().map(|record| record.at).unwrap_or_default();
    let view = Arc::clone(&monitor.snapshot(at).channels[0]);
    Picture { view, records }
}

impl Picture {
    fn count(&self, what: impl Fn(&Event) -> bool) -> usize {
        self.records.iter().filter(|record| what(&record.event)).count()
    }

    /// Sids that the log knows.
    fn knows(&self, sid: &str) -> bool {
        self.count(|event| matches!(event, Event::Started { sid: known, .. } if known.as_str() == sid)) > 0
    }

    /// Whether it says of a recorder that it may run: as the channel's own, or as one that answers beside it.
    fn shows(&self, sid: &str) -> bool {
        let is = |known: &Sid| known.as_str() == sid;
        let own = self.view.recording.as_ref().is_some_and(|recording| is(&recording.sid));
        own || self.view.second_recorder.as_ref().is_some_and(|(second, _)| is(second))
    }

    fn began(&self) -> usize {
        self.count(|event| matches!(event, Event::WatchBegan { .. }))
    }

    /// The program began to watch once more, and nothing that was asked for is still open.
    fn is_settled(&self, before: usize) -> bool {
        let seen = match self.view.phase {
            Phase::Starting(_) | Phase::Stopping => return false,
            Phase::Recording | Phase::Suspect | Phase::Lost => self.view.sight == Sight::Clear,
            Phase::Idle
            | Phase::StartUnknown
            | Phase::StartFailed(_)
            | Phase::AbnormalExit
            | Phase::Ended(_)
            | Phase::Stopped(_) => true,
        };
        seen && self.began() > before
    }
}

/// Waits until nothing is open any more and every recorder that lives is shown, and checks that none is lost or doubled.
pub fn settled(folder: &Folder, door: &Door, program: &mut Program, before: &[Row], place: &str) {
    let before = picture(before).began();
    let looks = LIMIT.as_millis() / LOOK_EVERY.as_millis();
    let mut last = None;
    for _ in 0..looks {
        let picture = picture(&folder.rows());
        if picture.is_settled(before) && hidden(door, &picture).is_empty() {
            return doubled(door, &picture, place);
        }
        last = Some(picture);
        thread::park_timeout(LOOK_EVERY);
    }
    let picture = last.expect("it was looked at");
    let hidden = hidden(door, &picture);
    let (phase, records) = (picture.view.phase, &picture.records);
    panic!("{place}: not settled, {phase:?}, not shown: {hidden:?}\n{:#?}\n{records:#?}", program.said());
}

/// Recorders that live and are not shown. One whose `sid` nobody was told may stand behind each start that is told to be
/// unanswered.
fn hidden(door: &Door, picture: &Picture) -> Vec<String> {
    let journal = door.journal();
    let live = journal.live_recorders("court-01", door.now_ms());
    let hidden = live.into_iter().map(|life| life.sid.clone()).filter(|sid| !picture.shows(sid));
    let (known, unknown): (Vec<_>, Vec<_>) = hidden.partition(|sid| picture.knows(sid));
    known.into_iter().chain(unknown.into_iter().skip(picture.view.unknown_starts.len())).collect()
}

/// No intent made two recorders.
fn doubled(door: &Door, picture: &Picture, place: &str) {
    let journal = door.journal();
    let intents = picture.count(|event| matches!(event, Event::StartRequested { .. } | Event::UidTaken { .. }));
    let starts = journal.lives.len();
    assert!(starts <= intents, "{place}: {starts} recorders for {intents} intents: {:#?}", picture.records);
}
