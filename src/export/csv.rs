//! The session log as one table for spreadsheets. UTF-8, comma, quotes where needed, one line feed per row: no cell holds one.
//!
//! The first rows have the kind `meta`: what the log is about, one fact per row, the name in `what`, the value in `text`. Then
//! one row per probe, event, gap and unobserved stretch, in order of time. The last rows have the kind `merge`: the session's
//! files, in the order in which they are joined.
//!
//! | column | holds |
//! |---|---|
//! | `time_utc`, `time_local` | when; RFC 3339 with milliseconds, the second with the offset of the zone named in `meta` |
//! | `kind` | `meta`, `event`, `probe`, `gap`, `not_observed`, `merge` |
//! | `what` | the event's name; a probe's outcome; how a gap ended, or `open`; of a file `playlist`, `mp4` or `other` |
//! | `text` | the same in plain English |
//! | `scope` | `channel` or `workstation`: whom an event is about |
//! | `seq` | the event's number in the log |
//! | `uid`, `sid`, `resource_id` | the recorder, where the row names one |
//! | `host`, `call`, `attempt` | domain asked, call, 1 for the first try |
//! | `http`, `code`, `status`, `reason`, `latency_ms` | the answer: HTTP status, the body's code, the service's status, reason, time taken |
//! | `last_good_utc`, `first_bad_utc`, `last_bad_utc`, `first_good_utc` | a gap's bounds: lost between the first two, back between the last two |
//! | `shortest_ms`, `longest_ms` | how long a gap was at least and at most; an open one by the end of the log |
//! | `since_utc` | since when it holds, where an event was found out later than it began |
//! | `until_utc` | end of an unobserved stretch, or of a rest that Agora asked for |
//! | `merge_order`, `file` | a file's place in the order of joining, from 1, and its name, with its folder where the service told it |
//! | `source` | who says so: `told` by the service, `predicted` by the naming rules, `pattern` where the rules leave places open (`*`) |
//! | `ended_after_utc`, `ended_by_utc` | bounds of the end of the file's recording, which began at `time_utc`; empty while not known |
//!
//! Text that a spreadsheet would run as a formula begins with an apostrophe, numbers do not; control characters are spelled out (`\n`).

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;

use crate::monitor::answer::{Answer, Outcome};
use crate::monitor::describe;
use crate::monitor::event::{CallKind, Event, NoteOn, Probe, Record};
use crate::monitor::gap::{Gap, GapEnd, OpenGap};
use crate::monitor::ids::{Host, ResourceId, Sid, Uid};
use crate::monitor::names::{MergeFile, ORDER, merge_list};
use crate::monitor::time::Timestamp;

use super::log::{Entry, SessionLog, Unobserved};
use super::text::{cell, local, utc};

/// The version of the columns. It rises when one changes its meaning or goes away, not when one is added at the end.
const SCHEMA: u32 = 1;

/// One row; the fields are the columns, in their order.
#[derive(Default, Serialize)]
struct Row {
    time_utc: String,
    time_local: String,
    kind: &'static str,
    what: Cow<'static, str>,
    text: String,
    scope: &'static str,
    seq: Option<u64>,
    uid: Option<u32>,
    sid: Option<String>,
    resource_id: Option<String>,
    host: Option<String>,
    call: &'static str,
    attempt: Option<u32>,
    http: Option<u16>,
    code: Option<i64>,
    status: Option<i64>,
    reason: Option<String>,
    latency_ms: Option<u32>,
    last_good_utc: Option<String>,
    first_bad_utc: Option<String>,
    last_bad_utc: Option<String>,
    first_good_utc: Option<String>,
    shortest_ms: Option<u128>,
    longest_ms: Option<u128>,
    since_utc: Option<String>,
    until_utc: Option<String>,
    merge_order: Option<usize>,
    file: Option<String>,
    source: &'static str,
    ended_after_utc: Option<String>,
    ended_by_utc: Option<String>,
}

