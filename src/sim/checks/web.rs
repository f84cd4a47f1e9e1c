//! `extensionServiceConfig`: what a recording of a web page is made of, and where it is pushed to besides.

use super::members::Members;
use super::{Checked, Complaint};
use crate::sim::scenario::Span;

/// What the two services are told.
pub(super) struct Page {
    pub(super) longest: Span,
    pub(super) ready_timeout: Span,
    pub(super) onhold: bool,
    /// The one address of `rtmp_publish_service`, where there is such a service.
    pub(super) output: Option<String>,
}

/// `extensionServiceConfig` of a start in mode web.
pub(super) fn services(members: &Members<'_>) -> Checked<Page> {
    members.only(&["errorHandlePolicy", "apiVersion", "extensionServices"])?;
    members.word("errorHandlePolicy", &["error_abort"])?;
    members.word("apiVersion", &["v1"])?;
    let (mut page, mut output) = (None, None);
    for service in members.objects("extensionServices")? {
        service.only(&["serviceName", "errorHandlePolicy", "serviceParam"])?;
        match service.needed_text("serviceName")? {
            "web_recorder_service" if page.is_none() => {
                // The vendor's Go client sends an empty one where its user gave none.
                service.word("errorHandlePolicy", &["error_abort", ""])?;
                page = Some(recorder(&service.needed_object("serviceParam")?)?);
            }
            "rtmp_publish_service" if output.is_none() => {
                service.word("errorHandlePolicy", &["error_ignore", ""])?;
                let param = service.needed_object("serviceParam")?;
                param.only(&["outputs"])?;
                output = Some(outputs(&param)?);
            }
            _ => return Err(service.wrong("serviceName", "web_recorder_service or rtmp_publish_service, each once")),
        }
    }
    let page = page.ok_or_else(|| Complaint::invalid("extensionServices: web_recorder_service is missing"))?;
    Ok(Page { output, ..page })
}

fn recorder(param: &Members<'_>) -> Checked<Page> {
    param.only(&[
        "url",
        "audioProfile",
        "videoWidth",
        "videoHeight",
        "maxRecordingHour",
        "videoBitrate",
        // The vendor's Go client spells it so.
        "VideoBitrate",
        "videoFps",
        "mobile",
        "maxVideoDuration",
        "onhold",
        "readyTimeout",
        // A stray member of the vendor's own OpenAPI file.
        "container",
    ])?;
    param.address("url", &["https://", "http://"])?.ok_or_else(|| param.missing("url"))?;
    param.needed_whole("audioProfile", 0..=2)?;
    let sides = [param.needed_whole("videoWidth", 240..=1920)?, param.needed_whole("videoHeight", 240..=1920)?];
    if sides.iter().product::<u64>() > 1920 * 1080 {
        return Err(Complaint::invalid("serviceParam: the picture is larger than 1920x1080"));
    }
    let hours = param.needed_whole("maxRecordingHour", 1..=720)?;
    for name in ["videoBitrate", "VideoBitrate"] {
        param.whole(name, 50..=8000)?;
    }
    param.whole("videoFps", 5..=60)?;
    param.flag("mobile")?;
    param.whole("maxVideoDuration", 30..=240)?;
    let onhold = param.flag("onhold")?.unwrap_or(false);
    let ready_timeout = Span::secs(param.whole("readyTimeout", 0..=60)?.unwrap_or(0));
    param.object("container")?;
    Ok(Page { longest: Span::secs(hours * 3600), ready_timeout, onhold, output: None })
}

/// `outputs`: exactly one address.
pub(super) fn outputs(members: &Members<'_>) -> Checked<String> {
    let outputs = members.objects("outputs")?;
    let [output] = outputs.as_slice() else { return Err(members.wrong("outputs", "a list of one output")) };
    output.only(&["rtmpUrl"])?;
    let url = output.address("rtmpUrl", &["rtmp://", "rtmps://"])?.ok_or_else(|| output.missing("rtmpUrl"))?;
    Ok(url.to_owned())
}
