//! What is left of a day of a channel when its probes go: for each hour how many answers of which kind there were, and how long they
//! took. It is a summary for charts and says nothing about when within the hour.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::DAY_MS;
use crate::monitor::event::Probe;
use crate::monitor::snapshot::{Answered, HourOfProbes};
use crate::monitor::time::Timestamp;
use crate::store::frame;

/// What the bytes below are called.
const FORMAT: u8 = 1;
/// Milliseconds of an hour.
const HOUR_MS: i64 = 3_600_000;

/// One hour of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hour {
    /// From 0 to 23.
    hour: u8,
    /// The HTTP status, 0 for none, whether it said recording, and how often.
    answers: Vec<(u16, bool, u32)>,
    /// Least, median and most.
    latency_ms: [u32; 3],
}

/// The hours of the probes of one channel on one day.
pub fn of_probes(probes: &[Probe]) -> Vec<Hour> {
    let mut hours: BTreeMap<u8, Vec<&Probe>> = BTreeMap::new();
    for probe in probes {
        let hour = probe.at.as_millis().rem_euclid(DAY_MS) / HOUR_MS;
        hours.entry(u8::try_from(hour).unwrap_or(u8::MAX)).or_default().push(probe);
    }
    hours.into_iter().map(|(hour, probes)| of_hour(hour, &probes)).collect()
}

fn of_hour(hour: u8, probes: &[&Probe]) -> Hour {
    let mut answers: BTreeMap<(u16, bool), u32> = BTreeMap::new();
    for probe in probes {
        let http = probe.answer.http.unwrap_or(0);
        *answers.entry((http, probe.answer.is_recording())).or_default() += 1;
    }
    let mut latencies: Vec<u32> = probes.iter().map(|probe| probe.latency_ms).collect();
    latencies.sort_unstable();
    let at = |place: usize| latencies.get(place).copied().unwrap_or(0);
    Hour {
        hour,
        answers: answers.into_iter().map(|((http, recording), times)| (http, recording, times)).collect(),
        latency_ms: [at(0), at(latencies.len() / 2), at(latencies.len().saturating_sub(1))],
    }
}

/// Two sets of hours of one day as one. The median of both is that of the larger one: nobody knows it better by then.
pub fn joined(before: Vec<Hour>, more: Vec<Hour>) -> Vec<Hour> {
    let mut all: BTreeMap<u8, Hour> = before.into_iter().map(|hour| (hour.hour, hour)).collect();
    for hour in more {
        match all.remove(&hour.hour) {
            Some(known) => all.insert(hour.hour, known.with(hour)),
            None => all.insert(hour.hour, hour),
        };
    }
    all.into_values().collect()
}

/// The bytes of a day.
pub fn pack(hours: &[Hour]) -> postcard::Result<Vec<u8>> {
    frame::pack(FORMAT, &hours)
}

/// The hours of these bytes; `None` when they are damaged or of a newer version.
pub fn unpack(bytes: &[u8]) -> Option<Vec<Hour>> {
    frame::unpack(FORMAT, bytes)
}

impl Hour {
    fn with(self, other: Self) -> Self {
        let larger = if self.times() >= other.times() { &self } else { &other };
        let median = larger.latency_ms[1];
        let mut answers: BTreeMap<(u16, bool), u32> = BTreeMap::new();
        for (http, recording, times) in self.answers.iter().chain(&other.answers) {
            *answers.entry((*http, *recording)).or_default() += times;
        }
        let [least, most] = [self.latency_ms[0].min(other.latency_ms[0]), self.latency_ms[2].max(other.latency_ms[2])];
        let answers = answers.into_iter().map(|((http, recording), times)| (http, recording, times)).collect();
        Self { hour: self.hour, answers, latency_ms: [least, median, most] }
    }

    fn times(&self) -> u64 {
        self.answers.iter().map(|(_, _, times)| u64::from(*times)).sum()
    }

    /// As a chart wants it.
    pub fn on(self, day: i64) -> HourOfProbes {
        let from = Timestamp::from_millis(day * DAY_MS + i64::from(self.hour) * HOUR_MS);
        let [least, median, most] = self.latency_ms;
        let answers = self.answers.into_iter();
        let answers =
            answers.map(|(http, recording, times)| Answered { http: (http > 0).then_some(http), recording, times });
        HourOfProbes { from, answers: answers.collect(), latency_ms: [least, median, most] }
    }
}
