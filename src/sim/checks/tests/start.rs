//! Bodies of start: for every mode what is sound, and every member broken once.

use serde_json::{Value, json};

use super::super::{Mode, Scene, Task};
use super::{code, individual, mix, sound, start, storage, web, with, without};
use crate::sim::scenario::Span;

const MODES: [Mode; 3] = [Mode::Individual, Mode::Mix, Mode::Web];

/// Each case: where, what stands there, and the code it is answered with.
fn table(mode: Mode, cases: &[(&str, Value, i64)]) {
    for (pointer, value, expected) in cases {
        let request = with(sound(mode), pointer, value.clone());
        assert_eq!(code(start(mode, &request)), *expected, "{} {pointer} = {value}", mode.name());
    }
}

#[test]
fn the_documented_bodies_are_sound() {
    for mode in MODES {
        let start = start(mode, &sound(mode)).unwrap_or_else(|complaint| panic!("{}: {complaint:?}", mode.name()));
        assert_eq!((start.uid, start.prefix.as_str(), start.task.mode()), (900_002, "rec/2026/", mode));
        let idle = (mode != Mode::Web).then_some(Span::secs(300));
        assert_eq!((start.max_idle, start.scene == Scene::Page), (idle, mode == Mode::Web));
    }
    let Ok(Task::Mix(task)) = start(Mode::Mix, &mix()).map(|start| start.task) else { panic!("a mix") };
    assert!(task.mp4);
}

#[test]
fn a_start_without_what_it_is_to_make_selects_no_service() {
    let reason = |mode, request: &Value| start(mode, request).err().map(|complaint| complaint.reason);
    let nothing = Some("services not selected!".to_owned());
    assert_eq!(reason(Mode::Mix, &without(mix(), "recordingFileConfig")), nothing);
    assert_eq!(reason(Mode::Web, &without(web(), "extensionServiceConfig")), nothing);
    let one = without(individual(), "recordingFileConfig");
    assert_eq!(reason(Mode::Individual, &one), None, "screenshots alone");
    assert_eq!(reason(Mode::Individual, &without(one, "snapshotConfig")), nothing);
    assert_eq!(reason(Mode::Individual, &without(individual(), "snapshotConfig")), None);
    assert_eq!(reason(Mode::Web, &without(web(), "recordingFileConfig")), None, "only pushed or HLS");
}

/// Structures without optional members send what their user left out as zero, false or empty.
#[test]
fn what_the_vendors_go_client_sends_besides_is_taken() {
    let page = "extensionServiceConfig/extensionServices/0";
    let request = with(web(), &format!("{page}/errorHandlePolicy"), json!(""));
    let request = with(request, &format!("{page}/serviceParam/onhold"), json!(false));
    let request = with(request, &format!("{page}/serviceParam/VideoBitrate"), json!(2000));
    let request = with(request, "storageConfig/extensionParams", json!({"sse": "", "tag": ""}));
    assert_eq!(code(start(Mode::Web, &request)), 0);
    let place = json!({"uid": "", "x_axis": 0, "y_axis": 0, "width": 1, "height": 1, "render_mode": 0});
    let request = with(mix(), "recordingConfig/transcodingConfig/layoutConfig", json!([place]));
    let request = with(request, "recordingConfig/subscribeUidGroup", json!(0));
    assert_eq!(code(start(Mode::Mix, &with(request, "recordingConfig/streamTypes", json!(2)))), 0);
}

