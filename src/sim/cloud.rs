//! The simulated service: one request in, one reply out. The moment of each request is passed in; everything that was due until
//! then has happened before it is looked at. The same scenario, seed and requests make the same bytes.

use std::collections::HashMap;

use secrecy::ExposeSecret;
use serde_json::Value;

use super::answers;
use super::checks::{self, Complaint, Wait};
use super::faults::{Faults, Point, Target};
use super::gate::{self, Asked, Call, Darkness, Light, Rate};
use super::journal::Journal;
use super::recorder::Stage;
use super::scenario::{Fault, Happening, Kind, Scenario, Span};
use super::world::{Wanted, World};
use crate::agora::transport::{HttpRequest, HttpResponse};

/// A resource ID serves a start for 5 minutes.
const RESOURCE_LIVES_FOR_MS: i64 = 300_000;
/// Samples of resource IDs have 200 characters and more.
const RESOURCE_CHARS: usize = 224;
/// How long a refused connection takes to be refused.
const REFUSED_AFTER_MS: u64 = 1;

/// What the client sees of one request, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Simulated milliseconds from the request to what the client sees.
    pub after_ms: u64,
    /// What it sees.
    pub what: What,
}

/// What the client sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// An answer.
    Response(HttpResponse),
    /// The beginning of an answer, whose body breaks off after the bytes given here. The service has acted.
    Cut(HttpResponse),
    /// The connection breaks before any answer. The service may have acted.
    Reset,
    /// No connection: nothing reached the service.
    Refused,
    /// No answer, ever. The service may have acted.
    Stall,
}

/// An answer, and how long the service works on it beyond the network's latency.
struct Worked {
    response: HttpResponse,
    takes: Span,
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
    acquired_ms: i64,
    /// Counted from the start.
    expires_after: Span,
    start_parameter: Option<Value>,
    /// The recording it was used for.
    recorder: Option<usize>,
}

/// Random numbers, one stream per purpose, so that a further draw for one does not change the others.
struct Dice {
    names: fastrand::Rng,
    latency: fastrand::Rng,
    faults: fastrand::Rng,
    work: fastrand::Rng,
}

/// The simulated service of one project.
pub struct SimCloud {
    scenario: Scenario,
    now_ms: i64,
    authorization: String,
    rate: Rate,
    darkness: Darkness,
    faults: Faults,
    world: World,
    /// By resource ID. Never iterated, so its order does not matter.
    resources: HashMap<String, Resource>,
    dice: Dice,
}

impl SimCloud {
    /// The service at the first moment of a scenario.
    pub fn new(scenario: Scenario, seed: u64, start_ms: i64) -> Self {
        let mut seeds = fastrand::Rng::with_seed(seed);
        let dice = Dice { names: seeds.fork(), latency: seeds.fork(), faults: seeds.fork(), work: seeds.fork() };
        let project = &scenario.project;
        let happenings = scenario.happenings.clone();
        let mut cloud = Self {
            now_ms: start_ms,
            authorization: gate::basic(&project.customer_id, &project.customer_secret),
            rate: Rate::new(scenario.service.qps),
            darkness: Darkness::default(),
            faults: Faults::default(),
            world: World::new(&scenario.channels, scenario.service.leaving, start_ms, seeds.fork()),
            resources: HashMap::new(),
            dice,
            scenario,
        };
        for at in happenings {
            cloud.schedule(at.t.after(start_ms), at.what);
        }
        cloud
    }

    /// The scenario it plays.
    pub const fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Lets something happen at a moment; at once if that has passed.
    pub fn schedule(&mut self, at_ms: i64, what: Happening) {
        let at_ms = at_ms.max(self.now_ms);
        match what {
            Happening::DomainDark { domain, lasts } => {
                if let Some(index) = self.scenario.project.domains.iter().position(|name| *name == domain) {
                    self.darkness.add(index, at_ms, lasts.after(at_ms));
                }
            }
            Happening::Fault(fault) => self.faults.add(fault, at_ms),
            Happening::Die { .. }
            | Happening::FailOver { .. }
            | Happening::IdleOut { .. }
            | Happening::AbnormalExit { .. }
            | Happening::Publish { .. }
            | Happening::OutsideRecorder { .. }
            | Happening::SameUidUser { .. }
            | Happening::StuckStart { .. }
            | Happening::BackupCloud { .. } => self.world.schedule(at_ms, what),
        }
    }

