//! Channels that ask for tokens. The tokens were made with the vendor's npm package agora-token 2.0.6.

use serde_json::{Value, json};

use super::{Bench, individual, start_body, web};
use crate::sim::SimCloud;
use crate::sim::journal::{Befell, Why};
use crate::sim::scenario::Scenario;

/// When the tokens were issued.
const ISSUED_MS: i64 = 1_772_439_000_000;
/// For UID 900002 in room-8, for an hour with a privilege of ten minutes.
const TEN_MINUTES: &str = "007eJxTYNA7ljRhYc3UP9P3/jVeUJQ0JUDM+dtVHpco9nJHdj/9634KDKaJxikGaYaplklGySYpZqkWaeaJhkkGyUYpxqkmaaYGN1yXZgrwMTD8f/CVlZEBAiOYGBjYGIry83N1LdgYLA0MDAyMAEUrIQU=";

const SCENARIO: &str = "name = \"n\"\nseed = 1\n[project]\nname = \"p\"\ntoken = \"required\"\n\
    app_certificate = \"5c0f7a9d2b4e61388a7d9c0b1e2f3a4d\"\n[service]\nlatency = [\"0ms\", \"0ms\"]\nleaving = \"5s\"\n";

fn bench() -> Bench {
    let scenario = Scenario::parse(SCENARIO).unwrap_or_else(|error| panic!("{error}"));
    Bench { cloud: SimCloud::new(scenario, 1, ISSUED_MS), now_ms: ISSUED_MS, domain: 0 }
}

fn mix(token: Option<&str>) -> Value {
    let mut request = start_body("", "")["clientRequest"].clone();
    if let Some(token) = token {
        request["token"] = json!(token);
    }
    request
}

#[test]
fn a_start_without_a_good_token_is_code_110_or_109() {
    let mut bench = bench();
    for (cname, uid, token, code) in [
        ("room-8", "900002", None, 110),
        ("room-8", "900002", Some(""), 110),
        ("room-8", "900002", Some("007rubbish"), 110),
        ("room-8", "900003", Some(TEN_MINUTES), 110),
        ("room-9", "900002", Some(TEN_MINUTES), 110),
    ] {
        let (status, body, _) = bench.try_to_begin("mix", cname, uid, &mix(token));
        assert_eq!((status, &body["code"]), (400, &json!(code)), "{cname} {uid} {token:?}");
        let body = body.to_string();
        assert!(!token.is_some_and(|token| !token.is_empty() && body.contains(token)), "{body}");
        bench.now_ms += 1_000;
    }
    bench.now_ms = ISSUED_MS + 600_000;
    let (status, body, _) = bench.try_to_begin("mix", "room-8", "900002", &mix(Some(TEN_MINUTES)));
    assert_eq!((status, &body["code"]), (400, &json!(109)));
}

#[test]
fn a_recorder_leaves_when_its_token_runs_out() {
    let mut bench = bench();
    let mut request = individual();
    request["token"] = json!(TEN_MINUTES);
    let recording = bench.begin("individual", "room-8", "900002", &request);
    bench.now_ms = ISSUED_MS + 599_999;
    assert_eq!(bench.status(&recording), Some(5));
    bench.now_ms = ISSUED_MS + 600_000;
    assert_eq!(bench.status(&recording), Some(6));
    bench.now_ms += 5_000;
    assert_eq!(bench.status(&recording), None);
    let journal = bench.journal();
    let end = journal.events.last().expect("it left");
    assert_eq!((end.at_ms, &end.what), (ISSUED_MS + 600_000, &Befell::Left { why: Why::TokenExpired }));
    assert_eq!(journal.lives[0].ended_ms, Some(end.at_ms));
}

#[test]
fn a_web_page_is_in_no_channel_and_needs_no_token() {
    let mut bench = bench();
    let recording = bench.begin("web", "lesson", "5", &web());
    bench.now_ms += 20_000;
    assert_eq!(bench.status(&recording), Some(5));
}
