//! update and updateLayout: who takes them, what they change, and what the journal tells of it.

use serde_json::{Value, json};

use super::{Bench, START_MS, individual, storage, web};
use crate::sim::journal::{Befell, Part, Stretch};
use crate::sim::scenario::{Happening, Span};

fn parts(bench: &mut Bench) -> Vec<Part> {
    let told = bench.journal().events;
    told.iter()
        .filter_map(|event| match event.what {
            Befell::Updated { part } => Some(part),
            Befell::Started
            | Befell::Moved { .. }
            | Befell::Kicked
            | Befell::Left { .. }
            | Befell::Stopped
            | Befell::Reloaded
            | Befell::Died
            | Befell::Crashed => None,
        })
        .collect()
}

#[test]
fn an_update_answers_the_four_members_and_changes_whose_streams_are_recorded() {
    let mut bench = Bench::new();
    let mut request = individual();
    request["recordingConfig"]["subscribeAudioUids"] = json!(["41"]);
    let recording = bench.begin("individual", "a", "1", &request);
    assert_eq!(bench.at(20_000).server(&recording)["fileList"].as_array().map(Vec::len), Some(1));
    let lists = json!({"streamSubscribe": {"audioUidList": {"subscribeAudioUids": ["#allstream#"]},
        "videoUidList": {"unSubscribeVideoUids": ["41"]}}});
    let (status, body) = bench.post(&recording, "update", &lists);
    let members = json!({"cname": "a", "uid": "1", "resourceId": recording.resource, "sid": recording.sid});
    assert_eq!((status, body), (200, members));
    let server = bench.at(30_000).server(&recording);
    let tracks: Vec<(&Value, &Value)> =
        server["fileList"].as_array().expect("a list").iter().map(|file| (&file["uid"], &file["trackType"])).collect();
    let (one, other) = (json!("41"), json!("42"));
    let (audio, video) = (json!("audio"), json!("video"));
    assert_eq!(tracks, [(&one, &audio), (&other, &audio), (&other, &video)]);
    assert_eq!(parts(&mut bench), [Part::Subscriptions]);
}

#[test]
fn a_paused_page_is_not_recorded_and_the_truth_says_so() {
    let mut bench = Bench::new();
    let mut request = web();
    request["extensionServiceConfig"]["extensionServices"][0]["serviceParam"]["onhold"] = json!(true);
    let recording = bench.begin("web", "lesson", "5", &request);
    let held = bench.at(20_000).server(&recording);
    assert_eq!((&held["status"], &held["extensionServiceState"][0]["payload"]["onhold"]), (&json!(4), &json!(true)));
    assert_eq!(held["extensionServiceState"][0]["payload"]["fileList"], json!([]));
    assert_eq!(held["extensionServiceState"][1]["payload"]["outputs"][0]["status"], "onhold");
    let set = |onhold: bool| json!({"webRecordingConfig": {"onhold": onhold}});
    assert_eq!(bench.post(&recording, "update", &set(false)).0, 200);
    assert_eq!(bench.at(30_000).server(&recording)["status"], 5);
    assert_eq!(bench.post(&recording, "update", &set(true)).0, 200);
    assert_eq!(bench.post(&recording, "update", &set(true)).0, 200, "nothing new");
    let stretch = Stretch { from_ms: START_MS + 20_000, to_ms: Some(START_MS + 30_000) };
    assert_eq!(bench.at(40_000).journal().lives[0].recorded, [stretch]);
    assert_eq!(parts(&mut bench), [Part::Resumed, Part::Paused]);
}

