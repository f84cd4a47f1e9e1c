//! What people do about incidents and channels, judged from the log: acknowledged is what is active, and only until it gets worse,
//! its time is over or somebody takes it back; closed is what has ended; a mute ends when it should.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::{Case, Channel, Finding, Ms, News, Told};

const RULE: &str = "care";
/// From the worst on.
const BAD: [&str; 5] = ["lost", "abnormal_exit", "ended", "config_error", "uncertain"];

pub fn judge(case: &Case, findings: &mut Vec<Finding>) {
    for project in 0..case.sends.len() {
        let channels = case.channels.iter().filter(|channel| channel.project == project);
        let channels: BTreeMap<u64, &Channel> = channels.map(|channel| (channel.number, channel)).collect();
        let mut book = Book { case, channels, all: BTreeMap::new(), mutes: BTreeMap::new(), wrong: Vec::new() };
        for (at, news) in case.incidents.iter().enumerate() {
            if about(news).is_some_and(|number| book.channels.contains_key(&number)) {
                book.read(news, &case.incidents[at + 1..]);
            }
        }
        book.nothing_lasts_too_long();
        findings.append(&mut book.wrong);
    }
}

/// A channel that a fact is about.
fn about(news: &News) -> Option<u64> {
    let says = &news.told.says;
    let on = says.get("on").and_then(|on| on.get("incident")).unwrap_or(says);
    let first = || says.get("channels")?.as_array()?.first()?.as_u64();
    news.channel.or_else(|| on.get("about")?.as_u64()).or_else(first)
}

#[derive(Default)]
struct Incident {
    channels: BTreeSet<u64>,
    ended: bool,
    closed: bool,
    written: bool,
    /// Until when it is acknowledged, and the worst that it read.
    acknowledged: Option<(Ms, String)>,
}

struct Book<'a> {
    case: &'a Case,
    channels: BTreeMap<u64, &'a Channel>,
    all: BTreeMap<u64, Incident>,
    /// Until when each is muted.
    mutes: BTreeMap<u64, Ms>,
    wrong: Vec<Finding>,
}

