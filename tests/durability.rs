//! Whether what the log has taken is there after the power of its process is cut, at any moment and whatever it was doing: writing,
//! packing, making days, copying itself. And whether a file that was damaged at random ever does worse than to be set aside.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use reelwatch::monitor::answer::{Answer, Outcome, ServiceStatus};
use reelwatch::monitor::event::{Actor, Event, Probe, Record};
use reelwatch::monitor::ids::{ChannelId, Host, SessionId, Uid};
use reelwatch::monitor::phase::StartCause;
use reelwatch::monitor::time::Timestamp;
use reelwatch::store::check::check;
use reelwatch::store::evidence::steps::Keep;
use reelwatch::store::past::build::Kept;
use reelwatch::store::{Note, Store, backup};

/// Where the writer of a test has its log; a process without it is no writer.
const LOG: &str = "REELWATCH_TEST_WRITER";
/// Facts and probes in each append.
const FACTS: i64 = 10;
const PROBES: i64 = 90;
/// Two channels, so that there is more than one of everything.
const CHANNELS: i64 = 2;

fn names() -> Vec<Arc<str>> {
    vec!["hall".into(), "annex".into()]
}

/// The facts and probes with these numbers.
fn batch(ids: &[ChannelId], number: i64) -> (Vec<Record>, Vec<Probe>) {
    let channel = |n: i64| ids[usize::try_from(n % CHANNELS).expect("small")];
    let at = |n: i64| Timestamp::from_millis(n * 1_000);
    let fact = |n| {
        let uid = Uid::new(u32::try_from(n + 1).expect("few")).expect("not 0");
        let event = Event::StartRequested { session: SessionId(1), uid, cause: StartCause::Start, by: Actor::Operator };
        Record { at: at(number * PROBES + n % FACTS), channel: Some(channel(n)), event }
    };
    let answer = Answer { http: Some(200), ..Answer::bare(Outcome::Status(ServiceStatus::InProgress)) };
    let probe = |n: i64| {
        let latency_ms = u32::try_from(n % 10_000).expect("small");
        Probe { at: at(n), channel: channel(n), host: Host::new("a"), attempt: 1, latency_ms, answer: answer.clone() }
    };
    let facts = (number * FACTS..(number + 1) * FACTS).map(fact);
    (facts.collect(), (number * PROBES..(number + 1) * PROBES).map(probe).collect())
}

/// What a test starts a process of its own for: it writes until it is killed, and says after each append which one it was.
#[test]
fn writes_until_it_is_killed_where_a_test_asks_for_it() {
    let Some(log) = std::env::var_os(LOG) else { return };
    let log = Path::new(&log);
    let mut store = Store::open(log).expect("a log");
    let ids = store.channel_ids("court", &names()).expect("numbers");
    let first = i64::try_from(store.last_seq()).expect("few") / FACTS;
    for number in first.. {
        let (facts, probes) = batch(&ids, number);
        store.append(&facts, &probes).expect("taken");
        println!("kept {number}");
        std::io::stdout().flush().expect("heard");
        let now = probes.last().expect("some").at + Duration::from_secs(4 * 86_400);
        store.tidy(now, Keep { raw_days: 3_650, hour_days: 3_650 }).expect("tidied");
        if number % 7 == 0 {
            make_days(&mut store, now);
        }
        if number % 11 == 0 {
            backup::back_up(log).expect("copied");
        }
    }
}

fn make_days(store: &mut Store, now: Timestamp) {
    let reader = store.reader().expect("readable");
    if let Some(due) = store.days_due(now).expect("asked") {
        let mut made = reader.make_days(&due, now).expect("made");
        while store.keep_days(&mut made).expect("kept") == Kept::Some {}
    }
}

#[test]
fn whatever_was_kept_is_there_after_a_kill_at_any_moment() {
    let kills = std::env::var("REELWATCH_WRITER_KILLS").map_or(6, |kills| kills.parse().expect("a number"));
    let mut random = fastrand::Rng::with_seed(11);
    let (mut folder, mut rows) = (tempfile::tempdir().expect("a folder"), 0);
    for kill in 0..kills {
        if kill % 20 == 19 {
            folder = tempfile::tempdir().expect("a folder");
        }
        let log = folder.path().join("log.db");
        let acknowledged = write_and_kill(&log, random.usize(1..60), random.u32(0..600_000));
        rows += look_after_the_kill(&log, acknowledged, kill);
    }
    println!(
        "{kills} kills of a writer, {rows} rows held against what was acknowledged: nothing lost, nothing doubled"
    );
}

/// Kills the writer a moment after it has said so often that something is kept; the number of the last that it said.
fn write_and_kill(log: &Path, after: usize, turns: u32) -> i64 {
    let mut writer = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "durability::writes_until_it_is_killed_where_a_test_asks_for_it", "--nocapture"])
        .env(LOG, log)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the writer starts");
    let mut lines = BufReader::new(writer.stdout.take().expect("piped")).lines();
    let number = |line: String| line.rsplit_once("kept ").and_then(|(_, number)| number.parse().ok());
    let mut heard = lines.by_ref().map_while(Result::ok).filter_map(number).take(after).last();
    // No wait for anything: the writer is at another place each time.
    (0..turns).for_each(|_| std::hint::spin_loop());
    writer.kill().expect("killed");
    writer.wait().expect("gone");
    // What it said before it died was kept as well.
    heard = lines.map_while(Result::ok).filter_map(number).last().or(heard);
    heard.expect("it wrote something")
}

