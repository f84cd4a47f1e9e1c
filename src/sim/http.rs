//! The simulated service on loopback ports, one per domain, so that the real client meets it over real HTTP.
//!
//! A dark domain closes its port and its connections, so connecting is refused as it would be in earnest; the same port opens
//! again afterwards. A clock that runs `scale` times as fast as the world shortens every wait by as much.

use std::convert::Infallible;
use std::fmt;
use std::future::pending;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::thread::JoinHandle;
use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use secrecy::SecretString;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::answers;
use super::cloud::{Reply, SimCloud, What};
use super::gate::Light;
use crate::agora::transport::{BODY_LIMIT, HttpRequest, HttpResponse, Method};

/// Reads the simulation's clock: UTC milliseconds.
pub type Now = Arc<dyn Fn() -> i64 + Send + Sync>;

/// How often, at least, a port looks whether its domain is dark by now, in the world's time.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// The running server. Ends when dropped.
pub struct SimServer {
    bases: Vec<String>,
    end: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl fmt::Debug for SimServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimServer").field("bases", &self.bases).finish_non_exhaustive()
    }
}

impl SimServer {
    /// Opens one address per domain of the scenario and serves them on a thread of its own. `addresses` fixes them in order;
    /// port 0, or none given, takes any free port of this computer. `now` is the simulation's clock, `scale` (1 or more) how
    /// many of its milliseconds pass in one of the world.
    ///
    /// # Errors
    /// An address that cannot be opened, named in the text, or a thread that cannot be made.
    pub fn bind(cloud: Arc<Mutex<SimCloud>>, addresses: &[SocketAddr], now: Now, scale: u32) -> io::Result<Self> {
        let domains = lock(&cloud).scenario().project.domains.len();
        let mut listeners = Vec::with_capacity(domains);
        for domain in 0..domains {
            let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
            let address = addresses.get(domain).copied().unwrap_or(any);
            let listener = TcpListener::bind(address)
                .map_err(|error| io::Error::new(error.kind(), format!("{address}: {error}")))?;
            listener.set_nonblocking(true)?;
            listeners.push((listener.local_addr()?, listener));
        }
        let bases = listeners.iter().map(|(address, _)| format!("http://{address}")).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (end, ended) = watch::channel(false);
        let door = Door { cloud, now, scale: scale.max(1) };
        let thread = std::thread::Builder::new()
            .name("simulated-cloud".to_owned())
            .spawn(move || runtime.block_on(serve(door, listeners, ended)))?;
        Ok(Self { bases, end, thread: Some(thread) })
    }

    /// `http://<address>` of each domain, in the scenario's order.
    pub fn bases(&self) -> Vec<String> {
        self.bases.clone()
    }

    /// Closes all ports and connections and waits for the thread.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.end.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so already; there is nothing to add here.
            thread.join().ok();
        }
    }
}

impl Drop for SimServer {
    fn drop(&mut self) {
        self.end();
    }
}

/// The way from a connection to the simulated service.
#[derive(Clone)]
struct Door {
    cloud: Arc<Mutex<SimCloud>>,
    now: Now,
    scale: u32,
}

/// A panic of another thread inside the service leaves it as usable as before: requests are independent.
fn lock(cloud: &Mutex<SimCloud>) -> MutexGuard<'_, SimCloud> {
    cloud.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Door {
    fn light(&self, domain: usize) -> Light {
        lock(&self.cloud).light(domain, (self.now)())
    }

    /// The clock is read under the lock, so that requests arrive in order of time.
    fn handle(&self, domain: usize, request: &HttpRequest) -> Reply {
        let mut cloud = lock(&self.cloud);
        let now_ms = (self.now)();
        cloud.handle(domain, request, now_ms)
    }

    fn in_world(&self, simulated_ms: u64) -> Duration {
        Duration::from_millis(simulated_ms) / self.scale
    }
}

/// Serves all domains until the end.
async fn serve(door: Door, listeners: Vec<(SocketAddr, TcpListener)>, mut ended: watch::Receiver<bool>) {
    let mut domains = JoinSet::new();
    for (domain, (address, listener)) in listeners.into_iter().enumerate() {
        domains.spawn(serve_domain(door.clone(), domain, address, listener));
    }
    // An error means that the server itself was dropped, which is an end too. Dropping the set ends all connections.
    ended.wait_for(|ended| *ended).await.ok();
}

/// One domain, by turns lit and dark.
async fn serve_domain(door: Door, domain: usize, address: SocketAddr, first: TcpListener) {
    let mut open = tokio::net::TcpListener::from_std(first).ok();
    loop {
        match (door.light(domain), open.take()) {
            (Light::Dark { .. }, _) => tokio::time::sleep(LOOK_EVERY / 10).await,
            // The port may still be on its way to being free: then the domain stays dark a little longer.
            (Light::Lit { .. }, None) => match tokio::net::TcpListener::bind(address).await {
                Ok(listener) => open = Some(listener),
                Err(_) => tokio::time::sleep(LOOK_EVERY).await,
            },
            (Light::Lit { .. }, Some(listener)) => serve_until_dark(&door, domain, listener).await,
        }
    }
}

