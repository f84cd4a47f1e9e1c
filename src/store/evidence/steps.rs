//! One small step at a time: packs probes of a channel that are not new any more, lets go of what is too old, and goes on with the
//! next channel. A step is one transaction, so a kill in its middle changes nothing, and it is short: whoever waits to write waits
//! for no more than that.

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use super::block::{self, Row};
use super::{DAY_MS, day_of, hours};
use crate::monitor::event::Probe;
use crate::monitor::ids::ChannelId;
use crate::monitor::time::Timestamp;
use crate::store::{Store, StoreError};

/// A block is full with so many probes; a fuller one would be read as a whole for a chart of an hour.
const FULL: usize = 512;
/// What is younger than this is not packed: a start and a chart of the last hours read it most.
const FRESH_MS: i64 = 3_600_000;
/// How many channels that need nothing one step passes by.
const PASSED_BY: usize = 64;
/// Days that the horizon moves on at most, on each day the program runs: a clock that was set years ahead by mistake, and noticed a
/// day later, has cost no more than this.
const HORIZON_DAYS: i64 = 2;

/// How long evidence is kept, in days: one by one, and summed up by the hour. Events are kept for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// From 1 to 3,650.
    pub raw_days: u32,
    /// From `raw_days` to 3,650.
    pub hour_days: u32,
}

impl Default for Keep {
    fn default() -> Self {
        Self { raw_days: 30, hour_days: 365 }
    }
}

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// So many probes were packed.
    Packed(u64),
    /// So many probes were let go; their hours stay.
    LetGo(u64),
    /// So many days of hours were let go.
    HoursLetGo(u64),
    /// Nothing was to do, and there are channels that were not looked at.
    PassedBy,
    /// Nothing was to do, and all channels were looked at.
    AllDone,
}

/// Days that are over for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Horizon {
    raw: i64,
    hours: i64,
}

impl Store {
    /// Takes one step. `now` is the time of the log.
    ///
    /// # Errors
    /// If the disk refuses; everything is as it was then.
    pub fn tidy(&mut self, now: Timestamp, keep: Keep) -> Result<Step, StoreError> {
        self.still_there()?;
        let step = tidy(&mut self.db, &mut self.tidied, now.as_millis(), keep);
        step.map_err(|error| self.error(&error))
    }
}

/// One step; `last` is the channel that was looked at last.
fn tidy(db: &mut Connection, last: &mut u32, now: i64, keep: Keep) -> rusqlite::Result<Step> {
    let horizon = horizon(db, day_of(now), keep)?;
    for _ in 0..PASSED_BY {
        let Some(channel) = next_channel(db, *last)? else {
            *last = 0;
            return Ok(Step::AllDone);
        };
        if let Some(step) = tidy_channel(db, channel, now, horizon)? {
            return Ok(step);
        }
        *last = channel;
    }
    Ok(Step::PassedBy)
}

fn next_channel(db: &Connection, after: u32) -> rusqlite::Result<Option<u32>> {
    let mut select = db.prepare_cached("SELECT min(channel) FROM probe_summary WHERE channel > ?1")?;
    select.query_row([after], |row| row.get(0))
}

/// What is to do for one channel, one thing at a time.
fn tidy_channel(db: &mut Connection, channel: u32, now: i64, horizon: Horizon) -> rusqlite::Result<Option<Step>> {
    let rows = due(db, channel, now)?;
    if !rows.is_empty() {
        return pack(db, channel, &rows).map(Some);
    }
    if let Some(day) = oldest(db, "probe_block", channel)?.filter(|day| *day < horizon.raw) {
        return let_go(db, channel, day).map(Some);
    }
    if oldest(db, "probe_hours", channel)?.is_some_and(|day| day < horizon.hours) {
        let delete = "DELETE FROM probe_hours WHERE channel = ?1 AND day < ?2";
        let gone = db.execute(delete, (channel, horizon.hours))?;
        return Ok(Some(Step::HoursLetGo(count(gone))));
    }
    Ok(None)
}

/// The oldest day of a channel in a table.
fn oldest(db: &Connection, table: &str, channel: u32) -> rusqlite::Result<Option<i64>> {
    let select = format!("SELECT min(day) FROM {table} WHERE channel = ?1");
    db.prepare_cached(&select)?.query_row([channel], |row| row.get(0))
}

/// The first days that are kept. They move on with the days, and never in leaps.
fn horizon(db: &Connection, today: i64, keep: Keep) -> rusqlite::Result<Horizon> {
    let wanted = Horizon { raw: today - i64::from(keep.raw_days), hours: today - i64::from(keep.hour_days) };
    let read = "SELECT raw, hours, moved_on FROM horizon";
    let known = |row: &rusqlite::Row<'_>| Ok((Horizon { raw: row.get(0)?, hours: row.get(1)? }, row.get::<_, i64>(2)?));
    let known = db.prepare_cached(read)?.query_row([], known).optional()?;
    let moved = match known {
        Some((known, moved_on)) if moved_on == today => return Ok(known),
        Some((known, _)) => Horizon {
            raw: wanted.raw.min(known.raw + HORIZON_DAYS),
            hours: wanted.hours.min(known.hours + HORIZON_DAYS),
        },
        None => wanted,
    };
    let write = "INSERT OR REPLACE INTO horizon (one, raw, hours, moved_on) VALUES (1, ?1, ?2, ?3)";
    db.prepare_cached(write)?.execute((moved.raw, moved.hours, today))?;
    Ok(moved)
}

