//! The ground truth, read from the journal's JSON Lines as anybody could: recorders first, then what befell them. It judges
//! nothing.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::evidence::{Ms, Stretch};

/// The life of one recorder.
#[derive(Clone, Debug, Deserialize)]
pub struct Life {
    pub cname: String,
    pub sid: String,
    pub started_ms: Ms,
    pub ended_ms: Option<Ms>,
    pub recorded: Vec<Part>,
}

/// A stretch in which it recorded.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Part {
    pub from_ms: Ms,
    pub to_ms: Option<Ms>,
}

impl Life {
    pub fn lives_at(&self, at: Ms) -> bool {
        self.started_ms <= at && self.ended_ms.is_none_or(|ended| at < ended)
    }

    pub fn records_at(&self, at: Ms) -> bool {
        self.recorded.iter().any(|part| part.from_ms <= at && part.to_ms.is_none_or(|to| at < to))
    }

    /// The first moment from `at` on at which it does not record.
    pub fn stops_from(&self, at: Ms) -> Ms {
        let around = self.recorded.iter().find(|part| part.from_ms <= at && part.to_ms.is_none_or(|to| at < to));
        around.map_or(at, |part| part.to_ms.unwrap_or(Ms::MAX))
    }

    /// The last moment before `at` at which it did not record.
    pub fn silent_until(&self, at: Ms) -> Ms {
        let around = self.recorded.iter().find(|part| part.from_ms < at && part.to_ms.is_none_or(|to| at <= to));
        around.map_or(at, |part| part.from_ms)
    }

    /// The longest stretch in `from..to` in which it did not record.
    pub fn longest_hole(&self, from: Ms, to: Ms) -> Stretch {
        let (mut hole, mut last) = (Stretch { from, to: from }, from);
        for part in &self.recorded {
            let (begin, end) = (part.from_ms.max(from), part.to_ms.unwrap_or(Ms::MAX).min(to));
            if begin < end {
                hole = hole.longer(Stretch { from: last, to: begin });
                last = last.max(end);
            }
        }
        hole.longer(Stretch { from: last, to })
    }
}

/// All recorders.
#[derive(Clone, Debug, Default)]
pub struct Cloud {
    lives: Vec<Life>,
    by_sid: BTreeMap<String, usize>,
    by_cname: BTreeMap<String, Vec<usize>>,
    /// Recorders that a stop ended.
    stopped: BTreeMap<String, Ms>,
}

#[derive(Deserialize)]
struct Befell {
    at_ms: Ms,
    sid: String,
    event: String,
}

impl Cloud {
    /// Reads the journal's lines; what cannot be read is a fault of the test.
    pub fn read(lines: &str) -> Self {
        let mut cloud = Self::default();
        for line in lines.lines() {
            if line.contains("\"event\":") {
                let befell: Befell = serde_json::from_str(line).expect("a line of what befell a recorder");
                if befell.event == "stopped" {
                    cloud.stopped.insert(befell.sid, befell.at_ms);
                }
            } else {
                cloud.add(serde_json::from_str(line).expect("a line of a recorder"));
            }
        }
        cloud
    }

    pub fn add(&mut self, life: Life) {
        let at = self.lives.len();
        self.by_sid.insert(life.sid.clone(), at);
        self.by_cname.entry(life.cname.clone()).or_default().push(at);
        self.lives.push(life);
    }

    pub fn stop(&mut self, sid: &str, at: Ms) {
        self.stopped.insert(sid.to_owned(), at);
    }

    pub fn of_sid(&self, sid: &str) -> Option<&Life> {
        self.by_sid.get(sid).and_then(|at| self.lives.get(*at))
    }

    pub fn of_channel(&self, cname: &str) -> impl Iterator<Item = &Life> {
        self.by_cname.get(cname).into_iter().flatten().filter_map(|at| self.lives.get(*at))
    }

    /// Whether a stop ended it.
    pub fn was_stopped(&self, life: &Life) -> bool {
        self.stopped.get(&life.sid).is_some_and(|at| life.ended_ms.is_none_or(|ended| *at <= ended))
    }
}
