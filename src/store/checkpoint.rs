//! What the core held true after one fact, kept beside the log. It is derived: what is not of today's format, or does not fit the log,
//! is as good as none.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::error::StoreError;
use super::write::Store;
use crate::monitor::checkpoint::{FORMAT, Others, Part, Update};
use crate::monitor::ids::ChannelId;

/// The number that stands for no channel: theirs begin with 1.
const NO_CHANNEL: u32 = 0;

/// A checkpoint of this log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The last fact that is in it.
    pub seq: u64,
    /// Facts up to that one which could not be read, so that it may lack them.
    pub skipped: u64,
    /// All of it.
    pub parts: Vec<Part>,
}

impl Store {
    /// Keeps a checkpoint of everything that was appended so far. `skipped` is how many facts of it could not be read.
    ///
    /// # Errors
    /// If the disk refuses; the checkpoint before stays as it was then.
    pub fn keep_checkpoint(&mut self, update: &Update, skipped: u64) -> Result<(), StoreError> {
        self.still_there()?;
        let seq = self.last_seq();
        let kept = keep(&mut self.db, update, [seq, skipped]);
        kept.map_err(|error| self.error(&error))
    }

    /// The checkpoint of this log, if there is one of today's format.
    pub fn checkpoint(&self) -> Result<Option<Checkpoint>, StoreError> {
        let read = read(&self.db).map_err(|error| self.error(&error))?;
        // One of a later fact than the newest cannot be of this log.
        Ok(read.filter(|checkpoint| checkpoint.seq <= self.last_seq()))
    }
}

fn keep(db: &mut Connection, update: &Update, [seq, skipped]: [u64; 2]) -> rusqlite::Result<()> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    match &update.others {
        Others::Go => {
            transaction.execute("DELETE FROM checkpoint_part", [])?;
        }
        Others::Stay(but) => {
            let mut delete = transaction.prepare_cached("DELETE FROM checkpoint_part WHERE channel = ?1")?;
            for id in but {
                delete.execute([id.0])?;
            }
        }
    }
    let mut insert = transaction
        .prepare_cached("INSERT OR REPLACE INTO checkpoint_part (project, channel, body) VALUES (?1, ?2, ?3)")?;
    for part in &update.parts {
        insert.execute((&part.project, part.channel.map_or(NO_CHANNEL, |id| id.0), &part.body))?;
    }
    drop(insert);
    let signed = |number| i64::try_from(number).unwrap_or(i64::MAX);
    let mark = "INSERT OR REPLACE INTO checkpoint (one, format, seq, skipped) VALUES (1, ?1, ?2, ?3)";
    transaction.execute(mark, (FORMAT, signed(seq), signed(skipped)))?;
    transaction.commit()
}

fn read(db: &Connection) -> rusqlite::Result<Option<Checkpoint>> {
    let mark = "SELECT seq, skipped FROM checkpoint WHERE format = ?1";
    let unsigned = |row: &rusqlite::Row<'_>, column| row.get::<_, i64>(column).map(i64::unsigned_abs);
    let mark = db.query_row(mark, [FORMAT], |row| Ok((unsigned(row, 0)?, unsigned(row, 1)?))).optional()?;
    let Some((seq, skipped)) = mark else { return Ok(None) };
    let mut select = db.prepare("SELECT project, channel, body FROM checkpoint_part")?;
    let parts = select.query_map([], |row| {
        let channel = Some(row.get(1)?).filter(|channel| *channel != NO_CHANNEL).map(ChannelId);
        Ok(Part { project: row.get(0)?, channel, body: row.get(2)? })
    })?;
    Ok(Some(Checkpoint { seq, skipped, parts: parts.collect::<rusqlite::Result<_>>()? }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::event::Event;
    use crate::store::sample::everywhere;

    fn part(project: &str, channel: Option<u32>, body: &str) -> Part {
        Part { project: project.into(), channel: channel.map(ChannelId), body: body.to_owned() }
    }

    fn sorted(store: &Store) -> Vec<Part> {
        let mut parts = store.checkpoint().unwrap().unwrap().parts;
        parts.sort_by_key(|part| (part.project.to_string(), part.channel));
        parts
    }

    #[test]
    fn an_update_replaces_what_it_names_and_leaves_the_rest() {
        let mut store = Store::in_memory().unwrap();
        assert_eq!(store.checkpoint().unwrap(), None);
        store.append(&[everywhere(1, Event::WatchEnded)], &[]).unwrap();
        let parts =
            vec![part("", None, "w"), part("a", None, "p"), part("a", Some(1), "one"), part("a", Some(2), "two")];
        store.keep_checkpoint(&Update { parts: parts.clone(), others: Others::Go }, 3).unwrap();
        assert_eq!(sorted(&store), parts);
        let update = Update { parts: vec![part("a", Some(2), "2")], others: Others::Stay(vec![ChannelId(1)]) };
        store.append(&[everywhere(2, Event::WatchEnded)], &[]).unwrap();
        store.keep_checkpoint(&update, 3).unwrap();
        assert_eq!(sorted(&store), [part("", None, "w"), part("a", None, "p"), part("a", Some(2), "2")]);
        let kept = store.checkpoint().unwrap().unwrap();
        assert_eq!((kept.seq, kept.skipped), (2, 3));
    }

    #[test]
    fn one_of_another_format_and_one_ahead_of_the_log_are_none() {
        let mut store = Store::in_memory().unwrap();
        store.append(&[everywhere(1, Event::WatchEnded)], &[]).unwrap();
        let update = Update { parts: vec![part("", None, "w")], others: Others::Go };
        for change in ["format = 0", "seq = 2"] {
            store.keep_checkpoint(&update, 0).unwrap();
            assert!(store.checkpoint().unwrap().is_some());
            store.db.execute(&format!("UPDATE checkpoint SET {change}"), []).unwrap();
            assert_eq!(store.checkpoint().unwrap(), None, "{change}");
        }
    }
}