#[test]
fn storage_is_held_against_the_tables_of_its_vendor() {
    for mode in MODES {
        let cases = [
            ("storageConfig/vendor", json!(4), 2),
            ("storageConfig/vendor", json!(12), 2),
            ("storageConfig/vendor", json!("1"), 2),
            ("storageConfig/vendor", json!(5), 2),
            ("storageConfig/region", json!(28), 0),
            ("storageConfig/region", json!(26), 2),
            ("storageConfig/region", json!("7"), 2),
            ("storageConfig/bucket", json!(""), 2),
            ("storageConfig/accessKey", json!(7), 2),
            ("storageConfig/secretKey", Value::Null, 2),
            ("storageConfig/fileNamePrefix", json!(["a/b"]), 2),
            ("storageConfig/fileNamePrefix", json!(["x".repeat(127)]), 0),
            ("storageConfig/fileNamePrefix", json!(["x".repeat(128)]), 2),
            ("storageConfig/fileNamePrefix", json!("rec"), 2),
            ("storageConfig/stsToken", json!("t"), 0),
            ("storageConfig/stsExpiration", json!(u64::MAX), 0),
            ("storageConfig/stsExpiration", json!(-1), 2),
            ("storageConfig/extensionParams", json!({"sse": "kms", "tag": "x"}), 0),
            ("storageConfig/extensionParams", json!({"sse": "", "tag": ""}), 0),
            ("storageConfig/extensionParams", json!({"sse": "KMS"}), 2),
            ("storageConfig/extensionParams", json!({"colour": "x"}), 2),
            ("storageConfig/bukket", json!("b"), 2),
        ];
        table(mode, &cases);
        for name in ["vendor", "region", "bucket", "accessKey", "secretKey"] {
            let request = without(sound(mode), &format!("storageConfig/{name}"));
            assert_eq!(code(start(mode, &request)), 2, "{name}");
        }
    }
    for (vendor, region, more, expected) in [
        (2, 27, json!({"stsToken": "t", "extensionParams": {"tag": "x"}}), 0),
        (2, 28, json!({}), 2),
        (3, 19, json!({"stsToken": "t"}), 0),
        (3, 20, json!({}), 2),
        (3, 0, json!({"extensionParams": {"tag": "x"}}), 2),
        (5, 0, json!({}), 0),
        (5, 0, json!({"stsToken": "t"}), 2),
        (6, 1, json!({}), 2),
        (7, 15, json!({}), 0),
        (7, 16, json!({}), 2),
        (8, 7, json!({}), 0),
        (8, 8, json!({}), 2),
        (8, 1, json!({"extensionParams": {"sse": "kms"}}), 2),
        (11, 0, json!({"extensionParams": {"endpoint": "s3.example.org"}}), 0),
        (11, 0, json!({"extensionParams": {"endpoint": ""}}), 2),
        (11, 0, json!({}), 2),
        (11, 1, json!({"extensionParams": {"endpoint": "s3.example.org"}}), 2),
    ] {
        let mut config = storage();
        config["vendor"] = json!(vendor);
        config["region"] = json!(region);
        config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        assert_eq!(code(start(Mode::Mix, &with(mix(), "storageConfig", config.clone()))), expected, "{config}");
    }
}

#[test]
fn the_recording_of_a_channel_keeps_to_its_ranges() {
    for mode in [Mode::Individual, Mode::Mix] {
        table(
            mode,
            &[
                ("recordingConfig/channelType", json!(2), 2),
                ("recordingConfig/channelType", json!("1"), 2),
                ("recordingConfig/streamTypes", json!(3), 2),
                ("recordingConfig/maxIdleTime", json!(5), 0),
                ("recordingConfig/maxIdleTime", json!(2_592_000), 0),
                ("recordingConfig/maxIdleTime", json!(4), 2),
                ("recordingConfig/maxIdleTime", json!(2_592_001), 2),
                ("recordingConfig/maxIdletime", json!(30), 2),
                ("recordingConfig/videoStreamType", json!(1), 0),
                ("recordingConfig/videoStreamType", json!(2), 2),
                ("recordingConfig/subscribeUidGroup", json!(5), 0),
                ("recordingConfig/subscribeUidGroup", json!(6), 2),
                ("recordingConfig/decryptionMode", json!(9), 2),
                ("recordingConfig/decryptionMode", json!(1), 2),
                ("recordingConfig/privateParams", json!("{\"correctEXTINF\":true}"), 0),
                ("recordingConfig/privateParams", json!("{correctEXTINF"), 2),
                ("recordingConfig/subscribeAudioUids", json!(vec!["1"; 32]), 0),
                ("recordingConfig/subscribeAudioUids", json!(vec!["1"; 33]), 2),
                ("recordingConfig/subscribeAudioUids", json!(["anna"]), 2),
                ("recordingConfig/subscribeAudioUids", json!(["#allstream#", "1"]), 2),
                ("recordingConfig/subscribeAudioUids", json!([1]), 2),
                ("recordingConfig/subscribeVideoUids", json!(["4294967296"]), 2),
                ("recordingFileConfig/avFileType", json!(["mp4"]), 2),
                ("recordingFileConfig/avFileType", json!([]), 2),
                ("recordingFileConfig/avFileType", json!("hls"), 2),
                ("recordingFileConfig/format", json!(["hls"]), 2),
                ("extensionServiceConfig", json!({}), 2),
                ("appsCollection", json!({"combinationPolicy": "default"}), 0),
                ("appsCollection", json!({"combinationPolicy": "both"}), 2),
                ("transcodeOptions", json!({}), 2),
                ("token", json!(7), 2),
                ("tokens", json!("t"), 2),
            ],
        );
        assert_eq!(code(start(mode, &without(sound(mode), "recordingConfig"))), 2);
        assert_eq!(code(start(mode, &without(sound(mode), "recordingConfig/channelType"))), 2);
    }
}

