//! Every documented and every seen shape of an answer, each from a file of its own, and what it is read as.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::*;
use crate::monitor::answer::{NoAnswer, ServiceStatus, Upload};
use crate::monitor::ids::{ResourceId, Sid};
use CallKind::{Acquire, Query, Start, Stop, Update, UpdateLayout};
use Outcome::{AlreadyLeaving, AlreadyStarted, Gateway, Malformed, Missing, NotCompleted, NothingRecorded, Refused};
use Outcome::{ServerError, StaleResource, Status, Stopped, Throttled, UidConflict, Updated};
use Refusal::{BadAppId, BadLayout, BadName, BadRequest, Forbidden, Garbled, HashMismatch, NoRoute, NotEnabled, Other};
use Refusal::{OverLimit, Suspended, TokenExpired, TokenWrong, Unauthorized, WrongRecording};
use ServiceStatus::{AbnormalExit, InProgress, Leaving, Preparing, Ready, Unknown};

pub(super) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/agora")
}

pub(super) fn fixture(call: CallKind, http: u16, file: &str) -> Reading {
    let body = std::fs::read(folder().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    read(call, &Ok(HttpResponse { status: http, body }))
}

pub(super) fn said(call: CallKind, http: u16, body: &str) -> Reading {
    read(call, &Ok(HttpResponse { status: http, body: body.into() }))
}

fn acquired() -> Outcome {
    Outcome::Acquired(ResourceId::new("Qm9vbS1yZXNvdXJjZS1leGFtcGxl_7-a"))
}

fn started() -> Outcome {
    Outcome::Started(Sid::new("5f0c2b9e7d414a6c8e1f3a2b4c6d8e0f"))
}

/// Every fixture, and what it says when it comes with this HTTP status in answer to this call.
fn table() -> Vec<(CallKind, u16, &'static str, Outcome)> {
    vec![
        (Acquire, 200, "acquire_200.json", acquired()),
        (Acquire, 200, "acquire_200_older.json", acquired()),
        (Acquire, 400, "acquire_400_400_invalid_appid.json", Refused(BadAppId)),
        (Acquire, 400, "acquire_400_401_invalid_channel_name.json", Refused(BadName)),
        (Acquire, 400, "acquire_400_405_no_active_status.json", Refused(Suspended)),
        (Acquire, 400, "acquire_400_406_vendor_over_load.json", Refused(OverLimit)),
        (Acquire, 400, "acquire_400_62_not_enabled.json", Refused(NotEnabled)),
        (Acquire, 400, "acquire_400_1013_channel_name.json", Refused(BadName)),
        (Acquire, 400, "gateway_400_appid.json", Refused(BadAppId)),
        (Query, 401, "gateway_400_appid.json", Refused(BadAppId)),
        (Acquire, 500, "acquire_500_500_internal_error.json", ServerError),
        (Acquire, 500, "acquire_500_501_no_worker_manager.json", ServerError),
        (Acquire, 500, "acquire_500_504_allocate_timeout.json", ServerError),
        (Start, 200, "start_200.json", started()),
        (Start, 200, "start_200_older.json", started()),
        (Start, 200, "start_200_empty_sid.json", Malformed),
        (Start, 201, "start_201_7_already_started.json", AlreadyStarted),
        (Start, 201, "start_201_with_sid.json", started()),
        (Start, 201, "start_200_empty_sid.json", AlreadyStarted),
        (Start, 206, "start_206_65_not_completed.json", NotCompleted),
        (Start, 400, "start_400_2_services_not_selected.json", Refused(BadRequest)),
        (Start, 400, "start_400_2_request_hash.json", Refused(HashMismatch)),
        (Start, 400, "start_400_2_expired_hour.json", Refused(BadRequest)),
        (Start, 400, "start_400_8_bad_header.json", Refused(Garbled)),
        (Start, 400, "start_400_109_token_expired.json", Refused(TokenExpired)),
        (Start, 400, "start_400_53_task_conflict.json", UidConflict),
        (Start, 400, "start_400_433_expired.json", StaleResource),
        (Start, 404, "start_400_433_expired.json", StaleResource),
        (Start, 400, "start_400_1001_not_decodable.json", StaleResource),
        (Start, 400, "start_400_432_does_not_fit.json", Refused(WrongRecording)),
        (Start, 400, "start_400_110_token.json", Refused(TokenWrong)),
        (Start, 500, "start_500_15_empty_sid.json", ServerError),
        (Start, 500, "start_500_502_no_worker.json", ServerError),
        (Start, 500, "start_500_62_request_timeout.json", ServerError),
        (Start, 404, "query_404_worker.json", Refused(Other)),
        (Query, 200, "query_200_hls_running.json", Status(InProgress)),
        (Query, 200, "query_200_before_first_slice.json", Status(Ready)),
        (Query, 200, "query_200_no_file_list.json", Status(InProgress)),
        (Query, 200, "query_200_empty_file_list.json", Status(Preparing(3))),
        (Query, 200, "query_200_hls_mp4.json", Status(InProgress)),
        (Query, 200, "query_200_abnormal_exit.json", Status(AbnormalExit)),
        (Query, 200, "query_200_unknown_status.json", Status(Unknown(17))),
        (Query, 200, "query_200_exited.json", Status(Leaving(8))),
        (Query, 200, "query_200_individual.json", Status(InProgress)),
        (Query, 200, "query_200_seconds.json", Status(InProgress)),
        (Query, 200, "query_200_sub_service_status.json", Status(InProgress)),
        (Query, 200, "query_200_web.json", Status(InProgress)),
        (Query, 200, "query_200_web_ready_in_progress.json", Status(Ready)),
        (Query, 200, "query_200_web_init.json", Status(Preparing(2))),
        // The status decides; that the page pauses or has ended is told beside it.
        (Query, 200, "query_200_web_on_hold.json", Status(InProgress)),
        (Query, 200, "query_200_web_page_gone.json", Status(InProgress)),
        (Query, 200, "query_200_web_no_status.json", Malformed),
        (Query, 200, "query_200_web_older_stream.json", Status(InProgress)),
        (Query, 200, "query_200_web_file_name.json", Status(InProgress)),
        (Query, 200, "query_200_no_status.json", Malformed),
        (Query, 200, "query_200_status_is_text.json", Malformed),
        (Query, 200, "query_200_contradicts_itself.json", Malformed),
        (Query, 200, "query_200_cut.json", Malformed),
        (Query, 206, "query_200_hls_running.json", Malformed),
        (Query, 302, "query_200_hls_running.json", Malformed),
        (Query, 206, "query_206_65_not_completed.json", NotCompleted),
        (Query, 404, "query_404_worker.json", Missing),
        (Query, 404, "query_404_worker_with_names.json", Missing),
        (Query, 404, "query_404_code_only.json", Missing),
        (Query, 404, "query_404_other_json.json", Malformed),
        (Query, 404, "query_404_route_and_code.json", Refused(NoRoute)),
        // Only a 404 may say that a worker is missing.
        (Query, 200, "query_404_worker.json", Malformed),
        (Query, 400, "query_404_worker.json", Refused(BadRequest)),
        (Query, 500, "query_404_worker.json", ServerError),
        (Query, 502, "query_404_worker.json", ServerError),
        (Query, 400, "query_400_501_leaving.json", AlreadyLeaving),
        (Query, 500, "query_400_501_leaving.json", ServerError),
        (Query, 400, "query_400_1003_foreign_sid.json", Refused(WrongRecording)),
        (Query, 504, "query_504_62_request_timeout.json", ServerError),
        (Query, 400, "start_400_53_task_conflict.json", Refused(BadRequest)),
        (Query, 206, "stop_206_435_no_data.json", Malformed),
        (Stop, 200, "stop_200_uploaded.json", Stopped(Upload::Uploaded)),
        (Stop, 200, "stop_200_backuped.json", Stopped(Upload::BackedUp)),
        (Stop, 200, "stop_200_nothing_in_bucket.json", Stopped(Upload::BackedUp)),
        (Stop, 200, "stop_200_unknow.json", Stopped(Upload::Unknown)),
        (Stop, 200, "stop_200_individual.json", Stopped(Upload::Uploaded)),
        (Stop, 200, "stop_200_snapshots.json", Stopped(Upload::Uploaded)),
        (Stop, 200, "stop_200_unknown.json", Stopped(Upload::Unknown)),
        (Stop, 200, "stop_200_stranded.json", Stopped(Upload::Stranded)),
        (Stop, 200, "stop_200_web.json", Stopped(Upload::Uploaded)),
        (Stop, 200, "stop_200_web_backuped.json", Stopped(Upload::BackedUp)),
        (Stop, 200, "stop_200_web_misspelt.json", Stopped(Upload::Unknown)),
        (Stop, 200, "stop_200_async.json", Stopped(Upload::Unknown)),
        (Stop, 200, "stop_200_50_upload_timeout.json", ServerError),
        (Stop, 206, "stop_206_435_no_data.json", NothingRecorded),
        (Stop, 206, "stop_206_65_not_completed.json", NotCompleted),
        (Stop, 206, "stop_206_no_code.json", Malformed),
        (Stop, 400, "stop_400_49_invalid_operation.json", AlreadyLeaving),
        (Stop, 404, "stop_404_in_payload.json", Missing),
        (Stop, 500, "stop_500_50_upload_timeout.json", ServerError),
        (Stop, 504, "query_504_62_request_timeout.json", ServerError),
        (Update, 200, "update_200.json", Updated),
        (UpdateLayout, 200, "update_200.json", Updated),
        (Update, 200, "update_200_ids_only.json", Updated),
        // An answer that names no recording may be anybody's.
        (Update, 200, "update_200_no_ids.json", Malformed),
        (Update, 200, "portal_200.json", Malformed),
        (Update, 206, "update_200.json", Malformed),
        (Update, 206, "query_206_65_not_completed.json", NotCompleted),
        (Update, 400, "update_400_2_uid_in_list.json", Refused(BadRequest)),
        (Update, 404, "query_404_worker.json", Missing),
        (UpdateLayout, 404, "query_404_worker_with_names.json", Missing),
        (UpdateLayout, 400, "update_layout_400_1028.json", Refused(BadLayout)),
        (UpdateLayout, 504, "query_504_62_request_timeout.json", ServerError),
        (Query, 401, "gateway_401_credentials.json", Refused(Unauthorized)),
        (Query, 401, "gateway_401_unauthorized.json", Refused(Unauthorized)),
        (Query, 403, "gateway_403_forbidden.json", Refused(Forbidden)),
        (Query, 404, "gateway_404_no_route.json", Refused(NoRoute)),
        (Start, 404, "gateway_404_no_route.json", Refused(NoRoute)),
        (Query, 429, "gateway_429_rate.json", Throttled),
        (Query, 502, "gateway_503_no_code.json", Gateway),
        (Query, 503, "gateway_503_no_code.json", Gateway),
        (Query, 504, "gateway_page.html", Gateway),
        (Query, 500, "gateway_page.html", ServerError),
        (Query, 511, "portal_page.html", ServerError),
        (Query, 404, "gateway_page.html", Malformed),
        (Query, 408, "gateway_page.html", Malformed),
        (Query, 405, "gateway_page.html", Refused(Other)),
        (Query, 429, "gateway_page.html", Throttled),
        (Query, 307, "gateway_page.html", Malformed),
        (Query, 200, "portal_page.html", Malformed),
        (Stop, 200, "portal_page.html", Malformed),
        (Start, 201, "portal_page.html", Malformed),
        (Query, 200, "portal_200.json", Malformed),
        (Stop, 200, "portal_200.json", Malformed),
        (Acquire, 200, "portal_200.json", Malformed),
        (Acquire, 200, "array.json", Malformed),
        (Query, 200, "array.json", Malformed),
        (Query, 200, "response_is_array.json", Malformed),
        (Stop, 200, "response_is_array.json", Malformed),
    ]
}

#[test]
fn every_documented_answer_reads_as_what_it_means() {
    for (call, http, file, outcome) in table() {
        let answer = fixture(call, http, file).answer;
        assert_eq!((answer.outcome, answer.http), (outcome, Some(http)), "{call:?} {http} {file}");
    }
}

#[test]
fn every_fixture_is_in_the_table() {
    let known: BTreeSet<String> = table().into_iter().map(|(_, _, file, _)| file.to_owned()).collect();
    let there = std::fs::read_dir(folder()).expect("the folder of fixtures");
    let there: BTreeSet<String> =
        there.map(|entry| entry.expect("readable").file_name().into_string().expect("plain name")).collect();
    assert_eq!(known, there);
}

#[test]
fn no_answer_but_a_404_of_the_service_reads_as_missing() {
    let bodies = [
        "",
        "<html>failed to find worker</html>",
        r#"{"code":404,"reason":"failed to find worker"}"#,
        r#"{"code":404}"#,
        r#"{"reason":"Failed To Find Worker"}"#,
        r#"{"message":"not found"}"#,
        r#"[{"code":404}]"#,
    ];
    for call in [Acquire, Start, Query, Stop, Update, UpdateLayout] {
        for http in 100..=599 {
            for body in bodies {
                let is_missing = said(call, http, body).answer.outcome == Missing;
                let unmistakable = body.starts_with('{') && !body.contains("not found");
                let may_be = http == 404 && !matches!(call, Acquire | Start) && unmistakable;
                assert_eq!(is_missing, may_be, "{call:?} {http} {body}");
            }
        }
    }
}

#[test]
fn only_a_clean_2xx_with_a_status_number_reads_as_recording() {
    for http in 100..=599 {
        let recording = said(Query, http, r#"{"serverResponse":{"status":5}}"#).answer.is_recording();
        assert_eq!(recording, (200..=299).contains(&http) && http != 206, "{http}");
        let with_error = said(Query, http, r#"{"code":65,"serverResponse":{"status":5}}"#).answer;
        assert!(!with_error.is_recording(), "{http}");
    }
}

#[test]
fn code_and_reason_are_kept_from_wherever_they_stand() {
    let evidence = |call, http, file| {
        let answer = fixture(call, http, file).answer;
        (answer.code, answer.reason.map(|reason| reason.to_string()))
    };
    let worker = Some("failed to find worker".to_owned());
    assert_eq!(evidence(Query, 404, "query_404_worker.json"), (Some(404), worker.clone()));
    assert_eq!(evidence(Stop, 404, "stop_404_in_payload.json"), (Some(404), worker));
    assert_eq!(evidence(Query, 429, "gateway_429_rate.json"), (None, Some("API rate limit exceeded".to_owned())));
    assert_eq!(evidence(Start, 500, "start_500_15_empty_sid.json"), (Some(15), None));
    let (code, reason) = evidence(Query, 200, "portal_page.html");
    assert!(code.is_none() && reason.is_some_and(|reason| reason.contains("sign-in page")));
    let answer = said(Query, 400, "{\"code\":2,\"reason\":\"a\\nb\u{202e}c\"}").answer;
    assert_eq!(answer.reason.as_deref(), Some("a\\nb\\u{202e}c"));
}

#[test]
fn files_come_when_there_are_any() {
    let file = |call, http, file| {
        let names = fixture(call, http, file).told.files.into_iter().map(|file| file.name.to_string());
        names
            .filter(|name| name.ends_with(".m3u8"))
            .map(|name| name.rsplit('/').next().map(str::to_owned))
            .next()
            .flatten()
    };
    let name = Some("0b7e_room-8.m3u8".to_owned());
    assert_eq!(file(Query, 200, "query_200_hls_running.json"), name);
    assert_eq!(file(Query, 200, "query_200_hls_mp4.json"), name);
    assert_eq!(file(Stop, 200, "stop_200_uploaded.json"), name);
    assert_eq!(file(Stop, 200, "stop_200_backuped.json"), name);
    for none in ["query_200_before_first_slice.json", "query_200_no_file_list.json", "query_200_empty_file_list.json"] {
        assert_eq!(file(Query, 200, none), None, "{none}");
    }
    assert_eq!(file(Query, 206, "query_200_hls_running.json"), None);
}

#[test]
fn odd_kinds_of_values_count_as_absent_and_unknown_keys_do_no_harm() {
    let odd = r#"{"code":null,"reason":7,"message":{"a":1},"sid":[],"new":{"deep":[1]},
                  "serverResponse":{"status":5,"fileList":[7,{"fileName":9}],"uploadingStatus":1,"payload":"x"}}"#;
    let reading = said(Query, 200, odd);
    assert_eq!(reading.answer, Answer { http: Some(200), ..Answer::bare(Status(InProgress)) });
    assert!(reading.told.files.is_empty());
    assert!(reading.raw.is_some_and(|raw| raw.contains("\"deep\"") && !raw.contains('\n')));
    let deep = format!("{{\"serverResponse\":{}5{}}}", "[".repeat(5000), "]".repeat(5000));
    assert_eq!(said(Query, 200, &deep).answer.outcome, Malformed);
}

#[test]
fn without_an_http_answer_the_kind_and_the_words_of_the_system_remain() {
    for kind in [NoAnswer::Dns, NoAnswer::Connect, NoAnswer::Tls, NoAnswer::Timeout, NoAnswer::Reset] {
        let reading = read(Query, &Err(TransportError::NoAnswer { kind, detail: "because".into() }));
        let expected = Answer { reason: Some("because".into()), ..Answer::bare(Outcome::NoAnswer(kind)) };
        assert_eq!(reading, Reading { answer: expected, told: Told::default(), raw: None });
    }
    let answer = read(Query, &Err(TransportError::TooLarge { status: 200 })).answer;
    assert_eq!((answer.outcome, answer.http), (Malformed, Some(200)));
    assert!(answer.reason.is_some_and(|reason| reason.contains("1024 KiB")));
}
