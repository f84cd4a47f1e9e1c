//! Answers that nobody documented: random JSON, random bytes, and documented answers with something changed. Whatever comes, it
//! is read without a panic, and only the service's own words prove or end a recording. The seed is printed; `REELWATCH_SEED`
//! plays it again.

use std::ops::RangeInclusive;

use fastrand::Rng;
use serde_json::{Map, Value};

use super::tests::{folder, said};
use super::*;
use crate::monitor::answer::Outcome;
use CallKind::{Acquire, Query, Start, Stop, Update, UpdateLayout};

const CALLS: [CallKind; 6] = [Acquire, Start, Query, Stop, Update, UpdateLayout];
const STATUSES: [u16; 18] = [200, 201, 202, 204, 206, 301, 400, 401, 403, 404, 405, 408, 429, 500, 502, 503, 504, 599];

/// The keys that have a meaning somewhere, and some that have none.
const KEYS: [&str; 30] = [
    "code",
    "reason",
    "message",
    "cname",
    "uid",
    "resourceId",
    "sid",
    "serverResponse",
    "status",
    "fileList",
    "fileListMode",
    "fileName",
    "filename",
    "trackType",
    "sliceStartTime",
    "uploadingStatus",
    "extensionServiceState",
    "serviceName",
    "payload",
    "playload",
    "state",
    "onhold",
    "outputs",
    "rtmpUrl",
    "subServiceStatus",
    "data",
    "service",
    "hosts",
    "primaryIP",
    "x",
];
const WORDS: [&str; 12] = [
    "",
    " ",
    "failed to find worker",
    "no Route matched with those values",
    "inProgress",
    "exit",
    "web_recorder_service",
    "rtmp_publish_service",
    "upload_service",
    "backuped",
    "rtmp://h/live/CANARY",
    "\u{202e}\n",
];
const NUMBERS: [i64; 20] = [0, 1, 2, 4, 5, 7, 8, 20, 49, 50, 53, 62, 65, 109, 200, 404, 433, 435, i64::MAX, i64::MIN];

fn seed() -> u64 {
    let given = std::env::var("REELWATCH_SEED").ok().and_then(|text| text.parse().ok());
    let seed = given.unwrap_or(1);
    println!("REELWATCH_SEED={seed}");
    seed
}

fn one_of<T: Copy>(rng: &mut Rng, from: &[T]) -> T {
    from[rng.usize(..from.len())]
}

fn value(rng: &mut Rng, depth: usize) -> Value {
    let kinds: RangeInclusive<u8> = if depth == 0 { 0..=4 } else { 0..=8 };
    match rng.u8(kinds) {
        0 => Value::Null,
        1 => Value::Bool(rng.bool()),
        2 => Value::from(one_of(rng, &NUMBERS)),
        3 => Value::from(rng.f64() * 1e13),
        4 => Value::from(one_of(rng, &WORDS)),
        5 => (0..rng.usize(..4)).map(|_| value(rng, depth - 1)).collect(),
        _ => Value::Object(object(rng, depth - 1)),
    }
}

fn object(rng: &mut Rng, depth: usize) -> Map<String, Value> {
    (0..rng.usize(..7)).map(|_| (one_of(rng, &KEYS).to_owned(), value(rng, depth))).collect()
}

