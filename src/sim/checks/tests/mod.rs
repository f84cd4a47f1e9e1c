//! The rules for bodies: sound ones of every mode, every broken member, and random ones. Here the sound bodies; the tables are
//! in the files below.

mod acquire;
mod random;
mod start;
mod update;

use serde_json::{Value, json};

use super::{Checked, Complaint, Mode, Start};

pub(super) fn body(request: &Value) -> Value {
    json!({"cname": "room-8", "uid": "900002", "clientRequest": request})
}

pub(super) fn storage() -> Value {
    json!({"vendor": 1, "region": 7, "bucket": "b", "accessKey": "k", "secretKey": "s", "fileNamePrefix": ["rec", "2026"]})
}

pub(super) fn mix() -> Value {
    json!({
        "token": "t",
        "recordingConfig": {"channelType": 1, "maxIdleTime": 300, "transcodingConfig": {
            "width": 640, "height": 360, "fps": 15, "bitrate": 800, "mixedVideoLayout": 1}},
        "recordingFileConfig": {"avFileType": ["hls", "mp4"]},
        "storageConfig": storage(),
    })
}

pub(super) fn individual() -> Value {
    json!({
        "recordingConfig": {"channelType": 1, "streamTypes": 2, "streamMode": "standard", "maxIdleTime": 300,
            "subscribeAudioUids": ["#allstream#"], "subscribeVideoUids": ["#allstream#"], "subscribeUidGroup": 0},
        "recordingFileConfig": {"avFileType": ["hls"]},
        "snapshotConfig": {"captureInterval": 5, "fileType": ["jpg"]},
        "storageConfig": storage(),
    })
}

pub(super) fn web() -> Value {
    json!({
        "extensionServiceConfig": {"errorHandlePolicy": "error_abort", "extensionServices": [
            {"serviceName": "web_recorder_service", "errorHandlePolicy": "error_abort", "serviceParam": {
                "url": "https://example.org/", "audioProfile": 0, "videoWidth": 1280, "videoHeight": 720,
                "maxRecordingHour": 3, "readyTimeout": 30}},
            {"serviceName": "rtmp_publish_service", "errorHandlePolicy": "error_ignore", "serviceParam": {
                "outputs": [{"rtmpUrl": "rtmp://example.org/live/x"}]}}]},
        "recordingFileConfig": {"avFileType": ["hls", "mp4"]},
        "storageConfig": storage(),
    })
}

/// The request of each mode, as the documents show it.
pub(super) fn sound(mode: Mode) -> Value {
    match mode {
        Mode::Individual => individual(),
        Mode::Mix => mix(),
        Mode::Web => web(),
    }
}

/// `request` with the value at `pointer` replaced; the objects above it are made where they are missing.
pub(super) fn with(mut request: Value, pointer: &str, value: Value) -> Value {
    let mut place = &mut request;
    for name in pointer.split('/') {
        place = match name.parse::<usize>() {
            Ok(index) => &mut place[index],
            Err(_) => &mut place[name],
        };
    }
    *place = value;
    request
}

/// `request` without the member at `pointer`.
pub(super) fn without(mut request: Value, pointer: &str) -> Value {
    let (parent, name) = pointer.rsplit_once('/').map_or(("", pointer), |(parent, name)| (parent, name));
    let parent = if parent.is_empty() { String::new() } else { format!("/{parent}") };
    let object = request.pointer_mut(&parent).and_then(Value::as_object_mut).expect("an object");
    assert!(object.remove(name).is_some(), "there is no {pointer}");
    request
}

pub(super) fn start(mode: Mode, request: &Value) -> Checked<Start> {
    super::start(mode, body(request).to_string().as_bytes())
}

/// 0 for a sound body.
pub(super) fn code<T>(checked: Checked<T>) -> i64 {
    checked.err().map_or(0, |Complaint { code, .. }| code)
}
