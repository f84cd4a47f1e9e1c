//! The customer's own backend: it starts and changes recordings beside us, by the same door, and nobody tells us.

use std::sync::Arc;
use std::time::Duration;

use reelwatch::agora::reading;
use reelwatch::agora::request::{Terms, request};
use reelwatch::monitor::answer::Outcome;
use reelwatch::monitor::change::Change;
use reelwatch::monitor::ids::{ChannelId, ProjectId};
use reelwatch::monitor::io::{Adoptee, Call, Channel, Input, Send, SendId};
use reelwatch::monitor::snapshot::RecordingView;
use reelwatch::sim::{Reply, What};

use super::Rig;

impl Rig {
    /// The backend's own acquire and start, by the same door as ours.
    pub(super) fn start_elsewhere(&mut self, name: &Arc<str>) {
        let Some(channel) = self.described(name) else { return };
        let project = self.project_of(channel.id);
        let Channel { cname, mode, main_uid: uid, .. } = channel;
        let (profile, asked_at, siblings) = (Arc::from("scenario"), self.now, Vec::new());
        let acquire = Call::Acquire {
            cname: cname.clone(),
            uid,
            mode: mode.clone(),
            profile: Arc::clone(&profile),
            asked_at,
            siblings,
        };
        let Outcome::Acquired(resource_id) = self.ask(project, acquire) else { return };
        let start = Call::Start { cname, uid, mode, profile, asked_at, resource_id: resource_id.clone() };
        if let Outcome::Started(sid) = self.ask(project, start) {
            self.foreign.push((Arc::clone(name), sid.clone()));
            self.elsewhere.insert(Arc::clone(name), (resource_id, sid));
        }
    }

    pub(super) fn change_elsewhere(&mut self, name: &str, change: Change) {
        let id = self.id(name);
        let snapshot = self.snapshot();
        let view = snapshot.channel(id).expect("a channel that is watched");
        let recording = view.recording.clone().expect("a recording");
        let (cname, uid, mode) = (view.cname.clone(), view.uid, view.mode.clone());
        let RecordingView { resource_id, sid, .. } = recording;
        let outcome = self.ask(self.project_of(id), Call::Change { cname, uid, mode, resource_id, sid, change });
        assert_eq!(outcome, Outcome::Updated, "the backend's change");
    }

    /// One exchange of the backend's, answered at once.
    fn ask(&mut self, project: ProjectId, call: Call) -> Outcome {
        let host = self.roster.projects[usize::from(project.0)].hosts[0].clone();
        let (timeout, kind) = (Duration::from_secs(10), call.kind());
        let send = Send {
            id: SendId { project, number: 0 },
            channel: ChannelId(0),
            call: call.into(),
            host,
            attempt: 1,
            timeout,
        };
        let terms = Some(Terms { profile: &self.profile, token: None });
        let account = &self.services[usize::from(project.0)].account;
        let request = request(account, terms, &send).expect("a request the service would take");
        let now = self.now.as_millis();
        let Reply { what, .. } = self.service(project).cloud.handle(0, &request, now);
        let What::Response(response) = what else { return Outcome::Malformed };
        reading::read(kind, &Ok(response)).answer.outcome
    }

    fn described(&self, name: &str) -> Option<Channel> {
        let own = self.roster.projects.iter().flat_map(|it| &it.channels).find(|channel| *channel.name == *name);
        own.or_else(|| self.strangers.get(name)).cloned()
    }

    /// Hands over what the backend started in this channel; nothing if it started nothing.
    pub fn adopt(&mut self, name: &str) {
        let Some(channel) = self.described(name) else { return };
        if let Some((resource_id, sid)) = self.elsewhere.get(name).cloned() {
            let uid = channel.main_uid;
            let project = self.project_of(channel.id);
            self.feed(Input::Adopt(vec![Adoptee { project, channel, uid, resource_id, sid }]));
        }
    }

    /// Channels of the scenario that nobody watches.
    pub fn unwatched(&self) -> Vec<Arc<str>> {
        self.strangers.keys().filter(|name| self.monitor.state(self.id(name)).is_none()).cloned().collect()
    }
}
