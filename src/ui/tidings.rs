//! What is new about incidents, flapping and restarts without the operator, between what was seen before and a picture, each told
//! once. For the notes of the window and for the terminal alike; it decides nothing and shows nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::words;
use crate::monitor::ids::ChannelId;
use crate::monitor::incidents::{IncidentId, IncidentKind, Settled};
use crate::monitor::phase::State;
use crate::monitor::snapshot::{ChannelView, IncidentEnd, IncidentView, Snapshot};
use crate::monitor::time::Timestamp;

/// Whether a tiding is good news or asks for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// It is enough to have read it.
    Light,
    /// Somebody has to act, or should know.
    Grave,
}

/// One thing that is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tiding {
    /// The channels it concerns: what was told of them before holds no more.
    pub about: Vec<ChannelId>,
    /// The name to tell it under; the project's where it concerns several channels.
    pub name: Arc<str>,
    /// How much it weighs.
    pub weight: Weight,
    /// In words, without the name.
    pub text: String,
}

/// What was told already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Incidents by project and number, and whether their end was told.
    incidents: BTreeMap<(Arc<str>, IncidentId), bool>,
    flapping: BTreeSet<ChannelId>,
    auto: BTreeMap<ChannelId, Auto>,
}

/// What was told of a channel's restarts without the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Auto {
    last: Option<Timestamp>,
    spent: bool,
}

impl Told {
    /// All that this picture tells counts as told.
    pub fn of(snapshot: &Snapshot) -> Self {
        let incidents =
            snapshot.incidents.iter().map(|view| ((Arc::clone(&view.project), view.at.number), !view.is_active()));
        let flapping = snapshot.channels.iter().filter(|view| view.flapping.is_some()).map(|view| view.id);
        let auto = snapshot.channels.iter().map(|view| (view.id, auto_of(view)));
        let touched = |(_, auto): &(ChannelId, Auto)| auto.last.is_some() || auto.spent;
        Self { incidents: incidents.collect(), flapping: flapping.collect(), auto: auto.filter(touched).collect() }
    }

    /// What is new in a picture; it counts as told from now on.
    pub fn tell(&mut self, snapshot: &Snapshot) -> Vec<Tiding> {
        let mut new: Vec<_> = snapshot.incidents.iter().filter_map(|view| self.of_incident(view, snapshot)).collect();
        for view in &snapshot.channels {
            new.extend(self.of_flapping(view, snapshot));
            new.extend(self.of_auto_restart(view, snapshot));
        }
        *self = Self::of(snapshot);
        new
    }

    fn of_incident(&self, view: &IncidentView, snapshot: &Snapshot) -> Option<Tiding> {
        let before = self.incidents.get(&(Arc::clone(&view.project), view.at.number));
        let (weight, text) = match (before, view.end) {
            (None, None) => (Weight::Grave, words::incident_opened(view, snapshot)),
            (Some(false), Some(IncidentEnd::Over(_))) => (Weight::Light, words::incident_over(view)?),
            (_, Some(IncidentEnd::Absorbed(..) | IncidentEnd::Over(_))) | (Some(_), None) => return None,
        };
        let name = match view.children.as_slice() {
            [only] if view.kind != IncidentKind::Uncertain => {
                let name = snapshot.channel(only.channel).map(|view| words::channel_name(view, snapshot).into());
                name.unwrap_or_else(|| Arc::clone(&only.name))
            }
            _ => Arc::clone(&view.project),
        };
        let about = view.children.iter().map(|child| child.channel).collect();
        Some(Tiding { about, name, weight, text })
    }

    fn of_flapping(&self, view: &ChannelView, snapshot: &Snapshot) -> Option<Tiding> {
        let (weight, text) = match (self.flapping.contains(&view.id), view.flapping, view.state) {
            (false, Some(_), _) => {
                (Weight::Grave, "flapping, it turns bad again and again: no more of it is told until it is steady")
            }
            (true, None, State::Recording) => (Weight::Light, "steady again"),
            (true, None, State::Stopped | State::Idle) | (true, Some(_), _) | (false, None, _) => return None,
            (
                true,
                None,
                State::Lost
                | State::AbnormalExit
                | State::Ended
                | State::NotObserved
                | State::ConfigError
                | State::Suspect
                | State::Uncertain
                | State::Stopping
                | State::Starting,
            ) => (Weight::Grave, "flapping no longer, it stays bad"),
        };
        Some(Tiding {
            about: vec![view.id],
            name: words::channel_name(view, snapshot).into(),
            weight,
            text: text.to_owned(),
        })
    }

    fn of_auto_restart(&self, view: &ChannelView, snapshot: &Snapshot) -> Option<Tiding> {
        let (now, before) = (auto_of(view), self.auto.get(&view.id));
        let (most, used) = (view.auto_restart.most, view.auto_restart.used_at(snapshot.at));
        let (weight, text) = if now.spent && !before.is_some_and(|before| before.spent) {
            (Weight::Grave, format!("auto-restart spent: {used} in the last hour; restart it yourself"))
        } else if now.last.is_some() && before.and_then(|before| before.last) != now.last {
            (Weight::Light, format!("restarted by reelwatch with UID {}, {used} of {most} in the last hour", view.uid))
        } else {
            return None;
        };
        Some(Tiding { about: vec![view.id], name: words::channel_name(view, snapshot).into(), weight, text })
    }
}

