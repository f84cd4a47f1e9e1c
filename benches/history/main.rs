//! A log at the scale of years: how fast it is written, how large it is, how soon a start and a page have what they need of it.
//! Beside each figure stands the same asked of a plain table, in the same run.
//!
//! ```sh
//! cargo bench --bench history                                       # 2 million probes, 1,200 channels, a year of events
//! cargo bench --bench history -- --probes 100000000 --folder DIR    # at full scale
//! ```

#![allow(clippy::disallowed_methods, reason = "a benchmark measures with the clock")]

mod made;
mod plain;
mod timed;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use made::{DAY_MS, Polls, TODAY};
use reelwatch::monitor::checkpoint::Changes;
use reelwatch::monitor::ids::{ChannelId, Host, Mode, Uid};
use reelwatch::monitor::io::{AutoRestart, Channel};
use reelwatch::monitor::policy::Policy;
use reelwatch::monitor::time::Timestamp;
use reelwatch::monitor::{Monitor, ProjectRoster, Roster, Seen};
use reelwatch::store::evidence::steps::{Keep, Step};
use reelwatch::store::past::build::Kept;
use reelwatch::store::{Reader, Store};
use timed::{Size, Times, memory, per_second, say};

/// The name of the project.
const PROJECT: &str = "bench";
/// Days of events.
const EVENT_DAYS: i64 = 365;
/// Days of probes.
const PROBE_DAYS: i64 = 30;
/// Nothing is let go: the whole log is measured.
const KEEP: Keep = Keep { raw_days: 3_650, hour_days: 3_650 };

/// What was asked for.
struct Wanted {
    probes: i64,
    channels: u32,
    folder: PathBuf,
    /// Removes itself at the end.
    _made: Option<tempfile::TempDir>,
}

impl Wanted {
    fn read() -> Self {
        let mut wanted = Self { probes: 2_000_000, channels: 1_200, folder: PathBuf::new(), _made: None };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut value = || words.next().unwrap_or_else(|| panic!("{word} needs a value"));
            match word.as_str() {
                "--probes" => wanted.probes = value().parse().expect("a number"),
                "--channels" => wanted.channels = value().parse().expect("a number"),
                "--folder" => wanted.folder = value().into(),
                // What cargo itself adds.
                "--bench" => {}
                other => panic!("{other} is none of --probes, --channels, --folder"),
            }
        }
        if wanted.folder.as_os_str().is_empty() {
            let made = tempfile::tempdir().expect("a folder");
            wanted.folder = made.path().to_owned();
            wanted._made = Some(made);
        }
        wanted
    }
}

fn main() {
    let wanted = Wanted::read();
    let log = wanted.folder.join("history.db");
    let mut store = Store::open(&log).expect("a log");
    let ids = store.channel_ids(PROJECT, &made::names(wanted.channels)).expect("numbers");
    write_events(&mut store, &ids);
    write_probes(&mut store, &ids, wanted.probes);
    make_days(&mut store);
    keep_checkpoint(&mut store, &ids);
    drop(store);
    say("log in all", &Size::of(&log).to_string());
    starts(&log, &ids);
    let reader = Reader::open(&log).expect("readable");
    one_channel(&reader, &ids);
    fleet("all channels", &reader);
    without_days(&log);
    plain::compare(&wanted.folder, &ids, wanted.probes.min(5_000_000));
    say("memory", &memory());
}

fn write_events(store: &mut Store, ids: &[ChannelId]) {
    let (mut random, began, mut facts) = (fastrand::Rng::with_seed(1), Instant::now(), 0);
    for day in TODAY - EVENT_DAYS..TODAY {
        let mut records: Vec<_> = ids.iter().flat_map(|id| made::events_of_day(*id, day, &mut random)).collect();
        records.sort_by_key(|record| record.at);
        facts += records.len();
        for some in records.chunks(1_000) {
            store.append(some, &[]).expect("taken");
        }
    }
    say("facts written, 1,000 in each transaction", &per_second(facts, began.elapsed()));
}

fn write_probes(store: &mut Store, ids: &[ChannelId], probes: i64) {
    let sweeps = probes / i64::from(u32::try_from(ids.len()).expect("few")) / PROBE_DAYS;
    let mut polls = Polls::new(ids.to_vec(), DAY_MS / sweeps, 2);
    let (mut writing, mut packing) = (Duration::ZERO, Duration::ZERO);
    let (mut written, mut packed) = (0, 0);
    let (mut appends, mut steps) = (Times::default(), Times::default());
    for day in TODAY - PROBE_DAYS..TODAY {
        let mut wave = Vec::new();
        for sweep in 0..sweeps {
            wave.clear();
            polls.sweep(day * DAY_MS + sweep * polls.every_ms(), &mut wave);
            let began = Instant::now();
            store.append(&[], &wave).expect("taken");
            appends.add(began.elapsed());
            writing += began.elapsed();
            written += wave.len();
        }
        let now = Timestamp::from_millis((day + 1) * DAY_MS + 2 * 3_600_000);
        loop {
            let began = Instant::now();
            let step = store.tidy(now, KEEP).expect("tidied");
            steps.add(began.elapsed());
            packing += began.elapsed();
            match step {
                Step::Packed(probes) => packed += usize::try_from(probes).expect("few"),
                Step::AllDone => break,
                Step::PassedBy | Step::LetGo(_) | Step::HoursLetGo(_) => {}
            }
        }
    }
    say("probes written, a sweep in each transaction", &per_second(written, writing));
    say("  one transaction", &appends.to_string());
    say("probes packed", &per_second(packed, packing));
    say("  one step", &steps.to_string());
    say("bytes of a packed probe", &packed_bytes(store, packed));
}

