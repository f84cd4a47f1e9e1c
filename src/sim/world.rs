//! What happens to recorders besides requests: deaths, failovers, idle channels, strangers with the same UID. Time goes on
//! lazily: everything due is carried out, each thing at its own moment, before anybody looks.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::recorder::{Birth, Recorder, Stage};
use super::scenario::{Channel, Happening, Span};

/// More failovers than this end the recording.
const MOST_FAILOVERS: u8 = 3;
/// How long status 20 is seen before 404; undocumented, longer than the usual poll interval.
const ABNORMAL_IS_SEEN_FOR: Span = Span::secs(300);
/// How long a recorder that was kicked out is still seen leaving.
const KICKED_IS_SEEN_FOR: Span = Span::secs(3);
/// How long two of the same UID coexist before one is kicked: the field reports some seconds.
const KICKED_AFTER: Span = Span::secs(4);
/// From the return of a failed-over recorder to its first new slice.
const RESUMES_WITHIN: Span = Span::secs(2);

/// All recorders and what surrounds them.
pub(super) struct World {
    pub(super) recorders: Vec<Recorder>,
    /// The last recorder under a channel and UID. Never iterated, so its order does not matter.
    last_under: HashMap<String, BTreeMap<u32, usize>>,
    publishing: HashMap<String, Publishing>,
    strangers: Vec<Stranger>,
    stuck: BTreeSet<String>,
    storage_trouble: Vec<(String, i64, i64)>,
    agenda: BTreeMap<(i64, u64), Due>,
    planned: u64,
    leaving: Span,
    dice: fastrand::Rng,
}

/// Whether anybody publishes in a channel, and since when that is so.
#[derive(Clone, Copy)]
struct Publishing {
    on: bool,
    since_ms: i64,
}

/// Somebody who is not ours under a UID.
struct Stranger {
    cname: String,
    uid: u32,
    until_ms: i64,
    kind: StrangerKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum StrangerKind {
    Recorder,
    User,
}

/// Something on the agenda.
enum Due {
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
}

/// What a start asks for, as far as recorders go.
pub(super) struct Wanted {
    pub(super) cname: String,
    pub(super) uid: u32,
    pub(super) sid: String,
    pub(super) max_idle: Span,
    pub(super) mp4: bool,
    pub(super) prefix: String,
    pub(super) expires_ms: i64,
}

impl World {
    pub(super) fn new(channels: &[Channel], leaving: Span, start_ms: i64, dice: fastrand::Rng) -> Self {
        let publishing = channels
            .iter()
            .map(|channel| (channel.cname.clone(), Publishing { on: channel.publishing, since_ms: start_ms }))
            .collect();
        Self {
            recorders: Vec::new(),
            last_under: HashMap::new(),
            publishing,
            strangers: Vec::new(),
            stuck: BTreeSet::new(),
            storage_trouble: Vec::new(),
            agenda: BTreeMap::new(),
            planned: 0,
            leaving,
            dice,
        }
    }

    pub(super) fn schedule(&mut self, at_ms: i64, what: Happening) {
        self.plan(at_ms, Due::Happening(what));
    }

