//! Bodies that backends send, in all their spellings, and what is said about wrong ones.

use super::*;
use crate::profile::choices::{AvFileType, StreamMode};
use crate::profile::recording::Capture;
use crate::profile::tests::{draft, environment, fullest, profile, smallest};
use crate::profile::uids::Listen;

/// The minimal bodies that the vendor's samples come down to, with canaries for secrets.
const INDIVIDUAL: &str = r##"{"cname":"room-7","uid":"900001","clientRequest":{"token":"CANARY-token","recordingConfig":{"channelType":1,"streamTypes":2,"streamMode":"standard","maxIdleTime":300,"subscribeAudioUids":["#allstream#"],"subscribeVideoUids":["#allstream#"],"subscribeUidGroup":0},"recordingFileConfig":{"avFileType":["hls"]},"storageConfig":{"vendor":1,"region":7,"bucket":"b","accessKey":"CANARY-k","secretKey":"CANARY-s","fileNamePrefix":["rec","2026"]}}}"##;
const MIX: &str = r#"{"cname":"room-7","uid":"900002","clientRequest":{"recordingConfig":{"channelType":1,"maxIdleTime":300,"transcodingConfig":{"width":640,"height":360,"fps":15,"bitrate":800,"mixedVideoLayout":1}},"recordingFileConfig":{"avFileType":["hls","mp4"]},"storageConfig":{"vendor":1,"region":7,"bucket":"b","accessKey":"CANARY-k","secretKey":"CANARY-s"}}}"#;
const WEB: &str = r#"{"cname":"lesson","uid":"900003","clientRequest":{"extensionServiceConfig":{"errorHandlePolicy":"error_abort","extensionServices":[{"serviceName":"web_recorder_service","errorHandlePolicy":"error_abort","serviceParam":{"url":"https://example.org/","audioProfile":0,"videoWidth":1280,"videoHeight":720,"maxRecordingHour":3,"readyTimeout":30}},{"serviceName":"rtmp_publish_service","errorHandlePolicy":"error_ignore","serviceParam":{"outputs":[{"rtmpUrl":"rtmp://example.org/live/CANARY"}]}}]},"recordingFileConfig":{"avFileType":["hls","mp4"]},"storageConfig":{"vendor":1,"region":7,"bucket":"b","accessKey":"CANARY-k","secretKey":"CANARY-s"}}}"#;
const ACQUIRE: &str = r#"{"cname":"room-7","uid":"900001","clientRequest":{"scene":0,"resourceExpiredHour":24}}"#;

