//! Nobody starves, and the operator goes first.

use super::*;
use crate::monitor::ids::{Mode, ProjectId, ResourceId, Sid, Uid};

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
    let call = if class.claim() == Claim::Command { acquire } else { query };
    Request { class, call, tries: Tries::Once, ahead: 0, timeout: Duration::from_secs(10) }
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