fn look_after_the_kill(log: &Path, acknowledged: i64, kill: usize) -> u64 {
    let mut store = Store::open(log).expect("it opens");
    assert_eq!(store.notes(), &[][..], "kill {kill}: nothing is damaged");
    let whole = check(log).expect("readable");
    assert!(whole.is_whole(), "kill {kill}: {whole:?}");
    let least = u64::try_from((acknowledged + 1) * (FACTS + PROBES)).expect("positive");
    // One append may have been kept and not been heard of.
    let most = least + u64::try_from(FACTS + PROBES).expect("positive");
    let rows = whole.facts.all + whole.probes.all;
    assert!((least..=most).contains(&rows), "kill {kill}: {rows} rows, and {least} were acknowledged");
    let ids = store.channel_ids("court", &names()).expect("numbers");
    let reader = store.reader().expect("readable");
    let all = ids.iter().flat_map(|id| {
        reader.history(*id, Timestamp::from_millis(0), Timestamp::from_millis(i64::MAX)).expect("readable").probes
    });
    let all: Vec<_> = all.map(|probe| (probe.channel, probe.at)).collect();
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "kill {kill}: no probe twice");
    assert_eq!(u64::try_from(all.len()).expect("few"), whole.probes.all, "kill {kill}");
    rows
}

#[test]
fn a_file_damaged_at_random_is_never_deleted_and_never_stops_the_program() {
    let times = std::env::var("REELWATCH_DAMAGES").map_or(60, |times| times.parse().expect("a number"));
    let good = tempfile::tempdir().expect("a folder");
    let log = good.path().join("log.db");
    let mut store = Store::open(&log).expect("a log");
    let ids = store.channel_ids("court", &names()).expect("numbers");
    for number in 0..60 {
        let (facts, probes) = batch(&ids, number);
        store.append(&facts, &probes).expect("taken");
    }
    let now = Timestamp::from_millis(60 * PROBES * 1_000 + 4 * 86_400_000);
    for _ in 0..40 {
        store.tidy(now, Keep::default()).expect("tidied");
    }
    (0..3).for_each(|_| make_days(&mut store, now));
    drop(store);
    let whole = std::fs::read(&log).expect("readable");
    let (mut random, mut set_aside) = (fastrand::Rng::with_seed(12), 0);
    for round in 0..times {
        let mut bytes = whole.clone();
        damage(&mut bytes, &mut random);
        let folder = tempfile::tempdir().expect("a folder");
        let log = folder.path().join("log.db");
        std::fs::write(&log, &bytes).expect("written");
        let Ok(mut store) = Store::open(&log) else {
            // Refused as somebody else's, of a newer version or changed: left as it is.
            assert_eq!(std::fs::read(&log).expect("there"), bytes, "round {round}");
            continue;
        };
        if let [Note::SetAside { kept_as, .. }] = store.notes() {
            assert_eq!(std::fs::read(kept_as).expect("kept"), bytes, "round {round}");
            set_aside += 1;
        }
        // Whatever is met later is an error that says so, or is counted; never a panic.
        use_it(&mut store, now);
    }
    println!("{times} damaged logs: {set_aside} set aside, none deleted, no panic");
    assert!(set_aside * 3 > times, "{set_aside}");
}

/// Flips some bits, overwrites a page, or cuts the end off.
fn damage(bytes: &mut Vec<u8>, random: &mut fastrand::Rng) {
    match random.u8(0..3) {
        0 => {
            for _ in 0..random.usize(1..40) {
                let at = random.usize(..bytes.len());
                bytes[at] ^= 1 << random.u8(0..8);
            }
        }
        1 => {
            let page = random.usize(..bytes.len() / 4_096) * 4_096;
            let fill = random.u8(..);
            bytes[page..page + 4_096].fill(fill);
        }
        _ => bytes.truncate(random.usize(..bytes.len())),
    }
}

fn use_it(store: &mut Store, now: Timestamp) {
    let _ = store.events();
    let _ = store.checkpoint();
    let _ = store.last_probes().and_then(|probes| store.last_moment(&probes));
    let Ok(ids) = store.channel_ids("court", &names()) else { return };
    let (facts, probes) = batch(&ids, 70);
    let _ = store.append(&facts, &probes);
    for _ in 0..20 {
        let _ = store.tidy(now, Keep { raw_days: 1, hour_days: 2 });
    }
    if let Ok(reader) = store.reader() {
        for id in ids {
            let _ = reader.history(id, Timestamp::from_millis(0), now);
        }
        let _ = reader.fleet(Timestamp::from_millis(0), now);
        if let Ok(Some(due)) = store.days_due(now) {
            let _ = reader.make_days(&due, now).map(|mut made| store.keep_days(&mut made));
        }
    }
    let _ = check(store.path());
    let _ = backup::back_up(store.path());
}
