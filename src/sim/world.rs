//! All recorders and what surrounds them. Time goes on lazily: everything due is carried out, each thing at its own moment,
//! before anybody looks. What then befalls recorders stands in `befall`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::journal::{Befell, Event, Journal, Why};
use super::people::{People, StrangerKind};
use super::recorder::{Medium, Recorder, Stage, Told, Track};
use super::scenario::{BadKeys, Channel, Happening, Span};
use super::task::{Individual, Task};

/// How long two of the same UID coexist before one is kicked: the field reports some seconds.
const KICKED_AFTER: Span = Span::secs(4);
/// How long status 4 is seen where the storage refuses everything: the field reports some seconds.
const REFUSED_IS_SEEN_FOR: Span = Span::secs(8);
/// From the first slice of a user's audio to that of the video.
const VIDEO_FOLLOWS: Span = Span(83);

/// All recorders and what surrounds them.
pub(super) struct World {
    pub(super) recorders: Vec<Recorder>,
    pub(super) people: People,
    /// What befell recorders. May hold what is planned to the end, such as a leave on the return from a failover.
    pub(super) events: Vec<Event>,
    /// The last recorder under a channel and UID. Never iterated, so its order does not matter.
    pub(super) last_under: HashMap<String, BTreeMap<u32, usize>>,
    pub(super) stuck: BTreeSet<String>,
    pub(super) troubles: Vec<Trouble>,
    agenda: BTreeMap<(i64, u64), Due>,
    planned: u64,
    pub(super) leaving: Span,
    pub(super) dice: fastrand::Rng,
    /// UIDs after failovers: a stream of their own, so that they change nothing else.
    pub(super) uids: fastrand::Rng,
}

/// What goes wrong for the recorders of a channel for a time.
pub(super) struct Trouble {
    pub(super) cname: String,
    pub(super) from_ms: i64,
    pub(super) to_ms: i64,
    pub(super) kind: TroubleKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TroubleKind {
    /// The storage cannot be reached: files wait in the backup cloud.
    BackupCloud,
    /// The storage refuses the keys of recorders that start now.
    BadStorage(BadKeys),
    /// Uploads at the end take this long.
    SlowUpload(Span),
    /// Pages never become ready.
    PageStuck,
    /// CDN pushes break off.
    CdnDown,
}

/// Something on the agenda.
pub(super) enum Due {
    Happening(Happening),
    /// Still nobody there since then? Then the recorder leaves.
    Idle {
        recorder: usize,
        since_ms: i64,
    },
    /// Is the user with the same UID still there? Then the recorder is kicked out.
    Kick {
        recorder: usize,
    },
    /// The recorder leaves by itself, unless it has left by then.
    Leave {
        recorder: usize,
        why: Why,
    },
    /// The page is loaded again.
    Reload {
        recorder: usize,
    },
}

impl World {
    pub(super) fn new(channels: &[Channel], leaving: Span, start_ms: i64, [dice, uids]: [fastrand::Rng; 2]) -> Self {
        Self {
            recorders: Vec::new(),
            people: People::new(channels, start_ms),
            events: Vec::new(),
            last_under: HashMap::new(),
            stuck: BTreeSet::new(),
            troubles: Vec::new(),
            agenda: BTreeMap::new(),
            planned: 0,
            leaving,
            dice,
            uids,
        }
    }

    pub(super) fn schedule(&mut self, at_ms: i64, what: Happening) {
        self.plan(at_ms, Due::Happening(what));
    }

    pub(super) fn plan(&mut self, at_ms: i64, due: Due) {
        self.planned += 1;
        self.agenda.insert((at_ms, self.planned), due);
    }

    /// Carries out everything due up to `now_ms`, in order.
    pub(super) fn advance(&mut self, now_ms: i64) {
        while let Some(entry) = self.agenda.first_entry() {
            let at_ms = entry.key().0;
            if at_ms > now_ms {
                return;
            }
            match entry.remove() {
                Due::Happening(what) => self.happen(at_ms, what),
                Due::Idle { recorder, since_ms } => self.leave_if_idle(at_ms, recorder, since_ms),
                Due::Kick { recorder } => self.kick(at_ms, recorder),
                Due::Leave { recorder, why } => self.leave_because(at_ms, recorder, why),
                Due::Reload { recorder } => self.reload(at_ms, recorder),
            }
        }
    }

