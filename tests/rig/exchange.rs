//! One exchange with a cloud: what is sent, how long it takes, and what comes back.

use std::time::Duration;

use reelwatch::agora::reading;
use reelwatch::agora::request::{Terms, request};
use reelwatch::agora::transport::{HttpResponse, TransportError};
use reelwatch::monitor::answer::NoAnswer;
use reelwatch::monitor::io::{Answered, Send};
use reelwatch::sim::{Reply, What};

use super::{Rig, Sent};

/// An answer on its way, and the call it belongs to.
pub(super) struct Flying {
    pub(super) answered: Answered,
    pub(super) sent: usize,
    pub(super) response: Option<HttpResponse>,
}

impl Rig {
    pub(super) fn send(&mut self, send: Send) {
        let project = send.id.project;
        let hosts = &self.roster.projects[usize::from(project.0)].hosts;
        let domain = hosts.iter().position(|host| *host == send.host).expect("a host of its project");
        let terms = Some(Terms { profile: &self.profile, token: None });
        let account = &self.services[usize::from(project.0)].account;
        let request = request(account, terms, &send).expect("a request the service would take");
        let now = self.now.as_millis();
        let Reply { after_ms, what } = self.service(project).cloud.handle(domain, &request, now);
        let limit = send.timeout;
        let takes = Duration::from_millis(after_ms);
        let no_answer = |kind| Err(TransportError::NoAnswer { kind, detail: String::new() });
        let (latency, result) = match what {
            What::Stall => (limit, no_answer(NoAnswer::Timeout)),
            What::Response(_) | What::Cut(_) | What::Reset | What::Refused if takes > limit => {
                (limit, no_answer(NoAnswer::Timeout))
            }
            What::Drip { response, over_ms } => {
                let whole = takes + Duration::from_millis(over_ms);
                if whole > limit { (limit, no_answer(NoAnswer::Timeout)) } else { (whole, Ok(response)) }
            }
            What::Response(response) => (takes, Ok(response)),
            What::Cut(_) | What::Reset => (takes, no_answer(NoAnswer::Reset)),
            What::Refused => (takes, no_answer(NoAnswer::Connect)),
        };
        let answered = reading::read(send.call.kind(), &result).answered(send.id, latency);
        self.number += 1;
        let flying = Flying { answered, sent: self.sent.len(), response: result.ok() };
        self.flying.insert((self.now + latency, self.number), flying);
        self.sent.push(Sent { at: self.now, send, path: request.path, heard: None });
    }
}
