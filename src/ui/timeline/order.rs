//! Which rows the timeline shows and in which order. It hides rows and changes nothing else.

use std::cmp::Reverse;
use std::sync::Arc;

use super::survey::Survey;
use crate::monitor::snapshot::ChannelView;

/// The order of the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// As on the fleet page.
    #[default]
    Worst,
    /// The most time that may have been lost first.
    MostLost,
    /// By name.
    Name,
}

impl Sort {
    /// All of them, in the order of the menu.
    pub const ALL: [Sort; 3] = [Sort::Worst, Sort::MostLost, Sort::Name];

    /// The words on the button.
    pub const fn text(self) -> &'static str {
        match self {
            Sort::Worst => "Worst first",
            Sort::MostLost => "Most lost time first",
            Sort::Name => "By name",
        }
    }
}

/// Which rows are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rows {
    /// All that pass the filter.
    #[default]
    All,
    /// Of those, the ones with a gap in the window.
    WithGaps,
}

/// The rows, from those in the order of the fleet page.
pub fn rows<'a>(
    channels: impl Iterator<Item = &'a Arc<ChannelView>>,
    survey: &Survey,
    sort: Sort,
    rows: Rows,
) -> Vec<Arc<ChannelView>> {
    let shown = |view: &&Arc<ChannelView>| match rows {
        Rows::All => true,
        Rows::WithGaps => survey.of(view.id).gaps > 0,
    };
    let mut list: Vec<Arc<ChannelView>> = channels.filter(shown).cloned().collect();
    match sort {
        Sort::Worst => {}
        Sort::MostLost => {
            list.sort_by_cached_key(|view| Reverse((survey.of(view.id).lost.1, survey.of(view.id).lost.0)))
        }
        Sort::Name => list.sort_by(|a, b| a.name.cmp(&b.name)),
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::gap::GapEnd;
    use crate::ui::detail::lanes::Window;
    use crate::ui::testing::{NOW, ago, gap, lost, recording};
    use crate::ui::timeline::columns::Scale;
    use crate::ui::timeline::source::Source;

    #[test]
    fn rows_are_sorted_by_what_was_lost_and_by_name_and_hidden_without_a_gap() {
        let healed = ChannelView { gaps: vec![gap(GapEnd::Restarted)], ..recording(1, "arena") };
        let views = [lost(3, "court-03"), recording(2, "zoo"), healed].map(Arc::new);
        let source = Source { history: None, now: NOW };
        let scale = Scale { window: Window { from: ago(3600), to: NOW }, columns: 60 };
        let survey = Survey::new(views.iter(), &source, scale);
        let names = |sort, which| -> Vec<String> {
            rows(views.iter(), &survey, sort, which).iter().map(|view| view.name.to_string()).collect()
        };
        assert_eq!(names(Sort::Worst, Rows::All), ["court-03", "zoo", "arena"]);
        assert_eq!(names(Sort::MostLost, Rows::All), ["court-03", "arena", "zoo"]);
        assert_eq!(names(Sort::Name, Rows::All), ["arena", "court-03", "zoo"]);
        assert_eq!(names(Sort::Name, Rows::WithGaps), ["arena", "court-03"]);
    }
}
