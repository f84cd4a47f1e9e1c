//! Which days are to be made, making them beside the writer, and keeping them. Many small writes, none of them long.

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use super::day;
use crate::monitor::checkpoint::FORMAT;
use crate::monitor::event::Record;
use crate::monitor::history::{self, Past};
use crate::monitor::ids::ChannelId;
use crate::monitor::time::Timestamp;
use crate::store::evidence::{DAY_MS, day_of};
use crate::store::rows::{self, EVENT_COLUMNS};
use crate::store::{Reader, Store, StoreError};

/// Yesterday and today are in memory, and may still change often.
const DAYS_OPEN: i64 = 2;
/// How many days one write keeps at most.
const AT_ONCE: usize = 64;

/// A channel of which days are to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DaysDue {
    /// Which.
    pub channel: ChannelId,
    /// The last day that is made already.
    made: Option<i64>,
    /// The last day to make.
    through: i64,
}

/// Days of a channel that were made and are to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DaysMade {
    channel: ChannelId,
    /// The day of the first of `bodies`.
    first: i64,
    bodies: Vec<Vec<u8>>,
    /// How many of them are kept.
    kept: usize,
    through: i64,
    /// The newest fact that was looked at.
    seq: u64,
}

/// What became of days that were to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// All are.
    All,
    /// There are more: once again.
    Some,
    /// They are out of date: a fact has come that says something of them. They are due again.
    Outdated,
}

impl Store {
    /// A channel of which days are over and not made; `now` is the time of the log.
    pub fn days_due(&self, now: Timestamp) -> Result<Option<DaysDue>, StoreError> {
        due(&self.db, day_of(now.as_millis()) - DAYS_OPEN).map_err(|error| self.error(&error))
    }

    /// Keeps some days. What was there of them before is replaced.
    ///
    /// # Errors
    /// If the disk refuses; the days that were kept before stay.
    pub fn keep_days(&mut self, made: &mut DaysMade) -> Result<Kept, StoreError> {
        self.still_there()?;
        keep(&mut self.db, made).map_err(|error| self.error(&error))
    }

    /// Forgets which days are made, so that all are made anew.
    pub fn undo_all_days(&mut self) -> Result<(), StoreError> {
        let undone = self.db.execute_batch("DELETE FROM past_mark; DELETE FROM past_day;");
        undone.map_err(|error| self.error(&error))
    }
}

fn due(db: &Connection, through: i64) -> rusqlite::Result<Option<DaysDue>> {
    // A channel whose first fact is younger needs no days yet, but a look: then its mark says so.
    let select = "SELECT channel.id, mark.through
                  FROM channel LEFT JOIN past_mark AS mark ON mark.channel = channel.id AND mark.format = ?2
                  WHERE mark.through IS NULL OR mark.through < ?1 ORDER BY channel.id LIMIT 1";
    let found = |row: &rusqlite::Row<'_>| Ok(DaysDue { channel: ChannelId(row.get(0)?), made: row.get(1)?, through });
    db.prepare_cached(select)?.query_row((through, FORMAT), found).optional()
}

fn keep(db: &mut Connection, made: &mut DaysMade) -> rusqlite::Result<Kept> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if is_outdated(&transaction, made)? {
        return Ok(Kept::Outdated);
    }
    let behind = made.bodies.get(made.kept..).unwrap_or_default();
    let now = behind.get(..AT_ONCE).unwrap_or(behind);
    let first = made.first.saturating_add(i64::try_from(made.kept).unwrap_or(i64::MAX));
    let mut insert =
        transaction.prepare_cached("INSERT OR REPLACE INTO past_day (day, channel, body) VALUES (?1, ?2, ?3)")?;
    for (body, day) in now.iter().zip(first..) {
        insert.execute((day, made.channel.0, body))?;
    }
    drop(insert);
    let kept = made.kept + now.len();
    let is_all = kept == made.bodies.len();
    let through = if is_all { made.through } else { made.first + i64::try_from(kept).unwrap_or(i64::MAX) - 1 };
    let mark = "INSERT OR REPLACE INTO past_mark (channel, format, through) VALUES (?1, ?2, ?3)";
    transaction.prepare_cached(mark)?.execute((made.channel.0, FORMAT, through))?;
    transaction.commit()?;
    made.kept = kept;
    Ok(if is_all { Kept::All } else { Kept::Some })
}

