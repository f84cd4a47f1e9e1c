//! What a person does about it, once a minute: starts, restarts, stops, changes, gives up now and then, and sees to what needs a
//! person. It goes by the words on the screen.

use std::collections::BTreeMap;
use std::time::Duration;

use fastrand::Rng;
use reelwatch::monitor::care::{Care, ChannelCare, IncidentCare};
use reelwatch::monitor::change::{Change, ChangeKind};
use reelwatch::monitor::event::{Event, StopWait};
use reelwatch::monitor::ids::{ChannelId, Mode};
use reelwatch::monitor::io::{Command, Input};
use reelwatch::monitor::phase::State;
use reelwatch::monitor::time::Timestamp;

use crate::rig::Rig;

/// The person.
pub struct Operator {
    rng: Rng,
    ids: Vec<ChannelId>,
    mode: Mode,
    /// How much of the log was read.
    read: usize,
    /// When a query at once was asked for.
    pub asked: BTreeMap<ChannelId, Vec<Timestamp>>,
}

impl Operator {
    pub fn new(seed: u64, rig: &Rig, mode: &Mode) -> Self {
        let ids = rig.names.values().copied().collect();
        // A stream of its own, so that it decides the same whatever else is drawn.
        Self { rng: Rng::with_seed(seed ^ 0x5eed), ids, mode: mode.clone(), read: 0, asked: BTreeMap::new() }
    }

    /// Once a minute.
    pub fn look(&mut self, rig: &mut Rig) {
        self.adopt(rig);
        for i in 0..self.ids.len() {
            let id = self.ids[i];
            let Some((one_in, command)) = rig.monitor.state(id).and_then(|state| self.wish(id, state)) else {
                continue;
            };
            if self.rng.u16(0..one_in) == 0 {
                rig.feed(Input::Command(command));
            }
        }
        self.stop_olds(rig);
        self.care(rig);
        if self.rng.u8(0..10) == 0 {
            let id = *self.rng.choice(&self.ids).expect("channels");
            self.asked.entry(id).or_default().push(rig.now);
            rig.feed(Input::Command(Command::ProbeNow(id)));
        }
    }

    fn wish(&mut self, id: ChannelId, state: State) -> Option<(u16, Command)> {
        Some(match state {
            State::Lost | State::Ended | State::AbnormalExit | State::ConfigError => (3, Command::Restart(id)),
            State::Stopped | State::Idle => (20, Command::Start(id)),
            State::Recording if self.rng.bool() => (1000, Command::Restart(id)),
            State::Recording if self.rng.bool() && self.mode == Mode::Mix => (100, layout(id)),
            State::Recording => (1000, Command::Stop(id, self.wait())),
            State::Starting => (4, Command::CancelStart(id)),
            State::Suspect | State::Uncertain if self.rng.u8(0..8) == 0 => (10, Command::Stop(id, self.wait())),
            State::Suspect | State::Uncertain => (10, Command::Restart(id)),
            State::NotObserved | State::Stopping => return None,
        })
    }

    fn wait(&mut self) -> StopWait {
        if self.rng.bool() { StopWait::ForUpload } else { StopWait::No }
    }

    /// Sees to what is open, writes about it, and silences a channel now and then.
    fn care(&mut self, rig: &mut Rig) {
        for view in rig.snapshot().incidents {
            let note = || "a line about it".parse().expect("one line");
            let lasts = [None, Some(Duration::from_secs(900))][usize::from(self.rng.bool())];
            let wish = match (self.rng.u8(0..20), view.is_active(), view.closed_at) {
                (0..=5, true, _) => IncidentCare::Acknowledge { reason: note(), lasts },
                (6, true, _) => IncidentCare::TakeBack,
                (0..=3, false, None) => IncidentCare::Close { note: self.rng.bool().then(note) },
                (0, false, Some(_)) => IncidentCare::Reopen,
                (7, _, _) => IncidentCare::Note(note()),
                _ => continue,
            };
            rig.feed(Input::Care(Care::Incident(view.at, wish)));
        }
        let id = *self.rng.choice(&self.ids).expect("channels");
        let lasts = [None, Some(Duration::from_secs(900)), Some(Duration::from_secs(3600))];
        match self.rng.u8(0..12) {
            0 => rig.feed(Input::Care(Care::Channel(id, ChannelCare::Mute { lasts: lasts[self.rng.usize(0..3)] }))),
            1 => rig.feed(Input::Care(Care::Channel(id, ChannelCare::Unmute))),
            _ => {}
        }
    }

    /// Some time after the backend started them.
    fn adopt(&mut self, rig: &mut Rig) {
        for name in rig.unwatched() {
            if self.rng.u8(0..3) == 0 {
                rig.adopt(&name);
            }
        }
    }

    /// Of the old recorders that were seen alive since the last look, most are stopped.
    fn stop_olds(&mut self, rig: &mut Rig) {
        let news = rig.log.get(self.read..).unwrap_or_default();
        let seen = news.iter().filter(|record| matches!(record.event, Event::OldSeenAlive { .. }));
        let seen: Vec<ChannelId> = seen.filter_map(|record| record.channel).collect();
        self.read = rig.log.len();
        for id in seen {
            if self.rng.u8(0..4) > 0 {
                rig.feed(Input::Command(Command::StopOld(id)));
            }
        }
    }
}

/// A change that the service takes.
fn layout(id: ChannelId) -> Command {
    Command::Change(id, Change::new(ChangeKind::Layout, "best fit", r#"{"mixedVideoLayout":1}"#.into()))
}
