//! Everything that can go wrong with the service, its recorders and the way to it, at random moments.

use std::collections::BTreeMap;
use std::time::Duration;

use fastrand::Rng;
use reelwatch::monitor::ids::Mode;
use reelwatch::sim::Scenario;
use reelwatch::sim::scenario::{At, BadKeys, CallName, Fault, Happening, Kind, Span};

use super::plan::{Numbers, cname};

const DOMAINS: [&str; 2] = ["api.agora.io", "api.sd-rtn.com"];

/// The fleet and its troubles.
pub fn scenario(rng: &mut Rng, numbers: Numbers, length: Duration, mode: &Mode) -> Scenario {
    let (first, fleet) = (numbers.after, numbers.count);
    let pcw = if rng.u8(0..10) == 0 { fleet } else { 3 * fleet + 10 };
    let mut text = format!("name = \"random\"\nseed = 1\n[project]\nname = \"p{first}\"\n[service]\npcw = {pcw}\n");
    for i in first + 1..=first + fleet {
        let (main, backup, spare) = (100_000 + i, 900_000 + i, 950_000 + i);
        text += &format!("[[channel]]\ncname = \"{}\"\nmain_uid = {main}\nbackup_uid = {backup}\n", cname(i));
        text += &format!("spare_uids = [{spare}]\n");
    }
    let mut scenario = Scenario::parse(&text).expect("a scenario");
    let channel_hours = u64::from(fleet) * length.as_secs() / 3600;
    for _ in 0..rng.u64(2..8) + rng.u64(0..=channel_hours).min(300) {
        let t = Span(rng.u64(0..millis(length)));
        scenario.happenings.extend(trouble(rng, numbers, t, mode));
    }
    scenario.happenings.sort_by_key(|at| at.t);
    drop_failovers_in_a_failover(&mut scenario.happenings);
    scenario
}

/// A second project on the same network: with troubles of its own, and most outages of the domains in common.
pub fn beside(rng: &mut Rng, first: &Scenario, numbers: Numbers, length: Duration, mode: &Mode) -> Scenario {
    let mut scenario = scenario(rng, numbers, length, mode);
    "b".repeat(32).clone_into(&mut scenario.project.app_id);
    // By the moment, so that domains that go dark together do so here, too.
    let dark = |at: &&At| matches!(at.what, Happening::DomainDark { .. }) && !at.t.0.is_multiple_of(3);
    scenario.happenings.extend(first.happenings.iter().filter(dark).cloned());
    scenario.happenings.sort_by_key(|at| at.t);
    scenario
}

fn millis(length: Duration) -> u64 {
    u64::try_from(length.as_millis()).expect("days")
}

/// The vendor promises an end of a failover after 90 s; a second one in the middle of the first would break that promise, and
/// one that follows within the same time would look as if it did where no query between them is answered.
fn drop_failovers_in_a_failover(happenings: &mut Vec<At>) {
    let mut over: BTreeMap<String, u64> = BTreeMap::new();
    happenings.retain(|at| {
        let Happening::FailOver { cname, lasts } = &at.what else { return true };
        let free = over.get(cname).is_none_or(|end| *end < at.t.0);
        if free {
            over.insert(cname.clone(), at.t.0 + lasts.0 + 90_000);
        }
        free
    });
}

