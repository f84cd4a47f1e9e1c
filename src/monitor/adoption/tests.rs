//! Adopted recordings are watched as any other, and nothing is claimed before they were adopted.

use std::collections::BTreeMap;
use std::time::Duration;

use super::*;
use crate::monitor::answer::{NoAnswer, Outcome, Refusal, ServiceStatus};
use crate::monitor::band::BandKind;
use crate::monitor::bench::{BEGIN, Bench, OWN, adoptee, but, s, well};
use crate::monitor::event::{CallKind, StopWait};
use crate::monitor::history;
use crate::monitor::ids::{Mode, Uid};
use crate::monitor::io::{Call, Command, Input, Send};
use crate::monitor::phase::State;
use crate::monitor::told::Told;

const NEW: ChannelId = ChannelId(7);

fn missing(_: &Send) -> Option<(Outcome, Told)> {
    Some((Outcome::Missing, Told::default()))
}

fn adopted(answer: impl Fn(&Send) -> Option<(Outcome, Told)>, lasts: Duration) -> Bench {
    let mut bench = Bench::new(Mode::Mix);
    assert_eq!(bench.adopt(vec![adoptee(7, Mode::Individual)]), [Ok(())]);
    assert_eq!(bench.state(NEW), State::NotObserved, "nobody has looked yet");
    bench.run(lasts, answer);
    bench
}

#[test]
fn each_first_answer_is_read_as_of_any_recording() {
    let status = |number: i64| Outcome::Status(ServiceStatus::from(number));
    for (outcome, state) in [
        (status(5), State::Recording),
        (status(4), State::Recording),
        (status(1), State::Uncertain),
        (status(20), State::AbnormalExit),
        (status(7), State::Ended),
        (Outcome::Missing, State::Suspect),
        (Outcome::ServerError, State::Uncertain),
        (Outcome::Refused(Refusal::Unauthorized), State::ConfigError),
    ] {
        let mut bench = adopted(but(CallKind::Query, || Some(outcome.clone())), s(1));
        assert_eq!(bench.state(NEW), state, "{outcome:?}");
        assert_eq!(bench.view(NEW).origin, Origin::Adopted);
        bench.restart();
    }
}

#[test]
fn one_that_is_gone_is_lost_after_90_s_and_its_gap_begins_with_the_adoption() {
    let mut bench = adopted(missing, s(89));
    assert_eq!(bench.state(NEW), State::Suspect);
    bench.run(s(2), missing);
    assert_eq!(bench.state(NEW), State::Lost);
    let (gap, _) = bench.view(NEW).open_gap.expect("open");
    assert_eq!((gap.last_good, gap.first_bad), (BEGIN, BEGIN));
    let records: Vec<_> = bench.log.iter().filter(|record| record.channel == Some(NEW)).collect();
    let past = history::fold(records, BEGIN - s(3600), bench.now);
    let before = past.spans.iter().filter(|span| span.from < BEGIN);
    assert!(before.clone().all(|span| span.kind == BandKind::State(State::Idle)), "{:#?}", past.spans);
}

#[test]
fn queries_and_stops_speak_of_the_recording_as_it_was_started() {
    let mut bench = adopted(|_| None, s(1));
    let (_, send) = bench.flying.pop().expect("asked at once");
    let Call::Query { mode, resource_id, sid } = &*send.call else { panic!("no query") };
    assert_eq!((mode, resource_id.as_str(), sid.as_str()), (&Mode::Individual, "R-7", "s-7"));
    bench.command(Command::Stop(NEW, StopWait::No));
    let (_, send) = bench.flying.pop().expect("sent");
    assert!(matches!(&*send.call, Call::Stop { mode: Mode::Individual, cname, .. } if cname.as_str() == "c-7"));
}

#[test]
fn a_recording_is_watched_once_whoever_has_it() {
    let mut bench = Bench::new(Mode::Mix);
    let twin = Adoptee { sid: Sid::new("s-7"), ..adoptee(8, Mode::Mix) };
    let same_name = Adoptee { sid: Sid::new("s-9"), ..adoptee(7, Mode::Mix) };
    let already = Err(Denial::AlreadyWatched);
    assert_eq!(
        bench.adopt(vec![adoptee(7, Mode::Mix), twin.clone(), adoptee(7, Mode::Mix), same_name]),
        [Ok(()), already, already, Err(Denial::SessionOpen)]
    );
    assert!(bench.monitor.state(twin.channel.id).is_none(), "refused, so its channel is not added");
    assert!(bench.told(NEW, BEGIN).iter().any(|line| line.contains("this recording is watched already")));

    let starts = Adoptee { sid: Sid::new("s"), ..adoptee(8, Mode::Mix) };
    bench.command(Command::Start(OWN));
    bench.run(s(30), well);
    assert_eq!(bench.adopt(vec![starts.clone()]), [already], "one that we started");
    let second = |send: &Send| {
        if send.call.kind() == CallKind::Start {
            Some((Outcome::Started(Sid::new("s2")), Told::default()))
        } else {
            well(send)
        }
    };
    bench.command(Command::Restart(OWN));
    bench.run(s(30), second);
    assert_eq!(bench.adopt(vec![starts]), [already], "one that a restart replaced");
    let open = Adoptee { sid: Sid::new("x"), ..adoptee(1, Mode::Mix) };
    assert_eq!(bench.adopt(vec![open]), [Err(Denial::SessionOpen)]);
    assert!(bench.told(OWN, BEGIN).iter().any(|line| line == "Adopt a recording not carried out: a session is open"));
    let other = Adoptee { sid: Sid::new("y"), ..adoptee(7, Mode::Web) };
    assert_eq!(bench.adopt(vec![other]), [Err(Denial::OtherChannel)]);
    bench.restart();
}

