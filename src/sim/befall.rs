//! What befalls recorders besides requests: deaths, failovers, idle channels, users with the same UID, tokens that run out.
//! Each thing at its own moment, written down as it happens.

use super::journal::{Befell, Why};
use super::people::{Publishing, Stranger, StrangerKind};
use super::recorder::{Recorder, Stage};
use super::scenario::{Happening, Span};
use super::world::{Due, Trouble, TroubleKind, World};

/// More failovers than this end the recording.
const MOST_FAILOVERS: u8 = 3;
/// How long status 20 is seen before 404; undocumented, longer than the usual poll interval.
const ABNORMAL_IS_SEEN_FOR: Span = Span::secs(300);
/// How long a recorder that was kicked out is still seen leaving.
const KICKED_IS_SEEN_FOR: Span = Span::secs(3);
/// From the return of a failed-over recorder to its first new slice.
const RESUMES_WITHIN: Span = Span::secs(2);

impl World {
    pub(super) fn happen(&mut self, at_ms: i64, what: Happening) {
        match what {
            Happening::Die { cname } => self.end(at_ms, &cname, &[(at_ms, Stage::Gone)], Befell::Died),
            Happening::AbnormalExit { cname } => {
                let gone_ms = ABNORMAL_IS_SEEN_FOR.after(at_ms);
                self.end(at_ms, &cname, &[(at_ms, Stage::AbnormalExit), (gone_ms, Stage::Gone)], Befell::Crashed);
            }
            Happening::FailOver { cname, lasts } => {
                if let Some(index) = self.latest(&cname, at_ms) {
                    self.fail_over(at_ms, index, lasts);
                }
            }
            Happening::IdleOut { cname } => {
                if let Some(index) = self.latest(&cname, at_ms) {
                    self.leave_because(at_ms, index, Why::Idle);
                }
            }
            Happening::Publish { cname, on } => self.publish(at_ms, cname, on),
            Happening::OutsideRecorder { cname, uid, lasts } => {
                if !self.is_taken(&cname, uid, at_ms) {
                    let until_ms = lasts.after(at_ms);
                    self.people.join(Stranger { cname, uid, until_ms, kind: StrangerKind::Recorder });
                }
            }
            Happening::SameUidUser { cname, uid, lasts } => {
                let ours = self.last_under.get(&cname).and_then(|uids| uids.get(&uid)).copied();
                let until_ms = lasts.after(at_ms);
                self.people.join(Stranger { cname, uid, until_ms, kind: StrangerKind::User });
                if let Some(index) = ours {
                    self.kick(at_ms, index);
                }
            }
            Happening::StuckStart { cname } => {
                self.stuck.insert(cname);
            }
            Happening::BackupCloud { cname, lasts } => self.trouble(at_ms, cname, lasts, TroubleKind::BackupCloud),
            Happening::BadStorage { cname, lasts, shows } => {
                self.trouble(at_ms, cname, lasts, TroubleKind::BadStorage(shows));
            }
            Happening::SlowUpload { cname, takes, lasts } => {
                self.trouble(at_ms, cname, lasts, TroubleKind::SlowUpload(takes));
            }
            Happening::PageStuck { cname, lasts } => self.trouble(at_ms, cname, lasts, TroubleKind::PageStuck),
            Happening::CdnDown { cname, lasts } => self.trouble(at_ms, cname, lasts, TroubleKind::CdnDown),
            // These befall the way to the service or the App ID, not recorders: the cloud hands them on.
            Happening::DomainDark { .. }
            | Happening::Suspended { .. }
            | Happening::NotEnabled { .. }
            | Happening::Fault(_) => {}
        }
    }

    fn trouble(&mut self, from_ms: i64, cname: String, lasts: Span, kind: TroubleKind) {
        self.troubles.push(Trouble { cname, from_ms, to_ms: lasts.after(from_ms), kind });
    }

    /// The recorder of a channel that started last and still lives.
    fn latest(&self, cname: &str, now_ms: i64) -> Option<usize> {
        self.recorders.iter().rposition(|recorder| recorder.told.cname == cname && !recorder.stage(now_ms).is_over())
    }

    fn end(&mut self, at_ms: i64, cname: &str, steps: &[(i64, Stage)], what: Befell) {
        let Some(index) = self.latest(cname, at_ms) else { return };
        if let Some(recorder) = self.recorders.get_mut(index) {
            recorder.replan(at_ms, steps);
        }
        self.note(at_ms, index, what);
    }

