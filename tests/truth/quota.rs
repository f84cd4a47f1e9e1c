//! At most so many requests of a project in any sliding second, retries included; and when that lets another one through.

use super::evidence::{Case, Finding, Ms};

/// How long a request takes up the quota.
pub const HELD: Ms = 1_100;

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

/// The earliest moment from `due` on at which the quota of a project lets a request through, where that one leaves at `left` or not
/// at all.
pub fn free_at(case: &Case, project: usize, due: Ms, left: Ms) -> Ms {
    let sends = &case.sends[project].1;
    let mut at = due;
    loop {
        let before = sends.partition_point(|sent| *sent <= at && *sent < left);
        let last = before.checked_sub(1).map(|i| sends[i] + 125);
        let tenth = before.checked_sub(case.rules.per_second).map(|i| sends[i] + HELD);
        // Two that leave in the same millisecond stand beside each other, in whatever order.
        let next = [last, tenth].into_iter().flatten().filter(|free| *free > at).max();
        match next {
            Some(free) if free <= left => at = free,
            Some(free) => return free.min(left),
            None => return at,
        }
    }
}
