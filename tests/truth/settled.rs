//! After a kill: every wish that was on disk and had no end is settled within 60 s of the start, or the channel says that it
//! does not know. Where 404s decide about a stop, the failover window counts from the first of them.

use super::answer::Says;
use super::evidence::{Call, Case, Channel, Exchange, FAILOVER, Finding, Ms, QUEUE, Stretch, Told};
use super::quota;

/// Longest time to settle.
const WITHIN: Ms = 60_000;
/// From the first 404 that might be a failover, with the query that ends it.
const LONGEST: Ms = FAILOVER + QUEUE;

/// Longest time that a query about a stop waits behind others in a flood.
const FLOODED: Ms = 240_000;

/// A wish, the facts that end it, and what it is called.
const WISHES: [(&str, &[&str]); 4] = [
    (
        "start_requested",
        &["started", "start_failed", "start_left_unknown", "phase_changed", "stopped", "stop_requested"],
    ),
    ("stop_requested", &["stopped", "phase_changed"]),
    ("change_requested", &["change_ended"]),
    ("old_stop_requested", &["old_gone", "old_seen_alive", "channel_forgotten"]),
];

pub fn judge(case: &Case, channel: &Channel, findings: &mut Vec<Finding>) {
    for start in &case.starts {
        for (wish, ends) in WISHES {
            settled(case, channel, *start, (wish, ends), findings);
        }
    }
}

/// Holds one wish to one start.
fn settled(case: &Case, channel: &Channel, start: Stretch, (wish, ends): (&str, &[&str]), findings: &mut Vec<Finding>) {
    let in_time = start.to + WITHIN;
    let decided = stopped(channel, wish, start.to).and_then(|sid| window_of_404s(channel, sid, start.to, in_time));
    let deadline = decided.map_or(in_time, |begun| begun + LONGEST);
    // Where the quota is used up, the query that decides waits for its turn.
    let waits = decided.is_some() && quota::is_used_up(case, channel.project, deadline - QUEUE, deadline);
    let deadline = if waits { deadline + FLOODED } else { deadline };
    // Another break before the deadline, or the end of the run, leaves it to the next start; without the own network nothing
    // can be settled, and that is shown.
    let dark = case.down(channel).iter().any(|down| down.meets(start.to, deadline));
    if deadline > case.until || !case.looked(start.to, deadline) || dark {
        return;
    }
    let since =
        |name: &str| channel.told.iter().any(|told| told.name == name && start.to < told.at && told.at <= deadline);
    // Where Agora answers 429 queries leave one by one, which is shown as well.
    if since("throttled") {
        return;
    }
    // A restart begins the watch over those before it anew.
    let restarted = since("start_requested");
    let open = open_at(&channel.told, wish, ends, start.to).is_some();
    let settled = |told: &Told| told.at >= start.to && told.at <= deadline && ends.contains(&told.name.as_str());
    let word = channel.word(deadline);
    let unknown = matches!(word, "uncertain" | "not_observed" | "config_error")
        || wish == "old_stop_requested" && (restarted || is_under_way(channel, start.to, deadline));
    if open && !channel.told.iter().any(settled) && !unknown {
        let what = format!("{wish} is open since before the start at {}, and the word is {word}", start.to);
        findings.push(channel.finding("unsettled", deadline, what));
    }
}

/// The recorder whose stop is wished for and open when the program starts.
fn stopped<'a>(channel: &'a Channel, wish: &str, start: Ms) -> Option<&'a str> {
    let (_, ends) = WISHES.iter().find(|(name, _)| *name == wish && name.ends_with("stop_requested"))?;
    open_at(&channel.told, wish, ends, start)?.text("sid")
}

/// Where a stop may have been carried out or not, 404s decide only after the failover window, which the first of them begins;
/// and anew the first one after failed queries that took as long as a failover.
fn window_of_404s(channel: &Channel, sid: &str, from: Ms, deadline: Ms) -> Option<Ms> {
    let (mut begun, mut last) = (None, from);
    let about = channel.exchanges.iter().filter(|exchange| exchange.sid.as_deref() == Some(sid));
    for exchange in about.filter(|exchange| exchange.sent >= from) {
        let Some((at, Says::Missing)) = &exchange.heard else { continue };
        let blurred = *at - last >= FAILOVER && channel.is_unclear(sid, last, *at);
        let ends = begun.map_or(deadline, |begun: Ms| begun + LONGEST);
        if *at <= ends && (begun.is_none() || blurred) {
            begun = Some(*at);
        }
        last = *at;
    }
    begun
}

/// Whether the last answer about the recorder whose stop was wished for tells nothing of it; or it lives on, which is shown all
/// along, and its stop was asked for again, or is left until the channel's own is known to record.
fn is_under_way(channel: &Channel, from: Ms, to: Ms) -> bool {
    let wish = channel.told.iter().rev().find(|told| told.at < from && told.name == "old_stop_requested");
    let Some(sid) = wish.and_then(|told| told.text("sid")) else { return false };
    let by_itself = wish.and_then(|told| told.text("by")).is_some_and(|by| by != "operator");
    let about = channel.exchanges.iter().filter(|exchange| exchange.asks_for(sid) && exchange.sent >= from);
    let heard = about.filter_map(|exchange| exchange.heard.as_ref()).filter(|(at, _)| *at <= to);
    let is_again = |exchange: &Exchange| {
        exchange.call == Call::Stop
            && exchange.sid.as_deref() == Some(sid)
            && from <= exchange.sent
            && exchange.sent <= to
    };
    let again = channel.exchanges.iter().any(is_again);
    heard.max_by_key(|(at, _)| *at).is_some_and(|(_, says)| !says.is_bad() && (again || by_itself || !says.is_good()))
}

/// The last such wish before a moment, unless it has an end by then. Facts of the start itself have its moment.
fn open_at<'a>(told: &'a [Told], wish: &str, ends: &[&str], at: Ms) -> Option<&'a Told> {
    let before = told.iter().take_while(|told| told.at < at);
    let last = before.filter(|told| told.name == wish || ends.contains(&told.name.as_str())).last();
    last.filter(|last| last.name == wish)
}
