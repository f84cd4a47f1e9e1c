//! Incidents, judged from the log and the words on the screen: whatever is bad is part of exactly one, many at once are one, and
//! none ends while something of it is bad or before it is proven to be well.

use std::collections::BTreeMap;

use serde_json::Value;

use super::evidence::{Case, Channel, Finding, Ms, QUEUE, Shown, Told, UNANSWERED};
use super::own;

const RULE: &str = "incident";
/// What the system says of incidents; what people do about them is judged in `care`.
const OWN: [&str; 4] = ["incident_opened", "incident_grew", "incident_settled", "incident_ended"];
/// Words that need a person at once.
const BAD: [&str; 4] = ["lost", "abnormal_exit", "ended", "config_error"];
/// How long a channel is uncertain until that needs a person.
const UNCERTAIN_AFTER: Ms = 300_000;
/// So many at once are one.
const MANY: usize = 3;
/// So many good answers in a row prove that a channel is well.
const PROOF: usize = 2;

pub fn judge(case: &Case, findings: &mut Vec<Finding>) {
    for project in 0..case.sends.len() {
        let channels = case.channels.iter().filter(|channel| channel.project == project);
        let mut book = Book {
            case,
            channels: channels.map(|channel| (channel.number, channel)).collect(),
            all: BTreeMap::new(),
            parts: BTreeMap::new(),
            wrong: Vec::new(),
        };
        for news in case.incidents.iter().filter(|news| OWN.contains(&news.told.name.as_str())) {
            let about = news.channel.or_else(|| numbers(&news.told.says, "channels").first().copied());
            if about.is_some_and(|number| book.channels.contains_key(&number)) {
                book.read(news.channel, &news.told);
            }
        }
        book.is_prompt(Ms::MAX);
        for channel in book.channels.clone().into_values() {
            book.whatever_is_bad_is_in_one(channel);
        }
        findings.append(&mut book.wrong);
    }
}

/// A channel's part in an incident.
#[derive(Clone, Copy, Debug)]
struct Part {
    incident: u64,
    from: Ms,
    to: Ms,
}

#[derive(Debug)]
struct Incident {
    kind: String,
    opened: Ms,
    joined: Ms,
    /// Whether each channel of it is settled.
    settled: BTreeMap<u64, bool>,
    open: bool,
    /// When the last of them was settled.
    over: Option<Ms>,
}

/// The incidents of one project, as they are read.
struct Book<'a> {
    case: &'a Case,
    channels: BTreeMap<u64, &'a Channel>,
    all: BTreeMap<u64, Incident>,
    parts: BTreeMap<u64, Vec<Part>>,
    wrong: Vec<Finding>,
}

