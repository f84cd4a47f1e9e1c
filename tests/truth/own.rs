//! Which recorder is the channel's own, and when, by what was told. A restart replaces it; a restart whose recorder never came
//! gives it back. It judges nothing.

use super::evidence::{Channel, Ms};

/// A stretch in which a recorder was the channel's own.
#[derive(Clone, Debug)]
pub struct Own<'a> {
    pub sid: &'a str,
    pub from: Ms,
    pub to: Ms,
}

/// All of them, in order of time.
pub fn timeline(channel: &Channel, until: Ms) -> Vec<Own<'_>> {
    let mut row: Vec<Own<'_>> = Vec::new();
    let mut stack: Vec<&str> = Vec::new();
    // Whether the recorder before may go on if the new one never comes.
    let (mut runs, mut goes_back) = (false, false);
    let (mut unknown, mut gap) = (false, false);
    for told in &channel.told {
        let before = stack.last().copied();
        match told.name.as_str() {
            "started" => {
                stack.extend(told.text("sid"));
            }
            "adopted" => {
                stack = told.text("sid").into_iter().collect();
                (runs, unknown, gap) = (true, false, false);
            }
            "start_requested" => {
                // What an unknown start was to replace is not known to live any more once it was missed.
                runs = runs && !(unknown && gap);
                goes_back = runs;
                if told.text("cause") == Some("start") {
                    (unknown, gap) = (false, false);
                    stack.clear();
                }
            }
            "start_failed" if told.text("why") == Some("not_verified") && goes_back => {
                stack.pop();
                goes_back = false;
                runs = true;
            }
            "start_left_unknown" => unknown = true,
            "gap_opened" => gap = true,
            "gap_closed" => gap = false,
            "old_taken_back" => {
                let back = told.text("sid");
                stack.retain(|sid| Some(*sid) != back);
                stack.extend(back);
                (runs, unknown) = (true, false);
            }
            "phase_changed" => {
                runs = matches!(told.phase(), Some("recording" | "suspect"));
                unknown = false;
            }
            "stopped" | "channel_forgotten" => {
                stack.clear();
                (runs, unknown, gap) = (false, false, false);
            }
            _ => {}
        }
        let now = stack.last().copied();
        if now != before || told.name == "started" {
            if let Some(last) = row.last_mut() {
                last.to = last.to.min(told.at);
            }
            row.extend(now.map(|sid| Own { sid, from: told.at, to: until }));
        }
    }
    row
}

/// The one at a moment; at the moment of a change the new one.
pub fn at<'a, 'b>(row: &'b [Own<'a>], moment: Ms) -> Option<&'b Own<'a>> {
    row.iter().rev().find(|own| own.from <= moment && moment <= own.to)
}
