//! Random bodies: whatever comes, the checks say yes or no. Seeds are printed where a test fails.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::super::{Mode, acquire, start, stop, update, update_layout};
use super::{body, code, sound, storage};

const SEEDS: std::ops::Range<u64> = 0..12;
const BODIES_PER_SEED: usize = 250;

/// All bodies that changes start from.
fn bodies() -> Vec<Value> {
    let layout = json!({"mixedVideoLayout": 3, "layoutConfig": [{"uid": "1", "x_axis": 0.5, "y_axis": 0, "width": 1, "height": 1}],
        "backgroundConfig": [{"uid": "1", "image_url": "https://example.org/a"}]});
    let lists = json!({"streamSubscribe": {"audioUidList": {"subscribeAudioUids": ["1"]}}, "storageConfig": storage()});
    let page = json!({"webRecordingConfig": {"onhold": true},
        "rtmpPublishConfig": {"outputs": [{"rtmpUrl": "rtmp://example.org/x"}]}});
    let mut requests = vec![json!({"scene": 1, "resourceExpiredHour": 5, "startParameter": {}}), layout, lists, page];
    requests.extend([Mode::Individual, Mode::Mix, Mode::Web].map(sound));
    requests.iter().map(body).collect()
}

fn value(dice: &mut Rng, depth: u8) -> Value {
    match dice.u8(0..if depth == 0 { 9 } else { 11 }) {
        0 => Value::Null,
        1 => json!(dice.bool()),
        2 => json!(dice.u64(..)),
        3 => json!(dice.i64(..)),
        4 => json!(dice.f64() * 1e300),
        5 => json!(
            ["", "0", "-1", "4294967295", "hls", "mp4", "#allstream#", "https://", "rtmp://x", "web"][dice.usize(..10)]
        ),
        6 => json!(dice.u8(..)),
        7 => json!((0..dice.usize(..200)).map(|_| dice.char(..)).collect::<String>()),
        8 => json!("x".repeat(dice.usize(..2_000))),
        9 => (0..dice.usize(..40)).map(|_| value(dice, depth - 1)).collect(),
        _ => {
            let names = ["cname", "uid", "vendor", "region", "outputs", "serviceName", "width", ""];
            let members = (0..dice.usize(..6)).map(|_| (names[dice.usize(..8)].to_owned(), value(dice, depth - 1)));
            Value::Object(members.collect::<Map<_, _>>())
        }
    }
}

/// Changes one place somewhere below.
fn change(dice: &mut Rng, place: &mut Value) {
    let down = dice.u8(..4) > 0;
    match place {
        Value::Object(map) if down && !map.is_empty() => {
            let nth = dice.usize(..map.len());
            if let Some((_, inner)) = map.iter_mut().nth(nth) {
                change(dice, inner);
            }
        }
        Value::Array(list) if down && !list.is_empty() => {
            let nth = dice.usize(..list.len());
            change(dice, &mut list[nth]);
        }
        Value::Object(map) if dice.bool() => {
            map.insert(if dice.bool() { "uid".to_owned() } else { dice.char(..).to_string() }, value(dice, 2));
        }
        Value::Object(_) | Value::Array(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            *place = value(dice, 3)
        }
    }
}

fn check_everything(bytes: &[u8], told: &str) {
    for mode in [Mode::Individual, Mode::Mix, Mode::Web] {
        for code in [code(start(mode, bytes)), code(update(mode, bytes)), code(stop(mode, bytes))] {
            assert!([0, 2, 8, 1013].contains(&code), "{told}: code {code}");
        }
    }
    assert!([0, 2, 8, 401].contains(&code(acquire(bytes))), "{told}");
    assert!([0, 2, 8, 1013, 1028].contains(&code(update_layout(bytes))), "{told}");
}

#[test]
fn changed_bodies_are_taken_or_refused_with_a_documented_code() {
    let bodies = bodies();
    let (mut taken, mut refused) = (0, 0);
    for seed in SEEDS {
        // Shown by the test runner where something panics.
        println!("seed {seed}");
        let mut dice = Rng::with_seed(seed);
        for _ in 0..BODIES_PER_SEED {
            let mut body = bodies[dice.usize(..bodies.len())].clone();
            for _ in 0..dice.u8(1..4) {
                change(&mut dice, &mut body);
            }
            let text = body.to_string();
            check_everything(text.as_bytes(), &format!("seed {seed}, {text}"));
            let any = [Mode::Individual, Mode::Mix, Mode::Web].iter().any(|mode| start(*mode, text.as_bytes()).is_ok());
            if any { taken += 1 } else { refused += 1 }
        }
    }
    assert!(taken > 3 && refused > 300, "{taken} starts taken, {refused} refused: both ways are walked");
}

#[test]
fn bytes_that_are_cut_or_changed_are_refused_and_never_crash() {
    for seed in SEEDS {
        println!("seed {seed}");
        let mut dice = Rng::with_seed(seed);
        for body in bodies() {
            let mut bytes = body.to_string().into_bytes();
            bytes.truncate(dice.usize(..bytes.len()));
            check_everything(&bytes, &format!("seed {seed}, cut"));
            let mut bytes = body.to_string().into_bytes();
            for _ in 0..dice.usize(1..8) {
                let place = dice.usize(..bytes.len());
                bytes[place] = dice.u8(..);
            }
            check_everything(&bytes, &format!("seed {seed}, changed"));
        }
    }
}
