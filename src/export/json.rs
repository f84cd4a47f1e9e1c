//! The session log as JSON Lines, for programs: one object per line, UTF-8, one line feed after each.
//!
//! Every line has `v` (the version of this schema, 1) and `kind`. Those after the header have `time` (RFC 3339, UTC, milliseconds)
//! and stand in its order. At the end stands the list of files to join, in the order of joining and without `time`. Times inside
//! of `event` are whole milliseconds since the Unix epoch.
//!
//! | `kind` | further fields |
//! |---|---|
//! | `header` | the first line: `app_version`, `project`, `channel` {`name`, `cname`, `mode`, `main_uid`, `backup_uid`, `spare_uids`}, `from`, `to`, `exported_at`, `time_zone`, `poll_interval_ms`, `lost_after_ms`, `unreadable` |
//! | `event` | `seq`, `scope` (`channel` or `workstation`), `event` (its name, or its name with its fields), `text` |
//! | `probe` | `host`, `attempt`, `latency_ms`, `answer` {`outcome`, `http`, `code`, `reason`}, `text` |
//! | `gap` | `end` (`blip`, `came_back`, `restarted`, `stopped`; null while open), `last_good`, `first_bad`, `last_bad`, `first_good` (null while open), `shortest_ms`, `longest_ms` |
//! | `not_observed` | `until` |
//! | `merge_list` | `files` (how many follow), `text` (why their order matters) |
//! | `merge` | `order` (from 1), `file` (its name; with its folder where the service told it), `file_kind` (`playlist`, `mp4`, `other`), `source` (`told`, `predicted`, `pattern`), `backup` (failover from 0, or null), `late`, `user`, `track`, `sid`, `uid`, `started`, `ended_after` and `ended_by` (bounds, null while not known), `text` |
//!
//! Control characters and those that turn the direction of reading are spelled out as JSON knows it, so that a line is one line for every reader.
//! A field is never renamed or removed within a version; new ones may come, and readers pass over what they do not know.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use crate::monitor::answer::Answer;
use crate::monitor::describe;
use crate::monitor::event::Event;
use crate::monitor::gap::GapEnd;
use crate::monitor::ids::{Cname, Host, Mode, Sid, Uid};
use crate::monitor::names::{MergeFile, ORDER, merge_list};

use super::log::{Entry, SessionLog};
use super::text::{is_hidden, utc};

/// The version of the schema.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Line<'a> {
    v: u32,
    #[serde(flatten)]
    content: Content<'a>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Content<'a> {
    Header {
        app_version: &'a str,
        project: &'a str,
        channel: Channel<'a>,
        from: String,
        to: String,
        exported_at: String,
        time_zone: Option<&'a str>,
        poll_interval_ms: u128,
        lost_after_ms: u128,
        unreadable: u64,
    },
    Event {
        time: String,
        seq: u64,
        scope: &'static str,
        event: &'a Event,
        text: String,
    },
    Probe {
        time: String,
        host: &'a Host,
        attempt: u32,
        latency_ms: u32,
        answer: &'a Answer,
        text: String,
    },
    Gap {
        time: String,
        end: Option<GapEnd>,
        last_good: String,
        first_bad: String,
        last_bad: String,
        first_good: Option<String>,
        shortest_ms: u128,
        longest_ms: u128,
    },
    NotObserved {
        time: String,
        until: String,
    },
    MergeList {
        files: usize,
        text: &'static str,
    },
    Merge {
        order: usize,
        file: &'a str,
        file_kind: &'static str,
        source: &'static str,
        backup: Option<u32>,
        late: bool,
        user: Option<&'a str>,
        track: Option<&'a str>,
        sid: &'a Sid,
        uid: Uid,
        started: String,
        ended_after: Option<String>,
        ended_by: Option<String>,
        text: String,
    },
}

#[derive(Serialize)]
struct Channel<'a> {
    name: &'a str,
    cname: &'a Cname,
    mode: &'a Mode,
    main_uid: Uid,
    backup_uid: Option<Uid>,
    spare_uids: &'a [Uid],
}

/// JSON without a space too many, in which characters that would change how a line is read are spelled out (`\u202e`). It
/// reads back as the same text.
struct Visible;

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(place) = rest.find(is_hidden) {
            let (plain, from) = rest.split_at(place);
            out.write_all(plain.as_bytes())?;
            let mut characters = from.chars();
            if let Some(hidden) = characters.next() {
                for unit in hidden.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}")?;
                }
            }
            rest = characters.as_str();
        }
        out.write_all(rest.as_bytes())
    }
}

