//! The simulated service as a [`Transport`], inside the process: for tests that want no sockets.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::cloud::{Reply, SimCloud, What};
use super::http::Now;
use crate::agora::transport::{HttpRequest, Sending, Transport, TransportError};
use crate::monitor::answer::NoAnswer;

/// Carries requests to a [`SimCloud`]. Waits as long as the simulated answer takes, by tokio's clock, `scale` times as fast.
/// `HttpRequest::timeout` is in the world's time, as for real HTTP.
#[derive(Clone)]
pub struct SimTransport {
    cloud: Arc<Mutex<SimCloud>>,
    bases: Vec<String>,
    now: Now,
    scale: u32,
}

impl SimTransport {
    /// A transport by which each domain of the scenario is reached under `https://<name>`.
    pub fn new(cloud: Arc<Mutex<SimCloud>>, now: Now, scale: u32) -> Self {
        let names = cloud.lock().unwrap_or_else(PoisonError::into_inner).scenario().project.domains.clone();
        let bases = names.iter().map(|name| format!("https://{name}")).collect();
        Self { cloud, bases, now, scale: scale.max(1) }
    }

    /// The addresses it answers under, in the scenario's order.
    pub fn bases(&self) -> Vec<String> {
        self.bases.clone()
    }

    fn handle(&self, request: &HttpRequest) -> Option<Reply> {
        let domain = self.bases.iter().position(|base| *base == request.base)?;
        let mut cloud = self.cloud.lock().unwrap_or_else(PoisonError::into_inner);
        let now_ms = (self.now)();
        Some(cloud.handle(domain, request, now_ms))
    }
}

impl Transport for SimTransport {
    fn send(&self, request: HttpRequest) -> Sending<'_> {
        Box::pin(async move {
            let Some(Reply { after_ms, what }) = self.handle(&request) else {
                return Err(no_answer(NoAnswer::Dns, "the simulated network does not know this host"));
            };
            let body_ms = match &what {
                What::Drip { over_ms, .. } => *over_ms,
                What::Response(_) | What::Cut(_) | What::Reset | What::Refused | What::Stall => 0,
            };
            let takes = Duration::from_millis(after_ms + body_ms) / self.scale;
            if what == What::Stall || takes > request.timeout {
                tokio::time::sleep(request.timeout).await;
                return Err(no_answer(NoAnswer::Timeout, "no answer in time"));
            }
            tokio::time::sleep(takes).await;
            match what {
                What::Response(response) | What::Drip { response, over_ms: _ } => Ok(response),
                What::Cut(_) => Err(no_answer(NoAnswer::Reset, "the connection broke in the middle of the answer")),
                What::Reset | What::Stall => Err(no_answer(NoAnswer::Reset, "the connection broke before an answer")),
                What::Refused => Err(no_answer(NoAnswer::Connect, "connection refused")),
            }
        })
    }
}

fn no_answer(kind: NoAnswer, detail: &str) -> TransportError {
    TransportError::NoAnswer { kind, detail: detail.to_owned() }
}
