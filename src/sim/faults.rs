//! Which fault, if any, hits a request. It only chooses; what a fault does to the answer is carried out in `cloud`.

use super::scenario::{CallName, Fault, Kind, Span};

/// Faults and what is left of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults {
    pending: Vec<Pending>,
}

#[derive(Clone, Debug)]
struct Pending {
    fault: Fault,
    from_ms: i64,
    until_ms: i64,
    left: u32,
}

/// The request as faults see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target<'a> {
    pub(super) domain: &'a str,
    pub(super) call: CallName,
    pub(super) cname: Option<&'a str>,
}

/// Before or after the gateway has taken the request in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Point {
    /// No connection comes about.
    Connecting,
    /// The request was read.
    Answering,
}

impl Faults {
    pub(super) fn add(&mut self, fault: Fault, from_ms: i64) {
        let until_ms = fault.lasts.unwrap_or(Span(u64::MAX)).after(from_ms);
        let left = fault.count.unwrap_or(u32::MAX);
        self.pending.push(Pending { fault, from_ms, until_ms, left });
    }

    /// The first fault that hits, which counts it down.
    pub(super) fn pick(
        &mut self,
        target: Target<'_>,
        point: Point,
        now_ms: i64,
        dice: &mut fastrand::Rng,
    ) -> Option<Fault> {
        self.pending.retain(|pending| pending.left > 0 && now_ms < pending.until_ms);
        let hit = self.pending.iter_mut().find(|pending| {
            pending.from_ms <= now_ms
                && pending.fault.hits(target, point)
                && (pending.fault.share >= 100 || dice.u8(0..100) < pending.fault.share)
        })?;
        hit.left = hit.left.saturating_sub(1);
        Some(hit.fault.clone())
    }
}

impl Fault {
    fn hits(&self, target: Target<'_>, point: Point) -> bool {
        let at = if self.kind == Kind::Refuse { Point::Connecting } else { Point::Answering };
        at == point
            && (self.domains.is_empty() || self.domains.iter().any(|domain| domain == target.domain))
            && (self.calls.is_empty() || self.calls.contains(&target.call))
            && (self.cnames.is_empty() || self.cnames.iter().any(|cname| Some(cname.as_str()) == target.cname))
    }

    /// Whether the service carries the request out although the answer goes wrong.
    pub(super) fn acts(&self) -> bool {
        match self.kind {
            Kind::Cut | Kind::Slow | Kind::Drip => true,
            Kind::Stall | Kind::Reset => self.acted.unwrap_or(true),
            Kind::Throttled | Kind::Refuse => false,
            Kind::Internal
            | Kind::NoSid
            | Kind::BadGateway
            | Kind::Unavailable
            | Kind::BackendTimeout
            | Kind::GatewayTimeout
            | Kind::NotCompleted
            | Kind::Garbage
            | Kind::Html => self.acted.unwrap_or(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(kind: Kind) -> Fault {
        Fault {
            kind,
            domains: Vec::new(),
            calls: Vec::new(),
            cnames: Vec::new(),
            lasts: None,
            count: None,
            share: 100,
            after: None,
            acted: None,
        }
    }

    const QUERY: Target<'static> = Target { domain: "a", call: CallName::Query, cname: Some("room") };

    #[test]
    fn a_fault_ends_with_its_time_or_its_count() {
        let mut dice = fastrand::Rng::with_seed(1);
        let mut faults = Faults::default();
        faults.add(Fault { count: Some(2), lasts: Some(Span(100)), ..fault(Kind::Internal) }, 1_000);
        let mut hit = |now| faults.pick(QUERY, Point::Answering, now, &mut dice).is_some();
        assert_eq!([999, 1_000, 1_001, 1_002].map(&mut hit), [false, true, true, false]);
        let mut faults = Faults::default();
        faults.add(Fault { count: Some(2), lasts: Some(Span(100)), ..fault(Kind::Internal) }, 1_000);
        assert!(faults.pick(QUERY, Point::Answering, 1_100, &mut dice).is_none());
    }

    #[test]
    fn a_fault_keeps_to_its_domains_calls_and_channels() {
        let mut dice = fastrand::Rng::with_seed(1);
        let some = |text: &str| vec![text.to_owned()];
        for (narrow, hits) in [
            (
                Fault { domains: some("a"), calls: vec![CallName::Query], cnames: some("room"), ..fault(Kind::Html) },
                true,
            ),
            (Fault { domains: some("b"), ..fault(Kind::Html) }, false),
            (Fault { calls: vec![CallName::Stop], ..fault(Kind::Html) }, false),
            (Fault { cnames: some("other"), ..fault(Kind::Html) }, false),
            (fault(Kind::Refuse), false),
        ] {
            let mut faults = Faults::default();
            faults.add(narrow.clone(), 0);
            assert_eq!(faults.pick(QUERY, Point::Answering, 5, &mut dice).is_some(), hits, "{narrow:?}");
        }
    }

    #[test]
    fn a_share_is_a_share() {
        let mut dice = fastrand::Rng::with_seed(7);
        let mut faults = Faults::default();
        faults.add(Fault { share: 30, ..fault(Kind::Internal) }, 0);
        let hits = (0..10_000).filter(|now| faults.pick(QUERY, Point::Answering, *now, &mut dice).is_some()).count();
        assert!((2_800..3_200).contains(&hits), "{hits} of 10000, seed 7");
    }
}
