//! What can go wrong by a scenario's will: the App ID, the storage, uploads, resources that run out.

use serde_json::json;

use super::{Bench, answer, individual};
use crate::agora::transport::Method;
use crate::sim::cloud::What;
use crate::sim::journal::{Befell, Why};
use crate::sim::scenario::{BadKeys, Happening, Span};

fn a() -> String {
    "a".to_owned()
}

#[test]
fn a_suspended_app_id_and_one_without_the_service_get_no_resource() {
    let mut bench = Bench::new();
    bench.schedule(0, Happening::Suspended { lasts: Span::secs(10) });
    bench.schedule(10_000, Happening::NotEnabled { lasts: Span::secs(10) });
    assert_eq!(bench.acquire("a", "1"), (400, json!({"code": 405, "reason": "no_active_status"})));
    let (status, body) = bench.at(10_000).acquire("a", "1");
    assert_eq!((status, &body["code"]), (400, &json!(62)));
    assert_eq!(bench.at(20_000).acquire("a", "1").0, 200);
}

#[test]
fn refused_keys_show_as_404_after_some_seconds_at_status_4() {
    let mut bench = Bench::new();
    bench.schedule(0, Happening::BadStorage { cname: a(), lasts: Span::secs(60), shows: BadKeys::Gone });
    let recording = bench.record("a", "1");
    assert_eq!(bench.at(6_000).status(&recording), Some(4));
    assert_eq!(bench.at(20_000).status(&recording), None);
    assert_eq!(bench.stop(&recording).0, 404);
    let what = Befell::Left { why: Why::Storage };
    assert!(bench.journal().events.iter().any(|event| event.what == what));
    let later = bench.at(60_000).record("a", "1");
    assert_eq!(bench.at(80_000).status(&later), Some(5), "the keys were put right");
}

#[test]
fn refused_keys_can_also_show_at_the_stop_only() {
    let mut bench = Bench::new();
    bench.schedule(0, Happening::BadStorage { cname: a(), lasts: Span::secs(60), shows: BadKeys::Backuped });
    let mix = bench.record("a", "1");
    let individual = bench.begin("individual", "a", "2", &individual());
    bench.at(25_000);
    for recording in [mix, individual] {
        assert_eq!(bench.status(&recording), Some(4), "{recording:?}");
        let (status, body) = bench.stop(&recording);
        let server = json!({"fileListMode": "json", "fileList": [], "uploadingStatus": "backuped"});
        assert_eq!((status, &body["serverResponse"]), (200, &server), "{recording:?}");
    }
}

#[test]
fn a_stop_gives_a_long_upload_up_after_20_s_and_the_recorder_goes_on_uploading() {
    let mut bench = Bench::new();
    bench.schedule(0, Happening::SlowUpload { cname: a(), takes: Span::secs(45), lasts: Span::secs(600) });
    let recording = bench.record("a", "1");
    let reply = bench.at(20_000).stop_reply(&recording, &json!({}));
    assert_eq!(reply.after_ms, 20_000);
    let (status, body) = answer(reply);
    assert_eq!((status, &body["code"]), (500, &json!(50)));
    assert_eq!(bench.at(45_000).stop(&recording).1["code"], 49, "still uploading");
    assert_eq!(bench.at(69_000).status(&recording), None);
    let other = bench.record("a", "2");
    let reply = bench.at(80_000).stop_reply(&other, &json!({"async_stop": true}));
    assert_eq!((reply.after_ms, answer(reply).0), (0, 200), "nobody waits");
}

#[test]
fn a_resource_serves_its_recording_for_so_many_hours_from_the_start() {
    let mut bench = Bench::new();
    let body = json!({"cname": "a", "uid": "1", "clientRequest": {"resourceExpiredHour": 1}});
    let (_, acquired) = answer(bench.reply(Method::Post, "acquire", Some(&body)));
    let resource = super::text(&acquired, "resourceId");
    let (_, started) = bench.at(120_000).start("a", "1", &resource);
    let recording =
        super::Recording { cname: a(), uid: "1".to_owned(), resource, sid: super::text(&started, "sid"), mode: "mix" };
    assert_eq!(bench.at(120_000 + 3_599_999).query(&recording).0, 200);
    for verb in ["query", "stop", "update", "updateLayout"] {
        bench.at(120_000 + 3_600_000);
        let (status, body) = match verb {
            "query" => bench.query(&recording),
            "update" => {
                bench.post(&recording, verb, &json!({"streamSubscribe": {"audioUidList": {"subscribeAudioUids": []}}}))
            }
            _ => bench.post(&recording, verb, &json!({})),
        };
        assert_eq!((status, &body["code"]), (400, &json!(433)), "{verb}");
    }
}

#[test]
fn faults_hit_the_new_calls_by_name_and_tell_a_start_without_sid() {
    let fault = |kind: &str, call: &str| {
        format!("[[at]]\nt = \"0s\"\nwhat = \"fault\"\nkind = \"{kind}\"\ncalls = [\"{call}\"]\ncount = 1\n")
    };
    let tail =
        [fault("504", "update"), fault("206-65", "update_layout"), fault("500", "ncs_ip"), fault("500-15", "start")];
    let mut bench = Bench::with("", &tail.concat());
    let (status, body, resource) = bench.try_to_begin("individual", "a", "1", &individual());
    assert_eq!((status, body), (500, json!({"resourceId": resource, "sid": "", "code": 15})));
    let recording = bench.record("a", "1");
    let timeout = json!({"code": 62, "reason": "request timeout"});
    assert_eq!(bench.post(&recording, "update", &json!({})), (504, timeout));
    assert_eq!(bench.post(&recording, "updateLayout", &json!({})).1["code"], 65);
    let mut request = bench.request(Method::Get, "", None);
    request.path = "/v1/ncs/ip".to_owned();
    assert_eq!(answer(bench.send(&request)).0, 500);
}

#[test]
fn a_dripping_answer_is_the_right_one() {
    let tail = "[[at]]\nt = \"1m\"\nwhat = \"fault\"\nkind = \"drip\"\ncount = 1\nafter = \"8s\"\n";
    let mut bench = Bench::with("", tail);
    let recording = bench.record("a", "1");
    let dripping = bench.at(60_000).query_reply(&recording);
    let What::Drip { response, over_ms } = dripping.what else { panic!("{dripping:?}") };
    assert_eq!(over_ms, 8_000);
    assert_eq!(What::Response(response), bench.query_reply(&recording).what);
}
