//! A run of probes of one channel in few bytes, nothing lost: moments as changes of their distance, words once each, what repeats
//! as a run. Most polls answer the same at the same distance, so that a probe takes three or four bytes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::monitor::answer::Answer;
use crate::monitor::event::Probe;
use crate::monitor::ids::{ChannelId, Host};
use crate::monitor::time::Timestamp;
use crate::store::frame;

/// What the bytes below are called. Another shape gets another number, and this one stays readable.
const FORMAT: u8 = 1;

/// A probe as its row has it: words are numbers of a dictionary that is handed over beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Milliseconds since the Unix epoch, UTC.
    pub at: i64,
    /// The domain asked, in the dictionary of the table.
    pub host: i64,
    /// 1 for the first try of the query.
    pub attempt: u32,
    /// Time to the answer, or to giving up.
    pub latency_ms: u32,
    /// The answer, in the dictionary of the table.
    pub answer: i64,
}

#[derive(Serialize, Deserialize)]
struct Packed {
    /// The first moment.
    at: i64,
    /// For each probe after it, by how much its distance to the one before differs from the distance before that.
    bends: Vec<i64>,
    latencies: Vec<u32>,
    hosts: Vec<String>,
    /// JSON, as in the dictionary of the table.
    answers: Vec<String>,
    runs: Vec<Run>,
}

/// Neighbours of the same host, attempt and answer.
#[derive(Serialize, Deserialize)]
struct Run {
    probes: u32,
    host: u32,
    attempt: u32,
    answer: u32,
}

/// The bytes of these rows, which stand in the order of time. `host` and `answer` are the words behind their numbers.
///
/// # Errors
/// If a number stands for no word, or what is to be packed cannot be.
pub fn pack<E: From<postcard::Error>>(
    rows: &[Row],
    mut host: impl FnMut(i64) -> Result<String, E>,
    mut answer: impl FnMut(i64) -> Result<String, E>,
) -> Result<Vec<u8>, E> {
    let (mut hosts, mut answers) = (Words::default(), Words::default());
    let mut runs: Vec<Run> = Vec::new();
    for row in rows {
        let (host, answer) = (hosts.number(row.host, &mut host)?, answers.number(row.answer, &mut answer)?);
        let same = |run: &&mut Run| (run.host, run.attempt, run.answer) == (host, row.attempt, answer);
        match runs.last_mut().filter(same) {
            Some(run) => run.probes += 1,
            None => runs.push(Run { probes: 1, host, attempt: row.attempt, answer }),
        }
    }
    let packed = Packed {
        at: rows.first().map_or(0, |row| row.at),
        bends: bends(rows),
        latencies: rows.iter().map(|row| row.latency_ms).collect(),
        hosts: hosts.words,
        answers: answers.words,
        runs,
    };
    Ok(frame::pack(FORMAT, &packed)?)
}

fn bends(rows: &[Row]) -> Vec<i64> {
    let steps = rows.windows(2).map(|pair| pair[1].at.wrapping_sub(pair[0].at));
    let bent = steps.scan(0_i64, |before, step| {
        let bend = step.wrapping_sub(*before);
        *before = step;
        Some(bend)
    });
    bent.collect()
}

