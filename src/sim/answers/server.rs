//! `serverResponse`: what a query and a stop tell of a recorder, in the shape of its mode (vendor: query, stop).

use serde_json::{Value, json};

use crate::sim::recorder::{Medium, Recorder, Stage, Track};
use crate::sim::scenario::{BadKeys, Shapes, Span};
use crate::sim::task::{Individual, Output, Task, Web};

/// From a CDN push's beginning to `publishing`.
const CONNECTS_WITHIN: Span = Span::secs(2);
/// What becomes `-` in the names of a web page's files (vendor: file names).
const REPLACED: &str = "!@#$%^&*()+_.=[]{}~|,;:?<>";

/// When, and around what, an answer is given.
#[derive(Clone, Copy)]
pub(in crate::sim) struct View {
    pub(in crate::sim) now_ms: i64,
    pub(in crate::sim) shapes: Shapes,
    pub(in crate::sim) cdn: Cdn,
}

/// Whether the CDN of a web page's recorder can be reached.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::sim) enum Cdn {
    Up,
    Down,
}

/// While it runs only the playlists are listed; the MP4 comes with the stop.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Listed {
    WhileRunning,
    AtTheEnd,
}

pub(super) fn of_query(recorder: &Recorder, status: u8, view: View) -> Value {
    let stage = recorder.stage(view.now_ms);
    if let Some(page) = recorder.told.task.page() {
        let listed = if stage.is_over() { Listed::AtTheEnd } else { Listed::WhileRunning };
        return json!({"status": status, "extensionServiceState": services(recorder, page, stage, listed, view)});
    }
    let began = recorder.first_slice_ms.filter(|first| *first <= view.now_ms);
    let mut server = json!({"status": status, "sliceStartTime": began.unwrap_or(0)});
    add_files(&mut server, recorder, view.now_ms, Listed::WhileRunning);
    if view.shapes == Shapes::Seen {
        server["subServiceStatus"] = json!({"recordingService": service_word(stage)});
    }
    server
}

pub(super) fn of_stop(recorder: &Recorder, uploading: &str, view: View) -> Value {
    if let Some(page) = recorder.told.task.page() {
        let mut list = services(recorder, page, Stage::Exited, Listed::AtTheEnd, view);
        // The word stood misspelt in the reference from 2024 to mid-2026.
        let payload = if view.shapes == Shapes::Seen { "playload" } else { "payload" };
        list.push(json!({"serviceName": "upload_service", payload: {"uploadingStatus": uploading}}));
        return json!({"extensionServiceState": list});
    }
    let mut server = json!({"uploadingStatus": uploading});
    add_files(&mut server, recorder, view.now_ms, Listed::AtTheEnd);
    server
}

/// `fileListMode` and `fileList`: one string for composite HLS alone, else a list. Before the first slice there is no name; the
/// documents are silent about it, here it is an empty string or list. With screenshots there are neither.
fn add_files(server: &mut Value, recorder: &Recorder, now_ms: i64, listed: Listed) {
    let began = recorder.first_slice_ms.filter(|first| *first <= now_ms);
    let (mode, list) = match &recorder.told.task {
        Task::Individual(Individual { screenshots: true, .. }) | Task::Web(_) => return,
        // Seen where nothing reached the bucket, whatever was asked for.
        Task::Individual(_) | Task::Mix(_)
            if recorder.refused == Some(BadKeys::Backuped) && listed == Listed::AtTheEnd =>
        {
            ("json", json!([]))
        }
        Task::Individual(_) => {
            let tracks = recorder.tracks.iter().filter(|track| track.began_ms <= now_ms);
            ("json", tracks.map(|track| track_entry(recorder, *track)).collect())
        }
        Task::Mix(mix) if mix.mp4 => {
            let names = began.map(|_| names(recorder, true, listed)).unwrap_or_default();
            ("json", names.iter().map(|name| mixed_entry(name, began.unwrap_or(0))).collect())
        }
        Task::Mix(_) => ("string", json!(began.map_or(String::new(), |_| file_name(recorder, ".m3u8")))),
    };
    server["fileListMode"] = json!(mode);
    server["fileList"] = list;
}

/// The files of everybody together, or of a page.
fn names(recorder: &Recorder, mp4: bool, listed: Listed) -> Vec<String> {
    let mut names = vec![file_name(recorder, ".m3u8")];
    if mp4 && listed == Listed::AtTheEnd {
        names.push(file_name(recorder, "_0.mp4"));
    }
    names
}