/// Accepts connections until the domain turns dark; then the port and all its connections close.
async fn serve_until_dark(door: &Door, domain: usize, listener: tokio::net::TcpListener) {
    let mut connections = JoinSet::new();
    loop {
        let wait = match door.light(domain) {
            Light::Dark { .. } => return,
            Light::Lit { until_ms: None } => LOOK_EVERY,
            Light::Lit { until_ms: Some(until) } => {
                let left_ms = u64::try_from(until - (door.now)()).unwrap_or(0);
                door.in_world(left_ms).min(LOOK_EVERY)
            }
        };
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve_connection(door.clone(), domain, stream));
                }
                // Out of file descriptors, for instance: the next look may find some.
                Err(_) => tokio::time::sleep(LOOK_EVERY).await,
            },
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

async fn serve_connection(door: Door, domain: usize, stream: TcpStream) {
    let service = service_fn(|request| answer(&door, domain, request));
    // The error is the broken connection that the scenario asked for, or the client's own going away.
    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.ok();
}

/// The connection has to break.
#[derive(Debug, thiserror::Error)]
#[error("the scenario breaks this connection")]
struct Broken;

async fn answer(door: &Door, domain: usize, request: Request<Incoming>) -> Result<Response<Sent>, Broken> {
    let Some(method) = method_of(&request) else { return Ok(respond(answers::no_route(), Pace::AtOnce)) };
    if method == Method::Post && !is_json(&request) {
        return Ok(respond(answers::bad_content_type(), Pace::AtOnce));
    }
    let request = read(method, request).await?;
    let Reply { after_ms, what } = door.handle(domain, &request);
    tokio::time::sleep(door.in_world(after_ms)).await;
    match what {
        What::Response(response) => Ok(respond(response, Pace::AtOnce)),
        What::Cut(response) => Ok(respond(response, Pace::BreaksOff)),
        What::Drip { response, over_ms } => {
            let bytes = u32::try_from(response.body.len()).unwrap_or(u32::MAX).max(1);
            Ok(respond(response, Pace::Drips { gap: door.in_world(over_ms) / bytes, until_next: None }))
        }
        // The request has been read, so the connection can only break: darkness is what closes ports.
        What::Reset | What::Refused => Err(Broken),
        What::Stall => {
            let never: Infallible = pending().await;
            match never {}
        }
    }
}

fn method_of(request: &Request<Incoming>) -> Option<Method> {
    match request.method().as_str() {
        "GET" => Some(Method::Get),
        "POST" => Some(Method::Post),
        _ => None,
    }
}

/// `application/json`, with or without `;charset=utf-8`.
fn is_json(request: &Request<Incoming>) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

async fn read(method: Method, request: Request<Incoming>) -> Result<HttpRequest, Broken> {
    let path = request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
    let authorization = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let authorization = SecretString::from(authorization);
    let body = Limited::new(request.into_body(), BODY_LIMIT).collect().await.map_err(|_| Broken)?.to_bytes();
    let body = (method == Method::Post).then(|| body.to_vec());
    Ok(HttpRequest { method, base: String::new(), path, authorization, body, timeout: Duration::MAX })
}

/// How a body is sent.
enum Pace {
    AtOnce,
    /// It promises more than it sends, and breaks off.
    BreaksOff,
    /// Byte by byte.
    Drips {
        gap: Duration,
        until_next: Option<Pin<Box<tokio::time::Sleep>>>,
    },
}

fn respond(HttpResponse { status, body }: HttpResponse, pace: Pace) -> Response<Sent> {
    let kind = if body.starts_with(b"<") { "text/html" } else { "application/json" };
    let mut response = Response::new(Sent { left: body.into(), pace, flushed: false });
    *response.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or(hyper::StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(kind));
    response
}

/// A body on its way.
struct Sent {
    left: Bytes,
    pace: Pace,
    flushed: bool,
}

impl Body for Sent {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        let Sent { left, pace, flushed } = self.get_mut();
        match pace {
            Pace::Drips { gap, until_next } if !left.is_empty() => {
                let wait = until_next.get_or_insert_with(|| Box::pin(tokio::time::sleep(*gap)));
                std::task::ready!(wait.as_mut().poll(context));
                *until_next = None;
                Poll::Ready(Some(Ok(Frame::data(left.split_to(1)))))
            }
            Pace::AtOnce | Pace::BreaksOff if !left.is_empty() => {
                Poll::Ready(Some(Ok(Frame::data(std::mem::take(left)))))
            }
            Pace::AtOnce | Pace::Drips { .. } => Poll::Ready(None),
            // One more turn lets the first half go out before the connection breaks.
            Pace::BreaksOff if !*flushed => {
                *flushed = true;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Pace::BreaksOff => Poll::Ready(Some(Err(Broken))),
        }
    }

    fn size_hint(&self) -> SizeHint {
        let left = u64::try_from(self.left.len()).unwrap_or(u64::MAX);
        SizeHint::with_exact(match self.pace {
            Pace::AtOnce | Pace::Drips { .. } => left,
            Pace::BreaksOff => left.saturating_mul(2).saturating_add(1),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty() && !matches!(self.pace, Pace::BreaksOff)
    }
}
