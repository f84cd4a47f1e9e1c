//! The pages of the window, each under its tab: what every page gets for a frame, and the one place where a page is put in. It
//! shows the page and hands back what was asked for; it carries nothing out.

use egui::Ui;

use super::acts::Acts;
use super::commands::{Cmd, Facts, TimeCmd, TimeFacts};
use super::fleet::listing::Listing;
use super::fleet::page::FleetPage;
use super::incidents::IncidentsPage;
use super::state::{Moment, Page, Pane, UiState};
use super::timeline::TimelinePage;
use super::words;
use crate::monitor::care::IncidentAt;
use crate::monitor::ids::ChannelId;
use crate::monitor::snapshot::{ChannelView, IncidentView};
use crate::worker::handle::Handle;

/// What a page has to work with in one frame.
pub struct Desk<'a> {
    /// The frame's facts.
    pub moment: &'a Moment<'a>,
    /// The channels that pass the filter.
    pub listing: &'a Listing,
    /// The worker.
    pub handle: &'a Handle,
    /// What the window remembers.
    pub state: &'a mut UiState,
    /// What stands over and beside the page.
    pub acts: &'a mut Acts,
}

impl<'d> Desk<'d> {
    /// The selected channel as it is seen now.
    pub fn selected(&self) -> Option<ChannelView> {
        selected(self.state, self.moment)
    }

    /// What commands depend on, with this channel as the selected one.
    pub fn facts<'a>(&self, selected: Option<&'a ChannelView>) -> Facts<'a>
    where
        'd: 'a,
    {
        let incident = incident(self.state, self.moment, selected);
        Facts { incident, ..facts(self.state, self.handle, self.listing, selected) }
    }
}

/// The selected channel as it is seen now.
pub fn selected(state: &UiState, moment: &Moment<'_>) -> Option<ChannelView> {
    let view = moment.snapshot.channel(state.selected?)?;
    Some(words::as_seen(view, moment.now).into_owned())
}

/// The incident that commands are about: the selected one of its page, elsewhere that in which the selected channel is bad.
pub fn incident<'a>(state: &UiState, moment: &Moment<'a>, selected: Option<&ChannelView>) -> Option<&'a IncidentView> {
    let all = moment.snapshot.incidents.iter().map(|view| &**view);
    match state.page {
        Page::Incidents => state.incidents.selected_of(all),
        Page::Fleet | Page::Timeline => {
            let selected = selected?;
            let number = selected.handling.incident?;
            all.into_iter().find(|view| view.at == IncidentAt { project: selected.project, number })
        }
    }
}

/// What commands depend on, with `selected` as the selected channel.
pub fn facts<'a>(state: &UiState, handle: &Handle, listing: &Listing, selected: Option<&'a ChannelView>) -> Facts<'a> {
    Facts {
        page: state.page,
        selected,
        incident: None,
        rows: listing.shown(),
        unhandled: listing.unhandled().count(),
        filtered: state.filter.is_set(),
        pane_open: state.shows_pane() && selected.is_some(),
        book: handle.shelf().is_some(),
        typed: state.typed,
        time: TimeFacts::default(),
    }
}

/// How many rows the list of the page has.
pub fn rows(state: &UiState, moment: &Moment<'_>, listing: &Listing) -> usize {
    match state.page {
        Page::Fleet | Page::Timeline => listing.shown(),
        Page::Incidents => state.incidents.shown(moment).len(),
    }
}

impl UiState {
    /// Whether the page has a place for the details, and they are wanted.
    pub fn shows_pane(&self) -> bool {
        match self.page {
            Page::Fleet => self.pane == Pane::Open,
            Page::Timeline | Page::Incidents => false,
        }
    }

    /// Shows the details, on the page that has a place for them.
    pub fn open_pane(&mut self) {
        self.pane = Pane::Open;
        self.page = Page::Fleet;
        self.reveal = self.selected;
    }
}

/// What each page remembers.
#[derive(Debug, Default)]
pub struct Pages {
    fleet: FleetPage,
    timeline: TimelinePage,
    incidents: IncidentsPage,
}

impl Pages {
    /// Shows the page that is chosen in the room that is left of the window; gives the commands that were clicked there.
    pub fn show(&mut self, ui: &mut Ui, desk: &mut Desk<'_>) -> Vec<Cmd> {
        match desk.state.page {
            Page::Fleet => {
                self.timeline.rest(desk.handle);
                self.incidents.rest(desk.handle);
                self.fleet.show(ui, desk)
            }
            Page::Timeline => {
                self.incidents.rest(desk.handle);
                self.timeline.show(ui, desk)
            }
            Page::Incidents => {
                self.timeline.rest(desk.handle);
                self.incidents.show(ui, desk)
            }
        }
    }

    /// The channels of the page that is chosen, top to bottom.
    pub fn rows(&self, page: Page, listing: &Listing) -> Vec<ChannelId> {
        match page {
            // Incidents are no channels: their page steps through them itself.
            Page::Fleet | Page::Incidents => listing.channels().map(|view| view.id).collect(),
            Page::Timeline => self.timeline.order().to_vec(),
        }
    }

    /// What the commands of the timeline depend on.
    pub fn time(&self) -> TimeFacts {
        self.timeline.facts()
    }

    /// Does something on the timeline.
    pub fn run(&mut self, cmd: TimeCmd, desk: &mut Desk<'_>) {
        self.timeline.carry_out(cmd, desk);
    }
}