fn good(text: &str) -> Imported {
    import(text, "classes", None).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn bad(text: &str) -> Vec<String> {
    let problems = import(text, "classes", None).expect_err("something is wrong");
    problems.iter().map(ToString::to_string).collect()
}

#[track_caller]
fn one_problem(text: &str, expected: &str) {
    assert_eq!(bad(text), [expected]);
}

fn about(imported: &Imported) -> Vec<&str> {
    imported.notes.iter().map(|note| note.about.as_str()).collect()
}

#[test]
fn the_vendors_bodies_become_profiles_of_their_modes() {
    let Imported { draft: Draft { body: Body::Individual(individual), storage, .. }, .. } = good(INDIVIDUAL) else {
        panic!()
    };
    assert_eq!((individual.stream_mode(), individual.capture()), (StreamMode::Standard, Capture::Files));
    assert_eq!(individual.common().audio, Listen::Everybody);
    assert_eq!(storage.place().parts().file_name_prefix, ["rec", "2026"]);
    let Imported { draft: Draft { body: Body::Mix(mix), .. }, .. } = good(MIX) else { panic!() };
    let picture = mix.transcoding.as_ref().map(|transcoding| transcoding.picture().clone()).expect("a picture");
    assert_eq!((picture.width, picture.bitrate.get(), picture.arrangement.layout.number()), (640, 800, 1));
    assert_eq!(mix.files, AvFileType::HlsAndMp4);
    let Imported { draft: Draft { body: Body::Web(web), .. }, .. } = good(WEB) else { panic!() };
    assert_eq!((web.page.parts().ready_timeout.get(), web.push.is_some()), (30, true));
}

#[test]
fn an_acquire_body_is_none_of_a_start() {
    let told = bad(ACQUIRE);
    assert_eq!(told, ["clientRequest.recordingConfig: is missing", "clientRequest.storageConfig: is missing"]);
}

#[test]
fn secrets_are_named_and_not_kept() {
    for (body, names) in [
        (INDIVIDUAL, vec!["CLASSES_ACCESS_KEY", "CLASSES_SECRET_KEY"]),
        (WEB, vec!["CLASSES_RTMP_URL", "CLASSES_ACCESS_KEY", "CLASSES_SECRET_KEY"]),
    ] {
        let imported = good(body);
        let found: Vec<String> =
            imported.draft.secrets().iter().map(|(_, variable)| variable.as_str().to_owned()).collect();
        assert_eq!(found, names);
        let told = imported.notes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        for name in names {
            assert!(
                told.contains(&format!("is a secret and was not kept; put it into the environment variable {name}"))
            );
        }
        let toml = toml::to_string(&crate::profile::file::Sections::from(&imported.draft)).expect("TOML");
        assert!(!format!("{imported:?}{told}{toml}").contains("CANARY"), "{told}");
    }
}

#[test]
fn what_a_profile_sends_comes_back_as_the_same_profile() {
    for kind in Kind::ALL {
        for text in [smallest(*kind), fullest(*kind)] {
            let sent = secrecy::ExposeSecret::expose_secret(&profile(&text).start_request(None).sent()).to_owned();
            let back = import(&sent, "x", Some(*kind)).unwrap_or_else(|problems| panic!("{problems:#?}\n{sent}")).draft;
            let again = back.resolve(&|name| {
                let known = [("X_ACCESS_KEY", "ACCESS"), ("X_SECRET_KEY", "SECRET"), ("X_STS_TOKEN", "STS")];
                let more = [("X_DECRYPTION_SECRET", "DECRYPT"), ("X_DECRYPTION_SALT", "SALT"), ("X_RTMP_URL", "RTMP")];
                let (_, ours) = known.into_iter().chain(more).find(|(theirs, _)| *theirs == name)?;
                environment(ours)
            });
            let again = again.expect("all are set").start_request(None).sent();
            assert_eq!(secrecy::ExposeSecret::expose_secret(&again), &sent);
            assert_eq!(back.kind(), draft(&text).kind());
        }
    }
}

#[test]
fn every_spelling_is_read() {
    let lower = INDIVIDUAL.replace("\"subscribeVideoUids\":[\"#allstream#\"]", "\"unsubscribeVideoUids\":[\"7\"]");
    let upper = lower.replace("unsubscribeVideoUids", "unSubscribeVideoUids");
    assert_eq!(good(&lower), good(&upper));
    assert_eq!(good(&lower), good(&lower.replace("[\"7\"]", "[7]")), "numbers too");
    let rate = |spelling: &str| {
        let body = WEB.replace("\"readyTimeout\":30", &format!("\"{spelling}\":1800"));
        let Body::Web(web) = good(&body).draft.body else { panic!("web") };
        web.page.parts().bitrate.map(crate::profile::numbers::WebBitrate::get)
    };
    assert_eq!([rate("videoBitrate"), rate("VideoBitrate")], [Some(1800); 2]);
    let alone: Value = serde_json::from_str(MIX).expect("JSON");
    assert_eq!(good(&alone["clientRequest"].to_string()).draft, good(MIX).draft, "clientRequest alone");
}

#[test]
fn what_is_old_or_unknown_is_left_out_with_its_path() {
    let more =
        r#""clientRequest":{"appsCollection":{"combinationPolicy":"default"},"transcodeOptions":{},"colour":"CANARY","#;
    let body = MIX
        .replace("\"clientRequest\":{", more)
        .replace("\"channelType\":1", "\"channelType\":1,\"subscribeUidGroup\":0");
    let imported = good(&body);
    let told = imported.notes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    for path in [
        "clientRequest.appsCollection: of an older",
        "clientRequest.transcodeOptions: of an older",
        "clientRequest.colour: not known",
    ] {
        assert!(told.contains(path), "{path} is not in {told}");
    }
    assert!(told.contains("clientRequest.recordingConfig.subscribeUidGroup: has no effect in a composite recording"));
    assert!(told.contains("cname: belongs to a channel") && !told.contains("CANARY"), "{told}");
    assert_eq!(imported.draft, good(MIX).draft);
    let old = WEB.replace("\"serviceParam\":{\"url\"", "\"serviceParam\":{\"container\":{\"format\":\"mp4\"},\"url\"");
    let old = old.replace("\"extensionServiceConfig\":{", "\"extensionServiceConfig\":{\"apiVersion\":\"v1\",");
    assert!(about(&good(&old)).contains(&"clientRequest.extensionServiceConfig.apiVersion"));
    assert!(
        about(&good(&old))
            .contains(&"clientRequest.extensionServiceConfig.extensionServices[0].serviceParam.container")
    );
}

#[test]
fn what_a_body_leaves_to_the_service_stays_as_it_was() {
    let body = MIX.replace("\"channelType\":1,\"maxIdleTime\":300,", "").replace("\"fps\":15", "\"fps\":25");
    let imported = good(&body);
    let Body::Mix(mix) = &imported.draft.body else { panic!("composite") };
    assert_eq!((mix.common.max_idle_time.get(), mix.common.channel_type.number()), (30, 0), "not our own defaults");
    assert_eq!(mix.transcoding.as_ref().map(|t| t.picture().fps.get()), Some(15));
    for path in ["maxIdleTime", "channelType", "transcodingConfig.fps"] {
        assert!(
            about(&imported).contains(&format!("clientRequest.recordingConfig.{path}").as_str()),
            "{:?}",
            about(&imported)
        );
    }
}

#[test]
fn a_mode_can_be_told_and_is_guessed_aloud() {
    let plain = r#"{"recordingConfig":{"channelType":1,"maxIdleTime":300},"storageConfig":{"vendor":1,"region":7,"bucket":"b","accessKey":"k","secretKey":"s"}}"#;
    let imported = good(plain);
    assert_eq!(imported.draft.kind(), Kind::Mix);
    assert!(imported.notes.iter().any(|note| note.says.contains("taken for composite")));
    let grouped = plain.replace("\"channelType\":1", "\"channelType\":1,\"subscribeUidGroup\":1");
    assert_eq!(good(&grouped).draft.kind(), Kind::Individual);
    let told = import(&grouped, "c", Some(Kind::Mix)).expect("told");
    assert_eq!(told.draft.kind(), Kind::Mix);
}

#[test]
fn wrong_values_are_named_by_path_value_and_rule_all_at_once() {
    let config = "clientRequest.recordingConfig";
    one_problem(
        &MIX.replace("\"maxIdleTime\":300", "\"maxIdleTime\":4"),
        &format!("{config}.maxIdleTime: 4 cannot be used: it has to be from 5 to 2592000 seconds (30 days)"),
    );
    one_problem(
        &MIX.replace("\"maxIdleTime\":300", "\"maxIdleTime\":\"CANARY\""),
        &format!("{config}.maxIdleTime: a text cannot be used: a whole number from 0 to 4294967295 is needed"),
    );
    one_problem(
        &MIX.replace("\"width\":640", "\"width\":6400"),
        &format!(
            "{config}.transcodingConfig: transcoding size 6400x360 cannot be used: each side has to be at least 1 and the \
             product at most 1920x1080"
        ),
    );
    one_problem(
        &INDIVIDUAL.replace("\"subscribeVideoUids\":[\"#allstream#\"]", "\"subscribeVideoUids\":[\"anna\"]"),
        &format!(
            "{config}.subscribeVideoUids: cannot be used: each UID has to be a whole number from 1 to 4294967295 in quotes"
        ),
    );
    let region = r#"{"x_axis":0,"y_axis":0,"width":1,"height":1.5}"#;
    let custom = format!("\"mixedVideoLayout\":3,\"layoutConfig\":[{region}]");
    one_problem(
        &MIX.replace("\"mixedVideoLayout\":1", &custom).replace("\"height\":1.5", "\"height\":\"1\""),
        &format!("{config}.transcodingConfig.layoutConfig[0].height: a text cannot be used: a number is needed"),
    );
    let mp4 = INDIVIDUAL.replace("\"avFileType\":[\"hls\"]", "\"avFileType\":[\"hls\",\"mp4\"]");
    let told = import(&mp4, "c", Some(Kind::Individual)).expect_err("no MP4 there");
    assert_eq!(told[0].path, "clientRequest.recordingFileConfig.avFileType");
}

#[test]
fn several_problems_come_together_and_hold_no_secret() {
    let body = WEB
        .replace("\"videoWidth\":1280,", "")
        .replace("\"rtmpUrl\":\"rtmp://example.org/live/CANARY\"", "\"rtmpUrl\":77001")
        .replace("\"accessKey\":\"CANARY-k\"", "\"accessKey\":\" \"")
        .replace("\"vendor\":1", "\"vendor\":4");
    let told = bad(&body);
    let service = "clientRequest.extensionServiceConfig.extensionServices";
    assert_eq!(
        told,
        [
            format!("{service}[0].serviceParam.videoWidth: is missing"),
            format!("{service}[1].serviceParam.outputs[0].rtmpUrl: cannot be used: a text is needed"),
            "clientRequest.storageConfig.accessKey: is missing".to_owned(),
            "clientRequest.storageConfig.vendor: 4 cannot be used: it has to be amazon_s3 (1), alibaba (2), tencent (3), azure \
             (5), google (6), huawei (7), baidu (8) or s3_compatible (11)"
                .to_owned(),
        ]
    );
}

#[test]
fn what_is_no_body_is_told_with_its_place_and_never_repeated() {
    for (text, expected) in [
        ("CANARY", "line 1, column 1: is not JSON"),
        ("{\"clientRequest\":\n {\"secretKey\":\"CANARY}", "line 2, column 22: is not JSON"),
        ("[\"CANARY\"]", "is no JSON object; paste the body of a start"),
        ("{\"clientRequest\":\"CANARY\"}", "clientRequest: a text cannot be used: an object is needed"),
    ] {
        one_problem(text, expected);
    }
}

#[test]
fn a_body_that_fails_says_why_however_it_is_broken() {
    let seed = std::env::var("REELWATCH_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let values = [
        "null",
        "\"\"",
        "0",
        "-1",
        "1e300",
        "true",
        "[]",
        "{}",
        "[{}]",
        "[[]]",
        "\"CANARY\"",
        "[\"CANARY\"]",
        "{\"x\":7}",
    ];
    for _ in 0..3000 {
        let body = [INDIVIDUAL, MIX, WEB][random.usize(..3)];
        let mut value: Value = serde_json::from_str(body).expect("JSON");
        for _ in 0..random.usize(1..4) {
            let with = serde_json::from_str(values[random.usize(..values.len())]).expect("JSON");
            replace_somewhere(&mut value["clientRequest"], with, &mut random);
        }
        let text = value.to_string();
        match import(&text, "c", None) {
            Ok(imported) => assert!(!format!("{:?}", imported.draft).contains("CANARY-"), "{text}"),
            Err(problems) => {
                let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
                assert!(!told.is_empty() && !told.concat().contains("CANARY-"), "{told:?}\n{text}");
            }
        }
    }
}

/// Puts `with` in the place of a value that is found by going down at random.
fn replace_somewhere(value: &mut Value, with: Value, random: &mut fastrand::Rng) {
    let inner = match value {
        Value::Object(members) => members.values_mut().collect::<Vec<_>>(),
        Value::Array(items) => items.iter_mut().collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    let stop = inner.is_empty() || random.u8(..4) == 0;
    match inner.into_iter().nth(random.usize(..8)) {
        Some(inner) if !stop => replace_somewhere(inner, with, random),
        Some(_) | None => *value = with,
    }
}