#[test]
fn lists_of_one_medium_exclude_each_other_in_every_spelling() {
    for spelling in ["unsubscribeAudioUids", "unSubscribeAudioUids"] {
        let place = format!("recordingConfig/{spelling}");
        table(Mode::Mix, &[(&place, json!(["1"]), 0), (&place, json!(["#allstream#"]), 2)]);
        let both = with(mix(), "recordingConfig/subscribeAudioUids", json!(["2"]));
        assert_eq!(code(start(Mode::Mix, &with(both, &place, json!(["1"])))), 2, "{spelling}");
    }
}

#[test]
fn encryption_needs_its_secret_and_its_salt() {
    let config = |mode: u8, secret: &str, salt: &str| {
        let request = with(mix(), "recordingConfig/decryptionMode", json!(mode));
        let request = with(request, "recordingConfig/secret", json!(secret));
        code(start(Mode::Mix, &with(request, "recordingConfig/salt", json!(salt))))
    };
    let salt = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    assert_eq!([config(6, "s", ""), config(7, "s", salt), config(8, "s", salt)], [0, 0, 0]);
    assert_eq!([config(1, "", ""), config(7, "s", ""), config(8, "s", "AAEC"), config(8, "", salt)], [2, 2, 2, 2]);
}

#[test]
fn individual_has_rules_of_its_own() {
    table(
        Mode::Individual,
        &[
            ("recordingFileConfig/avFileType", json!(["hls", "mp4"]), 2),
            ("recordingConfig/streamMode", json!("default"), 0),
            ("recordingConfig/streamMode", json!("original"), 2),
            ("recordingConfig/streamMode", json!("Standard"), 2),
            ("recordingConfig/transcodingConfig", json!({}), 2),
            ("recordingConfig/audioProfile", json!(0), 2),
            ("recordingConfig/streamTypes", json!(0), 2),
            ("snapshotConfig/captureInterval", json!(1), 0),
            ("snapshotConfig/captureInterval", json!(3600), 0),
            ("snapshotConfig/captureInterval", json!(0), 2),
            ("snapshotConfig/captureInterval", json!(3601), 2),
            ("snapshotConfig/fileType", json!(["png"]), 2),
            ("snapshotConfig/fileTypes", json!(["jpg"]), 2),
            ("appsCollection", json!({"combinationPolicy": "postpone_transcoding"}), 0),
        ],
    );
    for name in ["recordingConfig/subscribeUidGroup", "snapshotConfig/fileType", "recordingConfig/subscribeVideoUids"] {
        assert_eq!(code(start(Mode::Individual, &without(individual(), name))), 2, "{name}");
    }
    let audio = without(with(individual(), "recordingConfig/streamTypes", json!(0)), "snapshotConfig");
    let audio = with(audio, "recordingConfig/streamMode", json!("original"));
    assert_eq!(code(start(Mode::Individual, &audio)), 0, "untranscoded audio");
    let afterwards = with(individual(), "appsCollection", json!({"combinationPolicy": "postpone_transcoding"}));
    let afterwards = with(afterwards, "transcodeOptions", json!({"container": {"format": "mp4"}}));
    assert_eq!(start(Mode::Individual, &afterwards).map(|start| start.scene), Ok(Scene::Postponed));
}

#[test]
fn mix_has_rules_of_its_own() {
    let config = "recordingConfig/transcodingConfig";
    let at = |name: &str| format!("{config}/{name}");
    let place = json!({"x_axis": 0, "y_axis": 0.123456, "width": 1.0, "height": 1});
    table(
        Mode::Mix,
        &[
            ("snapshotConfig", json!({"fileType": ["jpg"]}), 2),
            ("recordingConfig/streamMode", json!("default"), 0),
            ("recordingConfig/streamMode", json!("standard"), 2),
            ("recordingConfig/audioProfile", json!(2), 0),
            ("recordingConfig/audioProfile", json!(3), 2),
            ("appsCollection", json!({"combinationPolicy": "postpone_transcoding"}), 2),
            (&at("width"), json!(1920), 0),
            (&at("width"), json!(8000), 2),
            (&at("width"), json!(0), 2),
            (&at("fps"), json!(60), 0),
            (&at("fps"), json!(24), 0),
            (&at("fps"), json!(61), 2),
            (&at("bitrate"), json!(6500), 0),
            (&at("bitrate"), json!(6501), 2),
            (&at("maxResolutionUid"), json!("41"), 0),
            (&at("maxResolutionUid"), json!(41), 2),
            (&at("mixedVideoLayout"), json!(4), 2),
            (&at("mixedVideoLayout"), json!(3), 2),
            (&at("backgroundColor"), json!("red"), 2),
            (&at("backgroundImage"), json!("https://example.org/a.jpg"), 0),
            (&at("backgroundImage"), json!("a.jpg"), 2),
            (&at("defaultUserBackgroundImage"), json!("https://"), 2),
            (&at("layoutConfig"), json!(vec![place.clone(); 17]), 0),
            (&at("layoutConfig"), json!(vec![place.clone(); 18]), 2),
            (&at("layoutConfig"), json!([with(place.clone(), "uid", json!(""))]), 0),
            (&at("layoutConfig"), json!([with(place.clone(), "uid", json!("x"))]), 2),
            (&at("layoutConfig"), json!([with(place.clone(), "x_axis", json!(1.01))]), 2),
            (&at("layoutConfig"), json!([with(place.clone(), "alpha", json!(-0.1))]), 2),
            (&at("layoutConfig"), json!([with(place.clone(), "render_mode", json!(2))]), 2),
            (&at("layoutConfig"), json!([with(place.clone(), "xAxis", json!(0))]), 2),
            (&at("layoutConfig"), json!([without(place, "height")]), 2),
            (&at("backgroundConfig"), json!([{"uid": "1", "image_url": "https://example.org/a.jpg"}]), 0),
            (&at("backgroundConfig"), json!([{"uid": "1", "image_url": "http://example.org/a.jpg"}]), 2),
            (&at("backgroundConfig"), json!([{"uid": "1"}]), 2),
            (&at("backgroundConfig"), json!([{"image_url": "https://example.org/a.jpg"}]), 2),
            (&at("colour"), json!(1), 2),
            (config, json!([]), 2),
        ],
    );
}