impl Book<'_> {
    fn read(&mut self, news: &News, later: &[News]) {
        let told = &news.told;
        let number = |says: &serde_json::Value| says.get("incident").and_then(serde_json::Value::as_u64);
        let on = told.says.get("on").and_then(|on| number(on.get("incident")?));
        match (number(&told.says).or(on), news.channel) {
            (Some(incident), channel) => self.of_incident(incident, channel, told, later),
            (None, Some(channel)) => self.of_channel(channel, told, later),
            (None, None) => self.say(None, told.at, format!("{} is about nothing", told.name)),
        }
    }

    fn of_incident(&mut self, number: u64, channel: Option<u64>, told: &Told, later: &[News]) {
        let mut found = self.all.remove(&number).unwrap_or_default();
        let broken = match told.name.as_str() {
            "incident_opened" => {
                let list = told.says.get("channels").and_then(|list| list.as_array()).into_iter().flatten();
                found.channels.extend(list.filter_map(serde_json::Value::as_u64));
                None
            }
            "incident_grew" => {
                found.channels.extend(channel);
                found.acknowledged.is_some().then_some("grew while it was acknowledged")
            }
            "incident_ended" => {
                (found.ended, found.acknowledged) = (true, None);
                None
            }
            "incident_acknowledged" => {
                let wrong =
                    (found.ended || found.acknowledged.is_some()).then_some("acknowledged, and it could not be");
                let until = told.says.get("until").and_then(serde_json::Value::as_i64).unwrap_or(Ms::MAX);
                found.acknowledged = Some((until, told.text("worst").unwrap_or_default().to_owned()));
                found.written = true;
                wrong
            }
            "acknowledgement_ended" => {
                let wrong = self.ends_wrongly(number, &found, told, later);
                found.acknowledged = None;
                wrong
            }
            "incident_closed" => {
                let wrong = !found.ended || found.closed || !found.written;
                found.closed = true;
                wrong.then_some("closed, and it could not be")
            }
            "incident_reopened" => {
                let wrong = !found.closed;
                found.closed = false;
                wrong.then_some("opened again, and it was not closed")
            }
            "note_added" => {
                found.written = true;
                None
            }
            _ => None,
        };
        self.all.insert(number, found);
        if let Some(what) = broken {
            self.say(channel, told.at, format!("{number} {what}"));
        }
    }

    fn ends_wrongly(&self, number: u64, found: &Incident, told: &Told, later: &[News]) -> Option<&'static str> {
        let Some((until, worst)) = &found.acknowledged else { return Some("acknowledged no longer, and it was not") };
        match told.text("why") {
            Some("taken_back") => None,
            Some("time_over") => {
                (!self.is_prompt(*until, told.at)).then_some("acknowledged for a time that ended otherwise")
            }
            Some("worse") => {
                let grows = later.iter().take_while(|news| news.told.at == told.at).any(|news| {
                    news.told.name == "incident_grew" && news.told.says.get("incident") == Some(&number.into())
                });
                let rank = |word: &str| BAD.iter().position(|bad| *bad == word).unwrap_or(BAD.len());
                let is_worse = |id: &u64| {
                    let words = self.channels.get(id).into_iter().flat_map(|channel| {
                        let shown = channel.shown.iter().filter(|shown| shown.at == told.at);
                        shown.map(|shown| shown.word.as_str()).chain([channel.word(told.at)])
                    });
                    let facts = self.channels.get(id).into_iter().flat_map(|channel| &channel.told);
                    let turns = facts.filter(|fact| fact.at == told.at).filter_map(Told::phase);
                    let unclear = self.channels.get(id).is_some_and(|channel| channel.word(told.at) == "suspect");
                    words.chain(turns).any(|word| rank(word) < rank(worst)) || unclear && rank(worst) == BAD.len()
                };
                (!grows && !found.channels.iter().any(is_worse)).then_some("worse, and it is not")
            }
            _ => Some("acknowledged no longer, and it is not said why"),
        }
    }

    fn of_channel(&mut self, number: u64, told: &Told, later: &[News]) {
        if told.name == "channel_muted" {
            let until = told.says.get("until").and_then(serde_json::Value::as_i64).unwrap_or(Ms::MAX);
            self.mutes.insert(number, until);
            return;
        }
        let until = self.mutes.remove(&number);
        let Some(channel) = self.channels.get(&number).copied() else { return };
        let words = channel.shown.iter().filter(|shown| shown.at == told.at).map(|shown| shown.word.as_str());
        let holds = match (until, told.text("why")) {
            (None, _) | (_, None) => false,
            (Some(until), Some("time_over")) => self.is_prompt(until, told.at),
            (Some(_), Some("taken_back")) => true,
            (Some(_), Some("recovered")) => later
                .iter()
                .take_while(|news| news.told.at == told.at)
                .any(|news| news.channel == Some(number) && news.told.text("how") == Some("recovered")),
            (Some(_), Some("session_ended")) => {
                let over = ["stopped", "idle", "starting"];
                words.chain([channel.word(told.at)]).any(|word| over.contains(&word))
            }
            (Some(_), Some(_)) => false,
        };
        if !holds {
            self.say(Some(number), told.at, "its mute ended otherwise than it should".to_owned());
        }
    }

    /// Whether something ended at its time, or as soon as somebody could say so.
    fn is_prompt(&self, due: Ms, at: Ms) -> bool {
        let stood = self.case.unseen.iter().chain(&self.case.stalled);
        due == at || (due < at && stood.into_iter().any(|stood| stood.meets(due, at) && at <= stood.to))
    }

    fn nothing_lasts_too_long(&mut self) {
        let until = self.case.until;
        let stood = |due: Ms| self.case.unseen.iter().any(|unseen| unseen.meets(due, until));
        let acknowledged = self.all.values().filter_map(|found| found.acknowledged.as_ref()).map(|(due, _)| *due);
        let late: Vec<_> = acknowledged.chain(self.mutes.values().copied()).filter(|due| *due < until).collect();
        for due in late.into_iter().filter(|due| !stood(*due)) {
            self.say(None, due, "what was for a time goes on".to_owned());
        }
    }

    fn say(&mut self, channel: Option<u64>, at: Ms, what: String) {
        let cname = channel.and_then(|number| self.channels.get(&number)).map_or("", |channel| &channel.cname);
        self.wrong.push(Finding { rule: RULE, cname: cname.to_owned(), at, what });
    }
}