/// One trouble, or two that belong together.
fn trouble(rng: &mut Rng, numbers: Numbers, t: Span, mode: &Mode) -> Vec<At> {
    let number = numbers.after + rng.u32(1..=numbers.count);
    let cname = cname(number);
    let lasts = Span::secs(rng.u64(10..1_200));
    let uid = *rng.choice(&[100_000, 900_000, 950_000]).expect("some") + number;
    let one = |what| vec![At { t, what }];
    match rng.u32(0..26) {
        0..=4 => one(Happening::Die { cname }),
        5..=8 => failovers(rng, &cname, t),
        9 => one(Happening::IdleOut { cname }),
        10 => one(Happening::AbnormalExit { cname }),
        11 => one(Happening::StuckStart { cname }),
        12 => {
            let back = Span(t.0 + rng.u64(1_000..1_200_000));
            let publish = |on| Happening::Publish { cname: cname.clone(), on };
            vec![At { t, what: publish(false) }, At { t: back, what: publish(true) }]
        }
        13 => one(Happening::SameUidUser { cname, uid, lasts }),
        14 => one(Happening::OutsideRecorder { cname, uid, lasts }),
        15 => one(storage(rng, cname, lasts)),
        16 if *mode == Mode::Web => one(Happening::PageStuck { cname, lasts }),
        16 => one(if rng.bool() { Happening::Suspended { lasts } } else { Happening::NotEnabled { lasts } }),
        17 => one(Happening::DomainDark { domain: domain(rng), lasts }),
        // The own network: neither can be reached.
        18 => {
            let dark = |domain: &str| Happening::DomainDark { domain: domain.to_owned(), lasts };
            DOMAINS.iter().map(|domain| At { t, what: dark(domain) }).collect()
        }
        _ => one(Happening::Fault(fault(rng, cname))),
    }
}

/// The service moves it to another server, sometimes twice: each time under a new UID in the channel.
fn failovers(rng: &mut Rng, cname: &str, t: Span) -> Vec<At> {
    let again = Span(t.0 + rng.u64(100_000..600_000));
    let one = |t, seconds| At { t, what: Happening::FailOver { cname: cname.to_owned(), lasts: Span::secs(seconds) } };
    let mut row = vec![one(t, rng.u64(5..=90))];
    if rng.u8(0..3) == 0 {
        row.push(one(again, rng.u64(5..=90)));
    }
    row
}

fn storage(rng: &mut Rng, cname: String, lasts: Span) -> Happening {
    match rng.u8(0..3) {
        0 => Happening::BackupCloud { cname, lasts },
        1 => Happening::SlowUpload { cname, takes: Span::secs(rng.u64(5..60)), lasts },
        _ => Happening::BadStorage { cname, lasts, shows: if rng.bool() { BadKeys::Gone } else { BadKeys::Backuped } },
    }
}

fn domain(rng: &mut Rng) -> String {
    (*rng.choice(&DOMAINS).expect("two")).to_owned()
}

fn fault(rng: &mut Rng, cname: String) -> Fault {
    let kinds = [
        Kind::Internal,
        Kind::NoSid,
        Kind::BadGateway,
        Kind::Unavailable,
        Kind::BackendTimeout,
        Kind::GatewayTimeout,
        Kind::NotCompleted,
        Kind::Throttled,
        Kind::Garbage,
        Kind::Html,
        Kind::Cut,
        Kind::Slow,
        Kind::Drip,
        Kind::Stall,
        Kind::Reset,
        Kind::Refuse,
    ];
    let calls = [vec![], vec![CallName::Query], vec![CallName::Start], vec![CallName::Acquire], vec![CallName::Stop]];
    let kind = *rng.choice(&kinds).expect("some");
    let slow = matches!(kind, Kind::Slow | Kind::Drip);
    // A gateway or a proxy may spoil the answer to a request that was carried out.
    let spoilt = matches!(
        kind,
        Kind::BadGateway
            | Kind::Unavailable
            | Kind::GatewayTimeout
            | Kind::Garbage
            | Kind::Html
            | Kind::Stall
            | Kind::Reset
    );
    Fault {
        kind,
        domains: if rng.bool() { vec![domain(rng)] } else { vec![] },
        calls: rng.choice(&calls).expect("some").clone(),
        cnames: if rng.bool() { vec![cname] } else { vec![] },
        lasts: Some(Span::secs(rng.u64(5..900))),
        count: None,
        share: rng.u8(20..=100),
        after: slow.then(|| Span(rng.u64(200..14_000))),
        acted: spoilt.then(|| rng.bool()),
    }
}
