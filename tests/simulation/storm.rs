//! Outages with a large fleet: while the whole service fails the fleet asks at most a tenth more than usual, and what was not seen
//! is read again soon after, evenly.

use std::collections::BTreeSet;
use std::time::Duration;

use reelwatch::monitor::event::CallKind;
use reelwatch::monitor::io::Command;
use reelwatch::monitor::policy::Policy;
use reelwatch::sim::Scenario;

use super::plan::cname;
use super::witness::{Witness, rules};
use crate::rig::{Act, BEGIN, Rig, Sent};
use crate::truth;

const FLEET: u32 = 500;
/// The outage, and the stretch before it to compare with.
const FROM: Duration = Duration::from_secs(1_200);
const LASTS: Duration = Duration::from_secs(600);
/// After the end of an outage everything is read again within this time.
const READ_AGAIN: Duration = Duration::from_secs(90);

/// The fleet at work, after an outage of this kind.
fn after(outage: &str) -> Rig {
    let mut text = "name = \"storm\"\nseed = 1\n[project]\nname = \"p\"\n[service]\npcw = 2000\n".to_owned();
    for i in 1..=FLEET {
        let (main, backup) = (100_000 + i, 900_000 + i);
        text += &format!("[[channel]]\ncname = \"{}\"\nmain_uid = {main}\nbackup_uid = {backup}\n", cname(i));
    }
    let scenario = Scenario::parse(&format!("{text}{outage}")).expect("a scenario");
    let mut rig = Rig::new(scenario, 7, Policy::default(), &[]);
    for (i, id) in (0..).zip(rig.names.clone().into_values()) {
        rig.at(Duration::from_millis(500 * i), Act::Command(Command::Start(id)));
    }
    rig.run(FROM + LASTS + READ_AGAIN + Duration::from_secs(120));
    rig
}

fn queries(rig: &Rig, from: Duration, lasts: Duration) -> impl Iterator<Item = &Sent> {
    let within = move |sent: &&Sent| BEGIN + from <= sent.at && sent.at < BEGIN + from + lasts;
    rig.sent.iter().filter(within).filter(|sent| sent.send.call.kind() == CallKind::Query)
}

/// What is asked in the outage against what is asked in the same time before it, in percent.
fn share_of_normal(rig: &Rig) -> usize {
    let normal = queries(rig, FROM - LASTS, LASTS).count();
    100 * queries(rig, FROM, LASTS).count() / normal
}

fn quota_was_kept(rig: &mut Rig) {
    let mut witness = Witness::new(&["p"]);
    let per_second = rules(&Policy::default()).per_second;
    assert_eq!(truth::quota::broken(&witness.read(rig)[0], per_second), None);
}

#[test]
fn a_service_that_fails_as_a_whole_is_asked_a_tenth_more_than_usual_at_most() {
    let mut rig = after("[[at]]\nt = \"20m\"\nwhat = \"fault\"\nkind = \"500\"\nfor = \"10m\"\n");
    quota_was_kept(&mut rig);
    let share = share_of_normal(&rig);
    assert!(share <= 110, "{share} % of normal");
}

#[test]
fn gateways_that_fail_on_both_domains_are_asked_a_tenth_more_than_usual_at_most() {
    let mut rig = after("[[at]]\nt = \"20m\"\nwhat = \"fault\"\nkind = \"502\"\nfor = \"10m\"\n");
    quota_was_kept(&mut rig);
    let share = share_of_normal(&rig);
    assert!(share <= 110, "{share} % of normal");
}

#[test]
fn everything_is_read_again_soon_after_the_own_network_is_back() {
    let dark =
        |domain: &str| format!("[[at]]\nt = \"20m\"\nwhat = \"domain_dark\"\ndomain = \"{domain}\"\nfor = \"10m\"\n");
    let mut rig = after(&(dark("api.agora.io") + &dark("api.sd-rtn.com")));
    quota_was_kept(&mut rig);
    let read: BTreeSet<_> = queries(&rig, FROM + LASTS, READ_AGAIN).map(|sent| sent.send.channel).collect();
    assert_eq!(read.len(), FLEET as usize, "channels that were asked for within {READ_AGAIN:?}");
}
