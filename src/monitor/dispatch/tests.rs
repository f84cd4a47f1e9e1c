//! Nobody starves, and the operator goes first.

use super::*;
use crate::monitor::grid::Grid;
use crate::monitor::ids::{Mode, ProjectId, ResourceId, Sid, Uid};
use crate::monitor::io::Call;

fn request(class: Class) -> Request {
    let query = Call::Query { mode: Mode::Mix, resource_id: ResourceId::new("r"), sid: Sid::new(format!("{class:?}")) };
    let acquire = Call::Acquire {
        cname: "c".parse().expect("valid"),
        uid: Uid::MIN,
        mode: Mode::Mix,
        profile: "p".into(),
        asked_at: Timestamp::default(),
        siblings: Vec::new(),
    };
    let call = if class.claim() != Claim::Background { acquire } else { query };
    Request { class, call, tries: Tries::Once, ahead: 0, timeout: Duration::from_secs(10), until: None }
}

/// How long after its `put` the request of this channel and slot leaves.
fn leaves_after(mut dispatch: Dispatch, asked: Timestamp, channel: u32, kind: CallKind) -> Duration {
    let (policy, mut now, mut out) = (Policy::default(), asked, Vec::new());
    let is_it = |effect: &Effect| matches!(effect, Effect::Send(send) if send.channel == ChannelId(channel) && send.call.kind() == kind);
    loop {
        dispatch.pump(now, &policy, &mut out);
        if out.drain(..).any(|effect| is_it(&effect)) {
            return now.since(asked);
        }
        let (next, _) = dispatch.next_deadline(now, &policy).expect("something waits");
        assert!(next > now, "a deadline that has passed would be a busy loop");
        now = next;
    }
}

fn crowd(class: Class, slot: Slot) -> Dispatch {
    let mut dispatch = Dispatch::new(ProjectId(0), Domains::new([Host::new("a")]));
    for channel in 1..=1_200 {
        dispatch.put(Timestamp::from_millis(0), ChannelId(channel), slot, request(class));
    }
    dispatch
}

#[test]
fn a_poll_waits_at_most_30_s_behind_a_flood_of_starts() {
    let mut dispatch = crowd(Class::Start, Slot::Act);
    let now = Timestamp::from_millis(0);
    dispatch.put(now, ChannelId(7), Slot::Watch, request(Class::Poll));
    assert!(leaves_after(dispatch, now, 7, CallKind::Query) <= Policy::default().poll_waits_at_most);
}

#[test]
fn an_operators_stop_leaves_within_a_quarter_second_before_1200_due_polls() {
    let (mut dispatch, policy, mut out) = (crowd(Class::Poll, Slot::Watch), Policy::default(), Vec::new());
    for ms in 0..10_000 {
        dispatch.pump(Timestamp::from_millis(ms), &policy, &mut out);
    }
    let now = Timestamp::from_millis(10_000);
    dispatch.put(now, ChannelId(7), Slot::Act, request(Class::Stop));
    assert!(leaves_after(dispatch, now, 7, CallKind::Acquire) <= Duration::from_millis(250));
}

#[test]
fn a_verification_waits_for_nine_requests_at_most_behind_polls_that_fell_behind() {
    let (mut dispatch, policy, mut out) = (crowd(Class::Poll, Slot::Watch), Policy::default(), Vec::new());
    for ms in 0..20_000 {
        dispatch.pump(Timestamp::from_millis(ms), &policy, &mut out);
    }
    let now = Timestamp::from_millis(20_000);
    dispatch.put(now, ChannelId(1_201), Slot::Watch, request(Class::Verify));
    assert!(leaves_after(dispatch, now, 1_201, CallKind::Query) <= Duration::from_millis(9 * 111));
}

/// What left: when it was asked for, when it left.
type Left = BTreeMap<Class, Vec<(Timestamp, Timestamp)>>;

