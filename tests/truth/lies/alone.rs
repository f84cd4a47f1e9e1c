//! Lies about what is done and alarmed without a person: incidents, restarts by the rules, and the own network.

use super::*;

/// What the judge says of such a lie under one rule.
fn said(rule: &str, lie: impl FnOnce(&mut Case, &mut Channel)) -> Vec<String> {
    let mut case = truth();
    let mut channel = case.channels.remove(0);
    lie(&mut case, &mut channel);
    case.channels.insert(0, channel);
    let findings = judge(&case).into_iter();
    findings.filter(|finding| finding.rule == rule).map(|finding| finding.what).collect()
}

fn says(rule: &str, what: &str, lie: impl FnOnce(&mut Case, &mut Channel)) {
    let all = said(rule, lie);
    assert!(all.iter().any(|text| text.contains(what)), "{what}: {all:#?}");
}

fn news(at: Ms, name: &str, says: serde_json::Value) -> News {
    News { channel: Some(1), told: told(at, name, says) }
}

#[test]
fn a_loss_in_no_incident_is_caught() {
    says("incident", "in no incident", |case, _| case.incidents.clear());
    says("incident", "in no incident", |case, _| {
        case.incidents.push(news(500 * S, "incident_settled", json!({ "incident": 1, "how": "recovered" })));
        case.incidents.push(news(500 * S, "incident_ended", json!({ "incident": 1, "channels": [1] })));
    });
}

#[test]
fn an_incident_that_ends_while_it_is_bad_and_one_that_goes_on_while_it_is_not_are_caught() {
    says("incident", "ended while it is bad", |case, _| {
        case.incidents.push(news(500 * S, "incident_ended", json!({ "incident": 1, "channels": [1] })));
    });
    says("incident", "and it goes on", |case, _| {
        case.incidents.push(news(500 * S, "incident_settled", json!({ "incident": 1, "how": "recovered" })));
    });
}

#[test]
fn a_channel_in_two_incidents_is_caught() {
    says("incident", "bad in 1 and in 2", |case, _| {
        let opened = json!({ "incident": 2, "kind": "lost", "channels": [1] });
        case.incidents.push(news(500 * S, "incident_opened", opened));
    });
}

/// The channel records again from 500 s on, and so many good answers are heard until it is said to have recovered.
fn recovers(case: &mut Case, channel: &mut Channel, answers: Ms) {
    channel.shown.push(shown((500 * S, "recording")));
    channel.exchanges.retain(|exchange| exchange.sent < 500 * S);
    let good = (0..answers).map(|n| query(500 * S + n * S - 100, 500 * S + n * S, Says::Status(5)));
    channel.exchanges.extend(good);
    case.incidents.push(news(510 * S, "incident_settled", json!({ "incident": 1, "how": "recovered" })));
    case.incidents.push(news(510 * S, "incident_ended", json!({ "incident": 1, "channels": [1] })));
}

#[test]
fn a_recovery_that_is_told_after_one_good_answer_is_caught() {
    says("incident", "recovered in 1", |case, channel| recovers(case, channel, 1));
    assert_eq!(said("incident", |case, channel| recovers(case, channel, 2)), [""; 0]);
}

#[test]
fn a_suspicion_in_an_incident_is_caught_unless_it_was_unclear_for_long() {
    let given_back = |why: &'static str| {
        said("incident", move |case, channel| {
            let opened = json!({ "incident": 1, "kind": "uncertain", "channels": [1] });
            case.incidents = vec![news(550 * S, "incident_opened", opened)];
            channel.told.truncate(5);
            channel.told.push(told(245 * S, "start_requested", json!({ "cause": "restart" })));
            channel.told.push(told(250 * S, "start_failed", json!({ "why": why })));
            channel.shown.truncate(4);
            channel.shown.extend([(245 * S, "starting"), (250 * S, "suspect")].map(shown));
        })
    };
    // Nobody asked for it while its successor was verified.
    assert_eq!(given_back("not_verified"), [""; 0]);
    assert_eq!(given_back("refused"), ["part of 1, and the word is suspect"]);
}

#[test]
fn three_incidents_within_a_sweep_are_caught() {
    says("incident", "a lost of its own, beside 2", |case, channel| {
        let at = case.incidents[0].told.at;
        for number in [2, 3] {
            case.channels.push(Channel { number, ..channel.clone() });
            let opened = json!({ "incident": number, "kind": "lost", "channels": [number] });
            case.incidents.push(News { channel: Some(number), told: told(at, "incident_opened", opened) });
        }
    });
}

/// A restart that nobody asked for, after a fact.
fn by_itself(channel: &mut Channel, at: Ms, after: Option<Told>) {
    channel.auto_restart = true;
    channel.told.extend(after);
    channel.told.push(told(at, "start_requested", json!({ "cause": "restart", "by": "rules" })));
}

#[test]
fn a_restart_by_itself_that_the_rules_forbid_is_caught() {
    let failed = |at, why: serde_json::Value| Some(told(at, "start_failed", json!({ "why": why })));
    assert_eq!(said("auto-restart", |_, channel| by_itself(channel, 400 * S, None)), [""; 0]);
    says("auto-restart", "restarted after", |_, channel| {
        by_itself(channel, 460 * S, failed(400 * S, json!({ "refused": "suspended" })));
    });
    says("auto-restart", "restarted after", |_, channel| {
        by_itself(channel, 459 * S, failed(400 * S, json!("server_errors")));
    });
    says("auto-restart", "nobody asked for", |_, channel| {
        by_itself(channel, 400 * S, None);
        channel.auto_restart = false;
    });
    says("auto-restart", "the own network was down", |_, channel| {
        by_itself(channel, 400 * S, Some(told(399 * S, "network_lost", json!({}))));
    });
    says("auto-restart", "could not be kept", |case, channel| {
        case.log_failing.push(Stretch { from: 399 * S, to: 500 * S });
        by_itself(channel, 400 * S, None);
    });
    says("auto-restart", "lives until", |case, channel| {
        retell(case, None, &[(4 * S, None)]);
        by_itself(channel, 400 * S, None);
    });
}

#[test]
fn a_fourth_restart_by_itself_within_an_hour_is_caught() {
    says("auto-restart", "4 restarts within an hour", |_, channel| {
        for n in 0..4 {
            by_itself(channel, (400 + 100 * n) * S, None);
        }
    });
}

#[test]
fn an_own_network_that_is_called_down_while_a_domain_answers_is_caught() {
    says("own network", "an answer came", |_, channel| {
        channel.told.push(told(530 * S, "network_lost", json!({ "since": 515 * S })));
    });
}
