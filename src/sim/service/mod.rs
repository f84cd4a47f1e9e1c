//! The service behind the gateway: which call an address means, and acquire and start, carried out on the recorders. Addresses
//! and bodies come in, answers go out; what goes wrong on the way is the business of `cloud`. The calls about a recording that
//! runs stand in `running`.

mod running;

use std::collections::HashMap;

use serde_json::Value;

use super::answers;
use super::checks::{self, Complaint, Scene};
use super::gate::{Asked, Call, Target};
use super::recorder::{Recorder, Stage, Told};
use super::scenario::{Project, RepeatedStart, Scenario, Shapes, Span, TokenRule};
use super::task::Mode;
use super::token::{self, Door, Refusal};
use super::world::World;
use crate::agora::transport::HttpResponse;

/// A resource ID serves a start for 5 minutes.
const RESOURCE_LIVES_FOR_MS: i64 = 300_000;
/// Samples of resource IDs have 200 characters and more.
const RESOURCE_CHARS: usize = 224;

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
    repeated_start: RepeatedStart,
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
        let Some(resource) = self.resources.get(&target.resource) else {
            return if is_well_formed(&target.resource) { Ok(None) } else { Err(unreadable()) };
        };
        let index = resource.recorder;
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

fn is_well_formed(id: &str) -> bool {
    id.len() >= 200 && id.bytes().all(|byte| RESOURCE_ALPHABET.contains(&byte))
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
