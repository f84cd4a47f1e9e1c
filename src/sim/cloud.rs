//! The simulated cloud from outside: one request in, one reply out. The moment of each request is passed in; everything that was
//! due until then has happened before it is looked at. The same scenario, seed and requests make the same bytes.

use secrecy::ExposeSecret;

use super::answers;
use super::checks;
use super::faults::{Faults, Point, Target};
use super::gate::{self, Asked, Call, Darkness, Light, Rate};
use super::journal::Journal;
use super::scenario::{Fault, Happening, Kind, Scenario};
use super::service::{Closed, Service, Worked};
use super::world::World;
use crate::agora::transport::{HttpRequest, HttpResponse};

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
    /// An answer whose body comes byte by byte. The service has acted.
    Drip {
        /// The whole of it.
        response: HttpResponse,
        /// Simulated milliseconds from its first byte to its last.
        over_ms: u64,
    },
    /// The connection breaks before any answer. The service may have acted.
    Reset,
    /// No connection: nothing reached the service.
    Refused,
    /// No answer, ever. The service may have acted.
    Stall,
}

/// Random numbers, one stream per purpose, so that a further draw for one does not change the others.
struct Dice {
    latency: fastrand::Rng,
    faults: fastrand::Rng,
}

/// The simulated service of one project.
pub struct SimCloud {
    scenario: Scenario,
    authorization: String,
    rate: Rate,
    darkness: Darkness,
    faults: Faults,
    service: Service,
    dice: Dice,
}

impl SimCloud {
    /// The service at the first moment of a scenario.
    pub fn new(scenario: Scenario, seed: u64, start_ms: i64) -> Self {
        let mut seeds = fastrand::Rng::with_seed(seed);
        // In this order since the first release: a seed goes on telling the same story.
        let (names, latency, faults, work) = (seeds.fork(), seeds.fork(), seeds.fork(), seeds.fork());
        let lives = [seeds.fork(), seeds.fork()];
        let project = &scenario.project;
        let world = World::new(&scenario.channels, scenario.service.leaving, start_ms, lives);
        let happenings = scenario.happenings.clone();
        let mut cloud = Self {
            authorization: gate::basic(&project.customer_id, &project.customer_secret),
            rate: Rate::new(scenario.service.qps),
            darkness: Darkness::default(),
            faults: Faults::default(),
            service: Service::new(&scenario, world, [names, work], start_ms),
            dice: Dice { latency, faults },
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
        let at_ms = at_ms.max(self.service.now_ms());
        match what {
            Happening::DomainDark { domain, lasts } => {
                if let Some(index) = self.scenario.project.domains.iter().position(|name| *name == domain) {
                    self.darkness.add(index, at_ms, lasts.after(at_ms));
                }
            }
            Happening::Fault(fault) => self.faults.add(fault, at_ms),
            Happening::Suspended { lasts } => self.service.close(Closed::Suspended, at_ms, lasts),
            Happening::NotEnabled { lasts } => self.service.close(Closed::NotEnabled, at_ms, lasts),
            Happening::Die { .. }
            | Happening::FailOver { .. }
            | Happening::IdleOut { .. }
            | Happening::AbnormalExit { .. }
            | Happening::Publish { .. }
            | Happening::OutsideRecorder { .. }
            | Happening::SameUidUser { .. }
            | Happening::StuckStart { .. }
            | Happening::BackupCloud { .. }
            | Happening::BadStorage { .. }
            | Happening::SlowUpload { .. }
            | Happening::PageStuck { .. }
            | Happening::CdnDown { .. } => self.service.world.schedule(at_ms, what),
        }
    }

    /// Whether a domain, counted from 0, can be reached.
    pub fn light(&self, domain: usize, now_ms: i64) -> Light {
        self.darkness.at(domain, now_ms)
    }

    /// The truth as of `now_ms`.
    pub fn journal(&mut self, now_ms: i64) -> Journal {
        self.service.advance(now_ms);
        self.service.world.journal(self.service.now_ms())
    }

    /// Takes one request in at `domain` (counted from 0; nothing listens on others than the scenario's) and replies.
    /// A moment before the last one counts as the last one.
    pub fn handle(&mut self, domain: usize, request: &HttpRequest, now_ms: i64) -> Reply {
        self.service.advance(now_ms);
        let now_ms = self.service.now_ms();
        let refused = Reply { after_ms: REFUSED_AFTER_MS, what: What::Refused };
        let Some(domain_name) = self.scenario.project.domains.get(domain).cloned() else { return refused };
        if let Light::Dark { .. } = self.darkness.at(domain, now_ms) {
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
            && self.faults.pick(target, Point::Connecting, now_ms, &mut self.dice.faults).is_some()
        {
            return refused;
        }
        let (Some(asked), Some(target)) = (&asked, target) else { return self.answer(answers::no_route().into()) };
        if request.authorization.expose_secret() != self.authorization {
            return self.answer(answers::unauthorized().into());
        }
        // The rate is that of an App ID, which asking for the senders of notifications does not name.
        if asked.call != Call::NcsIp && !self.rate.admits(now_ms) {
            return self.answer(answers::rate_limited().into());
        }
        match self.faults.pick(target, Point::Answering, now_ms, &mut self.dice.faults) {
            Some(fault) => self.spoil(&fault, asked, request),
            None => {
                let worked = self.act(asked, request);
                self.answer(worked)
            }
        }
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
        let by_resource = asked.call.resource().and_then(|resource| self.service.cname_of(resource));
        by_resource.or_else(|| checks::cname_of(request.body.as_deref()))
    }

    fn act(&mut self, asked: &Asked, request: &HttpRequest) -> Worked {
        self.service.act(asked, request.body.as_deref().unwrap_or_default())
    }

    /// Replies as a fault makes it.
    fn spoil(&mut self, fault: &Fault, asked: &Asked, request: &HttpRequest) -> Reply {
        let right = if fault.acts() { Some(self.act(asked, request)) } else { None };
        let takes = right.as_ref().map_or(0, |worked| worked.takes.0);
        let after_ms = fault.after.map_or_else(|| self.latency_ms(), |after| after.0);
        let own = answers::of_fault(fault.kind, asked.call.name(), asked.call.resource().unwrap_or_default());
        let what = match (own, right) {
            (Some(own), _) => What::Response(own),
            (None, Some(right)) if fault.kind == Kind::Slow => {
                return Reply { after_ms: after_ms + takes, what: What::Response(right.response) };
            }
            (None, Some(right)) if fault.kind == Kind::Drip => {
                let over_ms = fault.after.map_or(0, |after| after.0);
                return Reply { after_ms: takes, what: What::Drip { response: right.response, over_ms } };
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
}
