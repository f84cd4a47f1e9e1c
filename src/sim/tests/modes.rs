//! What queries and stops tell in each mode: members, names, states.

use serde_json::{Value, json};

use super::{Bench, START_MS, individual, start_body, web};
use crate::sim::scenario::{Happening, Span};

fn keys(body: &Value) -> Vec<&str> {
    body.as_object().map(|map| map.keys().map(String::as_str).collect()).unwrap_or_default()
}

/// A bench in which two users with known UIDs publish in `a`.
fn bench() -> Bench {
    let mut bench = Bench::with("qps = 1000", "");
    let mut scenario = bench.cloud.scenario().clone();
    scenario.channels[0].users = vec![41, 7];
    bench.cloud = crate::sim::SimCloud::new(scenario, 1, START_MS);
    bench
}

fn names(server: &Value) -> Vec<String> {
    server["fileList"].as_array().expect("a list").iter().map(|file| super::text(file, "fileName")).collect()
}

#[test]
fn individual_lists_audio_and_video_of_each_user() {
    let mut bench = bench();
    let recording = bench.begin("individual", "a", "1", &individual());
    let early = json!({"status": 0, "fileListMode": "json", "fileList": [], "sliceStartTime": 0});
    assert_eq!(bench.server(&recording), early);
    let server = bench.at(20_000).server(&recording);
    let name = |user: u32, kind: &str| format!("rec/{}_a__uid_s_{user}__uid_e_{kind}.m3u8", recording.sid);
    let all = [name(41, "audio"), name(41, "video"), name(7, "audio"), name(7, "video")];
    assert_eq!(names(&server), all);
    let began = server["sliceStartTime"].as_i64().expect("milliseconds");
    let track = |kind: &str, playable: bool, began: i64| {
        json!({"fileName": name(41, kind), "trackType": kind, "uid": "41", "mixedAllUser": false, "isPlayable": playable,
            "sliceStartTime": began})
    };
    assert_eq!(server["fileList"][0], track("audio", true, began));
    assert_eq!(server["fileList"][1], track("video", false, began + 83));
    assert_eq!(keys(&server), ["fileList", "fileListMode", "sliceStartTime", "status"]);

    let (status, stopped) = bench.stop(&recording);
    let server = &stopped["serverResponse"];
    assert_eq!((status, keys(server)), (200, vec!["fileList", "fileListMode", "uploadingStatus"]));
    assert_eq!((names(server), &server["uploadingStatus"]), (all.to_vec(), &json!("uploaded")));
}

#[test]
fn individual_files_follow_stream_types_lists_and_the_stream_mode() {
    let cases = [
        (json!({"streamTypes": 0}), &["41_audio", "7_audio"][..]),
        (json!({"streamTypes": 1}), &["41_video", "7_video"]),
        (json!({"streamTypes": 0, "streamMode": "original"}), &["41_audio", "7_audio"]),
        (json!({"subscribeVideoUids": ["7"]}), &["7_video"]),
        (
            json!({"subscribeAudioUids": ["#allstream#"], "unsubscribeVideoUids": ["7"]}),
            &["41_audio", "41_video", "7_audio"],
        ),
        (
            json!({"streamMode": "standard", "subscribeAudioUids": ["7"], "subscribeVideoUids": ["7", "41"]}),
            &["41_video", "7_audio", "7_video", "7_av"],
        ),
        (json!({"subscribeAudioUids": ["99"]}), &[]),
    ];
    for (more, files) in cases {
        let mut bench = bench();
        let mut request = individual();
        let config = request["recordingConfig"].as_object_mut().expect("an object");
        config.extend(more.as_object().expect("an object").clone());
        let recording = bench.begin("individual", "a", "1", &request);
        let server = bench.at(20_000).server(&recording);
        let short: Vec<String> = names(&server)
            .iter()
            .map(|name| name.split_once("uid_s_").expect("a user").1.replace("__uid_e", "").replace(".m3u8", ""))
            .collect();
        assert_eq!(short, files, "{more}");
        let status = if files.is_empty() { 4 } else { 5 };
        assert_eq!(server["status"], status, "{more}");
        assert_eq!(bench.stop(&recording).0, if files.is_empty() { 206 } else { 200 }, "{more}");
    }
}