/// Writes the log as CSV; the number of lines, the heading included. The only errors are those of `out`.
pub fn write_csv(log: &SessionLog, out: &mut impl Write) -> io::Result<u64> {
    let mut table = csv::Writer::from_writer(out);
    let mut lines = 1;
    let meta = meta(log).into_iter().map(|(what, text)| meta_row(log, what, &text));
    let recordings = log.recordings();
    let files = merge_list(&recordings, &log.channel.mode, &log.channel.cname);
    let joined = (1..).zip(&files).map(|(order, file)| merge_row(log, order, file));
    for row in meta.chain(log.entries().iter().map(|entry| row_of(log, entry))).chain(joined) {
        table.serialize(row)?;
        lines += 1;
    }
    table.flush()?;
    Ok(lines)
}

/// What the log is about.
fn meta(log: &SessionLog) -> Vec<(&'static str, String)> {
    let spare: Vec<_> = log.channel.spare_uids.iter().map(Uid::to_string).collect();
    vec![
        ("schema", format!("reelwatch session log CSV {SCHEMA}")),
        ("app_version", log.app_version.to_string()),
        ("project", log.project.to_string()),
        ("channel", log.channel.name.to_string()),
        ("cname", log.channel.cname.to_string()),
        ("mode", log.channel.mode.as_str().to_owned()),
        ("main_uid", log.channel.main_uid.to_string()),
        ("backup_uid", log.channel.backup_uid.map_or_else(String::new, |uid| uid.to_string())),
        ("spare_uids", spare.join(" ")),
        ("from_utc", utc(log.from)),
        ("to_utc", utc(log.to)),
        ("exported_at_utc", utc(log.exported_at)),
        ("time_zone", log.zone.iana_name().unwrap_or("by offset").to_owned()),
        ("poll_interval", format!("{} s; gaps shorter than this may not have been seen", log.poll_every.as_secs_f64())),
        ("lost_after", format!("{} s of 404 before a recording is called lost", log.lost_after.as_secs_f64())),
        ("unreadable_rows", log.unreadable.to_string()),
        ("merge_list", ORDER.to_owned()),
    ]
}

fn meta_row(log: &SessionLog, what: &'static str, text: &str) -> Row {
    Row { what: what.into(), text: cell(text), ..row_at(log, log.exported_at, "meta") }
}

fn row_of(log: &SessionLog, entry: &Entry<'_>) -> Row {
    match entry {
        Entry::NotObserved(stretch) => not_observed_row(log, *stretch),
        Entry::Probe(probe) => probe_row(log, probe),
        Entry::Event(seq, record) => event_row(log, *seq, record),
        Entry::Gap(gap) => gap_row(log, gap),
        Entry::OpenGap(gap, last_bad) => open_gap_row(log, *gap, *last_bad),
    }
}

fn row_at(log: &SessionLog, at: Timestamp, kind: &'static str) -> Row {
    Row { time_utc: utc(at), time_local: local(at, &log.zone), kind, ..Row::default() }
}

fn not_observed_row(log: &SessionLog, stretch: Unobserved) -> Row {
    Row {
        what: "not_observed".into(),
        text: "Nobody looked: neither good nor bad".to_owned(),
        scope: "channel",
        until_utc: Some(utc(stretch.to)),
        ..row_at(log, stretch.from, "not_observed")
    }
}

fn probe_row(log: &SessionLog, probe: &Probe) -> Row {
    let Probe { at, channel: _, host, attempt, latency_ms, answer } = probe;
    let tried = Tried { call: CallKind::Query, host, attempt: *attempt, latency_ms: *latency_ms, answer };
    tried.put_into(Row {
        what: answer.label().into(),
        text: cell(&describe::outcome(answer)),
        scope: "channel",
        ..row_at(log, *at, "probe")
    })
}

fn event_row(log: &SessionLog, seq: u64, record: &Record) -> Row {
    let facts = facts_of(&record.event);
    let mut row = Row {
        what: describe::name(&record.event).into(),
        text: cell(&describe::describe(&record.event)),
        scope: if record.channel.is_some() { "channel" } else { "workstation" },
        seq: Some(seq),
        uid: facts.uid.map(Uid::get),
        sid: facts.sid.map(|sid| cell(sid.as_str())),
        resource_id: facts.resource_id.map(|id| cell(id.as_str())),
        host: facts.host.map(|host| cell(host.as_str())),
        since_utc: facts.since.map(utc),
        until_utc: facts.until.map(utc),
        ..row_at(log, record.at, "event")
    };
    if let Some(answer) = facts.answer {
        row = put_answer(row, answer);
    }
    match facts.tried {
        Some(tried) => tried.put_into(row),
        None => row,
    }
}

