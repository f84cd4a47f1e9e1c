//! The seam between the client and whatever carries its requests: HTTPS in earnest, the simulator in tests. It knows bytes and
//! status numbers, and nothing of what they mean.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use secrecy::SecretString;

use crate::monitor::answer::NoAnswer;

/// The two methods of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// query and ncs/ip
    Get,
    /// everything else
    Post,
}

/// One request. `Debug` shows neither the credentials nor the body, which may hold storage keys.
#[derive(Clone)]
pub struct HttpRequest {
    /// GET or POST.
    pub method: Method,
    /// Scheme and authority, such as `https://api.agora.io`, without a trailing slash.
    pub base: String,
    /// Path from the first slash on.
    pub path: String,
    /// The value of the `Authorization` header.
    pub authorization: SecretString,
    /// JSON, for a POST.
    pub body: Option<Vec<u8>>,
    /// Give up after this long, name resolution and body included.
    pub timeout: Duration,
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, base, path, authorization: _, body, timeout } = self;
        f.debug_struct("HttpRequest")
            .field("method", method)
            .field("base", base)
            .field("path", path)
            .field("body_bytes", &body.as_ref().map_or(0, Vec::len))
            .field("timeout", timeout)
            .finish_non_exhaustive()
    }
}

/// One response, its body no longer than [`BODY_LIMIT`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpResponse {
    /// HTTP status.
    pub status: u16,
    /// The body as it came.
    pub body: Vec<u8>,
}

/// Longest body that is read: 1 MiB. A longer one is an error, not a partial answer.
pub const BODY_LIMIT: usize = 1024 * 1024;

/// Why there is no response. The text never holds a URL, a header or a body.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No HTTP answer came.
    #[error("{detail}")]
    NoAnswer {
        /// In our words.
        kind: NoAnswer,
        /// In the words of the system.
        detail: String,
    },
    /// The answer's body is longer than [`BODY_LIMIT`].
    #[error("the answer is longer than {} KiB", BODY_LIMIT / 1024)]
    TooLarge {
        /// The HTTP status that came before it.
        status: u16,
    },
}

/// The future of [`Transport::send`].
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<HttpResponse, TransportError>> + Send + 'a>>;

/// Something that carries a request to the service and its answer back. Sends exactly once: no retries, no redirects.
pub trait Transport: Send + Sync {
    /// Carries one request.
    fn send(&self, request: HttpRequest) -> Sending<'_>;

    /// Forgets open connections, which are dead after a sleep of the workstation. Nothing to do where there are none.
    fn reconnect(&self) {}
}
