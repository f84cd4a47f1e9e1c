//! Every number of the vendor's lists, for every call: what it means with the HTTP status it is documented with.

use super::*;
use CallKind::{Acquire, Query, Start, Stop, Update, UpdateLayout};
use Outcome::{
    AlreadyLeaving, AlreadyStarted, Missing, NotCompleted, NothingRecorded, Refused, ServerError, UidConflict,
};
use Outcome::{Malformed, StaleResource};
use Refusal::{
    BadAppId, BadLayout, BadName, BadRequest, Garbled, NotEnabled, Other, OverLimit, Suspended, TokenExpired,
    TokenWrong, Unauthorized, WrongRecording,
};

const CALLS: [CallKind; 6] = [Acquire, Start, Query, Stop, Update, UpdateLayout];

fn read(call: CallKind, http: u16, code: i64, reason: &str) -> Outcome {
    let body = AnswerBody::parse(format!(r#"{{"code":{code},"reason":"{reason}"}}"#).as_bytes());
    outcome(call, http, body.as_ref())
}

/// Number, HTTP status, and the outcome for acquire, start, query, stop, update and updateLayout.
fn table() -> Vec<(i64, u16, [Outcome; 6])> {
    let all = |outcome: Outcome| std::array::from_fn(|_| outcome.clone());
    let bad = || Refused(BadRequest);
    let refused = |why| all(Refused(why));
    vec![
        (2, 400, refused(BadRequest)),
        (7, 201, [Malformed, AlreadyStarted, Malformed, Malformed, Malformed, Malformed]),
        (8, 400, refused(Garbled)),
        (15, 500, all(ServerError)),
        // Of notifications only; in an answer they say no more than HTTP does.
        (32, 400, refused(BadRequest)),
        (47, 400, refused(BadRequest)),
        (51, 400, refused(BadRequest)),
        (52, 500, all(ServerError)),
        (49, 400, [bad(), bad(), bad(), AlreadyLeaving, bad(), bad()]),
        (50, 200, [Malformed, Malformed, Malformed, ServerError, Malformed, Malformed]),
        (50, 500, all(ServerError)),
        (53, 400, [bad(), UidConflict, bad(), bad(), bad(), bad()]),
        (62, 400, [Refused(NotEnabled), ServerError, ServerError, ServerError, ServerError, ServerError]),
        (62, 500, all(ServerError)),
        (62, 504, all(ServerError)),
        (65, 206, all(NotCompleted)),
        (109, 400, refused(TokenExpired)),
        (110, 400, refused(TokenWrong)),
        (400, 400, [Refused(BadAppId), bad(), bad(), bad(), bad(), bad()]),
        (401, 400, [Refused(BadName), bad(), bad(), bad(), bad(), bad()]),
        (401, 401, refused(Unauthorized)),
        (404, 404, [Refused(Other), Refused(Other), Missing, Missing, Missing, Missing]),
        (405, 400, refused(Suspended)),
        (406, 400, refused(OverLimit)),
        (405, 405, refused(Other)),
        (406, 406, refused(Other)),
        (432, 400, refused(WrongRecording)),
        (433, 400, all(StaleResource)),
        (435, 206, [Malformed, Malformed, Malformed, NothingRecorded, Malformed, Malformed]),
        (500, 500, all(ServerError)),
        (501, 500, all(ServerError)),
        (501, 400, [ServerError, ServerError, AlreadyLeaving, AlreadyLeaving, AlreadyLeaving, AlreadyLeaving]),
        (502, 500, all(ServerError)),
        (504, 500, all(ServerError)),
        (1001, 400, all(StaleResource)),
        (1003, 400, refused(WrongRecording)),
        (1013, 400, refused(BadName)),
        (1028, 400, refused(BadLayout)),
        // In no document of this service.
        (1033, 400, refused(BadRequest)),
        (1033, 500, all(ServerError)),
    ]
}

#[test]
fn every_number_of_the_vendors_has_its_meaning_for_every_call() {
    for (code, http, outcomes) in table() {
        for (call, expected) in CALLS.into_iter().zip(outcomes) {
            assert_eq!(read(call, http, code, "r"), expected, "{call:?} {http}/{code}");
        }
    }
}

#[test]
fn a_number_without_a_documented_http_status_is_understood_with_any() {
    for (code, expected) in [
        (433, StaleResource),
        (1001, StaleResource),
        (432, Refused(WrongRecording)),
        (1003, Refused(WrongRecording)),
        (1013, Refused(BadName)),
        (1028, Refused(BadLayout)),
        (109, Refused(TokenExpired)),
        (110, Refused(TokenWrong)),
    ] {
        for (call, http) in CALLS.into_iter().zip([200, 400, 404, 422, 500, 503]) {
            assert_eq!(read(call, http, code, ""), expected, "{call:?} {http}/{code}");
        }
    }
}

#[test]
fn code_2_tells_of_the_hash_only_when_the_reason_does() {
    assert_eq!(read(Start, 400, 2, "request_hash mismatch!"), Refused(Refusal::HashMismatch));
    assert_eq!(read(Start, 400, 2, "The request Hash does not match"), Refused(Refusal::HashMismatch));
    assert_eq!(read(Start, 400, 2, "services not selected!"), Refused(BadRequest));
}
