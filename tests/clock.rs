//! Both changes between summer and winter time, in two zones: the log counts in UTC, and local times are only shown. A session
//! that runs through such a night keeps its order, and no length is wrong or negative.

use std::time::Duration;

use jiff::tz::TimeZone;
use reelwatch::export::{SessionLog, write_csv};
use reelwatch::monitor::event::{Event, Record};
use reelwatch::monitor::gap::{Gap, GapEnd};
use reelwatch::monitor::time::Timestamp;
use reelwatch::ui::format;

use crate::rig;

const MINUTE: Duration = Duration::from_secs(60);

/// A night in which the clocks change.
struct Night {
    /// The rule of the zone, so that no list of zones is needed on the computer.
    zone: &'static str,
    /// The first moment after the change.
    change: &'static str,
    /// What the clock on the wall shows a minute before it, and at it.
    shows: [&'static str; 2],
    /// What stands behind local times before and after it.
    offsets: [&'static str; 2],
}

const BERLIN: &str = "CET-1CEST,M3.5.0,M10.5.0/3";
const NEW_YORK: &str = "EST5EDT,M3.2.0,M11.1.0";

const NIGHTS: [Night; 4] = [
    night(BERLIN, "2026-03-29T01:00:00Z", ["01:59:00", "03:00:00"], ["+01:00", "+02:00"]),
    night(BERLIN, "2026-10-25T01:00:00Z", ["02:59:00", "02:00:00"], ["+02:00", "+01:00"]),
    night(NEW_YORK, "2026-03-08T07:00:00Z", ["01:59:00", "03:00:00"], ["-05:00", "-04:00"]),
    night(NEW_YORK, "2026-11-01T06:00:00Z", ["01:59:00", "01:00:00"], ["-04:00", "-05:00"]),
];

const fn night(
    zone: &'static str,
    change: &'static str,
    shows: [&'static str; 2],
    offsets: [&'static str; 2],
) -> Night {
    Night { zone, change, shows, offsets }
}

fn moment(text: &str) -> Timestamp {
    let moment: jiff::Timestamp = text.parse().expect("a moment");
    Timestamp::from_millis(moment.as_millisecond())
}

/// Two hours on either side of the change, one fact a minute, and a gap across it.
fn session(change: Timestamp, zone: &TimeZone) -> SessionLog {
    let roster = rig::roster(&rig::cloud(1));
    let channel = roster.projects[0].channels[0].clone();
    let from = change - MINUTE * 120;
    let fact = |n: u32| Record { at: from + MINUTE * n, channel: None, event: Event::NetworkBack };
    SessionLog {
        app_version: "0".into(),
        project: "p".into(),
        channel,
        from,
        to: change + MINUTE * 120,
        exported_at: change + MINUTE * 120,
        zone: zone.clone(),
        poll_every: MINUTE,
        lost_after: MINUTE,
        records: (1..=240).map(|n| (u64::from(n), fact(n))).collect(),
        probes: Vec::new(),
        gaps: vec![Gap {
            last_good: change - MINUTE,
            first_bad: change - MINUTE / 2,
            last_bad: change + MINUTE / 2,
            first_good: change + MINUTE,
            end: GapEnd::Blip,
        }],
        open_gap: None,
        not_observed: Vec::new(),
        unreadable: 0,
    }
}

#[test]
fn in_a_night_when_the_clocks_change_local_times_are_right_and_the_log_keeps_its_order_and_its_lengths() {
    for Night { zone, change, shows, offsets } in NIGHTS {
        let place = format!("{zone} {change}");
        let (zone, change) = (TimeZone::posix(zone).expect("a rule"), moment(change));
        let shown = [change - MINUTE, change].map(|at| format::clock(at, &zone));
        assert_eq!(shown, shows, "{place}");

        let mut csv = Vec::new();
        write_csv(&session(change, &zone), &mut csv).expect("a vector takes everything");
        let mut reader = csv::Reader::from_reader(csv.as_slice());
        let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
        let facts: Vec<_> = rows.iter().filter(|row| &row[2] == "event").collect();
        assert_eq!(facts.len(), 240, "{place}");
        let utc: Vec<Timestamp> = facts.iter().map(|row| moment(&row[0])).collect();
        assert!(utc.windows(2).all(|pair| pair[1].since(pair[0]) == MINUTE), "{place}: a minute is a minute");
        for (row, utc) in facts.iter().zip(utc) {
            let offset = offsets[usize::from(utc >= change)];
            assert!(row[1].ends_with(offset), "{place}: {row:?}");
            assert_eq!(moment(&row[1]), utc, "{place}: the same moment, whatever the clock on the wall shows");
        }
        let gap = rows.iter().find(|row| &row[2] == "gap").expect("the gap across the change");
        assert!(gap.iter().any(|cell| cell == "60000") && gap.iter().any(|cell| cell == "120000"), "{place}: {gap:?}");
    }
}
