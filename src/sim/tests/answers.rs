//! Each documented answer: HTTP status, code, members.

use secrecy::SecretString;
use serde_json::{Value, json};

use super::{Bench, answer, response, start_body, text};
use crate::agora::transport::Method;
use crate::sim::cloud::What;

fn fault(kind: &str, more: &str) -> String {
    format!("[[at]]\nt = \"1m\"\nwhat = \"fault\"\nkind = \"{kind}\"\n{more}\n")
}

fn keys(body: &Value) -> Vec<&str> {
    body.as_object().map(|map| map.keys().map(String::as_str).collect()).unwrap_or_default()
}

#[test]
fn acquire_and_start_answer_with_the_documented_members() {
    let mut bench = Bench::new();
    let (status, acquired) = bench.acquire("a", "1");
    assert_eq!((status, keys(&acquired)), (200, vec!["cname", "resourceId", "uid"]));
    let resource = text(&acquired, "resourceId");
    assert!(resource.len() >= 200 && resource.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
    let (status, started) = bench.start("a", "1", &resource);
    assert_eq!((status, keys(&started)), (200, vec!["cname", "resourceId", "sid", "uid"]));
    assert_eq!((&started["uid"], &started["resourceId"]), (&json!("1"), &json!(resource)));
    let sid = text(&started, "sid");
    assert!(sid.len() == 32 && sid.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')), "{sid}");
}

#[test]
fn a_repeated_start_is_201_code_7_and_tells_no_sid_unless_the_scenario_says_so() {
    let mut bench = Bench::new();
    let recording = bench.record("a", "1");
    let again = bench.at(10_000).start("a", "1", &recording.resource);
    assert_eq!(again, (201, json!({"code": 7, "reason": "already started"})));
    let mut bench = Bench::with("repeated_start = \"with_sid\"", "");
    let recording = bench.record("a", "1");
    let (status, body) = bench.start("a", "1", &recording.resource);
    assert_eq!((status, &body["sid"]), (201, &json!(recording.sid)));
}

#[test]
fn a_resource_id_is_good_for_five_minutes_one_recording_and_its_own_channel_and_uid() {
    let mut bench = Bench::new();
    let resource = bench.resource("a", "1");
    for (cname, uid) in [("b", "1"), ("a", "2")] {
        let (status, body) = bench.start(cname, uid, &resource);
        assert_eq!((status, &body["code"]), (400, &json!(432)), "{cname} {uid}");
    }
    let (status, body) = bench.at(300_001).start("a", "1", &resource);
    assert_eq!((status, &body["code"]), (400, &json!(433)));
    let fresh = bench.resource("a", "1");
    assert_eq!(bench.at(600_001).start("a", "1", &fresh).0, 200, "five minutes old to the millisecond");
    let (status, body) = bench.start("a", "1", "unheard-of");
    assert_eq!((status, &body["code"]), (400, &json!(1001)));
}

#[test]
fn a_used_resource_id_whose_recorder_is_gone_starts_nothing() {
    let mut bench = Bench::new();
    let recording = bench.record("a", "1");
    bench.at(20_000).stop(&recording);
    let (status, body) = bench.at(60_000).start("a", "1", &recording.resource);
    assert_eq!((status, &body["code"]), (400, &json!(433)));
}

#[test]
fn a_second_recorder_under_the_same_uid_is_a_task_conflict() {
    let outside = "[[at]]\nt = \"0s\"\nwhat = \"outside_recorder\"\ncname = \"b\"\nuid = 3\nfor = \"1m\"\n";
    let mut bench = Bench::with("", outside);
    let recording = bench.record("a", "1");
    let second = bench.resource("a", "1");
    assert_eq!(bench.start("a", "1", &second), (400, json!({"code": 53, "reason": "task conflict"})));
    let theirs = bench.resource("b", "3");
    assert_eq!(bench.start("b", "3", &theirs).1["code"], 53, "somebody else's recorder");
    bench.record("b", "4");
    bench.at(20_000).stop(&recording);
    bench.at(60_001).record("a", "1");
    bench.record("b", "3");
}

#[test]
fn a_start_has_to_repeat_the_start_parameter_of_its_acquire() {
    let mut bench = Bench::new();
    let told = start_body("a", "1")["clientRequest"].clone();
    let body = json!({"cname": "a", "uid": "1", "clientRequest": {"startParameter": told}});
    let (_, acquired) = answer(bench.reply(Method::Post, "acquire", Some(&body)));
    let rest = format!("resourceid/{}/mode/mix/start", text(&acquired, "resourceId"));
    let mut other = start_body("a", "1");
    other["clientRequest"]["recordingConfig"]["maxIdleTime"] = json!(31);
    let (status, refused) = answer(bench.reply(Method::Post, &rest, Some(&other)));
    assert_eq!((status, refused), (400, json!({"code": 2, "reason": "request_hash mismatch!"})));
    assert_eq!(answer(bench.reply(Method::Post, &rest, Some(&start_body("a", "1")))).0, 200);
}

#[test]
fn the_gateway_refuses_wrong_addresses_and_wrong_credentials_in_its_own_words() {
    let mut bench = Bench::new();
    let no_route = json!({"message": "no Route matched with those values"});
    assert_eq!(answer(bench.reply(Method::Get, "acquire", None)), (404, no_route.clone()));
    assert_eq!(answer(bench.reply(Method::Post, "aquire", Some(&json!({})))), (404, no_route));
    let mut request = bench.request(Method::Post, "acquire", Some(&json!({})));
    request.authorization = SecretString::from("Basic bm9ib2R5Om5vdGhpbmc=");
    let (status, body) = answer(bench.send(&request));
    assert_eq!((status, keys(&body)), (401, vec!["message"]));
    let mut request = bench.request(Method::Post, "acquire", Some(&json!({"cname":"a","uid":"1","clientRequest":{}})));
    request.path = "/v1/apps/another/cloud_recording/acquire".to_owned();
    assert_eq!(answer(bench.send(&request)), (400, json!({"code": 400, "reason": "invalid_appid"})));
}

#[test]
fn bad_bodies_are_http_400_with_their_code() {
    let mut bench = Bench::new();
    let (status, body) = bench.acquire("a", "0");
    assert_eq!((status, &body["code"]), (400, &json!(2)));
    assert_eq!(bench.acquire("a/b", "1"), (400, json!({"code": 401, "reason": "invalid_channel_name"})));
    let resource = bench.resource("a", "1");
    let mut body = start_body("a", "1");
    body["clientRequest"].as_object_mut().expect("an object").remove("recordingFileConfig");
    let rest = format!("resourceid/{resource}/mode/mix/start");
    let (status, body) = answer(bench.reply(Method::Post, &rest, Some(&body)));
    assert_eq!((status, body), (400, json!({"code": 2, "reason": "services not selected!"})));
}

#[test]
fn the_eleventh_request_of_a_second_is_429_on_whichever_domain() {
    let mut bench = Bench::new();
    let recording = bench.record("a", "1");
    for nth in 3..=10 {
        bench.domain = nth % 2;
        assert_eq!(bench.query(&recording).0, 200, "request {nth}");
    }
    assert_eq!(bench.query(&recording), (429, json!({"message": "API rate limit exceeded"})));
    assert_eq!(bench.at(1_000).query(&recording).0, 200);
}

#[test]
fn the_quota_of_concurrent_recordings_is_met_at_acquire() {
    let mut bench = Bench::with("pcw = 2", "");
    let first = bench.record("a", "1");
    bench.record("b", "3");
    assert_eq!(bench.at(2_000).acquire("a", "2"), (400, json!({"code": 406, "reason": "vendor_over_load"})));
    bench.at(20_000).stop(&first);
    assert_eq!(bench.at(30_000).acquire("a", "2").0, 200);
}

#[test]
fn a_query_tells_status_and_files_as_documented() {
    let mut bench = Bench::new();
    let recording = bench.record("a", "1");
    let (_, early) = bench.query(&recording);
    assert_eq!(keys(&early), ["cname", "resourceId", "serverResponse", "sid", "uid"]);
    assert_eq!(
        early["serverResponse"],
        json!({"status": 0, "fileListMode": "json", "fileList": [], "sliceStartTime": 0})
    );
    let (_, later) = bench.at(20_000).query(&recording);
    let server = &later["serverResponse"];
    assert_eq!((&server["status"], &server["fileListMode"]), (&json!(5), &json!("json")));
    let began = server["sliceStartTime"].as_i64().expect("milliseconds");
    assert!((super::START_MS..super::START_MS + 10_000).contains(&began), "{began}");
    let name = format!("rec/{}_a.m3u8", recording.sid);
    assert_eq!(
        server["fileList"],
        json!([{"fileName": name, "trackType": "audio_and_video", "uid": "0", "mixedAllUser": true, "isPlayable": true,
            "sliceStartTime": began}])
    );
}

#[test]
fn hls_alone_lists_one_string() {
    let mut bench = Bench::new();
    let resource = bench.resource("a", "1");
    let mut body = start_body("a", "1");
    body["clientRequest"]["recordingFileConfig"] = json!({"avFileType": ["hls"]});
    let (_, started) = answer(bench.reply(Method::Post, &format!("resourceid/{resource}/mode/mix/start"), Some(&body)));
    let sid = text(&started, "sid");
    let rest = format!("resourceid/{resource}/sid/{sid}/mode/mix/query");
    let early = answer(bench.reply(Method::Get, &rest, None)).1;
    assert_eq!(early["serverResponse"]["fileList"], "");
    let later = answer(bench.at(20_000).reply(Method::Get, &rest, None)).1;
    assert_eq!(later["serverResponse"]["fileListMode"], "string");
    assert_eq!(later["serverResponse"]["fileList"], format!("rec/{sid}_a.m3u8"));
}

#[test]
fn a_stop_waits_for_the_upload_or_answers_at_once() {
    let mut bench = Bench::new();
    let recording = bench.record("a", "1");
    let reply = bench.at(20_000).stop_reply(&recording, &json!({}));
    assert!((2_000..=6_000).contains(&reply.after_ms), "{} ms", reply.after_ms);
    let (status, body) = answer(reply);
    assert_eq!((status, keys(&body)), (200, vec!["cname", "resourceId", "serverResponse", "sid", "uid"]));
    assert_eq!(keys(&body["serverResponse"]), ["fileList", "fileListMode", "uploadingStatus"]);
    assert_eq!(body["serverResponse"]["uploadingStatus"], "uploaded");
    assert_eq!(body["serverResponse"]["fileList"][1]["fileName"], format!("rec/{}_a_0.mp4", recording.sid));
    let other = bench.record("b", "3");
    let reply = bench.at(40_000).stop_reply(&other, &json!({"async_stop": true}));
    assert_eq!(reply.after_ms, 0);
    assert_eq!(answer(reply).1["serverResponse"]["uploadingStatus"], "unknown");
}

#[test]
fn a_second_stop_is_code_49_while_it_leaves_and_404_after() {
    let mut bench = Bench::new();
    let recording = bench.record("a", "1");
    let reply = bench.at(20_000).stop_reply(&recording, &json!({}));
    let answered = 20_000 + i64::try_from(reply.after_ms).expect("seconds");
    let again = (400, json!({"code": 49, "reason": "invalid operation"}));
    assert_eq!(bench.at(21_000).stop(&recording), again);
    assert_eq!(bench.at(answered).stop(&recording), again, "as soon as the first one is answered");
    let missing = (404, json!({"code": 404, "reason": "failed to find worker"}));
    assert_eq!(bench.at(30_000).stop(&recording), missing);
    assert_eq!(bench.query(&recording), missing);
}

#[test]
fn a_stop_of_a_recording_without_publishers_is_206_code_435() {
    let mut bench = Bench::new();
    let recording = bench.record("empty", "5");
    assert_eq!(bench.at(20_000).status(&recording), Some(4), "ready, and nobody there");
    assert_eq!(bench.stop(&recording), (206, json!({"code": 435, "reason": "no recorded data"})));
    assert_eq!(bench.at(30_000).status(&recording), None);
}

#[test]
fn files_that_the_customers_storage_does_not_take_are_backuped() {
    let trouble = "[[at]]\nt = \"10s\"\nwhat = \"backup_cloud\"\ncname = \"a\"\nfor = \"1m\"\n";
    let mut bench = Bench::with("", trouble);
    let recording = bench.record("a", "1");
    assert_eq!(bench.at(20_000).stop(&recording).1["serverResponse"]["uploadingStatus"], "backuped");
}

#[test]
fn ids_that_do_not_belong_together_are_told_apart_from_missing_workers() {
    let mut bench = Bench::new();
    let (a, b) = (bench.record("a", "1"), bench.record("b", "3"));
    let mut mixed = a.clone();
    mixed.sid.clone_from(&b.sid);
    assert_eq!(bench.query(&mixed).1["code"], 1003);
    let mut never = a.clone();
    never.resource = "x".repeat(220);
    assert_eq!(bench.query(&never).0, 404);
    never.resource = "short".to_owned();
    assert_eq!(bench.query(&never).1["code"], 1001);
    let mut other_uid = a;
    other_uid.uid = "2".to_owned();
    assert_eq!(bench.stop(&other_uid).1["code"], 432);
    assert_eq!(bench.at(86_400_000).query(&b).1["code"], 433, "24 h after the start");
}

#[test]
fn every_kind_of_fault_answers_as_documented_for_its_call() {
    let coded = |code: i64, reason: &str| Some(json!({"code": code, "reason": reason}));
    for (kind, call, status, body) in [
        ("500", "acquire", 500, coded(500, "internal_error")),
        ("500", "start", 500, coded(502, "Failed to allocate worker")),
        ("504", "acquire", 500, coded(504, "allocate_timeout")),
        ("504", "start", 500, coded(62, "request timeout")),
        ("504", "query", 504, coded(62, "request timeout")),
        ("504", "stop", 504, coded(62, "request timeout")),
        ("206-65", "stop", 206, coded(65, "request not completed")),
        ("429", "query", 429, Some(json!({"message": "API rate limit exceeded"}))),
        ("502", "query", 502, None),
        ("503", "start", 503, None),
        ("504-gateway", "query", 504, None),
        ("html", "query", 200, None),
        ("garbage", "query", 200, None),
    ] {
        let mut bench = Bench::with("", &fault(kind, &format!("calls = [\"{call}\"]\ncount = 1")));
        let recording = bench.record("a", "1");
        let resource = bench.at(50_000).resource("b", "3");
        bench.at(60_000);
        let mut call_it = || match call {
            "acquire" => bench.reply(Method::Post, "acquire", Some(&json!({"cname":"b","uid":"4","clientRequest":{}}))),
            "start" => bench.start_reply("b", "3", &resource),
            "query" => bench.query_reply(&recording),
            _ => bench.stop_reply(&recording, &json!({})),
        };
        let spoilt = response(call_it());
        assert_eq!(spoilt.status, status, "{kind} {call}");
        assert_eq!(serde_json::from_slice::<Value>(&spoilt.body).ok(), body, "{kind} {call}");
        assert_eq!(response(call_it()).status, 200, "{kind} {call}: it did not act, and was counted down");
    }
}

#[test]
fn a_lost_answer_to_a_start_leaves_a_recorder_behind() {
    for kind in ["reset", "stall"] {
        let mut bench = Bench::with("", &fault(kind, "calls = [\"start\"]\ncount = 1"));
        let resource = bench.at(60_000).resource("a", "1");
        let reply = bench.start_reply("a", "1", &resource);
        assert!(matches!(reply.what, What::Reset | What::Stall), "{reply:?}");
        assert_eq!(bench.start("a", "1", &resource).0, 201, "{kind}");
        let mut bench = Bench::with("", &fault(kind, "calls = [\"start\"]\ncount = 1\nacted = false"));
        let resource = bench.at(60_000).resource("a", "1");
        bench.start_reply("a", "1", &resource);
        assert_eq!(bench.start("a", "1", &resource).0, 200, "{kind}, not acted");
    }
}

#[test]
fn slow_and_cut_answers_are_the_right_ones_late_or_broken_off() {
    let tail = fault("slow", "count = 1\nafter = \"4s\"") + &fault("cut", "count = 1");
    let mut bench = Bench::with("", &tail);
    let recording = bench.record("a", "1");
    let slow = bench.at(60_000).query_reply(&recording);
    assert_eq!(slow.after_ms, 4_000);
    let whole = response(slow);
    assert_eq!(whole.status, 200);
    let cut = bench.query_reply(&recording).what;
    let What::Cut(half) = cut else { panic!("{cut:?}") };
    assert!(whole.body.starts_with(&half.body) && half.body.len() == whole.body.len() / 2);
}

#[test]
fn what_customers_saw_can_be_had_instead_of_what_is_documented() {
    let mut bench = Bench::with("shapes = \"seen\"", "[[at]]\nt = \"20s\"\nwhat = \"die\"\ncname = \"a\"\n");
    let (_, acquired) = bench.acquire("b", "3");
    assert_eq!(keys(&acquired), ["resourceId"]);
    let recording = bench.record("a", "1");
    let (status, query) = bench.at(20_000).query(&recording);
    assert_eq!((status, keys(&query)), (404, vec!["cname", "code", "reason", "uid"]));
    let (status, stop) = bench.stop(&recording);
    assert_eq!((status, &stop["reason"]), (404, &Value::Null));
    assert_eq!(stop["serverResponse"]["payload"]["message"], "failed to find worker");
}
