//! The JSON of answers, read leniently: unknown keys are ignored, and a key that is missing or of another kind than documented
//! counts as absent. Every spelling that the vendor's documents and samples show is known here. No meaning is given here.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

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
    /// ncs/ip
    #[serde(deserialize_with = "lenient_object")]
    pub data: Option<Data>,
}

/// `serverResponse`.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServerResponse {
    /// query
    #[serde(deserialize_with = "lenient")]
    pub status: Option<i64>,
    /// query and stop of the modes individual and mix
    #[serde(deserialize_with = "file_list")]
    pub file_list: FileList,
    /// When the recording began.
    #[serde(deserialize_with = "lenient")]
    pub slice_start_time: Option<i64>,
    /// stop of the modes individual and mix
    #[serde(deserialize_with = "lenient")]
    pub uploading_status: Option<String>,
    /// query and stop of the web mode
    #[serde(deserialize_with = "lenient_list")]
    pub extension_service_state: Vec<Service>,
    /// Of one shape of a stop's 404.
    #[serde(deserialize_with = "lenient_object")]
    pub payload: Option<ServicePayload>,
}

/// One service of a web recording.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Service {
    /// `web_recorder_service`, `rtmp_publish_service`, `upload_service`, or a name of days to come.
    #[serde(deserialize_with = "lenient")]
    pub service_name: Option<String>,
    #[serde(deserialize_with = "lenient_object")]
    payload: Option<ServicePayload>,
    /// So spelt in the reference of 2024 to mid 2026.
    #[serde(deserialize_with = "lenient_object")]
    playload: Option<ServicePayload>,
}

impl Service {
    /// What it says, however that is spelt.
    pub const fn payload(&self) -> Option<&ServicePayload> {
        match &self.payload {
            Some(payload) => Some(payload),
            None => self.playload.as_ref(),
        }
    }
}

/// What a service of a web recording says, and the words of one shape of a 404.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServicePayload {
    /// `init`, `inProgress`, `exit`
    #[serde(deserialize_with = "lenient")]
    pub state: Option<String>,
    /// Whether it pauses.
    #[serde(deserialize_with = "lenient")]
    pub onhold: Option<bool>,
    /// The files of the page.
    #[serde(deserialize_with = "file_list")]
    pub file_list: FileList,
    /// Where it is streamed to.
    #[serde(deserialize_with = "lenient_list")]
    pub outputs: Vec<StreamOutput>,
    /// Of the only stream, in an older text.
    #[serde(deserialize_with = "lenient")]
    pub status: Option<String>,
    /// Of the only stream, in an older text.
    #[serde(deserialize_with = "lenient")]
    pub rtmp_url: Option<String>,
    /// `uploaded`, `backuped`, `unknown`, `unknow`
    #[serde(deserialize_with = "lenient")]
    pub uploading_status: Option<String>,
    /// Words of a 404.
    #[serde(deserialize_with = "lenient")]
    pub message: Option<String>,
}

/// One stream of a web recording.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StreamOutput {
    /// Where it goes.
    #[serde(deserialize_with = "lenient")]
    pub rtmp_url: Option<String>,
    /// `connecting`, `publishing`, `onhold`, `disconnected`
    #[serde(deserialize_with = "lenient")]
    pub status: Option<String>,
}

/// `fileList`: text with `["hls"]` in mix mode, else a list. Before the first slice it may be absent, `""` or `[]`.
#[derive(Default)]
pub enum FileList {
    /// Absent, or of no documented kind.
    #[default]
    None,
    /// One name.
    Text(String),
    /// Names with facts.
    Items(Vec<FileItem>),
}

/// One file of a list.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FileItem {
    #[serde(deserialize_with = "lenient")]
    file_name: Option<String>,
    /// So spelt in every sample of the web mode.
    #[serde(rename = "filename", deserialize_with = "lenient")]
    filename: Option<String>,
    /// `audio`, `video`, `audio_and_video`
    #[serde(deserialize_with = "lenient")]
    pub track_type: Option<String>,
    /// The recorded user; `0` for all of them.
    #[serde(deserialize_with = "word_or_number")]
    pub uid: Option<String>,
    /// When its first slice began.
    #[serde(deserialize_with = "lenient")]
    pub slice_start_time: Option<i64>,
}

impl FileItem {
    /// Its name, however that is spelt.
    pub fn name(&self) -> Option<&str> {
        self.file_name.as_deref().or(self.filename.as_deref())
    }
}

/// `data` of ncs/ip.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Data {
    #[serde(deserialize_with = "lenient_object")]
    service: Option<Hosts>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Hosts {
    #[serde(deserialize_with = "lenient")]
    hosts: Option<Vec<Sender>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Sender {
    #[serde(rename = "primaryIP", deserialize_with = "lenient")]
    primary_ip: Option<String>,
}

impl Data {
    /// The addresses, as written; `None` where there is no list of them.
    pub fn addresses(&self) -> Option<impl Iterator<Item = &str>> {
        let hosts = self.service.as_ref()?.hosts.as_ref()?;
        Some(hosts.iter().filter_map(|host| host.primary_ip.as_deref()))
    }
}

impl AnswerBody {
    /// Reads a body; `None` when it is no JSON object.
    pub fn parse(body: &[u8]) -> Option<Self> {
        // serde would not look at the bytes of what is ignored, and would take an array for a struct, member by member.
        let text = std::str::from_utf8(body).ok()?;
        let is_object = text.trim_ascii_start().starts_with('{');
        is_object.then(|| serde_json::from_str(text).ok()).flatten()
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
    Ok(object(Value::deserialize(deserializer)?))
}

/// The objects of a list; whatever else is in it is passed over.
fn lenient_list<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Array(items) => items.into_iter().filter_map(object).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => Vec::new(),
    })
}

fn file_list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<FileList, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(name) => FileList::Text(name),
        Value::Array(items) => FileList::Items(items.into_iter().filter_map(object).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => FileList::None,
    })
}

/// A UID is text in every sample, and a number in some clients' own copies.
fn word_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(word) => Some(word),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    })
}

fn object<T: DeserializeOwned>(value: Value) -> Option<T> {
    value.is_object().then(|| T::deserialize(value).ok()).flatten()
}
