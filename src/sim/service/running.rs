//! The calls about a recording that runs: query, update, updateLayout and stop. Who may make them has been found out before.

use super::{Service, Worked, mode_of, unreadable};
use crate::agora::transport::HttpResponse;
use crate::sim::answers::{self, Cdn, View};
use crate::sim::checks::{self, Complaint, Wait};
use crate::sim::gate::Target;
use crate::sim::journal::{Befell, Part};
use crate::sim::recorder::Stage;
use crate::sim::scenario::{BadKeys, Span};
use crate::sim::task::{Individual, Mix, Mode, Output, Task};
use crate::sim::world::TroubleKind;

/// A stop that waits for the upload is given up after this long (vendor: stop).
const UPLOAD_LIMIT: Span = Span::secs(20);
/// From the last upload to the recorder's being gone: long enough for a stop that is sent twice to meet code 49, as it was seen.
const EXITS_WITHIN: Span = Span::secs(3);

impl Service {
    fn view(&self, cname: &str) -> View {
        let down = self.world.troubles(cname, self.now_ms).any(|trouble| trouble == TroubleKind::CdnDown);
        View { now_ms: self.now_ms, shapes: self.shapes, cdn: if down { Cdn::Down } else { Cdn::Up } }
    }

    pub(super) fn query(&self, target: &Target) -> Result<HttpResponse, Complaint> {
        let index = self.find(target, mode_of(&target.mode)?)?;
        let recorder = index.and_then(|index| self.world.recorders.get(index));
        let status = recorder.and_then(|recorder| recorder.stage(self.now_ms).status());
        Ok(match (recorder, status) {
            (Some(recorder), Some(status)) => {
                answers::status(recorder, &target.resource, status, self.view(&recorder.told.cname))
            }
            (recorder, _) => answers::query_missing(self.shapes, recorder),
        })
    }

    pub(super) fn update(&mut self, target: &Target, body: &[u8]) -> Result<HttpResponse, Complaint> {
        let mode = mode_of(&target.mode)?;
        let update = checks::update(mode, body)?;
        let index = self.find_for(target, mode, &update.cname, update.uid)?;
        let Some(index) = self.alive(index) else { return Ok(self.missing(index)) };
        let parts = self.change(index, update)?;
        for part in parts {
            self.world.note(self.now_ms, index, Befell::Updated { part });
        }
        self.changed(index, target)
    }

    /// Tells a recorder what is new; returns what that was.
    fn change(&mut self, index: usize, update: checks::Update) -> Result<Vec<Part>, Complaint> {
        let now_ms = self.now_ms;
        let Some(recorder) = self.world.recorders.get_mut(index) else { return Ok(Vec::new()) };
        let mut parts = Vec::new();
        if let (Some(new), Task::Individual(Individual { streams, .. }) | Task::Mix(Mix { streams, .. })) =
            (update.streams, &mut recorder.told.task)
        {
            *streams = new;
            parts.push(Part::Subscriptions);
        }
        if let Task::Web(page) = &mut recorder.told.task {
            if let Some(url) = update.output {
                let output = page.output.as_mut().ok_or_else(|| {
                    Complaint::invalid("rtmpPublishConfig: this recording was started without rtmp_publish_service")
                })?;
                *output = Output { url, since_ms: now_ms };
                parts.push(Part::Output);
            }
            if let Some(onhold) = update.onhold.filter(|onhold| *onhold != page.onhold) {
                page.onhold = onhold;
                parts.push(if onhold { Part::Paused } else { Part::Resumed });
            }
        }
        // Renewed keys are all that matters: files that have a name keep it.
        if update.storage {
            parts.push(Part::Storage);
        }
        if parts.contains(&Part::Paused) {
            recorder.pause(now_ms);
            recorder.forget_unwritten_files(now_ms);
        } else if parts.contains(&Part::Resumed) {
            recorder.resume(now_ms);
        }
        self.world.write_files(index, now_ms);
        Ok(parts)
    }

