//! The last lines of a channel before something went wrong: what was sent, kept and shown, for a person.

use std::time::Duration;

use reelwatch::monitor::describe;
use reelwatch::monitor::time::Timestamp;

use super::plan::given;
use crate::rig::{BEGIN, Rig};

/// So many, unless `REELWATCH_LINES` says otherwise.
const LINES: usize = 20;

/// What led to a moment.
pub fn last_lines(rig: &Rig, cname: &str, at: i64) -> String {
    let Some(id) = rig.names.get(cname).copied() else { return String::new() };
    let until = Timestamp::from_millis(at) + Duration::from_secs(3);
    let mut lines: Vec<(Timestamp, String)> = Vec::new();
    for sent in rig.sent.iter().filter(|sent| sent.send.channel == id && sent.at <= until) {
        let heard = sent.heard.as_ref().map(|(at, _)| clock(at.as_millis()));
        let sid = sent.path.split("/sid/").nth(1).map_or("", |rest| rest.get(..6).unwrap_or(rest));
        let text = format!(
            "-> {:?} {sid} to {}, heard {}",
            sent.send.call.kind(),
            sent.send.host,
            heard.as_deref().unwrap_or("never")
        );
        lines.push((sent.at, text));
    }
    for record in rig.log.iter().filter(|record| record.channel.is_none_or(|whose| whose == id) && record.at <= until) {
        lines.push((record.at, describe::describe(&record.event)));
    }
    for probe in rig.probes.iter().filter(|probe| probe.channel == id && probe.at <= until) {
        lines.push((probe.at, format!("answer {}", probe.answer.label())));
    }
    for (at, state) in rig.shown.get(&id).into_iter().flatten().filter(|(at, _)| *at <= until) {
        lines.push((*at, format!("shown {state:?}")));
    }
    for pause in rig.breaks.iter().filter(|pause| pause.from <= until) {
        lines.push((pause.from, format!("{:?} until {}", pause.kind, clock(pause.to.as_millis()))));
    }
    lines.sort_by_key(|(at, _)| *at);
    let first = lines.len().saturating_sub(given("REELWATCH_LINES").unwrap_or(LINES));
    lines[first..].iter().map(|(at, text)| format!("  {} {text}\n", clock(at.as_millis()))).collect()
}

/// A moment since the beginning, and as the number that the judge names.
pub fn clock(at: i64) -> String {
    let ms = at - BEGIN.as_millis();
    format!("{}:{:02}:{:02}.{:03} ({at})", ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60, ms % 1000)
}