#[test]
fn with_screenshots_no_files_are_named() {
    for with_recording in [true, false] {
        let mut bench = bench();
        let mut request = individual();
        request["snapshotConfig"] = json!({"captureInterval": 5, "fileType": ["jpg"]});
        if !with_recording {
            request.as_object_mut().expect("an object").remove("recordingFileConfig");
        }
        let recording = bench.begin("individual", "a", "1", &request);
        let server = bench.at(20_000).server(&recording);
        assert_eq!((keys(&server), &server["status"]), (vec!["sliceStartTime", "status"], &json!(5)));
        assert_eq!(bench.stop(&recording).1["serverResponse"], json!({"uploadingStatus": "uploaded"}));
    }
}

#[test]
fn a_composite_recording_of_nobody_in_the_channel_has_no_file() {
    let mut bench = bench();
    let mut request = start_body("a", "1")["clientRequest"].clone();
    request["recordingConfig"]["subscribeAudioUids"] = json!(["99"]);
    let recording = bench.begin("mix", "a", "1", &request);
    assert_eq!(bench.at(60_000).server(&recording)["status"], 4);
    assert_eq!(bench.stop(&recording).1["code"], 435);
}

#[test]
fn a_failover_puts_bak_before_every_file_and_the_random_uid_into_the_journal() {
    let mut bench = bench();
    let recording = bench.begin("individual", "a", "1", &individual());
    bench.schedule(60_000, Happening::FailOver { cname: "a".to_owned(), lasts: Span::secs(30) });
    let server = bench.at(100_000).server(&recording);
    assert!(names(&server).iter().all(|name| name.starts_with(&format!("rec/bak0_{}", recording.sid))), "{server}");
    let events: Vec<Value> = bench.journal().events.iter().map(|event| json!(event)).collect();
    let [started, moved] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((&started["event"], &moved["event"]), (&json!("started"), &json!("moved")));
    assert_eq!((&moved["at_ms"], &moved["back_ms"]), (&json!(START_MS + 60_000), &json!(START_MS + 90_000)));
    assert!(moved["new_uid"].as_u64().is_some_and(|uid| uid > 0 && uid != 1), "{moved}");
}

#[test]
fn web_tells_init_in_progress_and_exit_with_names_of_its_own() {
    let mut bench = bench();
    let recording = bench.begin("web", "math_1.2 x", "900003", &web());
    let service = |server: &Value, index: usize| server["extensionServiceState"][index].clone();
    let early = bench.server(&recording);
    assert_eq!(keys(&early), ["extensionServiceState", "status"]);
    let page =
        json!({"serviceName": "web_recorder_service", "payload": {"state": "init", "onhold": false, "fileList": []}});
    assert_eq!(service(&early, 0), page);
    let push = json!({"serviceName": "rtmp_publish_service", "payload": {"state": "init",
        "outputs": [{"rtmpUrl": "rtmp://example.org/live/x", "status": "connecting"}]}});
    assert_eq!(service(&early, 1), push);

    let later = bench.at(20_000).server(&recording);
    let payload = &service(&later, 0)["payload"];
    let name = format!("{}_math-1-2 x.m3u8", recording.sid);
    assert_eq!((&payload["state"], &payload["fileList"][0]["filename"]), (&json!("inProgress"), &json!(name)));
    assert_eq!(payload["fileList"].as_array().map(Vec::len), Some(1), "the MP4 comes with the end: {payload}");
    assert_eq!(service(&later, 1)["payload"]["outputs"][0]["status"], "publishing");

    let (status, stopped) = bench.stop(&recording);
    let server = &stopped["serverResponse"];
    assert_eq!((status, keys(server)), (200, vec!["extensionServiceState"]));
    let payload = &service(server, 0)["payload"];
    assert_eq!((&payload["state"], payload["fileList"].as_array().map(Vec::len)), (&json!("exit"), Some(2)));
    assert_eq!(service(server, 1)["payload"]["outputs"][0]["status"], "disconnected");
    let upload = json!({"serviceName": "upload_service", "payload": {"uploadingStatus": "uploaded"}});
    assert_eq!(service(server, 2), upload);
    let leaving = bench.at(20_500).server(&recording);
    assert_eq!(service(&leaving, 0)["payload"]["state"], "exit");
}

