//! The service behind the gateway: acquire, start, query, update, updateLayout and stop, carried out on the recorders. Addresses
//! and bodies come in, answers go out; what goes wrong on the way is the business of `cloud`.

use std::collections::HashMap;

use serde_json::Value;

use super::answers::{self, Cdn, View};
use super::checks::{self, Complaint, Scene, Wait};
use super::gate::{Asked, Call, Target};
use super::journal::{Befell, Part};
use super::recorder::{Recorder, Stage, Told};
use super::scenario::{BadKeys, Project, Scenario, Shapes, Span, TokenRule};
use super::task::{Mode, Output, Task};
use super::token::{self, Door, Refusal};
use super::world::{TroubleKind, World};
use crate::agora::transport::HttpResponse;

/// A resource ID serves a start for 5 minutes.
const RESOURCE_LIVES_FOR_MS: i64 = 300_000;
/// Samples of resource IDs have 200 characters and more.
const RESOURCE_CHARS: usize = 224;
/// A stop that waits for the upload is given up after this long (vendor: stop).
const UPLOAD_LIMIT: Span = Span::secs(20);

/// From the last upload to the recorder's being gone: long enough for a stop that is sent twice to meet code 49, as it was seen.
const EXITS_WITHIN: Span = Span::secs(3);

/// An answer, and how long the service works on it beyond the network's latency.
pub(super) struct Worked {
    pub(super) response: HttpResponse,
    pub(super) takes: Span,
}

impl From<HttpResponse> for Worked {
    fn from(response: HttpResponse) -> Self {
        Self { response, takes: Span(0) }
    }
}

/// What acquire handed out.
struct Resource {
    cname: String,
    uid: u32,
    scene: Scene,
    acquired_ms: i64,
    /// Counted from the start.
    expires_after: Span,
    start_parameter: Option<Value>,
    /// The recording it was used for.
    recorder: Option<usize>,
}

/// Why no resource is handed out for the App ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closed {
    Suspended,
    NotEnabled,
}

/// The recorders of one project and the calls about them.
pub(super) struct Service {
    pub(super) world: World,
    project: Project,
    shapes: Shapes,
    repeated_start: super::scenario::RepeatedStart,
    pcw: usize,
    /// By resource ID. Never iterated, so its order does not matter.
    resources: HashMap<String, Resource>,
    closed: Vec<(Closed, i64, i64)>,
    names: fastrand::Rng,
    work: fastrand::Rng,
    now_ms: i64,
}

impl Service {
    pub(super) fn new(scenario: &Scenario, world: World, [names, work]: [fastrand::Rng; 2], now_ms: i64) -> Self {
        Self {
            world,
            project: scenario.project.clone(),
            shapes: scenario.service.shapes,
            repeated_start: scenario.service.repeated_start,
            pcw: usize::try_from(scenario.service.pcw).unwrap_or(usize::MAX),
            resources: HashMap::new(),
            closed: Vec::new(),
            names,
            work,
            now_ms,
        }
    }

    /// Hands out no resource from `from_ms` on for so long.
    pub(super) fn close(&mut self, why: Closed, from_ms: i64, lasts: Span) {
        self.closed.push((why, from_ms, lasts.after(from_ms)));
    }

    /// Lets time go on; a moment before the last one counts as the last one.
    pub(super) fn advance(&mut self, now_ms: i64) {
        self.now_ms = self.now_ms.max(now_ms);
        self.world.advance(self.now_ms);
    }

    pub(super) const fn now_ms(&self) -> i64 {
        self.now_ms
    }

    /// The channel that a resource ID was acquired for.
    pub(super) fn cname_of(&self, resource: &str) -> Option<String> {
        self.resources.get(resource).map(|resource| resource.cname.clone())
    }

    /// Carries a request out.
    pub(super) fn act(&mut self, asked: &Asked, body: &[u8]) -> Worked {
        let done = self.check_app(asked).and_then(|()| match &asked.call {
            Call::NcsIp => Ok(answers::notification_servers().into()),
            Call::Acquire => self.acquire(body).map(Worked::from),
            Call::Start { resource, mode } => {
                mode_of(mode).and_then(|mode| self.start(resource, mode, body)).map(Worked::from)
            }
            Call::Query(target) => self.query(target).map(Worked::from),
            Call::Update(target) => self.update(target, body).map(Worked::from),
            Call::UpdateLayout(target) => self.update_layout(target, body).map(Worked::from),
            Call::Stop(target) => self.stop(target, body),
        });
        done.unwrap_or_else(|complaint| answers::refused(&complaint).into())
    }