    /// The truth up to `now_ms`.
    pub(super) fn journal(&self, now_ms: i64) -> Journal {
        let mut events: Vec<Event> = self.events.iter().filter(|event| event.at_ms <= now_ms).cloned().collect();
        events.sort_by_key(|event| event.at_ms);
        Journal { lives: self.recorders.iter().map(|recorder| recorder.life(now_ms)).collect(), events }
    }

    /// Writes down what befell a recorder.
    pub(super) fn note(&mut self, at_ms: i64, index: usize, what: Befell) {
        let Some(Recorder { told, .. }) = self.recorders.get(index) else { return };
        let (cname, sid) = (told.cname.clone(), told.sid.clone());
        self.events.push(Event { at_ms, cname, uid: told.uid, sid, what });
    }

    /// Whether a recorder, ours or another's, keeps a start under this channel and UID from being carried out.
    pub(super) fn is_taken(&self, cname: &str, uid: u32, now_ms: i64) -> bool {
        let ours =
            self.last_under.get(cname).and_then(|uids| uids.get(&uid)).and_then(|index| self.recorders.get(*index));
        ours.is_some_and(|recorder| occupies(recorder.stage(now_ms)))
            || self.people.is_there(cname, uid, StrangerKind::Recorder, now_ms)
    }

    /// Recorders that count against the quota of concurrent recordings.
    pub(super) fn concurrent(&self, now_ms: i64) -> usize {
        let ours = self.recorders.iter().filter(|recorder| occupies(recorder.stage(now_ms))).count();
        ours + self.people.other_recorders(now_ms)
    }

    /// What goes wrong in a channel now.
    pub(super) fn troubles(&self, cname: &str, now_ms: i64) -> impl Iterator<Item = TroubleKind> {
        let around = move |trouble: &&Trouble| trouble.from_ms <= now_ms && now_ms < trouble.to_ms;
        self.troubles.iter().filter(move |trouble| trouble.cname == cname).filter(around).map(|trouble| trouble.kind)
    }

    /// Begins a recording; returns its place in `recorders`.
    pub(super) fn record(&mut self, told: Told, now_ms: i64) -> usize {
        let steps = [
            (Stage::Initialised, 200..=500),
            (Stage::ComponentsStarting, 300..=900),
            (Stage::SomeReady, 400..=1000),
            (Stage::Ready, 600..=2000),
        ];
        let mut at_ms = now_ms;
        let mut plan = vec![(now_ms, Stage::NotBegun)];
        for (stage, takes) in steps {
            at_ms += self.dice.i64(takes);
            plan.push((at_ms, stage));
        }
        let unready = told.task.page().is_some_and(|page| page.ready_timeout > Span(0))
            && self.troubles(&told.cname, now_ms).any(|trouble| trouble == TroubleKind::PageStuck);
        if self.stuck.remove(&told.cname) || unready {
            plan.pop();
        }
        let index = self.recorders.len();
        self.last_under.entry(told.cname.clone()).or_default().insert(told.uid, index);
        self.recorders.push(Recorder::new(told, plan));
        self.note(now_ms, index, Befell::Started);
        self.settle(index, now_ms);
        if unready {
            self.give_up_later(index, now_ms);
        }
        index
    }

    /// A page that never becomes ready is loaded twice.
    fn give_up_later(&mut self, index: usize, now_ms: i64) {
        let page = self.recorders.get(index).and_then(|recorder| recorder.told.task.page());
        let Some(ready_timeout) = page.map(|page| page.ready_timeout) else { return };
        let first_ms = ready_timeout.after(now_ms);
        self.plan(first_ms, Due::Reload { recorder: index });
        self.plan(ready_timeout.after(first_ms), Due::Leave { recorder: index, why: Why::PageLoadTimeout });
    }

