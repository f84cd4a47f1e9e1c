//! The evidence of one channel over a stretch of time, wherever it is by now: packed, or still one by one.

use rusqlite::{Connection, OptionalExtension};

use super::{block, day_of, hours};
use crate::monitor::event::Probe;
use crate::monitor::ids::ChannelId;
use crate::monitor::snapshot::HourOfProbes;
use crate::monitor::time::Timestamp;
use crate::store::rows::{self, PROBE_COLUMNS, PROBE_TABLES};

/// Evidence, and how much of it cannot be read.
#[derive(Debug, Default)]
pub struct Evidence {
    /// Oldest first.
    pub probes: Vec<Probe>,
    /// The hours of days whose probes are gone, oldest first.
    pub hours: Vec<HourOfProbes>,
    /// Probes of a newer version, or damaged.
    pub skipped: u64,
}

/// Everything from `from` to `to`, both included; an hour counts when its beginning does.
pub fn stretch(db: &Connection, channel: ChannelId, from: Timestamp, to: Timestamp) -> rusqlite::Result<Evidence> {
    let mut evidence = Evidence::default();
    add_blocks(db, channel, [from, to], &mut evidence)?;
    add_rows(db, channel, [from, to], &mut evidence)?;
    if !evidence.probes.is_sorted_by_key(|probe| probe.at) {
        // The workstation's clock may have gone back; those of one moment stay in the order they were kept in.
        evidence.probes.sort_by_key(|probe| probe.at);
    }
    add_hours(db, channel, [from, to], &mut evidence)?;
    Ok(evidence)
}

fn add_blocks(
    db: &Connection,
    channel: ChannelId,
    [from, to]: [Timestamp; 2],
    into: &mut Evidence,
) -> rusqlite::Result<()> {
    let select = "SELECT probes, body FROM probe_block WHERE channel = ?1 AND day BETWEEN ?2 AND ?3 ORDER BY day, id";
    let mut select = db.prepare_cached(select)?;
    let mut rows = select.query((channel.0, day_of(from.as_millis()), day_of(to.as_millis())))?;
    while let Some(row) = rows.next()? {
        match block::unpack(channel, row.get_ref(1)?.as_blob()?) {
            Some(probes) => into.probes.extend(probes.into_iter().filter(|probe| from <= probe.at && probe.at <= to)),
            None => into.skipped += row.get::<_, i64>(0)?.unsigned_abs(),
        }
    }
    Ok(())
}

fn add_rows(
    db: &Connection,
    channel: ChannelId,
    [from, to]: [Timestamp; 2],
    into: &mut Evidence,
) -> rusqlite::Result<()> {
    let select = format!(
        "SELECT {PROBE_COLUMNS} FROM {PROBE_TABLES} WHERE probe.channel = ?1 AND probe.at BETWEEN ?2 AND ?3
         ORDER BY probe.at, probe.n"
    );
    let mut select = db.prepare_cached(&select)?;
    let mut found = select.query((channel.0, from.as_millis(), to.as_millis()))?;
    while let Some(row) = found.next()? {
        match rows::probe(row) {
            Some(probe) => into.probes.push(probe),
            None => into.skipped += 1,
        }
    }
    Ok(())
}

fn add_hours(
    db: &Connection,
    channel: ChannelId,
    [from, to]: [Timestamp; 2],
    into: &mut Evidence,
) -> rusqlite::Result<()> {
    let select = "SELECT day, body FROM probe_hours WHERE channel = ?1 AND day BETWEEN ?2 AND ?3 ORDER BY day";
    let mut select = db.prepare_cached(select)?;
    let mut rows = select.query((channel.0, day_of(from.as_millis()), day_of(to.as_millis())))?;
    while let Some(row) = rows.next()? {
        let day = row.get(0)?;
        // Hours of a newer version or damaged: how many there were is not known, only that there are some.
        let Some(hours) = hours::unpack(row.get_ref(1)?.as_blob()?) else {
            into.skipped += 1;
            continue;
        };
        let hours = hours.into_iter().map(|hour| hour.on(day));
        into.hours.extend(hours.filter(|hour| from <= hour.from && hour.from <= to));
    }
    Ok(())
}

/// The newest probe of a channel; the inner `None` when its row cannot be read.
pub fn newest(db: &Connection, channel: ChannelId) -> rusqlite::Result<Option<Option<Probe>>> {
    let select = format!(
        "SELECT {PROBE_COLUMNS} FROM {PROBE_TABLES} WHERE probe.channel = ?1 ORDER BY probe.at DESC, probe.n DESC LIMIT 1"
    );
    let row = db.prepare_cached(&select)?.query_row([channel.0], |row| Ok(rows::probe(row))).optional()?;
    if row.is_some() {
        // What is packed is older.
        return Ok(row);
    }
    let select = "SELECT body FROM probe_block WHERE channel = ?1 ORDER BY day DESC, id DESC LIMIT 1";
    let body: Option<Vec<u8>> = db.prepare_cached(select)?.query_row([channel.0], |row| row.get(0)).optional()?;
    Ok(body.map(|body| block::unpack(channel, &body).and_then(|mut probes| probes.pop())))
}