    fn check_app(&self, asked: &Asked) -> Result<(), Complaint> {
        match &asked.app_id {
            Some(app_id) if *app_id != self.project.app_id => Err(match asked.call {
                Call::Acquire => Complaint::new(400, "invalid_appid"),
                Call::NcsIp
                | Call::Start { .. }
                | Call::Query(_)
                | Call::Update(_)
                | Call::UpdateLayout(_)
                | Call::Stop(_) => Complaint::new(1003, "the appid does not belong to the resourceId"),
            }),
            Some(_) | None => Ok(()),
        }
    }

    fn acquire(&mut self, body: &[u8]) -> Result<HttpResponse, Complaint> {
        let checks::Acquire { cname, uid, scene, expires_after, start_parameter } = checks::acquire(body)?;
        let now_ms = self.now_ms;
        let closed = self.closed.iter().find(|(_, from, to)| *from <= now_ms && now_ms < *to);
        match closed.map(|(why, ..)| *why) {
            Some(Closed::Suspended) => return Err(Complaint::new(405, "no_active_status")),
            Some(Closed::NotEnabled) => return Err(Complaint::new(62, "the service is not enabled for the appid")),
            None => {}
        }
        if self.world.concurrent(now_ms) >= self.pcw {
            return Err(Complaint::new(406, "vendor_over_load"));
        }
        let id = text_of(&mut self.names, RESOURCE_ALPHABET, RESOURCE_CHARS);
        let answer = answers::acquired(self.shapes, &cname, uid, &id);
        let resource =
            Resource { cname, uid, scene, acquired_ms: now_ms, expires_after, start_parameter, recorder: None };
        self.resources.insert(id, resource);
        Ok(answer)
    }

    fn start(&mut self, id: &str, mode: Mode, body: &[u8]) -> Result<HttpResponse, Complaint> {
        let wanted = checks::start(mode, body)?;
        let now_ms = self.now_ms;
        let resource = self.resources.get(id).ok_or_else(unreadable)?;
        if resource.cname != wanted.cname || resource.uid != wanted.uid {
            return Err(does_not_fit());
        }
        let used_by = resource.recorder.and_then(|index| self.world.recorders.get(index));
        if let Some(recorder) = used_by
            && recorder.stage(now_ms) != Stage::Gone
        {
            return Ok(answers::already_started(self.repeated_start, recorder, id));
        }
        // One resource ID, one recording: a used one is as good as an expired one. The documents name no code of its own.
        if used_by.is_some() || now_ms - resource.acquired_ms > RESOURCE_LIVES_FOR_MS {
            return Err(Complaint::new(433, "the resourceId has expired"));
        }
        check_scene(resource.scene, wanted.scene)?;
        if resource.start_parameter.as_ref().is_some_and(|parameter| *parameter != wanted.request) {
            return Err(Complaint::new(2, "request_hash mismatch!"));
        }
        let token_ends_ms = self.check_token(mode, &wanted)?;
        if self.world.is_taken(&wanted.cname, wanted.uid, now_ms) {
            return Err(Complaint::new(53, "task conflict"));
        }
        let expires_ms = resource.expires_after.after(now_ms);
        let sid = text_of(&mut self.names, SID_ALPHABET, 32);
        let checks::Start { cname, uid, max_idle, prefix, task, .. } = wanted;
        let told = Told { cname, uid, sid, task, max_idle, prefix, expires_ms, token_ends_ms };
        let index = self.world.record(told, now_ms);
        if let Some(resource) = self.resources.get_mut(id) {
            resource.recorder = Some(index);
        }
        self.world.recorders.get(index).map(|recorder| answers::started(recorder, id)).ok_or_else(unreadable)
    }