/// The probes of these bytes, in the order they were packed in; `None` when they are damaged or of a newer version.
pub fn unpack(channel: ChannelId, bytes: &[u8]) -> Option<Vec<Probe>> {
    let packed: Packed = frame::unpack(FORMAT, bytes)?;
    let hosts: Vec<Host> = packed.hosts.iter().map(|name| Host::new(Arc::from(name.as_str()))).collect();
    let answers: Vec<Answer> =
        packed.answers.iter().map(|body| serde_json::from_str(body)).collect::<Result<_, _>>().ok()?;
    let mut latencies = packed.latencies.into_iter();
    let (mut at, mut step) = (packed.at, 0_i64);
    // The first has no distance: its bend is none.
    let mut bends = std::iter::once(0).chain(packed.bends);
    let mut probes = Vec::with_capacity(latencies.len());
    for run in &packed.runs {
        let (host, answer) = (hosts.get(index(run.host))?, answers.get(index(run.answer))?);
        for latency_ms in latencies.by_ref().take(index(run.probes)) {
            step = step.wrapping_add(bends.next()?);
            at = at.wrapping_add(step);
            let (host, answer) = (host.clone(), answer.clone());
            probes.push(Probe {
                at: Timestamp::from_millis(at),
                channel,
                host,
                attempt: run.attempt,
                latency_ms,
                answer,
            });
        }
    }
    (latencies.len() == 0).then_some(probes)
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// A dictionary of its own for each block: it is whole without any table beside it.
#[derive(Default)]
struct Words {
    /// The numbers in the table, in the order of `words`.
    numbers: Vec<i64>,
    words: Vec<String>,
}

impl Words {
    fn number<E>(&mut self, in_table: i64, word: &mut impl FnMut(i64) -> Result<String, E>) -> Result<u32, E> {
        // The word looked for is nearly always one of the last.
        let place = match self.numbers.iter().rposition(|known| *known == in_table) {
            Some(place) => place,
            None => {
                self.words.push(word(in_table)?);
                self.numbers.push(in_table);
                self.numbers.len() - 1
            }
        };
        Ok(u32::try_from(place).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sample::{good, missing, probe, timeout};

    const CHANNEL: ChannelId = ChannelId(7);

    /// Packs probes that stand in the dictionaries at the place of their first like.
    fn pack_all(probes: &[Probe]) -> Vec<u8> {
        let place = |found: Option<usize>| i64::try_from(found.unwrap()).unwrap();
        let rows: Vec<_> = probes
            .iter()
            .map(|probe| Row {
                at: probe.at.as_millis(),
                host: place(probes.iter().position(|other| other.host == probe.host)),
                attempt: probe.attempt,
                latency_ms: probe.latency_ms,
                answer: place(probes.iter().position(|other| other.answer == probe.answer)),
            })
            .collect();
        let at = |number: i64| &probes[usize::try_from(number).unwrap()];
        let host = |number| Ok::<_, postcard::Error>(at(number).host.as_str().to_owned());
        pack(&rows, host, |number| Ok(serde_json::to_string(&at(number).answer).unwrap())).unwrap()
    }

    #[test]
    fn what_is_packed_comes_back_the_same() {
        let long_ago = Probe { latency_ms: u32::MAX, attempt: 9, ..probe(CHANNEL, i64::MIN / 4, timeout()) };
        let other = Probe { host: Host::new("api.sd-rtn.com"), ..probe(CHANNEL, 1_500, missing()) };
        let probes = [
            long_ago,
            probe(CHANNEL, 1_000, good()),
            probe(CHANNEL, 1_000, good()),
            other.clone(),
            probe(CHANNEL, 9_000, good()),
            Probe { latency_ms: 0, ..other },
            probe(CHANNEL, i64::MAX / 4, missing()),
        ];
        assert_eq!(unpack(CHANNEL, &pack_all(&probes)).as_deref(), Some(&probes[..]));
        assert_eq!(unpack(CHANNEL, &pack_all(&[])), Some(Vec::new()));
    }

    #[test]
    fn a_day_of_ordinary_polls_takes_less_than_four_bytes_each() {
        let mut random = fastrand::Rng::with_seed(5);
        let probes: Vec<_> = (0..720_i64)
            .map(|n| {
                let probe = probe(CHANNEL, 1_764_000_000_000 + n * 120_000 + random.i64(-40..40), good());
                Probe { latency_ms: random.u32(60..240), ..probe }
            })
            .collect();
        let bytes = pack_all(&probes).len();
        assert!(bytes < 4 * probes.len(), "{bytes} bytes for {} probes", probes.len());
        assert_eq!(unpack(CHANNEL, &pack_all(&probes)), Some(probes));
    }

    #[test]
    fn damaged_bytes_are_no_probes() {
        let bytes = pack_all(&[probe(CHANNEL, 1, good()), probe(CHANNEL, 2, missing())]);
        assert_eq!(unpack(CHANNEL, &bytes[1..]), None);
        assert_eq!(unpack(CHANNEL, &[]), None);
    }
}
