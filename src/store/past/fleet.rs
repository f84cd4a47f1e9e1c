//! All channels over a stretch of time: the days that are made, and where they end, the facts themselves.

use std::collections::BTreeMap;

use super::build::{begin_of, join};
use super::day;
use crate::monitor::band::Span;
use crate::monitor::checkpoint::FORMAT;
use crate::monitor::history::{self, Past};
use crate::monitor::ids::ChannelId;
use crate::monitor::time::Timestamp;
use crate::store::evidence::day_of;
use crate::store::{Reader, StoreError};

impl Reader {
    /// The bands, gaps and flags of all channels from `from` to `to`, as they are known today: a gap that was found out later is drawn.
    /// One that may have been going on at `to` is told as open. A channel without anything in that time is left out.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn fleet(&self, from: Timestamp, to: Timestamp) -> Result<BTreeMap<ChannelId, Past>, StoreError> {
        let mut made = self.days_made().map_err(|error| self.error(&error))?;
        let mut fleet = self.days(&mut made, [from, to]).map_err(|error| self.error(&error))?;
        for channel in self.channels()? {
            let behind = made.get(&channel).map_or(from, |through| begin_of(through + 1).max(from));
            if behind < to {
                let past = self.folded(channel, behind)?;
                join(fleet.entry(channel).or_default(), past);
            }
        }
        fleet.values_mut().for_each(|past| cut(past, [from, to]));
        fleet.retain(|_, past| *past != Past::default());
        Ok(fleet)
    }

    /// One channel, from its facts since `from`.
    fn folded(&self, channel: ChannelId, from: Timestamp) -> Result<Past, StoreError> {
        const FOR_EVER: Timestamp = Timestamp::from_millis(i64::MAX);
        let mut records = self.records_before(channel, from)?;
        records.extend(self.history_of(channel, from, FOR_EVER)?);
        let own = records.iter().map(|(_, record)| record).filter(|record| record.channel.is_some());
        Ok(history::fold(own, from, FOR_EVER))
    }

    /// The last day of each channel that is made.
    fn days_made(&self) -> rusqlite::Result<BTreeMap<ChannelId, i64>> {
        let mut select = self.db().prepare_cached("SELECT channel, through FROM past_mark WHERE format = ?1")?;
        select.query_map([FORMAT], |row| Ok((ChannelId(row.get(0)?), row.get(1)?)))?.collect()
    }

    /// What the days that are made say. One that cannot be read counts as not made, with all after it.
    fn days(
        &self,
        made: &mut BTreeMap<ChannelId, i64>,
        [from, to]: [Timestamp; 2],
    ) -> rusqlite::Result<BTreeMap<ChannelId, Past>> {
        let mut fleet: BTreeMap<ChannelId, Past> = BTreeMap::new();
        let select = "SELECT day, channel, body FROM past_day WHERE day BETWEEN ?1 AND ?2 ORDER BY day, channel";
        let mut select = self.db().prepare_cached(select)?;
        let mut rows = select.query((day_of(from.as_millis()), day_of(to.as_millis())))?;
        while let Some(row) = rows.next()? {
            let (number, channel) = (row.get(0)?, ChannelId(row.get(1)?));
            if made.get(&channel).is_none_or(|through| number > *through) {
                continue;
            }
            match day::unpack(row.get_ref(2)?.as_blob()?, begin_of(number)) {
                Some(day) => join(fleet.entry(channel).or_default(), day),
                None => drop(made.insert(channel, number - 1)),
            }
        }
        Ok(fleet)
    }
}

/// Leaves out what is outside of `from..to`.
fn cut(past: &mut Past, [from, to]: [Timestamp; 2]) {
    past.open_gap = day::open_at(past, to);
    past.spans.retain(|span| span.to > from && span.from < to);
    for span in &mut past.spans {
        *span = Span { from: span.from.max(from), to: span.to.min(to), ..*span };
    }
    past.gaps.retain(|gap| gap.first_good > from && gap.first_good < to);
    past.marks.retain(|mark| from <= mark.at && mark.at <= to);
}

#[cfg(test)]
mod tests;
