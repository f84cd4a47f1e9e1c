//! Numbers with a range. Each checks itself when it is made, so that one that exists can be sent. No number here is a rule of
//! ours: all ranges are the vendor's.

use std::ops::RangeInclusive;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::invalid::Invalid;

macro_rules! bounded {
    ($(#[$doc:meta])* $name:ident, $field:literal, $range:expr, $rule:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "u32", into = "u32")]
        pub struct $name(u32);

        impl $name {
            /// From the smallest to the greatest.
            pub const RANGE: RangeInclusive<u32> = $range;

            /// The number.
            pub const fn get(self) -> u32 {
                self.0
            }
        }

        impl TryFrom<u32> for $name {
            type Error = Invalid;

            fn try_from(number: u32) -> Result<Self, Invalid> {
                if Self::RANGE.contains(&number) { Ok(Self(number)) } else { Err(Invalid::plain($field, number, $rule)) }
            }
        }

        impl From<$name> for u32 {
            fn from(number: $name) -> u32 {
                number.0
            }
        }
    };
    ($(#[$doc:meta])* $name:ident, $field:literal, $range:expr, $rule:literal, default $default:literal) => {
        bounded! { $(#[$doc])* $name, $field, $range, $rule }

        impl Default for $name {
            fn default() -> Self {
                Self($default)
            }
        }
    };
}

bounded! {
    /// `maxIdleTime`: Agora ends the recording after this many seconds without anybody publishing; 5 to 2592000. The default
    /// is the vendor's advice for production, 300, and not the service's own 30.
    MaxIdleTime, "max_idle_time", 5..=2_592_000, "it has to be from 5 to 2592000 seconds (30 days)", default 300
}

impl MaxIdleTime {
    /// As a duration.
    pub fn duration(self) -> Duration {
        Duration::from_secs(self.0.into())
    }
}

bounded! {
    /// `resourceExpiredHour`: for this many hours after the start the recording can be queried and stopped; 1 to 720, by
    /// default 72 as the service's. It does not end the recording.
    ResourceExpiredHour, "resource_expired_hour", 1..=720, "it has to be from 1 to 720 hours", default 72
}

bounded! {
    /// `bitrate` of the composite picture in kbit/s; 1 to 6500, by default 500 as the service's.
    Bitrate, "bitrate", 1..=6500, "it has to be from 1 to 6500 kbit/s", default 500
}

bounded! {
    /// `captureInterval`: seconds from one screenshot to the next, by default 10 as the service's. The vendor's reference says
    /// 5 to 3600 and its guide says 1 to 3600; what both allow is sent.
    CaptureInterval, "capture_interval", 5..=3600, "it has to be from 5 to 3600 seconds", default 10
}

bounded! {
    /// `subscribeUidGroup`: for how many users an individual recording is laid out. See [`UidGroup::covers`].
    UidGroup, "subscribe_uid_group", 0..=5,
    "it has to be 0 (1 to 2 users), 1 (3 to 7), 2 (8 to 12), 3 (13 to 17), 4 (18 to 32) or 5 (33 to 49)"
}

impl UidGroup {
    /// The most users the group is for.
    pub const fn covers(self) -> usize {
        [2, 7, 12, 17, 32, 49][self.0 as usize]
    }
}

bounded! {
    /// `maxRecordingHour`: a web recording ends by itself after this many hours; 1 to 720. The service has no default.
    MaxRecordingHour, "max_recording_hour", 1..=720, "it has to be from 1 to 720 hours"
}

bounded! {
    /// `videoBitrate` of a web recording in kbit/s; 50 to 8000. Left out, the service takes 2000 from 1280x720 up, else 1500.
    WebBitrate, "video_bitrate", 50..=8000, "it has to be from 50 to 8000 kbit/s"
}

bounded! {
    /// `videoFps` of a web recording; 5 to 60, by default 15 as the service's.
    WebFps, "video_fps", 5..=60, "it has to be from 5 to 60 frames per second", default 15
}

bounded! {
    /// `maxVideoDuration`: minutes after which a new MP4 file of a web recording begins; 30 to 240, by default 120 as the
    /// service's.
    MaxVideoDuration, "max_video_duration", 30..=240, "it has to be from 30 to 240 minutes", default 120
}

bounded! {
    /// `readyTimeout`: seconds in which the page has to say that it is ready; 0 to 60, where 0 (the default) waits for nothing.
    ReadyTimeout, "ready_timeout", 0..=60, "it has to be from 0 to 60 seconds", default 0
}

/// `fps` of the composite picture: one of [`Fps::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Fps(u32);

impl Fps {
    /// The rates the service keeps. It replaces any other by 15.
    pub const ALL: [u32; 7] = [1, 7, 10, 15, 24, 30, 60];

    /// Frames per second.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl Default for Fps {
    fn default() -> Self {
        Self(15)
    }
}

impl TryFrom<u32> for Fps {
    type Error = Invalid;

    fn try_from(number: u32) -> Result<Self, Invalid> {
        if Self::ALL.contains(&number) {
            return Ok(Self(number));
        }
        let rule = "it has to be 1, 7, 10, 15, 24, 30 or 60; Agora replaces any other number by 15";
        Err(Invalid::plain("fps", number, rule))
    }
}

impl From<Fps> for u32 {
    fn from(fps: Fps) -> u32 {
        fps.0
    }
}

/// A share of a side or of opacity, from 0 to 1 with six decimals, as many as the service takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Share(u32);

impl Share {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// All of it.
    pub const ONE: Self = Self(Self::MILLION);
    const MILLION: u32 = 1_000_000;

    /// In millionths.
    pub const fn millionths(self) -> u32 {
        self.0
    }
}

impl TryFrom<f64> for Share {
    type Error = Invalid;

    /// Rounds to six decimals.
    fn try_from(share: f64) -> Result<Self, Invalid> {
        if !(0.0..=1.0).contains(&share) {
            return Err(Invalid::plain("region", share, "positions, sizes and alpha have to be from 0 to 1"));
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range was checked")]
        let millionths = (share * f64::from(Self::MILLION)).round() as u32;
        Ok(Self(millionths))
    }
}

impl From<Share> for f64 {
    fn from(share: Share) -> f64 {
        f64::from(share.0) / f64::from(Share::MILLION)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both ends are taken, what lies beyond is refused with field, value and rule.
    fn edges<T: TryFrom<u32, Error = Invalid> + Into<u32> + std::fmt::Debug>(
        field: &str,
        smallest: u32,
        greatest: u32,
    ) {
        for number in [smallest, greatest] {
            assert_eq!(T::try_from(number).map(Into::into).ok(), Some(number), "{field}");
        }
        for number in [smallest.checked_sub(1), Some(greatest + 1)].into_iter().flatten() {
            let error = T::try_from(number).expect_err("outside").to_string();
            assert!(error.starts_with(&format!("{field} {number} cannot be used: it has to be")), "{error}");
        }
    }

    #[test]
    fn ranges_hold_at_both_ends_and_errors_name_field_value_and_rule() {
        edges::<MaxIdleTime>("max_idle_time", 5, 2_592_000);
        edges::<ResourceExpiredHour>("resource_expired_hour", 1, 720);
        edges::<Bitrate>("bitrate", 1, 6500);
        edges::<CaptureInterval>("capture_interval", 5, 3600);
        edges::<UidGroup>("subscribe_uid_group", 0, 5);
        edges::<MaxRecordingHour>("max_recording_hour", 1, 720);
        edges::<WebBitrate>("video_bitrate", 50, 8000);
        edges::<WebFps>("video_fps", 5, 60);
        edges::<MaxVideoDuration>("max_video_duration", 30, 240);
        edges::<ReadyTimeout>("ready_timeout", 0, 60);
        let error = MaxIdleTime::try_from(4).expect_err("too short").to_string();
        assert_eq!(error, "max_idle_time 4 cannot be used: it has to be from 5 to 2592000 seconds (30 days)");
    }

    #[test]
    fn the_defaults_are_those_of_the_service_save_the_idle_time() {
        assert_eq!((MaxIdleTime::default().get(), ResourceExpiredHour::default().get()), (300, 72));
        assert_eq!((Bitrate::default().get(), CaptureInterval::default().get(), Fps::default().get()), (500, 10, 15));
        assert_eq!((WebFps::default().get(), MaxVideoDuration::default().get()), (15, 120));
        assert_eq!(ReadyTimeout::default().get(), 0);
    }

    #[test]
    fn only_rates_that_the_service_keeps_are_taken() {
        let taken: Vec<u32> = (0..=100).filter(|rate| Fps::try_from(*rate).is_ok()).collect();
        assert_eq!(taken, [1, 7, 10, 15, 24, 30, 60]);
    }

    #[test]
    fn a_share_is_from_0_to_1_with_six_decimals() {
        for (given, kept) in
            [(0.0, Some(0)), (1.0, Some(1_000_000)), (1.0 / 3.0, Some(333_333)), (0.000_000_4, Some(0))]
        {
            assert_eq!(Share::try_from(given).map(Share::millionths).ok(), kept);
        }
        for bad in [-0.001, 1.001, f64::NAN, f64::INFINITY] {
            assert!(Share::try_from(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_group_covers_as_many_users_as_the_vendors_table_says() {
        let covered: Vec<usize> =
            UidGroup::RANGE.filter_map(|n| UidGroup::try_from(n).ok()).map(UidGroup::covers).collect();
        assert_eq!(covered, [2, 7, 12, 17, 32, 49]);
    }
}
