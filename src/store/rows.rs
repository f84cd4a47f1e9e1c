//! Events and probes to and from rows. A row that cannot be read (a kind of a newer version, broken JSON) is `None`, never an
//! error: the rest of the log is still worth reading.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::Row;
use serde_json::value::RawValue;

use crate::monitor::event::{Event, Probe, Record};
use crate::monitor::ids::{ChannelId, Host};
use crate::monitor::time::Timestamp;

/// The version of every event written today. It rises when the meaning of a body changes, not when a field is added.
pub const EVENT_VERSION: i64 = 1;

/// The columns [`record`] reads, in its order.
pub const EVENT_COLUMNS: &str = "seq, at, channel, kind, version, body";

/// The columns [`probe`] reads, in its order.
pub const PROBE_COLUMNS: &str = "probe.at, probe.channel, host.name, probe.attempt, probe.latency_ms, answer.body";

/// Where the columns of [`PROBE_COLUMNS`] come from.
pub const PROBE_TABLES: &str = "probe JOIN host ON host.id = probe.host JOIN answer ON answer.id = probe.answer";

/// An event as its kind and its body: `{"started": {…}}` becomes `started` and `{…}`, a word without a body gets `null`.
pub fn encode(event: &Event) -> serde_json::Result<(String, String)> {
    let json = serde_json::to_string(event)?;
    if json.starts_with('"') {
        return Ok((serde_json::from_str(&json)?, "null".to_owned()));
    }
    let tagged: BTreeMap<String, Box<RawValue>> = serde_json::from_str(&json)?;
    let (kind, body) = tagged.into_iter().next().ok_or_else(|| serde::ser::Error::custom("an event without a kind"))?;
    Ok((kind, Box::<str>::from(body).into()))
}

/// The way back; `None` for a version or kind this program does not know, or a broken body.
pub fn decode(kind: &str, version: i64, body: &str) -> Option<Event> {
    if version != EVENT_VERSION {
        return None;
    }
    let kind = serde_json::to_string(kind).ok()?;
    serde_json::from_str(&format!("{{{kind}:{body}}}")).ok()
}

/// A row of [`EVENT_COLUMNS`].
pub fn record(row: &Row<'_>) -> Option<(u64, Record)> {
    let seq = u64::try_from(row.get::<_, i64>(0).ok()?).ok()?;
    let channel: Option<u32> = row.get(2).ok()?;
    let kind = row.get_ref(3).ok()?.as_str().ok()?;
    let body = row.get_ref(5).ok()?.as_str().ok()?;
    let event = decode(kind, row.get(4).ok()?, body)?;
    let at = Timestamp::from_millis(row.get(1).ok()?);
    Some((seq, Record { at, channel: channel.map(ChannelId), event }))
}

/// A row of [`PROBE_COLUMNS`].
pub fn probe(row: &Row<'_>) -> Option<Probe> {
    Some(Probe {
        at: Timestamp::from_millis(row.get(0).ok()?),
        channel: ChannelId(row.get(1).ok()?),
        host: Host::new(row.get::<_, Arc<str>>(2).ok()?),
        attempt: row.get(3).ok()?,
        latency_ms: row.get(4).ok()?,
        answer: serde_json::from_str(row.get_ref(5).ok()?.as_str().ok()?).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Every kind of event that was ever written, as it was written. Lines are added, never changed.
    const WRITTEN: &str = include_str!("../../tests/fixtures/log/events_v1.jsonl");

    fn written() -> impl Iterator<Item = (String, i64, Value)> {
        WRITTEN.lines().map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            (line["kind"].as_str().unwrap().to_owned(), line["version"].as_i64().unwrap(), line["body"].clone())
        })
    }

    #[test]
    fn every_event_ever_written_is_read_and_written_the_same_again() {
        for (kind, version, body) in written() {
            let event =
                decode(&kind, version, &body.to_string()).unwrap_or_else(|| panic!("unreadable: {kind} {body}"));
            let (kind_again, body_again) = encode(&event).unwrap();
            let body_again: Value = serde_json::from_str(&body_again).unwrap();
            assert_eq!((kind_again, body_again), (kind, body));
        }
    }

    #[test]
    fn no_variant_of_an_event_is_missing_in_the_fixture() {
        // The decoder itself lists the variants it knows when it meets one that it does not.
        let complaint = serde_json::from_str::<Event>(r#"{"?":null}"#).unwrap_err().to_string();
        let known = complaint.split('`').skip(3).step_by(2);
        let missing: Vec<_> = known.filter(|known| !written().any(|(kind, ..)| kind == *known)).collect();
        assert_eq!(missing, Vec::<&str>::new());
        assert!(complaint.contains("`watch_ended`"), "{complaint}");
    }

    #[test]
    fn a_kind_cannot_break_out_of_its_place() {
        assert_eq!(decode(r#"watch_ended":null,"x"#, 1, "null"), None);
        assert_eq!(decode("watch_ended", 1, "null}, {"), None);
    }
}
