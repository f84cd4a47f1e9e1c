//! What an answer tells beside its meaning: the files it lists and the state of a web recording. Nothing here decides whether
//! anything runs.

use crate::agora::body::{AnswerBody, FileItem, FileList, ServerResponse, Service, ServicePayload};
use crate::agora::streams;
use crate::agora::text;
use crate::monitor::time::Timestamp;
use crate::monitor::told::{File, Hold, Output, Told, Web};

const RECORDER: &str = "web_recorder_service";
const STREAMER: &str = "rtmp_publish_service";

/// From this number on a time counts in milliseconds; below, in seconds. As milliseconds it would be the year 2001.
const MILLISECONDS_FROM: i64 = 1_000_000_000_000;

/// Everything a query or a stop tells that the service carried out.
pub(super) fn told(body: &AnswerBody) -> Told {
    let Some(response) = &body.server_response else { return Told::default() };
    Told { files: files(response), web: web(&response.extension_service_state), token_until: None }
}

/// The files, of whatever mode. An empty list, or none, is usual before the first slice.
fn files(response: &ServerResponse) -> Vec<File> {
    let own = listed(&response.file_list, response.slice_start_time);
    let of_services = response.extension_service_state.iter().filter_map(Service::payload);
    own.into_iter().chain(of_services.flat_map(|payload| listed(&payload.file_list, None))).collect()
}

/// A name that stands alone has its time beside the list.
fn listed(list: &FileList, beside: Option<i64>) -> Vec<File> {
    match list {
        FileList::None => Vec::new(),
        FileList::Text(name) => {
            let file = |name| File { name, track: None, user: None, began: beside.and_then(moment) };
            text::line(name).map(file).into_iter().collect()
        }
        FileList::Items(items) => items.iter().filter_map(file).collect(),
    }
}

fn file(item: &FileItem) -> Option<File> {
    let word = |text: &Option<String>| text.as_deref().and_then(text::line);
    let began = item.slice_start_time.and_then(moment);
    Some(File { name: text::line(item.name()?)?, track: word(&item.track_type), user: word(&item.uid), began })
}

/// The documents say seconds, every sample shows milliseconds. 0 stands for a slice that did not begin.
fn moment(number: i64) -> Option<Timestamp> {
    let millis = if number >= MILLISECONDS_FROM { Some(number) } else { number.checked_mul(1000) };
    millis.filter(|millis| *millis > 0).map(Timestamp::from_millis)
}

/// The web recording: `None` where neither its recorder nor its stream is listed.
fn web(services: &[Service]) -> Option<Web> {
    let named = |name: &'static str| {
        let services = services.iter().filter(move |service| service.service_name.as_deref() == Some(name));
        services.filter_map(Service::payload)
    };
    let recorder = named(RECORDER).next();
    let outputs: Vec<Output> = named(STREAMER).flat_map(outputs).collect();
    if recorder.is_none() && outputs.is_empty() {
        return None;
    }
    let hold = recorder.and_then(|recorder| recorder.onhold).map(|on| if on { Hold::Held } else { Hold::Running });
    Some(Web { state: recorder.and_then(|recorder| text::line(recorder.state.as_deref()?)), hold, outputs })
}

/// The streams of the service that streams; in an older text it is one stream, and its status stands without a list.
fn outputs(payload: &ServicePayload) -> Vec<Output> {
    let output = |url: Option<&str>, status: Option<&str>| {
        let target = url.and_then(|url| text::line(&streams::without_key(url)));
        let status = status.and_then(text::line);
        (target.is_some() || status.is_some()).then(|| Output {
            target: target.unwrap_or_else(|| "address not told".into()),
            status: status.unwrap_or_else(|| "unknown".into()),
        })
    };
    if payload.outputs.is_empty() {
        return output(payload.rtmp_url.as_deref(), payload.status.as_deref()).into_iter().collect();
    }
    payload.outputs.iter().filter_map(|one| output(one.rtmp_url.as_deref(), one.status.as_deref())).collect()
}

#[cfg(test)]
mod tests;
