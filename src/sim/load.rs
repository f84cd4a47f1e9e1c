//! Reads a scenario file and checks what its types cannot say. Every error names the line.

use serde::Deserialize;
use serde::de::IgnoredAny;
use thiserror::Error;
use toml::Spanned;

use super::scenario::{Act, At, Channel, Fault, Happening, Kind, Scenario, Span, TokenRule};

/// The vendor's failover takes 90 s at most.
const LONGEST_FAILOVER: Span = Span::secs(90);

/// Why a scenario cannot be played.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("scenario, line {line}: {reason}")]
pub struct BadScenario {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong and what is right.
    pub reason: String,
}

/// Where the entries stand, read in a second pass so that the scenario itself stays free of positions.
#[derive(Deserialize)]
struct Places {
    project: Spanned<IgnoredAny>,
    service: Option<Spanned<IgnoredAny>>,
    #[serde(default)]
    channel: Vec<Spanned<IgnoredAny>>,
    #[serde(default)]
    at: Vec<Spanned<IgnoredAny>>,
    #[serde(default)]
    operator: Vec<Spanned<IgnoredAny>>,
}

impl Scenario {
    /// Reads a scenario; happenings and the operator's deeds come out in order of time.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line.
    pub fn parse(text: &str) -> Result<Self, BadScenario> {
        let wrong = |error: toml::de::Error| BadScenario {
            line: line_of(text, error.span().map_or(0, |span| span.start)),
            reason: error.message().to_owned(),
        };
        let mut scenario: Scenario = toml::from_str(text).map_err(wrong)?;
        let places: Places = toml::from_str(text).map_err(wrong)?;
        scenario.check(text, &places)?;
        scenario.happenings.sort_by_key(|at| at.t);
        scenario.operator.sort_by_key(|act| act.t);
        Ok(scenario)
    }

    fn check(&self, text: &str, places: &Places) -> Result<(), BadScenario> {
        let at_line = |place: &Spanned<IgnoredAny>, verdict: Result<(), String>| {
            verdict.map_err(|reason| BadScenario { line: line_of(text, place.span().start), reason })
        };
        if !(1..=600).contains(&self.speed) {
            let reason = format!("speed is {}; it may be 1 to 600", self.speed);
            return Err(BadScenario { line: line_starting_with(text, "speed"), reason });
        }
        at_line(&places.project, self.check_project())?;
        if let Some(place) = &places.service {
            at_line(place, self.check_service())?;
        }
        for (index, (channel, place)) in self.channels.iter().zip(&places.channel).enumerate() {
            at_line(place, check_channel(channel, self.channels.get(..index).unwrap_or_default()))?;
        }
        for (at, place) in self.happenings.iter().zip(&places.at) {
            at_line(place, self.check_happening(at))?;
        }
        for (act, place) in self.operator.iter().zip(&places.operator) {
            at_line(place, self.check_act(act))?;
        }
        Ok(())
    }

