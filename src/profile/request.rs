//! The bodies that a profile makes: `clientRequest` of start and of acquire, in the vendor's current spelling and always in the
//! same order, so that what acquire announces equals what start sends byte for byte.

use secrecy::SecretString;

use super::choices::{Area, AvFileType, Kind, Siblings, StartParameter};
use super::json::{Json, Object};
use super::recording::Capture;
use super::{Body, Profile};
use crate::monitor::ids::ResourceId;

impl Profile {
    /// `clientRequest` of start. A web recording takes no part in a channel and needs no token; there it is left out.
    pub fn start_request(&self, token: Option<&SecretString>) -> Json {
        let object = Object::new();
        let object = match &self.body {
            Body::Individual(individual) => {
                let object = object.with_some("token", token).with("recordingConfig", individual.recording_config());
                let capture = individual.capture();
                let files = capture.has_files().then(|| file_config(AvFileType::Hls));
                let object = object.with_some("recordingFileConfig", files);
                object.with_some("snapshotConfig", snapshot_config(capture))
            }
            Body::Mix(mix) => {
                let object = object.with_some("token", token).with("recordingConfig", mix.recording_config());
                object.with("recordingFileConfig", file_config(mix.files))
            }
            Body::Web(web) => {
                let object = object.with("extensionServiceConfig", web.extension_service_config());
                object.with("recordingFileConfig", file_config(web.files))
            }
        };
        object.with("storageConfig", self.storage.json()).into()
    }

    /// `clientRequest` of acquire. `token` has to be the one that start will send; `siblings` are the resources of other
    /// recorders of the channel, and are named only where the profile says so.
    pub fn acquire_request(&self, token: Option<&SecretString>, siblings: &[ResourceId]) -> Json {
        let scene = match self.kind() {
            Kind::Individual | Kind::Mix => 0_u32,
            Kind::Web => 1,
        };
        let start = match self.acquire.start_parameter {
            StartParameter::Omit => None,
            StartParameter::Send => Some(self.start_request(token)),
        };
        let excluded = match self.acquire.siblings {
            Siblings::Ignore => None,
            Siblings::Exclude if siblings.is_empty() => None,
            Siblings::Exclude => Some(siblings.iter().map(ResourceId::as_str).collect::<Json>()),
        };
        Object::new()
            .with("scene", scene)
            .with("resourceExpiredHour", self.acquire.resource_expired_hour.get())
            .with_some("startParameter", start)
            .with_some("excludeResourceIds", excluded)
            .with_some("region", self.acquire.region.map(Area::word))
            .into()
    }

    /// The body of start for the eye: the same JSON on many lines, every secret hidden. `token` says whether one will be sent.
    pub fn preview(&self, token: Option<&SecretString>) -> String {
        self.start_request(token).shown()
    }
}

fn file_config(files: AvFileType) -> Object {
    Object::new().with("avFileType", files.words().iter().copied().collect::<Json>())
}

fn snapshot_config(capture: Capture) -> Option<Object> {
    let interval = capture.interval()?;
    let kinds: Json = ["jpg"].into_iter().collect();
    Some(Object::new().with("captureInterval", interval.get()).with("fileType", kinds))
}
