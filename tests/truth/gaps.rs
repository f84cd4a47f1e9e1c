//! The edges of gaps: it went away between the last good and the first bad answer, and came back between the last bad and the
//! first good one, to the millisecond.

use super::evidence::{Case, Channel, Finding, Ms, Told};
use super::own;

const RULE: &str = "gap edge";

pub fn judge(case: &Case, channel: &Channel, findings: &mut Vec<Finding>) {
    let owns = own::timeline(channel, case.until);
    for told in &channel.told {
        let (Some(last_good), Some(first_bad)) = (told.gap("last_good"), told.gap("first_bad")) else { continue };
        // The fact that a recorder is another one may have come in the same millisecond, so the edges say whose they are.
        let before = owns.iter().rev().find(|own| own.from <= last_good && first_bad <= own.to);
        if let Some(life) = before.and_then(|own| case.cloud.of_sid(own.sid)) {
            let gone = life.stops_from(last_good);
            let fell = format!("{} stopped at {gone}, not in {last_good}..={first_bad}", life.sid);
            let begun = before.is_some_and(|own| own.from == last_good);
            // A store knows when answers came, not when they were asked for: after a start the edge may only be too early.
            let remembered = case.starts.iter().any(|start| last_good <= start.from && start.to <= first_bad);
            let known = begun || remembered;
            if !(last_good..=first_bad).contains(&gone) || (!known && was_silent_before(life, last_good, told)) {
                findings.push(channel.finding(RULE, told.at, fell));
            }
        }
        if told.name == "gap_closed" {
            back(case, channel, told, findings);
        }
    }
    open_over_a_recording(case, channel, findings);
}

/// While it is shown as Recording no gap is open.
fn open_over_a_recording(case: &Case, channel: &Channel, findings: &mut Vec<Finding>) {
    let is_end = |told: &Told| {
        let begins = told.name == "start_requested" && told.text("cause") == Some("start");
        begins || matches!(told.name.as_str(), "gap_closed" | "adopted" | "channel_forgotten")
    };
    for (i, opened) in channel.told.iter().enumerate().filter(|(_, told)| told.name == "gap_opened") {
        let end = channel.told[i..].iter().find(|told| is_end(told)).map_or(case.until, |told| told.at);
        let recording = channel.words(case.until).filter(|(word, ..)| *word == "recording");
        for (_, from, to) in recording.filter(|(_, from, to)| *from < end && opened.at < *to && from < to) {
            let what = format!("open from {} to {end}, and shown as Recording from {from} to {to}", opened.at);
            findings.push(channel.finding(RULE, from.max(opened.at), what));
        }
    }
}

/// At a last good answer it recorded; where none is, the edge is the moment it was started, adopted or asked for.
fn was_silent_before(life: &super::cloud::Life, last_good: Ms, told: &Told) -> bool {
    let was_seen = told.gap("first_bad").is_some_and(|first_bad| last_good < first_bad);
    let ever = life.recorded.iter().any(|part| part.from_ms < last_good);
    was_seen && ever && !life.records_at(last_good)
}

fn back(case: &Case, channel: &Channel, told: &Told, findings: &mut Vec<Finding>) {
    let end = told.says.get("gap").and_then(|gap| gap.get("end")).and_then(serde_json::Value::as_str);
    let (Some(last_bad), Some(first_good)) = (told.gap("last_bad"), told.gap("first_good")) else { return };
    if end == Some("stopped") {
        return;
    }
    let owns = own::timeline(channel, case.until);
    let Some(life) = own::at(&owns, told.at).and_then(|own| case.cloud.of_sid(own.sid)) else { return };
    // The good answer speaks of the moment its request came.
    let seen = channel.asked_for(&life.sid, first_good).unwrap_or(first_good);
    let came = life.silent_until(seen + 1);
    if !(last_bad..=first_good).contains(&came) || !life.records_at(seen) {
        let what = format!("{} came back at {came}, not in {last_bad}..={first_good}", life.sid);
        findings.push(channel.finding(RULE, told.at, what));
    }
}
