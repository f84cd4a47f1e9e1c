//! What a judge is given. Plain numbers and words: moments and lengths are milliseconds, states and facts are called as the
//! program's own exports call them. It judges nothing.

use serde_json::Value;

use super::answer::Says;
use super::cloud::Cloud;

/// A moment in milliseconds since the Unix epoch, or a length in milliseconds.
pub type Ms = i64;

/// The numbers of the rules that a run may set; all others stand beside the rule that needs them.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// The shortest poll interval: the one of the settings.
    pub interval: Ms,
    /// Most requests of a project in any sliding second.
    pub per_second: usize,
}

/// Longest wait of a poll behind other requests.
pub const QUEUE: Ms = 30_000;
/// Four tries of 10 s, with 1, 3 and 6 s in between: an operation without an answer.
pub const UNANSWERED: Ms = 50_000;
/// Time for one try.
pub const TRY: Ms = 10_000;
/// 404s that span this long are a loss: the service's own failover answers 404 for no longer.
pub const FAILOVER: Ms = 90_000;

/// Everything about one run.
#[derive(Debug)]
pub struct Case {
    pub rules: Rules,
    pub channels: Vec<Channel>,
    pub cloud: Cloud,
    /// Stretches in which the program did not run or the workstation slept.
    pub unseen: Vec<Stretch>,
    /// Of those, the ones after which it was started anew.
    pub starts: Vec<Stretch>,
    /// Stretches in which the program knew that nothing can be kept.
    pub log_failing: Vec<Stretch>,
    /// Stretches in which the process stood still: nothing was sent, and no word changed.
    pub stalled: Vec<Stretch>,
    /// Stretches in which the screen said that checks go slower: the waits of the rules may be longer.
    pub slower: Vec<Stretch>,
    /// Stretches in which the screen named another interval, and the longest one it named.
    pub intervals: Vec<(Stretch, Ms)>,
    /// What was told of incidents, in its order.
    pub incidents: Vec<News>,
    /// Every moment at which a request left, by project, in order of time.
    pub sends: Vec<(String, Vec<Ms>)>,
    /// When it ended.
    pub until: Ms,
}

/// From the first moment to the one after the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub from: Ms,
    pub to: Ms,
}

impl Stretch {
    /// The longer one, at equal lengths this.
    pub const fn longer(self, other: Self) -> Self {
        if other.to - other.from > self.to - self.from { other } else { self }
    }

    /// Whether both have a moment in common.
    pub const fn meets(self, from: Ms, to: Ms) -> bool {
        self.from < to && from < self.to
    }
}

impl Case {
    /// The interval in force: the longest that was named between two moments.
    pub fn interval(&self, from: Ms, to: Ms) -> Ms {
        let named = self.intervals.iter().filter(|(stretch, _)| stretch.meets(from, to)).map(|(_, interval)| *interval);
        named.max().unwrap_or(0).max(self.rules.interval)
    }

    /// How long it may take until a poll tells what happened in a stretch. While the service asks for fewer requests nothing is
    /// heard for longer, until what is known is too old.
    pub fn noticed_within(&self, channel: &Channel, gone: Stretch, answered_within: Ms) -> Ms {
        let interval = self.interval(gone.from, gone.to);
        let throttled = channel.told.iter().any(|told| told.name == "throttled" && gone.meets(told.at, told.at + 1));
        let polled = interval + QUEUE + answered_within;
        if throttled { polled.max(2 * interval) } else { polled }
    }

    /// Whether the waits of the rules may have been longer at some time between two moments.
    pub fn was_slower(&self, from: Ms, to: Ms) -> bool {
        self.stalled.iter().chain(&self.slower).any(|slower| slower.meets(from, to))
    }
}

/// A fact of an incident.
#[derive(Clone, Debug)]
pub struct News {
    /// The number of the channel, if it is about one.
    pub channel: Option<u64>,
    pub told: Told,
}

/// One channel, as it was shown, drawn, told and asked for.
#[derive(Clone, Debug, Default)]
pub struct Channel {
    /// What facts about several channels call it.
    pub number: u64,
    /// What the service calls it.
    pub cname: String,
    /// Every change of its word.
    pub shown: Vec<Shown>,
    /// What is drawn of the whole run.
    pub drawn: Vec<Drawn>,
    /// The facts that were kept, its own and those of the whole workstation.
    pub told: Vec<Told>,
    /// Its requests, in the order in which they left.
    pub exchanges: Vec<Exchange>,
    /// When the files of a recording are asked for, counted from its start.
    pub files: [Ms; 2],
    /// Whether it is restarted without a person.
    pub auto_restart: bool,
    /// The place of its project in `Case::sends`.
    pub project: usize,
    /// When a person asked for a query at once.
    pub asked: Vec<Ms>,
    /// Recorders of it that others started and that it was not told of.
    pub foreign: Vec<String>,
}

/// The word from a moment on.
#[derive(Clone, Debug)]
pub struct Shown {
    pub at: Ms,
    pub word: String,
}

/// A stretch that is drawn in one kind.
#[derive(Clone, Debug)]
pub struct Drawn {
    pub from: Ms,
    pub to: Ms,
    pub kind: String,
}

/// A fact.
#[derive(Clone, Debug)]
pub struct Told {
    pub at: Ms,
    /// Its name, such as `gap_closed`.
    pub name: String,
    /// What else it says.
    pub says: Value,
}

