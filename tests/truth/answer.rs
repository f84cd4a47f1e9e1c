//! What the service said, read from its HTTP answer by the documented numbers alone. It judges nothing.

use serde_json::Value;

/// What one exchange came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says {
    /// The status of a recorder: 0 to 8, or 20.
    Status(i64),
    /// 404 without a route's message: no such recorder.
    Missing,
    /// The service's own 50x.
    ServerError,
    /// A gateway's 502, 503 or 504.
    Gateway,
    /// No HTTP answer.
    Nothing,
    /// Code 65.
    NotCompleted,
    /// 429.
    Throttled,
    /// A recording was started under this name.
    Started(String),
    /// 201, or code 7: it was started before.
    StartedBefore,
    /// Any other success.
    Done,
    /// Any other refusal.
    Refused,
    /// Nothing that can be read.
    Nonsense,
}

impl Says {
    /// Reads an answer: its status and its body, if one came.
    pub fn read(answer: Option<(u16, &[u8])>) -> Self {
        let Some((http, body)) = answer else { return Self::Nothing };
        let json: Option<Value> = serde_json::from_slice(body).ok();
        let object = json.as_ref().and_then(Value::as_object);
        let code = object.and_then(|object| object.get("code")).and_then(Value::as_i64);
        match (http, code) {
            (429, _) => return Self::Throttled,
            (502..=504, None) => return Self::Gateway,
            (500..=599, _) => return Self::ServerError,
            (206, Some(65)) => return Self::NotCompleted,
            (201, _) | (_, Some(7)) => return Self::StartedBefore,
            (404, _) => return Self::of_404(object.is_some_and(|object| object.contains_key("message")), code),
            (400..=499, _) => return Self::Refused,
            _ => {}
        }
        let Some(object) = object else { return Self::Nonsense };
        let server = object.get("serverResponse");
        let sid = object.get("sid").and_then(Value::as_str).filter(|sid| !sid.is_empty());
        match (server.and_then(|server| server.get("status")).and_then(Value::as_i64), sid) {
            (Some(status), _) => Self::Status(status),
            (None, Some(sid)) if server.is_none() => Self::Started(sid.to_owned()),
            (None, _) => Self::Done,
        }
    }

    const fn of_404(has_message: bool, code: Option<i64>) -> Self {
        if has_message && code.is_none() { Self::Refused } else { Self::Missing }
    }

    /// Whether it says that the recorder records.
    pub const fn is_good(&self) -> bool {
        matches!(self, Self::Status(4 | 5))
    }

    /// Whether it says that the recorder does not record any more, or not now.
    pub const fn is_bad(&self) -> bool {
        matches!(self, Self::Missing | Self::Status(6 | 7 | 8 | 20))
    }

    /// Whether another domain should be asked.
    pub const fn is_the_domains(&self) -> bool {
        matches!(self, Self::Gateway | Self::Nothing)
    }
}
