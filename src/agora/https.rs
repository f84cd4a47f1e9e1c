//! The real [`Transport`]: HTTP/1.1 over TLS. It sends each request once, follows no redirect (one would carry storage keys
//! elsewhere), never retries, and reads no more than it must. HTTP/1.1, because a request that times out there takes its dead
//! connection with it, instead of leaving it to the next one.

use std::error::Error;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, ClientBuilder, Url};
use rustls::ClientConfig;
use secrecy::ExposeSecret;

use super::account::is_loopback;
pub use super::tls::NoTls;
use super::tls::client_config;
use super::transport::{BODY_LIMIT, HttpRequest, HttpResponse, Method, Sending, Transport, TransportError};
use crate::monitor::answer::NoAnswer;

const USER_AGENT: &str = concat!("reelwatch/", env!("CARGO_PKG_VERSION"));
/// Shorter than the idle times of usual gateways, so that they do not close a connection under a request.
const IDLE_AT_MOST: Duration = Duration::from_secs(20);
const IDLE_CONNECTIONS: usize = 8;

/// Why no request can be sent at all.
#[derive(Debug, thiserror::Error)]
pub enum NoTransport {
    /// Nobody's identity can be checked.
    #[error(transparent)]
    Tls(#[from] NoTls),
    /// The HTTP library refuses its settings.
    #[error("HTTP cannot be set up: {0}; check the proxy settings of this computer")]
    Http(String),
}

/// HTTPS, and plain HTTP to this computer.
pub struct HttpsTransport {
    tls: ClientConfig,
    connect_timeout: Duration,
    connections: Mutex<Option<Connections>>,
}

/// Two pools: the proxy of the system stands before the world, never before this computer.
#[derive(Clone)]
struct Connections {
    outside: Client,
    loopback: Client,
}

impl HttpsTransport {
    /// Connections are given up after `connect_timeout` (3 s in earnest, less where a demo's clock runs faster).
    ///
    /// # Errors
    /// When there is no root certificate, or TLS or the proxy settings of the system cannot be used.
    pub fn new(connect_timeout: Duration) -> Result<Self, NoTransport> {
        let tls = client_config()?;
        let connections = Mutex::new(Some(Connections::new(&tls, connect_timeout)?));
        Ok(Self { tls, connect_timeout, connections })
    }

    /// The pool for an address, built anew after [`Transport::reconnect`].
    fn client(&self, base: &str) -> Result<Client, TransportError> {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        let current = match connections.take() {
            Some(current) => current,
            None => Connections::new(&self.tls, self.connect_timeout)
                .map_err(|error| no_answer(NoAnswer::Connect, error.to_string()))?,
        };
        let Connections { outside, loopback } = connections.insert(current);
        let here = Url::parse(base).is_ok_and(|url| url.host_str().is_some_and(is_loopback));
        Ok(if here { loopback.clone() } else { outside.clone() })
    }
}

impl Transport for HttpsTransport {
    fn send(&self, request: HttpRequest) -> Sending<'_> {
        Box::pin(async move {
            let client = self.client(&request.base)?;
            let timeout = request.timeout;
            // Around everything: the library's own total does not cover the name resolution's thread.
            let carried = tokio::time::timeout(timeout, carry(&client, request)).await;
            carried.unwrap_or_else(|_| Err(no_answer(NoAnswer::Timeout, format!("no whole answer within {timeout:?}"))))
        })
    }

    fn reconnect(&self) {
        *self.connections.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Connections {
    fn new(tls: &ClientConfig, connect_timeout: Duration) -> Result<Self, NoTransport> {
        let builder = || {
            ClientBuilder::new()
                .tls_backend_preconfigured(tls.clone())
                .http1_only()
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .user_agent(USER_AGENT)
                .connect_timeout(connect_timeout)
                .pool_idle_timeout(IDLE_AT_MOST)
                .pool_max_idle_per_host(IDLE_CONNECTIONS)
        };
        let build = |builder: ClientBuilder| builder.build().map_err(|error| NoTransport::Http(innermost(&error)));
        Ok(Self { outside: build(builder().https_only(true))?, loopback: build(builder().no_proxy())? })
    }
}

/// One exchange, without its time limit.
async fn carry(client: &Client, request: HttpRequest) -> Result<HttpResponse, TransportError> {
    let HttpRequest { method, base, path, authorization, body, timeout: _ } = request;
    let mut credentials = HeaderValue::from_str(authorization.expose_secret()).map_err(|_| {
        no_answer(NoAnswer::Connect, "the credentials cannot stand in a header; nothing was sent".into())
    })?;
    credentials.set_sensitive(true);
    let method = match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
    };
    let mut builder = client.request(method, base + &path).header(AUTHORIZATION, credentials);
    builder = builder.header(CONTENT_TYPE, "application/json");
    if let Some(body) = body {
        builder = builder.body(body);
    }
    let mut response = builder.send().await.map_err(classify)?;
    let status = response.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(classify)? {
        if body.len() + chunk.len() > BODY_LIMIT {
            return Err(TransportError::TooLarge { status });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(HttpResponse { status, body })
}

/// The library's error in our words. Order matters: a failed resolution or handshake is a failed connection too.
fn classify(error: reqwest::Error) -> TransportError {
    let error = error.without_url();
    let (kind, what) = if error.is_dns() {
        (NoAnswer::Dns, "the name could not be resolved")
    } else if error.is_connect() && is_tls(&error) {
        (NoAnswer::Tls, "no secure connection")
    } else if error.is_connect() || error.is_builder() {
        (NoAnswer::Connect, "no connection")
    } else if error.is_timeout() {
        (NoAnswer::Timeout, "no answer in time")
    } else {
        (NoAnswer::Reset, "the connection brought no whole answer")
    };
    no_answer(kind, format!("{what}: {}", innermost(&error)))
}

const fn no_answer(kind: NoAnswer, detail: String) -> TransportError {
    TransportError::NoAnswer { kind, detail }
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}

/// The cause of the cause: the outer layers only say that something failed.
fn innermost(error: &(dyn Error + 'static)) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}

fn is_tls(error: &(dyn Error + 'static)) -> bool {
    chain(error).any(holds_tls)
}

/// An `io::Error` leaves what it wraps out of the chain.
fn holds_tls(error: &(dyn Error + 'static)) -> bool {
    error.is::<rustls::Error>()
        || error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
            .is_some_and(|inner| holds_tls(inner) || inner.source().is_some_and(holds_tls))
}

#[cfg(test)]
mod tests;