    /// Whether a domain, counted from 0, can be reached.
    pub fn light(&self, domain: usize, now_ms: i64) -> Light {
        self.darkness.at(domain, now_ms)
    }

    /// The truth as of `now_ms`.
    pub fn journal(&mut self, now_ms: i64) -> Journal {
        self.advance(now_ms);
        Journal { lives: self.world.recorders.iter().map(|recorder| recorder.life(self.now_ms)).collect() }
    }

    /// Takes one request in at `domain` (counted from 0; nothing listens on others than the scenario's) and replies.
    /// A moment before the last one counts as the last one.
    pub fn handle(&mut self, domain: usize, request: &HttpRequest, now_ms: i64) -> Reply {
        self.advance(now_ms);
        let refused = Reply { after_ms: REFUSED_AFTER_MS, what: What::Refused };
        let Some(domain_name) = self.scenario.project.domains.get(domain).cloned() else { return refused };
        if let Light::Dark { .. } = self.darkness.at(domain, self.now_ms) {
            return refused;
        }
        let asked = gate::route(request.method, &request.path);
        let cname = asked.as_ref().and_then(|asked| self.cname_of(asked, request));
        let target = asked.as_ref().map(|asked| Target {
            domain: &domain_name,
            call: asked.call.name(),
            cname: cname.as_deref(),
        });
        if let Some(target) = target
            && self.faults.pick(target, Point::Connecting, self.now_ms, &mut self.dice.faults).is_some()
        {
            return refused;
        }
        let (Some(asked), Some(target)) = (&asked, target) else { return self.answer(answers::no_route().into()) };
        if request.authorization.expose_secret() != self.authorization {
            return self.answer(answers::unauthorized().into());
        }
        if !self.rate.admits(self.now_ms) {
            return self.answer(answers::rate_limited().into());
        }
        match self.faults.pick(target, Point::Answering, self.now_ms, &mut self.dice.faults) {
            Some(fault) => self.spoil(&fault, asked, request),
            None => {
                let worked = self.act(asked, request);
                self.answer(worked)
            }
        }
    }

    fn advance(&mut self, now_ms: i64) {
        self.now_ms = self.now_ms.max(now_ms);
        self.world.advance(self.now_ms);
    }

    fn latency_ms(&mut self) -> u64 {
        let [shortest, longest] = self.scenario.service.latency;
        self.dice.latency.u64(shortest.0..=longest.0)
    }

    fn answer(&mut self, worked: Worked) -> Reply {
        Reply { after_ms: self.latency_ms() + worked.takes.0, what: What::Response(worked.response) }
    }

    /// The channel a request is about: bodies name it, a query's address leads to it.
    fn cname_of(&self, asked: &Asked, request: &HttpRequest) -> Option<String> {
        let by_resource = asked.call.resource().and_then(|resource| self.resources.get(resource));
        by_resource.map(|resource| resource.cname.clone()).or_else(|| checks::cname_of(request.body.as_deref()))
    }

    /// Replies as a fault makes it.
    fn spoil(&mut self, fault: &Fault, asked: &Asked, request: &HttpRequest) -> Reply {
        let right = if fault.acts() { Some(self.act(asked, request)) } else { None };
        let takes = right.as_ref().map_or(0, |worked| worked.takes.0);
        let after_ms = fault.after.map_or_else(|| self.latency_ms(), |after| after.0);
        let own = answers::of_fault(fault.kind, asked.call.name());
        let what = match (own, right) {
            (Some(own), _) => What::Response(own),
            (None, Some(right)) if fault.kind == Kind::Slow => {
                return Reply { after_ms: after_ms + takes, what: What::Response(right.response) };
            }
            (None, Some(Worked { mut response, .. })) if fault.kind == Kind::Cut => {
                response.body.truncate(response.body.len() / 2);
                What::Cut(response)
            }
            (None, _) if fault.kind == Kind::Stall => What::Stall,
            (None, _) => What::Reset,
        };
        Reply { after_ms, what }
    }

