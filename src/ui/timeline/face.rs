//! How the times of the page read: in which zone, and whether with their day. It never asks the machine for its zone.

use jiff::tz::TimeZone;

use crate::monitor::time::Timestamp;
use crate::ui::format;

/// Which zone the times of the page are in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ZoneChoice {
    /// UTC.
    #[default]
    Utc,
    /// That of the workstation.
    Local,
}

impl ZoneChoice {
    /// The other one.
    pub const fn other(self) -> Self {
        match self {
            ZoneChoice::Utc => ZoneChoice::Local,
            ZoneChoice::Local => ZoneChoice::Utc,
        }
    }

    /// Its word over a column of times.
    pub const fn text(self) -> &'static str {
        match self {
            ZoneChoice::Utc => "UTC",
            ZoneChoice::Local => "Local",
        }
    }

    /// Its word behind a time.
    pub const fn spoken(self) -> &'static str {
        match self {
            ZoneChoice::Utc => "UTC",
            ZoneChoice::Local => "local time",
        }
    }
}

/// Whether a time needs its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Days {
    /// All of the page is within a day or so.
    Plain,
    /// The page shows several days.
    Told,
}

/// How times read.
#[derive(Clone, Copy, Debug)]
pub struct Face<'a> {
    /// In this zone.
    pub zone: &'a TimeZone,
    /// With or without the day.
    pub days: Days,
}

impl Face<'_> {
    /// `14:32:07`, or `Thu 12 Nov 14:32:07`.
    pub fn clock(&self, at: Timestamp) -> String {
        let clock = format::clock(at, self.zone);
        match self.days {
            Days::Plain => clock,
            Days::Told => format!("{} {clock}", format::day(at, self.zone)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::testing::NOW;

    #[test]
    fn times_follow_the_zone_and_have_their_day_where_several_are_shown() {
        let berlin = TimeZone::fixed(jiff::tz::offset(1));
        assert_eq!(Face { zone: &berlin, days: Days::Plain }.clock(NOW), "15:32:07");
        assert_eq!(Face { zone: &TimeZone::UTC, days: Days::Told }.clock(NOW), "Thu 12 Nov 14:32:07");
    }
}