#[test]
fn a_stopped_channel_of_the_settings_takes_a_recording_in_and_keeps_its_uids_and_profile() {
    let mut bench = Bench::new(Mode::Mix);
    assert_eq!(bench.adopt(vec![Adoptee { uid: Uid::new(5).expect("not 0"), ..adoptee(1, Mode::Mix) }]), [Ok(())]);
    bench.run(s(5), well);
    assert_eq!((bench.state(OWN), bench.view(OWN).uid.get()), (State::Recording, 5));
    assert_eq!((bench.view(OWN).origin, bench.view(OWN).denials.restart), (Origin::Settings, None));
}

#[test]
fn without_a_profile_nothing_is_started_and_without_a_free_uid_nothing_restarted() {
    let mut bench = Bench::new(Mode::Mix);
    let mut named = adoptee(8, Mode::Mix);
    named.channel.profile = Some("later".into());
    let mut whole = adoptee(9, Mode::Mix);
    (whole.channel.profile, whole.channel.backup_uid) = (Some("p".into()), Uid::new(900_009));
    bench.adopt(vec![adoptee(7, Mode::Mix), named, whole]);
    bench.run(s(5), well);
    let restart = |bench: &mut Bench, id| bench.view(ChannelId(id)).denials.restart;
    assert_eq!(restart(&mut bench, 7), Some(Denial::NoProfile));
    assert_eq!(restart(&mut bench, 8), Some(Denial::NoProfile), "nobody has written it yet");
    assert_eq!(restart(&mut bench, 9), None);
    bench.feed(Input::Profile { name: "later".into(), max_idle: None });
    assert_eq!(restart(&mut bench, 8), Some(Denial::NoBackupUid), "its UID is in the channel");
    bench.feed(Input::ProfileGone { name: "later".into() });
    assert_eq!(restart(&mut bench, 8), Some(Denial::NoProfile), "taken out of the book");
    bench.feed(Input::Profile { name: "later".into(), max_idle: None });
    bench.run(s(300), missing);
    assert_eq!((bench.state(ChannelId(8)), restart(&mut bench, 8)), (State::Lost, None), "its UID is free");
    bench.command(Command::Restart(ChannelId(9)));
    bench.run(s(30), well);
    assert_eq!((bench.state(ChannelId(9)), bench.view(ChannelId(9)).uid.get()), (State::Recording, 900_009));
}

#[test]
fn they_are_there_again_after_a_restart_and_are_forgotten_for_good() {
    let mut bench = adopted(well, s(5));
    bench.restart();
    bench.run(s(5), well);
    assert_eq!(bench.state(NEW), State::Recording);
    bench.command(Command::Forget(NEW));
    assert!(bench.monitor.state(NEW).is_none() && bench.monitor.channels().all(|channel| channel.id != NEW));
    bench.restart();
    bench.flying.clear();
    bench.run(s(600), |_| None);
    assert!(bench.flying.is_empty(), "nobody asks for it");
    bench.adopt(vec![adoptee(7, Mode::Mix)]);
    let sessions =
        bench.events(NEW).filter_map(|e| if let Event::Adopted { session, .. } = e { Some(session.0) } else { None });
    assert_eq!(sessions.collect::<Vec<_>>(), [1, 2], "a session's number never comes twice");
    bench.restart();
}

#[test]
fn what_is_under_way_is_not_forgotten_and_a_channel_of_the_settings_never() {
    let forget = |bench: &mut Bench, id| bench.view(id).denials.forget;
    let mut bench = Bench::new(Mode::Mix);
    let mut whole = adoptee(7, Mode::Mix);
    (whole.channel.profile, whole.channel.backup_uid) = (Some("p".into()), Uid::new(900_007));
    bench.adopt(vec![whole]);
    bench.run(s(5), well);
    assert_eq!((forget(&mut bench, OWN), forget(&mut bench, NEW)), (Some(Denial::InSettings), None));
    bench.command(Command::Restart(NEW));
    assert_eq!(forget(&mut bench, NEW), Some(Denial::AlreadyStarting));
    bench.run(s(30), well);
    bench.command(Command::Stop(NEW, StopWait::No));
    assert_eq!(forget(&mut bench, NEW), Some(Denial::AlreadyStopping));
    bench.command(Command::Forget(NEW));
    assert!(bench.monitor.state(NEW).is_some());
}