    pub(super) fn update_layout(&mut self, target: &Target, body: &[u8]) -> Result<HttpResponse, Complaint> {
        let mode = mode_of(&target.mode)?;
        if mode != Mode::Mix {
            return Err(Complaint::invalid("updateLayout is for mode mix"));
        }
        let (cname, uid) = checks::update_layout(body)?;
        let index = self.find_for(target, mode, &cname, uid)?;
        let Some(index) = self.alive(index) else { return Ok(self.missing(index)) };
        self.world.note(self.now_ms, index, Befell::Updated { part: Part::Layout });
        self.changed(index, target)
    }

    fn changed(&self, index: usize, target: &Target) -> Result<HttpResponse, Complaint> {
        let recorder = self.world.recorders.get(index).ok_or_else(unreadable)?;
        Ok(answers::updated(recorder, &target.resource))
    }

    /// A recorder that takes orders.
    fn alive(&self, index: Option<usize>) -> Option<usize> {
        index.filter(|index| {
            let stage = self.world.recorders.get(*index).map_or(Stage::Gone, |recorder| recorder.stage(self.now_ms));
            !stage.is_over() && stage != Stage::Away
        })
    }

    fn missing(&self, index: Option<usize>) -> HttpResponse {
        answers::query_missing(self.shapes, index.and_then(|index| self.world.recorders.get(index)))
    }

    pub(super) fn stop(&mut self, target: &Target, body: &[u8]) -> Result<Worked, Complaint> {
        let mode = mode_of(&target.mode)?;
        let checks::Stop { cname, uid, wait } = checks::stop(mode, body)?;
        let (id, now_ms) = (target.resource.as_str(), self.now_ms);
        let found = self.find_for(target, mode, &cname, uid)?;
        let (upload, view) = (self.upload(&cname), self.view(&cname));
        let Some((index, recorder)) = found.and_then(|index| Some((index, self.world.recorders.get_mut(index)?)))
        else {
            return Ok(answers::stop_missing(self.shapes, None, id).into());
        };
        let stage = recorder.stage(now_ms);
        if stage.is_leaving() {
            return Err(Complaint::new(49, "invalid operation"));
        }
        if stage.is_over() || stage == Stage::Away {
            return Ok(answers::stop_missing(self.shapes, Some(recorder), id).into());
        }
        let usual = Span(self.work.u64(2_000..=6_000));
        let lingers = upload.takes.unwrap_or(usual);
        recorder.leave(now_ms, Span(lingers.0 + EXITS_WITHIN.0));
        let refused = recorder.refused == Some(BadKeys::Backuped);
        let worked = if recorder.has_files(now_ms) || refused || mode == Mode::Web {
            let word = if refused || !upload.works { "backuped" } else { "uploaded" };
            match wait {
                Wait::NotAtAll => answers::stopped(recorder, id, answers::upload_unknown(self.shapes), view).into(),
                Wait::ForUpload if lingers > UPLOAD_LIMIT => {
                    Worked { response: answers::upload_timeout(), takes: UPLOAD_LIMIT }
                }
                Wait::ForUpload => Worked { response: answers::stopped(recorder, id, word, view), takes: lingers },
            }
        } else {
            answers::nothing_recorded().into()
        };
        self.world.note(now_ms, index, Befell::Stopped);
        Ok(worked)
    }

    fn upload(&self, cname: &str) -> Upload {
        let mut upload = Upload { works: true, takes: None };
        for trouble in self.world.troubles(cname, self.now_ms) {
            match trouble {
                TroubleKind::BackupCloud => upload.works = false,
                TroubleKind::SlowUpload(takes) => upload.takes = Some(takes),
                TroubleKind::BadStorage(_) | TroubleKind::PageStuck | TroubleKind::CdnDown => {}
            }
        }
        upload
    }
}

/// How the files of a channel get into the customer's storage now.
struct Upload {
    works: bool,
    /// Where that is not the usual time.
    takes: Option<Span>,
}