/// Of the table and its index, pages as a whole.
fn packed_bytes(store: &Store, packed: usize) -> String {
    let db = rusqlite::Connection::open(store.path()).expect("readable");
    let select = "SELECT coalesce(sum(length(body)), 0) FROM probe_block";
    let bytes: i64 = db.query_row(select, [], |row| row.get(0)).expect("summed up");
    let pages: i64 = db
        .query_row("SELECT sum(pgsize) FROM dbstat WHERE name IN ('probe_block', 'probe_block_day')", [], |row| {
            row.get(0)
        })
        .expect("SQLite counts its pages");
    let each = |bytes: i64| bytes as f64 / packed as f64;
    format!("{:.2}, with pages and index {:.2}", each(bytes), each(pages))
}

fn make_days(store: &mut Store) {
    let reader = store.reader().expect("readable");
    let now = Timestamp::from_millis((TODAY + 1) * DAY_MS);
    let (began, mut writes, mut channels) = (Instant::now(), Times::default(), 0);
    while let Some(due) = store.days_due(now).expect("asked") {
        let mut made = reader.make_days(&due, now).expect("made");
        channels += 1;
        loop {
            let began = Instant::now();
            let kept = store.keep_days(&mut made).expect("kept");
            writes.add(began.elapsed());
            if kept == Kept::All {
                break;
            }
        }
    }
    say("a year of days made", &format!("{:.1?}, {channels} channels", began.elapsed()));
    say("  one write", &writes.to_string());
}

fn monitor(ids: &[ChannelId]) -> Monitor {
    let uid = |number| Uid::new(number).expect("not 0");
    let channels = ids.iter().map(|id| Channel {
        id: *id,
        name: format!("channel-{:04}", id.0).into(),
        cname: format!("channel-{}", id.0).parse().expect("a name"),
        mode: Mode::Mix,
        main_uid: uid(900_001),
        backup_uid: Some(uid(900_002)),
        spare_uids: Vec::new(),
        profile: None,
        max_idle: None,
        tags: Vec::new(),
        auto_restart: AutoRestart::Off,
    });
    let project = ProjectRoster {
        name: PROJECT.into(),
        hosts: vec![Host::new("api.agora.io"), Host::new("api.sd-rtn.com")],
        channels: channels.collect(),
        numbers: BTreeSet::new(),
        policy: Policy::default(),
    };
    Monitor::new(Roster { projects: vec![project], idle_times: BTreeMap::new() }, Policy::default())
}

fn keep_checkpoint(store: &mut Store, ids: &[ChannelId]) {
    let (began, mut monitor) = (Instant::now(), monitor(ids));
    store.replay_after(0, |_, record| monitor.replay_one(&record)).expect("read");
    say("a start without a checkpoint: all facts read", &format!("{:.2?}", began.elapsed()));
    let began = Instant::now();
    let update = Changes::default().take(&monitor).expect("JSON");
    store.keep_checkpoint(&update, 0).expect("kept");
    let bytes: usize = update.parts.iter().map(|part| part.body.len()).sum();
    say("a checkpoint of all channels", &format!("{:.1?}, {bytes} bytes", began.elapsed()));
}

/// From the closed file to the first picture, as the program does it.
fn starts(log: &Path, ids: &[ChannelId]) {
    let mut times = Times::default();
    for _ in 0..5 {
        let began = Instant::now();
        let store = Store::open(log).expect("a log");
        let last = store.last_probes().expect("read");
        let newest = store.last_moment(&last).expect("read").expect("there is one");
        let mut monitor = monitor(ids);
        let checkpoint = store.checkpoint().expect("read").expect("there is one");
        monitor.restore(&checkpoint.parts).expect("it fits");
        store.replay_after(checkpoint.seq, |_, record| monitor.replay_one(&record)).expect("read");
        let seen = last
            .into_iter()
            .map(|last| (last.channel, Seen { last: last.last, last_good: last.good_at, last_bad: last.bad_at }));
        monitor.resume(&seen.collect(), newest, newest);
        monitor.snapshot(newest);
        store.counts().expect("counted");
        times.add(began.elapsed());
    }
    say("a start, to the first picture", &times.to_string());
}

fn one_channel(reader: &Reader, ids: &[ChannelId]) {
    let (mut random, mut times, mut probes) = (fastrand::Rng::with_seed(3), Times::default(), 0);
    for _ in 0..200 {
        let channel = ids[random.usize(..ids.len())];
        let to = Timestamp::from_millis(TODAY * DAY_MS - random.i64(0..(PROBE_DAYS - 1) * DAY_MS));
        let began = Instant::now();
        let past = reader.history(channel, to - Duration::from_secs(86_400), to).expect("read");
        times.add(began.elapsed());
        probes += past.probes.len();
    }
    say("24 h of one channel, anywhere", &format!("{times}, {} probes each", probes / 200));
}

fn fleet(name: &str, reader: &Reader) {
    // Today and the day before are in memory.
    let to = Timestamp::from_millis((TODAY - 1) * DAY_MS);
    for (days, times) in [(1, 20), (30, 5)] {
        let (mut took, mut spans) = (Times::default(), 0);
        for _ in 0..times {
            let began = Instant::now();
            let fleet = reader.fleet(to - Duration::from_secs(days * 86_400), to).expect("read");
            took.add(began.elapsed());
            spans = fleet.values().map(|past| past.spans.len()).sum();
        }
        say(&format!("{name}, {days} d"), &format!("{took}, {spans} spans"));
    }
}

/// The same from the facts themselves.
fn without_days(log: &Path) {
    Store::open(log).expect("a log").undo_all_days().expect("undone");
    fleet("  the same without days", &Reader::open(log).expect("readable"));
}