fn gap_row(log: &SessionLog, gap: &Gap) -> Row {
    Row {
        what: gap_name(gap.end).into(),
        text: format!("Gap: {}", describe::gap_end(gap.end)),
        scope: "channel",
        last_good_utc: Some(utc(gap.last_good)),
        first_bad_utc: Some(utc(gap.first_bad)),
        last_bad_utc: Some(utc(gap.last_bad)),
        first_good_utc: Some(utc(gap.first_good)),
        shortest_ms: Some(gap.shortest().as_millis()),
        longest_ms: Some(gap.longest().as_millis()),
        ..row_at(log, gap.first_bad, "gap")
    }
}

fn open_gap_row(log: &SessionLog, gap: OpenGap, last_bad: Timestamp) -> Row {
    Row {
        what: "open".into(),
        text: "Gap: still open at the end of this log".to_owned(),
        scope: "channel",
        last_good_utc: Some(utc(gap.last_good)),
        first_bad_utc: Some(utc(gap.first_bad)),
        last_bad_utc: Some(utc(last_bad)),
        shortest_ms: Some(gap.shortest(last_bad).as_millis()),
        longest_ms: Some(gap.longest(log.to).as_millis()),
        ..row_at(log, gap.first_bad, "gap")
    }
}

fn merge_row(log: &SessionLog, order: usize, file: &MergeFile<'_>) -> Row {
    let ended = file.recording.ended;
    Row {
        what: file.kind_word().into(),
        text: file.describe(),
        scope: "channel",
        uid: Some(file.recording.uid.get()),
        sid: Some(cell(file.recording.sid.as_str())),
        merge_order: Some(order),
        file: Some(cell(&file.name)),
        source: file.source.word(),
        ended_after_utc: ended.map(|ended| utc(ended.after)),
        ended_by_utc: ended.map(|ended| utc(ended.by)),
        ..row_at(log, file.recording.started_at, "merge")
    }
}

const fn gap_name(end: GapEnd) -> &'static str {
    match end {
        GapEnd::Blip => "blip",
        GapEnd::CameBack => "came_back",
        GapEnd::Restarted => "restarted",
        GapEnd::Stopped => "stopped",
    }
}

/// One exchange.
struct Tried<'a> {
    call: CallKind,
    host: &'a Host,
    attempt: u32,
    latency_ms: u32,
    answer: &'a Answer,
}

impl Tried<'_> {
    fn put_into(&self, row: Row) -> Row {
        let row = Row {
            host: Some(cell(self.host.as_str())),
            call: describe::call_kind(self.call),
            attempt: Some(self.attempt),
            latency_ms: Some(self.latency_ms),
            ..row
        };
        put_answer(row, self.answer)
    }
}

fn put_answer(row: Row, answer: &Answer) -> Row {
    let status = if let Outcome::Status(status) = answer.outcome { Some(i64::from(status)) } else { None };
    Row { http: answer.http, code: answer.code, status, reason: answer.reason.as_deref().map(cell), ..row }
}

/// What of an event has a column of its own.
#[derive(Default)]
struct Facts<'a> {
    uid: Option<Uid>,
    sid: Option<&'a Sid>,
    resource_id: Option<&'a ResourceId>,
    host: Option<&'a Host>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    answer: Option<&'a Answer>,
    tried: Option<Tried<'a>>,
}