    /// Until when the token lets in, where the project demands one. Web pages are in no channel.
    fn check_token(&self, mode: Mode, wanted: &checks::Start) -> Result<Option<i64>, Complaint> {
        let certificate = match (self.project.token, mode, &self.project.app_certificate) {
            (TokenRule::Required, Mode::Individual | Mode::Mix, Some(certificate)) => certificate,
            (TokenRule::Required, Mode::Individual | Mode::Mix | Mode::Web, _) | (TokenRule::Ignored, ..) => {
                return Ok(None);
            }
        };
        let door = Door { app_id: &self.project.app_id, certificate, cname: &wanted.cname, uid: wanted.uid };
        token::admit(&wanted.token, &door, self.now_ms).map(Some).map_err(|refusal| match refusal {
            Refusal::Expired => Complaint::new(109, "the token has expired"),
            Refusal::Wrong => Complaint::new(110, "the token is invalid for this appid, cname and uid"),
        })
    }

    /// The recording an address means; `None` where there never was one.
    fn find(&self, target: &Target, mode: Mode) -> Result<Option<usize>, Complaint> {
        let id = &target.resource;
        let well_formed = id.len() >= 200 && id.bytes().all(|byte| RESOURCE_ALPHABET.contains(&byte));
        if !well_formed {
            return Err(unreadable());
        }
        let index = self.resources.get(id).and_then(|resource| resource.recorder);
        let Some(Recorder { told, .. }) = index.and_then(|index| self.world.recorders.get(index)) else {
            return Ok(None);
        };
        if told.sid != target.sid {
            return Err(Complaint::new(1003, "the sid does not belong to the resourceId"));
        }
        if told.task.mode() != mode {
            return Err(Complaint::new(2, format!("invalid parameter: mode is not {}", told.task.mode().name())));
        }
        if self.now_ms >= told.expires_ms {
            return Err(Complaint::new(433, "the resourceId has expired"));
        }
        Ok(index)
    }

    /// The recording that a body's channel and UID have to fit.
    fn find_for(&self, target: &Target, mode: Mode, cname: &str, uid: u32) -> Result<Option<usize>, Complaint> {
        let index = self.find(target, mode)?;
        let recorder = index.and_then(|index| self.world.recorders.get(index));
        match recorder {
            Some(Recorder { told, .. }) if told.cname != cname || told.uid != uid => Err(does_not_fit()),
            Some(_) | None => Ok(index),
        }
    }

    fn view(&self, cname: &str) -> View {
        let down = self.world.troubles(cname, self.now_ms).any(|trouble| trouble == TroubleKind::CdnDown);
        View { now_ms: self.now_ms, shapes: self.shapes, cdn: if down { Cdn::Down } else { Cdn::Up } }
    }

    fn query(&self, target: &Target) -> Result<HttpResponse, Complaint> {
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

    fn update(&mut self, target: &Target, body: &[u8]) -> Result<HttpResponse, Complaint> {
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
        if let (
            Some(new),
            Task::Individual(super::task::Individual { streams, .. }) | Task::Mix(super::task::Mix { streams, .. }),
        ) = (update.streams, &mut recorder.told.task)
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
        if let Some(prefix) = update.storage {
            recorder.told.prefix = prefix;
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

    fn update_layout(&mut self, target: &Target, body: &[u8]) -> Result<HttpResponse, Complaint> {
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

    fn stop(&mut self, target: &Target, body: &[u8]) -> Result<Worked, Complaint> {
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

fn mode_of(name: &str) -> Result<Mode, Complaint> {
    Mode::named(name).ok_or_else(|| Complaint::new(2, format!("invalid parameter: mode {name}")))
}

/// A resource serves what it was acquired for.
fn check_scene(acquired: Scene, wanted: Scene) -> Result<(), Complaint> {
    let right = match wanted {
        Scene::Channel => "0",
        Scene::Page => "1",
        Scene::Postponed => "2",
    };
    if acquired == wanted {
        return Ok(());
    }
    Err(Complaint::invalid(format!(
        "the resourceId was acquired with another scene than {right}, which this start needs"
    )))
}

fn unreadable() -> Complaint {
    Complaint::new(1001, "the resourceId cannot be decoded")
}

fn does_not_fit() -> Complaint {
    Complaint::new(432, "cname or uid does not fit the resourceId")
}

const RESOURCE_ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const SID_ALPHABET: &[u8] = b"0123456789abcdef";

fn text_of(dice: &mut fastrand::Rng, alphabet: &[u8], chars: usize) -> String {
    let letter = |_| char::from(dice.choice(alphabet).copied().unwrap_or(b'0'));
    (0..chars).map(letter).collect()
}
