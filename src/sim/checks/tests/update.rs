//! Bodies of update and updateLayout.

use serde_json::{Value, json};

use super::super::{Mode, update, update_layout};
use super::{body, code, storage};

fn code_of(mode: Mode, request: &Value) -> i64 {
    code(update(mode, body(request).to_string().as_bytes()))
}

#[test]
fn channels_take_lists_and_storage() {
    for mode in [Mode::Individual, Mode::Mix] {
        let audio = |list: Value| json!({"streamSubscribe": {"audioUidList": list}});
        for (request, expected) in [
            (audio(json!({"subscribeAudioUids": ["1", "2"]})), 0),
            (audio(json!({"subscribeAudioUids": ["#allstream#"]})), 0),
            (audio(json!({"unsubscribeAudioUids": ["1"]})), 0),
            (audio(json!({"unSubscribeAudioUids": ["1"]})), 0),
            (audio(json!({"subscribeAudioUids": ["1"], "unSubscribeAudioUids": ["2"]})), 2),
            (audio(json!({"subscribeAudioUids": vec!["1"; 33]})), 2),
            (audio(json!({"subscribeAudioUids": ["anna"]})), 2),
            (audio(json!({"subscribeVideoUids": ["1"]})), 2),
            (audio(json!([])), 2),
            (audio(json!({})), 2),
            (json!({"streamSubscribe": {"videoUidList": {"subscribeVideoUids": ["1"]}}}), 0),
            // What the vendor's Python client sends.
            (json!({"streamSubscribe": {"videoUidList": {"unsunscribeVideoUids": ["1"]}}}), 0),
            (json!({"streamSubscribe": {}}), 2),
            (json!({"streamSubscribe": {"audioUids": {}}}), 2),
            (json!({"storageConfig": storage()}), 0),
            (json!({"storageConfig": {"stsToken": "t"}}), 2),
            (json!({"webRecordingConfig": {"onhold": true}}), 2),
            (json!({}), 2),
        ] {
            assert_eq!(code_of(mode, &request), expected, "{} {request}", mode.name());
        }
    }
}

#[test]
fn pages_take_pauses_outputs_and_storage() {
    for (request, expected) in [
        (json!({"webRecordingConfig": {"onhold": true}}), 0),
        (json!({"webRecordingConfig": {}}), 0),
        (json!({"webRecordingConfig": {"onhold": "true"}}), 2),
        (json!({"webRecordingConfig": {"onHold": true}}), 2),
        (json!({"rtmpPublishConfig": {"outputs": [{"rtmpUrl": "rtmp://example.org/x"}]}}), 0),
        (json!({"rtmpPublishConfig": {"outputs": [{"rtmpUrl": "http://example.org/x"}]}}), 2),
        (json!({"rtmpPublishConfig": {"outputs": []}}), 2),
        (json!({"rtmpPublishConfig": {"outputs": [{"rtmpUrl": "rtmp://a"}, {"rtmpUrl": "rtmp://b"}]}}), 2),
        (json!({"rtmpPublishConfig": {}}), 2),
        (json!({"storageConfig": storage()}), 0),
        (json!({"streamSubscribe": {"audioUidList": {"subscribeAudioUids": ["1"]}}}), 2),
        (json!({}), 2),
    ] {
        assert_eq!(code_of(Mode::Web, &request), expected, "{request}");
    }
}

#[test]
fn a_bad_layout_has_its_own_code_and_a_bad_body_has_not() {
    let code_of = |request: &Value| code(update_layout(body(request).to_string().as_bytes()));
    assert_eq!(code_of(&json!({})), 0, "everything goes back to its default");
    assert_eq!(code_of(&json!({"mixedVideoLayout": 2, "maxResolutionUid": "41"})), 0);
    for bad in [
        json!({"mixedVideoLayout": 9}),
        json!({"width": 640}),
        json!({"layoutConfig": [{}]}),
        json!({"layoutConfig": {}}),
        json!({"backgroundConfig": [{"uid": "0", "image_url": "https://example.org/a"}]}),
    ] {
        assert_eq!(code_of(&bad), 1028, "{bad}");
    }
    assert_eq!(code(update_layout(br#"{"cname":"a","clientRequest":{}}"#)), 2);
    assert_eq!(code(update_layout(b"{")), 8);
}