    fn plan(&mut self, at_ms: i64, due: Due) {
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
            }
        }
    }

    /// Whether a recorder, ours or another's, keeps a start under this channel and UID from being carried out.
    pub(super) fn is_taken(&self, cname: &str, uid: u32, now_ms: i64) -> bool {
        let ours =
            self.last_under.get(cname).and_then(|uids| uids.get(&uid)).and_then(|index| self.recorders.get(*index));
        ours.is_some_and(|recorder| occupies(recorder.stage(now_ms)))
            || self.stranger_under(cname, uid, StrangerKind::Recorder, now_ms)
    }

    /// Recorders that count against the quota of concurrent recordings.
    pub(super) fn concurrent(&self, now_ms: i64) -> usize {
        let ours = self.recorders.iter().filter(|recorder| occupies(recorder.stage(now_ms))).count();
        let present = |stranger: &&Stranger| stranger.kind == StrangerKind::Recorder && now_ms < stranger.until_ms;
        ours + self.strangers.iter().filter(present).count()
    }

    /// Whether the customer's storage takes the files of a channel.
    pub(super) fn storage_works(&self, cname: &str, now_ms: i64) -> bool {
        !self.storage_trouble.iter().any(|(whose, from, to)| whose == cname && *from <= now_ms && now_ms < *to)
    }

    /// Begins a recording; returns its place in `recorders`.
    pub(super) fn record(&mut self, wanted: Wanted, now_ms: i64) -> usize {
        let Wanted { cname, uid, sid, max_idle, mp4, prefix, expires_ms } = wanted;
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
        if self.stuck.remove(&cname) {
            plan.pop();
        }
        let index = self.recorders.len();
        self.last_under.entry(cname.clone()).or_default().insert(uid, index);
        self.recorders.push(Recorder::new(Birth { cname, uid, sid, max_idle, mp4, prefix, expires_ms, plan }));
        self.settle(index, now_ms);
        index
    }

    /// Plans what follows once a new recorder is ready: files, leaving an empty channel, being kicked out.
    fn settle(&mut self, index: usize, now_ms: i64) {
        let Some(recorder) = self.recorders.get(index) else { return };
        let Some(ready_ms) = recorder.reaches(Stage::Ready) else { return };
        let max_idle = recorder.max_idle;
        let publishing = self.publishing(&recorder.cname);
        let user_there = self.stranger_under(&recorder.cname, recorder.uid, StrangerKind::User, now_ms);
        if publishing.on {
            self.write_files(index, now_ms);
        } else {
            self.plan(max_idle.after(ready_ms), Due::Idle { recorder: index, since_ms: publishing.since_ms });
        }
        if user_there {
            self.plan(KICKED_AFTER.after(ready_ms), Due::Kick { recorder: index });
        }
    }

    /// A channel nobody described has publishers all along.
    fn publishing(&self, cname: &str) -> Publishing {
        self.publishing.get(cname).copied().unwrap_or(Publishing { on: true, since_ms: i64::MIN })
    }

    /// The first slice, and status 5 once its file is uploaded, as soon as the recorder is ready.
    fn write_files(&mut self, index: usize, now_ms: i64) {
        let (to_slice, to_upload) = (self.dice.i64(500..=1500), self.dice.i64(1000..=3000));
        let Some(recorder) = self.recorders.get_mut(index) else { return };
        if let Some(ready_ms) = recorder.ready_from(now_ms) {
            recorder.first_slice_ms = Some(ready_ms + to_slice);
            recorder.add_step(ready_ms + to_slice + to_upload, Stage::InProgress);
        }
    }

    fn stranger_under(&self, cname: &str, uid: u32, kind: StrangerKind, now_ms: i64) -> bool {
        self.strangers.iter().any(|stranger| {
            stranger.kind == kind && stranger.uid == uid && stranger.cname == cname && now_ms < stranger.until_ms
        })
    }

    /// The recorder of a channel that started last and still lives.
    fn latest(&self, cname: &str, now_ms: i64) -> Option<usize> {
        self.recorders.iter().rposition(|recorder| recorder.cname == cname && !recorder.stage(now_ms).is_over())
    }

    fn happen(&mut self, at_ms: i64, what: Happening) {
        match what {
            Happening::Die { cname } => self.end(at_ms, &cname, &[(at_ms, Stage::Gone)]),
            Happening::AbnormalExit { cname } => {
                let gone_ms = ABNORMAL_IS_SEEN_FOR.after(at_ms);
                self.end(at_ms, &cname, &[(at_ms, Stage::AbnormalExit), (gone_ms, Stage::Gone)]);
            }
            Happening::FailOver { cname, lasts } => {
                if let Some(index) = self.latest(&cname, at_ms) {
                    self.fail_over(at_ms, index, lasts);
                }
            }
            Happening::IdleOut { cname } => {
                if let Some(index) = self.latest(&cname, at_ms) {
                    self.leave(at_ms, index, self.leaving);
                }
            }
            Happening::Publish { cname, on } => self.publish(at_ms, cname, on),
            Happening::OutsideRecorder { cname, uid, lasts } => {
                if !self.is_taken(&cname, uid, at_ms) {
                    let until_ms = lasts.after(at_ms);
                    self.strangers.push(Stranger { cname, uid, until_ms, kind: StrangerKind::Recorder });
                }
            }
            Happening::SameUidUser { cname, uid, lasts } => {
                let ours = self.last_under.get(&cname).and_then(|uids| uids.get(&uid)).copied();
                let until_ms = lasts.after(at_ms);
                self.strangers.push(Stranger { cname, uid, until_ms, kind: StrangerKind::User });
                if let Some(index) = ours {
                    self.kick(at_ms, index);
                }
            }
            Happening::StuckStart { cname } => {
                self.stuck.insert(cname);
            }
            Happening::BackupCloud { cname, lasts } => {
                self.storage_trouble.push((cname, at_ms, lasts.after(at_ms)));
            }
            // These befall the way to the service, not recorders: the cloud hands them to `Darkness` and `Faults`.
            Happening::DomainDark { .. } | Happening::Fault(_) => {}
        }
    }

    fn end(&mut self, at_ms: i64, cname: &str, steps: &[(i64, Stage)]) {
        let index = self.latest(cname, at_ms);
        if let Some(recorder) = index.and_then(|index| self.recorders.get_mut(index)) {
            recorder.replan(at_ms, steps);
        }
    }

    fn fail_over(&mut self, at_ms: i64, index: usize, lasts: Span) {
        let Some(recorder) = self.recorders.get_mut(index) else { return };
        if recorder.failovers >= MOST_FAILOVERS {
            recorder.replan(at_ms, &[(at_ms, Stage::Gone)]);
            return;
        }
        recorder.failovers += 1;
        let back_ms = lasts.after(at_ms);
        let had_files = recorder.has_files(at_ms);
        recorder.replan(at_ms, &[(at_ms, Stage::Away), (back_ms, Stage::Ready)]);
        if had_files {
            recorder.add_step(RESUMES_WITHIN.after(back_ms), Stage::InProgress);
            return;
        }
        recorder.first_slice_ms = None;
        let cname = recorder.cname.clone();
        if self.publishing(&cname).on {
            self.write_files(index, at_ms);
        }
    }

    fn publish(&mut self, at_ms: i64, cname: String, on: bool) {
        if self.publishing(&cname).on == on {
            return;
        }
        let alive: Vec<usize> = (0..self.recorders.len())
            .filter(|index| {
                let recorder = self.recorders.get(*index);
                recorder.is_some_and(|recorder| recorder.cname == cname && !recorder.stage(at_ms).is_over())
            })
            .collect();
        self.publishing.insert(cname, Publishing { on, since_ms: at_ms });
        for index in alive {
            let Some(recorder) = self.recorders.get_mut(index) else { continue };
            if on && !recorder.has_files(at_ms) {
                self.write_files(index, at_ms);
            } else if !on {
                let max_idle = recorder.max_idle;
                recorder.forget_unwritten_files(at_ms);
                self.plan(max_idle.after(at_ms), Due::Idle { recorder: index, since_ms: at_ms });
            }
        }
    }

    fn leave_if_idle(&mut self, at_ms: i64, index: usize, since_ms: i64) {
        let Some(recorder) = self.recorders.get(index) else { return };
        let Publishing { on, since_ms: really_since } = self.publishing(&recorder.cname);
        if !on && really_since == since_ms {
            self.leave(at_ms, index, self.leaving);
        }
    }

    fn kick(&mut self, at_ms: i64, index: usize) {
        let Some(recorder) = self.recorders.get(index) else { return };
        if self.stranger_under(&recorder.cname, recorder.uid, StrangerKind::User, at_ms) {
            self.leave(at_ms, index, KICKED_IS_SEEN_FOR);
        }
    }

    /// Leaves now, or on its return if it is moving to another server. Nothing happens to one that is leaving or gone.
    fn leave(&mut self, at_ms: i64, index: usize, lingers: Span) {
        let Some(recorder) = self.recorders.get_mut(index) else { return };
        let stage = recorder.stage(at_ms);
        if stage.is_over() {
            return;
        }
        let from_ms = if stage == Stage::Away { recorder.ready_from(at_ms).unwrap_or(at_ms) } else { at_ms };
        recorder.leave(from_ms, lingers);
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
