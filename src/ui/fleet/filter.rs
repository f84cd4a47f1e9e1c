//! Which rows are shown: a text and chosen states. It hides rows and changes nothing else; counts always tell of all.

use std::collections::BTreeSet;

use crate::monitor::ids::ProjectId;
use crate::monitor::phase::State;
use crate::monitor::snapshot::{ChannelView, ProjectView};
use crate::ui::widgets::chip::Chosen;
use crate::ui::words;

/// What to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Must be in the name, channel name, project (where there are several), a tag, UID, sid, state or answer, whatever the case. Empty: everything.
    pub text: String,
    /// Only channels of this project; all where there is none.
    pub project: Option<ProjectId>,
    only: BTreeSet<State>,
    without: BTreeSet<State>,
}

/// How a chip was clicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Click {
    /// Only this state; a second click takes it back.
    Choose,
    /// This state too.
    Add,
    /// Not this state.
    Exclude,
}

impl Filter {
    /// Shows what has this text somewhere.
    pub fn by_text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Whether it hides anything.
    pub fn is_set(&self) -> bool {
        !self.text.trim().is_empty() || self.has_states() || self.project.is_some()
    }

    /// Whether states are chosen.
    pub fn has_states(&self) -> bool {
        !self.only.is_empty() || !self.without.is_empty()
    }

    /// Shows everything again.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Shows all states again; the text stays.
    pub fn clear_states(&mut self) {
        self.only.clear();
        self.without.clear();
    }

    /// How a state is chosen.
    pub fn chosen(&self, state: State) -> Chosen {
        if self.without.contains(&state) {
            Chosen::Without
        } else if self.only.contains(&state) {
            Chosen::Only
        } else {
            Chosen::No
        }
    }

    /// A chip was clicked.
    pub fn click(&mut self, state: State, click: Click) {
        let was = self.chosen(state);
        match click {
            Click::Choose => {
                let alone = was == Chosen::Only && self.only.len() == 1 && self.without.is_empty();
                self.clear_states();
                if !alone {
                    self.only.insert(state);
                }
            }
            Click::Add => {
                self.without.remove(&state);
                if !self.only.remove(&state) {
                    self.only.insert(state);
                }
            }
            Click::Exclude => {
                self.only.remove(&state);
                if !self.without.remove(&state) {
                    self.without.insert(state);
                }
            }
        }
    }

    /// The filter for one frame, with its text prepared.
    pub fn prepare<'a>(&'a self, projects: &'a [ProjectView]) -> Sieve<'a> {
        Sieve { filter: self, projects, needle: self.text.trim().to_lowercase() }
    }
}

/// A filter that is ready to be asked many times.
#[derive(Debug)]
pub struct Sieve<'a> {
    filter: &'a Filter,
    projects: &'a [ProjectView],
    needle: String,
}

impl Sieve<'_> {
    /// Whether a channel is shown.
    pub fn shows(&self, view: &ChannelView) -> bool {
        let (states, state) = (self.filter, view.state);
        states.project.is_none_or(|project| project == view.project)
            && (states.only.is_empty() || states.only.contains(&state))
            && !states.without.contains(&state)
            && (self.needle.is_empty() || self.finds(view))
    }

    fn finds(&self, view: &ChannelView) -> bool {
        let has = |text: &str| text.to_lowercase().contains(&self.needle);
        has(&view.name)
            || has(view.cname.as_str())
            || (self.projects.len() > 1 && self.projects.get(view.project.index()).is_some_and(|it| has(&it.name)))
            || view.tags.iter().any(|tag| has(tag))
            || has(words::state(view.state))
            || has(&view.uid.to_string())
            || view.next_uid.is_some_and(|uid| has(&uid.to_string()))
            || view.recording.as_ref().is_some_and(|it| has(it.sid.as_str()))
            || view.last_probe.as_ref().is_some_and(|it| has(&it.probe.answer.label()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::testing::lost;

    #[test]
    fn the_text_is_looked_for_in_everything_an_operator_may_know() {
        let view = lost(3, "court-03");
        for text in ["COURT", "-03", "lost", "100003", "900003", "24b0003", "404 worker", "Ground", "  "] {
            let filter = Filter::by_text(text);
            assert!(filter.prepare(&[]).shows(&view), "{text:?}");
        }
        let filter = Filter::by_text("court-9");
        assert!(!filter.prepare(&[]).shows(&view));
    }

    #[test]
    fn chips_choose_add_and_exclude() {
        let mut filter = Filter::default();
        filter.click(State::Lost, Click::Choose);
        filter.click(State::Suspect, Click::Add);
        assert_eq!((filter.chosen(State::Lost), filter.chosen(State::Suspect)), (Chosen::Only, Chosen::Only));
        filter.click(State::Lost, Click::Exclude);
        assert_eq!(filter.chosen(State::Lost), Chosen::Without);
        filter.click(State::Idle, Click::Choose);
        assert_eq!((filter.chosen(State::Lost), filter.chosen(State::Idle)), (Chosen::No, Chosen::Only));
        filter.click(State::Idle, Click::Choose);
        assert!(!filter.is_set());
    }
}
