//! Lies told to the judge: each is one small change to a true case, and each must be caught and called by its name. A judge
//! that cannot fail proves nothing.

mod alone;
mod care;

use serde_json::json;

use super::answer::Says;
use super::cloud::{Cloud, Life, Part};
use super::evidence::{Case, Channel, Drawn, Exchange, Ms, News, Rules, Shown, Stretch, Told};
use super::judge;

const S: Ms = 1_000;
const END: Ms = 1_000 * S;

/// One recorder, started at 1 s, recording from 4 s on, dead at 200 s; asked for every 120 s and found to be lost.
fn truth() -> Case {
    let mut cloud = Cloud::default();
    cloud.add(life("a", S, Some(200 * S), &[(4 * S, Some(200 * S))]));
    let mut channel = Channel { number: 1, cname: "c".to_owned(), files: [15 * S, 75 * S], ..Channel::default() };
    channel.exchanges = vec![
        exchange(500, "acquire", 600, Says::Done),
        exchange(600, "start", S, Says::Started("a".to_owned())),
        query(6 * S, 6_100, Says::Status(5)),
        query(16 * S, 16_100, Says::Status(5)),
        query(76 * S, 76_100, Says::Status(5)),
        query(120 * S, 120_100, Says::Status(5)),
        query(240 * S, 240_100, Says::Missing),
    ];
    let (mut at, mut wait) = (240_100, 5 * S);
    while at < 330 * S {
        let sent = (at + wait).min(330_100);
        channel.exchanges.push(query(sent, sent + 100, Says::Missing));
        (at, wait) = (sent + 100, (wait + 5 * S).min(15 * S));
    }
    let lost = at;
    channel.exchanges.push(query(400 * S, 400_100, Says::Missing));
    channel.exchanges.extend((1..=5).map(|n| query((400 + 120 * n) * S, (400 + 120 * n) * S + 100, Says::Missing)));
    channel.told = vec![
        told(400, "start_requested", json!({ "cause": "start" })),
        told(S, "started", json!({ "sid": "a" })),
        told(6_100, "phase_changed", json!({ "to": "recording" })),
        told(240_100, "phase_changed", json!({ "to": "suspect" })),
        told(240_100, "gap_opened", json!({ "gap": { "last_good": 120 * S, "first_bad": 240_100 } })),
        told(lost, "phase_changed", json!({ "to": "lost" })),
    ];
    channel.shown = [(0, "idle"), (400, "starting"), (6_100, "recording"), (240_100, "suspect"), (lost, "lost")]
        .map(shown)
        .to_vec();
    channel.drawn = vec![
        drawn(400, 6_100, "starting"),
        drawn(6_100, 120 * S, "recording"),
        drawn(120 * S, 240_100, "possibly_lost"),
        drawn(240_100, lost, "suspect"),
        drawn(lost, END, "lost"),
    ];
    let opened = json!({ "incident": 1, "kind": "lost", "channels": [1] });
    let sends = channel.exchanges.iter().map(|exchange| exchange.sent).collect();
    Case {
        rules: Rules { interval: 120 * S, per_second: 10 },
        channels: vec![channel],
        cloud,
        unseen: Vec::new(),
        starts: Vec::new(),
        log_failing: Vec::new(),
        stalled: Vec::new(),
        slower: Vec::new(),
        intervals: Vec::new(),
        incidents: vec![News { channel: Some(1), told: told(lost, "incident_opened", opened) }],
        sends: vec![("p".to_owned(), sends)],
        until: END,
    }
}

fn life(sid: &str, started_ms: Ms, ended_ms: Option<Ms>, recorded: &[(Ms, Option<Ms>)]) -> Life {
    let recorded = recorded.iter().map(|&(from_ms, to_ms)| Part { from_ms, to_ms }).collect();
    Life { cname: "c".to_owned(), sid: sid.to_owned(), started_ms, ended_ms, recorded }
}

fn exchange(sent: Ms, call: &str, heard: Ms, says: Says) -> Exchange {
    let path = match call {
        "acquire" => "/acquire".to_owned(),
        "start" => "/resourceid/r/mode/mix/start".to_owned(),
        _ => format!("/resourceid/r/sid/a/mode/mix/{call}"),
    };
    Exchange { heard: Some((heard, says)), ..Exchange::new(sent, &path) }
}

fn query(sent: Ms, heard: Ms, says: Says) -> Exchange {
    exchange(sent, "query", heard, says)
}

fn told(at: Ms, name: &str, says: serde_json::Value) -> Told {
    Told { at, name: name.to_owned(), says }
}

fn shown((at, word): (Ms, &str)) -> Shown {
    Shown { at, word: word.to_owned() }
}

