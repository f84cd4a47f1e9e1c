//! Changes of a running recording (vendor: update and updateLayout), typed and checked like a start. Each becomes the
//! [`Change`] that the core carries without looking into it. Which kinds a mode knows stands with
//! [`ChangeKind::fits`](crate::monitor::change::ChangeKind::fits).

use secrecy::{ExposeSecret, SecretString};

use super::invalid::{Invalid, Note};
use super::json::{Json, Object};
use super::layout::{Arrangement, Layout};
use super::storage::Storage;
use super::uids::{self, Listen};
use super::web::{StreamUrl, outputs};
use crate::monitor::change::{Change, ChangeKind};

/// A change that can be sent.
#[derive(Clone, Debug)]
pub enum Update {
    /// Whose sound and pictures are recorded from now on.
    Subscribe(Subscription),
    /// A web recording pauses or goes on.
    Hold(Hold),
    /// Where a web recording is pushed to from now on; the service takes one address.
    Outputs(StreamUrl<SecretString>),
    /// The storage with new keys. The service wants all of it, also what stays.
    Storage(Box<Storage<SecretString>>),
    /// Who is where in the picture. It replaces all earlier layout settings.
    Layout(Arrangement),
}

/// Whether a web recording rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// It rests.
    Pause,
    /// It goes on.
    Resume,
}

/// Whose sound and pictures are recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    audio: Listen,
    video: Listen,
}

impl Subscription {
    /// Both lists.
    ///
    /// # Errors
    /// When neither says anything.
    pub fn new(audio: Listen, video: Listen) -> Result<Self, Invalid> {
        if audio.is_said() || video.is_said() {
            return Ok(Self { audio, video });
        }
        Err(Invalid::plain("subscription", "(empty)", "say whose audio or whose video is to be recorded"))
    }

    /// What is left out because nothing is said about it.
    pub fn warning(&self) -> Option<Note> {
        let left_out = match (self.audio.is_said(), self.video.is_said()) {
            (true, false) => "video",
            (false, true) => "audio",
            (true, true) | (false, false) => return None,
        };
        Some(Note::new(
            left_out,
            format!("nothing is said about {left_out}, so Agora may record none of it; choose all"),
        ))
    }
}

impl Update {
    /// What it concerns.
    pub const fn kind(&self) -> ChangeKind {
        match self {
            Self::Subscribe(_) => ChangeKind::Subscribe,
            Self::Hold(Hold::Pause) => ChangeKind::Hold,
            Self::Hold(Hold::Resume) => ChangeKind::Resume,
            Self::Outputs(_) => ChangeKind::Outputs,
            Self::Storage(_) => ChangeKind::Storage,
            Self::Layout(_) => ChangeKind::Layout,
        }
    }

    /// `clientRequest`
    pub fn client_request(&self) -> Json {
        let object = Object::new();
        match self {
            Self::Subscribe(Subscription { audio, video }) => {
                let list = |listen: &Listen, members| listen.is_said().then(|| listen.add_to(Object::new(), members));
                let lists = Object::new().with_some("audioUidList", list(audio, uids::AUDIO));
                object.with("streamSubscribe", lists.with_some("videoUidList", list(video, uids::VIDEO)))
            }
            Self::Hold(hold) => object.with("webRecordingConfig", Object::new().with("onhold", *hold == Hold::Pause)),
            Self::Outputs(url) => object.with("rtmpPublishConfig", Object::new().with("outputs", outputs([url]))),
            Self::Storage(storage) => object.with("storageConfig", storage.json()),
            Self::Layout(arrangement) => arrangement.add_to(object),
        }
        .into()
    }

    /// What changes, in words for the log: without keys, and of a stream's address only the host.
    pub fn summary(&self) -> String {
        match self {
            Self::Subscribe(Subscription { audio, video }) => format!("audio: {}; video: {}", said(audio), said(video)),
            Self::Hold(Hold::Pause) => "paused".to_owned(),
            Self::Hold(Hold::Resume) => "resumed".to_owned(),
            Self::Outputs(url) => format!("streamed to {}", host(url.get())),
            Self::Storage(storage) => {
                let keys = if storage.keys().sts().is_some() { "temporary key" } else { "keys" };
                format!("new {keys} for the bucket {}", storage.place().parts().bucket)
            }
            Self::Layout(arrangement) => match &arrangement.layout {
                Layout::Floating => "floating layout".to_owned(),
                Layout::BestFit => "best-fit layout".to_owned(),
                Layout::Vertical { large: None } => "vertical layout".to_owned(),
                Layout::Vertical { large: Some(uid) } => format!("vertical layout, {uid} large"),
                Layout::Custom(regions) if regions.regions().len() == 1 => "custom layout of one region".to_owned(),
                Layout::Custom(regions) => format!("custom layout of {} regions", regions.regions().len()),
            },
        }
    }

