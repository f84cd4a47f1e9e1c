//! `extensionServiceConfig` of a foreign body.

use super::Variables;
use super::recording::files;
use super::walk::Node;
use crate::profile::secret::{SecretField, Variable};
use crate::profile::web::{Page, PageParts, StreamUrl, Web};

/// A web recording.
pub fn web(request: &mut Node<'_>, variables: &Variables<'_>) -> Option<Web<Variable>> {
    for key in ["recordingConfig", "snapshotConfig"] {
        if request.take(key).is_some() {
            request.note(key, "has no effect in a web recording; left out");
        }
    }
    let files = files(request);
    if !request.has("extensionServiceConfig") {
        request.missing("extensionServiceConfig");
        return None;
    }
    let mut config = request.object("extensionServiceConfig")?;
    config.old("apiVersion", "the service takes none any more");
    policy(&mut config, "error_abort");
    let services = config.objects("extensionServices");
    let (mut page, mut push, mut seen) = (None, None, false);
    for mut service in services.unwrap_or_default() {
        let name = service.text("serviceName").unwrap_or_default();
        let known = ["web_recorder_service", "rtmp_publish_service"].contains(&name.as_str());
        if !known {
            service.note("serviceName", format!("{name:?} is not known to reelwatch; the service was left out"));
            continue;
        }
        let recorder = name == "web_recorder_service";
        policy(&mut service, if recorder { "error_abort" } else { "error_ignore" });
        seen |= recorder;
        if !service.has("serviceParam") {
            service.missing("serviceParam");
        }
        if let Some(mut parameters) = service.object("serviceParam") {
            if recorder {
                page = read_page(&mut parameters);
            } else {
                push = read_push(&mut parameters, variables);
            }
            parameters.end();
        }
        service.end();
    }
    if !seen {
        config.problem("extensionServices", "has no web_recorder_service; reelwatch records a page or nothing");
    }
    config.end();
    Some(Web { page: page?, push, files: files? })
}

/// What happens on errors: the service knows one value of each kind, and that is sent.
fn policy(node: &mut Node<'_>, sent: &str) {
    if let Some(policy) = node.text("errorHandlePolicy")
        && policy != sent
    {
        node.note("errorHandlePolicy", format!("{policy:?} is replaced by \"{sent}\""));
    }
}

fn read_page(parameters: &mut Node<'_>) -> Option<Page> {
    parameters.old("container", "postponed transcoding has ended");
    // The official Go client writes it with a capital letter.
    let bitrate = ["videoBitrate", "VideoBitrate"].map(|key| parameters.number(key));
    for key in ["url", "videoWidth", "videoHeight", "maxRecordingHour"] {
        if !parameters.has(key) {
            parameters.missing(key);
        }
    }
    if !parameters.has("audioProfile") {
        parameters.note("audioProfile", "is missing; taken for 0 (standard)");
    }
    let (url, audio_profile) = (parameters.checked("url"), parameters.number("audioProfile"));
    let (width, height) = (parameters.plain("videoWidth"), parameters.plain("videoHeight"));
    let (max_recording_hour, fps) = (parameters.number("maxRecordingHour"), parameters.number("videoFps"));
    let (mobile, onhold) = (parameters.flag("mobile"), parameters.flag("onhold"));
    let (max_video_duration, ready_timeout) =
        (parameters.number("maxVideoDuration"), parameters.number("readyTimeout"));
    let [current, misspelt] = bitrate;
    let plain = PageParts::new(url?, width?, height?, max_recording_hour?);
    let parts = PageParts {
        audio_profile: audio_profile.unwrap_or_default(),
        bitrate: current.or(misspelt),
        fps: fps.unwrap_or_default(),
        mobile: mobile.unwrap_or_default(),
        max_video_duration: max_video_duration.unwrap_or_default(),
        onhold: onhold.unwrap_or_default(),
        ready_timeout: ready_timeout.unwrap_or_default(),
        ..plain
    };
    Page::try_from(parts).map_err(|error| parameters.whole_problem(&error)).ok()
}

fn read_push(parameters: &mut Node<'_>, variables: &Variables<'_>) -> Option<StreamUrl<Variable>> {
    let outputs = parameters.objects("outputs")?;
    if outputs.len() > 1 {
        parameters
            .problem("outputs", format!("({} of them) cannot be used: the service takes one output", outputs.len()));
    }
    let mut output = outputs.into_iter().next()?;
    if !output.has("rtmpUrl") {
        output.missing("rtmpUrl");
    }
    let url = variables.take(&mut output, "rtmpUrl", SecretField::RtmpUrl);
    output.end();
    url.and_then(|url| StreamUrl::new(url).ok())
}
