//! Brings the evidence: what the rig kept, in the plain words and numbers of the judge. It decides nothing and leaves nothing
//! out.

use std::collections::BTreeMap;
use std::time::Duration;

use reelwatch::monitor::event::{Event, NoteOn, Record};
use reelwatch::monitor::history;
use reelwatch::monitor::ids::{ChannelId, Mode};
use reelwatch::monitor::policy::Policy;
use reelwatch::monitor::time::Timestamp;

use crate::rig::{BEGIN, BreakKind, Rig};
use crate::truth::cloud::Cloud;
use crate::truth::evidence::{Case, Channel, Drawn, Exchange, Ms, News, Rules, Shown, Stretch, Told};

/// Reads along while a run is played, so that no answer has to be kept whole.
pub struct Witness {
    projects: Vec<String>,
    channels: BTreeMap<ChannelId, Vec<Exchange>>,
    /// When the requests of each project left.
    sends: Vec<Vec<Ms>>,
    /// How many of all were read.
    seen: usize,
    /// Requests that have no end yet: their place in the rig and here.
    open: Vec<(usize, ChannelId, usize)>,
}

impl Witness {
    pub fn new(projects: &[&str]) -> Self {
        let sends = vec![Vec::new(); projects.len()];
        let projects = projects.iter().map(|name| (*name).to_owned()).collect();
        Self { projects, channels: BTreeMap::new(), sends, seen: 0, open: Vec::new() }
    }

    /// Takes over what was sent and heard since the last time; when the requests of each
    /// project left.
    pub fn read(&mut self, rig: &mut Rig) -> &[Vec<Ms>] {
        for sent in &rig.sent[self.seen..] {
            let row = self.channels.entry(sent.send.channel).or_default();
            self.open.push((self.seen, sent.send.channel, row.len()));
            row.push(Exchange::new(sent.at.as_millis(), &sent.path));
            self.sends[usize::from(sent.send.id.project.0)].push(sent.at.as_millis());
            self.seen += 1;
        }
        let channels = &mut self.channels;
        self.open.retain(|(place, id, at)| {
            let Some((heard, response)) = &mut rig.sent[*place].heard else { return true };
            let response = response.take();
            if let Some(exchange) = channels.get_mut(id).and_then(|row| row.get_mut(*at)) {
                let answer = response.as_ref().map(|response| (response.status, response.body.as_slice()));
                exchange.hear(heard.as_millis(), answer);
            }
            false
        });
        &self.sends
    }

