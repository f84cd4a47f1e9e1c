//! Bodies of acquire, what all bodies have in common, and those of stop.

use serde_json::{Value, json};

use super::super::{Mode, Scene, Wait, acquire, stop};
use super::{body, code};
use crate::sim::scenario::Span;

fn code_of(request: &Value) -> i64 {
    code(acquire(body(request).to_string().as_bytes()))
}

#[test]
fn what_is_left_out_has_its_default() {
    let asked = acquire(body(&json!({})).to_string().as_bytes()).unwrap_or_else(|complaint| panic!("{complaint:?}"));
    assert_eq!((asked.scene, asked.expires_after), (Scene::Channel, Span::secs(72 * 3600)));
    assert!(asked.start_parameter.is_none());
}

#[test]
fn every_member_is_taken_at_the_ends_of_its_range_and_refused_beyond() {
    for (request, expected) in [
        (json!({"scene": 0, "resourceExpiredHour": 24}), 0),
        (json!({"scene": 2}), 0),
        (json!({"scene": 3}), 2),
        (json!({"scene": "0"}), 2),
        (json!({"resourceExpiredHour": 1}), 0),
        (json!({"resourceExpiredHour": 720}), 0),
        (json!({"resourceExpiredHour": 0}), 2),
        (json!({"resourceExpiredHour": 721}), 2),
        (json!({"resourceExpiredHour": 1.5}), 2),
        (json!({"resourceExpiredhour": 24}), 2),
        (json!({"startParameter": {"whatever": 1}}), 0),
        (json!({"startParameter": []}), 2),
        (json!({"excludeResourceIds": ["x"]}), 0),
        (json!({"excludeResourceIds": "x"}), 2),
        (json!({"excludeResourceIds": [1]}), 2),
        (json!({"region": "EU"}), 0),
        (json!({"region": "eu"}), 2),
        (json!({"region": 1}), 2),
        (json!({"regionAffinity": 4}), 0),
        (json!({"regionAffinity": 5}), 2),
    ] {
        assert_eq!(code_of(&request), expected, "{request}");
    }
}

#[test]
fn names_of_channels_and_of_pages_have_their_own_rules() {
    let code_of = |cname: &str, scene: u8| {
        code(acquire(json!({"cname": cname, "uid": "1", "clientRequest": {"scene": scene}}).to_string().as_bytes()))
    };
    for (cname, channel, page) in [
        ("court-03 (main) ~50%", 0, 0),
        (&"x".repeat(63), 0, 0),
        (&"x".repeat(64), 401, 0),
        (&"x".repeat(1024), 401, 0),
        (&"x".repeat(1025), 401, 401),
        ("", 401, 401),
        ("köln/a*b", 401, 0),
        ("a\nb", 401, 401),
    ] {
        assert_eq!([code_of(cname, 0), code_of(cname, 1)], [channel, page], "{cname:?}");
    }
}

#[test]
fn all_bodies_have_three_members_and_no_fourth() {
    for (body, expected) in [
        ("", 8),
        ("{", 8),
        ("[]", 8),
        ("\"x\"", 8),
        ("\u{0}", 8),
        (r#"{"cname":"a","uid":"1","clientRequest":{}}"#, 0),
        (r#"{"uid":"1","clientRequest":{}}"#, 2),
        (r#"{"cname":7,"uid":"1","clientRequest":{}}"#, 2),
        (r#"{"cname":"a","clientRequest":{}}"#, 2),
        (r#"{"cname":"a","uid":1,"clientRequest":{}}"#, 2),
        (r#"{"cname":"a","uid":"0","clientRequest":{}}"#, 2),
        (r#"{"cname":"a","uid":"+7","clientRequest":{}}"#, 2),
        (r#"{"cname":"a","uid":"4294967295","clientRequest":{}}"#, 0),
        (r#"{"cname":"a","uid":"4294967296","clientRequest":{}}"#, 2),
        (r#"{"cname":"a","uid":"1"}"#, 2),
        (r#"{"cname":"a","uid":"1","clientRequest":null}"#, 2),
        (r#"{"cname":"a","uid":"1","clientRequest":{},"mode":"mix"}"#, 2),
    ] {
        assert_eq!(code(stop(Mode::Mix, body.as_bytes())), expected, "{body}");
        assert_eq!(code(acquire(body.as_bytes())), expected, "{body}");
    }
}

#[test]
fn a_stop_says_whether_it_waits() {
    let wait = |request: Value| stop(Mode::Web, body(&request).to_string().as_bytes()).map(|stop| stop.wait);
    assert_eq!(wait(json!({})), Ok(Wait::ForUpload));
    assert_eq!(wait(json!({"async_stop": false})), Ok(Wait::ForUpload));
    assert_eq!(wait(json!({"async_stop": true})), Ok(Wait::NotAtAll));
    for bad in [json!({"async_stop": "true"}), json!({"asyncStop": true})] {
        assert_eq!(wait(bad).map_err(|complaint| complaint.code), Err(2));
    }
}