    fn check_project(&self) -> Result<(), String> {
        if self.project.domains.is_empty() {
            return Err("project.domains is empty; name at least one domain".to_owned());
        }
        let certificate = self.project.app_certificate.as_deref();
        if certificate.is_some_and(|text| text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit())) {
            return Err("project.app_certificate has to be 32 hexadecimal digits".to_owned());
        }
        if self.project.token == TokenRule::Required && certificate.is_none() {
            return Err("project.token is \"required\"; give the project.app_certificate that signs tokens".to_owned());
        }
        Ok(())
    }

    fn check_service(&self) -> Result<(), String> {
        let [shortest, longest] = self.service.latency;
        if shortest > longest {
            return Err("service.latency is [shortest, longest], and the first is longer than the second".to_owned());
        }
        Ok(())
    }

    fn check_happening(&self, at: &At) -> Result<(), String> {
        match &at.what {
            Happening::Die { cname }
            | Happening::IdleOut { cname }
            | Happening::AbnormalExit { cname }
            | Happening::Publish { cname, on: _ }
            | Happening::StuckStart { cname }
            | Happening::BackupCloud { cname, lasts: _ }
            | Happening::BadStorage { cname, lasts: _, shows: _ }
            | Happening::SlowUpload { cname, takes: _, lasts: _ }
            | Happening::PageStuck { cname, lasts: _ }
            | Happening::CdnDown { cname, lasts: _ } => self.known_channel(cname),
            Happening::Suspended { lasts: _ } | Happening::NotEnabled { lasts: _ } => Ok(()),
            Happening::OutsideRecorder { cname, uid, lasts: _ } | Happening::SameUidUser { cname, uid, lasts: _ } => {
                if *uid == 0 {
                    return Err("uid is 0; it may be 1 to 4294967295".to_owned());
                }
                self.known_channel(cname)
            }
            Happening::FailOver { cname, lasts } => {
                if *lasts > LONGEST_FAILOVER {
                    return Err("fail_over takes 90 s at most; for a longer one use die".to_owned());
                }
                self.known_channel(cname)
            }
            Happening::DomainDark { domain, lasts: _ } => self.known_domain(domain),
            Happening::Fault(fault) => self.check_fault(fault),
        }
    }

    fn check_fault(&self, fault: &Fault) -> Result<(), String> {
        fault.domains.iter().try_for_each(|domain| self.known_domain(domain))?;
        fault.cnames.iter().try_for_each(|cname| self.known_channel(cname))?;
        if fault.lasts.is_none() && fault.count.is_none() {
            return Err("the fault never ends; give `for`, `count` or both".to_owned());
        }
        if !(1..=100).contains(&fault.share) {
            return Err(format!("share is {}; it is a percentage from 1 to 100", fault.share));
        }
        match fault.kind {
            Kind::Slow | Kind::Drip if fault.after.is_none() => Err("a slow answer needs `after`".to_owned()),
            Kind::Slow | Kind::Drip | Kind::Cut if fault.acted.is_some() => {
                Err("`acted` has no place here: the answer is the right one, so the service has acted".to_owned())
            }
            Kind::Refuse | Kind::Throttled if fault.acted.is_some() => {
                Err("`acted` has no place here: the request never reaches the service".to_owned())
            }
            Kind::Stall if fault.after.is_some() => Err("`after` has no place here: no answer ever comes".to_owned()),
            Kind::Internal
            | Kind::NoSid
            | Kind::BadGateway
            | Kind::Unavailable
            | Kind::BackendTimeout
            | Kind::GatewayTimeout
            | Kind::NotCompleted
            | Kind::Throttled
            | Kind::Garbage
            | Kind::Html
            | Kind::Cut
            | Kind::Slow
            | Kind::Drip
            | Kind::Stall
            | Kind::Reset
            | Kind::Refuse => Ok(()),
        }
    }

    fn check_act(&self, act: &Act) -> Result<(), String> {
        act.channels.iter().try_for_each(|cname| self.known_channel(cname))
    }

    fn known_channel(&self, cname: &str) -> Result<(), String> {
        if self.channels.iter().any(|channel| channel.cname == cname) {
            return Ok(());
        }
        Err(format!("there is no [[channel]] with cname \"{cname}\""))
    }

    fn known_domain(&self, name: &str) -> Result<(), String> {
        if self.project.domains.iter().any(|domain| domain == name) {
            return Ok(());
        }
        Err(format!("\"{name}\" is not among project.domains: {}", self.project.domains.join(", ")))
    }
}