    /// Carries a request out.
    fn act(&mut self, asked: &Asked, request: &HttpRequest) -> Worked {
        let body = request.body.as_deref().unwrap_or_default();
        let done = self.check_address(asked).and_then(|()| match &asked.call {
            Call::Acquire => self.acquire(body).map(Worked::from),
            Call::Start { resource, mode: _ } => self.start(resource, body).map(Worked::from),
            Call::Query { resource, sid, mode: _ } => self.query(resource, sid).map(Worked::from),
            Call::Stop { resource, sid, mode: _ } => self.stop(resource, sid, body),
        });
        done.unwrap_or_else(|complaint| answers::refused(&complaint).into())
    }

    fn check_address(&self, asked: &Asked) -> Result<(), Complaint> {
        if asked.app_id != self.scenario.project.app_id {
            return Err(match asked.call {
                Call::Acquire => Complaint::new(400, "invalid_appid"),
                Call::Start { .. } | Call::Query { .. } | Call::Stop { .. } => {
                    Complaint::new(1003, "the appid does not belong to the resourceId")
                }
            });
        }
        match asked.call.mode() {
            None | Some("mix") => Ok(()),
            Some("individual" | "web") => Err(Complaint::new(2, "the simulated service records in mode mix only")),
            Some(other) => Err(Complaint::new(2, format!("invalid parameter: mode {other}"))),
        }
    }

    fn acquire(&mut self, body: &[u8]) -> Result<HttpResponse, Complaint> {
        let checks::Acquire { cname, uid, expires_after, start_parameter } = checks::acquire(body)?;
        let limit = usize::try_from(self.scenario.service.pcw).unwrap_or(usize::MAX);
        if self.world.concurrent(self.now_ms) >= limit {
            return Err(Complaint::new(406, "vendor_over_load"));
        }
        let id = text_of(&mut self.dice.names, RESOURCE_ALPHABET, RESOURCE_CHARS);
        let answer = answers::acquired(self.scenario.service.shapes, &cname, uid, &id);
        let acquired_ms = self.now_ms;
        let resource = Resource { cname, uid, acquired_ms, expires_after, start_parameter, recorder: None };
        self.resources.insert(id, resource);
        Ok(answer)
    }

    fn start(&mut self, id: &str, body: &[u8]) -> Result<HttpResponse, Complaint> {
        let wanted = checks::start(body)?;
        let unreadable = || Complaint::new(1001, "the resourceId cannot be decoded");
        let resource = self.resources.get_mut(id).ok_or_else(unreadable)?;
        if resource.cname != wanted.cname || resource.uid != wanted.uid {
            return Err(Complaint::new(432, "cname or uid does not fit the resourceId"));
        }
        let used_by = resource.recorder.and_then(|index| self.world.recorders.get(index));
        if let Some(recorder) = used_by
            && recorder.stage(self.now_ms) != Stage::Gone
        {
            return Ok(answers::already_started(self.scenario.service.repeated_start, recorder, id));
        }
        // One resource ID, one recording: a used one is as good as an expired one. The documents name no code of its own.
        if used_by.is_some() || self.now_ms - resource.acquired_ms > RESOURCE_LIVES_FOR_MS {
            return Err(Complaint::new(433, "the resourceId has expired"));
        }
        if resource.start_parameter.as_ref().is_some_and(|parameter| *parameter != wanted.request) {
            return Err(Complaint::new(2, "request_hash mismatch!"));
        }
        if self.world.is_taken(&wanted.cname, wanted.uid, self.now_ms) {
            return Err(Complaint::new(53, "task conflict"));
        }
        let checks::Start { cname, uid, max_idle, mp4, prefix, request: _ } = wanted;
        let sid = text_of(&mut self.dice.names, SID_ALPHABET, 32);
        let expires_ms = resource.expires_after.after(self.now_ms);
        let wanted = Wanted { cname, uid, sid, max_idle, mp4, prefix, expires_ms };
        let index = self.world.record(wanted, self.now_ms);
        resource.recorder = Some(index);
        let recorder = self.world.recorders.get(index).ok_or_else(unreadable)?;
        Ok(answers::started(recorder, id))
    }