fn drawn(from: Ms, to: Ms, kind: &str) -> Drawn {
    Drawn { from, to, kind: kind.to_owned() }
}

/// The rules that a lie is found to break.
fn caught(lie: impl FnOnce(&mut Case, &mut Channel)) -> Vec<&'static str> {
    let mut case = truth();
    let mut channel = case.channels.remove(0);
    lie(&mut case, &mut channel);
    case.channels.push(channel);
    judge(&case).iter().map(|finding| finding.rule).collect()
}

/// The same life, told to the judge in another way.
fn retell(case: &mut Case, ended: Option<Ms>, recorded: &[(Ms, Option<Ms>)]) {
    case.cloud = Cloud::default();
    case.cloud.add(life("a", S, ended, recorded));
}

#[test]
fn the_truth_is_believed() {
    assert_eq!(judge(&truth()).iter().map(|finding| finding.what.clone()).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn a_false_recording_is_caught() {
    let rules = caught(|_, channel| {
        channel.shown.truncate(3);
    });
    assert!(rules.contains(&"false Recording") && rules.contains(&"missed loss"), "{rules:?}");
}

#[test]
fn an_interval_without_reason_is_caught_and_one_after_429_believed() {
    let named = |interval| {
        move |case: &mut Case, _: &mut Channel| {
            case.intervals.push((Stretch { from: 0, to: END }, interval));
        }
    };
    assert_eq!(caught(named(120 * S)), [""; 0]);
    assert_eq!(caught(named(121 * S)), ["interval"]);
    let fleet = |interval| {
        move |case: &mut Case, channel: &mut Channel| {
            // 1,200 with the one that is judged, asked for at 8 requests a second.
            case.channels.extend((2..=1_200).map(|number| Channel { number, ..Channel::default() }));
            named(interval)(case, channel);
        }
    };
    assert_eq!(caught(fleet(600 * S)), [""; 0]);
    assert_eq!(caught(fleet(601 * S)), ["interval"]);
    assert_eq!(
        caught(|case, channel| {
            named(130 * S)(case, channel);
            channel.told.insert(0, told(300, "throttled", json!({ "until": 5_300 })));
        }),
        [""; 0]
    );
}

#[test]
fn recording_drawn_over_a_hole_is_caught() {
    let rules = caught(|_, channel| channel.drawn = vec![drawn(6_100, END, "recording")]);
    assert_eq!(rules, ["drawn Recording"]);
}

#[test]
fn a_recorder_that_ended_and_is_shown_again_is_caught() {
    let rules = caught(|_, channel| {
        channel.shown.push(shown((400_100, "recording")));
        channel.shown.push(shown((401 * S, "lost")));
    });
    assert_eq!(rules, ["back from the dead", "missed loss", "gap edge"]);
}

#[test]
fn a_recorder_that_was_stopped_is_not_missed() {
    let rules = caught(|case, channel| {
        case.cloud.stop("a", 200 * S);
        channel.told.push(told(900 * S, "exported", json!({})));
        channel.shown.pop();
    });
    assert!(!rules.contains(&"missed loss"), "{rules:?}");
}

#[test]
fn a_false_lost_is_caught() {
    let rules = caught(|case, _| retell(case, None, &[(4 * S, Some(200 * S)), (329 * S, None)]));
    assert!(rules.iter().filter(|rule| **rule == "false Lost").count() == 2, "told and shown: {rules:?}");
}

#[test]
fn a_failover_that_is_called_lost_is_caught() {
    let rules = caught(|case, _| retell(case, Some(500 * S), &[(4 * S, Some(200 * S)), (331 * S, Some(500 * S))]));
    assert!(rules.contains(&"false Lost"), "{rules:?}");
}

#[test]
fn a_loss_that_is_not_confirmed_is_caught() {
    let rules = caught(|_, channel| {
        channel.shown.pop();
        channel.told.pop();
    });
    assert!(rules.contains(&"missed loss"), "{rules:?}");
}

#[test]
fn a_loss_that_nobody_asks_for_is_caught() {
    let rules = caught(|_, channel| {
        channel.exchanges.truncate(6);
        channel.told.truncate(3);
        channel.shown.truncate(3);
        channel.drawn.clear();
    });
    assert!(rules.contains(&"missed loss") && rules.contains(&"stale"), "{rules:?}");
}

#[test]
fn a_word_that_is_too_old_is_caught_unless_the_process_stood_still_until_the_answer() {
    let asked_again_late = |stalled: &[Stretch]| {
        caught(|case, channel| {
            retell(case, None, &[(4 * S, None)]);
            case.incidents.clear();
            case.stalled = stalled.to_vec();
            case.until = 370 * S;
            channel.exchanges.truncate(6);
            channel.exchanges.push(query(361 * S, 365 * S, Says::Status(5)));
            channel.told.truncate(3);
            channel.shown.truncate(3);
            channel.drawn = vec![drawn(6_100, 370 * S, "recording")];
        })
    };
    assert!(asked_again_late(&[]).contains(&"stale"));
    let stood_still = Stretch { from: 359 * S, to: 365 * S };
    assert!(!asked_again_late(&[stood_still]).contains(&"stale"));
}

#[test]
fn a_word_that_comes_back_too_old_after_another_one_is_caught() {
    let back_after = |heard: Ms| {
        caught(|case, channel| {
            retell(case, None, &[(4 * S, None)]);
            case.incidents.clear();
            case.until = 400 * S;
            channel.exchanges.truncate(6);
            channel.exchanges.push(query(heard - 100, heard, Says::Status(5)));
            channel.told.truncate(3);
            channel.shown.truncate(3);
            channel.shown.extend([(heard + 10 * S, "starting"), (399 * S, "recording")].map(shown));
            channel.drawn = vec![drawn(6_100, 400 * S, "recording")];
        })
    };
    assert!(back_after(159 * S).contains(&"stale"));
    assert!(!back_after(160 * S).contains(&"stale"));
}

#[test]
fn a_gap_that_is_open_over_a_recording_is_caught() {
    let rules = caught(|case, channel| {
        retell(case, None, &[(4 * S, Some(200 * S)), (399 * S, None)]);
        channel.shown.truncate(4);
        channel.shown.push(shown((400_100, "recording")));
        channel.told.truncate(5);
    });
    assert!(rules.contains(&"gap edge"), "{rules:?}");
}

#[test]
fn gap_edges_that_are_off_by_a_millisecond_are_caught() {
    for (ended, is_true) in [(120 * S, false), (120_001, true), (240_100, true), (240_101, false)] {
        let rules = caught(|case, _| retell(case, Some(ended), &[(4 * S, Some(ended))]));
        assert_eq!(rules.contains(&"gap edge"), !is_true, "gone at {ended}: {rules:?}");
    }
}

#[test]
fn the_far_edges_of_a_gap_are_held_to_the_millisecond_too() {
    for (back, is_true) in [(254_999, false), (255 * S, true), (260 * S, true), (260_001, false)] {
        let rules = caught(|case, channel| {
            retell(case, None, &[(4 * S, Some(200 * S)), (back, None)]);
            let gap = json!({ "last_good": 120 * S, "first_bad": 240_100, "last_bad": 255 * S, "first_good": 260_100, "end": "blip" });
            channel.told.insert(5, told(260_100, "gap_closed", json!({ "gap": gap })));
            channel.exchanges.push(query(260 * S, 260_100, Says::Status(5)));
        });
        assert_eq!(rules.contains(&"gap edge"), !is_true, "back at {back}: {rules:?}");
    }
}

#[test]
fn a_band_over_time_that_nobody_observed_is_caught() {
    for from in [S, 30 * S, 150 * S, 260 * S] {
        let rules = caught(|case, _| case.unseen.push(Stretch { from, to: from + S }));
        assert!(rules.contains(&"drawn unseen"), "starting, recording, possibly lost, suspect: {from}, {rules:?}");
    }
}

#[test]
fn eleven_requests_in_a_second_are_caught_and_ten_are_not() {
    let burst = |n: Ms| {
        move |case: &mut Case, _: &mut Channel| case.sends[0].1.splice(0..0, (0..n).map(|i| i * 99)).for_each(drop)
    };
    // Two more of its own leave within the same second.
    assert_eq!(caught(burst(8)), [""; 0]);
    assert_eq!(caught(burst(9)), ["quota"]);
}

#[test]
fn a_retry_that_is_early_or_late_by_a_millisecond_is_caught() {
    // The second query after the first 404, 10 s after its answer.
    for (by, is_true) in [(-1, false), (0, true), (1, false)] {
        let rules = caught(|case, channel| {
            let second =
                channel.exchanges.iter_mut().filter(|exchange| exchange.sent > 240 * S).nth(1).expect("a second");
            case.sends[0].1.retain(|sent| *sent != second.sent);
            second.sent += by;
            case.sends[0].1.push(second.sent);
            case.sends[0].1.sort_unstable();
        });
        assert_eq!(rules.contains(&"pace"), !is_true, "{by} ms: {rules:?}");
    }
}

#[test]
fn a_query_that_left_in_the_very_moment_the_own_network_was_lost_is_no_part_of_the_row_after_it() {
    for (lost_at, is_true) in [(245_100, true), (245_050, false)] {
        let rules = caught(|case, channel| {
            channel.told.insert(5, told(lost_at, "network_lost", json!({})));
            channel.told.insert(6, told(245_200, "network_back", json!({})));
            let second = channel.exchanges.iter().position(|one| one.sent == 245_100).expect("a second");
            channel.exchanges.truncate(second + 1);
            channel.exchanges.extend([245_250, 250_350, 260_450].map(|sent| query(sent, sent + 100, Says::Missing)));
            case.sends[0].1 = channel.exchanges.iter().map(|exchange| exchange.sent).collect();
        });
        assert_eq!(rules.contains(&"pace"), !is_true, "{lost_at}: {rules:?}");
    }
}

#[test]
fn a_late_retry_is_excused_by_a_quota_that_was_used_up_and_by_what_was_declared() {
    let late = |case: &mut Case, channel: &mut Channel| {
        let first = channel.exchanges.iter_mut().find(|exchange| exchange.sent > 240_100).expect("a first");
        case.sends[0].1.retain(|sent| *sent != first.sent);
        first.sent += 99;
        first.sent
    };
    assert_eq!(
        caught(|case, channel| {
            late(case, channel);
        })[0],
        "pace"
    );
    let rules = caught(|case, channel| {
        let sent = late(case, channel);
        case.sends[0].1.extend([sent - 125, sent]);
        case.sends[0].1.sort_unstable();
    });
    assert!(!rules.contains(&"pace"), "{rules:?}");
    let rules = caught(|case, channel| {
        late(case, channel);
        case.slower.push(Stretch { from: 241 * S, to: 245 * S });
    });
    assert!(!rules.contains(&"pace"), "{rules:?}");
}

#[test]
fn a_doubled_recorder_is_caught() {
    let rules = caught(|case, _| case.cloud.add(life("b", 100 * S, None, &[])));
    assert!(rules.contains(&"doubled recorder"), "{rules:?}");
}

#[test]
fn a_recorder_without_a_name_that_was_not_declared_is_caught() {
    let orphan = |case: &mut Case, channel: &mut Channel, end: Told| {
        case.cloud.add(life("b", 801 * S, None, &[]));
        channel.told.push(told(800 * S, "start_requested", json!({ "cause": "restart" })));
        channel.told.push(end);
    };
    let failed = told(810 * S, "start_failed", json!({ "why": "unreachable" }));
    let rules = caught(|case, channel| orphan(case, channel, failed));
    assert!(rules.contains(&"lost recorder"), "{rules:?}");
    let unknown = told(810 * S, "start_left_unknown", json!({}));
    let rules = caught(|case, channel| orphan(case, channel, unknown));
    assert!(!rules.contains(&"lost recorder"), "{rules:?}");
}

#[test]
fn a_name_that_was_told_and_not_kept_is_caught() {
    let rules = caught(|_, channel| channel.told.retain(|told| told.name != "started"));
    assert!(rules.contains(&"lost recorder"), "{rules:?}");
}

#[test]
fn a_stop_that_left_the_recorder_alive_is_caught() {
    let rules = caught(|case, channel| {
        retell(case, None, &[(4 * S, None)]);
        channel.told.truncate(3);
        channel.told.push(told(130 * S, "stopped", json!({ "result": "already_gone" })));
    });
    assert!(rules.contains(&"lost recorder"), "{rules:?}");
}

#[test]
fn a_recorder_that_is_called_gone_and_lives_is_caught() {
    let rules = caught(|_, channel| channel.told.insert(3, told(130 * S, "old_gone", json!({ "sid": "a" }))));
    assert_eq!(rules, ["lost recorder"]);
}

#[test]
fn a_wish_that_a_kill_left_open_is_caught_unless_it_says_that_it_does_not_know() {
    let killed = |word: &'static str| {
        caught(move |case, channel| {
            case.starts.push(Stretch { from: 801 * S, to: 805 * S });
            case.unseen.push(Stretch { from: 801 * S, to: 805 * S });
            channel.told.push(told(800 * S, "start_requested", json!({ "cause": "restart" })));
            channel.shown.push(shown((806 * S, word)));
        })
    };
    assert!(killed("starting").contains(&"unsettled"));
    assert!(!killed("uncertain").contains(&"unsettled"));
}

#[test]
fn time_that_goes_back_is_caught() {
    let backwards = "no negative duration";
    assert_eq!(caught(|_, channel| channel.drawn.push(drawn(END, END - 1, "lost"))), [backwards]);
    assert_eq!(caught(|_, channel| channel.drawn[1].to -= 1), [backwards]);
    assert!(caught(|_, channel| channel.told.swap(0, 1)).contains(&backwards));
    assert!(caught(|_, channel| channel.shown.swap(0, 1)).contains(&backwards));
    let gap = json!({ "gap": { "last_good": 240_101, "first_bad": 240_100 } });
    assert!(caught(|_, channel| channel.told[4].says = gap).contains(&backwards));
}
