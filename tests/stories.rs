//! Stories: a scenario goes in, and what was sent, held true and shown comes out, to the millisecond. One file per rule in
//! `tests/stories/`; the transcript in it was read line by line against the rule before it was kept.
//! `REELWATCH_UPDATE_STORIES=1 cargo test stories` writes new transcripts: read the difference before you keep it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use reelwatch::monitor::change::{Change, ChangeKind};
use reelwatch::monitor::checkpoint::{self, Changes};
use reelwatch::monitor::describe;
use reelwatch::monitor::event::{CallKind, StopWait};
use reelwatch::monitor::ids::{ChannelId, Mode};
use reelwatch::monitor::io::Command;
use reelwatch::monitor::policy::{OldRecorder, Policy};
use reelwatch::monitor::time::Timestamp;
use reelwatch::sim::Scenario;
use reelwatch::sim::scenario::Action;
use serde::Deserialize;

use crate::rig::{Act, BEGIN, Rig};

/// What each story's checkpoint comes to in the format of today, as a checksum.
const CHECKPOINTS: &str = include_str!("fixtures/log/checkpoints.txt");

const TRANSCRIPT: &str = "transcript = '''\n";

/// A story file, apart from its cloud.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Story {
    /// The rule, in words.
    rule: String,
    /// How long it goes.
    lasts: String,
    /// Leaves out what happens before, which another story tells.
    #[serde(default)]
    from: Option<String>,
    /// Lines with any of these words are left out.
    #[serde(default)]
    without: Vec<String>,
    #[serde(default)]
    policy: Overrides,
    /// Channels that are restarted without the operator.
    #[serde(default)]
    auto_restart: Vec<String>,
    /// How all of them are recorded.
    #[serde(default)]
    mode: Mode,
    /// Channels of the cloud that the settings do not name.
    #[serde(default)]
    strangers: Vec<String>,
    /// The simulated service.
    cloud: toml::Table,
    /// What the workstation does, besides the scenario's operator.
    #[serde(default)]
    act: Vec<Deed>,
    /// What comes out.
    told: Told,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    transcript: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Overrides {
    poll_every: Option<String>,
    old_recorder: Option<OldRecorder>,
    flapping_within: Option<String>,
    lost_after: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deed {
    t: String,
    what: String,
}

#[test]
fn every_story_goes_as_it_is_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stories");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("the stories").map(|f| f.expect("a file").path()).collect();
    files.sort();
    assert!(files.len() >= 15, "{} stories", files.len());
    let update = std::env::var_os("REELWATCH_UPDATE_STORIES").is_some();
    let (mut wrong, mut checkpoints) = (Vec::new(), format!("format {}\n", checkpoint::FORMAT));
    for file in files {
        let text = fs::read_to_string(&file).expect("a story");
        let story: Story = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let (told, checkpoint) = tell(&story);
        let number = file.file_name().and_then(|name| name.to_str()).and_then(|name| name.split('-').next());
        checkpoints += &format!("{} {checkpoint:08x}\n", number.expect("a number"));
        if told.trim() == story.told.transcript.trim() {
            continue;
        }
        if update {
            let head = text.split_once(TRANSCRIPT).expect("a transcript at the end").0;
            fs::write(&file, format!("{head}{TRANSCRIPT}{told}'''\n")).expect("a file to write");
        } else {
            let first = differs(&story.told.transcript, &told);
            wrong.push(format!("{} ({}):\n{first}", file.display(), story.rule));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    if update {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/log/checkpoints.txt");
        fs::write(path, checkpoints).expect("a file to write");
    } else {
        checkpoints_are_of_this_format(&checkpoints);
    }
}

/// A checkpoint that an earlier build wrote must not be taken for one of another meaning.
fn checkpoints_are_of_this_format(found: &str) {
    let (kept, found): (Vec<_>, Vec<_>) = (CHECKPOINTS.lines().collect(), found.lines().collect());
    let changed: Vec<_> = found.iter().filter(|line| !kept.contains(line)).collect();
    assert!(
        changed.is_empty(),
        "what is held true, or what an event makes of it, has changed in these stories: raise FORMAT in \
         src/monitor/checkpoint.rs, then write the checksums with REELWATCH_UPDATE_STORIES=1: {changed:?}"
    );
}

/// The first line that differs, for the eye.
fn differs(expected: &str, told: &str) -> String {
    let (expected, told): (Vec<_>, Vec<_>) = (expected.trim().lines().collect(), told.trim().lines().collect());
    let at = expected.iter().zip(&told).position(|(a, b)| a != b).unwrap_or(expected.len().min(told.len()));
    let line = |lines: &[&str]| lines.get(at).map_or("(nothing more)".to_owned(), |line| (*line).to_owned());
    format!("line {}\n  written  {}\n  happened {}", at + 1, line(&expected), line(&told))
}

/// The transcript, and the checksum of the checkpoint at its end.
fn tell(story: &Story) -> (String, u32) {
    let cloud = toml::to_string(&story.cloud).expect("a table");
    let scenario = Scenario::parse(&cloud).unwrap_or_else(|error| panic!("{}: {error}", story.rule));
    let operator = scenario.operator.clone();
    let mut rig = Rig::in_mode(story.mode.clone(), scenario, 7, policy(&story.policy), &story.strangers)
        .with_auto_restart(&story.auto_restart);
    for deed in operator {
        for name in &deed.channels {
            let id = rig.id(name);
            let command = match deed.action {
                Action::Start => Command::Start(id),
                Action::Stop => Command::Stop(id, StopWait::ForUpload),
                Action::Restart => Command::Restart(id),
            };
            rig.at(Duration::from_millis(deed.t.0), Act::Command(command));
        }
    }
    for deed in &story.act {
        let act = act(&rig, &deed.what);
        rig.at(duration(&deed.t), act);
    }
    rig.run(duration(&story.lasts));
    let replayed = rig.replayed();
    assert!(replayed.facts() == rig.monitor.facts(), "{}: reading the log again gives another state", story.rule);
    assert!(
        replayed.incidents() == rig.monitor.incidents(),
        "{}: reading the log again gives other incidents",
        story.rule
    );
    let update = Changes::default().take(&rig.monitor).expect("JSON");
    let bodies: Vec<_> = update.parts.into_iter().map(|part| part.body).collect();
    (transcript(&mut rig, story), crc32fast::hash(bodies.join("\n").as_bytes()))
}

fn policy(overrides: &Overrides) -> Policy {
    let mut policy = Policy::default();
    if let Some(every) = &overrides.poll_every {
        policy.poll_every = duration(every);
    }
    if let Some(old) = overrides.old_recorder {
        policy.old_recorder = old;
    }
    if let Some(within) = &overrides.flapping_within {
        policy.flapping_within = duration(within);
    }
    if let Some(after) = &overrides.lost_after {
        policy.lost_after = duration(after);
    }
    policy
}

fn act(rig: &Rig, what: &str) -> Act {
    let (verb, rest) = what.split_once(' ').unwrap_or((what, ""));
    match verb {
        "sleep" => Act::Sleep(duration(rest)),
        "secret" => Act::Secret(rest.to_owned()),
        "kill" => Act::Restart(duration(rest)),
        "probe" => Act::Command(Command::ProbeNow(rig.id(rest))),
        "cancel" => Act::Command(Command::CancelStart(rig.id(rest))),
        "elsewhere" => Act::Elsewhere(rest.into()),
        "adopt" => Act::Adopt(rest.into()),
        "forget" => Act::Command(Command::Forget(rig.id(rest))),
        "change" => {
            let (name, change) = change(rest);
            Act::Command(Command::Change(rig.id(&name), change))
        }
        "change_elsewhere" => {
            let (name, change) = change(rest);
            Act::ChangeElsewhere(name, change)
        }
        "stop_old" => Act::Command(Command::StopOld(rig.id(rest))),
        other => panic!("nobody can {other}"),
    }
}

/// `court-01 layout {…}`: the channel, what changes, and the body that is sent.
fn change(text: &str) -> (Arc<str>, Change) {
    let mut words = text.splitn(3, ' ');
    let mut word = || words.next().unwrap_or_else(|| panic!("{text}: channel, kind and body"));
    let (name, kind, body) = (word().into(), word(), word().to_owned());
    let kind: ChangeKind = serde_json::from_value(kind.into()).unwrap_or_else(|error| panic!("{text}: {error}"));
    (name, Change::new(kind, body.clone(), body.into()))
}

fn duration(text: &str) -> Duration {
    let duration: jiff::SignedDuration = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
    duration.unsigned_abs()
}

/// Sends, facts and, at the end, the words on the screen.
fn transcript(rig: &mut Rig, story: &Story) -> String {
    let names: BTreeMap<ChannelId, String> = rig.names.iter().map(|(name, id)| (*id, name.to_string())).collect();
    let mut lines: Vec<(Timestamp, usize, String)> = Vec::new();
    for (i, sent) in rig.sent.iter().enumerate() {
        let send = &sent.send;
        let call = match send.call.kind() {
            CallKind::Acquire => "acquire",
            CallKind::Start => "start",
            CallKind::Query => "query",
            CallKind::Stop => "stop",
            CallKind::Update => "update",
            CallKind::UpdateLayout => "updateLayout",
        };
        let text = format!("{} -> {call} to {}, try {}", names[&send.channel], send.host, send.attempt);
        lines.push((sent.at, usize::MAX / 2 + i, text));
    }
    for (i, record) in rig.log.iter().enumerate() {
        let who = record.channel.map_or("project", |id| names[&id].as_str());
        lines.push((record.at, i, format!("{who} {}", describe::describe(&record.event))));
    }
    lines.sort();
    let from = story.from.as_deref().map_or(BEGIN, |from| BEGIN + duration(from));
    let mut out = String::new();
    for (at, _, text) in lines.iter().filter(|(at, _, _)| *at >= from) {
        if !story.without.iter().any(|word| text.contains(word)) {
            out += &format!("{} {text}\n", clock(*at));
        }
    }
    for view in rig.snapshot().channels {
        let paused = if view.is_held() { ", paused" } else { "" };
        let open = view.open_gap.map_or_else(String::new, |(gap, _)| {
            format!(", one open, lost between {} and {}", clock(gap.last_good).trim(), clock(gap.first_bad).trim())
        });
        out += &format!("shown  {} {:?}{paused}, {} gaps{open}\n", view.name, view.state, view.gaps.len());
    }
    mask(&out)
}

fn clock(at: Timestamp) -> String {
    let ms = at.since(BEGIN).as_millis();
    format!("{:>3}:{:02}.{:03}", ms / 60_000, ms / 1000 % 60, ms % 1000)
}

/// Opaque identifiers say nothing to a reader.
fn mask(text: &str) -> String {
    let opaque = |word: &str| word.len() >= 32 && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    let words = |line: &str| {
        let word =
            |word: &str| if opaque(word.trim_matches(|c: char| ",.;:".contains(c))) { "<id>" } else { word }.to_owned();
        line.split(' ').map(word).collect::<Vec<_>>().join(" ")
    };
    text.lines().map(words).map(|line| line + "\n").collect()
}