/// Polls of so many channels at their places, and everything else that a random flood asks for beside them.
fn flood(seed: u64, polled: u32) -> Left {
    let mut rng = fastrand::Rng::with_seed(seed);
    let (policy, grid) = (Policy::default(), Grid::new(Duration::from_secs(120)));
    let mut dispatch = Dispatch::new(ProjectId::default(), Domains::new([Host::new("a")]));
    let all =
        [Class::Stop, Class::Start, Class::Acquire, Class::Change, Class::Verify, Class::Suspect, Class::FileName];
    let classes: Vec<Class> = all.into_iter().filter(|_| rng.bool()).collect();
    let mut asked: BTreeMap<(Timestamp, u32), Class> =
        (1..=polled).map(|id| ((grid.next(ChannelId(id), Timestamp::default()), id), Class::Poll)).collect();
    let begin = Timestamp::from_millis(60_000);
    for id in polled + 1..=1_200 {
        if let Some(class) = rng.choice(&classes) {
            asked.insert((begin + Duration::from_millis(rng.u64(0..2_000)), id), *class);
        }
    }
    let (mut now, end) = (Timestamp::default(), Timestamp::from_millis(900_000));
    let (mut left, mut out, mut since) = (Left::new(), Vec::new(), BTreeMap::new());
    let mut again = vec![3; 1_201];
    while now < end {
        while let Some(((at, id), class)) = asked.first_key_value().map(|(key, class)| (*key, *class))
            && at <= now
        {
            asked.pop_first();
            since.insert(id, (class, at));
            dispatch.put(at, ChannelId(id), Slot::Watch, request(class));
        }
        dispatch.pump(now, &policy, &mut out);
        for effect in out.drain(..) {
            let Effect::Send(send) = effect else { continue };
            let id = send.channel.0;
            let Some((class, at)) = since.remove(&id) else { continue };
            left.entry(class).or_default().push((at, now));
            if class == Class::Poll {
                asked.insert((grid.next(send.channel, now), id), class);
            } else if again[id as usize] > 0 {
                again[id as usize] -= 1;
                asked.insert((now + Duration::from_millis(rng.u64(100..5_000)), id), class);
            }
        }
        let next = dispatch.next_deadline(now, &policy).map(|(at, _)| at);
        let next = next.into_iter().chain(asked.first_key_value().map(|((at, _), _)| *at)).min();
        now = next.expect("polls go on for ever").max(now + Duration::from_millis(1));
    }
    left
}

#[test]
fn whatever_floods_the_queue_no_poll_waits_longer_than_30_s_and_everything_leaves() {
    let mut longest = BTreeMap::new();
    for seed in 0..24 {
        for polled in [960, 600, 120] {
            let left = flood(seed, polled);
            let mut sends: Vec<Timestamp> = left.values().flatten().map(|(_, at)| *at).collect();
            sends.sort();
            let dense = sends.windows(11).find(|w| w[10].since(w[0]) < Duration::from_secs(1));
            assert!(dense.is_none(), "seed {seed}, {polled} polled: {dense:?}");
            for (class, waits) in &left {
                let wait = waits.iter().map(|(asked, at)| at.since(*asked)).max().unwrap_or_default();
                let at_most = Policy::default().poll_waits_at_most;
                assert!(
                    *class != Class::Poll || wait <= at_most,
                    "seed {seed}, {polled} polled: a poll waited {wait:?}"
                );
                let known: &mut Duration = longest.entry(*class).or_default();
                *known = wait.max(*known);
            }
        }
    }
    println!("the longest waits: {longest:?}");
}

#[test]
fn stops_among_the_polls_of_1200_recordings_leave_within_a_quarter_second() {
    let mut rng = fastrand::Rng::with_seed(1);
    let (mut dispatch, policy, mut out) = (crowd(Class::Poll, Slot::Watch), Policy::default(), Vec::new());
    let (mut now, mut waits) = (Timestamp::default(), Vec::new());
    for _ in 0..1_000 {
        // An operator who stops one recording after the other, for most of an hour.
        now = now + Duration::from_millis(rng.u64(0..6_000));
        dispatch.pump(now, &policy, &mut out);
        // Due again: there is always a poll to go.
        for effect in out.drain(..) {
            let Effect::Send(send) = effect else { continue };
            dispatch.put(now, send.channel, Slot::Watch, request(Class::Poll));
        }
        dispatch.put(now, ChannelId(7), Slot::Act, request(Class::Stop));
        let asked = now;
        'wait: loop {
            dispatch.pump(now, &policy, &mut out);
            for effect in out.drain(..) {
                let Effect::Send(send) = effect else { continue };
                if send.call.kind() == CallKind::Acquire {
                    break 'wait;
                }
                dispatch.put(now, send.channel, Slot::Watch, request(Class::Poll));
            }
            now = dispatch.next_deadline(now, &policy).expect("something waits").0;
        }
        waits.push(now.since(asked));
    }
    waits.sort();
    println!("seed 1: stops wait {:?} at the 50th, {:?} at the 99th percentile", waits[500], waits[990]);
    assert!(waits[990] <= Duration::from_millis(250), "{:?}", waits[990]);
}
