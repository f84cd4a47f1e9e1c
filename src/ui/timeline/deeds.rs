//! What the keys and buttons of the timeline do: walk through the gaps, follow or hold the picture, zoom. All of it concerns the
//! page alone.

use std::time::Duration;

use jiff::tz::TimeZone;

use super::card::Subject;
use super::face::{Days, Face, ZoneChoice};
use super::order::Rows;
use super::source::Hole;
use super::{Frozen, Pinned, TimelinePage};
use crate::monitor::ids::ChannelId;
use crate::monitor::time::Timestamp;
use crate::ui::commands::TimeCmd;
use crate::ui::detail::lanes::Window;
use crate::ui::pages::Desk;
use crate::ui::state::ShowAt;

/// How much one press of a zoom key changes the length.
const ZOOM: f64 = 1.5;

impl TimelinePage {
    /// Carries a command out.
    pub fn carry_out(&mut self, cmd: TimeCmd, desk: &mut Desk<'_>) {
        let now = self.now(desk);
        match cmd {
            TimeCmd::GapNext => self.go_to(self.surveyed.as_ref().and_then(|it| it.survey.next(self.gap)), desk),
            TimeCmd::GapPrev => self.go_to(self.surveyed.as_ref().and_then(|it| it.survey.previous(self.gap)), desk),
            TimeCmd::Live => {
                self.frozen = None;
                self.settings.view.follow();
            }
            TimeCmd::Freeze if self.frozen.is_some() => self.frozen = None,
            TimeCmd::Freeze => {
                let history = self.read.history.clone();
                self.frozen = Some(Frozen { at: now, snapshot: desk.handle.snapshot(), history });
            }
            TimeCmd::ZoomIn => self.settings.view.zoom(1.0 / ZOOM, self.middle_of_view(now), now),
            TimeCmd::ZoomOut => self.settings.view.zoom(ZOOM, self.middle_of_view(now), now),
            TimeCmd::Zone => self.settings.zone = self.settings.zone.other(),
            TimeCmd::OnlyGaps => {
                self.settings.rows = match self.settings.rows {
                    Rows::All => Rows::WithGaps,
                    Rows::WithGaps => Rows::All,
                };
            }
            TimeCmd::CardClose => self.card = None,
        }
    }

    /// Brings a moment of a channel into the middle, whatever was shown, held or filtered before.
    pub(super) fn show_at(&mut self, wanted: ShowAt, desk: &mut Desk<'_>) {
        self.frozen = None;
        self.settings.view.show(wanted.at, desk.moment.now);
        if !desk.listing.channels().any(|view| view.id == wanted.channel) {
            desk.state.filter.clear();
        }
        desk.state.select(Some(wanted.channel));
    }

    /// The moment of the picture.
    fn now(&self, desk: &Desk<'_>) -> Timestamp {
        self.frozen.as_ref().map_or(desk.moment.now, |it| it.at)
    }

    /// Where the keys zoom: while it follows now, it goes on to.
    fn middle_of_view(&self, now: Timestamp) -> Timestamp {
        let view = self.settings.view;
        let Window { from, to } = view.window(now, self.columns);
        if view.is_live() { now } else { from + to.since(from) / 2 }
    }

    /// Brings a gap into sight, opens its card and has it read out.
    fn go_to(&mut self, gap: Option<(ChannelId, Hole)>, desk: &mut Desk<'_>) {
        let Some((channel, hole)) = gap else { return };
        let now = self.now(desk);
        self.gap = gap;
        self.settings.view.centre(hole.last_good, hole.to(now), now);
        self.card = Some(Pinned { channel, subject: Subject::Hole(hole), at: None });
        desk.state.select(Some(channel));
    }

    /// How the times of the page read.
    pub(super) fn face<'a>(&self, desk: &Desk<'a>) -> Face<'a> {
        const DAY: Duration = Duration::from_secs(86_400);
        static UTC: TimeZone = TimeZone::UTC;
        let zone = match self.settings.zone {
            ZoneChoice::Utc => &UTC,
            ZoneChoice::Local => desk.moment.zone,
        };
        let days = if self.settings.view.length() > DAY { Days::Told } else { Days::Plain };
        Face { zone, days }
    }
}