impl Book<'_> {
    fn read(&mut self, channel: Option<u64>, told: &Told) {
        self.is_prompt(told.at);
        let Some(incident) = told.says.get("incident").and_then(Value::as_u64) else { return };
        match (told.name.as_str(), channel) {
            ("incident_opened", _) => self.opened(incident, told),
            ("incident_grew", Some(channel)) => self.grew(incident, channel, told.at),
            ("incident_settled", Some(channel)) => {
                self.settled(incident, channel, told.at, told.text("how").unwrap_or_default());
            }
            ("incident_ended", _) => self.ended(incident, told.at),
            (name, _) => self.say(None, told.at, format!("{name} says nothing of a channel")),
        }
    }

    fn say(&mut self, channel: Option<u64>, at: Ms, what: String) {
        let cname = channel.and_then(|number| self.channels.get(&number)).map_or("", |channel| &channel.cname);
        self.wrong.push(Finding { rule: RULE, cname: cname.to_owned(), at, what });
    }

    /// The longest interval that may have been in force.
    fn sweep(&self, at: Ms) -> Ms {
        self.case.interval(at - 1, at + 1)
    }

    fn opened(&mut self, incident: u64, told: &Told) {
        let at = told.at;
        let (channels, absorbed) = (numbers(&told.says, "channels"), numbers(&told.says, "absorbed"));
        let kind = told.text("kind").unwrap_or_default().to_owned();
        if self.all.last_key_value().is_some_and(|(last, _)| *last >= incident) {
            self.say(None, at, format!("number {incident} was given before"));
        }
        let open = || self.all.values().filter(|other| other.open);
        let mut whys = Vec::new();
        match kind.as_str() {
            "mass" => {
                if channels.len() < MANY {
                    whys.push(format!("{channels:?} are not many"));
                }
                let old = |id: &&u64| self.all.get(id).is_none_or(|it| !it.open || at - it.opened > self.sweep(at));
                whys.extend(absorbed.iter().find(old).map(|id| format!("{id} did not begin within this sweep")));
            }
            "uncertain" => {
                if open().any(|other| other.kind == "uncertain") {
                    whys.push("there are two groups of uncertain channels".to_owned());
                }
            }
            _ => {
                let sweep = self.case.rules.interval;
                let single = |it: &&Incident| !matches!(it.kind.as_str(), "mass" | "uncertain");
                let beside = open().filter(single).filter(|other| at - other.opened <= sweep).count();
                let joins = open().any(|other| other.kind == "mass" && at - other.joined <= sweep);
                if beside + 1 >= MANY || joins {
                    whys.push(format!("a {kind} of its own, beside {beside} and a mass: {joins}"));
                }
            }
        }
        for why in whys {
            self.say(channels.last().copied(), at, format!("incident {incident}: {why}"));
        }
        for old in absorbed {
            self.close(old, at);
        }
        let settled = BTreeMap::new();
        self.all.insert(incident, Incident { kind, opened: at, joined: at, settled, open: true, over: None });
        if let Some(new) = channels.last() {
            self.is_bad(incident, *new, at);
        }
        for channel in channels {
            self.join(incident, channel, at);
        }
    }

    fn grew(&mut self, incident: u64, channel: u64, at: Ms) {
        let sweep = self.sweep(at);
        match self.all.get(&incident) {
            Some(found) if found.open => {
                let is_old = !found.settled.contains_key(&channel);
                if found.kind == "mass" && is_old && at - found.joined > sweep {
                    self.say(Some(channel), at, format!("joined the mass {incident}, whose sweep was over"));
                }
            }
            _ => self.say(Some(channel), at, format!("joined {incident}, which is not open")),
        }
        self.is_bad(incident, channel, at);
        self.join(incident, channel, at);
    }

    fn is_bad(&mut self, incident: u64, channel: u64, at: Ms) {
        let Some(found) = self.channels.get(&channel).copied() else { return };
        // A suspicion that queries could not clear for long is as bad as any other uncertainty.
        let unclear = is_unclear_suspect(found, at);
        if !unclear && !words_at(found, at).any(|word| word == "uncertain" || BAD.contains(&word)) {
            let what = format!("part of {incident}, and the word is {}", found.word(at));
            self.say(Some(channel), at, what);
        }
    }

    fn join(&mut self, incident: u64, channel: u64, at: Ms) {
        let row = self.parts.entry(channel).or_default();
        let other = row.last().filter(|part| part.to > at).copied();
        row.push(Part { incident, from: at, to: Ms::MAX });
        if let Some(found) = self.all.get_mut(&incident) {
            found.settled.insert(channel, false);
            found.joined = at;
            found.over = None;
        }
        if let Some(other) = other {
            self.say(Some(channel), at, format!("bad in {} and in {incident}", other.incident));
        }
    }

    fn settled(&mut self, incident: u64, channel: u64, at: Ms, how: &str) {
        let part = self.parts.get_mut(&channel).and_then(|row| row.last_mut());
        let Some(part) = part.filter(|part| part.incident == incident && part.to == Ms::MAX) else {
            return self.say(Some(channel), at, format!("settled in {incident}, of which it was no bad part"));
        };
        part.to = at;
        let from = part.from;
        if let Some(found) = self.all.get_mut(&incident) {
            found.settled.insert(channel, true);
            found.over = found.settled.values().all(|settled| *settled).then_some(at);
        }
        let Some(channel) = self.channels.get(&channel).copied() else { return };
        let told = |name: &str| channel.told.iter().any(|told| told.name == name && from <= told.at && told.at <= at);
        let holds = match how {
            "recovered" => channel.word(at) == "recording" && is_proven(self.case, channel, at),
            "worse" => words_at(channel, at).any(|word| BAD.contains(&word)),
            "stopped" => channel.word(at) == "stopped",
            "new_session" => told("start_requested") || told("adopted"),
            "forgotten" => told("channel_forgotten"),
            _ => false,
        };
        if !holds {
            let what = format!("{how} in {incident}, and the word is {}", channel.word(at));
            self.say(Some(channel.number), at, what);
        }
    }

    fn ended(&mut self, incident: u64, at: Ms) {
        let found = self.all.get(&incident).filter(|found| found.open);
        let bad = found.map(|found| found.settled.iter().find(|(_, settled)| !**settled).map(|(number, _)| *number));
        match bad {
            None => self.say(None, at, format!("{incident} ended and was not open")),
            Some(Some(channel)) => self.say(Some(channel), at, format!("{incident} ended while it is bad")),
            Some(None) => {}
        }
        self.close(incident, at);
    }

    /// From now on nothing belongs to it.
    fn close(&mut self, incident: u64, at: Ms) {
        if let Some(found) = self.all.get_mut(&incident) {
            (found.open, found.over) = (false, None);
        }
        let parts = self.parts.values_mut().filter_map(|row| row.last_mut());
        parts.filter(|part| part.incident == incident).for_each(|part| part.to = part.to.min(at));
    }

    /// What is over ends in the same moment.
    fn is_prompt(&mut self, now: Ms) {
        let late = self.all.iter().find(|(_, found)| found.over.is_some_and(|over| over < now));
        if let Some((id, at)) = late.map(|(id, found)| (*id, found.over.unwrap_or_default())) {
            self.say(None, at, format!("nothing of {id} is bad any more, and it goes on"));
            self.close(id, at);
        }
    }

    fn whatever_is_bad_is_in_one(&mut self, channel: &Channel) {
        let row = self.parts.get(&channel.number).cloned().unwrap_or_default();
        let down = self.case.down(channel);
        let late = |at: Ms| at + self.case.interval(at, at + 1) + QUEUE + UNANSWERED;
        let mut moments = Vec::new();
        for (word, from, to) in channel.words(self.case.until) {
            if word == "uncertain" {
                moments.push((word, from, late(uncertain_anew(channel, from) + UNCERTAIN_AFTER), to));
            }
            if word == "suspect" {
                let failed =
                    channel.told.iter().filter(|told| told.text("to") == Some("uncertain")).map(|told| told.at);
                let alarms = failed.chain([from + UNCERTAIN_AFTER]).filter(|at| from < *at && *at < to);
                let alarms = alarms.filter(|at| is_unclear_suspect(channel, *at));
                moments.extend(alarms.map(|at| (word, from, at, to)));
            }
            if !BAD.contains(&word) {
                continue;
            }
            // While the own network is down nothing is called bad.
            let back = down.iter().find(|down| down.meets(from, from + 1)).map(|down| down.to);
            moments.push((word, from, back.map_or(from, late), to));
            let ends = row.iter().map(|part| part.to).filter(|at| from <= *at && *at < to);
            moments.extend(ends.map(|at| (word, from, at, to)));
        }
        moments.extend(channel.told.iter().filter_map(|told| Some((turns_bad(told)?, told.at, told.at, told.at))));
        for (word, from, at, to) in moments {
            let is_in = row.iter().any(|part| part.from <= at && at < part.to);
            let unmoved = (at == from && !down.iter().any(|down| down.meets(at, at + 1)))
                || (self.case.looked(from, at) && !down.iter().any(|down| down.meets(at - 1, at)));
            let uncertain_seen =
                !matches!(word, "uncertain" | "suspect") || !down.iter().any(|down| down.meets(from, at));
            if (at < to || at == from) && !is_in && unmoved && uncertain_seen {
                self.say(Some(channel.number), at, format!("{word} since {from}, and in no incident"));
            }
        }
    }
}

