//! The service's JSON, to the letter. Requests are built from checked values; answers are read leniently: unknown keys are
//! ignored, and a key that is missing or of another kind than documented counts as absent. No meaning is given here.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::monitor::event::StopWait;
use crate::monitor::ids::{Cname, Uid};

/// The three members of every POST body.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Post<'a, R> {
    cname: &'a str,
    uid: String,
    client_request: R,
}

impl<'a, R> Post<'a, R> {
    /// A body about this recorder. The UID is a number in quotes.
    pub fn new(cname: &'a Cname, uid: Uid, client_request: R) -> Self {
        Self { cname: cname.as_str(), uid: uid.to_string(), client_request }
    }
}

/// `clientRequest` of stop. This one key is in snake case.
#[derive(Serialize)]
pub struct Stop {
    async_stop: bool,
}

impl Stop {
    /// Asynchronous means: do not wait for the upload.
    pub const fn new(wait: StopWait) -> Self {
        match wait {
            StopWait::ForUpload => Self { async_stop: false },
            StopWait::No => Self { async_stop: true },
        }
    }
}

/// Every member of any answer that has a meaning for us; each may be missing.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AnswerBody {
    /// acquire
    #[serde(deserialize_with = "lenient")]
    pub resource_id: Option<String>,
    /// start
    #[serde(deserialize_with = "lenient")]
    pub sid: Option<String>,
    /// The service's own number.
    #[serde(deserialize_with = "lenient")]
    pub code: Option<i64>,
    /// The service's words.
    #[serde(deserialize_with = "lenient")]
    pub reason: Option<String>,
    /// The gateway's words.
    #[serde(deserialize_with = "lenient")]
    pub message: Option<String>,
    /// query and stop
    #[serde(deserialize_with = "lenient_object")]
    pub server_response: Option<ServerResponse>,
}

/// `serverResponse`.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServerResponse {
    /// query
    #[serde(deserialize_with = "lenient")]
    pub status: Option<i64>,
    /// query and stop
    #[serde(deserialize_with = "lenient")]
    pub file_list: Option<FileList>,
    /// stop
    #[serde(deserialize_with = "lenient")]
    pub uploading_status: Option<String>,
    /// Of one shape of a stop's 404.
    #[serde(deserialize_with = "lenient_object")]
    pub payload: Option<Payload>,
}

/// `serverResponse.payload`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Payload {
    /// The service's words.
    #[serde(deserialize_with = "lenient")]
    pub message: Option<String>,
}

/// `fileList`: text with `["hls"]`, a list with `["hls", "mp4"]`.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum FileList {
    /// One name.
    Text(String),
    /// Names with facts.
    Items(Vec<FileItem>),
}

/// One file of a list.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct FileItem {
    /// Spelt either way.
    #[serde(rename = "fileName", alias = "filename", deserialize_with = "lenient")]
    pub file_name: Option<String>,
}

impl AnswerBody {
    /// Reads a body; `None` when it is no JSON object.
    pub fn parse(body: &[u8]) -> Option<Self> {
        // serde would take an array for a struct, member by member.
        let is_object = body.trim_ascii_start().starts_with(b"{");
        is_object.then(|| serde_json::from_slice(body).ok()).flatten()
    }

    /// The first words the answer has, wherever they stand.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let payload = self.server_response.as_ref().and_then(|response| response.payload.as_ref());
        let texts = [self.reason.as_ref(), self.message.as_ref(), payload.and_then(|payload| payload.message.as_ref())];
        texts.into_iter().flatten().map(String::as_str).filter(|text| !text.trim().is_empty())
    }
}

/// A value of another kind counts as absent.
fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    Ok(T::deserialize(Value::deserialize(deserializer)?).ok())
}

/// The same for a member that has to be an object.
fn lenient_object<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(if value.is_object() { T::deserialize(value).ok() } else { None })
}
