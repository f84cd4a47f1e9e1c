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
    Request { class, call: call.into(), tries: Tries::Once, ahead: 0, timeout: Duration::from_secs(10), until: None }
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

/// How many commands of a class leave in the ten seconds after 1,200 polls have waited for so long.
fn leave_beside_polls(class: Class, waited: Duration, reserved: u32) -> usize {
    let policy = Policy { quota_reserved: reserved, ..Policy::default() };
    let (mut dispatch, mut out) = (crowd(Class::Poll, Slot::Watch), Vec::new());
    let begin = Timestamp::default() + waited;
    for channel in 1..=300 {
        dispatch.put(begin, ChannelId(channel), Slot::Act, request(class));
    }
    for ms in 0..10_000 {
        dispatch.pump(begin + Duration::from_millis(ms), &policy, &mut out);
    }
    let is_command = |effect: &&Effect| matches!(effect, Effect::Send(send) if send.call.kind() == CallKind::Acquire);
    out.iter().filter(is_command).count()
}

#[test]
fn commands_keep_to_their_reserve_once_polls_have_waited_for_15_s_and_to_less_after_22_and_a_half() {
    let (spent, over) = (Duration::from_secs(15), Duration::from_millis(22_500));
    let in_ten_seconds = [
        (Class::Start, spent, 1, 9),
        (Class::Start, spent, 2, 18),
        (Class::Start, over, 1, 6),
        (Class::Stop, spent, 1, 18),
        (Class::Stop, spent, 2, 27),
        (Class::Stop, over, 1, 9),
    ];
    for (class, waited, reserved, leave) in in_ten_seconds {
        let left = leave_beside_polls(class, waited, reserved);
        assert_eq!(left, leave, "{class:?} after {waited:?}, {reserved} reserved");
    }
    assert!(leave_beside_polls(Class::Start, spent - Duration::from_secs(12), 1) > 50, "before that they go first");
}

#[test]
fn a_call_that_is_under_way_is_one_of_its_channel_and_of_its_kind() {
    let (policy, mut out) = (Policy::default(), Vec::new());
    let mut dispatch = Dispatch::new(ProjectId(0), Domains::new([Host::new("a")]));
    dispatch.put(Timestamp::default(), ChannelId(1), Slot::Act, request(Class::Acquire));
    assert!(!dispatch.is_flying(ChannelId(1), CallKind::Acquire), "it waits for its turn");
    dispatch.pump(Timestamp::default(), &policy, &mut out);
    assert!(dispatch.is_flying(ChannelId(1), CallKind::Acquire));
    assert!(!dispatch.is_flying(ChannelId(1), CallKind::Start) && !dispatch.is_flying(ChannelId(2), CallKind::Acquire));
}

#[test]
fn what_waits_for_the_quota_is_counted_and_when_and_why_it_leaves_is_known() {
    let (mut dispatch, policy, mut out) = (crowd(Class::Poll, Slot::Watch), Policy::default(), Vec::new());
    dispatch.put(Timestamp::default(), ChannelId(1), Slot::Act, request(Class::Start));
    assert_eq!(dispatch.queued(), 1_201);
    dispatch.pump(Timestamp::default(), &policy, &mut out);
    assert_eq!((out.len(), dispatch.queued()), (2, 1_199), "the command, and the first poll");
    let next = Timestamp::from_millis(111);
    assert_eq!(dispatch.next_deadline(Timestamp::default(), &policy), Some((next, Why::Quota)));
    assert_eq!(dispatch.quota().sent_last_10_s(Timestamp::default()), 2);
}

#[test]
fn after_a_429_the_background_rests_5_s_and_gets_faster_30_s_after_that() {
    let (mut dispatch, policy, mut out) = (crowd(Class::Poll, Slot::Watch), Policy::default(), Vec::new());
    let at = |s: i64| Timestamp::from_millis(s * 1_000);
    dispatch.pump(at(0), &policy, &mut out);
    let Some(Effect::Send(send)) = out.pop() else { panic!("a poll leaves") };
    let answer = Answer::bare(Outcome::Throttled);
    dispatch.answered(
        at(0),
        Answered { id: send.id, latency: Duration::ZERO, answer, told: Told::default(), raw: None },
        &policy,
    );
    assert_eq!(dispatch.next_deadline(at(0), &policy), Some((at(5), Why::Throttle)));
    for channel in 1..=1_200 {
        dispatch.cancel(ChannelId(channel), Slot::Watch);
    }
    assert_eq!(dispatch.next_deadline(at(5), &policy), Some((at(35), Why::Throttle)), "and the core wakes for it");
    dispatch.recover(at(35), &policy);
    assert_eq!(dispatch.pace().view().map(|slow| slow.percent), Some(55));
}