/// Writes the log as JSON Lines; the number of lines, the header included. The only errors are those of `out`.
pub fn write_json_lines(log: &SessionLog, out: &mut impl Write) -> io::Result<u64> {
    let mut lines = 0;
    let recordings = log.recordings();
    let files = merge_list(&recordings, &log.channel.mode, &log.channel.cname);
    let list = Content::MergeList { files: files.len(), text: ORDER };
    let entries = log.entries();
    let told = entries.iter().map(|entry| content(log, entry));
    let joined = (1..).zip(&files).map(|(order, file)| merge(order, file));
    for content in std::iter::once(header(log)).chain(told).chain([list]).chain(joined) {
        Line { v: SCHEMA, content }.serialize(&mut Serializer::with_formatter(&mut *out, Visible))?;
        out.write_all(b"\n")?;
        lines += 1;
    }
    out.flush()?;
    Ok(lines)
}

fn header(log: &SessionLog) -> Content<'_> {
    Content::Header {
        app_version: &log.app_version,
        project: &log.project,
        channel: Channel {
            name: &log.channel.name,
            cname: &log.channel.cname,
            mode: &log.channel.mode,
            main_uid: log.channel.main_uid,
            backup_uid: log.channel.backup_uid,
            spare_uids: &log.channel.spare_uids,
        },
        from: utc(log.from),
        to: utc(log.to),
        exported_at: utc(log.exported_at),
        time_zone: log.zone.iana_name(),
        poll_interval_ms: log.poll_every.as_millis(),
        lost_after_ms: log.lost_after.as_millis(),
        unreadable: log.unreadable,
    }
}

fn content<'a>(log: &SessionLog, entry: &Entry<'a>) -> Content<'a> {
    let time = utc(entry.at());
    match entry {
        Entry::NotObserved(stretch) => Content::NotObserved { time, until: utc(stretch.to) },
        Entry::Probe(probe) => Content::Probe {
            time,
            host: &probe.host,
            attempt: probe.attempt,
            latency_ms: probe.latency_ms,
            answer: &probe.answer,
            text: describe::outcome(&probe.answer),
        },
        Entry::Event(seq, record) => Content::Event {
            time,
            seq: *seq,
            scope: if record.channel.is_some() { "channel" } else { "workstation" },
            event: &record.event,
            text: describe::describe(&record.event),
        },
        Entry::Gap(gap) => Content::Gap {
            time,
            end: Some(gap.end),
            last_good: utc(gap.last_good),
            first_bad: utc(gap.first_bad),
            last_bad: utc(gap.last_bad),
            first_good: Some(utc(gap.first_good)),
            shortest_ms: gap.shortest().as_millis(),
            longest_ms: gap.longest().as_millis(),
        },
        Entry::OpenGap(gap, last_bad) => Content::Gap {
            time,
            end: None,
            last_good: utc(gap.last_good),
            first_bad: utc(gap.first_bad),
            last_bad: utc(*last_bad),
            first_good: None,
            shortest_ms: gap.shortest(*last_bad).as_millis(),
            longest_ms: gap.longest(log.to).as_millis(),
        },
    }
}

fn merge<'f>(order: usize, file: &'f MergeFile<'_>) -> Content<'f> {
    let ended = file.recording.ended;
    Content::Merge {
        order,
        file: &file.name,
        file_kind: file.kind_word(),
        source: file.source.word(),
        backup: file.backup,
        late: file.late.is_some(),
        user: file.user.as_deref(),
        track: file.track.as_deref(),
        sid: &file.recording.sid,
        uid: file.recording.uid,
        started: utc(file.recording.started_at),
        ended_after: ended.map(|ended| utc(ended.after)),
        ended_by: ended.map(|ended| utc(ended.by)),
        text: file.describe(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::export::sample::{session, with_text};

    fn written(log: &SessionLog) -> String {
        let mut out = Vec::new();
        let lines = write_json_lines(log, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(u64::try_from(text.lines().count()).unwrap(), lines);
        text
    }

    #[test]
    fn a_session_reads_as_in_the_fixture() {
        assert_eq!(written(&session()), include_str!("../../tests/fixtures/export/session.jsonl"));
    }

    #[test]
    fn every_line_is_an_object_that_gives_back_what_went_in() {
        let log = session();
        let lines: Vec<Value> = written(&log).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(lines.iter().all(|line| line["v"] == 1 && line["kind"].is_string()));
        let events = lines.iter().filter(|line| line["kind"] == "event");
        let read: Vec<Event> = events.map(|line| serde_json::from_value(line["event"].clone()).unwrap()).collect();
        assert_eq!(read, log.records.iter().map(|(_, record)| record.event.clone()).collect::<Vec<_>>());
        let probes = lines.iter().filter(|line| line["kind"] == "probe");
        let read: Vec<Answer> = probes.map(|line| serde_json::from_value(line["answer"].clone()).unwrap()).collect();
        assert_eq!(read, log.probes.iter().map(|probe| probe.answer.clone()).collect::<Vec<_>>());
    }

    #[test]
    fn hidden_characters_are_spelled_out_and_come_back_whole() {
        let text = "a\u{2028}b\u{202e}c\u{e0041}\u{85}\r\n\"d\\";
        let lines = written(&with_text(text));
        assert!(lines.replace('\n', "").chars().all(|character| !is_hidden(character)));
        let header: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
        assert_eq!(header["project"], text);
    }
}
