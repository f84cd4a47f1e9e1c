//! What a start does with a checkpoint that does not fit: channels that came and went, parts that are broken.

use std::time::Duration;

use super::*;
use crate::monitor::bench::{Bench, OWN, channel, well};
use crate::monitor::ids::Mode;
use crate::monitor::io::Command;
use crate::monitor::policy::Policy;

/// A channel that records, and a checkpoint of it.
fn recording() -> (Bench, Vec<Part>) {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(Duration::from_secs(300), well);
    let update = Changes::default().take(&bench.monitor).unwrap();
    assert_eq!(update.others, Others::Go, "the first of a run replaces what an earlier one wrote");
    (bench, update.parts)
}

fn anew(bench: &Bench) -> Monitor {
    Monitor::new(bench.roster.clone(), Policy::default())
}

#[test]
fn a_checkpoint_alone_comes_to_what_the_whole_log_comes_to() {
    let (bench, parts) = recording();
    let mut quick = anew(&bench);
    assert_eq!(quick.restore(&parts), Some(Vec::new()));
    assert_eq!((quick.facts(), quick.incidents()), (bench.monitor.facts(), bench.monitor.incidents()));
}

#[test]
fn only_what_changed_is_written_again() {
    let (bench, _) = recording();
    let mut changes = Changes::default();
    changes.take(&bench.monitor).unwrap();
    let quiet = changes.take(&bench.monitor).unwrap();
    assert!(quiet.parts.iter().all(|part| part.channel.is_none()), "{quiet:?}");
    assert_eq!(quiet.others, Others::Stay(Vec::new()));
    changes.note(bench.log.last().unwrap());
    assert!(changes.take(&bench.monitor).unwrap().parts.iter().any(|part| part.channel == Some(OWN)));
    changes.failed();
    assert_eq!(changes.take(&bench.monitor).unwrap().others, Others::Go);
}

#[test]
fn a_channel_that_is_back_in_the_settings_is_read_from_the_log() {
    let (mut bench, mut parts) = recording();
    parts.retain(|part| part.channel.is_none());
    bench.roster.projects[0].channels.push(channel(7, Mode::Mix));
    let mut quick = anew(&bench);
    assert_eq!(quick.restore(&parts), Some(vec![OWN, ChannelId(7)]));
    bench.log.iter().filter(|record| record.channel == Some(OWN)).for_each(|record| quick.replay_of(OWN, record));
    assert_eq!(quick.facts()[&OWN], bench.monitor.facts()[&OWN]);
}

#[test]
fn broken_parts_and_a_project_without_one_change_nothing_and_the_log_is_read() {
    let (bench, parts) = recording();
    for at in 0..parts.len() {
        let mut broken = parts.clone();
        let half = broken[at].body.len() / 2;
        broken[at].body.truncate(half);
        let mut quick = anew(&bench);
        assert_eq!(quick.restore(&broken), None, "{:?}", parts[at]);
        assert_eq!(quick.facts(), anew(&bench).facts());
    }
    let of_channels: Vec<_> = parts.into_iter().filter(|part| part.channel.is_some()).collect();
    assert_eq!(anew(&bench).restore(&of_channels), None);
}

#[test]
fn a_part_of_a_channel_that_left_the_settings_is_passed_over() {
    let (mut bench, parts) = recording();
    bench.roster.projects[0].channels.clear();
    let mut quick = anew(&bench);
    assert_eq!(quick.restore(&parts), Some(Vec::new()));
    assert!(quick.facts().is_empty());
}
