//! At most so many requests of a project in any sliding second, retries included.

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