fn mixed_entry(name: &str, began_ms: i64) -> Value {
    json!({"fileName": name, "trackType": "audio_and_video", "uid": "0", "mixedAllUser": true, "isPlayable": true,
        "sliceStartTime": began_ms})
}

/// Two underscores before `uid_s` and `uid_e`. The merged playlist's `av` is what users of the service find in their buckets;
/// the documents do not name it.
fn track_entry(recorder: &Recorder, Track { uid, medium, began_ms }: Track) -> Value {
    let (kind, word) = match medium {
        Medium::Audio => ("audio", "audio"),
        Medium::Video => ("video", "video"),
        Medium::Both => ("av", "audio_and_video"),
    };
    let name = file_name(recorder, &format!("__uid_s_{uid}__uid_e_{kind}.m3u8"));
    json!({"fileName": name, "trackType": word, "uid": uid.to_string(), "mixedAllUser": false,
        "isPlayable": medium != Medium::Video, "sliceStartTime": began_ms})
}

/// `<prefix>/<sid>_<cname>…`, and `bak<n>_` in front of the name after failover number n + 1. Names of pages come without the
/// prefix and without special characters.
fn file_name(recorder: &Recorder, ending: &str) -> String {
    let told = &recorder.told;
    let (prefix, cname) = match told.task {
        Task::Web(_) => ("", told.cname.replace(|letter| REPLACED.contains(letter), "-")),
        Task::Individual(_) | Task::Mix(_) => (told.prefix.as_str(), told.cname.clone()),
    };
    let sid = &told.sid;
    match recorder.failovers.checked_sub(1) {
        None => format!("{prefix}{sid}_{cname}{ending}"),
        Some(number) => format!("{prefix}bak{number}_{sid}_{cname}{ending}"),
    }
}

/// `extensionServiceState`: the recorder of the page, and the CDN push where there is one.
fn services(recorder: &Recorder, page: &Web, stage: Stage, listed: Listed, view: View) -> Vec<Value> {
    let state = page_state(stage);
    let began = recorder.first_slice_ms.filter(|first| *first <= view.now_ms);
    let names = began.map(|_| names(recorder, page.mp4, listed)).unwrap_or_default();
    // Lower-case n, and no prefix in front, in all samples.
    let files: Vec<Value> = names.iter().map(|name| json!({"filename": name, "sliceStartTime": began})).collect();
    let payload = json!({"state": state, "onhold": page.onhold, "fileList": files});
    let mut services = vec![json!({"serviceName": "web_recorder_service", "payload": payload})];
    if let Some(output) = &page.output {
        let outputs = json!([{"rtmpUrl": output.url, "status": push_state(recorder, page, output, stage, view)}]);
        services.push(json!({"serviceName": "rtmp_publish_service", "payload": {"state": state, "outputs": outputs}}));
    }
    services
}

fn page_state(stage: Stage) -> &'static str {
    match stage {
        Stage::NotBegun | Stage::Initialised | Stage::ComponentsStarting | Stage::SomeReady => "init",
        Stage::Ready | Stage::InProgress => "inProgress",
        Stage::StopRequested
        | Stage::ComponentsStopped
        | Stage::Exited
        | Stage::AbnormalExit
        | Stage::Away
        | Stage::Gone => "exit",
    }
}

fn push_state(recorder: &Recorder, page: &Web, output: &Output, stage: Stage, view: View) -> &'static str {
    let ready_ms = recorder.reaches(Stage::Ready).unwrap_or(i64::MAX);
    let connected_ms = CONNECTS_WITHIN.after(ready_ms.max(output.since_ms));
    match page_state(stage) {
        "exit" => "disconnected",
        _ if view.cdn == Cdn::Down => "disconnected",
        _ if page.onhold => "onhold",
        _ if view.now_ms < connected_ms => "connecting",
        _ => "publishing",
    }
}

/// `subServiceStatus` of the documents up to 2024.
fn service_word(stage: Stage) -> &'static str {
    match stage {
        Stage::NotBegun => "serviceIdle",
        Stage::Initialised | Stage::ComponentsStarting | Stage::SomeReady => "serviceStarted",
        Stage::Ready => "serviceReady",
        Stage::InProgress => "serviceInProgress",
        Stage::StopRequested | Stage::ComponentsStopped | Stage::Exited | Stage::Away | Stage::Gone => {
            "serviceCompleted"
        }
        Stage::AbnormalExit => "serviceAbnormal",
    }
}