#[test]
fn web_has_rules_of_its_own() {
    let services = "extensionServiceConfig/extensionServices";
    let param = |name: &str| format!("{services}/0/serviceParam/{name}");
    let outputs = format!("{services}/1/serviceParam/outputs");
    let url = |url: &str| json!({"rtmpUrl": url});
    table(
        Mode::Web,
        &[
            ("recordingConfig", json!({"channelType": 1}), 2),
            ("snapshotConfig", json!({"fileType": ["jpg"]}), 2),
            ("appsCollection", json!({}), 2),
            ("token", json!("t"), 0),
            ("recordingFileConfig/avFileType", json!(["mp4"]), 2),
            ("extensionServiceConfig/errorHandlePolicy", json!("error_ignore"), 2),
            ("extensionServiceConfig/apiVersion", json!("v1"), 0),
            (services, json!([]), 2),
            (services, json!({}), 2),
            (&format!("{services}/0/serviceName"), json!("rtmp_publish_service"), 2),
            (&format!("{services}/1/serviceName"), json!("web_recorder_service"), 2),
            (&format!("{services}/0/serviceName"), json!("aliyun_vod_service"), 2),
            (&format!("{services}/0/errorHandlePolicy"), json!("error_ignore"), 2),
            (&format!("{services}/1/errorHandlePolicy"), json!("error_abort"), 2),
            (&param("url"), json!("example.org"), 2),
            (&param("audioProfile"), json!(3), 2),
            (&param("videoWidth"), json!(240), 0),
            (&param("videoWidth"), json!(239), 2),
            (&param("videoWidth"), json!(1921), 2),
            (&param("videoHeight"), json!(1920), 2),
            (&param("maxRecordingHour"), json!(720), 0),
            (&param("maxRecordingHour"), json!(0), 2),
            (&param("maxRecordingHour"), json!(721), 2),
            (&param("videoBitrate"), json!(50), 0),
            (&param("videoBitrate"), json!(8001), 2),
            (&param("VideoBitrate"), json!(1500), 0),
            (&param("VideoBitrate"), json!(49), 2),
            (&param("videoFps"), json!(5), 0),
            (&param("videoFps"), json!(4), 2),
            (&param("videoFps"), json!(61), 2),
            (&param("mobile"), json!(true), 0),
            (&param("mobile"), json!("true"), 2),
            (&param("maxVideoDuration"), json!(30), 0),
            (&param("maxVideoDuration"), json!(241), 2),
            (&param("onhold"), json!(true), 0),
            (&param("onhold"), json!(1), 2),
            (&param("readyTimeout"), json!(60), 0),
            (&param("readyTimeout"), json!(61), 2),
            (&param("readyTimeout"), json!(-1), 2),
            (&param("readyTimeout"), json!(1.5), 2),
            (&param("colour"), json!(1), 2),
            (&outputs, json!([url("rtmps://example.org/live")]), 0),
            (&outputs, json!([url("https://example.org/live")]), 2),
            (&outputs, json!([url("rtmp://a"), url("rtmp://b")]), 2),
            (&outputs, json!([]), 2),
        ],
    );
    for name in ["url", "audioProfile", "videoWidth", "videoHeight", "maxRecordingHour"] {
        let mut request = web();
        let param = request.pointer_mut(&format!("/{services}/0/serviceParam")).and_then(Value::as_object_mut);
        assert!(param.expect("an object").remove(name).is_some());
        assert_eq!(code(start(Mode::Web, &request)), 2, "{name}");
    }
}