#[test]
fn a_cdn_push_connects_anew_with_a_new_address_and_breaks_off_with_its_cdn() {
    let mut bench = Bench::new();
    let recording = bench.begin("web", "lesson", "5", &web());
    let output =
        |bench: &mut Bench| bench.server(&recording)["extensionServiceState"][1]["payload"]["outputs"][0].clone();
    assert_eq!(output(bench.at(20_000))["status"], "publishing");
    let update = json!({"rtmpPublishConfig": {"outputs": [{"rtmpUrl": "rtmps://example.org/live/y"}]}});
    assert_eq!(bench.post(&recording, "update", &update).0, 200);
    let connecting = json!({"rtmpUrl": "rtmps://example.org/live/y", "status": "connecting"});
    assert_eq!(output(bench.at(21_000)), connecting);
    assert_eq!(output(bench.at(22_000))["status"], "publishing");
    bench.schedule(30_000, Happening::CdnDown { cname: "lesson".to_owned(), lasts: Span::secs(10) });
    assert_eq!(output(bench.at(35_000))["status"], "disconnected");
    assert_eq!(output(bench.at(40_000))["status"], "publishing");
    let mut alone = web();
    alone["extensionServiceConfig"]["extensionServices"].as_array_mut().expect("a list").pop();
    let recording = bench.begin("web", "other", "6", &alone);
    assert_eq!(bench.post(&recording, "update", &update).1["code"], 2, "it was started without a push");
}

#[test]
fn storage_can_be_renewed_in_every_mode() {
    for (mode, request) in
        [("individual", individual()), ("mix", super::start_body("a", "1")["clientRequest"].clone()), ("web", web())]
    {
        let mut bench = Bench::new();
        let recording = bench.begin(mode, "a", "1", &request);
        let mut new = storage();
        new["stsToken"] = json!("t");
        new["stsExpiration"] = json!(1_772_460_000_u64);
        assert_eq!(bench.at(20_000).post(&recording, "update", &json!({"storageConfig": new})).0, 200, "{mode}");
        assert_eq!(parts(&mut bench), [Part::Storage], "{mode}");
        let half = json!({"storageConfig": {"stsToken": "t"}});
        assert_eq!(bench.post(&recording, "update", &half).1["code"], 2, "{mode}: the whole object is asked for");
    }
}

#[test]
fn a_layout_is_for_mix_and_a_bad_one_is_code_1028() {
    let mut bench = Bench::new();
    let recording = bench.record("a", "1");
    let place =
        json!({"uid": "41", "x_axis": 0.0, "y_axis": 0, "width": 0.5, "height": 1, "alpha": 1.0, "render_mode": 1});
    let layout = json!({"mixedVideoLayout": 3, "backgroundColor": "#0a1b2c", "layoutConfig": vec![place.clone(); 17],
        "backgroundConfig": [{"uid": "41", "image_url": "https://example.org/a.jpg", "render_mode": 0}]});
    let (status, body) = bench.at(20_000).post(&recording, "updateLayout", &layout);
    assert_eq!((status, &body["sid"]), (200, &json!(recording.sid)));
    assert_eq!(parts(&mut bench), [Part::Layout]);
    for bad in [
        json!({"mixedVideoLayout": 4}),
        json!({"mixedVideoLayout": 3}),
        json!({"mixedvideolayout": 1}),
        json!({"mixedVideoLayout": 3, "layoutConfig": vec![place.clone(); 18]}),
        json!({"backgroundColor": "red"}),
    ] {
        let (status, body) = bench.post(&recording, "updateLayout", &bad);
        assert_eq!((status, &body["code"]), (400, &json!(1028)), "{bad}");
    }
    let individual = bench.begin("individual", "b", "3", &individual());
    assert_eq!(bench.post(&individual, "updateLayout", &layout).1["code"], 2);
}

#[test]
fn who_is_gone_or_moving_takes_no_update() {
    let mut bench = Bench::new();
    let recording = bench.record("a", "1");
    let layout = json!({"mixedVideoLayout": 1});
    let lists = json!({"streamSubscribe": {"audioUidList": {"subscribeAudioUids": ["41"]}}});
    bench.schedule(60_000, Happening::FailOver { cname: "a".to_owned(), lasts: Span::secs(60) });
    bench.schedule(200_000, Happening::Die { cname: "a".to_owned() });
    for (ms, status) in [(30_000, 200), (70_000, 404), (130_000, 200), (200_000, 404)] {
        assert_eq!(bench.at(ms).post(&recording, "update", &lists).0, status, "update at {ms}");
        assert_eq!(bench.post(&recording, "updateLayout", &layout).0, status, "updateLayout at {ms}");
    }
    let mut other = recording;
    other.uid = "2".to_owned();
    assert_eq!(bench.post(&other, "update", &lists).1["code"], 432);
    other.cname = "köln".to_owned();
    assert_eq!(bench.post(&other, "update", &lists).1["code"], 1013);
}