    fn fail_over(&mut self, at_ms: i64, index: usize, lasts: Span) {
        let Some(recorder) = self.recorders.get_mut(index) else { return };
        if recorder.failovers >= MOST_FAILOVERS {
            recorder.replan(at_ms, &[(at_ms, Stage::Gone)]);
            return self.note(at_ms, index, Befell::Left { why: Why::TooManyFailovers });
        }
        recorder.failovers += 1;
        let back_ms = lasts.after(at_ms);
        let had_files = recorder.has_files(at_ms);
        recorder.replan(at_ms, &[(at_ms, Stage::Away), (back_ms, Stage::Ready)]);
        if had_files {
            recorder.add_step(RESUMES_WITHIN.after(back_ms), Stage::InProgress);
        } else {
            recorder.first_slice_ms = None;
            recorder.tracks.clear();
            self.write_files(index, at_ms);
        }
        let new_uid = self.uids.u32(1..=u32::MAX);
        self.note(at_ms, index, Befell::Moved { new_uid, back_ms });
    }

    fn publish(&mut self, at_ms: i64, cname: String, on: bool) {
        if self.people.publishing(&cname).on == on {
            return;
        }
        let alive: Vec<usize> = (0..self.recorders.len())
            .filter(|index| {
                let recorder = self.recorders.get(*index);
                recorder.is_some_and(|recorder| {
                    recorder.told.cname == cname && recorder.told.max_idle.is_some() && !recorder.stage(at_ms).is_over()
                })
            })
            .collect();
        self.people.publish(cname, Publishing { on, since_ms: at_ms });
        for index in alive {
            let Some(recorder) = self.recorders.get_mut(index) else { continue };
            if on && !recorder.has_files(at_ms) {
                self.write_files(index, at_ms);
            } else if !on && let Some(max_idle) = recorder.told.max_idle {
                recorder.forget_unwritten_files(at_ms);
                self.plan(max_idle.after(at_ms), Due::Idle { recorder: index, since_ms: at_ms });
            }
        }
    }

    pub(super) fn leave_if_idle(&mut self, at_ms: i64, index: usize, since_ms: i64) {
        let Some(recorder) = self.recorders.get(index) else { return };
        let Publishing { on, since_ms: really_since } = self.people.publishing(&recorder.told.cname);
        if !on && really_since == since_ms {
            self.leave_because(at_ms, index, Why::Idle);
        }
    }

    /// A recorder of a web page is in no channel, where a user could take its place.
    pub(super) fn kick(&mut self, at_ms: i64, index: usize) {
        let Some(Recorder { told, .. }) = self.recorders.get(index) else { return };
        let in_channel = told.task.streams().is_some();
        if in_channel && self.people.is_there(&told.cname, told.uid, StrangerKind::User, at_ms) {
            self.leave(at_ms, index, KICKED_IS_SEEN_FOR, Befell::Kicked);
        }
    }

    /// By itself. A recorder whose storage refuses everything is simply gone, as customers saw it.
    pub(super) fn leave_because(&mut self, at_ms: i64, index: usize, why: Why) {
        let lingers = match why {
            Why::Storage => Span(0),
            Why::Idle | Why::TokenExpired | Why::MaxRecordingHour | Why::PageLoadTimeout | Why::TooManyFailovers => {
                self.leaving
            }
        };
        self.leave(at_ms, index, lingers, Befell::Left { why });
    }

    /// Leaves now, or on its return if it is moving to another server. Nothing happens to one that is leaving or gone.
    fn leave(&mut self, at_ms: i64, index: usize, lingers: Span, what: Befell) {
        let Some(recorder) = self.recorders.get_mut(index) else { return };
        let stage = recorder.stage(at_ms);
        if stage.is_over() {
            return;
        }
        let from_ms = if stage == Stage::Away {
            // No return is planned where it is to leave on its return already.
            let Some(back_ms) = recorder.ready_from(at_ms) else { return };
            back_ms
        } else {
            at_ms
        };
        recorder.leave(from_ms, lingers);
        self.note(from_ms, index, what);
    }

    pub(super) fn reload(&mut self, at_ms: i64, index: usize) {
        if self.recorders.get(index).is_some_and(|recorder| !recorder.stage(at_ms).is_over()) {
            self.note(at_ms, index, Befell::Reloaded);
        }
    }
}