#[test]
fn once_its_name_is_in_the_settings_the_settings_win_but_the_recording_stays_what_it_is() {
    let mut bench = adopted(well, s(5));
    let mut settled = crate::monitor::bench::channel(7, Mode::Mix);
    (settled.profile, settled.backup_uid) = (Some("p".into()), Uid::new(900_007));
    settled.cname = "renamed".parse().expect("valid");
    bench.roster.projects[0].channels.push(settled);
    bench.restart();
    let view = bench.view(NEW);
    assert_eq!((view.origin, view.profile.as_deref(), view.next_uid), (Origin::Settings, Some("p"), Uid::new(900_007)));
    assert_eq!(view.recording.expect("still watched").sid.as_str(), "s-7");
    let (_, send) = bench.flying.pop().expect("asked again");
    assert!(matches!(&*send.call, Call::Query { mode: Mode::Individual, .. }), "{send:?}");
    assert_eq!(view.denials.forget, Some(Denial::InSettings));
    bench.command(Command::Stop(NEW, StopWait::No));
    let stop = bench.take(CallKind::Stop);
    assert!(matches!(&*stop.call, Call::Stop { cname, .. } if cname.as_str() == "c-7"), "{stop:?}");
}

#[test]
fn a_forgotten_recording_does_not_come_back_with_its_channel_in_the_settings() {
    let mut bench = adopted(well, s(5));
    bench.command(Command::Forget(NEW));
    let log = bench.log.clone();
    bench.roster.projects[0].channels.push(crate::monitor::bench::channel(7, Mode::Mix));
    let mut again = Monitor::new(bench.roster.clone(), bench.monitor.policy().clone());
    again.replay(&log);
    assert_eq!(again.state(NEW), Some(State::Idle));
}

#[test]
fn a_thousand_at_once_are_all_seen_within_the_quota_and_nobody_starves() {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(s(600), well);
    let thousand = (1_001..=2_000).map(|id| adoptee(id, Mode::Mix)).collect();
    let begun = bench.now;
    assert!(bench.adopt(thousand).iter().all(Result::is_ok));
    let mut asked: BTreeMap<ChannelId, Vec<Timestamp>> = BTreeMap::new();
    let mut stop_left = None;
    for second in 0..400 {
        if second == 60 {
            bench.command(Command::Stop(ChannelId(1_500), StopWait::No));
        }
        for (at, send) in std::mem::take(&mut bench.flying) {
            if send.call.kind() == CallKind::Stop {
                stop_left = Some(at.since(begun + s(60)));
            }
            asked.entry(send.channel).or_default().push(at);
            let (outcome, told) = well(&send).expect("all is well");
            bench.answer(&send, outcome, told);
        }
        let end = begun + s(second + 1);
        while let Some((next, _)) = bench.monitor.next_deadline(bench.now).filter(|(at, _)| *at <= end) {
            bench.now = bench.now.max(next);
            bench.feed(Input::Tick);
        }
        bench.now = end;
    }
    let firsts = (1_001..=2_000).filter_map(|id| asked.get(&ChannelId(id))?.first().copied());
    let all_seen = firsts.max().expect("some").since(begun);
    println!("1,000 adopted recordings at 10 requests a second, 1 of them reserved: all seen after {all_seen:?}");
    assert!(asked.len() >= 1_000 && all_seen <= s(130), "{all_seen:?}");
    assert!(stop_left.is_some_and(|wait| wait <= s(1)), "{stop_left:?}");
    let own = asked.get(&OWN).expect("still polled").windows(2).map(|pair| pair[1].since(pair[0])).max();
    assert!(own.is_none_or(|gap| gap <= s(125 + 30)), "{own:?}");
    assert_eq!(bench.monitor.snapshot(bench.now).count(State::Recording), 1_000);
}

#[test]
fn while_the_network_is_down_they_are_taken_and_asked_for_when_it_is_back() {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(s(60), well);
    bench.run(s(300), |_| Some((Outcome::NoAnswer(NoAnswer::Connect), Told::default())));
    assert_eq!(bench.adopt(vec![adoptee(7, Mode::Mix)]), [Ok(())]);
    assert_eq!(bench.state(NEW), State::NotObserved);
    bench.run(s(60), well);
    assert_eq!(bench.state(NEW), State::Recording);
    bench.feed(Input::Log(LogHealth::Failing));
    assert_eq!(bench.adopt(vec![adoptee(8, Mode::Mix)]), [Err(Denial::LogFailing)], "it would be gone after a restart");
}
