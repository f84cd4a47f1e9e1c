//! At most so many requests of a project in any sliding second, retries included; and whether they are used up.

use super::evidence::{Case, Finding, Ms};

pub fn judge(case: &Case, findings: &mut Vec<Finding>) {
    for (project, sends) in &case.sends {
        if let Some((at, took)) = broken(sends, case.rules.per_second) {
            let what = format!("{} requests of {project} in {took} ms", case.rules.per_second + 1);
            findings.push(Finding { rule: "quota", cname: String::new(), at, what });
        }
    }
}

/// The first window that holds one request too many: when it begins, and how long it takes.
pub fn broken(sends: &[Ms], per_second: usize) -> Option<(Ms, Ms)> {
    let windows = sends.windows(per_second + 1);
    windows.map(|window| (window[0], window[per_second] - window[0])).find(|(_, took)| *took < 1000)
}

/// Whether all that the background may use of a project's quota was used between two moments: something waits then.
pub fn is_used_up(case: &Case, project: usize, from: Ms, to: Ms) -> bool {
    let sends = &case.sends[project].1;
    let left = sends.partition_point(|sent| *sent < to) - sends.partition_point(|sent| *sent < from);
    // One is kept for the operator, and what leaves is spaced by whole milliseconds.
    let most = (case.rules.per_second - 1) * usize::try_from(to - from).unwrap_or(0) / 1_000;
    left * 100 >= most * 95
}