/// Whether a fact has come since they were made that reaches back to one of them.
fn is_outdated(transaction: &Transaction<'_>, made: &DaysMade) -> rusqlite::Result<bool> {
    let select = format!("SELECT {EVENT_COLUMNS} FROM event WHERE channel = ?1 AND seq > ?2");
    let mut select = transaction.prepare_cached(&select)?;
    let mut found = select.query((made.channel.0, i64::try_from(made.seq).unwrap_or(i64::MAX)))?;
    while let Some(row) = found.next()? {
        if rows::record(row).is_some_and(|(_, record)| first_day(&record) <= made.through) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn first_day(record: &Record) -> i64 {
    day_of(history::reaches_back_to(record).as_millis())
}

/// A fact that reaches back to days that are made undoes them. Part of every append.
pub fn undo(transaction: &Transaction<'_>, record: &Record) -> rusqlite::Result<()> {
    let Some(channel) = record.channel else { return Ok(()) };
    let first = first_day(record);
    if first >= day_of(record.at.as_millis()) {
        return Ok(());
    }
    let lower = "UPDATE past_mark SET through = ?2 - 1 WHERE channel = ?1 AND through >= ?2";
    transaction.prepare_cached(lower)?.execute((channel.0, first))?;
    Ok(())
}

impl Reader {
    /// Makes the days that are due, from all facts there are by now.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn make_days(&self, due: &DaysDue, now: Timestamp) -> Result<DaysMade, StoreError> {
        let nothing = DaysMade {
            channel: due.channel,
            first: due.through,
            bodies: Vec::new(),
            kept: 0,
            through: due.through,
            seq: 0,
        };
        let begin = match due.made {
            Some(made) => Some(begin_of(made + 1)),
            None => self.first_moment(due.channel)?.map(|first| begin_of(day_of(first.as_millis()))),
        };
        // What comes later is held against the days when they are kept.
        let seq = self.newest_seq()?;
        let Some(begin) = begin.filter(|begin| *begin <= begin_of(due.through)) else {
            return Ok(DaysMade { seq, ..nothing });
        };
        let mut records = self.records_before(due.channel, begin)?;
        records.extend(self.history_of(due.channel, begin, now)?);
        let own = records.iter().filter(|(known, _)| *known <= seq).map(|(_, record)| record);
        let past = history::fold(own.filter(|record| record.channel.is_some()), begin, now);
        let first = day_of(begin.as_millis());
        let bodies = (first..=due.through).map(|day| day::pack(&past, [begin_of(day), begin_of(day + 1)]));
        let bodies = bodies.collect::<Result<Vec<_>, _>>().map_err(|error| self.refused(error.to_string()))?;
        Ok(DaysMade { first, bodies, seq, ..nothing })
    }
}

/// The first moment of a day.
pub fn begin_of(day: i64) -> Timestamp {
    Timestamp::from_millis(day.saturating_mul(DAY_MS))
}

/// Puts another day behind what is there: what goes on over midnight is one.
pub fn join(past: &mut Past, next: Past) {
    let Past { spans, gaps, open_gap, marks } = next;
    for span in spans {
        match past.spans.last_mut().filter(|last| last.to == span.from && last.kind == span.kind) {
            Some(last) => last.to = span.to,
            None => past.spans.push(span),
        }
    }
    past.gaps.extend(gaps);
    past.open_gap = open_gap;
    past.marks.extend(marks);
}