fn auto_of(view: &ChannelView) -> Auto {
    Auto { last: view.auto_restart.starts.last().copied(), spent: view.auto_restart.spent }
}

/// Whether all channels of an incident came back by themselves or by a restart.
pub fn all_recovered(view: &IncidentView) -> bool {
    view.children.iter().all(|child| matches!(child.settled, Some((_, Settled::Recovered))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::testing::{NOW, ago, in_state, incident, recording, snapshot};

    fn texts(tidings: &[Tiding]) -> Vec<String> {
        tidings.iter().map(|tiding| format!("{}: {}", tiding.name, tiding.text)).collect()
    }

    #[test]
    fn an_incident_is_told_when_it_opens_and_when_it_is_over_and_at_no_other_time() {
        let first = snapshot(vec![recording(1, "court-01")]);
        let mut told = Told::of(&first);
        let open = incident(4, IncidentKind::Lost, &["court-01"]);
        let second = Snapshot { incidents: vec![Arc::new(open.clone())], ..first.clone() };
        assert_eq!(texts(&told.tell(&second)), ["court-01: incident 4, nothing records"]);
        assert_eq!(texts(&told.tell(&second)), [""; 0]);
        let mut over = open;
        over.end = Some(IncidentEnd::Over(NOW));
        over.children[0].settled = Some((NOW, Settled::Recovered));
        let third = Snapshot { incidents: vec![Arc::new(over.clone())], ..first.clone() };
        assert_eq!(texts(&told.tell(&third)), ["court-01: recovered: good answers in a row"]);
        assert_eq!(texts(&told.tell(&third)), [""; 0]);
        over.children[0].settled = Some((NOW, Settled::Stopped));
        let stopped = Snapshot { incidents: vec![Arc::new(over)], ..first };
        assert_eq!(texts(&Told::of(&second).tell(&stopped)), [""; 0], "the stop tells itself");
    }

    #[test]
    fn a_mass_is_one_tiding_and_what_it_took_in_none() {
        let first = snapshot(vec![]);
        let mut one = incident(1, IncidentKind::Lost, &["court-01"]);
        let before = Snapshot { incidents: vec![Arc::new(one.clone())], ..first.clone() };
        one.end = Some(IncidentEnd::Absorbed(NOW, IncidentId(3)));
        let names = ["court-01", "court-02", "court-03", "court-04", "court-05"];
        let mass = incident(3, IncidentKind::Mass, &names);
        let after = Snapshot { incidents: vec![Arc::new(one), Arc::new(mass)], ..first };
        let tidings = Told::of(&before).tell(&after);
        assert_eq!(
            texts(&tidings),
            [
                "Northgate Live: 5 channels turned bad within 2 min, incident 3: court-01, court-02, court-03, court-04 and 1 more"
            ]
        );
        assert_eq!(tidings[0].about.len(), 5, "the notes about each are taken in");
    }

    #[test]
    fn flapping_is_told_at_its_begin_and_its_end_and_a_stop_of_it_is_not() {
        let calm = recording(1, "court-01");
        let flapping = ChannelView { flapping: Some(ago(5)), ..calm.clone() };
        let tell = |old: &ChannelView, new: &ChannelView| {
            texts(&Told::of(&snapshot(vec![old.clone()])).tell(&snapshot(vec![new.clone()])))
        };
        assert!(tell(&calm, &flapping)[0].starts_with("court-01: flapping, it turns bad again and again"));
        assert_eq!(tell(&flapping, &flapping), [""; 0]);
        assert_eq!(tell(&flapping, &calm), ["court-01: steady again"]);
        let bad = in_state(1, "court-01", State::Lost);
        assert_eq!(tell(&flapping, &bad), ["court-01: flapping no longer, it stays bad"]);
        assert_eq!(tell(&flapping, &in_state(1, "court-01", State::Stopped)), [""; 0]);
    }

    #[test]
    fn a_restart_without_the_operator_and_the_end_of_them_are_told() {
        let mut view = recording(1, "court-01");
        let before = snapshot(vec![view.clone()]);
        view.auto_restart.starts = Arc::from([ago(7200), ago(600), ago(3)]);
        let acted = snapshot(vec![view.clone()]);
        let mut told = Told::of(&before);
        let with = "court-01: restarted by reelwatch with UID 100001, 2 of 3 in the last hour";
        assert_eq!(texts(&told.tell(&acted)), [with]);
        view.auto_restart.spent = true;
        let tidings = told.tell(&snapshot(vec![view]));
        assert_eq!(texts(&tidings), ["court-01: auto-restart spent: 2 in the last hour; restart it yourself"]);
        assert_eq!(tidings[0].weight, Weight::Grave);
    }
}
