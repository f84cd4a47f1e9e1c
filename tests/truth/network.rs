//! The own network is called down only when no domain of any project answers.

use super::answer::Says;
use super::evidence::{Case, Finding, Ms};

pub fn judge(case: &Case, findings: &mut Vec<Finding>) {
    let Some(channel) = case.channels.first() else { return };
    for lost in channel.told.iter().filter(|told| told.name == "network_lost") {
        let since = lost.says.get("since").and_then(serde_json::Value::as_i64).unwrap_or(lost.at);
        for other in &case.channels {
            if let Some(at) = other.exchanges.iter().find_map(|one| {
                let (at, _) = one.heard.as_ref().filter(|(_, says)| *says != Says::Nothing)?;
                within(since, lost.at, one.sent, *at).then_some(*at)
            }) {
                let what = format!("called down at {} since {since}, and an answer came at {at}", lost.at);
                findings.push(other.finding("own network", lost.at, what));
            }
        }
    }
}

/// Whether an exchange lies in the stretch that is said to have been without answers.
const fn within(since: Ms, told: Ms, sent: Ms, heard: Ms) -> bool {
    since <= sent && heard < told
}
