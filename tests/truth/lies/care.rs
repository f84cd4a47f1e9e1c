//! Lies about what people did.

use super::*;

/// What the judge says when this was told of the one incident, which is of a loss, and of its channel.
fn said(facts: &[(Ms, &str, serde_json::Value)]) -> Vec<String> {
    let mut case = truth();
    case.incidents
        .extend(facts.iter().map(|(at, name, says)| News { channel: Some(1), told: told(*at, name, says.clone()) }));
    let findings = judge(&case).into_iter();
    findings.filter(|finding| finding.rule == "care").map(|finding| finding.what).collect()
}

fn acknowledged(at: Ms, until: Option<Ms>, worst: &str) -> (Ms, &'static str, serde_json::Value) {
    (at, "incident_acknowledged", json!({ "incident": 1, "about": 1, "until": until, "worst": worst }))
}

fn ended(at: Ms, why: &str) -> (Ms, &'static str, serde_json::Value) {
    (at, "acknowledgement_ended", json!({ "incident": 1, "about": 1, "why": why }))
}

#[test]
fn an_acknowledgement_that_ends_too_late_too_early_or_without_a_reason_is_caught() {
    let taken = || acknowledged(500 * S, Some(560 * S), "lost");
    assert_eq!(said(&[taken(), ended(560 * S, "time_over")]), [""; 0]);
    assert_eq!(said(&[taken(), ended(561 * S, "time_over")]), ["1 acknowledged for a time that ended otherwise"]);
    assert_eq!(said(&[taken(), ended(559 * S, "time_over")]), ["1 acknowledged for a time that ended otherwise"]);
    assert_eq!(said(&[taken()]), ["what was for a time goes on"]);
    assert_eq!(said(&[taken(), ended(510 * S, "worse")]), ["1 worse, and it is not"]);
    assert_eq!(said(&[acknowledged(500 * S, None, "config_error"), ended(510 * S, "worse")]), [""; 0]);
    assert_eq!(said(&[ended(510 * S, "taken_back")]), ["1 acknowledged no longer, and it was not"]);
    assert_eq!(said(&[taken(), taken(), ended(560 * S, "time_over")]), ["1 acknowledged, and it could not be"]);
}

#[test]
fn an_acknowledged_incident_that_grows_and_an_active_one_that_is_closed_are_caught() {
    let grew = (510 * S, "incident_grew", json!({ "incident": 1 }));
    assert_eq!(said(&[acknowledged(500 * S, None, "lost"), grew]), ["1 grew while it was acknowledged"]);
    let closed = (510 * S, "incident_closed", json!({ "incident": 1, "about": 1 }));
    assert_eq!(said(&[acknowledged(500 * S, None, "lost"), closed]), ["1 closed, and it could not be"]);
}

#[test]
fn a_mute_that_ends_without_a_reason_is_caught() {
    let muted = |until: Option<Ms>| (500 * S, "channel_muted", json!({ "until": until }));
    let ended = |at: Ms, why: &str| (at, "mute_ended", json!({ "why": why }));
    let wrong = ["its mute ended otherwise than it should"];
    assert_eq!(said(&[muted(Some(560 * S)), ended(560 * S, "time_over")]), [""; 0]);
    assert_eq!(said(&[muted(Some(560 * S)), ended(550 * S, "time_over")]), wrong);
    assert_eq!(said(&[muted(None), ended(560 * S, "recovered")]), wrong);
    assert_eq!(said(&[muted(None), ended(560 * S, "session_ended")]), wrong);
    assert_eq!(said(&[ended(560 * S, "taken_back")]), wrong);
}
