//! No recorder is lost and none is doubled: whoever lives is the channel's own, or was told as replaced, or stands for a start
//! whose outcome was declared unknown.

use super::answer::Says;
use super::cloud::Life;
use super::evidence::{Case, Channel, Finding, Ms};

pub fn judge(case: &Case, channel: &Channel, findings: &mut Vec<Finding>) {
    told_sids_are_kept(channel, findings);
    let intents = intents(channel, case.until);
    let mut by_intent: Vec<Vec<&Life>> = vec![Vec::new(); intents.len()];
    for life in case.cloud.of_channel(&channel.cname).filter(|life| !channel.foreign.contains(&life.sid)) {
        let place = intents.iter().rposition(|intent| intent.asked <= life.started_ms);
        match place {
            Some(place) => by_intent[place].push(life),
            None => {
                findings.push(channel.finding("lost recorder", life.started_ms, format!("nobody asked for {life:?}")))
            }
        }
    }
    for (intent, lives) in intents.iter().zip(&by_intent) {
        one_each(channel, intent, lives, findings);
        for life in lives {
            is_accounted_for(case, channel, intent, life, findings);
        }
    }
}

/// A wish for a recorder, from the fact that tells it to the next.
struct Intent {
    asked: Ms,
    until: Ms,
    /// When it was declared that a recorder may run without a name.
    unknown: Option<Ms>,
    /// When its end was told: verified, failed, or whatever the phase turned to.
    over: Option<Ms>,
}

fn intents(channel: &Channel, until: Ms) -> Vec<Intent> {
    let mut row: Vec<Intent> = Vec::new();
    for told in &channel.told {
        match told.name.as_str() {
            "start_requested" => {
                if let Some(last) = row.last_mut() {
                    last.until = told.at;
                }
                row.push(Intent { asked: told.at, until, unknown: None, over: None });
            }
            "start_left_unknown" => {
                if let Some(last) = row.last_mut() {
                    last.unknown = Some(told.at);
                    last.over = last.over.or(Some(told.at));
                }
            }
            "start_failed" | "phase_changed" | "stopped" => {
                if let Some(last) = row.last_mut() {
                    last.over = last.over.or(Some(told.at));
                }
            }
            _ => {}
        }
    }
    row
}

/// Two recorders of one wish never live at the same time, unless it was declared that one may.
fn one_each(channel: &Channel, intent: &Intent, lives: &[&Life], findings: &mut Vec<Finding>) {
    let declared = intent.unknown.is_some();
    for (first, second) in lives.iter().zip(lives.iter().skip(1)) {
        if first.lives_at(second.started_ms) && !declared {
            let what = format!("{} lives while {} is started for the same wish", first.sid, second.sid);
            findings.push(channel.finding("doubled recorder", second.started_ms, what));
        }
    }
}

/// Once the wish came to its end, its recorder is known by name or declared as possible; and it is not called gone while it lives.
fn is_accounted_for(case: &Case, channel: &Channel, intent: &Intent, life: &Life, findings: &mut Vec<Finding>) {
    let of_life =
        |name: &str| channel.told.iter().find(|told| told.name == name && told.text("sid") == Some(&life.sid));
    let over = intent.over.unwrap_or(Ms::MAX);
    if of_life("started").is_none() && intent.unknown.is_none() && over < case.until && life.lives_at(over) {
        let what = format!("{} lives, has no name here and was not declared when its start ended", life.sid);
        findings.push(channel.finding("lost recorder", over, what));
    }
    if let Some(gone) = of_life("old_gone").filter(|gone| life.lives_at(gone.at)) {
        let what = format!("{} was called gone and lives until {:?}", life.sid, life.ended_ms);
        findings.push(channel.finding("lost recorder", gone.at, what));
    }
    let stopped =
        channel.told.iter().find(|told| told.name == "stopped" && told.at >= intent.asked && told.at < intent.until);
    if let Some(stopped) = stopped.filter(|stopped| of_life("started").is_some() && life.lives_at(stopped.at)) {
        let replaced = channel
            .told
            .iter()
            .any(|told| told.name == "start_failed" && told.at >= life.started_ms && told.at < stopped.at);
        if !replaced {
            let what = format!("the session ended as stopped and {} lives until {:?}", life.sid, life.ended_ms);
            findings.push(channel.finding("lost recorder", stopped.at, what));
        }
    }
}

/// A name the service told, and that was heard, is kept in the log.
fn told_sids_are_kept(channel: &Channel, findings: &mut Vec<Finding>) {
    for exchange in &channel.exchanges {
        let Some((at, Says::Started(sid))) = &exchange.heard else { continue };
        let kept = channel.told.iter().any(|told| told.name == "started" && told.text("sid") == Some(sid));
        if !kept {
            findings.push(channel.finding(
                "lost recorder",
                *at,
                format!("the service told the name {sid}, and it is not kept"),
            ));
        }
    }
}
