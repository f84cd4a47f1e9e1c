//! An independent judge: holds what was shown, drawn, told and sent against the ground truth of the simulated cloud. It knows
//! the rules by their numbers and nothing of the program: no type, no function and no constant of it, so that a mistake of the
//! engine cannot hide here. `tests/architecture.rs` keeps it so; `tests/simulation/witness.rs` brings the evidence.
//!
//! | file | what it judges |
//! |---|---|
//! | `evidence` | nothing: what a judge is given |
//! | `cloud` | nothing: reads the journal's lines |
//! | `answer` | nothing: reads what the service said |
//! | `own` | nothing: which recorder is the channel's own, and when |
//! | `words` | no false Recording, no false Lost, nothing stale, nothing of time not observed |
//! | `losses` | every real loss is found in time |
//! | `gaps` | the true edges lie inside the bounds |
//! | `quota` | requests in a sliding second |
//! | `interval` | no longer interval is named than there is reason for |
//! | `pace` | the waits of the rules, to the millisecond |
//! | `recorders` | none lost, none doubled |
//! | `settled` | what a kill left open is settled or shown as unknown |
//! | `by_itself` | restarts without the operator |
//! | `incidents` | what is bad is in one incident, and what is well in none |
//! | `care` | what people do about them, and when that ends |
//! | `order` | time goes forward everywhere |
//! | `network` | the own network is down only when no project is answered |
//! | `lies` | that each of them can fail |

pub mod answer;
mod by_itself;
mod care;
pub mod cloud;
pub mod evidence;
mod gaps;
mod incidents;
mod interval;
mod lies;
mod losses;
mod network;
pub mod order;
mod own;
mod pace;
pub mod quota;
mod recorders;
mod settled;
mod words;

use evidence::{Case, Finding};

/// Everything that is wrong, first things first.
pub fn judge(case: &Case) -> Vec<Finding> {
    let mut findings = Vec::new();
    quota::judge(case, &mut findings);
    interval::judge(case, &mut findings);
    incidents::judge(case, &mut findings);
    care::judge(case, &mut findings);
    network::judge(case, &mut findings);
    for channel in &case.channels {
        order::judge(channel, &mut findings);
        words::judge(case, channel, &mut findings);
        losses::judge(case, channel, &mut findings);
        gaps::judge(case, channel, &mut findings);
        pace::judge(case, channel, &mut findings);
        recorders::judge(case, channel, &mut findings);
        settled::judge(case, channel, &mut findings);
        by_itself::judge(case, channel, &mut findings);
    }
    findings.sort_by_key(|finding| finding.at);
    findings
}
