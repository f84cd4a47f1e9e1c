//! A recording of a web page (`extensionServiceConfig`): which page, how large, how long, and where it is pushed to as well.

use secrecy::SecretString;

use super::address::PageUrl;
use super::choices::{AudioProfile, AvFileType};
use super::invalid::Invalid;
use super::json::{Json, Object};
use super::layout::PIXELS_AT_MOST;
use super::numbers::{MaxRecordingHour, MaxVideoDuration, ReadyTimeout, WebBitrate, WebFps};
use super::secret::{Secret, SecretField};

/// Sides of the picture, in pixels.
const SIDES: std::ops::RangeInclusive<u32> = 240..=1920;

/// A web recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Web<S> {
    /// The page and how it is recorded.
    pub page: Page,
    /// Where it is pushed to while it is recorded.
    pub push: Option<StreamUrl<S>>,
    /// Kinds of files.
    pub files: AvFileType,
}

impl<S: Secret> Web<S> {
    pub(super) fn map<T>(&self, each: &mut dyn FnMut(SecretField, &S) -> Option<T>) -> Option<Web<T>> {
        let push = match &self.push {
            None => None,
            Some(StreamUrl(url)) => Some(StreamUrl(each(SecretField::RtmpUrl, url)?)),
        };
        Some(Web { page: self.page.clone(), push, files: self.files })
    }
}

impl Web<SecretString> {
    pub(super) fn extension_service_config(&self) -> Object {
        let recorder = service("web_recorder_service", "error_abort", self.page.json());
        let push = self.push.as_ref().map(|url| {
            let outputs = Object::new().with("outputs", outputs([url]));
            service("rtmp_publish_service", "error_ignore", outputs)
        });
        let services: Json = [recorder].into_iter().chain(push).collect();
        Object::new().with("errorHandlePolicy", "error_abort").with("extensionServices", services)
    }
}

fn service(name: &'static str, on_error: &'static str, parameters: Object) -> Object {
    let object = Object::new().with("serviceName", name).with("errorHandlePolicy", on_error);
    object.with("serviceParam", parameters)
}

/// `outputs`
pub(super) fn outputs<'a>(urls: impl IntoIterator<Item = &'a StreamUrl<SecretString>>) -> Json {
    urls.into_iter().map(|StreamUrl(url)| Object::new().with("rtmpUrl", url)).collect()
}

/// `rtmpUrl`: an address that ends in a stream key and is therefore secret as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamUrl<S>(S);

impl<S: Secret> StreamUrl<S> {
    /// An address to push to.
    ///
    /// # Errors
    /// When it is none of RTMP.
    pub fn new(url: S) -> Result<Self, Invalid> {
        url.check(SecretField::RtmpUrl).map(|()| Self(url))
    }

    /// The address.
    pub const fn get(&self) -> &S {
        &self.0
    }
}

/// `serviceParam` of the web recorder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page(PageParts);

/// The parts of a [`Page`]; the size is not checked yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageParts {
    /// Which page.
    pub url: PageUrl,
    /// Its sound.
    pub audio_profile: AudioProfile,
    /// Pixels, 240 to 1920; with the height at most as many as in 1920 x 1080.
    pub width: u32,
    /// Pixels, 240 to 1920.
    pub height: u32,
    /// When the recording ends by itself.
    pub max_recording_hour: MaxRecordingHour,
    /// Left out, the service chooses by size.
    pub bitrate: Option<WebBitrate>,
    /// Frames per second.
    pub fps: WebFps,
    /// Whether the page is asked for as a telephone would.
    pub mobile: bool,
    /// When a new MP4 file begins.
    pub max_video_duration: MaxVideoDuration,
    /// Whether the recording starts paused.
    pub onhold: bool,
    /// How long the page may take to be ready. Once over it, it is loaded again; twice, the recording ends.
    pub ready_timeout: ReadyTimeout,
}

impl PageParts {
    /// Everything that the service has a default for at that default.
    pub fn new(url: PageUrl, width: u32, height: u32, max_recording_hour: MaxRecordingHour) -> Self {
        Self {
            url,
            audio_profile: AudioProfile::default(),
            width,
            height,
            max_recording_hour,
            bitrate: None,
            fps: WebFps::default(),
            mobile: false,
            max_video_duration: MaxVideoDuration::default(),
            onhold: false,
            ready_timeout: ReadyTimeout::default(),
        }
    }
}

impl Page {
    /// Its parts.
    pub const fn parts(&self) -> &PageParts {
        &self.0
    }

    fn json(&self) -> Object {
        let parts = &self.0;
        let unless = |default: u32, number: u32| (number != default).then_some(number);
        Object::new()
            .with("url", parts.url.as_str())
            .with("audioProfile", parts.audio_profile.number())
            .with("videoWidth", parts.width)
            .with("videoHeight", parts.height)
            .with("maxRecordingHour", parts.max_recording_hour.get())
            .with_some("videoBitrate", parts.bitrate.map(WebBitrate::get))
            .with_some("videoFps", unless(WebFps::default().get(), parts.fps.get()))
            .with_some("mobile", parts.mobile.then_some(true))
            .with_some("maxVideoDuration", unless(MaxVideoDuration::default().get(), parts.max_video_duration.get()))
            .with_some("onhold", parts.onhold.then_some(true))
            .with_some("readyTimeout", unless(0, parts.ready_timeout.get()))
    }
}

impl TryFrom<PageParts> for Page {
    type Error = Invalid;

    fn try_from(parts: PageParts) -> Result<Self, Invalid> {
        let PageParts { width, height, .. } = parts;
        let fits = [width, height].iter().all(|side| SIDES.contains(side));
        if !fits || width * height > PIXELS_AT_MOST {
            let rule = "each side has to be from 240 to 1920 and the product at most 1920x1080";
            return Err(Invalid::plain("video size", format_args!("{width}x{height}"), rule));
        }
        Ok(Self(parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_sides_from_240_to_1920_and_at_most_full_hd() {
        let url = PageUrl::try_from("https://example.org/".to_owned()).expect("valid");
        let hours = MaxRecordingHour::try_from(3).expect("valid");
        let page = |width, height| Page::try_from(PageParts::new(url.clone(), width, height, hours));
        for (width, height) in [(240, 240), (1920, 1080), (1080, 1920), (1920, 240)] {
            assert!(page(width, height).is_ok(), "{width}x{height}");
        }
        for (width, height) in [(239, 720), (720, 239), (1921, 240), (1920, 1081), (0, 0), (u32::MAX, u32::MAX)] {
            let error = page(width, height).expect_err("too small or too large").to_string();
            assert!(error.starts_with(&format!("video size {width}x{height} cannot be used")), "{error}");
        }
    }
}
