//! The ground truth: when each recorder really recorded, and what befell it. What a monitor showed is held against it. Lives are
//! read off the plans of the recorders, so they cannot drift from what the simulated service did; nothing here tells what
//! anybody asked or was told.

use std::io;

use serde::{Deserialize, Serialize};

/// A stretch of recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// Its first millisecond, UTC.
    pub from_ms: i64,
    /// The first millisecond after it; `None` while it goes on.
    pub to_ms: Option<i64>,
}

impl Stretch {
    fn clipped(self, from_ms: i64, to_ms: i64) -> Option<(i64, i64)> {
        let (from, to) = (self.from_ms.max(from_ms), self.to_ms.unwrap_or(i64::MAX).min(to_ms));
        (from < to).then_some((from, to))
    }
}

/// The life of one recorder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Life {
    /// Channel name.
    pub cname: String,
    /// UID it was started under.
    pub uid: u32,
    /// What its start handed out.
    pub sid: String,
    /// `individual`, `mix` or `web`.
    pub mode: String,
    /// When its start was carried out.
    pub started_ms: i64,
    /// When it began to leave, died or exited abnormally: it never records again. `None` while it lives, failover included.
    pub ended_ms: Option<i64>,
    /// When it recorded: from status 4 on, without the holes of failovers and of pauses.
    pub recorded: Vec<Stretch>,
}

impl Life {
    /// Whether it was started and had not ended at a moment; in a failover it lives.
    pub fn lives_at(&self, moment_ms: i64) -> bool {
        self.started_ms <= moment_ms && self.ended_ms.is_none_or(|ended| moment_ms < ended)
    }

    /// Whether it recorded at a moment.
    pub fn records_at(&self, moment_ms: i64) -> bool {
        self.recorded.iter().any(|stretch| stretch.clipped(moment_ms, moment_ms.saturating_add(1)).is_some())
    }
}

/// Something that befell a recorder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When, in UTC milliseconds.
    pub at_ms: i64,
    /// Channel name.
    pub cname: String,
    /// UID it was started under.
    pub uid: u32,
    /// Which recorder.
    pub sid: String,
    /// What.
    #[serde(flatten)]
    pub what: Befell,
}

/// What can befall a recorder. In the journal's lines its name stands under `event`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Befell {
    /// Its start was carried out.
    Started,
    /// Its server went down; the service moves it to another one.
    Moved {
        /// The random UID it has in the channel from now on.
        new_uid: u32,
        /// When it is back.
        back_ms: i64,
    },
    /// A user with its UID took its place in the channel.
    Kicked,
    /// It left by itself.
    Left {
        /// Why.
        why: Why,
    },
    /// A stop was carried out.
    Stopped,
    /// An update or updateLayout was carried out.
    Updated {
        /// What was changed.
        part: Part,
    },
    /// The page did not become ready and was loaded again.
    Reloaded,
    /// It is gone without a word.
    Died,
    /// It exited abnormally.
    Crashed,
}

/// Why a recorder left by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Nobody was there for `maxIdleTime`.
    Idle,
    /// Its token ran out.
    TokenExpired,
    /// `maxRecordingHour` was reached.
    MaxRecordingHour,
    /// The page was not ready twice.
    PageLoadTimeout,
    /// The customer's storage refused its files.
    Storage,
    /// Its fourth failover.
    TooManyFailovers,
}

/// What an update changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Whose streams are recorded.
    Subscriptions,
    /// Where files go.
    Storage,
    /// Recording of a web page paused.
    Paused,
    /// Recording of a web page went on.
    Resumed,
    /// Where a web page is pushed to.
    Output,
    /// How pictures are arranged.
    Layout,
}

/// The truth as of one moment, in order of the starts. Recorders of others do not stand in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Journal {
    /// Every recorder of the project.
    pub lives: Vec<Life>,
    /// What befell them, in order of time.
    pub events: Vec<Event>,
}