/// The word at a moment, the one before, and those it had in that moment: a restart may follow before they are seen.
fn words_at(channel: &Channel, at: Ms) -> impl Iterator<Item = &str> {
    let shown = channel.shown.iter().filter(move |shown| shown.at == at).map(|shown| shown.word.as_str());
    let told = channel.told.iter().filter(move |told| told.at == at).filter_map(turns_bad);
    told.chain(shown).chain([channel.word(at - 1), channel.word(at)])
}

/// A fact with which a channel turns bad whatever follows in the same moment.
fn turns_bad(told: &Told) -> Option<&str> {
    told.phase().filter(|phase| BAD.contains(phase))
}

/// Whether the last answers that tell anything of the channel's own recorder were good, so many in a row.
fn is_proven(case: &Case, channel: &Channel, at: Ms) -> bool {
    let owns = own::timeline(channel, case.until);
    let Some(own) = own::at(&owns, at) else { return false };
    let heard = channel.exchanges.iter().filter(|one| one.asks_for(own.sid)).filter_map(|one| one.heard.as_ref());
    let mut heard: Vec<_> = heard.filter(|(when, says)| *when <= at && (says.is_good() || says.is_bad())).collect();
    heard.sort_by_key(|(when, _)| *when);
    let row = heard.iter().rev().take(PROOF);
    heard.len() >= PROOF && row.into_iter().all(|(_, says)| says.is_good()) && !flaps(case, channel, at)
}