fn check_channel(channel: &Channel, earlier: &[Channel]) -> Result<(), String> {
    if earlier.iter().any(|other| other.cname == channel.cname) {
        return Err(format!("there are two channels with cname \"{}\"", channel.cname));
    }
    let mut uids = vec![channel.main_uid, channel.backup_uid];
    uids.extend(&channel.spare_uids);
    if uids.contains(&0) {
        return Err("a UID is 0; it may be 1 to 4294967295".to_owned());
    }
    uids.sort_unstable();
    if uids.windows(2).any(|pair| pair.first() == pair.last()) {
        return Err("main_uid, backup_uid and spare_uids have to differ from each other".to_owned());
    }
    if channel.users.contains(&0) || channel.users.iter().any(|user| uids.contains(user)) {
        return Err("users are 1 to 4294967295 and have to differ from the recorders' UIDs".to_owned());
    }
    let idle = channel.max_idle;
    if idle < Span::secs(5) || idle > Span::secs(2_592_000) {
        return Err("max_idle may be 5 s to 30 days".to_owned());
    }
    Ok(())
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

fn line_starting_with(text: &str, word: &str) -> usize {
    text.lines().position(|line| line.trim_start().starts_with(word)).map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::scenario::{Action, CallName};

    const HEAD: &str =
        "name = \"n\"\nseed = 1\n[project]\nname = \"p\"\n[[channel]]\ncname = \"a\"\nmain_uid = 1\nbackup_uid = 2\n";

    fn refused(tail: &str) -> (usize, String) {
        let error = Scenario::parse(&format!("{HEAD}{tail}")).expect_err("a bad scenario");
        (error.line, error.reason)
    }

    #[test]
    fn the_demo_is_a_scenario_with_24_channels_three_of_them_never_started() {
        let demo = Scenario::parse(super::super::DEMO).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(demo.channels.len(), 24);
        let started = |name: &String| demo.operator.iter().any(|act| act.channels.contains(name));
        assert_eq!(demo.channels.iter().filter(|channel| !started(&channel.cname)).count(), 3);
    }

    #[test]
    fn happenings_and_deeds_come_out_in_order_of_time() {
        let text = format!(
            "{HEAD}[[at]]\nt = \"1h\"\nwhat = \"die\"\ncname = \"a\"\n\
             [[at]]\nt = \"3m20s\"\nwhat = \"fault\"\nkind = \"206-65\"\ncalls = [\"start\"]\ncount = 2\n\
             [[operator]]\nt = \"2s\"\naction = \"stop\"\nchannels = [\"a\"]\n\
             [[operator]]\nt = \"150ms\"\naction = \"start\"\nchannels = [\"a\"]\n"
        );
        let scenario = Scenario::parse(&text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(scenario.happenings.iter().map(|at| at.t.0).collect::<Vec<_>>(), [200_000, 3_600_000]);
        assert!(
            matches!(&scenario.happenings[0].what, Happening::Fault(fault) if fault.calls == [CallName::Start] && fault.share == 100)
        );
        assert_eq!(scenario.operator.iter().map(|act| act.action).collect::<Vec<_>>(), [Action::Start, Action::Stop]);
        assert_eq!(scenario.operator[0].t, Span(150));
    }

    #[test]
    fn an_unknown_member_is_named_with_its_line() {
        let (line, reason) = refused("[[at]]\nt = \"1s\"\nwhat = \"die\"\ncname = \"a\"\nloud = true\n");
        assert_eq!(line, 9, "the line of its entry");
        assert!(reason.contains("loud"), "{reason}");
        let (line, reason) = refused("colour = 3\n");
        assert_eq!(line, 9);
        assert!(reason.contains("colour"), "{reason}");
    }

    #[test]
    fn a_happening_without_what_it_needs_is_refused_at_its_line() {
        let (line, reason) = refused("\n[[at]]\nt = \"1s\"\nwhat = \"fail_over\"\ncname = \"a\"\n");
        assert_eq!(line, 10);
        assert!(reason.contains("for"), "{reason}");
    }

    #[test]
    fn a_duration_that_is_none_is_refused() {
        for bad in ["\"soon\"", "\"-3s\"", "\"12\"", "3"] {
            let (line, reason) = refused(&format!("[[operator]]\nt = {bad}\naction = \"start\"\nchannels = []\n"));
            assert_eq!(line, 10, "{bad}: {reason}");
        }
    }

    #[test]
    fn names_that_nobody_has_are_refused() {
        let (line, reason) = refused("[[at]]\nt = \"1s\"\nwhat = \"die\"\ncname = \"b\"\n");
        assert_eq!((line, reason.as_str()), (9, "there is no [[channel]] with cname \"b\""));
        let (_, reason) = refused("[[at]]\nt = \"1s\"\nwhat = \"domain_dark\"\ndomain = \"x\"\nfor = \"1s\"\n");
        assert!(reason.contains("api.agora.io"), "{reason}");
        let (_, reason) = refused("[[operator]]\nt = \"1s\"\naction = \"start\"\nchannels = [\"b\"]\n");
        assert!(reason.contains("\"b\""), "{reason}");
    }

    #[test]
    fn what_can_never_end_or_never_be_is_refused() {
        let fault = |more: &str| refused(&format!("[[at]]\nt = \"1s\"\nwhat = \"fault\"\n{more}\n")).1;
        assert!(fault("kind = \"500\"").contains("never ends"));
        assert!(fault("kind = \"500\"\ncount = 1\nshare = 0").contains("percentage"));
        assert!(fault("kind = \"slow\"\ncount = 1").contains("`after`"));
        assert!(fault("kind = \"drip\"\ncount = 1").contains("`after`"));
        assert!(fault("kind = \"cut\"\ncount = 1\nacted = false").contains("`acted`"));
        let (_, reason) = refused("[[at]]\nt = \"1s\"\nwhat = \"fail_over\"\ncname = \"a\"\nfor = \"91s\"\n");
        assert!(reason.contains("90 s"), "{reason}");
        let (_, reason) = refused("[[channel]]\ncname = \"b\"\nmain_uid = 7\nbackup_uid = 7\n");
        assert!(reason.contains("differ"), "{reason}");
    }

    #[test]
    fn an_invented_secret_is_not_in_debug_either() {
        let scenario = Scenario::parse(HEAD).unwrap_or_else(|error| panic!("{error}"));
        assert!(!format!("{scenario:?}").contains(&scenario.project.customer_secret));
        let text = HEAD.replace("name = \"p\"", &format!("name = \"p\"\napp_certificate = \"{:032x}\"", 0xca_9a_17));
        let scenario = Scenario::parse(&text).unwrap_or_else(|error| panic!("{error}"));
        assert!(!format!("{scenario:?}").contains("ca9a17"));
    }

    #[test]
    fn tokens_can_be_demanded_only_with_something_to_check_them_by() {
        let project = |more: &str| {
            let text = HEAD.replace("name = \"p\"", &format!("name = \"p\"\n{more}"));
            Scenario::parse(&text).map(|scenario| scenario.project.token).map_err(|error| error.reason)
        };
        assert!(project("token = \"required\"").expect_err("no certificate").contains("app_certificate"));
        assert!(project("app_certificate = \"abc\"").expect_err("too short").contains("32 hexadecimal"));
        let both = format!("token = \"required\"\napp_certificate = \"{:032x}\"", 7);
        assert_eq!(project(&both), Ok(TokenRule::Required));
    }
}