impl Journal {
    /// The stretches between two moments in which anything recorded the channel, joined and in order of time.
    pub fn recorded(&self, cname: &str, from_ms: i64, to_ms: i64) -> Vec<(i64, i64)> {
        let of_channel = self.lives.iter().filter(|life| life.cname == cname);
        let mut parts: Vec<(i64, i64)> =
            of_channel.flat_map(|life| &life.recorded).filter_map(|stretch| stretch.clipped(from_ms, to_ms)).collect();
        parts.sort_unstable();
        let mut joined: Vec<(i64, i64)> = Vec::new();
        for (from, to) in parts {
            match joined.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                Some(_) | None => joined.push((from, to)),
            }
        }
        joined
    }

    /// The recorders of the channel that lived at a moment, failover included.
    pub fn live_recorders(&self, cname: &str, moment_ms: i64) -> Vec<&Life> {
        self.lives.iter().filter(|life| life.cname == cname && life.lives_at(moment_ms)).collect()
    }

    /// The life of one recorder.
    pub fn of_sid(&self, sid: &str) -> Option<&Life> {
        self.lives.iter().find(|life| life.sid == sid)
    }

    /// Writes one JSON object per line: recorders first, then what befell them. Only the latter have a member `event`.
    ///
    /// # Errors
    /// Whatever the writer refuses.
    pub fn write_json_lines(&self, mut to: impl io::Write) -> io::Result<()> {
        for life in &self.lives {
            serde_json::to_writer(&mut to, life)?;
            to.write_all(b"\n")?;
        }
        for event in &self.events {
            serde_json::to_writer(&mut to, event)?;
            to.write_all(b"\n")?;
        }
        to.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life(sid: &str, recorded: &[(i64, Option<i64>)], ended_ms: Option<i64>) -> Life {
        Life {
            cname: "a".to_owned(),
            uid: 1,
            sid: sid.to_owned(),
            mode: "mix".to_owned(),
            started_ms: 0,
            ended_ms,
            recorded: recorded.iter().map(|&(from_ms, to_ms)| Stretch { from_ms, to_ms }).collect(),
        }
    }

    #[test]
    fn stretches_of_several_recorders_are_joined_and_clipped() {
        let journal = Journal {
            lives: vec![life("x", &[(10, Some(20)), (30, None)], None), life("y", &[(15, Some(25))], Some(25))],
            events: Vec::new(),
        };
        assert_eq!(journal.recorded("a", 0, 40), [(10, 25), (30, 40)]);
        assert_eq!(journal.recorded("a", 12, 14), [(12, 14)]);
        assert_eq!(journal.recorded("b", 0, 40), []);
    }

    #[test]
    fn a_recorder_in_failover_lives_and_does_not_record() {
        let journal =
            Journal { lives: vec![life("x", &[(10, Some(20)), (30, Some(50))], Some(50))], events: Vec::new() };
        let live = journal.live_recorders("a", 25);
        assert_eq!(live.len(), 1);
        assert!(!live[0].records_at(25) && live[0].records_at(10) && !live[0].records_at(20));
        assert!(journal.live_recorders("a", 50).is_empty());
    }

    #[test]
    fn what_is_written_reads_back_line_by_line() {
        let what = Befell::Moved { new_uid: 77, back_ms: 20 };
        let event = Event { at_ms: 12, cname: "a".to_owned(), uid: 1, sid: "x".to_owned(), what };
        let journal =
            Journal { lives: vec![life("x", &[(10, None)], None), life("y", &[], Some(9))], events: vec![event] };
        let mut bytes = Vec::new();
        journal.write_json_lines(&mut bytes).expect("a vector takes everything");
        let text = String::from_utf8(bytes).expect("UTF-8");
        let (events, lives): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.contains("\"event\""));
        let lives: Vec<Life> = lives.iter().map(|line| serde_json::from_str(line).expect("a life")).collect();
        let events: Vec<Event> = events.iter().map(|line| serde_json::from_str(line).expect("an event")).collect();
        assert_eq!((lives, events), (journal.lives, journal.events));
        assert!(text.contains("\"event\":\"moved\",\"new_uid\":77"), "{text}");
    }
}