/// Whether a channel has been suspect for as long as uncertainty may last, and its last query failed.
fn is_unclear_suspect(channel: &Channel, at: Ms) -> bool {
    // A command of the same moment comes after it.
    let stands = |shown: &&Shown| shown.at < at || shown.at == at && shown.word == "suspect";
    let Some(word) = channel.shown.iter().rev().find(stands) else { return false };
    let turns = |told: &&Told| matches!(told.name.as_str(), "sight_changed" | "not_observed") || gives_back(told);
    let last = channel.told.iter().take_while(|told| told.at <= at).filter(turns).last();
    // A word that came with an answer holds since its query was sent.
    let since =
        channel.told.iter().filter(|told| told.at == word.at).filter_map(|told| told.says.get("since")?.as_i64());
    let since = since.min().unwrap_or(word.at);
    word.word == "suspect"
        && last.is_some_and(|told| told.text("to") == Some("uncertain") || gives_back(told))
        && at - since >= UNCERTAIN_AFTER
}

/// Whether it tells of a successor that did not come. Nobody asked for the recorder before it meanwhile, so that is uncertain.
fn gives_back(told: &Told) -> bool {
    told.name == "start_failed" && told.text("why") == Some("not_verified")
}

/// Since when the same recorder is uncertain: with a start that failed it is another one's turn.
fn uncertain_anew(channel: &Channel, from: Ms) -> Ms {
    let failed = channel.told.iter().filter(|told| told.name == "start_failed").map(|told| told.at);
    failed.fold(from, |since, at| if since < at && at <= since + UNCERTAIN_AFTER { at } else { since })
}

/// Whether it was said to turn bad again and again, and neither was that taken back nor was its session over since.
fn flaps(case: &Case, channel: &Channel, at: Ms) -> bool {
    let said = |name: &str| {
        let told = channel.told.iter().rev().find(|told| told.at <= at && told.name == name);
        told.map(|told| told.at)
    };
    let Some(began) = said("flapping_began") else { return false };
    let over = |(word, from, _): (&str, Ms, Ms)| matches!(word, "stopped" | "idle") && began < from && from <= at;
    said("flapping_ended").is_none_or(|ended| ended < began) && !channel.words(case.until).any(over)
}

/// A list of numbers.
fn numbers(says: &Value, member: &str) -> Vec<u64> {
    let list = says.get(member).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_u64).collect()
}