#[test]
fn after_a_leap_of_the_clock_the_last_second_of_requests_still_counts() {
    let policy = Policy::default();
    for (slept_at, free_at) in [(1_000, 1_100), (1_100, 0)] {
        let (mut dispatch, mut out) = (crowd(Class::Start, Slot::Act), Vec::new());
        dispatch.pump(Timestamp::default(), &policy, &mut out);
        assert_eq!(out.len(), 10);
        let awake = Timestamp::from_millis(3_600_000);
        dispatch.leap(Timestamp::from_millis(slept_at), awake);
        let next = dispatch.next_deadline(awake, &policy).map(|(at, _)| at.since(awake).as_millis());
        assert_eq!(next, Some(free_at), "asleep {slept_at} ms after them");
    }
}

#[test]
fn a_light_probe_waits_for_the_quota_like_anything_else() {
    let (mut dispatch, policy, mut out) = (crowd(Class::Start, Slot::Act), Policy::default(), Vec::new());
    dispatch.pump(Timestamp::default(), &policy, &mut out);
    out.clear();
    dispatch.put(Timestamp::default(), ChannelId(1), Slot::Watch, request(Class::Suspect));
    for (ms, sent) in [(1_099, 0), (1_100, 1)] {
        dispatch.pump_only(Timestamp::from_millis(ms), ChannelId(1), Slot::Watch, &policy, &mut out);
        assert_eq!(out.len(), sent, "at {ms} ms");
    }
}

#[test]
fn with_the_budget_spent_only_what_comes_again_by_itself_loses_its_further_tries() {
    let (policy, now) = (Policy::default(), Timestamp::default());
    let budgeted = [Class::Uncertain, Class::Poll, Class::FileName];
    let all = [Class::Stop, Class::Start, Class::Acquire, Class::Change, Class::Verify, Class::Suspect];
    for class in all.into_iter().chain(budgeted) {
        let mut dispatch = Dispatch::new(ProjectId(0), Domains::new([Host::new("a")]));
        while dispatch.may_ask_again(now, &policy) {}
        let mut out = Vec::new();
        // The first of two takes the one try that is made in spite of it.
        for channel in [1, 2] {
            let now = now + Duration::from_millis(u64::from(channel) * 500);
            let request = Request { tries: Tries::ByDomains, ..request(class) };
            dispatch.put(now, ChannelId(channel), Slot::Watch, request);
            // Whatever came free by now is spent as well.
            while dispatch.may_ask_again(now, &policy) {}
            dispatch.pump(now, &policy, &mut out);
            let Some(Effect::Send(send)) = out.pop() else { panic!("{class:?} leaves") };
            let (answer, told) = (Answer::bare(Outcome::Gateway), Told::default());
            let answered = Answered { id: send.id, latency: Duration::ZERO, answer, told, raw: None };
            dispatch.answered(now, answered, &policy);
        }
        assert_eq!(dispatch.has(ChannelId(2), Slot::Watch), !budgeted.contains(&class), "{class:?}");
    }
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

#[test]
fn an_operation_that_became_urgent_keeps_its_age_and_its_tries() {
    let (policy, mut out) = (Policy::default(), Vec::new());
    let key = (ChannelId(7), Slot::Old);
    let at = Timestamp::from_millis;
    let mut crowd = crowd(Class::Verify, Slot::Watch);
    crowd.put(at(0), key.0, key.1, Request { tries: Tries::ByDomains, ..request(Class::FileName) });
    crowd.hasten(key.0, key.1, Class::Poll);
    assert_eq!(crowd.class(key.0, key.1), Some(Class::Poll));
    crowd.hasten(key.0, key.1, Class::FileName);
    assert_eq!(crowd.class(key.0, key.1), Some(Class::Poll), "never less urgent");
    assert_eq!(crowd.queue.next(at(15_000), policy.poll_waits_at_most / 2).background, Some(key), "by its age");

    let mut alone = Dispatch::new(ProjectId(0), Domains::new([Host::new("a")]));
    alone.put(at(0), key.0, key.1, Request { tries: Tries::ByDomains, ..request(Class::Poll) });
    alone.pump(at(0), &policy, &mut out);
    alone.hasten(key.0, key.1, Class::Suspect);
    assert_eq!(alone.queued(), 0, "it is on its way and is not sent twice");
    let [Effect::Send(send)] = &out[..] else { panic!("{out:?}") };
    let answer = Answer::bare(Outcome::Gateway);
    let answered = Answered { id: send.id, latency: Duration::ZERO, answer, told: Told::default(), raw: None };
    alone.answered(at(100), answered, &policy);
    let next = alone.next_try(key.0, key.1);
    alone.hasten(key.0, key.1, Class::Verify);
    assert_eq!((alone.next_try(key.0, key.1), next), (next, Some((at(1_100), 2))));
}
