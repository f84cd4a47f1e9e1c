//! Restarts without the operator, judged from the log: only after a loss, an abnormal exit or a failed start, only so many in an
//! hour, and never while nothing can be kept or the own network is down.

use super::evidence::{Case, Channel, Finding, Ms, Stretch, Told};
use super::own;

const RULE: &str = "auto-restart";
/// At most so many in any sliding hour.
const MOST: usize = 3;
const HOUR: Ms = 3_600_000;
/// The earliest one after a start that failed.
const AGAIN_AFTER: Ms = 60_000;
/// Facts of which the last one says how a channel stands.
const TURNS: [&str; 9] = [
    "start_requested",
    "started",
    "start_failed",
    "start_left_unknown",
    "phase_changed",
    "stop_requested",
    "stopped",
    "adopted",
    "channel_forgotten",
];
/// Failed starts that repeating does not help, or that a person ended.
const FINAL: [&str; 3] = ["refused", "uid_conflict", "cancelled"];

pub fn judge(case: &Case, channel: &Channel, findings: &mut Vec<Finding>) {
    let is_ours = |told: &&Told| told.name == "start_requested" && told.text("by").is_some_and(|by| by != "operator");
    let starts: Vec<Ms> = channel.told.iter().filter(is_ours).map(|told| told.at).collect();
    let mut wrong = |at: Ms, what: String| findings.push(channel.finding(RULE, at, what));
    if let (false, Some(at)) = (channel.auto_restart, starts.first()) {
        wrong(*at, "nobody asked for restarts of this channel".to_owned());
    }
    for row in starts.windows(MOST + 1).filter(|row| row[MOST] - row[0] < HOUR) {
        wrong(row[MOST], format!("{} restarts within an hour: {row:?}", MOST + 1));
    }
    let down = case.down(channel);
    for at in &starts {
        // What comes in the moment of a turn may come before it.
        let within = |row: &[Stretch]| row.iter().any(|it| it.from < *at && *at < it.to);
        if within(&down) {
            wrong(*at, "the own network was down".to_owned());
        }
        if within(&case.log_failing) {
            wrong(*at, "the log could not be kept".to_owned());
        }
    }
    let mut before: Option<&Told> = None;
    for told in channel.told.iter().filter(|told| TURNS.contains(&told.name.as_str())) {
        if is_ours(&told) && !may_follow(before, told.at) {
            wrong(told.at, format!("restarted after {before:?}"));
        }
        let unverified = before.is_some_and(|before| before.name == "start_failed");
        if is_ours(&told) && !unverified {
            replaces_nothing_alive(case, channel, told.at, &mut wrong);
        }
        before = Some(told);
    }
}

/// After a loss, an abnormal exit, or some time after a start that failed and may be repeated.
fn may_follow(before: Option<&Told>, at: Ms) -> bool {
    let Some(before) = before else { return false };
    let why = before.says.get("why");
    let why = why.and_then(|why| why.as_str().or_else(|| why.as_object()?.keys().next().map(String::as_str)));
    match before.name.as_str() {
        "phase_changed" => matches!(before.phase(), Some("lost" | "abnormal_exit")),
        "start_failed" => at - before.at >= AGAIN_AFTER && why.is_some_and(|why| !FINAL.contains(&why)),
        _ => false,
    }
}

/// The recorder that was called lost had ended by the time it is replaced.
fn replaces_nothing_alive(case: &Case, channel: &Channel, at: Ms, wrong: &mut impl FnMut(Ms, String)) {
    let owns = own::timeline(channel, case.until);
    let own = owns.iter().rev().find(|own| own.from < at);
    if let Some(life) = own.and_then(|own| case.cloud.of_sid(own.sid)).filter(|life| life.lives_at(at)) {
        wrong(at, format!("{} lives until {:?}, and another one is started beside it", life.sid, life.ended_ms));
    }
}