    /// The recording an address means; `None` where there never was one.
    fn find(&self, id: &str, sid: &str) -> Result<Option<usize>, Complaint> {
        let well_formed = id.len() >= 200 && id.bytes().all(|byte| RESOURCE_ALPHABET.contains(&byte));
        if !well_formed {
            return Err(Complaint::new(1001, "the resourceId cannot be decoded"));
        }
        let index = self.resources.get(id).and_then(|resource| resource.recorder);
        let Some(recorder) = index.and_then(|index| self.world.recorders.get(index)) else { return Ok(None) };
        if recorder.sid != sid {
            return Err(Complaint::new(1003, "the sid does not belong to the resourceId"));
        }
        if self.now_ms >= recorder.expires_ms {
            return Err(Complaint::new(433, "the resourceId has expired"));
        }
        Ok(index)
    }

    fn query(&self, id: &str, sid: &str) -> Result<HttpResponse, Complaint> {
        let recorder = self.find(id, sid)?.and_then(|index| self.world.recorders.get(index));
        let status = recorder.and_then(|recorder| recorder.stage(self.now_ms).status());
        Ok(match (recorder, status) {
            (Some(recorder), Some(status)) => answers::status(recorder, id, status, self.now_ms),
            (recorder, _) => answers::query_missing(self.scenario.service.shapes, recorder),
        })
    }

    fn stop(&mut self, id: &str, sid: &str, body: &[u8]) -> Result<Worked, Complaint> {
        let checks::Stop { cname, uid, wait } = checks::stop(body)?;
        let (shapes, now_ms) = (self.scenario.service.shapes, self.now_ms);
        let found = self.find(id, sid)?;
        let uploads = self.world.storage_works(&cname, now_ms);
        let Some(recorder) = found.and_then(|index| self.world.recorders.get_mut(index)) else {
            return Ok(answers::stop_missing(shapes, None, id).into());
        };
        if recorder.cname != cname || recorder.uid != uid {
            return Err(Complaint::new(432, "cname or uid does not fit the resourceId"));
        }
        let stage = recorder.stage(now_ms);
        if stage.is_leaving() {
            return Err(Complaint::new(49, "invalid operation"));
        }
        if stage.is_over() || stage == Stage::Away {
            return Ok(answers::stop_missing(shapes, Some(recorder), id).into());
        }
        let lingers = Span(self.dice.work.u64(2_000..=6_000));
        recorder.leave(now_ms, lingers);
        if !recorder.has_files(now_ms) {
            return Ok(answers::nothing_recorded().into());
        }
        Ok(match wait {
            Wait::NotAtAll => answers::stopped(recorder, id, answers::upload_unknown(shapes), now_ms).into(),
            Wait::ForUpload => {
                let uploading = if uploads { "uploaded" } else { "backuped" };
                Worked { response: answers::stopped(recorder, id, uploading, now_ms), takes: lingers }
            }
        })
    }
}

const RESOURCE_ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const SID_ALPHABET: &[u8] = b"0123456789abcdef";

fn text_of(dice: &mut fastrand::Rng, alphabet: &[u8], chars: usize) -> String {
    let letter = |_| char::from(dice.choice(alphabet).copied().unwrap_or(b'0'));
    (0..chars).map(letter).collect()
}