    /// Plans what follows once a new recorder is ready: files, leaving an empty channel, being kicked out, running out of time.
    fn settle(&mut self, index: usize, now_ms: i64) {
        let Some(recorder) = self.recorders.get_mut(index) else { return };
        if let Task::Web(page) = &mut recorder.told.task
            && let Some(output) = &mut page.output
        {
            output.since_ms = now_ms;
        }
        let Told { cname, uid, max_idle, token_ends_ms, task, .. } = recorder.told.clone();
        if let Some(page) = task.page() {
            self.plan(page.longest.after(now_ms), Due::Leave { recorder: index, why: Why::MaxRecordingHour });
        }
        if let Some(ends_ms) = token_ends_ms {
            self.plan(ends_ms, Due::Leave { recorder: index, why: Why::TokenExpired });
        }
        let Some(ready_ms) = self.recorders.get(index).and_then(|recorder| recorder.reaches(Stage::Ready)) else {
            return;
        };
        self.meet_storage(index, &cname, ready_ms, now_ms);
        let publishing = self.people.publishing(&cname);
        self.write_files(index, now_ms);
        if let Some(max_idle) = max_idle
            && !publishing.on
        {
            self.plan(max_idle.after(ready_ms), Due::Idle { recorder: index, since_ms: publishing.since_ms });
        }
        if task.page().is_none() && self.people.is_there(&cname, uid, StrangerKind::User, now_ms) {
            self.plan(KICKED_AFTER.after(ready_ms), Due::Kick { recorder: index });
        }
    }

    /// Keys that the storage refuses show some seconds after the recorder is ready, or only at the stop.
    fn meet_storage(&mut self, index: usize, cname: &str, ready_ms: i64, now_ms: i64) {
        let refused = self.troubles(cname, now_ms).find_map(|trouble| match trouble {
            TroubleKind::BadStorage(shows) => Some(shows),
            TroubleKind::BackupCloud | TroubleKind::SlowUpload(_) | TroubleKind::PageStuck | TroubleKind::CdnDown => {
                None
            }
        });
        if let Some(recorder) = self.recorders.get_mut(index) {
            recorder.refused = refused;
        }
        if refused == Some(BadKeys::Gone) {
            self.plan(REFUSED_IS_SEEN_FOR.after(ready_ms), Due::Leave { recorder: index, why: Why::Storage });
        }
    }

    /// The first slice, and status 5 once its file is uploaded, as soon as the recorder is ready and there is something to
    /// record: somebody it subscribes to, or a page that is not on hold.
    pub(super) fn write_files(&mut self, index: usize, now_ms: i64) {
        let Some(recorder) = self.recorders.get(index) else { return };
        let tracks = self.wanted_tracks(&recorder.told);
        if tracks.is_empty() || recorder.refused.is_some() {
            return;
        }
        let (to_slice, to_upload) = (self.dice.i64(500..=1500), self.dice.i64(1000..=3000));
        let Some(recorder) = self.recorders.get_mut(index) else { return };
        let Some(ready_ms) = recorder.ready_from(now_ms) else { return };
        let slice_ms = ready_ms + to_slice;
        for (uid, medium) in tracks {
            let known = recorder.tracks.iter().any(|track| track.uid == uid && track.medium == medium);
            let began_ms = if medium == Medium::Video { VIDEO_FOLLOWS.after(slice_ms) } else { slice_ms };
            if !known {
                recorder.tracks.push(Track { uid, medium, began_ms });
            }
        }
        if recorder.first_slice_ms.is_none() {
            recorder.first_slice_ms = Some(slice_ms);
            recorder.add_step(slice_ms + to_upload, Stage::InProgress);
        }
    }

    /// What there is to record now, by user and medium; web pages count as one user with both.
    fn wanted_tracks(&self, told: &Told) -> Vec<(u32, Medium)> {
        let Some(streams) = told.task.streams() else {
            let records = told.task.page().is_some_and(|page| !page.onhold);
            return if records { vec![(0, Medium::Both)] } else { Vec::new() };
        };
        if !self.people.publishing(&told.cname).on {
            return Vec::new();
        }
        let merged = matches!(told.task, Task::Individual(Individual { merged: true, .. }));
        let mut wanted = Vec::new();
        for user in self.people.users(&told.cname, told.uid) {
            let (audio, video) = (streams.audio.takes(user), streams.video.takes(user));
            wanted.extend(audio.then_some((user, Medium::Audio)));
            wanted.extend(video.then_some((user, Medium::Video)));
            wanted.extend((merged && audio && video).then_some((user, Medium::Both)));
        }
        wanted
    }
}

/// Whether a recorder holds its UID in the channel.
fn occupies(stage: Stage) -> bool {
    match stage {
        Stage::NotBegun
        | Stage::Initialised
        | Stage::ComponentsStarting
        | Stage::SomeReady
        | Stage::Ready
        | Stage::InProgress
        | Stage::StopRequested
        | Stage::Away => true,
        Stage::ComponentsStopped | Stage::Exited | Stage::AbnormalExit | Stage::Gone => false,
    }
}
