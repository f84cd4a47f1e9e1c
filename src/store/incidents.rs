//! The incidents of a stretch of time, read without the rest of the log: an index holds their few lines among many. It tells which
//! lines there are and whose; what they come to is the core's to say.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::rows::{self, EVENT_COLUMNS};
use super::{Reader, StoreError};
use crate::monitor::event::{Event, Record};
use crate::monitor::ids::ChannelId;
use crate::monitor::time::Timestamp;

/// The lines that are about incidents: word for word the condition of the index `event_incident`, without which it is not used.
const ABOUT_INCIDENTS: &str = "kind IN ('incident_opened', 'incident_grew', 'incident_settled', 'incident_ended', \
     'incident_acknowledged', 'acknowledgement_ended', 'incident_closed', 'incident_reopened', 'note_added')";

/// How much of a stretch is read at most; the newest of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Most {
    /// Incidents.
    pub incidents: usize,
    /// Lines about them. An incident of a thousand channels has some thousands.
    pub lines: usize,
}

/// The project and the name of channels.
pub type Names = BTreeMap<ChannelId, (Arc<str>, Arc<str>)>;

/// The lines about incidents of a stretch of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IncidentLines {
    /// In the order of the log.
    pub records: Vec<Record>,
    /// The project and the name of every channel that the log knows.
    pub channels: Names,
    /// How many incidents opened in the stretch before the first of these lines.
    pub left_out: u64,
    /// Lines that cannot be read: of a newer version, or broken.
    pub unread: u64,
}

impl Reader {
    /// The lines about incidents from `from` to `to`, both included.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn incidents(&self, from: Timestamp, to: Timestamp, most: Most) -> Result<IncidentLines, StoreError> {
        let lines = || -> rusqlite::Result<_> {
            let channels = self.names_of_channels()?;
            let (lines, first) = self.newest_lines(from, to, most)?;
            let left_out = first.map_or(Ok(0), |(at, seq)| self.opened_before(from, at, seq))?;
            Ok(IncidentLines { channels, left_out, ..lines })
        };
        lines().map_err(|error| self.error(&error))
    }

    /// As many as there may be, and the place of the first of them if there are more.
    fn newest_lines(
        &self,
        from: Timestamp,
        to: Timestamp,
        most: Most,
    ) -> rusqlite::Result<(IncidentLines, Option<(Timestamp, u64)>)> {
        let mut select = self.db().prepare_cached(&newest_first())?;
        let mut rows = select.query((from.as_millis(), to.as_millis()))?;
        let (mut lines, mut opened, mut first) = (IncidentLines::default(), 0, None);
        while let Some(row) = rows.next()? {
            if opened == most.incidents || lines.records.len() == most.lines {
                return Ok((in_order(lines), first));
            }
            let Some((seq, record)) = rows::record(row) else {
                lines.unread += 1;
                continue;
            };
            opened += usize::from(matches!(record.event, Event::IncidentOpened { .. }));
            first = Some((record.at, seq));
            lines.records.push(record);
        }
        Ok((in_order(lines), None))
    }

    /// How many incidents opened since `from` and before this line.
    fn opened_before(&self, from: Timestamp, at: Timestamp, seq: u64) -> rusqlite::Result<u64> {
        let count = format!(
            "SELECT count(*) FROM event WHERE {ABOUT_INCIDENTS} AND kind = 'incident_opened' AND at BETWEEN ?1 AND ?2 AND seq < ?3"
        );
        let seq = i64::try_from(seq).unwrap_or(i64::MAX);
        let mut count = self.db().prepare_cached(&count)?;
        count.query_row((from.as_millis(), at.as_millis(), seq), |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
    }

    fn names_of_channels(&self) -> rusqlite::Result<Names> {
        let mut select = self.db().prepare_cached("SELECT id, project, name FROM channel")?;
        select.query_map([], |row| Ok((ChannelId(row.get(0)?), (row.get(1)?, row.get(2)?))))?.collect()
    }
}

fn in_order(mut lines: IncidentLines) -> IncidentLines {
    lines.records.reverse();
    lines
}

