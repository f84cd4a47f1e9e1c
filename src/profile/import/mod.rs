//! From the body of a start that somebody's backend sends to a draft. All spellings of all versions of the API are taken. No
//! secret is kept: a draft names variables, so the import names some and says what belongs into them.

mod picture;
mod recording;
mod storage;
mod walk;
mod web;

use serde_json::Value;

pub use self::walk::Problem;
use self::walk::{Findings, Node};
use super::choices::Kind;
use super::invalid::Note;
use super::secret::{SecretField, Variable};
use super::{Acquire, Body, Draft};

/// Longest part of a variable's name that comes from the profile's.
const LONGEST_PREFIX: usize = 80;

/// What an import brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The profile, its secrets by the names of variables.
    pub draft: Draft,
    /// What was left out, taken for granted, or moved into a variable, in the order of the body.
    pub notes: Vec<Note>,
}

/// Reads the body of a start: the whole of it, or `clientRequest` alone. A body does not say its mode; it is known from its
/// members, or told by `mode`. `name` is what the profile will be called: its variables begin with it.
///
/// # Errors
/// Everything that cannot be used, by path, value and rule; never none.
pub fn import(text: &str, name: &str, mode: Option<Kind>) -> Result<Imported, Vec<Problem>> {
    let findings = Findings::default();
    let draft = read(text, name, mode, &findings);
    let (problems, notes) = findings.into_parts();
    match draft {
        Some(draft) if problems.is_empty() => Ok(Imported { draft, notes }),
        Some(_) | None => Err(problems),
    }
}

/// `None` only where a problem was found.
fn read(text: &str, name: &str, mode: Option<Kind>, findings: &Findings) -> Option<Draft> {
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => {
            // Its own words may repeat a piece of the text.
            let what = format!("line {}, column {}: is not JSON", error.line(), error.column());
            findings.problem("", what);
            return None;
        }
    };
    let Value::Object(members) = value else {
        findings.problem("", "is no JSON object; paste the body of a start");
        return None;
    };
    let mut root = Node::new(findings, "", members);
    let mut request = if root.has("clientRequest") {
        for key in ["cname", "uid"] {
            if root.take(key).is_some() {
                root.note(key, "belongs to a channel and not to a profile; left out");
            }
        }
        let request = root.object("clientRequest");
        root.end();
        request?
    } else {
        root
    };
    let variables = Variables { prefix: prefix(name), findings };
    let draft = read_request(&mut request, &variables, mode);
    request.end();
    draft
}

fn read_request(request: &mut Node<'_>, variables: &Variables<'_>, mode: Option<Kind>) -> Option<Draft> {
    if request.take("token").is_some() {
        request.note("token", "belongs to one recorder and not to a profile; left out");
    }
    request.old("appsCollection", "postponed transcoding has ended; set avFileType to have MP4 files");
    request.old("transcodeOptions", "postponed transcoding has ended");
    let kind = match mode.or_else(|| kind_of(request)) {
        Some(kind) => kind,
        None => {
            request.note("", "nothing in it says which mode it is for; taken for composite (mix)");
            Kind::Mix
        }
    };
    let body = match kind {
        Kind::Individual => recording::individual(request, variables).map(Body::Individual),
        Kind::Mix => recording::mix(request, variables).map(Body::Mix),
        Kind::Web => web::web(request, variables).map(Body::Web),
    };
    let storage = storage::storage(request, variables);
    Some(Draft { acquire: Acquire::default(), body: body?, storage: storage? })
}

/// The mode that only this body can be for. `subscribeUidGroup` comes last: it is seen in composite bodies too.
fn kind_of(request: &Node<'_>) -> Option<Kind> {
    let has_one = |keys: &[&str]| {
        request.peek("recordingConfig").is_some_and(|config| keys.iter().any(|key| config.contains_key(*key)))
    };
    let has_mp4 = request
        .peek("recordingFileConfig")
        .and_then(|config| config.get("avFileType"))
        .is_some_and(|kinds| kinds.as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "mp4")));
    if request.has("extensionServiceConfig") {
        Some(Kind::Web)
    } else if request.has("snapshotConfig") {
        Some(Kind::Individual)
    } else if has_mp4 || has_one(&["transcodingConfig", "audioProfile"]) {
        Some(Kind::Mix)
    } else if has_one(&["streamMode", "subscribeUidGroup"]) {
        Some(Kind::Individual)
    } else {
        None
    }
}

/// Names variables for the secrets of a body.
struct Variables<'f> {
    prefix: String,
    findings: &'f Findings,
}

impl Variables<'_> {
    /// The variable for a secret at `key`. Its value is dropped here.
    fn take(&self, node: &mut Node<'_>, key: &str, field: SecretField) -> Option<Variable> {
        if !node.secret(key) {
            return None;
        }
        let variable = self.name(field)?;
        let says = format!("is a secret and was not kept; put it into the environment variable {}", variable.as_str());
        self.findings.note(node.at(key), says);
        Some(variable)
    }

    fn name(&self, field: SecretField) -> Option<Variable> {
        let name = match field {
            SecretField::AccessKey => "ACCESS_KEY",
            SecretField::SecretKey => "SECRET_KEY",
            SecretField::StsToken => "STS_TOKEN",
            SecretField::DecryptionSecret => "DECRYPTION_SECRET",
            SecretField::DecryptionSalt => "DECRYPTION_SALT",
            SecretField::RtmpUrl => "RTMP_URL",
        };
        Variable::try_from(format!("{}_{name}", self.prefix)).ok()
    }
}

/// `evening-classes` as `EVENING_CLASSES`.
fn prefix(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    let text: String = name.chars().take(LONGEST_PREFIX).map(plain).collect();
    match text.chars().next() {
        None => "PROFILE".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("P_{text}"),
        Some(_) => text,
    }
}

#[cfg(test)]
mod tests;
