//! Every recorder that ended by itself while it was watched is found: it goes on being asked for, the first answer that tells
//! of its end changes the word at once, and 404s that span the failover window make it a loss.

use super::evidence::{Case, Channel, Exchange, FAILOVER, Finding, Ms, Stretch, Told, UNANSWERED};
use super::own::{self, Own};

const RULE: &str = "missed loss";
/// Words of a channel whose own recorder is known not to record, or which is being taken care of.
const FOUND: [&str; 9] =
    ["suspect", "lost", "abnormal_exit", "ended", "stopping", "stopped", "starting", "idle", "not_observed"];
/// Words of a loss that is settled.
const SETTLED: [&str; 8] =
    ["lost", "abnormal_exit", "ended", "stopping", "stopped", "starting", "idle", "not_observed"];

pub fn judge(case: &Case, channel: &Channel, findings: &mut Vec<Finding>) {
    for own in own::timeline(channel, case.until) {
        let Some(life) = case.cloud.of_sid(own.sid).filter(|life| !case.cloud.was_stopped(life)) else { continue };
        if let Some(ended) = life.ended_ms.filter(|ended| own.from <= *ended && *ended < own.to) {
            is_asked_for(case, channel, &own, ended, findings);
            is_found(case, channel, &own, ended, findings);
        }
    }
}

/// From its end to the first answer that tells, it is asked for at least once an interval while somebody looks.
fn is_asked_for(case: &Case, channel: &Channel, own: &Own<'_>, ended: Ms, findings: &mut Vec<Finding>) {
    let longest = case.noticed_within(channel, Stretch { from: ended, to: own.to }, UNANSWERED);
    let mut last = ended.max(own.from);
    for exchange in channel.exchanges.iter().filter(|exchange| exchange.asks_for(own.sid) && exchange.sent >= ended) {
        if pause(case, channel, own, last, exchange.sent) > longest {
            let what = format!("{} ended at {ended} and was not asked for from {last} to {}", own.sid, exchange.sent);
            return findings.push(channel.finding(RULE, last, what));
        }
        if tells(exchange).is_some() {
            return;
        }
        last = exchange.sent;
    }
    let end = own.to.min(case.until);
    if pause(case, channel, own, last, end) > longest {
        let what = format!("{} ended at {ended} and was not asked for from {last} to {end}", own.sid);
        findings.push(channel.finding(RULE, last, what));
    }
}

/// How long it could have been asked for between two moments: while it was a matter of watching, and somebody looked.
fn pause(case: &Case, channel: &Channel, own: &Own<'_>, from: Ms, to: Ms) -> Ms {
    let watched = ["recording", "suspect", "uncertain", "config_error"];
    let mut longest = 0;
    for (_, begin, end) in channel.words(case.until).filter(|(word, ..)| watched.contains(word)) {
        let (mut begin, end) = (begin.max(from).max(own.from), end.min(to).min(own.to));
        let mut breaks: Vec<_> = case.unseen.iter().filter(|unseen| unseen.meets(begin, end)).collect();
        breaks.sort_by_key(|unseen| unseen.from);
        for unseen in breaks {
            longest = longest.max(unseen.from - begin);
            begin = unseen.to;
        }
        longest = longest.max(end - begin);
    }
    longest
}

fn is_found(case: &Case, channel: &Channel, own: &Own<'_>, ended: Ms, findings: &mut Vec<Finding>) {
    let (mut first, mut last): (Option<Ms>, Ms) = (None, ended);
    let asked = channel.exchanges.iter().filter(|exchange| exchange.asks_for(own.sid) && exchange.sent >= ended);
    let asked = asked.filter(|exchange| !is_given_up(channel, exchange));
    // What comes in the very moment of a kill may not have been taken in.
    let taken_in = |at: &Ms| case.looked(*at, at + 1);
    for at in asked.filter_map(tells).filter(|at| *at < own.to).filter(taken_in) {
        let word = channel.word(at);
        if word == "uncertain" && is_declared_unknown(channel, at) {
            first = None;
            continue;
        }
        if !FOUND.contains(&word) {
            let what = format!("{} ended at {ended}, an answer told so at {at}, and the word is {word}", own.sid);
            return findings.push(channel.finding(RULE, at, what));
        }
        // A span of 404s begins anew when nobody looked, where the word was another one, and after so long without a clear
        // answer that a failover would have ended.
        let blurred = at - last >= FAILOVER && channel.is_unclear(own.sid, last, at);
        last = at;
        let begun = first.filter(|first| {
            let steady = |(word, from, to): (&str, Ms, Ms)| word == "suspect" || to <= *first || from >= at;
            !blurred && case.looked(*first, at) && channel.words(case.until).all(steady)
        });
        if begun.is_some_and(|first| at - first >= FAILOVER) && !SETTLED.contains(&word) {
            let what = format!("{} ended at {ended}, 404 since {first:?}, and the word at {at} is {word}", own.sid);
            return findings.push(channel.finding(RULE, at, what));
        }
        first = begun.or(Some(at));
    }
}

/// Whether a wish for a recorder was left unknown: then nobody knows whether one records in its place, and it is said. A restart
/// that fails leaves that as it was.
fn is_declared_unknown(channel: &Channel, at: Ms) -> bool {
    let (mut unknown, mut before) = (false, false);
    for told in channel.told.iter().take_while(|told| told.at <= at) {
        match told.name.as_str() {
            "start_requested" => {
                before = unknown && told.text("cause") == Some("restart");
                unknown = false;
            }
            "start_failed" => unknown = before,
            "start_left_unknown" => unknown = true,
            "started" => unknown = false,
            // A stop that came to nothing leaves it unknown, too.
            "phase_changed" => (unknown, before) = (told.phase() == Some("start_unknown"), false),
            "stop_requested" => (unknown, before) = (false, false),
            _ => {}
        }
    }
    unknown
}

/// Whether a command came while a query was on its way: nothing follows from its answer.
fn is_given_up(channel: &Channel, exchange: &Exchange) -> bool {
    let Some((heard, _)) = &exchange.heard else { return false };
    let command = |told: &Told| matches!(told.name.as_str(), "start_requested" | "stop_requested");
    channel.told.iter().any(|told| command(told) && exchange.sent <= told.at && told.at < *heard)
}

/// When an answer came that tells of the end.
fn tells(exchange: &Exchange) -> Option<Ms> {
    exchange.heard.as_ref().filter(|(_, says)| says.is_bad()).map(|(at, _)| *at)
}