impl Told {
    /// From one line of the log: an object with `at` and `event`, which is a name or a name with its fields.
    pub fn read(line: &Value) -> Option<Self> {
        let at = line.get("at")?.as_i64()?;
        let event = line.get("event")?;
        if let Some(name) = event.as_str() {
            return Some(Self { at, name: name.to_owned(), says: Value::Null });
        }
        let (name, says) = event.as_object()?.iter().next()?;
        Some(Self { at, name: name.clone(), says: says.clone() })
    }

    /// A member that is text.
    pub fn text(&self, member: &str) -> Option<&str> {
        self.says.get(member)?.as_str()
    }

    /// A member of `gap`.
    pub fn gap(&self, member: &str) -> Option<Ms> {
        self.says.get("gap")?.get(member)?.as_i64()
    }

    /// The phase it turns to, without what belongs to it.
    pub fn phase(&self) -> Option<&str> {
        let to = self.says.get("to").filter(|_| self.name == "phase_changed")?;
        to.as_str().or_else(|| to.as_object()?.keys().next().map(String::as_str))
    }
}

/// Which call a request made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    Acquire,
    Start,
    Query,
    Stop,
    Other,
}

/// One request and its end.
#[derive(Clone, Debug)]
pub struct Exchange {
    pub sent: Ms,
    pub call: Call,
    /// The recorder that its path names.
    pub sid: Option<String>,
    /// When its end was heard, and what that says.
    pub heard: Option<(Ms, Says)>,
}

impl Exchange {
    /// Reads call and recorder off the path.
    pub fn new(sent: Ms, path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').collect();
        let after = |name: &str| parts.iter().position(|part| *part == name).and_then(|at| parts.get(at + 1));
        let call = match parts.last().copied().unwrap_or_default() {
            "acquire" => Call::Acquire,
            "start" => Call::Start,
            "query" => Call::Query,
            "stop" => Call::Stop,
            _ => Call::Other,
        };
        Self { sent, call, sid: after("sid").map(|sid| (*sid).to_owned()), heard: None }
    }

    /// Takes its end in: the HTTP answer, if one came.
    pub fn hear(&mut self, at: Ms, answer: Option<(u16, &[u8])>) {
        let says = Says::read(answer);
        // Other answers repeat the name that they were asked with.
        let repeats = self.call != Call::Start && matches!(says, Says::Started(_));
        let says = if repeats { Says::Done } else { says };
        self.heard = Some((at, says));
    }

    /// Whether its end was heard at this moment.
    pub fn is_heard_at(&self, at: Ms) -> bool {
        self.heard.as_ref().is_some_and(|(heard, _)| *heard == at)
    }

    /// A query of this recorder.
    pub fn asks_for(&self, sid: &str) -> bool {
        self.call == Call::Query && self.sid.as_deref() == Some(sid)
    }
}

/// Something that is wrong.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Which rule is broken.
    pub rule: &'static str,
    pub cname: String,
    pub at: Ms,
    pub what: String,
}

impl Channel {
    /// The word at a moment.
    pub fn word(&self, at: Ms) -> &str {
        let place = self.shown.partition_point(|shown| shown.at <= at);
        place.checked_sub(1).and_then(|i| self.shown.get(i)).map_or("", |shown| shown.word.as_str())
    }

    /// Each word with the stretch it was shown.
    pub fn words(&self, until: Ms) -> impl Iterator<Item = (&str, Ms, Ms)> {
        let ends = self.shown.iter().skip(1).map(|shown| shown.at).chain([until]);
        self.shown.iter().zip(ends).map(|(shown, to)| (shown.word.as_str(), shown.at, to))
    }

    /// When the query of a recorder left that was answered at a moment.
    pub fn asked_for(&self, sid: &str, heard: Ms) -> Option<Ms> {
        self.exchanges.iter().filter(|one| one.asks_for(sid) && one.is_heard_at(heard)).map(|one| one.sent).max()
    }

    /// Whether a query of a recorder brought nothing clear between two moments.
    pub fn is_unclear(&self, sid: &str, from: Ms, to: Ms) -> bool {
        let unclear = |says: &Says| !says.is_good() && !says.is_bad() && *says != Says::Throttled;
        let mut heard = self.exchanges.iter().filter(|one| one.asks_for(sid)).filter_map(|one| one.heard.as_ref());
        heard.any(|(at, says)| from < *at && *at < to && unclear(says))
    }

    pub fn finding(&self, rule: &'static str, at: Ms, what: String) -> Finding {
        Finding { rule, cname: self.cname.clone(), at, what }
    }
}

impl Case {
    /// While the own network was called down.
    pub fn down(&self, channel: &Channel) -> Vec<Stretch> {
        let of_name =
            |name: &'static str| channel.told.iter().filter(move |told| told.name == name).map(|told| told.at);
        let ends: Vec<Ms> = self.starts.iter().map(|start| start.to).chain(of_name("network_back")).collect();
        let end = |from: Ms| ends.iter().copied().filter(|at| *at >= from).min().unwrap_or(self.until);
        of_name("network_lost").map(|from| Stretch { from, to: end(from) }).collect()
    }

    /// Whether the program surely looked all the time between two moments.
    pub fn looked(&self, from: Ms, to: Ms) -> bool {
        !self.unseen.iter().any(|unseen| unseen.meets(from, to))
    }
}