fn facts_of(event: &Event) -> Facts<'_> {
    let none = Facts::default();
    match event {
        Event::DomainPreferred { host, project: _ } => Facts { host: Some(host), ..none },
        Event::StartRequested { uid, .. } | Event::UidTaken { uid } => Facts { uid: Some(*uid), ..none },
        Event::Acquired { uid, resource_id } => Facts { uid: Some(*uid), resource_id: Some(resource_id), ..none },
        Event::CallAnswered { call, uid, host, attempt, latency_ms, answer } => {
            let tried = Tried { call: *call, host, attempt: *attempt, latency_ms: *latency_ms, answer };
            Facts { uid: Some(*uid), tried: Some(tried), ..none }
        }
        Event::Started { uid, resource_id, sid, token_until, .. } => {
            let until = *token_until;
            Facts { uid: Some(*uid), resource_id: Some(resource_id), sid: Some(sid), until, ..none }
        }
        Event::Adopted { uid, resource_id, sid, .. } => {
            Facts { uid: Some(*uid), resource_id: Some(resource_id), sid: Some(sid), ..none }
        }
        Event::StartFailed { answer, .. } | Event::StartLeftUnknown { answer } | Event::PhaseChanged { answer, .. } => {
            Facts { answer: answer.as_ref(), ..none }
        }
        Event::SightChanged { since, answer, .. } => Facts { since: Some(*since), answer: answer.as_ref(), ..none },
        Event::NotObserved { from: since, .. } | Event::NetworkLost { since } => Facts { since: Some(*since), ..none },
        Event::FlappingBegan { since, turns: _ } => Facts { since: Some(*since), ..none },
        Event::Throttled { until, project: _ } => Facts { until: Some(*until), ..none },
        Event::StopRequested { sid, .. } => Facts { sid: sid.as_ref(), ..none },
        Event::OldStopRequested { sid, .. }
        | Event::OldSeenAlive { sid }
        | Event::OldTakenBack { sid }
        | Event::OldGone { sid, .. }
        | Event::FilesTold { sid, .. }
        | Event::HoldSeen { sid, .. }
        | Event::ChangeRequested { sid, .. } => Facts { sid: Some(sid), ..none },
        Event::TokenEndsSoon { sid, until } | Event::TokenEnded { sid, until } => {
            Facts { sid: Some(sid), until: Some(*until), ..none }
        }
        Event::IncidentAcknowledged { until, .. } | Event::ChannelMuted { until, .. } => {
            Facts { until: *until, ..none }
        }
        Event::NoteAdded { on: NoteOn::Past { from, to }, .. } => {
            Facts { since: Some(*from), until: Some(*to), ..none }
        }
        Event::ChangeEnded { answer, .. } => Facts { answer: answer.as_ref(), ..none },
        Event::ChannelAdded { main_uid, .. } => Facts { uid: Some(*main_uid), ..none },
        Event::WatchBegan { .. }
        | Event::WatchEnded
        | Event::ClockSet { .. }
        | Event::NetworkBack
        | Event::CommandDenied { .. }
        | Event::GapOpened { .. }
        | Event::GapClosed { .. }
        | Event::Stopped { .. }
        | Event::FileNameTold { .. }
        | Event::ChannelForgotten { .. }
        | Event::IncidentOpened { .. }
        | Event::IncidentGrew { .. }
        | Event::IncidentSettled { .. }
        | Event::IncidentEnded { .. }
        | Event::AcknowledgementEnded { .. }
        | Event::IncidentClosed { .. }
        | Event::IncidentReopened { .. }
        | Event::NoteAdded { on: NoteOn::Incident { .. }, .. }
        | Event::MuteEnded { .. }
        | Event::FlappingEnded { .. }
        | Event::AutoRestartSpent { .. }
        | Event::Exported { .. } => none,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::sample::{session, with_text};

    fn written(log: &SessionLog) -> String {
        let mut out = Vec::new();
        let lines = write_csv(log, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(u64::try_from(text.lines().count()).unwrap(), lines);
        text
    }

    #[test]
    fn a_session_reads_as_in_the_fixture() {
        assert_eq!(written(&session()), include_str!("../../tests/fixtures/export/session.csv"));
    }

    #[test]
    fn no_text_from_elsewhere_makes_a_formula_a_line_or_a_control() {
        for text in ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "a\n=1", "\"\n=1", "a\u{202e}b", "\u{1b}[2J", "a,\"b\""]
        {
            let table = written(&with_text(text));
            assert_eq!(table.lines().count(), 1 + meta(&session()).len() + 3 + 3 + 2, "{text:?}");
            let mut reader = csv::Reader::from_reader(table.as_bytes());
            for row in reader.records() {
                for cell in &row.unwrap() {
                    assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{text:?}: {cell:?}");
                    assert!(!cell.contains(super::super::text::is_hidden), "{text:?}: {cell:?}");
                }
            }
        }
    }
}
