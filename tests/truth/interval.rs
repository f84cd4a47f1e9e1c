//! The poll interval that the screen named excuses late answers, so it has a bound of its own: as set, or twice what all
//! recordings need at 80 % of the quota, each with one that was replaced. That is the most that verified, suspected and stopped
//! channels may cost. After a 429 it is not judged until the rate is back.

use super::evidence::{Case, Finding, Ms};

/// After a 429 the rate is back where it was: from a tenth of it by steps of a twentieth, each after 30 s, and a rest before.
const SLOW: Ms = 18 * 30_000 + 5_000;

pub fn judge(case: &Case, findings: &mut Vec<Finding>) {
    let throttled = case.channels.iter().flat_map(|channel| &channel.told).filter(|told| told.name == "throttled");
    let throttled: Vec<_> = throttled.map(|told| told.at).collect();
    // Each channel may have a recorder that was replaced, which is asked for as well.
    let recorders = 2 * Ms::try_from(case.channels.len()).unwrap_or(Ms::MAX / 10_000);
    let polled = recorders * 100_000 / (80 * Ms::try_from(case.rules.per_second).unwrap_or(Ms::MAX / 100)).max(1);
    let longest = case.rules.interval.max(2 * polled);
    for (stretch, named) in &case.intervals {
        let slow = throttled.iter().any(|at| stretch.meets(*at, at + SLOW));
        if !slow && *named > longest {
            let what = format!("checks every {named} ms were named, and {longest} ms are enough");
            findings.push(Finding { rule: "interval", cname: String::new(), at: stretch.from, what });
        }
    }
}