/// A row and what tells it from others of its millisecond.
type Numbered = (i64, Row);

/// The oldest probes of a channel, all of one day, if they are to be packed now: they fill a block, or their day is over.
fn due(db: &Connection, channel: u32, now: i64) -> rusqlite::Result<Vec<Numbered>> {
    let select = "SELECT n, at, host, attempt, latency_ms, answer FROM probe WHERE channel = ?1 AND at < ?2
                  ORDER BY at, n LIMIT ?3";
    let mut select = db.prepare_cached(select)?;
    let rows = select.query_map((channel, now.saturating_sub(FRESH_MS), signed(FULL)), |row| {
        let (at, host, attempt) = (row.get(1)?, row.get(2)?, row.get(3)?);
        Ok((row.get(0)?, Row { at, host, attempt, latency_ms: row.get(4)?, answer: row.get(5)? }))
    })?;
    let mut rows: Vec<Numbered> = rows.collect::<rusqlite::Result<_>>()?;
    let Some(day) = rows.first().map(|(_, row)| day_of(row.at)) else { return Ok(rows) };
    rows.retain(|(_, row)| day_of(row.at) == day);
    let is_over = now.saturating_sub(FRESH_MS) >= (day + 1).saturating_mul(DAY_MS);
    if rows.len() < FULL && !is_over {
        rows.clear();
    }
    Ok(rows)
}

fn pack(db: &mut Connection, channel: u32, numbered: &[Numbered]) -> rusqlite::Result<Step> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let rows: Vec<Row> = numbered.iter().map(|(_, row)| *row).collect();
    let word = |table, number| word(&transaction, table, number).map_err(Unpackable::Sql);
    let packed = block::pack(
        &rows,
        |number| word("SELECT name FROM host WHERE id = ?1", number),
        |number| word("SELECT body FROM answer WHERE id = ?1", number),
    );
    let body = packed.map_err(Unpackable::into_sql)?;
    if let Some((n, last)) = numbered.last() {
        let insert = "INSERT INTO probe_block (channel, day, probes, body) VALUES (?1, ?2, ?3, ?4)";
        transaction.prepare_cached(insert)?.execute((channel, day_of(last.at), signed(rows.len()), body))?;
        let delete = "DELETE FROM probe WHERE channel = ?1 AND (at < ?2 OR (at = ?2 AND n <= ?3))";
        transaction.prepare_cached(delete)?.execute((channel, last.at, n))?;
    }
    transaction.commit()?;
    Ok(Step::Packed(count(rows.len())))
}

fn word(db: &Connection, select: &str, number: i64) -> rusqlite::Result<String> {
    db.prepare_cached(select)?.query_row([number], |row| row.get(0))
}

/// A day of a channel is summed up by the hour, and its probes go. What cannot be read goes as well: nobody can read it.
fn let_go(db: &mut Connection, channel: u32, day: i64) -> rusqlite::Result<Step> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let (probes, known) = blocks_of(&transaction, channel, day)?;
    let mut sums = hours::of_probes(&probes);
    let before = "SELECT body FROM probe_hours WHERE channel = ?1 AND day = ?2";
    let before: Option<Vec<u8>> =
        transaction.prepare_cached(before)?.query_row((channel, day), |row| row.get(0)).optional()?;
    if let Some(before) = before.as_deref().and_then(hours::unpack) {
        sums = hours::joined(before, sums);
    }
    let body = hours::pack(&sums).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    let insert = "INSERT OR REPLACE INTO probe_hours (channel, day, body) VALUES (?1, ?2, ?3)";
    transaction.prepare_cached(insert)?.execute((channel, day, body))?;
    transaction.prepare_cached("DELETE FROM probe_block WHERE channel = ?1 AND day = ?2")?.execute((channel, day))?;
    let fewer = "UPDATE probe_summary SET probes = max(probes - ?2, 0) WHERE channel = ?1";
    transaction.prepare_cached(fewer)?.execute((channel, known))?;
    transaction.commit()?;
    Ok(Step::LetGo(known.unsigned_abs()))
}

/// The probes of a day that can be read, and how many there are.
fn blocks_of(transaction: &Transaction<'_>, channel: u32, day: i64) -> rusqlite::Result<(Vec<Probe>, i64)> {
    let select = "SELECT probes, body FROM probe_block WHERE channel = ?1 AND day = ?2 ORDER BY id";
    let mut select = transaction.prepare_cached(select)?;
    let mut rows = select.query((channel, day))?;
    let (mut probes, mut known) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        known += row.get::<_, i64>(0)?;
        probes.extend(block::unpack(ChannelId(channel), row.get_ref(1)?.as_blob()?).unwrap_or_default());
    }
    Ok((probes, known))
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn signed(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Why a block cannot be made.
enum Unpackable {
    Sql(rusqlite::Error),
    Bytes(postcard::Error),
}

impl From<postcard::Error> for Unpackable {
    fn from(error: postcard::Error) -> Self {
        Self::Bytes(error)
    }
}

impl Unpackable {
    fn into_sql(self) -> rusqlite::Error {
        match self {
            Self::Sql(error) => error,
            Self::Bytes(error) => rusqlite::Error::ToSqlConversionFailure(error.into()),
        }
    }
}

#[cfg(test)]
mod tests;