#[test]
fn web_needs_nobody_in_a_channel_and_ends_after_its_longest_time() {
    let mut bench = bench();
    let recording = bench.begin("web", "empty", "5", &web());
    bench.schedule(30_000, Happening::SameUidUser { cname: "empty".to_owned(), uid: 5, lasts: Span::secs(60) });
    assert_eq!(bench.at(3_600_000).server(&recording)["status"], 5, "no maxIdleTime, and no user to be kicked by");
    assert_eq!(bench.at(3 * 3_600_000).server(&recording)["extensionServiceState"][0]["payload"]["state"], "exit");
    assert_eq!(bench.at(3 * 3_600_000 + 10_000).status(&recording), None);
    let events: Vec<Value> = bench.journal().events.iter().map(|event| json!(event)).collect();
    assert_eq!(events[1]["why"], "max_recording_hour", "{events:?}");
}

#[test]
fn a_page_that_never_becomes_ready_is_loaded_twice_and_given_up() {
    let mut bench = bench();
    bench.schedule(0, Happening::PageStuck { cname: "lesson".to_owned(), lasts: Span::secs(60) });
    let recording = bench.at(1_000).begin("web", "lesson", "5", &web());
    let state = |bench: &mut Bench| bench.server(&recording)["extensionServiceState"][0]["payload"]["state"].clone();
    assert_eq!(state(bench.at(60_900)), "init");
    assert_eq!(state(bench.at(61_000)), "exit");
    let journal = bench.at(70_000).journal();
    let told: Vec<Value> = journal.events.iter().map(|event| json!(event)).collect();
    assert_eq!((&told[1]["event"], &told[1]["at_ms"]), (&json!("reloaded"), &json!(START_MS + 31_000)));
    assert_eq!((&told[2]["event"], &told[2]["why"]), (&json!("left"), &json!("page_load_timeout")));
    assert!(journal.lives[0].recorded.is_empty(), "it never recorded");
    let mut patient = web();
    patient["extensionServiceConfig"]["extensionServices"][0]["serviceParam"]["readyTimeout"] = json!(0);
    bench.schedule(70_000, Happening::PageStuck { cname: "other".to_owned(), lasts: Span::secs(60) });
    let recording = bench.at(71_000).begin("web", "other", "6", &patient);
    assert_eq!(bench.at(90_000).server(&recording)["status"], 5, "nobody looks at the page's state");
}

#[test]
fn a_resource_serves_the_scene_it_was_acquired_for_and_a_recording_its_own_mode() {
    let mut bench = bench();
    let resource = bench.resource("a", "1");
    let body = json!({"cname": "a", "uid": "1", "clientRequest": web()});
    let rest = format!("resourceid/{resource}/mode/web/start");
    let (status, refused) = super::answer(bench.reply(crate::agora::transport::Method::Post, &rest, Some(&body)));
    assert_eq!((status, &refused["code"]), (400, &json!(2)));
    assert!(super::text(&refused, "reason").contains("scene"), "{refused}");
    let mut recording = bench.begin("individual", "b", "3", &individual());
    recording.mode = "mix";
    assert_eq!(bench.query(&recording).1["code"], 2);
    recording.mode = "raw";
    assert_eq!(bench.query(&recording).1["code"], 2, "an unknown mode");
}

#[test]
fn older_shapes_have_the_services_word_and_the_misspelt_key() {
    let mut bench = Bench::with("shapes = \"seen\"", "");
    let individual = bench.begin("individual", "a", "1", &individual());
    let web = bench.begin("web", "lesson", "2", &web());
    let server = bench.at(20_000).server(&individual);
    assert_eq!(server["subServiceStatus"], json!({"recordingService": "serviceInProgress"}));
    let reply = bench.stop_reply(&web, &json!({"async_stop": true}));
    let stopped = super::answer(reply).1;
    let upload = json!({"serviceName": "upload_service", "playload": {"uploadingStatus": "unknow"}});
    assert_eq!(stopped["serverResponse"]["extensionServiceState"][2], upload);
}

#[test]
fn the_senders_of_notifications_can_be_asked_for_under_both_addresses() {
    let mut bench = Bench::with("qps = 1", "");
    for path in ["/v1/ncs/ip", "/v2/ncs/ip", "/v1/ncs/ip"] {
        let mut request = bench.request(crate::agora::transport::Method::Get, "", None);
        request.path = path.to_owned();
        let answer = super::answer(bench.send(&request));
        assert_eq!(answer, (200, json!({"data": {"service": {"hosts": [{"primaryIP": "127.0.0.1"}]}}})), "{path}");
    }
}