/// Changes one value somewhere, or takes a member away.
fn mutate(rng: &mut Rng, of: &mut Value) {
    match of {
        Value::Array(items) if !items.is_empty() && rng.u8(..4) > 0 => {
            let at = rng.usize(..items.len());
            mutate(rng, &mut items[at]);
        }
        Value::Object(members) if !members.is_empty() && rng.u8(..4) > 0 => {
            let key = members.keys().nth(rng.usize(..members.len())).cloned().unwrap_or_default();
            match (rng.u8(..4), members.get_mut(&key)) {
                (0, _) => drop(members.remove(&key)),
                (_, Some(inner)) => mutate(rng, inner),
                (_, None) => {}
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
            *of = value(rng, 3)
        }
    }
}

/// What may not be said unless it is there. `body` is what was sent, read without our types.
fn check(call: CallKind, http: u16, bytes: &[u8]) -> Reading {
    let reading = read(call, &Ok(HttpResponse { status: http, body: bytes.to_vec() }));
    let shown = || format!("{call:?} {http} {}: {reading:?}", String::from_utf8_lossy(bytes));
    let body: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let filled = |key: &str| body[key].as_str().is_some_and(|text| !text.trim().is_empty());
    let words = [&body["reason"], &body["message"], &body["serverResponse"]["payload"]["message"]];
    let says_missing = words
        .iter()
        .any(|text| text.as_str().is_some_and(|text| text.to_lowercase().contains("failed to find worker")));
    match &reading.answer.outcome {
        Outcome::Started(_) => assert!(call == Start && (200..300).contains(&http) && filled("sid"), "{}", shown()),
        Outcome::Acquired(_) => assert!(call == Acquire && http < 300 && filled("resourceId"), "{}", shown()),
        Outcome::Status(_) => {
            let there = body["serverResponse"]["status"].is_i64();
            assert!(call == Query && http < 300 && http != 206 && there, "{}", shown());
        }
        Outcome::Missing => assert!(http == 404 && (body["code"] == 404 || says_missing), "{}", shown()),
        Outcome::Updated => assert!(matches!(call, Update | UpdateLayout) && http < 300, "{}", shown()),
        Outcome::Stopped(_) => {
            let named = filled("resourceId") || filled("sid") || body["serverResponse"].is_object();
            assert!(call == Stop && http < 300 && http != 206 && named, "{}", shown());
        }
        Outcome::AlreadyStarted
        | Outcome::NothingRecorded
        | Outcome::AlreadyLeaving
        | Outcome::NotCompleted
        | Outcome::UidConflict
        | Outcome::StaleResource => assert!(body["code"].is_i64() || http == 201, "{}", shown()),
        Outcome::ServerError
        | Outcome::Throttled
        | Outcome::Refused(_)
        | Outcome::Malformed
        | Outcome::Gateway
        | Outcome::NoAnswer(_) => {}
    }
    assert!(reading.raw.as_ref().is_none_or(|raw| raw.len() <= text::RAW_LIMIT), "{}", shown());
    reading
}

#[test]
fn random_json_proves_and_ends_nothing_and_no_stream_key_is_kept() {
    let mut rng = Rng::with_seed(seed());
    for _ in 0..5_000 {
        let bytes = Value::Object(object(&mut rng, 5)).to_string().into_bytes();
        let reading = check(one_of(&mut rng, &CALLS), one_of(&mut rng, &STATUSES), &bytes);
        assert!(!format!("{reading:?}").contains("CANARY"), "{reading:?}");
    }
}

#[test]
fn damaged_answers_prove_and_end_nothing() {
    let mut rng = Rng::with_seed(seed());
    for _ in 0..5_000 {
        let mut bytes = Value::Object(object(&mut rng, 5)).to_string().into_bytes();
        bytes.truncate(rng.usize(1..=bytes.len() * 2));
        let at = rng.usize(..bytes.len());
        bytes[at] = rng.u8(..);
        check(one_of(&mut rng, &CALLS), one_of(&mut rng, &STATUSES), &bytes);
    }
}

#[test]
fn documented_answers_with_something_changed_prove_and_end_no_more_than_they_say() {
    let mut rng = Rng::with_seed(seed());
    let bodies: Vec<Value> = std::fs::read_dir(folder())
        .expect("the fixtures")
        .filter_map(|entry| {
            serde_json::from_slice(&std::fs::read(entry.expect("readable").path()).expect("readable")).ok()
        })
        .collect();
    assert!(bodies.len() > 80, "{}", bodies.len());
    for body in &bodies {
        for _ in 0..60 {
            let mut body = body.clone();
            for _ in 0..rng.usize(1..4) {
                mutate(&mut rng, &mut body);
            }
            check(one_of(&mut rng, &CALLS), one_of(&mut rng, &STATUSES), body.to_string().as_bytes());
        }
    }
}

#[test]
fn nothing_but_a_sid_and_a_number_proves_a_recording() {
    let mut rng = Rng::with_seed(seed());
    for _ in 0..5_000 {
        let mut body = object(&mut rng, 4);
        body.remove("sid");
        if let Some(Value::Object(response)) = body.get_mut("serverResponse") {
            response.remove("status");
        }
        let body = Value::Object(body).to_string();
        for (call, http) in [(Start, 200), (Start, 201), (Query, 200)] {
            let outcome = said(call, http, &body).answer.outcome;
            assert!(
                !matches!(outcome, Outcome::Started(_) | Outcome::Status(_)),
                "{call:?} {http} {body}: {outcome:?}"
            );
        }
    }
}

#[test]
fn what_is_no_json_as_it_came_does_not_become_some_by_what_is_hidden_in_it() {
    let bytes = b"{\"sid\":\"0b7e\",\"x\":\"rtmp://h/live/CAN\xffRY\"}";
    let reading = read(Start, &Ok(HttpResponse { status: 200, body: bytes.to_vec() }));
    assert_eq!(reading.answer.outcome, Outcome::Malformed);
}