    /// The whole case as of now.
    pub fn case(&mut self, rig: &mut Rig, rules: Rules, asked: &BTreeMap<ChannelId, Vec<Timestamp>>) -> Case {
        self.read(rig);
        let mut journal = Vec::new();
        for one in rig.journals() {
            one.write_json_lines(&mut journal).expect("a vector takes everything");
        }
        let mut facts: BTreeMap<Option<ChannelId>, Vec<&Record>> = BTreeMap::new();
        for record in &rig.log {
            facts.entry(record.channel).or_default().push(record);
        }
        let common: Vec<Told> = facts.get(&None).into_iter().flatten().map(|record| told(record)).collect();
        // Every user for itself: the files come later.
        let files = if rig.mode == Mode::Individual { [60_000, 120_000] } else { [15_000, 75_000] };
        let channels = rig.names.iter().map(|(name, id)| {
            let own = facts.get(&Some(*id)).map_or(&[][..], Vec::as_slice);
            let foreign = rig.foreign.iter().filter(|(whose, _)| whose == name).map(|(_, sid)| sid.as_str().to_owned());
            Channel {
                number: u64::from(id.0),
                cname: name.to_string(),
                shown: rig
                    .shown
                    .get(id)
                    .map_or_else(Vec::new, |row| row.iter().map(|(at, state)| shown(*at, state)).collect()),
                drawn: drawn(own, rig.now),
                told: merged(own.iter().map(|record| told(record)).collect(), &common),
                exchanges: self.channels.get(id).cloned().unwrap_or_default(),
                files,
                auto_restart: rig.is_restarted(*id),
                project: usize::from(rig.project_of(*id).0),
                asked: asked.get(id).into_iter().flatten().map(|at| at.as_millis()).collect(),
                foreign: foreign.collect(),
            }
        });
        let stretches = |kinds: &[BreakKind]| {
            let of_kind = rig.breaks.iter().filter(|pause| kinds.contains(&pause.kind));
            of_kind.map(|pause| Stretch { from: pause.from.as_millis(), to: pause.to.as_millis() }).collect::<Vec<_>>()
        };
        // A request that is heard and followed by another in the same moment belongs to it, too.
        let named = |(from, to, interval): (Timestamp, Timestamp, Duration)| {
            let stretch = Stretch { from: from.as_millis(), to: to.as_millis() + 1 };
            (stretch, Ms::try_from(interval.as_millis()).expect("hours at most"))
        };
        let slower = rig.declared_slower().map(|slower| named(slower).0).collect();
        let intervals = rig.stretched().map(named).collect();
        let incidents = rig.log.iter().filter(|record| is_of_an_incident(&record.event)).map(news);
        let log_failing =
            rig.log_failing.iter().map(|(from, to)| Stretch { from: from.as_millis(), to: to.as_millis() });
        Case {
            rules,
            channels: channels.collect(),
            cloud: Cloud::read(&String::from_utf8(journal).expect("UTF-8")),
            unseen: stretches(&[BreakKind::Killed, BreakKind::Asleep]),
            starts: stretches(&[BreakKind::Killed]),
            log_failing: log_failing.collect(),
            stalled: stretches(&[BreakKind::Stalled]),
            slower,
            intervals,
            incidents: incidents.collect(),
            sends: self.projects.iter().cloned().zip(self.sends.iter().cloned()).collect(),
            until: rig.now.as_millis(),
        }
    }
}

/// The numbers of a run.
pub fn rules(policy: &Policy) -> Rules {
    Rules {
        interval: Ms::try_from(policy.poll_every.as_millis()).expect("an hour at most"),
        per_second: usize::try_from(policy.quota_per_second).expect("small"),
    }
}

fn told(record: &Record) -> Told {
    let line = serde_json::to_value(record).expect("a line of the log");
    Told::read(&line).expect("a moment and an event")
}

fn news(record: &Record) -> News {
    News { channel: record.channel.map(|id| u64::from(id.0)), told: told(record) }
}

fn is_of_an_incident(event: &Event) -> bool {
    matches!(
        event,
        Event::IncidentOpened { .. }
            | Event::IncidentGrew { .. }
            | Event::IncidentSettled { .. }
            | Event::IncidentEnded { .. }
            | Event::IncidentAcknowledged { .. }
            | Event::AcknowledgementEnded { .. }
            | Event::IncidentClosed { .. }
            | Event::IncidentReopened { .. }
            | Event::NoteAdded { on: NoteOn::Incident { .. }, .. }
            | Event::ChannelMuted { .. }
            | Event::MuteEnded { .. }
    )
}

/// Facts of the channel and of the workstation, in order of time.
fn merged(mut own: Vec<Told>, common: &[Told]) -> Vec<Told> {
    own.extend(common.iter().cloned());
    own.sort_by_key(|told| told.at);
    own
}

fn shown(at: Timestamp, state: &impl serde::Serialize) -> Shown {
    Shown { at: at.as_millis(), word: word(state) }
}

/// A name as the exports write it: bare, or under `state`.
fn word(name: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(name).expect("a name");
    let bare = value.as_str().or_else(|| value.get("state").and_then(serde_json::Value::as_str));
    bare.expect("a name").to_owned()
}

fn drawn(records: &[&Record], now: Timestamp) -> Vec<Drawn> {
    let past = history::fold(records.iter().copied(), BEGIN, now);
    let spans = past.spans.iter();
    spans.map(|span| Drawn { from: span.from.as_millis(), to: span.to.as_millis(), kind: word(&span.kind) }).collect()
}