    /// As the core takes it.
    pub fn change(&self) -> Change {
        Change::new(self.kind(), self.summary(), self.client_request().sent())
    }
}

fn said(listen: &Listen) -> String {
    let list = |list: &uids::UidList| list.uids().iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match listen {
        Listen::Unsaid => "nothing said".to_owned(),
        Listen::Everybody => "everybody".to_owned(),
        Listen::Only(uids) => format!("only {}", list(uids)),
        Listen::Except(uids) => format!("all but {}", list(uids)),
    }
}

/// What stands between `//` and the path, without a name and password.
fn host(url: &SecretString) -> String {
    let rest = url.expose_secret().split_once("//").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit('@').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::choices::Kind;
    use crate::profile::layout::Color;
    use crate::profile::tests::{fullest, profile};
    use crate::profile::uids::UidList;

    fn list() -> UidList {
        UidList::try_from(vec![41_u32, 7]).expect("valid")
    }

    fn url() -> StreamUrl<SecretString> {
        StreamUrl::new("rtmps://anna:CANARY@live.example:443/app/CANARY".into()).expect("valid")
    }

    #[test]
    fn each_change_is_sent_to_the_letter_and_told_in_words() {
        let subscription = Subscription::new(Listen::Everybody, Listen::Except(list())).expect("something said");
        let layout = Arrangement {
            layout: Layout::Vertical { large: "7".parse().ok() },
            background_color: Color::try_from("#000000".to_owned()).ok(),
            ..Arrangement::default()
        };
        let cases = [
            (
                Update::Subscribe(subscription),
                r##"{"streamSubscribe":{"audioUidList":{"subscribeAudioUids":["#allstream#"]},"videoUidList":{"unsubscribeVideoUids":["41","7"]}}}"##,
                "audio: everybody; video: all but 41, 7",
            ),
            (Update::Hold(Hold::Pause), r#"{"webRecordingConfig":{"onhold":true}}"#, "paused"),
            (Update::Hold(Hold::Resume), r#"{"webRecordingConfig":{"onhold":false}}"#, "resumed"),
            (
                Update::Outputs(url()),
                r#"{"rtmpPublishConfig":{"outputs":[{"rtmpUrl":"rtmps://anna:CANARY@live.example:443/app/CANARY"}]}}"#,
                "streamed to live.example:443",
            ),
            (
                Update::Layout(layout),
                r##"{"maxResolutionUid":"7","mixedVideoLayout":2,"backgroundColor":"#000000"}"##,
                "vertical layout, 7 large",
            ),
            (Update::Layout(Arrangement::default()), r#"{"mixedVideoLayout":0}"#, "floating layout"),
        ];
        for (update, body, summary) in cases {
            let change = update.change();
            assert_eq!((change.client_request(), &**change.summary(), change.kind()), (body, summary, update.kind()));
        }
    }

    #[test]
    fn a_renewal_sends_the_whole_storage() {
        let storage = profile(&fullest(Kind::Web)).storage;
        let change = Update::Storage(Box::new(storage)).change();
        assert!(
            change
                .client_request()
                .starts_with(r#"{"storageConfig":{"vendor":1,"region":7,"bucket":"b","accessKey":"CANARY-access","#)
        );
        assert!(change.client_request().contains(r#""stsToken":"CANARY-sts","stsExpiration":1772439302"#));
        assert_eq!(&**change.summary(), "new temporary key for the bucket b");
    }

    #[test]
    fn a_subscription_says_something_and_half_of_one_is_warned_of() {
        assert!(Subscription::new(Listen::Unsaid, Listen::Unsaid).is_err());
        let half = Subscription::new(Listen::Unsaid, Listen::Only(list())).expect("something said");
        assert_eq!(half.warning().map(|note| note.about).as_deref(), Some("audio"));
        let body = Update::Subscribe(half).change();
        assert!(!body.client_request().contains("audioUidList"));
        assert_eq!(
            Subscription::new(Listen::Everybody, Listen::Everybody).ok().and_then(|whole| whole.warning()),
            None
        );
    }

    #[test]
    fn no_secret_is_in_what_a_change_shows() {
        let storage = profile(&fullest(Kind::Mix)).storage;
        for update in [Update::Outputs(url()), Update::Storage(Box::new(storage))] {
            let shown =
                format!("{update:?}{}{:?}{}", update.summary(), update.change(), update.client_request().shown());
            assert!(!shown.contains("CANARY"), "{shown}");
        }
    }
}