fn newest_first() -> String {
    format!(
        "SELECT {EVENT_COLUMNS} FROM event WHERE {ABOUT_INCIDENTS} AND at BETWEEN ?1 AND ?2 ORDER BY at DESC, seq DESC"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::incidents::{IncidentId, IncidentKind};
    use crate::monitor::phase::StartCause;
    use crate::store::Store;
    use crate::store::sample::{at, started};

    const ALL: Most = Most { incidents: 100, lines: 100 };

    fn opened(channel: ChannelId, number: u32, millis: i64) -> Record {
        let (incident, kind) = (IncidentId(number), IncidentKind::Lost);
        let event =
            Event::IncidentOpened { incident, kind, channels: vec![channel], absorbed: Vec::new(), project: None };
        Record { at: at(millis), channel: Some(channel), event }
    }

    fn ended(channel: ChannelId, number: u32, millis: i64) -> Record {
        let event = Event::IncidentEnded { incident: IncidentId(number), channels: vec![channel] };
        Record { at: at(millis), channel: Some(channel), event }
    }

    /// Three incidents of one channel, one after the other, among other facts.
    fn filled() -> (Store, Vec<Record>) {
        let mut store = Store::in_memory().unwrap();
        let id = store.channel_ids("north", &["court-03".into()]).unwrap()[0];
        let lines: Vec<_> =
            (1..=3).flat_map(|n| [opened(id, n, 100 * i64::from(n)), ended(id, n, 100 * i64::from(n) + 10)]).collect();
        for line in &lines {
            let other = started(id, line.at.as_millis(), StartCause::Start);
            store.append(&[other, line.clone()], &[]).unwrap();
        }
        (store, lines)
    }

    #[test]
    fn a_stretch_has_the_lines_about_incidents_and_no_others_with_the_names_of_their_channels() {
        let (store, lines) = filled();
        let read = store.reader().unwrap().incidents(at(110), at(300), ALL).unwrap();
        assert_eq!(read.records, lines[1..5]);
        assert_eq!((read.left_out, read.unread), (0, 0));
        let names: Vec<_> = read.channels.values().map(|(project, name)| (&**project, &**name)).collect();
        assert_eq!(names, [("north", "court-03")]);
    }

    #[test]
    fn the_newest_are_read_and_the_older_ones_are_counted() {
        let (store, lines) = filled();
        let reader = store.reader().unwrap();
        let two = reader.incidents(at(0), at(999), Most { incidents: 2, ..ALL }).unwrap();
        assert_eq!((two.records.as_slice(), two.left_out), (&lines[2..], 1));
        let three = reader.incidents(at(0), at(999), Most { lines: 3, ..ALL }).unwrap();
        assert_eq!((three.records.as_slice(), three.left_out), (&lines[3..], 2), "the second one opened before");
        let all = reader.incidents(at(0), at(999), Most { incidents: 3, lines: 6 }).unwrap();
        assert_eq!((all.records.as_slice(), all.left_out), (&lines[..], 0));
    }

    #[test]
    fn no_other_line_is_looked_at_and_nothing_is_sorted() {
        let (store, _) = filled();
        let reader = store.reader().unwrap();
        let plan = format!("EXPLAIN QUERY PLAN {}", newest_first());
        let mut plan = reader.db().prepare(&plan).unwrap();
        let told: Vec<String> = plan.query_map((0, 999), |row| row.get(3)).unwrap().collect::<Result<_, _>>().unwrap();
        assert!(told.len() == 1 && told[0].contains("event_incident"), "{told:?}");
    }

    #[test]
    fn a_line_that_cannot_be_read_is_counted() {
        let (store, lines) = filled();
        let insert = "INSERT INTO event (at, kind, version, body) VALUES (305, 'note_added', 9, 'null')";
        store.db.execute(insert, []).unwrap();
        let read = store.reader().unwrap().incidents(at(0), at(999), ALL).unwrap();
        assert_eq!((read.records, read.unread), (lines, 1));
    }
}
